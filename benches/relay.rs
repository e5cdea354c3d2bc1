//! What the way through the bridge costs: intake → desk → durable commit → lane → platform.
//!
//! The store is real, the platforms are empty shells. Machines are noisy: every figure stands beside the raw cost of
//! one `write + sync_data` on the same disk in the same run, and the ratio is what counts. A disk and a processor that
//! rested between two writes take longer over the next: the raw cost is measured at the rate of the messages, and
//! once more without a pause.
//!
//! `cargo bench --bench relay` measures everything; `-- quick` a tenth of it; `-- latency`, `-- throughput` or
//! `-- memory` one part.
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement")]

use async_trait::async_trait;
use desk::{Agent, Digest, Role, Setup, Team};
use deskbridge::clock::SystemClock;
use deskbridge::config;
use deskbridge::runtime::{self, Parts};
use deskbridge::store::{SledStore, Store};
use jiff::Timestamp;
use port::{
    AccountId, Adapter, AdapterError, AgentName, Author, Capabilities, ChannelName, ChatId, Cursor, Found,
    Health, Idempotency, Identity, Inbound, InboundKind, Intake, Limit, Media, MediaError, MediaRef,
    MediaStream, MessageId, Op, Operation, Outcome, Place, Probe, Stop, Support, TopicId, Unit,
};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, watch};

fn main() {
    let asked = |part: &str| std::env::args().any(|argument| argument == part);
    let all = !["latency", "throughput", "memory"].into_iter().any(asked);
    let scale = if asked("quick") { 10 } else { 1 };
    let runtime = deskbridge::cli::runtime().unwrap();
    let dir = tempfile::tempdir_in(".").unwrap();
    let without_pause = raw_cost(dir.path(), Duration::ZERO);
    println!("raw write + sync_data (4 KiB), without a pause: p50 {without_pause:?}");
    if all || asked("latency") {
        for rate in [100, 1000] {
            let raw = raw_cost(dir.path(), Duration::from_secs(1) / rate);
            runtime.block_on(latency(dir.path(), rate, u64::from(rate) * 10, [raw, without_pause]));
        }
    }
    if all || asked("throughput") {
        runtime.block_on(throughput(dir.path(), 40_000 / scale));
    }
    if all || asked("memory") {
        runtime.block_on(closed_threads(dir.path(), 100_000 / scale));
    }
    println!("raw write + sync_data again: p50 {:?}", raw_cost(dir.path(), Duration::ZERO));
}

/// The median of writing a page to a file and waiting for the disk, with a pause before each.
fn raw_cost(dir: &Path, pause: Duration) -> Duration {
    let mut file = File::create(dir.join("raw")).unwrap();
    let mut times: Vec<Duration> = (0..500)
        .map(|_| {
            std::thread::sleep(pause);
            let begun = Instant::now();
            file.write_all(&[7; 4096]).unwrap();
            file.sync_data().unwrap();
            begun.elapsed()
        })
        .collect();
    percentile(&mut times, 50)
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Messages at a steady rate: the time from the hand-over to the call that sends the copy.
async fn latency(dir: &Path, rate: u32, count: u64, raw: [Duration; 2]) {
    let bench = Bench::start(&dir.join(format!("latency-{rate}")));
    let mut clock = tokio::time::interval(Duration::from_secs(1) / rate);
    for n in 0..count {
        clock.tick().await;
        bench.write(n % 50, n, "Where is my parcel? It should have been here yesterday.").await;
    }
    bench.all_sent(count).await;
    let mut times = bench.sink.times.lock().unwrap().clone();
    for percent in [50, 99] {
        let took = percentile(&mut times, percent);
        let [paced, without_pause] = raw.map(|raw| took.as_secs_f64() / raw.as_secs_f64());
        println!(
            "{rate}/s: intake to send p{percent} {took:?}: {paced:.1}× raw at this rate ({:?}), {without_pause:.1}× \
             without a pause",
            raw[0]
        );
    }
    bench.end().await;
}

/// As many as go through: from the first hand-over until the last copy is delivered and settled.
async fn throughput(dir: &Path, count: u64) {
    let bench = Bench::start(&dir.join("throughput"));
    let begun = Instant::now();
    for n in 0..count {
        bench.write(n % 500, n, "Where is my parcel? It should have been here yesterday.").await;
    }
    bench.all_sent(count).await;
    bench.settled().await;
    let took = begun.elapsed();
    println!(
        "throughput: {count} messages of 500 chats in {took:?}: {}/s durable",
        u128::from(count) * 1000 / took.as_millis().max(1)
    );
    bench.end().await;
}

/// How many messages wait at most while memory is measured.
const WAITING_MAX: u64 = 500;

/// Memory while closed threads pile up. What waits to be sent takes memory too, so only so much may wait.
async fn closed_threads(dir: &Path, count: u64) {
    let bench = Bench::start(&dir.join("closed"));
    let mut sizes = vec![(0, resident())];
    for n in 0..count {
        bench.all_sent(n.saturating_sub(WAITING_MAX)).await;
        bench.write(1_000_000 + n, n, "Only one question.").await;
        if (n + 1) % (count / 5) == 0 {
            bench.all_sent(n + 1).await;
            bench.settled().await;
            sizes.push((n + 1, resident()));
        }
    }
    let shown: Vec<String> = sizes.iter().map(|(n, size)| format!("{n}: {size} MiB")).collect();
    println!("resident memory by closed threads: {}", shown.join(", "));
    bench.end().await;
}

/// Resident memory of this process, in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
}

/// A bridge between two empty shells.
struct Bench {
    feed: mpsc::Sender<Inbound>,
    sink: Arc<Sink>,
    store: Arc<SledStore>,
    pull: watch::Sender<bool>,
    bridge: tokio::task::JoinHandle<()>,
}

impl Bench {
    fn start(dir: &Path) -> Self {
        let (feed, source_end) = mpsc::channel(4096);
        let source =
            Arc::new(Source { channel: ChannelName::new("shop"), fed: tokio::sync::Mutex::new(source_end) });
        let sink = Arc::new(Sink::new());
        let store = Arc::new(SledStore::open(dir, None).unwrap());
        let (pull, stop) = Stop::new();
        let parts = Parts {
            setup: setup(),
            store: Arc::clone(&store) as Arc<dyn Store>,
            adapters: vec![source, Arc::clone(&sink) as Arc<dyn Adapter>],
            clock: Arc::new(SystemClock),
            seed: 1,
            stop,
            overlap_from: runtime::OVERLAP_FROM,
            status: None,
        };
        let bridge = tokio::spawn(async move { runtime::run(parts).await.unwrap() });
        Self { feed, sink, store, pull, bridge }
    }

    async fn write(&self, chat: u64, n: u64, text: &str) {
        let id = MessageId::new(n.to_string());
        let inbound = Inbound {
            chat: ChatId::new(format!("chat-{chat}")),
            topic: None,
            message: id,
            version: 0,
            at: Timestamp::now(),
            author: Author {
                account: AccountId::new(format!("c{chat}")),
                name: "Mia".to_owned(),
                is_bot: false,
            },
            kind: InboundKind::Message { content: format!("{n} {text}").into(), reply_to: None },
        };
        self.sink.begun(n);
        self.feed.send(inbound).await.unwrap();
    }

    async fn all_sent(&self, count: u64) {
        while self.sink.copies.load(Ordering::Relaxed) < count {
            self.sink.sent.notified().await;
        }
    }

    async fn settled(&self) {
        while !self.store.scan(desk::key::OUT_PREFIX, None, 1).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn end(self) {
        self.pull.send_replace(true);
        self.bridge.await.unwrap();
    }
}

/// The desk as it is shipped, its rules and deadlines among it, between the two shells.
fn setup() -> Setup {
    let shipped = config::load::check(include_str!("../config/deskbridge.toml"), &|_| None).unwrap();
    let desk = deskbridge::setup::setup(&shipped.config, "bench");
    Setup {
        channels: ["shop", "team"].map(|name| (ChannelName::new(name), "shell".to_owned())).into(),
        teams: vec![Team {
            name: "support".to_owned(),
            place: Place::new(ChannelName::new("team"), ChatId::new("room")),
            digest: Digest::default(),
        }],
        agents: vec![Agent {
            name: AgentName::new("Anna"),
            title: None,
            role: Role::Agent,
            handles: BTreeMap::from([("shell".to_owned(), AccountId::new("anna"))]),
            languages: Vec::new(),
        }],
        ..desk
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        text_limit: Limit { max: 16_000, unit: Unit::Bytes },
        identity: Identity::PrefixOnly,
        topics: Support::Full,
        marks: Support::Full,
        edits: Support::Rejected,
        deletes: Support::Rejected,
        reactions: Support::Rejected,
        file_max: None,
        idempotency: Idempotency::Key { window: Duration::from_hours(24) },
        backfill: true,
        budgets: Vec::new(),
    }
}

/// Hands over what it is fed, as an adapter does: what waits together is one batch.
struct Source {
    channel: ChannelName,
    fed: tokio::sync::Mutex<mpsc::Receiver<Inbound>>,
}

#[async_trait]
impl Adapter for Source {
    fn channel(&self) -> &ChannelName {
        &self.channel
    }

    fn capabilities(&self, _chat: &ChatId) -> Capabilities {
        capabilities()
    }

    async fn run(&self, _from: Cursor, intake: Intake, mut stop: Stop) -> Result<(), AdapterError> {
        let mut fed = self.fed.lock().await;
        let mut at = 0_u64;
        loop {
            let mut batch = Vec::new();
            tokio::select! {
                got = fed.recv_many(&mut batch, 100) => if got == 0 { return Ok(()) },
                () = stop.wait() => return Ok(()),
            }
            at += batch.len() as u64;
            intake.commit(batch, Cursor(at.to_string())).await?;
        }
    }

    async fn deliver(&self, _op: &Op, _media: &dyn Media) -> Outcome {
        Outcome::Delivered { parts: Vec::new(), topic: None }
    }

    async fn open_media(&self, _source: &MediaRef) -> Result<MediaStream, MediaError> {
        Err(MediaError::Gone)
    }

    async fn reconcile(&self, _op: &Op) -> Found {
        Found::CannotTell
    }

    fn health(&self) -> watch::Receiver<Health> {
        watch::Sender::new(Health::Connected).subscribe()
    }

    async fn probe(&self, _rooms: &[ChatId]) -> Vec<Probe> {
        Vec::new()
    }
}

/// Takes everything at once; closes nothing, keeps nothing but times.
struct Sink {
    channel: ChannelName,
    next: AtomicU64,
    copies: AtomicU64,
    sent: Notify,
    begun: Mutex<BTreeMap<u64, Instant>>,
    times: Mutex<Vec<Duration>>,
    closing: mpsc::UnboundedSender<Inbound>,
    to_close: tokio::sync::Mutex<mpsc::UnboundedReceiver<Inbound>>,
}

impl Sink {
    fn new() -> Self {
        let (closing, to_close) = mpsc::unbounded_channel();
        Self {
            channel: ChannelName::new("team"),
            next: AtomicU64::new(0),
            copies: AtomicU64::new(0),
            sent: Notify::new(),
            begun: Mutex::default(),
            times: Mutex::default(),
            closing,
            to_close: tokio::sync::Mutex::new(to_close),
        }
    }

    fn begun(&self, n: u64) {
        self.begun.lock().unwrap().insert(n, Instant::now());
    }

    /// An agent closes the topic of an only question as soon as it is there.
    fn close(&self, topic: &TopicId, n: u64) {
        let inbound = Inbound {
            chat: ChatId::new("room"),
            topic: Some(topic.clone()),
            message: MessageId::new(format!("close-{n}")),
            version: 0,
            at: Timestamp::now(),
            author: Author { account: AccountId::new("anna"), name: "Anna".to_owned(), is_bot: false },
            kind: InboundKind::Message { content: "!close".into(), reply_to: None },
        };
        let _closed = self.closing.send(inbound);
    }
}

#[async_trait]
impl Adapter for Sink {
    fn channel(&self) -> &ChannelName {
        &self.channel
    }

    fn capabilities(&self, _chat: &ChatId) -> Capabilities {
        capabilities()
    }

    async fn run(&self, _from: Cursor, intake: Intake, mut stop: Stop) -> Result<(), AdapterError> {
        let mut closing = self.to_close.lock().await;
        loop {
            let mut batch = Vec::new();
            tokio::select! {
                _ = closing.recv_many(&mut batch, 100) => {}
                () = stop.wait() => return Ok(()),
            }
            intake.commit(batch, Cursor::default()).await?;
        }
    }

    async fn deliver(&self, op: &Op, _media: &dyn Media) -> Outcome {
        let now = Instant::now();
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let id = MessageId::new(format!("s{n}"));
        let topic =
            matches!(op.operation, Operation::OpenTopic { .. }).then(|| TopicId::new(format!("t{n}")));
        if let Operation::Create { voice: port::Voice::Persona(_), body, .. } = &op.operation {
            let text = body.shown();
            let number = text.split(' ').next().and_then(|n| n.parse::<u64>().ok());
            if let Some(begun) = number.and_then(|n| self.begun.lock().unwrap().remove(&n)) {
                self.times.lock().unwrap().push(now - begun);
                self.copies.fetch_add(1, Ordering::Relaxed);
                self.sent.notify_one();
            }
            if let (true, Some(topic)) = (text.ends_with("Only one question."), &op.topic) {
                self.close(topic, n);
            }
        }
        Outcome::Delivered { parts: vec![id], topic }
    }

    async fn open_media(&self, _source: &MediaRef) -> Result<MediaStream, MediaError> {
        Err(MediaError::Gone)
    }

    async fn reconcile(&self, _op: &Op) -> Found {
        Found::CannotTell
    }

    fn health(&self) -> watch::Receiver<Health> {
        watch::Sender::new(Health::Connected).subscribe()
    }

    async fn probe(&self, _rooms: &[ChatId]) -> Vec<Probe> {
        Vec::new()
    }
}
