//! For `deskbridge check`: connects, looks, and leaves nothing behind.

use crate::session::{self, Denied, Visit};
use crate::{Shared, crypto, wire};
use matrix_sdk::ruma::api::client::filter::{FilterDefinition, RoomFilter};
use matrix_sdk::ruma::api::client::sync::sync_events::v3 as sync_events;
use matrix_sdk::ruma::presence::PresenceState;
use matrix_sdk::ruma::{OwnedRoomId, uint};
use port::{ChatId, Probe};
use serde_json::Value;

/// Says what works and what does not.
pub(crate) async fn probe(shared: &Shared, rooms: &[ChatId]) -> Vec<Probe> {
    let (link, fresh) = match session::visit(&shared.config, &shared.shelf).await {
        Ok(visit) => visit,
        Err(denied) => return vec![no_session(shared, &denied)],
    };
    let mut found = match link.client.whoami().await {
        Ok(_) => vec![Probe::Well("the homeserver answers and takes the credentials".to_owned())],
        Err(error) => {
            let failure = wire::failure(&error);
            let denied = if failure.is_expired() {
                Denied::Credentials("the homeserver does not take the kept session".to_owned())
            } else {
                Denied::Later { reason: failure.reason(), after: None }
            };
            return vec![no_session(shared, &denied)];
        }
    };
    found.extend(team_rooms(shared, &link, rooms).await);
    found.extend(crypto::check::check(&shared.config, &link.client, &link.own).await);
    if fresh && let Err(error) = link.client.logout().await {
        let failure = wire::sdk_failure(&error);
        tracing::warn!(channel = %shared.config.channel, reason = failure.reason(), "could not log out again");
    }
    found
}

fn no_session(shared: &Shared, denied: &Denied) -> Probe {
    let hint = match denied {
        Denied::Credentials(_) => "check `user` and the password or token that the channel names",
        Denied::Config(_) => "mend the channel's configuration",
        Denied::Later { .. } => "check `homeserver`, and that it can be reached from this machine",
        Denied::Shelf(_) => "check that `data_dir` is readable and that no other process uses it",
    };
    let problem = format!("channel `{}` cannot connect: {}", shared.config.channel, denied.reason());
    Probe::Wrong { problem, hint: hint.to_owned() }
}

async fn team_rooms(shared: &Shared, link: &Visit, rooms: &[ChatId]) -> Vec<Probe> {
    let ids: Vec<OwnedRoomId> =
        rooms.iter().filter_map(|room| wire::room_id(&shared.places.today(room)).ok()).collect();
    if ids.len() < rooms.len() {
        let problem = "a team's `room` is no Matrix room id".to_owned();
        let hint = "take the internal id from the room's settings; it begins with `!`".to_owned();
        return vec![Probe::Wrong { problem, hint }];
    }
    // a sync without a position changes nothing, and it is the one request that shows invitations
    let mut filter = FilterDefinition::default();
    filter.room = RoomFilter::default();
    filter.room.rooms = Some(ids.clone());
    filter.room.timeline.limit = Some(uint!(1));
    let mut request = sync_events::Request::new();
    request.filter = Some(sync_events::Filter::FilterDefinition(filter));
    request.set_presence = PresenceState::Offline;
    match link.client.send(request).await {
        Ok(response) => ids.iter().map(|id| team_room(link, id, &response)).collect(),
        Err(error) => {
            let problem = format!("the rooms could not be read: {}", wire::failure(&error).reason());
            vec![Probe::Wrong { problem, hint: "try again".to_owned() }]
        }
    }
}

fn team_room(link: &Visit, id: &OwnedRoomId, response: &sync_events::Response) -> Probe {
    if response.rooms.invite.contains_key(id) {
        return Probe::Well(format!("the account is invited to the team room {id} and will join it"));
    }
    let Some(joined) = response.rooms.join.get(id) else {
        return Probe::Wrong {
            problem: format!("the account is neither in the team room {id} nor invited to it"),
            hint: "invite it there (or make the room public)".to_owned(),
        };
    };
    let (sync_events::State::Before(state) | sync_events::State::After(state)) = &joined.state else {
        return Probe::Well(format!("the account is in the team room {id}"));
    };
    let mut events = wire::values(&state.events);
    events.extend(wire::values(&joined.timeline.events));
    let levels = content(&events, "m.room.power_levels");
    if levels.is_some_and(|levels| !may_write(levels, link.own.as_str())) {
        return Probe::Wrong {
            problem: format!("the account may not write in the team room {id}"),
            hint: "give it the power level that messages need there".to_owned(),
        };
    }
    let encrypted = if content(&events, crypto::ENCRYPTION).is_some() { "encrypted " } else { "" };
    Probe::Well(format!("the account is in the {encrypted}team room {id} and may write there"))
}

/// The content of the latest state event of a type.
fn content<'e>(events: &'e [Value], event_type: &str) -> Option<&'e Value> {
    let found = events.iter().rfind(|event| {
        event.get("type").and_then(Value::as_str) == Some(event_type) && event.get("state_key").is_some()
    });
    found.and_then(|event| event.get("content"))
}

/// Whether an account may send messages.
fn may_write(levels: &Value, own: &str) -> bool {
    let level = |value: Option<&Value>| value.and_then(Value::as_i64);
    let needed = level(levels.pointer("/events/m.room.message")).or(level(levels.get("events_default")));
    let users = levels.get("users").and_then(|users| users.get(own));
    level(users).or(level(levels.get("users_default"))).unwrap_or(0) >= needed.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn who_may_write_is_read_from_the_power_levels() {
        for (levels, may) in [
            (json!({}), true),
            (json!({ "events_default": 50 }), false),
            (json!({ "events_default": 50, "users": { "@b:x": 50 } }), true),
            (json!({ "events_default": 50, "users_default": 50 }), true),
            (json!({ "events": { "m.room.message": 10 }, "users_default": 5 }), false),
        ] {
            assert_eq!(may_write(&levels, "@b:x"), may, "{levels}");
        }
    }
}
