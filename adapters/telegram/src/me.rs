//! Who the bot is, as the server says.

use crate::client::{Client, Failure, WAIT};
use serde_json::{Value, json};

/// The bot's own account.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Me {
    pub(crate) id: i64,
    /// Without `@`.
    pub(crate) username: String,
    /// Whether it hears everything in groups, not only what is meant for it.
    pub(crate) hears_all: bool,
}

/// Asks who the bot is.
pub(crate) async fn ask(client: &Client) -> Result<Me, Failure> {
    let answer = client.call("getMe", &json!({}), WAIT).await?;
    of(&answer).ok_or(Failure::Lost("the answer does not say who the bot is"))
}

fn of(answer: &Value) -> Option<Me> {
    let username = answer.get("username").and_then(Value::as_str).unwrap_or_default();
    Some(Me {
        id: answer.get("id")?.as_i64()?,
        username: username.to_owned(),
        hears_all: answer.get("can_read_all_group_messages") == Some(&Value::Bool(true)),
    })
}
