//! What a scan of a table has read of the database before its turn.

use super::Shared;
use super::recent::Change;
use crate::store::error::StoreError;
use crate::store::sled::engine::Range;
use std::collections::VecDeque;

/// How many rows of the database a scan reads ahead, at first and at most.
const AHEAD: (usize, usize) = (4, 256);

/// What a scan has read of the database before its turn.
pub(super) struct Ahead {
    rows: VecDeque<(String, Vec<u8>)>,
    /// How many are read next time.
    count: usize,
    ended: bool,
    /// As it was before the rows were read.
    pub(super) moved: u64,
}

impl Ahead {
    pub(super) fn new() -> Self {
        Self { rows: VecDeque::new(), count: AHEAD.0, ended: false, moved: 0 }
    }

    /// Reads on when nothing is left.
    pub(super) fn fill(&mut self, shared: &Shared, range: Range<'_>) -> Result<(), StoreError> {
        if self.ended || !self.rows.is_empty() {
            return Ok(());
        }
        self.moved = shared.recent().moved;
        let count = self.count;
        shared.engine().scan(range, |key, row| {
            self.rows.push_back((key, row.to_vec()));
            Ok(self.rows.len() < count)
        })?;
        self.ended = self.rows.len() < count;
        self.count = (count * 4).min(AHEAD.1);
        Ok(())
    }

    /// Forgets what was read.
    pub(super) fn over(&mut self) {
        self.rows.clear();
        self.ended = false;
    }

    /// Takes the nearer of the next row here and the next change in memory; of one key the change.
    pub(super) fn nearer(&mut self, recent: Option<Change>, back: bool) -> Option<Change> {
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

    fn take(&mut self) -> Option<Change> {
        self.rows.pop_front().map(|(key, row)| (key.into_bytes(), Some(row)))
    }
}
