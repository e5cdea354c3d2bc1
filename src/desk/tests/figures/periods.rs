//! Periods and the words for them.

use crate::Sentence;
use crate::figures::{Ask, By, Named, Period, Scale, Subject};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// A Wednesday.
const TODAY: Date = date(2026, 3, 4);

fn ask(subject: Subject, words: &str) -> Ask {
    Ask::read(subject, words, TODAY, "!").unwrap_or_else(|refused| panic!("{words}: {refused:?}"))
}

#[track_caller]
fn check(words: &str, from: Date, to: Date) {
    let period = ask(Subject::Stats, words).period.unwrap();
    assert_eq!((period.from, period.to), (from, to), "{words}");
}

#[test]
fn a_period_is_what_people_call_it_in_both_languages() {
    for words in ["", "today", "heute", "Today"] {
        check(words, TODAY, TODAY);
    }
    for words in ["yesterday", "gestern"] {
        check(words, date(2026, 3, 3), date(2026, 3, 3));
    }
    for words in ["week", "this week", "Woche", "diese Woche"] {
        check(words, date(2026, 3, 2), date(2026, 3, 8));
    }
    for words in ["last week", "letzte Woche", "vorige woche"] {
        check(words, date(2026, 2, 23), date(2026, 3, 1));
    }
    for words in ["month", "Monat", "dieser Monat"] {
        check(words, date(2026, 3, 1), date(2026, 3, 31));
    }
    for words in ["last month", "letzter Monat", "letzten Monat"] {
        check(words, date(2026, 2, 1), date(2026, 2, 28));
    }
    for words in [
        "2026-03-01..2026-03-15",
        "1.3.2026..15.3.2026",
        "01.03.2026..2026-03-15",
        "2026-03-01 .. 2026-03-15",
        "1.3.2026 ..15.3.2026",
        "by day 2026-03-01..  2026-03-15 working",
    ] {
        check(words, date(2026, 3, 1), date(2026, 3, 15));
    }
    check("2026-02-28", date(2026, 2, 28), date(2026, 2, 28));
}

#[test]
fn the_words_come_in_any_order() {
    let by = |words| ask(Subject::Stats, words).by;
    assert_eq!(by("week by agent"), Some(By::Agent));
    assert_eq!(by("nach Kanal letzte Woche"), Some(By::Channel));
    assert_eq!(by("by hour"), Some(By::Hour));
    assert_eq!(by("tag"), Some(By::Tag));
    let whole = ask(Subject::Stats, "working last month by policy definition");
    assert_eq!(whole.period.map(|period| period.name), Some(Named::LastMonth));
    assert_eq!((whole.by, whole.scale, whole.define), (Some(By::Policy), Scale::Working, true));
}

#[test]
fn the_second_of_two_words_that_contradict_each_other_is_refused() {
    for (subject, words, wrong) in [
        (Subject::Stats, "week today", "today"),
        (Subject::Stats, "today last month", "last"),
        (Subject::Stats, "2026-03-01 by day 2026-03-02", "2026-03-02"),
        (Subject::Sla, "heute gestern", "gestern"),
        (Subject::Stats, "by agent by tag", "tag"),
        (Subject::Stats, "hour weekhour", "weekhour"),
        (Subject::Agents, "working wall", "wall"),
        (Subject::Compare, "wall week working", "working"),
        (Subject::Compare, "week month", "month"),
    ] {
        let refused = Ask::read(subject, words, TODAY, "!").map_err(|refused| *refused);
        let Err(Sentence::FiguresUnknown { word, .. }) = refused else { panic!("{words}: {refused:?}") };
        assert_eq!(word, wrong, "{words}");
    }
    // said twice is not said otherwise
    let twice = ask(Subject::Stats, "week diese Woche by agent nach Agent working Arbeitszeit");
    let wanted = (Some(Named::Week), Some(By::Agent), Scale::Working);
    assert_eq!((twice.period.map(|period| period.name), twice.by, twice.scale), wanted);
}

#[test]
fn what_is_not_understood_is_named_with_what_is_possible() {
    for (subject, words, wrong) in [
        (Subject::Stats, "sometimes", "sometimes"),
        (Subject::Stats, "last year", "last"),
        (Subject::Stats, "by", "by"),
        (Subject::Stats, "2026-02-30", "2026-02-30"),
        (Subject::Stats, "2026-03-01..", "2026-03-01.."),
        (Subject::Stats, "2026-03-01 .. ", "2026-03-01.."),
        (Subject::Stats, "..", ".."),
        (Subject::Sla, "by agent", "agent"),
        (Subject::Overdue, "week", "week"),
        (Subject::Compare, "yesterday", "yesterday"),
        (Subject::Compare, "last week", "last"),
    ] {
        match Ask::read(subject, words, TODAY, "!").map_err(|refused| *refused) {
            Err(Sentence::FiguresUnknown { word, possible }) => {
                assert_eq!(word, wrong, "{words}");
                assert!(possible.starts_with(&format!("!{} [", subject.word())), "{possible}");
            }
            other => panic!("{words}: {other:?}"),
        }
    }
    for words in ["2026-03-15..2026-03-01", "2024-01-01..2026-01-01"] {
        let refused = Ask::read(Subject::Stats, words, TODAY, "!").map_err(|refused| *refused);
        assert_eq!(refused, Err(Sentence::FiguresDays { max: 366 }), "{words}");
    }
}

#[test]
fn a_period_is_read_in_few_pieces() {
    let spans = |from, to| ask(Subject::Stats, &format!("{from}..{to}")).period.unwrap().spans();
    assert_eq!(spans(date(2026, 3, 1), date(2026, 3, 31)), ["2026-03-"]);
    assert_eq!(
        spans(date(2026, 2, 27), date(2026, 3, 2)),
        ["2026-02-27/", "2026-02-28/", "2026-03-01/", "2026-03-02/"]
    );
    assert_eq!(spans(date(2026, 2, 20), date(2026, 3, 10)), ["2026-02-2", "2026-03-0", "2026-03-10/"]);
}

proptest! {
    #[test]
    fn the_pieces_hold_every_day_once_and_no_other(from in -20_000..40_000_i32, length in 0..366_i32) {
        let from = date(1990, 1, 1).saturating_add(from.days()).max(date(1970, 1, 1));
        let to = from.saturating_add(length.days());
        let words = format!("{from}..{to}");
        let spans = ask(Subject::Stats, &words).period.unwrap().spans();
        prop_assert!(spans.len() <= 12 + 2 * 14, "{spans:?}");
        let mut day = from.saturating_sub(40.days());
        while day <= to.saturating_add(40.days()) {
            let key = format!("{day}/");
            let held = spans.iter().filter(|span| key.starts_with(span.as_str())).count();
            prop_assert_eq!(held, usize::from(from <= day && day <= to), "{}", day);
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn whatever_is_written_behind_a_command_is_read_or_refused(words in ".{0,60}") {
        for subject in [Subject::Stats, Subject::Compare, Subject::Backlog] {
            let _read_or_refused = Ask::read(subject, &words, TODAY, "!");
        }
    }
}

#[test]
fn a_week_begins_on_its_monday_whatever_day_it_is() {
    for day in 2..=8 {
        let week = Period::named(Named::Week, date(2026, 3, day));
        assert_eq!((week.from, week.to), (date(2026, 3, 2), date(2026, 3, 8)));
    }
}
