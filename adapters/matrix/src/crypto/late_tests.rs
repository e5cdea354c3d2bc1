use super::*;
use serde_json::json;

fn said(id: &str, sender: &str) -> Value {
    json!({ "event_id": id, "sender": sender, "type": "m.room.message" })
}

/// Sorts events of one room, those named waiting for a key, and keeps what is kept, due at `due`.
fn admit(
    state: &mut State,
    events: &[(&str, &str)],
    waiting: &[&str],
    leaving: &[Release],
    due: i64,
) -> Vec<String> {
    let reading = Reading {
        events: events.iter().map(|(id, sender)| said(id, sender)).collect(),
        waiting: waiting.iter().map(|id| (*id).to_owned()).collect(),
        encrypted: true,
    };
    let row = |order, id, event: &Value| Row {
        order,
        room: "!r".to_owned(),
        id,
        event: Private::new(Owner::Desk, event.to_string()),
        due,
        told: false,
    };
    let (passing, kept, gone) = state.sort("!r", reading, leaving, &row);
    for gone in gone {
        state.held.remove(&gone.order);
    }
    state.held.extend(kept.into_iter().map(|held| (held.row.order, held)));
    passing.iter().map(|event| text(event, "event_id").unwrap().to_owned()).collect()
}

fn ids(releases: &[Release]) -> Vec<&str> {
    releases.iter().map(|release| text(&release.event, "event_id").unwrap()).collect()
}

fn read(state: &mut State, id: &str) {
    let held = state.held.values_mut().find(|held| held.row.id == id).unwrap();
    held.clear = Some(held.event.clone());
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap()
}

#[test]
fn nobodys_words_change_their_order_and_others_go_on() {
    let mut state = State::default();
    let events = [("1", "mia"), ("2", "tom"), ("3", "mia"), ("4", "mia")];
    assert_eq!(admit(&mut state, &events, &["1", "4"], &[], 100), ["2"]);
    assert_eq!(ids(&state.releases(at(0))), Vec::<&str>::new());
    read(&mut state, "1");
    let releases = state.releases(at(0));
    assert_eq!(ids(&releases), ["1", "3"]);
    assert!(releases.iter().all(|release| !release.unreadable && !release.told));
    // what comes while those are handed over waits only behind what stays
    let more = [("5", "mia"), ("6", "tom")];
    assert_eq!(admit(&mut state, &more, &[], &releases, 100), ["6"]);
}

#[test]
fn a_key_that_does_not_come_is_waited_for_so_long_and_no_longer() {
    let mut state = State::default();
    assert!(admit(&mut state, &[("1", "mia"), ("2", "mia")], &["1"], &[], 100).is_empty());
    assert!(state.releases(at(99)).is_empty());
    let releases = state.releases(at(100));
    assert_eq!(ids(&releases), ["1", "2"]);
    assert_eq!(releases.iter().map(|release| release.unreadable).collect::<Vec<_>>(), [true, false]);
    // told, it blocks nobody, and is handed over again when it reads
    state.held.values_mut().for_each(|held| held.row.told = held.row.id == "1");
    state.held.retain(|_, held| held.row.told);
    assert_eq!(admit(&mut state, &[("3", "mia")], &[], &[], 200), ["3"]);
    assert!(state.releases(at(300)).is_empty());
    read(&mut state, "1");
    let releases = state.releases(at(300));
    assert_eq!(ids(&releases), ["1"]);
    assert!(releases.iter().all(|release| release.told && !release.unreadable));
}

#[test]
fn a_sync_that_is_repeated_keeps_nothing_twice() {
    let mut state = State::default();
    for _ in 0..2 {
        assert!(admit(&mut state, &[("1", "mia"), ("2", "mia")], &["1"], &[], 100).is_empty());
    }
    assert_eq!(state.held.len(), 2);
}

#[test]
fn what_was_told_makes_room_and_nothing_more_is_kept_without_room() {
    let mut state = State::default();
    let names: Vec<_> = (0..HELD_MAX).map(|number| format!("{number:04}")).collect();
    let events: Vec<_> = names.iter().map(|name| (name.as_str(), "mia")).collect();
    let all: Vec<_> = names.iter().map(String::as_str).collect();
    assert!(admit(&mut state, &events, &all, &[], 100).is_empty());
    assert_eq!(admit(&mut state, &[("full", "tom")], &["full"], &[], 100), ["full"]);
    state.held.values_mut().for_each(|held| held.row.told = held.row.id == "0007");
    assert!(admit(&mut state, &[("new", "tom")], &["new"], &[], 100).is_empty());
    assert!(state.held.values().all(|held| held.row.id != "0007"));
    assert_eq!(state.held.len(), HELD_MAX);
}
