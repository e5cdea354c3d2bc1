//! Times as people say them: `2h`, "in zwei Stunden", "tomorrow 15:00", "bis Freitag", "24.12." become instants.
//!
//! German and English are both understood, whatever the desk's language: a team has both. Pure: what "now" is and where,
//! the caller says. Nothing is guessed from a text that is not understood; the error says which words they were.
//!
//! What is meant where people leave something out:
//!
//! * A day without a time of day means [`DAY_END`] on that day; on the day itself, once that is past, its midnight.
//!   A week means its Friday (on a weekend its Sunday), a month its last day. "Before Friday" is the day before.
//! * A time of day without a day means today, or tomorrow when it has passed.
//! * A weekday is the next one strictly after today; it is today when a time of day is given that is still to come.
//!   "next Friday" is never today. It is the same day as "Friday", not the one after.
//! * A date without a year is the next such date. A date and a weekday together must agree.
//! * One to six o'clock, written with one digit and without "am" or "pm", is the afternoon unless a part of the day is
//!   named: nobody is called back at three in the night. `03:00` is the night.
//! * Parts of the day end at [`FORENOON`], [`NOON`], [`DAY_END`] and so on: a promise "in the afternoon" is due at its end.
//! * Days, weeks and months from now are calendar days at the same time of day; hours and minutes are elapsed time.
//!   Working days are Monday to Friday; no holiday is known here.
//! * A time that a change to summer time skips is moved forward by the gap; one that occurs twice is the earlier one.

mod clock;
mod date;
mod days;
mod length;
mod read;
mod resolve;
mod span;
mod spec;
pub(crate) mod token;
mod words;
mod wrong;

pub use span::span;
pub use wrong::{EXAMPLES, WhenError, Wrong};

pub(crate) use read::scan;
pub(crate) use spec::Spec;

use jiff::civil::{Time, time};
use jiff::{Timestamp, Zoned};
use read::Reader;

/// When a day is over that is named without a time of day, and what "end of day" and "Feierabend" mean.
pub const DAY_END: Time = time(17, 0, 0, 0);
/// "in the morning", "früh": at the start of work, because who says it means early.
pub const MORNING: Time = time(9, 0, 0, 0);
/// "vormittags".
pub const FORENOON: Time = time(12, 0, 0, 0);
/// "noon", "mittags".
pub const NOON: Time = time(12, 0, 0, 0);
/// "in the evening", "tonight", "heute Abend".
pub const EVENING: Time = time(20, 0, 0, 0);
/// "at night".
pub const NIGHT: Time = time(22, 0, 0, 0);
/// How far ahead a time may lie. What lies further is a slip of the pen, not a plan.
pub const YEARS_MAX: i32 = 2;

/// How many words and numbers an expression may have, twice over.
const TOKENS_MAX: usize = 48;

/// A time at the start of a text.
#[derive(Clone, PartialEq, Eq)]
pub struct When<'a> {
    /// The instant, after `now` and at most [`YEARS_MAX`] years later.
    pub at: Timestamp,
    /// Whether a time of day or an exact length was given. If not, only the day was meant, and `at` is its end.
    pub exact: bool,
    /// The text behind the time, without what parts the two.
    pub rest: &'a str,
}

/// Reads the time that a text starts with.
///
/// # Errors
/// What was not understood, or cannot be: see [`Wrong`].
pub fn parse<'a>(text: &'a str, now: &Zoned) -> Result<When<'a>, WhenError> {
    let start = text.len() - text.trim_start().len();
    let line = text.get(start..).and_then(|text| text.lines().next()).unwrap_or_default();
    let tokens = token::tokens(line, TOKENS_MAX);
    let shifted = |error: WhenError| error.shifted(start);
    let mut reader = Reader::new(&tokens, false);
    let Some(spec) = reader.spec().map_err(shifted)? else {
        return Err(WhenError::new(Wrong::NotUnderstood, start..start + line.trim_end().len()));
    };
    let end = reader.end();
    let (at, exact) = spec.resolve(now).map_err(|wrong| WhenError::new(wrong, 0..end)).map_err(shifted)?;
    Ok(When { at, exact, rest: without_separator(text.get(start + end..).unwrap_or_default()) })
}

/// What stands between a time and what it is about belongs to neither.
fn without_separator(rest: &str) -> &str {
    let rest = rest.trim_start();
    let stripped = rest.strip_prefix([',', ';', ':', '–', '—', ')']).or_else(|| {
        let after = rest.strip_prefix(['-', '.', '!'])?;
        (after.is_empty() || after.starts_with(char::is_whitespace)).then_some(after)
    });
    stripped.unwrap_or(rest).trim_start()
}

#[cfg(test)]
mod tests;
