//! The thread of a table: flushes what memory holds into the database, and lets rows settle there.

use super::{Shared, lock};
use crate::store::error::StoreError;
use crate::store::sled::engine::{Engine, Writes};
use crate::store::sled::log::{Log, Rows, read_all, remove_all};
use std::sync::{Arc, PoisonError};

/// How much gathers in memory before it is moved. The same again may gather meanwhile, and as much as
/// [`FULL`](super::FULL) at most.
const FLUSH_AT: usize = 2 << 20;
/// A log as long as this is flushed, even when its rows are few and change all the time.
const LOG_MAX: u64 = 8 << 20;
/// How many rows go into the database at once. Readers wait meanwhile.
const AT_ONCE: usize = 64;
/// After so many bytes the database is synced: it may write over old segments by then, which a power cut must not bring
/// back without what replaced them.
const SYNC_AFTER: usize = 1 << 20;

/// Between those who commit and the thread. Never asked for while memory or the log is held.
#[derive(Default)]
pub(super) struct Turn {
    pub(super) wanted: bool,
    /// Whether even a little is to be moved.
    pub(super) all: bool,
    pub(super) ended: bool,
    /// Why nothing is moved any more; taken by the first who hears it.
    pub(super) failed: Option<StoreError>,
}

/// Brings what the last process left in its logs into the database.
pub(in crate::store::sled) fn recover(engine: &Engine) -> Result<(), StoreError> {
    let rows = read_all(engine.dir())?;
    if !rows.is_empty() {
        move_rows(engine, &rows, || false)?;
    }
    remove_all(engine.dir())
}

/// Whether so much in memory, or a log of that length, is worth it.
pub(super) fn is_enough(bytes: usize, length: u64) -> bool {
    bytes > FLUSH_AT || length > LOG_MAX
}

/// The thread that moves rows. However it ends, nobody is left waiting.
pub(super) struct Flusher {
    shared: Arc<Shared>,
    through: bool,
}

impl Flusher {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, through: false }
    }

    pub(super) fn work(&mut self) {
        while let Some(all) = self.wanted() {
            let flushed = self.flush(all).and_then(|rows| self.tidy(rows)).and_then(|()| self.renew());
            self.shared.turn(|turn| {
                turn.all &= !all;
                turn.failed = flushed.err();
                self.through = turn.failed.is_some();
            });
            if self.through {
                return;
            }
        }
        self.through = true;
    }

    /// Waits for something to do, and whether to do it even for a little; nothing when the work is over.
    fn wanted(&self) -> Option<bool> {
        let mut turn = lock(&self.shared.turn);
        while !turn.ended && !turn.wanted {
            turn = self.shared.turned.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        turn.wanted = false;
        (!turn.ended).then_some(turn.all)
    }

    /// Lets rows settle that were left alone: as long as there is nothing to flush, and at least as many as came, or those
    /// who write without a pause would fill sled with rows that keep memory for good.
    fn tidy(&self, came: usize) -> Result<(), StoreError> {
        let mut steps = self.shared.engine().steps(came);
        loop {
            let is_over = {
                let turn = lock(&self.shared.turn);
                turn.ended || (turn.wanted && steps == 0)
            };
            if is_over || !self.shared.engine().tidy()? {
                return Ok(());
            }
            steps = steps.saturating_sub(1);
        }
    }

    /// Those who read wait meanwhile; those who write do not, unless memory is full.
    fn renew(&self) -> Result<(), StoreError> {
        if lock(&self.shared.turn).ended || !self.shared.engine().is_to_be_renewed() {
            return Ok(());
        }
        self.shared.engine_mut().renew()
    }

    /// Tells how many rows that were.
    fn flush(&self, all: bool) -> Result<usize, StoreError> {
        let shared = &self.shared;
        let (number, length) = {
            let log = lock(&shared.log);
            (log.number() + 1, log.length())
        };
        if !all && !is_enough(shared.recent().bytes, length) {
            return Ok(0);
        }
        let next = Log::begin(shared.engine().dir(), number)?;
        let (rows, log) = {
            let mut log = lock(&shared.log);
            let mut recent = shared.recent_mut();
            recent.flushing = Arc::new(std::mem::take(&mut recent.fresh));
            recent.bytes = 0;
            (Arc::clone(&recent.flushing), std::mem::replace(&mut *log, next))
        };
        // there is room again
        shared.turn(|_| {});
        if !move_rows(&shared.engine(), &rows, || lock(&shared.turn).ended)? {
            return Ok(0);
        }
        {
            let mut recent = shared.recent_mut();
            recent.flushing = Arc::default();
            recent.moved += 1;
        }
        log.put_away()?;
        Ok(rows.len())
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        if !self.through {
            let broke_off = self.shared.engine().damaged("moving rows into the database broke off");
            self.shared.turn(|turn| turn.failed = Some(broke_off));
        }
    }
}

/// Moves rows into the database; tells whether it came to the end, and then they are durable there.
fn move_rows(engine: &Engine, rows: &Rows, ended: impl Fn() -> bool) -> Result<bool, StoreError> {
    let mut left = rows.iter().peekable();
    let mut unsynced = 0;
    while left.peek().is_some() {
        if ended() {
            return Ok(false);
        }
        let mut writes = Writes::default();
        for (key, row) in left.by_ref().take(AT_ONCE) {
            let key = str::from_utf8(key).map_err(|_| engine.damaged("a key in a log is not text"))?;
            match row {
                Some(row) => engine.put(&mut writes, key, row.clone())?,
                None => engine.remove(&mut writes, key)?,
            }
        }
        unsynced += writes.bytes;
        engine.apply(writes)?;
        if unsynced > SYNC_AFTER {
            engine.sync()?;
            unsynced = 0;
        }
    }
    engine.sync()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sled::engine::Limits;

    #[test]
    fn as_many_rows_settle_as_come_however_many_wait() {
        let dir = tempfile::tempdir().unwrap();
        let shared = Arc::new(Shared::begin(Engine::open(dir.path(), false).unwrap()).unwrap());
        shared.engine().limit(Limits { begin: 10, step: 50, ..Limits::default() });
        let mut writes = Writes::default();
        for n in 0..400 {
            shared.engine().put(&mut writes, &format!("row/{n:04}"), vec![b'x'; 40]).unwrap();
        }
        shared.engine().write(writes).unwrap();
        shared.turn(|turn| turn.wanted = true);
        let flusher = Flusher::new(Arc::clone(&shared));
        flusher.tidy(0).unwrap();
        assert_eq!(shared.engine().hot().len(), 400);
        flusher.tidy(200).unwrap();
        let half = shared.engine().hot().len();
        assert!((150..=250).contains(&half), "{half} rows are still in sled");
        flusher.tidy(400).unwrap();
        assert_eq!(shared.engine().hot().len(), 0);
    }
}
