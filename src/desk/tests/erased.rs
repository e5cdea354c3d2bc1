//! A customer whose key was dropped: what they wrote and who they are is gone, everything else goes on.

use super::desk::Desk;
use super::script::check;
use crate::rows::Row;
use port::Owner;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Makes every text of an owner read as a store reads it once the key was dropped.
pub(super) fn erase(desk: &mut Desk, owner: &Owner) {
    let owner = serde_json::to_value(owner).unwrap();
    let mut erased = BTreeMap::new();
    for (key, row) in &desk.whole.rows {
        let mut value = serde_json::to_value(row).unwrap();
        drop_texts(&mut value, &owner);
        erased.insert(key.clone(), Some(Row::read(key, value).unwrap()));
    }
    desk.whole.write(erased);
    for event in &mut desk.events {
        let mut value = serde_json::to_value(&*event).unwrap();
        drop_texts(&mut value, &owner);
        *event = serde_json::from_value(value).unwrap();
    }
}

fn drop_texts(value: &mut Value, owner: &Value) {
    if value.get("$private").is_some_and(|private| private.get("of") == Some(owner)) {
        *value = json!({ "$erased": { "of": owner } });
        return;
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| drop_texts(field, owner)),
        Value::Array(items) => items.iter_mut().for_each(|item| drop_texts(item, owner)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn an_erased_customer_is_a_thread_without_name_and_words() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 to mia-1: Good day
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        erase mia
        Anna in 1: !who
        1 < bridge: who-customer customer=[…] number=1 channel=shop account=[…] | who-since opened=2026-03-02 14:05 count=0 | card-unassigned | who-you agent=Anna (Support) role=agent
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=[…] text=[…] | history-reply at=2026-03-02 14:05 name=Anna text=[…]
        Anna in 1: !list
        1 < bridge: list-head count=1 | list-answered number=1 customer=[…] assignee=–
        Anna in 1: !claim
        1 < shows answered
        1 < bridge: claimed agent=Anna
        card 1
        1 < topic-title customer=[…] number=1
        1 < card-customer customer=[…] number=1 channel=shop
        1 < card-answered
        1 < card-assignee agent=Anna
        1 < card-new
        1 < card-how-explicit prefix=!
        ",
    );
}

#[test]
fn an_erased_customer_who_writes_again_is_met_anew_in_the_same_thread() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        erase mia
        mia: It is me
        1 < Mia: It is me
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=[…] | history-customer at=2026-03-02 14:05 name=Mia text=It is me
        Anna in 1 to mia-2: Good day
        mia < Anna (Support) to mia-2: Good day
        1 < Anna-2 delivered
        1 < shows answered
        ",
    );
}
