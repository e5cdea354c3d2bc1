//! After a lost answer: looks in the room's history for events that carry the operation's id. Sends nothing.

use crate::edit::{self, Was};
use crate::errors::Failure;
use crate::normalise::{self, text};
use crate::send::{self, Errand};
use crate::{Shared, crypto, marks, render, wire};
use matrix_sdk::ruma::api::Direction;
use matrix_sdk::ruma::api::client::message::get_message_events;
use matrix_sdk::ruma::uint;
use port::{Found, MessageId, Op, Operation, TopicId};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many pages of a hundred of our own events are read back.
const PAGES_MAX: usize = 10;

/// Looks whether an operation was done.
pub(crate) async fn reconcile(shared: &Shared, op: &Op) -> Found {
    let link = match shared.link().await {
        Ok(link) => link,
        Err(denied) => return Found::Later { reason: denied.reason() },
    };
    let Ok(room) = wire::room_id(&shared.places.today(&op.chat)) else { return Found::No };
    let errand = Errand { shared, link: &link, room, op };
    let found = Box::pin(find(&errand)).await;
    if let (Ok(Found::Yes { topic: Some(root), .. }), Operation::OpenTopic { .. }) = (&found, &op.operation) {
        // as if the answer had come
        if let Err(error) = shared.topics.opened(&shared.shelf, root.as_str(), errand.room.as_str()).await {
            return Found::Later { reason: error.to_string() };
        }
    }
    match found {
        Ok(found) => found,
        // in a room that we may not read there is nothing of this operation
        Err(failure) if failure.is_refused() => Found::CannotTell,
        Err(failure) => Found::Later { reason: failure.reason() },
    }
}

async fn find(errand: &Errand<'_>) -> Result<Found, Failure> {
    let yes = |parts| Found::Yes { parts, topic: None };
    Ok(match &errand.op.operation {
        Operation::Mark { message, mark } => {
            let shown = marks::shown(errand, message).await?;
            if shown.iter().any(|reaction| reaction.sign == mark.sign()) {
                yes(Vec::new())
            } else {
                Found::No
            }
        }
        Operation::Create { voice, body, files, .. } => {
            let parts = send::pieces(voice, &body.rich(), files).len();
            look(errand, |_| parts).await?.map_or_else(Seen::found, yes)
        }
        Operation::OpenTopic { .. } => look(errand, |_| 1).await?.map_or_else(Seen::found, |parts| {
            let topic = parts.first().map(|root| TopicId::new(root.as_str()));
            Found::Yes { parts, topic }
        }),
        Operation::SetTopic { .. } => {
            look(errand, |_| 1).await?.map_or_else(Seen::found, |_| yes(Vec::new()))
        }
        Operation::Edit { parts, .. } => edited(errand, parts).await?,
        Operation::Delete { parts } => {
            let is_gone = remaining(errand, parts).await?.is_empty();
            if is_gone { yes(Vec::new()) } else { Found::No }
        }
        Operation::React { message: Some(message), key } => {
            let shown = marks::shown(errand, message).await?;
            let ours = shown.into_iter().find(|reaction| reaction.sign == key.shown());
            ours.map_or(Found::No, |reaction| yes(vec![MessageId::new(reaction.id)]))
        }
        Operation::React { .. } | _ => Found::CannotTell,
    })
}

/// What became of an edit. What it took away is gone last, so that all must be looked at.
async fn edited(errand: &Errand<'_>, parts: &[MessageId]) -> Result<Found, Failure> {
    let written = |event: &Value| {
        let count = event.get("content")?.get(render::PARTS_KEY)?.as_u64()?;
        usize::try_from(count).ok()
    };
    let ids = match look(errand, |event| written(event).unwrap_or(usize::MAX)).await? {
        Ok(ids) => ids,
        Err(seen) => return Ok(seen.found()),
    };
    let remaining = remaining(errand, parts).await?;
    let is_surplus = |(part, was): &(MessageId, Was)| matches!(was, Was::Text) && !ids.contains(part);
    if remaining.iter().any(is_surplus) {
        return Ok(Found::CannotTell);
    }
    let kept = remaining.into_iter().map(|(part, _)| part);
    let added = ids.iter().filter(|id| !parts.contains(id)).cloned();
    Ok(Found::Yes { parts: kept.chain(added).collect(), topic: None })
}

/// The parts that are still there.
async fn remaining(errand: &Errand<'_>, parts: &[MessageId]) -> Result<Vec<(MessageId, Was)>, Failure> {
    let mut remaining = Vec::new();
    for part in parts {
        let was = edit::was(errand, part).await?;
        if !matches!(was, Was::Gone) {
            remaining.push((part.clone(), was));
        }
    }
    Ok(remaining)
}

/// Why not all parts were found.
enum Seen {
    // not all of it, and a repeat within the window makes the rest
    Not,
    // further back than we look
    Unclear,
}

impl Seen {
    const fn found(self) -> Found {
        match self {
            Self::Not => Found::No,
            Self::Unclear => Found::CannotTell,
        }
    }
}

/// The parts of an operation, in order. `parts` tells from the first one found how many there are.
async fn look(
    errand: &Errand<'_>,
    parts: impl Fn(&Value) -> usize,
) -> Result<Result<Vec<MessageId>, Seen>, Failure> {
    let mut found = BTreeMap::new();
    let mut wanted = None;
    let mut from = None;
    for _ in 0..PAGES_MAX {
        let mut request = get_message_events::v3::Request::new(errand.room.clone(), Direction::Backward);
        request.from = from;
        request.limit = uint!(100);
        request.filter.senders = Some(vec![errand.link.own.clone()]);
        let response = errand.link.client.send(request).await.map_err(|error| wire::failure(&error))?;
        for event in crypto::read_own(errand.link, &errand.room, wire::values(&response.chunk)).await {
            if let Some((part, id)) = part_of(&event, errand.op.id.as_str()) {
                found.insert(part, MessageId::new(id));
                wanted.get_or_insert_with(|| parts(&event));
            }
        }
        if wanted.is_some_and(|wanted| found.len() >= wanted) {
            return Ok(Ok(found.into_values().collect()));
        }
        match response.end {
            Some(end) if !response.chunk.is_empty() => from = Some(end),
            Some(_) | None => return Ok(Err(Seen::Not)),
        }
    }
    Ok(Err(Seen::Unclear))
}

/// Which part of an operation an event is, and the message that it is or changes.
fn part_of<'e>(event: &'e Value, op: &str) -> Option<(u64, &'e str)> {
    let content = event.get("content").filter(|content| text(content, render::OP_KEY) == Some(op))?;
    let message = normalise::replaced(event).or_else(|| text(event, "event_id"))?;
    Some((content.get(render::PART_KEY).and_then(Value::as_u64).unwrap_or(0), message))
}
