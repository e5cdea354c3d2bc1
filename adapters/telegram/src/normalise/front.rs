//! What stands before a message's own words: whose they were, and what they answer. In signs and names, never in a
//! language of ours.

use super::{is, text};
use port::names::clean_name;
use port::rich::{Rich, Span, Style};
use serde_json::Value;

/// A message's words with what has to stand before them. `prefix` is what commands start with, where there are any.
///
/// In the team's chat a command or a note is one by its first letters: nothing may come before them.
pub(super) fn fronted(message: &Value, said: &Rich, prefix: Option<&str>) -> Rich {
    let is_order = prefix.is_some_and(|prefix| {
        let said = said.text().trim_start();
        said.starts_with(prefix) || said.starts_with(|c: char| c.is_ascii_punctuation())
    });
    let mut parts = Vec::new();
    // somebody else's words are no order, whatever they start with
    if let Some(name) = message.get("forward_origin").map(name_of) {
        parts.push(Rich::plain(format!("↪ {name}\n")));
    } else if let Some(quote) = quoted(message).filter(|_| !is_order) {
        parts.push(quote);
    }
    if parts.is_empty() {
        return said.clone();
    }
    parts.push(said.clone());
    Rich::concat(&parts).trimmed()
}

/// What is quoted: the part that was chosen, and whose it is when it stands in another chat.
fn quoted(message: &Value) -> Option<Rich> {
    let elsewhere = message.get("external_reply");
    let chosen = message.get("quote").filter(|quote| is(quote, "is_manual") || elsewhere.is_some());
    let chosen = chosen.and_then(|quote| text::field(quote, "text", "entities"));
    let name = elsewhere.and_then(|reply| reply.get("origin")).map(name_of);
    let quote = match (name, chosen) {
        (Some(name), Some(chosen)) => Rich::concat([&Rich::plain(format!("↩ {name}\n")), &chosen]),
        (Some(name), None) => Rich::plain(format!("↩ {name}")),
        (None, Some(chosen)) => chosen,
        (None, None) => return None,
    };
    let mut spans = quote.spans().to_vec();
    spans.push(Span::new(0..quote.text().len(), Style::Quote));
    Some(Rich::new(quote.text(), spans))
}

/// Who said something first.
fn name_of(origin: &Value) -> String {
    let chat = origin.get("sender_chat").or_else(|| origin.get("chat"));
    let raw = match (origin.get("sender_user"), chat) {
        (Some(user), _) => {
            let names = ["first_name", "last_name"].iter().filter_map(|field| text(user, field));
            names.collect::<Vec<_>>().join(" ")
        }
        (None, Some(chat)) => {
            let names = [text(chat, "title"), text(origin, "author_signature")];
            names.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        (None, None) => text(origin, "sender_user_name").unwrap_or_default().to_owned(),
    };
    let name = clean_name(&raw);
    // somebody said it first, even if nobody knows who
    if name.is_empty() { "…".to_owned() } else { name }
}
