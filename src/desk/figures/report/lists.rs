//! Reports that name threads: what is or was past due, and what is open. The first of an order, never all.

use super::{Asked, Cell, Column, Definition, Line, Measure, Note, Report};
use crate::figures::read;
use crate::figures::rows::{Breach, Dimension, Figure, Look, Threads};
use crate::key::Scan;
use crate::policy::ClockKind;
use crate::rows::{Row, Thread};
use crate::state::Missing;
use crate::topic::shown_customer;
use jiff::SignedDuration;
use port::{AgentName, Private};

/// How many threads or breaches are shown.
const LIST_MAX: usize = 30;
/// The same in a file.
const FILE_LIST_MAX: usize = 2000;
/// Among how many an agent's own are looked for.
const OWN_OF: usize = 200;

fn columns(measures: &[Measure]) -> Vec<Column> {
    measures.iter().map(|measure| Column { clock: None, measure: *measure }).collect()
}

fn assignee(agent: Option<&AgentName>) -> Cell {
    agent.map_or(Cell::Nobody, |agent| Cell::Name(agent.to_string()))
}

fn customer(asked: &Asked<'_>, thread: &Thread) -> Result<Cell, Missing> {
    let row = asked.rows.customer(thread.customer)?;
    let shown = shown_customer(asked.speaker, row.as_ref().map_or("", |row| row.name.shown()));
    Ok(Cell::Customer(Private::of_customer(thread.customer, shown)))
}

/// What is past due, the longest first.
pub(super) fn overdue(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    use Measure as M;
    report.columns = columns(&[M::Customer, M::Clock, M::Over, M::Due, M::Age, M::Policy, M::Assignee]);
    report.definitions = vec![Definition::Breaches];
    let limit = if asked.whose.is_some() { OWN_OF } else { LIST_MAX };
    let look = Look::Overdue { team: asked.team.to_owned(), limit };
    let found = asked.rows.scan(Scan::Figures(look))?;
    for (_, row) in found {
        let Row::Figures(figure) = row else { continue };
        let Figure::Overdue(overdue) = figure.as_ref() else { continue };
        let Some(thread) = asked.rows.thread(overdue.thread)? else { continue };
        let is_theirs = asked.whose.is_none_or(|whose| thread.assignee.as_ref() == Some(whose));
        if !is_theirs || report.lines.len() >= LIST_MAX {
            continue;
        }
        let over = asked.now.duration_since(overdue.due).max(SignedDuration::ZERO);
        let clock = thread.clocks.iter().find(|clock| clock.kind == overdue.kind);
        let cells = vec![
            customer(asked, &thread)?,
            Cell::Clock(overdue.kind),
            Cell::Span(over),
            Cell::At(overdue.due),
            clock.map_or(Cell::Nothing, |clock| Cell::Span(asked.now.duration_since(clock.since))),
            clock.map_or(Cell::Nothing, |clock| Cell::Name(clock.policy.clone())),
            assignee(thread.assignee.as_ref()),
        ];
        report.lines.push(Line { name: Cell::Thread(overdue.thread), cells });
    }
    if asked.whose.is_none() {
        let kinds = read::now(asked.rows, asked.team)?.overdue;
        let all: u64 = kinds.values().flat_map(|kinds| kinds.values()).sum();
        more(report, all);
    }
    Ok(())
}

/// What is not shown is counted.
fn more(report: &mut Report, all: u64) {
    let left_out = all.saturating_sub(report.lines.len() as u64);
    if left_out > 0 {
        report.notes.push(Note::More(left_out));
    }
}

/// What is open, by how it stands and who looks after it.
pub(super) fn backlog(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    use Measure as M;
    report.columns = columns(&[M::Open, M::Unanswered, M::Overdue, M::Paused, M::Untimed, M::Answered]);
    let line = |name, threads: &Threads| {
        let numbers = [
            threads.all(),
            threads.unanswered(),
            threads.overdue,
            threads.paused,
            threads.untimed,
            threads.answered,
        ];
        Line { name, cells: numbers.map(Cell::Number).into() }
    };
    if asked.whose.is_none() {
        report.lines.push(line(Cell::Nothing, &report.standing.threads));
    }
    for (agent, threads) in read::now(asked.rows, asked.team)?.threads {
        if asked.whose.is_none_or(|whose| whose.as_str() == agent) {
            let name = if agent.is_empty() { Cell::Nobody } else { Cell::Name(agent) };
            report.lines.push(line(name, &threads));
        }
    }
    Ok(())
}

/// What was past due in a period, the newest first; with who answered, and when.
pub(super) fn breaches(asked: &Asked<'_>, report: &mut Report) -> Result<(), Missing> {
    use Measure as M;
    let Some(period) = asked.ask.period else { return Ok(()) };
    report.columns = columns(&[M::Clock, M::Policy, M::Due, M::Assignee, M::By, M::EndedAt, M::Wall, M::Why]);
    report.definitions = vec![Definition::Breaches];
    let most = if asked.ask.all { FILE_LIST_MAX } else { LIST_MAX };
    let limit = if asked.whose.is_some() { most.max(OWN_OF) } else { most };
    for span in period.spans().into_iter().rev() {
        let look = Look::Breaches { team: asked.team.to_owned(), span, limit };
        for (_, row) in asked.rows.scan(Scan::Figures(look))? {
            let Row::Figures(figure) = row else { continue };
            let Figure::Breach(breach) = figure.as_ref() else { continue };
            if report.lines.len() < most && is_of(breach, asked.whose) {
                report.lines.push(line(breach));
            }
        }
    }
    if asked.whose.is_none() {
        let sums = read::sums(asked.rows, asked.team, Dimension::All, &period, |_, _| Some(()))?;
        let of = |kind| sums.by.get(&()).map_or(0, |sum| sum.times(kind).breaches);
        more(report, ClockKind::ALL.into_iter().map(of).sum());
    }
    Ok(())
}

/// Whether an agent looked after the thread then, or ended it.
fn is_of(breach: &Breach, whose: Option<&AgentName>) -> bool {
    let by = breach.ended.as_ref().and_then(|ended| ended.by.as_ref());
    whose.is_none() || breach.assignee.as_ref() == whose || by == whose
}

fn line(breach: &Breach) -> Line {
    let ended = breach.ended.as_ref();
    let cells = vec![
        Cell::Clock(breach.kind),
        Cell::Name(breach.policy.clone()),
        Cell::At(breach.due),
        assignee(breach.assignee.as_ref()),
        ended.map_or(Cell::Nothing, |ended| assignee(ended.by.as_ref())),
        ended.map_or(Cell::Nothing, |ended| Cell::At(ended.at)),
        ended.and_then(|ended| ended.wall).map_or(Cell::Nothing, Cell::Span),
        ended.and_then(|ended| ended.why).map_or(Cell::Nothing, Cell::Why),
    ];
    Line { name: Cell::Thread(breach.thread), cells }
}
