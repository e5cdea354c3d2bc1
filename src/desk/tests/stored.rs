//! Stored values: what was written by any release reads for ever, letter for letter.
//!
//! `fixtures/rows.json` holds one of each row, `fixtures/events.json` one of each fact. What a release added stays here
//! as it was; a new field needs a default, a new fact a new fixture.

use crate::digest::Rhythm;
use crate::figures::At;
use crate::rows::Row;
use crate::{Event, Fact, Key, Lane};
use jiff::Timestamp;
use port::{ChannelName, ChatId, CustomerId, MessageId, Place, ThreadId, TopicId};
use serde_json::Value;
use std::collections::BTreeMap;

const ROWS: &str = include_str!("fixtures/rows.json");
const EVENTS: &str = include_str!("fixtures/events.json");

/// A key of the kind that a name in the fixture stands for.
fn key_of(name: &str) -> Key {
    let place = || Place::new(ChannelName::new("telegram-shop"), ChatId::new("4711"));
    match name.split(' ').next().unwrap() {
        "counters" => Key::Counters,
        "operations" => Key::Operations,
        "chat" => Key::Chat(place()),
        "visit" => Key::Visit(place()),
        "customer" => Key::Customer(CustomerId(1)),
        "thread" => Key::Thread(ThreadId(1)),
        "message" => Key::Message(place(), MessageId::new("17")),
        "topic" => Key::Topic(place(), TopicId::new("9")),
        "open" => Key::Open { team: "support".to_owned(), waiting_since: None, thread: ThreadId(1) },
        "line" => Key::Line(ThreadId(1), 3),
        "watch" => Key::Watch(ThreadId(1), 3),
        "owed" => Key::Owed { due: Timestamp::UNIX_EPOCH, thread: ThreadId(1), number: 1 },
        "journal" => Key::Journal(3),
        "timer" => Key::Timer { at: Timestamp::UNIX_EPOCH, thread: ThreadId(1), number: 4 },
        "out" => Key::Out(Lane { place: place(), thread: None }, 1024),
        "aside" => Key::Aside(ThreadId(1), 1024),
        "stray" => Key::Stray(place(), "9".to_owned()),
        "figures" => Key::Figures(At::Now("support".to_owned())),
        "digest" => Key::Digest { team: "support".to_owned(), rhythm: Rhythm::Daily },
        "followed" => Key::Followed,
        "cursor" => Key::Cursor(ChannelName::new("telegram-shop")),
        other => panic!("no row is called {other}"),
    }
}

#[test]
fn every_row_ever_stored_reads_and_is_written_as_it_was() {
    let rows: BTreeMap<String, Value> = serde_json::from_str(ROWS).unwrap();
    for (name, value) in rows {
        let read = Row::read(&key_of(&name), value.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::to_value(read).unwrap(), value, "{name}");
    }
}

#[test]
fn every_event_ever_stored_reads_and_is_written_as_it_was() {
    let events: Vec<Value> = serde_json::from_str(EVENTS).unwrap();
    for value in events {
        let read: Event =
            serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"));
        assert_eq!(serde_json::to_value(read).unwrap(), value);
    }
}

#[test]
fn there_is_a_fixture_of_every_row_and_every_variant_in_it() {
    let rows: BTreeMap<String, Value> = serde_json::from_str(ROWS).unwrap();
    let kinds = [
        "counters",
        "operations",
        "chat",
        "visit",
        "customer",
        "thread",
        "message",
        "topic",
        "open",
        "line",
        "watch",
        "owed",
        "journal",
        "timer",
        "out",
        "aside",
        "stray",
        "cursor",
        "figures",
        "digest",
        "followed",
    ];
    for kind in kinds {
        assert!(rows.keys().any(|name| name.split(' ').next() == Some(kind)), "no {kind}");
    }
    // every word that an enum inside of a row is stored as
    let words = [
        "customer",
        "customer_copy",
        "reply",
        "reply_copy",
        "note",
        "command",
        "stranger",
        "bridge",
        "held",
        "stopped",
        "sent",
        "delivered",
        "refused",
        "unknown",
        "send_reply",
        "strays_expire",
        "clock",
        "claim",
        "promise",
        "digest",
        "follow",
        "daily",
        "weekly",
        "first_response",
        "next_response",
        "resolution",
        "assignee",
        "other_team",
        "urgent",
        "waiting_for_customer",
        "copy",
        "topic",
        "show",
        "notice",
        "send",
        "reconcile",
        "wedged",
        "create",
        "open_topic",
        "set_topic",
        "mark",
        "persona",
        "waiting",
        "answered",
        "overdue",
        "closed",
        "pending",
        "$private",
        "$erased",
        "desk",
        "counts",
        "times",
        "now",
        "breach",
    ];
    for word in words {
        assert!(ROWS.contains(&format!("\"{word}\"")), "no row holds {word}");
    }
}

/// One word a fact; a new fact does not compile here before it has one, and a fixture.
const fn word(fact: &Fact) -> &'static str {
    match fact {
        Fact::CustomerMet { .. } => "customer_met",
        Fact::CustomerRenamed { .. } => "customer_renamed",
        Fact::ThreadOpened { .. } => "thread_opened",
        Fact::ThreadReopened { .. } => "thread_reopened",
        Fact::ThreadClosed { .. } => "thread_closed",
        Fact::ThreadAssigned { .. } => "thread_assigned",
        Fact::ThreadReleased { .. } => "thread_released",
        Fact::CustomerWrote { .. } => "customer_wrote",
        Fact::CustomerEdited { .. } => "customer_edited",
        Fact::CustomerDeleted { .. } => "customer_deleted",
        Fact::CustomerLeft { .. } => "customer_left",
        Fact::ChatStarted { .. } => "chat_started",
        Fact::GapSeen { .. } => "gap_seen",
        Fact::ChatMoved { .. } => "chat_moved",
        Fact::NoteWritten { .. } => "note_written",
        Fact::CommandGiven { .. } => "command_given",
        Fact::StrangerRefused { .. } => "stranger_refused",
        Fact::TeamMessageChanged { .. } => "team_message_changed",
        Fact::ReplyHeld { .. } => "reply_held",
        Fact::ReplyStopped { .. } => "reply_stopped",
        Fact::ReplyWritten { .. } => "reply_written",
        Fact::ReplyDelivered { .. } => "reply_delivered",
        Fact::ReplyChanged { .. } => "reply_changed",
        Fact::Reacted { .. } => "reacted",
        Fact::ReactionDelivered { .. } => "reaction_delivered",
        Fact::ReactionTakenBack { .. } => "reaction_taken_back",
        Fact::ReplyRefused { .. } => "reply_refused",
        Fact::ReplyUnknown { .. } => "reply_unknown",
        Fact::Retried { .. } => "retried",
        Fact::CopyDelivered { .. } => "copy_delivered",
        Fact::CopyRefused { .. } => "copy_refused",
        Fact::CopyUnknown { .. } => "copy_unknown",
        Fact::NoticePosted { .. } => "notice_posted",
        Fact::TopicOpened { .. } => "topic_opened",
        Fact::TopicLost { .. } => "topic_lost",
        Fact::ClockStarted { .. } => "clock_started",
        Fact::ClockPaused { .. } => "clock_paused",
        Fact::ClockResumed { .. } => "clock_resumed",
        Fact::ClockMoved { .. } => "clock_moved",
        Fact::ClockTold { .. } => "clock_told",
        Fact::ClockBreached { .. } => "clock_breached",
        Fact::ClockMet { .. } => "clock_met",
        Fact::ClockVoided { .. } => "clock_voided",
        Fact::NoReplyNeeded { .. } => "no_reply_needed",
        Fact::Tagged { .. } => "tagged",
        Fact::PrioritySet { .. } => "priority_set",
        Fact::LanguageSet { .. } => "language_set",
        Fact::PolicySet { .. } => "policy_set",
        Fact::SegmentSet { .. } => "segment_set",
        Fact::ClaimTimed { .. } => "claim_timed",
        Fact::ClaimExpired { .. } => "claim_expired",
        Fact::PromiseOffered { .. } => "promise_offered",
        Fact::PromiseMade { .. } => "promise_made",
        Fact::PromiseReminded { .. } => "promise_reminded",
        Fact::PromiseBroken { .. } => "promise_broken",
        Fact::PromiseDone { .. } => "promise_done",
    }
}

/// How many facts `word` tells apart.
const FACTS: usize = 56;

#[test]
fn there_is_a_fixture_of_every_fact() {
    let events: Vec<Event> = serde_json::from_str(EVENTS).unwrap();
    let mut words: Vec<&str> = events.iter().map(|event| word(&event.fact)).collect();
    for (event, word) in events.iter().zip(&words) {
        let stored = serde_json::to_value(&event.fact).unwrap();
        assert!(stored.get(word).is_some(), "{word} is stored under another name: {stored}");
    }
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), FACTS, "{words:?}");
}
