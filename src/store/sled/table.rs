//! Rows as they are durable: the write-ahead log, what came by it in memory, and the database behind.
//!
//! A commit is one append to the log and its rows in memory. When enough has gathered, a thread of the store's own moves it
//! into the database in the order of the keys: a row that was written ten times since is written there once, and one that
//! came and went not at all. Then the log has served. What memory held when the process ended is read from the logs again.
//!
//! Reads look into memory first; a row leaves it only after the database has it. The same thread lets rows settle there.

mod ahead;
mod flusher;
mod recent;

use self::ahead::Ahead;
pub(super) use self::flusher::recover;
use self::flusher::{Flusher, Turn, is_enough};
use self::recent::Recent;
use super::engine::{Engine, Range};
use super::log::{Changes, Log};
use crate::store::error::StoreError;
use crate::store::keys::KeyRows;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;

/// Commits wait while more than this has gathered.
const FULL: usize = 16 << 20;
/// All durable rows. Dropping it ends its thread; what is not in the database by then stays in the logs.
pub(super) struct Table {
    shared: Arc<Shared>,
    flusher: Option<JoinHandle<()>>,
}

struct Shared {
    /// Whoever holds it takes nothing else of these but `turn`. The thread that opens it anew holds it alone.
    engine: RwLock<Engine>,
    log: Mutex<Log>,
    recent: RwLock<Recent>,
    turn: Mutex<Turn>,
    turned: Condvar,
}

impl Table {
    /// Begins on a database into which all logs have been moved.
    pub(super) fn begin(engine: Engine) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::begin(engine)?);
        let mut flusher = Flusher::new(Arc::clone(&shared));
        let flusher = std::thread::Builder::new().name("store".to_owned()).spawn(move || flusher.work());
        let flusher = flusher
            .map_err(|source| StoreError::Io { what: "begin the thread of the store", source })
            .map(Some)?;
        Ok(Self { shared, flusher })
    }

    /// The database by itself, for work before which nothing was committed.
    pub(super) fn engine(&self) -> RwLockReadGuard<'_, Engine> {
        self.shared.engine()
    }

    pub(super) fn damaged(&self, reason: impl Into<String>) -> StoreError {
        self.engine().damaged(reason)
    }

    /// One row.
    pub(super) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(row) = self.shared.recent().find(key.as_bytes()) {
            return Ok(row.clone());
        }
        Ok(self.engine().get(key)?.map(|row| row.to_vec()))
    }

    /// Gives rows in order until `visit` says no.
    pub(super) fn scan(
        &self,
        range: Range<'_>,
        mut visit: impl FnMut(String, Vec<u8>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut passed = range.after.map(str::to_owned);
        let mut ahead = Ahead::new();
        loop {
            ahead.fill(&self.shared, Range { after: passed.as_deref(), ..range })?;
            let recent = {
                let recent = self.shared.recent();
                if recent.moved != ahead.moved {
                    // what left memory meanwhile was not yet in the database when that was read
                    ahead.over();
                    continue;
                }
                recent.next(Range { after: passed.as_deref(), ..range })
            };
            let Some((key, row)) = ahead.nearer(recent, range.back) else { return Ok(()) };
            let key = String::from_utf8(key).map_err(|_| self.damaged("a key is not text"))?;
            passed = Some(key.clone());
            if let Some(row) = row
                && !visit(key, row)?
            {
                return Ok(());
            }
        }
    }

    /// Keeps a group of changes; they are durable when this returns. After an error nobody knows what is on the disk: do
    /// not write again. Blocks for long only when far more is written than the database takes.
    pub(super) fn write(&self, changes: Changes) -> Result<(), StoreError> {
        let shared = &self.shared;
        shared.room()?;
        let mut log = lock(&shared.log);
        log.append(&changes)?;
        let bytes = shared.recent_mut().add(changes);
        // no sooner: the thread must not take the rows for those of the next log
        let length = log.length();
        drop(log);
        if is_enough(bytes, length) {
            shared.turn(|turn| turn.wanted = true);
        }
        Ok(())
    }

    /// Moves everything into the database now.
    #[cfg(test)]
    pub(super) fn flush(&self) {
        let shared = &self.shared;
        shared.turn(|turn| (turn.wanted, turn.all) = (true, true));
        let mut turn = lock(&shared.turn);
        while turn.all && turn.failed.is_none() {
            turn = shared.turned.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        self.shared.turn(|turn| turn.ended = true);
        if let Some(flusher) = self.flusher.take() {
            // that it broke off was told to those who write
            let _broke_off = flusher.join();
        }
    }
}

impl KeyRows for Table {
    fn newest(&self, prefix: &str) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let mut found = None;
        self.scan(Range { prefix, after: None, back: true }, |key, row| {
            found = Some((key, row));
            Ok(false)
        })?;
        Ok(found)
    }
}

impl Shared {
    fn begin(engine: Engine) -> Result<Self, StoreError> {
        Ok(Self {
            log: Mutex::new(Log::begin(engine.dir(), 1)?),
            engine: RwLock::new(engine),
            recent: RwLock::default(),
            turn: Mutex::default(),
            turned: Condvar::new(),
        })
    }

    fn engine(&self) -> RwLockReadGuard<'_, Engine> {
        self.engine.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn engine_mut(&self) -> RwLockWriteGuard<'_, Engine> {
        self.engine.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn recent(&self) -> RwLockReadGuard<'_, Recent> {
        self.recent.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn recent_mut(&self) -> RwLockWriteGuard<'_, Recent> {
        self.recent.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what stands between the threads, and wakes whoever waits for it.
    fn turn(&self, change: impl FnOnce(&mut Turn)) {
        change(&mut lock(&self.turn));
        self.turned.notify_all();
    }

    /// Waits while memory is full; tells why nothing is moved any more.
    fn room(&self) -> Result<(), StoreError> {
        let mut turn = lock(&self.turn);
        loop {
            if let Some(error) = turn.failed.take() {
                return Err(error);
            }
            if self.recent().bytes <= FULL {
                return Ok(());
            }
            turn = self.turned.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(table: &Table, rows: &[(&str, Option<&str>)]) {
        let mut changes = Changes::default();
        for (key, row) in rows {
            changes.add((*key).to_owned(), row.map(|row| row.as_bytes().to_vec()));
        }
        table.write(changes).unwrap();
    }

    /// Scans, and does something at the first row.
    fn scanned(table: &Table, back: bool, meanwhile: impl Fn()) -> Vec<String> {
        let mut keys = Vec::new();
        let range = Range { prefix: "row/", after: None, back };
        let visit = |key: String, _| {
            if keys.is_empty() {
                meanwhile();
            }
            keys.push(key);
            Ok(true)
        };
        table.scan(range, visit).unwrap();
        keys
    }

    #[test]
    fn a_scan_misses_nothing_that_moves_into_the_database_meanwhile() {
        let dir = tempfile::tempdir().unwrap();
        let table = Table::begin(Engine::open(dir.path(), false).unwrap()).unwrap();
        let all = ["row/a", "row/b", "row/c", "row/d"];
        for back in [false, true] {
            commit(&table, &[("row/a", Some("1")), ("row/b", None), ("row/c", None), ("row/d", Some("1"))]);
            table.flush();
            commit(&table, &[("row/b", Some("1")), ("row/c", Some("1"))]);
            let mut keys = scanned(&table, back, || table.flush());
            keys.sort_unstable();
            assert_eq!(keys, all, "backwards: {back}");
        }
    }

    #[test]
    fn what_is_removed_in_memory_is_gone_from_scans_and_reads() {
        let dir = tempfile::tempdir().unwrap();
        let table = Table::begin(Engine::open(dir.path(), false).unwrap()).unwrap();
        commit(&table, &[("row/a", Some("1")), ("row/b", Some("1")), ("row/c", Some("1"))]);
        table.flush();
        commit(&table, &[("row/b", None), ("row/c", None), ("row/c", Some("2"))]);
        for _ in 0..2 {
            assert_eq!(scanned(&table, false, || ()), ["row/a", "row/c"]);
            assert_eq!(scanned(&table, true, || ()), ["row/c", "row/a"]);
            assert_eq!(table.get("row/b").unwrap(), None);
            assert_eq!(table.get("row/c").unwrap(), Some(b"2".to_vec()));
            table.flush();
        }
    }
}
