//! Days that are not like others: late, weekends, the end of the year, leap days, the nights the clocks change.

use super::*;

#[test]
fn late_in_the_day_what_was_not_exact_may_last_until_midnight() {
    check(
        "2026-03-06T18:00",
        &[
            ("today", "Sat 2026-03-07 00:00"),
            ("EOD", "Sat 2026-03-07 00:00"),
            ("Feierabend", "Sat 2026-03-07 00:00"),
            ("heute Abend", "Fri 2026-03-06 20:00"),
            ("heute Nachmittag", "Fri 2026-03-06 20:00"),
            ("end of week", "Sat 2026-03-07 00:00"),
            ("noon", "Sat 2026-03-07 12:00!"),
            ("Friday", "Fri 2026-03-13 17:00"),
            ("heute um 15 Uhr", "Past <heute um 15 Uhr>"),
            ("heute Morgen", "Past <heute Morgen>"),
        ],
    );
}

#[test]
fn on_a_weekend_the_week_ends_with_it() {
    check(
        "2026-03-07T12:00",
        &[
            ("end of week", "Sun 2026-03-08 17:00"),
            ("this week", "Sun 2026-03-08 17:00"),
            ("next week", "Fri 2026-03-13 17:00"),
            ("Monday", "Mon 2026-03-09 17:00"),
            ("in 2 working days", "Tue 2026-03-10 12:00"),
        ],
    );
}

#[test]
fn a_year_ends_and_another_begins() {
    check(
        "2026-12-31T16:00",
        &[
            ("tomorrow", "Fri 2027-01-01 17:00"),
            ("15:00", "Fri 2027-01-01 15:00!"),
            ("01.01.", "Fri 2027-01-01 17:00"),
            ("31.12.", "Thu 2026-12-31 17:00"),
            ("30.12.", "Thu 2027-12-30 17:00"),
            ("Monday", "Mon 2027-01-04 17:00"),
            ("end of week", "Fri 2027-01-01 17:00"),
            ("end of the month", "Thu 2026-12-31 17:00"),
            ("next month", "Sun 2027-01-31 17:00"),
            ("midnight", "Fri 2027-01-01 00:00!"),
            ("am 5.", "Tue 2027-01-05 17:00"),
            ("31.12.2028 16:00", "Sun 2028-12-31 16:00!"),
            ("31.12.2028 16:01", "TooFar <31.12.2028 16:01>"),
        ],
    );
}

#[test]
fn a_leap_day_is_where_it_is() {
    check(
        "2028-02-28T10:00",
        &[
            ("tomorrow", "Tue 2028-02-29 17:00"),
            ("29.02.", "Tue 2028-02-29 17:00"),
            ("end of month", "Tue 2028-02-29 17:00"),
            ("in 2 days", "Wed 2028-03-01 10:00"),
            ("am 29.", "Tue 2028-02-29 17:00"),
        ],
    );
    check("2027-06-01T10:00", &[("29.02.", "Tue 2028-02-29 17:00"), ("29.02.2028", "Tue 2028-02-29 17:00")]);
    check("2028-03-01T10:00", &[("29.02.", "TooFar <29.02.>"), ("am 29.", "Wed 2028-03-29 17:00")]);
    check("2028-02-29T10:00", &[("in 12 months", "Wed 2029-02-28 10:00")]);
}

#[test]
fn a_night_without_two_o_clock_moves_it_forward() {
    check(
        "2026-03-28T20:00",
        &[
            ("02:30", "Sun 2026-03-29 03:30!"),
            ("tomorrow 02:30", "Sun 2026-03-29 03:30!"),
            ("03:00", "Sun 2026-03-29 03:00!"),
            ("in 12 hours", "Sun 2026-03-29 09:00!"),
            ("in 1 day", "Sun 2026-03-29 20:00"),
            ("24h", "Sun 2026-03-29 21:00!"),
        ],
    );
}

#[test]
fn a_night_with_two_o_clock_twice_means_the_first() {
    let now = at("2026-10-24T20:00");
    let utc = |text| parse(text, &now).ok().map(|when| when.at.to_string());
    assert_eq!(utc("02:30").as_deref(), Some("2026-10-25T00:30:00Z"));
    assert_eq!(utc("in 12 hours").as_deref(), Some("2026-10-25T06:00:00Z"));
    assert_eq!(utc("in 1 day").as_deref(), Some("2026-10-25T19:00:00Z"));
}
