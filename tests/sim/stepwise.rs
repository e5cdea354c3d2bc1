//! The real store, one step at a time: a commit takes no virtual time, but several steps in which others go on, always
//! the same ones for the same seed. The process may die before a commit and after it, and in any of these steps; what
//! happens inside one is the store's own test.

use async_trait::async_trait;
use desk::rows::{Purpose, Queued};
use deskbridge::store::{Batch, SledStore, Store, StoreError};
use serde_json::Value;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

/// A store whose every read ends before anything else goes on.
pub(crate) struct Stepwise {
    pub(crate) store: Arc<SledStore>,
    /// The bridge's own words that became durable.
    pub(crate) notices: Arc<Mutex<Vec<Queued>>>,
}

#[async_trait]
impl Store for Stepwise {
    fn epoch(&self) -> u64 {
        self.store.epoch()
    }

    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Value>>, StoreError> {
        at_once(self.store.get(keys))
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, StoreError> {
        at_once(self.store.scan(prefix, after, limit))
    }

    async fn scan_back(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Value)>, StoreError> {
        at_once(self.store.scan_back(prefix, limit))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        // a disk takes longer than a decision, and not always as long
        let steps = 1 + batch.puts.len() % 7;
        for _ in 0..steps {
            tokio::task::yield_now().await;
        }
        let queued = batch.puts.iter().filter(|(key, _)| key.starts_with(desk::key::OUT_PREFIX));
        let queued = queued.map(|(_, row)| serde_json::from_str::<Queued>(row.as_str()).unwrap());
        let notices: Vec<Queued> = queued.filter(|queued| queued.purpose == Purpose::Notice).collect();
        let kept = at_once(self.store.commit(batch));
        if kept.is_ok() {
            self.notices.lock().unwrap().extend(notices);
        }
        for _ in 0..steps {
            tokio::task::yield_now().await;
        }
        kept
    }

    async fn forget(&self, owner: &port::Owner) -> Result<(), StoreError> {
        at_once(self.store.forget(owner))
    }
}

/// Wakes the thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits on this very thread.
pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
        std::thread::park();
    }
}
