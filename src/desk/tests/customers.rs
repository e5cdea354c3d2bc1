//! What customers do besides writing: everything is shown, and everything is kept.

use super::script::{check, check_in};
use crate::ReplyMode;

#[test]
fn what_a_customer_writes_is_never_a_command() {
    for mode in [ReplyMode::Explicit, ReplyMode::Direct, ReplyMode::Confirm] {
        check_in(
            mode,
            "
            mia: !close
            1 < opens waiting: topic-title customer=Mia number=1
            1 < Mia: !close
            mia: // !r to myself
            1 < Mia: // !r to myself
            ",
        );
    }
}

#[test]
fn who_opens_a_chat_is_greeted_and_their_link_is_on_the_card() {
    check(
        "
        mia starts by pricing de
        mia < bridge: de:to-customer-greeting
        mia starts
        mia < bridge: de:to-customer-greeting
        noa: Hello
        1 < opens waiting: topic-title customer=Noa number=1
        1 < Noa: Hello
        mia: 17
        2 < opens waiting: topic-title customer=Mia number=2
        2 < Mia: 17
        card 2
        2 < topic-title customer=Mia number=2
        2 < card-customer customer=Mia number=2 channel=shop
        2 < card-waiting since=2026-03-02 14:05
        2 < card-unassigned
        2 < card-new
        2 < card-came-by payload=pricing
        2 < card-how-explicit prefix=!
        mia sends photo
        2 < Mia: unsupported what=photo
        mia < bridge: de:to-customer-unsupported
        mia starts
        mia < bridge: de:to-customer-greeting
        ",
    );
}

#[test]
fn who_hides_behind_the_group_is_told_why_nothing_went_out() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Eve in 1 hides
        1 < bridge: reply-nameless
        Eve in hall hides
        ",
    );
}

#[test]
fn edits_and_deletions_are_shown_and_nothing_is_lost() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia edits mia-1: Hullo
        1 < Mia changes post-2: Hullo
        mia edits mia-1: Hallo
        1 < Mia changes post-2: Hallo
        mia deletes mia-1
        1 < bridge to post-2: customer-deleted prefix=!
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=Hello | history-edited at=2026-03-02 14:05 name=Mia text=Hullo | history-edited at=2026-03-02 14:05 name=Mia text=Hallo | history-deleted at=2026-03-02 14:05 name=Mia
        ",
    );
}

#[test]
fn an_edit_of_a_message_never_seen_is_shown_as_a_message() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia edits mia-9: Before you came
        1 < Mia: Before you came
        mia edits mia-9: Long before you came
        1 < Mia changes post-3: Long before you came
        mia deletes mia-9
        1 < bridge to post-3: customer-deleted prefix=!
        mia deletes mia-8
        ",
    );
}

#[test]
fn what_cannot_be_carried_is_told_to_both_sides() {
    check(
        "
        mia sends photo: of the parcel
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: unsupported-with-text what=photo text=of the parcel
        mia < bridge: to-customer-unsupported
        mia sends sticker
        1 < Mia: unsupported what=sticker
        mia < bridge: to-customer-unsupported
        mia cannot be read
        1 < Mia: undecryptable
        mia < bridge: to-customer-undecryptable
        ",
    );
}

#[test]
fn a_gap_is_told_to_both_sides_once_there_is_a_thread() {
    check(
        "
        noa gap
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia gap
        1 < bridge: gap
        mia < bridge: to-customer-gap
        ",
    );
}

#[test]
fn a_customer_who_leaves_is_told_once() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia leaves
        1 < bridge: customer-gone
        mia leaves
        mia: I am back
        1 < Mia: I am back
        mia leaves
        1 < bridge: customer-gone
        ",
    );
}

#[test]
fn a_thread_follows_its_customer_to_another_chat() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia moves to mia2
        1 < bridge: chat-moved
        mia2: Here I am
        1 < Mia2: Here I am
        Anna in 1 to mia-1: Good day
        mia2 < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn a_name_that_reads_like_an_agents_is_marked() {
    check(
        "
        mia is Anna (Support): Hello
        1 < opens waiting: topic-title customer=customer-named-like-agent name=Anna (Support) number=1
        1 < customer-named-like-agent name=Anna (Support): Hello
        noa is anna: Hello
        2 < opens waiting: topic-title customer=customer-named-like-agent name=anna number=2
        2 < customer-named-like-agent name=anna: Hello
        eve is  : Hello
        3 < opens waiting: topic-title customer=nameless-customer number=3
        3 < nameless-customer: Hello
        ",
    );
}

#[test]
fn only_who_wrote_a_message_changes_it() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia by zoe is Zoe: I am with her
        1 < Zoe: I am with her
        mia by zoe edits mia-1: I take it back
        mia edits mia-2: She is not
        mia edits mia-1: Hullo
        1 < Mia changes post-2: Hullo
        mia by zoe edits mia-2: I am
        1 < Mia changes post-3: I am
        ",
    );
}

#[test]
fn what_is_gone_on_the_platform_is_told_whoever_took_it_away() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia by zoe deletes mia-1
        1 < bridge to post-2: customer-deleted prefix=!
        ",
    );
}

#[test]
fn a_picture_that_becomes_readable_late_arrives_as_a_picture() {
    check(
        "
        mia cannot be read
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: undecryptable
        mia < bridge: to-customer-undecryptable
        mia edits mia-1 with a.png: my parcel
        1 < Mia changes post-2: my parcel
        1 < Mia to post-2:  + a.png
        mia cannot be read
        1 < Mia: undecryptable
        mia < bridge: to-customer-undecryptable
        mia edits mia-2 with b.png
        1 < Mia changes post-5: [image] b.png
        1 < Mia to post-5:  + b.png
        mia edits mia-2 with b.png: the same with words
        1 < Mia changes post-7: the same with words
        Anna in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=[undecryptable] | history-edited at=2026-03-02 14:05 name=Mia text=my parcel [image] a.png | history-customer at=2026-03-02 14:05 name=Mia text=[undecryptable] | history-edited at=2026-03-02 14:05 name=Mia text=[image] b.png | history-edited at=2026-03-02 14:05 name=Mia text=the same with words
        ",
    );
}

#[test]
fn a_change_that_repeats_its_file_carries_no_file_again() {
    check(
        "
        mia attaches a.png: my parcel
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: my parcel + a.png
        mia edits mia-1 with a.png: our parcel
        1 < Mia changes post-2: our parcel
        ",
    );
}
