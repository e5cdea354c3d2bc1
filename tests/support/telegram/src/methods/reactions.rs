//! `setMessageReaction`: a bot puts one emoji on a message, and only one that the API lists and the chat allows.

use super::{chat_id, needed};
use crate::answers::{Answer, Refused};
use crate::params::Params;
use crate::world::{BOT, World};

/// Every emoji that can be a reaction, as the documentation of the API lists them.
const EMOJI: [&str; 73] = [
    "❤",
    "👍",
    "👎",
    "🔥",
    "🥰",
    "👏",
    "😁",
    "🤔",
    "🤯",
    "😱",
    "🤬",
    "😢",
    "🎉",
    "🤩",
    "🤮",
    "💩",
    "🙏",
    "👌",
    "🕊",
    "🤡",
    "🥱",
    "🥴",
    "😍",
    "🐳",
    "❤‍🔥",
    "🌚",
    "🌭",
    "💯",
    "🤣",
    "⚡",
    "🍌",
    "🏆",
    "💔",
    "🤨",
    "😐",
    "🍓",
    "🍾",
    "💋",
    "🖕",
    "😈",
    "😴",
    "😭",
    "🤓",
    "👻",
    "👨‍💻",
    "👀",
    "🎃",
    "🙈",
    "😇",
    "😨",
    "🤝",
    "✍",
    "🤗",
    "🫡",
    "🎅",
    "🎄",
    "☃",
    "💅",
    "🤪",
    "🗿",
    "🆒",
    "💘",
    "🙉",
    "🦄",
    "😘",
    "💊",
    "🙊",
    "😎",
    "👾",
    "🤷‍♂",
    "🤷",
    "🤷‍♀",
    "😡",
];

pub(super) fn set(world: &mut World, params: &Params) -> Answer {
    let (chat, id) = (chat_id(params, "chat_id")?, needed(params, "message_id")?);
    let reactions = params.array("reaction")?.unwrap_or_default();
    let there = world.open_chat(chat)?;
    let not_found = || Refused::bad("message to react not found");
    let message = there.messages.get_mut(&id).ok_or_else(not_found)?;
    if reactions.len() > 1 {
        return Err(Refused::bad("REACTIONS_TOO_MANY"));
    }
    for reaction in &reactions {
        let emoji = reaction["emoji"].as_str().unwrap_or_default();
        let is_allowed = |allowed: &Vec<String>| allowed.iter().any(|allowed| allowed == emoji);
        match reaction["type"].as_str() {
            Some("emoji") if EMOJI.contains(&emoji) => {}
            Some("emoji" | "custom_emoji" | "paid") => return Err(Refused::bad("REACTION_INVALID")),
            _ => {
                let words = "can't parse ReactionType: invalid reaction type specified";
                return Err(Refused::bad(words));
            }
        }
        if there.reactions.as_ref().is_some_and(|allowed| !is_allowed(allowed)) {
            return Err(Refused::bad("REACTION_INVALID"));
        }
    }
    if message.service {
        return Err(Refused::bad("message can't be reacted to"));
    }
    if reactions.is_empty() {
        message.reactions.remove(&BOT);
    } else {
        message.reactions.insert(BOT, reactions);
    }
    Ok(true.into())
}
