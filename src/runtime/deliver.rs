//! Attempts under way: each is one task that calls an adapter once and comes back with the outcome.

use super::files::Files;
use crate::observe::relay as observe;
use desk::rows::{Phase, Queued};
use jiff::Timestamp;
use port::adapter::FILES_TIME_MAX;
use port::{Adapter, ChannelName, Found, Op, Operation, Outcome};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long an attempt may take before its outcome counts as unknown.
const ATTEMPT_MAX: Duration = Duration::from_mins(1);

/// An attempt that came back.
pub(crate) struct Returned {
    pub(crate) row: Queued,
    pub(crate) began_at: Timestamp,
    pub(crate) result: Attempt,
}

/// What an attempt was, and what came of it.
pub(crate) enum Attempt {
    Sent(Outcome),
    Looked(Found),
}

/// The attempts under way.
pub(crate) struct Attempts {
    files: Arc<Files>,
    tasks: JoinSet<Returned>,
    rows: BTreeMap<tokio::task::Id, (Queued, Timestamp)>,
}

impl Attempts {
    pub(crate) fn new(adapters: Arc<BTreeMap<ChannelName, Arc<dyn Adapter>>>) -> Self {
        let files = Arc::new(Files::new(adapters));
        Self { files, tasks: JoinSet::new(), rows: BTreeMap::new() }
    }

    /// Starts an attempt.
    pub(crate) fn start(&mut self, adapter: Arc<dyn Adapter>, now: Timestamp, row: Queued, op: Op) {
        observe::attempt(&row);
        let kept = row.clone();
        let files = Arc::clone(&self.files);
        let handle = self.tasks.spawn(async move {
            let result = attempt(adapter.as_ref(), &row, &op, files.as_ref()).await;
            Returned { row, began_at: now, result }
        });
        self.rows.insert(handle.id(), (kept, now));
    }

    /// The next attempt that comes back; waits for ever when none is under way.
    pub(crate) async fn next(&mut self) -> Option<Returned> {
        match self.tasks.join_next_with_id().await {
            Some(joined) => self.finished(joined),
            None => std::future::pending().await,
        }
    }

    /// An attempt that is back already.
    pub(crate) fn try_next(&mut self) -> Option<Returned> {
        let joined = self.tasks.try_join_next_with_id()?;
        self.finished(joined)
    }

    fn finished(
        &mut self,
        joined: Result<(tokio::task::Id, Returned), tokio::task::JoinError>,
    ) -> Option<Returned> {
        match joined {
            Ok((id, returned)) => {
                self.rows.remove(&id);
                Some(returned)
            }
            // a panic in an adapter: nobody knows how far it got
            Err(error) => self.rows.remove(&error.id()).map(|(row, began_at)| {
                let reason = "the adapter failed in the middle of it".to_owned();
                let result = match row.phase {
                    Phase::Reconcile => Attempt::Looked(Found::Later { reason }),
                    Phase::Send | Phase::Wedged => Attempt::Sent(Outcome::Unknown { reason }),
                };
                Returned { row, began_at, result }
            }),
        }
    }
}

async fn attempt(adapter: &dyn Adapter, row: &Queued, op: &Op, files: &Files) -> Attempt {
    let reason = || "no answer in time".to_owned();
    if row.phase == Phase::Reconcile {
        let looked = tokio::time::timeout(ATTEMPT_MAX, adapter.reconcile(op)).await;
        return Attempt::Looked(looked.unwrap_or_else(|_| Found::Later { reason: reason() }));
    }
    let has_files = matches!(&op.operation, Operation::Create { files, .. } if !files.is_empty());
    let max = if has_files { FILES_TIME_MAX } else { ATTEMPT_MAX };
    let sent = tokio::time::timeout(max, adapter.deliver(op, files)).await;
    Attempt::Sent(sent.unwrap_or_else(|_| Outcome::Unknown { reason: reason() }))
}
