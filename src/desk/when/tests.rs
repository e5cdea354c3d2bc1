//! Times as people say them, beside what they mean, in both languages.

mod calendar;
mod properties;
mod wrong;

use super::*;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Berlin, without a time zone database.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(civil: &str) -> Zoned {
    civil.parse::<DateTime>().unwrap().to_zoned(berlin()).unwrap()
}

/// `2026-12-23 15:00 exact | rest`, or what is wrong and where.
fn told(text: &str, now: &Zoned) -> String {
    match parse(text, now) {
        Ok(when) => {
            let shown = when.at.to_zoned(berlin()).strftime("%a %Y-%m-%d %H:%M").to_string();
            let exact = if when.exact { "!" } else { "" };
            let rest = if when.rest.is_empty() { String::new() } else { format!(" | {}", when.rest) };
            format!("{shown}{exact}{rest}")
        }
        Err(error) => format!("{:?} <{}>", error.wrong, error.quote(text)),
    }
}

fn check(now: &str, table: &[(&str, &str)]) {
    let now = at(now);
    let wrong: Vec<_> = table
        .iter()
        .filter_map(|(text, expected)| {
            let told = told(text, &now);
            (told != *expected).then(|| format!("{text:?}: {told}, expected {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A Wednesday.
const NOW: &str = "2026-03-04T10:00";

#[test]
fn a_length_counts_from_now() {
    check(
        NOW,
        &[
            ("2h", "Wed 2026-03-04 12:00!"),
            ("90m", "Wed 2026-03-04 11:30!"),
            ("1h30", "Wed 2026-03-04 11:30!"),
            ("1h30m call back", "Wed 2026-03-04 11:30! | call back"),
            ("3d", "Sat 2026-03-07 10:00"),
            ("2H", "Wed 2026-03-04 12:00!"),
            ("in 2 hours", "Wed 2026-03-04 12:00!"),
            ("in 30 minutes, call", "Wed 2026-03-04 10:30! | call"),
            ("in zwei Stunden zurückrufen", "Wed 2026-03-04 12:00! | zurückrufen"),
            ("in 3 Tagen", "Sat 2026-03-07 10:00"),
            ("in einer Woche", "Wed 2026-03-11 10:00"),
            ("in 2 months", "Mon 2026-05-04 10:00"),
            ("in einem Monat", "Sat 2026-04-04 10:00"),
            ("within the hour", "Wed 2026-03-04 11:00!"),
            ("within an hour", "Wed 2026-03-04 11:00!"),
            ("in half an hour", "Wed 2026-03-04 10:30!"),
            ("in an hour and a half", "Wed 2026-03-04 11:30!"),
            ("in anderthalb Stunden", "Wed 2026-03-04 11:30!"),
            ("1.5h", "Wed 2026-03-04 11:30!"),
            ("1,5 Stunden", "Wed 2026-03-04 11:30!"),
            ("2 Stunden 30 Minuten Pause", "Wed 2026-03-04 12:30! | Pause"),
            ("zwei Stunden und 30 Minuten", "Wed 2026-03-04 12:30!"),
            ("in 2 Std. 30 Min. anrufen", "Wed 2026-03-04 12:30! | anrufen"),
            ("in 2 Std. anrufen", "Wed 2026-03-04 12:00! | anrufen"),
            ("in einer halben Stunde", "Wed 2026-03-04 10:30!"),
            ("in einer Viertelstunde", "Wed 2026-03-04 10:15!"),
            ("innerhalb der nächsten Stunde", "Wed 2026-03-04 11:00!"),
            ("innerhalb der nächsten zwei Stunden", "Wed 2026-03-04 12:00!"),
            ("in the next 45 minutes", "Wed 2026-03-04 10:45!"),
            ("binnen einer Stunde", "Wed 2026-03-04 11:00!"),
            ("2 hours from now", "Wed 2026-03-04 12:00!"),
            ("in 1 week and 2 days", "Fri 2026-03-13 10:00"),
            ("1d 12h", "Thu 2026-03-05 22:00!"),
            ("innerhalb von 2 Werktagen", "Fri 2026-03-06 10:00"),
            ("within 3 working days", "Mon 2026-03-09 10:00"),
            ("in 3 days at noon", "Sat 2026-03-07 12:00!"),
            ("in einer Woche um 9 Uhr", "Wed 2026-03-11 09:00!"),
            ("Freitag in zwei Wochen", "Fri 2026-03-20 17:00"),
            ("heute in einer Woche", "Wed 2026-03-11 10:00"),
            ("today in 2 hours", "Wed 2026-03-04 12:00!"),
        ],
    );
}

#[test]
fn a_day_without_a_time_ends_when_work_ends() {
    check(
        NOW,
        &[
            ("today", "Wed 2026-03-04 17:00"),
            ("heute", "Wed 2026-03-04 17:00"),
            ("HEUTE", "Wed 2026-03-04 17:00"),
            ("heute noch zurückrufen", "Wed 2026-03-04 17:00 | zurückrufen"),
            ("noch heute", "Wed 2026-03-04 17:00"),
            ("later today", "Wed 2026-03-04 17:00"),
            ("im Laufe des Tages", "Wed 2026-03-04 17:00"),
            ("tomorrow", "Thu 2026-03-05 17:00"),
            ("morgen", "Thu 2026-03-05 17:00"),
            ("am morgigen Tag", "Thu 2026-03-05 17:00"),
            ("spätestens morgen", "Thu 2026-03-05 17:00"),
            ("tomorrow at the latest", "Thu 2026-03-05 17:00"),
            ("übermorgen", "Fri 2026-03-06 17:00"),
            ("u\u{308}bermorgen", "Fri 2026-03-06 17:00"),
            ("uebermorgen", "Fri 2026-03-06 17:00"),
            ("day after tomorrow", "Fri 2026-03-06 17:00"),
            ("the day after tomorrow: check", "Fri 2026-03-06 17:00 | check"),
            ("end of day", "Wed 2026-03-04 17:00"),
            ("EOD", "Wed 2026-03-04 17:00"),
            ("by EOD tomorrow", "Thu 2026-03-05 17:00"),
            ("by the end of the day", "Wed 2026-03-04 17:00"),
            ("COB Friday", "Fri 2026-03-06 17:00"),
            ("Feierabend", "Wed 2026-03-04 17:00"),
            ("bis Feierabend", "Wed 2026-03-04 17:00"),
            ("morgen bis Feierabend", "Thu 2026-03-05 17:00"),
            ("end of week", "Fri 2026-03-06 17:00"),
            ("Ende der Woche", "Fri 2026-03-06 17:00"),
            ("by the end of the week", "Fri 2026-03-06 17:00"),
            ("diese Woche", "Fri 2026-03-06 17:00"),
            ("by the end of next week", "Fri 2026-03-13 17:00"),
            ("nächste Woche", "Fri 2026-03-13 17:00"),
            ("Anfang nächster Woche", "Mon 2026-03-09 17:00"),
            ("mid next week", "NotUnderstood <mid next week>"),
            ("Mitte nächster Woche", "Wed 2026-03-11 17:00"),
            ("Ende des Monats", "Tue 2026-03-31 17:00"),
            ("end of next month", "Thu 2026-04-30 17:00"),
            ("Jahresende", "Thu 2026-12-31 17:00"),
        ],
    );
}

#[test]
fn a_weekday_is_the_next_one() {
    check(
        NOW,
        &[
            ("friday", "Fri 2026-03-06 17:00"),
            ("Fr", "Fri 2026-03-06 17:00"),
            ("Fr.", "Fri 2026-03-06 17:00"),
            ("am Fr. 15 Uhr", "Fri 2026-03-06 15:00!"),
            ("am Freitag", "Fri 2026-03-06 17:00"),
            ("by Friday", "Fri 2026-03-06 17:00"),
            ("bis Freitag", "Fri 2026-03-06 17:00"),
            ("bis spätestens Freitag", "Fri 2026-03-06 17:00"),
            ("spätestens bis Freitag 12 Uhr", "Fri 2026-03-06 12:00!"),
            ("on Sat", "Sat 2026-03-07 17:00"),
            ("Sonnabend", "Sat 2026-03-07 17:00"),
            ("nächsten Montag", "Mon 2026-03-09 17:00"),
            ("next monday", "Mon 2026-03-09 17:00"),
            ("kommenden Montag", "Mon 2026-03-09 17:00"),
            ("Wednesday", "Wed 2026-03-11 17:00"),
            ("next Wednesday", "Wed 2026-03-11 17:00"),
            ("next Wednesday 15:00", "Wed 2026-03-11 15:00!"),
            ("Wednesday 15:00", "Wed 2026-03-04 15:00!"),
            ("Wednesday 9:00", "Wed 2026-03-11 09:00!"),
            ("Mittwoch Nachmittag", "Wed 2026-03-04 17:00"),
            ("this wednesday", "Wed 2026-03-04 17:00"),
            ("diesen Mittwoch", "Wed 2026-03-04 17:00"),
            ("next week Tuesday", "Tue 2026-03-10 17:00"),
            ("Tuesday next week", "Tue 2026-03-10 17:00"),
            ("Dienstag nächster Woche", "Tue 2026-03-10 17:00"),
            ("vor Freitag", "Thu 2026-03-05 17:00"),
            ("before Friday", "Thu 2026-03-05 17:00"),
            ("before Friday noon", "Fri 2026-03-06 12:00!"),
            ("Freitag, 6. März", "Fri 2026-03-06 17:00"),
            ("Freitag, den 06.03. um 9 Uhr", "Fri 2026-03-06 09:00!"),
            ("tomorrow thursday", "Thu 2026-03-05 17:00"),
            ("morgen (Donnerstag) um 9", "Thu 2026-03-05 09:00!"),
            ("Do 15 Uhr anrufen", "Thu 2026-03-05 15:00! | anrufen"),
            ("bis Do", "Thu 2026-03-05 17:00"),
            ("Do", "Thu 2026-03-05 17:00"),
            ("So um 12", "Sun 2026-03-08 12:00!"),
            ("Friday, call Mia", "Fri 2026-03-06 17:00 | call Mia"),
        ],
    );
}

#[test]
fn a_time_of_day_is_today_or_tomorrow() {
    check(
        NOW,
        &[
            ("15:00", "Wed 2026-03-04 15:00!"),
            ("15:00:30", "Wed 2026-03-04 15:00!"),
            ("09:00", "Thu 2026-03-05 09:00!"),
            ("10:00", "Thu 2026-03-05 10:00!"),
            ("15 Uhr", "Wed 2026-03-04 15:00!"),
            ("15.30 Uhr", "Wed 2026-03-04 15:30!"),
            ("um 15.30", "Wed 2026-03-04 15:30!"),
            ("15 Uhr 30", "Wed 2026-03-04 15:30!"),
            ("15:00 Uhr", "Wed 2026-03-04 15:00!"),
            ("15:00h", "Wed 2026-03-04 15:00!"),
            ("3pm", "Wed 2026-03-04 15:00!"),
            ("3 PM", "Wed 2026-03-04 15:00!"),
            ("3:30 pm", "Wed 2026-03-04 15:30!"),
            ("3.30pm", "Wed 2026-03-04 15:30!"),
            ("3 p.m. call", "Wed 2026-03-04 15:00! | call"),
            ("3 am", "Thu 2026-03-05 03:00!"),
            ("12am", "Thu 2026-03-05 00:00!"),
            ("12pm", "Wed 2026-03-04 12:00!"),
            ("at 3", "Wed 2026-03-04 15:00!"),
            ("at three", "Wed 2026-03-04 15:00!"),
            ("at 3 call back", "Wed 2026-03-04 15:00! | call back"),
            ("by 3", "Wed 2026-03-04 15:00!"),
            ("um 3", "Wed 2026-03-04 15:00!"),
            ("3 Uhr", "Wed 2026-03-04 15:00!"),
            ("3:30", "Wed 2026-03-04 15:30!"),
            ("03:30", "Thu 2026-03-05 03:30!"),
            ("um 9", "Thu 2026-03-05 09:00!"),
            ("um 15", "Wed 2026-03-04 15:00!"),
            ("um 15 Uhr", "Wed 2026-03-04 15:00!"),
            ("3 o'clock", "Wed 2026-03-04 15:00!"),
            ("um halb 4", "Wed 2026-03-04 15:30!"),
            ("halb vier", "Wed 2026-03-04 15:30!"),
            ("halb eins", "Wed 2026-03-04 12:30!"),
            ("viertel nach 3", "Wed 2026-03-04 15:15!"),
            ("quarter past 3", "Wed 2026-03-04 15:15!"),
            ("half past ten", "Wed 2026-03-04 10:30!"),
            ("gegen 15 Uhr", "Wed 2026-03-04 15:00!"),
            ("ca. 15 Uhr", "Wed 2026-03-04 15:00!"),
            ("around 3pm", "Wed 2026-03-04 15:00!"),
            ("vor 15 Uhr", "Wed 2026-03-04 15:00!"),
            ("before noon", "Wed 2026-03-04 12:00!"),
            ("noon", "Wed 2026-03-04 12:00!"),
            ("mittags", "Wed 2026-03-04 12:00!"),
            ("at noon", "Wed 2026-03-04 12:00!"),
            ("midnight", "Thu 2026-03-05 00:00!"),
            ("24:00", "Thu 2026-03-05 00:00!"),
            ("Mitternacht", "Thu 2026-03-05 00:00!"),
            ("am Morgen", "Thu 2026-03-05 09:00"),
            ("in the morning", "Thu 2026-03-05 09:00"),
            ("am Abend", "Wed 2026-03-04 20:00"),
            ("late afternoon", "Wed 2026-03-04 17:00"),
            ("am späten Nachmittag", "Wed 2026-03-04 17:00"),
            ("8 Uhr abends", "Wed 2026-03-04 20:00!"),
            ("8 in the evening", "Wed 2026-03-04 20:00!"),
            ("2 Uhr nachts", "Thu 2026-03-05 02:00!"),
            ("um 12 Uhr mittags", "Wed 2026-03-04 12:00!"),
            ("um 1 Uhr mittags", "Wed 2026-03-04 13:00!"),
        ],
    );
}

#[test]
fn day_and_time_stand_in_either_order() {
    check(
        NOW,
        &[
            ("tomorrow 15:00", "Thu 2026-03-05 15:00!"),
            ("tomorrow, 15:00", "Thu 2026-03-05 15:00!"),
            ("um 15 Uhr morgen", "Thu 2026-03-05 15:00!"),
            ("15 Uhr morgen", "Thu 2026-03-05 15:00!"),
            ("at 3 tomorrow", "Thu 2026-03-05 15:00!"),
            ("Friday at noon", "Fri 2026-03-06 12:00!"),
            ("noon on Friday", "Fri 2026-03-06 12:00!"),
            ("bis morgen Abend", "Thu 2026-03-05 20:00"),
            ("bis morgen 12 Uhr Mittag", "Thu 2026-03-05 12:00!"),
            ("um 3 am Freitag", "Fri 2026-03-06 15:00!"),
            ("3 am Friday", "Fri 2026-03-06 03:00!"),
            ("3am on Friday", "Fri 2026-03-06 03:00!"),
            ("Freitagabend", "Fri 2026-03-06 20:00"),
            ("am Freitagnachmittag", "Fri 2026-03-06 17:00"),
            ("Freitag Abend um 8", "Fri 2026-03-06 20:00!"),
            ("first thing tomorrow", "Thu 2026-03-05 09:00"),
            ("first thing tomorrow morning", "Thu 2026-03-05 09:00"),
            ("this afternoon", "Wed 2026-03-04 17:00"),
            ("tonight", "Wed 2026-03-04 20:00"),
            ("heute Abend", "Wed 2026-03-04 20:00"),
            ("am nächsten Morgen", "Thu 2026-03-05 09:00"),
        ],
    );
}

#[test]
fn morgen_is_tomorrow_unless_it_is_a_morning() {
    check(
        NOW,
        &[
            ("morgen", "Thu 2026-03-05 17:00"),
            ("bis morgen", "Thu 2026-03-05 17:00"),
            ("Morgen", "Thu 2026-03-05 17:00"),
            ("morgen früh", "Thu 2026-03-05 09:00"),
            ("morgenfrüh", "Thu 2026-03-05 09:00"),
            ("tomorrow morning", "Thu 2026-03-05 09:00"),
            ("morgen Morgen", "Thu 2026-03-05 09:00"),
            ("heute morgen", "Wed 2026-03-04 12:00"),
            ("heute Morgen um 11", "Wed 2026-03-04 11:00!"),
            ("Freitag morgen", "Fri 2026-03-06 09:00"),
            ("Freitagmorgen", "Fri 2026-03-06 09:00"),
            ("übermorgen Morgen", "Fri 2026-03-06 09:00"),
            ("am Morgen", "Thu 2026-03-05 09:00"),
            ("am Freitag um 9 Uhr morgens", "Fri 2026-03-06 09:00!"),
        ],
    );
}

#[test]
fn a_date_without_a_year_is_the_next_one() {
    check(
        NOW,
        &[
            ("24.12.", "Thu 2026-12-24 17:00"),
            ("24.12", "Thu 2026-12-24 17:00"),
            ("am 24.12. um 9", "Thu 2026-12-24 09:00!"),
            ("24.12.2026", "Thu 2026-12-24 17:00"),
            ("24.12.26", "Thu 2026-12-24 17:00"),
            ("24. 12. 2026", "Thu 2026-12-24 17:00"),
            ("24. Dezember", "Thu 2026-12-24 17:00"),
            ("24. Dezember 2026 um 9", "Thu 2026-12-24 09:00!"),
            ("Dec 24", "Thu 2026-12-24 17:00"),
            ("Dec 24th, 2026 3pm", "Thu 2026-12-24 15:00!"),
            ("24 December 15:00", "Thu 2026-12-24 15:00!"),
            ("the 24th of December", "Thu 2026-12-24 17:00"),
            ("2026-12-24", "Thu 2026-12-24 17:00"),
            ("2026-12-24T15:00", "Thu 2026-12-24 15:00!"),
            ("2026-12-24 15:00", "Thu 2026-12-24 15:00!"),
            ("24.12. Geschenke", "Thu 2026-12-24 17:00 | Geschenke"),
            ("03.03.", "Wed 2027-03-03 17:00"),
            ("04.03.", "Wed 2026-03-04 17:00"),
            ("3. Mai", "Sun 2026-05-03 17:00"),
            ("may 3", "Sun 2026-05-03 17:00"),
            ("12.10", "Mon 2026-10-12 17:00"),
            ("12.10 Uhr", "Wed 2026-03-04 12:10!"),
            ("am 24.", "Tue 2026-03-24 17:00"),
            ("am 3.", "Fri 2026-04-03 17:00"),
            ("the 24th", "Tue 2026-03-24 17:00"),
            ("bis zum 31.", "Tue 2026-03-31 17:00"),
        ],
    );
}
