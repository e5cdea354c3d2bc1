//! When teams read how it went: times of the day, and days of the week.

use super::resolve::Findings;
use super::written::DigestTable;
use desk::Digest;
use desk::calendar::weekdays;
use jiff::civil::{Time, Weekday};

/// The times of a team, as far as they can be read; what cannot is told.
pub(super) fn digest(found: &mut Findings<'_>, path: &str, table: &DigestTable) -> Digest {
    let daily = table.daily.as_deref().and_then(|text| {
        let daily = time(text);
        if daily.is_none() {
            found.problem(format!("{path}.daily"), "is not a time of day", "write it like \"08:00\"");
        }
        daily
    });
    let weekly = table.weekly.as_deref().and_then(|text| {
        let weekly = day_and_time(text);
        if weekly.is_none() {
            let what = "is not a day of the week and a time";
            found.problem(format!("{path}.weekly"), what, "write it like \"mon 08:00\"");
        }
        weekly
    });
    Digest { daily, weekly }
}

/// `08:00`, with two digits each.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str| {
        let is_number = part.len() == 2 && part.chars().all(|c| c.is_ascii_digit());
        is_number.then(|| part.parse::<i8>().ok()).flatten()
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

/// `mon 08:00`.
fn day_and_time(text: &str) -> Option<(Weekday, Time)> {
    let (day, at) = text.split_once(' ')?;
    match weekdays(day).ok()?.as_slice() {
        [day] => Some((*day, time(at.trim())?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_two_digits_each_and_a_day_its_short_name() {
        assert_eq!(time("08:00"), Time::new(8, 0, 0, 0).ok());
        assert_eq!(time("23:59"), Time::new(23, 59, 0, 0).ok());
        for wrong in ["8:00", "24:00", "08:60", "0800", "08:00:00", " 08:00", "+8:00", "8", ""] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        assert_eq!(day_and_time("fri 17:30"), Time::new(17, 30, 0, 0).ok().map(|at| (Weekday::Friday, at)));
        for wrong in ["mon-fri 08:00", "08:00", "monday 08:00", "mon", "mon 8:00"] {
            assert_eq!(day_and_time(wrong), None, "{wrong}");
        }
    }
}
