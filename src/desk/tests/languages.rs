//! Everybody reads their own language. The desk's is English here; what is said in German begins with `de:`.

use super::script::{check, check_german};
use crate::ReplyMode;

#[test]
fn a_customer_reads_their_own_language_and_the_team_its_own() {
    check(
        "
        mia: Wann kommt denn mein Paket, ich warte schon
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Wann kommt denn mein Paket, ich warte schon
        mia sends sticker
        1 < Mia: unsupported what=sticker
        mia < bridge: de:to-customer-unsupported
        mia cannot be read
        1 < Mia: undecryptable
        mia < bridge: de:to-customer-undecryptable
        mia gap
        1 < bridge: gap
        mia < bridge: de:to-customer-gap
        noa: Where is my parcel? I am still waiting for it
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Where is my parcel? I am still waiting for it
        noa sends sticker
        2 < Noa: unsupported what=sticker
        noa < bridge: to-customer-unsupported
        ",
    );
}

#[test]
fn the_reason_for_a_file_left_out_is_in_the_language_of_whoever_reads_it() {
    check(
        "
        mia: Wann kommt denn mein Paket, ich warte schon
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Wann kommt denn mein Paket, ich warte schon
        1 fails: file too large
        mia attaches a.png
        1 < Mia: [image] a.png
        1 < bridge: file-not-carried reason=cause-file-too-large
        mia < bridge: de:to-customer-file-not-carried reason=de:cause-file-too-large
        mia fails: file gone
        Anna in 1 attaches b.pdf: !r The form
        mia < Anna (Support): The form
        mia < bridge: de:to-customer-reply-file-not-carried agent=Anna (Support) reason=de:cause-file-gone
        1 < bridge: reply-without-file reason=cause-file-gone
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn the_first_words_tell_already_also_under_what_cannot_be_carried() {
    check(
        "
        mia sends video: Das ist mein Paket und es ist kaputt
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: unsupported-with-text what=video text=Das ist mein Paket und es ist kaputt
        mia < bridge: de:to-customer-unsupported
        ",
    );
}

#[test]
fn who_has_not_written_enough_is_spoken_to_as_in_the_thread_before() {
    check(
        "
        mia: Wann kommt denn mein Paket, ich warte schon
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Wann kommt denn mein Paket, ich warte schon
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 30h
        mia sends sticker
        2 < opens waiting: topic-title customer=Mia number=2
        2 < Mia: unsupported what=sticker
        mia < bridge: de:to-customer-unsupported
        mia: I am sorry, this is about my other parcel
        2 < Mia: I am sorry, this is about my other parcel
        mia sends sticker
        2 < Mia: unsupported what=sticker
        mia < bridge: to-customer-unsupported
        ",
    );
}

#[test]
fn an_agent_is_answered_in_their_own_language_and_the_next_one_in_theirs() {
    check_german(
        ReplyMode::Explicit,
        "
        mia is  : Hello
        1 < opens waiting: topic-title customer=nameless-customer number=1
        1 < nameless-customer: Hello
        Anna in hall: !list
        hall < bridge: de:list-head count=1 | de:list-due number=1 customer=de:nameless-customer age=0 s left=19 h 00 min assignee=–
        Bernd in hall: !list
        hall < bridge: list-head count=1 | list-due number=1 customer=nameless-customer age=0 s left=19 h 00 min assignee=–
        Anna in 1: !why
        1 < bridge: de:why-head number=1 | de:why-line at=2026-03-02 14:05 what=de:why-started what=de:clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | de:why-line at=2026-03-02 14:05 what=de:why-started what=de:clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | de:why-due what=de:clock-first-response due=2026-03-03 09:05 calendar=office
        Bernd in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-due what=clock-first-response due=2026-03-03 09:05 calendar=office
        Anna in 1: !who
        1 < bridge: de:who-customer customer=de:nameless-customer number=1 channel=shop account=mia@shop | de:who-since opened=2026-03-02 14:05 count=0 | de:card-unassigned | de:who-you agent=Anna (Support) role=agent
        Anna in 1: !promise morgen 15 Uhr anrufen
        1 < bridge: de:promise-made number=1 text=anrufen due=de:weekday day=tue, 2026-03-03 15:00 prefix=!
        Bernd in 1: !promise morgen 15 Uhr anrufen
        1 < bridge: promise-made number=2 text=anrufen due=weekday day=tue, 2026-03-03 15:00 prefix=!
        Anna in 1: !promises
        1 < bridge: de:promises-head count=2 | de:promise-line number=1 customer=de:nameless-customer agent=Anna due=2026-03-03 15:00 text=anrufen | de:promise-line number=1 customer=de:nameless-customer agent=Bernd due=2026-03-03 15:00 text=anrufen
        Anna in 1: !clam
        1 < bridge: de:unknown-command-meant word=!clam meant=!claim
        Anna in 1: !history
        1 < bridge: de:history-head number=1 | de:history-customer at=2026-03-02 14:05 name=de:nameless-customer text=Hello
        Eve in 1: !list
        1 < bridge: unknown-agent account=@eve platform=matrix
        1 < Eve-1 refused
        ",
    );
}

#[test]
fn figures_are_in_the_language_of_whoever_asks() {
    check_german(
        ReplyMode::Explicit,
        "
        mia is  : Hello
        1 < opens waiting: topic-title customer=nameless-customer number=1
        1 < nameless-customer: Hello
        Bernd in 1: !tag complaint
        1 < shows waiting
        1 < bridge: tags-are tags=complaint | now-due due=2026-03-02 15:05 policy=complaints what=response
        wait 2h
        hall < bridge: warn-response customer=nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=30 min about=Hello
        hall < bridge: warn-response customer=nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=12 min about=Hello
        hall < bridge calls Bernd: Bernd: | overdue-response customer=nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=0 s about=Hello
        1 < shows overdue
        hall < bridge calls Bernd: Bernd: | overdue-response customer=nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=1 h 00 min about=Hello
        Anna in 1: !claim
        1 < shows overdue
        1 < bridge: de:claimed agent=Anna
        Anna in hall: !overdue
        hall < bridge: de:figures-subject subject=overdue · Anna | #1: de:figures-cell measure=customer value=de:nameless-customer · de:figures-cell measure=clock value=de:clock-first-response · de:figures-cell measure=over value=1 h 00 min · de:figures-cell measure=due value=2026-03-02 15:05 · de:figures-cell measure=age value=2 h 00 min · de:figures-cell measure=policy value=complaints · de:figures-cell measure=assignee value=Anna | de:figures-total period=de:figures-period name=today from=2026-03-02 to=2026-03-02 n=0 median=– p90=– | de:figures-now unanswered=1 oldest=2 h 00 min overdue=1 paused=0 untimed=0 | de:figures-own | de:figures-define command=!overdue definition
        Anna in hall: !stats
        hall < bridge: de:figures-subject subject=stats · Anna · de:figures-period name=today from=2026-03-02 to=2026-03-02 · de:figures-scale scale=wall | de:figures-cell measure=answers value=0 · de:figures-cell measure=closed value=0 · de:figures-cell measure=closed-unanswered value=0 | de:clock-first-response: de:figures-cell measure=n value=0 | de:clock-next-response: de:figures-cell measure=n value=0 | de:clock-resolution: de:figures-cell measure=n value=0 | de:figures-now unanswered=1 oldest=2 h 00 min overdue=1 paused=0 untimed=0 | de:figures-own | de:figures-define command=!stats definition
        Bernd in hall: !stats
        hall < bridge: figures-subject subject=stats · figures-period name=today from=2026-03-02 to=2026-03-02 · figures-scale scale=wall | figures-cell measure=messages value=1 · figures-cell measure=opened value=1 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 · figures-cell measure=answers value=0 | clock-first-response: figures-cell measure=n value=0 | clock-next-response: figures-cell measure=n value=0 | clock-resolution: figures-cell measure=n value=0 | figures-now unanswered=1 oldest=2 h 00 min overdue=1 paused=0 untimed=0 | figures-define command=!stats definition
        Anna in hall: !sla
        hall < bridge: de:figures-for-managers prefix=!
        ",
    );
}

#[test]
fn what_became_of_a_reply_is_said_to_its_writer() {
    check_german(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: file too large
        Anna in 1 attaches a.png: !r Look
        mia < Anna (Support): Look
        mia < bridge: to-customer-reply-file-not-carried agent=Anna (Support) reason=cause-file-too-large
        1 < bridge: de:reply-without-file reason=de:cause-file-too-large
        1 < Anna-1 delivered
        1 < shows answered
        mia fails: not possible
        Anna edits Anna-1: !r Heute
        1 < Anna-1 pending
        1 < Anna-1 delivered
        1 < bridge: de:edit-refused reason=de:cause-not-possible
        mia fails: refused message
        Anna in 1: !r Hello
        1 < Anna-2 refused
        1 < bridge: de:reply-refused reason=it says no
        mia fails: unknown
        Bernd in 1: !r Hello
        1 < Bernd-1 unknown
        1 < bridge: reply-unknown prefix=!
        mia fails: unknown
        Anna in 1: !r Hello
        1 < Anna-3 unknown
        1 < bridge: de:reply-unknown prefix=!
        Anna deletes Anna-1
        1 < Anna-1 pending
        mia < takes back post-3
        1 < bridge: de:reply-taken-back
        Anna in 1 sends photo
        1 < bridge: de:reply-unsupported what=photo
        Anna in 1: I will call you back
        Anna in 1: !r I will call you back tomorrow at 9:00
        mia < Anna (Support): I will call you back tomorrow at 9:00
        1 < bridge: de:promise-offered phrase=I will call you back tomorrow at 9:00 due=2026-03-03 09:00 prefix=!
        1 < Anna-6 delivered
        ",
    );
}

#[test]
fn a_held_reply_is_announced_to_who_wrote_it() {
    check_german(
        ReplyMode::Confirm,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: Good day
        1 < Anna-1 pending
        1 < bridge: de:reply-held seconds=10 prefix=!
        Anna deletes Anna-1
        1 < Anna-1 refused
        1 < bridge: de:stopped count=1
        ",
    );
}

#[test]
fn who_is_named_alone_in_a_topic_is_warned_in_their_language_and_a_team_in_the_desks() {
    check_german(
        ReplyMode::Explicit,
        "
        mia is  : Hello
        1 < opens waiting: topic-title customer=nameless-customer number=1
        1 < nameless-customer: Hello
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: de:claimed agent=Anna
        Anna in 1: !tag complaint
        1 < shows waiting
        1 < bridge: de:tags-are tags=complaint | de:now-due due=2026-03-02 15:05 policy=complaints what=response
        Anna in 1: !promise in 50m anrufen
        1 < bridge: de:promise-made number=1 text=anrufen due=de:weekday day=mon, 2026-03-02 14:55 prefix=!
        wait 61m
        1 < bridge calls Anna: Anna: | de:warn-response customer=de:nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=30 min about=Hello
        1 < bridge calls Anna: de:promise-reminder agent=Anna text=anrufen due=2026-03-02 14:55 left=10 min prefix=!
        1 < bridge calls Anna: Anna: | de:warn-response customer=de:nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=12 min about=Hello
        hall < bridge: warn-response customer=nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=12 min about=Hello
        1 < bridge calls Anna: promise-broken agent=Anna customer=nameless-customer number=1 text=anrufen due=2026-03-02 14:55
        hall < bridge calls Bernd: Bernd: | promise-broken agent=Anna customer=nameless-customer number=1 text=anrufen due=2026-03-02 14:55
        hall < bridge calls Bernd: Bernd: | overdue-response customer=nameless-customer number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=0 s about=Hello
        1 < shows overdue
        Anna in 1: !snooze 1h
        1 < bridge: de:snoozed until=2026-03-02 16:06 | de:now-due due=2026-03-02 15:05 policy=complaints what=late-response
        ",
    );
}
