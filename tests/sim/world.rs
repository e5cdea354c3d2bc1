//! One seed: the platforms, the store, the process that dies and comes back.

use crate::check;
use crate::digests::{Kept, Life};
use crate::notices::AGAIN;
use crate::profile::{Platform, Whose};
use crate::scene::{channel, faults, scene, setup};
use crate::script::{Script, TEAM_ROOM};
use crate::scripted::{Faults, Scripted};
use crate::stepwise::{Stepwise, at_once};
use crate::totals::Totals;
use desk::rows::{Counters, Queued, Thread, Timer};
use desk::{Digest, Key, ReplyMode, Setup};
use deskbridge::clock::Clock;
use deskbridge::runtime::{self, Parts};
use deskbridge::store::{SledStore, Store};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::{Adapter, ChatId, OpId, Operation, Stop, TopicId, Voice};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

/// Of so many deaths one is followed by hours in which the bridge is off.
const LONG_STOPS: u8 = 16;

/// The runtime's virtual time, with jumps on top.
pub(crate) struct VirtualClock {
    begin: tokio::time::Instant,
    begins: Timestamp,
    jump: AtomicI64,
}

impl VirtualClock {
    fn new(begins: Timestamp) -> Arc<Self> {
        Arc::new(Self { begin: tokio::time::Instant::now(), begins, jump: AtomicI64::new(0) })
    }

    fn jump(&self, seconds: i64) {
        self.jump.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The platforms' own clock does not jump.
    pub(crate) fn true_time(&self) -> Timestamp {
        self.begins.checked_add(self.begin.elapsed()).unwrap()
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let jump = SignedDuration::from_secs(self.jump.load(Ordering::Relaxed));
        self.true_time().checked_add(jump).unwrap()
    }
}

/// Everything of one seed that outlives the process.
pub(crate) struct Sim {
    pub(crate) customers: Arc<Scripted>,
    pub(crate) team: Arc<Scripted>,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) random: fastrand::Rng,
    setup: Setup,
    lives: Vec<Life>,
    /// The bridge's own words that ever became durable.
    notices: BTreeMap<OpId, Queued>,
    /// Since when nothing fails, dies or jumps, and how many events there were before.
    quiet: (Timestamp, u64),
}

/// Runs one seed to its end and checks the laws.
pub(crate) fn run(seed: u64) -> Result<Totals, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(one_seed(seed))
}

async fn one_seed(seed: u64) -> Result<Totals, String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let pair = Platform::pair(seed);
    let customers = channel(&mut random, "shop", pair.0, Whose::Customer);
    let team = channel(&mut random, "team", pair.1, Whose::Team);
    let scene = scene(&mut random);
    let clock = VirtualClock::new(scene.begins);
    let setup = setup(&mut random, &scene);
    let quiet = (Timestamp::UNIX_EPOCH, 0);
    let (lives, notices) = (Vec::new(), BTreeMap::new());
    let mut sim = Sim { customers, team, clock, random, setup, lives, notices, quiet };
    let dir = tempfile::tempdir_in(scratch()).unwrap();
    let mut script = Script::new(&mut sim);
    let mut totals = Totals::default();
    totals.pairs.insert(pair, 1);

    // troubled times, with deaths
    let faults = faults(&mut sim.random);
    sim.customers.set_faults(faults);
    sim.team.set_faults(faults);
    let mut store = open(dir.path());
    while !script.done() {
        let (pull, stop) = Stop::new();
        let polls = sim.random.u32(1..150);
        let (parts, life) = sim.begin(&store, stop);
        let bridge = CrashAfter { polls, bridge: Box::pin(runtime::run(parts)) };
        tokio::select! {
            biased;
            ended = bridge => match ended {
                None => totals.crashes += 1,
                Some(ended) => return Err(format!("the bridge ended by itself: {ended:?}")),
            },
            () = script.act(&mut sim) => {}
        }
        drop(pull);
        let ended = sim.now();
        store = reopen(store, dir.path(), sim.random.u8(0..4) == 0).await;
        sim.end(&life, ended, store.as_ref());
        sim.note_what_was_begun(store.as_ref());
        if sim.random.u8(0..LONG_STOPS) == 0 {
            tokio::time::sleep(Duration::from_secs(sim.random.u64(0..300_000))).await;
        }
        if sim.random.u8(0..10) == 0 {
            sim.clock.jump(sim.random.i64(-4000..4000));
        }
    }

    // quiet times: everything that can still arrive arrives
    sim.customers.set_faults(Faults::default());
    sim.team.set_faults(Faults::default());
    script.settle(&mut sim);
    let (pull, stop) = Stop::new();
    sim.quiet = (sim.now(), events(store.as_ref()));
    // now and then it goes on to the next day
    let rest = Duration::from_hours(if sim.random.u8(0..5) == 0 { 25 } else { 0 });
    let (parts, life) = sim.begin(&store, stop);
    let bridge = runtime::run(parts);
    let quiet = async {
        let mut left = 2000;
        while left > 0 && !(waiting(store.as_ref()) == 0 && script.all_received(&sim)) {
            tokio::time::sleep(Duration::from_secs(20)).await;
            left -= 1;
        }
        // one more turn for what only shows
        tokio::time::sleep(Duration::from_secs(20) + rest).await;
        pull.send_replace(true);
        left
    };
    let (ended, left) = tokio::join!(bridge, quiet);
    let now = sim.now();
    sim.end(&life, now, store.as_ref());
    ended.map_err(|error| format!("the bridge failed: {error}"))?;
    if left == 0 {
        return Err(format!("{} operations never left the outbox", waiting(store.as_ref())));
    }
    let told = check::laws(&sim, &script, store.as_ref(), &mut totals);
    told.map_err(|wrong| format!("{wrong} ({pair:?}, {:?}, {faults:?})", sim.mode()))?;
    Ok(totals)
}

impl Sim {
    /// A process, and what it writes down of its life.
    fn begin(&mut self, store: &Arc<SledStore>, stop: Stop) -> (Parts, Begun) {
        let adapters: Vec<Arc<dyn Adapter>> =
            vec![Arc::clone(&self.customers) as _, Arc::clone(&self.team) as _];
        let begun = Begun { from: self.now(), notices: Arc::default() };
        let parts = Parts {
            setup: self.setup.clone(),
            store: Arc::new(Stepwise { store: Arc::clone(store), notices: Arc::clone(&begun.notices) }),
            adapters,
            clock: Arc::clone(&self.clock) as _,
            seed: self.random.u64(..),
            stop,
            overlap_from: self.random.usize(1..4),
            status: None,
        };
        (parts, begun)
    }

    fn end(&mut self, begun: &Begun, to: Timestamp, store: &dyn Store) {
        let armed = at_once(store.scan("digest/", None, 10)).unwrap();
        // a row that is put again is the same digest
        let known = self.lives.iter().flat_map(|life| &life.kept).map(|kept| &kept.id);
        let mut known: BTreeSet<OpId> = known.cloned().collect();
        let notices = std::mem::take(&mut *begun.notices.lock().unwrap());
        let kept = notices.iter().filter_map(Kept::of).filter(|kept| known.insert(kept.id.clone())).collect();
        self.notices.extend(notices.into_iter().map(|notice| (notice.id.clone(), notice)));
        // a start takes no virtual time: whoever lived on has it behind them
        let is_armed = to > begun.from || !armed.is_empty();
        self.lives.push(Life { from: begun.from, to, kept, is_armed });
    }

    /// The bridge's own words whose attempt was kept before the process died count as tried, whether or not the
    /// platform ever heard of them.
    fn note_what_was_begun(&self, store: &dyn Store) {
        for (_, row) in at_once(store.scan(desk::key::OUT_PREFIX, None, 10_000)).unwrap() {
            let queued: Queued = serde_json::from_value(row).unwrap();
            if queued.tried_at.is_none() {
                continue;
            }
            let Operation::Create { voice: Voice::Bridge, body, .. } = &queued.operation else { continue };
            let thread = queued.lane.thread.and_then(|id| {
                let row = at_once(store.get(&[Key::Thread(id).text()])).unwrap().remove(0)?;
                Some(serde_json::from_value::<Thread>(row).unwrap())
            });
            let topic = thread.and_then(|thread| thread.topic);
            let place = &queued.lane.place;
            let on = if place.channel == *self.team.channel() { &self.team } else { &self.customers };
            let mut world = on.world();
            world.own_words.insert((place.chat.clone(), topic, body.shown().to_owned()));
            world.unanswered.insert(queued.id.to_string());
        }
    }

    /// Whether the bridge may have said something to the team twice, of which nobody can tell whether any arrived.
    pub(crate) fn perhaps_told_team(&self, topic: Option<&TopicId>, is_it: impl Fn(&str) -> bool) -> bool {
        let is_second = |said: &str| said.strip_prefix(AGAIN).is_some_and(&is_it);
        perhaps_told(&self.team, &ChatId::new(TEAM_ROOM), topic, is_second)
    }

    /// Whether the bridge may have said something to a customer, of which nobody can tell whether it arrived: it is not
    /// said again.
    pub(crate) fn perhaps_told_customer(&self, chat: &ChatId, is_it: impl Fn(&str) -> bool) -> bool {
        perhaps_told(&self.customers, chat, None, is_it)
    }

    /// The bridge's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Since when nothing fails, dies or jumps, and how many events there were before.
    pub(crate) const fn quiet_since(&self) -> (Timestamp, u64) {
        self.quiet
    }

    /// The bridge's own words, to either side.
    pub(crate) fn notices(&self) -> impl Iterator<Item = &Queued> {
        self.notices.values()
    }

    pub(crate) fn lives(&self) -> &[Life] {
        &self.lives
    }

    pub(crate) fn digest(&self) -> Digest {
        self.setup.teams[0].digest
    }

    pub(crate) const fn zone(&self) -> &TimeZone {
        &self.setup.time_zone
    }

    pub(crate) fn mode(&self) -> ReplyMode {
        self.setup.reply_mode
    }
}

/// A life that is not over.
struct Begun {
    from: Timestamp,
    notices: Arc<Mutex<Vec<Queued>>>,
}

fn perhaps_told(on: &Scripted, chat: &ChatId, topic: Option<&TopicId>, is_it: impl Fn(&str) -> bool) -> bool {
    let world = on.world();
    let mut tried = world.own_words.iter();
    !on.readable
        && tried.any(|(place, within, said)| place == chat && within.as_ref() == topic && is_it(said))
}

/// Polls the bridge so many times and then drops it where it stands.
struct CrashAfter<F> {
    polls: u32,
    bridge: Pin<Box<F>>,
}

impl<F: Future> Future for CrashAfter<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.bridge.as_mut().poll(context).map(Some)
    }
}

/// How many events there are.
fn events(store: &dyn Store) -> u64 {
    let counters = at_once(store.get(&[Key::Counters.text()])).unwrap().remove(0);
    counters.map_or(0, |row| serde_json::from_value::<Counters>(row).unwrap().events)
}

fn open(dir: &std::path::Path) -> Arc<SledStore> {
    Arc::new(SledStore::open(dir, None).unwrap())
}

/// Waits until the dead process has let go of the store and, if asked, opens it anew from the files.
async fn reopen(store: Arc<SledStore>, dir: &std::path::Path, anew: bool) -> Arc<SledStore> {
    while Arc::strong_count(&store) > 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if !anew {
        return store;
    }
    drop(store);
    open(dir)
}

/// How much waits: operations in the outbox, replies in their grace period, strays. A digest is always to come.
fn waiting(store: &dyn Store) -> usize {
    let scan = |prefix| at_once(store.scan(prefix, None, 10_000)).unwrap();
    let timers = scan(desk::key::TIMER_PREFIX).into_iter();
    let timers = timers.filter(|(_, row)| {
        let timer: Timer = serde_json::from_value(row.clone()).unwrap();
        !matches!(timer, Timer::Digest { .. })
    });
    scan(desk::key::OUT_PREFIX).len() + timers.count()
}

/// Where stores of seeds live: in memory when the machine has a place for that.
fn scratch() -> std::path::PathBuf {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}
