//! Working time: when a desk works, when a span of working time is over, and how much of it lies between two instants.
//!
//! One rule decides everything: **a moment is working time when the clock on the wall of the calendar's zone shows a time
//! within the hours of that day.** What follows from it:
//!
//! - An interval belongs to the day it starts on, also where it runs over midnight. A holiday takes away what starts on
//!   it; what started the evening before is worked to its end.
//! - When clocks go forward, the hour that does not exist does not count, and hours that begin or end in it begin or end
//!   at the change. When they go back, the repeated hour counts twice, as far as it is within the hours.
//! - A span that is used up on a closing edge is due at that edge. A span of nothing is due at once, or at the next
//!   opening.
//!
//! Nothing here looks at a clock or a file. A calendar that would never open is refused when it is made, so that every
//! search ends: after at most a year without working time, or where instants end, in the year 9999.

mod due;
mod error;
mod hours;
mod ical;
mod walk;

#[cfg(test)]
mod tests;

pub use due::{Due, Leg};
pub use error::CalendarError;
pub use hours::{HoursError, Interval, Week, weekdays};
pub use ical::{IcalError, IcalProblem, holidays_from_ical};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use walk::{Day, Walk};

/// The most dates with hours of their own, holidays among them.
pub const DATES_MAX: usize = 20_000;
/// The longest a calendar may be closed, in days.
const CLOSED_MAX: i64 = 365;

/// What a calendar is made of.
#[derive(Debug, Clone)]
pub struct Plan {
    /// A name of one's own.
    pub name: String,
    /// Where the clock hangs that the hours are read from.
    pub zone: TimeZone,
    /// The hours of a week without holidays.
    pub week: Week,
    /// Days on which no work begins, with what they are called.
    pub holidays: BTreeMap<Date, String>,
    /// Days with hours of their own, whatever the week and the holidays say.
    pub special_days: BTreeMap<Date, Vec<Interval>>,
}

/// When a desk works.
#[derive(Debug, Clone)]
pub struct Calendar {
    name: String,
    zone: TimeZone,
    week: Week,
    /// Days that are not as the week has them, by their number.
    dates: BTreeMap<i64, Exception>,
    /// Whether nothing is ever closed.
    always: bool,
    /// The working time of a week without exceptions, in seconds; never 0.
    week_seconds: i64,
}

#[derive(Debug, Clone)]
enum Exception {
    Holiday(Date, String),
    Special(Date, Vec<Interval>),
}

impl Calendar {
    /// A calendar after a plan.
    ///
    /// # Errors
    /// When it would not be open once within a year, or has more than [`DATES_MAX`] dates.
    pub fn new(plan: Plan) -> Result<Self, CalendarError> {
        let Plan { name, zone, week, holidays, special_days } = plan;
        let count = holidays.keys().chain(special_days.keys()).collect::<BTreeSet<_>>().len();
        if count > DATES_MAX {
            return Err(CalendarError::ManyDates { name, count });
        }
        let week_seconds = week.seconds();
        if week_seconds == 0 {
            return Err(CalendarError::NoHours { name });
        }
        let mut dates: BTreeMap<i64, Exception> = holidays
            .into_iter()
            .map(|(date, called)| (walk::number(date), Exception::Holiday(date, called)))
            .collect();
        let special = special_days.into_iter();
        dates.extend(
            special
                .map(|(date, hours)| (walk::number(date), Exception::Special(date, hours::merged(&hours)))),
        );
        let always = dates.is_empty() && week_seconds == 7 * 86_400;
        let calendar = Self { name, zone, week, dates, always, week_seconds };
        match calendar.closed_too_long() {
            Some((from, to)) => Err(CalendarError::ClosedForAYear { name: calendar.name, from, to }),
            None => Ok(calendar),
        }
    }

    /// Open at every moment.
    #[must_use]
    pub fn always(name: impl Into<String>, zone: TimeZone) -> Self {
        let (week, dates) = (Week::whole(), BTreeMap::new());
        let week_seconds = week.seconds();
        Self { name: name.into(), zone, week, dates, always: true, week_seconds }
    }

    /// A name of one's own.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is open at every moment.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        self.always
    }

    /// Where the clock hangs that the hours are read from.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The hours of a week without holidays.
    #[must_use]
    pub fn week(&self) -> &Week {
        &self.week
    }

    /// The holidays in order, with what they are called.
    pub fn holidays(&self) -> impl Iterator<Item = (Date, &str)> {
        self.dates.values().filter_map(|exception| match exception {
            Exception::Holiday(date, called) => Some((*date, called.as_str())),
            Exception::Special(..) => None,
        })
    }

    /// Whether a moment is working time. A closing edge is not.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.always || Walk::new(self, at).find_map(walk::Stretch::open).is_some_and(|(from, _)| from == at)
    }

    /// The first moment of working time from `at` on: `at` itself when it is open. [`Timestamp::MAX`] when there is none
    /// before the end of all instants.
    #[must_use]
    pub fn opens(&self, at: Timestamp) -> Timestamp {
        if self.always {
            return at;
        }
        Walk::new(self, at).find_map(walk::Stretch::open).map_or(Timestamp::MAX, |(from, _)| from)
    }

    /// The working time between two instants; less than zero when `to` is before `from`.
    #[must_use]
    pub fn working(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        if to < from { -due::working(self, to, from) } else { due::working(self, from, to) }
    }

    /// When a span of working time that begins at `from` is over, and the way there. A span below zero is none.
    ///
    /// What would be due after the end of all instants is due at that end.
    #[must_use]
    pub fn due(&self, from: Timestamp, span: SignedDuration) -> Due {
        let mut way = Vec::new();
        let at = due::due(self, from, span, &mut |leg| way.push(leg));
        Due { at, way: due::joined(way) }
    }

    /// As [`Calendar::due`], without the way there.
    #[must_use]
    pub fn due_at(&self, from: Timestamp, span: SignedDuration) -> Timestamp {
        due::due(self, from, span, &mut |_| {})
    }

    /// When it is open, as text: another one for any other hours, dates or zone.
    pub(crate) fn outline(&self) -> String {
        let zone = self.zone.iana_name().map_or_else(|| format!("{:?}", self.zone), str::to_owned);
        let hours = |hours: &[Interval]| hours.iter().map(|hours| hours.seconds()).collect::<Vec<_>>();
        let week = hours::DAYS.map(|(_, day)| hours(self.week.on(day)));
        let dates = self.dates.iter().map(|(number, exception)| match exception {
            Exception::Holiday(..) => (*number, None),
            Exception::Special(_, special) => (*number, Some(hours(special))),
        });
        format!("{zone} {week:?} {:?}", dates.collect::<Vec<_>>())
    }

    /// The hours of a day by its number.
    fn day(&self, number: i64) -> Day<'_> {
        let usual = || self.week.on(walk::weekday(number));
        match self.dates.get(&number) {
            None => Day { hours: usual(), off: None },
            Some(Exception::Special(date, hours)) if hours.is_empty() => {
                Day { hours: usual(), off: Some((*date, None)) }
            }
            Some(Exception::Special(_, hours)) => Day { hours, off: None },
            Some(Exception::Holiday(date, called)) => {
                Day { hours: usual(), off: Some((*date, Some(called))) }
            }
        }
    }

    /// The number of the first day from `number` on that is not as the week has it.
    fn next_exception(&self, number: i64) -> Option<i64> {
        self.dates.range(number..).next().map(|(number, _)| *number)
    }

    /// The first stretch of more than [`CLOSED_MAX`] days on which no work begins.
    fn closed_too_long(&self) -> Option<(Date, Date)> {
        let mut closed_since = None;
        let mut next = self.next_exception(i64::MIN);
        while let Some(exception) = next {
            // the week alone is never closed for longer than six days
            let mut number = exception - 7;
            let mut last = exception;
            while number <= last + 7 {
                if self.dates.contains_key(&number) {
                    last = number;
                }
                let day = self.day(number);
                if day.off.is_none() && !day.hours.is_empty() {
                    closed_since = None;
                } else {
                    let since = *closed_since.get_or_insert(number);
                    if number - since >= CLOSED_MAX {
                        return Some((walk::date(since), walk::date(number)));
                    }
                }
                number += 1;
            }
            next = self.next_exception(number);
        }
        None
    }
}
