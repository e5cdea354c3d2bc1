//! Reactions, both ways. They never answer anybody: no clock looks at them, and one that fails is let go.

use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::rows::{MessageRole, Purpose, Side, Thread};
use crate::state::Missing;
use port::{AgentName, Inbound, MessageId, Operation, Place, Private, ThreadId};

/// The longest key that is taken: an emoji with all its joints, or a custom one's short name.
const KEY_MAX: usize = 64;

/// A customer reacted.
pub(crate) fn customers(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    of: &MessageId,
    key: &str,
) -> Result<(), Missing> {
    reacted(turn, place, inbound, of, key, None)
}

/// An agent reacted; anybody else in the team's chat is not relayed.
pub(crate) fn agents(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    of: &MessageId,
    key: &str,
) -> Result<(), Missing> {
    let agent = turn.setup.agent(&place.channel, &inbound.author.account).map(|agent| agent.name.clone());
    match agent {
        Some(agent) => reacted(turn, place, inbound, of, key, Some(agent)),
        None => Ok(()),
    }
}

fn reacted(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    of: &MessageId,
    key: &str,
    by: Option<AgentName>,
) -> Result<(), Missing> {
    if key.is_empty() || key.len() > KEY_MAX || turn.rows.message(place, &inbound.message)?.is_some() {
        return Ok(());
    }
    let Some((id, thread, role)) = message_of(turn, place, of)? else { return Ok(()) };
    // what stays inside has no other side
    if !matches!(
        role,
        MessageRole::Customer
            | MessageRole::CustomerCopy { .. }
            | MessageRole::Reply { .. }
            | MessageRole::ReplyCopy { .. }
    ) {
        return Ok(());
    }
    let key = Private::of_customer(thread.customer, key);
    let side = if by.is_some() { Side::Team } else { Side::Customer };
    turn.record(Fact::Reacted {
        thread: id,
        place: place.clone(),
        message: inbound.message.clone(),
        of: of.clone(),
        key: key.clone(),
        by,
    })?;
    let operation = Operation::React { message: None, key };
    queue(turn, id, &thread, &inbound.message, side, operation, Some(of.clone()))
}

/// A reaction was taken back, if that is what it is.
pub(crate) fn taken_back(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    side: Side,
) -> Result<(), Missing> {
    let Some((id, thread, MessageRole::Reaction { .. })) = message_of(turn, place, &inbound.message)? else {
        return Ok(());
    };
    if turn.rows.message(place, &inbound.message)?.is_none_or(|row| row.deleted) {
        return Ok(());
    }
    let message = inbound.message.clone();
    turn.record(Fact::ReactionTakenBack { thread: id, place: place.clone(), message: message.clone() })?;
    queue(turn, id, &thread, &message, side, Operation::Delete { parts: Vec::new() }, None)
}

fn message_of(
    turn: &Turn<'_>,
    place: &Place,
    id: &MessageId,
) -> Result<Option<(ThreadId, Thread, MessageRole)>, Missing> {
    let Some(row) = turn.rows.message(place, id)? else { return Ok(None) };
    let Some(thread) = row.thread else { return Ok(None) };
    Ok(turn.rows.thread(thread)?.map(|found| (thread, found, row.role)))
}

fn queue(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    of: &MessageId,
    side: Side,
    operation: Operation,
    quotes: Option<MessageId>,
) -> Result<(), Missing> {
    let (lane, in_topic) = match side {
        Side::Customer => (thread.team_lane(id), true),
        Side::Team => (thread.customer_lane(), false),
    };
    let purpose = Purpose::React { of: of.clone(), side };
    turn.queue(Draft { lane, thread: Some(id), in_topic, purpose, operation, quotes })
}
