//! Clocks: each test excludes one way in which others got them wrong. It is Monday, five past two; the office is open on
//! weekdays from 8 to 17.

use super::script::check_timed;

#[test]
fn an_answer_is_due_in_working_time_and_met_by_delivery() {
    check_timed(
        "
        mia (1h ago): Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 13:05
        1 < card-due due=2026-03-03 08:05 policy=standard
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        Anna in 1 to mia-1: Good day
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 13:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 08:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 13:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 15:05 | why-line at=2026-03-02 14:05 what=why-met what=clock-first-response by=Anna wall=1 h 00 min working=1 h 00 min | why-due what=clock-resolution due=2026-03-04 15:05 calendar=office
        ",
    );
}

#[test]
fn a_note_and_a_failed_reply_meet_nothing() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: only a note
        mia fails: refused message
        Anna in 1 to mia-1: Good day
        1 < Anna-2 refused
        1 < bridge: reply-refused reason=it says no
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-due what=clock-first-response due=2026-03-03 09:05 calendar=office
        ",
    );
}

#[test]
fn a_reply_that_may_not_have_arrived_meets_nothing_until_it_does() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        mia fails: unknown
        Anna in 1 to mia-1: Good day
        1 < Anna-1 unknown
        1 < bridge: reply-unknown prefix=!
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-due due=2026-03-03 09:05 policy=standard
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        Anna in 1: !retry
        mia < Anna (Support) to mia-1: Good day
        1 < bridge: retrying count=1
        1 < Anna-1 delivered
        1 < shows answered
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-answered
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        ",
    );
}

#[test]
fn warnings_go_to_who_looks_after_it_then_up_the_ladder_each_once() {
    check_timed(
        "
        mia: Where is my parcel?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Where is my parcel?
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        wait 119m
        wait 2m
        1 < bridge calls Anna: claim-expired agent=Anna
        1 < shows waiting
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:05 left=17 h 00 min about=Where is my parcel?
        wait 24h
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:05 left=48 min about=Where is my parcel?
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:05 over=0 s about=Where is my parcel?
        1 < shows overdue
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:05 over=4 h 00 min about=Where is my parcel?
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:05 left=1 d 1 h about=Where is my parcel?
        wait 48h
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:05 left=4 h 00 min about=Where is my parcel?
        hall < bridge calls Bernd: Bernd: | overdue-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:05 over=0 s about=Where is my parcel?
        Anna in 1 to mia-1: Sorry
        mia < Anna (Support) to mia-1: Sorry
        1 < Anna-2 delivered
        1 < shows answered
        wait 48h
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 16:05 what=claim-expired agent=Anna | why-line at=2026-03-02 16:05 what=why-told what=clock-first-response percent=50 who=to-assignee | why-line at=2026-03-03 08:17 what=why-told what=clock-first-response percent=80 who=to-assignee, to-team | why-line at=2026-03-03 09:05 what=why-breached what=clock-first-response due=2026-03-03 09:05 | why-line at=2026-03-03 09:05 what=why-told what=clock-first-response percent=100 who=to-team, to-managers | why-line at=2026-03-03 13:05 what=why-told what=clock-first-response percent=200 who=to-managers | why-line at=2026-03-03 15:05 what=why-told what=clock-resolution percent=50 who=to-assignee | why-line at=2026-03-04 12:05 what=why-told what=clock-resolution percent=80 who=to-assignee, to-team | why-line at=2026-03-04 16:05 what=why-breached what=clock-resolution due=2026-03-04 16:05 | why-line at=2026-03-04 16:05 what=why-told what=clock-resolution percent=100 who=to-team, to-managers | why-line at=2026-03-05 16:06 what=why-met what=clock-first-response by=Anna wall=3 d 2 h working=1 d 5 h | why-due what=clock-resolution due=2026-03-04 16:05 calendar=office
        ",
    );
}

#[test]
fn a_claim_without_an_answer_goes_back() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        wait 115m
        wait 10m
        1 < bridge calls Anna: claim-expired agent=Anna
        1 < shows waiting
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:05 left=17 h 00 min about=Hello
        ",
    );
}

#[test]
fn the_next_response_begins_with_the_first_message_after_the_answer() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1 to mia-1: Good day
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        wait 10m
        mia: And now?
        1 < Mia: And now?
        1 < shows waiting
        wait 5m
        mia: Hello?
        1 < Mia: Hello?
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:15
        1 < card-due due=2026-03-03 09:15 policy=standard
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        Bernd in 1 to mia-2: One moment
        mia < Bernd to mia-2: One moment
        1 < Bernd-1 delivered
        1 < shows answered
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-met what=clock-first-response by=Anna wall=0 s working=0 s | why-line at=2026-03-02 14:15 what=why-started what=clock-next-response since=2026-03-02 14:15 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:15 | why-line at=2026-03-02 14:20 what=why-met what=clock-next-response by=Bernd wall=5 min working=5 min | why-due what=clock-resolution due=2026-03-04 16:05 calendar=office
        ",
    );
}

#[test]
fn an_answer_written_before_a_message_does_not_answer_it() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox stops
        Anna in 1 to mia-1: Good day
        mia: And something else
        outbox goes on
        mia < Anna (Support) to mia-1: Good day
        1 < Mia: And something else
        1 < Anna-1 delivered
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-due due=2026-03-03 09:05 policy=standard
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-met what=clock-first-response by=Anna wall=0 s working=0 s | why-line at=2026-03-02 14:05 what=why-started what=clock-next-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-due what=clock-next-response due=2026-03-03 09:05 calendar=office
        ",
    );
}

#[test]
fn an_answer_together_with_closing_counts_before_the_closing() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox stops
        Anna in 1 to mia-1: Good day
        Anna in 1: !close
        outbox goes on
        mia < Anna (Support) to mia-1: Good day
        1 < shows closed
        1 < bridge: closed by=Anna
        1 < Anna-1 delivered
        1 < shows closed
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-met what=clock-resolution by=Anna wall=0 s working=0 s | why-line at=2026-03-02 14:05 what=why-met what=clock-first-response by=Anna wall=0 s working=0 s | why-no-clock
        ",
    );
}

#[test]
fn closing_without_an_answer_is_on_record_and_reopening_begins_anew() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 2h
        mia: That was no answer
        1 < bridge: reopened-by-customer
        1 < Mia: That was no answer
        1 < shows waiting
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 16:05
        1 < card-due due=2026-03-02 17:05 policy=complaints
        1 < card-priority priority=high
        1 < card-tags tags=complaint
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-voided what=clock-first-response by=Anna reason=why-closed | why-line at=2026-03-02 14:05 what=why-met what=clock-resolution by=Anna wall=0 s working=0 s | why-line at=2026-03-02 16:05 what=why-tagged tags=complaint by=complaint | why-line at=2026-03-02 16:05 what=why-priority priority=high by=complaint | why-line at=2026-03-02 16:05 what=why-started what=clock-first-response since=2026-03-02 16:05 policy=complaints allowed=1 h 00 min calendar=always due=2026-03-02 17:05 | why-line at=2026-03-02 16:05 what=why-started what=clock-resolution since=2026-03-02 16:05 policy=complaints allowed=20 h 00 min calendar=always due=2026-03-03 12:05 | why-due what=clock-first-response due=2026-03-02 17:05 calendar=always
        ",
    );
}

#[test]
fn no_reply_needed_is_an_act_of_its_own() {
    check_timed(
        "
        mia: Thanks
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Thanks
        Anna in 1: !noreply
        1 < shows answered
        1 < bridge: no-reply-noted | now-due due=2026-03-04 16:05 policy=standard what=resolution
        Anna in 1: !noreply
        1 < bridge: nothing-owed | now-due due=2026-03-04 16:05 policy=standard what=resolution
        wait 24h
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-tagged tags=thanks by=thanks | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-voided what=clock-first-response by=Anna reason=why-no-reply-needed | why-due what=clock-resolution due=2026-03-04 16:05 calendar=office
        ",
    );
}

#[test]
fn nothing_is_breached_while_the_clock_stands_and_no_time_is_forgotten() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !snooze 30m
        1 < shows waiting
        1 < bridge: snoozed until=2026-03-02 14:35
        wait 29m
        wait 1m
        1 < bridge: snooze-over due=2026-03-03 09:35
        1 < shows waiting
        Anna in 1: !wait
        1 < shows waiting
        1 < bridge: waits-for-customer until=2026-03-09 14:35
        wait 72h
        mia: Here it is
        1 < Mia: Here it is
        1 < bridge: customer-is-back due=2026-03-06 09:35
        1 < shows waiting
        Anna in 1: !resume
        1 < bridge: nothing-to-resume | now-due due=2026-03-06 09:35 policy=standard what=response
        Anna in 1: !snooze soonish
        1 < bridge: no-such-time text=soonish | now-due due=2026-03-06 09:35 policy=standard what=response
        ",
    );
}

#[test]
fn a_pause_ends_by_itself_and_says_so() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        Anna in 1: !wait
        1 < shows waiting
        1 < bridge: waits-for-customer until=2026-03-09 14:05
        wait 167h
        wait 1h
        1 < bridge calls Anna: Anna: wait-over due=2026-03-10 09:05
        1 < shows waiting
        ",
    );
}
