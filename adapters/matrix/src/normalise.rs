//! From the JSON of one room event to what happened. Pure: it must not ask a server, a store or a clock, and it
//! takes JSON instead of the SDK's types, so that a kind of event that the SDK does not know is not lost.

use jiff::Timestamp;
use port::{AccountId, Author, ChatId, Inbound, InboundKind, MessageId, TopicId};
use serde_json::Value;

/// Event types that say nothing a person would read.
const SILENT: [&str; 12] = [
    "m.reaction",
    "m.room.redaction",
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
        author: Author { account: AccountId::new(sender), name: name_of(sender), is_bot: false },
        kind: happened.kind,
    })
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
        "m.room.encrypted" => Some(of(id, 0, InboundKind::Undecryptable)),
        "m.room.message" => message(event, content, id, team),
        other => Some(of(id, 0, unsupported(other, caption(content)))),
    }
}

fn message<'e>(event: &Value, content: &'e Value, id: &'e str, team: bool) -> Option<Happened<'e>> {
    let relation = content.get("m.relates_to");
    let replaces = relation.filter(|relation| text(relation, "rel_type") == Some("m.replace"));
    if let Some(replaced) = replaces.and_then(|relation| text(relation, "event_id")) {
        let new = content.get("m.new_content")?;
        let kind = match said(new, None)? {
            Said::Text(text) => InboundKind::Edit { content: text.into() },
            Said::Other { caption, .. } => InboundKind::Edit { content: caption?.into() },
        };
        return Some(Happened { message: replaced, topic: None, version: moment(event), kind });
    }
    let answered =
        relation.and_then(|relation| relation.get("m.in_reply_to")).and_then(|to| text(to, "event_id"));
    let kind = match said(content, answered)? {
        Said::Text(text) => {
            // in a thread the field may be a mere fallback for clients without threads
            let falls_back = relation
                .filter(|relation| text_is(relation, "rel_type", "m.thread"))
                .and_then(|relation| relation.get("is_falling_back"))
                .is_some_and(|falls_back| falls_back == &Value::Bool(true));
            let reply_to = answered.filter(|_| !falls_back).map(MessageId::new);
            InboundKind::Message { content: text.into(), reply_to }
        }
        Said::Other { what, caption } => unsupported(&what, caption),
    };
    Some(Happened { message: id, topic: thread_root(content).filter(|_| team), version: 0, kind })
}

enum Said {
    Text(String),
    Other { what: String, caption: Option<String> },
}

/// What a message says, or nothing when a program said it.
fn said(content: &Value, answered: Option<&str>) -> Option<Said> {
    // a redacted message has no type any more
    let msgtype = text(content, "msgtype")?;
    let body = text(content, "body").map(|body| if answered.is_some() { without_quote(body) } else { body });
    match (msgtype, body) {
        ("m.notice", _) => None,
        ("m.text", Some(body)) if !body.is_empty() => Some(Said::Text(body.to_owned())),
        ("m.emote", Some(body)) if !body.is_empty() => Some(Said::Text(format!("/me {body}"))),
        (other, _) => Some(Said::Other { what: other.to_owned(), caption: caption(content) }),
    }
}

/// The text that came with something that is not carried.
fn caption(content: &Value) -> Option<String> {
    let poll = ["m.poll", "org.matrix.msc3381.poll.start"].iter().find_map(|kind| content.get(*kind));
    let question = poll.and_then(|poll| poll.get("question"));
    let holder = question.unwrap_or(content);
    ["body", "org.matrix.msc1767.text"]
        .iter()
        .find_map(|field| text(holder, field))
        .or_else(|| holder.pointer("/m.text/0/body").and_then(Value::as_str))
        .or_else(|| text(content, "filename"))
        .filter(|caption| !caption.trim().is_empty())
        .map(str::to_owned)
}

fn unsupported(what: &str, text: Option<String>) -> InboundKind {
    let what = what.chars().filter(char::is_ascii_graphic).take(64).collect();
    InboundKind::Unsupported { what, text, raw: None }
}

/// A body without the quote that older clients put before a reply.
fn without_quote(body: &str) -> &str {
    if !body.starts_with("> <@") && !body.starts_with("> * <@") {
        return body;
    }
    let mut rest = body;
    while rest.starts_with('>') {
        rest = rest.split_once('\n').map_or("", |(_quoted, after)| after);
    }
    rest.strip_prefix('\n').unwrap_or(rest)
}

fn text_is(value: &Value, field: &str, wanted: &str) -> bool {
    text(value, field) == Some(wanted)
}

/// Milliseconds of an event, as a version that grows.
fn moment(event: &Value) -> u64 {
    event.get("origin_server_ts").and_then(Value::as_u64).unwrap_or(1).max(1)
}

#[cfg(test)]
#[path = "normalise_tests.rs"]
mod tests;
