//! Builds a rich text piece by piece, as somebody who walks a tree or reads marks along a line needs it.
//! It must not judge what it is given: [`super::normal`] does, at the end.

use super::links;
use super::normal;
use super::style::{Span, Style};
use super::{Rich, cut};

/// A rich text in the making.
///
/// Nothing here fails. What was left open is closed at the end; closing what was never opened does nothing.
#[derive(Default)]
pub struct Builder {
    text: String,
    spans: Vec<Span>,
    open: Vec<Open>,
    /// How many of `open` have a place already. The others get theirs with the next text.
    placed: usize,
    /// How many line breaks have to come before the next text.
    breaks: usize,
    /// Whether the text ends in a blank that flowed in, and that is none before a break.
    soft: bool,
}

struct Open {
    style: Style,
    start: usize,
}

impl Builder {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text exactly as it is.
    pub fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.settle();
        self.text.push_str(text);
        self.soft = false;
    }

    /// Adds a text as HTML flows: every run of blanks is one, and none at the start of a line.
    pub fn flow(&mut self, text: &str) {
        let mut words = text.split_ascii_whitespace().peekable();
        let blank = |c: Option<char>| c.is_some_and(|c| c.is_ascii_whitespace());
        let fresh = self.breaks > 0 || self.text.is_empty() || self.text.ends_with([' ', '\n']);
        if blank(text.chars().next()) && !fresh {
            self.push(" ");
            self.soft = true;
        }
        while let Some(word) = words.next() {
            self.push(word);
            if words.peek().is_some() || blank(text.chars().next_back()) {
                self.push(" ");
                self.soft = true;
            }
        }
    }

    /// Begins a style. A block begins on a line of its own.
    pub fn open(&mut self, style: Style) {
        if style.is_block() {
            self.line();
        }
        self.open.push(Open { style, start: 0 });
    }

    /// Ends the style begun last. A link without a text shows its address.
    pub fn close(&mut self) {
        let Some(mut last) = self.open.pop() else { return };
        let was_placed = self.placed > self.open.len();
        self.placed = self.placed.min(self.open.len());
        if let Style::Link { url } = &last.style
            && (!was_placed || cut(&self.text, last.start..self.text.len()).trim().is_empty())
        {
            let label = links::accepted(url).unwrap_or_else(|| url.clone());
            self.settle();
            last.start = self.text.len();
            self.text.push_str(&label);
        } else if !was_placed {
            return;
        }
        if last.style.is_block() {
            self.line();
        }
        self.spans.push(Span::new(last.start..self.text.len(), last.style));
    }

    /// What comes next begins on a new line, unless it does so already. Any number of these is one.
    pub fn line(&mut self) {
        self.breaks = self.breaks.max(1);
    }

    /// What comes next has an empty line before it, unless it is the first. Any number of these is one.
    pub fn paragraph(&mut self) {
        self.breaks = self.breaks.max(2);
    }

    /// What was built.
    #[must_use]
    pub fn finish(mut self) -> Rich {
        while !self.open.is_empty() {
            self.close();
        }
        self.unblank();
        normal::normalised(self.text, self.spans)
    }

    /// Takes off the blank that a flow ended in.
    fn unblank(&mut self) {
        if std::mem::take(&mut self.soft) && self.text.ends_with(' ') {
            self.text.pop();
        }
    }

    /// Sets the breaks that are due, and gives what was opened since its place.
    fn settle(&mut self) {
        if self.breaks > 0 && !self.text.is_empty() {
            self.unblank();
            let there = self.text.bytes().rev().take(self.breaks).take_while(|byte| *byte == b'\n').count();
            self.text.extend(std::iter::repeat_n('\n', self.breaks - there));
        }
        self.breaks = 0;
        let start = self.text.len();
        self.open.iter_mut().skip(self.placed).for_each(|open| open.start = start);
        self.placed = self.open.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_are_set_once_and_only_between_texts() {
        let mut builder = Builder::new();
        builder.paragraph();
        builder.flow("\n  one \t two\n ");
        builder.line();
        builder.line();
        builder.open(Style::Quote);
        builder.flow("  said  ");
        builder.close();
        builder.paragraph();
        builder.push("three\n");
        builder.line();
        builder.push("four");
        builder.line();
        let rich = builder.finish();
        assert_eq!(rich.text(), "one two\nsaid\n\nthree\nfour");
        assert_eq!(rich.spans(), [Span::new(8..12, Style::Quote)]);
    }

    #[test]
    fn a_style_begins_with_its_first_letter() {
        let mut builder = Builder::new();
        builder.push("a");
        builder.open(Style::Bold);
        builder.open(Style::Italic);
        builder.line();
        builder.push("b");
        builder.close();
        builder.close();
        builder.close();
        builder.open(Style::Strike);
        let rich = builder.finish();
        assert_eq!(rich.text(), "a\nb");
        assert_eq!(rich.spans(), [Span::new(2..3, Style::Bold), Span::new(2..3, Style::Italic)]);
    }

    #[test]
    fn a_link_without_a_text_shows_where_it_leads() {
        let mut builder = Builder::new();
        for url in ["https://example.org/", "javascript:x"] {
            builder.open(Style::Link { url: url.to_owned() });
            builder.close();
            builder.line();
        }
        let rich = builder.finish();
        assert_eq!(rich.text(), "https://example.org/\njavascript:x");
        assert_eq!(rich.spans().len(), 1);
    }
}
