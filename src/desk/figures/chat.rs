//! A report as text: short lines that can be read on a phone. Numbers are not counted here, only said.

use super::ask::{By, Subject};
use super::period::{Named, Period};
use super::report::{Cell, Column, Line, Measure, Note, Report, Total};
use crate::commands::why;
use crate::sentence::Sentence;
use crate::setup::{Setup, shown_age, shown_span};
use jiff::Timestamp;

const BETWEEN: &str = " · ";
pub(super) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Says a report; with its definitions where they are wanted.
pub(crate) fn text(setup: &Setup, now: Timestamp, report: &Report, define: bool) -> String {
    around(setup, now, report, define, lines(setup, report))
}

/// The lines of a report alone.
pub(super) fn lines(setup: &Setup, report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if report.lines.is_empty() {
        lines.push(setup.say(&Sentence::FiguresEmpty {}));
    }
    for line in &report.lines {
        said(setup, report, line, &mut lines);
    }
    lines
}

/// Says what a file of a report holds.
pub(crate) fn of_file(
    setup: &Setup,
    now: Timestamp,
    report: &Report,
    define: bool,
    (rows, columns): (u64, u64),
) -> String {
    let said = setup.say(&Sentence::FiguresExported { rows, columns });
    around(setup, now, report, define, vec![said])
}

/// What stands above and under everything that is said of a report.
pub(super) fn around(
    setup: &Setup,
    now: Timestamp,
    report: &Report,
    define: bool,
    body: Vec<String>,
) -> String {
    let mut lines = vec![title(setup, report)];
    lines.extend(body);
    for note in &report.notes {
        lines.push(setup.say(&match note {
            Note::More(count) => Sentence::FiguresMore { count: *count },
            Note::Cut => Sentence::FiguresCut {},
        }));
    }
    lines.extend(report.total.map(|total| total_said(setup, &total)));
    lines.push(standing(setup, now, report));
    if report.whose.is_some() {
        lines.push(setup.say(&Sentence::FiguresOwn {}));
    }
    if define {
        let words = report.definitions.iter().map(|definition| definition.word());
        lines.extend(words.map(|of| setup.say(&Sentence::FiguresDefinition { of: of.to_owned() })));
    } else {
        // nobody asks for a digest
        let word = if report.subject == Subject::Digest { Subject::Stats } else { report.subject }.word();
        let command = format!("{}{word} definition", setup.command_prefix);
        lines.push(setup.say(&Sentence::FiguresDefine { command }));
    }
    lines.join("\n")
}

fn title(setup: &Setup, report: &Report) -> String {
    let subject = Sentence::FiguresSubject { subject: report.subject.word().to_owned() };
    [setup.say(&subject), subtitle(setup, report)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(BETWEEN)
}

/// Whose figures, of which period, by what, in which time.
pub(super) fn subtitle(setup: &Setup, report: &Report) -> String {
    let mut parts = Vec::new();
    parts.extend(report.whose.as_ref().map(ToString::to_string));
    parts.extend(report.period.map(|period| period_said(setup, &period)));
    let by = report.by.map(|by| Sentence::FiguresBy { by: by_word(by).to_owned() });
    parts.extend(by.map(|by| setup.say(&by)));
    if matches!(report.subject, Subject::Stats | Subject::Agents | Subject::Compare) {
        parts.push(setup.say(&Sentence::FiguresScale { scale: report.scale.word().to_owned() }));
    }
    parts.join(BETWEEN)
}

pub(super) const fn by_word(by: By) -> &'static str {
    match by {
        By::Agent => "agent",
        By::Channel => "channel",
        By::Policy => "policy",
        By::Tag => "tag",
        By::Day => "day",
        By::Weekday => "weekday",
        By::Hour => "hour",
        By::HourOfWeek => "weekhour",
    }
}

pub(super) fn period_said(setup: &Setup, period: &Period) -> String {
    let (from, to) = (period.from.to_string(), period.to.to_string());
    // one day is no span
    let is_day = period.name == Named::Days && period.from == period.to;
    let name = if is_day { "day" } else { period.name.word() };
    let said = setup.say(&Sentence::FiguresPeriod { name: name.to_owned(), from, to });
    match period.until {
        Some(hour) => setup.say(&Sentence::FiguresUntil { period: said, hour: format!("{hour:02}:00") }),
        None => said,
    }
}

fn total_said(setup: &Setup, total: &Total) -> String {
    let span = |span: Option<_>| span.map_or_else(|| "–".to_owned(), shown_span);
    setup.say(&Sentence::FiguresTotal {
        period: period_said(setup, &total.period),
        n: total.n,
        median: span(total.median),
        p90: span(total.p90),
    })
}

/// What stands beside every statistic.
fn standing(setup: &Setup, now: Timestamp, report: &Report) -> String {
    let threads = &report.standing.threads;
    let oldest = report.standing.oldest.map_or_else(|| "–".to_owned(), |since| shown_age(since, now));
    setup.say(&Sentence::FiguresNow {
        unanswered: threads.unanswered(),
        oldest,
        overdue: threads.overdue,
        paused: threads.paused,
        untimed: threads.untimed,
    })
}

/// A line of the report: what is of no clock first, then a line for each clock of which there is anything.
fn said(setup: &Setup, report: &Report, line: &Line, lines: &mut Vec<String>) {
    let mut name = name(setup, &line.name);
    let all: Vec<(Column, &Cell)> = report.columns.iter().copied().zip(&line.cells).collect();
    for group in all.chunk_by(|(a, _), (b, _)| a.clock == b.clock) {
        let Some((first, _)) = group.first() else { continue };
        let is_all = line.name == Cell::Nothing || matches!(line.name, Cell::Period(_));
        let is_empty = first.clock.is_some() && group.iter().all(|(_, cell)| is_nothing(cell));
        if is_empty && !is_all {
            continue;
        }
        let cells: Vec<String> =
            group.iter().filter_map(|(column, cell)| one(setup, *column, cell)).collect();
        let cells = cells.join(BETWEEN);
        match (first.clock, name.take()) {
            (None, Some(name)) => lines.push(format!("{name}: {cells}")),
            (None, None) => lines.push(cells),
            (Some(kind), name) => {
                lines.extend(name.map(|name| format!("{name}:")));
                let dash = if line.name == Cell::Nothing { "" } else { "– " };
                lines.push(format!("{dash}{}: {cells}", why::kind(setup, kind)));
            }
        }
    }
    // a policy of which there is nothing is still one
    lines.extend(name.map(|name| format!("{name}: –")));
}

const fn is_nothing(cell: &Cell) -> bool {
    matches!(cell, Cell::Nothing | Cell::Number(0) | Cell::Share(_, 0))
}

/// What is usually zero is only said when it is not.
const fn is_rare(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::Reopened
            | Measure::Promised
            | Measure::Kept
            | Measure::Broken
            | Measure::Late
            | Measure::Missed
            | Measure::Voided
            | Measure::OverdueNow
            | Measure::Paused
            | Measure::Untimed
    )
}

fn one(setup: &Setup, column: Column, cell: &Cell) -> Option<String> {
    if is_rare(column.measure) && is_nothing(cell) {
        return None;
    }
    let value = name(setup, cell)?;
    Some(setup.say(&Sentence::FiguresCell { measure: column.measure.word().to_owned(), value }))
}

fn weekday(setup: &Setup, day: u16) -> String {
    let day = WEEKDAYS.get(usize::from(day % 7)).copied().unwrap_or_default().to_owned();
    setup.say(&Sentence::FiguresWeekday { day })
}

/// An hour of the week, from Monday.
pub(super) fn shown_hour(setup: &Setup, hour: u16) -> String {
    format!("{} {:02}:00", weekday(setup, hour / 24), hour % 24)
}

fn name(setup: &Setup, cell: &Cell) -> Option<String> {
    Some(match cell {
        Cell::Nothing => return None,
        Cell::Number(number) => number.to_string(),
        Cell::Span(span) => shown_span(*span),
        Cell::Share(_, 0) => "–".to_owned(),
        // never rounded up: a hundred are all
        Cell::Share(part, all) => format!("{} % ({part}/{all})", part.saturating_mul(100) / all),
        Cell::At(at) => setup.shown_time(*at),
        Cell::Name(name) => name.clone(),
        Cell::Nobody => setup.say(&Sentence::FiguresNobody {}),
        Cell::Thread(id) => format!("#{}", id.0),
        Cell::Customer(name) => name.shown().to_owned(),
        Cell::Clock(kind) => why::kind(setup, *kind),
        Cell::Why(reason) => why::reason(setup, *reason),
        Cell::Day(day) => day.to_string(),
        Cell::Weekday(day) => weekday(setup, *day),
        Cell::Hour(hour) => format!("{hour:02}:00"),
        Cell::HourOfWeek(hour) => shown_hour(setup, *hour),
        Cell::Period(period) => period_said(setup, period),
    })
}
