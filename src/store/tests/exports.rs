//! Export and import, whole and broken.

use super::{SledStore, Store, contains, files, fresh, get, master, put};
use crate::store::{MasterKey, StoreError, export, import};
use port::{CustomerId, Owner, Private};
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;

/// A store with rows of all kinds, closed.
async fn filled(master: Option<&MasterKey>) -> TempDir {
    let (store, dir) = fresh(master);
    for n in 0..300_u64 {
        let text = Private::of_customer(CustomerId(n % 5), format!("text {n}"));
        let long = "x".repeat(if n % 40 == 0 { 30_000 } else { 10 });
        put(&store, &format!("row/{n:03}"), json!({"text": text, "long": long, "n": 0.1, "ü": "\n\"\u{7f}"}))
            .await;
    }
    store.forget(&Owner::Customer(CustomerId(3))).await.unwrap();
    dir
}

fn exported(dir: &Path) -> Vec<u8> {
    let store = SledStore::open_for_export(dir).unwrap();
    let mut lines = Vec::new();
    let mut heard = 0;
    let done = export(&store, &mut lines, &mut |rows| heard = rows).unwrap();
    assert_eq!(heard, done.rows);
    assert_eq!(lines.split(|byte| *byte == b'\n').count() as u64 - 1, done.rows + 2);
    lines
}

fn import_into(dir: &Path, master: Option<&MasterKey>, mut lines: &[u8]) -> Result<u64, StoreError> {
    let store = SledStore::open_for_import(dir, master)?;
    let done = import(&store, &mut lines, &mut |_| ())?;
    assert_eq!(done.instance.len(), 8);
    Ok(done.rows)
}

#[tokio::test]
async fn what_was_exported_and_imported_exports_as_the_same_lines() {
    for master in [None, Some(master())] {
        let dir = filled(master.as_ref()).await;
        let lines = exported(dir.path());
        let target = tempfile::tempdir().unwrap();
        import_into(target.path(), master.as_ref(), &lines).unwrap();
        assert_eq!(exported(target.path()), lines);
        // and it works on as before
        let [before, after] =
            [&dir, &target].map(|dir| SledStore::open(dir.path(), master.as_ref()).unwrap());
        assert_eq!(after.instance(), before.instance());
        assert_eq!(after.epoch(), before.epoch());
        let rows = after.scan("", None, usize::MAX).await.unwrap();
        assert_eq!(rows, before.scan("", None, usize::MAX).await.unwrap());
        assert_eq!(rows.len(), 300);
        let erased = json!(Private::Erased { of: Owner::Customer(CustomerId(3)) });
        assert_eq!(get(&after, "row/003").await.unwrap()["text"], erased);
        put(&after, "row/new", json!(Private::of_customer(CustomerId(3), "new"))).await;
    }
}

#[tokio::test]
async fn exporting_changes_nothing() {
    let dir = filled(None).await;
    let lines = exported(dir.path());
    assert_eq!(exported(dir.path()), lines);
    let nowhere = tempfile::tempdir().unwrap();
    assert!(matches!(SledStore::open_for_export(nowhere.path()), Err(StoreError::Missing { .. })));
    assert_eq!(std::fs::read_dir(nowhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_plain_export_is_sealed_by_the_importer_that_has_a_master_key() {
    let dir = filled(None).await;
    let lines = exported(dir.path());
    let plain: Vec<_> = String::from_utf8(lines.clone())
        .unwrap()
        .lines()
        .filter_map(|line| Some(line.split_once("{\"plain\":\"")?.1.split_once('"')?.0.to_owned()))
        .collect();
    assert_eq!(plain.len(), 4);
    let target = tempfile::tempdir().unwrap();
    import_into(target.path(), Some(&master()), &lines).unwrap();
    for (path, content) in files(target.path()) {
        for key in &plain {
            assert!(!contains(&content, key.as_bytes()), "a plain key in {}", path.display());
        }
    }
    assert!(matches!(SledStore::open(target.path(), None), Err(StoreError::MasterKeyMissing)));
    let store = SledStore::open(target.path(), Some(&master())).unwrap();
    let text = get(&store, "row/001").await.unwrap()["text"].clone();
    assert_eq!(text, json!(Private::of_customer(CustomerId(1), "text 1")));
}

#[tokio::test]
async fn a_sealed_export_is_not_imported_under_another_master_key() {
    let dir = filled(Some(&master())).await;
    let lines = exported(dir.path());
    let target = tempfile::tempdir().unwrap();
    let error = import_into(target.path(), None, &lines).unwrap_err();
    assert!(matches!(error, StoreError::MasterKeyMissing), "{error}");
    let other = MasterKey::parse("another passphrase").unwrap();
    let error = import_into(target.path(), Some(&other), &lines).unwrap_err();
    assert!(matches!(error, StoreError::MasterKeyWrong), "{error}");
    import_into(target.path(), Some(&master()), &lines).unwrap();
}

#[tokio::test]
async fn a_broken_file_is_noticed_and_the_store_waits_for_a_whole_one() {
    let dir = filled(Some(&master())).await;
    let lines = exported(dir.path());
    let text = String::from_utf8(lines.clone()).unwrap();
    let line = |n: usize| text.lines().nth(n).unwrap();
    let count = text.lines().count();
    let without = |gone: usize| -> String {
        text.lines().enumerate().filter(|(n, _)| *n != gone).flat_map(|(_, line)| [line, "\n"]).collect()
    };
    let broken = [
        (String::new(), "line 1: the file is empty"),
        ("{}\n".to_owned(), "line 1: it does not begin like an export"),
        (text.replacen("_export\":2", "_export\":3", 1), "line 1: the export has format 3"),
        (without(count - 1), "before its last line: it was cut"),
        (text.split_at(text.len() / 2).0.to_owned(), "cannot import line"),
        (without(150), "are not those that were exported"),
        (text.replacen("\"n\":0.1", "\"n\":0.2", 1), "are not those that were exported"),
        (text.replacen(line(100), "nonsense", 1), "line 101: it is no row of an export"),
        (text.replacen(line(100), line(99), 1), "line 101: its key does not follow"),
        (text.replacen(line(100), "{\"k\":\"\\u0000\",\"v\":1}", 1), "line 101: the key"),
        (text.replacen(line(100), "{\"rows\":1}", 1), "line 101: it is neither a row nor the end"),
        (text.replacen(line(100), &"x".repeat(3 << 20), 1), "line 101: the line is too long"),
        (format!("{text}more\n"), "something follows the end"),
    ];
    let target = tempfile::tempdir().unwrap();
    for (file, said) in broken {
        let error = import_into(target.path(), Some(&master()), file.as_bytes()).unwrap_err();
        assert!(matches!(error, StoreError::Import { .. }), "{error}");
        assert!(error.to_string().contains(said), "{error} instead of {said}");
        let half = [
            SledStore::open(target.path(), Some(&master())).unwrap_err(),
            SledStore::open_for_export(target.path()).unwrap_err(),
        ];
        assert!(half.iter().all(|error| matches!(error, StoreError::HalfImported { .. })), "{half:?}");
    }
    import_into(target.path(), Some(&master()), &lines).unwrap();
    assert_eq!(exported(target.path()), lines);
}

#[tokio::test]
async fn only_an_empty_store_is_imported_into() {
    let dir = filled(None).await;
    let lines = exported(dir.path());
    // one that was started and never used is empty
    let (store, target) = fresh(None);
    drop(store);
    import_into(target.path(), None, &lines).unwrap();
    assert_eq!(exported(target.path()), lines);
    let error = import_into(target.path(), None, &lines).unwrap_err();
    assert!(matches!(error, StoreError::NotEmpty { .. }), "{error}");
    assert_eq!(exported(target.path()), lines);
}
