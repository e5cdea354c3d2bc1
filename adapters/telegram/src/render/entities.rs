//! Rich text as Telegram's entities.
//!
//! What Telegram has no entity for is written out: bullets and numbers of lists, quotes within quotes, addresses of links
//! that it does not follow. Code takes no other look (Bot API, `MessageEntity`), so looks around it pause there.

use port::Unit;
use port::rich::{Rich, Span, Style, links};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A stretch of a text and its look, in UTF-16 units.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    offset: usize,
    length: usize,
    look: Look,
}

#[derive(Clone, PartialEq, Eq)]
enum Look {
    Plain(&'static str),
    Pre(Option<String>),
    Link(String),
    Mention { account: i64, name: String },
}

impl Entity {
    /// A name that calls an account.
    pub(super) fn mention(offset: usize, length: usize, account: i64, name: &str) -> Self {
        Self { offset, length, look: Look::Mention { account, name: name.to_owned() } }
    }

    /// Earlier before later, outer before inner.
    pub(super) const fn order(&self) -> (usize, Reverse<usize>) {
        (self.offset, Reverse(self.length))
    }

    /// As Telegram takes it.
    pub(crate) fn to_json(&self) -> Value {
        let kind = match &self.look {
            Look::Plain(kind) => kind,
            Look::Pre(_) => "pre",
            Look::Link(_) => "text_link",
            Look::Mention { .. } => "text_mention",
        };
        let mut entity = json!({ "type": kind, "offset": self.offset, "length": self.length });
        match &self.look {
            Look::Plain(_) | Look::Pre(None) => {}
            Look::Pre(Some(language)) => entity["language"] = json!(language),
            Look::Link(url) => entity["url"] = json!(url),
            Look::Mention { account, name } => {
                entity["user"] = json!({ "id": account, "is_bot": false, "first_name": name });
            }
        }
        entity
    }
}

/// A text in the making.
#[derive(Default)]
pub(super) struct Writer<'r> {
    text: String,
    units: usize,
    open: Vec<Open<'r>>,
    entities: Vec<Entity>,
}

/// A style that goes on.
struct Open<'r> {
    style: &'r Style,
    /// Where it ends in the text it comes from, in bytes.
    end: usize,
    /// Where it begins here: bytes, and units.
    bytes: usize,
    start: usize,
    /// Whether it becomes an entity.
    is_shown: bool,
}

impl<'r> Writer<'r> {
    /// How much is written.
    pub(super) const fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Adds letters.
    pub(super) fn push(&mut self, text: &str) {
        self.units += Unit::Utf16.count(text);
        self.text.push_str(text);
    }

    /// Adds letters of one look.
    pub(super) fn styled(&mut self, style: &Style, text: &str) {
        let start = self.units;
        self.push(text);
        self.show(style, start);
    }

    /// Adds a rich text.
    pub(super) fn write(&mut self, rich: &'r Rich) {
        let text = rich.text();
        let mut places: BTreeSet<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        places.extend(rich.spans().iter().flat_map(|span| [span.range.start, span.range.end]));
        places.extend([0, text.len()]);
        let mut spans = rich.spans().iter().peekable();
        let mut at = 0;
        for place in places {
            self.push(text.get(at..place).unwrap_or_default());
            at = place;
            while self.open.last().is_some_and(|open| open.end <= place) {
                self.close();
            }
            let begins_here = |span: &&Span| span.range.start <= place;
            while let Some(span) = spans.next_if(|span| begins_here(span) && span.style == Style::Quote) {
                self.open(span);
            }
            let begins_line =
                text.get(..place).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
            if begins_line && place < text.len() {
                self.begin_line();
            }
            while let Some(span) = spans.next_if(begins_here) {
                self.open(span);
            }
        }
    }

    /// What was written, and its looks in order.
    pub(super) fn finish(mut self) -> (String, Vec<Entity>) {
        while !self.open.is_empty() {
            self.close();
        }
        self.entities.sort_by_key(Entity::order);
        (self.text, self.entities)
    }

    /// What stands before a line: the marks of inner quotes, and blanks below an item's mark.
    fn begin_line(&mut self) {
        if self.is_open(|style| matches!(style, Style::CodeBlock { .. })) {
            return;
        }
        let quotes = self.open.iter().filter(|open| *open.style == Style::Quote).count();
        self.push(&"> ".repeat(quotes.saturating_sub(1)));
        let indent =
            self.open.iter().find_map(|open| marker(open.style)).map(|marker| marker.chars().count());
        self.push(&" ".repeat(indent.unwrap_or_default()));
    }

    fn open(&mut self, span: &'r Span) {
        let style = &span.style;
        let is_shown = match style {
            Style::Quote => !self.is_open(|open| *open == Style::Quote),
            Style::Link { url } => is_web(url),
            // a link that leads nowhere, or a secret that is none, would be worse than other letters
            Style::Code => !self.is_open(|open| matches!(open, Style::Link { .. } | Style::Spoiler)),
            Style::Item { .. } | Style::Mention => false,
            Style::Bold
            | Style::Italic
            | Style::Underline
            | Style::Strike
            | Style::Spoiler
            | Style::CodeBlock { .. } => true,
        };
        if is_shown && is_code(style) {
            self.pause();
        }
        if let Some(marker) = marker(style) {
            self.push(&marker);
        }
        let (bytes, start) = (self.text.len(), self.units);
        self.open.push(Open { style, end: span.range.end, bytes, start, is_shown });
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.is_shown {
            self.show(open.style, open.start);
            if is_code(open.style) {
                self.go_on();
            }
        }
        if let Style::Link { url } = open.style {
            let label = self.text.get(open.bytes..).unwrap_or_default();
            let says_less = !is_web(url) && !links::is_own_label(label, url);
            if says_less || links::is_disguised(label, url) {
                self.push(&format!(" ({url})"));
            }
        }
    }

    /// Ends the looks around code before it.
    fn pause(&mut self) {
        let paused: Vec<(&Style, usize)> =
            self.open.iter().filter(|open| is_paused(open)).map(|open| (open.style, open.start)).collect();
        for (style, start) in paused {
            self.show(style, start);
        }
    }

    /// Begins the looks around code again behind it.
    fn go_on(&mut self) {
        let units = self.units;
        self.open.iter_mut().filter(|open| is_paused(open)).for_each(|open| open.start = units);
    }

    fn show(&mut self, style: &Style, start: usize) {
        let length = self.units - start;
        let look = match style {
            Style::Bold => Look::Plain("bold"),
            Style::Italic => Look::Plain("italic"),
            Style::Underline => Look::Plain("underline"),
            Style::Strike => Look::Plain("strikethrough"),
            Style::Spoiler => Look::Plain("spoiler"),
            Style::Code => Look::Plain("code"),
            Style::Quote => Look::Plain("blockquote"),
            Style::CodeBlock { language } => Look::Pre(language.clone()),
            Style::Link { url } => Look::Link(url.clone()),
            Style::Item { .. } | Style::Mention => return,
        };
        if length > 0 {
            self.entities.push(Entity { offset: start, length, look });
        }
    }

    fn is_open(&self, is: impl Fn(&Style) -> bool) -> bool {
        self.open.iter().any(|open| is(open.style))
    }
}

const fn is_code(style: &Style) -> bool {
    matches!(style, Style::Code | Style::CodeBlock { .. })
}

/// Whether a look pauses at code. Quotes hold code well.
fn is_paused(open: &Open<'_>) -> bool {
    open.is_shown && *open.style != Style::Quote
}

/// What Telegram follows; other addresses it would leave out without a word.
fn is_web(url: &str) -> bool {
    url.starts_with("https:") || url.starts_with("http:")
}

/// What stands before an item.
fn marker(style: &Style) -> Option<String> {
    let Style::Item { number, depth } = style else { return None };
    let mark = number.map_or_else(|| "•".to_owned(), |number| format!("{number}."));
    Some(format!("{}{mark} ", "  ".repeat((*depth).into())))
}
