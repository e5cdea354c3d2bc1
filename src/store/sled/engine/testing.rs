//! What tests of settled rows ask beyond the store itself.

use super::{Engine, FIRST, Limits};
use crate::store::SledStore;
use crate::store::error::StoreError;
use crate::store::sled::table::Table;

impl Engine {
    /// Moves rows by other limits from now on.
    pub(in crate::store::sled) fn limit(&self, limits: Limits) {
        self.writing().limits = limits;
    }

    /// The keys of the rows that are in sled.
    pub(in crate::store::sled) fn hot(&self) -> Vec<String> {
        let keys = |row: sled::Result<_>| {
            let (key, _): (sled::IVec, sled::IVec) = row.unwrap();
            String::from_utf8(key.to_vec()).unwrap()
        };
        self.db().unwrap().range([FIRST]..).map(keys).collect()
    }
}

impl SledStore {
    /// Moves rows by other limits from now on.
    pub(in crate::store) fn limit(&self, limits: Limits) {
        let limit = |table: &Table| {
            table.engine().limit(limits);
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
        self.core.with(|table| Ok(table.engine().hot())).unwrap()
    }
}
