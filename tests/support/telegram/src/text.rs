//! Texts and their entities as the server checks and keeps them, counted in UTF-16 units.

use crate::answers::Refused;
use serde_json::{Map, Value};

/// The longest text of a message.
const TEXT_MAX: usize = 4096;
/// The longest caption.
const CAPTION_MAX: usize = 1024;
/// Of so many entities the rest is not kept.
const ENTITIES_MAX: usize = 100;

/// The types of entities that can be sent; every other one is left out without a word.
const SENT: [&str; 21] = [
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "bank_card",
    "date_time",
];

/// A text with its entities.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Formatted {
    pub(crate) text: String,
    pub(crate) entities: Vec<Value>,
}

/// How long a text is for Telegram.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A message's text as it is kept.
pub(crate) fn message(text: Option<String>, entities: Option<Vec<Value>>) -> Result<Formatted, Refused> {
    let formatted = check(&text.unwrap_or_default(), entities.unwrap_or_default())?;
    if formatted.text.is_empty() {
        return Err(Refused::bad("message text is empty"));
    }
    if units(&formatted.text) > TEXT_MAX {
        return Err(Refused::bad("message is too long"));
    }
    Ok(formatted)
}

/// A caption as it is kept; it may be empty.
pub(crate) fn caption(text: Option<String>, entities: Option<Vec<Value>>) -> Result<Formatted, Refused> {
    let formatted = check(&text.unwrap_or_default(), entities.unwrap_or_default())?;
    if units(&formatted.text) > CAPTION_MAX {
        return Err(Refused::bad("message caption is too long"));
    }
    Ok(formatted)
}

fn check(text: &str, entities: Vec<Value>) -> Result<Formatted, Refused> {
    let mut known = Vec::new();
    for entity in entities {
        let (Some(kind), Some(offset), Some(length)) =
            (entity["type"].as_str(), entity["offset"].as_i64(), entity["length"].as_i64())
        else {
            return Err(Refused::bad("can't parse MessageEntity: Can't find field \"type\""));
        };
        check_place(text, offset, length)?;
        if SENT.contains(&kind) && is_whole(kind, &entity)? {
            known.push(entity);
        }
    }
    known.sort_by_key(|entity| (entity["offset"].as_i64(), entity["length"].as_i64().map(|length| -length)));
    known.truncate(ENTITIES_MAX);
    Ok(trim(&text.replace('\r', ""), known))
}

fn is_whole(kind: &str, entity: &Value) -> Result<bool, Refused> {
    let missing =
        |field: &str| Refused::bad(&format!("can't parse MessageEntity: Can't find field \"{field}\""));
    match kind {
        "text_link" if !entity["url"].is_string() => Err(missing("url")),
        "text_mention" if !entity["user"]["id"].is_i64() => Err(missing("user")),
        "custom_emoji" if !entity["custom_emoji_id"].is_string() => Err(missing("custom_emoji_id")),
        "text_link" => Ok(entity["url"].as_str().is_some_and(|url| url.contains('.') || url.contains(':'))),
        _ => Ok(true),
    }
}

fn check_place(text: &str, offset: i64, length: i64) -> Result<(), Refused> {
    let Ok(from) = usize::try_from(offset) else {
        return Err(Refused::bad(&format!("receive an entity with incorrect offset {offset}")));
    };
    let Some(to) = usize::try_from(length).ok().map(|length| from + length) else {
        return Err(Refused::bad(&format!("receive an entity with incorrect length {length}")));
    };
    let whole = units(text);
    if from > whole {
        let words = format!("entity begins after the end of the text at UTF-16 offset {from}");
        return Err(Refused::bad(&words));
    }
    if to > whole {
        return Err(Refused::bad(&format!(
            "entity beginning at UTF-16 offset {from} ends after the end of the text at UTF-16 offset {to}"
        )));
    }
    let (mut at, mut begins, mut ends) = (0, false, false);
    for letter in text.chars() {
        begins |= at == from;
        ends |= at == to;
        at += letter.len_utf16();
    }
    if !begins && from != whole {
        return Err(Refused::bad("entity begins in a middle of a UTF-16 symbol at byte offset 0"));
    }
    if !ends && to != whole {
        let words = format!(
            "entity beginning at UTF-16 offset {from} ends in a middle of a UTF-16 symbol at byte offset 0"
        );
        return Err(Refused::bad(&words));
    }
    Ok(())
}

/// Without the white space around it; entities move along and end with the text.
fn trim(text: &str, entities: Vec<Value>) -> Formatted {
    let trimmed = text.trim();
    let before = units(text) - units(text.trim_start());
    let whole = units(trimmed);
    let kept = entities.into_iter().filter_map(|mut entity| {
        let place = |name: &str| entity[name].as_u64().and_then(|units| usize::try_from(units).ok());
        let (offset, length) = (place("offset")?, place("length")?);
        let (from, to) = (offset.saturating_sub(before), (offset + length).saturating_sub(before).min(whole));
        if from >= to {
            return None;
        }
        entity["offset"] = from.into();
        entity["length"] = (to - from).into();
        Some(entity)
    });
    Formatted { entities: kept.collect(), text: trimmed.to_owned() }
}

/// Puts a text into the fields of a message.
pub(crate) fn put_text(message: &mut Map<String, Value>, field: &str, formatted: Formatted) {
    let entities = if field == "text" { "entities" } else { "caption_entities" };
    message.remove(field);
    message.remove(entities);
    if !formatted.text.is_empty() {
        message.insert(field.to_owned(), formatted.text.into());
    }
    if !formatted.entities.is_empty() {
        message.insert(entities.to_owned(), formatted.entities.into());
    }
}
