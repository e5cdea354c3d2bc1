//! What the files show, and to whom.

use super::{SledStore, Store, contains, files, fresh, get, master, put};
use crate::store::{MasterKey, StoreError};
use port::{ChannelName, CustomerId, Owner, Private};
use serde_json::json;

const MARKERS: [&str; 4] =
    ["Annegret Markerfrau", "marker-token-4711", "MARKERTEXT", "a line with MARKERTEXT in it"];

#[tokio::test]
async fn under_a_master_key_no_file_shows_a_private_text() {
    let (store, dir) = fresh(Some(&master()));
    for n in 0..500_u64 {
        let owner = match n % 3 {
            0 => Owner::Customer(CustomerId(n)),
            1 => Owner::Channel(ChannelName::new("shop")),
            _ => Owner::Desk,
        };
        let texts = MARKERS.map(|marker| Private::new(owner.clone(), marker));
        let long =
            Private::new(owner, format!("MARKERTEXT {}", "x".repeat(20_000 * usize::from(n % 50 == 0))));
        put(&store, &format!("row/{n}"), json!({ "texts": texts, "long": long, "plain": "visible" })).await;
    }
    let key_rows: Vec<_> = store.raw_scan(Some("key/"), 10).unwrap();
    store.close().await;
    let mut plain = 0;
    for (path, content) in files(dir.path()) {
        plain += usize::from(contains(&content, b"visible"));
        for marker in ["Annegret", "Markerfrau", "marker-token", "MARKERTEXT"] {
            assert!(!contains(&content, marker.as_bytes()), "{marker} in {}", path.display());
        }
    }
    assert_eq!(plain, 1, "the files that were read hold the rows");
    assert!(key_rows.iter().all(|(key, row)| !key.starts_with("key/") || row.starts_with(b"{\"wrapped\":")));
}

#[tokio::test]
async fn without_the_right_master_key_nothing_is_read() {
    let (store, dir) = fresh(Some(&master()));
    let value = json!(Private::of_customer(CustomerId(1), "text"));
    put(&store, "a", value.clone()).await;
    drop(store);
    let missing = SledStore::open(dir.path(), None).unwrap_err();
    assert!(matches!(missing, StoreError::MasterKeyMissing), "{missing}");
    let other = MasterKey::parse("another passphrase").unwrap();
    let wrong = SledStore::open(dir.path(), Some(&other)).unwrap_err();
    assert!(matches!(wrong, StoreError::MasterKeyWrong), "{wrong}");
    // an export needs no key, and shows none
    let store = SledStore::open_for_export(dir.path()).unwrap();
    assert!(matches!(store.get(&["a".into()]).await, Err(StoreError::MasterKeyMissing)));
    drop(store);
    let store = SledStore::open(dir.path(), Some(&master())).unwrap();
    assert_eq!(get(&store, "a").await, Some(value));
}

#[tokio::test]
async fn a_plain_store_takes_a_master_key_and_keeps_its_texts() {
    let (store, dir) = fresh(None);
    let text = |n: u64| json!(Private::of_customer(CustomerId(n), "text"));
    // more owners than are wrapped at once
    for group in 0..13 {
        let puts =
            (0..100).map(|n| group * 100 + n).map(|n| (format!("row/{n:04}"), text(n).into())).collect();
        let batch = super::Batch { epoch: store.epoch(), puts, removes: vec![] };
        store.commit(batch).await.unwrap();
    }
    drop(store);
    for _ in 0..2 {
        let store = SledStore::open(dir.path(), Some(&master())).unwrap();
        let mut after = Some("key/".to_owned());
        let mut keys = 0;
        while let Some(from) = after.take() {
            for (key, row) in store.raw_scan(Some(&from), 100).unwrap() {
                if key.starts_with("key/") {
                    assert!(row.starts_with(b"{\"wrapped\":"), "{key} is not wrapped");
                    keys += 1;
                    after = Some(key);
                }
            }
        }
        assert_eq!(keys, 1300);
        assert_eq!(get(&store, "row/1299").await, Some(text(1299)));
        assert_eq!(get(&store, "row/0000").await, Some(text(0)));
    }
    assert!(matches!(SledStore::open(dir.path(), None), Err(StoreError::MasterKeyMissing)));
}

#[tokio::test]
async fn a_forgotten_customer_stays_forgotten_after_reopening() {
    for master in [None, Some(master())] {
        let (store, dir) = fresh(master.as_ref());
        let [anna, ben] = [1, 2].map(|n| Owner::Customer(CustomerId(n)));
        let value = json!({"at": 5, "anna": Private::new(anna.clone(), "A"), "ben": Private::new(ben, "B")});
        put(&store, "a", value.clone()).await;
        store.forget(&anna).await.unwrap();
        let mut erased = value;
        erased["anna"] = json!(Private::Erased { of: anna.clone() });
        assert_eq!(get(&store, "a").await, Some(erased.clone()));
        drop(store);
        let store = SledStore::open(dir.path(), master.as_ref()).unwrap();
        assert_eq!(get(&store, "a").await, Some(erased));
        put(&store, "b", json!(Private::new(anna.clone(), "later"))).await;
        assert_eq!(get(&store, "b").await, Some(json!(Private::new(anna, "later"))));
    }
}

#[tokio::test]
async fn what_is_handed_in_before_being_forgotten_is_erased_and_what_comes_after_is_not() {
    let (store, _dir) = fresh(Some(&master()));
    let anna = Owner::Customer(CustomerId(1));
    let text = json!(Private::new(anna.clone(), "text"));
    for round in 0..20 {
        let [before, after] = ["before", "after"].map(|when| format!("{when}/{round}"));
        // the first one keeps the leader busy, so that the others make one group
        let busy = put(&store, "busy", json!("x".repeat(100_000)));

        let ((), (), forgotten, ()) = tokio::join!(
            busy,
            put(&store, &before, text.clone()),
            store.forget(&anna),
            put(&store, &after, text.clone()),
        );
        forgotten.unwrap();
        assert_eq!(get(&store, &before).await, Some(json!(Private::Erased { of: anna.clone() })));
        assert_eq!(get(&store, &after).await, Some(text.clone()));
    }
}

#[tokio::test]
async fn a_box_that_was_moved_or_changed_does_not_open() {
    let (store, _dir) = fresh(Some(&master()));
    put(&store, "a", json!(Private::of_customer(CustomerId(1), "text"))).await;
    put(&store, "b", json!(Private::of_customer(CustomerId(2), "text"))).await;
    let row = store.raw_get("a").unwrap().unwrap();
    store.flush();
    store.raw_commit(vec![("moved".into(), row.clone())]).unwrap();
    let relabelled = String::from_utf8(row.clone()).unwrap().replace("\"customer\":1", "\"customer\":2");
    store.raw_commit(vec![("a".into(), relabelled.into_bytes())]).unwrap();
    for key in ["moved", "a"] {
        let error = store.get(&[key.into()]).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(&format!("a text in the row {key} does not open")), "{error}");
    }
    store.raw_commit(vec![("a".into(), row)]).unwrap();
    assert_eq!(get(&store, "a").await, Some(json!(Private::of_customer(CustomerId(1), "text"))));
}

#[tokio::test]
async fn more_owners_than_the_cache_holds_are_all_read() {
    let (store, _dir) = fresh(Some(&master()));
    let text = |n: u64| json!(Private::of_customer(CustomerId(n), format!("text {n}")));
    for group in 0..10 {
        let puts =
            (0..500).map(|n| group * 500 + n).map(|n| (format!("row/{n:04}"), text(n).into())).collect();
        store.commit(super::Batch { epoch: store.epoch(), puts, removes: vec![] }).await.unwrap();
    }
    let rows = store.scan("row/", None, usize::MAX).await.unwrap();
    assert_eq!(rows.len(), 5000);
    for (n, (_, value)) in rows.into_iter().enumerate() {
        assert_eq!(value, text(n as u64));
    }
}
