//! What was missed: it is counted when it was due, and nothing that happens later takes it back.

use super::super::script::Stage;
use super::definitions::{answered, ask, ask_of_digest, check, check_clock, day, shown};
use crate::figures::{Ask, Cell, Subject};

#[test]
fn attainment_counts_those_that_are_overdue_now() {
    let mut stage = day("
        mia: Hello
        ben: Hello
        ann: Hello
        eva: Hello
        Anna in 1 to mia-1: Good day
        Anna in 2: !noreply
        wait 22h
        Anna in 3 to ann-1: Sorry
        ");
    let line = |stage: &mut Stage| {
        let report = ask(stage, Subject::Sla, "week", None);
        shown(&report, &report.lines[1])
    };
    // one in time, one late, one overdue now; the voided one is neither
    assert!(line(&mut stage).starts_with(
        "standard first_response.in-time=1/3 first_response.late=1 first_response.overdue-now=1 first_response.voided=1"
    ));
    // giving up what is overdue does not make it better
    stage.play("Anna in 4: !close");
    assert!(line(&mut stage).starts_with(
        "standard first_response.in-time=1/3 first_response.late=1 first_response.missed=1 first_response.voided=1"
    ));
}

#[test]
fn giving_up_in_the_second_after_the_deadline_is_missed_even_before_the_tick() {
    let mut stage = day("
        mia: Hello
        Anna in 1: !tag complaint
        ");
    stage.desk.now = stage.desk.now.checked_add(jiff::SignedDuration::from_secs(3601)).unwrap();
    stage.play("Anna in 1: !close");
    let report = ask(&mut stage, Subject::Sla, "", None);
    assert!(
        shown(&report, &report.lines[0])
            .starts_with("complaints first_response.in-time=0/1 first_response.missed=1 ")
    );
    let breaches = ask(&mut stage, Subject::Breaches, "", None);
    assert_eq!(breaches.lines.len(), 1);
}

#[test]
fn a_breach_counts_on_the_day_it_was_due_also_after_a_stop() {
    let mut stage = day("
        mia: Broken
        Anna in 1: !tag complaint
        ben: Broken
        Anna in 2: !tag complaint
        ");
    // the bridge is off until the next morning; one is looked at, the other one answered
    stage.desk.now += jiff::SignedDuration::from_hours(18);
    stage.play("Anna in 1 to mia-1: Sorry\nwait 1s");
    let listed = |stage: &mut Stage, words| ask(stage, Subject::Breaches, words, None);
    let (yesterday, today) = (listed(&mut stage, "yesterday"), listed(&mut stage, "today"));
    assert_eq!((yesterday.lines.len(), today.lines.len()), (2, 0));
    // the sum agrees with the list
    assert_eq!((yesterday.notes, today.notes), (Vec::new(), Vec::new()));
    let breaches = |stage: &mut Stage, name| {
        let of_day = ask(stage, Subject::Stats, name, None).period;
        let digest = Ask { period: of_day, ..ask_of_digest(stage) };
        let report = answered(stage, &digest, None);
        shown(&report, &report.lines[0]).contains("breaches=2")
    };
    assert_eq!((breaches(&mut stage, "yesterday"), breaches(&mut stage, "today")), (true, false));
    // what ends it still finds it
    stage.play("Bernd in 2 to ben-1: Sorry");
    let ended: Vec<Cell> =
        listed(&mut stage, "yesterday").lines.iter().map(|line| line.cells[4].clone()).collect();
    assert_eq!(ended, [Cell::Name("Bernd".to_owned()), Cell::Name("Anna".to_owned())]);
}

#[test]
fn a_deadline_that_moves_keeps_its_breach_on_record() {
    let mut stage = day("
        mia: Broken again
        Anna in 1: !tag complaint
        wait 2h
        ");
    let breaches = |stage: &mut Stage| {
        let report = ask(stage, Subject::Breaches, "", None);
        report.lines.iter().map(|line| shown(&report, line)).collect::<Vec<_>>()
    };
    let due = |stage: &mut Stage| {
        let report = ask(stage, Subject::Overdue, "", None);
        report.lines.iter().map(|line| line.cells[3].clone()).collect::<Vec<_>>()
    };
    let at = |time: &str| Cell::At(time.parse().unwrap());
    assert_eq!(due(&mut stage), [at("2026-03-02T15:05:00Z")]);
    // under a later deadline it is not overdue any more, but it was
    stage.play("Anna in 1: !tag -complaint");
    assert_eq!(due(&mut stage), []);
    assert_eq!(breaches(&mut stage).len(), 1);
    assert!(breaches(&mut stage)[0].contains("why=Why(CaseChanged)"));
    // the later one passes, and then an earlier one holds: that is no third breach
    stage.play("wait 20h");
    assert_eq!(due(&mut stage), [at("2026-03-03T09:05:00Z")]);
    stage.play("Anna in 1: !tag complaint");
    assert_eq!(due(&mut stage), [at("2026-03-02T15:05:00Z")]);
    assert_eq!(breaches(&mut stage).len(), 2);
    stage.play("Anna in 1 to mia-1: Sorry");
    assert_eq!(due(&mut stage), []);
    assert!(breaches(&mut stage)[0].contains("by=Anna"), "{:?}", breaches(&mut stage));
}

#[test]
fn a_deadline_that_was_missed_stays_so_under_the_policy_it_had() {
    let mut stage = day("
        mia: Broken again
        Anna in 1: !tag complaint
        wait 2h
        Anna in 1: !tag -complaint
        ");
    let missed = "complaints first_response.in-time=0/1 first_response.missed=1";
    check(&mut stage, Subject::Sla, "", &[missed, "standard"]);
    check_clock(&mut stage, "", "first_response", &["missed=1"]);
    // under the new one it counts by what becomes of it there
    stage.play("Anna in 1 to mia-1: Sorry");
    check(&mut stage, Subject::Sla, "", &[missed, "standard first_response.in-time=1/1"]);
    // moved while it is past due, and still past due: no verdict yet
    let mut stage = day("
        mia: Broken again
        wait 20h
        Anna in 1: !tag complaint
        ");
    let overdue = "complaints first_response.in-time=0/1 first_response.overdue-now=1";
    check(&mut stage, Subject::Sla, "", &[overdue, "standard"]);
}
