//! After a lost answer: looks in the room's history for events that carry the operation's id. Sends nothing.

use crate::errors::Failure;
use crate::normalise::text;
use crate::send::Errand;
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
    let found = match &op.operation {
        Operation::Mark { message, mark } => marks::shown(&errand, message).await.map(|shown| {
            let there = shown.iter().any(|reaction| reaction.sign == mark.sign());
            if there { Found::Yes { parts: Vec::new(), topic: None } } else { Found::No }
        }),
        Operation::Create { voice, body, .. } => {
            let parts = render::parts(voice, body.shown()).len();
            look(&errand, parts).await.map(|seen| match seen {
                Seen::All(ids) => Found::Yes { parts: ids, topic: None },
                Seen::Unclear => Found::CannotTell,
                Seen::Not => Found::No,
            })
        }
        Operation::OpenTopic { .. } => look(&errand, 1).await.map(|seen| match seen {
            Seen::All(ids) => {
                let topic = ids.first().map(|root| TopicId::new(root.as_str()));
                Found::Yes { parts: ids, topic }
            }
            Seen::Unclear => Found::CannotTell,
            Seen::Not => Found::No,
        }),
        Operation::SetTopic { .. } => look(&errand, 1).await.map(|seen| match seen {
            Seen::All(_) => Found::Yes { parts: Vec::new(), topic: None },
            Seen::Unclear => Found::CannotTell,
            Seen::Not => Found::No,
        }),
        _ => return Found::CannotTell,
    };
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

enum Seen {
    All(Vec<MessageId>),
    // not all of it, and a repeat within the window makes the rest
    Not,
    // further back than we look
    Unclear,
}

async fn look(errand: &Errand<'_>, parts: usize) -> Result<Seen, Failure> {
    let mut found = BTreeMap::new();
    let mut from = None;
    for _ in 0..PAGES_MAX {
        let mut request = get_message_events::v3::Request::new(errand.room.clone(), Direction::Backward);
        request.from = from;
        request.limit = uint!(100);
        request.filter.senders = Some(vec![errand.link.own.clone()]);
        let response = errand.link.client.send(request).await.map_err(|error| wire::failure(&error))?;
        let events = wire::values(&response.chunk);
        for event in crypto::read_own(errand.link, &errand.room, events).await {
            if let Some((part, id)) = part_of(&event, errand.op.id.as_str()) {
                found.insert(part, MessageId::new(id));
            }
        }
        if found.len() >= parts {
            return Ok(Seen::All(found.into_values().collect()));
        }
        match response.end {
            Some(end) if !response.chunk.is_empty() => from = Some(end),
            Some(_) | None => return Ok(Seen::Not),
        }
    }
    Ok(Seen::Unclear)
}

/// Which part of an operation an event is, and its id.
fn part_of<'e>(event: &'e Value, op: &str) -> Option<(u64, &'e str)> {
    let content = event.get("content").filter(|content| text(content, render::OP_KEY) == Some(op))?;
    Some((content.get(render::PART_KEY).and_then(Value::as_u64).unwrap_or(0), text(event, "event_id")?))
}
