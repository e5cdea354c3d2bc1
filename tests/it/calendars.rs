//! Working time, from the file to the terminal.

use crate::config::{MATRIX, assert_told, environment};
use crate::program::{desk, done};
use deskbridge::config::load::check;
use deskbridge::config::{Config, Problem};
use std::fs;
use std::path::Path;

/// A configuration with calendars.
fn with(calendars: &str) -> String {
    format!("[desk]\ntime_zone = \"Europe/Berlin\"\n{MATRIX}\n{calendars}")
}

fn loaded(calendars: &str) -> (Config, Vec<Problem>) {
    let loaded = check(&with(calendars), &environment).unwrap();
    (loaded.config, loaded.warnings)
}

fn names(config: &Config) -> Vec<&str> {
    config.calendars.iter().map(desk::calendar::Calendar::name).collect()
}

/// A file of holidays in a directory.
fn ics(directory: &Path, lines: &str) -> String {
    let path = directory.join("holidays.ics");
    fs::write(&path, format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn calendars_are_put_together_from_hours_holidays_and_files() {
    let directory = tempfile::tempdir().unwrap();
    let file = ics(directory.path(), "DTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas Day");
    let (config, warnings) = loaded(&format!(
        "[[calendars]]\nname = \"shop\"\ntime_zone = \"America/New_York\"\nholidays = [\"2026-07-04 Independence Day\", \"2026-01-01\"]\n\
         holiday_files = [{file:?}]\nspecial_days = {{ \"2026-12-24\" = [\"08:00-12:00\"] }}\n\
         [calendars.hours]\nmon-fri = [\"08:00-12:00\", \"13:00-17:00\"]\nsat = [\"10:00-14:00\"]\n\
         [[calendars]]\nname = \"night\"\nhours = {{ mon-sun = [\"22:00-06:00\"] }}\n"
    ));
    assert_eq!(warnings, []);
    assert_eq!(names(&config), ["always", "shop", "night"]);
    let shop = config.calendar("shop").unwrap();
    assert_eq!(shop.zone().iana_name(), Some("America/New_York"));
    let holidays: Vec<_> = shop.holidays().map(|(date, name)| format!("{date} {name}")).collect();
    for wanted in [
        "2026-01-01 holiday",
        "2026-07-04 Independence Day",
        "2026-12-25 Christmas Day",
        "2100-12-25 Christmas Day",
    ] {
        assert!(holidays.iter().any(|holiday| holiday == wanted), "{wanted} is not in {holidays:?}");
    }
    assert_eq!(config.calendar("night").unwrap().zone().iana_name(), Some("Europe/Berlin"));
    let at = |text: &str| text.parse().unwrap();
    let due = shop.due_at(at("2026-12-24T11:00-05"), "2h".parse().unwrap());
    assert_eq!(due, at("2026-12-26T11:00-05"));
}

#[test]
fn a_holiday_in_a_file_is_where_the_calendar_is() {
    let directory = tempfile::tempdir().unwrap();
    let file = ics(directory.path(), "DTSTART:20261224T230000Z\nDTEND:20261225T230000Z");
    let calendar = |name: &str, zone: &str| {
        format!(
            "[[calendars]]\nname = \"{name}\"\n{zone}holiday_files = [{file:?}]\nhours = {{ mon-fri = [\"08:00-12:00\"] }}\n"
        )
    };
    let zone = "time_zone = \"America/New_York\"\n";
    let (config, _) = loaded(&format!("{}{}", calendar("berlin", ""), calendar("york", zone)));
    let holidays = |name: &str| {
        let calendar = config.calendar(name).unwrap();
        calendar.holidays().map(|(date, _)| date.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(holidays("berlin"), ["2026-12-25"]);
    assert_eq!(holidays("york"), ["2026-12-24", "2026-12-25"]);
}

#[test]
fn a_desk_without_calendars_has_office_hours() {
    for nothing in ["", "calendars = []"] {
        let text = format!("{nothing}\n{}", with(""));
        let config = check(&text, &environment).unwrap().config;
        assert_eq!(names(&config), ["always", "office"]);
        let office = config.calendar("office").unwrap();
        assert_eq!(office.zone().iana_name(), Some("Europe/Berlin"));
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(
            office.due_at(at("2026-11-20T16:30+01"), "1h".parse().unwrap()),
            at("2026-11-23T08:30+01")
        );
    }
}

#[test]
fn everything_wrong_with_calendars_is_told_at_once() {
    let text = with(
        "[[calendars]]\nname = \"always\"\ntime_zone = \"Europe/Berln\"\n\
         hours = { mon-fri = [\"8-17\", \"08:00-12:00\"], fri = [\"08:00-08:00\"], someday = [\"08:00-12:00\"], sat = \"08:00-12:00\" }\n\
         holidays = [\"25.12.2026\", \"20261226\", \"2026-02-30 never\"]\nholiday_files = [\"does/not/exist.ics\"]\n\
         special_days = { tomorrow = [\"08:00-12:00\"], \"2026-12-24\" = [\"noon\"] }\nholliday = []\n\
         [[calendars]]\nname = \"always on\"\nhours = {}\n\
         [[calendars]]\nname = \"a\"\n\
         [[calendars]]\nname = \"a\"\nhours = { mon = [\"08:00-12:00\"] }\nholidays = [2026-12-25]\n",
    );
    assert_told(
        &text,
        &[
            "calendars[0].name: is taken → that calendar is there without being written",
            "calendars[0].time_zone: is not a known time zone → did you mean Europe/Berlin?",
            "calendars[0].hours.mon-fri[0]: is not understood → \"8\" is not a time of day",
            "calendars[0].hours.mon-fri: cannot be used → fri has hours already",
            "calendars[0].hours.fri[0]: is not understood → \"08:00-08:00\" ends where it begins",
            "calendars[0].hours.someday: cannot be used → \"someday\" is not a day of the week",
            "calendars[0].hours.sat: must be a list, not a text → put it in square brackets",
            "calendars[0].holidays[0]: is not a date → write it like \"2026-12-25\"",
            "calendars[0].holidays[1]: is not a date",
            "calendars[0].holidays[2]: is not a date",
            "calendars[0].holiday_files[0]: names does/not/exist.ics, which cannot be read",
            "calendars[0].special_days.tomorrow: is not a date",
            "calendars[0].special_days.2026-12-24[0]: is not understood → \"noon\" is not from one time to another",
            "calendars[0].holliday: is not known → did you mean holidays?",
            "calendars[1].name: must be 1 to 60 letters, digits, - or _",
            "calendars[1].hours: has no hours at all → e.g. { mon-fri",
            "calendars[2].hours: is missing → The hours of a week",
            "calendars[3].name: is the name of calendars[2]",
            "calendars[3].holidays[0]: must be a text, not a date → put it in quotes",
        ],
    );
}

#[test]
fn a_calendar_that_is_closed_for_a_year_is_refused() {
    let mondays: Vec<String> = (0..60)
        .map(|week| {
            let monday = jiff::civil::date(2027, 1, 4) + jiff::SignedDuration::from_hours(24 * 7 * week);
            format!("\"{monday}\"")
        })
        .collect();
    let text = format!(
        "[[calendars]]\nname = \"a\"\nhours = {{ mon = [\"08:00-12:00\"] }}\nholidays = [{}]",
        mondays.join(",")
    );
    assert_told(
        &with(&text),
        &["calendars[0]: has no working time from 2026-12-29 to 2027-12-29, and perhaps longer"],
    );
}

#[test]
fn a_file_of_holidays_that_is_not_understood_is_told_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let calendar = |file: &str| {
        with(&format!(
            "[[calendars]]\nname = \"a\"\nhours = {{ mon = [\"08:00-12:00\"] }}\nholiday_files = [{file:?}]"
        ))
    };
    let file = ics(directory.path(), "DTSTART:20260501\nRRULE:FREQ=WEEKLY");
    assert_told(
        &calendar(&file),
        &["which cannot be read as holidays → line 4: \"FREQ=WEEKLY\" in an RRULE is not understood"],
    );
    let file = ics(directory.path(), "DTSTART;TZID=Central Time:20260501T000000");
    assert_told(&calendar(&file), &["line 3: \"Central Time\" in a TZID is no time zone that is known"]);
    let file = ics(directory.path(), "DTSTART:19990501");
    let warnings = check(&calendar(&file), &environment).unwrap().warnings;
    assert!(warnings[0].what.ends_with("has no event from 2000 to 2100"), "{warnings:?}");
    let secret = directory.path().join("secret");
    fs::write(&secret, "marker-secret").unwrap();
    let told = crate::config::problems(&calendar(secret.to_str().unwrap()));
    assert!(
        told.len() == 1 && told[0].contains("is not an iCalendar file") && !told[0].contains("marker"),
        "{told:?}"
    );
    assert_told(&calendar(directory.path().to_str().unwrap()), &["which is not a file"]);
    fs::write(&secret, [0xff, 0xfe]).unwrap();
    assert_told(&calendar(secret.to_str().unwrap()), &["which is not UTF-8 text"]);
}

#[test]
fn the_terminal_says_when_a_span_is_over_and_how_that_comes_about() {
    let directory = desk();
    let due = |calendar: &str, from: &str, span: &str| {
        let (code, out, error) =
            done(directory.path(), &["due", "--calendar", calendar, "--from", from, "--span", span]);
        assert_eq!((code, error.as_str()), (0, ""));
        out
    };
    assert_eq!(
        due("office", "2026-11-20T16:30:00+01:00", "1h"),
        "2026-11-23T08:30:00+01:00\n\
         Fri 2026-11-20 16:30 to 17:00: working time, 30m counted, 30m left\n\
         Fri 2026-11-20 17:00 to Mon 2026-11-23 08:00: closed\n\
         Mon 2026-11-23 08:00 to 08:30: working time, 30m counted, nothing left\n"
    );
    // any offset, the calendar's own in the answer; both sides of the change of clocks
    assert_eq!(
        due("always", "2026-10-25T00:30:00Z", "90m"),
        "2026-10-25T03:00:00+01:00\n\
         Sun 2026-10-25 02:30 +02:00 to 03:00 +01:00: working time, 1h 30m counted, nothing left\n"
    );
    assert_eq!(due("office", "2026-11-20T10:00:00.25-05:00", "0h"), "2026-11-20T16:00:00.25+01:00\n");
    let long = due("office", "2026-11-02T08:00:00+01:00", "2000h");
    assert!(
        long.contains("20 whole weeks without a holiday or a change of clocks, 900h counted, 1100h left"),
        "{long}"
    );
}

#[test]
fn the_terminal_says_everything_that_is_wrong_with_a_question() {
    let directory = desk();
    let wrong = |calendar: &str, from: &str, span: &str| {
        let (code, out, error) =
            done(directory.path(), &["due", "--calendar", calendar, "--from", from, "--span", span]);
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        error
    };
    assert_eq!(
        wrong("ofice", "yesterday", "soon"),
        "deskbridge: --calendar \"ofice\" is not configured: did you mean \"office\"? The calendars are: always, office\n\
         deskbridge: --from \"yesterday\" is not an instant: write it like 2026-11-20T16:30:00+01:00 or 2026-11-20T15:30:00Z\n\
         deskbridge: --span \"soon\" is not a length of time: write it like 45m, 4h, 1h30m or 2d, of 24 hours each\n"
    );
    let error = wrong("night", "2026-11-20T16:30:00", "1h");
    assert!(error.contains("\"night\" is not configured. The calendars are: always, office\n"), "{error}");
    assert!(error.contains("--from \"2026-11-20T16:30:00\" is not an instant"), "{error}");
    let error = wrong("office", "9999-12-01T00:00:00Z", "100w");
    assert!(error.contains("it would be over after the year 9999"), "{error}");
}
