//! What the homeserver has, asked one by one. Sends nothing.

use crate::errors::Failure;
use crate::session::Link;
use crate::{crypto, wire};
use matrix_sdk::RoomState;
use matrix_sdk::ruma::api::client::room::get_room_event;
use matrix_sdk::ruma::{EventId, RoomId};
use serde_json::Value;

/// One event as a member reads it; nothing when the homeserver does not know it, or does not show it.
pub(crate) async fn event(link: &Link, room: &RoomId, id: &str) -> Result<Option<Value>, Failure> {
    let Ok(id) = EventId::parse(id) else { return Ok(None) };
    let request = get_room_event::v3::Request::new(room.to_owned(), id);
    match link.client.send(request).await.map_err(|error| wire::failure(&error)) {
        Ok(response) => Ok(crypto::read_own(link, room, wire::values([&response.event])).await.pop()),
        Err(failure) if failure.is_not_found() || failure.is_forbidden() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Whether what is sent to a room is encrypted.
pub(crate) async fn is_encrypted(link: &Link, room: &RoomId) -> Result<bool, Failure> {
    let known = link.client.get_room(room).filter(|known| known.state() == RoomState::Joined);
    let Some(known) = known else { return crypto::is_encrypted_there(&link.client, room).await };
    let state = Box::pin(known.latest_encryption_state()).await;
    Ok(state.map_err(|error| wire::sdk_failure(&error))?.is_encrypted())
}
