//! Messages that change, go, or are pinned.

use super::sending::{no_parse_mode, resolve};
use super::{allowed, chat_id, needed};
use crate::answers::{Answer, Refused};
use crate::params::Params;
use crate::people::hear;
use crate::text::{self, Formatted, put_text};
use crate::world::{BOT, Draft, World, fields};
use serde_json::json;

/// For how long messages can be taken back, in seconds.
const DELETE_MAX: i64 = 48 * 3_600;

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
                            same as a current content and reply markup of the message";

pub(super) fn text(world: &mut World, params: &Params) -> Answer {
    no_parse_mode(params)?;
    let formatted = text::message(params.text("text"), params.array("entities")?)?;
    edit(world, params, "text", formatted)
}

pub(super) fn caption(world: &mut World, params: &Params) -> Answer {
    no_parse_mode(params)?;
    let formatted = text::caption(params.text("caption"), params.array("caption_entities")?)?;
    edit(world, params, "caption", formatted)
}

fn edit(world: &mut World, params: &Params, field: &str, formatted: Formatted) -> Answer {
    let formatted = resolve(world, formatted);
    let (chat, id, now) = (chat_id(params, "chat_id")?, needed(params, "message_id")?, world.now());
    let there = world.open_chat(chat)?;
    let not_found = || Refused::bad("message to edit not found");
    let message = there.messages.get_mut(&id).ok_or_else(not_found)?;
    if message.from != BOT || message.service {
        return Err(Refused::bad("message can't be edited"));
    }
    match (field, message.file.is_some()) {
        ("text", true) => return Err(Refused::bad("there is no text in the message to edit")),
        ("caption", false) => return Err(Refused::bad("there is no caption in the message to edit")),
        _ => {}
    }
    let before = message.json.clone();
    let mut json = fields(before.clone());
    put_text(&mut json, field, formatted);
    if before.as_object() == Some(&json) {
        return Err(Refused::bad(NOT_MODIFIED));
    }
    json.insert("edit_date".to_owned(), now.into());
    message.json = json.into();
    Ok(world.message_json(chat, id))
}

fn take_away(world: &mut World, chat: i64, id: i64) -> Result<(), Refused> {
    let now = world.now();
    let there = world.open_chat(chat)?;
    let not_found = || Refused::bad("message to delete not found");
    let message = there.messages.get(&id).ok_or_else(not_found)?;
    let date = message.json["date"].as_i64().unwrap_or_default();
    let may_any = there.bot.rights.contains("can_delete_messages") && there.bot.status == "administrator";
    let is_old = date + DELETE_MAX <= now;
    if there.topics.contains_key(&id) {
        return Err(Refused::bad("message can't be deleted"));
    }
    if is_old && (there.is_private || !may_any) {
        return Err(Refused::bad("message can't be deleted for everyone"));
    }
    if !there.is_private && message.from != BOT && !may_any {
        return Err(Refused::bad("message can't be deleted"));
    }
    there.messages.remove(&id);
    Ok(())
}

pub(super) fn delete(world: &mut World, params: &Params) -> Answer {
    let (chat, id) = (chat_id(params, "chat_id")?, needed(params, "message_id")?);
    take_away(world, chat, id)?;
    Ok(true.into())
}

pub(super) fn delete_many(world: &mut World, params: &Params) -> Answer {
    let chat = chat_id(params, "chat_id")?;
    let ids = params.array("message_ids")?.unwrap_or_default();
    if ids.is_empty() {
        return Err(Refused::bad("message identifiers are not specified"));
    }
    if ids.len() > 100 {
        return Err(Refused::bad("too many message identifiers specified"));
    }
    world.open_chat(chat)?;
    for id in ids.iter().filter_map(crate::params::number) {
        match take_away(world, chat, id) {
            // those that are not there are passed over
            Err(refused) if !refused.description.ends_with("not found") => return Err(refused),
            _ => {}
        }
    }
    Ok(true.into())
}

pub(super) fn pin(world: &mut World, params: &Params) -> Answer {
    let (chat, id) = (chat_id(params, "chat_id")?, needed(params, "message_id")?);
    allowed(world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")?;
    let there = world.open_chat(chat)?;
    let not_found = || Refused::bad("message to pin not found");
    let message = there.messages.get_mut(&id).ok_or_else(not_found)?;
    if message.pinned {
        return Ok(true.into());
    }
    message.pinned = true;
    let (topic, pinned) = (message.topic, message.json.clone());
    let fields = fields(json!({ "pinned_message": pinned }));
    let draft = Draft { from: BOT, topic, service: true, fields, ..Draft::default() };
    let notice = world.post(chat, draft)?;
    // a bot hears of its own pins
    let json = world.message_json(chat, notice);
    hear(world, chat, "message", json);
    Ok(true.into())
}

pub(super) fn unpin(world: &mut World, params: &Params) -> Answer {
    let chat = chat_id(params, "chat_id")?;
    allowed(world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")?;
    let there = world.open_chat(chat)?;
    let latest = || there.messages.iter().rev().find(|(_, message)| message.pinned).map(|(id, _)| *id);
    let id = params.int("message_id").or_else(latest);
    let message = id.and_then(|id| there.messages.get_mut(&id));
    let message = message.ok_or_else(|| Refused::bad("message to unpin not found"))?;
    message.pinned = false;
    Ok(true.into())
}
