//! `deskbridge due`: when a span of working time is over, with the way there, so that a person can check it by hand.

use super::Failure;
use crate::config::problems::meant;
use crate::config::{Config, duration};
use crate::console;
use desk::calendar::{Calendar, Due, Leg};
use jiff::{SignedDuration, Timestamp};

/// Prints the instant, then one line for each leg of the way.
pub(super) fn due(config: &Config, calendar: &str, from: &str, span: &str) -> Result<(), Failure> {
    let mut mistakes = Vec::new();
    let known = config.calendar(calendar);
    if known.is_none() {
        mistakes.push(unknown(config, calendar));
    }
    let begins: Option<Timestamp> = from.parse().ok();
    if begins.is_none() {
        mistakes.push(format!(
            "--from {from:?} is not an instant: write it like 2026-11-20T16:30:00+01:00 or 2026-11-20T15:30:00Z"
        ));
    }
    let length = duration::parse_or_zero(span);
    if length.is_none() {
        mistakes.push(format!(
            "--span {span:?} is not a length of time: write it like 45m, 4h, 1h30m or 2d, of 24 hours each"
        ));
    }
    let (Some(calendar), Some(begins), Some(length)) = (known, begins, length) else {
        return Err(Failure::Misused(mistakes));
    };
    let due = calendar.due(begins, length);
    if due.at == Timestamp::MAX {
        let mistake = format!("--span {span:?} is too long: it would be over after the year 9999");
        return Err(Failure::Misused(vec![mistake]));
    }
    console::out(rfc3339(calendar, due.at));
    for line in lines(calendar, &due, length) {
        if !console::out(line) {
            break;
        }
    }
    Ok(())
}

fn unknown(config: &Config, name: &str) -> String {
    let names = || config.calendars.iter().map(Calendar::name);
    let near = meant(name, names()).map(|near| format!(": did you mean {near:?}?")).unwrap_or_default();
    let end = if near.is_empty() { "." } else { "" };
    let all = names().collect::<Vec<_>>().join(", ");
    format!("--calendar {name:?} is not configured{near}{end} The calendars are: {all}")
}

/// An instant with the offset of the calendar's zone.
fn rfc3339(calendar: &Calendar, at: Timestamp) -> String {
    at.display_with_offset(calendar.zone().to_offset(at)).to_string()
}

/// The way in plain words.
fn lines(calendar: &Calendar, due: &Due, span: SignedDuration) -> Vec<String> {
    let clock = Clock::new(calendar, due);
    let mut left = span;
    let mut lines = Vec::with_capacity(due.way.len());
    for leg in &due.way {
        let mut counts = |counted: &SignedDuration| {
            left -= *counted;
            let rest = if left.is_zero() { "nothing".to_owned() } else { format!("{left:#}") };
            format!("{counted:#} counted, {rest} left")
        };
        lines.push(match leg {
            Leg::Open { from, to, counted } => {
                format!("{}: working time, {}", clock.between(*from, *to), counts(counted))
            }
            Leg::Closed { from, to, off } => {
                let why = off.iter().map(|(date, holiday)| match holiday {
                    Some(name) => format!(", {date} is a holiday ({name})"),
                    None => format!(", {date} is a special day without hours"),
                });
                format!("{}: closed{}", clock.between(*from, *to), why.collect::<String>())
            }
            Leg::Weeks { from, to, weeks, counted } => {
                let weeks =
                    if *weeks == 1 { "1 whole week".to_owned() } else { format!("{weeks} whole weeks") };
                let between = clock.between(*from, *to);
                format!("{between}: {weeks} without a holiday or a change of clocks, {}", counts(counted))
            }
        });
    }
    lines
}

/// Instants as the clock of a calendar shows them.
struct Clock<'a> {
    calendar: &'a Calendar,
    /// Whether clocks are changed on the way, so that a time alone says too little.
    changes: bool,
}

impl<'a> Clock<'a> {
    fn new(calendar: &'a Calendar, due: &Due) -> Self {
        let ends = due.way.iter().flat_map(|leg| match leg {
            Leg::Open { from, to, .. } | Leg::Closed { from, to, .. } | Leg::Weeks { from, to, .. } => {
                [*from, *to]
            }
        });
        let mut offsets = ends.map(|at| calendar.zone().to_offset(at));
        let first = offsets.next();
        Self { calendar, changes: offsets.any(|offset| Some(offset) != first) }
    }

    /// From one instant to another; the day is said once.
    fn between(&self, from: Timestamp, to: Timestamp) -> String {
        let at = |instant: Timestamp| instant.to_zoned(self.calendar.zone().clone());
        let (from, to) = (at(from), at(to));
        let time = |zoned: &jiff::Zoned| {
            let exact =
                if zoned.second() == 0 && zoned.subsec_nanosecond() == 0 { "%H:%M" } else { "%H:%M:%S%.f" };
            let offset = if self.changes { " %:z" } else { "" };
            zoned.strftime(&format!("{exact}{offset}")).to_string()
        };
        let day = |zoned: &jiff::Zoned| zoned.strftime("%a %F").to_string();
        let until = if from.date() == to.date() { time(&to) } else { format!("{} {}", day(&to), time(&to)) };
        format!("{} {} to {until}", day(&from), time(&from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desk::calendar::{Plan, Week, weekdays};
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use std::collections::BTreeMap;

    #[test]
    fn every_day_that_is_off_is_named() {
        let mut week = Week::new();
        week.set(&weekdays("mon-fri").unwrap(), &["08:00-17:00".parse().unwrap()]).unwrap();
        let holidays = BTreeMap::from([(date(2026, 12, 25), "Christmas Day".to_owned())]);
        let special_days =
            BTreeMap::from([(date(2026, 12, 24), Vec::new()), (date(2026, 12, 27), Vec::new())]);
        let plan = Plan { name: "shop".to_owned(), zone: TimeZone::UTC, week, holidays, special_days };
        let calendar = Calendar::new(plan).unwrap();
        let span = SignedDuration::from_hours(1);
        let due = calendar.due("2026-12-23T18:00:00Z".parse().unwrap(), span);
        assert_eq!(
            lines(&calendar, &due, span),
            [
                "Wed 2026-12-23 18:00 to Mon 2026-12-28 08:00: closed, 2026-12-24 is a special day without hours, \
                 2026-12-25 is a holiday (Christmas Day)",
                "Mon 2026-12-28 08:00 to 09:00: working time, 1h counted, nothing left",
            ]
        );
    }
}
