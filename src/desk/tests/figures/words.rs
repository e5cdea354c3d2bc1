//! The words of the figures: each number stands beside its definition, and both languages say what is meant.

use super::super::desk::deadlines;
use super::super::script::Stage;
use super::definitions::{answered, ask, ask_of_digest};
use crate::ReplyMode;
use crate::figures::{Ask, Column, Definition, Measure, Named, Period, Report, Scale, Subject};
use crate::policy::ClockKind;
use jiff::SignedDuration;

const LOCALES: [&str; 2] = [
    include_str!("../../../../config/locales/en.figures.ftl"),
    include_str!("../../../../config/locales/de.figures.ftl"),
];

fn stage(script: &str) -> Stage {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.deadlines = deadlines();
    stage.play(script);
    stage
}

/// The lines of a sentence as a locale has it.
fn sentence<'a>(locale: &'a str, name: &str) -> Vec<&'a str> {
    let (_, text) = locale.split_once(&format!("\n{name} =")).unwrap_or_else(|| panic!("no {name}"));
    let mut lines = text.lines();
    let first = lines.next().unwrap();
    std::iter::once(first).chain(lines.take_while(|line| line.starts_with(' '))).map(str::trim).collect()
}

/// What has to be defined where something stands.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are what they say")]
fn wanted(report: &Report, column: Column) -> Vec<Definition> {
    use Definition as D;
    let mut wanted = match column.measure {
        Measure::N | Measure::Median | Measure::P90 | Measure::Max | Measure::Mean => vec![D::Quantiles],
        Measure::Answers => vec![D::Answers],
        Measure::ClosedUnanswered => vec![D::Closed],
        Measure::Promised | Measure::Kept | Measure::Broken => vec![D::Promises],
        Measure::InTime if report.subject == Subject::Agents => return vec![D::InTimeOfAgent],
        Measure::InTime | Measure::Late | Measure::OverdueNow => vec![D::Attainment],
        Measure::Missed | Measure::Voided => vec![D::Voided],
        Measure::Over | Measure::Breaches => vec![D::Breaches],
        _ => return Vec::new(),
    };
    match column.clock {
        Some(ClockKind::FirstResponse) => wanted.push(D::FirstResponse),
        Some(ClockKind::NextResponse) => wanted.push(D::NextResponse),
        Some(ClockKind::Resolution) => wanted.push(D::Resolution),
        None if column.measure == Measure::N => wanted.extend([D::FirstResponse, D::NextResponse]),
        None => {}
    }
    wanted
}

#[test]
fn every_number_has_its_definition_once() {
    let mut stage = stage("mia: Hello\nAnna in 1 to mia-1: Good day");
    let asked = [
        (Subject::Stats, "", None),
        (Subject::Stats, "working", None),
        (Subject::Stats, "by tag", None),
        (Subject::Stats, "by weekhour working", None),
        (Subject::Stats, "", Some("Anna")),
        (Subject::Sla, "", None),
        (Subject::Agents, "", None),
        (Subject::Agents, "working", Some("Anna")),
        (Subject::Compare, "", None),
        (Subject::Compare, "month working", None),
        (Subject::Overdue, "", None),
        (Subject::Backlog, "", Some("Anna")),
        (Subject::Breaches, "", None),
    ];
    for (subject, words, whose) in asked {
        let report = ask(&mut stage, subject, words, whose);
        let mut all: Vec<Definition> =
            report.columns.iter().flat_map(|column| wanted(&report, *column)).collect();
        if report.total.is_some() {
            all.extend([Definition::FirstResponse, Definition::NextResponse, Definition::Quantiles]);
        }
        if report.scale == Scale::Working {
            all.push(Definition::Working);
        }
        all.push(Definition::Unanswered);
        for definition in all {
            let times = report.definitions.iter().filter(|known| **known == definition).count();
            assert_eq!(times, 1, "{definition:?} of {} {words}", subject.word());
        }
        for definition in &report.definitions {
            let variant = format!("[{}] ", definition.word());
            let is_said = |locale: &&str| {
                sentence(locale, "figures-definition").iter().any(|line| line.contains(&variant))
            };
            assert_eq!(LOCALES.iter().filter(|locale| is_said(locale)).count(), 2, "{definition:?}");
        }
    }
}

#[test]
fn what_a_digest_counts_is_defined_where_it_sends_its_readers() {
    let mut stage = stage("mia: Hello\nAnna in 1 to mia-1: Good day");
    let today = stage.desk.now.to_zoned(stage.desk.setup.time_zone.clone()).date();
    let period = Some(Period::named(Named::Yesterday, today));
    let of_digest = Ask { period, ..ask_of_digest(&stage) };
    let digest = answered(&mut stage, &of_digest, None);
    assert!(digest.columns.iter().any(|column| column.measure == Measure::InTime));
    let stats = ask(&mut stage, Subject::Stats, "", None);
    for definition in digest.columns.iter().flat_map(|column| wanted(&digest, *column)) {
        assert!(stats.definitions.contains(&definition), "{definition:?}");
    }
    // an agent's own figures have neither
    let own = ask(&mut stage, Subject::Stats, "", Some("Anna")).definitions;
    assert!(!own.contains(&Definition::Attainment) && !own.contains(&Definition::Breaches));
}

#[test]
fn overdue_answers_are_called_so_where_overdue_resolutions_are_listed_as_well() {
    // answered, and not closed within 20 hours of the office
    let mut stage = stage("mia: Hello\nAnna in 1 to mia-1: Good day\nwait 80h");
    let report = ask(&mut stage, Subject::Overdue, "", None);
    assert_eq!((report.lines.len(), report.standing.threads.overdue), (1, 0));
    for (locale, wanted) in LOCALES.into_iter().zip(["answers overdue", "Antworten überfällig"]) {
        let of_now = sentence(locale, "figures-now");
        let lines: Vec<_> = of_now.iter().filter(|line| line.contains("{ $overdue }")).collect();
        assert_eq!(lines.len(), 2, "{of_now:?}");
        for line in lines {
            assert!(line.contains(&format!("{wanted} {{ $overdue }}")), "{line}");
        }
        let cell = format!("[overdue] {wanted} {{ $value }}");
        assert!(sentence(locale, "figures-cell").contains(&cell.as_str()), "{cell}");
        let defined = sentence(locale, "figures-definition");
        let unanswered = defined.iter().find(|line| line.starts_with("[unanswered]")).unwrap();
        assert!(unanswered.to_lowercase().contains(&wanted.to_lowercase()), "{unanswered}");
    }
}

#[test]
fn a_length_is_shown_to_the_nearest_unit_and_not_cut_down() {
    let shown = |millis| crate::setup::shown_length(SignedDuration::from_millis(millis));
    let (minute, hour, day) = (60_000, 3_600_000, 86_400_000);
    for (millis, wanted) in [
        (-1, "0 s"),
        (0, "0 s"),
        (499, "0 s"),
        (500, "1 s"),
        (59_499, "59 s"),
        (59_500, "1 min"),
        (minute + 29_999, "1 min"),
        (minute + 30_000, "2 min"),
        (9 * minute + 59_960, "10 min"),
        (27 * minute + 55_000, "28 min"),
        (59 * minute + 29_999, "59 min"),
        (59 * minute + 30_000, "1 h 00 min"),
        (90 * minute + 500, "1 h 30 min"),
        (day - 30_001, "23 h 59 min"),
        (day - 30_000, "1 d 0 h"),
        (day + 30 * minute - 1, "1 d 0 h"),
        (day + 30 * minute, "1 d 1 h"),
        (2 * day - 10 * minute, "2 d 0 h"),
        (2 * day + 5 * hour, "2 d 5 h"),
    ] {
        assert_eq!(shown(millis), wanted, "{millis}");
    }
    assert!(!crate::setup::shown_length(SignedDuration::MAX).is_empty());
    // what is told of an answer, and of who waits
    let mut stage = stage("mia: Hello\nwait 27m40s\nAnna in 1 to mia-1: Good day\nben: Hello\nwait 119m40s");
    let said = stage.play("Bernd in hall: !stats by agent").pop().unwrap();
    for wanted in ["measure=max value=28 min", " n=1 median=28 min ", "oldest=2 h 00 min"] {
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn who_is_refused_is_told_every_command_for_the_own_figures() {
    let mut stage = stage("mia: Hello\nAnna in 1 to mia-1: Good day");
    let all = ["stats", "agents", "sla", "overdue", "backlog", "breaches", "compare", "export csv", "chart"];
    let mut may = Vec::new();
    for command in all {
        let said = stage.play(&format!("Anna in hall: !{command}")).pop().unwrap();
        if said.contains("figures-own") {
            may.push(command);
        } else {
            assert!(said.contains("figures-for-managers"), "{said}");
        }
    }
    for locale in LOCALES {
        let sentence = sentence(locale, "figures-for-managers").join(" ");
        let told = sentence.split("{ $prefix }").skip(1);
        let told: Vec<&str> = told.map(|rest| rest.split(['”', '“']).next().unwrap()).collect();
        assert_eq!(told, may);
    }
}
