//! The embedded store: the conformance suite, and what only it promises.

mod crash;
mod errors;
mod exports;
mod model;
mod sealing;
mod settled;

use super::conformance::conformance;
use super::sled::Limits;
use super::{Batch, MasterKey, SledStore, Store};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

conformance!(fresh(Some(&master())));

mod plain {
    use super::{conformance, fresh};
    conformance!(fresh(None));
}

/// Rows move all the time.
mod restless {
    use super::{conformance, fresh_restless};
    conformance!(fresh_restless());
}

fn master() -> MasterKey {
    MasterKey::parse("correct horse battery staple").unwrap()
}

fn fresh(master: Option<&MasterKey>) -> (Arc<SledStore>, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (Arc::new(SledStore::open(dir.path(), master).unwrap()), dir)
}

/// Everything moves that can, and a few rows at a time.
const TINY: Limits = Limits {
    written: 1,
    begin: 2,
    join: 1,
    block: 200,
    rows: 3,
    row: 400,
    step: 4,
    bytes: 500,
    file: 2_000,
    renew: 300,
};

fn fresh_restless() -> (Arc<SledStore>, TempDir) {
    let (store, dir) = fresh(None);
    store.limit(TINY);
    (store, dir)
}

async fn put(store: &SledStore, key: &str, value: Value) {
    let batch = Batch { epoch: store.epoch(), puts: vec![(key.to_owned(), value.into())], removes: vec![] };
    store.commit(batch).await.unwrap();
}

async fn get(store: &SledStore, key: &str) -> Option<Value> {
    store.get(&[key.to_owned()]).await.unwrap().pop().unwrap()
}

/// Every file below a directory, with its content.
fn files(dir: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = std::fs::read(&path).unwrap();
            found.push((path, content));
        }
    }
    found
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn rows_and_name_are_there_after_reopening_and_the_epoch_is_higher() {
    let (store, dir) = fresh(None);
    let (instance, epoch) = (store.instance().to_owned(), store.epoch());
    assert_eq!(instance.len(), 8);
    assert!(instance.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    put(&store, "a", json!("x".repeat(30_000))).await;
    drop(store);
    let store = SledStore::open(dir.path(), None).unwrap();
    assert_eq!(store.instance(), instance);
    assert_eq!(store.epoch(), epoch + 1);
    assert_eq!(get(&store, "a").await, Some(json!("x".repeat(30_000))));
}

#[tokio::test]
async fn closing_lets_the_next_one_in_while_old_handles_remain() {
    let (store, dir) = fresh(None);
    let shelf: Arc<dyn Store> = store.clone();
    put(&store, "a", json!(1)).await;
    store.close().await;
    let next = SledStore::open(dir.path(), None).unwrap();
    assert_eq!(get(&next, "a").await, Some(json!(1)));
    let closed = shelf.commit(Batch { epoch: shelf.epoch(), ..Batch::default() }).await.unwrap_err();
    assert_eq!(closed.to_string(), "the store is closed");
    assert_eq!(shelf.get(&["a".into()]).await.unwrap_err().to_string(), "the store is closed");
}

#[tokio::test(start_paused = true)]
async fn paused_time_stands_still_while_a_commit_runs() {
    let (store, _dir) = fresh(None);
    for n in 0..50 {
        tokio::select! {
            biased;
            () = tokio::time::sleep(Duration::from_millis(1)) => panic!("time went on during commit {n}"),
            () = put(&store, "a", json!(n)) => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_memory_takes_waits_for_the_database() {
    let (store, dir) = fresh(None);
    for n in 0..60 {
        put(&store, &format!("row/{n:02}"), json!("x".repeat(1 << 19))).await;
    }
    // no log is begun or put away meanwhile
    store.flush();
    let logs: u64 = std::fs::read_dir(dir.path().join("store"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("log-"))
        .map(|entry| entry.metadata().unwrap().len())
        .sum();
    assert!(logs < 25 << 20, "{logs} bytes of 30 MiB are still in logs");
    for n in 0..60 {
        assert_eq!(get(&store, &format!("row/{n:02}")).await, Some(json!("x".repeat(1 << 19))));
    }
}

#[tokio::test]
async fn no_page_gets_a_file_of_its_own() {
    let (store, dir) = fresh(None);
    for round in 0_usize..4 {
        for group in 0..6 {
            let key = |n: usize| format!("{}{group}{n:03}", "k".repeat(890));
            let size = |n: usize| [11_990, 200_000, 11_000, 5][(n + round) % 4];
            let puts = (0..40).map(|n| (key(n), json!("x".repeat(size(n))).into())).collect();
            store.commit(Batch { epoch: store.epoch(), puts, removes: vec![] }).await.unwrap();
            store.flush();
        }
        let own = std::fs::read_dir(dir.path().join("store/blobs")).unwrap().count();
        assert_eq!(own, 0, "in round {round}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let data_dir = parent.path().join("data");
    for _ in 0..2 {
        let store = SledStore::open(&data_dir, Some(&master())).unwrap();
        put(&store, "a", json!(1)).await;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data_dir), 0o700);
        assert_eq!(mode(&data_dir.join("store")), 0o700);
        store.close().await;
        for (path, _) in files(&data_dir) {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}
