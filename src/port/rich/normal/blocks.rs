//! Blocks: which lines are quoted, belong to an item, or are code. A block covers whole lines.

use super::super::style::{Span, Style};
use super::super::{QUOTES_MAX, cut};
use super::Lines;
use super::edits::Edits;
use std::ops::Range;

/// Gives every block whole lines: breaks at its edges are none of its, and where there is none, one is inserted.
pub(super) fn on_lines_of_their_own(text: String, spans: Vec<Span>) -> (String, Vec<Span>) {
    if !spans.iter().any(|span| span.style.is_block()) {
        return (text, spans);
    }
    let runs = newline_runs(&text);
    let mut edges = Vec::new();
    let mut kept = Vec::with_capacity(spans.len());
    for mut span in spans {
        if span.style.is_block() {
            span.range = without_breaks(&runs, span.range);
            if span.range.is_empty() {
                continue;
            }
            let bytes = text.as_bytes();
            if span.range.start > 0 && bytes.get(span.range.start - 1) != Some(&b'\n') {
                edges.push(span.range.start);
            }
            if span.range.end < text.len() && bytes.get(span.range.end) != Some(&b'\n') {
                edges.push(span.range.end);
            }
        }
        kept.push(span);
    }
    if edges.is_empty() {
        return (text, kept);
    }
    edges.sort_unstable();
    edges.dedup();
    let mut edits = Edits::new();
    for edge in edges {
        edits.insert(edge, "\n");
    }
    let text = edits.apply(&text, &mut kept);
    (text, kept)
}

/// All runs of line breaks, in order.
fn newline_runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('\n') {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

fn without_breaks(runs: &[Range<usize>], range: Range<usize>) -> Range<usize> {
    let around = |byte: usize| {
        let next = runs.partition_point(|run| run.end <= byte);
        runs.get(next).filter(|run| run.contains(&byte))
    };
    let start = around(range.start).map_or(range.start, |run| run.end.min(range.end));
    let end = around(range.end.saturating_sub(1)).map_or(range.end, |run| run.start.max(start));
    start..end.max(start)
}

/// What each line belongs to.
pub(super) struct Shape<'s> {
    /// How deep each line is quoted.
    pub(super) quotes: Vec<usize>,
    /// Lines of items.
    pub(super) items: Vec<Block<'s>>,
    /// Lines of code.
    pub(super) codes: Vec<Block<'s>>,
    /// Whether each line is code.
    pub(super) is_code: Vec<bool>,
}

/// Some lines and what they are.
pub(super) struct Block<'s> {
    first: usize,
    last: usize,
    style: &'s Style,
}

/// Finds out what each line belongs to. Spans must be sorted, blocks on lines of their own.
pub(super) fn shape<'s>(text: &str, lines: &Lines, spans: &'s [Span]) -> Shape<'s> {
    let is_empty = |line: usize| lines.range(line).is_empty();
    let is_blank = |line: usize| cut(text, lines.range(line)).trim().is_empty();
    let blocks = |wanted: fn(&Style) -> bool| {
        let wanted = spans.iter().filter(move |span| wanted(&span.style));
        wanted.map(|span| Block {
            first: lines.at(span.range.start),
            last: lines.at(span.range.end),
            style: &span.style,
        })
    };
    let quotes = quoted(lines, blocks(|style| matches!(style, Style::Quote)));
    let items = items(blocks(|style| matches!(style, Style::Item { .. })), &quotes, is_empty, is_blank);
    let mut owner = vec![0; lines.count()];
    for (number, item) in items.iter().enumerate() {
        owner.iter_mut().take(item.last + 1).skip(item.first).for_each(|owner| *owner = number + 1);
    }
    let mut codes = Vec::new();
    let mut free = 0;
    for code in blocks(|style| matches!(style, Style::CodeBlock { .. })) {
        let mut first = code.first.max(free);
        free = free.max(code.last + 1);
        while first <= code.last {
            let same =
                |line: &usize| quotes.get(*line) == quotes.get(first) && owner.get(*line) == owner.get(first);
            let last = (first..=code.last).take_while(same).last().unwrap_or(first);
            codes.extend(without_edges(Block { first, last, style: code.style }, is_empty, is_empty));
            first = last + 1;
        }
    }
    let mut is_code = vec![false; lines.count()];
    for code in &codes {
        is_code.iter_mut().take(code.last + 1).skip(code.first).for_each(|line| *line = true);
    }
    Shape { quotes, items, codes, is_code }
}

/// How deep each line is quoted. A quote neither begins nor ends with an empty line.
fn quoted<'s>(lines: &Lines, quotes: impl Iterator<Item = Block<'s>>) -> Vec<usize> {
    let mut changes = vec![0_isize; lines.count() + 1];
    for quote in quotes {
        if let Some(change) = changes.get_mut(quote.first) {
            *change += 1;
        }
        if let Some(change) = changes.get_mut(quote.last + 1) {
            *change -= 1;
        }
    }
    let mut deep = 0_isize;
    let depths = changes.into_iter().take(lines.count()).map(|change| {
        deep += change;
        usize::try_from(deep).unwrap_or_default().min(QUOTES_MAX)
    });
    let mut depths: Vec<usize> = depths.collect();
    // an empty line is as deep as the shallower of the written lines around it
    let mut above = 0;
    for line in 0..lines.count() {
        if let Some(depth) = depths.get_mut(line) {
            if lines.range(line).is_empty() {
                *depth = (*depth).min(above);
            }
            above = *depth;
        }
    }
    let mut below = 0;
    for line in (0..lines.count()).rev() {
        if let Some(depth) = depths.get_mut(line) {
            if lines.range(line).is_empty() {
                *depth = (*depth).min(below);
            }
            below = *depth;
        }
    }
    depths
}

/// Items, none within another: where one begins, the one before ends.
fn items<'s>(
    found: impl Iterator<Item = Block<'s>>,
    quotes: &[usize],
    is_empty: impl Fn(usize) -> bool + Copy,
    is_blank: impl Fn(usize) -> bool + Copy,
) -> Vec<Block<'s>> {
    let mut found = found.peekable();
    let mut items = Vec::new();
    while let Some(mut item) = found.next() {
        if let Some(next) = found.peek() {
            if next.first == item.first {
                continue;
            }
            item.last = item.last.min(next.first - 1);
        }
        while item.first < item.last && is_blank(item.first) {
            item.first += 1;
        }
        let same = |line: &usize| quotes.get(*line) == quotes.get(item.first);
        item.last = (item.first..=item.last).take_while(same).last().unwrap_or(item.first);
        items.extend(without_edges(item, is_blank, is_empty));
    }
    items
}

/// Without the lines at its edges that may not be there; nothing, when nothing is left.
fn without_edges(
    mut block: Block<'_>,
    not_first: impl Fn(usize) -> bool,
    not_last: impl Fn(usize) -> bool,
) -> Option<Block<'_>> {
    while block.first < block.last && not_first(block.first) {
        block.first += 1;
    }
    while block.last > block.first && not_last(block.last) {
        block.last -= 1;
    }
    (!not_first(block.first) && !not_last(block.last)).then_some(block)
}

/// The blocks as spans.
pub(super) fn spans(lines: &Lines, shape: &Shape<'_>) -> Vec<Span> {
    let range = |first: usize, last: usize| lines.range(first).start..lines.range(last).end;
    let mut spans = Vec::new();
    for level in 1..=QUOTES_MAX {
        let mut from = None;
        for line in 0..=lines.count() {
            let is_deep = shape.quotes.get(line).is_some_and(|depth| *depth >= level);
            match from {
                None if is_deep => from = Some(line),
                Some(first) if !is_deep => {
                    spans.push(Span::new(range(first, line - 1), Style::Quote));
                    from = None;
                }
                _ => {}
            }
        }
    }
    for block in shape.items.iter().chain(&shape.codes) {
        spans.push(Span::new(range(block.first, block.last), block.style.clone()));
    }
    spans
}
