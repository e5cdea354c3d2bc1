//! Reads the blocks of Markdown: which lines are quoted, belong to an item, or are code. Line by line, once.

use super::super::normal::is_language;
use super::super::style::{Span, Style};
use super::super::{DEPTH_MAX, QUOTES_MAX, Rich, cut};
use super::inline::{self, Read};
use std::ops::Range;

/// A line without the marks of its blocks.
struct Row<'s> {
    text: &'s str,
    quotes: usize,
    /// Which item it belongs to.
    item: Option<usize>,
    /// Which code it belongs to.
    code: Option<usize>,
}

/// An item that the next line may go on with.
#[derive(Clone, Copy)]
struct Item {
    index: usize,
    quotes: usize,
    /// How far its text is indented.
    indent: usize,
}

struct Fence<'s> {
    ticks: usize,
    indent: usize,
    quotes: usize,
    item: Option<Item>,
    code: usize,
    /// As it was written, should it turn out to hold nothing.
    text: &'s str,
    first_row: usize,
}

#[derive(Default)]
struct Reader<'s> {
    rows: Vec<Row<'s>>,
    items: Vec<Style>,
    codes: Vec<Style>,
    item: Option<Item>,
    fence: Option<Fence<'s>>,
    quotes: usize,
}

/// Reads a text, and tells how many steps that took.
pub(super) fn parse(source: &str) -> (Rich, usize) {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader::default();
    for line in source.split('\n') {
        reader.line(line);
    }
    reader.end_fence(None);
    let mut read = Read { steps: source.len(), ..Read::default() };
    reader.write(&mut read);
    (Rich::new(read.text, read.spans), read.steps)
}

impl<'s> Reader<'s> {
    fn line(&mut self, line: &'s str) {
        if self.fence.is_some() && self.fenced(line) {
            return;
        }
        let (quotes, rest) = unquoted(line, self.quotes);
        self.quotes = quotes;
        let text = if let Some((style, indent, text)) = marker(rest) {
            self.item = Some(Item { index: self.items.len(), quotes, indent });
            self.items.push(style);
            text
        } else {
            let going_on = self.item.filter(|item| item.quotes == quotes);
            let text = going_on.and_then(|item| dedented(rest, item.indent));
            self.item = going_on.filter(|_| text.is_some());
            text.unwrap_or(rest)
        };
        if let Some((ticks, indent, language)) = fence(text) {
            let code = self.codes.len();
            self.codes.push(Style::CodeBlock { language });
            let (item, first_row) = (self.item, self.rows.len());
            self.fence = Some(Fence { ticks, indent, quotes, item, code, text, first_row });
        } else {
            self.row(text, quotes, self.item, None);
        }
    }

    fn row(&mut self, text: &'s str, quotes: usize, item: Option<Item>, code: Option<usize>) {
        self.rows.push(Row { text, quotes, item: item.map(|item| item.index), code });
    }

    /// Takes a line as code, if it is still within the fence.
    fn fenced(&mut self, line: &'s str) -> bool {
        let Some(fence) = &self.fence else { return false };
        let (item, quotes, code, indent) = (fence.item, fence.quotes, fence.code, fence.indent);
        let Some(text) = within(line, fence) else {
            self.end_fence(None);
            return false;
        };
        let ticks = text.trim_start_matches(' ').trim_end();
        let is_end = ticks.len() >= fence.ticks && ticks.bytes().all(|byte| byte == b'`');
        if is_end {
            self.end_fence(Some(text));
        } else {
            let blanks = text.bytes().take(indent).take_while(|byte| *byte == b' ').count();
            self.row(cut(text, blanks..text.len()), quotes, item, Some(code));
        }
        true
    }

    /// Ends the fence. One around nothing is text.
    fn end_fence(&mut self, closing: Option<&'s str>) {
        let Some(fence) = self.fence.take() else { return };
        let inside = self.rows.get_mut(fence.first_row..).unwrap_or_default();
        if inside.iter().any(|row| !row.text.is_empty()) {
            return;
        }
        for row in inside.iter_mut() {
            row.code = None;
        }
        let item = fence.item.map(|item| item.index);
        let opening = Row { text: fence.text, quotes: fence.quotes, item, code: None };
        self.rows.insert(fence.first_row, opening);
        if let Some(text) = closing {
            self.row(text, fence.quotes, fence.item, None);
        }
    }

    /// Reads the looks within the rows and lays the blocks over them.
    fn write(&self, read: &mut Read) {
        let mut ranges: Vec<Range<usize>> = Vec::with_capacity(self.rows.len());
        let mut rest = self.rows.as_slice();
        while let Some(row) = rest.first() {
            let alike =
                |other: &&Row<'_>| other.quotes == row.quotes && other.item == row.item && !is_apart(other);
            let count = if is_apart(row) { 1 } else { rest.iter().take_while(alike).count() };
            let (paragraph, others) = rest.split_at(count);
            if !ranges.is_empty() {
                read.text.push('\n');
            }
            let start = read.text.len();
            if is_apart(row) {
                read.text.push_str(row.text);
            } else {
                let lines: Vec<&str> = paragraph.iter().map(|row| row.text).collect();
                inline::read(&lines.join("\n"), read);
            }
            let mut at = start;
            for line in cut(&read.text, start..read.text.len()).split('\n') {
                ranges.push(at..at + line.len());
                at += line.len() + 1;
            }
            rest = others;
        }
        for level in 1..=QUOTES_MAX {
            self.lay(&ranges, read, |row| (row.quotes >= level).then_some(0), |_| Some(Style::Quote));
        }
        self.lay(&ranges, read, |row| row.item, |item| self.items.get(item).cloned());
        self.lay(&ranges, read, |row| row.code, |code| self.codes.get(code).cloned());
    }

    /// Lays a style over each run of rows that belong to the same.
    fn lay(
        &self,
        ranges: &[Range<usize>],
        read: &mut Read,
        key: impl Fn(&Row<'_>) -> Option<usize>,
        style: impl Fn(usize) -> Option<Style>,
    ) {
        let mut run: Option<(usize, Range<usize>)> = None;
        let mut finish = |run: Option<(usize, Range<usize>)>| {
            if let Some((key, range)) = run
                && let Some(style) = style(key)
            {
                read.spans.push(Span::new(range, style));
            }
        };
        for (row, range) in self.rows.iter().zip(ranges) {
            match (key(row), &mut run) {
                (Some(key), Some((same, whole))) if key == *same => whole.end = range.end,
                (key, _) => {
                    finish(run.take());
                    run = key.map(|key| (key, range.clone()));
                }
            }
        }
        finish(run);
    }
}

/// Whether a row belongs to no paragraph.
fn is_apart(row: &Row<'_>) -> bool {
    row.code.is_some() || row.text.trim().is_empty()
}

/// A line without its quotes, and how many those are. A bare mark is one only where a quote goes on.
fn unquoted(line: &str, before: usize) -> (usize, &str) {
    let (mut quotes, mut rest) = (0, line);
    while quotes < QUOTES_MAX {
        match rest.strip_prefix("> ") {
            Some(inner) if !inner.is_empty() => rest = inner,
            _ if quotes < before && (rest == ">" || rest == "> ") => rest = "",
            _ => break,
        }
        quotes += 1;
    }
    (quotes, rest)
}

/// A line of a fence without what the fence stands in, or nothing when it is outside.
fn within<'s>(line: &'s str, fence: &Fence<'_>) -> Option<&'s str> {
    let mut rest = line;
    for _ in 0..fence.quotes {
        rest = match rest.strip_prefix("> ") {
            Some(inner) => inner,
            None if rest == ">" => "",
            None => return None,
        };
    }
    match fence.item {
        Some(item) if rest.trim().is_empty() => Some(dedented(rest, item.indent).unwrap_or_default()),
        Some(item) => dedented(rest, item.indent),
        None => Some(rest),
    }
}

/// A line without so many blanks, if it has them.
fn dedented(line: &str, indent: usize) -> Option<&str> {
    let blanks = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
    (blanks == indent).then(|| cut(line, indent..line.len()))
}

/// An item's mark: its style, how far its text is indented, and its text.
fn marker(line: &str) -> Option<(Style, usize, &str)> {
    let rest = line.trim_start_matches([' ', '\t']);
    let blanks = cut(line, 0..line.len() - rest.len());
    let columns: usize = blanks.bytes().map(|byte| if byte == b'\t' { 2 } else { 1 }).sum();
    let depth = u8::try_from(columns / 2).ok().filter(|depth| *depth <= DEPTH_MAX)?;
    let bullet = rest.strip_prefix("- ").or_else(|| rest.strip_prefix("* "));
    let (number, text) = if let Some(text) = bullet {
        (None, text)
    } else {
        let (digits, text) = rest.split_once(". ")?;
        let is_number = digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = digits == "0" || !digits.starts_with('0');
        (Some(digits).filter(|_| is_number && is_short)?.parse().ok(), text)
    };
    if text.trim().is_empty() || (bullet.is_none() && number.is_none()) {
        return None;
    }
    Some((Style::Item { number, depth }, columns + rest.len() - text.len(), text))
}

/// The opening of a fence: how many backticks, how far it is indented, and the language.
fn fence(line: &str) -> Option<(usize, usize, Option<String>)> {
    let rest = line.trim_start_matches(' ');
    let info = rest.trim_start_matches('`');
    let (ticks, indent) = (rest.len() - info.len(), line.len() - rest.len());
    let info = info.trim();
    let takes = ticks >= 3 && indent <= 3 && (info.is_empty() || is_language(info));
    takes.then(|| (ticks, indent, Some(info).filter(|info| !info.is_empty()).map(str::to_owned)))
}
