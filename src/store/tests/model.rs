//! The store against a map in memory, reopened at any moment.

use super::{Batch, SledStore, Store, TINY, master};
use port::{CustomerId, Owner, Private};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Step {
    Commit { puts: Vec<(String, Value)>, removes: Vec<String> },
    Forget(u64),
    Reopen,
    Flush,
    Tidy(usize),
    Scan { prefix: String, after: Option<String>, limit: usize },
}

fn key() -> impl Strategy<Value = String> {
    "[ab/]{1,3}"
}

fn value() -> impl Strategy<Value = Value> {
    let private =
        (0..3_u64, "[a-z]{0,8}").prop_map(|(n, text)| json!(Private::of_customer(CustomerId(n), text)));
    let leaf = prop_oneof![
        4 => any::<i64>().prop_map(Value::from),
        4 => private,
        1 => (0..60_000_usize).prop_map(|size| json!("x".repeat(size))),
    ];
    prop::collection::vec(leaf, 0..3).prop_map(Value::Array)
}

fn step() -> impl Strategy<Value = Step> {
    let puts = prop::collection::vec((key(), value()), 0..6);
    prop_oneof![
        8 => (puts, prop::collection::vec(key(), 0..3)).prop_map(|(puts, removes)| Step::Commit { puts, removes }),
        1 => (0..3_u64).prop_map(Step::Forget),
        1 => Just(Step::Reopen),
        1 => Just(Step::Flush),
        4 => (0..10_usize).prop_map(Step::Tidy),
        4 => ("[ab/]{0,2}", prop::option::of(key()), 0..5_usize)
            .prop_map(|(prefix, after, limit)| Step::Scan { prefix, after, limit }),
    ]
}

fn erase(value: &mut Value, owner: &Owner) {
    if let Value::Array(items) = value {
        for item in items {
            if item["$private"]["of"] == json!(owner) {
                *item = json!(Private::Erased { of: owner.clone() });
            }
        }
    }
}

async fn run(steps: Vec<Step>) {
    let dir = tempfile::tempdir().unwrap();
    let open = || {
        let store = SledStore::open(dir.path(), Some(&master())).unwrap();
        store.limit(TINY);
        store
    };
    let mut store = open();
    let mut model = BTreeMap::new();
    for step in steps {
        match step {
            Step::Commit { puts, removes } => {
                model.extend(puts.iter().cloned());
                model.retain(|key, _| !removes.contains(key));
                let puts = puts.into_iter().map(|(key, value)| (key, value.into())).collect();
                store.commit(Batch { epoch: store.epoch(), puts, removes }).await.unwrap();
            }
            Step::Forget(n) => {
                let owner = Owner::Customer(CustomerId(n));
                for value in model.values_mut() {
                    erase(value, &owner);
                }
                store.forget(&owner).await.unwrap();
            }
            Step::Reopen => {
                drop(store);
                store = open();
            }
            Step::Flush => store.flush(),
            Step::Tidy(steps) => {
                for _ in 0..steps {
                    store.tidy().unwrap();
                }
            }
            Step::Scan { prefix, after, limit } => {
                let within = |key: &&String| key.starts_with(&prefix);
                let later = |key: &&String| after.as_ref().is_none_or(|after| *key > after);
                let expected: Vec<_> =
                    model.keys().filter(within).filter(later).take(limit).cloned().collect();
                let rows = store.scan(&prefix, after.as_deref(), limit).await.unwrap();
                assert_eq!(rows.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), expected);
                let expected: Vec<_> = model.keys().rev().filter(within).take(limit).cloned().collect();
                let rows = store.scan_back(&prefix, limit).await.unwrap();
                assert_eq!(rows.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), expected);
            }
        }
    }
    let all: BTreeMap<_, _> = store.scan("", None, usize::MAX).await.unwrap().into_iter().collect();
    assert_eq!(all, model);
    let keys: Vec<_> = model.keys().cloned().collect();
    let values: Vec<_> = model.into_values().map(Some).collect();
    assert_eq!(store.get(&keys).await.unwrap(), values);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_store_is_a_map_that_survives_reopening(steps in prop::collection::vec(step(), 1..60)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(steps));
    }
}
