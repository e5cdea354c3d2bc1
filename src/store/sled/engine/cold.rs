//! Rows that were left alone for a while: in blocks, in files of our own, because sled keeps each of its pages in mind.
//!
//! sled stays what decides. A block counts while an index row in sled points at it; its key is that of the block's first
//! row behind one byte. A row in sled hides the one of its key in a block. So there is nothing to recover: what is in a
//! file and has no index row was never moved there, or is gone. A row is removed from a block by moving all others of
//! the block back into sled.
//!
//! Rows move into blocks in `sweep`, blocks out of files that are mostly dead in `reclaim`; `merge` reads both places as
//! one. Whatever moves, moves under the lock of [`Cold`], in one batch.

use super::block::{Broken, Row, decode, find};
use super::files::{ColdFile, Spot, file_key};
use super::{Engine, PAST};
use crate::store::error::StoreError;
use crate::store::keys::KEYS;
use crate::store::sled::open::META;
use sled::{Batch, IVec};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLockReadGuard};

/// Keys that begin with this byte point at blocks.
pub(super) const INDEX: u8 = 1;

/// What is in blocks, apart from where each block is.
#[derive(Default)]
pub(super) struct Cold {
    /// Counts what moved: whoever reads in several steps looks again when it has changed.
    pub(super) generation: u64,
    /// Where blocks may be. Reads and removals elsewhere do not look for any.
    keyspaces: BTreeSet<IVec>,
    pub(super) files: BTreeMap<u32, ColdFile>,
}

/// What changes about blocks together with a batch.
#[derive(Default)]
pub(super) struct Change {
    /// Bytes that are dead from now on, by file.
    freed: BTreeMap<u32, u32>,
    /// To which file how many bytes were appended.
    pub(super) grown: Option<(u32, u32)>,
    /// Where blocks were made.
    pub(super) keyspaces: BTreeSet<IVec>,
    /// A file that nothing points at any more.
    pub(super) dropped: Option<u32>,
}

impl Change {
    pub(super) fn free(&mut self, spot: Spot) {
        *self.freed.entry(spot.file).or_default() += spot.length;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.freed.is_empty() && self.grown.is_none() && self.dropped.is_none()
    }
}

impl Cold {
    /// Whether rows with this prefix may be in blocks.
    pub(super) fn touches(&self, prefix: &[u8]) -> bool {
        self.keyspaces.iter().any(|space| space.starts_with(prefix) || prefix.starts_with(space))
    }

    fn may_hold(&self, key: &[u8]) -> bool {
        keyspace(key).is_some_and(|space| self.keyspaces.contains(space))
    }

    /// Takes a change over, and adds to the batch what sled has to know of it.
    fn change(&mut self, change: Change, batch: &mut Batch) {
        let Change { freed, grown, keyspaces, dropped } = change;
        self.generation += 1;
        self.keyspaces.extend(keyspaces);
        for (number, file) in &mut self.files {
            let dead = freed.get(number);
            let new = grown.filter(|(grown, _)| grown == number);
            if dead.is_none() && new.is_none() {
                continue;
            }
            let new = new.map_or(0, |(_, length)| length);
            file.count.end += new;
            file.count.alive = (file.count.alive + new).saturating_sub(dead.copied().unwrap_or(0));
            batch.insert(file_key(*number), file.count.to_row());
        }
        if let Some(number) = dropped {
            self.files.remove(&number);
            batch.remove(file_key(number));
        }
    }
}

impl Engine {
    pub(super) fn cold(&self) -> RwLockReadGuard<'_, Cold> {
        self.cold.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds what is in blocks, at opening. Unless the store is only read, files that nothing points at are removed.
    pub(super) fn find_cold(&self, reading: bool) -> Result<Cold, StoreError> {
        let mut cold = Cold { files: self.open_files()?.into_iter().collect(), ..Cold::default() };
        let mut from = vec![INDEX];
        // from keyspace to keyspace
        while let Some((index, _)) = self.guarded("look for blocks", |db| {
            db.range(from.as_slice()..[INDEX + 1].as_slice()).next().transpose()
        })? {
            let space = index.get(1..).and_then(keyspace);
            let space = space.ok_or_else(|| self.damaged("an index row is unreadable"))?;
            from = [index_key(space).as_slice(), &[PAST]].concat();
            cold.keyspaces.insert(space.into());
        }
        if !reading {
            self.remove_unknown_files(&cold)?;
        }
        Ok(cold)
    }

    /// Writes a batch and what it changes about blocks, not yet durable. One at a time.
    pub(super) fn apply_batch(&self, mut batch: Batch, change: Change) -> Result<(), StoreError> {
        let write = |batch| self.guarded("write to the database", |db| db.apply_batch(batch));
        if change.is_empty() {
            return write(batch);
        }
        let mut cold = self.cold.write().unwrap_or_else(PoisonError::into_inner);
        cold.change(change, &mut batch);
        write(batch)
    }

    /// The row under a key, if it is in a block.
    pub(super) fn cold_row(&self, cold: &Cold, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        if !cold.may_hold(key) {
            return Ok(None);
        }
        let Some((_, spot)) = self.block_before(key)? else { return Ok(None) };
        find(&self.read(cold, spot)?, key).map_err(|Broken| self.broken(spot.file))
    }

    /// The last block of a key's keyspace that does not begin after the key: if the key is in any, it is there. Gives the
    /// index row's key.
    pub(super) fn block_before(&self, key: &[u8]) -> Result<Option<(IVec, Spot)>, StoreError> {
        let Some(space) = keyspace(key) else { return Ok(None) };
        let range = index_key(space)..=index_key(key);
        let last = self.guarded("look for a block", |db| db.range(range).next_back().transpose())?;
        last.map(|(index, row)| Ok((index, self.spot(&row)?))).transpose()
    }

    /// What an index row points at.
    pub(super) fn spot(&self, row: &[u8]) -> Result<Spot, StoreError> {
        Spot::of_row(row).ok_or_else(|| self.damaged("an index row is unreadable"))
    }

    /// All rows of a block.
    pub(super) fn rows_at(&self, cold: &Cold, spot: Spot) -> Result<Vec<Row>, StoreError> {
        decode(&self.read(cold, spot)?).map_err(|Broken| self.broken(spot.file))
    }

    /// Takes the blocks away that hold rows which are to be removed, and adds the others of their rows to what is written.
    pub(super) fn thaw(&self, rows: &mut HashMap<IVec, Option<IVec>>) -> Result<Change, StoreError> {
        let cold = self.cold();
        let mut change = Change::default();
        let mut blocks = BTreeMap::new();
        for (key, _) in rows.iter().filter(|(key, row)| row.is_none() && cold.may_hold(key)) {
            let Some((index, spot)) = self.block_before(key)? else { continue };
            if blocks.contains_key(&index) {
                continue;
            }
            let block = self.rows_at(&cold, spot)?;
            if block.iter().any(|(other, _)| other == key) {
                change.free(spot);
                blocks.insert(index, block);
            }
        }
        for (index, block) in blocks {
            rows.insert(index, None);
            for (key, row) in block {
                if !rows.contains_key(&key) && self.head(&key)?.is_none() {
                    rows.insert(key, Some(row));
                }
            }
        }
        Ok(change)
    }
}

/// Up to and with the first slash; blocks never reach beyond it. Nothing for keys that never move: those without one, and
/// the store's own, of which nothing may stay behind when they are overwritten.
pub(super) fn keyspace(key: &[u8]) -> Option<&[u8]> {
    let slash = key.iter().position(|byte| *byte == b'/')?;
    let space = key.get(..=slash)?;
    (space != META.as_bytes() && space != KEYS.as_bytes()).then_some(space)
}

/// The key of the index row of a block that begins with a key.
pub(super) fn index_key(first: &[u8]) -> Vec<u8> {
    [&[INDEX], first].concat()
}
