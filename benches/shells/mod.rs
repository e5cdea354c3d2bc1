//! A bridge between two empty shells of platforms: what it costs by itself.

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
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, watch};

/// A bridge between two empty shells.
pub(crate) struct Bench {
    feed: mpsc::Sender<Inbound>,
    pub(crate) sink: Arc<Sink>,
    store: Arc<SledStore>,
    pull: watch::Sender<bool>,
    bridge: tokio::task::JoinHandle<()>,
}

impl Bench {
    /// Starts it on a directory, which may hold a store already.
    pub(crate) fn start(dir: &Path, more: &str) -> Self {
        let (feed, source_end) = mpsc::channel(4096);
        let source =
            Arc::new(Source { channel: ChannelName::new("shop"), fed: tokio::sync::Mutex::new(source_end) });
        let sink = Arc::new(Sink::new());
        let store = Arc::new(SledStore::open(dir, None).unwrap());
        let (pull, stop) = Stop::new();
        let parts = Parts {
            setup: setup(more),
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

    /// A customer writes.
    pub(crate) async fn write(&self, chat: u64, n: u64, text: &str) {
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

    /// Waits until so many copies were sent.
    pub(crate) async fn all_sent(&self, count: u64) {
        while self.sink.copies.load(Ordering::Relaxed) < count {
            self.sink.sent.notified().await;
        }
    }

    /// Waits until the outbox is empty.
    pub(crate) async fn settled(&self) {
        while !self.store.scan(desk::key::OUT_PREFIX, None, 1).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Ends softly.
    pub(crate) async fn end(self) {
        self.pull.send_replace(true);
        self.bridge.await.unwrap();
    }
}

/// The desk as it is shipped, its rules and deadlines among it, between the two shells; and what else is configured.
fn setup(more: &str) -> Setup {
    let text = format!("{}{more}", include_str!("../../config/deskbridge.toml"));
    let shipped = config::load::check(&text, &|_| None).unwrap();
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
pub(crate) struct Sink {
    channel: ChannelName,
    next: AtomicU64,
    /// How many copies of customers' messages were sent.
    pub(crate) copies: AtomicU64,
    sent: Notify,
    begun: Mutex<BTreeMap<u64, Instant>>,
    /// From intake to send.
    pub(crate) times: Mutex<Vec<Duration>>,
    /// What the bridge said in the room, and when.
    pub(crate) told: Mutex<Vec<(String, Instant)>>,
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
            told: Mutex::default(),
            closing,
            to_close: tokio::sync::Mutex::new(to_close),
        }
    }

    fn begun(&self, n: u64) {
        self.begun.lock().unwrap().insert(n, Instant::now());
    }

    /// An agent writes, in a topic or beside them.
    pub(crate) fn say(&self, topic: Option<&TopicId>, id: String, text: &str) {
        let inbound = Inbound {
            chat: ChatId::new("room"),
            topic: topic.cloned(),
            message: MessageId::new(id),
            version: 0,
            at: Timestamp::now(),
            author: Author { account: AccountId::new("anna"), name: "Anna".to_owned(), is_bot: false },
            kind: InboundKind::Message { content: text.into(), reply_to: None },
        };
        let _said = self.closing.send(inbound);
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
                // an agent closes the topic of an only question as soon as it is there
                self.say(Some(topic), format!("close-{n}"), "!close");
            }
        }
        if let (Operation::Create { voice: port::Voice::Bridge, body, .. }, None) = (&op.operation, &op.topic)
        {
            self.told.lock().unwrap().push((body.shown().to_owned(), now));
            self.sent.notify_one();
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
