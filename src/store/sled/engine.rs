//! One sled tree: rows of bytes, written in atomic groups.
//!
//! Facts about sled 0.34 that this rests on, read in its source:
//!
//! - `apply_batch` reserves a manifest in the log before the first write and fills in the last log position after the
//!   last one. Recovery stops before a manifest whose last position is missing, so a batch is kept whole or not at all.
//! - `flush` writes the log but ends in `sync_file_range`, which promises nothing across a power cut. `sync_data` on a
//!   handle of the same file does; it is called after every flush.
//! - A page whose encoding exceeds a quarter of a segment goes to a file of its own, which sled never syncs. A leaf
//!   holds at most 17 rows (20 after a merge). Long rows are therefore cut into parts so short that a leaf of the
//!   longest keys and parts stays within that quarter, and no such file is ever made.
//! - It keeps some 300 bytes in memory for each page, and a page holds 16 rows. So most rows leave it: see `cold`.
//! - One process has few writers here: exactly one at a time, and it alone decides what a batch holds.
//! - sled panics on some kinds of damage; that is caught and told as damage.

mod block;
mod cold;
mod files;
mod merge;
mod reclaim;
mod sweep;
#[cfg(test)]
mod testing;

#[cfg(test)]
pub(in crate::store) use self::sweep::Limits;

use self::cold::Cold;
use self::merge::Merge;
use self::sweep::Tidying;
use super::lock::{DirLock, private_dir, private_file, sync_dir, tighten};
use crate::store::error::StoreError;
use crate::store::keys::{KeyRows, random};
use sled::{Batch, Db, IVec};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// The longest key, in bytes.
pub(super) const KEY_MAX: usize = 900;
/// The longest row, in bytes of JSON after sealing.
pub(super) const ROW_MAX: usize = 1 << 20;
/// Longer rows are cut.
const PART_MAX: usize = 12_000;
const SEGMENT: usize = 1 << 20;
/// Of pages as they are on the disk; in memory they take about three times that. With a quarter of it, messages of 500
/// chats in turns read pages again all the time and took nearly half as long again.
const CACHE: u64 = 16 << 20;
/// Keys that begin with this byte hold parts.
const PART: u8 = 0;
/// No key of a row begins with a lower byte.
const FIRST: u8 = b' ';
/// No byte of UTF-8: ends the range of a prefix.
const PAST: u8 = 0xFF;
/// How often sled's own lock is tried while it lets go of a store that this process has just closed.
const REOPEN_TRIES: u32 = 500;

/// The open database. Dropping it closes it and lets the next process in.
pub(super) struct Engine {
    /// Nothing after it could not be opened anew.
    db: Option<Db>,
    file: File,
    dir: PathBuf,
    /// Whether a row was ever cut: while none was, a write need not look for parts to remove.
    cut: AtomicBool,
    /// Locked after `writing` by those who lock both.
    cold: RwLock<Cold>,
    /// Held by the one who writes.
    writing: Mutex<Tidying>,
    /// Last, so that it is given back after sled has let go.
    _lock: DirLock,
}

/// Rows to write together.
#[derive(Default)]
pub(super) struct Writes {
    /// Nothing where a row is removed.
    rows: HashMap<IVec, Option<IVec>>,
    /// How many parts a row will have, for rows of this group that are or were cut.
    parts: HashMap<String, u16>,
    /// Roughly how much there is to write.
    pub(super) bytes: usize,
}

/// Which rows to read.
#[derive(Clone, Copy)]
pub(super) struct Range<'a> {
    pub(super) prefix: &'a str,
    /// Read on from behind this key: before it when reading backwards.
    pub(super) after: Option<&'a str>,
    pub(super) back: bool,
}

/// Where a range begins and ends.
type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

impl Range<'_> {
    /// The first and the last key; nothing when there is nothing between them.
    pub(super) fn bounds(self) -> Option<Bounds> {
        let first = self.prefix.as_bytes();
        let end = [first, &[PAST]].concat();
        let whole = (Bound::Included(first.to_vec()), Bound::Excluded(end.clone()));
        let Some(after) = self.after.map(str::as_bytes) else { return Some(whole) };
        match (after < first, after >= end.as_slice()) {
            (true, _) => (!self.back).then_some(whole),
            (_, true) => self.back.then_some(whole),
            _ if self.back => Some((whole.0, Bound::Excluded(after.to_vec()))),
            _ => Some((Bound::Excluded(after.to_vec()), whole.1)),
        }
    }
}

impl Engine {
    /// Opens the database in a directory; makes both unless `existing`.
    pub(super) fn open(dir: &Path, existing: bool) -> Result<Self, StoreError> {
        if existing && !dir.join("db").exists() {
            return Err(StoreError::Missing { dir: dir.to_owned() });
        }
        private_dir(dir)?;
        let lock = DirLock::take(dir)?;
        let io = |what| move |source| StoreError::from_io(dir, what, source);
        // made before sled does, which would let others read them
        let file = private_file(&dir.join("db")).map_err(io("open the database file"))?;
        drop(private_file(&dir.join("conf")).map_err(io("open the database's settings"))?);
        let db = open_sled(dir)?;
        tighten(dir).map_err(io("close the store's files to others"))?;
        sync_dir(dir).map_err(io("sync the store's directory"))?;
        dir.parent().map_or(Ok(()), sync_dir).map_err(io("sync data_dir"))?;
        let engine = Self {
            db: Some(db),
            file,
            dir: dir.to_owned(),
            cut: AtomicBool::new(false),
            cold: RwLock::default(),
            writing: Mutex::default(),
            _lock: lock,
        };
        let part = engine.guarded("look for parts", |db| db.range([PART]..[PART + 1]).next().transpose())?;
        engine.cut.store(part.is_some(), Ordering::Relaxed);
        let found = engine.find_cold(existing)?;
        *engine.cold.write().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(engine)
    }

    /// The directory of the database's files.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// One row.
    pub(super) fn get(&self, key: &str) -> Result<Option<IVec>, StoreError> {
        let head = {
            let cold = self.cold();
            match self.head(key.as_bytes())? {
                Some(head) => head,
                None => return self.cold_row(&cold, key.as_bytes()),
            }
        };
        self.whole(key, head)
    }

    /// Gives rows in order until `visit` says no.
    pub(super) fn scan(
        &self,
        range: Range<'_>,
        mut visit: impl FnMut(String, IVec) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut rows = Merge::new(self, range);
        while let Some((key, head)) = rows.next()? {
            let key = String::from_utf8(key.to_vec()).map_err(|_| self.damaged("a key is not text"))?;
            if let Some(row) = self.whole(&key, head)?
                && !visit(key, row)?
            {
                break;
            }
        }
        Ok(())
    }

    /// Whether a row is not too long. Asked before a batch touches its group.
    pub(super) fn check_row(key: &str, row: &[u8]) -> Result<(), StoreError> {
        if row.len() > ROW_MAX {
            return Err(StoreError::TooLarge { key: key.to_owned(), bytes: row.len(), max: ROW_MAX });
        }
        Ok(())
    }

    /// Adds a row to a group.
    pub(super) fn put(&self, writes: &mut Writes, key: &str, row: Vec<u8>) -> Result<(), StoreError> {
        let before = self.parts_before(writes, key)?;
        writes.bytes += key.len() + row.len();
        let mut count: u16 = 0;
        if row.len() > PART_MAX {
            for part in row.chunks(PART_MAX) {
                writes.rows.insert(part_key(key, count).into(), Some(part.into()));
                count += 1;
            }
            writes.rows.insert(key.as_bytes().into(), Some(head(count)?.into()));
            self.cut.store(true, Ordering::Relaxed);
        } else {
            writes.rows.insert(key.as_bytes().into(), Some(row.into()));
        }
        Self::drop_parts(writes, key, count, before);
        Ok(())
    }

    /// Adds the removal of a row to a group.
    pub(super) fn remove(&self, writes: &mut Writes, key: &str) -> Result<(), StoreError> {
        let before = self.parts_before(writes, key)?;
        writes.bytes += key.len();
        writes.rows.insert(key.as_bytes().into(), None);
        Self::drop_parts(writes, key, 0, before);
        Ok(())
    }

    /// Writes a group; it is durable when this returns. After an error nobody knows what is on the disk: do not write
    /// again.
    pub(super) fn write(&self, writes: Writes) -> Result<(), StoreError> {
        self.apply(writes)?;
        self.sync()
    }

    /// Writes a group, not yet durable.
    pub(super) fn apply(&self, writes: Writes) -> Result<(), StoreError> {
        let Writes { mut rows, .. } = writes;
        let mut tidying = self.writing();
        tidying.count(rows.len());
        let change = self.thaw(&mut rows)?;
        let written = rows.len();
        let mut batch = Batch::default();
        for (key, row) in rows {
            match row {
                Some(row) => batch.insert(key, row),
                None => batch.remove(key),
            }
        }
        self.apply_batch(batch, change)?;
        // sled gives back what a call replaced in later ones, a little in each: groups of 2,000 rows that were only
        // written kept 4 kB a row
        (0..written).try_for_each(|_| self.head(&[]).map(drop))
    }

    /// Makes durable what was written.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.guarded("write to the database", |db| db.flush())?;
        self.file.sync_data().map_err(|source| StoreError::from_io(&self.dir, "sync the database", source))
    }

    /// Whether enough was written since the database was opened to open it anew.
    pub(super) fn is_to_be_renewed(&self) -> bool {
        self.writing().is_to_be_renewed()
    }

    /// Opens the database anew: only then sled notes down where its pages are, and whoever opens it next reads all that was
    /// written since. After an error nothing can be read or written.
    pub(super) fn renew(&mut self) -> Result<(), StoreError> {
        self.sync()?;
        drop(self.db.take());
        self.db = Some(open_sled(&self.dir)?);
        tighten(&self.dir)
            .map_err(|source| StoreError::from_io(&self.dir, "close the store's files to others", source))?;
        self.writing().renewed();
        Ok(())
    }

    fn writing(&self) -> MutexGuard<'_, Tidying> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn damaged(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Damaged { dir: self.dir.clone(), reason: reason.into() }
    }

    fn head(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        self.guarded("read a row", |db| db.get(key))
    }

    /// The row that belongs to what stands under its key; nothing when it was removed meanwhile.
    fn whole(&self, key: &str, mut head: IVec) -> Result<Option<IVec>, StoreError> {
        loop {
            let count = count_of(&head);
            if count == 0 {
                return Ok(Some(head));
            }
            let mut row = Some(Vec::with_capacity(usize::from(count) * PART_MAX));
            for number in 0..count {
                let part = self.guarded("read a part of a row", |db| db.get(part_key(key, number)))?;
                row = row.zip(part).map(|(mut row, part)| {
                    row.extend_from_slice(&part);
                    row
                });
            }
            // every write has a head of its own: the same head means that no write came between the parts
            match (self.head(key.as_bytes())?, row) {
                (None, _) => return Ok(None),
                (Some(now), Some(row)) if now == head => return Ok(Some(row.into())),
                (Some(now), None) if now == head => {
                    return Err(self.damaged(format!("the row {key} lacks a part")));
                }
                (Some(now), _) => head = now,
            }
        }
    }

    fn parts_before(&self, writes: &Writes, key: &str) -> Result<u16, StoreError> {
        match writes.parts.get(key) {
            Some(count) => Ok(*count),
            None if self.cut.load(Ordering::Relaxed) => {
                Ok(self.head(key.as_bytes())?.map_or(0, |head| count_of(&head)))
            }
            None => Ok(0),
        }
    }

    fn drop_parts(writes: &mut Writes, key: &str, count: u16, before: u16) {
        for number in count..before {
            writes.rows.insert(part_key(key, number).into(), None);
        }
        if count.max(before) > 0 {
            writes.parts.insert(key.to_owned(), count);
        }
    }

    fn db(&self) -> Result<&Db, StoreError> {
        self.db.as_ref().ok_or(StoreError::Closed)
    }

    fn guarded<T>(
        &self,
        what: &'static str,
        act: impl FnOnce(&Db) -> sled::Result<T>,
    ) -> Result<T, StoreError> {
        let db = self.db()?;
        guarded(&self.dir, what, || act(db))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // files that sled made meanwhile; the directory keeps others out even where this fails
        let _as_it_is = tighten(&self.dir);
    }
}

impl KeyRows for Engine {
    fn newest(&self, prefix: &str) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let mut found = None;
        self.scan(Range { prefix, after: None, back: true }, |key, row| {
            found = Some((key, row.to_vec()));
            Ok(false)
        })?;
        Ok(found)
    }
}

/// Runs a call into sled and tells its failures, panics among them, by what a person has to do.
fn guarded<T>(
    dir: &Path,
    what: &'static str,
    act: impl FnOnce() -> sled::Result<T>,
) -> Result<T, StoreError> {
    let damaged = |reason| StoreError::Damaged { dir: dir.to_owned(), reason };
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(source))) => {
            let cut = matches!(source.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData);
            Err(if cut { damaged(source.to_string()) } else { StoreError::from_io(dir, what, source) })
        }
        Ok(Err(error)) => Err(damaged(error.to_string())),
        Err(_) => Err(damaged(format!("sled broke off when asked to {what}"))),
    }
}

fn open_sled(dir: &Path) -> Result<Db, StoreError> {
    let config = sled::Config::new()
        .path(dir)
        .cache_capacity(CACHE)
        .segment_size(SEGMENT)
        // every write is flushed by its writer
        .flush_every_ms(None);
    for _ in 0..REOPEN_TRIES {
        match guarded(dir, "open the database", || config.open()) {
            // we hold the directory's lock, so it can only be our own past
            Err(StoreError::Io { source, .. }) if is_lock(&source) => std::thread::park_timeout(REOPEN_PAUSE),
            other => return other,
        }
    }
    Err(StoreError::Locked {
        dir: dir.to_owned(),
        holder: "a store of this process that was not closed".to_owned(),
    })
}

const REOPEN_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

fn is_lock(error: &io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

/// What stands under the key of a row that was cut: how many parts, and a number that tells this write from all others.
/// JSON does not begin with its first byte.
fn head(count: u16) -> Result<Vec<u8>, StoreError> {
    let mut head = vec![PART; 11];
    if let [_, rest @ ..] = head.as_mut_slice() {
        random(rest)?;
        for (to, from) in rest.iter_mut().zip(count.to_be_bytes()) {
            *to = from;
        }
    }
    Ok(head)
}

fn count_of(head: &[u8]) -> u16 {
    match head {
        [PART, high, low, ..] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    }
}

fn part_key(key: &str, number: u16) -> Vec<u8> {
    let mut part = Vec::with_capacity(key.len() + 4);
    part.push(PART);
    part.extend_from_slice(key.as_bytes());
    part.push(PART);
    part.extend_from_slice(&number.to_be_bytes());
    part
}
