//! What a page asks, and how it is answered.

use super::world::World;
use crate::figures::{Cell, Line, Report, Subject};
use crate::rows::{Row, Thread};
use crate::setup::{shown_length, shown_span};
use crate::{Event, Fact, Key};
use jiff::Timestamp;
use port::ThreadId;

use super::super::figures::{ask, columns, table};

/// Answers a question, in lines.
pub(super) fn answer(world: &mut World, question: &str) -> Vec<String> {
    let (question, picked) = question.split_once(" | ").unwrap_or((question, ""));
    let picked: Vec<&str> = picked.split_whitespace().collect();
    let (what, of) = question.split_once(' ').unwrap_or((question, ""));
    match what {
        "clocks" => {
            let events = world.stage.desk.events.clone();
            events.iter().filter_map(|event| clock(world, event, ThreadId(of.parse().unwrap()))).collect()
        }
        "due" => due(world, ThreadId(of.parse().unwrap())),
        "waiting" => vec![waiting(world)],
        "said" => vec![world.seen.iter().filter(|line| line.contains(of)).count().to_string()],
        "figures" => figures(world, of, &picked),
        "total" => {
            let total = report(world, of).total.unwrap();
            vec![format!("{} with a median of {}", total.n, total.median.map_or("–".into(), shown_length))]
        }
        "defined" => {
            let report = report(world, of);
            let names = report.definitions.iter().map(|definition| format!("{definition:?}"));
            vec![names.collect::<Vec<_>>().join(", ")]
        }
        "csv" => columns(&table(&mut world.stage, &format!("Bernd in hall: !export csv {of}")), &picked),
        "calendar" => vec![world.calendar().map_or_else(|error| error.to_string(), |_| "well".to_owned())],
        other => panic!("nobody knows {other}"),
    }
}

fn report(world: &mut World, question: &str) -> Report {
    let (subject, words) = question.split_once(' ').unwrap_or((question, ""));
    let all = [
        Subject::Stats,
        Subject::Sla,
        Subject::Overdue,
        Subject::Backlog,
        Subject::Agents,
        Subject::Breaches,
    ];
    let subject = all.into_iter().find(|known| known.word() == subject).unwrap();
    ask(&mut world.stage, subject, words, None)
}

/// The lines of an answer with the measures that were asked for.
fn figures(world: &mut World, question: &str, picked: &[&str]) -> Vec<String> {
    let report = report(world, question);
    let cells = |line: &Line| {
        let cells = report.columns.iter().zip(&line.cells).filter_map(|(column, value)| {
            let clock = column.clock.map(|clock| format!("{}.", clock.word())).unwrap_or_default();
            let name = format!("{clock}{}", column.measure.word());
            let is_there = !matches!(value, Cell::Nothing | Cell::Number(0) | Cell::Share(_, 0));
            (is_there && picked.contains(&name.as_str())).then(|| format!("{name}={}", cell(world, value)))
        });
        cells.collect::<Vec<_>>()
    };
    let lines = report.lines.iter().map(|line| (cell(world, &line.name), cells(line)));
    let lines = lines.filter(|(_, cells)| !cells.is_empty());
    lines.map(|(name, cells)| format!("{name} {}", cells.join(" ")).trim().to_owned()).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the others are not asked for")]
fn cell(world: &World, value: &Cell) -> String {
    match value {
        Cell::Nothing => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Span(span) => shown_length(*span),
        Cell::Share(part, all) => format!("{part}/{all}"),
        Cell::Name(name) => name.clone(),
        Cell::Thread(id) => format!("#{}", id.0),
        Cell::At(at) => time(world, *at),
        other => format!("{other:?}"),
    }
}

/// Who is not answered, as it stands beside every statistic.
fn waiting(world: &mut World) -> String {
    let standing = report(world, "stats").standing;
    let since = standing.oldest.map(|at| format!(" since {}", time(world, at)));
    format!(
        "{}{}, {} overdue",
        standing.threads.unanswered(),
        since.unwrap_or_default(),
        standing.threads.overdue
    )
}

fn time(world: &World, at: Timestamp) -> String {
    let zoned = at.to_zoned(world.stage.desk.setup.time_zone.clone());
    zoned.strftime(if zoned.second() == 0 { "%a %H:%M" } else { "%a %H:%M:%S" }).to_string()
}

fn due(world: &World, id: ThreadId) -> Vec<String> {
    let thread = thread(world, id);
    let clocks = thread.clocks.iter().map(|clock| {
        let stands = if clock.paused.is_some() { " stands" } else { "" };
        format!("{}{stands}, due {}", clock.kind.word(), time(world, clock.due))
    });
    let clocks: Vec<String> = clocks.collect();
    if clocks.is_empty() { vec!["nothing".to_owned()] } else { clocks }
}

fn thread(world: &World, id: ThreadId) -> &Thread {
    let row = world.stage.desk.whole.rows.get(&Key::Thread(id));
    let Some(Row::Thread(thread)) = row else { panic!("there is no thread {id:?}") };
    thread
}

/// What happened to a thread's clocks, in words; who was told is asked for apart.
#[expect(clippy::wildcard_enum_match_arm, reason = "only clocks are asked for")]
fn clock(world: &World, event: &Event, id: ThreadId) -> Option<String> {
    let (thread, what) = match &event.fact {
        Fact::ClockStarted { thread, clock } => {
            let (since, due) = (time(world, clock.since), time(world, clock.due));
            (thread, format!("{} of {since} starts, due {due}", clock.kind.word()))
        }
        Fact::ClockPaused { thread, kind, why, .. } => {
            (thread, format!("{} stands: {}", kind.word(), why.word()))
        }
        Fact::ClockResumed { thread, clock, why, .. } => {
            (thread, format!("{} goes on, due {}: {}", clock.kind.word(), time(world, clock.due), why.word()))
        }
        Fact::ClockMoved { thread, clock, why, .. } => {
            (thread, format!("{} moves, due {}: {}", clock.kind.word(), time(world, clock.due), why.word()))
        }
        Fact::ClockBreached { thread, kind, .. } => (thread, format!("{} is missed", kind.word())),
        Fact::ClockMet { thread, kind, by, wall, working, .. } => {
            let (wall, working) = (shown_span(*wall), shown_span(*working));
            (thread, format!("{} ends by {by} after {wall}, {working} of work", kind.word()))
        }
        Fact::ClockVoided { thread, kind, why, .. } => {
            (thread, format!("{} is given up: {}", kind.word(), why.word()))
        }
        _ => return None,
    };
    (*thread == id).then(|| format!("{} {what}", time(world, event.at)))
}
