//! Changes of what was sent: new texts, taking back, reactions.
//!
//! What a message was is asked of the homeserver each time, because whether a part is a text or a file decides what
//! its new version looks like. Everything here can be repeated: each request has a transaction id of its own.

use crate::errors::Failure;
use crate::normalise::text;
use crate::send::{Errand, Undone, not_possible};
use crate::{events, marks, render, wire};
use matrix_sdk::RoomState;
use matrix_sdk::ruma::EventId;
use port::rich::Rich;
use port::{MessageId, Outcome, Private, Voice};
use serde_json::{Value, json};

/// What a part of a message was.
pub(crate) enum Was {
    /// Words alone.
    Text,
    /// A file, with or without words: its content.
    File(Value),
    /// A file that can have no words.
    Wordless,
    /// Taken back, or never there.
    Gone,
    /// Not ours to change, or no longer readable.
    Locked,
}

/// Gives a message a new text.
pub(crate) async fn edit(
    errand: &Errand<'_>,
    parts: &[MessageId],
    voice: &Voice,
    body: &Rich,
) -> Result<Outcome, Undone> {
    let mut were = Vec::with_capacity(parts.len());
    for part in parts {
        match was(errand, part).await? {
            Was::Gone => {}
            Was::Locked => return Err(not_possible("the bridge cannot change this message")),
            was @ (Was::Text | Was::File(_) | Was::Wordless) => were.push((part.clone(), was)),
        }
    }
    if were.is_empty() {
        return Err(not_possible("the message is not there any more"));
    }
    let Plan { slots, texts } = Plan::of(&were, voice, body);
    let op = &errand.op.id;
    for (number, (slot, text)) in slots.iter().zip(&texts).enumerate() {
        let new = match &slot.file {
            None => render::said(voice, text),
            Some(content) => recaptioned(content, voice, text),
        };
        let mut content = render::edit(slot.part.as_str(), &new, op, number);
        content[render::PARTS_KEY] = json!(texts.len());
        errand.post(&format!("{op}-e{number}"), "m.room.message", &content).await?;
    }
    let root = errand.usable_topic().await?;
    let mut added = Vec::new();
    for (number, text) in texts.iter().enumerate().skip(slots.len()) {
        let mut content = render::said(voice, text);
        content[render::PARTS_KEY] = json!(texts.len());
        added.push(errand.say(root, None, number, "m.room.message", content).await?);
    }
    let surplus: Vec<MessageId> = slots.into_iter().skip(texts.len()).map(|slot| slot.part).collect();
    take_back(errand, &surplus).await?;
    let kept = were.into_iter().map(|(part, _)| part).filter(|part| !surplus.contains(part));
    Ok(Outcome::Delivered { parts: kept.chain(added).collect(), topic: None })
}

/// Which parts carry words, and the words that they are to carry; what has no part yet is added.
struct Plan {
    slots: Vec<Slot>,
    texts: Vec<Rich>,
}

struct Slot {
    part: MessageId,
    /// The content of the file that the words stand beside.
    file: Option<Value>,
}

impl Plan {
    fn of(were: &[(MessageId, Was)], voice: &Voice, body: &Rich) -> Self {
        let files = were.iter().filter(|(_, was)| !matches!(was, Was::Text)).count();
        let mut slots = Vec::new();
        for (part, was) in were {
            match was {
                Was::Text => slots.push(Slot { part: part.clone(), file: None }),
                // a caption belongs to a file that was sent alone
                Was::File(content) if files == 1 => {
                    slots.insert(0, Slot { part: part.clone(), file: Some(content.clone()) });
                }
                Was::File(_) | Was::Wordless | Was::Gone | Was::Locked => {}
            }
        }
        let has_caption = slots.first().is_some_and(|slot| slot.file.is_some());
        let texts = if !body.is_empty() || files == 0 {
            render::parts(voice, body)
        } else if has_caption {
            vec![Rich::default()]
        } else {
            Vec::new()
        };
        Self { slots, texts }
    }
}

/// A file's content with other words beside it.
pub(crate) fn recaptioned(file: &Value, voice: &Voice, text: &Rich) -> Value {
    let mut content = file.clone();
    if let Some(fields) = content.as_object_mut() {
        fields.retain(|field, _| {
            let is_words = ["body", "format", "formatted_body", "com.beeper.per_message_profile"];
            let is_place = ["m.relates_to", "m.new_content", "m.mentions"];
            !is_words.contains(&field.as_str())
                && !is_place.contains(&field.as_str())
                && !field.starts_with("deskbridge.")
        });
        let name = text_of(file, "filename").or_else(|| text_of(file, "body")).unwrap_or_default();
        fields.insert("filename".to_owned(), json!(name));
    }
    beside_file(content, voice, text)
}

/// Words beside a file whose name is there already. Without words and without a person the body is the name.
pub(crate) fn beside_file(mut content: Value, voice: &Voice, words: &Rich) -> Value {
    let mut said = render::words(voice, words);
    if words.is_empty() && matches!(voice, Voice::Bridge) {
        said["body"] = content.get("filename").cloned().unwrap_or_else(|| json!(""));
    }
    if let (Some(fields), Value::Object(said)) = (content.as_object_mut(), said) {
        fields.extend(said);
    }
    content
}

fn text_of<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    text(value, field).filter(|text| !text.is_empty())
}

/// What a part is, as the homeserver has it.
pub(crate) async fn was(errand: &Errand<'_>, part: &MessageId) -> Result<Was, Failure> {
    let event = events::event(errand.link, &errand.room, part.as_str()).await?;
    Ok(event.map_or(Was::Gone, |event| what(&event, errand.link.own.as_str())))
}

fn what(event: &Value, own: &str) -> Was {
    let content = event.get("content").unwrap_or(&Value::Null);
    let is_emptied = content.as_object().is_none_or(serde_json::Map::is_empty);
    if is_emptied || event.pointer("/unsigned/redacted_because").is_some() {
        return Was::Gone;
    }
    if text(event, "sender") != Some(own) {
        return Was::Locked;
    }
    let has_file = content.get("url").or_else(|| content.get("file")).is_some();
    match text(event, "type") {
        Some("m.room.message") if has_file => Was::File(content.clone()),
        Some("m.room.message") => Was::Text,
        Some("m.sticker") => Was::Wordless,
        Some(_) | None => Was::Locked,
    }
}

/// Takes parts back.
pub(crate) async fn delete(errand: &Errand<'_>, parts: &[MessageId]) -> Result<Outcome, Undone> {
    take_back(errand, parts).await?;
    Ok(Outcome::Delivered { parts: Vec::new(), topic: None })
}

async fn take_back(errand: &Errand<'_>, parts: &[MessageId]) -> Result<(), Undone> {
    let (client, room) = (&errand.link.client, &errand.room);
    for (number, part) in parts.iter().enumerate() {
        // what is no id was never there
        if EventId::parse(part.as_str()).is_err() {
            continue;
        }
        let txn = format!("{}-r{number}", errand.op.id);
        match wire::redact(client, room, &txn, part.as_str()).await {
            Ok(()) => {}
            Err(failure) if failure.is_not_found() => {}
            Err(failure) if failure.is_forbidden() && is_joined(errand) => {
                return Err(not_possible("the bridge may not take this message back"));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(())
}

fn is_joined(errand: &Errand<'_>) -> bool {
    errand.link.client.get_room(&errand.room).is_some_and(|room| room.state() == RoomState::Joined)
}

/// Reacts to a message.
pub(crate) async fn react(
    errand: &Errand<'_>,
    message: Option<&MessageId>,
    key: &Private,
) -> Result<Outcome, Undone> {
    let Some(message) = message.filter(|message| EventId::parse(message.as_str()).is_ok()) else {
        return Err(not_possible("the message is not known here"));
    };
    let key = key.shown();
    let content = render::reaction(message.as_str(), key, &errand.op.id);
    let reaction = match errand.post(errand.op.id.as_str(), "m.reaction", &content).await {
        Ok(id) => Some(id),
        Err(failure) if failure.is_repeated_reaction() => {
            let shown = marks::shown(errand, message).await?;
            shown.into_iter().find(|reaction| reaction.sign == key).map(|reaction| reaction.id)
        }
        Err(failure) if failure.is_not_found() => {
            return Err(not_possible("the message is not there any more"));
        }
        Err(failure) => return Err(failure.into()),
    };
    Ok(Outcome::Delivered { parts: reaction.into_iter().map(MessageId::new).collect(), topic: None })
}

#[cfg(test)]
#[path = "tests/edit.rs"]
mod tests;
