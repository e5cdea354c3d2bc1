//! Working time: tables for what people ask about, laws for everything else, a clock that is read minute by minute, and
//! another library's answers.

mod hours;
mod ical;
mod laws;
mod oracle;
mod outside;
mod table;

use super::{Calendar, CalendarError, Due, Interval, Leg, Plan, Week, weekdays};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Hours as the configuration has them.
type Hours<'a> = &'a [(&'a str, &'a [&'a str])];

const OFFICE: Hours<'_> = &[("mon-fri", &["08:00-17:00"])];
const SPLIT: Hours<'_> = &[("mon-thu", &["08:00-12:00", "13:00-17:00"]), ("fri", &["08:00-12:00"])];
const NIGHTS: Hours<'_> = &[("mon-sun", &["22:00-06:00"])];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn intervals(texts: &[&str]) -> Vec<Interval> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn plan(zone_name: &str, hours: Hours<'_>) -> Plan {
    let mut week = Week::new();
    for (days, texts) in hours {
        week.set(&weekdays(days).unwrap(), &intervals(texts)).unwrap();
    }
    let (holidays, special_days) = (BTreeMap::new(), BTreeMap::new());
    Plan { name: "shop".to_owned(), zone: zone(zone_name), week, holidays, special_days }
}

/// A plan with holidays, written as `2026-12-25 Christmas`.
fn with_holidays(mut plan: Plan, holidays: &[&str]) -> Plan {
    let pairs = holidays.iter().map(|text| text.split_once(' ').unwrap());
    plan.holidays = pairs.map(|(date, called)| (day(date), called.to_owned())).collect();
    plan
}

/// Hours in Berlin.
fn berlin(hours: Hours<'_>, holidays: &[&str]) -> Calendar {
    Calendar::new(with_holidays(plan("Europe/Berlin", hours), holidays)).unwrap()
}

/// An instant as the calendar's clock shows it, with its offset.
fn shown(calendar: &Calendar, at: Timestamp) -> String {
    at.to_zoned(calendar.zone().clone()).strftime("%a %F %H:%M%:z").to_string()
}

fn short(calendar: &Calendar, at: Timestamp) -> String {
    at.to_zoned(calendar.zone().clone()).strftime("%a %H:%M").to_string()
}

/// A way as one line.
fn way(calendar: &Calendar, due: &Due) -> String {
    let legs = due.way.iter().map(|leg| match leg {
        Leg::Open { from, to, counted } => {
            format!("{}-{} {counted:#}", short(calendar, *from), short(calendar, *to))
        }
        Leg::Closed { off, .. } if off.is_empty() => "closed".to_owned(),
        Leg::Closed { off, .. } => {
            let called = |called: &Option<String>| called.clone().unwrap_or("special".to_owned());
            let names = off.iter().map(|(date, name)| format!("{date} {}", called(name)));
            format!("closed ({})", names.collect::<Vec<_>>().join(", "))
        }
        Leg::Weeks { weeks, counted, .. } => format!("{weeks} weeks {counted:#}"),
    });
    legs.collect::<Vec<_>>().join(" | ")
}

fn span(text: &str) -> SignedDuration {
    text.parse().unwrap()
}
