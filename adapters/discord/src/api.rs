//! Requests in short, and what their failures mean to whoever receives. Nothing is repeated here.

use crate::client::{Client, Failure, Route, WAIT};
use port::AdapterError;
use reqwest::Method;
use serde_json::Value;

/// A `GET` under the bot's token.
pub(crate) async fn get(client: &Client, path: &str) -> Result<Value, Failure> {
    client.call(Route { method: &Method::GET, path, own_token: false }, &Value::Null, WAIT).await
}

/// A `POST` under the bot's token.
pub(crate) async fn post(client: &Client, path: &str, body: &Value) -> Result<Value, Failure> {
    client.call(Route { method: &Method::POST, path, own_token: false }, body, WAIT).await
}

/// A `PUT` under the bot's token.
pub(crate) async fn put(client: &Client, path: &str, body: &Value) -> Result<Value, Failure> {
    client.call(Route { method: &Method::PUT, path, own_token: false }, body, WAIT).await
}

/// A field that is a text.
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str)
}

/// A field that is an id; some servers write small ones as numbers.
pub(crate) fn id(value: &Value, field: &str) -> Option<String> {
    let field = value.get(field)?;
    field.as_str().map(str::to_owned).or_else(|| field.as_u64().map(|number| number.to_string()))
}

/// A field that is a list; empty when it is none.
pub(crate) fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// An id as a number, by which ids are in the order of their making.
pub(crate) fn snowflake(id: &str) -> u64 {
    id.parse().unwrap_or_default()
}

/// Whether the place is not there, or not for us: asking again would not change that.
pub(crate) const fn is_closed(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { status: 403 | 404, .. })
}

/// The token that was not taken, as the end of a run.
pub(crate) fn bad_token(failure: &Failure) -> Option<AdapterError> {
    matches!(failure, Failure::Refused { status: 401, .. }).then(|| {
        AdapterError::BadCredentials(
            "Discord does not take the bot's token; reset it under Bot in the Developer Portal".to_owned(),
        )
    })
}
