//! Hours and days as people write them.

use super::super::HoursError;
use super::*;
use jiff::civil::Weekday;

#[test]
fn an_interval_is_read_as_a_person_means_it() {
    for (text, read) in [
        ("08:00-17:00", "08:00-17:00"),
        ("8:00-17:30", "08:00-17:30"),
        (" 08:00 – 17:00 ", "08:00-17:00"),
        ("08:00-24:00", "08:00-24:00"),
        ("00:00-24:00", "00:00-24:00"),
        // over midnight
        ("22:00-06:00", "22:00-06:00"),
        ("17:00-00:00", "17:00-24:00"),
        ("23:59-23:58", "23:59-23:58"),
    ] {
        assert_eq!(text.parse::<Interval>().unwrap().to_string(), read, "{text}");
    }
}

#[test]
fn what_is_no_interval_is_told_with_what_to_write() {
    for (text, told) in [
        ("", "\"\" is not from one time to another: write it like \"08:00-17:00\""),
        ("08:00", "\"08:00\" is not from one time to another"),
        ("08:00-", "\"\" is not a time of day: hours go from 00 to 23"),
        ("8-17", "\"8\" is not a time of day"),
        ("08:00-17:60", "\"17:60\" is not a time of day"),
        ("08:00-24:01", "\"24:01\" is not a time of day"),
        ("08:00-25:00", "\"25:00\" is not a time of day"),
        ("08:0-17:00", "\"08:0\" is not a time of day"),
        ("008:00-17:00", "\"008:00\" is not a time of day"),
        ("+8:00-17:00", "\"+8:00\" is not a time of day"),
        ("08:00-12:00-13:00", "\"12:00-13:00\" is not a time of day"),
        ("24:00-06:00", "\"24:00-06:00\" begins at 24:00: write it on the next day"),
        ("08:00-08:00", "\"08:00-08:00\" ends where it begins: a whole day is \"00:00-24:00\""),
        ("24:00-24:00", "\"24:00-24:00\" begins at 24:00"),
    ] {
        let error = text.parse::<Interval>().unwrap_err().to_string();
        assert!(error.starts_with(told), "{text}: {error}");
    }
}

#[test]
fn days_are_one_or_from_one_to_another() {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    for (text, days) in [
        ("mon", &[Monday][..]),
        ("sun", &[Sunday]),
        ("mon-fri", &[Monday, Tuesday, Wednesday, Thursday, Friday]),
        ("sat-mon", &[Saturday, Sunday, Monday]),
        ("mon-mon", &[Monday]),
        ("mon-sun", &[Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]),
    ] {
        assert_eq!(weekdays(text).unwrap(), days, "{text}");
    }
    for text in ["", "monday", "Mon", "mo-fr", "mon-", "mon - fri", "mon,tue", "mon-wed-fri"] {
        let error = weekdays(text).unwrap_err().to_string();
        assert!(error.contains("is not a day of the week: write mon, tue"), "{error}");
    }
}

#[test]
fn a_day_has_its_hours_from_one_place() {
    let mut week = Week::new();
    let hours = intervals(&["08:00-12:00"]);
    week.set(&weekdays("mon-fri").unwrap(), &hours).unwrap();
    let before = week.clone();
    let error = week.set(&weekdays("thu-sat").unwrap(), &hours).unwrap_err();
    assert_eq!(error, HoursError::Twice("thu"));
    assert_eq!(error.to_string(), "thu has hours already: write each day once, e.g. mon-thu and fri");
    assert_eq!(week, before);
    assert_eq!(week.on(Weekday::Saturday), []);
}
