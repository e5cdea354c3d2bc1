//! A bridge between two scripted platforms, on a real store, in virtual time, with everything it does on record.

use super::twist::Twisted;
use crate::scripted::Scripted;
use async_trait::async_trait;
use desk::personas::Personas;
use desk::{Agent, Digest, Event, ReplyMode, Role, Setup, Team};
use deskbridge::clock::Clock;
use deskbridge::runtime::{self, OVERLAP_FROM, Parts, RuntimeError};
use deskbridge::status::Status;
use deskbridge::store::{Batch, RowText, SledStore, Store, StoreError};
use deskbridge::words::Locales;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::{
    AccountId, Adapter, AgentName, Budget, ChannelName, ChatId, Counts, Idempotency, Mark, MessageId, OpId,
    Owner, Place, Scope, Stop, TopicId,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

pub(crate) const ROOM: &str = "room";
pub(crate) const DAY: Idempotency = Idempotency::Key { window: Duration::from_hours(24) };

/// What the bridge did, in the order in which it did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Did {
    /// A commit is durable: the keys of its rows, and the operations among them.
    Kept { keys: Vec<String>, operations: Vec<OpId> },
    /// An adapter is asked to send.
    Delivers(ChannelName, OpId),
    /// An adapter is asked to look.
    Looks(OpId),
    /// An adapter was told that what it received is kept.
    Acknowledged(ChannelName, usize),
}

/// The record that the store and the adapters write together.
#[derive(Default)]
pub(crate) struct Record(Mutex<Vec<Did>>);

impl Record {
    pub(crate) fn note(&self, did: Did) {
        self.0.lock().unwrap().push(did);
    }

    pub(crate) fn so_far(&self) -> Vec<Did> {
        self.0.lock().unwrap().clone()
    }
}

/// The real store, with a gate before every commit.
pub(crate) struct Gated {
    inner: SledStore,
    record: Arc<Record>,
    closed: AtomicBool,
    opened: Notify,
    broken: AtomicBool,
    at_the_gate: AtomicUsize,
    busy: AtomicUsize,
}

impl Gated {
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn open(&self) {
        self.closed.store(false, Ordering::SeqCst);
        self.opened.notify_waiters();
    }

    /// From now on no commit succeeds.
    pub(crate) fn fail(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    /// How many commits wait at the closed gate.
    pub(crate) fn waiting(&self) -> usize {
        self.at_the_gate.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Store for Gated {
    fn epoch(&self) -> u64 {
        self.inner.epoch()
    }

    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Value>>, StoreError> {
        self.inner.get(keys).await
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, StoreError> {
        self.inner.scan(prefix, after, limit).await
    }

    async fn scan_back(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Value)>, StoreError> {
        self.inner.scan_back(prefix, limit).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        loop {
            let opened = self.opened.notified();
            if !self.closed.load(Ordering::SeqCst) {
                break;
            }
            let _waits = Counted::new(&self.at_the_gate);
            opened.await;
        }
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        let keys = batch.puts.iter().map(|(key, _)| key.clone()).collect();
        let queued = batch.puts.iter().filter(|(key, _)| key.starts_with(desk::key::OUT_PREFIX));
        let operations = queued.filter_map(|(_, row)| id_of(row)).collect();
        let _busy = Counted::new(&self.busy);
        self.inner.commit(batch).await?;
        self.record.note(Did::Kept { keys, operations });
        Ok(())
    }

    async fn forget(&self, owner: &Owner) -> Result<(), StoreError> {
        self.inner.forget(owner).await
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Virtual time, with jumps on top. People's own clocks do not jump.
pub(crate) struct Time {
    begin: tokio::time::Instant,
    jump: AtomicI64,
}

impl Time {
    fn without_jumps(&self) -> Timestamp {
        let base = Timestamp::from_second(1_800_000_000).unwrap();
        base.checked_add(self.begin.elapsed()).unwrap()
    }

    /// How much time has passed.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    pub(crate) fn jump(&self, seconds: i64) {
        self.jump.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        let jump = SignedDuration::from_secs(self.jump.load(Ordering::SeqCst));
        self.without_jumps().checked_add(jump).unwrap()
    }
}

/// Everything that outlives a process.
pub(crate) struct Rig {
    pub(crate) shop: Arc<Twisted>,
    pub(crate) team: Arc<Twisted>,
    pub(crate) time: Arc<Time>,
    pub(crate) record: Arc<Record>,
    pub(crate) store: Arc<Gated>,
    pub(crate) status: watch::Sender<Status>,
    /// After how many decisions they are committed beside the next ones.
    pub(crate) overlap_from: usize,
    setup: Setup,
    _dir: tempfile::TempDir,
}

impl Rig {
    /// Platforms that recognise a repeat for a day, and answer at once.
    pub(crate) fn new(mode: ReplyMode) -> Self {
        Self::on(mode, DAY, true)
    }

    /// The customers' platform recognises repeats so long, and can or cannot be read back.
    pub(crate) fn on(mode: ReplyMode, idempotency: Idempotency, readable: bool) -> Self {
        let shop = Scripted::new("shop", 1, idempotency, readable);
        Self::between(mode, shop, Scripted::new("team", 2, DAY, true))
    }

    /// The team's platform takes two messages of a chat in a minute, recognises repeats so long, and can or cannot be
    /// read back.
    pub(crate) fn crowded(idempotency: Idempotency, readable: bool) -> Self {
        let mut team = Scripted::new("team", 2, idempotency, readable);
        let (scope, counts, per) = (Scope::Chat, Counts::Messages, Duration::from_mins(1));
        Arc::get_mut(&mut team).unwrap().abilities.budgets = vec![Budget { scope, counts, max: 2, per }];
        Self::between(ReplyMode::Explicit, Scripted::new("shop", 1, DAY, true), team)
    }

    /// Customers and team on platforms that take what Telegram does, and know no repeats.
    pub(crate) fn like_telegram() -> Self {
        let of = |scope, counts, max, seconds| {
            let per = Duration::from_secs(seconds);
            Budget { scope, counts, max, per }
        };
        let platform = |name, seed, private: Budget| {
            let mut platform = Scripted::new(name, seed, Idempotency::None, false);
            let all = of(Scope::Channel, Counts::Everything, 30, 1);
            Arc::get_mut(&mut platform).unwrap().abilities.budgets = vec![all, private];
            platform
        };
        let shop = platform("shop", 1, of(Scope::Chat, Counts::Messages, 1, 1));
        let team = platform("team", 2, of(Scope::Chat, Counts::Messages, 20, 60));
        Self::between(ReplyMode::Explicit, shop, team)
    }

    fn between(mode: ReplyMode, shop: Arc<Scripted>, team: Arc<Scripted>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::default());
        let store = Gated {
            inner: SledStore::open(dir.path(), None).unwrap(),
            record: Arc::clone(&record),
            closed: AtomicBool::new(false),
            opened: Notify::new(),
            broken: AtomicBool::new(false),
            at_the_gate: AtomicUsize::new(0),
            busy: AtomicUsize::new(0),
        };
        let time = Arc::new(Time { begin: tokio::time::Instant::now(), jump: AtomicI64::new(0) });
        Self {
            shop: Twisted::new(shop, Arc::clone(&record)),
            team: Twisted::new(team, Arc::clone(&record)),
            status: watch::Sender::new(Status::new(time.now())),
            time,
            record,
            store: Arc::new(store),
            overlap_from: OVERLAP_FROM,
            setup: setup(mode),
            _dir: dir,
        }
    }

    /// Runs the bridge while somebody does something, then ends it where it stands, as a power cut would.
    pub(crate) async fn during<T>(&self, what: impl Future<Output = T>) -> T {
        self.during_on([&self.shop, &self.team], what).await
    }

    /// The same with nothing but the team's channel configured.
    pub(crate) async fn during_without_shop<T>(&self, what: impl Future<Output = T>) -> T {
        self.during_on([&self.team], what).await
    }

    async fn during_on<T>(
        &self,
        channels: impl IntoIterator<Item = &Arc<Twisted>>,
        what: impl Future<Output = T>,
    ) -> T {
        let (_pull, stop) = Stop::new();
        let done = tokio::select! {
            biased;
            done = what => done,
            ended = runtime::run(self.parts(channels, stop)) => panic!("the bridge ended by itself: {ended:?}"),
        };
        self.quiet().await;
        done
    }

    /// Runs the bridge until it ends by itself.
    pub(crate) async fn until_it_ends(&self) -> Result<(), RuntimeError> {
        let (_pull, stop) = Stop::new();
        runtime::run(self.parts([&self.shop, &self.team], stop)).await
    }

    fn parts<'c>(&self, channels: impl IntoIterator<Item = &'c Arc<Twisted>>, stop: Stop) -> Parts {
        let adapters: Vec<Arc<dyn Adapter>> =
            channels.into_iter().map(|channel| Arc::clone(channel) as _).collect();
        Parts {
            setup: self.setup.clone(),
            store: Arc::clone(&self.store) as _,
            adapters,
            clock: Arc::clone(&self.time) as _,
            seed: 7,
            stop,
            overlap_from: self.overlap_from,
            status: Some(self.status.clone()),
        }
    }

    /// A commit of a dead process still lands, as it would on a disk; whoever commits now comes after it.
    async fn quiet(&self) {
        let batch = Batch { epoch: self.store.epoch(), ..Batch::default() };
        self.store.inner.commit(batch).await.unwrap();
    }

    /// Waits, in virtual time, until something is so. The store works in real time: meanwhile the virtual one stands.
    pub(crate) async fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let give_up = Instant::now() + Duration::from_mins(1);
        while !is_so() {
            assert!(Instant::now() < give_up, "never: {what}\n{:#?}", self.record.so_far());
            self.moment().await;
        }
    }

    /// Lets virtual time pass.
    pub(crate) async fn pass(&self, span: Duration) {
        let begun = self.time.begin.elapsed();
        while self.time.begin.elapsed() < begun + span {
            if self.store.busy.load(Ordering::SeqCst) > 0 {
                tokio::task::yield_now().await;
            } else {
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
        }
    }

    pub(crate) async fn moment(&self) {
        if self.store.busy.load(Ordering::SeqCst) > 0 {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A customer writes.
    pub(crate) fn customer(&self, who: &str, text: &str) -> MessageId {
        let at = self.time.without_jumps();
        self.shop.inner.write(&ChatId::new(who), None, (&format!("{who}@shop"), who), text, None, at)
    }

    /// Somebody writes in the team's chat, beside the topics.
    pub(crate) fn team_asks(&self, who: &str, text: &str) -> MessageId {
        let at = self.time.without_jumps();
        let who = (who.to_lowercase(), who);
        self.team.inner.write(&ChatId::new(ROOM), None, (&who.0, who.1), text, None, at)
    }

    /// Somebody writes in the topic in which the team sees a customer's words.
    pub(crate) fn team_writes(&self, who: &str, below: &str, text: &str) -> MessageId {
        let topic = self.topic_of(below);
        let at = self.time.without_jumps();
        let who = (who.to_lowercase(), who);
        self.team.inner.write(&ChatId::new(ROOM), Some(&topic), (&who.0, who.1), text, None, at)
    }

    /// Somebody answers the team's copy of a customer's words by the platform's own means.
    pub(crate) fn team_replies(&self, who: &str, to: &str, text: &str) -> MessageId {
        let topic = self.topic_of(to);
        let copy =
            self.team.inner.world().chats[&ChatId::new(ROOM)].iter().find(|seen| seen.text == to).cloned();
        let at = self.time.without_jumps();
        let who = (who.to_lowercase(), who);
        let reply_to = copy.map(|copy| copy.id);
        self.team.inner.write(&ChatId::new(ROOM), Some(&topic), (&who.0, who.1), text, reply_to.as_ref(), at)
    }

    /// The mark on a message of the team's.
    pub(crate) fn mark(&self, message: &MessageId) -> Option<Mark> {
        self.team.inner.world().marks.get(message).copied()
    }

    fn topic_of(&self, words: &str) -> TopicId {
        let world = self.team.inner.world();
        let shown = world.chats[&ChatId::new(ROOM)].iter().find(|seen| seen.text == words);
        shown.and_then(|seen| seen.topic.clone()).unwrap()
    }

    /// What persons said in a chat, as `name: text`; the bridge's own words are left out.
    pub(crate) fn said_in(side: &Twisted, chat: &str) -> Vec<String> {
        let world = side.inner.world();
        let seen = world.chats.get(&ChatId::new(chat)).into_iter().flatten();
        seen.filter_map(|seen| Some(format!("{}: {}", seen.name.as_ref()?, seen.text))).collect()
    }

    /// What a customer was answered: what is in the chat and was not written by the customer.
    pub(crate) fn answers_to(&self, who: &str) -> Vec<String> {
        let own = format!("{who}: ");
        Self::said_in(&self.shop, who).into_iter().filter(|said| !said.starts_with(&own)).collect()
    }

    /// How often something of a person's is in the team's chat.
    pub(crate) fn shown_to_team(&self, said: &str) -> usize {
        Self::said_in(&self.team, ROOM).iter().filter(|line| *line == said).count()
    }

    /// Whether the bridge told the team something in its own words.
    pub(crate) fn told_team(&self, words: &str) -> bool {
        let world = self.team.inner.world();
        let room = world.chats.get(&ChatId::new(ROOM)).into_iter().flatten();
        room.into_iter().any(|seen| seen.name.is_none() && seen.text.contains(words))
    }

    pub(crate) async fn rows(&self, prefix: &str) -> Vec<(String, Value)> {
        self.store.inner.scan(prefix, None, 100_000).await.unwrap()
    }

    /// Waits until nothing waits any more: no operation, no reply in its grace period.
    pub(crate) async fn until_all_is_done(&self) {
        let give_up = Instant::now() + Duration::from_mins(1);
        while !(self.rows(desk::key::OUT_PREFIX).await.is_empty()
            && self.rows(desk::key::TIMER_PREFIX).await.is_empty())
        {
            assert!(Instant::now() < give_up, "never done: {:#?}", self.record.so_far());
            self.moment().await;
        }
    }

    /// As if the cursors had never been written: everything is received again.
    pub(crate) async fn forget_cursors(&self) {
        let removes = vec!["cursor/shop".to_owned(), "cursor/team".to_owned()];
        let batch = Batch { epoch: self.store.epoch(), puts: Vec::new(), removes };
        self.store.inner.commit(batch).await.unwrap();
    }

    /// The operations that a platform was asked to carry out, in order, repeats included.
    pub(crate) fn sends(&self, channel: &str) -> Vec<OpId> {
        let sends = self.record.so_far().into_iter().filter_map(|did| {
            let Did::Delivers(at, id) = did else { return None };
            (at.as_str() == channel).then_some(id)
        });
        sends.collect()
    }

    pub(crate) async fn journal(&self) -> Vec<Event> {
        let rows = self.rows(desk::key::JOURNAL_PREFIX).await;
        rows.into_iter().map(|(_, value)| serde_json::from_value(value).unwrap()).collect()
    }
}

fn setup(reply_mode: ReplyMode) -> Setup {
    let agent = |name: &str, title: &str| Agent {
        name: AgentName::new(name),
        title: Some(title.to_owned()),
        role: Role::Agent,
        handles: BTreeMap::from([("scripted".to_owned(), AccountId::new(name.to_lowercase()))]),
        languages: Vec::new(),
    };
    Setup {
        instance: "laws".to_owned(),
        channels: ["shop", "team"].map(|name| (ChannelName::new(name), "scripted".to_owned())).into(),
        teams: vec![Team {
            name: "support".to_owned(),
            place: Place::new(ChannelName::new("team"), ChatId::new(ROOM)),
            digest: Digest::default(),
        }],
        agents: vec![agent("Anna", "Support"), agent("Bernd", "Sales")],
        personas: Personas::default(),
        reply_mode,
        confirm_grace: SignedDuration::from_secs(30),
        command_prefix: "!".to_owned(),
        reopen_within: SignedDuration::from_hours(24),
        locale: "en".to_owned(),
        time_zone: TimeZone::UTC,
        deadlines: Arc::default(),
        rules: desk::rules::RuleSet::default(),
        topic_links: BTreeMap::new(),
        words: Arc::new(Locales::built_in()),
    }
}

/// The operation that a row of the outbox holds.
fn id_of(row: &RowText) -> Option<OpId> {
    let row: Value = serde_json::from_str(row.as_str()).ok()?;
    row.get("id")?.as_str().map(OpId::new)
}
