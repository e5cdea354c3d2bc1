//! From the JSON of one room event to what happened. Pure: it must not ask a server, a store or a clock, and it
//! takes JSON instead of the SDK's types, so that a kind of event that the SDK does not know is not lost.

use crate::content::{self, Said};
use jiff::Timestamp;
use port::inbound::RAW_MAX;
use port::{AccountId, Author, ChatId, Inbound, InboundKind, MessageId, TopicId};
use serde_json::Value;

/// Event types that say nothing a person would read.
const SILENT: [&str; 10] = [
    "m.poll.response",
    "m.poll.end",
    "org.matrix.msc3381.poll.response",
    "org.matrix.msc3381.poll.end",
    "m.beacon",
    "org.matrix.msc3672.beacon",
    "m.call.candidates",
    "m.call.answer",
    "m.call.hangup",
    "m.call.select_answer",
];

/// The longest sign of a reaction, in characters. Matrix lets it be any text.
const KEY_MAX: usize = 64;

/// Where an event was found, and what is known there.
pub(crate) struct Place<'p> {
    /// The chat as the desk knows it.
    pub(crate) chat: &'p ChatId,
    /// Whether the team works there; only the team has topics.
    pub(crate) team: bool,
    /// Our own account.
    pub(crate) own: &'p str,
    /// No event is younger than this: a server's clock may be wrong, or lie.
    pub(crate) received_at: Timestamp,
}

/// What an event says, or nothing when it says nothing to the desk.
///
/// `name_of` gives the display name of an account.
pub(crate) fn normalise(
    event: &Value,
    place: &Place<'_>,
    name_of: impl Fn(&str) -> String,
) -> Option<Inbound> {
    let sender = text(event, "sender")?;
    if sender == place.own || event.get("state_key").is_some() {
        return None;
    }
    let happened = happening(event, place.team)?;
    Some(Inbound {
        chat: place.chat.clone(),
        topic: happened.topic.filter(|_| place.team).map(TopicId::new),
        message: MessageId::new(happened.message),
        version: happened.version,
        at: time(event, place.received_at),
        author: Author { account: AccountId::new(sender), name: name(event, name_of(sender)), is_bot: false },
        kind: happened.kind,
    })
}

/// A sender's name, with the one that the message itself brings: who sent it is never hidden behind it.
fn name(event: &Value, sender: String) -> String {
    match event.get("content").and_then(content::persona) {
        Some(persona) if persona != sender => format!("{sender} ({persona})"),
        Some(_) | None => sender,
    }
}

/// The server's time of an event, never later than it was received.
pub(crate) fn time(event: &Value, received_at: Timestamp) -> Timestamp {
    event
        .get("origin_server_ts")
        .and_then(Value::as_i64)
        .and_then(|millis| Timestamp::from_millisecond(millis).ok())
        .map_or(received_at, |at| at.min(received_at))
}

/// A field that must be a text.
pub(crate) fn text<'e>(value: &'e Value, field: &str) -> Option<&'e str> {
    value.get(field).and_then(Value::as_str)
}

/// The event that a redaction takes back. Newer room versions moved the field.
pub(crate) fn redacted(event: &Value) -> Option<&str> {
    text(event, "redacts").or_else(|| text(event.get("content")?, "redacts"))
}

/// The topic's root that an event names.
pub(crate) fn thread_root(content: &Value) -> Option<&str> {
    let relation = content.get("m.relates_to")?;
    (text(relation, "rel_type") == Some("m.thread")).then(|| text(relation, "event_id")).flatten()
}

/// The message that an event is a new version of.
pub(crate) fn replaced(event: &Value) -> Option<&str> {
    let relation = event.get("content")?.get("m.relates_to")?;
    (text(relation, "rel_type") == Some("m.replace")).then(|| text(relation, "event_id")).flatten()
}

struct Happened<'e> {
    message: &'e str,
    topic: Option<&'e str>,
    version: u64,
    kind: InboundKind,
}

fn happening(event: &Value, team: bool) -> Option<Happened<'_>> {
    let id = text(event, "event_id")?;
    let content = event.get("content")?;
    let event_type = text(event, "type")?;
    let of = |message, version, kind| Happened { message, topic: thread_root(content), version, kind };
    // what a redacted event said is gone; its redaction is an event of its own
    let emptied = event.pointer("/unsigned/redacted_because").is_some();
    match event_type {
        "m.room.redaction" => {
            let version = moment(event);
            Some(of(redacted(event)?, version, InboundKind::Delete))
        }
        _ if emptied || SILENT.contains(&event_type) || event_type.starts_with("m.key.verification.") => None,
        "m.reaction" => Some(of(id, 0, reaction(content)?)),
        "m.room.encrypted" => Some(of(id, 0, InboundKind::Undecryptable)),
        "m.room.message" | "m.sticker" | "m.poll.start" | "org.matrix.msc3381.poll.start" => {
            message(event, event_type, content, id, team)
        }
        other => Some(of(id, 0, unsupported(event, other, content::accompanying(content)))),
    }
}

fn message<'e>(
    event: &'e Value,
    event_type: &str,
    content: &'e Value,
    id: &'e str,
    team: bool,
) -> Option<Happened<'e>> {
    if let Some(replaced) = replaced(event) {
        let kind = match content::said(event_type, content.get("m.new_content")?, false)? {
            Said::Content(content) => InboundKind::Edit { content },
            Said::Other { text: Some(text), .. } => InboundKind::Edit { content: text.into() },
            Said::Other { what, text: None } => unsupported(event, &what, None),
        };
        let message = if matches!(kind, InboundKind::Edit { .. }) { replaced } else { id };
        return Some(Happened { message, topic: None, version: moment(event), kind });
    }
    let relation = content.get("m.relates_to");
    let answered =
        relation.and_then(|relation| relation.get("m.in_reply_to")).and_then(|to| text(to, "event_id"));
    let kind = match content::said(event_type, content, answered.is_some())? {
        Said::Content(content) => {
            // in a thread the field may be a mere fallback for clients without threads
            let falls_back = relation
                .filter(|relation| text(relation, "rel_type") == Some("m.thread"))
                .and_then(|relation| relation.get("is_falling_back"))
                .is_some_and(|falls_back| falls_back == &Value::Bool(true));
            let reply_to = answered.filter(|_| !falls_back).map(MessageId::new);
            InboundKind::Message { content, reply_to }
        }
        Said::Other { what, text } => unsupported(event, &what, text),
    };
    Some(Happened { message: id, topic: thread_root(content).filter(|_| team), version: 0, kind })
}

/// A reaction to a message.
fn reaction(content: &Value) -> Option<InboundKind> {
    let relation = content.get("m.relates_to")?;
    let (of, key) = (text(relation, "event_id")?, text(relation, "key")?);
    let name = ["shortcode", "com.beeper.reaction.shortcode"].iter().find_map(|field| text(content, field));
    // a picture of one's own has a name; without one it is only known that there is something
    let key = if key.starts_with("mxc://") {
        name.map_or_else(|| "🖼".to_owned(), |name| format!(":{}:", name.trim_matches(':')))
    } else {
        key.to_owned()
    };
    let key: String = key.trim().chars().filter(|c| !c.is_control()).take(KEY_MAX).collect();
    (!key.is_empty()).then(|| InboundKind::Reaction { of: MessageId::new(of), key })
}

fn unsupported(event: &Value, what: &str, text: Option<String>) -> InboundKind {
    let what = what.chars().filter(char::is_ascii_graphic).take(64).collect();
    let raw = Some(event.to_string()).filter(|raw| raw.len() <= RAW_MAX);
    InboundKind::Unsupported { what, text, raw }
}

/// Milliseconds of an event, as a version that grows.
fn moment(event: &Value) -> u64 {
    event.get("origin_server_ts").and_then(Value::as_u64).unwrap_or(1).max(1)
}

#[cfg(test)]
#[path = "tests/normalise.rs"]
mod tests;
