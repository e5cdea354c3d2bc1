//! What an expression says about a time, before it is known when "now" is.

use super::days::{Near, Part};
use super::words::Which;
use jiff::civil::Weekday;

/// Each part of an expression at most once. Empty parts are what people left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(super) weekday: Option<(Weekday, Which)>,
    pub(super) day: Option<Day>,
    pub(super) ahead: Option<Ahead>,
    pub(super) clock: Option<Clock>,
    pub(super) part: Option<Part>,
    /// "before Friday".
    pub(super) before: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Near(Near),
    Date { year: Option<i16>, month: i8, day: i8 },
    OfMonth(i8),
}

/// A length from now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ahead {
    pub(super) seconds: i64,
    pub(super) days: i64,
    pub(super) working_days: i64,
    pub(super) months: i64,
}

/// A time of day, in range: up to 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: i8,
    pub(super) minute: i8,
    /// One digit without "am" or "pm".
    pub(super) loose: bool,
}

impl Ahead {
    /// Whether it is a matter of hours rather than of days.
    pub(super) const fn is_exact(self) -> bool {
        self.seconds > 0
    }
}

impl Spec {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self { before: self.before, ..Self::default() }
    }

    /// Whether a day is named, so that "morgen" may be a morning.
    pub(super) const fn has_day(&self) -> bool {
        self.weekday.is_some() || self.day.is_some() || self.ahead.is_some()
    }

    /// Whether a time of day or a part of the day is named.
    pub(super) const fn has_time(&self) -> bool {
        self.clock.is_some() || self.part.is_some() || matches!(self.ahead, Some(ahead) if ahead.is_exact())
    }

    /// Both together, when one says the day and the other the time.
    pub(crate) fn joined(&self, other: &Self) -> Option<Self> {
        let (day, time) = if self.has_day() { (self, other) } else { (other, self) };
        let parts_fit = day.has_day() && !day.has_time() && time.has_time() && !time.has_day();
        parts_fit.then(|| Self { clock: time.clock, part: time.part, ..day.clone() })
    }
}
