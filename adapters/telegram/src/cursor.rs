//! Where we are in the bot's updates. Pure.
//!
//! Telegram numbers updates upwards, keeps those that nobody fetched for a day, and begins at a random number after a
//! week without any. So the cursor says when it was there last, and how old its number is.

use jiff::{SignedDuration, Timestamp};
use port::Cursor;
use serde::{Deserialize, Serialize};

/// How long Telegram keeps what nobody fetched.
const RETENTION: SignedDuration = SignedDuration::from_hours(24);
/// How long a number is good for; a day less than Telegram says.
const OFFSET_AGE_MAX: SignedDuration = SignedDuration::from_hours(6 * 24);
/// How often it is kept that nothing came.
const REFRESH: SignedDuration = SignedDuration::from_hours(1);

/// A position in the bot's updates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The first update that is not kept yet; nothing at the very start.
    #[serde(default)]
    offset: Option<i64>,
    /// When that number was learned, in seconds.
    #[serde(default)]
    learned: i64,
    /// When the server last answered, in seconds, as far as it was kept.
    #[serde(default)]
    at: i64,
}

impl Position {
    /// The position that a cursor says; the very start when it says none.
    pub(crate) fn of(cursor: &Cursor) -> Self {
        serde_json::from_str(&cursor.0).unwrap_or_default()
    }

    pub(crate) fn cursor(&self) -> Cursor {
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }

    /// What to ask for. An old number is not used: the updates of today may have lower ones.
    pub(crate) fn offset(&self, now: Timestamp) -> Option<i64> {
        self.offset.filter(|_| since(self.learned, now) < OFFSET_AGE_MAX)
    }

    /// Where we are after an answer whose highest update is `last`.
    pub(crate) fn after(&self, last: Option<i64>, now: Timestamp) -> Self {
        let at = now.as_second();
        match last {
            Some(last) => Self { offset: Some(last.saturating_add(1)), learned: at, at },
            None => Self { at, ..self.clone() },
        }
    }

    /// Whether it is worth keeping that nothing came.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        since(self.at, now) >= REFRESH
    }

    /// When we were there last, if something may have been dropped since.
    pub(crate) fn gap(&self, now: Timestamp) -> Option<Timestamp> {
        let at = Timestamp::from_second(self.at).ok().filter(|_| self.at > 0)?;
        (since(self.at, now) > RETENTION).then_some(at)
    }
}

fn since(at: i64, now: Timestamp) -> SignedDuration {
    SignedDuration::from_secs(now.as_second().saturating_sub(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    const HOUR: i64 = 3_600;
    const START: i64 = 1_800_000_000;

    #[test]
    fn a_position_survives_being_kept() {
        let position = Position::default().after(Some(7), at(START));
        assert_eq!(Position::of(&position.cursor()), position);
        assert_eq!(position.offset(at(START)), Some(8));
        assert_eq!(Position::of(&Cursor::default()).offset(at(START)), None);
        assert_eq!(Position::of(&Cursor("something else".to_owned())), Position::default());
    }

    #[test]
    fn a_number_is_used_for_six_days_after_the_last_update() {
        let position =
            Position::default().after(Some(7), at(START)).after(None, at(START + 6 * 24 * HOUR - 2));
        assert_eq!(position.offset(at(START + 6 * 24 * HOUR - 1)), Some(8));
        assert_eq!(position.offset(at(START + 6 * 24 * HOUR)), None);
    }

    #[test]
    fn a_gap_is_a_day_without_an_answer() {
        let position = Position::default().after(None, at(START));
        assert_eq!(position.gap(at(START + 24 * HOUR)), None);
        assert_eq!(position.gap(at(START + 24 * HOUR + 1)), Some(at(START)));
        assert_eq!(Position::default().gap(at(START)), None, "the very start is none");
        assert!(!position.is_stale(at(START + HOUR - 1)));
        assert!(position.is_stale(at(START + HOUR)));
    }
}
