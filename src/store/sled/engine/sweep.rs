//! Moves rows that were left alone into blocks: in order of their keys, a step at a time.
//!
//! A sweep begins when the store is opened and whenever enough was written. Rows that lie between the first keys of two
//! blocks go into the former, which is written anew with them. That is worth it where many lie together; where few do,
//! they stay in sled until more have come.

use super::block::{Row, encode};
use super::cold::{Change, INDEX, index_key, keyspace};
use super::files::Spot;
use super::{Engine, FIRST, PART, PAST};
use crate::store::error::StoreError;
use sled::{Batch, IVec};
use std::ops::Bound::{Excluded, Included};

/// How much moves when.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Limits {
    /// A sweep begins after so many written rows. That many keep some 2 MB of memory in sled.
    pub(in crate::store) written: usize,
    /// As many rows in a row make the first block of a keyspace. Queues and timers of small desks never do, which would
    /// go back and forth.
    pub(in crate::store) begin: usize,
    /// As many rows at a block are worth writing it anew. Of rows that come in random order, each takes some six others
    /// along, and about one in twenty waits in sled.
    pub(in crate::store) join: usize,
    /// The size of a block, all of which is read for one row. Blocks of half that size need twice the rows in sled.
    pub(in crate::store) block: usize,
    /// Rows of a block.
    pub(in crate::store) rows: usize,
    /// Longer rows stay in sled, which keeps no more of them in memory than of short ones.
    pub(in crate::store) row: usize,
    /// Rows that a step moves, give or take a block: others may write again after a few milliseconds.
    pub(in crate::store) step: usize,
    /// Bytes that a step moves.
    pub(in crate::store) bytes: usize,
    /// When a file is as long, the next one is begun. Half of one may be dead.
    pub(in crate::store) file: u32,
    /// After so many written rows sled is opened anew. Reading what it wrote meanwhile takes some tenths of a second, now or
    /// at the next start.
    pub(in crate::store) renew: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            written: 50_000,
            begin: 1_000,
            join: 8,
            block: 16 << 10,
            rows: 64,
            row: 4_000,
            step: 500,
            bytes: 256 << 10,
            file: 64 << 20,
            renew: 500_000,
        }
    }
}

/// How far the sweep is. There is one at a time, by whoever may write.
pub(super) struct Tidying {
    pub(super) limits: Limits,
    /// The last key that was looked at; nothing between two sweeps.
    at: Option<IVec>,
    /// Rows written since the last sweep began.
    written: usize,
    /// Rows that the last sweep left in sled.
    left: usize,
    /// Which file is being emptied, and how far.
    pub(super) emptying: Option<(u32, u32)>,
    /// Rows written since sled was opened.
    unnoted: usize,
}

impl Default for Tidying {
    fn default() -> Self {
        Self { limits: Limits::default(), at: Some(start()), written: 0, left: 0, emptying: None, unnoted: 0 }
    }
}

impl Tidying {
    /// Rows were written.
    pub(super) fn count(&mut self, rows: usize) {
        self.unnoted = self.unnoted.saturating_add(rows);
        self.written = self.written.saturating_add(rows);
        // where many rows stay in sled, passing them again costs more than to wait
        if self.at.is_none() && self.written >= self.limits.written.max(self.left / 4) {
            (self.at, self.written, self.left) = (Some(start()), 0, 0);
        }
    }

    /// Whether sled is to be opened anew.
    pub(super) fn is_to_be_renewed(&self) -> bool {
        self.unnoted >= self.limits.renew
    }

    /// It was.
    pub(super) fn renewed(&mut self) {
        self.unnoted = 0;
    }
}

/// What a step moves: blocks to the end of one file, and rows out of sled.
pub(super) struct Move {
    number: u32,
    end: u32,
    bytes: Vec<u8>,
    pub(super) batch: Batch,
    pub(super) change: Change,
}

/// Rows in sled that follow one another, up to where the next block begins.
struct Stretch {
    /// Those that can move, as many as one step moves.
    rows: Vec<Row>,
    /// How many can move, as far as it matters.
    count: usize,
    /// How many there are, the same.
    looked: usize,
    /// How far was looked.
    seen: IVec,
    /// The block that begins before them.
    block: Option<Spot>,
    /// Whether there is more of it.
    cut: bool,
}

impl Engine {
    /// In how many steps so many rows are looked at.
    pub(in crate::store::sled) fn steps(&self, rows: usize) -> usize {
        rows.div_ceil(self.writing().limits.step)
    }

    /// Moves some rows or blocks to where they keep less memory; tells whether more should move now. Takes a few
    /// milliseconds, in which nothing can be written. After an error do not write again.
    pub(in crate::store::sled) fn tidy(&self) -> Result<bool, StoreError> {
        let mut tidying = self.writing();
        if self.empty_a_file(&mut tidying)? {
            return Ok(true);
        }
        let Some(mut at) = tidying.at.take() else { return Ok(false) };
        let limits = tidying.limits;
        let mut moved = self.new_move(&limits);
        let mut rows = 0;
        while rows < limits.step && moved.bytes.len() < limits.bytes {
            let Some(stretch) = self.stretch(&at, &limits)? else {
                self.finish(moved)?;
                return Ok(self.wasted().is_some());
            };
            let worth = stretch.count >= if stretch.block.is_some() { limits.join } else { limits.begin };
            rows += stretch.looked;
            at = stretch.seen.clone();
            if !worth {
                tidying.left += stretch.looked;
                continue;
            }
            if let Some((last, _)) = stretch.rows.last().filter(|_| stretch.cut) {
                at = last.clone();
            }
            let cut = stretch.cut;
            self.pack(stretch, &limits, &mut moved)?;
            if cut {
                // the rest goes behind a block that sled does not know yet
                break;
            }
        }
        tidying.at = Some(at);
        self.finish(moved)?;
        Ok(true)
    }

    /// What follows a key in sled; nothing when no row does.
    fn stretch(&self, after: &IVec, limits: &Limits) -> Result<Option<Stretch>, StoreError> {
        let next = |after: &[u8], to: &[u8]| {
            let range = (Excluded(after), Excluded(to));
            self.guarded("read a row", |db| db.range::<&[u8], _>(range).next().transpose())
        };
        let Some((first, _)) = next(after, &[PAST])? else { return Ok(None) };
        let Some(space) = keyspace(&first) else {
            // the store's own rows are passed at once
            let slash = first.iter().position(|byte| *byte == b'/');
            let passed = slash.and_then(|slash| Some([first.get(..=slash)?, &[PAST]].concat().into()));
            let seen = passed.unwrap_or(first);
            return Ok(Some(Stretch {
                rows: Vec::new(),
                count: 0,
                looked: 1,
                seen,
                block: None,
                cut: false,
            }));
        };
        let block = self.block_before(&first)?.map(|(_, spot)| spot);
        let mut end = [space, &[PAST]].concat();
        if let Some((index, _)) = next(&index_key(&first), &index_key(&end))? {
            end = index.strip_prefix(&[INDEX]).unwrap_or_default().to_vec();
        }
        let enough = if block.is_some() { limits.join } else { limits.begin };
        let seen = first.clone();
        let mut found = Stretch { rows: Vec::new(), count: 0, looked: 0, seen, block, cut: false };
        let mut bytes = 0;
        let range = (Included(first.as_ref()), Excluded(end.as_slice()));
        for row in self.db()?.range::<&[u8], _>(range) {
            let (key, row) = self.guarded("read a row", |_| row)?;
            let full = found.rows.len() >= limits.step || bytes >= limits.bytes;
            if (full && found.count >= enough) || found.looked >= limits.step.max(enough) {
                found.cut = true;
                break;
            }
            found.seen = key.clone();
            found.looked += 1;
            if row.len() > limits.row || row.first() == Some(&PART) {
                continue;
            }
            found.count += 1;
            if full {
                found.cut = true;
            } else {
                bytes += key.len() + row.len();
                found.rows.push((key, row));
            }
        }
        Ok(Some(found))
    }

    /// Puts rows into new blocks, together with those of the block before them.
    fn pack(&self, stretch: Stretch, limits: &Limits, moved: &mut Move) -> Result<(), StoreError> {
        let Stretch { mut rows, block, .. } = stretch;
        for (key, _) in &rows {
            moved.batch.remove(key);
        }
        if let Some(spot) = block {
            let before = self.rows_at(&self.cold(), spot)?;
            let apart = before.last().map(|(key, _)| key) < rows.first().map(|(key, _)| key);
            let full = usize::try_from(spot.length).is_ok_and(|length| length >= limits.block / 2);
            if !(apart && (full || before.len() >= limits.rows / 2)) {
                moved.change.free(spot);
                // of two rows with one key the first stays: the one from sled
                rows.extend(before);
                rows.sort_by(|(a, _), (b, _)| a.cmp(b));
                rows.dedup_by(|(a, _), (b, _)| a == b);
            }
        }
        let size = |(key, row): &Row| key.len() + row.len();
        let bytes: usize = rows.iter().map(size).sum();
        let count = bytes.div_ceil(limits.block).max(rows.len().div_ceil(limits.rows)).max(1);
        // blocks of one size grow evenly when more comes between their rows
        let share = bytes.div_ceil(count);
        while !rows.is_empty() {
            let mut taken = 0;
            let fits = |row: &&Row| {
                let fits = taken < share;
                taken += size(row);
                fits
            };
            let length = rows.iter().take(limits.rows).take_while(fits).count();
            let rest = rows.split_off(length.max(1));
            moved.add(&std::mem::replace(&mut rows, rest));
        }
        Ok(())
    }

    pub(super) fn new_move(&self, limits: &Limits) -> Move {
        let last = self.cold().files.last_key_value().map(|(number, file)| (*number, file.count.end));
        let (number, end) = match last {
            Some((number, end)) if end < limits.file => (number, end),
            Some((number, _)) => (number + 1, 0),
            None => (1, 0),
        };
        Move { number, end, bytes: Vec::new(), batch: Batch::default(), change: Change::default() }
    }

    /// Writes what moves: first the blocks, then that they count. Durable when this returns.
    pub(super) fn finish(&self, moved: Move) -> Result<(), StoreError> {
        let Move { number, end, bytes, batch, mut change } = moved;
        if !bytes.is_empty() {
            self.append(number, end, &bytes)?;
            change.grown = Some((number, length(&bytes)));
        }
        if change.is_empty() {
            return Ok(());
        }
        self.apply_batch(batch, change)?;
        self.sync()
    }
}

impl Move {
    fn add(&mut self, rows: &[Row]) {
        let Some((first, _)) = rows.first() else { return };
        self.change.keyspaces.extend(keyspace(first).map(IVec::from));
        self.add_block(first, &encode(rows));
    }

    pub(super) fn add_block(&mut self, first: &[u8], block: &[u8]) {
        let spot = Spot { file: self.number, offset: self.end + length(&self.bytes), length: length(block) };
        self.bytes.extend_from_slice(block);
        self.batch.insert(index_key(first), spot.to_row());
    }
}

fn start() -> IVec {
    IVec::from(&[FIRST])
}

/// A step is far shorter than 4 GiB.
fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
