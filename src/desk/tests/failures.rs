//! What goes wrong on the way, who is told, and how it goes on.

use super::script::{check, check_in};
use crate::ReplyMode;

#[test]
fn a_refused_reply_is_told_and_later_ones_pass() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: refused message
        Anna in 1: !r Too long
        1 < Anna-1 refused
        1 < bridge: reply-refused reason=it says no
        Anna in 1: !r Short
        mia < Anna (Support): Short
        1 < Anna-2 delivered
        1 < shows answered
        Anna in 1: !retry
        mia < Anna (Support): Too long
        1 < bridge: retrying count=1
        1 < Anna-1 delivered
        Anna in 1: !resend
        1 < bridge: nothing-to-retry
        ",
    );
}

#[test]
fn a_refused_chat_wedges_its_lane_until_the_customer_writes() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        noa: Hi
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hi
        mia fails: refused chat
        Anna in 1: !r one
        1 < Anna-1 refused
        1 < bridge: reply-wedged reason=it says no prefix=!
        Anna in 1: !r two
        Anna in 2: !r other
        noa < Anna (Support): other
        2 < Anna-3 delivered
        2 < shows answered
        mia: I let you in again
        mia < Anna (Support): one
        mia < Anna (Support): two
        1 < Mia: I let you in again
        1 < Anna-1 delivered
        1 < Anna-2 delivered
        ",
    );
}

#[test]
fn a_wedged_lane_is_tried_again_when_an_agent_says_so() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: refused chat
        Anna in 1: !r one
        1 < Anna-1 refused
        1 < bridge: reply-wedged reason=it says no prefix=!
        mia fails: refused chat
        Anna in 1: !retry
        1 < bridge: retrying count=1
        1 < Anna-1 refused
        1 < bridge: reply-wedged reason=it says no prefix=!
        Anna in 1: !retry
        mia < Anna (Support): one
        1 < bridge: retrying count=1
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn a_reply_that_may_not_have_arrived_is_sent_once_more_when_an_agent_says_so() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: unknown
        Anna in 1: !r one
        1 < Anna-1 unknown
        1 < bridge: reply-unknown prefix=!
        Anna in 1: !r two
        mia < Anna (Support): two
        1 < Anna-2 delivered
        1 < shows answered
        mia: What?
        1 < Mia: What?
        1 < shows waiting
        Anna in 1: !retry
        mia < Anna (Support): one
        1 < bridge: retrying count=1
        1 < Anna-1 delivered
        Anna in 1: !retry
        1 < bridge: nothing-to-retry
        ",
    );
}

#[test]
fn a_customers_message_that_was_not_shown_is_told_and_shown_when_an_agent_says_so() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: refused message
        mia: too odd
        1 < bridge: copy-refused reason=it says no prefix=!
        1 fails: unknown
        mia: lost
        1 < bridge: copy-unknown count=1 prefix=!
        Anna in 1: !retry
        1 < Mia: too odd
        1 < Mia: lost
        1 < bridge: retrying count=2
        ",
    );
}

#[test]
fn a_lost_topic_is_opened_again_before_what_waits_for_it() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: topic gone
        mia: still there?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < bridge: topic-recreated number=1
        1 < Mia: still there?
        Anna in 1 to mia-2: Yes
        mia < Anna (Support) to mia-2: Yes
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn what_pointed_into_a_lost_topic_is_not_carried_over() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox stops
        Anna in 1: !r Good day
        1 fails: topic gone
        outbox goes on
        mia < Anna (Support): Good day
        1 < opens answered: topic-title customer=Mia number=1
        1 < bridge: topic-recreated number=1
        1 < shows answered
        mia: Thanks
        1 < Mia: Thanks
        1 < shows waiting
        ",
    );
}

#[test]
fn a_topic_lost_again_while_it_is_opened_is_opened_again() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: topic gone
        answers stop
        mia: still there?
        1 fails: topic gone
        answers come
        1 < opens waiting: topic-title customer=Mia number=1
        1 < opens waiting: topic-title customer=Mia number=1
        1 < bridge: topic-recreated number=1
        1 < bridge: topic-recreated number=1
        1 < Mia: still there?
        ",
    );
}

#[test]
fn a_chat_that_goes_on_elsewhere_is_followed_by_what_waits_for_it() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: always moved to mia2
        outbox stops
        Anna in 1: !r one
        Anna in 1: !r two
        outbox goes on
        mia2 < Anna (Support): one
        mia2 < Anna (Support): two
        1 < bridge: chat-moved
        1 < Anna-1 delivered
        1 < shows answered
        1 < Anna-2 delivered
        ",
    );
}

#[test]
fn a_wedged_reply_follows_its_customer_to_another_chat() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: always refused chat
        Anna in 1: !r one
        1 < Anna-1 refused
        1 < bridge: reply-wedged reason=it says no prefix=!
        Anna in 1: !r two
        mia moves to mia2
        mia2 < Anna (Support): one
        mia2 < Anna (Support): two
        1 < bridge: chat-moved
        1 < Anna-1 delivered
        1 < shows answered
        1 < Anna-2 delivered
        mia2: Here I am
        1 < Mia2: Here I am
        1 < shows waiting
        ",
    );
}

#[test]
fn a_held_reply_follows_its_customer_to_another_chat() {
    check_in(
        ReplyMode::Confirm,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: one
        1 < Anna-1 pending
        1 < bridge: reply-held seconds=10 prefix=!
        mia moves to mia2
        1 < bridge: chat-moved
        wait 10s
        mia2 < Anna (Support): one
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn what_is_said_inside_never_follows_a_team_chat_to_a_customer() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: moved to elsewhere
        Anna in 1: !who
        1 fails: moved to elsewhere
        mia: And now?
        1 < bridge: copy-refused reason=the team's chat goes on elsewhere: change `room` in the configuration prefix=!
        ",
    );
}

#[test]
fn a_chat_that_moved_to_where_somebody_writes_already_keeps_its_replies_visible() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia2: Hello from there
        2 < opens waiting: topic-title customer=Mia2 number=2
        2 < Mia2: Hello from there
        mia fails: moved to mia2
        Anna in 1: !r one
        1 < bridge: reply-wedged reason=the chat moved to an unknown place prefix=!
        ",
    );
}

#[test]
fn a_wedged_reply_that_was_taken_back_never_goes_out() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: refused chat
        Anna in 1: !r one
        1 < Anna-1 refused
        1 < bridge: reply-wedged reason=it says no prefix=!
        Anna in 1: !r two
        Anna deletes Anna-1
        mia < Anna (Support): two
        1 < bridge: stopped count=1
        1 < Anna-2 delivered
        1 < shows answered
        mia: I let you in again
        1 < Mia: I let you in again
        1 < shows waiting
        Anna in 1: !retry
        1 < bridge: nothing-to-retry
        ",
    );
}

#[test]
fn a_wedged_reply_goes_out_with_its_change_behind_it() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: refused chat
        Anna in 1: !r one
        1 < Anna-1 refused
        1 < bridge: reply-wedged reason=it says no prefix=!
        Anna edits Anna-1: !r two
        1 < Anna-1 pending
        outbox stops
        mia: I let you in again
        Anna edits Anna-1: !r three
        outbox goes on
        mia < Anna (Support): one
        mia < Anna (Support) changes post-4: two
        1 < Mia: I let you in again
        1 < Anna-1 pending
        mia < Anna (Support) changes post-4: three
        1 < Anna-1 delivered
        1 < Anna-1 delivered
        1 < Anna-1 delivered
        ",
    );
}

#[test]
fn a_reply_of_which_nobody_knows_whether_it_arrived_is_not_said_to_be_taken_back() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: unknown
        outbox stops
        Anna in 1: !r one
        Anna deletes Anna-1
        outbox goes on
        1 < Anna-1 pending
        1 < Anna-1 unknown
        1 < bridge: reply-unknown prefix=!
        1 < bridge: delete-not-carried
        Anna in 1: !retry
        1 < bridge: nothing-to-retry
        ",
    );
}

#[test]
fn the_newest_version_is_read_last_when_a_change_is_posted() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: topic gone
        outbox stops
        mia edits mia-1: Hullo
        mia edits mia-1: Hallo
        outbox goes on
        1 < opens waiting: topic-title customer=Mia number=1
        1 < bridge: topic-recreated number=1
        1 < Mia: customer-edited text=Hullo
        1 < Mia changes post-5: Hallo
        ",
    );
}

#[test]
fn what_is_shown_at_last_is_the_newest_version() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: unknown
        mia attaches a.png: one
        1 < bridge: copy-unknown count=1 prefix=!
        mia edits mia-2 with a.png: two
        1 < Mia: customer-edited text=two
        Anna in 1: !retry
        1 < Mia: two + a.png
        1 < bridge: retrying count=1
        ",
    );
}

#[test]
fn what_the_bridge_could_not_tell_a_customer_is_told_when_they_write_again() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        1 fails: file too large
        mia fails: refused chat
        mia attaches a.png: Look
        1 < Mia: Look | [image] a.png
        1 < bridge: file-not-carried reason=cause-file-too-large
        mia leaves
        1 < bridge: customer-gone
        mia: I am back
        1 < Mia: I am back
        mia < bridge: to-customer-file-not-carried reason=cause-file-too-large
        ",
    );
}
