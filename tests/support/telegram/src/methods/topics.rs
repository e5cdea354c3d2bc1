//! The topics of forums.

use super::{allowed, chat_id, needed};
use crate::answers::{Answer, Refused};
use crate::params::Params;
use crate::people::hear;
use crate::world::{BOT, Draft, Topic, World, fields};
use serde_json::{Value, json};

/// The colours that a topic's icon can have.
const COLORS: [i64; 6] = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047];
/// The longest name; the server cuts a longer one.
const NAME_MAX: usize = 128;

/// The emoji that topics can have as icons, with their ids.
const ICONS: [(&str, &str); 6] = [
    ("📰", "5434144690511290129"),
    ("💡", "5312536423851630001"),
    ("❓", "5377316857231450742"),
    ("✅", "5237699328843200968"),
    ("‼️", "5379748062124056162"),
    ("💬", "5417915203100613993"),
];

/// The forum that a request names, if the bot may manage its topics.
fn forum(world: &mut World, params: &Params, words: &str) -> Result<i64, Refused> {
    let chat = chat_id(params, "chat_id")?;
    if world.open_chat(chat)?.json["is_forum"] != true {
        return Err(Refused::bad("the chat is not a forum"));
    }
    allowed(world, chat, "can_manage_topics", words)?;
    Ok(chat)
}

fn topic<'w>(world: &'w mut World, chat: i64, params: &Params) -> Result<(i64, &'w mut Topic), Refused> {
    let id = needed(params, "message_thread_id")?;
    let topic = world.open_chat(chat)?.topics.get_mut(&id);
    topic.map(|topic| (id, topic)).ok_or_else(|| Refused::bad("TOPIC_ID_INVALID"))
}

fn name(params: &Params) -> Option<String> {
    let name = params.text("name")?;
    Some(name.trim().replace(['\n', '\r'], " ").chars().take(NAME_MAX).collect())
}

fn is_icon(id: &str) -> bool {
    ICONS.iter().any(|(_, icon)| *icon == id)
}

/// Says in the topic what happened to it; a bot hears of what it did itself.
fn tell(world: &mut World, chat: i64, topic: Option<i64>, what: Value) -> Result<i64, Refused> {
    let draft = Draft { from: BOT, topic, service: true, fields: fields(what), ..Draft::default() };
    let id = world.post(chat, draft)?;
    if topic.is_none()
        && let Some(message) = world.chat(chat)?.messages.get_mut(&id)
    {
        // the first message of a topic is in it
        message.json["message_thread_id"] = id.into();
        message.json["is_topic_message"] = true.into();
    }
    let json = world.message_json(chat, id);
    hear(world, chat, "message", json);
    Ok(id)
}

pub(super) fn create(world: &mut World, params: &Params) -> Answer {
    let chat = forum(world, params, "not enough rights to create a topic")?;
    let Some(name) = name(params).filter(|name| !name.is_empty()) else {
        return Err(Refused::bad("TOPIC_TITLE_EMPTY"));
    };
    let icon_color = params.int("icon_color").unwrap_or(COLORS[0]);
    if !COLORS.contains(&icon_color) {
        return Err(Refused::bad("invalid icon color specified"));
    }
    let icon = params.text("icon_custom_emoji_id").filter(|icon| !icon.is_empty());
    if icon.as_deref().is_some_and(|icon| !is_icon(icon)) {
        return Err(Refused::bad("DOCUMENT_INVALID"));
    }
    let mut created = json!({ "name": name, "icon_color": icon_color });
    if let Some(icon) = &icon {
        created["icon_custom_emoji_id"] = icon.as_str().into();
    }
    let id = tell(world, chat, None, json!({ "forum_topic_created": created }))?;
    world.chat(chat)?.topics.insert(id, Topic { name, icon_color, icon, closed: false });
    created["message_thread_id"] = id.into();
    Ok(created)
}

pub(super) fn edit(world: &mut World, params: &Params) -> Answer {
    let chat = forum(world, params, "not enough rights to edit the topic")?;
    let (id, topic) = topic(world, chat, params)?;
    let icon = params.text("icon_custom_emoji_id");
    if icon.as_deref().is_some_and(|icon| !icon.is_empty() && !is_icon(icon)) {
        return Err(Refused::bad("DOCUMENT_INVALID"));
    }
    let (mut edited, mut changed) = (json!({}), false);
    if let Some(name) = name(params).filter(|name| !name.is_empty())
        && topic.name != name
    {
        edited["name"] = name.as_str().into();
        (topic.name, changed) = (name, true);
    }
    let icon = icon.map(|icon| Some(icon).filter(|icon| !icon.is_empty()));
    if let Some(icon) = icon
        && topic.icon != icon
    {
        edited["icon_custom_emoji_id"] = icon.as_deref().unwrap_or_default().into();
        (topic.icon, changed) = (icon, true);
    }
    if !changed {
        return Err(Refused::bad("TOPIC_NOT_MODIFIED"));
    }
    tell(world, chat, Some(id), json!({ "forum_topic_edited": edited }))?;
    Ok(true.into())
}

pub(super) fn close(world: &mut World, params: &Params, closed: bool) -> Answer {
    let chat = forum(world, params, "not enough rights to close or open the topic")?;
    let (id, topic) = topic(world, chat, params)?;
    if topic.closed == closed {
        return Err(Refused::bad("TOPIC_NOT_MODIFIED"));
    }
    topic.closed = closed;
    let what = if closed { "forum_topic_closed" } else { "forum_topic_reopened" };
    tell(world, chat, Some(id), json!({ what: {} }))?;
    Ok(true.into())
}

pub(super) fn delete(world: &mut World, params: &Params) -> Answer {
    let chat = forum(world, params, "not enough rights to delete the topic")?;
    let (id, _) = topic(world, chat, params)?;
    let there = world.chat(chat)?;
    there.topics.remove(&id);
    there.messages.retain(|message, kept| *message != id && kept.topic != Some(id));
    Ok(true.into())
}

pub(super) fn unpin_all(world: &mut World, params: &Params) -> Answer {
    let chat = forum(world, params, "not enough rights to manage pinned messages in the chat")?;
    let (id, _) = topic(world, chat, params)?;
    for message in world.chat(chat)?.messages.values_mut().filter(|message| message.topic == Some(id)) {
        message.pinned = false;
    }
    Ok(true.into())
}

pub(super) fn icons() -> Value {
    let sticker = |(emoji, id): &(&str, &str)| {
        json!({
            "file_id": format!("icon-{id}"), "file_unique_id": format!("icon{id}"), "type": "custom_emoji",
            "width": 100, "height": 100, "is_animated": true, "is_video": false, "emoji": emoji,
            "custom_emoji_id": id, "file_size": 5_000,
        })
    };
    ICONS.iter().map(sticker).collect()
}
