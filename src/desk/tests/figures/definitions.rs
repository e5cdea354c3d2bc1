//! Each definition, and each trap that others fell into.

use super::super::desk::{deadlines, own_rules};
use super::super::script::Stage;
use crate::figures::{Ask, Cell, Line, Report, Subject, report};
use crate::state::Rows;
use crate::{Missing, ReplyMode};
use port::AgentName;
use std::fmt::Write as _;

/// A day on which things happen: Monday, 14:05, the office closes at 17.
pub(super) fn day(script: &str) -> Stage {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.deadlines = deadlines();
    stage.play(script);
    stage
}

pub(in crate::tests) fn ask(stage: &mut Stage, subject: Subject, words: &str, whose: Option<&str>) -> Report {
    let today = stage.desk.now.to_zoned(stage.desk.setup.time_zone.clone()).date();
    answered(stage, &Ask::read(subject, words, today, "!").unwrap(), whose)
}

/// What a digest asks, of no period yet.
pub(super) fn ask_of_digest(stage: &Stage) -> Ask {
    let today = stage.desk.now.to_zoned(stage.desk.setup.time_zone.clone()).date();
    Ask::read(Subject::Digest, "", today, "!").unwrap()
}

pub(super) fn answered(stage: &mut Stage, ask: &Ask, whose: Option<&str>) -> Report {
    let whose = whose.map(AgentName::new);
    loop {
        let (desk, rows) = (&stage.desk, Rows::new(&stage.desk.whole));
        match report(&rows, desk.setup.speaker(), desk.now, "support", ask, whose.as_ref()) {
            Ok(report) => return report,
            Err(Missing::Scan(scan)) => stage.desk.whole.answer(scan),
            Err(Missing::Row(key)) => panic!("{key:?} is known"),
        }
    }
}

/// A line as `name: measure value, …`, without what is nothing.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are seldom")]
pub(super) fn shown(report: &Report, line: &Line) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Span(span) => format!("{span:#}"),
        Cell::Share(part, all) => format!("{part}/{all}"),
        Cell::Name(name) => name.clone(),
        Cell::Nothing => String::new(),
        other => format!("{other:?}"),
    };
    let mut shown = cell(&line.name);
    for (column, value) in report.columns.iter().zip(&line.cells) {
        if !matches!(value, Cell::Nothing | Cell::Number(0) | Cell::Share(_, 0)) {
            let clock = column.clock.map(|clock| format!("{}.", clock.word())).unwrap_or_default();
            write!(shown, " {clock}{}={}", column.measure.word(), cell(value)).unwrap();
        }
    }
    shown.trim().to_owned()
}

#[track_caller]
pub(super) fn check(stage: &mut Stage, subject: Subject, words: &str, wanted: &[&str]) {
    let report = ask(stage, subject, words, None);
    let lines: Vec<String> = report.lines.iter().map(|line| shown(&report, line)).collect();
    assert_eq!(lines, wanted, "{words}");
}

/// The lines of a clock, without its other measures.
#[track_caller]
pub(super) fn check_clock(stage: &mut Stage, words: &str, clock: &str, wanted: &[&str]) {
    let report = ask(stage, Subject::Stats, words, None);
    let only = |line: &Line| {
        let all = shown(&report, line);
        let start = format!("{clock}.");
        let name = all.split(' ').next().filter(|word| !word.contains('=')).map(str::to_owned);
        let parts = all.split(' ').filter_map(|part| part.strip_prefix(&start)).map(str::to_owned);
        name.into_iter().chain(parts).collect::<Vec<_>>().join(" ")
    };
    let lines: Vec<String> = report.lines.iter().map(only).filter(|line| line.contains('=')).collect();
    assert_eq!(lines, wanted, "{words}");
}

#[test]
fn a_first_response_goes_from_the_platforms_time_to_the_delivery() {
    let mut stage = day("
        mia (20m ago): Hello
        wait 10m
        outbox stops
        Anna in 1 to mia-1: Good day
        wait 5m
        outbox goes on
        Anna in 1: !who
        ");
    check_clock(&mut stage, "", "first_response", &["n=1 median=35m p90=35m max=35m mean=35m"]);
}

#[test]
fn the_period_is_the_one_in_which_it_ended() {
    let mut stage = day("
        mia: Hello
        wait 20h
        Anna in 1 to mia-1: Good day
        ");
    check_clock(&mut stage, "yesterday", "first_response", &[]);
    check_clock(&mut stage, "today", "first_response", &["n=1 median=20h p90=20h max=20h mean=20h"]);
    check(&mut stage, Subject::Stats, "yesterday", &["messages=1 opened=1"]);
}

#[test]
fn the_day_is_the_teams_own() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.deadlines = deadlines();
    // 14:05 UTC is after midnight
    stage.desk.setup.time_zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    stage.play(
        "
        mia (1h ago): Hello
        wait 1h
        Anna in 1 to mia-1: Good day
        ",
    );
    check(&mut stage, Subject::Stats, "yesterday", &["messages=1 opened=1"]);
    check_clock(&mut stage, "today", "first_response", &["n=1 median=2h p90=2h max=2h mean=2h"]);
    let report = ask(&mut stage, Subject::Stats, "week by day", None);
    let days: Vec<_> = report.lines.iter().map(|line| line.name.clone()).collect();
    let day = |day| Cell::Day(jiff::civil::date(2026, 3, day));
    assert_eq!(days, [day(2), day(3)]);
}

#[test]
fn credit_goes_to_whoever_answered_and_not_to_the_assignee() {
    let mut stage = day("
        mia: Hello
        Anna in 1: !claim
        wait 10m
        Bernd in 1 to mia-1: Good day
        ");
    check_clock(&mut stage, "by agent", "first_response", &["Bernd n=1 median=10m p90=10m max=10m mean=10m"]);
}

#[test]
fn a_note_a_reaction_and_a_refused_reply_are_no_response() {
    let mut stage = day("
        mia: Hello
        wait 10m
        Anna in 1: I will look
        mia fails: refused message
        Anna in 1 to mia-1: Good day
        ");
    check(&mut stage, Subject::Stats, "", &["messages=1 opened=1"]);
    let report = ask(&mut stage, Subject::Stats, "", None);
    assert_eq!(report.standing.threads.unanswered(), 1);
}

#[test]
fn a_next_response_is_one_for_each_run_of_messages() {
    let mut stage = day("
        mia: Hello
        Anna in 1 to mia-1: Good day
        wait 10m
        mia: One
        wait 10m
        mia: Two
        wait 10m
        Anna in 1 to mia-3: Both
        Anna in 1 to mia-3: And one more
        ");
    check_clock(&mut stage, "", "next_response", &["n=1 median=20m p90=20m max=20m mean=20m"]);
    check(
        &mut stage,
        Subject::Stats,
        "by agent",
        &["Anna answers=3 \
        first_response.n=1 first_response.median=0s first_response.p90=0s first_response.max=0s first_response.mean=0s \
        next_response.n=1 next_response.median=20m next_response.p90=20m next_response.max=20m next_response.mean=20m"],
    );
}

#[test]
fn a_reopened_thread_is_a_new_episode_and_not_a_long_wait() {
    let mut stage = day("
        mia: Hello
        Anna in 1 to mia-1: Good day
        Anna in 1: !close
        wait 20h
        mia: Once more
        wait 10m
        Anna in 1 to mia-2: Yes
        Anna in 1: !close
        ");
    let ten = "n=1 median=10m p90=10m max=10m mean=10m";
    check_clock(&mut stage, "", "first_response", &[ten]);
    check_clock(&mut stage, "", "resolution", &[ten]);
    check(&mut stage, Subject::Stats, "by tag", &[]);
    let counts = ask(&mut stage, Subject::Stats, "week", None);
    let counts = shown(&counts, &counts.lines[0]);
    assert!(counts.starts_with("messages=2 opened=1 reopened=1 closed=2 answers=2 "), "{counts}");
}

#[test]
fn a_message_counts_under_the_tags_that_rules_give_for_it() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.rules = own_rules(
        r#"
        [[rules]]
        name = "broken"
        match = 'broken'
        tags = ["complaint"]

        [[rules]]
        name = "money"
        match = 'money'
        tags = ["refund"]
        "#,
    );
    stage.play("mia: It is broken");
    check(&mut stage, Subject::Stats, "by tag", &["complaint messages=1 opened=1"]);
    stage.play("mia: I want my money back\nmia: Now");
    check(&mut stage, Subject::Stats, "by tag", &["complaint messages=3 opened=1", "refund messages=2"]);
    // what is taken away does not count from then on
    stage.play("Anna in 1: !tag -complaint\nmia: Hello?");
    let lines = ["complaint messages=3 opened=1", "refund messages=3"];
    check(&mut stage, Subject::Stats, "by tag", &lines);
}

#[test]
fn who_is_not_answered_stands_beside_every_statistic() {
    let mut stage = day("
        mia: Hello
        ben: Hello
        Anna in 2 to ben-1: Good day
        wait 40m
        ");
    for (subject, words) in [
        (Subject::Stats, "today"),
        (Subject::Stats, "last month by channel"),
        (Subject::Sla, ""),
        (Subject::Agents, ""),
        (Subject::Overdue, ""),
        (Subject::Backlog, ""),
        (Subject::Breaches, ""),
        (Subject::Compare, ""),
    ] {
        let report = ask(&mut stage, subject, words, None);
        let standing = report.standing;
        let waits = standing.oldest.map(|since| stage.desk.now.duration_since(since).as_mins());
        assert_eq!((standing.threads.unanswered(), waits), (1, Some(40)), "{subject:?}");
        // and how many there are, with median and p90
        let has_own = report.columns.iter().any(|column| column.measure == crate::figures::Measure::N);
        assert!(has_own || report.total.is_some(), "{subject:?}");
        assert!(!report.definitions.is_empty(), "{subject:?}");
    }
}

#[test]
fn a_clock_that_stands_is_not_running_but_not_forgotten() {
    let mut stage = day("
        mia: Hello
        Anna in 1: !snooze 2h
        ");
    let threads = ask(&mut stage, Subject::Backlog, "", None).standing.threads;
    assert_eq!((threads.unanswered(), threads.paused, threads.all()), (0, 1, 1));
}

#[test]
fn what_is_voided_is_not_met() {
    let mut stage = day("
        mia: Thanks
        Anna in 1: !noreply
        ");
    check(&mut stage, Subject::Stats, "", &["messages=1 opened=1 first_response.voided=1"]);
    check(&mut stage, Subject::Sla, "", &["complaints", "standard first_response.voided=1"]);
}

#[test]
fn closing_without_an_answer_is_seen_and_is_no_quick_answer() {
    let mut stage = day("
        mia: Hello
        Anna in 1: !close
        ");
    check(
        &mut stage,
        Subject::Stats,
        "",
        &["messages=1 opened=1 closed=1 closed-unanswered=1 \
        first_response.voided=1 \
        resolution.n=1 resolution.median=0s resolution.p90=0s resolution.max=0s resolution.mean=0s"],
    );
    check_clock(&mut stage, "by agent", "first_response", &["Anna voided=1"]);
    // an answer before the closing is one, and "thanks" without one is noted
    let mut stage = day("
        mia: Hello
        Anna in 1 to mia-1: Good day
        mia: Thanks
        Anna in 1: !noreply
        Anna in 1: !close
        ");
    let report = ask(&mut stage, Subject::Stats, "", None);
    assert!(shown(&report, &report.lines[0]).starts_with("messages=2 opened=1 closed=1 answers=1 "));
}

#[test]
fn what_somebody_gives_up_counts_for_them() {
    let mut stage = day("
        mia: Broken
        Anna in 1: !tag complaint
        eva: Broken
        Anna in 2: !tag complaint
        ben: Hello
        Anna in 3 to ben-1: Good day
        ann: Hello
        Anna in 4: !noreply
        wait 2h
        Anna in 1: !noreply
        Bernd in 2: !tag -complaint
        ");
    // one in time, one given up after its time, one before it; Bernd gave up a deadline that was over
    let anna = "Anna n=1 in-time=1/2 missed=1 voided=1 answers=1";
    let wanted = [anna, "Bernd in-time=0/1 missed=1"];
    let report = ask(&mut stage, Subject::Agents, "", None);
    let lines: Vec<String> = report.lines.iter().map(|line| shown(&report, line)).collect();
    let brief = |line: &String| {
        let parts = line.split(' ').filter(|part| !part.starts_with("median") && !part.starts_with("p90"));
        parts.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(lines.iter().map(brief).collect::<Vec<_>>(), wanted);
    let wanted = ["Anna n=1 median=0s p90=0s max=0s mean=0s missed=1 voided=1", "Bernd missed=1"];
    check_clock(&mut stage, "by agent", "first_response", &wanted);
    // to the team it is the same
    check_clock(&mut stage, "", "first_response", &["n=1 median=0s p90=0s max=0s mean=0s missed=2 voided=1"]);
}

#[test]
fn closing_without_an_answer_is_seen_where_nothing_is_timed() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play(
        "
        mia: Hello
        Anna in 1: !close
        ben: Hello
        Anna in 2 to ben-1: Good day
        Anna in 2: !close
        ann: Hello
        eva: Hello
        outbox stops
        Anna in 4 to eva-1: Good day
        Anna in 4: !close
        ",
    );
    check(&mut stage, Subject::Stats, "", &["messages=4 opened=4 closed=3 closed-unanswered=1 answers=1"]);
    assert_eq!(ask(&mut stage, Subject::Stats, "", None).standing.threads.untimed, 1);
}

#[test]
fn working_time_and_wall_clock_time_are_kept_apart() {
    let mut stage = day("
        mia: Hello
        wait 20h
        Anna in 1 to mia-1: Good day
        ");
    check_clock(&mut stage, "wall", "first_response", &["n=1 median=20h p90=20h max=20h mean=20h"]);
    // 14:05 to 17:00, and 8:00 to 10:05
    check_clock(&mut stage, "working", "first_response", &["n=1 median=5h p90=5h max=5h mean=5h"]);
}

#[test]
fn the_hour_is_the_one_in_which_the_customer_wrote() {
    let mut stage = day("
        mia: Hello
        wait 20h
        Anna in 1 to mia-1: Good day
        ");
    let names = |stage: &mut Stage, words| {
        let report = ask(stage, Subject::Stats, words, None);
        report.lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut stage, "by hour"), [Cell::Hour(14)]);
    assert_eq!(names(&mut stage, "by weekday"), [Cell::Weekday(0)]);
    assert_eq!(names(&mut stage, "by weekhour"), [Cell::HourOfWeek(14)]);
}

#[test]
fn two_periods_are_compared_as_far_as_this_one_has_come() {
    // Monday 14:05 and 16:05, and a week later until 15:05
    let mut stage = day("
        mia: Hello
        Anna in 1 to mia-1: Good day
        wait 2h
        ben: Hello
        Anna in 2 to ben-1: Good day
        wait 166h
        ann: Hello
        Anna in 3 to ann-1: Good day
        wait 1h
        ");
    let report = ask(&mut stage, Subject::Compare, "week", None);
    let both: Vec<&Cell> = report.lines.iter().map(|line| &line.cells[0]).collect();
    assert_eq!(both, [&Cell::Number(1), &Cell::Number(1)]);
    let report = ask(&mut stage, Subject::Compare, "month", None);
    assert_eq!(report.lines[0].cells[0], Cell::Number(3));
}

#[test]
fn an_agent_reads_what_is_their_own() {
    let mut stage = day("
        mia: Hello
        ben: Hello
        Anna in 1: !claim
        Bernd in 2 to ben-1: Good day
        wait 30h
        ");
    let own = ask(&mut stage, Subject::Agents, "", Some("Anna"));
    assert_eq!(own.lines.iter().map(|line| shown(&own, line)).collect::<Vec<_>>(), ["Anna"]);
    let own = ask(&mut stage, Subject::Stats, "week by agent", Some("Anna"));
    assert!(own.lines.is_empty());
    let own = ask(&mut stage, Subject::Overdue, "", Some("Bernd"));
    assert!(own.lines.is_empty());
    let own = ask(&mut stage, Subject::Stats, "week by day", Some("Bernd"));
    assert_eq!(own.lines.len(), 1);
    assert_eq!(own.total.map(|total| total.n), Some(1));
}

#[test]
fn lists_say_how_many_they_leave_out() {
    let customers: Vec<String> = (0..34_u8)
        .map(|n| format!("c{}: Hello", char::from(b'a' + n % 26).to_string().repeat(1 + usize::from(n / 26))))
        .collect();
    let mut stage = day(&customers.join("\n"));
    stage.play("wait 22h");
    for subject in [Subject::Overdue, Subject::Breaches] {
        let report = ask(&mut stage, subject, "", None);
        assert_eq!(
            (report.lines.len(), report.notes.clone()),
            (30, vec![crate::figures::Note::More(4)]),
            "{subject:?}"
        );
        assert_eq!(report.standing.threads.overdue, 34);
    }
}
