//! How the loop is, for `deskbridge status`: counted as it goes, told at most once a second.
//!
//! How many threads are open is kept in the figures, in one row a team, so a start costs the same however many there are.

use super::RuntimeError;
use super::cache::read;
use crate::outbox::Outbox;
use crate::status::{ASIDE_READ_MAX, Aside, Status, Threads};
use crate::store::{Store, StoreError};
use desk::figures::{At, Figure, NOW_PREFIX, Now};
use desk::key::{ASIDE_PREFIX, OPEN_PREFIX, unescape};
use desk::{Key, Row, Scan};
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
    /// By team, whether it is still configured or not.
    threads: BTreeMap<String, Counted>,
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
    ) -> Result<Self, RuntimeError> {
        let (mut threads, mut set_aside) = (BTreeMap::new(), 0);
        if status.is_some() {
            threads = kept(store).await?;
            count(store, ASIDE_PREFIX, |_| set_aside += 1).await?;
        }
        Ok(Self { status, teams, threads, set_aside, told_at: None, stale: true })
    }

    /// Counts what was decided.
    pub(crate) fn count(&mut self, writes: &BTreeMap<Key, Option<Row>>) {
        self.stale = self.status.is_some();
        for (key, row) in writes {
            if let Key::Figures(At::Now(team)) = key {
                let counted = row.as_ref().and_then(Counted::of).unwrap_or_default();
                self.threads.insert(team.clone(), counted);
            } else if matches!(key, Key::Aside(..)) {
                // written or removed exactly when it appears or goes
                self.set_aside =
                    if row.is_some() { self.set_aside + 1 } else { self.set_aside.saturating_sub(1) };
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
        let aside = if self.set_aside > 0 { set_aside(store).await? } else { Vec::new() };
        status.send_modify(|status| {
            status.at = now;
            status.threads = Threads {
                open: self.threads.values().map(|counted| counted.open).sum(),
                unanswered: self.threads.values().map(|counted| counted.unanswered).sum(),
                oldest_unanswered_at: oldest,
            };
            status.lanes = outbox.lanes_status();
            status.set_aside = self.set_aside;
            status.set_aside_list = aside;
        });
        Ok(())
    }
}

/// A team's open threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counted {
    open: u64,
    /// Those whose customer waits, whether a clock runs or not.
    unanswered: u64,
}

impl Counted {
    fn of(row: &Row) -> Option<Self> {
        let Row::Figures(figure) = row else { return None };
        let Figure::Now(Now { threads, .. }) = figure.as_ref() else { return None };
        let open = threads.values().map(desk::figures::Threads::all).sum();
        let unanswered = threads.values().map(desk::figures::Threads::owed).sum();
        Some(Self { open, unanswered })
    }
}

/// What the figures say of every team.
async fn kept(store: &dyn Store) -> Result<BTreeMap<String, Counted>, RuntimeError> {
    let mut threads = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.scan(NOW_PREFIX, after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(threads) };
        after = Some(last.clone());
        for (text, value) in page {
            let Some(team) = text.strip_prefix(NOW_PREFIX).map(unescape) else { continue };
            let row = read(&Key::Figures(At::Now(team.clone())), value)?;
            threads.insert(team, Counted::of(&row).unwrap_or_default());
        }
    }
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

/// Whose the operations are that were set aside.
async fn set_aside(store: &dyn Store) -> Result<Vec<Aside>, StoreError> {
    let rows = store.scan(ASIDE_PREFIX, None, ASIDE_READ_MAX).await?;
    Ok(Aside::list(rows.into_iter().filter_map(|(_, row)| serde_json::from_value(row).ok())))
}

/// The instant in an open thread's key.
pub(crate) fn waiting_since(key: &str) -> Option<Timestamp> {
    let since = key.strip_prefix(OPEN_PREFIX)?.split('/').nth(1)?;
    Timestamp::from_microsecond(since.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Batch, RowText, SledStore};
    use desk::figures::Threads as Standing;
    use desk::rows::Queued;
    use port::ThreadId;
    use serde_json::json;
    use std::collections::BTreeSet;

    fn now(some: &[(&str, Standing)]) -> Row {
        let threads = some.iter().map(|(agent, threads)| ((*agent).to_owned(), *threads)).collect();
        Row::Figures(Box::new(Figure::Now(Now { threads, ..Now::default() })))
    }

    fn key(team: &str) -> Key {
        Key::Figures(At::Now(team.to_owned()))
    }

    fn reply() -> Queued {
        let place = json!({ "channel": "shop", "chat": "4711" });
        let row = json!({
            "id": "test-1", "lane": { "place": place, "thread": null }, "seq": 256, "thread": 7, "in_topic": false,
            "purpose": { "reply": { "message": "m" } }, "operation": { "mark": { "message": "m", "mark": "pending" } },
            "queued_at": Timestamp::UNIX_EPOCH, "attempts": 1, "tried_at": null, "not_before": null, "phase": "send",
        });
        serde_json::from_value(row).unwrap()
    }

    #[tokio::test]
    async fn open_threads_are_known_from_the_figures_of_all_teams_without_looking_at_any() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::open(dir.path(), None).unwrap();
        let anna = Standing { waiting: 2, overdue: 1, answered: 4, ..Standing::default() };
        let nobody = Standing { paused: 1, untimed: 1, ..Standing::default() };
        let rows = [("support", now(&[("Anna", anna), ("", nobody)])), ("shop/de", now(&[("Bernd", anna)]))];
        let put = |(team, row): &(&str, Row)| (key(team).text(), RowText::of(row).unwrap());
        let mut puts: Vec<_> = rows.iter().map(put).collect();
        let since = Timestamp::from_second(1_772_460_300).unwrap();
        let open = Key::Open { team: "support".to_owned(), waiting_since: Some(since), thread: ThreadId(7) };
        puts.push((open.text(), RowText::of(&Row::Open(desk::rows::Topic { thread: ThreadId(7) })).unwrap()));
        let refused = Key::Aside(ThreadId(7), 256);
        puts.push((refused.text(), RowText::of(&Row::Queued(Box::new(reply()))).unwrap()));
        store.commit(Batch { epoch: store.epoch(), puts, removes: vec![] }).await.unwrap();

        let status = watch::Sender::new(Status::new(Timestamp::UNIX_EPOCH));
        let heard = status.subscribe();
        let mut gauge = Gauge::new(Some(status), vec!["support".to_owned()], &store).await.unwrap();
        let outbox = Outbox::default();
        gauge.tell(since, &store, &outbox).await.unwrap();
        let told = |open, unanswered| Threads { open, unanswered, oldest_unanswered_at: Some(since) };
        assert_eq!(heard.borrow().threads, told(16, 8));
        let aside = heard.borrow().set_aside_list.clone();
        assert_eq!((aside.len(), aside[0].thread, aside[0].count), (1, Some(7), 1));

        // a team's row says how all of its threads stand
        let answered = Standing { waiting: 1, overdue: 1, answered: 5, ..anna };
        let aside = (refused, None);
        let writes =
            [(key("support"), Some(now(&[("Anna", answered)]))), (key("new"), Some(now(&[]))), aside];
        gauge.count(&BTreeMap::from(writes));
        let later = since.checked_add(EVERY).unwrap();
        assert_eq!(gauge.next_at(), Some(later));
        gauge.tell(later, &store, &outbox).await.unwrap();
        assert_eq!(heard.borrow().threads, told(14, 5));
        assert_eq!(heard.borrow().set_aside, 0);
        assert!(heard.borrow().set_aside_list.is_empty());
        let teams: BTreeSet<&str> = gauge.threads.keys().map(String::as_str).collect();
        assert_eq!(teams, BTreeSet::from(["new", "shop/de", "support"]));
    }
}
