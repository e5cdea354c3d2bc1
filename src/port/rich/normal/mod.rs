//! Brings any text and any spans into the one form that [`super::Rich`] promises.
//!
//! The form depends only on which letters have which look, not on how the spans that say so were cut. So doing it
//! again changes nothing, and two ways of writing the same look become equal.

mod blocks;
mod edits;
mod inline;

use super::style::{Span, Style};
use super::{DEPTH_MAX, NUMBER_MAX, Rich, SPANS_MAX, ceil, cut};
use edits::Edits;

/// The one form of a text and its spans.
pub(super) fn normalised(text: String, spans: Vec<Span>) -> Rich {
    let (text, spans) = without_returns(text, spans);
    if spans.is_empty() {
        return Rich { text, spans };
    }
    let mut spans: Vec<Span> = spans.into_iter().filter_map(|span| sound(&text, span)).collect();
    sort(&mut spans);
    let (text, spans) = inline::with_open_links(text, spans);
    let (text, mut spans) = blocks::on_lines_of_their_own(text, spans);
    sort(&mut spans);
    let lines = Lines::of(&text);
    let shape = blocks::shape(&text, &lines, &spans);
    let mut kept = blocks::spans(&lines, &shape);
    inline::spans(&text, &lines, &shape, &spans, &mut kept);
    sort(&mut kept);
    bounded(text, kept)
}

/// Every line ends in `\n`.
fn without_returns(text: String, mut spans: Vec<Span>) -> (String, Vec<Span>) {
    if !text.contains('\r') {
        return (text, spans);
    }
    let mut edits = Edits::new();
    for (at, _) in text.match_indices('\r') {
        let alone = text.as_bytes().get(at + 1) != Some(&b'\n');
        edits.replace(at, 1, if alone { "\n" } else { "" });
    }
    let text = edits.apply(&text, &mut spans);
    (text, spans)
}

/// A span that lies within the text and says something that can be kept.
fn sound(text: &str, span: Span) -> Option<Span> {
    let start = ceil(text, span.range.start);
    let end = text.floor_char_boundary(span.range.end);
    let mut style = span.style;
    if let Style::CodeBlock { language } = &mut style {
        language.take_if(|language| !is_language(language));
    }
    if let Style::Item { number, depth } = &mut style {
        *number = number.map(|number| number.min(NUMBER_MAX));
        *depth = (*depth).min(DEPTH_MAX);
    }
    (start < end).then(|| Span::new(start..end, style))
}

/// Whether a word can name what code is written in.
pub(super) fn is_language(word: &str) -> bool {
    (1..=32).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_.#".contains(&byte))
}

/// Earlier before later, outer before inner.
fn sort(spans: &mut [Span]) {
    spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end), span.style.rank()));
}

/// What is too much becomes text.
fn bounded(text: String, mut spans: Vec<Span>) -> Rich {
    if spans.len() <= SPANS_MAX {
        return Rich { text, spans };
    }
    let mut edits = Edits::new();
    for span in spans.drain(SPANS_MAX..) {
        if let Some(url) = span.style.url() {
            edits.insert_after(span.range.end, &inline::shown(cut(&text, span.range.clone()), url));
        }
        if let Style::Item { number, depth } = span.style {
            let marker = number.map_or_else(|| "•".to_owned(), |number| format!("{number}."));
            edits.insert_within(span.range.start, &format!("{}{marker} ", "  ".repeat(depth.into())));
        }
    }
    let text = edits.apply(&text, &mut spans);
    Rich { text, spans }
}

/// With the addresses of some links as text behind their labels, and no links there.
pub(super) fn with_written_links(rich: &Rich, is_written: impl Fn(&Span) -> bool) -> Rich {
    let mut edits = Edits::new();
    let mut kept = Vec::with_capacity(rich.spans.len());
    for span in &rich.spans {
        match span.style.url().filter(|_| is_written(span)) {
            Some(url) => {
                edits.insert_after(span.range.end, &inline::shown(cut(&rich.text, span.range.clone()), url));
            }
            None => kept.push(span.clone()),
        }
    }
    let text = edits.apply(&rich.text, &mut kept);
    normalised(text, kept)
}

/// Where the lines of a text begin and end.
pub(super) struct Lines {
    starts: Vec<usize>,
    len: usize,
}

impl Lines {
    /// The lines of a text; an empty text is one empty line.
    pub(super) fn of(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { starts, len: text.len() }
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.starts.len()
    }

    /// Which line a byte is in.
    pub(super) fn at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// A line without its break.
    pub(super) fn range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(line).copied().unwrap_or(self.len);
        let end = self.starts.get(line + 1).map_or(self.len, |next| next - 1);
        start..end
    }
}
