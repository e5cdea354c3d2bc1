//! The loop: what comes in is decided, kept in one commit, acknowledged, and only then carried out.
//!
//! One task owns the desk's state and the outbox. It gathers what waits (messages, outcomes, timers), decides on all
//! of it, commits once, releases the acknowledgements, and starts the attempts that the outbox allows. While one commit
//! is under way it decides on what came next (`keep`). Nothing here knows a platform or decides what is relayed.

mod cache;
mod deliver;
mod files;
mod gauge;
mod keep;
mod made;
mod settle;
mod supervise;
mod typing;

use crate::clock::{Clock, later, sleep_until};
use crate::observe::relay as observe;
use crate::outbox::{LANE_MEMORY, Outbox, retry};
use crate::status::Status;
use crate::store::{Store, StoreError};
use cache::Cache;
use deliver::{Attempts, Returned};
use desk::key::{OUT_PREFIX, STRAY_PREFIX, TIMER_PREFIX};
use desk::rows::{Cursor, Phase, Queued, Row};
use desk::{Decision, Effect, Input, Key, Lane, Setup, Verdict};
use gauge::Gauge;
pub(crate) use gauge::waiting_since;
use jiff::Timestamp;
use keep::{Decided, Flight};
use port::{Adapter, ChannelName, Idempotency, IntakeBatch, Place, Stop};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervised;
use tokio::sync::{mpsc, watch};

/// How many batches may wait before adapters have to.
pub const INTAKE_MAX: usize = 256;
/// How many inputs one turn takes at most.
pub const COMMIT_MAX: usize = 128;
/// After how many decisions it pays to commit them while more are made: a commit and a change of threads cost something,
/// however little they hold.
pub const OVERLAP_FROM: usize = 32;
/// How long a soft stop waits for attempts under way; what is not back then is kept and goes on after the restart.
pub const STOP_GRACE: Duration = Duration::from_secs(10);

/// What the loop is made of.
pub struct Parts {
    /// The configuration as the desk needs it.
    pub setup: Setup,
    /// The durable store, owned by this process.
    pub store: Arc<dyn Store>,
    /// One adapter a channel.
    pub adapters: Vec<Arc<dyn Adapter>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where jitter comes from.
    pub seed: u64,
    /// Ends the loop softly.
    pub stop: Stop,
    /// After how many decisions they go to the disk while more are made; [`OVERLAP_FROM`] but in tests.
    pub overlap_from: usize,
    /// Where the loop tells how it is.
    pub status: Option<watch::Sender<Status>>,
}

/// Why the loop ended against its will.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The store failed. Nothing unkept was acknowledged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row does not read as what it should be. The process stops rather than guess.
    #[error(
        "the row {key} is damaged ({reason}): restore the last export with `deskbridge import` into a new data_dir"
    )]
    Row {
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A row of the figures does not read as what it should be. The journal gives it again.
    #[error("the row {key} is damaged ({reason}): run `deskbridge figures rebuild`")]
    Figures {
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No channel can work as configured.
    #[error("no channel can work: {0}")]
    NoChannel(String),
}

/// Runs until it is told to stop.
///
/// # Errors
/// When the store fails, or no channel can ever work as configured.
pub async fn run(parts: Parts) -> Result<(), RuntimeError> {
    let mut stop = parts.stop.clone();
    let (intake, mut batches) = mpsc::channel(INTAKE_MAX);
    let mut this = Loop::new(parts).await?;
    let (hint, mut hints) = mpsc::channel(typing::TYPING_MAX);
    let mut supervised = Supervised::start(&this.adapters, &this.store, &intake, &hint, &stop, &this.clock);
    drop((intake, hint));
    loop {
        let wake = this.wake_at();
        let mut gathered = Gathered::default();
        tokio::select! {
            biased;
            () = stop.wait() => break,
            Some(returned) = this.attempts.next() => gathered.returned.push(returned),
            Some(landed) = this.flight.landed() => this.landed(landed).await?,
            Some(batch) = batches.recv() => gathered.batches.push(batch),
            Some(end) = supervised.next() => {
                if let Some(reason) = supervised.all_failed(end) {
                    return Err(RuntimeError::NoChannel(reason));
                }
            }
            Some(hint) = hints.recv() => {
                this.typing(hint).await?;
                continue;
            }
            () = sleep_until(this.clock.as_ref(), wake) => {}
        }
        this.step(gathered, Some(&mut batches)).await?;
    }
    observe::stopping(this.outbox.in_flight());
    let ended = this.wind_down(&mut batches).await;
    supervised.end().await;
    observe::stopped();
    ended
}

/// What waits to be decided on.
#[derive(Default)]
struct Gathered {
    batches: Vec<IntakeBatch>,
    returned: Vec<Returned>,
}

/// Everything the loop owns.
struct Loop {
    setup: Setup,
    store: Arc<dyn Store>,
    adapters: Arc<BTreeMap<ChannelName, Arc<dyn Adapter>>>,
    clock: Arc<dyn Clock>,
    random: fastrand::Rng,
    cache: Cache,
    outbox: Outbox,
    attempts: Attempts,
    /// The earliest timer there is.
    next_timer: Option<Timestamp>,
    decided: Decided,
    flight: Flight,
    gauge: Gauge,
    hints: typing::Hints,
    stopping: bool,
    overlap_from: usize,
}

impl Loop {
    async fn new(parts: Parts) -> Result<Self, RuntimeError> {
        let adapters: BTreeMap<_, _> =
            parts.adapters.into_iter().map(|adapter| (adapter.channel().clone(), adapter)).collect();
        let adapters = Arc::new(adapters);
        let teams = parts.setup.teams.iter().map(|team| team.name.clone()).collect();
        let gauge = Gauge::new(parts.status, teams, parts.store.as_ref()).await?;
        let mut strays = 0;
        gauge::count(parts.store.as_ref(), STRAY_PREFIX, |_| strays += 1).await?;
        let mut this = Self {
            setup: parts.setup,
            store: parts.store,
            attempts: Attempts::new(Arc::clone(&adapters)),
            adapters,
            clock: parts.clock,
            random: fastrand::Rng::with_seed(parts.seed),
            cache: Cache::new(strays),
            outbox: Outbox::default(),
            next_timer: None,
            decided: Decided::default(),
            flight: Flight::default(),
            gauge,
            hints: typing::Hints::default(),
            stopping: false,
            overlap_from: parts.overlap_from,
        };
        this.recover().await?;
        this.decide(&Input::Started).await?;
        this.keep().await?;
        this.find_next_timer().await?;
        this.gauge.tell(this.clock.now(), this.store.as_ref(), &this.outbox).await?;
        Ok(this)
    }

    /// Takes up what was left in the outbox: each head may have been sent just before the end.
    async fn recover(&mut self) -> Result<(), RuntimeError> {
        let now = self.clock.now();
        let mut after: Option<String> = None;
        let mut heads: Option<Lane> = None;
        let mut count = 0_usize;
        loop {
            let page = self.store.scan(OUT_PREFIX, after.as_deref(), LANE_MEMORY * 8).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (key, value) in page {
                let mut row = queued_of(&key, value)?;
                count += 1;
                if row.queued_at > now {
                    // the clock went back meanwhile
                    row.not_before = None;
                }
                if heads.as_ref() != Some(&row.lane) {
                    heads = Some(row.lane.clone());
                    if let Some(adapter) = self.adapters.get(&row.lane.place.channel) {
                        let idempotency = adapter.capabilities(&row.lane.place.chat).idempotency;
                        row.phase = retry::resume(now, &row, idempotency);
                        if row.phase == Phase::Send && idempotency != Idempotency::None {
                            // the attempt that the end cut short, if there was one, was not before this
                            row.tried_at = row.tried_at.or(Some(row.queued_at));
                        }
                    }
                }
                self.outbox.apply(Effect::Queue(Box::new(row)));
            }
        }
        observe::recovered(count);
        Ok(())
    }

    /// When the loop has to wake by itself.
    fn wake_at(&self) -> Option<Timestamp> {
        if self.stopping {
            return None;
        }
        let now = self.clock.now();
        let outbox = self.outbox.next_at(now, &AdapterLimits(&self.adapters));
        [self.next_timer, outbox, self.gauge.next_at(), self.decided.wait_until].into_iter().flatten().min()
    }

    /// One turn of the loop: decide on everything that waits, keep it, release it.
    async fn step(
        &mut self,
        mut gathered: Gathered,
        batches: Option<&mut mpsc::Receiver<IntakeBatch>>,
    ) -> Result<(), RuntimeError> {
        let mut inputs: usize = gathered.batches.iter().map(|batch| batch.inbound.len()).sum();
        if let Some(batches) = batches {
            while inputs < COMMIT_MAX {
                let Ok(batch) = batches.try_recv() else { break };
                inputs += batch.inbound.len().max(1);
                gathered.batches.push(batch);
            }
        }
        while let Some(returned) = self.attempts.try_next() {
            gathered.returned.push(returned);
        }
        for returned in gathered.returned {
            self.returned(returned).await?;
        }
        for batch in gathered.batches {
            self.received(batch).await?;
        }
        self.due_timers().await?;
        self.go_on().await?;
        if !self.stopping {
            self.start_attempts().await?;
        }
        self.gauge.tell(self.clock.now(), self.store.as_ref(), &self.outbox).await?;
        Ok(())
    }

    /// Decides on a batch of an adapter and notes its cursor.
    async fn received(&mut self, batch: IntakeBatch) -> Result<(), RuntimeError> {
        self.prepare(&batch).await?;
        let IntakeBatch { channel, inbound, next_cursor, kept } = batch;
        for inbound in inbound {
            observe::inbound(&channel, inbound.kind.word());
            if !fits(&inbound) {
                // its row could not be kept, and it would come again at every start
                observe::poison(&channel, inbound.kind.word());
                continue;
            }
            self.decide(&Input::Inbound { channel: channel.clone(), inbound }).await?;
        }
        let cursor = BTreeMap::from([(Key::Cursor(channel), Some(Row::Cursor(Cursor(next_cursor.0))))]);
        self.cache.write(cursor);
        self.decided.to_acknowledge.push(kept);
        Ok(())
    }

    async fn due_timers(&mut self) -> Result<(), RuntimeError> {
        let now = self.clock.now();
        while self.next_timer.is_some_and(|at| at <= now) && !self.stopping {
            self.keep().await?;
            let page = self.store.scan(TIMER_PREFIX, None, 64).await?;
            let mut due = Vec::new();
            due.extend(page.iter().filter_map(|(text, _)| timer_key(text)));
            due.retain(|key| matches!(key, Key::Timer { at, .. } if *at <= now));
            for key in due {
                self.decide(&Input::Due(key)).await?;
            }
            self.decided.timers_changed = true;
            self.keep().await?;
        }
        Ok(())
    }

    async fn find_next_timer(&mut self) -> Result<(), RuntimeError> {
        let first = self.store.scan(TIMER_PREFIX, None, 1).await?;
        self.next_timer = first
            .first()
            .and_then(|(text, _)| timer_key(text))
            .and_then(|key| if let Key::Timer { at, .. } = key { Some(at) } else { None });
        Ok(())
    }

    /// Decides on one input; loads what the desk lacks.
    async fn decide(&mut self, input: &Input) -> Result<(), RuntimeError> {
        let decision = loop {
            match desk::decide(self.clock.now(), &self.setup, &self.cache, input) {
                Ok(decision) => break decision,
                Err(missing) => {
                    if matches!(missing, desk::Missing::Scan(_)) {
                        // a scan sees what is durable only
                        self.keep().await?;
                    }
                    self.cache.load(self.store.as_ref(), &missing).await?;
                }
            }
        };
        if let Input::Settled { queued, verdict: Verdict::Unknown } = input
            && decision.lets_go()
        {
            observe::let_go(queued);
        }
        let Decision { events, writes, effects } = decision;
        for event in &events {
            observe::event(&event.fact);
        }
        self.decided.timers_changed |= writes.keys().any(|key| matches!(key, Key::Timer { .. }));
        self.gauge.count(&writes);
        self.cache.write(writes);
        self.decided.to_apply.extend(effects);
        self.overlap().await
    }

    /// Fills lanes whose memory ran dry. What is read must be what the outbox was told: while no commit is under way.
    async fn refill(&mut self) -> Result<(), RuntimeError> {
        for lane in self.outbox.dry() {
            let page = self.store.scan(&lane.prefix(), None, LANE_MEMORY + 1).await?;
            let more = page.len() > LANE_MEMORY;
            let rows = page
                .into_iter()
                .take(LANE_MEMORY)
                .map(|(key, value)| queued_of(&key, value))
                .collect::<Result<Vec<_>, _>>()?;
            self.outbox.refill(&lane, rows, more);
        }
        Ok(())
    }

    /// After a soft stop: what is under way comes back and is kept; nothing new is started.
    async fn wind_down(&mut self, batches: &mut mpsc::Receiver<IntakeBatch>) -> Result<(), RuntimeError> {
        self.stopping = true;
        batches.close();
        let give_up = later(self.clock.now(), STOP_GRACE);
        while self.outbox.in_flight() > 0 && self.clock.now() < give_up {
            let mut gathered = Gathered::default();
            tokio::select! {
                biased;
                Some(returned) = self.attempts.next() => gathered.returned.push(returned),
                () = sleep_until(self.clock.as_ref(), Some(give_up)) => {}
            }
            self.step(gathered, Some(batches)).await?;
        }
        self.step(Gathered::default(), Some(batches)).await
    }
}

/// The longest id of a platform that is taken, in bytes as a key holds them. Real ones have a tenth of it.
pub const ID_MAX: usize = 300;

/// Whether the ids of a happening can be part of a key.
fn fits(inbound: &port::Inbound) -> bool {
    let topic = inbound.topic.as_ref().map_or("", port::TopicId::as_str);
    let ids = [inbound.chat.as_str(), inbound.message.as_str(), topic];
    ids.into_iter().all(|id| desk::key::escape(id).len() <= ID_MAX)
}

/// Rate limits as the adapters tell them.
struct AdapterLimits<'a>(&'a BTreeMap<ChannelName, Arc<dyn Adapter>>);

impl crate::outbox::Limits for AdapterLimits<'_> {
    fn budgets(&self, lane: &Lane) -> Vec<port::Budget> {
        let Place { channel, chat } = &lane.place;
        self.0.get(channel).map(|adapter| adapter.capabilities(chat).budgets).unwrap_or_default()
    }

    fn text_limit(&self, lane: &Lane) -> Option<port::Limit> {
        let Place { channel, chat } = &lane.place;
        self.0.get(channel).map(|adapter| adapter.capabilities(chat).text_limit)
    }
}

fn queued_of(key: &str, value: serde_json::Value) -> Result<Queued, RuntimeError> {
    serde_json::from_value(value)
        .map_err(|source| RuntimeError::Row { key: key.to_owned(), reason: source.to_string() })
}

fn timer_key(text: &str) -> Option<Key> {
    let mut parts = text.strip_prefix(TIMER_PREFIX)?.split('/');
    let at = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
    let number = parts.next()?.parse().ok()?;
    Some(Key::Timer { at, thread: port::ThreadId(parts.next()?.parse().ok()?), number })
}
