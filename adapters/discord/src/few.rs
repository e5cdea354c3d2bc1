//! A bounded map that many share. Nothing may rely on its memory: whoever misses something asks again.

use crate::recent::Recent;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many values are remembered.
const MAX: usize = 4096;

/// A map that remembers only so much.
#[derive(Debug)]
pub(crate) struct Few<V>(Mutex<Recent<String, V>>);

impl<V> Default for Few<V> {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(MAX)))
    }
}

impl<V: Clone> Few<V> {
    pub(crate) fn get(&self, key: &str) -> Option<V> {
        self.lock().get(key).cloned()
    }

    pub(crate) fn put(&self, key: &str, value: V) {
        self.lock().put(key.to_owned(), value);
    }

    pub(crate) fn forget(&self, key: &str) {
        self.lock().remove(key);
    }

    pub(crate) fn clear(&self) {
        drop(self.lock().take());
    }

    fn lock(&self) -> MutexGuard<'_, Recent<String, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
