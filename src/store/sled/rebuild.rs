//! Rows that the journal is the source of, written anew by whoever folds it again.
//!
//! Each commit of such rows marks the store as well. It cannot be opened for work before the mark is taken away, so half
//! of them is never taken for the whole, however the process ended.

use super::SledStore;
use super::engine::{Engine, Writes};
use super::open::REBUILDING;
use crate::store::error::StoreError;
use std::path::Path;

impl SledStore {
    /// Opens a store that is there to write anew what the journal is the source of. Needs no master key: nothing private
    /// is read or written. Blocks. Commits are refused.
    pub fn open_for_rebuild(data_dir: &Path) -> Result<Self, StoreError> {
        Self::open_for_export(data_dir)
    }

    /// Whether rows were written anew, and the last ones are still to come.
    pub(crate) fn is_half_rebuilt(&self) -> Result<bool, StoreError> {
        Ok(self.raw_get(REBUILDING)?.is_some())
    }

    /// Writes or removes rows and marks the store; durable when it returns. Blocks. Must not run beside commits.
    pub(crate) fn rebuild(&self, rows: Vec<(String, Option<Vec<u8>>)>) -> Result<(), StoreError> {
        self.core.with(|table| {
            let engine = table.engine();
            let mut writes = Writes::default();
            engine.put(&mut writes, REBUILDING, b"true".to_vec())?;
            for (key, row) in rows {
                match row {
                    Some(row) => {
                        Engine::check_row(&key, &row)?;
                        engine.put(&mut writes, &key, row)?;
                    }
                    None => engine.remove(&mut writes, &key)?,
                }
            }
            engine.write(writes)
        })
    }

    /// All rows are written: takes the mark away.
    pub(crate) fn rebuilt(&self) -> Result<(), StoreError> {
        if !self.is_half_rebuilt()? {
            return Ok(());
        }
        self.core.with(|table| {
            let engine = table.engine();
            let mut writes = Writes::default();
            engine.remove(&mut writes, REBUILDING)?;
            engine.write(writes)
        })
    }
}
