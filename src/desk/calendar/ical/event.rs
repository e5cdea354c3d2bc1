//! One event of an iCalendar file, when it begins, and the days it touches.

use super::line::{Property, unescaped};
use super::moment::{Moment, shown};
use super::rule::Rule;
use super::{IcalError, IcalProblem, NAME_MAX, UNNAMED, error};
use crate::calendar::DATES_MAX;
use crate::calendar::hours::echo;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// What an event is made of, as far as holidays need it.
pub(super) struct Event {
    /// Where it begins in the file.
    pub(super) line: usize,
    /// What its parts have in common.
    pub(super) uid: Option<String>,
    /// Whether it does not take place.
    pub(super) cancelled: bool,
    name: Option<String>,
    start: Option<Moment>,
    end: Option<Moment>,
    duration: Option<Span>,
    rules: Vec<Rule>,
    more: Vec<Moment>,
    fewer: Vec<Moment>,
    instead_of: Option<Moment>,
}

/// When an event takes place, on the clock it is written by.
pub(super) struct Course<'a> {
    start: DateTime,
    length: SignedDuration,
    /// Whether it begins at a time of day.
    timed: bool,
    /// Where that clock hangs, if that is said.
    zone: Option<TimeZone>,
    /// Where the calendar is.
    own: &'a TimeZone,
}

impl Event {
    pub(super) fn new(line: usize) -> Self {
        Self {
            line,
            uid: None,
            cancelled: false,
            name: None,
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
    pub(super) fn read(
        &mut self,
        property: &Property,
        named: &dyn Fn(&str) -> Option<TimeZone>,
    ) -> Result<(), IcalError> {
        let value = property.value.as_str();
        let moment = || Moment::of(property, value, named);
        match property.name.as_str() {
            "UID" => self.uid = Some(value.to_owned()),
            "SUMMARY" => {
                let name: String = unescaped(value).chars().take(NAME_MAX).collect();
                self.name = Some(name).filter(|name| !name.is_empty());
            }
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "DTSTART" => self.start = Some(moment()?),
            "DTEND" => self.end = Some(moment()?),
            "DURATION" => {
                let wrong = |_| error(property.line, IcalProblem::NotADuration(echo(value)));
                self.duration = Some(value.parse().map_err(wrong)?);
            }
            "RRULE" => self.rules.push(Rule::read(property.line, value)?),
            "EXRULE" => return Err(error(property.line, IcalProblem::Rule("EXRULE".to_owned()))),
            "RDATE" => self.more.extend(moments(property, named)?),
            "EXDATE" => self.fewer.extend(moments(property, named)?),
            "RECURRENCE-ID" => self.instead_of = Some(moment()?),
            _ => {}
        }
        Ok(())
    }

    /// What it is called.
    pub(super) fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(UNNAMED)
    }

    /// Which occurrence of which event it stands for, by its day where the calendar is.
    pub(super) fn replaces(&self, own: &TimeZone) -> Option<(&str, Date)> {
        Some((self.uid.as_deref()?, self.instead_of.as_ref()?.shown(own, own).date()))
    }

    /// When it takes place for the first time.
    pub(super) fn course<'a>(&self, own: &'a TimeZone) -> Result<Course<'a>, IcalError> {
        let start = self.start.as_ref().ok_or_else(|| error(self.line, IcalProblem::NoStart))?;
        let zone = start.zone.clone();
        let (end, timed) = match (&self.end, self.duration) {
            (Some(end), _) => (end.shown(zone.as_ref().unwrap_or(own), own), start.timed && end.timed),
            (None, duration) => {
                let end = duration.and_then(|duration| start.at.checked_add(duration).ok());
                (end.unwrap_or(start.at), start.timed)
            }
        };
        if end.date() < start.at.date() || timed && end < start.at {
            return Err(error(self.line, IcalProblem::EndsBefore(echo(self.called()))));
        }
        let length = end.duration_since(start.at);
        Ok(Course { start: start.at, length, timed: start.timed, zone, own })
    }

    /// When it begins, as far as it touches the years.
    pub(super) fn begins(
        &self,
        course: &Course<'_>,
        years: &RangeInclusive<i16>,
    ) -> Result<BTreeSet<DateTime>, IcalError> {
        let touches = |at: &DateTime| {
            let (first, last) = course.days(*at);
            first.year() <= *years.end() && last.year() >= *years.start()
        };
        let more = self.more.iter().map(|moment| course.begin(moment));
        let mut begins: BTreeSet<DateTime> = more.chain([course.start]).filter(touches).collect();
        // where the event is written it may be the next year already
        let last = years.end().saturating_add(1);
        for rule in &self.rules {
            let until = rule.until.as_ref().map(|until| course.until(until));
            let dates = rule.dates(course.start.date(), last, until);
            for at in dates.map(|date| date.to_datetime(course.start.time())).filter(touches) {
                begins.insert(at);
                if begins.len() > DATES_MAX {
                    return Err(error(self.line, IcalProblem::ManyDates));
                }
            }
        }
        let fewer: BTreeSet<Date> = self.fewer.iter().map(|moment| course.begin(moment).date()).collect();
        begins.retain(|at| !fewer.contains(&at.date()));
        Ok(begins)
    }
}

impl Course<'_> {
    /// The first and the last day that it touches where the calendar is, when it begins at `begins`.
    pub(super) fn days(&self, begins: DateTime) -> (Date, Date) {
        let here = |at| self.zone.as_ref().map_or(at, |zone| shown(at, zone, self.own));
        let (begin, end) = (here(begins), here(begins.checked_add(self.length).unwrap_or(DateTime::MAX)));
        // an end at midnight does not touch its day
        let touched = if end.time() == Time::midnight() { end.date().yesterday() } else { Ok(end.date()) };
        (begin.date(), touched.unwrap_or(end.date()).max(begin.date()))
    }

    /// A moment at which it begins, too; a day means at its usual time.
    fn begin(&self, moment: &Moment) -> DateTime {
        let at = moment.shown(self.zone.as_ref().unwrap_or(self.own), self.own);
        if self.timed && moment.timed { at } else { at.date().to_datetime(self.start.time()) }
    }

    /// The day until which it comes back. Where it has no zone, that is the day that is written.
    fn until(&self, moment: &Moment) -> Date {
        self.zone.as_ref().map_or(moment.at, |zone| moment.shown(zone, zone)).date()
    }
}

fn moments(property: &Property, named: &dyn Fn(&str) -> Option<TimeZone>) -> Result<Vec<Moment>, IcalError> {
    // of a period, the start
    let parts = property.value.split(',').map(|part| part.split('/').next().unwrap_or_default());
    parts.map(|part| Moment::of(property, part, named)).collect()
}
