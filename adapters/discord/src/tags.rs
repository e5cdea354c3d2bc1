//! The tags by which a forum shows the states of its posts.

use crate::client::{Failure, Route, WAIT};
use crate::errors::UNKNOWN_TAG;
use crate::few::Few;
use crate::{Shared, api};
use port::TopicState;
use reqwest::Method;
use serde_json::{Value, json};

/// The most tags of a forum.
const TAGS_MAX: usize = 20;
/// All states, in the order of their tags.
pub(crate) const STATES: [(TopicState, &str); 4] = [
    (TopicState::Waiting, "Waiting"),
    (TopicState::Answered, "Answered"),
    (TopicState::Overdue, "Overdue"),
    (TopicState::Closed, "Closed"),
];

/// The tags that show states, by forum; nothing where there are none.
pub(crate) type Tags = Few<Option<[String; 4]>>;

/// The tag of a state.
pub(crate) fn tag(tags: &[String; 4], state: TopicState) -> Option<String> {
    let at = STATES.iter().position(|(one, _)| *one == state)?;
    tags.get(at).cloned()
}

/// Whether it is a tag that was not taken.
pub(crate) fn is_tag_refused(failure: &Failure) -> bool {
    failure.code() == UNKNOWN_TAG || failure.names("applied_tags")
}

/// The tags of a forum that show states, made where they are missing; nothing where they cannot be.
pub(crate) async fn tags(shared: &Shared, forum: &str) -> Result<Option<[String; 4]>, Failure> {
    if let Some(known) = shared.outgoing.tags.get(forum) {
        return Ok(known);
    }
    let path = format!("/channels/{forum}");
    let channel = api::get(&shared.client, &path).await?;
    let mut found = among(&channel);
    if found.iter().any(Option::is_none) {
        let mut listed = channel.get("available_tags").and_then(Value::as_array).cloned().unwrap_or_default();
        for ((state, name), tag) in STATES.iter().zip(&found) {
            if tag.is_none() {
                listed.push(json!({ "name": name, "emoji_name": state.sign(), "moderated": false }));
            }
        }
        if listed.len() <= TAGS_MAX {
            let route = Route { method: &Method::PATCH, path: &path, own_token: false };
            let body = json!({ "available_tags": listed });
            match shared.client.call(route, &body, WAIT).await {
                Ok(channel) => found = among(&channel),
                Err(failure @ Failure::Refused { status: 400 | 403, .. }) => {
                    tracing::warn!(channel = %shared.config.channel, reason = failure.reason(), "the forum's tags cannot be made: states stand in the names of posts; the permission Manage Channels makes them tags");
                }
                // nothing is lost by asking again
                Err(Failure::Lost(why)) => return Err(Failure::NotSent(why)),
                Err(failure) => return Err(failure),
            }
        }
    }
    let [Some(waiting), Some(answered), Some(overdue), Some(closed)] = found else {
        shared.outgoing.tags.put(forum, None);
        return Ok(None);
    };
    let tags = [waiting, answered, overdue, closed];
    shared.outgoing.tags.put(forum, Some(tags.clone()));
    Ok(Some(tags))
}

/// The tags among those of a forum that show states, by their names or their signs.
fn among(channel: &Value) -> [Option<String>; 4] {
    let listed = channel.get("available_tags").and_then(Value::as_array).cloned().unwrap_or_default();
    STATES.map(|(state, name)| {
        let is_it = |tag: &&Value| {
            let named = api::text(tag, "name").unwrap_or_default();
            named.eq_ignore_ascii_case(name)
                || named.contains(state.sign())
                || api::text(tag, "emoji_name") == Some(state.sign())
        };
        listed.iter().find(is_it).and_then(|tag| api::id(tag, "id"))
    })
}

/// Any tag of a forum, for one that takes no post without; the first that everybody may apply.
pub(crate) async fn any_tag(shared: &Shared, forum: &str) -> Result<Option<String>, Failure> {
    let channel = api::get(&shared.client, &format!("/channels/{forum}")).await?;
    let listed = api::list(&channel, "available_tags");
    let free = listed.iter().find(|tag| tag.get("moderated") != Some(&Value::Bool(true)));
    Ok(free.or(listed.first()).and_then(|tag| api::id(tag, "id")))
}
