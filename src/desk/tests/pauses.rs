//! What stands, goes on and ends, also where nobody looked in time. It is Monday, five past two; the office is open on
//! weekdays from 8 to 17.

use super::script::{check_with, timed};
use crate::policy::{Deadlines, Policy};
use crate::{ReplyMode, Setup};
use jiff::SignedDuration;
use std::sync::Arc;

fn standard_of(deadlines: &Deadlines) -> Policy {
    deadlines.named("standard").unwrap().clone()
}

/// Plays a script with three more policies that are only chosen: one sets no deadline, one lets no clock stand, and one
/// counts around the clock and tells nobody outside the office's hours.
#[track_caller]
fn check(mode: ReplyMode, script: &str) {
    let prepare = |setup: &mut Setup| {
        timed(setup);
        let mut deadlines: Deadlines = setup.deadlines.as_ref().clone();
        let standard = standard_of(&deadlines);
        let mut silent = standard.clone();
        "silent".clone_into(&mut silent.name);
        (silent.first_response, silent.next_response, silent.resolution) = (None, None, None);
        let mut restless = standard;
        "restless".clone_into(&mut restless.name);
        (restless.pause_waiting, restless.pause_snoozed) = (false, false);
        let mut sleepy = standard_of(&deadlines);
        "sleepy".clone_into(&mut sleepy.name);
        sleepy.notices = deadlines
            .policies
            .iter()
            .map(|policy| &policy.calendar)
            .find(|it| it.name() == "office")
            .cloned();
        sleepy.calendar = Arc::clone(&deadlines.named("complaints").unwrap().calendar);
        sleepy.claim_within = Some(SignedDuration::from_hours(4));
        deadlines.policies.extend([silent, restless, sleepy]);
        setup.deadlines = Arc::new(deadlines);
    };
    check_with(mode, prepare, script);
}

#[test]
fn a_pause_that_ended_while_nobody_looked_ended_then() {
    check(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !snooze 30m
        1 < shows waiting
        1 < bridge: snoozed until=2026-03-02 14:35
        down 24h
        Anna in 1: !r Here you are
        mia < Anna (Support): Here you are
        1 < Anna-2 delivered
        1 < shows answered
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-paused what=clock-first-response by=Anna reason=why-snoozed until=2026-03-02 14:35 | why-line at=2026-03-02 14:05 what=why-paused what=clock-resolution by=Anna reason=why-snoozed until=2026-03-02 14:35 | why-line at=2026-03-02 14:35 what=why-resumed what=clock-first-response reason=why-pause-over due=2026-03-03 09:35 | why-line at=2026-03-02 14:35 what=why-resumed what=clock-resolution reason=why-pause-over due=2026-03-04 16:35 | why-line at=2026-03-03 14:05 what=why-breached what=clock-first-response due=2026-03-03 09:35 | why-line at=2026-03-03 14:05 what=why-met what=clock-first-response by=Anna wall=1 d 0 h working=8 h 30 min | why-due what=clock-resolution due=2026-03-04 16:35 calendar=office
        ",
    );
}

#[test]
fn a_pause_that_ended_while_nobody_looked_makes_no_clock_stand_when_the_customer_writes() {
    check(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !wait 10m
        1 < shows waiting
        1 < bridge: waits-for-customer until=2026-03-02 14:15
        down 1h
        mia: Are you there?
        1 < Mia: Are you there?
        1 < bridge: customer-is-back due=2026-03-03 09:15
        1 < shows waiting
        Anna in 1: !wait nonsense
        1 < bridge: no-such-time text=nonsense | now-due due=2026-03-03 09:15 policy=standard what=response
        ",
    );
}

#[test]
fn an_answer_that_is_stopped_after_the_closing_leaves_no_clock_behind() {
    check(
        ReplyMode::Confirm,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: Here you are
        1 < Anna-1 pending
        1 < bridge: reply-held seconds=10 prefix=!
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        Anna in 1: !stop
        1 < Anna-1 refused
        1 < shows closed
        1 < bridge: stopped count=1
        wait 48h
        Anna in 1: !reopen
        1 < shows waiting
        1 < bridge: reopened by=Anna
        Anna in 1: Here you are
        1 < Anna-5 pending
        1 < bridge: reply-held seconds=10 prefix=!
        wait 1m
        mia < Anna (Support): Here you are
        1 < Anna-5 delivered
        1 < shows answered
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-met what=clock-resolution by=Anna wall=0 s working=0 s | why-line at=2026-03-02 14:05 what=why-voided what=clock-first-response by=Anna reason=why-closed | why-line at=2026-03-04 14:05 what=why-started what=clock-first-response since=2026-03-04 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-05 09:05 | why-line at=2026-03-04 14:05 what=why-started what=clock-resolution since=2026-03-04 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-06 16:05 | why-line at=2026-03-04 14:05 what=why-met what=clock-first-response by=Anna wall=10 s working=10 s | why-due what=clock-resolution due=2026-03-06 16:05 calendar=office
        ",
    );
}

#[test]
fn an_answer_that_is_refused_after_the_closing_leaves_no_clock_behind() {
    check(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        outbox stops
        Anna in 1: !r Here you are
        Anna in 1: !close
        mia fails: refused message
        outbox goes on
        1 < shows closed
        1 < bridge: closed by=Anna
        1 < shows closed
        1 < Anna-1 refused
        1 < bridge: reply-refused reason=it says no
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-met what=clock-resolution by=Anna wall=0 s working=0 s | why-line at=2026-03-02 14:05 what=why-voided what=clock-first-response by=Anna reason=why-closed | why-no-clock
        ",
    );
}

#[test]
fn a_policy_that_knows_no_deadline_takes_none_back_and_forgets_no_pause() {
    check(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !wait
        1 < shows waiting
        1 < bridge: waits-for-customer until=2026-03-09 14:05
        wait 30m
        Anna in 1: !resume
        1 < shows waiting
        1 < bridge: resumed | now-due due=2026-03-03 09:35 policy=standard what=response
        Anna in 1: !policy silent
        1 < shows waiting
        1 < bridge: policy-is policy=silent
        Anna in 1: !policy none
        1 < shows waiting
        1 < bridge: policy-is policy=standard | now-due due=2026-03-03 09:35 policy=standard what=response
        wait 24h
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:35 left=17 h 00 min about=Hello
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:35 left=48 min about=Hello
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:35 over=0 s about=Hello
        1 < shows overdue
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:35 over=4 h 00 min about=Hello
        Anna in 1: !policy silent
        1 < bridge: policy-is policy=silent | now-due due=2026-03-03 09:35 policy=standard what=late-response
        Anna in 1: !policy none
        1 < bridge: policy-is policy=standard | now-due due=2026-03-03 09:35 policy=standard what=late-response
        wait 1h
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:35 left=1 d 1 h about=Hello
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-paused what=clock-first-response by=Anna reason=why-waiting-for-customer until=2026-03-09 14:05 | why-line at=2026-03-02 14:05 what=why-paused what=clock-resolution by=Anna reason=why-waiting-for-customer until=2026-03-09 14:05 | why-line at=2026-03-02 14:35 what=why-resumed what=clock-first-response reason=why-asked due=2026-03-03 09:35 | why-line at=2026-03-02 14:35 what=why-resumed what=clock-resolution reason=why-asked due=2026-03-04 16:35 | why-line at=2026-03-02 14:35 what=why-voided what=clock-first-response by=Anna reason=why-policy-changed | why-line at=2026-03-02 14:35 what=why-voided what=clock-resolution by=Anna reason=why-policy-changed | why-line at=2026-03-02 14:35 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:35 | why-line at=2026-03-02 14:35 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:35 | why-line at=2026-03-02 16:35 what=why-told what=clock-first-response percent=50 who=to-assignee | why-line at=2026-03-03 08:47 what=why-told what=clock-first-response percent=80 who=to-assignee, to-team | why-line at=2026-03-03 09:35 what=why-breached what=clock-first-response due=2026-03-03 09:35 | why-line at=2026-03-03 09:35 what=why-told what=clock-first-response percent=100 who=to-team, to-managers | why-line at=2026-03-03 13:35 what=why-told what=clock-first-response percent=200 who=to-managers | why-line at=2026-03-03 14:35 what=why-voided what=clock-resolution by=Anna reason=why-policy-changed | why-line at=2026-03-03 14:35 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:35 | why-line at=2026-03-03 15:35 what=why-told what=clock-resolution percent=50 who=to-assignee | why-due what=clock-first-response due=2026-03-03 09:35 calendar=office
        ",
    );
}

#[test]
fn a_claim_waits_for_nothing_once_no_answer_is_owed() {
    check(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        Anna in 1: !noreply
        1 < shows answered
        1 < bridge: no-reply-noted | now-due due=2026-03-04 16:05 policy=standard what=resolution
        wait 24h
        noa: Hello
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hello
        Anna in 2: !claim
        2 < shows waiting
        2 < bridge: claimed agent=Anna
        Anna in 2: !close
        2 < shows closed
        2 < bridge: closed by=Anna
        wait 24h
        1 < bridge calls Anna: Anna: | warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:05 left=1 d 1 h about=Hello
        1 < bridge calls Anna: Anna: | warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:05 left=4 h 00 min about=Hello
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:05 left=4 h 00 min about=Hello
        ",
    );
}

#[test]
fn what_stands_can_be_put_off_anew_and_who_cannot_is_told_why() {
    check(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !snooze 30m
        1 < shows waiting
        1 < bridge: snoozed until=2026-03-02 14:35
        wait 10m
        Anna in 1: !snooze tomorrow
        1 < shows waiting
        1 < bridge: snoozed until=2026-03-03 09:00
        Anna in 1: !policy restless
        1 < shows waiting
        1 < bridge: policy-is policy=restless | now-due due=2026-03-03 09:15 policy=restless what=response
        Anna in 1: !wait
        1 < bridge: nothing-to-pause why=policy | now-due due=2026-03-03 09:15 policy=restless what=response
        Anna in 1: !policy none
        1 < shows waiting
        1 < bridge: policy-is policy=standard | now-due due=2026-03-03 09:15 policy=standard what=response
        wait 48h
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:15 left=17 h 00 min about=Hello
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:15 left=48 min about=Hello
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:15 over=0 s about=Hello
        1 < shows overdue
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 09:15 over=4 h 00 min about=Hello
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:15 left=1 d 1 h about=Hello
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-04 16:15 left=4 h 00 min about=Hello
        Anna in 1: !wait
        1 < bridge: waits-for-customer until=2026-03-11 14:15 | now-due due=2026-03-03 09:15 policy=standard what=late-response
        Anna in 1: !noreply
        1 < shows answered
        1 < bridge: no-reply-noted
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        Anna in 1: !wait
        1 < bridge: nothing-to-pause why=no-clock
        ",
    );
}

#[test]
fn nobody_is_told_at_night_that_a_pause_or_a_claim_is_over() {
    check(
        ReplyMode::Explicit,
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !policy sleepy
        1 < shows waiting
        1 < bridge: policy-is policy=sleepy | now-due due=2026-03-02 18:05 policy=sleepy what=response
        Anna in 1: !snooze 4h
        1 < shows waiting
        1 < bridge: snoozed until=2026-03-02 18:05
        noa: Hello
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Hello
        Anna in 2: !policy sleepy
        2 < shows waiting
        2 < bridge: policy-is policy=sleepy | now-due due=2026-03-02 18:05 policy=sleepy what=response
        Anna in 2: !claim
        2 < shows waiting
        2 < bridge: claimed agent=Anna
        wait 4h
        2 < bridge calls Anna: Anna: | warn-response customer=Noa number=2 since=2026-03-02 14:05 due=2026-03-02 18:05 left=2 h 00 min about=Hello
        1 < shows waiting
        2 < shows overdue
        wait 24h
        1 < shows overdue
        2 < bridge calls Anna: claim-expired agent=Anna
        2 < shows overdue
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 22:05 over=9 h 55 min about=Hello
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Noa number=2 since=2026-03-02 14:05 due=2026-03-02 18:05 over=13 h 55 min about=Hello
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 14:05 left=6 h 05 min about=Hello
        hall < bridge: warn-resolution customer=Noa number=2 since=2026-03-02 14:05 due=2026-03-03 10:05 left=2 h 05 min about=Hello
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 14:05 left=4 h 00 min about=Hello
        hall < bridge calls Bernd: Bernd: | overdue-resolution customer=Noa number=2 since=2026-03-02 14:05 due=2026-03-03 10:05 over=0 s about=Hello
        hall < bridge calls Bernd: Bernd: | overdue-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 14:05 over=0 s about=Hello
        ",
    );
}

#[test]
fn what_was_missed_before_anybody_looked_stays_missed_under_another_policy() {
    check(
        ReplyMode::Explicit,
        "
        mia: This is broken again!
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: This is broken again!
        down 2h
        Anna in 1: !tag -complaint
        1 < shows waiting
        1 < bridge: no-tags | priority-is priority=normal | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-tagged tags=complaint by=complaint | why-line at=2026-03-02 14:05 what=why-priority priority=high by=complaint | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=complaints allowed=1 h 00 min calendar=always due=2026-03-02 15:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=complaints allowed=20 h 00 min calendar=always due=2026-03-03 10:05 | why-line at=2026-03-02 16:05 what=why-tagged tags=– by=Anna | why-line at=2026-03-02 16:05 what=why-priority-fell priority=normal by=Anna | why-line at=2026-03-02 16:05 what=why-breached what=clock-first-response due=2026-03-02 15:05 | why-line at=2026-03-02 16:05 what=why-moved what=clock-first-response policy=standard reason=why-case-changed by=Anna due=2026-03-03 09:05 | why-line at=2026-03-02 16:05 what=why-moved what=clock-resolution policy=standard reason=why-case-changed by=Anna due=2026-03-04 16:05 | why-due what=clock-first-response due=2026-03-03 09:05 calendar=office
        Bernd in hall: !sla
        hall < bridge: figures-subject subject=sla · figures-period name=week from=2026-03-02 to=2026-03-08 | complaints: | – clock-first-response: figures-cell measure=in-time value=0 % (0/1) · figures-cell measure=missed value=1 | restless: – | silent: – | sleepy: – | standard: – | figures-total period=figures-period name=week from=2026-03-02 to=2026-03-08 n=0 median=– p90=– | figures-now unanswered=1 oldest=2 h 00 min overdue=0 paused=0 untimed=0 | figures-define command=!sla definition
        ",
    );
}
