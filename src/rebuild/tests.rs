//! Figures that are lost, wrong or too many come back from the journal; nothing else is touched.

use super::{RebuildError, Rebuilt, rebuild};
use crate::store::{Batch, MasterKey, RowText, SledStore, Store as _, StoreError};
use desk::figures::Figure;
use desk::key::FIGURES_PREFIX;
use desk::rows::Counters;
use desk::{Event, Key, Row};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

const THREADS: u64 = 120;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn master() -> MasterKey {
    MasterKey::parse("correct horse battery staple").unwrap()
}

fn event(n: u64, fact: &Value) -> Event {
    let minute = 60 * (28_000_000 + i64::try_from(n).unwrap() * 17);
    let at = jiff::Timestamp::from_second(minute).unwrap();
    serde_json::from_value(json!({"at": at, "fact": fact})).unwrap()
}

/// Every kind of event there is, then many threads: each answered and closed, and later once more.
fn journal() -> Vec<Event> {
    let mut events: Vec<Event> =
        serde_json::from_str(include_str!("../desk/tests/fixtures/events.json")).unwrap();
    let written_at = "2026-03-02T14:05:00Z";
    let private = |n: u64| json!({"$private": {"of": {"customer": n}, "text": "where is it?"}});
    for round in 0..2_u64 {
        for n in 100..100 + THREADS {
            let place = json!({"channel": "shop", "chat": n.to_string()});
            let team_place = json!({"channel": "team", "chat": "room"});
            let opened = json!({"thread_opened": {"thread": n, "customer": n, "place": place, "team": "support",
                "team_place": team_place, "previous": null, "written_at": written_at}});
            let first =
                if round == 0 { opened } else { json!({"thread_reopened": {"thread": n, "by": null}}) };
            let message = format!("{n}-{round}");
            let agent = if n % 3 == 0 { "Anna" } else { "Bernd" };
            let facts = [
                first,
                json!({"customer_wrote": {"thread": n, "message": message, "version": 0, "written_at": written_at,
                    "body": private(n), "what": null}}),
                json!({"reply_written": {"thread": n, "message": message, "agent": agent, "body": private(n),
                    "held": false}}),
                json!({"thread_assigned": {"thread": n, "to": agent, "by": agent}}),
                json!({"reply_delivered": {"thread": n, "message": message, "parts": [format!("r{message}")]}}),
                json!({"thread_closed": {"thread": n, "by": agent}}),
            ];
            // the last ones stay open
            let count = if round == 1 && n % 5 == 0 { 2 } else { 6 };
            for fact in facts.iter().take(count) {
                events.push(event(events.len() as u64, fact));
            }
        }
    }
    events
}

async fn commit(store: &SledStore, puts: Vec<(String, RowText)>, removes: &[&str]) {
    let removes = removes.iter().map(|key| (*key).to_owned()).collect();
    store.commit(Batch { epoch: store.epoch(), puts, removes }).await.unwrap();
}

/// A closed store that holds a journal and no figures.
async fn recorded(events: &[Event], master: Option<&MasterKey>) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(dir.path(), master).unwrap();
    let mut puts = vec![("another/row".to_owned(), json!({"stays": true}).into())];
    let counters = Counters { threads: 0, customers: 0, events: events.len() as u64 };
    puts.push((Key::Counters.text(), RowText::of(&Row::Counters(counters)).unwrap()));
    for (event, number) in events.iter().zip(1..) {
        puts.push((Key::Journal(number).text(), RowText::of(event).unwrap()));
    }
    commit(&store, puts, &[]).await;
    dir
}

fn rebuilt(dir: &Path, mend: bool) -> Result<Rebuilt, RebuildError> {
    let store = SledStore::open_for_rebuild(dir)?;
    let mut heard = 0;
    let done = rebuild(&store, dir, &zone(), mend, &mut |events| heard = events);
    assert!(!dir.join("rebuild").exists(), "the rows on the way are left behind");
    if let Ok(done) = done {
        assert_eq!(heard, done.events);
    }
    done
}

/// All rows but the store's own.
fn rows(dir: &Path) -> BTreeMap<String, Value> {
    let store = SledStore::open_for_export(dir).unwrap();
    let rows = store.raw_scan(None, usize::MAX).unwrap();
    let mut rows: BTreeMap<String, Value> =
        rows.into_iter().map(|(key, row)| (key, serde_json::from_slice(&row).unwrap())).collect();
    rows.retain(|key, _| !key.starts_with("meta/"));
    rows
}

fn figures(dir: &Path) -> BTreeMap<String, Value> {
    let mut rows = rows(dir);
    rows.retain(|key, _| key.starts_with(FIGURES_PREFIX));
    rows
}

#[tokio::test]
async fn the_journal_gives_the_figures_with_little_memory_and_without_a_key() {
    let events = journal();
    let whole = desk::rebuild(&events, &zone()).unwrap();
    let expected: BTreeMap<String, Value> = whole
        .rows
        .iter()
        .filter(|(key, _)| matches!(key, Key::Figures(_)))
        .map(|(key, row)| (key.text(), serde_json::to_value(row).unwrap()))
        .collect();
    assert!(expected.len() > 100, "too few to mean anything");
    for master in [None, Some(master())] {
        let dir = recorded(&events, master.as_ref()).await;
        let all = expected.len() as u64;
        let differed = Rebuilt { events: events.len() as u64, rows: all, differed: all, unfinished: false };
        assert_eq!(rebuilt(dir.path(), false).unwrap(), differed);
        assert_eq!(figures(dir.path()), BTreeMap::new(), "it was only to look");
        assert_eq!(rebuilt(dir.path(), true).unwrap(), differed);
        assert_eq!(figures(dir.path()), expected);
        assert_eq!(rebuilt(dir.path(), true).unwrap(), Rebuilt { differed: 0, ..differed });
        SledStore::open(dir.path(), master.as_ref()).unwrap();
    }
}

#[tokio::test]
async fn what_is_lost_wrong_or_too_many_is_mended_and_nothing_else_touched() {
    let dir = recorded(&journal(), None).await;
    rebuilt(dir.path(), true).unwrap();
    let before = rows(dir.path());
    let kept: Vec<&String> = before.keys().filter(|key| key.starts_with(FIGURES_PREFIX)).collect();
    let [first, second, third, .., last] = kept.as_slice() else { panic!("too few") };
    let zero = RowText::of(&Figure::Counts(desk::figures::Counts::default())).unwrap();
    let puts = vec![
        ((*second).clone(), zero.clone()),
        ((*third).clone(), json!("no figure").into()),
        ("figures/a".to_owned(), zero.clone()),
        ("figures/zzz".to_owned(), zero),
    ];
    commit(&SledStore::open(dir.path(), None).unwrap(), puts, &[first, last]).await;

    let damaged = rows(dir.path());
    assert_eq!(rebuilt(dir.path(), false).unwrap().differed, 6);
    assert_eq!(rows(dir.path()), damaged);
    assert_eq!(rebuilt(dir.path(), true).unwrap().differed, 6);
    assert_eq!(rows(dir.path()), before);
    assert_eq!(rebuilt(dir.path(), false).unwrap().differed, 0);
}

#[tokio::test]
async fn a_figure_that_another_version_wrote_in_other_words_does_not_differ() {
    let dir = recorded(&journal(), None).await;
    let done = rebuilt(dir.path(), true).unwrap();
    let mut found = figures(dir.path());
    found.retain(|_, row| row.pointer("/counts/messages").is_some());
    let (key, mut row) = found.pop_first().unwrap();
    row["counts"]["kept"] = json!(0);
    commit(&SledStore::open(dir.path(), None).unwrap(), vec![(key, row.into())], &[]).await;
    assert_eq!(rebuilt(dir.path(), false).unwrap(), Rebuilt { differed: 0, ..done });
}

#[tokio::test]
async fn a_rebuild_cut_short_keeps_the_bridge_out_until_it_is_through() {
    let dir = recorded(&journal(), None).await;
    rebuilt(dir.path(), true).unwrap();
    let before = rows(dir.path());
    let some = before.keys().rfind(|key| key.starts_with(FIGURES_PREFIX)).unwrap();
    SledStore::open_for_rebuild(dir.path()).unwrap().rebuild(vec![(some.clone(), None)]).unwrap();
    std::fs::create_dir(dir.path().join("rebuild")).unwrap();
    std::fs::write(dir.path().join("rebuild/left"), "behind").unwrap();

    let refused = SledStore::open(dir.path(), None).unwrap_err();
    assert!(matches!(refused, StoreError::HalfRebuilt { .. }), "{refused}");
    let looked = rebuilt(dir.path(), false).unwrap();
    assert!(looked.unfinished && looked.differed == 1, "{looked:?}");
    SledStore::open(dir.path(), None).unwrap_err();
    let done = rebuilt(dir.path(), true).unwrap();
    assert!(!done.unfinished && done.differed == 1, "{done:?}");
    SledStore::open(dir.path(), None).unwrap();
    assert_eq!(rows(dir.path()), before);
}

#[tokio::test]
async fn a_journal_that_is_not_whole_changes_nothing() {
    let events = journal();
    let last = events.len() as u64;
    for lost in [1, 3, last] {
        let dir = recorded(&events, None).await;
        rebuilt(dir.path(), true).unwrap();
        commit(&SledStore::open(dir.path(), None).unwrap(), vec![], &[&Key::Journal(lost).text()]).await;
        let before = rows(dir.path());
        let error = rebuilt(dir.path(), true).unwrap_err();
        assert!(matches!(error, RebuildError::Gap { number } if number == lost), "{error}");
        assert_eq!(rows(dir.path()), before);
    }
    let dir = recorded(&events, None).await;
    let damaged = vec![(Key::Journal(2).text(), json!({"at": "never"}).into())];
    commit(&SledStore::open(dir.path(), None).unwrap(), damaged, &[]).await;
    let error = rebuilt(dir.path(), true).unwrap_err().to_string();
    assert!(error.contains("the row journal/00000000000002 is damaged"), "{error}");
}

#[tokio::test]
async fn a_store_in_which_nothing_happened_has_no_figures_and_no_store_none_either() {
    let dir = recorded(&[], None).await;
    let nothing = Rebuilt { events: 0, rows: 0, differed: 0, unfinished: false };
    assert_eq!(rebuilt(dir.path(), true).unwrap(), nothing);
    let none = tempfile::tempdir().unwrap();
    let error = rebuilt(none.path(), true).unwrap_err();
    assert!(matches!(error, RebuildError::Store(StoreError::Missing { .. })), "{error}");
}
