//! Texts and copies, and what all sending has in common.

use super::{chat_id, needed};
use crate::answers::{Answer, Refused};
use crate::params::{Params, number};
use crate::text::{self, Formatted, put_text};
use crate::world::{BOT, Draft, World};
use serde_json::{Map, Value, json};

/// Where a message goes.
pub(super) struct Place {
    pub(super) chat: i64,
    topic: Option<i64>,
    reply_to: Option<i64>,
    silent: bool,
}

/// Checks where a message is to go, and counts `messages` of them against the limits.
pub(super) fn place(world: &mut World, params: &Params, messages: usize) -> Result<Place, Refused> {
    let chat = chat_id(params, "chat_id")?;
    let mut topic = params.int("message_thread_id").filter(|topic| *topic != 0);
    let reply = params.json("reply_parameters")?;
    let there = world.open_chat(chat)?;
    let is_group = !there.is_private;
    if let Some(topic) = topic
        && !there.topics.contains_key(&topic)
        && there.json["is_forum"] == true
    {
        return Err(Refused::bad("message thread not found"));
    }
    let mut reply_to = None;
    if let Some(reply) = reply.filter(|reply| !reply.is_null()) {
        if !reply.is_object() {
            return Err(Refused::bad("object expected as reply parameters"));
        }
        reply_to = number(&reply["message_id"]).filter(|id| there.messages.contains_key(id));
        if reply_to.is_none() && reply["allow_sending_without_reply"] != true {
            return Err(Refused::bad("message to be replied not found"));
        }
        let answered = reply_to.and_then(|id| there.messages.get(&id)).and_then(|answered| answered.topic);
        topic = topic.or(answered);
    }
    let may_manage = there.bot.rights.contains("can_manage_topics") && !there.locks_closed;
    if topic.and_then(|topic| there.topics.get(&topic)).is_some_and(|topic| topic.closed) && !may_manage {
        return Err(Refused::bad("TOPIC_CLOSED"));
    }
    let topic = topic.filter(|topic| there.topics.contains_key(topic));
    let now = world.now_ms();
    for _ in 0..messages {
        world.throttle.take(chat, is_group, now).map_err(Refused::too_many)?;
    }
    Ok(Place { chat, topic, reply_to, silent: params.flag("disable_notification") })
}

/// Posts as the bot; the message as the API shows it.
pub(super) fn post(
    world: &mut World,
    place: &Place,
    fields: Map<String, Value>,
    file: Option<String>,
) -> Result<Value, Refused> {
    let draft = Draft {
        from: BOT,
        topic: place.topic,
        reply_to: place.reply_to,
        file,
        silent: place.silent,
        service: false,
        fields,
    };
    let id = world.post(place.chat, draft)?;
    Ok(world.message_json(place.chat, id))
}

/// Entities as they are shown: whoever is mentioned must be known.
pub(super) fn resolve(world: &World, formatted: Formatted) -> Formatted {
    let resolved = formatted.entities.into_iter().filter_map(|mut entity| {
        if entity["type"] == "text_mention" {
            let user = world.users.get(&entity["user"]["id"].as_i64()?)?;
            entity["user"] = user.clone();
        }
        Some(entity)
    });
    Formatted { entities: resolved.collect(), text: formatted.text }
}

/// Refuses a way of formatting that the fake does not read.
pub(super) fn no_parse_mode(params: &Params) -> Result<(), Refused> {
    if params.has("parse_mode") { Err(Refused::bad("unsupported parse_mode")) } else { Ok(()) }
}

pub(super) fn message(world: &mut World, params: &Params) -> Answer {
    no_parse_mode(params)?;
    let formatted = text::message(params.text("text"), params.array("entities")?)?;
    let formatted = resolve(world, formatted);
    let place = place(world, params, 1)?;
    let mut fields = Map::new();
    put_text(&mut fields, "text", formatted);
    if let Some(options) = params.json("link_preview_options")? {
        fields.insert("link_preview_options".to_owned(), options);
    }
    post(world, &place, fields, None)
}

/// What a message says, to be said again.
fn original(
    world: &mut World,
    params: &Params,
    purpose: &str,
) -> Result<(Map<String, Value>, Option<String>), Refused> {
    let (from, id) = (chat_id(params, "from_chat_id")?, needed(params, "message_id")?);
    let not_found = || Refused::bad(&format!("message to {purpose} not found"));
    let message = world.chat(from)?.messages.get(&id).ok_or_else(not_found)?;
    if message.service {
        return Err(Refused::bad(&format!("message can't be {purpose}ed")));
    }
    let mut fields = message.json.as_object().cloned().unwrap_or_default();
    let own = [
        "message_id",
        "date",
        "chat",
        "from",
        "message_thread_id",
        "is_topic_message",
        "edit_date",
        "sender_chat",
        "media_group_id",
    ];
    for name in own {
        fields.remove(name);
    }
    Ok((fields, message.file.clone()))
}

pub(super) fn copy(world: &mut World, params: &Params) -> Answer {
    let (mut fields, file) = original(world, params, "copy")?;
    if params.has("caption") && file.is_some() {
        no_parse_mode(params)?;
        let formatted = text::caption(params.text("caption"), params.array("caption_entities")?)?;
        put_text(&mut fields, "caption", resolve(world, formatted));
    }
    let place = place(world, params, 1)?;
    let message = post(world, &place, fields, file)?;
    Ok(json!({ "message_id": message["message_id"] }))
}

pub(super) fn forward(world: &mut World, params: &Params) -> Answer {
    let (mut fields, file) = original(world, params, "forward")?;
    let now = world.now();
    let origin = json!({ "type": "hidden_user", "sender_user_name": "Somebody", "date": now });
    fields.insert("forward_origin".to_owned(), origin);
    let place = place(world, params, 1)?;
    post(world, &place, fields, file)
}
