//! A shelf in memory that can be told to fail.

use async_trait::async_trait;
use port::{Shelf, ShelfError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Default)]
pub(crate) struct MemoryShelf {
    rows: Mutex<BTreeMap<String, Value>>,
    pub(crate) broken: AtomicBool,
}

impl MemoryShelf {
    pub(crate) fn remove(&self, key: &str) -> bool {
        self.rows.lock().unwrap().remove(key).is_some()
    }

    /// Changes the row whose key begins and ends so.
    pub(crate) fn change(&self, prefix: &str, suffix: &str, change: impl FnOnce(&mut Value)) {
        let mut rows = self.rows.lock().unwrap();
        let mut found = rows.iter_mut().filter(|(key, _)| key.starts_with(prefix) && key.ends_with(suffix));
        change(found.next().unwrap().1);
    }

    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        self.rows.lock().unwrap().keys().filter(|key| key.starts_with(prefix)).cloned().collect()
    }

    /// Everything that is kept, with every text that would be sealed taken out.
    pub(crate) fn unsealed(&self) -> String {
        fn strip(value: &mut Value) {
            match value {
                Value::Object(fields) if fields.contains_key("$private") => *value = Value::Null,
                Value::Object(fields) => fields.values_mut().for_each(strip),
                Value::Array(items) => items.iter_mut().for_each(strip),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let mut rows = self.rows.lock().unwrap().clone();
        rows.values_mut().for_each(strip);
        serde_json::to_string(&rows).unwrap()
    }
}

#[async_trait]
impl Shelf for MemoryShelf {
    async fn put(&self, rows: Vec<(String, Value)>, remove: Vec<String>) -> Result<(), ShelfError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(ShelfError { reason: "no space left".to_owned() });
        }
        let mut kept = self.rows.lock().unwrap();
        kept.extend(rows);
        kept.retain(|key, _| !remove.contains(key));
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Option<Value>, ShelfError> {
        Ok(self.rows.lock().unwrap().get(key).cloned())
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, ShelfError> {
        let rows = self.rows.lock().unwrap();
        let after = |key: &str| after.is_none_or(|after| key > after);
        let found = rows.iter().filter(|(key, _)| key.starts_with(prefix) && after(key));
        Ok(found.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}
