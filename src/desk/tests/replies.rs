//! What leaves the team, in every reply mode, and what does not.

use super::script::{check, check_in};
use crate::ReplyMode;

#[test]
fn explicit_a_platform_reply_to_a_customers_message_is_sent() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 to mia-1: Good day
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        Bernd in 1: !r Me too
        mia < Bernd: Me too
        1 < Bernd-1 delivered
        ",
    );
}

#[test]
fn explicit_everything_else_is_a_note() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: Who knows about this?
        Bernd in 1 to Anna-1: I do
        Bernd in 1 to post-1: The card says so
        Bernd in 1: // still inside
        Bernd in 1 to mia-1: // about that one
        Bernd in 1 to mia-1: !note about that one
        Eve in 1: Just looking
        Bernd in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=Hello | history-note at=2026-03-02 14:05 name=Anna text=Who knows about this? | history-note at=2026-03-02 14:05 name=Bernd text=I do | history-note at=2026-03-02 14:05 name=Bernd text=The card says so | history-note at=2026-03-02 14:05 name=Bernd text=still inside | history-note at=2026-03-02 14:05 name=Bernd text=about that one | history-note at=2026-03-02 14:05 name=Bernd text=about that one | history-note at=2026-03-02 14:05 name=? text=Just looking
        ",
    );
}

#[test]
fn direct_only_notes_and_commands_stay_inside() {
    check_in(
        ReplyMode::Direct,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: Good day
        mia < Anna (Support): Good day
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1 to mia-1: How are you?
        mia < Anna (Support) to mia-1: How are you?
        1 < Anna-2 delivered
        Anna in 1: // he is nice
        Anna in 1: !note and patient
        Anna in 1: !claim
        1 < shows answered
        1 < bridge: claimed agent=Anna
        Anna in hall: Lunch?
        ",
    );
}

#[test]
fn confirm_a_reply_goes_out_when_its_grace_is_over() {
    check_in(
        ReplyMode::Confirm,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 to mia-1: Good day
        1 < Anna-1 pending
        1 < bridge: reply-held seconds=10 prefix=!
        wait 9s
        wait 1s
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1: // he is nice
        wait 1m
        ",
    );
}

#[test]
fn confirm_stop_holds_back_what_has_not_gone_out() {
    check_in(
        ReplyMode::Confirm,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: one
        1 < Anna-1 pending
        1 < bridge: reply-held seconds=10 prefix=!
        wait 5s
        Anna in 1: two
        1 < Anna-2 pending
        1 < bridge: reply-held seconds=10 prefix=!
        wait 5s
        mia < Anna (Support): one
        1 < Anna-1 delivered
        1 < shows answered
        Bernd in 1: !stop
        1 < Anna-2 refused
        1 < bridge: stopped count=1
        Bernd in 1: !stop
        1 < bridge: nothing-to-stop
        wait 1m
        ",
    );
}

#[test]
fn confirm_taking_a_held_message_back_stops_it() {
    check_in(
        ReplyMode::Confirm,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: one
        1 < Anna-1 pending
        1 < bridge: reply-held seconds=10 prefix=!
        Anna in 1: two
        1 < Anna-2 pending
        1 < bridge: reply-held seconds=10 prefix=!
        Anna deletes Anna-1
        1 < Anna-1 refused
        1 < bridge: stopped count=1
        wait 1m
        mia < Anna (Support): two
        1 < Anna-2 delivered
        1 < shows answered
        Anna deletes Anna-2
        1 < Anna-2 pending
        mia < takes back post-6
        1 < bridge: reply-taken-back
        ",
    );
}

#[test]
fn confirm_a_held_reply_goes_out_as_it_was_changed() {
    check_in(
        ReplyMode::Confirm,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: one
        1 < Anna-1 pending
        1 < bridge: reply-held seconds=10 prefix=!
        Anna edits Anna-1: two
        wait 1m
        mia < Anna (Support): two
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn a_reply_is_changed_and_taken_back_at_the_customer() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !r Good day
        mia < Anna (Support): Good day
        1 < Anna-1 delivered
        1 < shows answered
        Anna edits Anna-1: !r Good evening and so on
        1 < Anna-1 pending
        mia < Anna (Support) changes post-3: Good evening and so on
        1 < Anna-1 delivered
        Anna edits Anna-1: Good night
        1 < Anna-1 pending
        mia < Anna (Support) changes post-3 and post-4: Good night
        1 < Anna-1 delivered
        Anna deletes Anna-1
        1 < Anna-1 pending
        mia < takes back post-3
        1 < bridge: reply-taken-back
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=Hello | history-reply at=2026-03-02 14:05 name=Anna text=Good day | history-reply-edited at=2026-03-02 14:05 name=Anna text=Good evening and so on | history-reply-edited at=2026-03-02 14:05 name=Anna text=Good night | history-reply-taken-back at=2026-03-02 14:05 name=Anna
        ",
    );
}

#[test]
fn a_change_waits_behind_the_reply_it_changes_and_never_carries_a_note_out() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox stops
        Anna in 1: !r Good day
        Anna edits Anna-1: !r Good evening
        outbox goes on
        mia < Anna (Support): Good day
        1 < Anna-1 pending
        mia < Anna (Support) changes post-3: Good evening
        1 < Anna-1 delivered
        1 < shows answered
        1 < Anna-1 delivered
        Anna edits Anna-1: // he is a nuisance
        1 < bridge: reply-stays-reply
        Anna edits Anna-1: !note he is a nuisance
        1 < bridge: reply-stays-reply
        Anna in 1: a note
        Anna edits Anna-2: !r sent by mistake
        1 < bridge: note-stays-note
        mia fails: refused message
        Anna in 1: !r Refused
        1 < Anna-3 refused
        1 < bridge: reply-refused reason=it says no
        Anna edits Anna-3: !r Better
        1 < bridge: edit-not-carried
        ",
    );
}

#[test]
fn reactions_and_quotes_find_the_right_message_on_the_other_side() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !r Good day
        mia < Anna (Support): Good day
        1 < Anna-1 delivered
        1 < shows answered
        mia reacts 👍 to Anna-1
        1 < 👍 to Anna-1
        mia reacts 🎉 to mia-1
        1 < 🎉 to post-2
        mia deletes mia-2
        1 < takes back post-4
        Anna reacts ❤️ to mia-1
        mia < ❤️ to mia-1
        Anna reacts ❤️ to Anna-1
        mia < ❤️ to post-3
        Eve reacts ❤️ to mia-1
        Anna deletes Anna-2
        mia < takes back post-6
        ",
    );
}

#[test]
fn files_go_both_ways_with_their_words() {
    check(
        "
        mia attaches a.png b.png: Two pictures
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Two pictures + a.png + b.png
        Anna in 1 attaches c.png: !r Thanks
        mia < Anna (Support): Thanks + c.png
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1 attaches d.png: inside
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=Two pictures [image] a.png [image] b.png | history-reply at=2026-03-02 14:05 name=Anna text=Thanks [image] c.png | history-note at=2026-03-02 14:05 name=Anna text=inside [image] d.png
        ",
    );
}

#[test]
fn an_account_that_is_no_agents_is_refused_and_told_why() {
    for mode in [ReplyMode::Explicit, ReplyMode::Direct, ReplyMode::Confirm] {
        check_in(
            mode,
            "
            mia: Hello
            1 < opens waiting: topic-title customer=Mia number=1
            1 < Mia: Hello
            Eve in 1 to mia-1: I am Anna
            1 < bridge: unknown-agent account=@eve platform=matrix
            1 < Eve-1 refused
            Eve in 1: !r I am Anna
            1 < bridge: unknown-agent account=@eve platform=matrix
            1 < Eve-2 refused
            Eve in 1: !close
            1 < bridge: unknown-agent account=@eve platform=matrix
            1 < Eve-3 refused
            wait 1m
            ",
        );
    }
}

#[test]
fn programs_are_never_relayed_and_never_answered() {
    check_in(
        ReplyMode::Direct,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Robot in 1 to mia-1: Beep
        Robot in 1: !close
        robot: I sell things
        ",
    );
}

#[test]
fn every_part_of_a_long_message_can_be_answered() {
    check(
        "
        mia: once upon a time and so on
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: once upon a time and so on
        Anna in 1 to post-3: The end
        mia < Anna (Support) to mia-1: The end
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1: !r Long answer and so on
        mia < Anna (Support): Long answer and so on
        1 < Anna-2 delivered
        ",
    );
}

#[test]
fn what_cannot_be_carried_stays_inside_and_the_agent_is_told() {
    check_in(
        ReplyMode::Direct,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 sends photo
        1 < bridge: reply-unsupported what=photo
        Anna in 1 cannot be read
        1 < bridge: reply-undecryptable
        Anna in hall sends photo
        ",
    );
}

#[test]
fn a_reply_quotes_a_message_of_its_own_thread_only() {
    check_in(
        ReplyMode::Direct,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        noa: Hi
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hi
        Anna in 1 to noa-1: Good day
        mia < Anna (Support): Good day
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        noa: Hi
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hi
        Anna in 1 to noa-1: Good day
        ",
    );
}

#[test]
fn a_reply_whose_file_cannot_be_carried_goes_out_without_it_and_both_sides_know() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: file too large
        outbox stops
        Anna in 1 attaches a.png: !r Look
        Anna in 1: !r And more
        outbox goes on
        mia < Anna (Support): Look
        mia < bridge: to-customer-reply-file-not-carried agent=Anna (Support) reason=cause-file-too-large
        mia < Anna (Support): And more
        1 < bridge: reply-without-file reason=cause-file-too-large
        1 < Anna-1 delivered
        1 < shows answered
        1 < Anna-2 delivered
        ",
    );
}

#[test]
fn a_reply_that_is_only_a_file_which_cannot_be_carried_answers_nothing_and_both_sides_know() {
    check_in(
        ReplyMode::Direct,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: file gone
        Anna in 1 attaches a.png
        mia < bridge: to-customer-reply-file-not-carried agent=Anna (Support) reason=cause-file-gone
        1 < Anna-1 refused
        1 < bridge: reply-file-not-carried reason=cause-file-gone
        Anna in 1: !retry
        mia < Anna (Support):  + a.png
        1 < bridge: retrying count=1
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn nobody_puts_words_into_another_agents_mouth() {
    check_in(
        ReplyMode::Direct,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: It left
        mia < Anna (Support): It left
        1 < Anna-1 delivered
        1 < shows answered
        Bernd edits Anna-1: It is lost
        Eve edits Anna-1: It is lost
        Anna edits Anna-1: It left today
        1 < Anna-1 pending
        mia < Anna (Support) changes post-3: It left today
        1 < Anna-1 delivered
        ",
    );
}
