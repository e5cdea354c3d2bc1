//! Rows in memory: what the store holds, lately used, and on top what was decided but is not yet durable.

use super::RuntimeError;
use crate::store::{RowText, Store};
use desk::rows::{Queued, Row};
use desk::{Key, Known, Missing, Scan};
use lru::LruCache;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// How many durable rows are kept in memory.
const ROWS_MAX: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// The desk's view of the store.
pub(crate) struct Cache {
    durable: LruCache<Key, Option<Row>>,
    /// What is being made durable.
    flying: Arc<BTreeMap<Key, Option<Row>>>,
    /// What was decided since.
    pending: BTreeMap<Key, Option<Row>>,
    scans: BTreeMap<Scan, Vec<(String, Row)>>,
    /// At least as many as there are strays. Almost always none, and every delivery asks for some.
    strays: usize,
}

impl Known for Cache {
    fn row(&self, key: &Key) -> Option<Option<&Row>> {
        let row = self.unkept(key).or_else(|| self.durable.peek(key));
        let surely_none = row.is_none() && self.strays == 0 && matches!(key, Key::Stray(..));
        if surely_none { Some(None) } else { row.map(Option::as_ref) }
    }

    fn scan(&self, scan: &Scan) -> Option<&[(String, Row)]> {
        self.scans.get(scan).map(Vec::as_slice)
    }
}

impl Cache {
    /// A view of a store with so many strays.
    pub(crate) fn new(strays: usize) -> Self {
        Self {
            durable: LruCache::new(ROWS_MAX),
            flying: Arc::default(),
            pending: BTreeMap::new(),
            scans: BTreeMap::new(),
            strays,
        }
    }

    /// What was decided of a row and is not yet durable.
    pub(crate) fn unkept(&self, key: &Key) -> Option<&Option<Row>> {
        self.pending.get(key).or_else(|| self.flying.get(key))
    }

    /// Keeps the row of an operation at hand while it is carried out. It may have waited for long, and its end asks
    /// for it.
    pub(crate) fn remember(&mut self, row: &Queued) {
        let key = Key::Out(row.lane.clone(), row.seq);
        if self.row(&key).is_none() {
            self.durable.put(key, Some(Row::Queued(Box::new(row.clone()))));
        }
    }

    /// Loads what a decision lacks. A scan sees only what is durable: keep what is pending first.
    pub(crate) async fn load(&mut self, store: &dyn Store, missing: &Missing) -> Result<(), RuntimeError> {
        match missing {
            Missing::Row(key) => self.load_rows(store, BTreeSet::from([key.clone()])).await?,
            Missing::Scan(scan) => {
                let (prefix, limit, back) = scan.range();
                let found = if back {
                    store.scan_back(&prefix, limit).await?
                } else {
                    store.scan(&prefix, None, limit).await?
                };
                let kind = kind_of(scan);
                let rows = found
                    .into_iter()
                    .map(|(key, value)| Ok((key, read(&kind, value)?)))
                    .collect::<Result<_, RuntimeError>>()?;
                self.scans.insert(scan.clone(), rows);
            }
        }
        Ok(())
    }

    /// Loads those of some rows that are not known.
    pub(crate) async fn load_rows(
        &mut self,
        store: &dyn Store,
        keys: BTreeSet<Key>,
    ) -> Result<(), RuntimeError> {
        let keys: Vec<Key> = keys.into_iter().filter(|key| self.row(key).is_none()).collect();
        let texts: Vec<String> = keys.iter().map(Key::text).collect();
        for (key, value) in keys.into_iter().zip(store.get(&texts).await?) {
            let row = value.map(|value| read(&key, value)).transpose()?;
            self.durable.put(key, row);
        }
        Ok(())
    }

    /// Takes over what was decided. Answers to scans hold for one decision only.
    pub(crate) fn write(&mut self, writes: BTreeMap<Key, Option<Row>>) {
        self.scans.clear();
        for (key, row) in &writes {
            if matches!(key, Key::Stray(..)) {
                // what is not known counts as new, and stays counted
                match (matches!(self.row(key), Some(Some(_))), row.is_some()) {
                    (false, true) => self.strays += 1,
                    (true, false) => self.strays = self.strays.saturating_sub(1),
                    (false, false) | (true, true) => {}
                }
            }
        }
        self.pending.extend(writes);
    }

    /// What is to be made durable now, if there is anything.
    pub(crate) fn take_off(&mut self) -> Option<Arc<BTreeMap<Key, Option<Row>>>> {
        self.flying = Arc::new(std::mem::take(&mut self.pending));
        (!self.flying.is_empty()).then(|| Arc::clone(&self.flying))
    }

    /// What took off is durable now.
    pub(crate) fn kept(&mut self) {
        for (key, row) in Arc::unwrap_or_clone(std::mem::take(&mut self.flying)) {
            if is_read_rarely(&key, row.as_ref()) {
                self.durable.pop(&key);
            } else {
                self.durable.put(key, row);
            }
        }
    }
}

/// Whether nothing asks for such a row soon after it was written. There are many of these, and each would push out the
/// row of a chat that is in use.
fn is_read_rarely(key: &Key, row: Option<&Row>) -> bool {
    let never_again = matches!(
        key,
        Key::Journal(_)
            | Key::Line(..)
            | Key::Watch(..)
            | Key::Owed { .. }
            | Key::Open { .. }
            | Key::Cursor(_)
    );
    let done = match row {
        Some(Row::Message(message)) => message.is_settled(),
        Some(_) => false,
        None => matches!(key, Key::Out(..)),
    };
    never_again || done
}

/// Reads a row; a row that cannot be read names itself.
pub(crate) fn read(key: &Key, value: Value) -> Result<Row, RuntimeError> {
    Row::read(key, value).map_err(|source| {
        let (is_figure, key, reason) = (matches!(key, Key::Figures(_)), key.text(), source.to_string());
        if is_figure { RuntimeError::Figures { key, reason } } else { RuntimeError::Row { key, reason } }
    })
}

/// A row as the store takes it.
pub(super) fn text_of(key: &Key, row: &Row) -> Result<RowText, RuntimeError> {
    RowText::of(row).map_err(|source| RuntimeError::Row { key: key.text(), reason: source.to_string() })
}

/// A key of the kind of rows that a scan gives.
fn kind_of(scan: &Scan) -> Key {
    match scan {
        Scan::Open { team, .. } => {
            Key::Open { team: team.clone(), waiting_since: None, thread: port::ThreadId(0) }
        }
        Scan::Lines { thread, .. } => Key::Line(*thread, 0),
        Scan::Aside { thread, .. } => Key::Aside(*thread, 0),
        Scan::Owed { .. } => {
            Key::Owed { due: jiff::Timestamp::UNIX_EPOCH, thread: port::ThreadId(0), number: 0 }
        }
        Scan::Watch { thread, .. } => Key::Watch(*thread, 0),
        Scan::Threads { .. } => Key::Thread(port::ThreadId(0)),
        Scan::Figures(_) => Key::Figures(desk::figures::At::Now(String::new())),
    }
}
