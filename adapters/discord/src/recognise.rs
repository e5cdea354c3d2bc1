//! What the channel of an event is to us. It asks until that is known: a message is neither lost nor put in a wrong place.

use crate::Shared;
use crate::api::{self, id};
use crate::chats::{self, Role, Unknown};
use crate::client::Failure;
use crate::clock::Backoff;
use port::AdapterError;
use serde_json::Value;
use std::time::Duration;

/// What is waited at first, and at most, after a failure.
const WAITS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// What a channel at which the bot may not look is among the things that are wrong.
fn unseen(channel: &str) -> String {
    format!("unseen/{channel}")
}

/// What a channel is. A direct message that was never seen is a new customer's: that there is one is kept first, since
/// nobody could list it. `newest` is the newest message that was seen.
pub(crate) async fn role(
    shared: &Shared,
    own: &str,
    channel: &str,
    event: &Value,
    newest: u64,
) -> Result<Role, AdapterError> {
    if id(event, "guild_id").is_none() && shared.places.known(channel).is_none() {
        if let Some(row) = chats::row(&shared.shelf, channel).await? {
            shared.places.learn(channel, row.role.clone());
            return Ok(row.role);
        }
        let role = without_a_server(shared, own, channel).await;
        if role.is_customers() {
            let first = id(event, "id").or_else(|| id(event, "message_id"));
            let before = first.map_or(newest, |id| api::snowflake(&id)).saturating_sub(1).to_string();
            shared.places.keep(&shared.shelf, channel, role.clone(), before).await?;
        }
        return Ok(role);
    }
    let was_known = shared.places.known(channel).is_some();
    let mut backoff = Backoff::new(WAITS.0, WAITS.1);
    loop {
        let failure = match shared.places.role(channel, &shared.client, &shared.shelf, own).await {
            Ok(role) => {
                if !was_known {
                    show(shared, channel);
                }
                return Ok(role);
            }
            Err(Unknown::Shelf(error)) => return Err(error.into()),
            Err(Unknown::Request(failure)) => failure,
        };
        if let Some(error) = api::bad_token(&failure) {
            return Err(error);
        }
        let wait = if let Failure::Limited { after, .. } = &failure { *after } else { backoff.next_wait() };
        tracing::warn!(channel = %shared.config.channel, reason = %failure, "could not look up a Discord channel");
        tokio::time::sleep(wait).await;
    }
}

/// Names a channel at which the bot may not look, until it may.
pub(crate) fn show(shared: &Shared, channel: &str) {
    if shared.places.is_refused(channel) {
        let reason = format!(
            "Messages come from the channel {channel}, at which Discord does not let the bot look: give it the permission \
             View Channel there."
        );
        shared.health.fault(&unseen(channel), reason);
    } else {
        shared.health.mended(&unseen(channel));
    }
}

/// What a channel is whose event names no server: a direct message, unless the channel itself says otherwise.
async fn without_a_server(shared: &Shared, own: &str, channel: &str) -> Role {
    let found = api::get(&shared.client, &format!("/channels/{channel}")).await;
    let told = found.ok().filter(|found| found.get("type").is_some_and(Value::is_u64));
    told.and_then(|told| shared.places.learn_channel(&told, own)).unwrap_or(Role::Direct)
}
