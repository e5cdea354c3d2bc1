//! Rows as they are durable: the write-ahead log, what came by it in memory, and the database behind.
//!
//! A commit is one append to the log and its rows in memory. When enough has gathered, a thread of the store's own moves it
//! into the database in the order of the keys: a row that was written ten times since is written there once, and one that
//! came and went not at all. Then the log has served. What memory held when the process ended is read from the logs again.
//!
//! Reads look into memory first; a row leaves it only after the database has it. The same thread lets rows settle there.

use super::engine::{Engine, Range, Writes};
use super::log::{Changes, Log, Rows, read_all, remove_all, size};
use crate::store::error::StoreError;
use crate::store::keys::KeyRows;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;

/// How much gathers in memory before it is moved. The same again may gather meanwhile, and as much as [`FULL`] at most.
const FLUSH_AT: usize = 2 << 20;
/// Commits wait while more than this has gathered.
const FULL: usize = 16 << 20;
/// A log as long as this is flushed, even when its rows are few and change all the time.
const LOG_MAX: u64 = 8 << 20;
/// How many rows go into the database at once. Readers wait meanwhile.
const AT_ONCE: usize = 64;
/// After so many bytes the database is synced: it may write over old segments by then, which a power cut must not bring
/// back without what replaced them.
const SYNC_AFTER: usize = 1 << 20;
/// How many steps of settling follow a flush at least; more do while there is nothing to flush.
const STEPS: usize = 4;
/// How many rows of the database a scan reads ahead, at first and at most.
const AHEAD: (usize, usize) = (4, 256);

/// All durable rows. Dropping it ends its thread; what is not in the database by then stays in the logs.
pub(super) struct Table {
    shared: Arc<Shared>,
    flusher: Option<JoinHandle<()>>,
}

struct Shared {
    engine: Engine,
    log: Mutex<Log>,
    recent: RwLock<Recent>,
    turn: Mutex<Turn>,
    turned: Condvar,
}

/// What memory holds.
#[derive(Default)]
struct Recent {
    fresh: Rows,
    /// What is on its way into the database.
    flushing: Arc<Rows>,
    /// How much `fresh` takes.
    bytes: usize,
    /// How often something left for the database.
    moved: u64,
}

/// Between those who commit and the thread. Never asked for while memory or the log is held.
#[derive(Default)]
struct Turn {
    wanted: bool,
    /// Whether even a little is to be moved.
    all: bool,
    ended: bool,
    /// Why nothing is moved any more; taken by the first who hears it.
    failed: Option<StoreError>,
}

/// Brings what the last process left in its logs into the database.
pub(super) fn recover(engine: &Engine) -> Result<(), StoreError> {
    let rows = read_all(engine.dir())?;
    if !rows.is_empty() {
        move_rows(engine, &rows, || false)?;
    }
    remove_all(engine.dir())
}

impl Table {
    /// Begins on a database into which all logs have been moved.
    pub(super) fn begin(engine: Engine) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared {
            log: Mutex::new(Log::begin(engine.dir(), 1)?),
            engine,
            recent: RwLock::default(),
            turn: Mutex::default(),
            turned: Condvar::new(),
        });
        let mut flusher = Flusher { shared: Arc::clone(&shared), through: false };
        let flusher = std::thread::Builder::new().name("store".to_owned()).spawn(move || flusher.work());
        let flusher = flusher
            .map_err(|source| StoreError::Io { what: "begin the thread of the store", source })
            .map(Some)?;
        Ok(Self { shared, flusher })
    }

    /// The database by itself, for work before which nothing was committed.
    pub(super) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(super) fn damaged(&self, reason: impl Into<String>) -> StoreError {
        self.shared.engine.damaged(reason)
    }

    /// One row.
    pub(super) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(row) = self.shared.recent().find(key.as_bytes()) {
            return Ok(row.clone());
        }
        Ok(self.shared.engine.get(key)?.map(|row| row.to_vec()))
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

fn is_enough(bytes: usize, length: u64) -> bool {
    bytes > FLUSH_AT || length > LOG_MAX
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

impl Recent {
    fn find(&self, key: &[u8]) -> Option<&Option<Vec<u8>>> {
        self.fresh.get(key).or_else(|| self.flushing.get(key))
    }

    /// Adds rows; tells how much there is now.
    fn add(&mut self, changes: Changes) -> usize {
        for (key, row) in changes.into_rows() {
            self.bytes += size(&key, row.as_deref());
            let length = key.len();
            if let Some(before) = self.fresh.insert(key, row) {
                self.bytes -= length + before.map_or(0, |row| row.len());
            }
        }
        self.bytes
    }

    /// The nearest change of a range.
    fn next(&self, range: Range<'_>) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        let of = |rows: &Rows| {
            let mut rows = rows.range::<Vec<u8>, _>(range.bounds()?);
            let nearest = if range.back { rows.next_back() } else { rows.next() };
            nearest.map(|(key, row)| (key.clone(), row.clone()))
        };
        match (of(&self.fresh), of(&self.flushing)) {
            (Some(fresh), Some(flushing)) => {
                let is_first = if range.back { fresh.0 >= flushing.0 } else { fresh.0 <= flushing.0 };
                Some(if is_first { fresh } else { flushing })
            }
            (fresh, flushing) => fresh.or(flushing),
        }
    }
}

/// What a scan has read of the database before its turn.
struct Ahead {
    rows: VecDeque<(String, Vec<u8>)>,
    /// How many are read next time.
    count: usize,
    ended: bool,
    /// As it was before the rows were read.
    moved: u64,
}

impl Ahead {
    fn new() -> Self {
        Self { rows: VecDeque::new(), count: AHEAD.0, ended: false, moved: 0 }
    }

    /// Reads on when nothing is left.
    fn fill(&mut self, shared: &Shared, range: Range<'_>) -> Result<(), StoreError> {
        if self.ended || !self.rows.is_empty() {
            return Ok(());
        }
        self.moved = shared.recent().moved;
        let count = self.count;
        shared.engine.scan(range, |key, row| {
            self.rows.push_back((key, row.to_vec()));
            Ok(self.rows.len() < count)
        })?;
        self.ended = self.rows.len() < count;
        self.count = (count * 4).min(AHEAD.1);
        Ok(())
    }

    /// Forgets what was read.
    fn over(&mut self) {
        self.rows.clear();
        self.ended = false;
    }

    /// Takes the nearer of the next row here and the next change in memory; of one key the change.
    fn nearer(
        &mut self,
        recent: Option<(Vec<u8>, Option<Vec<u8>>)>,
        back: bool,
    ) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        let Some((key, change)) = recent else { return self.take() };
        let Some((next, _)) = self.rows.front() else { return Some((key, change)) };
        let order = if back {
            key.as_slice().cmp(next.as_bytes()).reverse()
        } else {
            key.as_slice().cmp(next.as_bytes())
        };
        if order.is_gt() {
            return self.take();
        }
        if order.is_eq() {
            self.rows.pop_front();
        }
        Some((key, change))
    }

    fn take(&mut self) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        self.rows.pop_front().map(|(key, row)| (key.into_bytes(), Some(row)))
    }
}

/// The thread that moves rows. However it ends, nobody is left waiting.
struct Flusher {
    shared: Arc<Shared>,
    through: bool,
}

impl Flusher {
    fn work(&mut self) {
        while let Some(all) = self.wanted() {
            let flushed = self.flush(all).and_then(|()| self.tidy());
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

    /// Lets rows settle that were left alone.
    fn tidy(&self) -> Result<(), StoreError> {
        let mut steps = 0;
        loop {
            let is_over = {
                let turn = lock(&self.shared.turn);
                turn.ended || (turn.wanted && steps >= STEPS)
            };
            if is_over || !self.shared.engine.tidy()? {
                return Ok(());
            }
            steps += 1;
        }
    }

    fn flush(&self, all: bool) -> Result<(), StoreError> {
        let shared = &self.shared;
        let (number, length) = {
            let log = lock(&shared.log);
            (log.number() + 1, log.length())
        };
        if !all && !is_enough(shared.recent().bytes, length) {
            return Ok(());
        }
        let next = Log::begin(shared.engine.dir(), number)?;
        let (rows, log) = {
            let mut log = lock(&shared.log);
            let mut recent = shared.recent_mut();
            recent.flushing = Arc::new(std::mem::take(&mut recent.fresh));
            recent.bytes = 0;
            (Arc::clone(&recent.flushing), std::mem::replace(&mut *log, next))
        };
        // there is room again
        shared.turn(|_| {});
        if !move_rows(&shared.engine, &rows, || lock(&shared.turn).ended)? {
            return Ok(());
        }
        {
            let mut recent = shared.recent_mut();
            recent.flushing = Arc::default();
            recent.moved += 1;
        }
        log.put_away()
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        if !self.through {
            let broke_off = self.shared.engine.damaged("moving rows into the database broke off");
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
