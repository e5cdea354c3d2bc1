//! What a table holds in memory: rows that are durable in a log and not yet in the database.

use crate::store::sled::engine::Range;
use crate::store::sled::log::{Changes, Rows, size};
use std::sync::Arc;

/// A key, and its row; nothing for one that is removed.
pub(super) type Change = (Vec<u8>, Option<Vec<u8>>);

/// What memory holds.
#[derive(Default)]
pub(super) struct Recent {
    pub(super) fresh: Rows,
    /// What is on its way into the database.
    pub(super) flushing: Arc<Rows>,
    /// How much `fresh` takes.
    pub(super) bytes: usize,
    /// How often something left for the database.
    pub(super) moved: u64,
}

impl Recent {
    pub(super) fn find(&self, key: &[u8]) -> Option<&Option<Vec<u8>>> {
        self.fresh.get(key).or_else(|| self.flushing.get(key))
    }

    /// Adds rows; tells how much there is now.
    pub(super) fn add(&mut self, changes: Changes) -> usize {
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
    pub(super) fn next(&self, range: Range<'_>) -> Option<Change> {
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
