//! Rich text in one neutral form: a text, and spans that say how parts of it look.
//!
//! Adapters parse into it and render from it; the desk carries it and never looks inside. Everything here is pure
//! and total: there is no text that is refused and none that is dropped. What cannot be kept as a span stays as text.
//!
//! A [`Rich`] is always in one form, whatever it was made of (`normal` brings it there), so that two texts that
//! look the same are equal, and a renderer meets no case that it has not been told of:
//!
//! - spans are sorted, properly nested, not empty and on character boundaries;
//! - quotes, items and code blocks cover whole lines and nest in this order: quotes, then one item, then one code block;
//! - every other span lies within one line and neither begins nor ends with a blank (code may);
//! - the same look is never laid upon itself; nothing lies within code; links and mentions lie in none of their kind;
//! - lines end in `\n` only; there are at most [`SPANS_MAX`] spans, quotes are at most [`QUOTES_MAX`] deep.
//!
//! What it must not do: know a platform, follow a link, or keep whom a mention means.

mod builder;
pub mod html;
pub mod imitation;
pub mod lines;
pub mod links;
pub mod markdown;
mod normal;
pub mod plain;
pub mod split;
mod style;

pub use builder::Builder;
pub use imitation::{Looks, may_imitate};
pub use plain::Spoilers;
pub use split::split;
pub use style::{Span, Style};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// The most spans of one text. What comes after them is text: links show their address, items their bullet.
pub const SPANS_MAX: usize = 4_096;
/// The deepest quote within quotes.
pub const QUOTES_MAX: usize = 4;
/// The deepest item of a list within lists.
pub const DEPTH_MAX: u8 = 8;
/// The largest number of an item.
pub const NUMBER_MAX: u64 = 999_999_999;

/// A text and how parts of it look.
///
/// Stored as it is: `{"text": "…", "spans": [{"range": {"start": 0, "end": 4}, "style": "bold"}]}`, without `spans`
/// when there are none. Texts and addresses are somebody's own words: keep it sealed, as a whole.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Rich {
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spans: Vec<Span>,
}

/// As it was stored: nothing is believed of it.
#[derive(Deserialize)]
struct Stored {
    text: String,
    #[serde(default)]
    spans: Vec<Span>,
}

impl From<Stored> for Rich {
    fn from(stored: Stored) -> Self {
        Self::new(stored.text, stored.spans)
    }
}

impl From<&str> for Rich {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Rich {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

impl Rich {
    /// A text without any look.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Vec::new())
    }

    /// A text and any spans over it, in any order, overlapping or not.
    ///
    /// The text is kept, with what it needs to stand as it should: a line break before and after a block that begins
    /// or ends within a line, and the address behind a link that may not be one.
    #[must_use]
    pub fn new(text: impl Into<String>, spans: Vec<Span>) -> Self {
        normal::normalised(text.into(), spans)
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How parts of it look: outer spans before inner ones, earlier before later.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The text alone, without a copy.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// Whether there is nothing but text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.spans.is_empty()
    }

    /// Whether there is no text, and so nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What stands in a range of bytes; an end within a character moves towards the middle.
    ///
    /// Spans that reach beyond are closed there. The rest of an item has no bullet.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let last = self.spans.partition_point(|span| span.range.start < range.end);
        let spans = self.spans.iter().take(last);
        self.slice_of(range, spans)
    }

    /// [`Rich::slice`], with the only spans that can concern it.
    fn slice_of<'s>(&self, range: Range<usize>, spans: impl Iterator<Item = &'s Span>) -> Self {
        let start = ceil(&self.text, range.start);
        let end = self.text.floor_char_boundary(range.end).max(start);
        let inside = spans.filter(|span| span.range.start < end && span.range.end > start);
        let whole =
            inside.filter(|span| span.range.start >= start || !matches!(span.style, Style::Item { .. }));
        let moved = whole.filter_map(|span| {
            let range = span.range.start.max(start)..span.range.end.min(end);
            // the blank between two words of a link is no link
            let is_blank = cut(&self.text, range.clone()).trim().is_empty();
            let is_lost = is_blank && matches!(span.style, Style::Link { .. });
            (!is_lost).then(|| Span::new(range.start - start..range.end - start, span.style.clone()))
        });
        Self::new(cut(&self.text, start..end), moved.collect())
    }

    /// Several texts as one, with nothing between them but what blocks need.
    #[must_use]
    pub fn concat<'r>(parts: impl IntoIterator<Item = &'r Self>) -> Self {
        let (mut text, mut spans) = (String::new(), Vec::new());
        for part in parts {
            let by = text.len();
            text.push_str(&part.text);
            spans.extend(
                part.spans
                    .iter()
                    .map(|span| Span::new(span.range.start + by..span.range.end + by, span.style.clone())),
            );
        }
        Self::new(text, spans)
    }

    /// With `name: ` in front, in bold; on a line of its own before a quote, an item or a code block.
    #[must_use]
    pub fn prefixed(&self, name: &str) -> Self {
        let mut builder = Builder::new();
        builder.open(Style::Bold);
        builder.push(name);
        builder.push(":");
        builder.close();
        let block = self.spans.first().is_some_and(|span| span.range.start == 0 && span.style.is_block());
        builder.push(if block { "\n" } else { " " });
        Self::concat([&builder.finish(), self])
    }

    /// Without line breaks in front and blanks at the end.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let end = self.text.trim_end().len();
        let start = self.text.len() - self.text.trim_start_matches('\n').len();
        self.slice(start.min(end)..end)
    }

    /// The text with all looks written out; see [`plain::render`].
    #[must_use]
    pub fn to_plain(&self, spoilers: Spoilers) -> String {
        plain::render(self, spoilers)
    }

    /// As Markdown that [`markdown::parse`] reads back to the same, but for mentions; see [`markdown::render`].
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::render(self)
    }

    /// As HTML for Matrix; see [`html::render`].
    #[must_use]
    pub fn to_html(&self) -> String {
        html::render(self)
    }
}

impl fmt::Debug for Rich {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rich({} bytes, {:?})", self.text.len(), self.spans)
    }
}

/// A part of a text; empty where the range is none of its.
fn cut(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// The first character boundary from a place on.
fn ceil(text: &str, at: usize) -> usize {
    text.ceil_char_boundary(at).min(text.len())
}
