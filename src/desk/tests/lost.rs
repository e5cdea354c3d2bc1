//! The bridge's own words whose answer was lost: said to the team once more, and to nobody a third time.

use super::desk::Desk;
use super::script::{Stage, check, check_german};
use crate::chart::{BarRow, Bars, Chart};
use crate::made::Made;
use crate::rows::{Queued, Row};
use crate::{Digest, Input, Key, ReplyMode, Verdict};
use jiff::civil::time;
use port::{Cause, Operation, Owner, Refusal};

#[test]
fn a_warning_whose_answer_was_lost_is_said_again_behind_what_waits_and_calls_whom_it_called() {
    check_german(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: de:claimed agent=Anna
        Anna in 1: !tag complaint
        1 < shows waiting
        1 < bridge: de:tags-are tags=complaint | de:now-due due=2026-03-02 15:05 policy=complaints what=response
        1 fails: unknown
        outbox stops
        wait 31m
        mia: Still there?
        outbox goes on
        1 < Mia: Still there?
        1 < bridge calls Anna: de:said-again | Anna: | de:warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=30 min about=Hello
        ",
    );
}

#[test]
fn what_nobody_reads_alone_is_said_again_in_the_desks_language() {
    check_german(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: unknown
        mia gap
        mia < bridge: to-customer-gap
        1 < bridge: said-again | gap
        hall fails: unknown
        Anna in hall: !claim
        hall < bridge: de:said-again | de:needs-topic word=!claim
        noa: Hi
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hi
        2 fails: unknown
        noa deletes noa-1
        2 < bridge to post-7: said-again | customer-deleted prefix=!
        ",
    );
}

#[test]
fn a_digest_whose_answer_was_lost_is_said_again() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.teams[0].digest = Digest { daily: Some(time(8, 0, 0, 0)), weekly: None };
    stage.desk.decide(&Input::Started);
    let seen = stage.play("hall fails: unknown\nwait 24h");
    let quiet = "digest-quiet period=figures-period name=yesterday from=2026-03-02 to=2026-03-02";
    assert_eq!(seen[2..], [format!("hall < bridge: said-again | {quiet}")]);
}

#[test]
fn what_is_lost_again_is_let_go() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    let seen = stage.play("mia: Hello\n1 fails: always unknown\nhall fails: always unknown\nAnna in 1: !who");
    assert_eq!(seen.last().unwrap(), "Anna in 1: !who");
    stage.play("Anna in hall: !list");
    assert!(stage.desk.queued().is_empty(), "{:#?}", stage.desk.queued());
    let saying = |what: &str| stage.desk.operations().filter(|queued| text(queued).contains(what)).count();
    assert_eq!((saying("who-customer"), saying("list-head")), (2, 2));
}

#[test]
fn to_a_customer_nothing_is_said_twice() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: unknown
        mia gap
        1 < bridge: gap
        mia fails: unknown
        mia sends photo: Look
        1 < Mia: unsupported-with-text what=photo text=Look
        zoe fails: unknown
        zoe starts
        mia gap
        1 < bridge: gap
        mia < bridge: to-customer-gap
        ",
    );
}

#[test]
fn an_end_of_the_process_in_between_brings_no_third_one() {
    let mut desk = Desk::new(ReplyMode::Explicit);
    desk.setup.teams[0].digest = Digest { daily: Some(time(8, 0, 0, 0)), weekly: None };
    desk.decide(&Input::Started);
    let (at, timer) = desk.next_timer("2026-03-03T09:00:00Z".parse().unwrap()).unwrap();
    desk.now = at;
    desk.decide(&Input::Due(timer));
    let first = only(&desk);
    // it ends before this is kept, and the next one decides the same
    let unkept = desk.decision(&lost(&first));
    let kept = desk.decide(&lost(&first));
    assert_eq!(unkept, kept);
    assert!(!kept.lets_go() && kept.events.is_empty());
    assert_eq!(
        kept.writes[&place(&first)],
        None,
        "the first one leaves with the decision that says it again"
    );
    // it ends after that: what is kept is all that the next one knows
    let second = only(&desk);
    let row = serde_json::to_value(&second).unwrap();
    let Row::Queued(read) = Row::read(&place(&second), row).unwrap() else { panic!("no operation") };
    assert_eq!(read.repeats.as_ref(), Some(&first.id));
    assert_ne!(read.id, first.id);
    desk.repeat(&lost(&first));
    assert!(desk.decide(&lost(&read)).lets_go());
    assert!(desk.queued().is_empty());
    desk.repeat(&lost(&read));
}

#[test]
fn a_file_goes_with_the_words_it_went_with() {
    let row = BarRow { label: "gold".into(), in_time: 3, n: 4, overdue: 1 };
    let made: Made = Chart::Bars(Bars { rows: vec![row], ..Bars::default() }).into();
    let file = made.attachment(&Owner::Desk, "in-time").unwrap();
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play("outbox stops\nAnna in hall: !list\nhall fails: unknown");
    stage.desk.attach(&file);
    let seen = stage.play("outbox goes on");
    assert_eq!(seen.last().unwrap(), "hall < bridge: said-again | list-empty + in-time.png");

    // where its words are said alone, they are the second ones still
    stage.play("outbox stops\nAnna in hall: !list");
    stage.desk.attach(&file);
    let first = only(&stage.desk);
    stage.desk.decide(&lost(&first));
    let refused = Verdict::Refused(Refusal::because(Cause::FileTooLarge, "it says no"));
    let queued = Box::new(only(&stage.desk));
    stage.desk.decide(&Input::Settled { queued, verdict: refused });
    let alone = only(&stage.desk);
    assert_eq!(text(&alone), "said-again\nlist-empty\nmade-file-not-posted reason=cause-file-too-large");
    assert!(stage.desk.decide(&lost(&alone)).lets_go());
}

/// The one operation that waits.
fn only(desk: &Desk) -> Queued {
    let mut queued = desk.queued().into_values();
    let (first, more) = (queued.next().unwrap(), queued.count());
    assert_eq!(more, 0);
    first
}

fn place(queued: &Queued) -> Key {
    Key::Out(queued.lane.clone(), queued.seq)
}

fn lost(queued: &Queued) -> Input {
    Input::Settled { queued: Box::new(queued.clone()), verdict: Verdict::Unknown }
}

fn text(queued: &Queued) -> &str {
    if let Operation::Create { body, .. } = &queued.operation { body.shown() } else { "" }
}
