//! Reads the looks within one paragraph. One pass from left to right; every mark is put on a stack at most once and
//! taken off at most once.

use super::super::style::{Span, Style};
use super::super::{cut, links};
use super::chars::{APART, JOINER, is_line_mark, is_special, is_strict, is_word};
use std::collections::BTreeMap;
use std::ops::Range;

/// Text and spans, as far as they are read.
#[derive(Default)]
pub(super) struct Read {
    pub(super) text: String,
    pub(super) spans: Vec<Span>,
    /// How often something was looked at; a test watches it.
    pub(super) steps: usize,
}

/// What marks can mean. The two marks of italic do not match each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Bold,
    Star,
    Underscore,
    Underline,
    Strike,
    Spoiler,
}

const LOOKS: usize = 6;

impl Look {
    /// What so many of a mark mean: at most two looks, the outer one first. Three marks are two looks at once.
    const fn of(mark: u8, count: usize) -> [Option<Self>; 2] {
        match (mark, count) {
            (b'*', 1) => [None, Some(Self::Star)],
            (b'*', 2) => [Some(Self::Bold), None],
            (b'*', 3) => [Some(Self::Bold), Some(Self::Star)],
            (b'_', 1) => [None, Some(Self::Underscore)],
            (b'_', 2) => [Some(Self::Underline), None],
            (b'_', 3) => [Some(Self::Underline), Some(Self::Underscore)],
            (b'~', 2) => [Some(Self::Strike), None],
            (b'|', 2) => [Some(Self::Spoiler), None],
            _ => [None, None],
        }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Bold => "**",
            Self::Star => "*",
            Self::Underscore => "_",
            Self::Underline => "__",
            Self::Strike => "~~",
            Self::Spoiler => "||",
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::Bold => Style::Bold,
            Self::Star | Self::Underscore => Style::Italic,
            Self::Underline => Style::Underline,
            Self::Strike => Style::Strike,
            Self::Spoiler => Style::Spoiler,
        }
    }
}

enum Event {
    Text(Range<usize>),
    Code(Range<usize>),
    /// A mark that begins something if its end was found, and is text otherwise.
    Mark {
        text: &'static str,
        begins: bool,
    },
    /// The end of what the mark at this index begins.
    End {
        mark: usize,
        style: Style,
    },
}

struct Opener {
    look: Look,
    event: usize,
    at: usize,
}

struct Bracket {
    event: usize,
    /// How many openers there were.
    openers: usize,
    label: usize,
}

struct Reader<'s> {
    source: &'s str,
    at: usize,
    /// From where on text is not yet an event.
    pending: usize,
    line: usize,
    events: Vec<Event>,
    openers: Vec<Opener>,
    open: [usize; LOOKS],
    brackets: Vec<Bracket>,
    /// Where runs of so many backticks begin, the next one last.
    ticks: BTreeMap<usize, Vec<usize>>,
    steps: usize,
}

/// Reads a paragraph and adds it to what was read.
pub(super) fn read(source: &str, read: &mut Read) {
    let mut reader = Reader {
        source,
        at: 0,
        pending: 0,
        line: 0,
        events: Vec::new(),
        openers: Vec::new(),
        open: [0; LOOKS],
        brackets: Vec::new(),
        ticks: runs_of_ticks(source),
        steps: 0,
    };
    while let Some(byte) = source.as_bytes().get(reader.at) {
        reader.steps += 1;
        match byte {
            b'\\' => reader.backslash(),
            b'`' => reader.ticks(),
            b'*' | b'_' | b'~' | b'|' => reader.mark(*byte),
            b'[' => reader.bracket(),
            b']' => reader.label_ends(),
            b'h' => reader.address(),
            b'\n' => {
                reader.at += 1;
                reader.line = reader.at;
            }
            _ => reader.at += 1,
        }
    }
    reader.flush(source.len());
    reader.finish(read);
}

/// Where runs of backticks begin, by their length; in each list the first one is last.
fn runs_of_ticks(source: &str) -> BTreeMap<usize, Vec<usize>> {
    let mut runs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut end = source.len();
    while let Some(last) = cut(source, 0..end).rfind('`') {
        let start = cut(source, 0..last).trim_end_matches('`').len();
        runs.entry(last + 1 - start).or_default().push(start);
        end = start;
    }
    runs
}

impl<'s> Reader<'s> {
    fn rest(&self) -> &'s str {
        cut(self.source, self.at..self.source.len())
    }

    /// Makes the text before a place an event.
    fn flush(&mut self, upto: usize) {
        if self.pending < upto {
            self.events.push(Event::Text(self.pending..upto));
        }
        self.pending = upto;
    }

    /// Goes on behind what was read, which is no text.
    fn skip_to(&mut self, at: usize) {
        self.at = at;
        self.pending = at;
    }

    fn backslash(&mut self) {
        let Some(next) = self.rest().chars().nth(1) else {
            self.at += 1;
            return;
        };
        if next == JOINER {
            self.flush(self.at);
            self.skip_to(self.at + 1 + JOINER.len_utf8());
        } else if is_special(next) || is_line_mark(cut(self.source, self.line..self.at), next) {
            self.flush(self.at);
            self.pending = self.at + 1;
            self.at += 2;
        } else {
            self.at += 1;
        }
    }

    fn ticks(&mut self) {
        let count = self.rest().bytes().take_while(|byte| *byte == b'`').count();
        self.steps += count;
        let from = self.at + count;
        let Some(end) = self.next_ticks(count, from) else {
            self.at = from;
            return;
        };
        let code = cut(self.source, from..end);
        if code.contains('\n') && code.trim().is_empty() {
            // two fences around nothing
            self.at = from;
            return;
        }
        self.flush(self.at);
        let padded = code.starts_with(' ') && code.ends_with(' ') && !code.trim_matches(' ').is_empty();
        self.events.push(Event::Code(if padded { from + 1..end - 1 } else { from..end }));
        if let Some(broken) = code.rfind('\n') {
            self.line = from + broken + 1;
        }
        self.steps += code.len();
        self.skip_to(end + count);
    }

    /// Where the next run of exactly so many backticks begins.
    fn next_ticks(&mut self, count: usize, from: usize) -> Option<usize> {
        let runs = self.ticks.get_mut(&count)?;
        while runs.pop_if(|start| *start < from).is_some() {
            self.steps += 1;
        }
        runs.last().copied()
    }

    fn mark(&mut self, mark: u8) {
        let count = self.rest().bytes().take_while(|byte| *byte == mark).count();
        self.steps += count;
        let looks = Look::of(mark, count);
        let from = self.at;
        self.at += count;
        if looks == [None, None] {
            return;
        }
        let before = cut(self.source, 0..from).chars().next_back();
        let after = self.rest().chars().next();
        let is_word_at = |c: Option<char>| is_strict(mark, count) && c.is_some_and(is_word);
        let is_number = mark == b'*'
            && before.is_some_and(|c| c.is_ascii_digit())
            && after.is_some_and(|c| c.is_ascii_digit());
        let begins = after.is_some_and(|c| !c.is_whitespace()) && !is_word_at(before) && !is_number;
        let ends = before.is_some_and(|c| !c.is_whitespace()) && !is_word_at(after) && !is_number;
        if !begins && !ends {
            return;
        }
        self.flush(from);
        self.skip_to(from + count);
        let left = if ends { self.end(looks) } else { looks };
        for look in left.into_iter().flatten() {
            if begins {
                self.openers.push(Opener { look, event: self.events.len(), at: from });
                *self.open_of(look) += 1;
            }
            self.events.push(Event::Mark { text: look.mark(), begins: false });
        }
    }

    fn open_of(&mut self, look: Look) -> &mut usize {
        &mut self.open[look as usize]
    }

    /// Ends looks, the one begun last first, and gives back those that were not begun.
    fn end(&mut self, mut looks: [Option<Look>; 2]) -> [Option<Look>; 2] {
        while looks.into_iter().flatten().any(|look| self.open[look as usize] > 0) {
            // what lies above is passed once: it is taken off with the match
            let is_wanted = |opener: &Opener| looks.contains(&Some(opener.look));
            let Some(found) = self.openers.iter().rposition(is_wanted) else { break };
            self.steps += self.openers.len() - found;
            let found = self.inner_of_twins(found);
            let Some(opener) = self.take_from(found) else { break };
            if let Some(Event::Mark { begins, .. }) = self.events.get_mut(opener.event) {
                *begins = true;
            }
            self.events.push(Event::End { mark: opener.event, style: opener.look.style() });
            looks = looks.map(|wanted| wanted.filter(|wanted| *wanted != opener.look));
        }
        looks
    }

    /// Three marks begin two looks, and the one that ends first was the inner one: makes it so.
    fn inner_of_twins(&mut self, outer: usize) -> usize {
        let Some([first, second]) = self.openers.get_mut(outer..outer + 2) else { return outer };
        if first.at != second.at {
            return outer;
        }
        std::mem::swap(&mut first.look, &mut second.look);
        for opener in [first, second] {
            if let Some(Event::Mark { text, .. }) = self.events.get_mut(opener.event) {
                *text = opener.look.mark();
            }
        }
        outer + 1
    }

    /// Takes off an opener and all above it, which stay text.
    fn take_from(&mut self, index: usize) -> Option<Opener> {
        self.drop_to(index + 1);
        let opener = self.openers.pop()?;
        *self.open_of(opener.look) -= 1;
        Some(opener)
    }

    fn drop_to(&mut self, count: usize) {
        while self.openers.len() > count {
            self.steps += 1;
            if let Some(opener) = self.openers.pop() {
                *self.open_of(opener.look) -= 1;
            }
        }
    }

    fn bracket(&mut self) {
        self.flush(self.at);
        self.skip_to(self.at + 1);
        let bracket = Bracket { event: self.events.len(), openers: self.openers.len(), label: self.at };
        self.brackets.push(bracket);
        self.events.push(Event::Mark { text: "[", begins: false });
    }

    fn label_ends(&mut self) {
        let end = self.at;
        self.at += 1;
        let Some(bracket) = self.brackets.pop() else { return };
        let Some(target) = self.rest().strip_prefix('(') else { return };
        let (length, looked_at) = target_length(target);
        self.steps += looked_at;
        let Some(url) = length.and_then(|length| links::accepted(cut(target, 0..length))) else { return };
        let after = end + 3 + length.unwrap_or_default();
        let label = cut(self.source, bracket.label..end);
        if is_nothing(label) {
            return;
        }
        self.flush(end);
        self.skip_to(after);
        // marks within the label have their ends there, and a link lies in no other
        self.drop_to(bracket.openers);
        self.brackets.clear();
        if let Some(Event::Mark { begins, .. }) = self.events.get_mut(bracket.event) {
            *begins = true;
        }
        self.events.push(Event::End { mark: bracket.event, style: Style::Link { url } });
    }

    /// An address that stands in the text keeps what looks like marks, but for those at its end.
    fn address(&mut self) {
        let rest = self.rest();
        let is_address = rest.starts_with("http://") || rest.starts_with("https://");
        if !is_address || cut(self.source, 0..self.at).chars().next_back().is_some_and(is_word) {
            self.at += 1;
            return;
        }
        let mut end = self.at;
        let mut chars = cut(self.source, end..self.source.len()).char_indices().peekable();
        let mut escapes = Vec::new();
        while let Some((by, c)) = chars.next() {
            self.steps += 1;
            match c {
                '<' | '>' | '`' | '[' | ']' | '|' => break,
                '*' | '_' | '~' => continue,
                '\\' => match chars.peek() {
                    Some((_, next)) if *next == JOINER => break,
                    Some((_, next)) if is_special(*next) => {
                        chars.next();
                        escapes.push(self.at + by);
                        end = self.at + by + 2;
                        continue;
                    }
                    _ => {}
                },
                c if c.is_whitespace() => break,
                _ => {}
            }
            end = self.at + by + c.len_utf8();
        }
        for escape in escapes {
            self.flush(escape);
            self.pending = escape + 1;
        }
        self.at = end;
    }

    /// Adds what was found to what was read.
    fn finish(self, read: &mut Read) {
        let mut starts = vec![0; self.events.len()];
        for (number, event) in self.events.into_iter().enumerate() {
            match event {
                Event::Text(range) => read.text.push_str(cut(self.source, range)),
                Event::Code(range) => {
                    let start = read.text.len();
                    read.text.push_str(cut(self.source, range));
                    read.spans.push(Span::new(start..read.text.len(), Style::Code));
                }
                Event::Mark { begins: true, .. } => {
                    if let Some(start) = starts.get_mut(number) {
                        *start = read.text.len();
                    }
                }
                Event::Mark { text, begins: false } => read.text.push_str(text),
                Event::End { mark, style } => {
                    let start = starts.get(mark).copied().unwrap_or_default();
                    read.spans.push(Span::new(start..read.text.len(), style));
                }
            }
        }
        read.steps += self.steps;
    }
}

/// Whether a label shows nothing.
fn is_nothing(label: &str) -> bool {
    let mut rest = label.trim_start();
    while let Some(after) = rest.strip_prefix(APART) {
        rest = after.trim_start();
    }
    rest.is_empty()
}

/// How long the address at the start of a text is, up to the bracket that closes it; and how far was looked.
fn target_length(text: &str) -> (Option<usize>, usize) {
    let mut deep = 0;
    for (at, c) in text.char_indices().take(links::URL_MAX) {
        match c {
            ')' if deep == 0 => return (Some(at), at + 1),
            ')' => deep -= 1,
            // more of them would be looked at again and again
            '(' if deep == 4 => return (None, at + 1),
            '(' => deep += 1,
            c if c.is_whitespace() || c.is_control() || c == '<' => return (None, at + 1),
            _ => {}
        }
    }
    (None, text.len().min(links::URL_MAX))
}
