//! Makes durable what was decided, and only then lets the world know.
//!
//! While one commit is under way, the loop decides on what comes next: the disk and the desk work at the same time. There
//! is never more than one commit under way, so they become durable in the order of their decisions. What a decision
//! causes outside (acknowledgements, attempts) waits for its own commit.

use super::cache::text_of;
use super::{Loop, RuntimeError};
use crate::store::{Batch, Store, StoreError};
use desk::rows::Row;
use desk::{Effect, Key};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

/// What is decided and waits for its commit, beside the rows.
#[derive(Default)]
pub(super) struct Decided {
    /// Acknowledged after the commit.
    pub(super) to_acknowledge: Vec<oneshot::Sender<()>>,
    /// Told to the outbox after the commit.
    pub(super) to_apply: Vec<Effect>,
    pub(super) timers_changed: bool,
}

/// The commit under way, if there is one.
#[derive(Default)]
pub(super) struct Flight {
    task: JoinSet<Result<(), RuntimeError>>,
    decided: Decided,
}

/// How a commit ended.
pub(super) type Landed = Result<Result<(), RuntimeError>, JoinError>;

impl Flight {
    /// Waits until the commit under way ends; nothing when there is none.
    pub(super) async fn landed(&mut self) -> Option<Landed> {
        self.task.join_next().await
    }
}

impl Loop {
    /// Makes durable all that was decided so far, and releases it.
    pub(super) async fn keep(&mut self) -> Result<(), RuntimeError> {
        self.land().await?;
        let decided = std::mem::take(&mut self.decided);
        if let Some(rows) = self.cache.take_off() {
            commit(self.store.as_ref(), &rows).await?;
        }
        self.release(decided).await
    }

    /// Hands what was decided over to the disk, as soon as that is through with what came before.
    pub(super) async fn hand_over(&mut self) -> Result<(), RuntimeError> {
        self.land().await?;
        let decided = std::mem::take(&mut self.decided);
        let Some(rows) = self.cache.take_off() else { return self.release(decided).await };
        let store = Arc::clone(&self.store);
        self.flight.decided = decided;
        self.flight.task.spawn(async move { commit(store.as_ref(), &rows).await });
        Ok(())
    }

    /// Waits for the commit under way.
    pub(super) async fn land(&mut self) -> Result<(), RuntimeError> {
        match self.flight.landed().await {
            Some(landed) => self.landed(landed).await,
            None => Ok(()),
        }
    }

    /// The commit under way has ended.
    pub(super) async fn landed(&mut self, landed: Landed) -> Result<(), RuntimeError> {
        landed.map_err(|_| StoreError::Stopped { reason: "a commit broke off".to_owned() })??;
        let decided = std::mem::take(&mut self.flight.decided);
        self.release(decided).await
    }

    /// What was decided is durable: the world may know.
    async fn release(&mut self, decided: Decided) -> Result<(), RuntimeError> {
        self.cache.kept();
        for kept in decided.to_acknowledge {
            // an adapter that went away hears of it from its cursor
            let _gone = kept.send(());
        }
        for effect in decided.to_apply {
            self.outbox.apply(effect);
        }
        if decided.timers_changed {
            self.find_next_timer().await?;
        }
        self.refill().await
    }
}

async fn commit(store: &dyn Store, rows: &BTreeMap<Key, Option<Row>>) -> Result<(), RuntimeError> {
    let mut batch = Batch { epoch: store.epoch(), puts: Vec::with_capacity(rows.len()), removes: Vec::new() };
    for (key, row) in rows {
        match row {
            Some(row) => batch.puts.push((key.text(), text_of(key, row)?)),
            None => batch.removes.push(key.text()),
        }
    }
    Ok(store.commit(batch).await?)
}
