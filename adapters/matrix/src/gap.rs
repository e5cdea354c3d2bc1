//! Events that a sync left out, because there were too many or because we came late.

use crate::errors::Failure;
use crate::normalise::text;
use crate::wire;
use matrix_sdk::Room;
use matrix_sdk::ruma::api::Direction;
use matrix_sdk::ruma::api::client::message::get_message_events;
use matrix_sdk::ruma::uint;
use serde_json::Value;

/// The most events that are fetched for one gap; beyond them the desk is told that something may be missing.
pub(crate) const GAP_MAX: usize = 2000;

/// Where fetching ends.
pub(crate) enum Until<'t> {
    /// At a position of the sync: everything before it was kept.
    Token(&'t str),
    /// At our own invitation: what was said before was not said to us.
    Invitation {
        /// Our own account.
        own: &'t str,
    },
}

/// What was fetched.
pub(crate) struct Filled {
    /// The events, oldest first.
    pub(crate) events: Vec<Value>,
    /// Whether older ones are missing.
    pub(crate) cut: bool,
}

/// Fetches what lies before `from`, back to `until`.
pub(crate) async fn fill(room: &Room, from: String, until: &Until<'_>) -> Result<Filled, Failure> {
    let mut events = Vec::new();
    let mut next = Some(from);
    let mut reached = false;
    while let Some(from) = next.take().filter(|_| !reached && events.len() < GAP_MAX) {
        let mut request =
            get_message_events::v3::Request::new(room.room_id().to_owned(), Direction::Backward);
        request.from = Some(from.clone());
        request.limit = uint!(100);
        if let Until::Token(since) = until {
            request.to = Some((*since).to_owned());
        }
        let response = room.client().send(request).await.map_err(|error| wire::failure(&error))?;
        let page = wire::values(&response.chunk);
        next = response.end.filter(|end| *end != from && !page.is_empty());
        if let Until::Invitation { own } = until {
            reached = page.iter().any(|event| is_invitation(event, own));
        }
        events.extend(page);
    }
    let cut = events.len() >= GAP_MAX && next.is_some() && !reached;
    events.reverse();
    Ok(Filled { events, cut })
}

/// The events since our latest invitation; `None` when there was none among them.
pub(crate) fn since_invitation<'e>(events: &'e [Value], own: &str) -> Option<&'e [Value]> {
    let at = events.iter().rposition(|event| is_invitation(event, own))?;
    events.get(at..)
}

/// Whether an event invites us.
fn is_invitation(event: &Value, own: &str) -> bool {
    text(event, "type") == Some("m.room.member")
        && text(event, "state_key") == Some(own)
        && event.get("content").and_then(|content| text(content, "membership")) == Some("invite")
}

/// Whether the room begins with these events.
pub(crate) fn is_beginning(events: &[Value]) -> bool {
    events.iter().any(|event| text(event, "type") == Some("m.room.create"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_said_before_we_were_invited_was_not_said_to_us() {
        let invitation =
            json!({ "type": "m.room.member", "state_key": "@b:x", "content": { "membership": "invite" } });
        let said = |id: &str| json!({ "type": "m.room.message", "event_id": id });
        let events = [said("1"), invitation.clone(), said("2"), invitation, said("3")];
        assert_eq!(since_invitation(&events, "@b:x").map(<[Value]>::len), Some(2));
        assert_eq!(since_invitation(&events, "@c:x"), None);
    }
}
