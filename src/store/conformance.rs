//! What every store must do, as tests that know the trait only. Each takes a store that holds no rows yet.

use super::{Batch, Store, StoreError};
use port::{ChannelName, CustomerId, Owner, Private};
use serde_json::{Value, json};
use std::sync::Arc;

/// Makes one test of each function below, on a store that `$fresh` makes.
macro_rules! conformance {
    ($fresh:expr; $($name:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (store, _kept) = $fresh;
            $crate::store::conformance::$name(store).await;
        }
    )*};
    ($fresh:expr) => {
        $crate::store::conformance::conformance! { $fresh;
            what_was_committed_is_read_back,
            keys_are_answered_in_the_order_asked,
            a_later_row_of_a_batch_wins_and_removals_come_last,
            removing_what_is_not_there_is_fine,
            rows_come_in_the_order_of_their_keys,
            a_scan_begins_after_its_key_and_ends_with_its_prefix,
            a_scan_back_begins_with_the_last_row,
            an_older_epoch_is_refused_and_changes_nothing,
            a_refused_batch_spoils_no_other,
            many_commits_at_once_are_all_kept,
            a_cancelled_waiter_takes_nobody_along,
            long_rows_shrink_and_grow,
            private_texts_come_back_as_they_went_in,
            forgetting_an_owner_erases_their_texts_and_nothing_else,
            an_owner_who_was_forgotten_can_write_again,
            forgetting_somebody_unknown_changes_nothing,
        }
    };
}
pub(crate) use conformance;

async fn put(store: &dyn Store, rows: &[(&str, Value)]) {
    let puts = rows.iter().map(|(key, value)| ((*key).to_owned(), value.clone().into())).collect();
    store.commit(Batch { epoch: store.epoch(), puts, removes: vec![] }).await.unwrap();
}

async fn remove(store: &dyn Store, keys: &[&str]) {
    let removes = keys.iter().map(|key| (*key).to_owned()).collect();
    store.commit(Batch { epoch: store.epoch(), puts: vec![], removes }).await.unwrap();
}

async fn get(store: &dyn Store, key: &str) -> Option<Value> {
    store.get(&[key.to_owned()]).await.unwrap().pop().unwrap()
}

async fn keys(store: &dyn Store, prefix: &str, after: Option<&str>, limit: usize) -> Vec<String> {
    store.scan(prefix, after, limit).await.unwrap().into_iter().map(|(key, _)| key).collect()
}

pub(crate) async fn what_was_committed_is_read_back(store: Arc<dyn Store>) {
    let value = json!({"text": "grüß \u{1F600}\n\"", "n": [1, -2, 0.5, null, true], "deep": {"er": {}}});
    put(&*store, &[("a", value.clone()), ("ü/💬", json!(null))]).await;
    assert_eq!(get(&*store, "a").await, Some(value));
    assert_eq!(get(&*store, "ü/💬").await, Some(Value::Null));
    assert_eq!(get(&*store, "b").await, None);
    put(&*store, &[("a", json!(2))]).await;
    assert_eq!(get(&*store, "a").await, Some(json!(2)));
}

pub(crate) async fn keys_are_answered_in_the_order_asked(store: Arc<dyn Store>) {
    put(&*store, &[("a", json!(1)), ("b", json!(2))]).await;
    let asked = ["b", "none", "a", "b"].map(str::to_owned);
    assert_eq!(store.get(&asked).await.unwrap(), [Some(json!(2)), None, Some(json!(1)), Some(json!(2))]);
    assert_eq!(store.get(&[]).await.unwrap(), []);
}

pub(crate) async fn a_later_row_of_a_batch_wins_and_removals_come_last(store: Arc<dyn Store>) {
    let batch = Batch {
        epoch: store.epoch(),
        puts: vec![
            ("a".into(), json!(1).into()),
            ("b".into(), json!(1).into()),
            ("a".into(), json!(2).into()),
        ],
        removes: vec!["b".into()],
    };
    store.commit(batch).await.unwrap();
    assert_eq!(get(&*store, "a").await, Some(json!(2)));
    assert_eq!(get(&*store, "b").await, None);
}

pub(crate) async fn removing_what_is_not_there_is_fine(store: Arc<dyn Store>) {
    remove(&*store, &["a"]).await;
    put(&*store, &[("a", json!(1))]).await;
    remove(&*store, &["a", "b"]).await;
    remove(&*store, &["a"]).await;
    assert_eq!(get(&*store, "a").await, None);
    assert_eq!(keys(&*store, "", None, 10).await, Vec::<String>::new());
}

pub(crate) async fn rows_come_in_the_order_of_their_keys(store: Arc<dyn Store>) {
    let names = ["a", "a/", "a/1", "a/10", "a/2", "aa", "b", "B", "~", "ä", "key", "meta", "keys/1"];
    for name in names {
        put(&*store, &[(name, json!(name))]).await;
    }
    let mut sorted = names.map(str::to_owned);
    sorted.sort();
    assert_eq!(keys(&*store, "", None, 100).await, sorted);
    assert_eq!(keys(&*store, "", None, 3).await, sorted[..3]);
    assert_eq!(keys(&*store, "", None, 0).await, Vec::<String>::new());
}

pub(crate) async fn a_scan_begins_after_its_key_and_ends_with_its_prefix(store: Arc<dyn Store>) {
    let names: Vec<_> = (0..50).map(|n| format!("line/{n:03}")).collect();
    for name in &names {
        put(&*store, &[(name, json!(name))]).await;
    }
    put(&*store, &[("lin", json!(0)), ("line", json!(0)), ("line0", json!(0)), ("lines/1", json!(0))]).await;
    assert_eq!(keys(&*store, "line/", None, 100).await, names);
    assert_eq!(keys(&*store, "line/", Some("line/009"), 5).await, names[10..15]);
    assert_eq!(keys(&*store, "line/", Some("line/0095"), 5).await, names[10..15]);
    assert_eq!(keys(&*store, "line/04", Some("line/047"), 5).await, names[48..]);
    assert_eq!(keys(&*store, "line/", Some("a"), 2).await, names[..2]);
    assert_eq!(keys(&*store, "line/", Some("line/049"), 2).await, Vec::<String>::new());
    assert_eq!(keys(&*store, "line/", Some("z"), 2).await, Vec::<String>::new());
    let (_, value) = store.scan("line/007", None, 1).await.unwrap().pop().unwrap();
    assert_eq!(value, json!("line/007"));
}

pub(crate) async fn a_scan_back_begins_with_the_last_row(store: Arc<dyn Store>) {
    let names: Vec<_> = (0..50).map(|n| format!("line/{n:03}")).collect();
    for name in &names {
        put(&*store, &[(name, json!(name))]).await;
    }
    put(&*store, &[("a", json!(0)), ("line", json!(0)), ("line0", json!(0))]).await;
    let back = async |prefix: &str, limit| -> Vec<String> {
        store.scan_back(prefix, limit).await.unwrap().into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(back("line/", 2).await, ["line/049", "line/048"]);
    assert_eq!(back("line/", 100).await, names.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(back("line/01", 3).await, ["line/019", "line/018", "line/017"]);
    assert_eq!(back("", 1).await, ["line0"]);
    assert_eq!(back("none", 1).await, Vec::<String>::new());
    assert_eq!(back("line/", 0).await, Vec::<String>::new());
}

pub(crate) async fn an_older_epoch_is_refused_and_changes_nothing(store: Arc<dyn Store>) {
    let older = store.epoch().checked_sub(1).expect("epochs begin with 1");
    let batch = Batch { epoch: older, puts: vec![("a".into(), json!(1).into())], removes: vec![] };
    let error = store.commit(batch).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Epoch { given, current } if given == older && current == store.epoch())
    );
    assert_eq!(get(&*store, "a").await, None);
    put(&*store, &[("a", json!(2))]).await;
    assert_eq!(get(&*store, "a").await, Some(json!(2)));
}

pub(crate) async fn a_refused_batch_spoils_no_other(store: Arc<dyn Store>) {
    let mut deep = json!(1);
    for _ in 0..110 {
        deep = json!([deep]);
    }
    let refused = [
        ("", json!(1)),
        ("new\nline", json!(1)),
        ("key/desk/1", json!(1)),
        ("meta/format", json!(1)),
        (&"k".repeat(2000), json!(1)),
        ("deep", deep),
        ("long", json!("x".repeat(3 << 20))),
        ("sealed", json!({"$sealed": {"of": "desk", "key": 1, "box": ""}})),
        ("private", json!({"$private": {"of": "nobody", "text": ""}})),
        ("private", json!({"$private": "text"})),
    ];
    let commits = refused.into_iter().enumerate().flat_map(|(n, (key, value))| {
        let bad = vec![(format!("beside/{n}"), json!(n)), (key.to_owned(), value)];
        [(n, false, bad), (n, true, vec![(format!("good/{n}"), json!(n))])]
    });
    let tasks: Vec<_> = commits
        .map(|(n, good, puts)| {
            let store = Arc::clone(&store);
            let puts = puts.into_iter().map(|(key, value)| (key, value.into())).collect();
            let batch = Batch { epoch: store.epoch(), puts, removes: vec![] };
            let task = spawn(async move { store.commit(batch).await });
            (n, good, task)
        })
        .collect();
    let count = tasks.len() / 2;
    for (n, good, task) in tasks {
        let outcome = task.await.unwrap();
        assert_eq!(outcome.is_ok(), good, "batch {n}: {outcome:?}");
    }
    assert_eq!(keys(&*store, "good/", None, 100).await.len(), count);
    assert_eq!(keys(&*store, "", None, 100).await.len(), count);
}

pub(crate) async fn many_commits_at_once_are_all_kept(store: Arc<dyn Store>) {
    let commit = |n: usize| {
        let store = Arc::clone(&store);
        spawn(async move {
            for m in 0..5 {
                let text = Private::of_customer(CustomerId(n as u64 % 7), format!("{n}.{m}"));
                put(&*store, &[(&format!("row/{n:04}/{m}"), json!({ "text": text }))]).await;
                assert!(get(&*store, &format!("row/{n:04}/{m}")).await.is_some());
            }
        })
    };
    let tasks: Vec<_> = (0..400).map(commit).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let rows = store.scan("row/", None, usize::MAX).await.unwrap();
    assert_eq!(rows.len(), 2000);
    for (key, value) in rows {
        let text = value["text"]["$private"]["text"].as_str().unwrap();
        let (n, m) = text.split_once('.').unwrap();
        assert_eq!(key, format!("row/{:04}/{m}", n.parse::<u64>().unwrap()));
    }
}

pub(crate) async fn a_cancelled_waiter_takes_nobody_along(store: Arc<dyn Store>) {
    let commit = |n: usize| {
        let store = Arc::clone(&store);
        spawn(async move { put(&*store, &[(&format!("row/{n:03}"), json!(n))]).await })
    };
    let tasks: Vec<_> = (0..300).map(commit).collect();
    for task in tasks.iter().step_by(2) {
        task.abort();
        tokio::task::yield_now().await;
    }
    for (n, task) in tasks.into_iter().enumerate() {
        let through = task.await.is_ok();
        assert!(through || n % 2 == 0, "commit {n} was lost with somebody else's");
        if through {
            assert_eq!(get(&*store, &format!("row/{n:03}")).await, Some(json!(n)));
        }
    }
    put(&*store, &[("after", json!(1))]).await;
    assert_eq!(get(&*store, "after").await, Some(json!(1)));
}

pub(crate) async fn long_rows_shrink_and_grow(store: Arc<dyn Store>) {
    for size in [10, 11_000, 12_500, 500_000, 40_000, 10, 1_000_000, 0, 100_000] {
        let value = json!({ "long": "x".repeat(size) });
        put(&*store, &[("a", json!(1)), ("b", value.clone()), ("c", json!(3))]).await;
        assert_eq!(get(&*store, "b").await, Some(value));
        assert_eq!(keys(&*store, "", None, 10).await, ["a", "b", "c"]);
    }
    let long = |letter: &str| json!(letter.repeat(50_000));
    let batch = Batch {
        epoch: store.epoch(),
        puts: vec![
            ("a".into(), long("1").into()),
            ("b".into(), json!(2).into()),
            ("a".into(), json!(3).into()),
            ("d".into(), long("4").into()),
        ],
        removes: vec!["d".into()],
    };
    store.commit(batch).await.unwrap();
    let rows = store.scan("", None, 10).await.unwrap();
    assert_eq!(rows, [("a".into(), json!(3)), ("b".into(), json!(2)), ("c".into(), json!(3))]);
}

pub(crate) async fn private_texts_come_back_as_they_went_in(store: Arc<dyn Store>) {
    let owners =
        [Owner::Customer(CustomerId(7)), Owner::Channel(ChannelName::new("a/0000000001 ü")), Owner::Desk];
    let texts: Vec<_> = owners.into_iter().map(|owner| Private::new(owner, "grüß dich \u{1F600}")).collect();
    let value = json!({
        "texts": texts,
        "empty": Private::of_customer(CustomerId(1), ""),
        "long": Private::of_customer(CustomerId(1), "x".repeat(100_000)),
        "erased": Private::Erased { of: Owner::Desk },
        "beside": {"$private": 1, "other": 2},
        "plain": "$private",
    });
    put(&*store, &[("a", value.clone())]).await;
    assert_eq!(get(&*store, "a").await, Some(value.clone()));
    assert_eq!(store.scan("a", None, 1).await.unwrap(), [("a".to_owned(), value.clone())]);
    // what was read can be written again
    put(&*store, &[("b", value.clone())]).await;
    assert_eq!(get(&*store, "b").await, Some(value));
}

pub(crate) async fn forgetting_an_owner_erases_their_texts_and_nothing_else(store: Arc<dyn Store>) {
    let [anna, ben, bob] = [1, 2, 11].map(|n| Owner::Customer(CustomerId(n)));
    let value = json!({
        "at": 12, "anna": Private::new(anna.clone(), "from Anna"),
        "ben": [Private::new(ben.clone(), "from Ben"), Private::new(bob.clone(), "from Bob")],
    });
    put(&*store, &[("a", value.clone()), ("b", json!(Private::new(anna.clone(), "again")))]).await;
    store.forget(&anna).await.unwrap();
    let mut erased = value;
    erased["anna"] = json!(Private::Erased { of: anna.clone() });
    assert_eq!(get(&*store, "a").await, Some(erased.clone()));
    assert_eq!(get(&*store, "b").await, Some(json!(Private::Erased { of: anna.clone() })));
    // it stays so when the row is written again, and when it is said twice
    put(&*store, &[("a", erased.clone())]).await;
    store.forget(&anna).await.unwrap();
    assert_eq!(get(&*store, "a").await, Some(erased));
}

pub(crate) async fn an_owner_who_was_forgotten_can_write_again(store: Arc<dyn Store>) {
    let anna = Owner::Customer(CustomerId(1));
    let text = |n: u64| json!(Private::new(anna.clone(), format!("text {n}")));
    for n in 0..4 {
        put(&*store, &[(&format!("row/{n}"), text(n))]).await;
        assert_eq!(get(&*store, &format!("row/{n}")).await, Some(text(n)));
        store.forget(&anna).await.unwrap();
    }
    put(&*store, &[("row/4", text(4))]).await;
    let erased = json!(Private::Erased { of: anna.clone() });
    for n in 0..4 {
        assert_eq!(get(&*store, &format!("row/{n}")).await, Some(erased.clone()));
    }
    assert_eq!(get(&*store, "row/4").await, Some(text(4)));
}

pub(crate) async fn forgetting_somebody_unknown_changes_nothing(store: Arc<dyn Store>) {
    put(&*store, &[("a", json!(Private::of_customer(CustomerId(1), "text")))]).await;
    store.forget(&Owner::Customer(CustomerId(2))).await.unwrap();
    assert_eq!(get(&*store, "a").await, Some(json!(Private::of_customer(CustomerId(1), "text"))));
    assert_eq!(keys(&*store, "", None, 10).await, ["a"]);
}

#[expect(clippy::disallowed_methods, reason = "every task is awaited by the test that spawned it")]
fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::task::spawn(work)
}
