//! Makes durable what was decided, and only then lets the world know.
//!
//! Where much waits, the loop decides on it while the commit before is under way: the disk and the desk work at the same
//! time. There is never more than one commit under way, so they become durable in the order of their decisions. What a
//! decision causes outside (acknowledgements, attempts) waits for its own commit.

use super::cache::text_of;
use super::{Loop, RuntimeError, fits};
use crate::clock::later;
use crate::store::{Batch, Store, StoreError};
use desk::rows::Row;
use desk::{Effect, Key};
use jiff::Timestamp;
use port::IntakeBatch;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

/// What is decided and waits for its commit, beside the rows.
#[derive(Default)]
pub(super) struct Decided {
    /// Acknowledged after the commit.
    pub(super) to_acknowledge: Vec<oneshot::Sender<()>>,
    /// Told to the outbox after the commit.
    pub(super) to_apply: Vec<Effect>,
    pub(super) timers_changed: bool,
    /// How many decisions.
    inputs: usize,
    /// Until when they wait for more, if they do.
    pub(super) wait_until: Option<Timestamp>,
}

/// How long an outcome that nothing waits for waits for company: a message that comes within that time is on its way
/// without a commit of the outcome before it, and both take one.
const COMPANY: Duration = Duration::from_millis(2);

/// The commit under way, if there is one.
#[derive(Default)]
pub(super) struct Flight {
    task: JoinSet<Result<(), RuntimeError>>,
    decided: Decided,
}

/// How a commit ended.
pub(super) type Landed = Result<Result<(), RuntimeError>, JoinError>;

impl Flight {
    /// Whether a commit is under way.
    pub(super) fn is_busy(&self) -> bool {
        !self.task.is_empty()
    }

    /// Waits until the commit under way ends; nothing when there is none.
    pub(super) async fn landed(&mut self) -> Option<Landed> {
        self.task.join_next().await
    }
}

impl Loop {
    /// Sees to it that what was decided becomes durable. While a commit is under way, it goes with the next one: the end
    /// of this one wakes the loop.
    pub(super) async fn go_on(&mut self) -> Result<(), RuntimeError> {
        self.look().await?;
        if !self.stopping && (self.flight.is_busy() || self.waits_for_company()) {
            return Ok(());
        }
        // nothing more is to be decided just now, and waiting is quicker than changing threads
        self.keep().await
    }

    /// Whether all that was decided are ends of operations, behind which nothing waits, and only just decided.
    fn waits_for_company(&mut self) -> bool {
        let Decided { to_acknowledge, to_apply, inputs, wait_until, .. } = &mut self.decided;
        let is_quiet = |effect: &Effect| match effect {
            Effect::Remove { lane, .. } => !self.outbox.goes_on(lane),
            Effect::Queue(_) => false,
        };
        if *inputs == 0 || !to_acknowledge.is_empty() || !to_apply.iter().all(is_quiet) {
            return false;
        }
        let now = self.clock.now();
        let latest = later(now, COMPANY);
        let until = *wait_until.get_or_insert(latest);
        // a clock that was set back makes nobody wait for longer
        now < until && until <= latest
    }

    /// In the middle of much to decide: when enough is decided, and the disk has nothing to do, it gets that.
    pub(super) async fn overlap(&mut self) -> Result<(), RuntimeError> {
        self.decided.inputs += 1;
        if self.decided.inputs >= self.overlap_from && !self.stopping {
            self.look().await?;
            if !self.flight.is_busy() {
                self.hand_over().await?;
            }
        }
        Ok(())
    }

    /// Looks whether the commit under way has ended.
    async fn look(&mut self) -> Result<(), RuntimeError> {
        match self.flight.task.try_join_next() {
            Some(landed) => self.landed(landed).await,
            None => Ok(()),
        }
    }

    /// Loads what a batch will ask for: first whose it is, then what there is of them. What the database is asked for while
    /// it writes waits for that.
    pub(super) async fn prepare(&mut self, batch: &IntakeBatch) -> Result<(), RuntimeError> {
        for _ in 0..2 {
            let inbound = batch.inbound.iter().filter(|inbound| fits(inbound));
            let keys = inbound.flat_map(|inbound| desk::asks_for(&self.cache, &batch.channel, inbound));
            let keys = keys.collect();
            self.cache.load_rows(self.store.as_ref(), keys).await?;
        }
        Ok(())
    }

    /// Makes durable all that was decided so far, and releases it.
    pub(super) async fn keep(&mut self) -> Result<(), RuntimeError> {
        self.land().await?;
        let decided = std::mem::take(&mut self.decided);
        if let Some(rows) = self.cache.take_off() {
            commit(self.store.as_ref(), &rows).await?;
        }
        self.release(decided).await
    }

    async fn hand_over(&mut self) -> Result<(), RuntimeError> {
        self.land().await?;
        let decided = std::mem::take(&mut self.decided);
        let Some(rows) = self.cache.take_off() else { return self.release(decided).await };
        let store = Arc::clone(&self.store);
        self.flight.decided = decided;
        let runtime = Handle::current();
        if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
            self.flight.task.spawn(async move { commit(store.as_ref(), &rows).await });
        } else {
            // a task would wait for this very thread, which is about to decide
            self.flight.task.spawn_blocking(move || runtime.block_on(commit(store.as_ref(), &rows)));
        }
        Ok(())
    }

    /// Waits for the commit under way.
    pub(super) async fn land(&mut self) -> Result<(), RuntimeError> {
        match self.flight.landed().await {
            Some(landed) => self.landed(landed).await,
            None => Ok(()),
        }
    }

    /// The commit under way has ended.
    pub(super) async fn landed(&mut self, landed: Landed) -> Result<(), RuntimeError> {
        landed.map_err(|_| StoreError::Stopped { reason: "a commit broke off".to_owned() })??;
        let decided = std::mem::take(&mut self.flight.decided);
        self.release(decided).await
    }

    /// What was decided is durable: the world may know.
    async fn release(&mut self, decided: Decided) -> Result<(), RuntimeError> {
        self.cache.kept();
        for kept in decided.to_acknowledge {
            // an adapter that went away hears of it from its cursor
            let _gone = kept.send(());
        }
        for effect in decided.to_apply {
            self.outbox.apply(effect);
        }
        if decided.timers_changed {
            self.find_next_timer().await?;
        }
        self.refill().await
    }
}

async fn commit(store: &dyn Store, rows: &BTreeMap<Key, Option<Row>>) -> Result<(), RuntimeError> {
    let mut batch = Batch { epoch: store.epoch(), puts: Vec::with_capacity(rows.len()), removes: Vec::new() };
    for (key, row) in rows {
        match row {
            Some(row) => batch.puts.push((key.text(), text_of(key, row)?)),
            None => batch.removes.push(key.text()),
        }
    }
    Ok(store.commit(batch).await?)
}
