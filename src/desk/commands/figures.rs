//! Commands for figures: who may ask for what, and the answer.
//!
//! Managers ask for everything. Agents see their own: what they answered, and what is theirs to answer.

use crate::decide::Turn;
use crate::figures::{Ask, By, Subject, chat, report};
use crate::sentence::Sentence;
use crate::setup::{Agent, Role};
use crate::state::Missing;
use crate::team::{Said, answer, answer_with};

/// Answers a question for figures.
pub(super) fn answer_figures(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    agent: &Agent,
    subject: Subject,
    words: &str,
) -> Result<(), Missing> {
    let Some(team) = turn.setup.team_at(said.place) else { return Ok(()) };
    let today = turn.now.to_zoned(turn.setup.time_zone.clone()).date();
    let ask = match Ask::read(subject, words, today, &turn.setup.command_prefix) {
        Ok(ask) => ask,
        Err(sentence) => return answer(turn, said, &[*sentence]),
    };
    let whose = match agent.role {
        Role::Manager => None,
        Role::Agent if has_own(&ask) => Some(&agent.name),
        Role::Agent => {
            let prefix = turn.setup.command_prefix.clone();
            return answer(turn, said, &[Sentence::FiguresForManagers { prefix }]);
        }
    };
    let speaker = said.speaker(turn.setup);
    let report = report(&turn.rows, speaker, turn.now, &team.name, &ask, whose)?;
    let text = chat::text(speaker, turn.now, &report, ask.define);
    answer_with(turn, said, &text, Vec::new())
}

/// Whether there is a part of it that is one agent's.
const fn has_own(ask: &Ask) -> bool {
    match ask.subject {
        Subject::Stats => matches!(ask.by, None | Some(By::Agent | By::Day)),
        Subject::Agents | Subject::Overdue | Subject::Backlog | Subject::Breaches => true,
        Subject::Sla | Subject::Compare => false,
    }
}
