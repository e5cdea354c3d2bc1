//! How the loop is, for `deskbridge status`: counted as it goes, told at most once a second.

use crate::outbox::Outbox;
use crate::status::{ChannelStatus, Status, Threads};
use crate::store::{Store, StoreError};
use desk::key::{ASIDE_PREFIX, OPEN_PREFIX};
use desk::{Key, Row};
use jiff::{SignedDuration, Timestamp};
use port::{Adapter, ChannelName};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// How often the status is told at most.
const EVERY: SignedDuration = SignedDuration::from_secs(1);
/// How many rows one look at the store takes.
const PAGE: usize = 512;

/// Counts and tells.
pub(crate) struct Gauge {
    status: Option<watch::Sender<Status>>,
    platforms: BTreeMap<ChannelName, String>,
    open: u64,
    unanswered: u64,
    set_aside: u64,
    told_at: Option<Timestamp>,
}

impl Gauge {
    pub(crate) async fn new(
        status: Option<watch::Sender<Status>>,
        platforms: BTreeMap<ChannelName, String>,
        store: &dyn Store,
    ) -> Result<Self, StoreError> {
        let (mut open, mut unanswered, mut set_aside) = (0, 0, 0);
        if status.is_some() {
            count(store, OPEN_PREFIX, |key| {
                open += 1;
                unanswered += u64::from(waiting_since(key).is_some());
            })
            .await?;
            count(store, ASIDE_PREFIX, |_| set_aside += 1).await?;
        }
        Ok(Self { status, platforms, open, unanswered, set_aside, told_at: None })
    }

    /// Counts what was decided. A row is written or removed exactly when it appears or goes.
    pub(crate) fn count(&mut self, writes: &BTreeMap<Key, Option<Row>>) {
        for (key, row) in writes {
            let change = |count: &mut u64| {
                *count = if row.is_some() { *count + 1 } else { count.saturating_sub(1) };
            };
            if let Key::Open { waiting_since, .. } = key {
                change(&mut self.open);
                if waiting_since.is_some() {
                    change(&mut self.unanswered);
                }
            } else if matches!(key, Key::Aside(..)) {
                change(&mut self.set_aside);
            }
        }
    }

    /// Tells how it is, unless it did a moment ago.
    pub(crate) async fn tell(
        &mut self,
        now: Timestamp,
        store: &dyn Store,
        outbox: &Outbox,
        adapters: &BTreeMap<ChannelName, Arc<dyn Adapter>>,
    ) -> Result<(), StoreError> {
        let Some(status) = &self.status else { return Ok(()) };
        // a clock that went back tells at once
        if self.told_at.is_some_and(|told| now >= told && now.duration_since(told) < EVERY) {
            return Ok(());
        }
        self.told_at = Some(now);
        let oldest = oldest_unanswered(store).await?;
        let channels = adapters.iter().map(|(name, adapter)| {
            let platform = self.platforms.get(name).cloned().unwrap_or_default();
            ChannelStatus::new(name.clone(), platform, &adapter.health().borrow())
        });
        let channels: Vec<_> = channels.collect();
        status.send_modify(|status| {
            status.at = now;
            status.channels = channels;
            status.threads =
                Threads { open: self.open, unanswered: self.unanswered, oldest_unanswered_at: oldest };
            status.lanes = outbox.lanes_status();
            status.set_aside = self.set_aside;
        });
        Ok(())
    }
}

async fn count(store: &dyn Store, prefix: &str, mut each: impl FnMut(&str)) -> Result<(), StoreError> {
    let mut after: Option<String> = None;
    loop {
        let page = store.scan(prefix, after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        page.iter().for_each(|(key, _)| each(key));
    }
}

/// The oldest over all teams: the first of each team's waiting threads.
async fn oldest_unanswered(store: &dyn Store) -> Result<Option<Timestamp>, StoreError> {
    let first = store.scan(OPEN_PREFIX, None, 1).await?;
    Ok(first.first().and_then(|(key, _)| waiting_since(key)))
}

/// The instant in an open thread's key.
pub(crate) fn waiting_since(key: &str) -> Option<Timestamp> {
    let since = key.strip_prefix(OPEN_PREFIX)?.split('/').nth(1)?;
    Timestamp::from_microsecond(since.parse().ok()?).ok()
}
