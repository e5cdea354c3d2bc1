//! When is worked: hours, holidays and files of them, put together to calendars that open.

use super::problems::Problem;
use super::resolve::{Findings, WORD_MAX};
use super::written::CalendarTable;
use desk::calendar::{Calendar, CalendarError, Interval, Plan, Week, holidays_from_ical, weekdays};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

/// The calendar that never closes.
pub(super) const ALWAYS: &str = "always";
/// The calendar that is there when none is configured.
const OFFICE: (&str, &str, &str) = ("office", "mon-fri", "08:00-17:00");
/// For which years holidays are taken from files. Nothing in here knows what year it is.
const HOLIDAY_YEARS: RangeInclusive<i16> = 2000..=2100;
/// The longest file of holidays, in bytes.
const FILE_MAX: u64 = 4 << 20;

/// The calendars of a file, and those that are there without it.
pub(super) fn calendars(
    found: &mut Findings<'_>,
    tables: &[CalendarTable],
    desk_zone: &TimeZone,
) -> Vec<Calendar> {
    let mut calendars = vec![Calendar::always(ALWAYS, desk_zone.clone())];
    if tables.is_empty() {
        calendars.extend(office(desk_zone.clone()));
    }
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, table) in tables.iter().enumerate() {
        let path = format!("calendars[{index}]");
        if let Some(name) = table.name.as_deref() {
            calendar_name(found, &format!("{path}.name"), name);
            if let Some(earlier) = names.insert(name, index) {
                let what = format!("is the name of calendars[{earlier}]");
                found.problem(format!("{path}.name"), what, "names are unique");
            }
        }
        calendars.extend(calendar(found, &path, table, desk_zone));
    }
    calendars
}

/// What is worked where nobody said anything.
fn office(zone: TimeZone) -> Option<Calendar> {
    let (name, days, hours) = OFFICE;
    let mut week = Week::new();
    week.set(&weekdays(days).ok()?, &[hours.parse().ok()?]).ok()?;
    let (holidays, special_days) = (BTreeMap::new(), BTreeMap::new());
    Calendar::new(Plan { name: name.to_owned(), zone, week, holidays, special_days }).ok()
}

fn calendar_name(found: &mut Findings<'_>, path: &str, name: &str) {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > WORD_MAX || !name.chars().all(fits) {
        found.problem(path, format!("must be 1 to {WORD_MAX} letters, digits, - or _"), "e.g. \"office\"");
    } else if name == ALWAYS {
        let hint = "that calendar is there without being written, and never closes; take another name";
        found.problem(path, "is taken", hint);
    }
}

fn calendar(
    found: &mut Findings<'_>,
    path: &str,
    table: &CalendarTable,
    desk_zone: &TimeZone,
) -> Option<Calendar> {
    let zone = match table.time_zone.as_deref() {
        Some(name) => found.time_zone(&format!("{path}.time_zone"), name),
        None => Some(desk_zone.clone()),
    };
    let read_in = zone.as_ref().unwrap_or(desk_zone);
    let before = found.problem_count();
    let week = week(found, &format!("{path}.hours"), table.hours.as_ref()?);
    let mut holidays = BTreeMap::new();
    for (index, file) in table.holiday_files.iter().flatten().enumerate() {
        let path = format!("{path}.holiday_files[{index}]");
        for (date, name) in holiday_file(found, &path, Path::new(file), read_in) {
            holidays.entry(date).or_insert(name);
        }
    }
    for (index, text) in table.holidays.iter().flatten().enumerate() {
        let (day, name) = text.split_once(' ').unwrap_or((text, ""));
        if let Some(date) = date(found, &format!("{path}.holidays[{index}]"), day) {
            let name = if name.trim().is_empty() { "holiday" } else { name.trim() };
            holidays.insert(date, name.to_owned());
        }
    }
    let mut special_days = BTreeMap::new();
    for (day, hours) in table.special_days.iter().flatten() {
        let path = format!("{path}.special_days.{day}");
        let hours = intervals(found, &path, hours);
        if let Some(date) = date(found, &path, day) {
            special_days.insert(date, hours);
        }
    }
    // what could not be read may be just what is missing
    if found.problem_count() > before {
        return None;
    }
    let name = table.name.clone().unwrap_or_default();
    match Calendar::new(Plan { name, zone: zone?, week, holidays, special_days }) {
        Ok(calendar) => Some(calendar),
        Err(error) => {
            let Problem { path, what, hint, .. } = refused(path, &error);
            found.problem(path, what, hint);
            None
        }
    }
}

/// Why hours and holidays together are no calendar.
fn refused(path: &str, error: &CalendarError) -> Problem {
    let (path, what, hint) = match error {
        CalendarError::NoHours { .. } => (
            format!("{path}.hours"),
            "has no hours at all".to_owned(),
            "e.g. { mon-fri = [\"08:00-17:00\"] }; every hour of every day is the calendar \"always\""
                .to_owned(),
        ),
        CalendarError::ClosedForAYear { from, to, .. } => (
            path.to_owned(),
            format!("has no working time from {from} to {to}, and perhaps longer"),
            "no deadline could end there: take out holidays, or add hours".to_owned(),
        ),
        CalendarError::ManyDates { count, .. } => (
            path.to_owned(),
            format!("has {count} holidays and special days"),
            format!("at most {} are kept: leave out what is long past", desk::calendar::DATES_MAX),
        ),
    };
    Problem { path, line: None, what, hint }
}

fn week(found: &mut Findings<'_>, path: &str, hours: &BTreeMap<String, Vec<String>>) -> Week {
    let mut week = Week::new();
    for (days, texts) in hours {
        let path = format!("{path}.{days}");
        let intervals = intervals(found, &path, texts);
        let set = weekdays(days).and_then(|days| week.set(&days, &intervals));
        if let Err(error) = set {
            found.problem(path, "cannot be used", error.to_string());
        }
    }
    week
}

fn intervals(found: &mut Findings<'_>, path: &str, texts: &[String]) -> Vec<Interval> {
    let mut intervals = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match text.parse::<Interval>() {
            Ok(interval) => intervals.push(interval),
            Err(error) => {
                found.problem(format!("{path}[{index}]"), "is not understood", error.to_string());
            }
        }
    }
    intervals
}

fn date(found: &mut Findings<'_>, path: &str, text: &str) -> Option<Date> {
    // other forms of a date would do, but are easily misread by people
    let date: Option<Date> = text.parse().ok().filter(|date: &Date| date.to_string() == text);
    if date.is_none() {
        found.problem(path, "is not a date", "write it like \"2026-12-25\"");
    }
    date
}

/// The holidays of a file; none when it cannot be had.
fn holiday_file(found: &mut Findings<'_>, path: &str, file: &Path, zone: &TimeZone) -> Vec<(Date, String)> {
    let text = match read(file) {
        Ok(text) => text,
        Err(reason) => {
            let hint = "a relative path counts from the directory the bridge is started in";
            found.problem(path, format!("names {}, which {reason}", file.display()), hint);
            return Vec::new();
        }
    };
    match holidays_from_ical(&text, HOLIDAY_YEARS, zone, &|name| TimeZone::get(name).ok()) {
        Ok(holidays) => {
            if holidays.is_empty() {
                let (from, to) = (HOLIDAY_YEARS.start(), HOLIDAY_YEARS.end());
                let what = format!("names {}, which has no event from {from} to {to}", file.display());
                found.warning(path, what, "is it the right file?");
            }
            holidays
        }
        Err(error) => {
            let what = format!("names {}, which cannot be read as holidays", file.display());
            found.problem(path, what, error.to_string());
            Vec::new()
        }
    }
}

/// The text of a file; an error is the rest of a sentence that begins with the file.
fn read(file: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {}", error.to_string().to_lowercase());
    let meta = fs::metadata(file).map_err(unreadable)?;
    if !meta.is_file() {
        return Err("is not a file".to_owned());
    }
    if meta.len() > FILE_MAX {
        return Err(format!("is larger than {} MiB", FILE_MAX >> 20));
    }
    String::from_utf8(fs::read(file).map_err(unreadable)?).map_err(|_| "is not UTF-8 text".to_owned())
}
