//! Bursts: what one customer wrote meanwhile is one post on the team's side, and nothing of it is lost, doubled or
//! taken for another's.

use super::desk::Desk;
use super::script::check;
use crate::rows::Queued;
use crate::{Bound, ReplyMode, bind, gather};
use port::rich::{Rich, Span, Style};
use port::{Body, CustomerId, Operation, Owner};

#[test]
fn what_a_customer_wrote_meanwhile_is_one_post() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: two\\nlines
        noa: Hi
        mia: three
        outbox goes on
        1 < Mia: one | two | lines | three
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hi
        mia: four
        1 < Mia: four
        ",
    );
}

#[test]
fn what_is_a_post_of_its_own_stands_between_two() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: two
        mia attaches a.png: see
        mia: three
        mia is Mia B: four
        mia edits mia-1: Hullo
        mia is Mia B: five
        mia deletes mia-2
        mia is Mia B: six
        outbox goes on
        1 < Mia: one | two
        1 < Mia: see + a.png
        1 < Mia: three
        1 < Mia B: four
        1 < Mia changes post-2: Hullo
        1 < Mia B: five
        1 < bridge to post-3: customer-deleted prefix=!
        1 < Mia B: six
        ",
    );
}

#[test]
fn an_answer_to_one_post_of_several_quotes_the_last_of_them() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: two
        mia: three
        outbox goes on
        1 < Mia: one | two | three
        Anna in 1 to post-3: All of it
        mia < Anna (Support) to mia-4: All of it
        1 < Anna-1 delivered
        1 < shows answered
        Anna reacts 👍 to post-3
        mia < 👍 to mia-4
        mia reacts 👍 to mia-3
        1 < 👍 to post-3
        ",
    );
}

#[test]
fn an_answer_that_overtakes_the_delivery_of_several_waits_for_it() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: two
        answers stop
        outbox goes on
        1 < Mia: one | two
        Anna in 1 to post-3: Both
        answers come
        mia < Anna (Support) to mia-3: Both
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn a_change_of_one_of_several_takes_no_others_words() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: two
        mia edits mia-2: eins
        mia: three
        outbox goes on
        1 < Mia: one | two
        1 < Mia to post-3: customer-edited text=eins
        1 < Mia: three
        mia edits mia-3: zwei
        1 < Mia to post-3: customer-edited text=zwei
        mia edits mia-3: deux
        1 < Mia changes post-6: deux
        mia edits mia-2: un
        1 < Mia changes post-4: un
        mia deletes mia-3
        1 < bridge to post-6: customer-deleted prefix=!
        ",
    );
}

#[test]
fn one_message_that_is_refused_takes_no_others_along() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: poison
        mia: three
        mia: four
        1 fails: always refused poison
        outbox goes on
        1 < Mia: one
        1 < Mia: three
        1 < Mia: four
        1 < bridge: copy-refused reason=it says no prefix=!
        mia edits mia-2: eins
        1 < Mia changes post-3: eins
        1 fails: topic gone
        Anna in 1: !retry
        1 < opens waiting: topic-title customer=Mia number=1
        1 < bridge: topic-recreated number=1
        1 < Mia: poison
        1 < bridge: retrying count=1
        ",
    );
}

#[test]
fn of_several_that_may_be_missing_each_is_shown_when_an_agent_says_so() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: two
        mia: three
        1 fails: unknown
        outbox goes on
        1 < bridge: copy-unknown count=3 prefix=!
        mia edits mia-3: zwei
        1 < Mia: customer-edited text=zwei
        Anna in 1: !retry
        1 < Mia: one | zwei | three
        1 < bridge: retrying count=3
        mia edits mia-4: drei
        1 < Mia to post-5: customer-edited text=drei
        ",
    );
}

#[test]
fn several_whose_topic_is_gone_wait_for_the_new_one() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox gathers
        outbox stops
        mia: one
        mia: two
        1 fails: topic gone
        outbox goes on
        1 < opens waiting: topic-title customer=Mia number=1
        1 < bridge: topic-recreated number=1
        1 < Mia: one | two
        ",
    );
}

#[test]
fn looks_stay_with_their_own_message() {
    let owner = Owner::Customer(CustomerId(1));
    let body = |text: &str, style| Body::new(&owner, &Rich::new(text, vec![Span::new(0..text.len(), style)]));
    let row: Queued = {
        let rows: serde_json::Value = serde_json::from_str(include_str!("fixtures/rows.json")).unwrap();
        serde_json::from_value(rows["out of several of a customer's messages"].clone()).unwrap()
    };
    let saying = |said: Body| {
        let mut row = row.gathered[0].clone();
        if let Operation::Create { body, .. } = &mut row.operation {
            *body = said;
        }
        row
    };
    let others = [
        saying(body("Anna: two", Style::Quote)),
        saying(body("three", Style::Bold)),
        saying(body("four", Style::Bold)),
    ];
    let joined = gather::joined(&body("one", Style::Quote), &others);
    assert_eq!(joined.shown(), "one\nAnna: two\nthree\nfour");
    let looks = |style: Style| {
        let rich = joined.rich();
        let spans = rich.spans().iter().filter(|span| span.style == style);
        spans.map(|span| rich.slice(span.range.clone()).into_text()).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(looks(Style::Quote), "one\nAnna: two");
    assert_eq!(looks(Style::Bold), "three\nfour");
    // what is bound says all of it, whether or not its thread is known
    let whole = Desk::new(ReplyMode::Explicit).whole;
    let head = Queued { thread: None, in_topic: false, ..row };
    let Bound::Order(op) = bind(&whole, &head).unwrap() else { panic!("not an order") };
    let Operation::Create { body, .. } = op.operation else { panic!("not a post") };
    assert_eq!(body.shown(), "Hello\nAre you there?");
}
