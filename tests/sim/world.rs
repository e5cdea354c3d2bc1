//! One seed: the platforms, the store, the process that dies and comes back.

use crate::check;
use crate::script::{Script, TEAM_ROOM};
use crate::scripted::{Faults, Scripted};
use crate::stepwise::{Stepwise, at_once};
use desk::calendar::Calendar;
use desk::policy::Deadlines;
use desk::rows::{Counters, Queued, Thread};
use desk::{Agent, Digest, Key, ReplyMode, Role, Setup, Team};
use deskbridge::clock::Clock;
use deskbridge::runtime::{self, Parts};
use deskbridge::store::{SledStore, Store};
use deskbridge::words::Locales;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::{
    AccountId, Adapter, AgentName, Budget, ChannelName, ChatId, Counts, Idempotency, Operation, Place, Scope,
    Stop, Voice,
};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

/// What a run went through.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) crashes: u64,
    pub(crate) messages: u64,
    pub(crate) replies: u64,
    pub(crate) unknown: u64,
    pub(crate) lost_topics: u64,
    pub(crate) sends: u64,
    /// Messages that were changed where they stood.
    pub(crate) changed: u64,
    /// Messages that were taken away where they stood.
    pub(crate) taken_back: u64,
    /// Changes of customers' messages that were posted instead.
    pub(crate) posted: u64,
    /// Messages of several parts.
    pub(crate) cut: u64,
    /// Customers' messages that are part of a post with others.
    pub(crate) gathered: u64,
    pub(crate) files: u64,
    pub(crate) files_left_out: u64,
    pub(crate) reactions: u64,
    pub(crate) reactions_gone: u64,
    pub(crate) notes_changed: u64,
    pub(crate) clocks: u64,
    pub(crate) warnings: u64,
    pub(crate) breaches: u64,
    pub(crate) met: u64,
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.messages += other.messages;
        self.replies += other.replies;
        self.unknown += other.unknown;
        self.lost_topics += other.lost_topics;
        self.sends += other.sends;
        self.changed += other.changed;
        self.taken_back += other.taken_back;
        self.posted += other.posted;
        self.cut += other.cut;
        self.gathered += other.gathered;
        self.files += other.files;
        self.files_left_out += other.files_left_out;
        self.reactions += other.reactions;
        self.reactions_gone += other.reactions_gone;
        self.notes_changed += other.notes_changed;
        self.clocks += other.clocks;
        self.warnings += other.warnings;
        self.breaches += other.breaches;
        self.met += other.met;
    }

    /// Whether so many seeds went through everything that there is.
    pub(crate) fn proves_something(&self, seeds: u64) -> bool {
        let seldom = [
            self.unknown,
            self.lost_topics,
            self.posted,
            self.files_left_out,
            self.taken_back,
            self.reactions_gone,
            self.notes_changed,
        ];
        let often = [
            self.crashes,
            self.changed,
            self.cut,
            self.gathered,
            self.files,
            self.reactions,
            self.warnings,
            self.breaches,
            self.met,
        ];
        seldom.into_iter().all(|count| count > 0) && often.into_iter().all(|count| count > seeds / 2)
    }
}

/// The runtime's virtual time, with jumps on top.
pub(crate) struct VirtualClock {
    begin: tokio::time::Instant,
    jump: AtomicI64,
}

impl VirtualClock {
    fn new() -> Arc<Self> {
        Arc::new(Self { begin: tokio::time::Instant::now(), jump: AtomicI64::new(0) })
    }

    fn jump(&self, seconds: i64) {
        self.jump.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The platforms' own clock does not jump.
    pub(crate) fn true_time(&self) -> Timestamp {
        let base = Timestamp::from_second(1_800_000_000).unwrap();
        base.checked_add(self.begin.elapsed()).unwrap()
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
    let customers = channel(&mut random, "shop");
    let team = team(&mut random);
    let clock = VirtualClock::new();
    let setup = setup(&mut random);
    let mut sim = Sim { customers, team, clock, random, setup, quiet: (Timestamp::UNIX_EPOCH, 0) };
    let dir = tempfile::tempdir_in(scratch()).unwrap();
    let mut script = Script::new(&mut sim);
    let mut totals = Totals::default();

    // troubled times, with deaths
    let faults = faults(&mut sim.random);
    sim.customers.set_faults(faults);
    sim.team.set_faults(faults);
    let mut store = open(dir.path());
    while !script.done() {
        let (pull, stop) = Stop::new();
        let polls = sim.random.u32(1..150);
        let bridge = CrashAfter { polls, bridge: Box::pin(runtime::run(sim.parts(&store, stop))) };
        tokio::select! {
            biased;
            ended = bridge => match ended {
                None => totals.crashes += 1,
                Some(ended) => return Err(format!("the bridge ended by itself: {ended:?}")),
            },
            () = script.act(&mut sim) => {}
        }
        drop(pull);
        store = reopen(store, dir.path(), sim.random.u8(0..4) == 0).await;
        sim.note_what_was_begun(store.as_ref());
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
    let bridge = runtime::run(sim.parts(&store, stop));
    let quiet = async {
        let mut left = 2000;
        while left > 0 && !(waiting(store.as_ref()) == 0 && script.all_received(&sim)) {
            tokio::time::sleep(Duration::from_secs(20)).await;
            left -= 1;
        }
        // one more turn for what only shows
        tokio::time::sleep(Duration::from_secs(20)).await;
        pull.send_replace(true);
        left
    };
    let (ended, left) = tokio::join!(bridge, quiet);
    ended.map_err(|error| format!("the bridge failed: {error}"))?;
    if left == 0 {
        return Err(format!("{} operations never left the outbox", waiting(store.as_ref())));
    }
    let told = check::laws(&sim, &script, store.as_ref(), &mut totals);
    told.map_err(|wrong| format!("{wrong} ({:?}, {faults:?})", sim.mode()))?;
    Ok(totals)
}

impl Sim {
    fn parts(&mut self, store: &Arc<SledStore>, stop: Stop) -> Parts {
        let adapters: Vec<Arc<dyn Adapter>> =
            vec![Arc::clone(&self.customers) as _, Arc::clone(&self.team) as _];
        Parts {
            setup: self.setup.clone(),
            store: Arc::new(Stepwise(Arc::clone(store))),
            adapters,
            clock: Arc::clone(&self.clock) as _,
            seed: self.random.u64(..),
            stop,
            overlap_from: self.random.usize(1..4),
            status: None,
        }
    }

    /// The bridge's own words whose attempt was kept before the process died count as tried, whether or not the
    /// platform ever heard of them. Where attempts are not kept first, that may be so of every head: one that waited for
    /// longer than the platform knows repeats is taken as perhaps said.
    fn note_what_was_begun(&self, store: &dyn Store) {
        let mut lane = None;
        for (_, row) in at_once(store.scan(desk::key::OUT_PREFIX, None, 10_000)).unwrap() {
            let queued: Queued = serde_json::from_value(row).unwrap();
            let is_head = lane.replace(queued.lane.clone()).as_ref() != Some(&queued.lane);
            let is_kept_first = self.team.idempotency == Idempotency::None;
            let may_be_begun = queued.tried_at.is_some() || (is_head && !is_kept_first);
            let Some(id) = queued.lane.thread.filter(|_| may_be_begun) else { continue };
            let Operation::Create { voice: Voice::Bridge, body, .. } = &queued.operation else { continue };
            let thread = at_once(store.get(&[Key::Thread(id).text()])).unwrap().remove(0);
            let thread: Option<Thread> = thread.map(|row| serde_json::from_value(row).unwrap());
            let topic = thread.and_then(|thread| thread.topic);
            self.team.world().own_words.insert((topic, body.shown().to_owned()));
        }
    }

    /// The bridge's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Since when nothing fails, dies or jumps, and how many events there were before.
    pub(crate) const fn quiet_since(&self) -> (Timestamp, u64) {
        self.quiet
    }

    pub(crate) fn mode(&self) -> ReplyMode {
        self.setup.reply_mode
    }
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

fn channel(random: &mut fastrand::Rng, name: &str) -> Arc<Scripted> {
    let (seed, repeats, readable) = (random.u64(..), platform(random), random.bool());
    let text_max = *random.choice(&[30, 60, 4096]).unwrap();
    let mut channel = Scripted::new(name, seed, repeats, readable);
    Arc::get_mut(&mut channel).unwrap().text_max = text_max;
    channel
}

/// The team's platform: any, or one that takes few messages of a chat, knows no repeats and cannot be read.
fn team(random: &mut fastrand::Rng) -> Arc<Scripted> {
    let mut team = channel(random, "team");
    let crowded = random.u8(0..5);
    if crowded < 2 {
        let max = *random.choice(&[2, 4, 20]).unwrap();
        let minute = Duration::from_mins(1);
        let is_like_telegram = crowded == 0 || random.bool();
        let of_team = Arc::get_mut(&mut team).unwrap();
        of_team.budgets = vec![
            Budget {
                scope: Scope::Channel,
                counts: Counts::Everything,
                max: 30,
                per: Duration::from_secs(1),
            },
            Budget { scope: Scope::Chat, counts: Counts::Messages, max, per: minute },
        ];
        // shorter ones leave no room for a second message
        of_team.text_max = *random.choice(&[400, 4096]).unwrap();
        if is_like_telegram {
            of_team.idempotency = Idempotency::None;
            of_team.readable = false;
        }
    }
    team
}

fn platform(random: &mut fastrand::Rng) -> Idempotency {
    match random.u8(0..3) {
        0 => Idempotency::None,
        1 => Idempotency::Key { window: Duration::from_mins(2) },
        _ => Idempotency::Key { window: Duration::from_hours(24) },
    }
}

fn faults(random: &mut fastrand::Rng) -> Faults {
    Faults {
        later: random.u8(0..20),
        lost_after: random.u8(0..15),
        lost_before: random.u8(0..8),
        limited: random.u8(0..10),
        slow: Duration::from_millis(random.u64(0..3000)),
        redelivered: random.u8(0..30),
        files_later: random.u8(0..30),
        files_never: random.u8(0..10),
    }
}

fn setup(random: &mut fastrand::Rng) -> Setup {
    static WORDS: OnceLock<Arc<Locales>> = OnceLock::new();
    let agent = |name: &str, account: &str| Agent {
        name: AgentName::new(name),
        title: None,
        role: Role::Agent,
        handles: BTreeMap::from([("scripted".to_owned(), AccountId::new(account))]),
        languages: Vec::new(),
    };
    Setup {
        instance: "sim".to_owned(),
        channels: ["shop", "team"].map(|name| (ChannelName::new(name), "scripted".to_owned())).into(),
        teams: vec![Team {
            name: "support".to_owned(),
            place: Place::new(ChannelName::new("team"), ChatId::new(TEAM_ROOM)),
            digest: Digest::default(),
        }],
        agents: vec![agent("Anna", "anna"), agent("Bernd", "bernd")],
        reply_mode: *random.choice(&[ReplyMode::Explicit, ReplyMode::Direct, ReplyMode::Confirm]).unwrap(),
        confirm_grace: SignedDuration::from_secs(10),
        command_prefix: "!".to_owned(),
        reopen_within: SignedDuration::from_secs(random.i64(0..200)),
        locale: "en".to_owned(),
        time_zone: TimeZone::UTC,
        deadlines: Arc::new(deadlines(random)),
        rules: desk::rules::RuleSet::default(),
        topic_links: BTreeMap::new(),
        words: Arc::clone(WORDS.get_or_init(|| Arc::new(Locales::built_in()))) as _,
    }
}

/// How many events there are.
fn events(store: &dyn Store) -> u64 {
    let counters = at_once(store.get(&[Key::Counters.text()])).unwrap().remove(0);
    counters.map_or(0, |row| serde_json::from_value::<Counters>(row).unwrap().events)
}

/// Short ones: most are over before the seed is.
fn deadlines(random: &mut fastrand::Rng) -> Deadlines {
    let always = Arc::new(Calendar::always("always", TimeZone::UTC));
    let mut shipped = Deadlines::shipped(Arc::clone(&always), &TimeZone::UTC);
    shipped.policies.retain(|policy| policy.name == "standard");
    for policy in &mut shipped.policies {
        let mut seconds = |most| Some(SignedDuration::from_secs(random.i64(5..most)));
        policy.first_response = seconds(300);
        policy.next_response = seconds(300);
        policy.resolution = seconds(900);
    }
    shipped
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

/// How much waits: operations in the outbox, replies in their grace period, strays.
fn waiting(store: &dyn Store) -> usize {
    let mut count = 0;
    for prefix in [desk::key::OUT_PREFIX, desk::key::TIMER_PREFIX] {
        count += at_once(store.scan(prefix, None, 10_000)).unwrap().len();
    }
    count
}

/// Where stores of seeds live: in memory when the machine has a place for that.
fn scratch() -> std::path::PathBuf {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}
