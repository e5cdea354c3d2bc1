//! Reads an expression of time from tokens: piece by piece, each kind once, in whatever order people put them.
//!
//! Two manners: at the start of a command a time is expected, so `Fr` or "zwei Stunden" is one; in the middle of a
//! sentence only what can hardly be anything else.

use super::days::{LEADS, Lead, NEAR, NEAR_PARTS, PARTS, PARTS_ALONE, Part, SHADES, TRAILS};
use super::spec::{Day, Spec};
use super::token::{Kind, Token};
use super::words::{AGO, WEEKDAYS, WEEKDAYS_SHORT, WHICH, WITHIN, Which};
use super::wrong::{WhenError, Wrong};
use jiff::civil::Weekday;
use std::ops::Range;

/// How many words may stand before one piece.
const LEADS_MAX: usize = 4;
/// Weekday, day, length, time of day, part of the day.
const PIECES_MAX: usize = 5;

/// A number as written.
#[derive(Clone, Copy)]
pub(super) struct Number {
    /// The highest there is when it is longer.
    pub(super) value: u32,
    pub(super) digits: usize,
}

/// What stood before a piece.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "several words may lead, each says one of these")]
pub(super) struct Led {
    pub(super) at: bool,
    pub(super) german: bool,
    pub(super) on: bool,
    pub(super) before: bool,
}

/// Goes through tokens.
pub(super) struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    /// In the middle of a sentence.
    pub(super) strict: bool,
}

/// All times in the middle of a sentence, with the tokens they take. What cannot be is passed over.
pub(crate) fn scan(tokens: &[Token]) -> Vec<(Range<usize>, Spec)> {
    let mut reader = Reader::new(tokens, true);
    let mut found = Vec::new();
    while reader.at < tokens.len() {
        let from = reader.at;
        match reader.spec() {
            Ok(Some(spec)) => found.push((from..reader.at, spec)),
            Ok(None) | Err(_) => reader.at = from + 1,
        }
    }
    found
}

impl<'t> Reader<'t> {
    pub(super) const fn new(tokens: &'t [Token], strict: bool) -> Self {
        Self { tokens, at: 0, strict }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) const fn skip(&mut self, tokens: usize) {
        self.at += tokens;
    }

    pub(super) const fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Where the last token that was read ends.
    pub(super) fn end(&self) -> usize {
        self.tokens.get(..self.at).and_then(<[Token]>::last).map_or(0, |token| token.range.end)
    }

    fn peek(&self, ahead: usize) -> Option<&'t Token> {
        self.tokens.get(self.at + ahead)
    }

    /// The folded word, or nothing at the end.
    pub(super) fn word(&self, ahead: usize) -> &'t str {
        self.peek(ahead).map_or("", |token| token.word.as_str())
    }

    pub(super) fn is_word(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|token| token.kind == Kind::Word)
    }

    pub(super) fn number(&self, ahead: usize) -> Option<Number> {
        let token = self.peek(ahead).filter(|token| token.kind == Kind::Number)?;
        Some(Number { value: token.word.parse().unwrap_or(u32::MAX), digits: token.word.len() })
    }

    /// Whether a token is there and joined to the one before it.
    pub(super) fn glued(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|token| !token.spaced)
    }

    /// Takes the longest entry that is here.
    pub(super) fn pick<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        let found = table.iter().filter_map(|(phrase, value)| Some((self.matches(phrase)?, *value)));
        let (length, value) = found.max_by_key(|(length, _)| *length)?;
        self.at += length;
        Some(value)
    }

    pub(super) fn take(&mut self, phrases: &[&str]) -> bool {
        let Some(length) = phrases.iter().filter_map(|phrase| self.matches(phrase)).max() else {
            return false;
        };
        self.at += length;
        true
    }

    /// How many tokens a phrase takes, if it is here.
    fn matches(&self, phrase: &str) -> Option<usize> {
        let mut length = 0;
        for word in phrase.split(' ') {
            if self.word(length) != word {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    pub(super) fn wrong(&self, from: usize, wrong: Wrong) -> WhenError {
        let start = self.tokens.get(from).map_or(0, |token| token.range.start);
        WhenError::new(wrong, start..self.end().max(start))
    }

    /// Reads as many pieces as there are.
    pub(super) fn spec(&mut self) -> Result<Option<Spec>, WhenError> {
        let mut spec = Spec::default();
        for _ in 0..PIECES_MAX {
            let from = self.at;
            if !self.led_piece(&mut spec)? {
                self.at = from;
                break;
            }
            let _ = self.take(TRAILS);
        }
        Ok((!spec.is_empty()).then_some(spec))
    }

    /// A piece, and what leads to it.
    fn led_piece(&mut self, spec: &mut Spec) -> Result<bool, WhenError> {
        if !spec.is_empty() {
            let _ = self.take(&[",", "("]);
        }
        let mut led = Led::default();
        for _ in 0..=LEADS_MAX {
            let from = self.at;
            let mut longer = spec.clone();
            if self.piece(led, &mut longer)? && self.ends_well() {
                longer.before |= led.before;
                *spec = longer;
                let _ = self.take(&[")"]);
                return Ok(true);
            }
            self.at = from;
            match self.pick(LEADS) {
                Some(Lead::At) => led.at = true,
                Some(Lead::Um) => (led.at, led.german) = (true, true),
                Some(Lead::On) => led.on = true,
                Some(Lead::By) => (led.on, led.at) = (true, led.at || !self.strict),
                Some(Lead::Before) => {
                    (led.on, led.at, led.before) = (true, led.at || !self.strict, true);
                }
                Some(Lead::Filler) => {}
                None => break,
            }
        }
        Ok(false)
    }

    fn piece(&mut self, led: Led, spec: &mut Spec) -> Result<bool, WhenError> {
        let from = self.at;
        if self.part(led, spec) {
            return Ok(true);
        }
        self.at = from;
        if spec.ahead.is_none() && !spec.has_time() && self.ahead(led, spec)? {
            return Ok(true);
        }
        self.at = from;
        if spec.day.is_none() && self.day(led, spec)? {
            return Ok(true);
        }
        self.at = from;
        if spec.weekday.is_none() && self.weekday(led, spec) {
            return Ok(true);
        }
        self.at = from;
        if spec.clock.is_none()
            && !spec.ahead.is_some_and(super::spec::Ahead::is_exact)
            && let Some(clock) = self.clock(led)?
        {
            spec.clock = Some(clock);
            return Ok(true);
        }
        Ok(false)
    }

    /// A piece ends where a word ends: not in `15:00-16:00`, `3d-print` or `at 3%`.
    fn ends_well(&self) -> bool {
        let Some(next) = self.peek(0).filter(|next| !next.spaced) else { return true };
        match (next.kind, next.word.as_str()) {
            (Kind::Word | Kind::Number, _) | (Kind::Mark, "%" | "€" | "$" | "£" | "°" | "@" | "_") => {
                false
            }
            (Kind::Mark, "-" | "–" | "/" | "." | "+" | "&" | "*" | "#" | "=") => !self.glued(1),
            (Kind::Mark, ":" | ",") => self.number(1).is_none() || !self.glued(1),
            (Kind::Mark, _) => true,
        }
    }

    fn part(&mut self, led: Led, spec: &mut Spec) -> bool {
        let from = self.at;
        let mut part = self.pick(PARTS_ALONE);
        // in a sentence, "morning" or "night" alone is anything
        let expected = spec.has_day() || spec.clock.is_some() || !self.strict || led.on;
        if part.is_none() && expected {
            let _ = self.take(SHADES);
            part = self.pick(PARTS);
        }
        // "morgen früh" has its own word; "heute morgen" has none
        if part.is_none() && spec.has_day() && self.take(&["morgen"]) {
            part = Some(Part::Morning);
        }
        // "first thing tomorrow morning" says the same twice
        if part.is_none() || spec.part.is_some_and(|known| Some(known) != part) {
            self.at = from;
            return false;
        }
        spec.part = part;
        true
    }

    fn ahead(&mut self, led: Led, spec: &mut Spec) -> Result<bool, WhenError> {
        let from = self.at;
        let within = self.pick(WITHIN);
        if within.is_none() && self.strict {
            return Ok(false);
        }
        let Some(length) = self.length(within.unwrap_or(false)) else { return Ok(false) };
        // "vor zwei Tagen", "two days ago"
        if led.before || within.is_none() && self.take(AGO) {
            return Err(self.wrong(from, Wrong::Past));
        }
        // "um drei Tage verschoben"
        if within.is_none() && (led.at || led.on) {
            return Ok(false);
        }
        spec.ahead = Some(length);
        Ok(true)
    }

    fn day(&mut self, led: Led, spec: &mut Spec) -> Result<bool, WhenError> {
        let from = self.at;
        if spec.part.is_none()
            && let Some((near, part)) = self.pick(NEAR_PARTS).or_else(|| self.compound(NEAR))
        {
            (spec.day, spec.part) = (Some(Day::Near(near)), Some(part));
            return Ok(true);
        }
        self.at = from;
        if let Some(near) = self.pick(NEAR) {
            spec.day = Some(Day::Near(near));
            return Ok(true);
        }
        self.at = from;
        let Some((day, clock)) = self.date(led)? else { return Ok(false) };
        if clock.is_some() && spec.clock.is_some() {
            return Err(self.wrong(from, Wrong::Contradiction));
        }
        spec.day = Some(day);
        spec.clock = clock.or(spec.clock);
        Ok(true)
    }

    /// "Freitagabend", "morgenfrüh": the day and its part in one word.
    fn compound<T: Copy>(&mut self, days: &[(&str, T)]) -> Option<(T, Part)> {
        let word = self.word(0);
        let found = days.iter().find_map(|(day, value)| {
            let part = word.strip_prefix(day)?;
            let part = if part == "morgen" { "morgens" } else { part };
            let (_, part) = PARTS.iter().find(|(name, _)| *name == part)?;
            Some((*value, *part))
        })?;
        self.at += 1;
        Some(found)
    }

    fn weekday(&mut self, led: Led, spec: &mut Spec) -> bool {
        let which = self.pick(WHICH);
        let day = if let Some(day) = self.pick(WEEKDAYS) {
            Some(day)
        } else if let Some((day, part)) = self.compound(WEEKDAYS).filter(|_| spec.part.is_none()) {
            spec.part = Some(part);
            Some(day)
        } else {
            self.short_weekday(led.on || which.is_some())
        };
        spec.weekday = day.map(|day| (day, which.unwrap_or(Which::Coming)));
        day.is_some()
    }

    /// `Fr`, `Mon`: "so" and "do" are words as well, "Fr." may be a Mrs, and in a sentence the others may be anything.
    fn short_weekday(&mut self, led: bool) -> Option<Weekday> {
        let ambiguous = matches!((self.word(0), self.word(1)), ("do" | "so", _) | ("fr", "."));
        let day = self.pick(WEEKDAYS_SHORT)?;
        let dot = usize::from(self.word(0) == "." && self.glued(0));
        let clock = matches!(self.word(dot + 1), ":" | "." | "uhr" | "am" | "pm");
        let timed = self.number(dot).is_some() && clock || matches!(self.word(dot), "um" | "at");
        let alone = self.tokens.len() == self.at + dot && !self.strict;
        if (ambiguous || self.strict) && !(led || timed || alone) {
            return None;
        }
        // the dot of the abbreviation; a sentence's own dot stays
        if timed || !self.strict {
            self.skip(dot);
        }
        Some(day)
    }
}
