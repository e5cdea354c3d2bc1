//! Who waits, since when, and in which order the team is told.

use super::script::{check, check_in};
use crate::ReplyMode;

#[test]
fn the_longest_waiting_comes_first_and_answered_ones_last() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        wait 1m
        noa (5m ago): Hello
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hello
        wait 1m
        lea: Hello
        3 < opens waiting: topic-title customer=Lea number=3
        3 < Lea: Hello
        wait 1m
        Anna in hall: !list
        hall < bridge: list-head count=3 | list-waiting number=2 customer=Noa age=7 min assignee=– | list-waiting number=1 customer=Mia age=3 min assignee=– | list-waiting number=3 customer=Lea age=1 min assignee=–
        mia: Hello?
        1 < Mia: Hello?
        Anna in 1: !r Good day
        mia < Anna (Support): Good day
        1 < Anna-2 delivered
        1 < shows answered
        Anna in 2: !claim
        2 < shows waiting
        2 < bridge: claimed agent=Anna
        Anna in hall: !list
        hall < bridge: list-head count=3 | list-waiting number=2 customer=Noa age=7 min assignee=Anna | list-waiting number=3 customer=Lea age=1 min assignee=– | list-answered number=1 customer=Mia assignee=–
        mia: Thanks
        1 < Mia: Thanks
        1 < shows waiting
        wait 2h 5m
        Anna in hall: !list
        hall < bridge: list-head count=3 | list-waiting number=2 customer=Noa age=2 h 12 min assignee=Anna | list-waiting number=3 customer=Lea age=2 h 06 min assignee=– | list-waiting number=1 customer=Mia age=2 h 05 min assignee=–
        Anna in 2: !close
        2 < shows closed
        2 < bridge: closed by=Anna
        Anna in 3: !close
        3 < shows closed
        3 < bridge: closed by=Anna
        Anna in 1: !list
        1 < bridge: list-head count=1 | list-waiting number=1 customer=Mia age=2 h 05 min assignee=–
        ",
    );
}

#[test]
fn nobody_waits_where_no_thread_is_open() {
    check(
        "
        Anna in hall: !list
        hall < bridge: list-empty
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        Anna in hall: !list
        hall < bridge: list-empty
        ",
    );
}

#[test]
fn a_customer_who_writes_before_an_answer_arrives_still_waits() {
    check(
        "
        mia: one
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: one
        wait 1m
        outbox stops
        Anna in 1: !r about one
        wait 1m
        mia: two
        wait 1m
        mia: three
        outbox goes on
        mia < Anna (Support): about one
        1 < Mia: two
        1 < Mia: three
        1 < Anna-1 delivered
        1 < shows waiting
        wait 1m
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-waiting number=1 customer=Mia age=2 min assignee=–
        Anna in 1: !r about the rest
        mia < Anna (Support): about the rest
        1 < Anna-3 delivered
        1 < shows answered
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-answered number=1 customer=Mia assignee=–
        ",
    );
}

#[test]
fn an_answer_that_did_not_arrive_answers_nothing() {
    check(
        "
        mia: one
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: one
        wait 1m
        mia fails: refused message
        Anna in 1: !r about one
        1 < Anna-1 refused
        1 < bridge: reply-refused reason=it says no
        mia fails: unknown
        Anna in 1: !r about one again
        1 < Anna-2 unknown
        1 < bridge: reply-unknown prefix=!
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-waiting number=1 customer=Mia age=1 min assignee=–
        Anna in 1: !retry
        mia < Anna (Support): about one
        mia < Anna (Support): about one again
        1 < bridge: retrying count=2
        1 < Anna-1 delivered
        1 < shows answered
        1 < Anna-2 delivered
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-answered number=1 customer=Mia assignee=–
        ",
    );
}

#[test]
fn a_note_answers_nothing() {
    check(
        "
        mia: one
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: one
        wait 1m
        Anna in 1: a note
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-waiting number=1 customer=Mia age=1 min assignee=–
        ",
    );
}

#[test]
fn a_held_reply_answers_nothing_before_it_arrives() {
    check_in(
        ReplyMode::Confirm,
        "
        mia: one
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: one
        Anna in 1: about one
        1 < Anna-1 pending
        1 < bridge: reply-held seconds=10 prefix=!
        wait 5s
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-waiting number=1 customer=Mia age=5 s assignee=–
        wait 5s
        mia < Anna (Support): about one
        1 < Anna-1 delivered
        1 < shows answered
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-answered number=1 customer=Mia assignee=–
        ",
    );
}

#[test]
fn closing_settles_what_was_owed_and_a_later_message_owes_anew() {
    check(
        "
        mia: one
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: one
        wait 1h
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 1h
        mia: two
        1 < bridge: reopened-by-customer
        1 < Mia: two
        1 < shows waiting
        wait 1m
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-waiting number=1 customer=Mia age=1 min assignee=–
        ",
    );
}

#[test]
fn a_long_list_says_that_there_is_more() {
    let mut stage = super::script::Stage::new(ReplyMode::Explicit);
    for number in 1..=51 {
        stage.play(&format!("c{number}: Hello"));
    }
    let told = stage.play("Anna in hall: !list");
    let list = told.last().unwrap();
    assert!(list.starts_with("hall < bridge: list-head count=50 | list-waiting number=1 "), "{list}");
    assert!(list.ends_with("number=50 customer=C50 age=0 s assignee=– | list-more shown=50"), "{list}");
}
