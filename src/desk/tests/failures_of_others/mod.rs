//! What goes wrong with response times in other products, and does not here.
//!
//! Each heading of the pages beside this file names a failure that people met with. What is played below it is the same
//! situation at this desk; a line with `=` is what has to come out of it, on the line with `?` before it.
//!
//! ```text
//! zone Europe/Berlin | it is 2026-03-06 16:30 | office mon-fri 08:00-17:00 | holiday 2026-05-25 | around the clock
//! answers within 1h | closing within 20h | reopened within 168h | notices in office hours | no policies | starts
//! ? clocks 1           what happened to the clocks of a thread, and when
//! ? due 1              what is due there now
//! ? waiting            who is not answered now, and since when
//! ? said words         how often the bridge said that so far
//! ? figures stats by agent | n first_response.max       these measures of each line
//! ? total stats        the figure of all lines together
//! ? defined stats      whether the definitions stand beside it
//! ? csv stats working | first_response_max_s            these columns of the table
//! ? calendar           whether the office's hours can be configured so
//! ```
//!
//! All else is as in the other scripts. Where nothing is said it is Monday, 2026-03-02, 14:05 UTC, the office works on
//! weekdays from 8 to 17, and every answer is due within four hours of it.

mod said;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The pages, each with how many failures it names.
const PAGES: [(&str, &str, usize); 4] = [
    ("clocks", include_str!("clocks.md"), 14),
    ("answers", include_str!("answers.md"), 8),
    ("figures", include_str!("figures.md"), 12),
    ("calendars", include_str!("calendars.md"), 8),
];

/// The failures that a page names, each with what is played.
fn failures(page: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let parts = page.split("\n## ").skip(1);
    parts
        .map(|part| {
            let (failure, rest) = part.split_once('\n').expect("a heading and what is played");
            let played = rest.split("```").nth(1).unwrap_or_else(|| panic!("nothing is played: {failure}"));
            (failure, played.lines().skip(1).filter(|line| !line.is_empty()).collect())
        })
        .collect()
}

#[track_caller]
fn check(page: &str) {
    let (_, text, _) = PAGES.into_iter().find(|(name, ..)| *name == page).unwrap();
    let mut wrong = String::new();
    for (failure, played) in failures(text) {
        let told = world::World::new().play(&played);
        if told != played {
            write!(wrong, "\n## {failure}\n{}\n", told.join("\n")).unwrap();
        }
    }
    assert!(wrong.is_empty(), "what really happened on the page of {page}:\n{wrong}");
}

#[test]
fn clocks_of_others_run_when_they_should_stand_and_stand_when_they_should_run() {
    check("clocks");
}

#[test]
fn others_take_for_an_answer_what_is_none() {
    check("answers");
}

#[test]
fn others_count_what_nobody_can_trust() {
    check("figures");
}

#[test]
fn others_do_not_know_when_the_office_is_open() {
    check("calendars");
}

#[test]
fn no_failure_is_dropped_or_told_without_a_question() {
    let mut names = BTreeSet::new();
    for (page, text, count) in PAGES {
        let failures = failures(text);
        assert_eq!(failures.len(), count, "{page}");
        for (failure, played) in failures {
            assert!(names.insert(failure), "twice: {failure}");
            let asks = played.iter().filter(|line| line.starts_with("? ")).count();
            assert!(asks > 0, "nothing is asked: {failure}");
        }
    }
}
