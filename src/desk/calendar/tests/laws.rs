//! What holds for every calendar, whatever its hours, wherever its clock hangs.

use super::oracle::{Face, Oracle, Sheet};
use super::*;
use proptest::prelude::*;

/// Zones with a moment near which their clocks are changed, or nothing ever happens.
const CHANGES: [(&str, &str); 12] = [
    ("Europe/Zurich", "2026-03-29T01:00:00Z"),
    ("Europe/Zurich", "2026-10-25T01:00:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    // half an hour
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    // at midnight
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    // a day that never was, and two changes a few weeks apart
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("Africa/Casablanca", "2026-02-15T02:00:00Z"),
    ("Asia/Kathmandu", "2026-01-01T00:00:00Z"),
    ("UTC", "2026-01-01T00:00:00Z"),
];

/// Days around the change that may be holidays or special.
const DAYS_AROUND: i64 = 12;

fn faces(grain: i32) -> impl Strategy<Value = Vec<Face>> {
    let minute = move || (0..24 * 60 / grain).prop_map(move |cell| cell * grain);
    prop::collection::vec((minute(), minute()).prop_filter("not empty", |(from, to)| from != to), 0..3)
}

/// A sheet whose edges are whole multiples of `grain` minutes, and the moment to look around.
pub(super) fn sheets(grain: i32) -> impl Strategy<Value = (Sheet, Timestamp)> {
    let week = prop::collection::vec(faces(grain), 7)
        .prop_filter("opens", |week| week.iter().any(|day| !day.is_empty()));
    let dates = || -DAYS_AROUND..DAYS_AROUND;
    let holidays = prop::collection::vec(dates(), 0..3);
    let special = prop::collection::btree_map(dates(), faces(grain), 0..2);
    (0..CHANGES.len(), week, holidays, special).prop_map(|(place, week, holidays, special)| {
        let (name, moment) = CHANGES[place];
        let (zone, moment) = (zone(name), at(moment));
        let day = moment.to_zoned(zone.clone()).date();
        let date = |offset: i64| day + SignedDuration::from_hours(24 * offset);
        let holidays = holidays.into_iter().map(date).collect();
        let special = special.into_iter().map(|(offset, hours)| (date(offset), hours)).collect();
        (Sheet { zone, week, holidays, special }, moment)
    })
}

/// The calendar of a sheet, by way of what people write.
pub(super) fn calendar(sheet: &Sheet) -> Calendar {
    let written = |hours: &Vec<Face>| -> Vec<Interval> {
        let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let texts = hours.iter().map(|(start, end)| format!("{}-{}", clock(*start), clock(*end)));
        texts.map(|text| text.parse().unwrap()).collect()
    };
    let mut week = Week::new();
    for (days, hours) in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().zip(&sheet.week) {
        week.set(&weekdays(days).unwrap(), &written(hours)).unwrap();
    }
    let holidays = sheet.holidays.iter().map(|date| (*date, "holiday".to_owned())).collect();
    let special_days = sheet.special.iter().map(|(date, hours)| (*date, written(hours))).collect();
    Calendar::new(Plan { name: "any".to_owned(), zone: sheet.zone.clone(), week, holidays, special_days })
        .unwrap()
}

/// An offset from the moment, in nanoseconds: whole hours most of the time, so that edges are hit.
pub(super) fn offsets(hours: i64) -> impl Strategy<Value = SignedDuration> {
    prop_oneof![
        (-hours..hours).prop_map(SignedDuration::from_hours),
        (-hours * 4..hours * 4).prop_map(|quarters| SignedDuration::from_mins(15 * quarters)),
        (-hours * 3600..hours * 3600, 0..1_000_000_000)
            .prop_map(|(secs, nanos)| SignedDuration::new(secs, nanos)),
    ]
}

pub(super) fn spans(hours: i64) -> impl Strategy<Value = SignedDuration> {
    offsets(hours).prop_map(SignedDuration::abs)
}

/// Holds what the calendar says about a span from a moment on against somebody else's time line.
pub(super) fn assert_agree(
    calendar: &Calendar,
    oracle: &Oracle,
    from: Timestamp,
    span: SignedDuration,
) -> Result<(), TestCaseError> {
    let (opens, due) = (calendar.opens(from), calendar.due_at(from, span));
    match oracle.opens(from) {
        Some(wanted) => prop_assert_eq!(opens, wanted, "after {}", from),
        None => prop_assert!(opens >= oracle.until, "{} after {}", opens, from),
    }
    prop_assert_eq!(calendar.is_open(from), opens == from, "{}", from);
    match oracle.due(from, span) {
        Some(wanted) => prop_assert_eq!(due, wanted, "{} + {:#}", from, span),
        None => prop_assert!(due >= oracle.until, "{}: {} + {:#}", due, from, span),
    }
    let to = (from + span).min(oracle.until);
    prop_assert_eq!(calendar.working(from, to), oracle.working(from, to), "{} to {}", from, to);
    Ok(())
}

/// Compares everything the calendar says with the clock on the wall.
fn assert_as_the_clock(
    (sheet, moment): &(Sheet, Timestamp),
    cell: SignedDuration,
    days: i64,
    asked: &[(SignedDuration, SignedDuration)],
) -> Result<(), TestCaseError> {
    let cells = usize::try_from(days * 86_400 / cell.as_secs()).unwrap();
    let start = *moment - SignedDuration::from_hours(24 * 8);
    let (oracle, calendar) = (Oracle::read(sheet, start, cell, cells), calendar(sheet));
    for (offset, span) in asked {
        let from = *moment + *offset;
        prop_assert_eq!(calendar.is_open(from), sheet.shows_open(from));
        assert_agree(&calendar, &oracle, from, *span)?;
    }
    Ok(())
}

pub(super) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn it_counts_as_a_clock_on_the_wall_read_minute_by_minute(
        sheet in sheets(1),
        asked in prop::collection::vec((offsets(100), spans(60)), 12),
    ) {
        assert_as_the_clock(&sheet, SignedDuration::from_mins(1), 16, &asked)?;
    }

    #[test]
    fn it_counts_as_a_clock_on_the_wall_over_months(
        sheet in sheets(15),
        asked in prop::collection::vec((offsets(150), spans(3000)), 12),
    ) {
        assert_as_the_clock(&sheet, SignedDuration::from_mins(15), 200, &asked)?;
    }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn the_working_time_until_a_span_is_over_is_that_span(
        sheet in sheets(5), offset in offsets(400), span in prop_oneof![spans(100), spans(50_000)],
    ) {
        let (calendar, from) = (calendar(&sheet.0), sheet.1 + offset);
        let due = calendar.due_at(from, span);
        prop_assert_eq!(calendar.working(from, due), span);
        prop_assert_eq!(calendar.working(due, from), -span);
        // and not a moment earlier
        prop_assert!(due == from || span.is_zero() || calendar.working(from, due - SignedDuration::from_nanos(1)) < span);
    }

    #[test]
    fn one_span_after_another_is_both_together(
        sheet in sheets(5), offset in offsets(400), first in spans(1000), second in spans(1000),
    ) {
        let (calendar, from) = (calendar(&sheet.0), sheet.1 + offset);
        let both = calendar.due_at(from, first + second);
        // a span of nothing after a closing edge is over at the next opening, while the edge is due itself
        if !second.is_zero() {
            prop_assert_eq!(calendar.due_at(calendar.due_at(from, first), second), both);
        }
        prop_assert!(calendar.due_at(from, first) <= both);
    }

    #[test]
    fn whoever_begins_later_or_has_longer_is_not_done_earlier(
        sheet in sheets(5), offset in offsets(400), later in spans(100), span in spans(1000), longer in spans(100),
    ) {
        let (calendar, from) = (calendar(&sheet.0), sheet.1 + offset);
        let due = calendar.due_at(from, span);
        prop_assert!(calendar.due_at(from + later, span) >= due);
        prop_assert!(calendar.due_at(from, span + longer) >= due);
    }

    #[test]
    fn working_time_adds_up(sheet in sheets(5), offset in offsets(400), first in spans(3000), second in spans(3000)) {
        let (calendar, from) = (calendar(&sheet.0), sheet.1 + offset);
        let (middle, end) = (from + first, from + first + second);
        let parts = calendar.working(from, middle) + calendar.working(middle, end);
        prop_assert_eq!(calendar.working(from, end), parts);
        prop_assert!(parts <= first + second);
    }

    #[test]
    fn the_way_has_no_hole_and_says_the_truth(
        sheet in sheets(5), offset in offsets(400), span in prop_oneof![spans(100), spans(20_000)],
    ) {
        let (calendar, from) = (calendar(&sheet.0), sheet.1 + offset);
        let due = calendar.due(from, span);
        prop_assert_eq!(due.at, calendar.due_at(from, span));
        let (mut end, mut sum) = (from, SignedDuration::ZERO);
        for leg in &due.way {
            let (begins, ends, counts) = match leg {
                Leg::Open { from, to, counted } => {
                    prop_assert_eq!(to.duration_since(*from), *counted);
                    (*from, *to, *counted)
                }
                Leg::Closed { from, to, .. } => (*from, *to, SignedDuration::ZERO),
                Leg::Weeks { from, to, weeks, counted } => {
                    prop_assert_eq!(to.duration_since(*from), SignedDuration::from_hours(24 * 7 * weeks));
                    (*from, *to, *counted)
                }
            };
            prop_assert!(begins == end && begins < ends, "{:?}", due.way);
            prop_assert_eq!(calendar.working(begins, ends), counts);
            (end, sum) = (ends, sum + counts);
        }
        prop_assert_eq!((end, sum), (due.at, span));
    }
}
