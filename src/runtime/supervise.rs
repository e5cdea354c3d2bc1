//! Keeps every adapter running: one that lost its connection is started again from the last kept cursor.

use crate::clock::{Clock, later};
use crate::observe::relay as observe;
use crate::store::Store;
use desk::Key;
use futures_util::FutureExt as _;
use port::{Adapter, AdapterError, ChannelName, Cursor, Intake, IntakeBatch, Stop, Typing};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The first and the longest wait before an adapter is started again.
const RESTART_FIRST: Duration = Duration::from_secs(1);
const RESTART_MAX: Duration = Duration::from_mins(1);
/// How long adapters may take to end.
const END_GRACE: Duration = Duration::from_secs(5);

/// The adapters that run.
pub(crate) struct Supervised {
    tasks: JoinSet<(ChannelName, Option<String>)>,
    running: usize,
}

impl Supervised {
    pub(crate) fn start(
        adapters: &Arc<BTreeMap<ChannelName, Arc<dyn Adapter>>>,
        store: &Arc<dyn Store>,
        intake: &mpsc::Sender<IntakeBatch>,
        typing: &mpsc::Sender<Typing>,
        stop: &Stop,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let mut tasks = JoinSet::new();
        for (channel, adapter) in adapters.iter() {
            let intake = Intake::new(channel.clone(), intake.clone()).with_typing(typing.clone());
            let (channel, adapter, store) = (channel.clone(), Arc::clone(adapter), Arc::clone(store));
            let (stop, clock) = (stop.clone(), Arc::clone(clock));
            tasks.spawn(async move {
                let reason =
                    keep_running(adapter.as_ref(), store.as_ref(), intake, stop, clock.as_ref()).await;
                (channel, reason)
            });
        }
        Self { running: tasks.len(), tasks }
    }

    /// The next adapter that ended for good, with the reason if it failed.
    pub(crate) async fn next(&mut self) -> Option<Option<String>> {
        match self.tasks.join_next().await {
            Some(Ok((channel, reason))) => Some(reason.map(|reason| format!("{channel}: {reason}"))),
            Some(Err(_)) => Some(Some("an adapter failed".to_owned())),
            None => std::future::pending().await,
        }
    }

    /// Counts an end; gives the reason when no adapter is left.
    pub(crate) fn all_failed(&mut self, end: Option<String>) -> Option<String> {
        self.running = self.running.saturating_sub(1);
        end.filter(|_| self.running == 0)
    }

    /// Waits for the adapters to end by themselves, and ends them when they do not.
    pub(crate) async fn end(mut self) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(END_GRACE, all).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}

/// Runs an adapter again and again, sooner after it ran well for a while, until it is told to stop or can never work; gives the reason in the latter case.
async fn keep_running(
    adapter: &dyn Adapter,
    store: &dyn Store,
    intake: Intake,
    mut stop: Stop,
    clock: &dyn Clock,
) -> Option<String> {
    let mut wait = RESTART_FIRST;
    loop {
        let cursor = match cursor(store, adapter.channel()).await {
            Ok(cursor) => cursor,
            Err(reason) => return Some(reason),
        };
        let began_at = clock.now();
        let run = adapter.run(cursor, intake.clone(), stop.clone());
        // a panic is a lost connection: the kept cursor says where to go on
        let ended = AssertUnwindSafe(run).catch_unwind().await.unwrap_or_else(|_| {
            Err(AdapterError::Connection("the adapter failed in the middle of its work".to_owned()))
        });
        if clock.now() > later(began_at, RESTART_MAX) {
            wait = RESTART_FIRST;
        }
        if stop.is_pulled() {
            return None;
        }
        match ended {
            Ok(()) => {}
            Err(AdapterError::Stopped) => return None,
            Err(error @ (AdapterError::BadCredentials(_) | AdapterError::Config(_))) => {
                observe::adapter_failed(adapter.channel(), &error);
                return Some(error.to_string());
            }
            Err(error) => observe::adapter_lost(adapter.channel(), &error, wait),
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep(wait) => {}
            () = stop.wait() => return None,
        }
        wait = (wait * 2).min(RESTART_MAX);
    }
}

async fn cursor(store: &dyn Store, channel: &ChannelName) -> Result<Cursor, String> {
    let rows = store.get(&[Key::Cursor(channel.clone()).text()]).await.map_err(|error| error.to_string())?;
    match rows.into_iter().next().flatten() {
        Some(value) => serde_json::from_value(value).map_err(|error| error.to_string()),
        None => Ok(Cursor::default()),
    }
}
