//! How the loop is, for `deskbridge status`: counted as it goes, told at most once a second.

use crate::outbox::Outbox;
use crate::status::{Status, Threads};
use crate::store::{Store, StoreError};
use desk::key::{ASIDE_PREFIX, OPEN_PREFIX};
use desk::rows::Thread;
use desk::{Key, Known, Row, Scan};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use tokio::sync::watch;

/// How often the status is told at most.
const EVERY: SignedDuration = SignedDuration::from_secs(1);
/// How many rows one look at the store takes.
const PAGE: usize = 512;

/// Counts and tells.
pub(crate) struct Gauge {
    status: Option<watch::Sender<Status>>,
    teams: Vec<String>,
    open: u64,
    unanswered: u64,
    set_aside: u64,
    told_at: Option<Timestamp>,
    /// Something changed since it was told.
    stale: bool,
}

impl Gauge {
    pub(crate) async fn new(
        status: Option<watch::Sender<Status>>,
        teams: Vec<String>,
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
        Ok(Self { status, teams, open, unanswered, set_aside, told_at: None, stale: true })
    }

    /// Counts what was decided; `known` is how it was before.
    pub(crate) fn count(&mut self, writes: &BTreeMap<Key, Option<Row>>, known: &impl Known) {
        self.stale = self.status.is_some();
        for (key, row) in writes {
            if matches!(key, Key::Thread(_)) {
                let (was, is) = (known.row(key).flatten(), row.as_ref());
                change(&mut self.open, thread(was).is_some(), thread(is).is_some());
                change(&mut self.unanswered, waits(was), waits(is));
            } else if matches!(key, Key::Aside(..)) {
                // written or removed exactly when it appears or goes
                change(&mut self.set_aside, row.is_none(), row.is_some());
            }
        }
    }

    /// When there is something new to tell.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        let told_at = self.told_at.filter(|_| self.stale)?;
        Some(told_at.checked_add(EVERY).unwrap_or(told_at))
    }

    /// Tells how it is, unless it did a moment ago.
    pub(crate) async fn tell(
        &mut self,
        now: Timestamp,
        store: &dyn Store,
        outbox: &Outbox,
    ) -> Result<(), StoreError> {
        let Some(status) = self.status.as_ref().filter(|_| self.stale) else { return Ok(()) };
        // a clock that went back tells at once
        if self.told_at.is_some_and(|told| now >= told && now.duration_since(told) < EVERY) {
            return Ok(());
        }
        self.told_at = Some(now);
        self.stale = false;
        let oldest = oldest_unanswered(store, &self.teams).await?;
        status.send_modify(|status| {
            status.at = now;
            status.threads =
                Threads { open: self.open, unanswered: self.unanswered, oldest_unanswered_at: oldest };
            status.lanes = outbox.lanes_status();
            status.set_aside = self.set_aside;
        });
        Ok(())
    }
}

/// Counts one more or one less where something came to be or ceased.
fn change(count: &mut u64, was: bool, is: bool) {
    match (was, is) {
        (false, true) => *count += 1,
        (true, false) => *count = count.saturating_sub(1),
        (false, false) | (true, true) => {}
    }
}

/// An open thread.
fn thread(row: Option<&Row>) -> Option<&Thread> {
    if let Some(Row::Thread(thread)) = row {
        Some(thread.as_ref()).filter(|thread| thread.open)
    } else {
        None
    }
}

/// Whether a customer waits in an open thread.
fn waits(row: Option<&Row>) -> bool {
    thread(row).is_some_and(|thread| thread.waiting_since().is_some())
}

/// Counts rows, page by page.
pub(crate) async fn count(
    store: &dyn Store,
    prefix: &str,
    mut each: impl FnMut(&str),
) -> Result<(), StoreError> {
    let mut after: Option<String> = None;
    loop {
        let page = store.scan(prefix, after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, _) in &page {
            each(key);
        }
    }
}

/// The oldest over all teams: the first of each team's waiting threads.
async fn oldest_unanswered(store: &dyn Store, teams: &[String]) -> Result<Option<Timestamp>, StoreError> {
    let mut oldest = None;
    for team in teams {
        let (prefix, limit, _) = Scan::Open { team: team.clone(), limit: 1 }.range();
        let first = store.scan(&prefix, None, limit).await?;
        let since = first.first().and_then(|(key, _)| waiting_since(key));
        oldest = [oldest, since].into_iter().flatten().min();
    }
    Ok(oldest)
}

/// The instant in an open thread's key.
pub(crate) fn waiting_since(key: &str) -> Option<Timestamp> {
    let since = key.strip_prefix(OPEN_PREFIX)?.split('/').nth(1)?;
    Timestamp::from_microsecond(since.parse().ok()?).ok()
}
