//! Cutting a rich text into parts that a platform takes, where a reader would pause.

use super::style::{Span, Style};
use super::{Rich, ceil, cut, normal};
use crate::split::last_grapheme;
use std::ops::Range;

/// Cuts a text into parts of which each measures at most `max`.
///
/// `size` measures what a part becomes on the platform: letters, UTF-16 units, the bytes of HTML and body together.
/// It should grow with the text. Cuts are made after a paragraph, else a line, a sentence, a word, a grapheme, and
/// outside of every span if it can be. Links, names, code and items are cut only when they are longer than a whole
/// part; what is cut goes on in the next part with the same look, an item without a second bullet.
///
/// The texts of the parts, joined, are the whole text. Two things that cannot fit are kept all the same: a single
/// character that measures more than `max` is a part of its own, and a link whose address does so is turned to text.
///
/// A part is measured about twice the binary logarithm of its length times, and measuring is all that takes long.
#[must_use]
pub fn split(rich: &Rich, max: usize, size: impl Fn(&Rich) -> usize) -> Vec<Rich> {
    let whole = with_fitting_links(rich, max, &size);
    let mut cutter = Cutter { rich: &whole, at: 0, next: 0, open: Vec::new() };
    let mut parts = Vec::new();
    while let Some((fits, part)) = cutter.longest(max, &size) {
        let end = cutter.best(fits, max, &size);
        let shorter = cutter.part(end);
        let (end, part) = if size(&shorter) <= max { (end, shorter) } else { (fits, part) };
        parts.push(part);
        cutter.advance(end);
    }
    parts.push(cutter.part(whole.text.len()));
    parts
}

/// Turns links to text whose address alone is too long.
fn with_fitting_links(rich: &Rich, max: usize, size: &impl Fn(&Rich) -> usize) -> Rich {
    let is_too_long = |span: &Span| {
        let Style::Link { .. } = span.style else { return false };
        let end = ceil(&rich.text, span.range.start + 1);
        let first = Span::new(0..end - span.range.start, span.style.clone());
        size(&Rich::new(cut(&rich.text, span.range.start..end), vec![first])) > max
    };
    if rich.spans.iter().any(is_too_long) {
        normal::with_written_links(rich, is_too_long)
    } else {
        rich.clone()
    }
}

struct Cutter<'r> {
    rich: &'r Rich,
    at: usize,
    /// The first span that begins at or after `at`.
    next: usize,
    /// Spans that began before `at` and go on.
    open: Vec<usize>,
}

impl Cutter<'_> {
    /// The spans that concern what lies before a place.
    fn spans_to(&self, end: usize) -> impl Iterator<Item = &Span> {
        let open = self.open.iter().filter_map(|index| self.rich.spans.get(*index));
        let later = self.rich.spans.iter().skip(self.next);
        open.chain(later.take_while(move |span| span.range.start < end))
    }

    fn part(&self, end: usize) -> Rich {
        self.rich.slice_of(self.at..end, self.spans_to(end))
    }

    fn advance(&mut self, to: usize) {
        self.at = to;
        while self.rich.spans.get(self.next).is_some_and(|span| span.range.start < to) {
            self.open.push(self.next);
            self.next += 1;
        }
        let spans = &self.rich.spans;
        self.open.retain(|index| spans.get(*index).is_some_and(|span| span.range.end > to));
    }

    /// How far the longest part reaches that fits, and that part; nothing when all of it fits.
    fn longest(&self, max: usize, size: &impl Fn(&Rich) -> usize) -> Option<(usize, Rich)> {
        let text = self.rich.text();
        let mut fits = None;
        let mut step = max.max(16);
        let mut too_far = loop {
            let end = ceil(text, self.at + step);
            let part = self.part(end);
            if size(&part) > max {
                break end;
            }
            if end == text.len() {
                return None;
            }
            fits = Some((end, part));
            step *= 2;
        };
        loop {
            let from = fits.as_ref().map_or(self.at, |(end, _)| *end);
            let middle = text.floor_char_boundary(from.midpoint(too_far));
            let middle = if middle > from { middle } else { ceil(text, from + 1) };
            if middle >= too_far {
                break;
            }
            let part = self.part(middle);
            if size(&part) > max {
                too_far = middle;
            } else {
                fits = Some((middle, part));
            }
        }
        // at least one character goes through, or nothing ever would
        let first = || ceil(text, self.at + 1);
        fits.or_else(|| Some((first(), self.part(first())))).filter(|(end, _)| *end < text.len())
    }

    /// Where to cut, at most where the longest fitting part ends.
    fn best(&self, fits: usize, max: usize, size: &impl Fn(&Rich) -> usize) -> usize {
        let around: Vec<&Span> = self.spans_to(fits).collect();
        let is_whole = |span: &&&Span| match span.style {
            Style::Link { .. }
            | Style::Mention
            | Style::Code
            | Style::CodeBlock { .. }
            | Style::Item { .. } => true,
            Style::Bold
            | Style::Italic
            | Style::Underline
            | Style::Strike
            | Style::Spoiler
            | Style::Quote => false,
        };
        let is_cut = |span: &&&Span| span.range.start > self.at && span.range.end > fits;
        let fits_alone = |span: &&&Span| {
            span.range.len() <= 4 * (fits - self.at) && size(&self.rich.slice(span.range.clone())) <= max
        };
        let kept = around.iter().filter(is_cut).filter(is_whole).find(fits_alone);
        let upto = kept.map_or(fits, |span| span.range.start);
        let window = cut(self.rich.text(), self.at..upto);
        let pause = Pauses::new(window, self.at, &around).last();
        let otherwise = || if kept.is_some() { window.len() } else { last_grapheme(window) };
        self.at + pause.unwrap_or_else(otherwise)
    }
}

/// Where a text may be cut, and how well.
struct Pauses<'w> {
    window: &'w str,
    blocks: Vec<Range<usize>>,
    looks: Vec<Range<usize>>,
    wholes: Vec<Range<usize>>,
}

impl<'w> Pauses<'w> {
    fn new(window: &'w str, at: usize, around: &[&Span]) -> Self {
        let outermost = |wanted: fn(&Style) -> bool| {
            let mut found: Vec<Range<usize>> = Vec::new();
            for span in around.iter().filter(|span| wanted(&span.style)) {
                if found.last().is_none_or(|last| span.range.start >= last.end + at) {
                    found.push(span.range.start.saturating_sub(at)..span.range.end - at);
                }
            }
            found
        };
        let wholes = |style: &Style| matches!(style, Style::Link { .. } | Style::Mention | Style::Code);
        Self {
            window,
            blocks: outermost(Style::is_block),
            looks: outermost(|style| !style.is_block()),
            wholes: outermost(wholes),
        }
    }

    /// The best pause in the second half.
    fn last(&self) -> Option<usize> {
        let late = self.window.len() / 2;
        let after = |signs: &[&str], inside: &[Range<usize>]| {
            let places = |sign: &&str| {
                let ends = self.window.rmatch_indices(*sign).map(|(at, sign)| at + sign.len());
                ends.take_while(|end| *end > late).find(|end| !is_inside(inside, *end))
            };
            signs.iter().filter_map(places).max()
        };
        let sentence: &[&str] = &[". ", "! ", "? ", "。"];
        after(&["\n\n"], &self.blocks)
            .or_else(|| after(&["\n"], &self.blocks))
            .or_else(|| after(&["\n"], &[]))
            .or_else(|| after(sentence, &self.looks))
            .or_else(|| after(&[" "], &self.looks))
            .or_else(|| after(sentence, &self.wholes))
            .or_else(|| after(&[" "], &self.wholes))
            .or_else(|| after(&[" "], &[]))
    }
}

/// Whether a place lies within one of some ranges, which are sorted and apart.
fn is_inside(ranges: &[Range<usize>], place: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= place);
    ranges.get(next).is_some_and(|range| range.start < place || (range.start == 0 && place == 0))
}

#[cfg(test)]
mod tests {
    use super::super::markdown;
    use super::*;

    fn parts(source: &str, max: usize) -> Vec<String> {
        let parts = split(&markdown::parse(source), max, |part| part.text().chars().count());
        parts.iter().map(Rich::to_markdown).collect()
    }

    #[test]
    fn a_rich_text_is_cut_outside_its_spans() {
        assert_eq!(parts("", 5), [""]);
        assert_eq!(parts("short", 5), ["short"]);
        assert_eq!(parts("one two\n\nthree four", 14), ["one two\n\n", "three four"]);
        assert_eq!(parts("It goes on. **so be it**", 18), ["It goes on. ", "**so be it**"]);
        assert_eq!(parts("So. **It is so. But** not now", 15), ["So. **It is so.** ", "**But** not now"]);
        assert_eq!(
            parts("go [to the page](https://a.b/) now", 12),
            ["go ", "[to the page](https://a.b/) ", "now"]
        );
        assert_eq!(parts("a\n```sh\nb\nc\n```\nd", 4), ["a\n", "```sh\nb\nc\n```\n", "d"]);
        assert_eq!(parts("aaaa👩‍👩‍👧", 6), ["aaaa", "👩‍👩‍👧"]);
    }

    #[test]
    fn what_is_longer_than_a_part_goes_on_in_the_next() {
        assert_eq!(parts("```sh\naaa\nbbb\nccc\n```", 9), ["```sh\naaa\nbbb\n```\n", "```sh\nccc\n```"]);
        assert_eq!(parts("**aaaaaa bbbbbb**", 8), ["**aaaaaa** ", "**bbbbbb**"]);
        assert_eq!(
            parts("[aaaaaa bbbbbb](https://a.b/)", 8),
            ["[aaaaaa](https://a.b/) ", "[bbbbbb](https://a.b/)"]
        );
        assert_eq!(parts("1. aaaaaa bbbbbb", 8), ["1. aaaaaa ", "bbbbbb"]);
        assert_eq!(parts("> aaaaaa bbbbbb", 8), ["> aaaaaa ", "> bbbbbb"]);
    }

    #[test]
    fn an_address_longer_than_a_part_becomes_text() {
        let rich = markdown::parse("see [this](https://example.org/a/long/way) there");
        let parts = split(&rich, 20, |part| part.to_plain(crate::rich::Spoilers::Marked).len());
        let text: String = parts.iter().map(Rich::text).collect();
        assert_eq!(text, "see this (https://example.org/a/long/way) there");
        assert!(parts.iter().all(|part| part.text().len() <= 20));
    }

    #[test]
    fn a_long_text_is_measured_in_proportion_to_its_length() {
        let measured = |source: &str, max: usize| {
            let bytes = std::cell::Cell::new(0);
            let rich = markdown::parse(source);
            let parts = split(&rich, max, |part| {
                bytes.set(bytes.get() + part.text().len());
                part.text().len()
            });
            assert!(parts.iter().all(|part| part.text().len() <= max.max(4)));
            bytes.get() / source.len()
        };
        for piece in ["word ", "x", "**a** [b](https://a.b/) `c` ", "- item\n", "```\ncode\n```\n", "ä"] {
            for max in [5, 50, 5_000] {
                assert!(measured(&piece.repeat(4_000), max) < 60, "{piece:?} {max}");
            }
        }
    }
}
