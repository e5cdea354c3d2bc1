//! Digests: posted at their time, once, whatever happens to the bridge and to the clock on the wall.

use super::desk::deadlines;
use super::script::Stage;
use crate::rows::Timer;
use crate::{Digest, Input, Key, ReplyMode};
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeSet;

const DAILY: Digest = Digest { daily: Some(time(8, 0, 0, 0)), weekly: None };
const WEEKLY: Digest = Digest { daily: None, weekly: Some((Weekday::Monday, time(8, 0, 0, 0))) };

/// A desk with a digest, just started. It is Monday, 2026-03-02, 14:05 where nothing else is said.
fn started(digest: Digest, zone: &str, now: &str) -> Stage {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.deadlines = deadlines();
    stage.desk.setup.time_zone = TimeZone::get(zone).unwrap();
    stage.desk.now = now.parse().unwrap();
    starts(&mut stage, digest);
    stage
}

/// The bridge starts, and would start once more without anything else.
fn starts(stage: &mut Stage, digest: Digest) {
    stage.desk.setup.teams[0].digest = digest;
    stage.desk.decide(&Input::Started);
    stage.desk.repeat(&Input::Started);
}

/// What is said in the team's chat while time passes.
fn said(stage: &mut Stage, span: &str) -> Vec<String> {
    let seen = stage.play(&format!("wait {span}"));
    seen.into_iter().filter(|line| line.starts_with("hall < bridge: ")).collect()
}

/// How many digests were posted while the bridge was off for so long, and then is on for a moment.
fn after_a_stop(stage: &mut Stage, span: SignedDuration) -> usize {
    stage.desk.now += span;
    let digest = stage.desk.setup.teams[0].digest;
    starts(stage, digest);
    said(stage, "1s").len()
}

/// When the next ones are due.
fn due(stage: &Stage) -> Vec<String> {
    let timers = stage.desk.whole.rows.iter().filter_map(|(key, row)| match (key, row) {
        (Key::Timer { at, .. }, crate::Row::Timer(timer)) => {
            matches!(timer.as_ref(), Timer::Digest { .. }).then(|| at.to_string())
        }
        _ => None,
    });
    timers.collect()
}

const MONDAY: &str = "2026-03-02T14:05:00Z";

#[test]
fn every_morning_the_team_reads_how_yesterday_went() {
    let mut stage = started(DAILY, "UTC", MONDAY);
    stage.play(
        "
        mia: Hello
        wait 10m
        Anna in 1 to mia-1: Good day
        ben: Broken
        Bernd in 2: !tag complaint
        Anna in 1: !promise in 3 days call back
        Anna in 1: !promise in 1h look
        ",
    );
    let told = said(&mut stage, "18h");
    assert_eq!(
        told.last().unwrap(),
        "hall < bridge: figures-subject subject=digest | figures-period name=yesterday from=2026-03-02 to=2026-03-02: \
         figures-cell measure=messages value=2 · figures-cell measure=opened value=2 · figures-cell measure=closed \
         value=0 · figures-cell measure=closed-unanswered value=0 · figures-cell measure=answers value=1 · figures-cell \
         measure=n value=1 · figures-cell measure=median value=10 min · figures-cell measure=p90 value=10 min · \
         figures-cell measure=in-time value=50 % (1/2) · figures-cell measure=breaches value=1 · figures-cell \
         measure=promised value=2 · figures-cell measure=kept value=0 % (0/1) · figures-cell measure=broken value=1 | \
         figures-period name=day from=2026-03-01 to=2026-03-01: figures-cell measure=messages value=0 · figures-cell \
         measure=opened value=0 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 · \
         figures-cell measure=answers value=0 · figures-cell measure=n value=0 · figures-cell measure=in-time value=– · \
         figures-cell measure=breaches value=0 | digest-promises open=2 broken=1 | figures-now unanswered=1 \
         oldest=17 h 45 min overdue=1 paused=0 untimed=0 | figures-define command=!stats definition"
    );
}

#[test]
fn where_nothing_happened_it_is_said_in_a_line() {
    let mut stage = started(DAILY, "UTC", MONDAY);
    assert_eq!(
        said(&mut stage, "24h"),
        ["hall < bridge: digest-quiet period=figures-period name=yesterday from=2026-03-02 to=2026-03-02"]
    );
    // what waits is not nothing
    stage.play("mia: Hello\nwait 20h");
    stage.desk.now += SignedDuration::from_hours(48);
    let told = said(&mut stage, "1s");
    assert!(told.iter().any(|line| line.contains("subject=digest")), "{told:#?}");
}

#[test]
fn every_week_the_team_reads_how_the_last_one_went() {
    let mut stage = started(WEEKLY, "UTC", MONDAY);
    stage.play("mia: Hello\nAnna in 1 to mia-1: Good day\nAnna in 1: !close");
    assert_eq!(due(&stage), ["2026-03-09T08:00:00Z"]);
    let told = said(&mut stage, "200h");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("| figures-period name=last-week from=2026-03-02 to=2026-03-08: "), "{told:#?}");
    assert!(told[0].contains("| figures-period name=days from=2026-02-23 to=2026-03-01: "), "{told:#?}");
    assert_eq!(due(&stage), ["2026-03-16T08:00:00Z"]);
}

#[test]
fn a_start_posts_nothing_and_arms_nothing_twice() {
    let mut stage = started(DAILY, "UTC", MONDAY);
    assert_eq!(due(&stage), ["2026-03-03T08:00:00Z"]);
    for _ in 0..3 {
        starts(&mut stage, DAILY);
    }
    assert_eq!(due(&stage), ["2026-03-03T08:00:00Z"]);
    assert_eq!(said(&mut stage, "24h").len(), 1);
    assert_eq!(after_a_stop(&mut stage, SignedDuration::from_mins(1)), 0);
}

#[test]
fn after_a_stop_what_was_missed_is_posted_once() {
    let mut stage = started(DAILY, "UTC", MONDAY);
    assert_eq!(after_a_stop(&mut stage, SignedDuration::from_hours(4 * 24)), 1);
    assert_eq!(due(&stage), ["2026-03-07T08:00:00Z"], "one a day: it is Friday, and Friday's was posted");
    assert_eq!(after_a_stop(&mut stage, SignedDuration::from_hours(1)), 0);
    assert_eq!(after_a_stop(&mut stage, SignedDuration::from_hours(24)), 1);
}

#[test]
fn a_changed_time_holds_from_the_next_day_on_which_there_was_none() {
    let mut stage = started(DAILY, "UTC", MONDAY);
    assert_eq!(said(&mut stage, "20h").len(), 1);
    let later = Digest { daily: Some(time(18, 0, 0, 0)), weekly: None };
    starts(&mut stage, later);
    assert_eq!(due(&stage), ["2026-03-04T18:00:00Z"]);
    // what was due before the change is posted still
    stage.desk.now += SignedDuration::from_hours(48);
    starts(&mut stage, DAILY);
    assert_eq!(said(&mut stage, "1s").len(), 1);
    assert_eq!(due(&stage), ["2026-03-06T08:00:00Z"]);
    starts(&mut stage, Digest::default());
    assert_eq!(due(&stage), [""; 0]);
    assert_eq!(said(&mut stage, "48h").len(), 0);
}

#[test]
fn in_the_nights_of_the_change_there_is_one_a_day() {
    let night = Digest { daily: Some(time(2, 30, 0, 0)), weekly: None };
    // half past two is left out
    let mut stage = started(night, "Europe/Berlin", "2026-03-28T12:00:00Z");
    assert_eq!(due(&stage), ["2026-03-29T01:30:00Z"]);
    assert_eq!(said(&mut stage, "48h").len(), 2);
    assert_eq!(due(&stage), ["2026-03-31T00:30:00Z"]);
    // half past two comes twice
    let mut stage = started(night, "Europe/Berlin", "2026-10-24T12:00:00Z");
    assert_eq!(due(&stage), ["2026-10-25T00:30:00Z"]);
    assert_eq!(said(&mut stage, "13h").len(), 1);
    assert_eq!(after_a_stop(&mut stage, SignedDuration::from_mins(30)), 0);
    assert_eq!(due(&stage), ["2026-10-26T01:30:00Z"]);
}

#[test]
fn a_clock_that_goes_back_brings_no_second_one() {
    let mut stage = started(DAILY, "UTC", MONDAY);
    assert_eq!(said(&mut stage, "18h").len(), 1);
    stage.desk.now = "2026-03-03T07:59:00Z".parse::<Timestamp>().unwrap();
    starts(&mut stage, DAILY);
    assert_eq!(said(&mut stage, "2h").len(), 0);
    assert_eq!(due(&stage), ["2026-03-04T08:00:00Z"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn there_is_one_on_every_day_on_which_the_bridge_was_there_at_its_time_and_never_two(
        zone in prop_oneof![Just("Europe/Berlin"), Just("America/New_York"), Just("Pacific/Auckland")],
        hour in 0..24_i8,
        minute in 0..60_i8,
        from in prop_oneof![Just("2026-03-06T10:00:00Z"), Just("2026-03-27T10:00:00Z"), Just("2026-10-23T10:00:00Z")],
        steps in proptest::collection::vec((1..3000_i64, any::<bool>()), 1..12),
    ) {
        let digest = Digest { daily: Some(time(hour, minute, 0, 0)), weekly: None };
        let mut stage = started(digest, zone, from);
        let zone = TimeZone::get(zone).unwrap();
        let mut wanted = BTreeSet::new();
        for (minutes, is_on) in steps {
            let before = stage.desk.now;
            let span = SignedDuration::from_mins(minutes);
            if is_on {
                said(&mut stage, &format!("{minutes}m"));
                let mut day = before.to_zoned(zone.clone()).date();
                while day <= stage.desk.now.to_zoned(zone.clone()).date() {
                    let at = zone.to_zoned(day.at(hour, minute, 0, 0)).unwrap().timestamp();
                    if at > before && at <= stage.desk.now {
                        wanted.insert(day);
                    }
                    day = day.tomorrow().unwrap();
                }
            } else {
                after_a_stop(&mut stage, span);
            }
            prop_assert_eq!(due(&stage).len(), 1);
        }
        let posted: Vec<_> =
            stage.desk.operations().map(|queued| queued.queued_at.to_zoned(zone.clone()).date()).collect();
        let days: BTreeSet<_> = posted.iter().copied().collect();
        prop_assert_eq!(days.len(), posted.len(), "two on a day: {:?}", posted);
        prop_assert!(wanted.is_subset(&days), "{:?} of {:?}", days, wanted);
    }
}
