//! The post of a forum for what belongs to no topic: a forum has no other place for it.

use crate::channels::Facts;
use crate::chats::Role;
use crate::client::Failure;
use crate::errors::{TAG_MISSING, Undone};
use crate::snowflake::age;
use crate::tags::any_tag;
use crate::topics::{LISTED, active};
use crate::{Shared, api, channels, crowded};
use port::{ChatId, ShelfError, TopicId};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// The post for what belongs to no topic.
const GENERAL: &str = "Deskbridge";
/// Its first message, in no language.
const GENERAL_CARD: &str = "📌";

/// That post, made when it is first needed.
pub(crate) async fn place(shared: &Shared, forum: &str) -> Result<String, Undone> {
    if let Some(known) = known(shared, forum).await? {
        return Ok(known);
    }
    let facts = channels::facts(shared, forum).await?;
    let listed = match &facts.guild {
        Some(guild) => active(shared, guild, forum).await?,
        None => Vec::new(),
    };
    let there = listed.iter().filter(|topic| api::text(topic, "name") == Some(GENERAL));
    let there = there.filter_map(|topic| api::id(topic, "id"));
    let id = match there.min_by(|a, b| age(a).cmp(&age(b))) {
        Some(id) => id,
        None => make(shared, &facts, forum).await?,
    };
    shared.shelf.put(vec![(format!("general/{forum}"), json!(id))], Vec::new()).await?;
    shared.outgoing.general.put(forum, id.clone());
    Ok(id)
}

/// It, if it was ever made.
async fn known(shared: &Shared, forum: &str) -> Result<Option<String>, Undone> {
    if let Some(known) = shared.outgoing.general.get(forum) {
        return Ok(Some(known));
    }
    let row = shared.shelf.get(&format!("general/{forum}")).await?;
    let id = row.as_ref().and_then(Value::as_str).map(str::to_owned);
    if let Some(id) = &id {
        shared.outgoing.general.put(forum, id.clone());
    }
    Ok(id)
}

async fn make(shared: &Shared, facts: &Facts, forum: &str) -> Result<String, Undone> {
    let mut body = json!({
        "name": GENERAL,
        "auto_archive_duration": LISTED,
        "message": { "content": GENERAL_CARD, "allowed_mentions": { "parse": [] } },
    });
    let path = format!("/channels/{forum}/threads");
    let mut made = crowded::ask(shared, (forum, facts), &Method::POST, &path, &body).await;
    if made.as_ref().is_err_and(|failure| failure.code() == TAG_MISSING)
        && let Some(tag) = any_tag(shared, forum).await?
    {
        body["applied_tags"] = json!([tag]);
        made = crowded::ask(shared, (forum, facts), &Method::POST, &path, &body).await;
    }
    match made {
        Ok(made) => Ok(api::id(&made, "id").ok_or(Failure::NotSent("the answer names no post"))?),
        // found by its name the next time
        Err(Failure::Lost(why)) => Err(Failure::NotSent(why).into()),
        Err(failure) => Err(failure.into()),
    }
}

/// Takes up which posts these are, so that what is written there is known as belonging to no topic.
pub(crate) async fn load(shared: &Shared) -> Result<(), ShelfError> {
    for room in shared.places.rooms() {
        if let Some(row) = shared.shelf.get(&format!("general/{room}")).await?
            && let Some(id) = row.as_str()
        {
            shared.outgoing.general.put(room.as_str(), id.to_owned());
        }
    }
    Ok(())
}

/// The chat and the topic that a channel is to the desk. The post for what belongs to no topic is none.
pub(crate) fn place_of(shared: &Shared, channel: &str, role: &Role) -> Option<(ChatId, Option<TopicId>)> {
    match role {
        Role::Room | Role::Direct | Role::PrivateThread => Some((ChatId::new(channel), None)),
        Role::Topic { room } => {
            let is_general = shared.outgoing.general.get(room).is_some_and(|general| general == channel);
            Some((ChatId::new(room.clone()), (!is_general).then(|| TopicId::new(channel))))
        }
        Role::Foreign => None,
    }
}

/// Somebody took that post away.
pub(crate) async fn forget(shared: &Shared, forum: &str) {
    shared.outgoing.general.forget(forum);
    let _forgotten = shared.shelf.put(Vec::new(), vec![format!("general/{forum}")]).await;
}

/// How long the outbox waits before a new place is made for what belongs to no topic.
pub(crate) const AGAIN: Duration = Duration::from_millis(1);
