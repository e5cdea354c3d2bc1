//! From the SDK's errors to ours, and the few requests that everything else is made of.

use crate::errors::{Answer, Failure};
use crate::{clock, crypto};
use matrix_sdk::config::RequestConfig;
use matrix_sdk::ruma::api::client::message::send_message_event;
use matrix_sdk::ruma::api::client::redact::redact_event;
use matrix_sdk::ruma::api::error::{ErrorBody, ErrorKind, FromHttpResponseError, RetryAfter};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{EventId, OwnedRoomId, OwnedTransactionId, RoomId};
use matrix_sdk::{Client, Error, HttpError, RoomState};
use serde_json::Value;
use std::time::Duration;

/// How long one request may take. Shorter than the minute that an operation has.
pub(crate) const REQUEST_MAX: Duration = Duration::from_secs(25);

/// Attempts are the outbox's: the SDK makes exactly one.
pub(crate) fn request_config() -> RequestConfig {
    RequestConfig::new().disable_retry().timeout(REQUEST_MAX)
}

/// A room id as the SDK wants it.
pub(crate) fn room_id(id: &str) -> Result<OwnedRoomId, Failure> {
    RoomId::parse(id).map_err(|_| {
        Failure::Answered(Answer { status: 404, errcode: "M_NOT_FOUND".to_owned(), ..Answer::default() })
    })
}

/// Sends one event, encrypted where the room is; its id.
///
/// The one place where content leaves.
pub(crate) async fn post(
    client: &Client,
    room: &RoomId,
    txn: &str,
    event_type: &str,
    content: &Value,
) -> Result<String, Failure> {
    if let Some(known) = client.get_room(room).filter(|known| known.state() == RoomState::Joined) {
        let txn = OwnedTransactionId::from(txn);
        let sent = known.send_raw(event_type, content.clone()).with_transaction_id(&txn);
        let sent = sent.await.map_err(|error| sdk_failure(&error))?;
        return Ok(sent.response.event_id.to_string());
    }
    // nothing may leave in the clear because the sync has not yet told of the room
    if crypto::is_encrypted_there(client, room).await? {
        return Err(Failure::Ours("the sync has not yet told of the room"));
    }
    let content = Raw::new(content).map_err(|_| Failure::Ours("the event could not be written as JSON"))?;
    let request = send_message_event::v3::Request::new_raw(
        room.to_owned(),
        OwnedTransactionId::from(txn),
        event_type.into(),
        content.cast_unchecked(),
    );
    let response = client.send(request).await.map_err(|error| failure(&error))?;
    Ok(response.event_id.to_string())
}

/// Takes one event back.
pub(crate) async fn redact(client: &Client, room: &RoomId, txn: &str, event: &str) -> Result<(), Failure> {
    let event = EventId::parse(event).map_err(|_| Failure::Ours("an event id is none"))?;
    let request = redact_event::v3::Request::new(room.to_owned(), event, OwnedTransactionId::from(txn));
    client.send(request).await.map(drop).map_err(|error| failure(&error))
}

/// The JSON of raw events; what is no JSON is left out.
pub(crate) fn values<'r, T: 'r>(raw: impl IntoIterator<Item = &'r Raw<T>>) -> Vec<Value> {
    raw.into_iter().filter_map(|raw| serde_json::from_str(raw.json().get()).ok()).collect()
}

/// What an error of the SDK says.
pub(crate) fn sdk_failure(error: &Error) -> Failure {
    if let Error::Http(error) = error {
        failure(error)
    } else if let Error::AuthenticationRequired = error {
        Failure::Ours("there is no session")
    } else if let Error::OlmError(_) | Error::MegolmError(_) = error {
        Failure::Ours("the message could not be encrypted")
    } else if let Error::WrongRoomState(_) = error {
        Failure::Ours("the bridge is not in the room yet")
    } else {
        Failure::Ours("the SDK's own store failed")
    }
}

/// What an error of a request says.
pub(crate) fn failure(error: &HttpError) -> Failure {
    if let HttpError::Cached(error) = error {
        return failure(error);
    }
    if let HttpError::Reqwest(error) = error {
        return transport(error);
    }
    if let Some(error) = error.as_client_api_error() {
        return Failure::Answered(answer(error));
    }
    if error.as_uiaa_response().is_some() {
        return Failure::Answered(Answer { status: 401, ..Answer::default() });
    }
    if let HttpError::Api(error) = error
        && let FromHttpResponseError::Deserialization(_) = error.as_ref()
    {
        return Failure::Lost("the homeserver's answer could not be read");
    }
    Failure::Ours("the request could not be made")
}

fn transport(error: &matrix_sdk::reqwest::Error) -> Failure {
    if error.is_builder() {
        Failure::Ours("the request could not be made")
    } else if error.is_connect() {
        Failure::NotSent("no connection to the homeserver")
    } else if error.is_timeout() {
        Failure::Lost("the homeserver did not answer in time")
    } else {
        Failure::Lost("the connection to the homeserver broke")
    }
}

fn answer(error: &matrix_sdk::ruma::api::error::Error) -> Answer {
    let mut answer = Answer { status: error.status_code.as_u16(), ..Answer::default() };
    if let ErrorBody::Standard(body) = &error.body {
        body.kind.errcode().as_str().clone_into(&mut answer.errcode);
        // Synapse gives no code of its own for a relation whose target it does not know or has elsewhere
        answer.orphan = answer.status == 400
            && ["relation to unknown event", "must be in the same room", "Cannot start threads"]
                .iter()
                .any(|words| body.message.contains(words));
        if let ErrorKind::LimitExceeded(limit) = &body.kind {
            answer.retry_after = limit.retry_after.and_then(wait);
        }
    }
    answer
}

fn wait(retry_after: RetryAfter) -> Option<Duration> {
    match retry_after {
        RetryAfter::Delay(wait) => Some(wait),
        RetryAfter::DateTime(at) => {
            let at = jiff::Timestamp::try_from(at).ok()?;
            Duration::try_from(at.duration_since(clock::now())).ok()
        }
    }
}
