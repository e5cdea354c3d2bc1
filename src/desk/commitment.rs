//! Commitments: what an agent promised a customer, by when, and whether it was kept.
//!
//! A promise is made by an agent in so many words, never behind their back: what reads like one in a reply is only
//! offered. Its owner is reminded before it is due; when it is broken, the managers are told as well. It belongs to the
//! thread and survives the thread's closing.

use crate::clock;
use crate::decide::Turn;
use crate::event::{Event, Fact};
use crate::key::Key;
use crate::policy::Addressee;
use crate::promise;
use crate::rows::{Line, Row, Thread, Timer};
use crate::sentence::Sentence;
use crate::setup::shown_span;
use crate::state::{Missing, Rows};
use crate::topic::shown_customer;
use jiff::{SignedDuration, Timestamp};
use port::{AgentName, Private, ThreadId};
use serde::{Deserialize, Serialize};

/// How many promises of a thread may be open.
pub(crate) const OPEN_MAX: usize = 20;
/// How long before it is due somebody is reminded at most.
const REMIND_MAX: SignedDuration = SignedDuration::from_hours(1);
/// Timers of promises are numbered behind those of clocks.
const NUMBERS: u64 = 16;

/// An open promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Counts the thread's promises from 1.
    pub number: u32,
    /// Whose word it is.
    pub by: AgentName,
    /// What was promised.
    pub text: Private,
    /// When it was made.
    pub made: Timestamp,
    /// By when.
    pub due: Timestamp,
    /// When its owner is reminded, unless that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<Timestamp>,
    /// It was not kept in time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub broken: bool,
}

/// Words of a reply that read like a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Who wrote them.
    pub by: AgentName,
    /// The words.
    pub text: Private,
    /// By when, if they say so.
    pub due: Option<Timestamp>,
}

impl Commitment {
    /// When it has to be looked at next.
    fn next_at(&self) -> Option<Timestamp> {
        self.remind.or((!self.broken).then_some(self.due))
    }
}

/// The rows that a thread's promises have besides: their timers, and their places in the order of all.
pub(crate) fn index(id: ThreadId, thread: &Thread) -> Vec<(Key, Row)> {
    let mut rows = Vec::new();
    for promise in &thread.promises {
        if let Some(at) = promise.next_at() {
            let number = NUMBERS + u64::from(promise.number);
            let timer = Timer::Promise { number: promise.number };
            rows.push((Key::Timer { at: clock::whole(at), thread: id, number }, Row::Timer(Box::new(timer))));
        }
        let key = Key::Owed { due: promise.due, thread: id, number: promise.number };
        rows.push((key, Row::Line(Line { event: id.0 })));
    }
    rows
}

/// Makes a promise. Gives its number, or nothing when too many are open.
pub(crate) fn make(
    turn: &mut Turn<'_>,
    id: ThreadId,
    by: &AgentName,
    text: &str,
    due: Timestamp,
) -> Result<Option<u32>, Missing> {
    let Some(thread) = turn.rows.thread(id)? else { return Ok(None) };
    if thread.promises.len() >= OPEN_MAX {
        return Ok(None);
    }
    let number = thread.promised + 1;
    let span = due.duration_since(turn.now).max(SignedDuration::ZERO);
    let remind = due.saturating_sub((span / 5).min(REMIND_MAX)).unwrap_or(due);
    turn.record(Fact::PromiseMade {
        thread: id,
        promise: Commitment {
            number,
            by: by.clone(),
            text: Private::of_customer(thread.customer, text),
            made: turn.now,
            due,
            remind: Some(remind),
            broken: false,
        },
    })?;
    Ok(Some(number))
}

/// A reply was written: what reads like a promise is offered as one.
pub(crate) fn offer(turn: &mut Turn<'_>, id: ThreadId, by: &AgentName, text: &str) -> Result<(), Missing> {
    let now = turn.now.to_zoned(turn.setup.time_zone.clone());
    let Some(spoken) = promise::find(text, &now) else { return Ok(()) };
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let words = spoken.sentence.trim().to_owned();
    let offer =
        Offer { by: by.clone(), text: Private::of_customer(thread.customer, words.as_str()), due: spoken.at };
    turn.record(Fact::PromiseOffered { thread: id, offer })?;
    let prefix = turn.setup.command_prefix.clone();
    let phrase = spoken.phrase.to_owned();
    let sentence = match spoken.at {
        Some(due) => Sentence::PromiseOffered { phrase, due: turn.setup.shown_time(due), prefix },
        None => Sentence::PromiseOfferedUntimed { phrase, prefix },
    };
    turn.tell(id, &thread, turn.setup.speaking_to_named(Some(by)), &sentence)
}

/// The time of a promise has come: its owner is reminded, or it is broken.
pub(crate) fn due(turn: &mut Turn<'_>, key: &Key, number: u32) -> Result<(), Missing> {
    let Key::Timer { thread: id, .. } = key else { return Ok(()) };
    turn.rows.remove(key.clone());
    let Some(thread) = turn.rows.thread(*id)? else { return Ok(()) };
    let Some(promise) = thread.promises.iter().find(|promise| promise.number == number) else {
        return Ok(());
    };
    if promise.due <= turn.now && !promise.broken {
        turn.record(Fact::PromiseBroken { thread: *id, number, by: promise.by.clone(), due: promise.due })?;
        return broken(turn, *id, &thread, promise);
    }
    if promise.remind.is_some_and(|remind| remind <= turn.now) {
        turn.record(Fact::PromiseReminded { thread: *id, number })?;
        let sentence = Sentence::PromiseReminder {
            agent: promise.by.to_string(),
            text: promise.text.shown().to_owned(),
            due: turn.setup.shown_time(promise.due),
            left: shown_span(promise.due.duration_since(turn.now)),
            prefix: turn.setup.command_prefix.clone(),
        };
        let speaker = turn.setup.speaking_to_named(Some(&promise.by));
        turn.tell_calling(*id, &thread, speaker, &speaker.say(&sentence), [&promise.by])?;
    }
    Ok(())
}

fn broken(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread, promise: &Commitment) -> Result<(), Missing> {
    let customer = turn.rows.customer(thread.customer)?;
    let customer = shown_customer(turn.setup.speaker(), customer.as_ref().map_or("", |row| row.name.shown()));
    let sentence = Sentence::PromiseBroken {
        agent: promise.by.to_string(),
        customer,
        number: id.0,
        text: promise.text.shown().to_owned(),
        due: turn.setup.shown_time(promise.due),
    };
    let text = turn.setup.say(&sentence);
    turn.tell_calling(id, thread, turn.setup.speaker(), &text, [&promise.by])?;
    clock::notify(turn, thread, &[Addressee::Managers], &text)
}

/// What an event does to a thread.
type Change<'e> = Box<dyn FnOnce(&mut Thread) + 'e>;

/// Applies what concerns promises.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other facts are folded elsewhere")]
pub(crate) fn promise_facts(rows: &mut Rows<'_>, event: &Event) -> Result<(), Missing> {
    let (id, change): (ThreadId, Change<'_>) = match &event.fact {
        Fact::PromiseOffered { thread, offer } => (*thread, Box::new(|row| row.offer = Some(offer.clone()))),
        Fact::PromiseMade { thread, promise } => (
            *thread,
            Box::new(|row| {
                row.promised = row.promised.max(promise.number);
                row.promises.push(promise.clone());
                row.offer = None;
            }),
        ),
        Fact::PromiseReminded { thread, number } => {
            (*thread, Box::new(|row| with(row, *number, |promise| promise.remind = None)))
        }
        Fact::PromiseBroken { thread, number, .. } => (
            *thread,
            Box::new(|row| {
                with(row, *number, |promise| {
                    promise.broken = true;
                    promise.remind = None;
                });
            }),
        ),
        Fact::PromiseDone { thread, number, .. } => {
            (*thread, Box::new(|row| row.promises.retain(|promise| promise.number != *number)))
        }
        _ => return Ok(()),
    };
    if let Some(mut thread) = rows.thread(id)? {
        change(&mut thread);
        rows.put_thread(id, thread)?;
    }
    Ok(())
}

fn with(row: &mut Thread, number: u32, change: impl FnOnce(&mut Commitment)) {
    if let Some(promise) = row.promises.iter_mut().find(|promise| promise.number == number) {
        change(promise);
    }
}
