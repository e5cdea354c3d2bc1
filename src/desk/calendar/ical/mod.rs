//! Holidays out of iCalendar files (RFC 5545), as calendars of public holidays are published.
//!
//! Every event is a holiday on each day it touches in the calendar's zone. Times in UTC or in a zone of their own are
//! instants; times without one, and dates, are meant where the calendar is. Events that come back every year do so on the
//! clock they are written by, and are followed through the years that are asked for. What is not understood is an error and never a holiday less: a
//! deadline that is silently wrong is worse than a file that is refused.

mod event;
mod line;
mod moment;
mod rule;

use event::Event;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// What a holiday is called that has no name, and the longest name, in characters.
const UNNAMED: &str = "holiday";
const NAME_MAX: usize = 60;

/// Why a file cannot be read as holidays, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct IcalError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: IcalProblem,
}

/// What is wrong with a line, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IcalProblem {
    /// It is something else.
    #[error(
        "is not an iCalendar file, which begins with BEGIN:VCALENDAR: download the calendar as .ics, not as a page"
    )]
    NotACalendar,
    /// A line is not a name, a colon and a value.
    #[error("\"{0}\" is not a name, a colon and a value: is the file damaged?")]
    NotAProperty(String),
    /// Something ends that is not open.
    #[error("END:{0} ends what is not open: is the file damaged?")]
    NotOpen(String),
    /// Something never ends.
    #[error("BEGIN:{0} is never ended: is the file cut off?")]
    NotEnded(String),
    /// An event has no start.
    #[error("the event that begins here has no DTSTART: add one, or take the event out")]
    NoStart,
    /// A date is none.
    #[error("{name} is not a date: \"{value}\"; dates are like 20261225 or 20261225T080000")]
    NotADate {
        /// The property.
        name: String,
        /// What stands there.
        value: String,
    },
    /// The zone of a time is not known.
    #[error(
        "\"{0}\" in a TZID is no time zone that is known: names are like Europe/Berlin; or write the time in UTC"
    )]
    NotAZone(String),
    /// An event is over before it begins.
    #[error(
        "the event that begins here, \"{0}\", ends before it begins: correct its end, or take the event out"
    )]
    EndsBefore(String),
    /// A length of time is none.
    #[error("\"{0}\" is not a DURATION: it is like P1D or PT12H")]
    NotADuration(String),
    /// A recurrence that is not followed.
    #[error(
        "\"{0}\" in an RRULE is not understood here: only yearly events are; write the dates of this one into `holidays`, and take it out of the file"
    )]
    Rule(String),
    /// There are too many dates.
    #[error("from here on there are more than {} holidays: leave out what is long past", super::DATES_MAX)]
    ManyDates,
}

fn error(line: usize, what: IcalProblem) -> IcalError {
    IcalError { line, what }
}

/// The holidays of a file within some years, in order, with their names. A date may be there under several names.
///
/// Events that are cancelled are left out. `named` finds a zone by its name.
///
/// # Errors
/// The first line that cannot be understood.
pub fn holidays_from_ical(
    text: &str,
    years: RangeInclusive<i16>,
    zone: &TimeZone,
    named: &dyn Fn(&str) -> Option<TimeZone>,
) -> Result<Vec<(Date, String)>, IcalError> {
    let events = events(text, named)?;
    let moved: BTreeSet<(&str, Date)> = events.iter().filter_map(|event| event.replaces(zone)).collect();
    let mut found = BTreeSet::new();
    for event in events.iter().filter(|event| !event.cancelled) {
        let course = event.course(zone)?;
        for begins in event.begins(&course, &years)? {
            let (first, last) = course.days(begins);
            let uid = event.uid.as_deref();
            if event.replaces(zone).is_none() && uid.is_some_and(|uid| moved.contains(&(uid, first))) {
                continue;
            }
            let first = first.max(Date::new(*years.start(), 1, 1).unwrap_or(Date::MIN));
            let touched = first.series(jiff::Span::new().days(1));
            for day in touched.take_while(|day| *day <= last && day.year() <= *years.end()) {
                found.insert((day, event.called().to_owned()));
                if found.len() > super::DATES_MAX {
                    return Err(error(event.line, IcalProblem::ManyDates));
                }
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// All events of a file.
fn events(text: &str, named: &dyn Fn(&str) -> Option<TimeZone>) -> Result<Vec<Event>, IcalError> {
    let mut events = Vec::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut seen = false;
    for property in line::properties(text) {
        // what is no calendar at all may be anything, and is not repeated
        let property = property.map_err(|wrong| if seen { wrong } else { not_a_calendar(wrong.line) })?;
        let within_event = matches!(&open[..], [_, (component, _)] if component == "VEVENT");
        match property.name.as_str() {
            "BEGIN" => {
                let component = property.value.to_ascii_uppercase();
                if open.is_empty() && component != "VCALENDAR" {
                    return Err(not_a_calendar(property.line));
                }
                seen = true;
                if open.len() == 1 && component == "VEVENT" {
                    events.push(Event::new(property.line));
                }
                open.push((component, property.line));
            }
            "END" => {
                let component = property.value.to_ascii_uppercase();
                if open.pop().is_none_or(|(begun, _)| begun != component) {
                    return Err(error(property.line, IcalProblem::NotOpen(super::hours::echo(&component))));
                }
            }
            _ if open.is_empty() => return Err(not_a_calendar(property.line)),
            _ if within_event => {
                if let Some(event) = events.last_mut() {
                    event.read(&property, named)?;
                }
            }
            _ => {}
        }
    }
    match open.pop() {
        Some((component, line)) => Err(error(line, IcalProblem::NotEnded(super::hours::echo(&component)))),
        None if !seen => Err(not_a_calendar(1)),
        None => Ok(events),
    }
}

fn not_a_calendar(line: usize) -> IcalError {
    error(line, IcalProblem::NotACalendar)
}
