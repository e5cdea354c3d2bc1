//! A rich text as renderers read it: line by line, and within a line piece by piece.

use super::style::{Span, Style};
use super::{Rich, cut};
use std::ops::Range;

/// One line, and the blocks it belongs to.
pub struct Line<'r> {
    /// Without its break.
    pub text: &'r str,
    /// Where it is.
    pub range: Range<usize>,
    /// How many quotes it is in.
    pub quotes: usize,
    /// The item it belongs to.
    pub item: Option<Item>,
    /// The code it belongs to.
    pub code: Option<Code<'r>>,
    /// The looks within it.
    pub looks: &'r [Span],
}

/// The item a line belongs to.
#[derive(Clone, Copy)]
pub struct Item {
    /// Its number; none for a bullet.
    pub number: Option<u64>,
    /// How many items it is within.
    pub depth: usize,
    /// Whether it is the item's first line.
    pub is_first: bool,
}

impl Item {
    /// What stands before the item's first line; on its other lines as many blanks.
    #[must_use]
    pub fn marker(&self, bullet: &str) -> String {
        let indent = "  ".repeat(self.depth);
        let marker = self.number.map_or_else(|| bullet.to_owned(), |number| format!("{number}."));
        if self.is_first {
            format!("{indent}{marker} ")
        } else {
            format!("{indent}{} ", " ".repeat(marker.chars().count()))
        }
    }
}

/// The code a line belongs to.
#[derive(Clone, Copy)]
pub struct Code<'r> {
    /// What it is written in.
    pub language: Option<&'r str>,
    /// All lines of it.
    pub text: &'r str,
    /// Whether the line is its first one.
    pub is_first: bool,
    /// Whether the line is its last one.
    pub is_last: bool,
}

/// All lines.
#[must_use]
pub fn lines(rich: &Rich) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut next, mut start) = (0, 0);
    let mut quotes: Vec<usize> = Vec::new();
    let (mut item, mut code): (Option<&Span>, Option<&Span>) = (None, None);
    for text in rich.text.split('\n') {
        let range = start..start + text.len();
        quotes.retain(|end| *end >= range.end);
        item = item.filter(|item| item.range.end >= range.end);
        code = code.filter(|code| code.range.end >= range.end);
        while let Some(span) = rich.spans.get(next).filter(|span| span.range.start <= range.start) {
            match span.style {
                Style::Quote => quotes.push(span.range.end),
                Style::Item { .. } => item = Some(span),
                Style::CodeBlock { .. } => code = Some(span),
                Style::Bold
                | Style::Italic
                | Style::Underline
                | Style::Strike
                | Style::Spoiler
                | Style::Code
                | Style::Link { .. }
                | Style::Mention => break,
            }
            next += 1;
        }
        let rest = rich.spans.get(next..).unwrap_or_default();
        let inside = rest.partition_point(|span| span.range.start < range.end);
        let looks = rest.get(..inside).unwrap_or_default();
        next += inside;
        lines.push(Line {
            text,
            quotes: quotes.len(),
            item: item.and_then(|item| as_item(item, &range)),
            code: code.and_then(|code| as_code(&rich.text, code, &range)),
            looks,
            range: range.clone(),
        });
        start = range.end + 1;
    }
    lines
}

fn as_item(span: &Span, line: &Range<usize>) -> Option<Item> {
    let Style::Item { number, depth } = span.style else { return None };
    Some(Item { number, depth: depth.into(), is_first: span.range.start == line.start })
}

fn as_code<'r>(text: &'r str, span: &'r Span, line: &Range<usize>) -> Option<Code<'r>> {
    let Style::CodeBlock { language } = &span.style else { return None };
    Some(Code {
        language: language.as_deref(),
        text: cut(text, span.range.clone()),
        is_first: span.range.start == line.start,
        is_last: span.range.end == line.end,
    })
}

/// What a line is made of.
pub enum Piece<'r> {
    /// A look begins.
    Open(&'r Span),
    /// Letters.
    Text(&'r str),
    /// The look begun last ends.
    Close(&'r Span),
}

/// Reads a line from left to right.
pub fn pieces<'r>(rich: &'r Rich, line: &Line<'r>, mut each: impl FnMut(Piece<'r>)) {
    let mut at = line.range.start;
    let mut open: Vec<&Span> = Vec::new();
    let text_to = |at: &mut usize, to: usize, each: &mut dyn FnMut(Piece<'r>)| {
        if *at < to {
            each(Piece::Text(cut(&rich.text, *at..to)));
            *at = to;
        }
    };
    for span in line.looks {
        while let Some(last) = open.pop_if(|last| last.range.end <= span.range.start) {
            text_to(&mut at, last.range.end, &mut each);
            each(Piece::Close(last));
        }
        text_to(&mut at, span.range.start, &mut each);
        each(Piece::Open(span));
        open.push(span);
    }
    while let Some(last) = open.pop() {
        text_to(&mut at, last.range.end, &mut each);
        each(Piece::Close(last));
    }
    text_to(&mut at, line.range.end, &mut each);
}
