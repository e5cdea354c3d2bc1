//! Writes Markdown that reads back to the same. What would be misread is escaped or kept apart.

use super::super::lines::{Line, Piece, lines, pieces};
use super::super::plain::{fence, longest_run};
use super::super::style::Style;
use super::super::{Rich, cut};
use super::chars::{APART, JOINER, is_line_mark, is_special, is_strict, is_word};
use std::fmt::Write as _;

/// Writes a rich text as Markdown.
///
/// [`super::parse`] reads it back to the same, but for mentions, which are only their text.
#[must_use]
pub fn render(rich: &Rich) -> String {
    let mut out = String::with_capacity(rich.text().len() * 9 / 8);
    // how far the text of the line before was indented, if it was an item's
    let mut hanging: Option<(usize, usize)> = None;
    for (number, line) in lines(rich).iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let quotes = "> ".repeat(line.quotes);
        let marker = line.item.map(|item| item.marker("-")).unwrap_or_default();
        let indent = " ".repeat(marker.len());
        if let Some(code) = line.code {
            let fence = fence(code.text);
            if code.is_first {
                let _ = writeln!(out, "{quotes}{marker}{fence}{}", code.language.unwrap_or_default());
            }
            let _ = write!(out, "{quotes}{indent}{}", line.text);
            if code.is_last {
                let _ = write!(out, "\n{quotes}{indent}{fence}");
            }
        } else {
            let text = Writer::new(rich, line).written();
            let goes_on = line.item.is_none()
                && hanging.is_some_and(|(quotes, indent)| {
                    quotes == line.quotes
                        && text.bytes().take(indent).filter(|byte| *byte == b' ').count() == indent
                });
            let text = if goes_on { format!("{APART}{text}") } else { guarded(text) };
            let whole = format!("{quotes}{marker}{text}");
            // the blank at the end of a bare quote is none of the text's
            out.push_str(if line.text.is_empty() && line.item.is_none() { whole.trim_end() } else { &whole });
        }
        hanging = line.item.map(|_| (line.quotes, marker.len()));
    }
    out
}

/// A line that does not begin like a block.
fn guarded(line: String) -> String {
    let rest = line.trim_start_matches([' ', '\t']);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after_digits = cut(rest, digits..rest.len());
    let escape = if rest.starts_with("- ") || line.starts_with('>') {
        line.len() - rest.len()
    } else if digits > 0 && after_digits.starts_with(". ") {
        line.len() - after_digits.len()
    } else {
        return line;
    };
    // a backslash far into the line would not be seen as one that escapes
    let is_seen =
        cut(&line, escape..line.len()).chars().next().is_some_and(|c| is_line_mark(cut(&line, 0..escape), c));
    if !is_seen {
        return format!("{APART}{line}");
    }
    format!("{}\\{}", cut(&line, 0..escape), cut(&line, escape..line.len()))
}

struct Writer<'r> {
    rich: &'r Rich,
    line: &'r Line<'r>,
    out: String,
    /// How much of the line is written.
    done: usize,
    /// The marks of the looks that are open.
    marks: Vec<&'static str>,
    in_label: bool,
    /// Whether the last thing written was a mark.
    after_mark: bool,
    /// From where on an address may have begun.
    word: usize,
    in_address: bool,
}

impl<'r> Writer<'r> {
    const fn new(rich: &'r Rich, line: &'r Line<'r>) -> Self {
        let out = String::new();
        let (done, word) = (0, 0);
        Self {
            rich,
            line,
            out,
            done,
            marks: Vec::new(),
            in_label: false,
            after_mark: false,
            word,
            in_address: false,
        }
    }

    fn written(mut self) -> String {
        let mut code = false;
        pieces(self.rich, self.line, |piece| match piece {
            Piece::Text(text) if code => {
                self.code(text);
                self.done += text.len();
            }
            Piece::Text(text) => self.text(text),
            Piece::Open(span) => {
                code = span.style == Style::Code;
                if span.style.url().is_some() {
                    self.edge();
                    self.out.push('[');
                    self.forget_word();
                    self.in_label = true;
                } else if let Some(mark) = self.mark(&span.style) {
                    self.open(mark);
                }
            }
            Piece::Close(span) => {
                code = false;
                if let Some(url) = span.style.url() {
                    self.edge();
                    let _ = write!(self.out, "]({url})");
                    self.forget_word();
                    self.in_label = false;
                } else if self.mark(&span.style).is_some() {
                    self.close();
                }
            }
        });
        self.out
    }

    fn apart(&mut self) {
        self.out.push_str(APART);
        self.after_mark = false;
        self.forget_word();
    }

    fn forget_word(&mut self) {
        self.word = self.out.len();
        self.in_address = false;
    }

    /// A mark must not be escaped by the text before it.
    fn edge(&mut self) {
        if self.out.ends_with('\\') {
            self.apart();
        }
        self.after_mark = false;
    }

    /// Whether an address may have begun that would take the next mark in.
    fn in_address(&mut self) -> bool {
        let fresh = self.out.as_bytes().get(self.word..).unwrap_or_default();
        self.in_address = self.in_address || fresh.windows(3).any(|window| window == b"://");
        self.word = self.out.len().saturating_sub(2).max(self.word);
        self.in_address
    }

    /// How a look begins here.
    fn mark(&self, style: &Style) -> Option<&'static str> {
        match style {
            Style::Bold => Some("**"),
            Style::Italic if self.after_mark && self.out.ends_with('_') => Some("*"),
            Style::Italic => Some("_"),
            Style::Underline => Some("__"),
            Style::Strike => Some("~~"),
            Style::Spoiler => Some("||"),
            Style::Code
            | Style::CodeBlock { .. }
            | Style::Quote
            | Style::Item { .. }
            | Style::Link { .. }
            | Style::Mention => None,
        }
    }

    fn open(&mut self, mark: &'static str) {
        self.marks.push(mark);
        let before = self.out.chars().next_back();
        let strict = is_strict(mark.as_bytes()[0], mark.len());
        let is_joined = before.is_some_and(|c| (strict && is_word(c)) || c.is_ascii_digit());
        if is_joined || self.in_address() || self.touches(mark) {
            self.apart();
        }
        self.out.push_str(mark);
        self.after_mark = true;
    }

    fn close(&mut self) {
        let Some(mark) = self.marks.pop() else { return };
        let next = cut(self.line.text, self.done..self.line.text.len()).chars().next();
        let is_swallowed = self.in_address() && next.is_some_and(|c| !c.is_whitespace());
        if is_swallowed || self.touches(mark) {
            self.apart();
        }
        self.out.push_str(mark);
        self.after_mark = true;
        let strict = is_strict(mark.as_bytes()[0], mark.len());
        if next.is_some_and(|c| (strict && is_word(c)) || c.is_ascii_digit()) {
            self.apart();
        }
    }

    /// Whether a mark would be read together with what is written.
    fn touches(&self, mark: &str) -> bool {
        self.out.ends_with('\\') || (self.after_mark && self.out.chars().next_back() == mark.chars().next())
    }

    fn code(&mut self, code: &str) {
        self.edge();
        let longest = longest_run(code);
        let ticks = "`".repeat(if longest == 0 { 1 } else { longest + 1 });
        let is_blank = code.trim_matches(' ').is_empty();
        let is_padded = code.starts_with(' ') && code.ends_with(' ') && !is_blank;
        let pad = if is_padded || code.starts_with('`') || code.ends_with('`') { " " } else { "" };
        let _ = write!(self.out, "{ticks}{pad}{code}{pad}{ticks}");
        self.forget_word();
    }

    fn text(&mut self, text: &str) {
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let after = chars.peek().copied();
            self.char(before, c, after);
            self.done += c.len_utf8();
            before = Some(c);
        }
        self.after_mark = false;
    }

    fn char(&mut self, before: Option<char>, c: char, after: Option<char>) {
        let follows_backslash = self.out.ends_with('\\');
        let in_word = before.is_some_and(is_word) && after.is_some_and(is_word);
        let is_alone = ![Some(c), None].contains(&before) && ![Some(c), None].contains(&after);
        let escaped = match c {
            '*' | '`' => true,
            '_' => !in_word,
            '~' | '|' => !is_alone,
            '[' => self.in_label,
            ']' => self.in_label || matches!(after, None | Some('(')),
            _ => false,
        };
        if escaped || (follows_backslash && is_special(c)) {
            self.out.push('\\');
        } else if follows_backslash && (c == JOINER || is_line_mark(self.so_far(), c)) {
            self.apart();
        }
        self.out.push(c);
        if c.is_whitespace() {
            self.forget_word();
        }
    }

    /// The line before the backslash that was written last.
    fn so_far(&self) -> &'r str {
        cut(self.line.text, 0..self.done.saturating_sub(1))
    }
}
