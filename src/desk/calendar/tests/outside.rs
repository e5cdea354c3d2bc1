//! What somebody else makes of the same hours: `opening-hours` reads them as OpenStreetMap writes them, by a zone database that
//! is not jiff's.
//!
//! Both hang the hours on the clock on the wall, and put an edge that spring leaves out at the change. By definition they
//! differ in two things, which [`the_two_differ_only_by_definition`] pins:
//!
//! - `off` closes a date from midnight to midnight: it ends the night before, and lets the night that began on it go on after
//!   midnight. With us a holiday takes away what starts on it. So `off` is compared where no night touches such a date; where
//!   one does, the week is written as holding on the days between, which says what we mean.
//! - An edge in the hour that autumn repeats is one instant there, the later. With us hours are worked each time the clock
//!   shows them. Calendars with such an edge in sight are not counted with; when they are open is compared all the same.

use super::laws::{assert_agree, calendar, config, offsets, sheets, spans};
use super::oracle::{Face, Oracle, Sheet};
use super::*;
use chrono::offset::LocalResult;
use chrono::{DateTime, TimeZone as _};
use chrono_tz::Tz;
use opening_hours::localization::TzLocation;
use opening_hours::{Context, OpeningHours, RuleKind};
use proptest::prelude::*;

const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
/// How far around the moment the library is asked, in days.
const BEFORE: i64 = 10;
const AFTER: i64 = 150;

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn dated(date: Date) -> String {
    date.strftime("%Y %b %d").to_string()
}

fn written(hours: &[Face]) -> String {
    let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let hours = hours.iter().map(|(from, to)| format!("{}-{}", clock(*from), clock(*to)));
    hours.collect::<Vec<_>>().join(",")
}

/// The rules of a week, each after the same words. `, ` adds to the rules before, where `; ` would end their nights at midnight.
fn week(sheet: &Sheet, when: &str) -> Vec<String> {
    let open = WEEKDAYS.iter().zip(&sheet.week).filter(|(_, hours)| !hours.is_empty());
    open.map(|(day, hours)| format!("{when}{day} {}", written(hours))).collect()
}

/// The days that are not as the week has them, in order.
fn exceptions(sheet: &Sheet) -> Vec<Date> {
    let mut dates: Vec<_> = sheet.holidays.iter().chain(sheet.special.keys()).copied().collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// As people write it: the week, and what is otherwise. `None` where a night touches a day that is not as the week has it.
fn as_people_write_it(sheet: &Sheet) -> Option<String> {
    let at_night = |hours: &[Face]| hours.iter().any(|(from, to)| to <= from && *to != 0);
    let mut rules = vec![week(sheet, "").join(", ")];
    for date in exceptions(sheet) {
        let usual = &sheet.week[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap()];
        let hours = sheet.hours(date);
        if at_night(usual) || at_night(hours) || at_night(sheet.hours(date.yesterday().unwrap())) {
            return None;
        }
        let told = if hours.is_empty() { "off".to_owned() } else { written(hours) };
        rules.push(format!("{} {told}", dated(date)));
    }
    Some(rules.join("; "))
}

/// As a roster: the week holds on the days between the others, and each of those has its own hours or none.
fn as_a_roster(sheet: &Sheet, moment: Timestamp) -> String {
    let today = moment.to_zoned(sheet.zone.clone()).date();
    let mut begins = today - days(BEFORE + 2);
    let mut rules = Vec::new();
    for date in exceptions(sheet).into_iter().chain([today + days(AFTER + 2)]) {
        if begins < date {
            let last = date.yesterday().unwrap();
            rules.extend(week(sheet, &format!("{}-{} ", dated(begins), dated(last))));
        }
        if !sheet.hours(date).is_empty() {
            rules.push(format!("{} {}", dated(date), written(sheet.hours(date))));
        }
        begins = date.tomorrow().unwrap();
    }
    rules.join(", ")
}

fn every_way(sheet: &Sheet, moment: Timestamp) -> Vec<Outside> {
    let texts = as_people_write_it(sheet).into_iter().chain([as_a_roster(sheet, moment)]);
    texts.map(|text| Outside::new(sheet.zone.iana_name().unwrap(), &text)).collect()
}

/// The library with its hours and its zone.
struct Outside {
    zone: Tz,
    hours: OpeningHours,
}

impl Outside {
    fn new(zone: &str, text: &str) -> Self {
        let hours = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        Self { zone: zone.parse().unwrap(), hours }
    }

    fn local(&self, at: Timestamp) -> DateTime<Tz> {
        let nanosecond = u32::try_from(at.subsec_nanosecond()).unwrap();
        DateTime::from_timestamp(at.as_second(), nanosecond).unwrap().with_timezone(&self.zone)
    }

    /// Asked by what the clock shows: with a zone it looks from the moment to a minute later on the clock, which is none
    /// in the last minute before clocks go back.
    fn is_open(&self, at: Timestamp) -> bool {
        self.hours.is_open(self.local(at).naive_local())
    }

    /// The time line by its open stretches, and whether the clock shows one of their edges twice.
    fn time_line(&self, from: Timestamp, until: Timestamp) -> (Oracle, bool) {
        let hours =
            self.hours.clone().with_context(Context::default().with_locale(TzLocation::new(self.zone)));
        let ranges = hours.iter_range(self.local(from), self.local(until));
        let open: Vec<_> = ranges.filter(|stretch| stretch.kind == RuleKind::Open).collect();
        let twice = |edge: &DateTime<Tz>| {
            matches!(self.zone.from_local_datetime(&edge.naive_local()), LocalResult::Ambiguous(..))
        };
        let shown_twice = open.iter().any(|open| twice(&open.range.start) || twice(&open.range.end));
        let instant = |edge: &DateTime<Tz>| Timestamp::from_second(edge.timestamp()).unwrap();
        let open = open.iter().map(|open| (instant(&open.range.start), instant(&open.range.end)));
        // hours that a zone leaves out altogether are stretches of nothing
        let open = open.filter(|(from, to)| from < to);
        (Oracle::of(open, until), shown_twice)
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn it_is_open_when_the_library_says_so(
        (sheet, moment) in sheets(15),
        asked in prop::collection::vec(offsets(150), 32),
    ) {
        let calendar = calendar(&sheet);
        for outside in every_way(&sheet, moment) {
            for offset in &asked {
                let at = moment + *offset;
                prop_assert_eq!(calendar.is_open(at), outside.is_open(at), "{} by {}", at, outside.hours);
            }
        }
    }

    #[test]
    fn it_counts_as_the_library_does(
        (sheet, moment) in sheets(15),
        asked in prop::collection::vec((offsets(150), prop_oneof![spans(60), spans(600)]), 12),
    ) {
        let calendar = calendar(&sheet);
        for outside in every_way(&sheet, moment) {
            let (time_line, shown_twice) = outside.time_line(moment - days(BEFORE), moment + days(AFTER));
            prop_assume!(!shown_twice);
            for (offset, span) in &asked {
                assert_agree(&calendar, &time_line, moment + *offset, *span)?;
            }
        }
    }
}

#[test]
fn the_two_differ_only_by_definition() {
    let rows = [
        // the night before the holiday goes on with us and ends there; the one that begins on it goes on there, after midnight
        (
            (
                "Europe/Zurich",
                "Mo-Su 22:00-06:00; 2026 May 25 off",
                "22:00-06:00",
                Some("2026-05-25 Whit Monday"),
            ),
            ("2026-05-24T23:00+02", "2h", "Mon 2026-05-25 01:00+02:00", "Tue 2026-05-26 01:00+02:00"),
        ),
        (
            (
                "Europe/Zurich",
                "Mo-Su 22:00-06:00; 2026 May 25 off",
                "22:00-06:00",
                Some("2026-05-25 Whit Monday"),
            ),
            ("2026-05-25T12:00+02", "1h", "Tue 2026-05-26 23:00+02:00", "Tue 2026-05-26 01:00+02:00"),
        ),
        // the clock shows 01:30 twice
        (
            ("America/New_York", "Mo-Su 01:30-09:00", "01:30-09:00", None),
            ("2026-11-01T00:00-04", "1h", "Sun 2026-11-01 02:00-05:00", "Sun 2026-11-01 02:30-05:00"),
        ),
        (
            ("America/New_York", "Mo-Su 00:00-01:30", "00:00-01:30", None),
            ("2026-11-01T00:00-04", "110m", "Sun 2026-11-01 01:20-05:00", "Sun 2026-11-01 01:50-04:00"),
        ),
    ];
    for ((name, text, hours, holiday), (from, length, wanted, theirs)) in rows {
        let plan = with_holidays(plan(name, &[("mon-sun", &[hours])]), holiday.as_slice());
        let (calendar, outside) = (Calendar::new(plan).unwrap(), Outside::new(name, text));
        let (from, length) = (at(from), span(length));
        assert_eq!(shown(&calendar, calendar.due_at(from, length)), wanted, "{text}");
        let (time_line, shown_twice) = outside.time_line(from - days(2), from + days(4));
        assert_eq!(shown_twice, holiday.is_none(), "{text}");
        assert_eq!(shown(&calendar, time_line.due(from, length).unwrap()), theirs, "{text}");
    }
}
