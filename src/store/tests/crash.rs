//! What is left when a process, a power cut or a full disk ends the work: run in child processes of this very test.

use super::{Batch, SledStore, Store, get, put};
use crate::store::StoreError;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// Names the store a child works on; not set in the parent.
const CHILD: &str = "DESKBRIDGE_STORE_CHILD";

#[expect(clippy::disallowed_methods, reason = "tells the child of a test from its parent")]
pub(super) fn child_dir() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// Runs one test of this program again as a child, behind shell commands that set its limits.
pub(super) fn start(module: &str, test: &str, dir: &Path, limits: &str) -> Child {
    let (_, module) = module.split_once("::").unwrap();
    Command::new("sh")
        .args(["-c", &format!("{limits} exec \"$@\""), "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "--test-threads=1", &format!("{module}::{test}")])
        .env(CHILD, dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A word from a child to its parent.
pub(super) fn say(word: &str) {
    writeln!(std::io::stdout(), "said: {word}").unwrap();
}

/// What a child says, one after the other.
pub(super) fn heard(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.filter_map(|line| Some(line.split_once("said: ")?.1.to_owned()))
}

pub(super) fn three(store: &SledStore, n: u32) -> Batch {
    let row = |m: u32| (format!("row/{n:06}/{m}"), json!({ "n": n, "fill": "x".repeat(300) }).into());
    Batch { epoch: store.epoch(), puts: (0..3).map(row).collect(), removes: vec![] }
}

/// The numbers of all batches found, after checking that each is there with all its rows.
pub(super) async fn whole_batches(store: &SledStore) -> Vec<u32> {
    let rows = store.scan("row/", None, usize::MAX).await.unwrap();
    let mut numbers: Vec<_> =
        rows.iter().map(|(_, value)| u32::try_from(value["n"].as_u64().unwrap()).unwrap()).collect();
    numbers.dedup();
    assert_eq!(rows.len(), numbers.len() * 3, "a batch was kept by half");
    numbers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_leaves_every_acknowledged_commit_and_no_half_ones() {
    if let Some(dir) = child_dir() {
        let store = Arc::new(SledStore::open(&dir, None).unwrap());
        let mut tasks = tokio::task::JoinSet::new();
        for lane in 0..8_u32 {
            let store = store.clone();
            tasks.spawn(async move {
                for n in 0..100_000 {
                    let number = n * 8 + lane;
                    store.commit(three(&store, number)).await.unwrap();
                    say(&number.to_string());
                }
            });
        }
        tasks.join_all().await;
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        let mut child = start(
            module_path!(),
            "a_killed_process_leaves_every_acknowledged_commit_and_no_half_ones",
            dir.path(),
            "",
        );
        let mut words = heard(&mut child);
        let mut acknowledged: Vec<u32> = words.by_ref().take(400).map(|word| word.parse().unwrap()).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        // the last word may be cut
        let late: Vec<String> = words.collect();
        acknowledged.extend(late.iter().rev().skip(1).filter_map(|word| word.parse::<u32>().ok()));
        assert!(acknowledged.len() >= 400);
        let store = SledStore::open(dir.path(), None).unwrap();
        let kept = whole_batches(&store).await;
        for number in acknowledged {
            assert!(kept.binary_search(&number).is_ok(), "commit {number} was acknowledged and is gone");
        }
    }
}

/// A store with only the given files of another one.
fn store_of(files: &[(&str, &[u8])]) -> (SledStore, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("store");
    std::fs::create_dir_all(inner.join("blobs")).unwrap();
    for (name, content) in files {
        std::fs::write(inner.join(name), content).unwrap();
    }
    (SledStore::open(dir.path(), None).unwrap(), dir)
}

#[tokio::test]
async fn a_log_that_was_cut_anywhere_holds_whole_commits_in_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(dir.path(), None).unwrap();
    let file = |name: &str| std::fs::read(dir.path().join("store").join(name)).unwrap();
    let mut ends = Vec::new();
    for n in 0..60 {
        store.commit(three(&store, n)).await.unwrap();
        ends.push(file("log-1").len());
    }
    let [conf, instance, db, log] = ["conf", "instance", "db", "log-1"].map(file);
    drop(store);
    for cut in (0..=log.len()).step_by(log.len() / 150).chain([log.len()]) {
        let files = [("conf", &conf[..]), ("instance", &instance), ("db", &db), ("log-1", &log[..cut])];
        let (store, _dir) = store_of(&files);
        let kept = whole_batches(&store).await;
        let acknowledged = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(kept.len(), acknowledged, "commits before byte {cut}");
        assert!(
            kept.iter().enumerate().all(|(at, n)| at == *n as usize),
            "a commit is missing before byte {cut}"
        );
        put(&store, "after", json!(1)).await;
    }
}

#[tokio::test]
async fn a_crash_while_rows_move_into_the_database_loses_none() {
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(dir.path(), None).unwrap();
    let file = |name: &str| std::fs::read(dir.path().join("store").join(name)).unwrap();
    for n in 0..60 {
        store.commit(three(&store, n)).await.unwrap();
    }
    let [conf, instance, before, log] = ["conf", "instance", "db", "log-1"].map(file);
    store.flush();
    // what came afterwards stands in the next log
    store.commit(three(&store, 60)).await.unwrap();
    let (after, next) = (file("db"), file("log-2"));
    assert!(!dir.path().join("store/log-1").exists());
    drop(store);
    let (first, last) = (written(&before), written(&after));
    assert!(last > first + 30_000, "nothing was moved");
    for cut in (first..=last).step_by((last - first) / 150).chain([last]) {
        let mut db = after.clone();
        db[cut..].fill(0);
        let files =
            [("conf", &conf[..]), ("instance", &instance), ("db", &db), ("log-1", &log), ("log-2", &next)];
        let (store, _dir) = store_of(&files);
        assert_eq!(whole_batches(&store).await, (0..=60).collect::<Vec<_>>(), "cut at {cut}");
    }
}

/// Where the written part of a log ends.
fn written(log: &[u8]) -> usize {
    log.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1)
}

/// Commits until the disk is full; gives the number of the commit that failed.
async fn fill(store: &SledStore) -> u32 {
    for n in 0.. {
        let mut batch = three(store, n);
        batch.puts.push(("newest".into(), json!(n).into()));
        if let Err(error) = store.commit(batch).await {
            assert!(matches!(error, StoreError::Full { .. }), "{error}");
            return n;
        }
        say(&n.to_string());
    }
    unreachable!("the disk is never full")
}

/// Reads until the store stops; gives the newest number that was shown.
async fn newest_seen(store: Arc<SledStore>) -> u32 {
    let mut newest = 0;
    loop {
        match store.get(&["newest".into()]).await {
            Ok(rows) => {
                let row = rows.into_iter().flatten().next();
                newest = newest.max(row.map_or(0, |n| u32::try_from(n.as_u64().unwrap()).unwrap()));
            }
            Err(error) => {
                assert!(matches!(error, StoreError::Stopped { .. }), "{error}");
                return newest;
            }
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_the_store_and_harms_nothing_that_was_acknowledged() {
    if let Some(dir) = child_dir() {
        let store = Arc::new(SledStore::open(&dir, None).unwrap());
        let reader = tokio::task::JoinSet::from_iter([newest_seen(store.clone())]);
        let failed = fill(&store).await;
        let seen = reader.join_all().await;
        assert!(seen.iter().all(|seen| *seen < failed), "{seen:?} was read, {failed} never became durable");
        // nothing is acknowledged or shown any more
        for _ in 0..3 {
            let error = store.commit(three(&store, 0)).await.unwrap_err();
            assert!(matches!(error, StoreError::Stopped { .. }), "{error}");
            assert!(error.to_string().contains("no space left"), "{error}");
        }
        let error = store.get(&["row/000000/0".into()]).await.unwrap_err();
        assert!(matches!(error, StoreError::Stopped { .. }), "{error}");
        drop(store);
        say("done");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let name = "a_full_disk_stops_the_store_and_harms_nothing_that_was_acknowledged";
    // a limit on the length of files stands in for a disk that is full: no mount, no privileges
    let mut child = start(module_path!(), name, dir.path(), "trap '' XFSZ; ulimit -f 6000;");
    let mut words: Vec<String> = heard(&mut child).collect();
    assert!(child.wait().unwrap().success());
    assert_eq!(words.pop().as_deref(), Some("done"));
    assert!(words.len() > 100, "{} commits before the disk was full", words.len());
    let store = SledStore::open(dir.path(), None).unwrap();
    let kept = whole_batches(&store).await;
    assert!(kept.len() >= words.len(), "{} of {} acknowledged commits", kept.len(), words.len());
    put(&store, "after", json!(1)).await;
    assert_eq!(get(&store, "after").await, Some(json!(1)));
}

#[tokio::test]
async fn a_disk_that_is_full_from_the_start_is_named_when_opening() {
    if let Some(dir) = child_dir() {
        let error = SledStore::open(&dir, None).unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        say("done");
        return;
    }
    let name = "a_disk_that_is_full_from_the_start_is_named_when_opening";
    // nothing can be written at all, or nothing more than there is
    for (rows, blocks) in [(0, 0), (100, 8)] {
        let dir = tempfile::tempdir().unwrap();
        if rows > 0 {
            let store = SledStore::open(dir.path(), None).unwrap();
            for n in 0..rows {
                store.commit(three(&store, n)).await.unwrap();
            }
        }
        let mut child =
            start(module_path!(), name, dir.path(), &format!("trap '' XFSZ; ulimit -f {blocks};"));
        assert_eq!(heard(&mut child).last().as_deref(), Some("done"));
        assert!(child.wait().unwrap().success());
        let store = SledStore::open(dir.path(), None).unwrap();
        assert_eq!(whole_batches(&store).await, (0..rows).collect::<Vec<_>>());
        put(&store, "after", json!(1)).await;
    }
}
