//! Figures from the whole journal again: proves what was kept on the way, and mends it.
//!
//! The journal is read in pages and folded once more, with nothing but what figures depend on; how threads stood at each
//! event lies in a store of its own beside the real one ([`scratch`]), so memory does not grow with the journal. What
//! comes out is compared with the rows there are, both in order. No private text is opened.
//!
//! Nothing is written before the whole journal was read, and then only what differs.

mod scratch;
#[cfg(test)]
mod tests;

use crate::store::{SledStore, StoreError, read_shut};
use desk::figures::Figure;
use desk::key::{FIGURES_PREFIX, JOURNAL_PREFIX};
use desk::rows::Counters;
use desk::state::Rows;
use desk::{Event, Key, Missing, Row};
use jiff::tz::TimeZone;
use scratch::Scratch;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

/// How many rows are read at once.
const PAGE: usize = 1_000;
/// How many rows are written at once; few in tests, so that there are several commits.
const WRITTEN_AT_ONCE: usize = if cfg!(test) { 10 } else { 1_000 };

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many events the journal has.
    pub events: u64,
    /// How many rows of figures it gives.
    pub rows: u64,
    /// How many were missing, too many, or said something else.
    pub differed: u64,
    /// An earlier rebuild was cut short, and this one only looked.
    pub unfinished: bool,
}

/// Why figures cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row does not read as what it should be.
    #[error(
        "the row {key} is damaged ({reason}): restore the last export with `deskbridge import` into a new data_dir"
    )]
    Row {
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An event was recorded and is not there.
    #[error(
        "the journal lacks its event {number}, so figures cannot be made from it: \
         restore the last export with `deskbridge import` into a new data_dir"
    )]
    Gap {
        /// The first one.
        number: u64,
    },
    /// The files beside the store.
    #[error("failed to {what} {}", dir.display())]
    Scratch {
        /// What was being done.
        what: &'static str,
        /// Where.
        dir: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// Folds the journal again and compares; writes what differs if it is to `mend`. `progress` hears how many events are
/// folded. Blocks. Needs room in `data_dir` for a while.
///
/// # Errors
/// When the store cannot be read or written, or its journal is not whole. Then no figure was changed, or the store says
/// that they are rebuilt by half.
pub fn rebuild(
    store: &SledStore,
    data_dir: &Path,
    zone: &TimeZone,
    mend: bool,
    progress: &mut dyn FnMut(u64),
) -> Result<Rebuilt, RebuildError> {
    let mut scratch = Scratch::open(data_dir, store)?;
    let events = fold(store, &mut scratch, zone, progress)?;
    scratch.settle()?;
    let mut changes = Changes { store, mend, waiting: Vec::new(), differed: 0 };
    let rows = compare(store, scratch.store(), &mut changes)?;
    let differed = changes.finish()?;
    Ok(Rebuilt { events, rows, differed, unfinished: store.is_half_rebuilt()? })
}

/// Folds every event of a store. Gives how many there are.
fn fold(
    store: &SledStore,
    scratch: &mut Scratch<'_>,
    zone: &TimeZone,
    progress: &mut dyn FnMut(u64),
) -> Result<u64, RebuildError> {
    let mut journal = Pages::new(store, JOURNAL_PREFIX);
    let mut number = 0;
    while let Some((text, row)) = journal.next()? {
        number += 1;
        let key = Key::Journal(number);
        if text != key.text() {
            return Err(RebuildError::Gap { number });
        }
        if let Row::Event(event) = read(&key, &row)? {
            apply(scratch, zone, number, &event)?;
        }
        progress(number);
    }
    let counters = store.raw_get(&Key::Counters.text())?.map(|row| read(&Key::Counters, &row)).transpose()?;
    if let Some(Row::Counters(Counters { events, .. })) = counters
        && events > number
    {
        return Err(RebuildError::Gap { number: number + 1 });
    }
    Ok(number)
}

/// Folds one event; loads what that takes.
fn apply(scratch: &mut Scratch<'_>, zone: &TimeZone, number: u64, event: &Event) -> Result<(), RebuildError> {
    loop {
        let mut rows = Rows::new(scratch);
        match desk::figures::apply(&mut rows, zone, number, event) {
            Ok(()) => {
                let writes = rows.into_writes();
                return scratch.write(writes);
            }
            Err(Missing::Row(key)) => scratch.load(&key)?,
            Err(Missing::Scan(_)) => {
                let reason = "folding it asks for more than the journal says".to_owned();
                return Err(RebuildError::Row { key: Key::Journal(number).text(), reason });
            }
        }
    }
}

/// Compares the figures of two stores. Gives how many there are in the second.
fn compare(store: &SledStore, made: &SledStore, changes: &mut Changes<'_>) -> Result<u64, RebuildError> {
    let (mut kept, mut made) = (Pages::new(store, FIGURES_PREFIX), Pages::new(made, FIGURES_PREFIX));
    let (mut was, mut is) = (kept.next()?, scratch::next_there(&mut made)?);
    let mut rows = 0;
    loop {
        let first = [&was, &is].into_iter().flatten().map(|(key, _)| key.clone()).min();
        let Some(key) = first else { return Ok(rows) };
        let before = was.take_if(|(own, _)| *own == key).map(|(_, row)| row);
        let after = is.take_if(|(own, _)| *own == key).map(|(_, row)| row);
        if before.is_some() {
            was = kept.next()?;
        }
        if after.is_some() {
            is = scratch::next_there(&mut made)?;
            rows += 1;
        }
        if !says_the_same(before.as_deref(), after.as_deref()) {
            changes.add(key, after)?;
        }
    }
}

/// Whether two rows hold the same figure, whichever version wrote them.
fn says_the_same(before: Option<&[u8]>, after: Option<&[u8]>) -> bool {
    let figure = |row: &[u8]| serde_json::from_slice::<Figure>(row).ok();
    before == after
        || before.zip(after).is_some_and(|(before, after)| {
            let before = figure(before);
            before.is_some() && before == figure(after)
        })
}

/// What differs, on its way into the store.
struct Changes<'a> {
    store: &'a SledStore,
    mend: bool,
    waiting: Vec<(String, Option<Vec<u8>>)>,
    differed: u64,
}

impl Changes<'_> {
    fn add(&mut self, key: String, row: Option<Vec<u8>>) -> Result<(), StoreError> {
        self.differed += 1;
        if self.mend {
            self.waiting.push((key, row));
            if self.waiting.len() >= WRITTEN_AT_ONCE {
                self.store.rebuild(std::mem::take(&mut self.waiting))?;
            }
        }
        Ok(())
    }

    /// Writes the last ones. Gives how many there were.
    fn finish(self) -> Result<u64, StoreError> {
        if self.mend {
            if !self.waiting.is_empty() {
                self.store.rebuild(self.waiting)?;
            }
            self.store.rebuilt()?;
        }
        Ok(self.differed)
    }
}

/// The rows under a prefix, in order, as they are stored.
struct Pages<'a> {
    store: &'a SledStore,
    prefix: &'static str,
    after: String,
    page: VecDeque<(String, Vec<u8>)>,
}

impl<'a> Pages<'a> {
    fn new(store: &'a SledStore, prefix: &'static str) -> Self {
        Self { store, prefix, after: prefix.to_owned(), page: VecDeque::new() }
    }

    fn next(&mut self) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        if self.page.is_empty() {
            self.page = self.store.raw_scan(Some(&self.after), PAGE)?.into();
            if let Some((last, _)) = self.page.back() {
                self.after.clone_from(last);
            }
        }
        Ok(self.page.pop_front().filter(|(key, _)| key.starts_with(self.prefix)))
    }
}

/// Reads a row as it is stored, without its private texts.
fn read(key: &Key, row: &[u8]) -> Result<Row, RebuildError> {
    let row = read_shut(row).and_then(|value| Row::read(key, value));
    row.map_err(|source| RebuildError::Row { key: key.text(), reason: source.to_string() })
}
