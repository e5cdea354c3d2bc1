//! Empties files that are mostly dead, and removes them.

use super::block::{Broken, decode, take};
use super::cold::index_key;
use super::files::Spot;
use super::sweep::Tidying;
use super::{Engine, KEY_MAX};
use crate::store::error::StoreError;

impl Engine {
    /// Moves what is alive in a part of such a file to the end of the last one; tells whether there was any such file.
    pub(super) fn empty_a_file(&self, tidying: &mut Tidying) -> Result<bool, StoreError> {
        let limits = tidying.limits;
        let Some((number, from)) = tidying.emptying.take().or_else(|| self.wasted()) else {
            return Ok(false);
        };
        let mut moved = self.new_move(&limits);
        let (end, read) = {
            let cold = self.cold();
            let end = cold.files.get(&number).map_or(from, |file| file.count.end);
            // one whole block at least
            let most = limits.bytes + 2 * (limits.block + limits.row + KEY_MAX);
            let length = u32::try_from(most).unwrap_or(u32::MAX).min(end - from);
            (end, self.read(&cold, Spot { file: number, offset: from, length })?)
        };
        let mut left = read.as_slice();
        let mut at = from;
        while let Some(block) = take(&mut left) {
            let length = u32::try_from(block.len()).unwrap_or(u32::MAX);
            let spot = Spot { file: number, offset: at, length };
            at += length;
            let rows = decode(block).map_err(|Broken| self.broken(number))?;
            let (first, _) = rows.first().ok_or_else(|| self.broken(number))?;
            let index = index_key(first);
            let row = self.guarded("look for a block", |db| db.get(&index))?;
            if row.is_some_and(|row| *row == *spot.to_row()) {
                moved.change.free(spot);
                moved.add_block(first, block);
            }
        }
        if at == end {
            moved.change.dropped = Some(number);
            self.finish(moved)?;
            self.remove_file(number)?;
        } else if at == from {
            return Err(self.broken(number));
        } else {
            self.finish(moved)?;
            tidying.emptying = Some((number, at));
        }
        Ok(true)
    }

    /// A file of which less than half is alive, and where to begin in it. Never the last, which still grows.
    pub(super) fn wasted(&self) -> Option<(u32, u32)> {
        let cold = self.cold();
        let full = cold.files.iter().rev().skip(1);
        let mut wasted = full.filter(|(_, file)| file.count.alive < file.count.end / 2);
        wasted.next().map(|(number, file)| (*number, if file.count.alive == 0 { file.count.end } else { 0 }))
    }
}
