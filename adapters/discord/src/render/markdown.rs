//! A rich text as Discord's Markdown. Pure; every letter that Discord would read as a sign is escaped.
//!
//! Discord takes a backslash before any character that is no letter, digit or blank as that character. Only addresses
//! are written as they are, because a backslash would become part of them. What Discord has no sign for is degraded
//! visibly: quotes within quotes show their marks, links that it does not follow show their address.

use port::rich::lines::{Line, Piece, lines, pieces};
use port::rich::{Rich, Span, Style, links};
use std::fmt::Write as _;

/// Keeps two marks apart and is not seen.
const APART: char = '\u{2060}';

/// Writes a rich text as Discord's Markdown.
pub(crate) fn render(rich: &Rich) -> String {
    write(rich, false)
}

/// The same; a channel's id (`<#1>`) in a line of its own leads there. Within a line it may be part of somebody's name.
pub(crate) fn render_with_channels(rich: &Rich) -> String {
    write(rich, true)
}

fn write(rich: &Rich, with_channels: bool) -> String {
    let mut out = String::with_capacity(rich.text().len() * 9 / 8);
    for (number, line) in lines(rich).iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let quotes = "> ".repeat(line.quotes);
        let marker = line.item.map(|item| item.marker("-")).unwrap_or_default();
        if let Some(code) = line.code {
            let indent = " ".repeat(marker.len());
            if code.is_first {
                let _ = writeln!(out, "{quotes}{marker}```{}", code.language.unwrap_or_default());
            }
            let _ = write!(out, "{quotes}{indent}{}", unfenced(line.text));
            if code.is_last {
                let _ = write!(out, "\n{quotes}{indent}```");
            }
        } else if with_channels && is_channel(line.text) {
            out.push_str(line.text);
        } else {
            out.push_str(&quotes);
            out.push_str(&marker);
            out.push_str(&Writer::new(rich, line).written());
        }
    }
    out
}

/// A text in which nothing is a sign.
pub(crate) fn escaped(text: &str) -> String {
    render(&Rich::plain(text))
}

/// A line of code that does not end its block.
fn unfenced(code: &str) -> String {
    code.replace("```", "`\u{200B}`\u{200B}`")
}

struct Writer<'r> {
    rich: &'r Rich,
    line: &'r Line<'r>,
    out: String,
    /// The marks of the looks that are open.
    marks: Vec<&'static str>,
    /// Where the texts of the open links began.
    labels: Vec<usize>,
    /// Whether the last thing written was a mark.
    after_mark: bool,
    in_code: bool,
    /// Whether nothing but blanks and digits was written in this line.
    at_start: bool,
    /// The last character of the text, however it was written.
    last: Option<char>,
}

impl<'r> Writer<'r> {
    const fn new(rich: &'r Rich, line: &'r Line<'r>) -> Self {
        Self {
            rich,
            line,
            out: String::new(),
            marks: Vec::new(),
            labels: Vec::new(),
            after_mark: false,
            in_code: false,
            at_start: true,
            last: None,
        }
    }

    fn written(mut self) -> String {
        pieces(self.rich, self.line, |piece| match piece {
            Piece::Text(text) if self.in_code => self.code(text),
            Piece::Text(text) => self.text(text),
            Piece::Open(span) => self.open(span),
            Piece::Close(span) => self.close(span),
        });
        self.out
    }

    fn open(&mut self, span: &Span) {
        match &span.style {
            Style::Code => self.in_code = true,
            Style::Link { url } => {
                self.labels.push(self.out.len());
                if is_masked(self.label(span), url) {
                    self.out.push('[');
                }
                self.after_mark = false;
            }
            style @ (Style::Bold
            | Style::Italic
            | Style::Underline
            | Style::Strike
            | Style::Spoiler
            | Style::CodeBlock { .. }
            | Style::Quote
            | Style::Item { .. }
            | Style::Mention) => {
                let Some(mark) = self.mark(style, span) else { return };
                if self.after_mark && self.out.chars().next_back() == mark.chars().next() {
                    self.out.push(APART);
                }
                self.out.push_str(mark);
                self.marks.push(mark);
                self.after_mark = true;
                self.at_start = false;
            }
        }
    }

    fn close(&mut self, span: &Span) {
        match &span.style {
            Style::Code => self.in_code = false,
            Style::Link { url } => {
                let from = self.labels.pop().unwrap_or_default();
                let label = self.label(span);
                if is_masked(label, url) {
                    let _ = write!(self.out, "]({url})");
                } else if links::is_own_label(label, url) {
                    self.out.truncate(from);
                    self.out.push_str(url);
                } else if is_web(url) {
                    let _ = write!(self.out, " (<{url}>)");
                } else {
                    let _ = write!(self.out, " ({})", escaped(url));
                }
                self.after_mark = false;
            }
            Style::Bold | Style::Italic | Style::Underline | Style::Strike | Style::Spoiler => {
                let Some(mark) = self.marks.pop() else { return };
                self.out.push_str(mark);
                self.after_mark = true;
            }
            Style::CodeBlock { .. } | Style::Quote | Style::Item { .. } | Style::Mention => {}
        }
    }

    fn label(&self, span: &Span) -> &'r str {
        self.rich.text().get(span.range.clone()).unwrap_or_default()
    }

    /// The mark of a look. An underscore is only read at the edges of words, an asterisk must not touch those of bold.
    fn mark(&self, style: &Style, span: &Span) -> Option<&'static str> {
        match style {
            Style::Bold => Some("**"),
            Style::Underline => Some("__"),
            Style::Strike => Some("~~"),
            Style::Spoiler => Some("||"),
            Style::Italic => {
                let next = self.rich.text().get(span.range.end..).and_then(|rest| rest.chars().next());
                let within_word = [self.last, next].into_iter().flatten().any(char::is_alphanumeric);
                let in_bold = self.marks.last() == Some(&"**");
                Some(if in_bold && !within_word { "_" } else { "*" })
            }
            Style::Code
            | Style::CodeBlock { .. }
            | Style::Quote
            | Style::Item { .. }
            | Style::Link { .. }
            | Style::Mention => None,
        }
    }

    fn code(&mut self, code: &str) {
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        // longer runs would be read as the fence of a block
        let code = if longest > 1 { code.replace("``", "`\u{200B}`") } else { code.to_owned() };
        let ticks = if longest > 0 { "``" } else { "`" };
        let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
        let _ = write!(self.out, "{ticks}{pad}{code}{pad}{ticks}");
        self.last = code.chars().next_back();
        self.after_mark = false;
        self.at_start = false;
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(length) = address(rest) {
                let (address, after) = rest.split_at(length);
                self.address(address);
                rest = after;
                continue;
            }
            rest = rest.split_at(c.len_utf8()).1;
            if self.is_sign(c, rest) {
                self.out.push('\\');
            }
            self.out.push(c);
            self.at_start &= c.is_whitespace() || c.is_ascii_digit();
            self.last = Some(c);
        }
        self.after_mark = false;
    }

    /// An address as it is; within a look, without the signs that would end it.
    fn address(&mut self, address: &str) {
        for c in address.chars() {
            let ends_look =
                self.marks.iter().any(|mark| mark.contains(c)) || (!self.labels.is_empty() && c == ']');
            if ends_look {
                let _ = write!(self.out, "%{:02X}", u32::from(c));
            } else {
                self.out.push(c);
            }
        }
        self.last = address.chars().next_back();
        self.at_start = false;
    }

    /// Whether Discord would read something else than this character.
    fn is_sign(&self, c: char, rest: &str) -> bool {
        let blank_follows = rest.chars().next().is_none_or(char::is_whitespace);
        match c {
            '\\' | '*' | '_' | '~' | '|' | '`' | '@' | '[' | ']' => true,
            '<' => !is_bracketed(rest),
            '#' | '>' => self.at_start,
            '-' => self.at_start && (blank_follows || rest.starts_with('#')),
            '+' => self.at_start && blank_follows,
            '.' | ')' => {
                self.at_start && blank_follows && self.last.is_some_and(|last| last.is_ascii_digit())
            }
            ':' => is_emoji(rest),
            _ => false,
        }
    }
}

/// Whether Discord shows a link under a text of its own.
fn is_masked(label: &str, url: &str) -> bool {
    is_web(url)
        && !links::is_own_label(label, url)
        && !links::is_disguised(label, url)
        && !label.contains("://")
}

fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// How long the address is that a text begins with.
fn address(text: &str) -> Option<usize> {
    let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>');
    let length = bare.find(ends).unwrap_or(bare.len());
    (length > 0).then_some(text.len() - bare.len() + length)
}

/// Whether what follows a `<` is an address and its `>`, which Discord reads as the address alone.
fn is_bracketed(rest: &str) -> bool {
    address(rest).is_some_and(|length| rest.split_at(length).1.starts_with('>'))
}

/// Whether a line is a channel's id and nothing else.
fn is_channel(line: &str) -> bool {
    line.strip_prefix("<#").and_then(|rest| rest.strip_suffix('>')).is_some_and(super::is_id)
}

/// Whether what follows a colon would be read as the name of an emoji.
fn is_emoji(rest: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
    let after = rest.trim_start_matches(is_name);
    after.len() < rest.len() && after.starts_with(':')
}

#[cfg(test)]
#[path = "../tests/markdown.rs"]
mod tests;
