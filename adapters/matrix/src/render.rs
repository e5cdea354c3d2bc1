//! From an operation to the content of Matrix events. Pure; it must not know a room, a session or the SDK.
//!
//! A person's name travels as a per-message profile (MSC4144) with the fallback that its authors prescribe, because
//! most clients show nothing else. The profile has `has_fallback`, so that a client that knows it hides the prefix.

use port::split::split;
use port::{Limit, Mark, OpId, TopicState, Unit, Voice};
use serde_json::{Value, json};

/// The content key that says which operation made an event.
pub(crate) const OP_KEY: &str = "deskbridge.op";
/// The content key that says which part of a message an event is, from 0.
pub(crate) const PART_KEY: &str = "deskbridge.part";

/// The longest text of one event. Federation allows 65,536 bytes for the whole event, which holds the text twice
/// (plain and as HTML); what grows beyond [`CONTENT_MAX`] by escaping is split again.
pub(crate) const TEXT_LIMIT: Limit = Limit { max: 16_000, unit: Unit::Bytes };

/// The largest content in bytes. Encryption makes it larger by a third, and it must still fit into 65,536.
const CONTENT_MAX: usize = 45_000;

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
pub(crate) fn parts<'t>(voice: &Voice, text: &'t str) -> Vec<&'t str> {
    let mut fitting = Vec::new();
    let mut waiting: Vec<&str> = split(text, TEXT_LIMIT);
    waiting.reverse();
    while let Some(part) = waiting.pop() {
        if part.len() < 4 || written_len(&said(voice, part)) <= CONTENT_MAX {
            fitting.push(part);
        } else {
            let half = Limit { max: part.len().div_ceil(2), unit: Unit::Bytes };
            waiting.extend(split(part, half).into_iter().rev());
        }
    }
    fitting
}

/// One part of a message.
pub(crate) fn message(voice: &Voice, text: &str, relation: &Relation<'_>, op: &OpId, part: usize) -> Value {
    let mut content = said(voice, text);
    if let Some(related) = relates(relation) {
        content["m.relates_to"] = related;
    }
    keyed(content, op, part)
}

/// The first post of a topic.
pub(crate) fn card(title: &str, state: TopicState, card: &str, op: &OpId) -> Value {
    keyed(card_content(title, state, card), op, 0)
}

/// A new title, state and card for a topic.
pub(crate) fn new_card(root: &str, title: &str, state: TopicState, card: &str, op: &OpId) -> Value {
    let new = card_content(title, state, card);
    let mut content = new.clone();
    for field in ["body", "formatted_body"] {
        // what a client without edits shows
        content[field] = json!(format!("* {}", new[field].as_str().unwrap_or_default()));
    }
    content["m.new_content"] = new;
    content["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": root });
    keyed(content, op, 0)
}

/// A mark on somebody's message.
pub(crate) fn mark(message: &str, mark: Mark, op: &OpId) -> Value {
    let content = json!({
        "m.relates_to": { "rel_type": "m.annotation", "event_id": message, "key": mark.sign() },
    });
    keyed(content, op, 0)
}

fn keyed(mut content: Value, op: &OpId, part: usize) -> Value {
    content[OP_KEY] = json!(op.as_str());
    content[PART_KEY] = json!(part);
    content
}

/// What is said, without where and why. Nobody is ever pinged by the bridge.
fn said(voice: &Voice, text: &str) -> Value {
    let Voice::Persona(persona) = voice else {
        // the bridge's own words are a notice, which no other program answers
        return json!({ "msgtype": "m.notice", "body": text, "m.mentions": {} });
    };
    let name = persona.name.shown();
    json!({
        "msgtype": "m.text",
        "body": format!("{name}: {text}"),
        "format": HTML,
        "formatted_body":
            format!("<strong data-mx-profile-fallback>{}: </strong>{}", escape(name), escape(text)),
        "com.beeper.per_message_profile":
            { "id": persona.id, "displayname": name, "has_fallback": true },
        "m.mentions": {},
    })
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
    json!({
        "msgtype": "m.text",
        "body": format!("{head}\n{card}"),
        "format": HTML,
        "formatted_body": format!("<strong>{}</strong><br>{}", escape(head), escape(card)),
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

/// Text as HTML that shows exactly this text, line breaks and runs of blanks included.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut after_blank = true;
    for c in text.chars() {
        let blank = matches!(c, ' ' | '\n');
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push_str("<br>"),
            ' ' if after_blank => html.push_str("&nbsp;"),
            other => html.push(other),
        }
        after_blank = blank;
    }
    html
}

fn written_len(content: &Value) -> usize {
    content.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use port::{ChannelName, Owner, Persona, Private};

    fn private(text: &str) -> Private {
        Private::new(Owner::Channel(ChannelName::new("matrix")), text)
    }

    fn anna() -> Voice {
        Voice::Persona(Persona { id: "agent-7f3a".to_owned(), name: private("Anna <Support>") })
    }

    #[test]
    fn a_persona_is_a_profile_with_its_prescribed_fallback() {
        let content = message(&anna(), "Hi &\n  you", &Relation::default(), &OpId::new("17-a"), 0);
        let wanted = json!({
            "msgtype": "m.text",
            "body": "Anna <Support>: Hi &\n  you",
            "format": "org.matrix.custom.html",
            "formatted_body": "<strong data-mx-profile-fallback>Anna &lt;Support&gt;: </strong>\
                Hi &amp;<br>&nbsp;&nbsp;you",
            "com.beeper.per_message_profile":
                { "id": "agent-7f3a", "displayname": "Anna <Support>", "has_fallback": true },
            "m.mentions": {},
            "deskbridge.op": "17-a",
            "deskbridge.part": 0,
        });
        assert_eq!(content, wanted);
    }

    #[test]
    fn the_bridge_speaks_in_notices_without_a_persons_name() {
        let content = message(&Voice::Bridge, "Noted.", &Relation::default(), &OpId::new("1"), 0);
        assert_eq!(content["msgtype"], "m.notice");
        assert_eq!(content["body"], "Noted.");
        assert_eq!(content.get("com.beeper.per_message_profile"), None);
    }

    #[test]
    fn a_message_is_where_it_belongs() {
        let thread = Some(("$root", "$latest"));
        for (thread, reply_to, wanted) in [
            (None, None, Value::Null),
            (None, Some("$asked"), json!({ "m.in_reply_to": { "event_id": "$asked" } })),
            (
                thread,
                None,
                json!({
                    "rel_type": "m.thread", "event_id": "$root", "is_falling_back": true,
                    "m.in_reply_to": { "event_id": "$latest" },
                }),
            ),
            (
                thread,
                Some("$asked"),
                json!({
                    "rel_type": "m.thread", "event_id": "$root", "is_falling_back": false,
                    "m.in_reply_to": { "event_id": "$asked" },
                }),
            ),
        ] {
            let relation = Relation { thread, reply_to };
            let content = message(&anna(), "x", &relation, &OpId::new("1"), 0);
            assert_eq!(content.get("m.relates_to").cloned().unwrap_or_default(), wanted);
        }
    }

    #[test]
    fn a_card_shows_its_state_first_and_is_replaced_as_a_whole() {
        let op = OpId::new("9");
        let first = card("Carla #17", TopicState::Waiting, "who\nwhere", &op);
        assert_eq!(first["body"], "🟡 Carla #17\nwho\nwhere");
        assert_eq!(first["formatted_body"], "<strong>🟡 Carla #17</strong><br>who<br>where");
        let second = new_card("$root", "Carla #17", TopicState::Answered, "who", &op);
        assert_eq!(second["body"], "* 🟢 Carla #17\nwho");
        assert_eq!(second["m.new_content"]["body"], "🟢 Carla #17\nwho");
        assert_eq!(second["m.relates_to"], json!({ "rel_type": "m.replace", "event_id": "$root" }));
    }

    #[test]
    fn a_mark_is_a_reaction() {
        let content = mark("$message", Mark::Delivered, &OpId::new("3"));
        let wanted = json!({ "rel_type": "m.annotation", "event_id": "$message", "key": "✅" });
        assert_eq!(content["m.relates_to"], wanted);
    }

    #[test]
    fn every_part_fits_whatever_it_is_made_of() {
        for letter in ["a", "\"", "&", "\n", "  ", "\u{1}", "👩‍👩‍👧", "李"] {
            let text = letter.repeat(60_000 / letter.len());
            let parts = parts(&anna(), &text);
            assert_eq!(parts.concat(), text);
            for part in parts {
                assert!(written_len(&said(&anna(), part)) <= CONTENT_MAX, "{letter:?}");
            }
        }
        let long = card("Carla", TopicState::Waiting, &"\"".repeat(100_000), &OpId::new("1"));
        assert!(written_len(&long) <= CONTENT_MAX + 100);
    }
}
