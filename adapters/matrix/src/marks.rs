//! Delivery marks: one reaction of ours at a time on an agent's message.
//!
//! Most messages get one mark, the final one, and nothing is kept of it. A mark that another one will follow is
//! kept as a row, so that the reaction can be taken back without asking; where there is no row, the server is asked.

use crate::errors::Failure;
use crate::normalise::text;
use crate::send::{Errand, Undone};
use crate::{render, wire};
use matrix_sdk::ruma::EventId;
use matrix_sdk::ruma::api::client::relations::get_relating_events_with_rel_type_and_event_type as relating;
use matrix_sdk::ruma::events::TimelineEventType;
use matrix_sdk::ruma::events::relation::RelationType;
use port::{Mark, MessageId, Outcome};
use serde::{Deserialize, Serialize};

/// The shelf's row of a mark that another one will follow; also a reaction as the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) id: String,
    pub(crate) sign: String,
}

/// Shows a mark and takes back the earlier ones.
pub(crate) async fn set(errand: &Errand<'_>, message: &MessageId, mark: Mark) -> Result<Outcome, Undone> {
    let shelf = &errand.shared.shelf;
    let key = format!("mark/{message}");
    let row = shelf.get(&key).await?.and_then(|row| serde_json::from_value::<Reaction>(row).ok());
    let is_final = mark == Mark::Delivered;
    let earlier = match &row {
        Some(row) => vec![row.clone()],
        None if is_final && errand.op.attempt == 0 => Vec::new(),
        None => shown(errand, message).await?,
    };
    let sign = mark.sign();
    if !earlier.iter().any(|reaction| reaction.sign == sign) {
        let content = render::mark(message.as_str(), mark, &errand.op.id);
        match errand.post(errand.op.id.as_str(), "m.reaction", &content).await {
            Ok(id) if !is_final => {
                let row = serde_json::json!(Reaction { id, sign: sign.to_owned() });
                shelf.put(vec![(key.clone(), row)], Vec::new()).await?;
            }
            Ok(_) => {}
            Err(failure) if failure.is_repeated_reaction() => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    for (number, old) in earlier.iter().filter(|reaction| reaction.sign != sign).enumerate() {
        let txn = format!("{}-r{number}", errand.op.id);
        match wire::redact(&errand.link.client, &errand.room, &txn, &old.id).await {
            Ok(()) => {}
            // somebody else took it back
            Err(failure) if failure.is_refused() => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    if is_final && row.is_some() {
        shelf.put(Vec::new(), vec![key]).await?;
    }
    Ok(Outcome::Delivered { parts: Vec::new(), topic: None })
}

/// Our own reactions to a message, as the server has them.
pub(crate) async fn shown(errand: &Errand<'_>, message: &MessageId) -> Result<Vec<Reaction>, Failure> {
    let Ok(message) = EventId::parse(message.as_str()) else { return Ok(Vec::new()) };
    let request = relating::v1::Request::new(
        errand.room.clone(),
        message,
        RelationType::Annotation,
        TimelineEventType::Reaction,
    );
    let response = errand.link.client.send(request).await;
    let response = match response.map_err(|error| wire::failure(&error)) {
        Ok(response) => response,
        // a message that the server does not know has no reactions
        Err(failure) if failure.is_refused() => return Ok(Vec::new()),
        Err(failure) => return Err(failure),
    };
    let own = errand.link.own.as_str();
    let ours = wire::values(&response.chunk).into_iter().filter(|event| text(event, "sender") == Some(own));
    Ok(ours
        .filter_map(|event| {
            let sign = event.pointer("/content/m.relates_to/key")?.as_str()?.to_owned();
            Some(Reaction { id: text(&event, "event_id")?.to_owned(), sign })
        })
        .collect())
}
