//! Messages of webhooks, and those of interactions, which have the same addresses.

use super::messages::{changed_fields, draft, file_max, may_wake};
use super::{Answer, Asked, interactions, nothing, ok, webhooks};
use crate::errors::{Result, bad_length, bare, invalid, refused};
use crate::shapes;
use crate::world::{Id, World, id_of};
use serde_json::Value;

/// What a webhook's message may have.
const FIELDS: &[&str] = &[
    "content",
    "username",
    "avatar_url",
    "tts",
    "embeds",
    "allowed_mentions",
    "components",
    "attachments",
    "flags",
    "thread_name",
    "applied_tags",
    "poll",
];

pub(crate) fn execute(world: &mut World, asked: &Asked, (hook, token): (Id, &str)) -> Result<Answer> {
    if hook == world.application {
        return interactions::followup(world, asked, token);
    }
    asked.only(world, FIELDS);
    asked.only_query(world, &["wait", "thread_id", "with_components"]);
    let found = webhooks::proven(world, hook, token)?;
    let body = &asked.body;
    let name = body["username"].as_str().or_else(|| found["name"].as_str()).unwrap_or_default().to_owned();
    webhooks::check_name("username", &name)?;
    if world.names_refused.iter().any(|word| name.to_lowercase().contains(word)) {
        return Err(invalid("username", "USERNAME_INVALID_CONTAINS", "Username cannot be used"));
    }
    let avatar = body["avatar_url"].as_str();
    if let Some(url) = avatar {
        let formed =
            url.strip_prefix("http").is_some_and(|rest| rest.starts_with("://") || rest.starts_with("s://"));
        if !formed || world.avatars_refused {
            return Err(invalid("avatar_url", "URL_TYPE_INVALID_URL", "Not a well formed URL."));
        }
    }
    let mut draft = draft(asked, body, file_max(world, id_of(&found["channel_id"])))?;
    draft.webhook = Some(hook);
    draft.avatar_url = avatar.map(str::to_owned);
    draft.allowed_mentions = body["allowed_mentions"].clone();
    let author = shapes::webhook_author(hook, &name, avatar);
    let parent = world.channels.get(&id_of(&found["channel_id"])).ok_or_else(|| refused(10015))?.clone();
    let is_forum = parent["type"] == 15;
    let named = body["thread_name"].as_str();
    let channel = match (asked.number("thread_id"), named) {
        (Some(_), Some(_)) => return Err(refused(220_002)),
        (Some(thread), None) => {
            let object = world.channels.get(&thread).ok_or_else(|| refused(10003))?;
            if object["parent_id"] != parent["id"] || object["thread_metadata"].is_null() {
                return Err(refused(10003));
            }
            may_wake(world, object, thread)?;
            thread
        }
        (None, Some(_)) if !is_forum => return Err(refused(220_003)),
        (None, Some(name)) => {
            bad_length("thread_name", name, 1, 100)?;
            let mut thread = asked.body.clone();
            thread["name"] = Value::from(name);
            let (_, message) = world.begin_post(&parent, &thread, &author, draft);
            return if waits(asked) { ok(message) } else { nothing() };
        }
        (None, None) if is_forum => return Err(refused(220_001)),
        (None, None) => id_of(&parent["id"]),
    };
    let message = world.post(channel, &author, draft);
    let shown = world.shown(&world.messages[&channel][&message]);
    if waits(asked) { ok(shown) } else { nothing() }
}

fn waits(asked: &Asked) -> bool {
    asked.query.get("wait").is_some_and(|wait| wait == "true")
}

/// `/webhooks/{id}/{token}/messages/{message}`
pub(crate) fn message(
    world: &mut World,
    asked: &Asked,
    (hook, token): (Id, &str),
    message: &str,
) -> Result<Answer> {
    if hook == world.application {
        return interactions::original(world, asked, token, message);
    }
    asked.only_query(world, &["thread_id", "with_components"]);
    let found = webhooks::proven(world, hook, token)?;
    let message: Id = message.parse().unwrap_or_default();
    let channel = asked.number("thread_id").unwrap_or_else(|| id_of(&found["channel_id"]));
    let object = world.channels.get(&channel).ok_or_else(|| refused(10003))?.clone();
    if object["id"] != found["channel_id"] && object["parent_id"] != found["channel_id"] {
        return Err(refused(10003));
    }
    let before =
        world.messages.get(&channel).and_then(|all| all.get(&message)).ok_or_else(|| refused(10008))?;
    let before = before.json.clone();
    if id_of(&before["webhook_id"]) != hook {
        return Err(refused(10008));
    }
    let archived = object["thread_metadata"]["archived"] == true;
    match asked.method.as_str() {
        "GET" => ok(world.shown(&world.messages[&channel][&message])),
        "PATCH" | "DELETE" if archived => Err(refused(50083)),
        "PATCH" => {
            asked.only(
                world,
                &["content", "embeds", "flags", "allowed_mentions", "components", "attachments", "poll"],
            );
            let fields = changed_fields(&asked.body, &before)?;
            let shown = world.edit(channel, message, &fields, &asked.body["allowed_mentions"]);
            ok(shown.ok_or_else(|| refused(10008))?)
        }
        "DELETE" => {
            world.remove(channel, &[message]);
            nothing()
        }
        _ => Err(bare(405)),
    }
}
