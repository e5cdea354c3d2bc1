//! Lengths of time alone, as in `!snooze 2h`.
//!
//! The configuration reads its own, stricter form (`15m`, `1d 12h`, never "2 Stunden"): a file is written once and
//! checked, a command is typed in a hurry.

use super::read::Reader;
use super::token::tokens;
use super::words::WITHIN;
use super::wrong::{WhenError, Wrong};
use super::{TOKENS_MAX, YEARS_MAX};
use jiff::SignedDuration;

/// Reads a length of time: `2h`, `1h30`, `90 min`, "2 Stunden", `1d` (24 hours), `1w` (seven times that).
///
/// # Errors
/// What is not one; months and working days, which have no fixed length; zero; more than two years.
pub fn span(text: &str) -> Result<SignedDuration, WhenError> {
    let wrong = |wrong| WhenError::new(wrong, 0..text.len());
    let tokens = tokens(text, TOKENS_MAX);
    let mut reader = Reader::new(&tokens, false);
    let _ = reader.take(&["for", "fuer", "um"]);
    let bare = reader.pick(WITHIN).unwrap_or(false);
    let length =
        reader.length(bare).filter(|_| reader.is_done()).ok_or_else(|| wrong(Wrong::NotUnderstood))?;
    if length.months + length.working_days != 0 {
        return Err(wrong(Wrong::NotUnderstood));
    }
    let seconds = length.days * 86_400 + length.seconds;
    match seconds {
        0 => Err(wrong(Wrong::Past)),
        _ if seconds > i64::from(YEARS_MAX) * 366 * 86_400 => Err(wrong(Wrong::TooFar)),
        _ => Ok(SignedDuration::from_secs(seconds)),
    }
}
