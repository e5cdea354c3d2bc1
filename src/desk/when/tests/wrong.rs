//! What is no time, what is behind one, and lengths alone.

use super::*;

#[test]
fn what_cannot_be_is_said() {
    check(
        NOW,
        &[
            ("25:00", "NoSuchTime <25:00>"),
            ("tomorrow 25:00", "NoSuchTime <25:00>"),
            ("15:60", "NoSuchTime <15:60>"),
            ("13pm", "NoSuchTime <13pm>"),
            ("0pm", "NoSuchTime <0pm>"),
            ("24:30", "NoSuchTime <24:30>"),
            ("31.02.", "NoSuchDate <31.02.>"),
            ("31.04.2026", "NoSuchDate <31.04.2026>"),
            ("29.02.2027", "NoSuchDate <29.02.2027>"),
            ("32.01.", "NoSuchDate <32.01.>"),
            ("24.13.", "NoSuchDate <24.13.>"),
            ("2026-13-01", "NoSuchDate <2026-13-01>"),
            ("01.03.2026", "Past <01.03.2026>"),
            ("heute um 9", "Past <heute um 9>"),
            ("04.03. 9:00", "Past <04.03. 9:00>"),
            ("2 days ago", "Past <2 days ago>"),
            ("vor zwei Tagen", "Past <zwei Tagen>"),
            ("0h", "Past <0h>"),
            ("in 0 minutes", "Past <in 0 minutes>"),
            ("2030-01-01", "TooFar <2030-01-01>"),
            ("in 25 months", "TooFar <in 25 months>"),
            ("99999999999999999999999999999999 days", "TooFar <99999999999999999999999999999999 days>"),
            ("in 9999 working days", "TooFar <in 9999 working days>"),
            ("Freitag, 7. März", "Contradiction <Freitag, 7. März>"),
            ("tomorrow wednesday", "Contradiction <tomorrow wednesday>"),
            ("tomorrow in two hours", "Contradiction <tomorrow in two hours>"),
            ("", "NotUnderstood <>"),
            ("   ", "NotUnderstood <>"),
            ("!!", "NotUnderstood <!!>"),
            ("hello", "NotUnderstood <hello>"),
            ("call me tomorrow", "NotUnderstood <call me tomorrow>"),
            ("tomorrowish", "NotUnderstood <tomorrowish>"),
            ("Do the refund", "NotUnderstood <Do the refund>"),
            ("so we wait", "NotUnderstood <so we wait>"),
            ("Fr. Müller anrufen", "NotUnderstood <Fr. Müller anrufen>"),
            ("mai", "NotUnderstood <mai>"),
            ("3d-Drucker", "NotUnderstood <3d-Drucker>"),
            ("15:00-16:00", "NotUnderstood <15:00-16:00>"),
            ("14-16 Uhr", "NotUnderstood <14-16 Uhr>"),
            ("at 5%", "NotUnderstood <at 5%>"),
            ("um 3 Tage", "NotUnderstood <um 3 Tage>"),
            ("12.30", "NotUnderstood <12.30>"),
            ("by 12/24", "NotUnderstood <by 12/24>"),
            ("2026-12-24T15:00Z", "NotUnderstood <2026-12-24T15:00Z>"),
            (
                "in a text of more than forty characters nothing",
                "NotUnderstood <in a text of more than forty characters>",
            ),
        ],
    );
}

#[test]
fn what_is_behind_the_time_is_the_rest() {
    check(
        NOW,
        &[
            ("tomorrow.", "Thu 2026-03-05 17:00"),
            ("Tomorrow - call Mia", "Thu 2026-03-05 17:00 | call Mia"),
            ("tomorrow: call Mia", "Thu 2026-03-05 17:00 | call Mia"),
            ("  tomorrow — call Mia  ", "Thu 2026-03-05 17:00 | call Mia  "),
            ("tomorrow -5 %", "Thu 2026-03-05 17:00 | -5 %"),
            ("tomorrow at", "Thu 2026-03-05 17:00 | at"),
            ("2h\n15:00 is too late", "Wed 2026-03-04 12:00! | 15:00 is too late"),
            ("tomorrow Friday is free", "Contradiction <tomorrow Friday>"),
        ],
    );
}

#[test]
fn every_example_is_understood_and_named_by_the_error() {
    for example in EXAMPLES {
        assert!(parse(example, &at(NOW)).is_ok_and(|when| when.rest.is_empty()), "{example}");
    }
    let error = parse("hello", &at(NOW)).err().unwrap();
    assert!(EXAMPLES.iter().all(|example| error.to_string().contains(example)), "{error}");
    // whoever logs it logs no words
    assert!(!format!("{error} {error:?}").contains("hello"));
}

#[test]
fn a_span_is_a_length_and_nothing_else() {
    for (text, seconds) in [
        ("2h", Ok(7_200)),
        ("1d", Ok(86_400)),
        ("1w", Ok(604_800)),
        ("90 min", Ok(5_400)),
        ("90m", Ok(5_400)),
        ("10s", Ok(10)),
        ("1h30", Ok(5_400)),
        ("1h30m", Ok(5_400)),
        ("1d 12h", Ok(129_600)),
        ("36h", Ok(129_600)),
        ("2 Stunden", Ok(7_200)),
        ("zwei Wochen", Ok(1_209_600)),
        ("half an hour", Ok(1_800)),
        ("1.5 days", Ok(129_600)),
        ("for 2 hours", Ok(7_200)),
        ("für eine Stunde", Ok(3_600)),
        ("in 20 minutes", Ok(1_200)),
        ("", Err(Wrong::NotUnderstood)),
        ("10", Err(Wrong::NotUnderstood)),
        ("h", Err(Wrong::NotUnderstood)),
        ("-1h", Err(Wrong::NotUnderstood)),
        ("2h later", Err(Wrong::NotUnderstood)),
        ("2 months", Err(Wrong::NotUnderstood)),
        ("3 working days", Err(Wrong::NotUnderstood)),
        ("tomorrow", Err(Wrong::NotUnderstood)),
        ("0h", Err(Wrong::Past)),
        ("3000d", Err(Wrong::TooFar)),
        ("99999999999999999999w", Err(Wrong::TooFar)),
    ] {
        let read = span(text).map(|span| span.as_secs()).map_err(|error| error.wrong);
        assert_eq!(read, seconds, "{text:?}");
    }
}
