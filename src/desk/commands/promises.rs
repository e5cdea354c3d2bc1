//! Commands that concern promises: making one, keeping it, and what is still owed.

use crate::commitment::{self, OPEN_MAX};
use crate::decide::Turn;
use crate::event::Fact;
use crate::key::{Key, Scan};
use crate::rows::Thread;
use crate::sentence::Sentence;
use crate::setup::{Agent, Role};
use crate::state::Missing;
use crate::team::{Said, answer};
use crate::topic::shown_customer;
use crate::when;
use port::ThreadId;

/// How many promises are shown.
const LIST_MAX: usize = 50;

/// Makes what a reply said a promise.
fn adopt(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread, agent: &Agent) -> Result<Sentence, Missing> {
    let prefix = turn.setup.command_prefix.clone();
    match thread.offer.clone() {
        Some(offer) if offer.by != agent.name => {
            Ok(Sentence::PromiseOfSomebodyElse { agent: offer.by.to_string() })
        }
        Some(offer) => match offer.due.filter(|due| *due > turn.now) {
            Some(due) => make(turn, id, agent, offer.text.shown(), due),
            None => Ok(Sentence::PromiseWhen { prefix }),
        },
        None => Ok(Sentence::PromiseWhen { prefix }),
    }
}

/// Makes a promise: a time, and what is promised. Without any, what a reply just said.
pub(super) fn promise(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
    text: &str,
) -> Result<Sentence, Missing> {
    if text.is_empty() {
        return adopt(turn, id, thread, agent);
    }
    let now = turn.now.to_zoned(turn.setup.time_zone.clone());
    let Ok(when) = when::parse(text, &now) else {
        return Ok(Sentence::NoSuchTime { text: text.chars().take(60).collect() });
    };
    let offered = thread.offer.as_ref().filter(|offer| offer.by == agent.name);
    let words = match when.rest.trim() {
        "" => offered.map_or("", |offer| offer.text.shown()).to_owned(),
        words => words.to_owned(),
    };
    if words.trim().is_empty() {
        return Ok(Sentence::PromiseWhat { prefix: turn.setup.command_prefix.clone() });
    }
    make(turn, id, agent, &words, when.at)
}

fn make(
    turn: &mut Turn<'_>,
    id: ThreadId,
    agent: &Agent,
    text: &str,
    due: jiff::Timestamp,
) -> Result<Sentence, Missing> {
    let made = commitment::make(turn, id, &agent.name, text, due)?;
    let Some(number) = made else { return Ok(Sentence::ManyPromises { max: OPEN_MAX as u64 }) };
    Ok(Sentence::PromiseMade {
        number: u64::from(number),
        text: text.to_owned(),
        due: turn.setup.speaking_to(Some(agent)).shown_day(due),
        prefix: turn.setup.command_prefix.clone(),
    })
}

/// A promise is kept, or done at last.
pub(super) fn done(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
    text: &str,
) -> Result<Sentence, Missing> {
    let open = &thread.promises;
    let wanted = text.trim().trim_start_matches('#');
    let found = match (wanted.parse::<u32>(), open.as_slice()) {
        (Ok(number), _) => open.iter().find(|promise| promise.number == number),
        (Err(_), [only]) if wanted.is_empty() => Some(only),
        (Err(_), _) => None,
    };
    let Some(promise) = found else {
        let numbers: Vec<String> =
            open.iter().map(|promise| format!("{} {}", promise.number, promise.text.shown())).collect();
        return Ok(if numbers.is_empty() {
            Sentence::NoPromises {}
        } else {
            Sentence::WhichPromise { open: numbers.join(" · "), prefix: turn.setup.command_prefix.clone() }
        });
    };
    let late = promise.broken || turn.now > promise.due;
    let number = promise.number;
    turn.record(Fact::PromiseDone {
        thread: id,
        number,
        by: promise.by.clone(),
        said_by: agent.name.clone(),
        due: promise.due,
        late,
    })?;
    let number = u64::from(number);
    Ok(if late { Sentence::PromiseDoneLate { number } } else { Sentence::PromiseKept { number } })
}

/// What is owed: in a topic that thread's, elsewhere one's own, or everybody's for who may command.
pub(super) fn list(turn: &mut Turn<'_>, said: &Said<'_>, agent: &Agent) -> Result<(), Missing> {
    let mut lines = Vec::new();
    let mut more = false;
    let wanted: Vec<(ThreadId, Option<u32>)> = if let Some((id, _)) = &said.thread {
        vec![(*id, None)]
    } else {
        let found = turn.rows.scan(Scan::Owed { limit: LIST_MAX + 1 })?;
        more = found.len() > LIST_MAX;
        found.iter().take(LIST_MAX).filter_map(|(key, _)| Key::owed(key)).collect()
    };
    let everybodys = said.thread.is_some() || agent.role == Role::Manager;
    for (id, number) in wanted {
        let Some(thread) = turn.rows.thread(id)? else { continue };
        let customer = turn.rows.customer(thread.customer)?;
        let customer =
            shown_customer(said.speaker(turn.setup), customer.as_ref().map_or("", |row| row.name.shown()));
        let promises = thread.promises.iter().filter(|promise| {
            number.is_none_or(|number| promise.number == number) && (everybodys || promise.by == agent.name)
        });
        for promise in promises {
            let (number, customer, owner) = (id.0, customer.clone(), promise.by.to_string());
            let (due, text) = (turn.setup.shown_time(promise.due), promise.text.shown().to_owned());
            lines.push(if promise.broken || promise.due < turn.now {
                Sentence::PromiseLineBroken { number, customer, agent: owner, due, text }
            } else {
                Sentence::PromiseLine { number, customer, agent: owner, due, text }
            });
        }
    }
    if lines.is_empty() {
        return answer(turn, said, &[Sentence::NoPromises {}]);
    }
    let mut sentences = vec![Sentence::PromisesHead { count: lines.len() as u64 }];
    sentences.append(&mut lines);
    if more {
        sentences.push(Sentence::ListMore { shown: LIST_MAX as u64 });
    }
    answer(turn, said, &sentences)
}
