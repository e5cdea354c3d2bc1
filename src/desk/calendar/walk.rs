//! From the face of a clock to instants: the stretches of working time after a moment, one after the other.
//!
//! Between two changes of a zone's clocks, a time on the clock is an instant and the other way round. So the walk goes
//! from change to change, and within each from day to day: hours are shifted by the offset in force and cut at the
//! changes. What a change leaves out or repeats comes out right by itself.

use super::{Calendar, Interval};
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

/// Seconds of a day on the face of a clock.
const DAY: i64 = 86_400;
/// The day with the number 0, a Thursday.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The number of a day.
pub(super) fn number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

/// The day of a number; the first or the last there is when it is out of bounds.
pub(super) fn date(number: i64) -> Date {
    let seconds = number.saturating_mul(DAY);
    let end = if number < 0 { Date::MIN } else { Date::MAX };
    EPOCH.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(end)
}

/// Which day of the week it is.
pub(super) fn weekday(number: i64) -> Weekday {
    let (_, day) = super::hours::DAYS[usize::try_from((number + 3).rem_euclid(7)).unwrap_or(0)];
    day
}

/// One day of a calendar.
#[derive(Clone, Copy)]
pub(super) struct Day<'a> {
    /// When it is worked, or would be, were it not off.
    pub(super) hours: &'a [Interval],
    /// Which day off it is, if it is one: a holiday with what it is called, or a special day without hours.
    pub(super) off: Option<(Date, Option<&'a str>)>,
}

/// A time without a change of clocks.
#[derive(Clone, Copy)]
pub(super) struct Season {
    /// The change that ends it, in seconds; beyond all instants when there is none.
    pub(super) end: i64,
    /// How far the clock is ahead of UTC, in seconds.
    pub(super) offset: i64,
}

impl Season {
    /// The one that a second belongs to.
    pub(super) fn at(calendar: &Calendar, second: i64) -> Self {
        let instant = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
        let offset = i64::from(calendar.zone.to_offset(instant).seconds());
        let next = calendar.zone.following(instant).next();
        Self { end: next.map_or(i64::MAX, |change| change.timestamp().as_second()), offset }
    }

    /// The number of the day on which the clock shows a second.
    pub(super) fn day(&self, second: i64) -> i64 {
        (second + self.offset).div_euclid(DAY)
    }
}

/// The whole second that an instant is in.
pub(super) fn second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

/// A part of the time line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch<'a> {
    /// Working time.
    Open(Timestamp, Timestamp),
    /// A day off that took away working time here, with its name if it is a holiday. Comes before what is open after it.
    Off(Date, Option<&'a str>),
}

impl Stretch<'_> {
    /// From and to, when it is working time.
    pub(super) fn open(self) -> Option<(Timestamp, Timestamp)> {
        match self {
            Self::Open(from, to) => Some((from, to)),
            Self::Off(..) => None,
        }
    }
}

/// The stretches after a moment, in order. Open ones never overlap; they may touch, as at midnight or at a change.
pub(super) struct Walk<'a> {
    calendar: &'a Calendar,
    /// Where it began.
    from: Timestamp,
    /// Until where everything was handed out, in seconds.
    until: i64,
    season: Season,
    /// The day that is walked through, by its number.
    day: i64,
    today: Day<'a>,
    /// The next of its intervals.
    next: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(calendar: &'a Calendar, from: Timestamp) -> Self {
        let until = second(from);
        let season = Season::at(calendar, until);
        // hours of the day before may reach over midnight
        let day = season.day(until) - 1;
        Self { calendar, from, until, season, day, today: calendar.day(day), next: 0 }
    }

    /// Goes to the next day, or over a change of clocks. `false` at the end of all instants.
    fn advance(&mut self) -> bool {
        self.next = 0;
        self.day += 1;
        let last = second(Timestamp::MAX);
        let begins = self.day * DAY - self.season.offset;
        if begins >= self.season.end {
            if self.season.end >= last {
                return false;
            }
            let change = self.season.end;
            self.season = Season::at(self.calendar, change);
            self.until = self.until.max(change);
            self.day = self.season.day(change) - 1;
        } else if begins >= last {
            return false;
        }
        self.today = self.calendar.day(self.day);
        true
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Stretch<'a>;

    fn next(&mut self) -> Option<Stretch<'a>> {
        loop {
            let Some(interval) = self.today.hours.get(self.next) else {
                if self.advance() {
                    continue;
                }
                return None;
            };
            self.next += 1;
            let midnight = self.day * DAY - self.season.offset;
            let (start, end) = interval.seconds();
            let (start, end) = ((midnight + start).max(self.until), (midnight + end).min(self.season.end));
            if start >= end {
                continue;
            }
            if let Some((date, called)) = self.today.off {
                return Some(Stretch::Off(date, called));
            }
            self.until = end;
            let from = Timestamp::from_second(start).unwrap_or(Timestamp::MAX).max(self.from);
            let to = Timestamp::from_second(end).unwrap_or(Timestamp::MAX);
            if from < to {
                return Some(Stretch::Open(from, to));
            }
        }
    }
}
