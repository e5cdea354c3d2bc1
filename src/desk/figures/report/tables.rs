//! Reports of what was counted: sums over days.

use super::{Asked, Cell, Column, Definition, Line, Measure, Note, Report, Total};
use crate::figures::ask::{By, Scale};
use crate::figures::histogram::Histogram;
use crate::figures::period::{Named, Period};
use crate::figures::read::{self, Sum, Sums};
use crate::figures::rows::{Dimension, Times};
use crate::policy::ClockKind;
use crate::state::Missing;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How many lines a report by channel, policy or tag has at most.
const LINES_MAX: usize = 30;
/// The same in a file.
const FILE_LINES_MAX: usize = 2000;

const PROMISES: [Measure; 3] = [Measure::Promised, Measure::Kept, Measure::Broken];

const LENGTHS: [Measure; 5] = [Measure::N, Measure::Median, Measure::P90, Measure::Max, Measure::Mean];

fn column(clock: Option<ClockKind>) -> impl Fn(Measure) -> Column {
    move |measure| Column { clock, measure }
}

/// How long, and how often: of everything, or by something.
pub(super) fn stats(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    let Some(period) = asked.ask.period else { return Ok(()) };
    let by = asked.ask.by;
    let counted: &[Measure] = match (by, asked.whose) {
        (Some(By::Policy), _) => &[],
        (Some(By::Hour | By::Weekday | By::HourOfWeek), _) => &[Measure::Messages, Measure::Opened],
        (Some(By::Agent), _) | (_, Some(_)) => {
            &[Measure::Answers, Measure::Closed, Measure::ClosedUnanswered]
        }
        (None | Some(By::Channel | By::Tag | By::Day), None) => &[
            Measure::Messages,
            Measure::Opened,
            Measure::Reopened,
            Measure::Closed,
            Measure::ClosedUnanswered,
            Measure::Answers,
        ],
    };
    let is_of_hours = matches!(by, Some(By::Hour | By::Weekday | By::HourOfWeek));
    let promises: &[Measure] = if is_of_hours || by == Some(By::Policy) { &[] } else { &PROMISES };
    report.columns = counted.iter().chain(promises).copied().map(column(None)).collect();
    for kind in ClockKind::ALL {
        let measures = LENGTHS.into_iter().chain([Measure::Missed, Measure::Voided]);
        report.columns.extend(measures.map(column(Some(kind))));
    }
    let (lines, is_cut) = grouped(asked, &period)?;
    let left_out = lines.len().saturating_sub(lines_max(asked));
    if left_out > 0 {
        report.notes.push(Note::More(left_out as u64));
    }
    if is_cut {
        report.notes.push(Note::Cut);
    }
    for (name, sum) in lines.into_iter().take(lines_max(asked)) {
        let cells = report.columns.iter().map(|column| cell(&sum, *column, asked.ask.scale)).collect();
        report.lines.push(Line { name, cells });
    }
    report.definitions = vec![
        Definition::FirstResponse,
        Definition::NextResponse,
        Definition::Resolution,
        Definition::Quantiles,
    ];
    report.definitions.extend([
        Definition::Days,
        Definition::Voided,
        Definition::Closed,
        Definition::Answers,
    ]);
    if by.is_none() && asked.whose.is_none() {
        // a digest has these, and sends who reads it here
        report.definitions.extend([Definition::Attainment, Definition::Breaches]);
    }
    if is_of_hours {
        report.definitions.push(Definition::Hours);
    }
    if !promises.is_empty() {
        report.definitions.push(Definition::Promises);
    }
    Ok(())
}

/// What has an end of its own is shown to it.
const fn lines_max(asked: &Asked<'_>) -> usize {
    match asked.ask.by {
        Some(By::Hour | By::Weekday | By::HourOfWeek | By::Day) => usize::MAX,
        _ if asked.ask.all => FILE_LINES_MAX,
        None | Some(By::Agent | By::Channel | By::Policy | By::Tag) => LINES_MAX,
    }
}

/// The sums that a report on them shows, with their names.
fn grouped(asked: &Asked<'_>, period: &Period) -> Result<(Vec<(Cell, Sum)>, bool), Missing> {
    let Some(by) = asked.ask.by else {
        return Ok((vec![(Cell::Nothing, one(asked, period)?)], false));
    };
    let of = |dimension| match asked.whose {
        None => dimension,
        Some(_) => Dimension::Agent,
    };
    let is_theirs = |value: &str| asked.whose.is_none_or(|whose| whose.as_str() == value);
    let dimension = match by {
        By::Agent => Dimension::Agent,
        By::Channel => Dimension::Channel,
        By::Policy => Dimension::Policy,
        By::Tag => Dimension::Tag,
        By::Day => of(Dimension::All),
        By::Weekday | By::Hour | By::HourOfWeek => Dimension::Hour,
    };
    let (rows, team) = (asked.rows, asked.team);
    let by_name = || read::sums(rows, team, dimension, period, |_, value| is_theirs(&value).then_some(value));
    let by_day = || {
        let day = |day: Date, value: String| is_theirs(&value).then_some(day);
        read::sums(rows, team, dimension, period, day)
    };
    let by_hour =
        |of: fn(u16) -> u16| read::sums(rows, team, dimension, period, |_, hour| hour.parse().ok().map(of));
    Ok(match by {
        By::Agent | By::Channel | By::Policy => named(by_name()?, Cell::Name),
        By::Tag => {
            let (mut lines, is_cut) = named(by_name()?, Cell::Name);
            // there may be more than are shown: those that matter come first
            lines.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.counts.messages + sum.responses().ended()));
            (lines, is_cut)
        }
        By::Day if asked.whose.is_none() => {
            let days = read::sums(rows, team, dimension, period, |day, _| Some(day))?;
            named(days, Cell::Day)
        }
        By::Day => named(by_day()?, Cell::Day),
        By::Weekday => named(by_hour(|hour| hour / 24)?, Cell::Weekday),
        By::Hour => named(by_hour(|hour| hour % 24)?, Cell::Hour),
        By::HourOfWeek => named(by_hour(|hour| hour)?, Cell::HourOfWeek),
    })
}

fn named<K>(sums: Sums<K>, name: fn(K) -> Cell) -> (Vec<(Cell, Sum)>, bool) {
    (sums.by.into_iter().map(|(key, sum)| (name(key), sum)).collect(), sums.is_cut)
}

/// Everything of a team, or of an agent.
fn one(asked: &Asked<'_>, period: &Period) -> Result<Sum, Missing> {
    let Some(whose) = asked.whose else { return read::total(asked.rows, asked.team, period) };
    let is_theirs = |_: Date, value: String| (value == whose.as_str()).then_some(());
    let mut sums = read::sums(asked.rows, asked.team, Dimension::Agent, period, is_theirs)?;
    Ok(sums.by.remove(&()).unwrap_or_default())
}

/// First and next responses together, in the period that was asked for, or today.
pub(super) fn responses(asked: &Asked<'_>) -> Result<Total, Missing> {
    let today = asked.now.to_zoned(asked.speaker.setup.time_zone.clone()).date();
    let period = asked.ask.period.unwrap_or_else(|| Period::named(Named::Today, today));
    let times = one(asked, &period)?.responses();
    let all = lengths(&times, asked.ask.scale);
    Ok(Total { period, n: all.n, median: all.quantile(50), p90: all.quantile(90) })
}

const fn lengths(times: &Times, scale: Scale) -> &Histogram {
    match scale {
        Scale::Wall => &times.wall,
        Scale::Working => &times.working,
    }
}

/// What stands in a column; of both responses together where the column is of no clock.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are of clocks")]
fn cell(sum: &Sum, column: Column, scale: Scale) -> Cell {
    let counts = &sum.counts;
    let count = match column.measure {
        Measure::Messages => Some(counts.messages),
        Measure::Opened => Some(counts.opened),
        Measure::Reopened => Some(counts.reopened),
        Measure::Closed => Some(counts.closed),
        Measure::ClosedUnanswered => Some(counts.unanswered),
        Measure::Answers => Some(counts.answers),
        Measure::Promised => Some(counts.promised),
        Measure::Broken => Some(counts.broken),
        Measure::Kept => return Cell::Share(counts.kept, counts.kept + counts.broken),
        _ => None,
    };
    if let Some(count) = count {
        return Cell::Number(count);
    }
    match column.clock {
        Some(kind) => cell_of(sum.times(kind), column.measure, scale),
        None => cell_of(&sum.responses(), column.measure, scale),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the others are not of clocks")]
fn cell_of(times: &Times, measure: Measure, scale: Scale) -> Cell {
    let all = lengths(times, scale);
    let span = |length: Option<_>| length.map_or(Cell::Nothing, Cell::Span);
    match measure {
        Measure::N => Cell::Number(all.n),
        Measure::Median => span(all.quantile(50)),
        Measure::P90 => span(all.quantile(90)),
        Measure::Max => span(all.longest()),
        Measure::Mean => span(all.mean()),
        Measure::Late => Cell::Number(times.late),
        Measure::Missed => Cell::Number(times.missed),
        Measure::Voided => Cell::Number(times.voided),
        Measure::Breaches => Cell::Number(times.breaches),
        _ => Cell::Nothing,
    }
}

/// How much was in time, by policy and clock.
pub(super) fn sla(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    let Some(period) = asked.ask.period else { return Ok(()) };
    let sums = read::sums(asked.rows, asked.team, Dimension::Policy, &period, |_, policy| Some(policy))?;
    let now = read::now(asked.rows, asked.team)?;
    let mut policies: BTreeSet<&str> = sums.by.keys().map(String::as_str).collect();
    policies.extend(now.overdue.keys().map(String::as_str));
    policies.extend(asked.speaker.setup.deadlines.policies.iter().map(|policy| policy.name.as_str()));
    for kind in ClockKind::ALL {
        let measures =
            [Measure::InTime, Measure::Late, Measure::Missed, Measure::OverdueNow, Measure::Voided];
        report.columns.extend(measures.map(column(Some(kind))));
    }
    for policy in policies {
        let sum = sums.by.get(policy).cloned().unwrap_or_default();
        let mut cells = Vec::new();
        for kind in ClockKind::ALL {
            let times = sum.times(kind);
            let overdue = now.overdue.get(policy).and_then(|kinds| kinds.get(&kind)).copied().unwrap_or(0);
            cells.extend([
                Cell::Share(times.in_time, times.ended() + overdue),
                Cell::Number(times.late),
                Cell::Number(times.missed),
                Cell::Number(overdue),
                Cell::Number(times.voided),
            ]);
        }
        report.lines.push(Line { name: Cell::Name(policy.to_owned()), cells });
    }
    if sums.is_cut {
        report.notes.push(Note::Cut);
    }
    report.definitions =
        vec![Definition::Attainment, Definition::Voided, Definition::Resolution, Definition::Days];
    Ok(())
}

/// How each agent answered; those who did not are shown as well.
pub(super) fn agents(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    let Some(period) = asked.ask.period else { return Ok(()) };
    let is_theirs = |value: &str| asked.whose.is_none_or(|whose| whose.as_str() == value);
    let mine = |_: Date, agent: String| is_theirs(&agent).then_some(agent);
    let sums = read::sums(asked.rows, asked.team, Dimension::Agent, &period, mine)?;
    let now = read::now(asked.rows, asked.team)?;
    let mut agents: BTreeMap<&str, Sum> = BTreeMap::new();
    let configured = asked.speaker.setup.agents.iter().map(|agent| agent.name.as_str());
    let assigned = now.threads.keys().map(String::as_str).filter(|agent| !agent.is_empty());
    for agent in configured.chain(assigned).filter(|agent| is_theirs(agent)) {
        agents.entry(agent).or_default();
    }
    agents.extend(sums.by.iter().map(|(agent, sum)| (agent.as_str(), sum.clone())));
    let measures = [Measure::N, Measure::Median, Measure::P90, Measure::InTime, Measure::Missed];
    report.columns = measures
        .into_iter()
        .chain([Measure::Voided, Measure::Answers, Measure::Open, Measure::Unanswered])
        .chain(PROMISES)
        .map(column(None))
        .collect();
    for (agent, sum) in agents {
        let times = sum.responses();
        let open = now.threads.get(agent).copied().unwrap_or_default();
        let of = |measure| cell_of(&times, measure, asked.ask.scale);
        let mut cells = vec![
            of(Measure::N),
            of(Measure::Median),
            of(Measure::P90),
            Cell::Share(times.in_time, times.ended()),
            of(Measure::Missed),
            of(Measure::Voided),
            Cell::Number(sum.counts.answers),
            Cell::Number(open.all()),
            Cell::Number(open.unanswered()),
        ];
        cells.extend(PROMISES.map(|measure| cell(&sum, column(None)(measure), asked.ask.scale)));
        report.lines.push(Line { name: Cell::Name(agent.to_owned()), cells });
    }
    if sums.is_cut {
        report.notes.push(Note::Cut);
    }
    report.definitions = vec![
        Definition::FirstResponse,
        Definition::NextResponse,
        Definition::Quantiles,
        Definition::InTimeOfAgent,
        Definition::Voided,
        Definition::Days,
        Definition::Answers,
        Definition::Promises,
    ];
    Ok(())
}

/// A period so far, beside the one before as far as it had come then.
pub(super) fn compare(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    let local = asked.now.to_zoned(asked.speaker.setup.time_zone.clone());
    let name = asked.ask.period.map_or(Named::Week, |period| period.name);
    let period = Period::named(name, local.date()).so_far(local.date(), local.hour());
    report.period = None;
    let counted = [Measure::Messages, Measure::Opened, Measure::Closed, Measure::ClosedUnanswered];
    report.columns =
        counted.into_iter().chain([Measure::Answers]).chain(PROMISES).map(column(None)).collect();
    for kind in ClockKind::ALL {
        report.columns.extend(LENGTHS.map(column(Some(kind))));
    }
    for period in [period, period.before()] {
        let sum = read::total(asked.rows, asked.team, &period)?;
        let cells = report.columns.iter().map(|column| cell(&sum, *column, asked.ask.scale)).collect();
        report.lines.push(Line { name: Cell::Period(period), cells });
    }
    report.definitions = vec![
        Definition::Same,
        Definition::FirstResponse,
        Definition::NextResponse,
        Definition::Resolution,
        Definition::Quantiles,
        Definition::Days,
        Definition::Closed,
        Definition::Answers,
        Definition::Promises,
    ];
    Ok(())
}

/// A period that is over, beside the one before.
pub(super) fn digest(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    let Some(period) = asked.ask.period.or(report.period) else { return Ok(()) };
    report.period = None;
    let counted =
        [Measure::Messages, Measure::Opened, Measure::Closed, Measure::ClosedUnanswered, Measure::Answers];
    let lengths = [Measure::N, Measure::Median, Measure::P90, Measure::InTime, Measure::Breaches];
    report.columns = counted.into_iter().chain(lengths).chain(PROMISES).map(column(None)).collect();
    let now = read::now(asked.rows, asked.team)?;
    let of_responses = |kinds: &BTreeMap<ClockKind, u64>| {
        kinds.iter().filter(|(kind, _)| kind.is_response()).map(|(_, count)| count).sum::<u64>()
    };
    let overdue: u64 = now.overdue.values().map(of_responses).sum();
    // what is overdue now counts in the newer one, as it always does
    for (period, overdue) in [(period, overdue), (period.earlier(), 0)] {
        let sum = one(asked, &period)?;
        let times = sum.responses();
        let in_time = Cell::Share(times.in_time, times.ended() + overdue);
        let of = |column: &Column| {
            let is_share = column.measure == Measure::InTime;
            if is_share { in_time.clone() } else { cell(&sum, *column, asked.ask.scale) }
        };
        let cells = report.columns.iter().map(of).collect();
        report.lines.push(Line { name: Cell::Period(period), cells });
    }
    Ok(())
}
