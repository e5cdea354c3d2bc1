//! One event of an iCalendar file, and the days on which it begins.

use super::line::{Property, unescaped};
use super::rule::Rule;
use super::{IcalError, IcalProblem, NAME_MAX, error};
use crate::calendar::DATES_MAX;
use crate::calendar::hours::echo;
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span};
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

/// A date or a date and a time, as it is written: zones are not looked at.
#[derive(Clone, Copy)]
struct Moment {
    at: DateTime,
    timed: bool,
}

/// What an event is made of, as far as holidays need it.
pub(super) struct Event {
    /// Where it begins in the file.
    pub(super) line: usize,
    /// What its parts have in common.
    pub(super) uid: Option<String>,
    /// What it is called.
    pub(super) name: Option<String>,
    /// Whether it does not take place.
    pub(super) cancelled: bool,
    start: Option<Moment>,
    end: Option<Moment>,
    duration: Option<Span>,
    rules: Vec<Rule>,
    more: Vec<Date>,
    fewer: Vec<Date>,
    instead_of: Option<Date>,
}

impl Event {
    pub(super) fn new(line: usize) -> Self {
        Self {
            line,
            uid: None,
            name: None,
            cancelled: false,
            start: None,
            end: None,
            duration: None,
            rules: Vec::new(),
            more: Vec::new(),
            fewer: Vec::new(),
            instead_of: None,
        }
    }

    /// Takes in one of its lines.
    pub(super) fn read(&mut self, property: &Property) -> Result<(), IcalError> {
        let value = property.value.as_str();
        match property.name.as_str() {
            "UID" => self.uid = Some(value.to_owned()),
            "SUMMARY" => {
                let name: String = unescaped(value).chars().take(NAME_MAX).collect();
                self.name = Some(name).filter(|name| !name.is_empty());
            }
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "DTSTART" => self.start = Some(moment(property, value)?),
            "DTEND" => self.end = Some(moment(property, value)?),
            "DURATION" => {
                let wrong = |_| error(property.line, IcalProblem::NotADuration(echo(value)));
                self.duration = Some(value.parse().map_err(wrong)?);
            }
            "RRULE" => self.rules.push(Rule::read(property.line, value)?),
            "EXRULE" => return Err(error(property.line, IcalProblem::Rule("EXRULE".to_owned()))),
            "RDATE" => self.more.extend(dates(property)?),
            "EXDATE" => self.fewer.extend(dates(property)?),
            "RECURRENCE-ID" => self.instead_of = Some(moment(property, value)?.at.date()),
            _ => {}
        }
        Ok(())
    }

    /// Which occurrence of which event it stands for.
    pub(super) fn replaces(&self) -> Option<(&str, Date)> {
        Some((self.uid.as_deref()?, self.instead_of?))
    }

    /// The day it first begins, and how many days it touches.
    pub(super) fn span(&self) -> Result<(Date, i64), IcalError> {
        let start = self.start.ok_or_else(|| error(self.line, IcalProblem::NoStart))?;
        let first = start.at.date();
        let end = match (self.end, self.duration) {
            (Some(end), _) => Some(end),
            (None, Some(duration)) => {
                start.at.checked_add(duration).ok().map(|at| Moment { at, timed: start.timed })
            }
            (None, None) => None,
        };
        let Some(end) = end else { return Ok((first, 1)) };
        // an end at midnight, or without a time, does not touch its day
        let touches_end = end.timed && end.at.time() != Time::midnight();
        let days = end.at.date().duration_since(first).as_hours() / 24 + i64::from(touches_end);
        Ok((first, days.max(1)))
    }

    /// The days on which it begins, as far as it can touch the years.
    pub(super) fn begins(
        &self,
        start: Date,
        days: i64,
        years: &RangeInclusive<i16>,
    ) -> Result<BTreeSet<Date>, IcalError> {
        let reach = SignedDuration::from_hours(days.saturating_mul(24));
        let touches = |date: Date| {
            let end = date.checked_add(reach).unwrap_or(Date::MAX);
            date.year() <= *years.end() && end.year() >= *years.start()
        };
        let mut begins: BTreeSet<Date> = self.more.iter().copied().filter(|date| touches(*date)).collect();
        begins.extend(Some(start).filter(|date| touches(*date)));
        for rule in &self.rules {
            for date in rule.dates(start, *years.end()).filter(|date| touches(*date)) {
                begins.insert(date);
                if begins.len() > DATES_MAX {
                    return Err(error(self.line, IcalProblem::ManyDates));
                }
            }
        }
        for date in &self.fewer {
            begins.remove(date);
        }
        Ok(begins)
    }
}

fn dates(property: &Property) -> Result<Vec<Date>, IcalError> {
    // of a period, the start
    let parts = property.value.split(',').map(|part| part.split('/').next().unwrap_or_default());
    parts.map(|part| Ok(moment(property, part)?.at.date())).collect()
}

fn moment(property: &Property, value: &str) -> Result<Moment, IcalError> {
    let read = read_moment(value.trim());
    let wrong = || IcalProblem::NotADate { name: property.name.clone(), value: echo(value) };
    read.ok_or_else(|| error(property.line, wrong()))
}

/// `20261225`, `20261225T080000` or `20261225T080000Z`.
fn read_moment(value: &str) -> Option<Moment> {
    let (date, time) = match value.split_once('T') {
        Some((date, time)) => (date, Some(time.strip_suffix('Z').unwrap_or(time))),
        None => (value, None),
    };
    let date = read_date(date)?;
    let Some(time) = time else { return Some(Moment { at: date.at(0, 0, 0, 0), timed: false }) };
    let part = |range| number(time, 6, range);
    let (hour, minute, second) = (part(0..2)?, part(2..4)?, part(4..6)?);
    // a leap second is still in its minute
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?.min(59),
        0,
    );
    Some(Moment { at: date.to_datetime(time.ok()?), timed: true })
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

/// The date that a value begins with.
pub(super) fn date(value: &str) -> Option<Date> {
    read_moment(value).map(|moment| moment.at.date())
}
