//! `RRULE:FREQ=YEARLY`, as public holidays use it: a day of a month, or the n-th of a weekday.

use super::moment::Moment;
use super::{IcalError, IcalProblem, error};
use crate::calendar::hours::echo;
use jiff::Span;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Days of the week as iCalendar names them.
const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// How an event comes back every so many years. Empty lists mean: as its first day.
pub(super) struct Rule {
    every: i16,
    count: Option<usize>,
    /// The last time at which it may begin.
    pub(super) until: Option<Moment>,
    months: Vec<i8>,
    /// From 1, or from the month's end with -1.
    month_days: Vec<i8>,
    /// The n-th, or each.
    week_days: Vec<(Option<i16>, Weekday)>,
    /// Of the year's days the n-th.
    places: Vec<i16>,
}

impl Rule {
    pub(super) fn read(line: usize, text: &str) -> Result<Self, IcalError> {
        let mut rule = Self {
            every: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            week_days: Vec::new(),
            places: Vec::new(),
        };
        let mut yearly = false;
        let text = text.to_ascii_uppercase();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let wrong = || error(line, IcalProblem::Rule(echo(part)));
            let (key, value) = part.split_once('=').ok_or_else(wrong)?;
            match key {
                "FREQ" if value == "YEARLY" => yearly = true,
                "INTERVAL" => rule.every = whole(value, 1, i16::MAX).ok_or_else(wrong)?,
                "COUNT" => rule.count = Some(value.parse().map_err(|_| wrong())?),
                "UNTIL" => rule.until = Some(Moment::read(value).ok_or_else(wrong)?),
                "BYMONTH" => rule.months = list(value, |one| whole(one, 1, 12)).ok_or_else(wrong)?,
                "BYMONTHDAY" => rule.month_days = list(value, |one| place(one, 31)).ok_or_else(wrong)?,
                "BYDAY" => rule.week_days = list(value, week_day).ok_or_else(wrong)?,
                "BYSETPOS" => rule.places = list(value, |one| place(one, 366)).ok_or_else(wrong)?,
                // it matters for weeks only
                "WKST" => {}
                _ => return Err(wrong()),
            }
        }
        if yearly { Ok(rule) } else { Err(error(line, IcalProblem::Rule(echo(&text)))) }
    }

    /// The days from `start` on, to the end of a year and to a last one.
    pub(super) fn dates(&self, start: Date, last: i16, until: Option<Date>) -> impl Iterator<Item = Date> {
        let last = until.map_or(last, |until| last.min(until.year()));
        let years = (start.year()..=last).step_by(usize::try_from(self.every).unwrap_or(1));
        let dates = years.flat_map(move |year| self.in_year(year, start)).filter(move |date| *date >= start);
        let dates = dates.take(self.count.unwrap_or(usize::MAX));
        dates.take_while(move |date| until.is_none_or(|until| *date <= until))
    }

    /// The days of one year.
    fn in_year(&self, year: i16, start: Date) -> BTreeSet<Date> {
        let mut found = BTreeSet::new();
        if self.week_days.is_empty() {
            for month in self.months_of(start) {
                let own = [start.day()];
                let days = if self.month_days.is_empty() { &own[..] } else { &self.month_days };
                found.extend(days.iter().filter_map(|day| month_day(year, month, *day)));
            }
        } else if self.months.is_empty() && self.month_days.is_empty() {
            let first = Date::new(year, 1, 1).ok();
            found.extend(first.into_iter().flat_map(|first| self.on_week_days(first, first.last_of_year())));
        } else {
            for month in self.months_of(start) {
                let first = Date::new(year, month, 1).ok();
                let days =
                    first.into_iter().flat_map(|first| self.on_week_days(first, first.last_of_month()));
                found.extend(days.filter(|day| {
                    self.month_days.is_empty()
                        || self.month_days.iter().any(|wanted| month_day(year, month, *wanted) == Some(*day))
                }));
            }
        }
        if self.places.is_empty() { found } else { self.placed(&found) }
    }

    /// The months it is in. Days of a month without a month are in all of them.
    fn months_of(&self, start: Date) -> Vec<i8> {
        match (self.months.is_empty(), self.month_days.is_empty()) {
            (false, _) => self.months.clone(),
            (true, false) => (1..=12).collect(),
            (true, true) => vec![start.month()],
        }
    }

    /// The days between two that are such weekdays.
    fn on_week_days(&self, first: Date, last: Date) -> Vec<Date> {
        let mut found = Vec::new();
        for (nth, week_day) in &self.week_days {
            let days = first.series(Span::new().days(1)).take_while(|day| *day <= last);
            let days: Vec<Date> = days.filter(|day| day.weekday() == *week_day).collect();
            match nth {
                None => found.extend(days),
                Some(nth) => found.extend(nth_of(&days, *nth)),
            }
        }
        found
    }

    fn placed(&self, days: &BTreeSet<Date>) -> BTreeSet<Date> {
        let days: Vec<Date> = days.iter().copied().collect();
        self.places.iter().filter_map(|place| nth_of(&days, *place)).collect()
    }
}

/// The n-th from 1, or from the end with -1.
fn nth_of(days: &[Date], nth: i16) -> Option<Date> {
    let from = usize::from(nth.unsigned_abs()).checked_sub(1)?;
    let index = if nth > 0 { from } else { days.len().checked_sub(from + 1)? };
    days.get(index).copied()
}

fn month_day(year: i16, month: i8, day: i8) -> Option<Date> {
    let first = Date::new(year, month, 1).ok()?;
    let day = if day < 0 { first.days_in_month() + 1 + day } else { day };
    Date::new(year, month, day).ok()
}

fn week_day(text: &str) -> Option<(Option<i16>, Weekday)> {
    let (name, day) = DAYS.iter().find(|(name, _)| text.ends_with(name))?;
    match text.strip_suffix(name)? {
        "" => Some((None, *day)),
        nth => Some((Some(place(nth, 53)?), *day)),
    }
}

/// `1` to `most`, or `-1` to `-most`.
fn place<N: FromStr + Copy>(text: &str, most: i16) -> Option<N> {
    let number: i16 = text.parse().ok()?;
    let fits = number != 0 && number.abs() <= most;
    if fits { text.parse().ok() } else { None }
}

fn whole<N: FromStr + PartialOrd + Copy>(text: &str, least: N, most: N) -> Option<N> {
    text.parse().ok().filter(|number| *number >= least && *number <= most)
}

fn list<T>(text: &str, one: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(one).collect()
}
