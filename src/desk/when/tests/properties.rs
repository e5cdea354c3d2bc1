//! Whatever is written: what is always so.

use super::*;
use jiff::ToSpan;
use proptest::prelude::*;

/// Words that mean something in an expression of time, in any order.
fn babble() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "in",
        "2",
        "3",
        "24",
        "12",
        "29",
        "02",
        "2026",
        "2028",
        "99999999999",
        ".",
        ":",
        "-",
        ",",
        "(",
        "h",
        "m",
        "d",
        "hours",
        "Tagen",
        "Wochen",
        "months",
        "Werktagen",
        "morgen",
        "heute",
        "tomorrow",
        "Freitag",
        "Fr",
        "next",
        "diesen",
        "am",
        "um",
        "at",
        "bis",
        "before",
        "vor",
        "Uhr",
        "pm",
        "noon",
        "abends",
        "früh",
        "end of week",
        "EOD",
        "next month",
        "Dezember",
        "Feb",
        "T",
        "halb",
        "quarter to",
        "midnight",
        "half an",
        "ago",
        "the",
        "th",
        "u\u{308}bermorgen",
        "x",
    ]);
    let part = prop_oneof![12 => word.prop_map(String::from), 1 => any::<String>(), 2 => "[0-9]{1,4}"];
    let gap = prop::sample::select(vec![" ", " ", ""]);
    prop::collection::vec((part, gap), 0..9)
        .prop_map(|parts| parts.into_iter().map(|(part, gap)| part + gap).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_a_time_is_ahead_and_not_too_far(text in babble(), now in 1_577_836_800_i64..2_208_988_800) {
        let now = Timestamp::from_second(now).unwrap().to_zoned(berlin());
        let latest = now.checked_add(YEARS_MAX.years()).unwrap().timestamp();
        match parse(&text, &now) {
            Ok(when) => {
                prop_assert!(when.at > now.timestamp() && when.at <= latest, "{:?}: {}", text, when.at);
                prop_assert!(text.ends_with(when.rest));
            }
            Err(error) => prop_assert!(text.get(error.at.clone()).is_some(), "{:?}: {:?}", text, error),
        }
        if let Ok(span) = span(&text) {
            prop_assert!(span.is_positive());
        }
    }

    #[test]
    fn what_is_far_out_is_an_error(text in babble(), now in any::<i32>()) {
        // the edges of what a calendar holds
        for edge in [Timestamp::MIN, Timestamp::MAX] {
            let _ = parse(&text, &edge.to_zoned(TimeZone::UTC));
        }
        let _ = parse(&text, &Timestamp::from_second(now.into()).unwrap().to_zoned(berlin()));
    }
}
