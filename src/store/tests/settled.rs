//! Rows that were left alone leave sled, and nobody notices.

use super::crash::{child_dir, heard, say, start, three, whole_batches};
use super::{Batch, Limits, SledStore, Store, TINY, contains, files, fresh, fresh_restless, get, put};
use crate::store::{StoreError, export, import};
use port::{CustomerId, Owner, Private};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

fn row(n: u32) -> (String, Value) {
    (format!("row/{n:06}"), json!({ "n": n, "fill": "x".repeat(30) }))
}

async fn put_all(store: &SledStore, rows: impl Iterator<Item = (String, Value)>) {
    let puts = rows.map(|(key, row)| (key, row.into())).collect();
    store.commit(Batch { epoch: store.epoch(), puts, removes: vec![] }).await.unwrap();
}

async fn remove(store: &SledStore, keys: impl Iterator<Item = u32>) {
    let removes = keys.map(|n| row(n).0).collect();
    store.commit(Batch { epoch: store.epoch(), puts: vec![], removes }).await.unwrap();
}

async fn all(store: &SledStore) -> BTreeMap<String, Value> {
    let rows = store.scan("row/", None, usize::MAX).await.unwrap();
    let mut back = store.scan_back("row/", usize::MAX).await.unwrap();
    back.reverse();
    assert!(rows == back, "a scan back gives other rows");
    rows.into_iter().collect()
}

fn cold(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = files(&dir.join("store"));
    found.retain(|(path, _)| path.file_name().unwrap().to_str().unwrap().starts_with("cold-"));
    found
}

fn reopened(store: Arc<SledStore>, dir: &Path) -> Arc<SledStore> {
    drop(store);
    let store = SledStore::open(dir, None).unwrap();
    store.limit(TINY);
    Arc::new(store)
}

/// A thousand rows, all settled.
async fn settled() -> (Arc<SledStore>, tempfile::TempDir) {
    let (store, dir) = fresh_restless();
    put_all(&store, (0..1000).map(row)).await;
    store.settle();
    (store, dir)
}

#[tokio::test]
async fn settled_rows_are_read_changed_and_removed_as_before() {
    let (store, dir) = settled().await;
    assert!(store.hot().iter().all(|key| key.starts_with("meta/")), "{:?}", store.hot());
    let mut expected: BTreeMap<_, _> = (0..1000).map(row).collect();
    assert_eq!(all(&store).await, expected);
    assert_eq!(get(&store, "row/000500").await, Some(row(500).1));
    assert_eq!(get(&store, "row/0005000").await, None);
    let page = store.scan("row/", Some("row/000500"), 3).await.unwrap();
    assert_eq!(page, [row(501), row(502), row(503)]);

    put(&store, "row/000500", json!("new")).await;
    remove(&store, [3, 4, 5, 600].into_iter()).await;
    expected.insert("row/000500".into(), json!("new"));
    expected.retain(|key, _| ![3, 4, 5, 600].map(|n| row(n).0).contains(key));
    assert_eq!(all(&store).await, expected);
    let store = reopened(store, dir.path());
    assert_eq!(all(&store).await, expected);
    store.settle();
    assert_eq!(all(&store).await, expected);
    assert_eq!(get(&store, "row/000500").await, Some(json!("new")));
}

#[tokio::test]
async fn rows_settle_while_others_are_written() {
    let (store, _dir) = fresh_restless();
    put_all(&store, (0..100).map(row)).await;
    for n in 0..100 {
        put(&store, "counter", json!(n)).await;
    }
    let left = store.hot().into_iter().filter(|key| key.starts_with("row/"));
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_settled_row_that_was_overwritten_and_removed_does_not_come_back() {
    let (store, dir) = settled().await;
    put(&store, "row/000500", json!("new")).await;
    remove(&store, [500].into_iter()).await;
    assert_eq!(get(&store, "row/000500").await, None);
    let store = reopened(store, dir.path());
    store.settle();
    assert_eq!(get(&store, "row/000500").await, None);
    assert_eq!(all(&store).await.len(), 999);
}

#[tokio::test]
async fn few_rows_and_long_ones_stay_and_so_do_the_stores_own() {
    let (store, _dir) = fresh(None);
    store.limit(Limits { begin: 100, ..TINY });
    put_all(&store, (0..99).map(|n| (format!("queue/{n:03}"), json!(n)))).await;
    put_all(&store, (0..200).map(|n| (format!("long/{n:03}"), json!("x".repeat(500))))).await;
    put_all(&store, (0..200).map(|n| (format!("bare{n:03}"), json!(n)))).await;
    put_all(&store, (0..100).map(row)).await;
    let before = store.hot();
    store.settle();
    let left: Vec<_> = before.into_iter().filter(|key| !key.starts_with("row/")).collect();
    assert_eq!(store.hot(), left);
}

#[tokio::test]
async fn a_block_is_not_written_anew_for_a_few_rows() {
    let (store, dir) = settled().await;
    store.limit(Limits { join: 3, ..TINY });
    let between = |n: u32, rows: u32| (0..rows).map(move |m| (format!("row/{n:06}/{m}"), json!(m)));
    put_all(&store, between(100, 2).chain(between(200, 3))).await;
    store.settle();
    let hot: Vec<_> = store.hot().into_iter().filter(|key| key.starts_with("row/")).collect();
    assert_eq!(hot, ["row/000100/0", "row/000100/1"]);
    assert_eq!(all(&reopened(store, dir.path())).await.len(), 1005);
}

#[tokio::test]
async fn an_export_shows_no_difference() {
    let (store, dir) = fresh(None);
    put_all(&store, (0..1000).map(row)).await;
    let lines = |store: &SledStore| {
        let mut lines = Vec::new();
        export(store, &mut lines, &mut |_| ()).unwrap();
        lines
    };
    let before = lines(&store);
    store.limit(TINY);
    store.settle();
    assert!(cold(dir.path()).len() > 1);
    assert!(lines(&store) == before, "an export of the open store differs");
    drop(store);
    let store = SledStore::open_for_export(dir.path()).unwrap();
    assert!(lines(&store) == before, "an export differs");
}

#[tokio::test]
async fn rows_settle_while_they_are_imported() {
    let (store, dir) = fresh(None);
    put_all(&store, (0..5000).map(row)).await;
    let mut lines = Vec::new();
    export(&store, &mut lines, &mut |_| ()).unwrap();
    drop(store);
    let target = tempfile::tempdir().unwrap();
    let store = SledStore::open_for_import(target.path(), None).unwrap();
    store.limit(Limits { begin: 1000, ..TINY });
    import(&store, &mut lines.as_slice(), &mut |_| ()).unwrap();
    assert!(store.hot().len() < 10, "{} rows are in sled", store.hot().len());
    drop(store);
    let store = SledStore::open(target.path(), None).unwrap();
    assert_eq!(all(&store).await, (0..5000).map(row).collect());
    drop(dir);
}

#[tokio::test]
async fn what_a_crash_left_behind_the_blocks_is_overwritten_or_removed() {
    let (store, dir) = settled().await;
    drop(store);
    let last = cold(dir.path()).into_iter().max_by_key(|(_, content)| content.len()).unwrap().0;
    for (path, content) in cold(dir.path()) {
        std::fs::write(&path, [content, b"half a block".to_vec()].concat()).unwrap();
    }
    let unknown = dir.path().join("store/cold-9999");
    std::fs::copy(last, &unknown).unwrap();
    let store = Arc::new(SledStore::open(dir.path(), None).unwrap());
    assert!(!unknown.exists());
    store.limit(TINY);
    put_all(&store, (1000..1100).map(row)).await;
    // every file has less than half alive soon, and is walked from its beginning to its end
    remove(&store, (0..1100).filter(|n| n % 7 > 1)).await;
    store.settle();
    let store = reopened(store, dir.path());
    let expected: BTreeMap<_, _> = (0..1100).filter(|n| n % 7 <= 1).map(row).collect();
    assert_eq!(all(&store).await, expected);
}

#[tokio::test]
async fn a_file_that_is_mostly_dead_is_removed_and_what_was_alive_in_it_is_kept() {
    let (store, dir) = settled().await;
    let before: Vec<_> = cold(dir.path()).into_iter().map(|(path, _)| path).collect();
    // blocks of three: two of three blocks are dead
    let dead = |n: &u32| n % 9 > 2;
    put_all(&store, (0..1000).filter(dead).map(row)).await;
    remove(&store, (0..1000).filter(dead)).await;
    store.settle();
    assert!(!before[0].exists());
    let expected: BTreeMap<_, _> = (0..1000).filter(|n| !dead(n)).map(row).collect();
    assert_eq!(all(&store).await, expected);
    let bytes: usize = cold(dir.path()).iter().map(|(_, content)| content.len()).sum();
    let alive: usize = expected.iter().map(|(key, row)| key.len() + row.to_string().len()).sum();
    assert!(bytes < 3 * alive, "{bytes} bytes for {alive}");
    assert_eq!(all(&reopened(store, dir.path())).await, expected);
}

#[tokio::test]
async fn damage_names_the_file() {
    for at in ["the beginning", "the end"] {
        let (store, dir) = settled().await;
        let (path, mut content) = cold(dir.path()).remove(0);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let byte = if at == "the end" { content.len() - 1 } else { 0 };
        content[byte] ^= 1;
        std::fs::write(&path, content).unwrap();
        let error = store.scan("row/", None, usize::MAX).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(&format!("({name} does not read")), "{error}");
    }
    let (store, dir) = settled().await;
    drop(store);
    let (path, content) = cold(dir.path()).remove(0);
    let name = path.file_name().unwrap().to_str().unwrap();
    let refused = |why: &str| {
        let error = SledStore::open(dir.path(), None).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(&format!("({name} {why}")), "{error}");
    };
    std::fs::write(&path, &content[1..]).unwrap();
    refused("does not read");
    std::fs::remove_file(&path).unwrap();
    refused("is missing");
}

#[tokio::test]
async fn no_owners_key_is_ever_in_a_settled_block() {
    let (store, dir) = fresh_restless();
    for n in 0..40 {
        let text = Private::of_customer(CustomerId(n), "text".to_owned());
        put(&store, &format!("row/{n:03}"), json!(text)).await;
    }
    store.settle();
    let keys: Vec<_> = store.raw_scan(None, usize::MAX).unwrap();
    let keys: Vec<_> = keys.into_iter().filter(|(key, _)| key.starts_with("key/")).collect();
    assert_eq!(keys.len(), 40);
    store.forget(&Owner::Customer(CustomerId(7))).await.unwrap();
    store.settle();
    let cold = cold(dir.path());
    assert!(!cold.is_empty());
    for (key, row) in keys {
        assert!(cold.iter().all(|(_, content)| !contains(content, &row)), "{key} was copied");
    }
    assert_eq!(
        get(&store, "row/007").await,
        Some(json!(Private::Erased { of: Owner::Customer(CustomerId(7)) }))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_miss_nothing_while_rows_move() {
    let (store, dir) = settled().await;
    let done = Arc::new(AtomicBool::new(false));
    // every third row comes and goes, and takes its neighbours along
    let steady = |n: &u32| !n.is_multiple_of(3);
    let mut readers = JoinSet::new();
    for reader in 0..3_u32 {
        let (store, done) = (store.clone(), done.clone());
        readers.spawn(async move {
            let mut rounds = 0;
            while !done.load(Ordering::Relaxed) {
                rounds += 1;
                if reader == 0 {
                    for n in (0..1000).filter(steady) {
                        assert!(get(&store, &row(n).0).await.is_some(), "row {n} was missed");
                    }
                    continue;
                }
                let rows = if reader == 1 {
                    store.scan("row/", None, usize::MAX).await.unwrap()
                } else {
                    store.scan_back("row/", usize::MAX).await.unwrap().into_iter().rev().collect()
                };
                assert!(rows.is_sorted_by(|(a, _), (b, _)| a < b), "a scan gave a row twice or out of order");
                let found = rows.into_iter().filter(|(_, row)| !row["n"].as_u64().unwrap().is_multiple_of(3));
                assert!(found.eq((0..1000).filter(steady).map(row)), "a scan missed a row");
            }
            rounds
        });
    }
    for round in 0..30 {
        let moving = || (0..1000).filter(|n| !steady(n) && n % 30 == round % 30 / 3 * 3);
        remove(&store, moving()).await;
        store.settle();
        put_all(&store, moving().map(row)).await;
        store.settle();
    }
    done.store(true, Ordering::Relaxed);
    assert!(readers.join_all().await.into_iter().all(|rounds| rounds > 0));
    assert_eq!(all(&reopened(store, dir.path())).await.len(), 1000);
}

#[tokio::test]
async fn what_a_start_has_to_read_is_noted_down_while_the_store_works() {
    let (store, dir) = fresh_restless();
    let noted = || {
        let mut names = files(&dir.path().join("store"));
        names.retain(|(path, _)| path.file_name().unwrap().to_str().unwrap().starts_with("snap."));
        names.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    let mut seen = vec![noted()];
    for _ in 0..3 {
        put_all(&store, (0..TINY.renew).map(|n| row(u32::try_from(n).unwrap()))).await;
        store.settle();
        seen.push(noted());
    }
    seen.dedup();
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(seen.iter().skip(1).all(|names| names.len() == 1), "{seen:?}");
    assert_eq!(all(&store).await.len(), TINY.renew);
    assert_eq!(all(&reopened(store, dir.path())).await.len(), TINY.renew);
}

#[tokio::test]
async fn a_process_killed_while_rows_move_leaves_every_acknowledged_commit() {
    const NAME: &str = "a_process_killed_while_rows_move_leaves_every_acknowledged_commit";
    if let Some(dir) = child_dir() {
        let store = SledStore::open(&dir, None).unwrap();
        store.limit(TINY);
        for n in whole_batches(&store).await.last().map_or(0, |n| n + 1).. {
            let mut batch = three(&store, n);
            if n % 2 == 0 && n >= 20 {
                batch.removes = (0..3).map(|m| format!("row/{:06}/{m}", n - 20)).collect();
            }
            store.commit(batch).await.unwrap();
            store.tidy().unwrap();
            say(&n.to_string());
        }
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for kill in [150, 151, 170, 203] {
        let mut child = start(module_path!(), NAME, dir.path(), "");
        let acknowledged: u32 = heard(&mut child).nth(kill).unwrap().parse().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let store = SledStore::open(dir.path(), None).unwrap();
        let kept = whole_batches(&store).await;
        let newest = *kept.last().unwrap();
        assert!(newest >= acknowledged, "{acknowledged} was acknowledged, {newest} is the newest");
        let expected: Vec<_> = (0..=newest).filter(|n| n % 2 == 1 || n + 20 > newest).collect();
        assert_eq!(kept, expected);
    }
    assert!(!cold(dir.path()).is_empty());
}
