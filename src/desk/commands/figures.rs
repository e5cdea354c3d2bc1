//! Commands for figures: who may ask for what, and the answer.
//!
//! Managers ask for everything. Agents see their own: what they answered, and what is theirs to answer.

use crate::decide::Turn;
use crate::figures::picture::{Picture, Wanted, drawn};
use crate::figures::{Ask, By, Period, Subject, chat, csv, report};
use crate::made::Made;
use crate::policy::ClockKind;
use crate::sentence::Sentence;
use crate::setup::{Agent, Role};
use crate::state::Missing;
use crate::team::{Said, answer, answer_with};
use jiff::civil::Date;
use port::{AgentName, Owner};

/// What may follow `export`.
pub(super) const EXPORT_USAGE: &str = "export csv [stats|agents|sla|breaches] \
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
    let (ask, whose) = match ask.and_then(|ask| allowed(turn, agent, ask)) {
        Ok(allowed) => allowed,
        Err(sentence) => return answer(turn, said, &[*sentence]),
    };
    let speaker = said.speaker(turn.setup);
    let report = report(&turn.rows, speaker, turn.now, &team.name, &ask, whose)?;
    let text = chat::text(speaker, turn.now, &report, ask.define);
    answer_with(turn, said, &text, Vec::new())
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
    let ask = Ask { all: true, ..Ask::new(subject, today(turn)) }.with(&rest, today(turn), &possible);
    let (ask, whose) = match ask.and_then(|ask| allowed(turn, agent, ask)) {
        Ok(allowed) => allowed,
        Err(sentence) => return answer(turn, said, &[*sentence]),
    };
    let speaker = said.speaker(turn.setup);
    let report = report(&turn.rows, speaker, turn.now, &team.name, &ask, whose)?;
    if report.lines.is_empty() {
        let text = chat::text(speaker, turn.now, &report, ask.define);
        return answer_with(turn, said, &text, Vec::new());
    }
    let table = csv::table(&report, &turn.setup.time_zone);
    let size = (table.rows, table.columns);
    let name = file_name(subject.word(), ask.period);
    let Some(file) = Made::Table(table.text).attachment(&Owner::Desk, &name) else {
        return answer(turn, said, &[Sentence::FiguresCut {}]);
    };
    let text = chat::of_file(speaker, turn.now, &report, ask.define, size);
    answer_with(turn, said, &text, vec![file])
}

/// Answers with a picture; what is said with it says what is in it.
pub(super) fn chart(turn: &mut Turn<'_>, said: &Said<'_>, agent: &Agent, words: &str) -> Result<(), Missing> {
    let Some(team) = turn.setup.team_at(said.place) else { return Ok(()) };
    let words = words.to_lowercase();
    let first = words.split_whitespace().next().unwrap_or_default();
    let picture = Picture::of(first);
    let rest = picture.and_then(|_| words.trim_start().strip_prefix(first)).unwrap_or(&words);
    let picture = picture.unwrap_or(Picture::Lengths(ClockKind::FirstResponse));
    let ask = picture.ask(rest, today(turn), &turn.setup.command_prefix);
    let (ask, whose) = match ask.and_then(|ask| allowed(turn, agent, ask)) {
        Ok(allowed) => allowed,
        Err(sentence) => return answer(turn, said, &[*sentence]),
    };
    let wanted = Wanted {
        rows: &turn.rows,
        speaker: said.speaker(turn.setup),
        now: turn.now,
        team: &team.name,
        whose,
    };
    let (text, chart) = drawn(&wanted, picture, &ask)?;
    let name = file_name(picture.word(), ask.period);
    let file = chart.and_then(|chart| Made::from(chart).attachment(&Owner::Desk, &name));
    answer_with(turn, said, &text, file.into_iter().collect())
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
fn file_name(word: &str, period: Option<Period>) -> String {
    match period {
        Some(period) if period.from == period.to => format!("{word}-{}", period.from),
        Some(period) => format!("{word}-{}-{}", period.from, period.to),
        None => word.to_owned(),
    }
}

fn today(turn: &Turn<'_>) -> Date {
    turn.now.to_zoned(turn.setup.time_zone.clone()).date()
}

/// What an agent may ask, and whose figures are shown then: nobody's in particular, or the agent's own.
fn allowed<'a>(
    turn: &Turn<'_>,
    agent: &'a Agent,
    ask: Ask,
) -> Result<(Ask, Option<&'a AgentName>), Box<Sentence>> {
    match agent.role {
        Role::Manager => Ok((ask, None)),
        Role::Agent if has_own(&ask) => Ok((ask, Some(&agent.name))),
        Role::Agent => {
            let prefix = turn.setup.command_prefix.clone();
            Err(Box::new(Sentence::FiguresForManagers { prefix }))
        }
    }
}

/// Whether there is a part of it that is one agent's.
const fn has_own(ask: &Ask) -> bool {
    match ask.subject {
        Subject::Stats => matches!(ask.by, None | Some(By::Agent | By::Day)),
        Subject::Agents | Subject::Overdue | Subject::Backlog | Subject::Breaches => true,
        Subject::Sla | Subject::Compare | Subject::Digest => false,
    }
}
