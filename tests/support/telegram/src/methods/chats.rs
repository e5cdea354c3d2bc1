//! The bot itself, chats and who is in them, commands, and what the bot is seen doing.

use super::{chat_id, needed};
use crate::answers::{Answer, Refused};
use crate::params::Params;
use crate::world::{BOT, World};
use serde_json::{Value, json};

/// The rights of an administrator, by the names of the API.
const RIGHTS: [&str; 14] = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
    "can_edit_messages",
];

/// What a bot can be seen doing.
const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

pub(super) fn get_me(world: &World) -> Value {
    let mut me = world.bot();
    let more = [
        ("can_join_groups", true),
        ("can_read_all_group_messages", !world.privacy),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
        ("has_topics_enabled", false),
    ];
    for (name, value) in more {
        me[name] = value.into();
    }
    me
}

pub(super) fn get_chat(world: &mut World, params: &Params) -> Answer {
    let id = chat_id(params, "chat_id")?;
    let chat = world.chat(id)?;
    if !chat.is_private && !matches!(chat.bot.status.as_str(), "administrator" | "member") {
        let words = match chat.bot.status.as_str() {
            "kicked" => "bot was kicked from the supergroup chat",
            _ => "bot is not a member of the supergroup chat",
        };
        return Err(Refused::forbidden(words));
    }
    let mut json = chat.json.clone();
    json["accent_color_id"] = 4.into();
    json["max_reaction_count"] = 11.into();
    json["accepted_gift_types"] = json!({
        "unlimited_gifts": true, "limited_gifts": true, "unique_gifts": true, "premium_subscription": true,
        "gifts_from_channels": true,
    });
    if let Some(emoji) = &chat.reactions {
        json["available_reactions"] =
            emoji.iter().map(|emoji| json!({ "type": "emoji", "emoji": emoji })).collect();
    }
    Ok(json)
}

/// How somebody stands in a chat.
fn member(world: &World, chat: i64, user: i64) -> Value {
    let Some(chat) = world.chats.get(&chat) else { return Value::Null };
    let account = world.users.get(&user).cloned().unwrap_or_default();
    let status = if user == BOT {
        chat.bot.status.as_str()
    } else if chat.members.contains(&user) || chat.is_private {
        "member"
    } else {
        "left"
    };
    let mut member = json!({ "status": status, "user": account });
    match status {
        "administrator" => {
            for right in RIGHTS {
                member[right] = chat.bot.rights.contains(right).into();
            }
            member["can_manage_chat"] = true.into();
            member["can_be_edited"] = false.into();
            member["is_anonymous"] = false.into();
        }
        "kicked" => member["until_date"] = 0.into(),
        _ => {}
    }
    member
}

pub(super) fn get_chat_member(world: &mut World, params: &Params) -> Answer {
    let (chat, user) = (chat_id(params, "chat_id")?, needed(params, "user_id")?);
    world.chat(chat)?;
    if !world.users.contains_key(&user) {
        return Err(Refused::bad("user not found"));
    }
    Ok(member(world, chat, user))
}

pub(super) fn get_chat_administrators(world: &mut World, params: &Params) -> Answer {
    let chat = chat_id(params, "chat_id")?;
    if world.open_chat(chat)?.is_private {
        return Err(Refused::bad("there are no administrators in the private chat"));
    }
    let is_one = world.chat(chat)?.bot.status == "administrator";
    Ok(if is_one && params.flag("return_bots") { json!([member(world, chat, BOT)]) } else { json!([]) })
}

pub(super) fn get_chat_member_count(world: &mut World, params: &Params) -> Answer {
    let chat = world.open_chat(chat_id(params, "chat_id")?)?;
    Ok((chat.members.len() + 1).into())
}

pub(super) fn leave_chat(world: &mut World, params: &Params) -> Answer {
    let chat = world.open_chat(chat_id(params, "chat_id")?)?;
    chat.bot.status = String::from("left");
    Ok(true.into())
}

/// The scope and the language that a request about commands names.
fn scope(world: &mut World, params: &Params) -> Result<(String, String), Refused> {
    let scope = params.json("scope")?.unwrap_or_else(|| json!({ "type": "default" }));
    let kinds = ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"];
    match scope["type"].as_str() {
        Some("chat" | "chat_administrators" | "chat_member") => {
            let id =
                crate::params::number(&scope["chat_id"]).ok_or_else(|| Refused::bad("chat not found"))?;
            world.open_chat(id)?;
        }
        Some(kind) if kinds.contains(&kind) => {}
        _ => return Err(Refused::bad("can't parse BotCommandScope: Unsupported type specified")),
    }
    let language = params.text("language_code").unwrap_or_default();
    let is_code =
        language.is_empty() || language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if !is_code {
        return Err(Refused::bad("invalid language code specified"));
    }
    Ok((scope.to_string(), language))
}

pub(super) fn set_my_commands(world: &mut World, params: &Params) -> Answer {
    let key = scope(world, params)?;
    let commands = params.array("commands")?.unwrap_or_default();
    if commands.len() > 100 {
        return Err(Refused::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in &commands {
        let name = command["command"].as_str().unwrap_or_default();
        let name = name.strip_prefix('/').unwrap_or(name);
        let is_name = (1..=32).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_name {
            return Err(Refused::bad("BOT_COMMAND_INVALID"));
        }
        let length = command["description"].as_str().map_or(0, |description| description.chars().count());
        if !(1..=256).contains(&length) {
            return Err(Refused::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    world.commands.insert(key, commands.into());
    Ok(true.into())
}

pub(super) fn get_my_commands(world: &mut World, params: &Params) -> Answer {
    let key = scope(world, params)?;
    Ok(world.commands.get(&key).cloned().unwrap_or_else(|| json!([])))
}

pub(super) fn delete_my_commands(world: &mut World, params: &Params) -> Answer {
    let key = scope(world, params)?;
    world.commands.remove(&key);
    Ok(true.into())
}

pub(super) fn send_chat_action(world: &mut World, params: &Params) -> Answer {
    let chat = chat_id(params, "chat_id")?;
    let action = params.text("action").unwrap_or_default();
    if !ACTIONS.contains(&action.as_str()) {
        return Err(Refused::bad("wrong parameter action in request"));
    }
    let topic = params.int("message_thread_id");
    let there = world.open_chat(chat)?;
    if topic.is_some_and(|topic| !there.topics.contains_key(&topic)) {
        return Err(Refused::bad("message thread not found"));
    }
    world.actions.push((chat, topic, action));
    Ok(true.into())
}
