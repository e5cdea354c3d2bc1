//! Rows that live as long as a test.

use async_trait::async_trait;
use port::{Shelf, ShelfError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A shelf without a store behind it.
#[derive(Default)]
pub(crate) struct MemoryShelf(Mutex<BTreeMap<String, Value>>);

#[async_trait]
impl Shelf for MemoryShelf {
    async fn put(&self, rows: Vec<(String, Value)>, remove: Vec<String>) -> Result<(), ShelfError> {
        let mut kept = self.0.lock().unwrap();
        kept.extend(rows);
        for key in remove {
            kept.remove(&key);
        }
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Option<Value>, ShelfError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, ShelfError> {
        let kept = self.0.lock().unwrap();
        let rows = kept
            .iter()
            .filter(|(key, _)| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after));
        Ok(rows.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}
