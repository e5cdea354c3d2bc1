//! Commands for figures: who may ask for what, and the answer.
//!
//! Managers ask for everything. Agents see their own: what they answered, and what is theirs to answer.

use crate::decide::Turn;
use crate::figures::{Ask, By, Report, Subject, chat, csv, report};
use crate::made::Made;
use crate::sentence::Sentence;
use crate::setup::{Agent, Role, Team};
use crate::state::Missing;
use crate::team::{Said, answer, answer_with};
use jiff::civil::Date;
use port::Owner;

/// What may follow `export`.
const EXPORT_USAGE: &str = "export csv [stats|agents|sla|breaches] \
     [today|yesterday|week|month|last week|last month|2026-03-01..2026-03-15] \
     [by agent|channel|policy|tag|day|weekday|hour|weekhour] [working|wall] [definition]";

/// Answers a question for figures.
pub(super) fn answer_figures(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    agent: &Agent,
    subject: Subject,
    words: &str,
) -> Result<(), Missing> {
    let Some(team) = turn.setup.team_at(said.place) else { return Ok(()) };
    let ask = Ask::read(subject, words, today(turn), &turn.setup.command_prefix);
    match ask.and_then(|ask| asked_by(turn, team, agent, &ask).map(|report| (ask, report))) {
        Ok((ask, report)) => {
            let text = chat::text(turn.setup, turn.now, &report?, ask.define);
            answer_with(turn, said, &text, Vec::new())
        }
        Err(sentence) => answer(turn, said, &[*sentence]),
    }
}

/// Answers with a table in a file.
pub(super) fn export(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    agent: &Agent,
    words: &str,
) -> Result<(), Missing> {
    let Some(team) = turn.setup.team_at(said.place) else { return Ok(()) };
    let (subject, rest) = exported(words);
    let possible = format!("{}{EXPORT_USAGE}", turn.setup.command_prefix);
    let ask = Ask::read_as(subject, &rest, today(turn), &possible).map(|ask| Ask { all: true, ..ask });
    let (ask, report) =
        match ask.and_then(|ask| asked_by(turn, team, agent, &ask).map(|report| (ask, report))) {
            Ok((ask, report)) => (ask, report?),
            Err(sentence) => return answer(turn, said, &[*sentence]),
        };
    if report.lines.is_empty() {
        let text = chat::text(turn.setup, turn.now, &report, ask.define);
        return answer_with(turn, said, &text, Vec::new());
    }
    let table = csv::table(&report, &turn.setup.time_zone);
    let size = (table.rows, table.columns);
    let Some(file) = Made::Table(table.text).attachment(&Owner::Desk, &file_name(&report)) else {
        return answer(turn, said, &[Sentence::FiguresCut {}]);
    };
    let text = chat::of_file(turn.setup, turn.now, &report, ask.define, size);
    answer_with(turn, said, &text, vec![file])
}

/// What is exported, and the words that are left. Without any it is what `stats` says.
fn exported(words: &str) -> (Subject, String) {
    let words = words.to_lowercase();
    let mut rest = words.split_whitespace().peekable();
    while rest.next_if(|word| matches!(*word, "csv" | "as" | "als")).is_some() {}
    let subject = rest.peek().and_then(|word| Subject::exported(word));
    if subject.is_some() {
        rest.next();
    }
    (subject.unwrap_or(Subject::Stats), rest.collect::<Vec<_>>().join(" "))
}

/// `stats-2026-03-02`, `sla-2026-03-02-2026-03-08`.
fn file_name(report: &Report) -> String {
    let word = report.subject.word();
    match report.period {
        Some(period) if period.from == period.to => format!("{word}-{}", period.from),
        Some(period) => format!("{word}-{}-{}", period.from, period.to),
        None => word.to_owned(),
    }
}

fn today(turn: &Turn<'_>) -> Date {
    turn.now.to_zoned(turn.setup.time_zone.clone()).date()
}

/// The figures as an agent may see them; else what is said to them.
fn asked_by(
    turn: &Turn<'_>,
    team: &Team,
    agent: &Agent,
    ask: &Ask,
) -> Result<Result<Report, Missing>, Box<Sentence>> {
    let whose = match agent.role {
        Role::Manager => None,
        Role::Agent if has_own(ask) => Some(&agent.name),
        Role::Agent => {
            let prefix = turn.setup.command_prefix.clone();
            return Err(Box::new(Sentence::FiguresForManagers { prefix }));
        }
    };
    Ok(report(&turn.rows, turn.setup, turn.now, &team.name, ask, whose))
}

/// Whether there is a part of it that is one agent's.
const fn has_own(ask: &Ask) -> bool {
    match ask.subject {
        Subject::Stats => matches!(ask.by, None | Some(By::Agent | By::Day)),
        Subject::Agents | Subject::Overdue | Subject::Backlog | Subject::Breaches => true,
        Subject::Sla | Subject::Compare => false,
    }
}
