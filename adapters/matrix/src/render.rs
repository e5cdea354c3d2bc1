//! From an operation to the content of Matrix events. Pure; it must not know a room, a session or the SDK.
//!
//! A person's name travels as a per-message profile (MSC4144) with the fallback that its authors prescribe, because
//! most clients show nothing else. The profile has `has_fallback`, so that a client that knows it hides the prefix.
//! Nobody is pinged by what people write; the bridge itself calls team members when it is told to.

use port::rich::{self, Rich, Spoilers};
use port::split::split;
use port::{Limit, Mark, Mention, OpId, TopicState, Unit, Voice};
use serde_json::{Value, json};

/// The content key that says which operation made an event.
pub(crate) const OP_KEY: &str = "deskbridge.op";
/// The content key that says which part of a message an event is, from 0.
pub(crate) const PART_KEY: &str = "deskbridge.part";
/// The content key that says how many parts an edit wrote.
pub(crate) const PARTS_KEY: &str = "deskbridge.parts";

/// The longest text of one event. Federation allows 65,536 bytes for the whole event, which holds the text twice
/// (plain and as HTML); what grows beyond [`CONTENT_MAX`] by looks and escaping is split again.
pub(crate) const TEXT_LIMIT: Limit = Limit { max: 16_000, unit: Unit::Bytes };

/// The largest content in bytes. Encryption makes it larger by a third, and it must still fit into 65,536.
const CONTENT_MAX: usize = 45_000;
/// How much of an edit a client without edits shows.
const FALLBACK_MAX: Limit = Limit { max: 1_000, unit: Unit::Bytes };

const HTML: &str = "org.matrix.custom.html";

/// Where a message belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Relation<'i> {
    /// The topic's root, and the latest event known in it.
    pub(crate) thread: Option<(&'i str, &'i str)>,
    /// The message it answers.
    pub(crate) reply_to: Option<&'i str>,
}

/// Cuts a text into what fits into one event each.
pub(crate) fn parts(voice: &Voice, text: &Rich) -> Vec<Rich> {
    rich::split(text, CONTENT_MAX, |part| {
        let of_text = part.text().len().saturating_mul(CONTENT_MAX) / TEXT_LIMIT.max;
        of_text.max(written_len(&said(voice, part)))
    })
}

/// What is said, without where and why.
pub(crate) fn said(voice: &Voice, text: &Rich) -> Value {
    let mut content = words(voice, text);
    // the bridge's own words are a notice, which no other program answers
    let is_person = matches!(voice, Voice::Persona(_));
    content["msgtype"] = json!(if is_person { "m.text" } else { "m.notice" });
    content
}

/// A text under a voice, as all that carries words has it.
pub(crate) fn words(voice: &Voice, text: &Rich) -> Value {
    // a body beside HTML is shown in notifications, where spoilers would be given away
    let body = text.to_plain(Spoilers::Hidden);
    let mut content = json!({ "m.mentions": {} });
    if let Voice::Persona(persona) = voice {
        let name = persona.name.shown();
        let mut html = "<strong data-mx-profile-fallback>".to_owned();
        rich::html::escape(name, &mut html);
        html.push_str(": </strong>");
        html.push_str(&text.to_html());
        content["body"] = json!(format!("{name}: {body}"));
        content["format"] = json!(HTML);
        content["formatted_body"] = json!(html);
        content["com.beeper.per_message_profile"] =
            json!({ "id": persona.id, "displayname": name, "has_fallback": true });
    } else {
        content["body"] = json!(body);
        if !text.is_plain() {
            content["format"] = json!(HTML);
            content["formatted_body"] = json!(text.to_html());
        }
    }
    content
}

/// Makes a message call people. A notice calls nobody (`.m.rule.suppress_notices` comes first), so it becomes a text.
pub(crate) fn call(content: &mut Value, mentions: &[Mention]) {
    if mentions.is_empty() {
        return;
    }
    let accounts: Vec<&str> = mentions.iter().map(|mention| mention.account.as_str()).collect();
    content["m.mentions"] = json!({ "user_ids": accounts });
    if content["msgtype"] == "m.notice" {
        content["msgtype"] = json!("m.text");
    }
}

/// Any content, where it belongs, with what it was made by.
pub(crate) fn placed(mut content: Value, relation: &Relation<'_>, op: &OpId, part: usize) -> Value {
    if let Some(related) = relates(relation) {
        content["m.relates_to"] = related;
    }
    keyed(content, op, part)
}

/// A new version of a message: of what one part of it says.
pub(crate) fn edit(message: &str, new: &Value, op: &OpId, part: usize) -> Value {
    // a client without edits shows this as a message of its own, so it must not be the file once more
    let is_notice = new.get("msgtype").and_then(Value::as_str) == Some("m.notice");
    let body = new.get("body").and_then(Value::as_str).unwrap_or_default();
    let shown = split(body, FALLBACK_MAX);
    let rest = if shown.len() > 1 { "…" } else { "" };
    let content = json!({
        "msgtype": if is_notice { "m.notice" } else { "m.text" },
        "body": format!("* {}{rest}", shown.first().copied().unwrap_or_default()),
        "m.mentions": {},
        "m.new_content": new,
        "m.relates_to": { "rel_type": "m.replace", "event_id": message },
    });
    keyed(content, op, part)
}

/// The first post of a topic.
pub(crate) fn card(title: &str, state: TopicState, card: &str, op: &OpId) -> Value {
    keyed(card_content(title, state, card), op, 0)
}

/// A new title, state and card for a topic.
pub(crate) fn new_card(root: &str, title: &str, state: TopicState, card: &str, op: &OpId) -> Value {
    edit(root, &card_content(title, state, card), op, 0)
}

/// A mark on somebody's message.
pub(crate) fn mark(message: &str, mark: Mark, op: &OpId) -> Value {
    reaction(message, mark.sign(), op)
}

/// A reaction to a message.
pub(crate) fn reaction(message: &str, key: &str, op: &OpId) -> Value {
    let content = json!({
        "m.relates_to": { "rel_type": "m.annotation", "event_id": message, "key": key },
    });
    keyed(content, op, 0)
}

fn keyed(mut content: Value, op: &OpId, part: usize) -> Value {
    content[OP_KEY] = json!(op.as_str());
    content[PART_KEY] = json!(part);
    content
}

fn card_content(title: &str, state: TopicState, card: &str) -> Value {
    let head = format!("{} {title}", state.sign());
    // one event, whatever happens: a topic has one root
    let mut card = card;
    while written_len(&card_json(&head, card)) > CONTENT_MAX {
        let half = Limit { max: card.len().div_ceil(2), unit: Unit::Bytes };
        card = split(card, half).first().copied().unwrap_or_default();
    }
    card_json(&head, card)
}

fn card_json(head: &str, card: &str) -> Value {
    let mut html = "<strong>".to_owned();
    rich::html::escape(head, &mut html);
    html.push_str("</strong><br>");
    html.push_str(&Rich::plain(card).to_html());
    json!({
        "msgtype": "m.text",
        "body": format!("{head}\n{card}"),
        "format": HTML,
        "formatted_body": html,
        "m.mentions": {},
    })
}

fn relates(relation: &Relation<'_>) -> Option<Value> {
    match (relation.thread, relation.reply_to) {
        (None, None) => None,
        (None, Some(answered)) => Some(json!({ "m.in_reply_to": { "event_id": answered } })),
        (Some((root, latest)), reply_to) => Some(json!({
            "rel_type": "m.thread",
            "event_id": root,
            // the latest event, not the root: clients without threads would pile everything on the root
            "is_falling_back": reply_to.is_none(),
            "m.in_reply_to": { "event_id": reply_to.unwrap_or(latest) },
        })),
    }
}

fn written_len(content: &Value) -> usize {
    content.to_string().len()
}

#[cfg(test)]
#[path = "tests/render.rs"]
mod tests;
