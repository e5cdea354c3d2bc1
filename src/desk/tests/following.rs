//! Running clocks follow a changed configuration. It is Monday, five past two; the office is open on weekdays from 8 to
//! 17, and answers are due within four hours of it.

use super::desk::deadlines;
use super::script::Stage;
use crate::calendar::Calendar;
use crate::clock::Why;
use crate::fingerprint;
use crate::policy::{Addressee, Deadlines, Step};
use crate::rows::{Row, Thread};
use crate::{Decision, Fact, Input, Key, ReplyMode};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::ThreadId;
use std::sync::Arc;

/// A desk that has started, and on which something happened.
fn started(script: &str) -> Stage {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.deadlines = deadlines();
    starts(&mut stage, |_| {});
    stage.play(script);
    stage
}

/// The bridge starts again, with a configuration that was changed. Tells what it decided.
fn starts(stage: &mut Stage, change: impl FnOnce(&mut Deadlines)) -> Decision {
    let mut deadlines = stage.desk.setup.deadlines.as_ref().clone();
    change(&mut deadlines);
    stage.desk.setup.deadlines = Arc::new(deadlines);
    let decision = stage.desk.decide(&Input::Started);
    stage.desk.repeat(&Input::Started);
    decision
}

/// Answers are due after other spans.
fn within(hours: i64) -> impl Fn(&mut Deadlines) {
    move |deadlines| {
        for policy in &mut deadlines.policies {
            policy.first_response = Some(SignedDuration::from_hours(hours));
        }
    }
}

fn at_percent(percents: &[u32]) -> impl Fn(&mut Deadlines) {
    move |deadlines| {
        for policy in &mut deadlines.policies {
            let step = |percent: &u32| Step { percent: *percent, tell: vec![Addressee::Team] };
            policy.steps = percents.iter().map(step).collect();
        }
    }
}

fn thread(stage: &Stage, number: u64) -> &Thread {
    let Some(Row::Thread(thread)) = stage.desk.whole.rows.get(&Key::Thread(ThreadId(number))) else {
        panic!("there is no thread {number}")
    };
    thread
}

/// The first clock of a thread: when it is due, and when who is told.
fn clock(stage: &Stage, number: u64) -> String {
    let time = |at: Timestamp| at.strftime("%a %H:%M").to_string();
    let Some(clock) = thread(stage, number).clocks.first() else { return "none".to_owned() };
    let steps: Vec<_> =
        clock.steps.iter().map(|step| format!("{} {}", step.percent, time(step.at))).collect();
    format!("{}: {}", time(clock.due), steps.join(", "))
}

/// How many clocks were moved because the policy changed.
fn moved(stage: &Stage) -> usize {
    let is_moved = |fact: &Fact| matches!(fact, Fact::ClockMoved { why: Why::PolicyChanged, .. });
    stage.desk.events.iter().filter(|event| is_moved(&event.fact)).count()
}

/// The next page is decided on, and taken over.
fn page(stage: &mut Stage) -> Decision {
    stage.desk.now += SignedDuration::from_secs(1);
    let (_, key) = stage.desk.next_timer(stage.desk.now).expect("there is more to do");
    stage.desk.decide(&Input::Due(key))
}

/// So many customers who wait.
fn waiting(count: u64) -> Stage {
    let script: Vec<_> = (1..=count).map(|n| format!("c{n}: Hello")).collect();
    started(&script.join("\n"))
}

#[test]
fn a_shorter_time_holds_for_what_runs_and_why_tells_it() {
    let mut stage = started("mia: Hello");
    assert_eq!(clock(&stage, 1), "Tue 09:05: 50 Mon 16:05, 80 Tue 08:17, 100 Tue 09:05, 200 Tue 13:05");
    starts(&mut stage, within(2));
    assert_eq!(clock(&stage, 1), "Tue 09:05: 50 Mon 16:05, 80 Tue 08:17, 100 Tue 09:05, 200 Tue 13:05");
    let seen = stage.play("wait 1s");
    assert_eq!(seen, ["wait 1s", "1 < shows waiting"], "the card says the new one");
    assert_eq!(clock(&stage, 1), "Mon 16:05: 50 Mon 15:05, 80 Mon 15:41, 100 Mon 16:05, 200 Tue 09:05");
    let why = stage.play("Anna in 1: !why").join("\n");
    let line = "why-moved what=clock-first-response policy=standard reason=why-policy-changed by=– due=2026-03-02 16:05";
    assert!(why.contains(line), "{why}");
    // the resolution is allowed what it was, and says nothing
    assert_eq!(moved(&stage), 1);
}

#[test]
fn a_time_that_is_over_already_is_told_at_once_and_only_once() {
    let mut stage = started("mia: Hello\nwait 90m");
    starts(&mut stage, within(1));
    let seen = stage.play("wait 1s");
    let told: Vec<_> = seen.iter().filter(|line| line.contains("overdue-response")).collect();
    assert_eq!(told.len(), 1, "{seen:#?}");
    assert!(told[0].contains("due=2026-03-02 15:05 over=30 min"), "{told:?}");
    starts(&mut stage, |_| {});
    assert_eq!(stage.play("wait 20m").len(), 1);
}

#[test]
fn a_longer_time_takes_the_alarm_back_and_leaves_the_verdict() {
    let mut stage = started("mia: Hello\nwait 20h");
    let breaches = |stage: &Stage| {
        let events = stage.desk.events.iter();
        events.filter(|event| matches!(event.fact, Fact::ClockBreached { .. })).count()
    };
    assert_eq!(breaches(&stage), 1);
    starts(&mut stage, within(6));
    assert_eq!(stage.play("wait 1s"), ["wait 1s", "1 < shows waiting"]);
    // half of six hours is over as well; what lies ahead once more is told once more
    assert_eq!(clock(&stage, 1), "Tue 11:05: 100 Tue 11:05, 200 Wed 08:05");
    let seen = stage.play("wait 2h");
    assert!(seen.iter().any(|line| line.contains("overdue-response")), "{seen:#?}");
    assert_eq!(breaches(&stage), 2);
}

#[test]
fn what_stays_past_due_under_a_longer_time_is_missed_once() {
    let mut stage = started("mia: Hello\nwait 24h");
    starts(&mut stage, within(5));
    assert_eq!(stage.play("wait 1s"), ["wait 1s", "1 < shows overdue"]);
    let breaches = stage.desk.events.iter().filter(|event| matches!(event.fact, Fact::ClockBreached { .. }));
    assert_eq!(breaches.count(), 1);
    assert_eq!(clock(&stage, 1), "Tue 10:05: 200 Tue 15:05");
}

#[test]
fn other_warnings_are_given_from_then_on_and_none_twice() {
    let mut stage = started("mia: Hello\nwait 2h");
    starts(&mut stage, at_percent(&[40, 60, 90, 100]));
    stage.play("wait 1s");
    assert_eq!(clock(&stage, 1), "Tue 09:05: 60 Mon 16:29, 90 Tue 08:41, 100 Tue 09:05");
    // nobody was told yet
    let mut stage = started("mia: Hello");
    starts(&mut stage, at_percent(&[30, 150]));
    stage.play("wait 1s");
    assert_eq!(clock(&stage, 1), "Tue 09:05: 30 Mon 15:17, 150 Tue 11:05");
}

#[test]
fn another_calendar_of_the_same_name_counts_anew() {
    let mut stage = started("mia: Hello");
    starts(&mut stage, |deadlines| {
        let office = Arc::new(Calendar::always("office", TimeZone::UTC));
        deadlines.policies[1].calendar = Arc::clone(&office);
        deadlines.calendars.insert("office".to_owned(), office);
    });
    stage.play("wait 1s");
    assert_eq!(clock(&stage, 1), "Mon 18:05: 50 Mon 16:05, 80 Mon 17:17, 100 Mon 18:05, 200 Mon 22:05");
}

#[test]
fn a_clock_that_stands_goes_on_under_what_holds_then() {
    let mut stage = started("mia: Hello\nAnna in 1: !snooze 1h");
    starts(&mut stage, within(1));
    stage.play("wait 61m");
    assert_eq!(clock(&stage, 1), "Mon 16:05: 50 Mon 15:35, 80 Mon 15:53, 100 Mon 16:05, 200 Tue 08:05");
}

#[test]
fn a_deadline_that_is_gone_ends_its_clock_and_a_new_one_starts_where_somebody_waits() {
    let mut stage = started("mia: Hello\nben: Hello\nAnna in 2 to ben-1: Good day");
    starts(&mut stage, |deadlines| deadlines.policies.clear());
    stage.play("wait 1s");
    assert_eq!((clock(&stage, 1).as_str(), clock(&stage, 2).as_str()), ("none", "none"));
    let voided = |fact: &Fact| matches!(fact, Fact::ClockVoided { why: Why::PolicyChanged, .. });
    assert_eq!(stage.desk.events.iter().filter(|event| voided(&event.fact)).count(), 3);
    stage.play("zoe: Hello");
    starts(&mut stage, |now| now.policies.clone_from(&deadlines().policies));
    stage.play("wait 1s");
    assert!(clock(&stage, 1).starts_with("Tue 09:05"), "{}", clock(&stage, 1));
    assert!(clock(&stage, 3).starts_with("Tue 09:05"), "{}", clock(&stage, 3));
    assert_eq!(clock(&stage, 2), "none", "nobody waits for an answer, and the resolution was given up");
}

#[test]
fn the_first_start_moves_nothing_and_an_unchanged_one_neither() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play("mia: Hello");
    stage.desk.setup.deadlines = deadlines();
    let decision = starts(&mut stage, |_| {});
    assert_eq!(decision.writes.len(), 1, "what holds is noted: {:?}", decision.writes);
    assert_eq!(starts(&mut stage, |_| {}), Decision::default());
    assert_eq!(stage.play("wait 1h"), ["wait 1h"]);
    assert_eq!(clock(&stage, 1), "none", "as no release before this one knew");
}

#[test]
fn many_are_moved_a_few_at_a_time_however_many_wait() {
    let mut stage = waiting(130);
    let decision = starts(&mut stage, within(2));
    assert!(decision.events.is_empty() && decision.writes.len() <= 3, "{:?}", decision.writes);
    let mut pages = Vec::new();
    while moved(&stage) < 130 {
        pages.push(page(&mut stage).events.len());
    }
    // a page ends with its hundred, counted from 0
    assert_eq!(pages, [25, 25, 25, 24, 25, 6]);
    stage.play("wait 1s");
    assert!((1..=130).all(|number| clock(&stage, number).starts_with("Mon 16:05")));
    assert_eq!(moved(&stage), 130);
    assert_eq!(starts(&mut stage, |_| {}), Decision::default());
}

#[test]
fn what_was_cut_short_goes_on_where_it_was() {
    let mut stage = waiting(60);
    starts(&mut stage, within(2));
    page(&mut stage);
    assert_eq!(moved(&stage), 25);
    // a decision that was not kept never was
    let (_, key) = stage.desk.next_timer(stage.desk.now + SignedDuration::from_secs(1)).unwrap();
    assert_eq!(stage.desk.decision(&Input::Due(key)).events.len(), 25);
    assert_eq!(starts(&mut stage, |_| {}), Decision::default());
    stage.play("wait 1s");
    assert_eq!(moved(&stage), 60);
}

#[test]
fn what_changes_once_more_meanwhile_begins_anew() {
    let mut stage = waiting(60);
    starts(&mut stage, within(2));
    page(&mut stage);
    starts(&mut stage, within(4));
    stage.play("wait 1s");
    assert_eq!(moved(&stage), 50, "there and back; the others never knew");
    assert!((1..=60).all(|number| clock(&stage, number).starts_with("Tue 09:05")));
}

#[test]
fn a_clock_on_the_wall_that_goes_back_does_not_hold_it_up() {
    let mut stage = waiting(30);
    starts(&mut stage, within(2));
    page(&mut stage);
    stage.desk.now -= SignedDuration::from_hours(5);
    starts(&mut stage, |_| {});
    stage.play("wait 1s");
    assert_eq!(moved(&stage), 30);
}

#[test]
fn who_writes_meanwhile_is_timed_by_the_new_one_from_the_beginning() {
    let mut stage = waiting(30);
    starts(&mut stage, within(2));
    page(&mut stage);
    stage.play("mia: Hello\nwait 1s");
    assert!(clock(&stage, 31).starts_with("Mon 16:05"), "{}", clock(&stage, 31));
    assert_eq!(moved(&stage), 30);
}

#[test]
fn closed_threads_and_answered_ones_are_left_alone() {
    let mut stage = started("mia: Hello\nAnna in 1: !close\nben: Hello\nAnna in 2 to ben-1: Good day");
    starts(&mut stage, within(2));
    assert_eq!(stage.play("wait 1s"), ["wait 1s"]);
    assert_eq!(moved(&stage), 0);
}

#[test]
fn the_fingerprint_is_another_one_where_a_clock_would_be_and_only_there() {
    let is_same = |change: &dyn Fn(&mut Deadlines)| {
        let mut deadlines = deadlines().as_ref().clone();
        let before = fingerprint::of(&deadlines);
        change(&mut deadlines);
        before == fingerprint::of(&deadlines)
    };
    assert!(is_same(&|_| {}));
    assert!(is_same(&|deadlines| deadlines.policies[0].pause_waiting = false));
    assert!(is_same(&|deadlines| deadlines.policies[0].claim_within = None));
    let changes: [&dyn Fn(&mut Deadlines); 9] = [
        &within(3),
        &at_percent(&[50]),
        &|deadlines| deadlines.policies.reverse(),
        &|deadlines| deadlines.policies[1].name = "usual".to_owned(),
        &|deadlines| deadlines.policies[1].resolution = None,
        &|deadlines| deadlines.policies[1].when.tags.extend(["refund".to_owned()]),
        &|deadlines| deadlines.policies[1].steps[0].tell.push(Addressee::Managers),
        &|deadlines| deadlines.policies[1].notices = Some(Arc::clone(&deadlines.policies[1].calendar)),
        &|deadlines| deadlines.policies[1].calendar = Arc::new(Calendar::always("office", TimeZone::UTC)),
    ];
    for (number, change) in changes.iter().enumerate() {
        assert!(!is_same(change), "change {number}");
    }
}
