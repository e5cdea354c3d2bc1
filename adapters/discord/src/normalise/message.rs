//! From the JSON of one message to what it says. Pure; it must not know who said it, or to whom.

use super::{files, text};
use crate::api::{self, list};
use port::Content;
use port::rich::{Builder, Rich, Style};
use serde_json::Value;

/// A message whose words are in its components.
const COMPONENTS_V2: u64 = 1 << 15;
/// A reference that is a forward.
const FORWARD: u64 = 1;
/// Stands before what was forwarded: Discord does not say who said it first.
const FORWARDED: &str = "↪ …";
/// How deep components are looked into.
const DEPTH: usize = 6;

/// What a message says.
pub(super) enum Said {
    /// Something that is carried.
    Content(Content),
    /// Something else: what it is called, and the text that came with it.
    Other { what: &'static str, text: Option<String> },
}

/// What a message says.
pub(super) fn said(message: &Value) -> Said {
    let mut parts = vec![text::read(api::text(message, "content").unwrap_or_default(), message)];
    let mut files = files::files(message, message);
    if is_forward(message) {
        for snapshot in list(message, "message_snapshots") {
            let forwarded = snapshot.get("message").unwrap_or(snapshot);
            let (said, beneath) = (words(forwarded), files::files(forwarded, message));
            if !said.is_empty() || !beneath.is_empty() {
                parts.extend([Rich::plain(FORWARDED), quoted(&said)]);
            }
            files.extend(beneath);
        }
    } else {
        parts.push(beside(message));
    }
    let text = joined(&parts);
    if !text.is_empty() || !files.is_empty() {
        return Said::Content(Content { text, files });
    }
    Said::Other { what: what(message), text: None }
}

/// The message that this one answers.
pub(super) fn answered(message: &Value) -> Option<String> {
    let reference = message.get("message_reference")?;
    let is_reply = message.get("type").and_then(Value::as_u64) == Some(19);
    let here =
        api::id(reference, "channel_id").is_none_or(|there| api::id(message, "channel_id") == Some(there));
    api::id(reference, "message_id").filter(|_| is_reply && here && !is_forward(message))
}

fn is_forward(message: &Value) -> bool {
    let kind = message.get("message_reference").and_then(|reference| reference.get("type"));
    kind.and_then(Value::as_u64) == Some(FORWARD) || !list(message, "message_snapshots").is_empty()
}

/// All words of a message, without its files.
fn words(message: &Value) -> Rich {
    joined(&[text::read(api::text(message, "content").unwrap_or_default(), message), beside(message)])
}

/// What a message says besides its text: a poll, stickers without a picture, components; embeds when nothing else does.
fn beside(message: &Value) -> Rich {
    let mut parts: Vec<Rich> = files::drawn(message).into_iter().map(Rich::plain).collect();
    if let Some(poll) = message.get("poll").filter(|poll| poll.is_object()) {
        parts.push(figure(poll));
    }
    if message.get("flags").and_then(Value::as_u64).unwrap_or_default() & COMPONENTS_V2 != 0 {
        let mut displays = Vec::new();
        displayed(list(message, "components"), DEPTH, &mut displays);
        parts.extend(displays.iter().map(|display| text::read(display, message)));
    }
    let is_bare = api::text(message, "content").unwrap_or_default().is_empty()
        && parts.is_empty()
        && list(message, "attachments").is_empty();
    if is_bare {
        parts.extend(list(message, "embeds").iter().map(|embed| embedded(embed, message)));
    }
    joined(&parts)
}

/// A poll: its question, and its answers as a list.
fn figure(poll: &Value) -> Rich {
    let mut builder = Builder::new();
    builder.push("📊 ");
    builder.push(poll.pointer("/question/text").and_then(Value::as_str).unwrap_or_default());
    for answer in list(poll, "answers") {
        builder.open(Style::Item { number: None, depth: 0 });
        let emoji = answer.pointer("/poll_media/emoji/name").and_then(Value::as_str);
        let words = answer.pointer("/poll_media/text").and_then(Value::as_str);
        let shown: Vec<&str> = emoji.into_iter().chain(words).collect();
        builder.push(&shown.join(" "));
        builder.close();
    }
    builder.finish()
}

/// The texts among components, in order.
fn displayed<'c>(components: &'c [Value], depth: usize, found: &mut Vec<&'c str>) {
    for component in components {
        // a label's or a button's words are no part of what is said
        if component.get("type").and_then(Value::as_u64) == Some(10) {
            found.extend(api::text(component, "content"));
        }
        if depth > 0 {
            displayed(list(component, "components"), depth - 1, found);
        }
    }
}

/// What an embed says.
fn embedded(embed: &Value, message: &Value) -> Rich {
    let mut parts = Vec::new();
    let title = api::text(embed, "title").or_else(|| embed.pointer("/author/name").and_then(Value::as_str));
    if let Some(title) = title {
        let mut builder = Builder::new();
        builder.open(Style::Bold);
        builder.push(title);
        builder.close();
        parts.push(builder.finish());
    }
    if let Some(description) = api::text(embed, "description") {
        parts.push(text::read(description, message));
    }
    for field in list(embed, "fields") {
        let (name, value) = (api::text(field, "name"), api::text(field, "value"));
        parts.push(text::read(value.unwrap_or_default(), message).prefixed(name.unwrap_or_default()));
    }
    if let Some(url) = api::text(embed, "url") {
        parts.push(Rich::plain(url));
    }
    joined(&parts)
}

fn quoted(rich: &Rich) -> Rich {
    if rich.is_empty() {
        return Rich::default();
    }
    let mut spans = rich.spans().to_vec();
    spans.push(port::rich::Span::new(0..rich.text().len(), Style::Quote));
    Rich::new(rich.text(), spans)
}

/// Texts one below the other.
fn joined(parts: &[Rich]) -> Rich {
    let line = Rich::plain("\n");
    let mut all: Vec<&Rich> = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !all.is_empty() {
            all.push(&line);
        }
        all.push(part);
    }
    match all.as_slice() {
        [] => Rich::default(),
        [one] => (*one).clone(),
        _ => Rich::concat(all),
    }
}

/// What a message is called that says nothing that is carried.
fn what(message: &Value) -> &'static str {
    let has = |field: &str| !list(message, field).is_empty();
    if has("components") {
        "components"
    } else if has("embeds") {
        "embed"
    } else if message.get("activity").is_some_and(Value::is_object) {
        "activity"
    } else if is_forward(message) {
        "forward"
    } else {
        "empty"
    }
}
