//! What within a line is Discord's own: `<@id>`, `<#id>`, `<:emoji:id>`, `<t:…>`, `</command:id>`, `<https://…>` and
//! escapes. Pure.

use crate::api::{id, list};
use jiff::Timestamp;
use serde_json::Value;

/// What stands at a place.
pub(super) enum Token {
    /// One character as it is.
    Text,
    /// Something that the common Markdown reads when it is written so.
    Plain(String),
    /// Something that a reader sees like this.
    Shown(String),
    /// Somebody's name.
    Mention(String),
}

/// Signs whose escapes the common Markdown reads itself.
const COMMON: &str = "*_~|[]`";

/// What a text begins with, and how many bytes of it that are; nothing for a character as it is.
pub(super) fn first(text: &str, message: &Value) -> Option<(Token, usize)> {
    if let Some(rest) = text.strip_prefix('\\') {
        let sign = rest.chars().next().filter(char::is_ascii_punctuation)?;
        if COMMON.contains(sign) {
            return Some((Token::Plain(format!("\\{sign}")), 1 + sign.len_utf8()));
        }
        return Some((Token::Shown(sign.to_string()), 1 + sign.len_utf8()));
    }
    if let Some(rest) = text.strip_prefix("](") {
        return target(rest).map(|(address, length)| (Token::Plain(format!("]({address})")), length + 2));
    }
    let (inner, _) = text.strip_prefix('<')?.split_once('>')?;
    let length = inner.len() + 2;
    Some((bracketed(inner, message)?, length))
}

/// The address of a link, which may stand in brackets against its preview and may have a title that nobody sees here.
fn target(text: &str) -> Option<(&str, usize)> {
    let line = text.split('\n').next().unwrap_or_default();
    if let Some(rest) = line.strip_prefix('<') {
        let (address, after) = rest.split_once('>')?;
        let close = after.find(')')?;
        return Some((address, address.len() + 2 + close + 1));
    }
    None
}

fn bracketed(inner: &str, message: &Value) -> Option<Token> {
    if ["https://", "http://"].iter().any(|scheme| inner.starts_with(scheme)) {
        let is_address = !inner.contains(char::is_whitespace);
        // signs of an address are no marks
        return is_address.then(|| Token::Shown(inner.to_owned()));
    }
    if let Some(role) = inner.strip_prefix("@&") {
        return is_id(role).then(|| Token::Mention(format!("@{role}")));
    }
    if let Some(account) = inner.strip_prefix('@') {
        let account = account.strip_prefix('!').unwrap_or(account);
        return is_id(account).then(|| Token::Mention(format!("@{}", name_in(message, account))));
    }
    if let Some(channel) = inner.strip_prefix('#') {
        return is_id(channel).then(|| Token::Shown(format!("#{}", channel_in(message, channel))));
    }
    if let Some(command) = inner.strip_prefix('/') {
        let (name, id) = command.rsplit_once(':')?;
        return is_id(id).then(|| Token::Shown(format!("/{name}")));
    }
    if let Some(moment) = inner.strip_prefix("t:") {
        return time(moment).map(Token::Shown);
    }
    let emoji = inner.strip_prefix("a:").or_else(|| inner.strip_prefix(':'))?;
    let (name, id) = emoji.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && is_id(id)).then(|| Token::Shown(format!(":{name}:")))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of somebody who is mentioned; without it the account's number, so that nobody is taken for another.
fn name_in<'m>(message: &'m Value, account: &'m str) -> &'m str {
    let found = list(message, "mentions").iter().find(|user| id(user, "id").as_deref() == Some(account));
    found.and_then(|user| super::name_of(user, user.get("member"))).unwrap_or(account)
}

fn channel_in<'m>(message: &'m Value, channel: &'m str) -> &'m str {
    let named =
        list(message, "mention_channels").iter().find(|named| id(named, "id").as_deref() == Some(channel));
    named.and_then(|found| found.get("name")).and_then(Value::as_str).unwrap_or(channel)
}

/// A moment as everybody reads it the same, wherever they are.
fn time(moment: &str) -> Option<String> {
    let (seconds, style) = moment.split_once(':').unwrap_or((moment, "f"));
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    let form = match style {
        "t" => "%H:%M UTC",
        "T" => "%H:%M:%S UTC",
        "d" | "D" => "%Y-%m-%d",
        "f" | "F" | "R" | "s" | "S" => "%Y-%m-%d %H:%M UTC",
        _ => return None,
    };
    Some(at.strftime(form).to_string())
}
