//! What people ask about: one row for each case.

use super::*;

/// Rows of: from, span, due, way.
#[track_caller]
fn assert_due(calendar: &Calendar, rows: &[(&str, &str, &str, &str)]) {
    for (from, length, wanted, wanted_way) in rows {
        let due = calendar.due(at(from), span(length));
        assert_eq!(shown(calendar, due.at), *wanted, "{from} + {length}");
        assert_eq!(way(calendar, &due), *wanted_way, "{from} + {length}");
        assert_eq!(calendar.due_at(at(from), span(length)), due.at);
    }
}

#[test]
fn time_counts_only_within_working_time() {
    let calendar = berlin(OFFICE, &[]);
    let rows = [
        // the weekend is jumped over
        (
            "2026-11-20T16:30+01",
            "1h",
            "Mon 2026-11-23 08:30+01:00",
            "Fri 16:30-Fri 17:00 30m | closed | Mon 08:00-Mon 08:30 30m",
        ),
        // from whatever zone the instant is written in
        (
            "2026-11-20T15:30Z",
            "1h",
            "Mon 2026-11-23 08:30+01:00",
            "Fri 16:30-Fri 17:00 30m | closed | Mon 08:00-Mon 08:30 30m",
        ),
        // a start outside begins at the next opening
        ("2026-11-21T12:00+01", "1h", "Mon 2026-11-23 09:00+01:00", "closed | Mon 08:00-Mon 09:00 1h"),
        ("2026-11-20T07:59+01", "1m", "Fri 2026-11-20 08:01+01:00", "closed | Fri 08:00-Fri 08:01 1m"),
        ("2026-11-20T17:00+01", "1m", "Mon 2026-11-23 08:01+01:00", "closed | Mon 08:00-Mon 08:01 1m"),
        // used up on a closing edge: that edge, not the next opening
        ("2026-11-20T16:00+01", "1h", "Fri 2026-11-20 17:00+01:00", "Fri 16:00-Fri 17:00 1h"),
        ("2026-11-20T17:00+01", "9h", "Mon 2026-11-23 17:00+01:00", "closed | Mon 08:00-Mon 17:00 9h"),
        // nothing is over at once, or at the next opening
        ("2026-11-20T16:00+01", "0s", "Fri 2026-11-20 16:00+01:00", ""),
        ("2026-11-20T17:00+01", "0s", "Mon 2026-11-23 08:00+01:00", "closed"),
        ("2026-11-20T16:00+01", "-1h", "Fri 2026-11-20 16:00+01:00", ""),
        // several days
        (
            "2026-11-19T16:00+01",
            "20h",
            "Tue 2026-11-24 09:00+01:00",
            "Thu 16:00-Thu 17:00 1h | closed | Fri 08:00-Fri 17:00 9h | closed | Mon 08:00-Mon 17:00 9h | closed | Tue 08:00-Tue 09:00 1h",
        ),
    ];
    assert_due(&calendar, &rows);
}

#[test]
fn a_day_may_have_several_intervals() {
    let rows = [
        (
            "2026-11-19T11:30+01",
            "1h",
            "Thu 2026-11-19 13:30+01:00",
            "Thu 11:30-Thu 12:00 30m | closed | Thu 13:00-Thu 13:30 30m",
        ),
        ("2026-11-19T12:15+01", "1h", "Thu 2026-11-19 14:00+01:00", "closed | Thu 13:00-Thu 14:00 1h"),
        (
            "2026-11-20T11:00+01",
            "90m",
            "Mon 2026-11-23 08:30+01:00",
            "Fri 11:00-Fri 12:00 1h | closed | Mon 08:00-Mon 08:30 30m",
        ),
    ];
    assert_due(&berlin(SPLIT, &[]), &rows);
}

#[test]
fn an_interval_over_midnight_belongs_to_the_day_it_starts_on() {
    let week: Hours<'_> = &[("fri", &["22:00-06:00"]), ("mon", &["08:00-09:00"])];
    let rows = [
        ("2026-11-20T23:00+01", "3h", "Sat 2026-11-21 02:00+01:00", "Fri 23:00-Sat 02:00 3h"),
        (
            "2026-11-21T05:00+01",
            "90m",
            "Mon 2026-11-23 08:30+01:00",
            "Sat 05:00-Sat 06:00 1h | closed | Mon 08:00-Mon 08:30 30m",
        ),
        ("2026-11-20T05:00+01", "1h", "Fri 2026-11-20 23:00+01:00", "closed | Fri 22:00-Fri 23:00 1h"),
        // over the end of the week: nobody begins on Saturday night
        ("2026-11-21T23:00+01", "1h", "Mon 2026-11-23 09:00+01:00", "closed | Mon 08:00-Mon 09:00 1h"),
    ];
    assert_due(&berlin(week, &[]), &rows);
}

#[test]
fn a_holiday_is_no_working_time_and_is_named_on_the_way() {
    let holidays = [
        "2026-05-25 Whit Monday",
        "2026-05-24 Whit Sunday",
        "2026-12-25 Christmas",
        "2026-12-24 Christmas Eve",
    ];
    let rows = [
        (
            "2026-05-22T16:30+02",
            "1h",
            "Tue 2026-05-26 08:30+02:00",
            "Fri 16:30-Fri 17:00 30m | closed (2026-05-25 Whit Monday) | Tue 08:00-Tue 08:30 30m",
        ),
        (
            "2026-05-25T10:00+02",
            "1h",
            "Tue 2026-05-26 09:00+02:00",
            "closed (2026-05-25 Whit Monday) | Tue 08:00-Tue 09:00 1h",
        ),
        // it took nothing away from what comes after
        ("2026-05-25T18:00+02", "1h", "Tue 2026-05-26 09:00+02:00", "closed | Tue 08:00-Tue 09:00 1h"),
        (
            "2026-12-23T17:00+01",
            "0s",
            "Mon 2026-12-28 08:00+01:00",
            "closed (2026-12-24 Christmas Eve, 2026-12-25 Christmas)",
        ),
    ];
    assert_due(&berlin(OFFICE, &holidays), &rows);
}

#[test]
fn a_night_before_a_holiday_is_worked_to_its_end_and_the_night_of_the_holiday_is_free() {
    let rows = [
        (
            "2026-05-24T23:00+02",
            "8h",
            "Tue 2026-05-26 23:00+02:00",
            "Sun 23:00-Mon 06:00 7h | closed (2026-05-25 Whit Monday) | Tue 22:00-Tue 23:00 1h",
        ),
        (
            "2026-05-26T01:00+02",
            "1h",
            "Tue 2026-05-26 23:00+02:00",
            "closed (2026-05-25 Whit Monday) | Tue 22:00-Tue 23:00 1h",
        ),
    ];
    assert_due(&berlin(NIGHTS, &["2026-05-25 Whit Monday"]), &rows);
}

#[test]
fn a_special_day_has_its_own_hours_even_on_a_holiday() {
    let mut plan =
        with_holidays(plan("Europe/Berlin", OFFICE), &["2026-12-24 Christmas Eve", "2026-12-25 Christmas"]);
    plan.special_days.insert(day("2026-12-24"), intervals(&["08:00-12:00"]));
    plan.special_days.insert(day("2026-12-26"), intervals(&["10:00-11:00"]));
    plan.special_days.insert(day("2026-12-28"), Vec::new());
    let rows = [(
        "2026-12-24T11:00+01",
        "150m",
        "Tue 2026-12-29 08:30+01:00",
        "Thu 11:00-Thu 12:00 1h | closed (2026-12-25 Christmas) | Sat 10:00-Sat 11:00 1h | closed (2026-12-28 special) | Tue 08:00-Tue 08:30 30m",
    )];
    assert_due(&Calendar::new(plan).unwrap(), &rows);
}

#[test]
fn the_hour_that_clocks_leave_out_in_spring_does_not_count() {
    let rows = [
        // 22:00 to 06:00 is seven hours that night
        ("2026-03-28T22:00+01", "7h", "Sun 2026-03-29 06:00+02:00", "Sat 22:00-Sun 06:00 7h"),
        ("2026-03-29T01:30+01", "1h", "Sun 2026-03-29 03:30+02:00", "Sun 01:30-Sun 03:30 1h"),
        (
            "2026-03-28T22:00+01",
            "8h",
            "Sun 2026-03-29 23:00+02:00",
            "Sat 22:00-Sun 06:00 7h | closed | Sun 22:00-Sun 23:00 1h",
        ),
    ];
    assert_due(&berlin(NIGHTS, &[]), &rows);
    // what begins or ends in it begins or ends at the change
    let edges: Hours<'_> = &[("sun", &["00:00-02:30"]), ("mon", &["08:00-09:00"])];
    let rows = [(
        "2026-03-29T00:00+01",
        "150m",
        "Mon 2026-03-30 08:30+02:00",
        "Sun 00:00-Sun 03:00 2h | closed | Mon 08:00-Mon 08:30 30m",
    )];
    assert_due(&berlin(edges, &[]), &rows);
    let rows =
        [("2026-03-29T01:00+01", "1h", "Sun 2026-03-29 04:00+02:00", "closed | Sun 03:00-Sun 04:00 1h")];
    assert_due(&berlin(&[("sun", &["02:30-06:00"])], &[]), &rows);
    // what is in it altogether is not there this time
    let rows =
        [("2026-03-29T01:00+01", "15m", "Sun 2026-04-05 02:30+02:00", "closed | Sun 02:15-Sun 02:30 15m")];
    assert_due(&berlin(&[("sun", &["02:15-02:45"])], &[]), &rows);
}

#[test]
fn the_hour_that_clocks_repeat_in_autumn_counts_twice() {
    let rows = [
        ("2026-10-24T22:00+02", "9h", "Sun 2026-10-25 06:00+01:00", "Sat 22:00-Sun 06:00 9h"),
        ("2026-10-25T02:30+02", "1h", "Sun 2026-10-25 02:30+01:00", "Sun 02:30-Sun 02:30 1h"),
        ("2026-10-25T01:00+02", "3h", "Sun 2026-10-25 03:00+01:00", "Sun 01:00-Sun 03:00 3h"),
    ];
    assert_due(&berlin(NIGHTS, &[]), &rows);
    // hours that end in it are worked each time the clock shows them
    let rows = [
        ("2026-10-25T02:00+02", "30m", "Sun 2026-10-25 02:30+02:00", "Sun 02:00-Sun 02:30 30m"),
        (
            "2026-10-25T02:00+02",
            "45m",
            "Sun 2026-10-25 02:15+01:00",
            "Sun 02:00-Sun 02:30 30m | closed | Sun 02:00-Sun 02:15 15m",
        ),
        ("2026-10-25T02:45+02", "0s", "Sun 2026-10-25 02:00+01:00", "closed"),
    ];
    assert_due(&berlin(&[("sun", &["00:00-02:30"])], &[]), &rows);
    // and so are hours that begin in it
    let rows = [(
        "2026-10-25T01:00+02",
        "1h",
        "Sun 2026-10-25 03:00+01:00",
        "closed | Sun 02:30-Sun 02:00 30m | closed | Sun 02:30-Sun 03:00 30m",
    )];
    assert_due(&berlin(&[("sun", &["02:30-06:00"])], &[]), &rows);
}

#[test]
fn hours_that_touch_or_overlap_are_one_stretch() {
    let week: Hours<'_> = &[
        ("mon", &["10:00-12:00", "08:00-10:00", "11:00-13:00", "08:30-09:00"]),
        ("tue", &["22:00-06:00"]),
        ("wed", &["05:00-07:00", "07:00-08:00"]),
        ("sat-sun", &["00:00-24:00"]),
    ];
    let rows = [
        ("2026-11-23T08:00+01", "5h", "Mon 2026-11-23 13:00+01:00", "Mon 08:00-Mon 13:00 5h"),
        ("2026-11-24T22:00+01", "10h", "Wed 2026-11-25 08:00+01:00", "Tue 22:00-Wed 08:00 10h"),
        ("2026-11-28T00:00+01", "48h", "Mon 2026-11-30 00:00+01:00", "Sat 00:00-Mon 00:00 48h"),
    ];
    let calendar = berlin(week, &[]);
    assert_due(&calendar, &rows);
    assert_eq!(calendar.working(at("2026-11-23T00:00+01"), at("2026-11-30T00:00+01")), span("63h"));
}

#[test]
fn zones_that_change_at_midnight_or_skip_a_day_are_no_exception() {
    // São Paulo went from 23:59:59 back to 23:00:00, and in spring from 23:59:59 to 01:00:00
    let paulo = |hours| Calendar::new(plan("America/Sao_Paulo", hours)).unwrap();
    let rows = [
        ("2018-02-17T22:00-02", "4h", "Sun 2018-02-18 01:00-03:00", "Sat 22:00-Sun 01:00 4h"),
        ("2018-11-03T23:00-03", "2h", "Sun 2018-11-04 02:00-02:00", "Sat 23:00-Sun 02:00 2h"),
    ];
    assert_due(&paulo(NIGHTS), &rows);
    // there was no 30 December 2011 on Samoa
    let samoa = Calendar::new(plan("Pacific/Apia", &[("mon-sun", &["08:00-10:00"])])).unwrap();
    let rows = [(
        "2011-12-29T09:00-10",
        "2h",
        "Sat 2011-12-31 09:00+14:00",
        "Thu 09:00-Thu 10:00 1h | closed | Sat 08:00-Sat 09:00 1h",
    )];
    assert_due(&samoa, &rows);
}

#[test]
fn always_is_wall_clock_time() {
    let always = Calendar::always("always", zone("Europe/Berlin"));
    let rows = [
        ("2026-03-28T22:00+01", "8h", "Sun 2026-03-29 07:00+02:00", "Sat 22:00-Sun 07:00 8h"),
        ("2026-12-25T00:00+01", "0s", "Fri 2026-12-25 00:00+01:00", ""),
    ];
    assert_due(&always, &rows);
    let written = berlin(&[("mon-sun", &["00:00-24:00"])], &[]);
    for calendar in [always, written] {
        assert_eq!(calendar.due_at(at("2026-01-01T00:00Z"), span("87600h")), at("2035-12-30T00:00Z"));
        assert!(calendar.is_open(at("2026-12-25T03:00Z")));
        assert_eq!(calendar.working(at("2026-01-02T00:00Z"), at("2026-01-01T00:00Z")), span("-24h"));
    }
}

#[test]
fn a_moment_is_open_from_the_opening_to_just_before_the_closing() {
    let calendar = berlin(OFFICE, &[]);
    for (moment, open) in [
        ("2026-11-20T07:59:59.999999999+01", false),
        ("2026-11-20T08:00+01", true),
        ("2026-11-20T16:59:59.999999999+01", true),
        ("2026-11-20T17:00+01", false),
    ] {
        assert_eq!(calendar.is_open(at(moment)), open, "{moment}");
        assert_eq!(calendar.opens(at(moment)) == at(moment), open, "{moment}");
    }
    assert_eq!(calendar.opens(at("2026-11-20T17:00+01")), at("2026-11-23T08:00+01"));
    assert_eq!(calendar.due_at(at("2026-11-20T16:59:59.5+01"), span("1s")), at("2026-11-23T08:00:00.5+01"));
}

#[test]
fn long_spans_count_whole_weeks_at_once() {
    let calendar = berlin(OFFICE, &["2026-12-25 Christmas"]);
    let due = calendar.due(at("2026-11-02T08:00+01"), span("450h"));
    let wanted = "Mon 2027-01-11 17:00+01:00";
    assert_eq!(shown(&calendar, due.at), wanted, "{}", way(&calendar, &due));
    assert!(
        way(&calendar, &due).starts_with("7 weeks 315h | Mon 08:00-Mon 17:00 9h"),
        "{}",
        way(&calendar, &due)
    );
    // a hundred years of working time take some three hundred
    let due = calendar.due(at("2026-11-02T08:00+01"), span("876000h"));
    assert_eq!(shown(&calendar, due.at), "Fri 2399-12-03 11:00+01:00");
}

#[test]
fn whole_weeks_end_before_a_day_that_is_different_and_begin_after_its_night() {
    // eight weeks after the start, the morning is free
    let calendar = berlin(OFFICE, &["2026-07-01 holiday"]);
    let from = at("2026-05-06T12:00+02");
    let due = calendar.due(from, span("500h"));
    assert!(
        way(&calendar, &due).starts_with("7 weeks 315h | Wed 12:00-Wed 17:00 5h"),
        "{}",
        way(&calendar, &due)
    );
    assert_eq!(calendar.working(from, at("2026-07-01T12:00+02")), span("356h"));
    assert_eq!(calendar.working(from, due.at), span("500h"));
    // the night before the start is a special one
    let mut plan = plan("Europe/Berlin", OFFICE);
    plan.special_days.insert(day("2026-05-04"), intervals(&["22:00-06:00"]));
    let calendar = Calendar::new(plan).unwrap();
    let from = at("2026-05-05T00:00+02");
    assert_eq!(calendar.working(from, at("2026-07-07T00:00+02")), span("411h"));
    assert_eq!(shown(&calendar, calendar.due_at(from, span("411h"))), "Mon 2026-07-06 17:00+02:00");
}

#[test]
fn parts_of_seconds_count_before_1970_as_well() {
    let calendar = berlin(&[("mon-sun", &["00:00-24:00"])], &["2026-12-25 Christmas"]);
    let moment = at("1969-12-31T23:59:59.5Z");
    assert!(calendar.is_open(moment));
    assert_eq!(calendar.due_at(moment, span("1s")), at("1970-01-01T00:00:00.5Z"));
}

#[test]
fn what_is_due_after_all_instants_is_due_at_their_end() {
    let calendar = berlin(OFFICE, &[]);
    let due = calendar.due(at("9999-12-01T08:00+01"), span("100000h"));
    assert_eq!(due.at, Timestamp::MAX);
    assert_eq!(calendar.opens(Timestamp::MAX), Timestamp::MAX);
    assert!(!calendar.is_open(Timestamp::MAX));
    assert!(calendar.working(Timestamp::MIN, Timestamp::MAX) > span("40000000h"));
    assert!(calendar.due_at(Timestamp::MIN, SignedDuration::MAX) == Timestamp::MAX);
    let always = Calendar::always("always", zone("Europe/Berlin"));
    assert_eq!(always.due_at(at("9999-12-01T08:00Z"), SignedDuration::MAX), Timestamp::MAX);
}

#[test]
fn a_calendar_that_does_not_open_within_a_year_is_refused() {
    let error = |plan| Calendar::new(plan).unwrap_err();
    let none = error(plan("UTC", &[]));
    assert_eq!(none, CalendarError::NoHours { name: "shop".to_owned() });
    assert!(none.to_string().contains("\"shop\" never opens: give its week hours"), "{none}");

    // every day of a year is a holiday
    let mut closed = plan("UTC", OFFICE);
    let days = day("2027-01-01").series(jiff::Span::new().days(1)).take(364);
    closed.holidays = days.map(|day| (day, "closed".to_owned())).collect();
    assert!(Calendar::new(closed.clone()).is_ok(), "2027 begins on a Friday, and is open on its last one");
    closed.holidays.insert(day("2027-12-31"), "closed".to_owned());
    let year = error(closed);
    let wanted = "the calendar \"shop\" has no working time from 2027-01-01 to 2028-01-01 and perhaps longer";
    assert!(year.to_string().starts_with(wanted), "{year}");

    // it opens on Mondays, and all of them are holidays
    let mut mondays = plan("UTC", &[("mon", &["08:00-17:00"])]);
    let days = day("2027-01-04").series(jiff::Span::new().days(7)).take(51);
    mondays.holidays = days.map(|day| (day, "closed".to_owned())).collect();
    assert!(Calendar::new(mondays.clone()).is_ok());
    mondays.holidays.insert(day("2027-12-27"), "closed".to_owned());
    assert!(matches!(error(mondays), CalendarError::ClosedForAYear { .. }));

    let mut many = plan("UTC", OFFICE);
    let days = day("2027-01-01").series(jiff::Span::new().days(7)).take(super::super::DATES_MAX + 1);
    many.holidays = days.map(|day| (day, "closed".to_owned())).collect();
    assert!(matches!(error(many), CalendarError::ManyDates { .. }));
}
