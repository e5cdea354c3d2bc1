//! Making durable what was decided, and what may happen only then: acknowledgements and sends.
//!
//! With little to do a commit is awaited at once, since nothing else could be done meanwhile. With much to do the next
//! inputs are decided while it runs. There is never more than one.

use super::{Loop, RuntimeError};
use crate::store::StoreError;
use desk::Effect;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

/// What a commit holds back.
#[derive(Default)]
pub(super) struct Held {
    /// Adapters that wait.
    pub(super) acknowledge: Vec<oneshot::Sender<()>>,
    /// Told to the outbox.
    pub(super) apply: Vec<Effect>,
}

/// The commit that runs beside the loop, if one does.
#[derive(Default)]
pub(super) struct UnderWay {
    task: JoinSet<Result<(), StoreError>>,
    held: Held,
}

impl UnderWay {
    /// Comes back when it is through; waits for ever when there is none.
    pub(super) async fn ended(&mut self) -> Result<(), StoreError> {
        match self.task.join_next().await {
            Some(ended) => told(ended),
            None => std::future::pending().await,
        }
    }
}

fn told(ended: Result<Result<(), StoreError>, JoinError>) -> Result<(), StoreError> {
    let broke_off = |error: JoinError| StoreError::Stopped { reason: format!("a commit broke off: {error}") };
    ended.map_err(broke_off).flatten()
}

impl Loop {
    /// Makes durable what was decided, then acknowledges it and tells the outbox.
    pub(super) async fn keep(&mut self) -> Result<(), RuntimeError> {
        self.finish().await?;
        if self.cache.has_pending() {
            let batch = self.cache.batch(self.store.epoch())?;
            self.store.commit(batch).await?;
            self.cache.kept();
        }
        let held = std::mem::take(&mut self.held);
        self.let_go(held);
        self.find_next_timer().await
    }

    /// As [`Loop::keep`], but comes back before it is durable.
    pub(super) async fn keep_beside(&mut self) -> Result<(), RuntimeError> {
        self.finish().await?;
        if !self.cache.has_pending() {
            return self.keep().await;
        }
        let batch = self.cache.batch(self.store.epoch())?;
        let store = Arc::clone(&self.store);
        self.under_way.held = std::mem::take(&mut self.held);
        self.under_way.task.spawn(async move { store.commit(batch).await });
        Ok(())
    }

    /// Takes the commit beside the loop for ended.
    pub(super) fn release(&mut self, kept: Result<(), StoreError>) -> Result<(), RuntimeError> {
        kept?;
        self.cache.kept();
        let held = std::mem::take(&mut self.under_way.held);
        self.let_go(held);
        Ok(())
    }

    /// Waits for the commit beside the loop, if there is one.
    async fn finish(&mut self) -> Result<(), RuntimeError> {
        match self.under_way.task.join_next().await {
            Some(ended) => self.release(told(ended)),
            None => Ok(()),
        }
    }

    fn let_go(&mut self, Held { acknowledge, apply }: Held) {
        for kept in acknowledge {
            // an adapter that went away hears of it from its cursor
            let _gone = kept.send(());
        }
        for effect in apply {
            self.outbox.apply(effect);
        }
    }
}
