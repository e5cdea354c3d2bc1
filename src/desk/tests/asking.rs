//! What a decision will ask for is told beforehand, so that it can be loaded at once and the decision is made once.

use super::desk::{deadlines, room, rules, shop};
use super::script::Stage;
use crate::rows::Row;
use crate::{Input, Key, Known, ReplyMode, Scan, Whole, asks_for, decide};
use port::{AccountId, Author, Inbound, InboundKind, MessageId, Place, TopicId};
use std::collections::BTreeSet;

/// A desk of which only some of what there is many of was loaded.
struct Loaded<'a> {
    whole: &'a Whole,
    rows: BTreeSet<Key>,
}

impl Known for Loaded<'_> {
    fn row(&self, key: &Key) -> Option<Option<&Row>> {
        let is_one_of_many = matches!(
            key,
            Key::Chat(_) | Key::Customer(_) | Key::Thread(_) | Key::Message(..) | Key::Topic(..)
        );
        if is_one_of_many && !self.rows.contains(key) { None } else { self.whole.row(key) }
    }

    fn scan(&self, scan: &Scan) -> Option<&[(String, Row)]> {
        self.whole.scan(scan)
    }
}

/// A desk with a customer who waits in a topic, which the team sees.
fn stage() -> Stage {
    let mut stage = Stage::new(ReplyMode::Direct);
    (stage.desk.setup.rules, stage.desk.setup.deadlines) = (rules(), deadlines());
    stage.play("mia: Where is my parcel?");
    stage
}

/// Whether a message is decided on after two rounds of loading what it is said to ask for.
fn is_decided_at_once(stage: &Stage, place: &Place, topic: Option<&str>, who: &str, text: &str) -> bool {
    let inbound = Inbound {
        chat: place.chat.clone(),
        topic: topic.map(TopicId::new),
        message: MessageId::new("new"),
        version: 0,
        at: stage.desk.now,
        author: Author { account: AccountId::new(who), name: "Mia".to_owned(), is_bot: false },
        kind: InboundKind::Message { content: text.into(), reply_to: None },
    };
    let mut loaded = Loaded { whole: &stage.desk.whole, rows: BTreeSet::new() };
    for _ in 0..2 {
        let keys = asks_for(&loaded, &place.channel, &inbound);
        loaded.rows.extend(keys);
    }
    let input = Input::Inbound { channel: place.channel.clone(), inbound };
    let decision = decide(stage.desk.now, &stage.desk.setup, &loaded, &input);
    decision.is_ok_and(|decision| !decision.events.is_empty())
}

#[test]
fn what_a_customer_writes_is_decided_once() {
    let mut stage = stage();
    for text in ["And today?", "This is a scandal, I want my money back!"] {
        assert!(is_decided_at_once(&stage, &shop("mia"), None, "mia@shop", text), "{text}");
    }
    assert!(is_decided_at_once(&stage, &shop("noa"), None, "noa@shop", "Hello"), "a new chat");
    stage.play("Anna in 1: !close");
    assert!(is_decided_at_once(&stage, &shop("mia"), None, "mia@shop", "And today?"), "a closed thread");
}

#[test]
fn what_an_agent_writes_in_a_topic_is_decided_once() {
    let stage = stage();
    assert!(is_decided_at_once(&stage, &room(), Some("topic-1"), "@anna", "It comes tomorrow."));
    assert!(is_decided_at_once(&stage, &room(), Some("topic-1"), "@anna", "// a note"));
}
