//! Threads: opened, continued, closed, reopened, replaced.

use super::script::{check, check_in};
use crate::ReplyMode;

#[test]
fn a_first_message_opens_a_topic_with_a_card_and_is_shown_in_it() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        ",
    );
}

#[test]
fn later_messages_follow_in_the_same_topic_in_order() {
    check(
        "
        mia: one
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: one
        mia: two
        1 < Mia: two
        noa: other
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: other
        mia: three
        1 < Mia: three
        ",
    );
}

#[test]
fn messages_that_come_before_the_topic_is_open_follow_it_in_order() {
    check(
        "
        outbox stops
        mia: one
        mia: two
        outbox goes on
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: one
        1 < Mia: two
        ",
    );
}

#[test]
fn a_closed_thread_is_shown_as_closed() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-closed
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        Anna in 1: !close
        1 < bridge: already-closed
        Anna in 1: !list
        1 < bridge: list-empty
        ",
    );
}

#[test]
fn a_message_at_the_border_of_the_window_reopens_the_thread() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 24h
        mia: Again
        1 < bridge: reopened-by-customer
        1 < Mia: Again
        1 < shows waiting
        ",
    );
}

#[test]
fn a_message_after_the_window_opens_a_thread_that_points_to_the_last() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 24h 1s
        mia: Again
        2 < opens waiting: topic-title customer=Mia number=2
        2 < Mia: Again
        card 2
        2 < topic-title customer=Mia number=2
        2 < card-customer customer=Mia number=2 channel=shop
        2 < card-waiting since=2026-03-03 14:05
        2 < card-unassigned
        2 < card-previous previous=1 count=1
        2 < card-how-explicit prefix=!
        Anna in 2: !who
        2 < bridge: who-customer customer=Mia number=2 channel=shop account=mia@shop | who-since opened=2026-03-03 14:05 count=1 | card-unassigned | who-you agent=Anna (Support) role=agent
        Anna in 1: !reopen
        1 < bridge: replaced-by number=2
        ",
    );
}

#[test]
fn the_platforms_own_time_decides_what_is_within_the_window() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 30h
        mia (7h ago): Written in time, fetched late
        1 < bridge: reopened-by-customer
        1 < Mia: Written in time, fetched late
        1 < shows waiting
        ",
    );
}

#[test]
fn an_agent_reopens_a_thread_that_nobody_replaced() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        Bernd in 1: !reopen
        1 < shows waiting
        1 < bridge: reopened by=Bernd
        Bernd in 1: !reopen
        1 < bridge: already-open
        ",
    );
}

#[test]
fn a_returning_customer_keeps_the_history() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 to mia-1: Good day
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 1h
        mia: Again
        1 < bridge: reopened-by-customer
        1 < Mia: Again
        1 < shows waiting
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=Hello | history-reply at=2026-03-02 14:05 name=Anna text=Good day | history-customer at=2026-03-02 15:05 name=Mia text=Again
        ",
    );
}

#[test]
fn an_answer_in_a_closed_thread_still_reaches_the_customer() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        Anna in 1: !r One more thing
        mia < Anna (Support): One more thing
        1 < Anna-2 delivered
        ",
    );
}

#[test]
fn the_card_says_how_to_answer() {
    check_in(
        ReplyMode::Direct,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-unassigned
        1 < card-new
        1 < card-how-direct prefix=!
        ",
    );
}

#[test]
fn a_new_name_is_shown_from_then_on() {
    check(
        "
        mia is Mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia is Mia Meyer: I married
        1 < Mia Meyer: I married
        Anna in 1: !who
        1 < bridge: who-customer customer=Mia Meyer number=1 channel=shop account=mia@shop | who-since opened=2026-03-02 14:05 count=0 | card-unassigned | who-you agent=Anna (Support) role=agent
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        card 1
        1 < topic-title customer=Mia Meyer number=1
        1 < card-customer customer=Mia Meyer number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-assignee agent=Anna
        1 < card-new
        1 < card-how-explicit prefix=!
        ",
    );
}
