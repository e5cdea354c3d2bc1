//! Commands: done, answered, and never relayed.

use super::desk::{deadlines, rules};
use super::script::{Stage, check, check_in};
use crate::{ReplyMode, native_commands};
use port::Suggestions;
use std::fmt::Write as _;

#[test]
fn a_thread_is_claimed_assigned_and_released() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-assignee agent=Anna
        1 < card-new
        1 < card-how-explicit prefix=!
        Anna in 1: !claim
        1 < bridge: already-assigned agent=Anna
        Anna in 1: !assign @bernd
        1 < shows waiting
        1 < bridge: assigned agent=Bernd by=Anna
        Anna in 1: !ASSIGN Anna
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        Bernd in 1: !release
        1 < shows waiting
        1 < bridge: released by=Bernd
        Bernd in 1: !release
        1 < bridge: not-assigned
        Anna in 1: !assign nobody
        1 < bridge: no-such-agent name=nobody known=Anna, Bernd
        ",
    );
}

#[test]
fn wrong_commands_are_answered_with_what_was_meant_in_every_mode() {
    for mode in [ReplyMode::Explicit, ReplyMode::Direct, ReplyMode::Confirm] {
        check_in(
            mode,
            "
            mia: Hello
            1 < opens waiting: topic-title customer=Mia number=1
            1 < Mia: Hello
            Anna in 1: !clsoe
            1 < bridge: unknown-command-meant word=!clsoe meant=!close
            Anna in 1 to mia-1: !xyzzy
            1 < bridge: unknown-command word=!xyzzy prefix=!
            Anna in 1: !assign
            1 < bridge: missing-argument usage=!assign @name
            Anna in 1: !r
            1 < bridge: missing-argument usage=!r text
            Anna in 1: !note
            1 < bridge: missing-argument usage=!note text
            Anna in 1: !!!
            1 < bridge: unknown-command word=!!! prefix=!
            ",
        );
    }
}

#[test]
fn outside_of_topics_a_command_that_belongs_into_one_says_so() {
    check(
        "
        Anna in hall: !claim
        hall < bridge: needs-topic word=!claim
        Anna in hall: !r Hello
        hall < bridge: needs-topic word=!r
        Anna in hall: !clam
        hall < bridge: unknown-command-meant word=!clam meant=!claim
        Anna in hall: !list
        hall < bridge: list-empty
        Anna in hall: !!!
        Anna in hall: Good morning
        Eve in hall: Good morning
        ",
    );
}

#[test]
fn help_tells_every_command() {
    check(
        "
        Anna in hall: !help
        hall < bridge: help-head prefix=! | help-explicit prefix=! | help-r prefix=! | help-note prefix=! | help-claim prefix=! | help-assign prefix=! | help-release prefix=! | help-close prefix=! | help-reopen prefix=! | help-who prefix=! | help-history prefix=! | help-list prefix=! | help-snooze prefix=! | help-wait prefix=! | help-resume prefix=! | help-noreply prefix=! | help-priority prefix=! | help-tag prefix=! | help-policy prefix=! | help-segment prefix=! | help-why prefix=! | help-promise prefix=! | help-done prefix=! | help-promises prefix=! | help-stats prefix=! | help-agents prefix=! | help-sla prefix=! | help-breaches prefix=! | help-overdue prefix=! | help-backlog prefix=! | help-compare prefix=! | help-chart prefix=! | help-export prefix=! | help-retry prefix=! | help-stop prefix=! | help-help prefix=!
        ",
    );
}

#[test]
fn who_tells_the_customer_the_assignee_and_yourself() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Bernd in 1: !who
        1 < bridge: who-customer customer=Mia number=1 channel=shop account=mia@shop | who-since opened=2026-03-02 14:05 count=0 | card-unassigned | who-you agent=Bernd role=manager
        ",
    );
}

#[test]
fn history_shows_every_version_and_what_became_of_replies() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia edits mia-1: Hullo
        1 < Mia changes post-2: Hullo
        Anna in 1: To be checked
        Anna in 1: !r Good day
        mia < Anna (Support): Good day
        1 < Anna-2 delivered
        1 < shows answered
        mia deletes mia-1
        1 < bridge to post-2: customer-deleted prefix=!
        mia fails: unknown
        Anna in 1: !r Still there?
        1 < Anna-3 unknown
        1 < bridge: reply-unknown prefix=!
        mia sends photo: of the parcel
        1 < Mia: unsupported-with-text what=photo text=of the parcel
        mia < bridge: to-customer-unsupported
        1 < shows waiting
        Bernd in 1: !history
        1 < bridge: history-head number=1 | history-customer at=2026-03-02 14:05 name=Mia text=Hello | history-edited at=2026-03-02 14:05 name=Mia text=Hullo | history-note at=2026-03-02 14:05 name=Anna text=To be checked | history-reply at=2026-03-02 14:05 name=Anna text=Good day | history-deleted at=2026-03-02 14:05 name=Mia | history-undelivered at=2026-03-02 14:05 name=Anna text=Still there? | history-customer at=2026-03-02 14:05 name=Mia text=[photo] of the parcel
        ",
    );
}

#[test]
fn history_shows_only_the_newest() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play("mia: number 1\noutbox stops");
    for number in 2..=40 {
        stage.play(&format!("mia: number {number}"));
    }
    let told = stage.play("Anna in 1: !history\noutbox goes on");
    let history = told.last().unwrap();
    assert!(history.starts_with("1 < bridge: history-head number=1 | history-more count=30 | "), "{history}");
    assert_eq!(history.matches("history-customer").count(), 30);
    assert!(history.contains("number 11 |") && history.ends_with("number 40"), "{history}");
}

#[test]
fn a_history_of_long_messages_stays_short_enough_to_be_kept() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    for number in 1..=20 {
        stage.play(&format!("mia: {number} {}", "x".repeat(60_000)));
    }
    let told = stage.play("Anna in 1: !history");
    let history = told.last().unwrap();
    assert!(
        history.starts_with("1 < bridge: history-head number=1 | history-more count=2 | "),
        "{history:.200}"
    );
    assert!(history.contains("text=19 x") && history.contains("text=20 x"), "the newest are shown");
}

#[test]
fn a_command_is_read_whatever_its_letters_and_blanks() {
    check(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1:   !CLAIM
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        Anna in 1: !R Good day\\nto you
        mia < Anna (Support): Good day | to you
        1 < Anna-2 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn what_is_suggested_is_known_and_every_command_takes_it() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    (stage.desk.setup.deadlines, stage.desk.setup.rules) = (deadlines(), rules());
    stage.play("mia: Hello");
    let mut all = String::new();
    for command in native_commands(&stage.desk.setup, &["en"]) {
        let (Suggestions::One(words) | Suggestions::Several(words)) = command.suggestions else { continue };
        writeln!(all, "{}: {}", command.name, words.join(", ")).unwrap();
        for word in words {
            let seen = stage.play(&format!("Bernd in 1: !{} {word}", command.name)).join("\n");
            let is_refused =
                ["no-such-", "figures-unknown", "no-tag word="].iter().any(|no| seen.contains(no));
            assert!(seen.contains("< bridge: ") && !is_refused, "{seen}");
        }
    }
    for line in [
        "assign: Anna, Bernd",
        "policy: complaints, standard, none",
        "priority: urgent, high, normal, low",
        "compare: today, week, month, working, wall, definition",
        "backlog: definition",
    ] {
        assert!(all.lines().any(|suggested| suggested == line), "{line} is not in\n{all}");
    }
    for part in
        ["tag: ", "complaint, ", "-complaint", "stats: today, ", "last week, ", "by agent, by channel"]
    {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
}
