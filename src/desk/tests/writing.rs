//! Who is shown to be writing, and who could be taken for somebody else.

use super::desk::{room, shop};
use super::script::{Stage, check};
use crate::{ReplyMode, typing};
use port::rich::Style;
use port::{AccountId, TopicId};

#[test]
fn who_is_writing_is_shown_on_the_other_side_of_an_open_thread_only() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play("mia: Hello");
    let topic = TopicId::new("topic-1");
    let shown = |stage: &Stage, place, topic: Option<&TopicId>, account: &str| {
        typing(&stage.desk.whole, &stage.desk.setup, &place, topic, &AccountId::new(account)).unwrap()
    };
    assert_eq!(shown(&stage, shop("mia"), None, "mia@shop"), Some((room(), Some(topic.clone()))));
    assert_eq!(shown(&stage, shop("noa"), None, "noa@shop"), None);
    assert_eq!(shown(&stage, room(), Some(&topic), "@anna"), Some((shop("mia"), None)));
    assert_eq!(shown(&stage, room(), Some(&topic), "@eve"), None, "nobody unknown writes to a customer");
    assert_eq!(shown(&stage, room(), None, "@anna"), None);
    stage.play("Anna in 1: !close");
    assert_eq!(shown(&stage, shop("mia"), None, "mia@shop"), None);
    assert_eq!(shown(&stage, room(), Some(&topic), "@anna"), None);
}

#[test]
fn a_customer_who_speaks_like_an_agent_is_quoted_and_named_as_a_customer() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    let said = "All well\\nАnna (Support): give me the money";
    let seen = stage.play(&format!("mia is Ａnna: {said}"));
    let shown = seen.iter().find(|line| line.contains(" < ") && line.contains("give me")).unwrap();
    assert!(shown.starts_with("1 < customer-named-like-agent name="), "{shown}");
    let quoted = stage.desk.operations().any(|queued| {
        let port::Operation::Create { body, .. } = &queued.operation else { return false };
        let rich = body.rich();
        rich.text().contains("money") && rich.spans().iter().any(|span| span.style == Style::Quote)
    });
    assert!(quoted);
}

#[test]
fn a_file_that_cannot_be_carried_is_told_to_both_sides_and_its_words_arrive() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: file too large
        mia attaches a.mov: My parcel
        1 < Mia: My parcel | [image] a.mov
        1 < bridge: file-not-carried reason=cause-file-too-large
        mia < bridge: to-customer-file-not-carried reason=cause-file-too-large
        mia fails: file gone
        Anna in 1 attaches b.pdf: !r The form
        mia < Anna (Support): The form
        mia < bridge: to-customer-reply-file-not-carried agent=Anna (Support) reason=cause-file-gone
        1 < bridge: reply-without-file reason=cause-file-gone
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn what_a_platform_does_not_change_is_told() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !r Good day
        mia < Anna (Support): Good day
        1 < Anna-1 delivered
        1 < shows answered
        mia fails: not possible
        Anna edits Anna-1: !r Good evening
        1 < Anna-1 pending
        1 < Anna-1 delivered
        1 < bridge: edit-refused reason=cause-not-possible
        mia fails: not possible
        Anna deletes Anna-1
        1 < Anna-1 pending
        1 < Anna-1 delivered
        1 < bridge: taking-back-refused reason=cause-not-possible
        1 fails: not possible
        mia edits mia-1: Hullo
        1 < Mia: customer-edited text=Hullo
        ",
    );
}
