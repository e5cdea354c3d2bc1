//! A report as text: short lines that can be read on a phone. Numbers are not counted here, only said.

use super::ask::{By, Subject};
use super::period::{Named, Period};
use super::report::{Cell, Column, Line, Measure, Note, Report, Total};
use crate::commands::why;
use crate::sentence::Sentence;
use crate::setup::shown_length;
use crate::speaker::Speaker;
use jiff::Timestamp;

const BETWEEN: &str = " · ";
pub(super) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Says a report; with its definitions where they are wanted.
pub(crate) fn text(speaker: Speaker<'_>, now: Timestamp, report: &Report, define: bool) -> String {
    around(speaker, now, report, define, lines(speaker, report))
}

/// The lines of a report alone.
pub(super) fn lines(speaker: Speaker<'_>, report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if report.lines.is_empty() {
        lines.push(speaker.say(&Sentence::FiguresEmpty {}));
    }
    for line in &report.lines {
        said(speaker, report, line, &mut lines);
    }
    lines
}

/// Says what a file of a report holds.
pub(crate) fn of_file(
    speaker: Speaker<'_>,
    now: Timestamp,
    report: &Report,
    define: bool,
    (rows, columns): (u64, u64),
) -> String {
    let said = speaker.say(&Sentence::FiguresExported { rows, columns });
    around(speaker, now, report, define, vec![said])
}

/// What stands above and under everything that is said of a report.
pub(super) fn around(
    speaker: Speaker<'_>,
    now: Timestamp,
    report: &Report,
    define: bool,
    body: Vec<String>,
) -> String {
    let mut lines = vec![title(speaker, report)];
    lines.extend(body);
    for note in &report.notes {
        lines.push(speaker.say(&match note {
            Note::More(count) => Sentence::FiguresMore { count: *count },
            Note::Cut => Sentence::FiguresCut {},
        }));
    }
    lines.extend(report.total.map(|total| total_said(speaker, &total)));
    lines.push(standing(speaker, now, report));
    if report.whose.is_some() {
        lines.push(speaker.say(&Sentence::FiguresOwn {}));
    }
    if define {
        let words = report.definitions.iter().map(|definition| definition.word());
        lines.extend(words.map(|of| speaker.say(&Sentence::FiguresDefinition { of: of.to_owned() })));
    } else {
        // nobody asks for a digest
        let word = if report.subject == Subject::Digest { Subject::Stats } else { report.subject }.word();
        let command = format!("{}{word} definition", speaker.setup.command_prefix);
        lines.push(speaker.say(&Sentence::FiguresDefine { command }));
    }
    lines.join("\n")
}

fn title(speaker: Speaker<'_>, report: &Report) -> String {
    let subject = Sentence::FiguresSubject { subject: report.subject.word().to_owned() };
    [speaker.say(&subject), subtitle(speaker, report)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(BETWEEN)
}

/// Whose figures, of which period, by what, in which time.
pub(super) fn subtitle(speaker: Speaker<'_>, report: &Report) -> String {
    let mut parts = Vec::new();
    parts.extend(report.whose.as_ref().map(ToString::to_string));
    parts.extend(report.period.map(|period| period_said(speaker, &period)));
    let by = report.by.map(|by| Sentence::FiguresBy { by: by_word(by).to_owned() });
    parts.extend(by.map(|by| speaker.say(&by)));
    if report.counts_lengths() {
        parts.push(speaker.say(&Sentence::FiguresScale { scale: report.scale.word().to_owned() }));
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

pub(super) fn period_said(speaker: Speaker<'_>, period: &Period) -> String {
    let (from, to) = (period.from.to_string(), period.to.to_string());
    // one day is no span
    let is_day = period.name == Named::Days && period.from == period.to;
    let name = if is_day { "day" } else { period.name.word() };
    let said = speaker.say(&Sentence::FiguresPeriod { name: name.to_owned(), from, to });
    match period.until {
        Some(hour) => speaker.say(&Sentence::FiguresUntil { period: said, hour: format!("{hour:02}:00") }),
        None => said,
    }
}

fn total_said(speaker: Speaker<'_>, total: &Total) -> String {
    let span = |span: Option<_>| span.map_or_else(|| "–".to_owned(), shown_length);
    speaker.say(&Sentence::FiguresTotal {
        period: period_said(speaker, &total.period),
        n: total.n,
        median: span(total.median),
        p90: span(total.p90),
    })
}

/// What stands beside every statistic.
fn standing(speaker: Speaker<'_>, now: Timestamp, report: &Report) -> String {
    let threads = &report.standing.threads;
    let age = |since| shown_length(now.duration_since(since));
    let oldest = report.standing.oldest.map_or_else(|| "–".to_owned(), age);
    speaker.say(&Sentence::FiguresNow {
        unanswered: threads.unanswered(),
        oldest,
        overdue: threads.overdue,
        paused: threads.paused,
        untimed: threads.untimed,
    })
}

/// A line of the report: what is of no clock first, then a line for each clock of which there is anything.
fn said(speaker: Speaker<'_>, report: &Report, line: &Line, lines: &mut Vec<String>) {
    let mut name = name(speaker, &line.name);
    let all: Vec<(Column, &Cell)> = report.columns.iter().copied().zip(&line.cells).collect();
    for group in all.chunk_by(|(a, _), (b, _)| a.clock == b.clock) {
        let Some((first, _)) = group.first() else { continue };
        let is_all = line.name == Cell::Nothing || matches!(line.name, Cell::Period(_));
        let is_empty = first.clock.is_some() && group.iter().all(|(_, cell)| is_nothing(cell));
        if is_empty && !is_all {
            continue;
        }
        let cells: Vec<String> =
            group.iter().filter_map(|(column, cell)| one(speaker, *column, cell)).collect();
        let cells = cells.join(BETWEEN);
        match (first.clock, name.take()) {
            (None, Some(name)) => lines.push(format!("{name}: {cells}")),
            (None, None) => lines.push(cells),
            (Some(kind), name) => {
                lines.extend(name.map(|name| format!("{name}:")));
                let dash = if line.name == Cell::Nothing { "" } else { "– " };
                lines.push(format!("{dash}{}: {cells}", why::kind(speaker, kind)));
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

fn one(speaker: Speaker<'_>, column: Column, cell: &Cell) -> Option<String> {
    if is_rare(column.measure) && is_nothing(cell) {
        return None;
    }
    let value = name(speaker, cell)?;
    Some(speaker.say(&Sentence::FiguresCell { measure: column.measure.word().to_owned(), value }))
}

fn weekday(speaker: Speaker<'_>, day: u16) -> String {
    let day = WEEKDAYS.get(usize::from(day % 7)).copied().unwrap_or_default().to_owned();
    speaker.say(&Sentence::FiguresWeekday { day })
}

/// An hour of the week, from Monday.
pub(super) fn shown_hour(speaker: Speaker<'_>, hour: u16) -> String {
    format!("{} {:02}:00", weekday(speaker, hour / 24), hour % 24)
}

fn name(speaker: Speaker<'_>, cell: &Cell) -> Option<String> {
    Some(match cell {
        Cell::Nothing => return None,
        Cell::Number(number) => number.to_string(),
        Cell::Span(span) => shown_length(*span),
        Cell::Share(_, 0) => "–".to_owned(),
        // never rounded up: a hundred are all
        Cell::Share(part, all) => format!("{} % ({part}/{all})", part.saturating_mul(100) / all),
        Cell::At(at) => speaker.setup.shown_time(*at),
        Cell::Name(name) => name.clone(),
        Cell::Nobody => speaker.say(&Sentence::FiguresNobody {}),
        Cell::Thread(id) => format!("#{}", id.0),
        Cell::Customer(name) => name.shown().to_owned(),
        Cell::Clock(kind) => why::kind(speaker, *kind),
        Cell::Why(reason) => why::reason(speaker, *reason),
        Cell::Day(day) => day.to_string(),
        Cell::Weekday(day) => weekday(speaker, *day),
        Cell::Hour(hour) => format!("{hour:02}:00"),
        Cell::HourOfWeek(hour) => shown_hour(speaker, *hour),
        Cell::Period(period) => period_said(speaker, period),
    })
}
