//! The embedded store: sled 0.34, one process, one directory.
//!
//! What a commit promises is kept in `commit`: it is durable in `log`, its rows are in memory in `table` until they are
//! flushed into sled, which `engine` knows, and where they settle. What makes a directory a store of ours is in `open`.
//! Nothing outside this directory names sled.
//!
//! Limits: a key has at most 900 bytes, a row at most 1 MiB of JSON after sealing, at most 256 batches wait (more
//! callers wait for a place), 16 MiB of pages are cached. What grows with the data all the same is small: sled keeps the
//! place of each page of up to 16 rows in memory and looks through its whole file when it opens, but rows that were left
//! alone go into blocks in files of our own, of which sled knows one small row each. That comes to some 5 bytes a row.
//! A scan of everything fills some 40 MB with pages before sled lets the first ones go.
//!
//! Damage is noticed where a log or a block is read, and where sled checks: when a page is read, and in sled's own log
//! since the last opening. It takes a broken record in that one for the torn end of a crash, and goes on from before it.
//!
//! sled writes keys and values to the `log` crate at trace level: nothing may ever carry those records on.

mod commit;
mod engine;
mod lock;
mod log;
pub(crate) mod open;
mod rebuild;
mod table;

use self::commit::{Core, Work, check_key, is_own};
#[cfg(test)]
pub(in crate::store) use self::engine::Limits;
use self::engine::{Engine, Range, Writes};
pub(crate) use self::lock::private_file;
use self::table::Table;
use crate::store::error::StoreError;
use crate::store::keys::Keys;
use crate::store::master::MasterKey;
use crate::store::{Batch, Store, seal};
use async_trait::async_trait;
use port::Owner;
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// How many bytes one step of a raw scan reads at most, give or take a row.
const RAW_BYTES: usize = 1 << 20;

/// The embedded store. Dropping the last handle closes it; [`SledStore::close`] does so while handles remain.
///
/// Reads show what is durable only. They read from memory or the page cache on the caller's own thread. After a failed write
/// everything fails with [`StoreError::Stopped`].
pub struct SledStore {
    core: Arc<Core>,
    instance: String,
}

impl SledStore {
    /// Opens the store in `data_dir` for work; makes both when they are missing. Blocks.
    ///
    /// The files are in `data_dir/store`. A store that was plain so far is sealed under `master` from now on: its owners'
    /// keys are wrapped, its texts stay as they are, since they are sealed under those.
    pub fn open(data_dir: &Path, master: Option<&MasterKey>) -> Result<Self, StoreError> {
        let (engine, keys) = Self::parts(data_dir, master, false)?;
        let open::Identity { instance, epoch } = open::for_work(&engine, &keys)?;
        Ok(Self { core: Arc::new(Core::new(Table::begin(engine)?, keys, epoch)), instance })
    }

    /// Opens a store to export it: needs no master key, since rows are exported as they are stored, and writes nothing but
    /// what the last process left in its logs. Blocks. Commits are refused, private texts stay closed.
    pub fn open_for_export(data_dir: &Path) -> Result<Self, StoreError> {
        let (engine, keys) = Self::parts(data_dir, None, true)?;
        let open::Identity { instance, epoch } = open::for_export(&engine)?;
        Ok(Self::reading_only(Core::new(Table::begin(engine)?, keys, epoch), instance))
    }

    /// Opens an empty `data_dir`, or one with half an import, to import into it. Blocks. Until the import is finished the
    /// store cannot be opened for work; it has no instance, and commits are refused.
    pub fn open_for_import(data_dir: &Path, master: Option<&MasterKey>) -> Result<Self, StoreError> {
        let (engine, keys) = Self::parts(data_dir, master, false)?;
        open::for_import(&engine)?;
        Ok(Self::reading_only(Core::new(Table::begin(engine)?, keys, 0), String::new()))
    }

    fn reading_only(core: Core, instance: String) -> Self {
        core.refuse();
        Self { core: Arc::new(core), instance }
    }

    /// The store's own name: 8 of `[a-z0-9]`, made once, kept by export and import.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Waits for all commits under way, then closes the database and lets the next process in, even while other handles
    /// remain; those fail with [`StoreError::Closed`] from then on.
    pub async fn close(&self) {
        self.core.drain().await;
        let core = Arc::clone(&self.core);
        // only a runtime that is ending itself does not come to it, and then the last handle closes
        let _closed = tokio::task::spawn_blocking(move || core.shut()).await;
    }

    /// Rows exactly as they are stored, the store's own ones included, from the first after `after`: at most `limit`, and
    /// fewer when they are long. None are left when it gives none. Blocks.
    pub fn raw_scan(&self, after: Option<&str>, limit: usize) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut rows = Vec::new();
        let mut bytes = 0;
        if limit == 0 {
            return Ok(rows);
        }
        self.core.with(|table| {
            table.scan(Range { prefix: "", after, back: false }, |key, row| {
                bytes += key.len() + row.len();
                rows.push((key, row));
                Ok(rows.len() < limit && bytes < RAW_BYTES)
            })
        })?;
        Ok(rows)
    }

    /// One row exactly as it is stored.
    pub(crate) fn raw_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.core.with(|table| table.get(key))
    }

    /// Whether a row could have been stored.
    pub(crate) fn check_raw(key: &str, row: &[u8]) -> Result<(), StoreError> {
        if !is_own(key) {
            check_key(key)?;
        }
        Engine::check_row(key, row)
    }

    /// Writes rows exactly as given, past all checks but those of length; durable when it returns. Blocks. For imports only:
    /// it must not run beside commits.
    pub(crate) fn raw_commit(&self, rows: Vec<(String, Vec<u8>)>) -> Result<(), StoreError> {
        self.core.with(|table| {
            let engine = table.engine();
            let mut writes = Writes::default();
            for (key, row) in rows {
                Engine::check_row(&key, &row)?;
                engine.put(&mut writes, &key, row)?;
            }
            engine.write(writes)?;
            while engine.tidy()? {}
            Ok(())
        })
    }

    /// Flushes what commits have gathered now, and not when it is enough.
    #[cfg(test)]
    pub(crate) fn flush(&self) {
        let flush = |table: &Table| {
            table.flush();
            Ok(())
        };
        self.core.with(flush).unwrap();
    }

    /// The keys, for an import that has to check and wrap them.
    pub(crate) fn keys(&self) -> &Keys {
        &self.core.keys
    }

    /// Ends an import: the store may be opened for work from now on. Gives its instance.
    pub(crate) fn imported(&self) -> Result<String, StoreError> {
        self.core.with(|table| open::imported(&table.engine(), &self.core.keys))
    }

    fn parts(
        data_dir: &Path,
        master: Option<&MasterKey>,
        existing: bool,
    ) -> Result<(Engine, Keys), StoreError> {
        let dir = open::store_dir(data_dir);
        let engine = Engine::open(&dir, existing)?;
        Ok((engine, Keys::new(&dir, master.map(MasterKey::wrapping))))
    }

    fn scan_range(&self, range: Range<'_>, limit: usize) -> Result<Vec<(String, Value)>, StoreError> {
        let mut rows = Vec::new();
        if limit == 0 {
            return Ok(rows);
        }
        self.core.with(|table| {
            table.scan(range, |key, row| {
                if !is_own(&key) {
                    let value = self.opened(table, &key, &row)?;
                    rows.push((key, value));
                }
                Ok(rows.len() < limit)
            })
        })?;
        self.core.alive()?;
        Ok(rows)
    }

    fn opened(&self, table: &Table, key: &str, row: &[u8]) -> Result<Value, StoreError> {
        let mut value =
            serde_json::from_slice(row).map_err(|_| table.damaged(format!("the row {key} is unreadable")))?;
        seal::open(&mut value, key, &self.core.keys, table)?;
        Ok(value)
    }
}

#[async_trait]
impl Store for SledStore {
    fn epoch(&self) -> u64 {
        self.core.epoch
    }

    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Value>>, StoreError> {
        let rows = self.core.with(|table| {
            let read = |key: &String| match table.get(key)? {
                Some(row) if !is_own(key) => self.opened(table, key, &row).map(Some),
                Some(_) | None => Ok(None),
            };
            keys.iter().map(read).collect()
        })?;
        self.core.alive()?;
        Ok(rows)
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, StoreError> {
        self.scan_range(Range { prefix, after, back: false }, limit)
    }

    async fn scan_back(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Value)>, StoreError> {
        self.scan_range(Range { prefix, after: None, back: true }, limit)
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.core.submit(Work::Batch(batch)).await
    }

    async fn forget(&self, owner: &Owner) -> Result<(), StoreError> {
        self.core.submit(Work::Forget(owner.clone())).await
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        self.core.shut();
    }
}

impl fmt::Debug for SledStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SledStore({}, epoch {})", self.instance, self.core.epoch)
    }
}
