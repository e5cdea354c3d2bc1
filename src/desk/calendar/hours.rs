//! The hours of a day and of a week, as people write them: `08:00-17:00`, `22:00-06:00`, `mon-fri`.
//!
//! Knows no dates and no zones: an interval is a stretch on the face of a clock.

use jiff::civil::Weekday;
use std::fmt;
use std::str::FromStr;

/// Minutes of a day.
const DAY: i32 = 24 * 60;
/// The days of a week as they are written, in order.
pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];
/// How much of a wrong word is repeated, in characters.
const ECHO_MAX: usize = 30;

/// What cannot be read as hours or days. Each is the rest of a sentence and says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// It is not two times with a `-` between them.
    #[error("\"{0}\" is not from one time to another: write it like \"08:00-17:00\"")]
    Form(String),
    /// One of the two is not a time.
    #[error("\"{0}\" is not a time of day: hours go from 00 to 23 and minutes from 00 to 59, like \"08:30\"")]
    Time(String),
    /// Nothing begins at 24:00.
    #[error("\"{0}\" begins at 24:00: write it on the next day, from 00:00")]
    LateStart(String),
    /// It ends where it begins: nobody can tell nothing from a whole day.
    #[error(
        "\"{0}\" ends where it begins: a whole day is \"00:00-24:00\", and a day without hours is left out"
    )]
    Empty(String),
    /// It is neither a day nor two days with a `-` between them.
    #[error(
        "\"{0}\" is not a day of the week: write mon, tue, wed, thu, fri, sat or sun, or from one to another like mon-fri"
    )]
    Day(String),
    /// A day's hours are written in two places.
    #[error("{0} has hours already: write each day once, e.g. mon-thu and fri")]
    Twice(&'static str),
}

/// A stretch of hours, from its start to just before its end. As it is written it is longer than nothing and at most 24
/// hours; one that ends at or before its start runs into the next day, and belongs to the day it starts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// Minutes from midnight, 0 to 1439.
    start: i32,
    /// Minutes from the same midnight, up to 2879.
    end: i32,
}

impl Interval {
    /// Midnight to midnight.
    pub const WHOLE_DAY: Self = Self { start: 0, end: DAY };

    /// Seconds from the midnight it is counted from.
    pub(super) fn seconds(self) -> (i64, i64) {
        (i64::from(self.start) * 60, i64::from(self.end) * 60)
    }
}

impl FromStr for Interval {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let (start, end) = text.split_once(['-', '–']).ok_or_else(|| HoursError::Form(echo(text)))?;
        let (start, end) = (minutes(start)?, minutes(end)?);
        match (start, end) {
            (DAY, _) => Err(HoursError::LateStart(echo(text))),
            _ if start == end => Err(HoursError::Empty(echo(text))),
            _ if end < start => Ok(Self { start, end: end + DAY }),
            _ => Ok(Self { start, end }),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.end > DAY { self.end - DAY } else { self.end };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.start / 60, self.start % 60, end / 60, end % 60)
    }
}

/// Minutes from midnight; 24:00 is the end of the day.
fn minutes(text: &str) -> Result<i32, HoursError> {
    let text = text.trim();
    let wrong = || HoursError::Time(echo(text));
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) || minute.len() != 2 || !(1..=2).contains(&hour.len()) {
        return Err(wrong());
    }
    let hour: i32 = hour.parse().map_err(|_| wrong())?;
    let minute: i32 = minute.parse().map_err(|_| wrong())?;
    let minutes = hour * 60 + minute;
    if minute < 60 && minutes <= DAY { Ok(minutes) } else { Err(wrong()) }
}

/// Reads `fri` or `mon-fri`; `sat-mon` goes over the end of the week. In order, each once.
pub fn weekdays(text: &str) -> Result<Vec<Weekday>, HoursError> {
    let wrong = || HoursError::Day(echo(text));
    let day = |name: &str| DAYS.iter().position(|(known, _)| *known == name).ok_or_else(wrong);
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (day(first)?, day(last)?),
        None => (day(text)?, day(text)?),
    };
    let length = (last + 7 - first) % 7 + 1;
    Ok(DAYS.iter().cycle().skip(first).take(length).map(|(_, day)| *day).collect())
}

/// The hours of each day of a week. Intervals that touch or overlap on one day are one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Week([Option<Vec<Interval>>; 7]);

impl Week {
    /// No hours at all, to be filled with [`Week::set`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every hour of every day.
    #[must_use]
    pub fn whole() -> Self {
        Self(std::array::from_fn(|_| Some(vec![Interval::WHOLE_DAY])))
    }

    /// Gives days their hours.
    ///
    /// # Errors
    /// [`HoursError::Twice`] when one of them has some already; then none is changed.
    pub fn set(&mut self, days: &[Weekday], hours: &[Interval]) -> Result<(), HoursError> {
        for day in days {
            if self.at(*day).is_some() {
                return Err(HoursError::Twice(day_name(*day)));
            }
        }
        for day in days {
            if let Some(place) = self.0.get_mut(index(*day)) {
                *place = Some(merged(hours));
            }
        }
        Ok(())
    }

    /// The hours of a day, in order.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &[Interval] {
        self.at(day).map_or(&[], Vec::as_slice)
    }

    fn at(&self, day: Weekday) -> Option<&Vec<Interval>> {
        self.0.get(index(day)).and_then(Option::as_ref)
    }

    /// How long is worked in a week in which no clock is changed, in seconds.
    pub(super) fn seconds(&self) -> i64 {
        let mut worked = 0;
        let mut until = 0;
        // two weeks, of which the first only reaches over into the second
        for day in 0..14_i64 {
            let (_, weekday) = DAYS[usize::try_from(day % 7).unwrap_or(0)];
            for interval in self.on(weekday) {
                let (start, end) = interval.seconds();
                let (start, end) = (start + day * 86_400, end + day * 86_400);
                let from = start.max(until).max(7 * 86_400);
                worked += (end.min(14 * 86_400) - from).max(0);
                until = until.max(end);
            }
        }
        worked
    }
}

/// In order, and one where they touch or overlap.
pub(super) fn merged(hours: &[Interval]) -> Vec<Interval> {
    let mut sorted = hours.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Interval> = Vec::new();
    for interval in sorted {
        match merged.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => merged.push(interval),
        }
    }
    merged
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

/// A day as it is written.
pub(super) fn day_name(day: Weekday) -> &'static str {
    DAYS[index(day)].0
}

/// The beginning of what was written, without what a terminal would not show.
pub(super) fn echo(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(ECHO_MAX).collect()
}
