//! Promises as figures: who gave their word how often, and kept it.

use super::super::script::Stage;
use crate::ReplyMode;

/// Anna promises three things: one is done in time, one late, one is open still. Bernd's is broken and never done.
const STORY: &str = "
    mia: Where is my refund?
    Anna in 1: !promise in 1h call back
    Anna in 1: !promise in 2h refund
    Anna in 1: !promise in 3 days visit
    Bernd in 1: !promise in 90m explain
    wait 30m
    Bernd in 1: !done 1
    wait 3h
    Anna in 1: !done 2
";

#[track_caller]
fn check(stage: &mut Stage, command: &str, wanted: &[&str]) {
    let said = stage.play(command).pop().unwrap();
    let kept = said.split(['|', '·']).map(str::trim).filter_map(|part| {
        let (_, cell) = part.split_once("figures-cell measure=").unwrap_or_default();
        let is_of_promises = ["promised", "kept", "broken"].iter().any(|word| cell.starts_with(word));
        is_of_promises.then(|| cell.replace("value=", ""))
    });
    assert_eq!(kept.collect::<Vec<_>>(), wanted, "{said}");
}

fn told() -> Stage {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play(STORY);
    stage
}

#[test]
fn a_promise_counts_when_it_is_made_and_once_more_when_it_is_kept_or_broken() {
    let mut stage = told();
    check(&mut stage, "Bernd in hall: !stats", &["promised 4", "kept 33 % (1/3)", "broken 2"]);
    let agents = ["promised 3", "kept 50 % (1/2)", "broken 1", "promised 1", "kept 0 % (0/1)", "broken 1"];
    check(&mut stage, "Bernd in hall: !agents today", &agents);
    check(&mut stage, "Anna in hall: !stats", &["promised 3", "kept 50 % (1/2)", "broken 1"]);
    check(&mut stage, "Bernd in hall: !stats by channel", &["promised 4", "kept 33 % (1/3)", "broken 2"]);
    // whoever says that it is done: it counts for whose word it was, and what is broken stays so
    stage.play("wait 24h\nAnna in 1: !done 4");
    check(&mut stage, "Bernd in hall: !stats", &[]);
    check(&mut stage, "Bernd in hall: !stats yesterday", &["promised 4", "kept 33 % (1/3)", "broken 2"]);
    stage.play("wait 50h");
    check(&mut stage, "Bernd in hall: !stats", &["kept 0 % (0/1)", "broken 1"]);
}

#[test]
fn what_is_done_late_before_anybody_looked_is_broken_once() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play("mia: Hello\nAnna in 1: !promise in 1h call back");
    // the bridge was not there when it was due
    stage.desk.now += jiff::SignedDuration::from_hours(2);
    stage.play("Anna in 1: !done");
    check(&mut stage, "Bernd in hall: !stats", &["promised 1", "kept 0 % (0/1)", "broken 1"]);
}

#[test]
fn the_definition_of_a_kept_promise_stands_beside_it() {
    let mut stage = told();
    for command in
        ["!stats definition", "!agents definition", "!compare definition", "!export csv agents definition"]
    {
        let said = stage.play(&format!("Bernd in hall: {command}")).pop().unwrap();
        assert!(said.contains("figures-definition of=promises"), "{said}");
    }
}
