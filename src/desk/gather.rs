//! What one customer wrote in a burst, as one post: what goes with what, what it says then, and how it is taken apart.
//!
//! A team's chat takes so many messages in a stretch of time, over all its topics. When customers write faster, the
//! outbox lets what waits behind a lane's head go with it. The head then holds the others as they were queued, and is
//! one operation from there on: kept before it is sent, sent, looked for and repeated as a whole. So nothing beside it
//! has to be remembered of what may have been sent.
//!
//! What it must not do: gather what was tried, what answers something, or what is a post of its own (a file, a change).

use crate::decide::Turn;
use crate::event::Fact;
use crate::key::Key;
use crate::rows::{Phase, Purpose, Queued, Row, Thread};
use crate::sentence::Sentence;
use crate::state::Missing;
use crate::stray;
use port::rich::{Rich, SPANS_MAX};
use port::{Body, Limit, MessageId, Operation, ThreadId, Voice};

/// How much of a platform's longest text is left for the customer's name, in the units of the limit.
pub const NAME_ROOM: usize = 200;

/// Which of the operations behind a lane's head go with it, by their places: those right behind it, as far as all of it
/// stays one text of the platform.
#[must_use]
pub fn with<'q>(head: &Queued, behind: impl IntoIterator<Item = &'q Queued>, limit: Limit) -> Vec<u64> {
    let Some((voice, said)) = words(head) else { return Vec::new() };
    let max = limit.max.saturating_sub(NAME_ROOM);
    let (mut units, mut spans) = (limit.unit.count(said.shown()), spans(said));
    let mut places = Vec::new();
    for next in behind {
        let Some((_, said)) = words(next).filter(|(theirs, _)| *theirs == voice) else { break };
        if (next.thread, next.in_topic) != (head.thread, head.in_topic) {
            break;
        }
        // a line break stands between them
        units += 1 + limit.unit.count(said.shown());
        spans += self::spans(said);
        if units > max || spans > SPANS_MAX {
            break;
        }
        places.push(next.seq);
    }
    places
}

/// Under whose name an operation says what, if it is nothing but a customer's words and was never tried.
fn words(queued: &Queued) -> Option<(&Voice, &Body)> {
    let untried = queued.attempts == 0 && queued.tried_at.is_none() && queued.phase == Phase::Send;
    let is_single = queued.gathered.is_empty() && !queued.alone && queued.quotes.is_none();
    let is_copy = matches!(queued.purpose, Purpose::Copy { .. });
    let Operation::Create { voice: voice @ Voice::Persona(_), body, files, reply_to: None, mentions } =
        &queued.operation
    else {
        return None;
    };
    let is_bare = files.is_empty() && mentions.is_empty() && !body.shown().trim().is_empty();
    (untried && is_single && is_copy && is_bare).then_some((voice, body))
}

fn spans(body: &Body) -> usize {
    body.rich().spans().len()
}

/// What a head says together with what goes with it: each begins a line.
pub(crate) fn joined(head: &Body, gathered: &[Queued]) -> Body {
    let line_break = Rich::plain("\n");
    let mut texts = vec![head.rich()];
    for queued in gathered {
        if let Operation::Create { body, .. } = &queued.operation {
            texts.push(line_break.clone());
            texts.push(body.rich());
        }
    }
    Body::new(head.text().owner(), &Rich::concat(&texts))
}

/// The customer's messages that an operation shows, in their order.
fn messages(queued: &Queued) -> impl Iterator<Item = &MessageId> {
    let all = std::iter::once(queued).chain(&queued.gathered);
    all.filter_map(|one| if let Purpose::Copy { of } = &one.purpose { Some(of) } else { None })
}

/// The team sees customers' messages, each as the same parts. Whoever answers these answers the last one.
pub(crate) fn delivered(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    parts: &[MessageId],
) -> Result<(), Missing> {
    let shared = !queued.gathered.is_empty();
    for of in messages(queued) {
        let (message, parts) = (of.clone(), parts.to_vec());
        turn.record(Fact::CopyDelivered { thread: id, message, parts, shared })?;
    }
    if let Some(topic) = &thread.topic {
        stray::release(turn, &thread.team_place, topic.as_str(), false)?;
    }
    for part in parts {
        stray::release(turn, &thread.team_place, part.as_str(), false)?;
    }
    Ok(())
}

/// A post of several was refused: each is tried alone, in its place, so that one of them stops no other.
pub(crate) fn singly(turn: &mut Turn<'_>, queued: &Queued) -> Result<(), Missing> {
    turn.remove_queued(queued);
    for mut one in apart(turn, queued)? {
        one.alone = true;
        turn.put_queued(one);
    }
    Ok(())
}

/// Nobody knows whether customers' messages were shown: each waits by itself for an agent to say so.
pub(crate) fn unknown(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
) -> Result<(), Missing> {
    turn.remove_queued(queued);
    let all = if queued.gathered.is_empty() { vec![queued.clone()] } else { apart(turn, queued)? };
    for of in messages(queued) {
        turn.record(Fact::CopyUnknown { thread: id, message: of.clone() })?;
    }
    let (count, prefix) = (all.len() as u64, turn.setup.command_prefix.clone());
    for one in all {
        turn.rows.put(Key::Aside(id, one.seq), Row::Queued(Box::new(one)));
    }
    turn.tell(id, thread, turn.setup.speaker(), &Sentence::CopyUnknown { count, prefix })?;
    stray::give_up(turn, thread)
}

/// The operations that one was gathered of, as they were queued. The first is another one now: under its own id the
/// platform may have seen all of them.
fn apart(turn: &mut Turn<'_>, queued: &Queued) -> Result<Vec<Queued>, Missing> {
    let mut first = queued.clone();
    let others = std::mem::take(&mut first.gathered);
    first.id = turn.next_id()?;
    Ok(std::iter::once(first.untried()).chain(others).collect())
}
