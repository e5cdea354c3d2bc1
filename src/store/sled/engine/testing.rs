//! What tests of settled rows ask beyond the store itself.

use super::{FIRST, Limits};
use crate::store::SledStore;
use crate::store::error::StoreError;
use crate::store::sled::table::Table;

impl SledStore {
    /// Moves rows by other limits from now on.
    pub(in crate::store) fn limit(&self, limits: Limits) {
        let limit = |table: &Table| {
            table.engine().writing().limits = limits;
            Ok(())
        };
        self.core.with(limit).unwrap();
    }

    /// One step, of what commits have gathered too.
    pub(in crate::store) fn tidy(&self) -> Result<bool, StoreError> {
        self.flush();
        self.core.with(|table| table.engine().tidy())
    }

    /// Steps until nothing should move any more.
    pub(in crate::store) fn settle(&self) {
        while self.tidy().unwrap() {}
    }

    /// The keys of the rows that are in sled, with what commits have gathered.
    pub(in crate::store) fn hot(&self) -> Vec<String> {
        self.flush();
        let keys = |row: sled::Result<_>| {
            let (key, _): (sled::IVec, sled::IVec) = row.unwrap();
            String::from_utf8(key.to_vec()).unwrap()
        };
        self.core.with(|table| Ok(table.engine().db.range([FIRST]..).map(keys).collect())).unwrap()
    }
}
