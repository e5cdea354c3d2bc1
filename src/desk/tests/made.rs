//! Files that the bridge makes: described, stored as they were described, and left out where nobody takes them.

use super::script::Stage;
use crate::ReplyMode;
use crate::chart::{BarRow, Bars, Chart};
use crate::made::{DESCRIPTION_MAX, Made};
use port::{Attachment, ChannelName, FileKind, Owner};
use serde_json::Value;
use std::collections::BTreeSet;

const STORED: &str = include_str!("fixtures/made.json");

fn chart() -> Made {
    let row = BarRow { label: "gold".into(), in_time: 3, n: 4, overdue: 1 };
    Chart::Bars(Bars { rows: vec![row], ..Bars::default() }).into()
}

fn attachment(made: &Made) -> Attachment {
    made.attachment(&Owner::Desk, "in time: März").unwrap()
}

#[test]
fn every_description_ever_stored_reads_and_is_written_as_it_was() {
    let stored: Vec<Value> = serde_json::from_str(STORED).unwrap();
    let kinds = |value: &Value| {
        let chart = value["chart"].as_object();
        chart.map_or("table".to_owned(), |chart| chart.keys().next().unwrap().clone())
    };
    let kinds: BTreeSet<String> = stored.iter().map(kinds).collect();
    assert_eq!(kinds.len(), 4, "a fixture of each: {kinds:?}");
    for value in stored {
        let read: Made =
            serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"));
        assert_eq!(serde_json::to_value(read).unwrap(), value);
    }
}

#[test]
fn a_file_says_what_it_will_be_and_is_described_by_itself() {
    let made = chart();
    let attachment = attachment(&made);
    assert_eq!(attachment.channel, ChannelName::bridge());
    let row = serde_json::to_string(&attachment).unwrap();
    let file = serde_json::from_str::<Attachment>(&row).unwrap().file().unwrap();
    assert_eq!(Made::of(&file), Some(made));
    assert_eq!(file.kind, FileKind::Image);
    assert_eq!(file.name.as_deref(), Some("in-time--März.png"));
    assert_eq!(file.mime.as_deref(), Some("image/png"));
    assert!(file.width > Some(0) && file.height > Some(0));

    let file = self::attachment(&Made::Table("a,b\n".into())).file().unwrap();
    assert_eq!((file.kind, file.size), (FileKind::Document, Some(4)));
    assert_eq!(file.mime.as_deref(), Some("text/csv"));
}

#[test]
fn a_file_is_sealed_and_not_shown() {
    let attachment = attachment(&chart());
    let row = serde_json::to_value(&attachment).unwrap();
    assert!(row["details"]["$private"]["text"].as_str().unwrap().contains("gold"));
    let shown = format!("{attachment:?} {:?} {:?}", attachment.file(), chart());
    assert!(!shown.contains("gold") && !shown.contains("März"), "{shown}");
}

#[test]
fn what_is_too_long_to_be_kept_is_no_file() {
    assert_eq!(Made::Table("x".repeat(DESCRIPTION_MAX)).attachment(&Owner::Desk, "all"), None);
}

#[test]
fn where_a_file_is_not_taken_its_words_are_posted_alone_and_say_so() {
    for (command, place) in [("Anna in hall: !list", "hall"), ("Anna in 1: !list", "1")] {
        for (trouble, reason) in [
            ("file too large", "cause-file-too-large"),
            ("not possible", "cause-not-possible"),
            ("refused message", "it says no"),
        ] {
            let mut stage = Stage::new(ReplyMode::Explicit);
            stage.play(&format!("mia: Hello\noutbox stops\n{command}\n{place} fails: {trouble}"));
            stage.desk.attach(&attachment(&chart()));
            let seen = stage.play("outbox goes on");
            let [_, said] = &seen[..] else { panic!("{seen:#?}") };
            assert!(said.starts_with(&format!("{place} < bridge: list-head count=1")), "{said}");
            assert!(said.ends_with(&format!("| made-file-not-posted reason={reason}")), "{said}");
        }
    }
}

#[test]
fn where_a_file_is_taken_it_goes_with_its_words() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play("outbox stops\nAnna in hall: !list");
    stage.desk.attach(&attachment(&chart()));
    let seen = stage.play("outbox goes on");
    assert_eq!(seen.last().unwrap(), "hall < bridge: list-empty + in-time--März.png");
}
