//! The last step before sending: what an operation means now. Its topic is whichever is open now, and the messages it
//! concerns are what they became on the other side.

use crate::gather;
use crate::rows::{MessageRole, Purpose, Queued, Side, Thread};
use crate::state::{Known, Missing, Rows};
use port::{MessageId, Op, Operation, Place};

/// What an operation comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// The complete order to the adapter.
    Order(Box<Op>),
    /// Its topic is not open.
    TopicGone,
    /// There is nothing to be done: what it concerns never came to the other side.
    Nothing,
}

/// The complete order to the adapter.
///
/// # Errors
/// [`Missing`] when what it concerns is not known.
pub fn bind(known: &dyn Known, queued: &Queued) -> Result<Bound, Missing> {
    let rows = Rows::new(known);
    let thread = match queued.thread {
        Some(id) => rows.thread(id)?,
        None => None,
    };
    let topic = match (&thread, queued.in_topic) {
        (Some(Thread { topic: Some(topic), .. }), true) => Some(topic.clone()),
        (_, true) if queued.thread.is_some() => return Ok(Bound::TopicGone),
        _ => None,
    };
    let Some(operation) = operation(&rows, queued, thread.as_ref())? else { return Ok(Bound::Nothing) };
    Ok(Bound::Order(Box::new(Op {
        id: queued.id.clone(),
        chat: queued.lane.place.chat.clone(),
        topic,
        attempt: queued.attempts,
        operation,
    })))
}

fn operation(
    rows: &Rows<'_>,
    queued: &Queued,
    thread: Option<&Thread>,
) -> Result<Option<Operation>, Missing> {
    let mut operation = queued.operation.clone();
    if let (Operation::Create { body, .. }, false) = (&mut operation, queued.gathered.is_empty()) {
        *body = gather::joined(body, &queued.gathered);
    }
    let Some(thread) = thread else { return Ok(Some(operation)) };
    let origin = origin(queued, thread);
    match &mut operation {
        Operation::Create { reply_to, .. } => {
            if let (None, Some(quoted)) = (&reply_to, &queued.quotes) {
                *reply_to = other_side(rows, origin, quoted)?;
            }
        }
        Operation::Edit { parts, .. } | Operation::Delete { parts } => {
            if let Purpose::Change { of, .. } | Purpose::React { of, .. } = &queued.purpose {
                // where others are part of the same post, changing it would take their words away
                let row = rows.message(origin, of)?.filter(|row| !row.shared);
                *parts = row.map(|row| row.copies).unwrap_or_default();
            }
            if parts.is_empty() {
                return Ok(None);
            }
        }
        Operation::React { message, .. } => {
            *message = match &queued.quotes {
                Some(quoted) => other_side(rows, origin, quoted)?,
                None => None,
            };
            if message.is_none() {
                return Ok(None);
            }
        }
        Operation::OpenTopic { .. } | Operation::SetTopic { .. } | Operation::Mark { .. } | _ => {}
    }
    Ok(Some(operation))
}

/// Where the message is that an operation carries, changes or reacts with.
fn origin<'t>(queued: &Queued, thread: &'t Thread) -> &'t Place {
    match &queued.purpose {
        Purpose::Change { side: Side::Team, .. }
        | Purpose::React { side: Side::Team, .. }
        | Purpose::Reply { .. } => &thread.team_place,
        Purpose::Change { side: Side::Customer, .. }
        | Purpose::React { side: Side::Customer, .. }
        | Purpose::Copy { .. }
        | Purpose::Topic
        | Purpose::Show
        | Purpose::Notice => &thread.place,
    }
}

/// What a message of one side is on the other: its first part there, or the one that it is itself a copy of.
#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else has a counterpart")]
fn other_side(rows: &Rows<'_>, place: &Place, id: &MessageId) -> Result<Option<MessageId>, Missing> {
    Ok(rows.message(place, id)?.and_then(|row| match row.role {
        MessageRole::CustomerCopy { of } | MessageRole::ReplyCopy { of } => Some(of),
        MessageRole::Customer | MessageRole::Reply { .. } => row.copies.first().cloned(),
        _ => None,
    }))
}
