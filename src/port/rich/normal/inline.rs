//! Looks within a line. Links and mentions are whole; code is cut at their edges; every other look is laid around or
//! within them, and where two of these overlap, the one that began later is cut.

use super::super::cut;
use super::super::links;
use super::super::style::{Span, Style};
use super::Lines;
use super::blocks::Shape;
use super::edits::Edits;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// Takes out links that cannot be shown as links and shows their addresses. Spans must be sorted.
pub(super) fn with_open_links(text: String, spans: Vec<Span>) -> (String, Vec<Span>) {
    let mut edits = Edits::new();
    let mut kept = Vec::with_capacity(spans.len());
    let codes: Vec<Range<usize>> = union(
        spans
            .iter()
            .filter(|span| matches!(span.style, Style::CodeBlock { .. }))
            .map(|span| span.range.clone()),
    );
    let mut free = 0;
    for span in spans {
        let Style::Link { url } = &span.style else {
            kept.push(span);
            continue;
        };
        let range = span.range.start.max(free)..span.range.end;
        let accepted = links::accepted(url);
        // what was looked through once is not looked through again
        free = accepted.as_ref().map_or(free, |_| free.max(range.end));
        match accepted {
            Some(url) if is_seen(&text, &range, &codes) => kept.push(Span::new(range, Style::Link { url })),
            _ => edits.insert_after(span.range.end, &shown(cut(&text, span.range.clone()), url)),
        }
    }
    let text = if edits.is_empty() { text } else { edits.apply(&text, &mut kept) };
    (text, kept)
}

/// What stands behind the label of a link that is none.
pub(super) fn shown(label: &str, url: &str) -> String {
    let url: String = url.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if url.is_empty() || links::is_own_label(label, &url) { String::new() } else { format!(" ({url})") }
}

/// Whether anything of a range can be seen outside blocks of code.
fn is_seen(text: &str, range: &Range<usize>, codes: &[Range<usize>]) -> bool {
    let first = codes.partition_point(|code| code.end <= range.start);
    let mut at = range.start;
    for code in codes.iter().skip(first).take_while(|code| code.start < range.end) {
        if !cut(text, at..code.start.max(at)).trim().is_empty() {
            return true;
        }
        at = code.end;
    }
    at < range.end && !cut(text, at..range.end).trim().is_empty()
}

/// Joins what overlaps or touches. Ranges must be sorted by their starts.
fn union(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Cuts ranges into the parts that lie within one line of text, without the blanks at their edges if so wished.
fn in_lines(page: &Page<'_>, ranges: impl Iterator<Item = Range<usize>>, trim: bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    for range in ranges {
        for line in page.lines.at(range.start)..=page.lines.at(range.end) {
            if page.shape.is_code.get(line).copied().unwrap_or_default() {
                continue;
            }
            let whole = page.lines.range(line);
            let part = range.start.max(whole.start)..range.end.min(whole.end);
            let part = if trim { trimmed(page.text, part, &[]) } else { part };
            if !part.is_empty() {
                parts.push(part);
            }
        }
    }
    parts
}

struct Page<'p> {
    text: &'p str,
    lines: &'p Lines,
    shape: &'p Shape<'p>,
}

/// A range without the blanks at its edges; blanks of code are kept.
fn trimmed(text: &str, range: Range<usize>, codes: &[Range<usize>]) -> Range<usize> {
    if range.is_empty() {
        return range;
    }
    let is_gone = |(at, c): &(usize, char)| c.is_whitespace() && around(codes, range.start + at).is_none();
    let part = cut(text, range.clone());
    let Some((start, _)) = part.char_indices().find(|c| !is_gone(c)) else { return range.start..range.start };
    let end = part.char_indices().rev().find(|c| !is_gone(c)).map_or(start, |(at, c)| at + c.len_utf8());
    range.start + start..range.start + end
}

/// The range a byte is in. Ranges must be sorted and apart.
fn around(ranges: &[Range<usize>], byte: usize) -> Option<&Range<usize>> {
    let next = ranges.partition_point(|range| range.end <= byte);
    ranges.get(next).filter(|range| range.start <= byte)
}

/// The range a byte is in, but not at the edge of.
fn astride(ranges: &[Range<usize>], byte: usize) -> Option<&Range<usize>> {
    around(ranges, byte).filter(|range| range.start < byte)
}

fn overlaps(ranges: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = ranges.partition_point(|other| other.end <= range.start);
    ranges.get(next).is_some_and(|other| other.start < range.end)
}

/// Brings the looks within lines into their form. Spans must be sorted.
pub(super) fn spans(text: &str, lines: &Lines, shape: &Shape<'_>, found: &[Span], kept: &mut Vec<Span>) {
    let page = Page { text, lines, shape };
    let of = |wanted: &'static Style| {
        found.iter().filter(move |span| span.style == *wanted).map(|span| span.range.clone())
    };
    let mut atoms = Vec::new();
    for link in found.iter().filter(|span| matches!(span.style, Style::Link { .. })) {
        for part in in_lines(&page, std::iter::once(link.range.clone()), true) {
            atoms.push(part.clone());
            kept.push(Span::new(part, link.style.clone()));
        }
    }
    let codes = in_lines(&page, union(of(&Style::Code)).into_iter(), false);
    let codes: Vec<Range<usize>> = codes.into_iter().flat_map(|code| cut_at_edges(&atoms, code)).collect();
    let mut free = 0;
    let mut mentions = Vec::new();
    let apart = of(&Style::Mention).filter(|range| {
        let is_free = range.start >= free;
        free = if is_free { range.end } else { free };
        is_free
    });
    for part in in_lines(&page, apart, true) {
        if !overlaps(&atoms, &part) && !overlaps(&codes, &part) {
            mentions.push(part);
        }
    }
    kept.extend(codes.iter().map(|code| Span::new(code.clone(), Style::Code)));
    kept.extend(mentions.iter().map(|mention| Span::new(mention.clone(), Style::Mention)));
    atoms.extend(mentions);
    atoms.sort_by_key(|atom| atom.start);

    let mut waiting = BinaryHeap::new();
    for style in &TOGGLES {
        for part in in_lines(&page, union(of(style)).into_iter(), false) {
            for part in fitted(&atoms, trimmed(text, part, &codes)) {
                let part = beside(&codes, trimmed(text, part, &codes));
                let part = trimmed(text, part, &codes);
                if !part.is_empty() {
                    waiting.push(Reverse((part.start, Reverse(part.end), style.rank())));
                }
            }
        }
    }
    nest(text, &codes, waiting, kept);
}

/// Looks that are only there or not there.
const TOGGLES: [Style; 5] = [Style::Bold, Style::Underline, Style::Italic, Style::Strike, Style::Spoiler];

/// Cuts code where a link begins or ends.
fn cut_at_edges(atoms: &[Range<usize>], code: Range<usize>) -> Vec<Range<usize>> {
    let first = atoms.partition_point(|atom| atom.end <= code.start);
    let mut parts = Vec::new();
    let mut at = code.start;
    for atom in atoms.iter().skip(first).take_while(|atom| atom.start < code.end) {
        for edge in [atom.start, atom.end] {
            if edge > at && edge < code.end {
                parts.push(at..edge);
                at = edge;
            }
        }
    }
    parts.push(at..code.end);
    parts
}

/// Cuts a look so that it lies around or within each link, not across its edge.
fn fitted(atoms: &[Range<usize>], range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut rest = range;
    if let Some(atom) = astride(atoms, rest.start)
        && rest.end > atom.end
    {
        parts.push(rest.start..atom.end);
        rest.start = atom.end;
    }
    if let Some(atom) = astride(atoms, rest.end)
        && rest.start < atom.start
    {
        parts.push(rest.start..atom.start);
        rest.start = atom.start;
    }
    parts.push(rest);
    parts
}

/// Takes a look off code that it covers only in part.
fn beside(codes: &[Range<usize>], range: Range<usize>) -> Range<usize> {
    let start = astride(codes, range.start).map_or(range.start, |code| code.end);
    let end = astride(codes, range.end).map_or(range.end, |code| code.start);
    start..end.max(start)
}

type Waiting = BinaryHeap<Reverse<(usize, Reverse<usize>, u8)>>;

/// Cuts looks that overlap each other where the earlier one ends.
fn nest(text: &str, codes: &[Range<usize>], mut waiting: Waiting, kept: &mut Vec<Span>) {
    let mut open: Vec<usize> = Vec::new();
    while let Some(Reverse((start, Reverse(end), rank))) = waiting.pop() {
        while open.last().is_some_and(|outer| *outer <= start) {
            open.pop();
        }
        let here = open.last().map_or(end, |outer| end.min(*outer));
        let rest = trimmed(text, here..end, codes);
        if !rest.is_empty() {
            waiting.push(Reverse((rest.start, Reverse(rest.end), rank)));
        }
        open.push(here);
        let style = TOGGLES.iter().find(|style| style.rank() == rank);
        kept.extend(style.map(|style| Span::new(start..here, style.clone())));
    }
}
