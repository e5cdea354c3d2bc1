//! Texts with their looks. Telegram counts in UTF-16 units.

use super::{number, text};
use port::rich::{Rich, Span, Style};
use serde_json::Value;

/// A text and the entities over it.
pub(super) fn rich(words: &str, entities: Option<&Value>) -> Rich {
    let entities = entities.and_then(Value::as_array).into_iter().flatten();
    Rich::new(words, entities.filter_map(|entity| span(words, entity)).collect())
}

/// A text field of an object, with the entities that another field has.
pub(super) fn field(of: &Value, words: &str, entities: &str) -> Option<Rich> {
    let words = text(of, words).filter(|words| !words.trim().is_empty())?;
    Some(rich(words, of.get(entities)))
}

fn span(words: &str, entity: &Value) -> Option<Span> {
    let style = style(entity)?;
    let offset = number(entity, "offset")?;
    let start = byte_at(words, offset)?;
    let end = byte_at(words, offset.checked_add(number(entity, "length")?)?)?;
    (start < end).then(|| Span::new(start..end, style))
}

/// Where a number of UTF-16 units ends, in bytes; within a character it is its beginning.
pub(super) fn byte_at(words: &str, units: i64) -> Option<usize> {
    let units = usize::try_from(units).ok()?;
    let mut passed = 0;
    for (at, c) in words.char_indices() {
        if passed + c.len_utf16() > units {
            return Some(at);
        }
        passed += c.len_utf16();
    }
    Some(words.len())
}

/// How an entity looks. What the text says already (addresses, hashtags, custom emoji) has no look of its own.
fn style(entity: &Value) -> Option<Style> {
    Some(match text(entity, "type")? {
        "bold" => Style::Bold,
        "italic" => Style::Italic,
        "underline" => Style::Underline,
        "strikethrough" => Style::Strike,
        "spoiler" => Style::Spoiler,
        "blockquote" | "expandable_blockquote" => Style::Quote,
        "code" => Style::Code,
        "pre" => Style::CodeBlock { language: text(entity, "language").map(str::to_owned) },
        "text_link" => Style::Link { url: text(entity, "url")?.to_owned() },
        "mention" | "text_mention" => Style::Mention,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entities_are_counted_in_units_of_utf_16() {
        let entities = json!([
            { "type": "bold", "offset": 3, "length": 3 },
            { "type": "italic", "offset": 7, "length": 100 },
            { "type": "code", "offset": -1, "length": 2 },
            { "type": "underline", "offset": 0, "length": 0 },
            { "type": "text_link", "offset": 0, "length": 2, "url": "https://example.org/" },
            { "type": "unheard_of", "offset": 0, "length": 2 },
            { "type": "bold" },
        ]);
        let rich = rich("👋 für 𝕏𝕐", Some(&entities));
        assert_eq!(rich.text(), "👋 für 𝕏𝕐");
        assert_eq!(rich.to_markdown(), "[👋](https://example.org/) **für** _𝕏𝕐_");
    }

    #[test]
    fn half_a_character_is_none() {
        assert_eq!(byte_at("👋a", 1), Some(0));
        assert_eq!(byte_at("👋a", 2), Some(4));
        assert_eq!(byte_at("👋a", 3), Some(5));
        assert_eq!(byte_at("👋a", 9), Some(5));
        assert_eq!(byte_at("👋a", -9), None);
    }
}
