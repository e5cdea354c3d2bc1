//! What figures depend on while the journal is folded: lately used rows in memory, all of them in a store of its own.
//!
//! It lies in the directory `rebuild` beside the real store, goes when it is no longer needed, and is begun anew where an
//! earlier one was left behind. It holds no private text.

use super::{Pages, RebuildError, read};
use crate::store::{SledStore, StoreError};
use desk::figures::depend_on;
use desk::{Key, Known, Row, Scan};
use lru::LruCache;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Where it lies within `data_dir`.
const DIRECTORY: &str = "rebuild";
/// How many rows are kept in memory beside those that are to be written; few in tests, so that they are read again.
const ROWS_MAX: NonZeroUsize = NonZeroUsize::new(if cfg!(test) { 64 } else { 8_192 }).unwrap();
/// How many rows are written at once.
const WRITTEN_AT_ONCE: usize = if cfg!(test) { 64 } else { 4_096 };
/// Stands for a row that was removed.
const GONE: &[u8] = b"null";

/// The state as of the event that was folded last.
pub(super) struct Scratch<'a> {
    /// Where events are read again.
    journal: &'a SledStore,
    store: SledStore,
    cache: LruCache<Key, Option<Row>>,
    /// What is not yet in its store.
    fresh: BTreeMap<Key, Option<Row>>,
    /// Last, so that the store is closed before its files go.
    _directory: Directory,
}

impl Known for Scratch<'_> {
    fn row(&self, key: &Key) -> Option<Option<&Row>> {
        if !depend_on(key, None) {
            return Some(None);
        }
        self.fresh.get(key).or_else(|| self.cache.peek(key)).map(Option::as_ref)
    }

    fn scan(&self, _: &Scan) -> Option<&[(String, Row)]> {
        None
    }
}

impl<'a> Scratch<'a> {
    /// An empty one.
    pub(super) fn open(data_dir: &Path, journal: &'a SledStore) -> Result<Self, RebuildError> {
        let directory = Directory(data_dir.join(DIRECTORY));
        directory.remove().map_err(|source| RebuildError::Scratch {
            what: "remove what an earlier rebuild left in",
            dir: directory.0.clone(),
            source,
        })?;
        Ok(Self {
            journal,
            store: SledStore::open(&directory.0, None)?,
            cache: LruCache::new(ROWS_MAX),
            fresh: BTreeMap::new(),
            _directory: directory,
        })
    }

    /// The store that holds everything once it is settled.
    pub(super) const fn store(&self) -> &SledStore {
        &self.store
    }

    /// Loads what the fold of an event lacks.
    pub(super) fn load(&mut self, key: &Key) -> Result<(), RebuildError> {
        let from = if matches!(key, Key::Journal(_)) { self.journal } else { &self.store };
        let row = from.raw_get(&key.text())?.filter(|row| row != GONE);
        let row = row.map(|row| read(key, &row)).transpose()?;
        self.cache.put(key.clone(), row);
        Ok(())
    }

    /// Takes over what the fold of an event wrote.
    pub(super) fn write(&mut self, writes: BTreeMap<Key, Option<Row>>) -> Result<(), RebuildError> {
        let needed =
            |(key, row): &(Key, Option<Row>)| !matches!(key, Key::Journal(_)) && depend_on(key, row.as_ref());
        self.fresh.extend(writes.into_iter().filter(needed));
        if self.fresh.len() >= WRITTEN_AT_ONCE { self.settle() } else { Ok(()) }
    }

    /// Writes into its store what is not there yet.
    pub(super) fn settle(&mut self) -> Result<(), RebuildError> {
        let mut rows = Vec::with_capacity(self.fresh.len());
        for (key, row) in &self.fresh {
            let text = row.as_ref().map_or_else(|| Ok(GONE.to_vec()), serde_json::to_vec);
            let unwritable =
                |source: serde_json::Error| RebuildError::Row { key: key.text(), reason: source.to_string() };
            rows.push((key.text(), text.map_err(unwritable)?));
        }
        self.store.raw_commit(rows)?;
        for (key, row) in std::mem::take(&mut self.fresh) {
            self.cache.put(key, row);
        }
        Ok(())
    }
}

/// The next row that was not removed.
pub(super) fn next_there(rows: &mut Pages<'_>) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    loop {
        let next = rows.next()?;
        if next.as_ref().is_none_or(|(_, row)| row != GONE) {
            return Ok(next);
        }
    }
}

/// A directory that goes when it is no longer needed.
struct Directory(PathBuf);

impl Directory {
    fn remove(&self) -> io::Result<()> {
        match std::fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // what stays is removed by the next rebuild
        let _left_behind = self.remove();
    }
}
