//! Why a store does not open, and that the attempt did it no harm.

use super::crash::{child_dir, heard, say, start};
use super::{SledStore, fresh, get, put};
use crate::store::StoreError;
use desk::made::Made;
use port::{Owner, Private};
use serde_json::json;
use std::io::Read as _;
use std::path::Path;

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = SledStore::open(&file.join("data"), None).unwrap_err();
    assert!(matches!(error, StoreError::Create { .. }), "{error}");
    assert!(error.to_string().contains("file/data/store: choose another data_dir"), "{error}");
}

#[tokio::test]
async fn the_longest_file_of_the_bridges_own_fits_into_a_row_beside_its_words() {
    let (store, _dir) = fresh(None);
    for letter in ["x", "\"", "\n", "\u{1}", "\u{fc}", "\u{1f600}"] {
        let file = |count: usize| Made::Table(letter.repeat(count)).attachment(&Owner::Desk, "all");
        let longest = (0..1 << 20).collect::<Vec<_>>().partition_point(|count| file(*count).is_some()) - 1;
        let words = Private::new(Owner::Desk, "w".repeat(65_536));
        put(&store, "a", json!({ "files": [file(longest).unwrap()], "words": words })).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_store_is_named_and_unharmed() {
    use std::os::unix::fs::PermissionsExt as _;
    let (store, dir) = fresh(None);
    put(&store, "a", json!(1)).await;
    drop(store);
    let inner = dir.path().join("store");
    // files at 0400 alone would be opened up again by their owner
    let all = |mode: u32, dir_mode: u32| {
        for entry in std::fs::read_dir(&inner).unwrap() {
            let path = entry.unwrap().path();
            let mode = if path.is_dir() { dir_mode } else { mode };
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(dir_mode)).unwrap();
    };
    all(0o400, 0o500);
    // root writes where nobody may: there the store opens, elsewhere it says why not
    let root = std::fs::write(inner.join("probe"), "").is_ok();
    let opened = SledStore::open(dir.path(), None);
    match &opened {
        Ok(_) => assert!(root, "a read-only store was opened"),
        Err(error) => {
            assert!(!root && matches!(error, StoreError::ReadOnly { .. }), "{error}");
            assert!(error.to_string().contains("give this account write permission"), "{error}");
        }
    }
    drop(opened);
    all(0o600, 0o700);
    let store = SledStore::open(dir.path(), None).unwrap();
    assert_eq!(get(&store, "a").await, Some(json!(1)));
}

#[test]
fn system_errors_are_told_apart_by_what_has_to_be_done() {
    use std::io::{Error, ErrorKind};
    let told = |kind| StoreError::from_io(Path::new("/data"), "read", Error::from(kind));
    for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge] {
        assert!(matches!(told(kind), StoreError::Full { .. }));
    }
    for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
        assert!(matches!(told(kind), StoreError::ReadOnly { .. }));
    }
    assert!(matches!(told(ErrorKind::Interrupted), StoreError::Io { .. }));
}

#[tokio::test]
async fn the_second_process_is_told_who_holds_the_store() {
    let name = "the_second_process_is_told_who_holds_the_store";
    if let Some(dir) = child_dir() {
        let store = SledStore::open(&dir, None).unwrap();
        put(&store, "a", json!(1)).await;
        say("open");
        // until the parent lets go of our input
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        store.close().await;
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut child = start(module_path!(), name, dir.path(), "");
    let mut words = heard(&mut child);
    assert_eq!(words.next().as_deref(), Some("open"));
    for refused in [SledStore::open(dir.path(), None), SledStore::open_for_export(dir.path())] {
        let error = refused.unwrap_err();
        assert!(matches!(error, StoreError::Locked { .. }), "{error}");
        assert!(error.to_string().contains(&format!("in use by process {} on ", child.id())), "{error}");
    }
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let store = SledStore::open(dir.path(), None).unwrap();
    assert_eq!(get(&store, "a").await, Some(json!(1)));
}

#[tokio::test]
async fn one_process_cannot_open_a_store_twice_either() {
    let (store, dir) = fresh(None);
    let error = SledStore::open(dir.path(), None).unwrap_err();
    assert!(error.to_string().contains(&format!("process {} on", std::process::id())), "{error}");
    put(&store, "a", json!(1)).await;
    drop(store);
    SledStore::open(dir.path(), None).unwrap();
}

#[tokio::test]
async fn a_newer_format_is_left_alone() {
    let (store, dir) = fresh(None);
    put(&store, "a", json!(1)).await;
    let row = store.raw_get("meta/format").unwrap().unwrap();
    store.raw_commit(vec![("meta/format".into(), b"{\"version\":99,\"more\":1}".to_vec())]).unwrap();
    drop(store);
    let error = SledStore::open(dir.path(), None).unwrap_err();
    assert!(matches!(error, StoreError::Format { found: 99, known: 2, .. }), "{error}");
    let store = SledStore::open_for_import(dir.path(), None).unwrap_err();
    assert!(matches!(store, StoreError::Format { .. }), "{store}");
    assert_eq!(row, b"{\"version\":2}");
}

#[tokio::test]
async fn an_emptied_database_is_not_taken_for_a_new_one() {
    let (store, dir) = fresh(None);
    put(&store, "a", json!(1)).await;
    let instance = store.instance().to_owned();
    drop(store);
    let inner = dir.path().join("store");
    let kept = tempfile::tempdir().unwrap();
    for name in ["db", "conf"] {
        std::fs::copy(inner.join(name), kept.path().join(name)).unwrap();
    }
    std::fs::write(inner.join("db"), []).unwrap();
    for _ in 0..2 {
        let error = SledStore::open(dir.path(), None).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(&format!("it was store {instance} and is empty now")), "{error}");
        assert!(error.to_string().contains("deskbridge import"), "{error}");
    }
    for entry in std::fs::read_dir(&inner).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("snap.")) {
            std::fs::remove_file(path).unwrap();
        }
    }
    for name in ["db", "conf"] {
        std::fs::copy(kept.path().join(name), inner.join(name)).unwrap();
    }
    let store = SledStore::open(dir.path(), None).unwrap();
    assert_eq!(get(&store, "a").await, Some(json!(1)));
}

#[tokio::test]
async fn broken_pages_are_told_as_damage_and_never_as_rows() {
    let (store, dir) = fresh(None);
    for n in 0..400 {
        put(&store, &format!("row/{n:03}"), json!("x".repeat(200))).await;
    }
    drop(store);
    // from now on the pages count as kept, and a broken one is no torn end
    drop(SledStore::open(dir.path(), None).unwrap());
    let db = dir.path().join("store/db");
    let mut bytes = std::fs::read(&db).unwrap();
    for byte in bytes.iter_mut().filter(|byte| **byte == b'x').step_by(50) {
        *byte = b'y';
    }
    std::fs::write(&db, &bytes).unwrap();
    let mut damage = 0;
    match SledStore::open(dir.path(), None) {
        Err(StoreError::Damaged { .. }) => damage += 1,
        Err(error) => panic!("{error}"),
        Ok(store) => {
            for n in 0..400 {
                match super::Store::get(&store, &[format!("row/{n:03}")]).await {
                    Ok(row) => assert_eq!(row, [Some(json!("x".repeat(200)))]),
                    Err(StoreError::Damaged { .. }) => damage += 1,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
    assert!(damage > 0);
}
