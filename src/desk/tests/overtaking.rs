//! Agents who are quicker than the bridge: they answer what the bridge does not yet know to be there.

use super::script::{check, check_in};
use crate::ReplyMode;

#[test]
fn a_reply_in_a_topic_not_yet_known_waits_and_goes_out_in_order() {
    check(
        "
        answers stop
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        Anna in 1: !r one
        Bernd in 1: !r two
        Anna in 1: a note
        answers come
        1 < Mia: Hello
        mia < Anna (Support): one
        mia < Bernd: two
        1 < Anna-1 delivered
        1 < shows answered
        1 < Bernd-1 delivered
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=Hello | history-reply at=2026-03-02 14:05 name=Anna text=one | history-reply at=2026-03-02 14:05 name=Bernd text=two | history-note at=2026-03-02 14:05 name=Anna text=a note
        ",
    );
}

#[test]
fn a_reply_to_a_copy_not_yet_known_waits_and_goes_out_in_order() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        answers stop
        mia: Hello?
        1 < Mia: Hello?
        Anna in 1 to post-3: Good day
        Anna in 1: !r And again
        answers come
        mia < Anna (Support) to mia-2: Good day
        mia < Anna (Support): And again
        1 < Anna-1 delivered
        1 < shows answered
        1 < Anna-2 delivered
        ",
    );
}

#[test]
fn a_stranger_who_is_quick_is_refused_all_the_same() {
    check_in(
        ReplyMode::Direct,
        "
        answers stop
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        Eve in 1: I am Anna
        answers come
        1 < Mia: Hello
        1 < bridge: unknown-agent account=@eve platform=matrix
        1 < Eve-1 refused
        ",
    );
}

#[test]
fn a_reply_to_what_never_becomes_known_is_kept_as_a_note_and_told() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 to nothing: Good day
        wait 9m
        Anna in 1: !r This one waits behind it
        wait 2m
        1 < bridge: reply-target-unknown prefix=!
        mia < Anna (Support): This one waits behind it
        1 < Anna-2 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn nobody_waits_for_a_copy_that_will_never_be_known() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox stops
        mia: Are you there?
        Anna in 1 to lost: This waits
        1 fails: unknown
        outbox goes on
        1 < bridge: copy-unknown count=1 prefix=!
        1 < bridge: reply-target-unknown prefix=!
        Anna in 1 to lost: This does not
        1 < bridge: reply-target-unknown prefix=!
        ",
    );
}

#[test]
fn a_command_beside_the_topics_is_read_at_once_whatever_it_answers() {
    check(
        "
        Anna in hall to digest: !list
        hall < bridge: list-empty
        ",
    );
}

#[test]
fn what_is_said_in_topics_of_others_is_left_alone() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in garden: Lunch?
        Anna in garden: !claim
        wait 11m
        hall < bridge: needs-topic word=!claim
        ",
    );
}

#[test]
fn what_waits_in_a_lost_topic_is_not_overtaken_from_the_new_one() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 to nothing: a note, as nobody knows what it answers
        Anna in 1: !r one
        1 fails: topic gone
        mia: Hello?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < bridge: topic-recreated number=1
        1 < Mia: Hello?
        1 < bridge: reply-target-unknown prefix=!
        mia < Anna (Support): one
        1 < Anna-2 delivered
        1 < shows answered
        Anna in 1: !r two
        mia < Anna (Support): two
        1 < Anna-3 delivered
        ",
    );
}

#[test]
fn what_is_changed_while_it_waits_follows_it() {
    check(
        "
        answers stop
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        Anna in 1: !r one
        Anna in 1: !r two
        Anna in 1: a note
        Anna edits Anna-1: !r uno
        Anna edits Anna-1: !r eins
        Anna deletes Anna-2
        Anna edits Anna-3: !r sent by mistake
        answers come
        1 < Mia: Hello
        mia < Anna (Support): one
        1 < Anna-1 pending
        mia < Anna (Support) changes post-3: eins
        1 < bridge: note-stays-note
        1 < Anna-1 delivered
        1 < shows answered
        1 < Anna-1 delivered
        ",
    );
}
