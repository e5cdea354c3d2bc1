//! Dates and times as iCalendar writes them, and what another clock shows then.

use super::line::Property;
use super::{IcalError, IcalProblem, error};
use crate::calendar::hours::echo;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use std::ops::Range;

/// A date, or a date and a time.
#[derive(Clone)]
pub(super) struct Moment {
    /// As it is written; a date alone is its midnight.
    pub(super) at: DateTime,
    /// Whether there is a time.
    pub(super) timed: bool,
    /// Where the clock hangs that shows the time, if that is said.
    pub(super) zone: Option<TimeZone>,
}

impl Moment {
    /// `20261225`, `20261225T080000` or `20261225T080000Z`.
    pub(super) fn read(value: &str) -> Option<Self> {
        let (date, time) = value.split_once('T').map_or((value, None), |(date, time)| (date, Some(time)));
        let date = read_date(date)?;
        let Some(time) = time else {
            return Some(Self { at: date.to_datetime(Time::midnight()), timed: false, zone: None });
        };
        let utc = time.strip_suffix('Z');
        let time = read_time(utc.unwrap_or(time))?;
        Some(Self { at: date.to_datetime(time), timed: true, zone: utc.map(|_| TimeZone::UTC) })
    }

    /// One of a property, with the zone that is given for it.
    pub(super) fn of(
        property: &Property,
        value: &str,
        named: &dyn Fn(&str) -> Option<TimeZone>,
    ) -> Result<Self, IcalError> {
        let wrong = || IcalProblem::NotADate { name: property.name.clone(), value: echo(value) };
        let mut moment = Self::read(value.trim()).ok_or_else(|| error(property.line, wrong()))?;
        // a day is the same everywhere
        if let Some(name) = property.zone.as_deref().filter(|_| moment.timed && moment.zone.is_none()) {
            let unknown = || error(property.line, IcalProblem::NotAZone(echo(name)));
            moment.zone = Some(named(name).ok_or_else(unknown)?);
        }
        Ok(moment)
    }

    /// What a clock in `zone` shows then, where times without a zone are shown by one in `own`.
    pub(super) fn shown(&self, zone: &TimeZone, own: &TimeZone) -> DateTime {
        if self.timed { shown(self.at, self.zone.as_ref().unwrap_or(own), zone) } else { self.at }
    }
}

/// What a clock in one zone shows when one in another shows `at`.
pub(super) fn shown(at: DateTime, from: &TimeZone, to: &TimeZone) -> DateTime {
    if from == to {
        return at;
    }
    // at the ends of time there is no holiday that anybody asks for
    at.to_zoned(from.clone()).map_or(at, |zoned| zoned.with_time_zone(to.clone()).datetime())
}

fn read_time(text: &str) -> Option<Time> {
    let part = |range| number(text, 6, range);
    let (hour, minute, second) = (part(0..2)?, part(2..4)?, part(4..6)?);
    // a leap second is still in its minute
    let second = i8::try_from(second).ok()?.min(59);
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, second, 0).ok()
}

fn read_date(text: &str) -> Option<Date> {
    let part = |range| number(text, 8, range);
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A part of a row of `length` digits.
fn number(text: &str, length: usize, range: Range<usize>) -> Option<i16> {
    let fits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.get(range)?.parse().ok() } else { None }
}
