//! From an operation's words to what Telegram is sent: a text and entities in UTF-16 units. Pure.
//!
//! There is never a `parse_mode`: nothing has to be escaped, and nothing can fail to be read. A person's name stands in
//! bold on a line of its own before their words; only this module writes such a line at the beginning of a message.

mod entities;
mod guard;

pub(crate) use entities::Entity;
pub(crate) use guard::guarded;

use crate::config::NameForm;
use entities::Writer;
use port::rich::{self, Rich, Style};
use port::split::split;
use port::{Limit, Mention, TopicState, Unit, Voice};
use serde_json::{Value, json};

/// The longest text of a message, after entities are taken out of it (Bot API, `sendMessage`).
pub(crate) const TEXT_LIMIT: Limit = Limit { max: 4_096, unit: Unit::Utf16 };
/// The longest text beside a file.
pub(crate) const CAPTION_MAX: usize = 1_024;
/// The most entities of a message; Telegram leaves out what comes after them.
const ENTITIES_MAX: usize = 100;
/// The longest name of a topic.
const TOPIC_NAME: Limit = Limit { max: 128, unit: Unit::Utf16 };

/// A text as Telegram takes it.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// The text.
    pub(crate) text: String,
    /// How parts of it look, earlier before later, outer before inner.
    pub(crate) entities: Vec<Entity>,
    /// Where the words begin behind the name, in bytes.
    body: usize,
}

impl Words {
    /// Whether there is nothing to be read; Telegram takes no such message.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it can stand beside a file.
    pub(crate) fn fits_caption(&self) -> bool {
        measure(self, CAPTION_MAX) <= CAPTION_MAX
    }

    /// The parameter for its looks.
    pub(crate) fn entities(&self) -> Value {
        Value::Array(self.entities.iter().map(Entity::to_json).collect())
    }

    /// Makes the first occurrence of a name call the account behind it; whether there was one.
    fn call(&mut self, account: i64, name: &str) -> bool {
        let body = self.text.get(self.body..).unwrap_or_default();
        let Some(at) = body.find(name) else { return false };
        let before = self.text.get(..self.body + at).unwrap_or_default();
        let entity = Entity::mention(Unit::Utf16.count(before), Unit::Utf16.count(name), account, name);
        self.entities.push(entity);
        self.entities.sort_by_key(Entity::order);
        true
    }
}

/// Whose words, and how the name stands over them.
#[derive(Clone, Copy)]
pub(crate) struct By<'v> {
    pub(crate) voice: &'v Voice,
    pub(crate) names: NameForm,
}

impl<'v> From<&'v Voice> for By<'v> {
    fn from(voice: &'v Voice) -> Self {
        Self { voice, names: NameForm::default() }
    }
}

/// A text under a voice.
pub(crate) fn words<'v>(by: impl Into<By<'v>>, rich: &Rich) -> Words {
    let By { voice, names } = by.into();
    let mut writer = Writer::default();
    if let Voice::Persona(persona) = voice {
        // a quote, a list or code begins a line
        let is_inline = names == NameForm::Inline && !rich.is_empty() && !begins_with_block(rich);
        let colon = if is_inline { ":" } else { "" };
        writer.styled(&Style::Bold, &format!("{}{colon}", persona.name.shown()));
        if !rich.is_empty() {
            writer.push(if is_inline { " " } else { "\n" });
        }
    }
    let body = writer.bytes();
    writer.write(rich);
    let (text, entities) = writer.finish();
    Words { text, entities, body }
}

/// A text under a voice, as many messages as it needs. None when there is nothing to say.
pub(crate) fn messages<'v>(by: impl Into<By<'v>>, rich: &Rich) -> Vec<Words> {
    let by = by.into();
    let size = |part: &Rich| measure(&words(by, part), TEXT_LIMIT.max);
    let parts = rich::split(rich, TEXT_LIMIT.max, size);
    let is_said = |part: &&Rich| !part.text().trim().is_empty();
    parts.iter().filter(is_said).map(|part| words(by, part)).collect()
}

fn begins_with_block(rich: &Rich) -> bool {
    let is_block =
        |style: &Style| matches!(style, Style::Quote | Style::Item { .. } | Style::CodeBlock { .. });
    rich.spans().iter().any(|span| span.range.start == 0 && is_block(&span.style))
}

/// How much of a message of at most `max` units is taken up, by letters or by entities.
fn measure(words: &Words, max: usize) -> usize {
    let of_entities = (words.entities.len() * max).div_ceil(ENTITIES_MAX);
    Unit::Utf16.count(&words.text).max(of_entities)
}

/// The text with the names that are to be called, but do not occur in it, on a line behind it.
pub(crate) fn with_missing_names(rich: &Rich, mentions: &[Mention]) -> Rich {
    let names = mentions.iter().map(|mention| mention.name.shown());
    let missing: Vec<&str> = names.filter(|name| !rich.text().contains(name)).collect();
    if missing.is_empty() {
        return rich.clone();
    }
    let line = Rich::plain(format!("\n{}", missing.join(" ")));
    Rich::concat([rich, &line])
}

/// Makes messages call people, each once.
pub(crate) fn call<'w>(messages: impl Iterator<Item = &'w mut Words>, mentions: &[Mention]) {
    let mut waiting: Vec<(i64, &str)> = mentions
        .iter()
        .filter_map(|mention| Some((mention.account.as_str().parse().ok()?, mention.name.shown())))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    for words in messages {
        waiting.retain(|(account, name)| !words.call(*account, name));
    }
}

/// A topic's name: what it waits for, and whose it is.
pub(crate) fn topic_name(title: &str, state: TopicState) -> String {
    let name = format!("{} {title}", state.sign());
    split(&name, TOPIC_NAME).first().copied().unwrap_or_default().trim_end().to_owned()
}

/// A topic's card: one message, whatever happens.
pub(crate) fn card(card: &str) -> Words {
    let text = split(card, TEXT_LIMIT).first().copied().unwrap_or_default().to_owned();
    Words { text, ..Words::default() }
}

/// The parameters of a text message, without where it goes.
pub(crate) fn text_message(words: &Words) -> Value {
    let mut message = json!({ "text": words.text, "link_preview_options": { "is_disabled": true } });
    if !words.entities.is_empty() {
        message["entities"] = words.entities();
    }
    message
}

/// Sets the words beside a file.
pub(crate) fn caption(message: &mut Value, words: &Words) {
    if words.text.is_empty() {
        return;
    }
    message["caption"] = json!(words.text);
    if !words.entities.is_empty() {
        message["caption_entities"] = words.entities();
    }
}

#[cfg(test)]
#[path = "../tests/render.rs"]
mod tests;
