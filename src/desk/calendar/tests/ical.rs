//! Holidays out of files as they are published.

use super::super::IcalError;
use super::zone;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::ops::RangeInclusive;

/// The holidays of a file in Berlin.
fn holidays_from_ical(text: &str, years: RangeInclusive<i16>) -> Result<Vec<(Date, String)>, IcalError> {
    holidays_in("Europe/Berlin", text, years)
}

fn holidays_in(name: &str, text: &str, years: RangeInclusive<i16>) -> Result<Vec<(Date, String)>, IcalError> {
    super::super::holidays_from_ical(text, years, &zone(name), &|name| TimeZone::get(name).ok())
}

/// The holidays from 2025 to 2028 of events, as `2026-12-25 name`.
fn read(events: &str) -> Result<Vec<String>, String> {
    read_in("Europe/Berlin", events)
}

fn read_in(name: &str, events: &str) -> Result<Vec<String>, String> {
    let text =
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", events.replace('\n', "\r\n"));
    let found = holidays_in(name, &text, 2025..=2028).map_err(|error| error.to_string())?;
    Ok(found.into_iter().map(|(date, name)| format!("{date} {name}")).collect())
}

/// One event of some lines.
fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT")
}

#[track_caller]
fn assert_days(lines: &str, days: &[&str]) {
    assert_days_in("Europe/Berlin", lines, days);
}

#[track_caller]
fn assert_days_in(zone: &str, lines: &str, days: &[&str]) {
    let read = read_in(zone, &event(lines)).unwrap();
    let dates: Vec<_> = read.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(dates, days, "{zone}: {lines}");
}

#[test]
fn a_published_file_is_read() {
    let text = "\u{feff}BEGIN:VCALENDAR\r\nPRODID:-//somebody//holidays//EN\r\nVERSION:2.0\r\n\
        BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n\
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
        BEGIN:VEVENT\r\nUID:1@x\r\nDTSTAMP:20250101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\n\
        SUMMARY;LANGUAGE=de:Weihnachten\\, beide \r\n Feier\r\n\ttage\\n(gesetzlich)\r\nTRANSP:TRANSPARENT\r\n\
        BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT15M\r\nSUMMARY:no name\r\nEND:VALARM\r\nEND:VEVENT\r\n\r\n\
        BEGIN:VEVENT\r\nDTSTART;X-P=\"a:b;TZID=c\";TZID=\"Europe/Berlin\":20260501T000000\r\nDTEND:20260501T220000Z\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART:20260502\r\nSTATUS:CANCELLED\r\nSUMMARY:not at all\r\nEND:VEVENT\r\n\
        BEGIN:VTODO\r\nDTSTART:20260503\r\nEND:VTODO\r\n\
        END:VCALENDAR\r\n";
    let found = holidays_from_ical(text, 2026..=2026).unwrap();
    let found: Vec<_> = found.iter().map(|(date, name)| format!("{date} {name}")).collect();
    assert_eq!(
        found,
        [
            "2026-05-01 holiday",
            "2026-12-25 Weihnachten, beide Feiertage (gesetzlich)",
            "2026-12-26 Weihnachten, beide Feiertage (gesetzlich)",
        ]
    );
    assert_eq!(holidays_from_ical(text, 2027..=2030).unwrap(), []);
    assert_eq!(holidays_from_ical(&text.replace("\r\n", "\n"), 2026..=2026).unwrap().len(), 3);
}

#[test]
fn an_event_is_a_holiday_on_every_day_it_touches() {
    for (lines, days) in [
        ("DTSTART;VALUE=DATE:20260501", &["2026-05-01"][..]),
        ("DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260501", &["2026-05-01"]),
        ("DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260502", &["2026-05-01"]),
        ("DTSTART;VALUE=DATE:20260501\nDURATION:P2D", &["2026-05-01", "2026-05-02"]),
        ("DTSTART:20260501T220000\nDTEND:20260502T020000", &["2026-05-01", "2026-05-02"]),
        ("DTSTART:20260501T220000\nDTEND:20260502T000000", &["2026-05-01"]),
        ("DTSTART:20260501T235960", &["2026-05-01"]),
        ("DTSTART:20260501T120000\nDURATION:PT12H", &["2026-05-01"]),
        ("DTSTART:20260501T120000\nDURATION:PT12H1S", &["2026-05-01", "2026-05-02"]),
        // it began in the year before those that are asked for, and ends in the year after
        ("DTSTART:20241230\nDTEND:20250102", &["2025-01-01"]),
        ("DTSTART:20281231\nDTEND:20290103", &["2028-12-31"]),
        ("DTSTART:20240101", &[]),
        ("DTSTART:20290101", &[]),
    ] {
        assert_days(lines, days);
    }
}

#[test]
fn a_time_with_a_zone_is_an_instant_and_its_day_is_the_one_where_the_calendar_is() {
    const BERLIN: &str = "Europe/Berlin";
    const NEW_YORK: &str = "America/New_York";
    let christmas = "DTSTART:20261224T230000Z\nDTEND:20261225T230000Z";
    let yearly = "DTSTART:20241224T230000Z\nDTEND:20241225T230000Z\nRRULE:FREQ=YEARLY";
    for (zone, lines, days) in [
        // exactly a day in Berlin, and parts of two elsewhere
        (BERLIN, christmas, &["2026-12-25"][..]),
        ("UTC", christmas, &["2026-12-24", "2026-12-25"]),
        (NEW_YORK, christmas, &["2026-12-24", "2026-12-25"]),
        (BERLIN, "DTSTART:20261224T230000Z\nDTEND:20261225T230001Z", &["2026-12-25", "2026-12-26"]),
        (BERLIN, "DTSTART:20261224T225959Z\nDTEND:20261225T230000Z", &["2026-12-24", "2026-12-25"]),
        (BERLIN, "DTSTART:20261224T230000Z\nDURATION:P1D", &["2026-12-25"]),
        (BERLIN, "DTSTART:20261224T230000Z", &["2026-12-25"]),
        (
            BERLIN,
            "DTSTART;TZID=Europe/Berlin:20261225T000000\nDTEND;TZID=Europe/Berlin:20261226T000000",
            &["2026-12-25"],
        ),
        (
            NEW_YORK,
            "DTSTART;TZID=Europe/Berlin:20261225T000000\nDTEND;TZID=Europe/Berlin:20261225T060000",
            &["2026-12-24"],
        ),
        (
            NEW_YORK,
            "DTSTART;TZID=\"Europe/Berlin\":20261225T000000\nDTEND:20261225T050001Z",
            &["2026-12-24", "2026-12-25"],
        ),
        // what is written without a zone is meant where the calendar is, and so is a day
        (NEW_YORK, "DTSTART:20261225T000000\nDTEND:20261226T000000", &["2026-12-25"]),
        (NEW_YORK, "DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226", &["2026-12-25"]),
        (NEW_YORK, "DTSTART;TZID=Nowhere;VALUE=DATE:20261225", &["2026-12-25"]),
        (NEW_YORK, "DTSTART:20261225T000000\nDTEND:20261226T050000Z", &["2026-12-25"]),
        // what comes back does so on its own clock
        (BERLIN, yearly, &["2025-12-25", "2026-12-25", "2027-12-25", "2028-12-25"]),
        (BERLIN, &format!("{yearly};BYMONTH=12;BYMONTHDAY=24;COUNT=3"), &["2025-12-25", "2026-12-25"]),
        (
            BERLIN,
            "DTSTART:20231231T233000Z\nRRULE:FREQ=YEARLY",
            &["2025-01-01", "2026-01-01", "2027-01-01", "2028-01-01"],
        ),
        (
            NEW_YORK,
            "DTSTART:20260101T020000Z\nRRULE:FREQ=YEARLY",
            &["2025-12-31", "2026-12-31", "2027-12-31", "2028-12-31"],
        ),
        // the clocks go back on the first of them
        (
            BERLIN,
            "DTSTART;TZID=Europe/Berlin:20261025T000000\nDTEND;TZID=Europe/Berlin:20261026T000000\nRRULE:FREQ=YEARLY;COUNT=2",
            &["2026-10-25", "2027-10-25"],
        ),
        (
            BERLIN,
            "DTSTART;TZID=Europe/Berlin:20251225T000000\nRRULE:FREQ=YEARLY;UNTIL=20261224T230000Z",
            &["2025-12-25", "2026-12-25"],
        ),
        (
            BERLIN,
            &format!(
                "{yearly};COUNT=4\nEXDATE;VALUE=DATE:20251224\nEXDATE;TZID=Europe/Berlin:20271225T000000"
            ),
            &["2026-12-25"],
        ),
        (
            BERLIN,
            &format!("{christmas}\nRDATE:20270101T230000Z,20270501T120000Z"),
            &["2026-12-25", "2027-01-02", "2027-05-01", "2027-05-02"],
        ),
    ] {
        assert_days_in(zone, lines, days);
    }
    let master = event(
        "UID:1\nDTSTART:20251224T230000Z\nDTEND:20251225T230000Z\nRRULE:FREQ=YEARLY;COUNT=2\nSUMMARY:a",
    );
    let off = event("UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261225T000000\nSTATUS:CANCELLED");
    assert_eq!(read(&[master, off].join("\n")).unwrap(), ["2025-12-25 a"]);
}

#[test]
fn yearly_events_come_back() {
    for (lines, days) in [
        (
            "DTSTART:20201225\nRRULE:FREQ=YEARLY",
            &["2025-12-25", "2026-12-25", "2027-12-25", "2028-12-25"][..],
        ),
        (
            "DTSTART:16011225\nRRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;WKST=MO",
            &["2025-12-25", "2026-12-25", "2027-12-25", "2028-12-25"],
        ),
        ("DTSTART:20271225\nRRULE:FREQ=YEARLY", &["2027-12-25", "2028-12-25"]),
        ("DTSTART:20201225\nRRULE:FREQ=YEARLY;INTERVAL=3", &["2026-12-25"]),
        ("DTSTART:20201225\nRRULE:FREQ=YEARLY;COUNT=7", &["2025-12-25", "2026-12-25"]),
        ("DTSTART:20201225\nRRULE:FREQ=YEARLY;UNTIL=20261225T000000Z", &["2025-12-25", "2026-12-25"]),
        ("DTSTART:20201225\nRRULE:FREQ=YEARLY;UNTIL=20261224", &["2025-12-25"]),
        // only leap years have it
        ("DTSTART:20240229\nRRULE:FREQ=YEARLY", &["2028-02-29"]),
        // the fourth Thursday of November, the last Monday of May in two ways, the Monday before 25 May
        (
            "DTSTART:20201126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
            &["2025-11-27", "2026-11-26", "2027-11-25", "2028-11-23"],
        ),
        (
            "DTSTART:20200525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
            &["2025-05-26", "2026-05-25", "2027-05-31", "2028-05-29"],
        ),
        (
            "DTSTART:20200525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=MO;BYSETPOS=-1",
            &["2025-05-26", "2026-05-25", "2027-05-31", "2028-05-29"],
        ),
        (
            "DTSTART:20200518\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=MO;BYMONTHDAY=18,19,20,21,22,23,24",
            &["2025-05-19", "2026-05-18", "2027-05-24", "2028-05-22"],
        ),
        // the last day of two months, the first Sunday of the year
        (
            "DTSTART:20260228\nRRULE:FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=-1;COUNT=3",
            &["2026-02-28", "2026-04-30", "2027-02-28"],
        ),
        ("DTSTART:20260104\nRRULE:FREQ=YEARLY;BYDAY=1SU;COUNT=2", &["2026-01-04", "2027-01-03"]),
        // several days, each year
        (
            "DTSTART:20261224\nDTEND:20261226\nRRULE:FREQ=YEARLY;COUNT=2",
            &["2026-12-24", "2026-12-25", "2027-12-24", "2027-12-25"],
        ),
        (
            "DTSTART:20201231\nDTEND:20210102\nRRULE:FREQ=YEARLY;UNTIL=20251231",
            &["2025-01-01", "2025-12-31", "2026-01-01"],
        ),
        ("DTSTART:20260501\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20270501,20280501", &["2026-05-01"]),
        (
            "DTSTART:20260501\nRDATE;VALUE=DATE:20260601,20260701\nRDATE;VALUE=PERIOD:20260801T000000Z/PT1H",
            &["2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01"],
        ),
    ] {
        assert_days(lines, days);
    }
}

#[test]
fn a_day_that_was_moved_or_called_off_is_not_there_twice() {
    let yearly = event("UID:1\nDTSTART:20260501\nRRULE:FREQ=YEARLY\nSUMMARY:May Day");
    let moved = event("UID:1\nRECURRENCE-ID;VALUE=DATE:20270501\nDTSTART:20270503\nSUMMARY:May Day, moved");
    let off = event("UID:1\nRECURRENCE-ID:20280501\nSTATUS:CANCELLED");
    let other = event("UID:2\nDTSTART:20280501\nSUMMARY:other");
    let read = read(&[yearly, moved, off, other].join("\n")).unwrap();
    assert_eq!(read, ["2026-05-01 May Day", "2027-05-03 May Day, moved", "2028-05-01 other"]);
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    for (events, told) in [
        (event("SUMMARY:x"), "line 3: the event that begins here has no DTSTART"),
        (event("DTSTART:20260230"), "line 4: DTSTART is not a date: \"20260230\"; dates are like 20261225"),
        (event("SUMMARY:a\n b\nDTSTART:2026-05-01"), "line 6: DTSTART is not a date: \"2026-05-01\""),
        (event("DTSTART:20260501\nDTEND:tomorrow"), "line 5: DTEND is not a date: \"tomorrow\""),
        (event("DTSTART:20260501T250000"), "line 4: DTSTART is not a date"),
        (
            event("DTSTART;TZID=W. Europe Standard Time:20260501T000000"),
            "line 4: \"W. Europe Standard Time\" in a TZID is no time zone that is known: names are like Europe/Berlin",
        ),
        (
            event("SUMMARY:May Day\nDTSTART:20260501\nDTEND:20260430"),
            "line 3: the event that begins here, \"May Day\", ends before it begins: correct its end",
        ),
        (
            event("DTSTART:20260501T120000\nDTEND:20260501T115959"),
            "line 3: the event that begins here, \"holiday\", ends",
        ),
        (
            event("DTSTART:20260501T100000Z\nDTEND;TZID=Europe/Berlin:20260501T115959"),
            "line 3: the event that",
        ),
        (event("DTSTART:20260501\nDURATION:-P1D"), "line 3: the event that begins here, \"holiday\", ends"),
        (event("DTSTART:20260501T120000\nDTEND;VALUE=DATE:20260501"), ""),
        (event("DTSTART:20260501\nDURATION:soon"), "line 5: \"soon\" is not a DURATION"),
        (
            event("DTSTART:20260501\nRRULE:FREQ=WEEKLY"),
            "line 5: \"FREQ=WEEKLY\" in an RRULE is not understood here",
        ),
        (event("DTSTART:20260501\nRRULE:COUNT=2"), "line 5: \"COUNT=2\" in an RRULE"),
        (event("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYEASTER=1"), "line 5: \"BYEASTER=1\" in an RRULE"),
        (event("DTSTART:20260501\nRRULE:FREQ=YEARLY;INTERVAL=0"), "line 5: \"INTERVAL=0\" in an RRULE"),
        (event("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYMONTH=13"), "line 5: \"BYMONTH=13\" in an RRULE"),
        (event("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYMONTHDAY=0"), "line 5: \"BYMONTHDAY=0\" in an RRULE"),
        (event("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYDAY=XX"), "line 5: \"BYDAY=XX\" in an RRULE"),
        (event("DTSTART:20260501\nEXRULE:FREQ=YEARLY"), "line 5: \"EXRULE\" in an RRULE"),
        (event("a line without"), "line 4: \"a line without\" is not a name, a colon and a value"),
        (event("two words:x"), "line 4: \"two words:x\" is not a name"),
        ("END:VEVENT".to_owned(), "line 3: END:VEVENT ends what is not open"),
        ("BEGIN:VEVENT\nDTSTART:20260501".to_owned(), "line 5: END:VCALENDAR ends what is not open"),
        (event("DTSTART:20250101\nRRULE:FREQ=YEARLY;BYDAY=MO\nDTEND:20991231"), ""),
    ] {
        match read(&events) {
            Err(error) => assert!(!told.is_empty() && error.starts_with(told), "{error}"),
            Ok(days) => assert!(told.is_empty() && !days.is_empty(), "{events}"),
        }
    }
    let cut =
        holidays_from_ical("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260501\n", 2026..=2026).unwrap_err();
    assert_eq!(cut.to_string(), "line 2: BEGIN:VEVENT is never ended: is the file cut off?");
    let many = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:00010101\nDTEND:99991231\nEND:VEVENT\nEND:VCALENDAR";
    let many = holidays_from_ical(many, 0..=9999).unwrap_err();
    assert!(
        many.to_string().starts_with("line 2: from here on there are more than 20000 holidays"),
        "{many}"
    );
}

#[test]
fn what_is_no_calendar_is_not_repeated() {
    for text in [
        "",
        "\n\n",
        "marker-secret",
        "marker: secret",
        "BEGIN:VCARD\nEND:VCARD",
        "<html>marker</html>",
        " folded",
    ] {
        let error = holidays_from_ical(text, 2026..=2026).unwrap_err().to_string();
        assert!(error.contains("line 1: is not an iCalendar file") || text == "\n\n", "{text}: {error}");
        assert!(error.contains("is not an iCalendar file") && !error.contains("marker"), "{text}: {error}");
    }
}

#[test]
fn dates_far_back_and_far_ahead_do_no_harm() {
    for years in [-9999..=-9998, 0..=0, 9998..=9999] {
        for start in ["00000101", "99991231", "20260501"] {
            let text = format!(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{start}\nDURATION:P90W\nRRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR"
            );
            holidays_from_ical(&text, years.clone()).unwrap();
        }
    }
}
