//! Makes room for one more thread in a server that has as many active ones as Discord allows.
//!
//! Archived are topics of ours that show themselves closed and were woken since, the quietest first. Nothing in them is
//! lost, and whoever writes there wakes them again. A topic whose thread is open is left alone.

use crate::channels::Facts;
use crate::client::{Failure, Route, WAIT};
use crate::errors::THREADS_FULL;
use crate::snowflake::age;
use crate::tags::{tag, tags};
use crate::topics::active;
use crate::{Shared, api};
use port::TopicState;
use reqwest::Method;
use serde_json::{Value, json};

/// How many are archived at once, so that not every new thread has to ask for room.
const AT_ONCE: usize = 5;

/// A request that makes a thread of a channel active. When there is no room for it, some is made; when none can be,
/// that is shown until somebody made some.
pub(crate) async fn ask(
    shared: &Shared,
    (room, facts): (&str, &Facts),
    method: &Method,
    path: &str,
    body: &Value,
) -> Result<Value, Failure> {
    let route = Route { method, path, own_token: false };
    let is_full = |answer: &Result<Value, Failure>| {
        answer.as_ref().is_err_and(|failure| failure.code() == THREADS_FULL)
    };
    let mut answer = shared.client.call(route, body, WAIT).await;
    // whatever becomes of making room, the request itself was refused
    if is_full(&answer) && make_room(shared, facts, room).await.unwrap_or_default() {
        answer = shared.client.call(route, body, WAIT).await;
    }
    let fault = format!("full/{room}");
    if is_full(&answer) {
        let reason = format!(
            "No topic can be opened in the channel {room}: its server has as many active threads as Discord allows, and none \
             of ours that is closed is among them. Close threads that are done, or archive others of the server."
        );
        shared.health.fault(&fault, reason);
    } else if answer.is_ok() {
        shared.health.mended(&fault);
    }
    answer
}

/// Archives what is closed in a team's channel; whether there is room now.
async fn make_room(shared: &Shared, facts: &Facts, room: &str) -> Result<bool, Failure> {
    let Some(guild) = &facts.guild else { return Ok(false) };
    let known = if facts.is_forum() { tags(shared, room).await? } else { None };
    let mut closed = active(shared, guild, room).await?;
    // it may have been given any tag, where a tag is asked for
    let general = shared.outgoing.general.get(room);
    closed.retain(|topic| api::id(topic, "id") != general && is_closed(topic, known.as_ref()));
    let quiet_since = |topic: &Value| api::id(topic, "last_message_id").or_else(|| api::id(topic, "id"));
    let mut closed: Vec<(String, String)> =
        closed.iter().filter_map(|topic| Some((quiet_since(topic)?, api::id(topic, "id")?))).collect();
    closed.sort_by(|(a, _), (b, _)| age(a).cmp(&age(b)));
    let mut is_room = false;
    for (_, topic) in closed.iter().take(AT_ONCE) {
        let path = format!("/channels/{topic}");
        let route = Route { method: &Method::PATCH, path: &path, own_token: false };
        match shared.client.call(route, &json!({ "archived": true }), WAIT).await {
            Ok(_) => is_room = true,
            // the next one may be archived all the same
            Err(Failure::Refused { .. }) => {}
            Err(Failure::NotSent(_) | Failure::Lost(_) | Failure::Limited { .. }) => break,
        }
    }
    Ok(is_room)
}

/// Whether a topic shows that its thread is closed, and nothing else.
fn is_closed(topic: &Value, known: Option<&[String; 4]>) -> bool {
    let Some(known) = known else {
        return api::text(topic, "name").is_some_and(|name| name.starts_with(TopicState::Closed.sign()));
    };
    let applied = api::list(topic, "applied_tags").iter().filter_map(Value::as_str);
    let states: Vec<&str> = applied.filter(|id| known.iter().any(|tag| tag == id)).collect();
    tag(known, TopicState::Closed).is_some_and(|closed| states == [closed.as_str()])
}
