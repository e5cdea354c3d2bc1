//! Rows of a range in order: those in sled and those in blocks as one.

use super::block::Row;
use super::cold::{Cold, index_key};
use super::{Bounds, Engine, FIRST, Range};
use crate::store::error::StoreError;
use sled::{Db, IVec, Iter};
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ops::Bound::{Excluded, Included};
use std::ops::RangeBounds as _;

/// A range that is being read. Nothing is locked between two rows: when something moved meanwhile, it begins again behind
/// the last row.
pub(super) struct Merge<'a> {
    engine: &'a Engine,
    range: Range<'a>,
    last: Option<IVec>,
    sources: Option<Sources>,
}

struct Sources {
    generation: u64,
    /// Nothing once it is through, the same below.
    hot: Option<Iter>,
    next_hot: Option<Row>,
    index: Option<Iter>,
    /// Of the block at which the index is, in the order of the keys.
    block: VecDeque<Row>,
}

impl<'a> Merge<'a> {
    pub(super) fn new(engine: &'a Engine, range: Range<'a>) -> Self {
        Self { engine, range, last: None, sources: None }
    }

    /// The next key, and what stands under it.
    pub(super) fn next(&mut self) -> Result<Option<Row>, StoreError> {
        let cold = self.engine.cold();
        let mut sources = match self.sources.take() {
            Some(sources) if sources.generation == cold.generation => sources,
            Some(_) | None => self.open(&cold)?,
        };
        if sources.next_hot.is_none() {
            sources.next_hot = self.step(&mut sources.hot)?;
        }
        while sources.block.is_empty()
            && let Some((_, row)) = self.step(&mut sources.index)?
        {
            let rows = self.engine.rows_at(&cold, self.engine.spot(&row)?)?;
            let left = self.bounds()?;
            let is_left = |key: &IVec| left.as_ref().is_some_and(|left| left.contains(&key.to_vec()));
            sources.block = rows.into_iter().filter(|(key, _)| is_left(key)).collect();
        }
        let next_cold = if self.range.back { sources.block.back() } else { sources.block.front() };
        let order = match (&sources.next_hot, next_cold) {
            (Some((hot, _)), Some((cold, _))) if self.range.back => cold.cmp(hot),
            (Some((hot, _)), Some((cold, _))) => hot.cmp(cold),
            (_, None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        // a row in sled hides the one in a block
        let hot = if order.is_le() { sources.next_hot.take() } else { None };
        let cold = if order.is_ge() {
            if self.range.back { sources.block.pop_back() } else { sources.block.pop_front() }
        } else {
            None
        };
        let row = hot.or(cold);
        self.last = row.as_ref().map(|(key, _)| key.clone()).or(self.last.take());
        self.sources = Some(sources);
        Ok(row)
    }

    fn open(&self, cold: &Cold) -> Result<Sources, StoreError> {
        let none = Sources {
            generation: cold.generation,
            hot: None,
            next_hot: None,
            index: None,
            block: VecDeque::new(),
        };
        let Some((from, to)) = self.bounds()? else { return Ok(none) };
        let (Included(first) | Excluded(first)) = &from else { return Ok(none) };
        let Excluded(end) = &to else { return Ok(none) };
        let index = if cold.touches(self.range.prefix.as_bytes()) {
            let before = self.engine.block_before(first)?;
            let from = before.map_or_else(|| index_key(first), |(index, _)| index.to_vec());
            Some(self.engine.db()?.range(from..index_key(end)))
        } else {
            None
        };
        Ok(Sources { hot: Some(self.engine.db()?.range((from, to))), index, ..none })
    }

    /// What is left of the range; nothing when nothing is.
    fn bounds(&self) -> Result<Option<Bounds>, StoreError> {
        let last = self.last.as_deref().map(str::from_utf8).transpose();
        let last = last.map_err(|_| self.engine.damaged("a key is not text"))?;
        let bounds = Range { after: last.or(self.range.after), ..self.range }.bounds();
        Ok(bounds.map(|(from, to)| {
            // what is not a row comes before all rows
            let is_all = from == Included(Vec::new());
            (if is_all { Included(vec![FIRST]) } else { from }, to)
        }))
    }

    fn step(&self, rows: &mut Option<Iter>) -> Result<Option<Row>, StoreError> {
        let Some(iter) = rows else { return Ok(None) };
        let step = |_: &Db| if self.range.back { iter.next_back() } else { iter.next() }.transpose();
        let row = self.engine.guarded("read a row", step)?;
        if row.is_none() {
            *rows = None;
        }
        Ok(row)
    }
}
