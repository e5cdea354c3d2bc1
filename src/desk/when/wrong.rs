//! What is wrong with a time. Holds places in the text, never its words: errors are logged, words of people are not.

use std::ops::Range;
use thiserror::Error;

/// Times that are understood, for whoever is told that theirs was not.
pub const EXAMPLES: [&str; 5] = ["2h", "in 3 days", "tomorrow 15:00", "Freitag", "24.12. 9 Uhr"];

/// How much of a text is shown as not understood, in characters.
const QUOTE_MAX: usize = 40;

/// Why a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing that names a time.
    NotUnderstood,
    /// No such time of day, e.g. 25:00.
    NoSuchTime,
    /// No such date, e.g. the 31st of February.
    NoSuchDate,
    /// The date is not on that weekday, or two days are named that are not the same.
    Contradiction,
    /// Not after now.
    Past,
    /// More than [`YEARS_MAX`](super::YEARS_MAX) years ahead.
    TooFar,
}

/// A time that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("read the time: {}; examples: {}", self.wrong.words(), EXAMPLES.join(", "))]
pub struct WhenError {
    /// Why.
    pub wrong: Wrong,
    /// Which bytes of the text.
    pub at: Range<usize>,
}

impl Wrong {
    const fn words(self) -> &'static str {
        match self {
            Self::NotUnderstood => "it names none that is understood",
            Self::NoSuchTime => "there is no such time of day",
            Self::NoSuchDate => "there is no such date",
            Self::Contradiction => "the days it names are not the same",
            Self::Past => "it is not in the future",
            Self::TooFar => "it is more than two years ahead",
        }
    }
}

impl WhenError {
    pub(super) const fn new(wrong: Wrong, at: Range<usize>) -> Self {
        Self { wrong, at }
    }

    pub(super) const fn shifted(self, by: usize) -> Self {
        Self { wrong: self.wrong, at: self.at.start + by..self.at.end + by }
    }

    /// The words of `text` that were not understood, cut to what fits into a sentence. `text` is what was read.
    #[must_use]
    pub fn quote<'a>(&self, text: &'a str) -> &'a str {
        let words = text.get(self.at.clone()).unwrap_or(text).trim();
        let end = words.char_indices().nth(QUOTE_MAX).map_or(words.len(), |(end, _)| end);
        words.get(..end).unwrap_or(words).trim_end()
    }
}
