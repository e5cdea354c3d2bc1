//! Commands as Telegram's clients write them: `/start` in a customer's chat, the team's own in its group. Pure.

use super::{View, number, text};
use port::inbound::PAYLOAD_MAX;
use port::rich::Rich;
use port::{Content, InboundKind};
use serde_json::Value;

/// What a customer who pressed the start button brought along.
pub(super) fn started(message: &Value) -> Option<InboundKind> {
    let (name, _, rest) = command_of(message)?;
    (name == "start").then(|| InboundKind::Started {
        payload: Some(rest.trim().chars().take(PAYLOAD_MAX).collect::<String>())
            .filter(|payload| !payload.is_empty()),
        language: message.get("from").and_then(|from| text(from, "language_code")).map(str::to_owned),
    })
}

/// A command as Telegram's clients write it at the beginning of a message: its name, for whom, and what follows.
fn command_of(message: &Value) -> Option<(&str, Option<&str>, &str)> {
    let text = text(message, "text")?;
    let mut looks = message.get("entities").and_then(Value::as_array).into_iter().flatten();
    let end = match looks.find(|look| number(look, "offset") == Some(0)) {
        Some(look) if super::text(look, "type") == Some("bot_command") => {
            text::byte_at(text, number(look, "length")?)?
        }
        Some(_) => return None,
        // Telegram's own server marks every command; not every other one does
        None => text.find(char::is_whitespace).unwrap_or(text.len()),
    };
    let (command, rest) = text.split_at_checked(end)?;
    let command = command.strip_prefix('/')?;
    let (name, bot) = match command.split_once('@') {
        Some((name, bot)) => (name, Some(bot)),
        None => (command, None),
    };
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, bot, rest))
}

/// What an agent said, with a command of Telegram's as one of ours. Nothing when it is meant for another bot.
pub(super) fn command(message: &Value, content: Content, view: &View<'_>) -> Option<Content> {
    let Some((name, bot, rest)) = command_of(message) else { return Some(content) };
    let is_ours = bot.is_some_and(|bot| bot.eq_ignore_ascii_case(&view.me.username));
    if bot.is_some() && !is_ours {
        return None;
    }
    if !is_ours && !view.commands.iter().any(|known| known.name == name) {
        return Some(content);
    }
    let length = content.text.text().len();
    let rest = content.text.slice(length.saturating_sub(rest.len())..length);
    let text = Rich::concat([&Rich::plain(format!("{}{name}", view.prefix)), &rest]);
    Some(Content { text, ..content })
}
