//! What is a promise and what is not: a corpus in both languages, and what must hold for every text.

mod corpus;

use super::*;
use corpus::{COURTESY, FRESH_COURTESY, FRESH_PROMISES, MORE_COURTESY, MORE_PROMISES, PROMISES};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// Wednesday, 4 March 2026, 10:00 in Berlin, without a time zone database.
fn now() -> Zoned {
    let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    "2026-03-04T10:00".parse::<DateTime>().unwrap().to_zoned(berlin).unwrap()
}

fn shown(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_zoned(now().time_zone().clone()).strftime("%m-%d %H:%M").to_string())
        .unwrap_or_default()
}

/// How much of what is a promise is found, and how much of what is found is one, with the sentences that went wrong.
#[expect(clippy::cast_precision_loss, reason = "a few hundred sentences")]
fn measured(promises: &[(&str, &str)], courtesy: &[&str]) -> (f64, f64, Vec<String>) {
    let missed = promises.iter().filter(|(text, _)| find(text, &now()).is_none());
    let missed: Vec<_> = missed.map(|(text, _)| format!("missed: {text}")).collect();
    let invented = courtesy.iter().filter(|text| find(text, &now()).is_some());
    let invented: Vec<_> = invented.map(|text| format!("invented: {text}")).collect();
    let found = promises.len() - missed.len();
    let precision = found as f64 / (found + invented.len()) as f64;
    let recall = found as f64 / promises.len() as f64;
    (precision, recall, [missed, invented].concat())
}

/// The figures are part of the test: a rule that changes them says so here.
#[test]
fn most_promises_are_found_and_little_else() {
    for (promises, courtesy, figures) in [
        (PROMISES, COURTESY, "84 promises, 99 others: precision 1.000, recall 1.000"),
        (MORE_PROMISES, MORE_COURTESY, "40 promises, 45 others: precision 1.000, recall 0.975"),
        (FRESH_PROMISES, FRESH_COURTESY, "26 promises, 26 others: precision 1.000, recall 0.885"),
    ] {
        let (precision, recall, wrong) = measured(promises, courtesy);
        let (all, others) = (promises.len(), courtesy.len());
        let now = format!("{all} promises, {others} others: precision {precision:.3}, recall {recall:.3}");
        assert!(precision > 0.9 && recall > 0.85, "{now}: {wrong:#?}");
        assert_eq!(now, figures, "{wrong:#?}");
    }
}

#[test]
fn a_promise_is_due_when_its_sentence_says() {
    let wrong = PROMISES.iter().chain(MORE_PROMISES).chain(FRESH_PROMISES).filter_map(|(text, due)| {
        let spoken = find(text, &now())?;
        let at = shown(spoken.at);
        (at != *due).then(|| format!("{text:?}: {at:?}, expected {due:?}"))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn the_words_that_promise_are_named_with_their_time_and_their_sentence() {
    for (text, phrase, sentence) in [
        (
            "Danke! Das tut mir leid. Ich melde mich bis Freitag 12 Uhr bei Ihnen. Viele Grüße",
            "Ich melde mich bis Freitag 12 Uhr",
            "Ich melde mich bis Freitag 12 Uhr bei Ihnen",
        ),
        ("Bis morgen kläre ich das.", "kläre ich", "Bis morgen kläre ich das"),
        ("Ja, we’ll get back to you.", "we’ll get", "Ja, we’ll get back to you"),
        ("> Wann?\n  Ich rufe Sie um 15:00 an!", "Ich rufe Sie um 15:00", "Ich rufe Sie um 15:00 an"),
    ] {
        let spoken = find(text, &now()).unwrap();
        assert_eq!((spoken.phrase, spoken.sentence), (phrase, sentence), "{text:?}");
    }
}

#[test]
fn of_several_promises_the_first_with_a_time_counts() {
    let text = "Ich kümmere mich darum. Ich rufe Sie morgen an. Ich melde mich am Freitag.";
    let spoken = find(text, &now()).unwrap();
    assert_eq!((spoken.phrase, shown(spoken.at).as_str()), ("Ich rufe Sie morgen", "03-05 17:00"));
}

#[test]
fn a_time_that_has_passed_is_none_and_the_promise_stays() {
    let spoken = find("Ich melde mich am 1.3.2026.", &now()).unwrap();
    assert_eq!(spoken.at, None);
}

#[test]
fn behind_what_anybody_reads_nothing_is_looked_for() {
    let text = format!("{}Ich melde mich morgen.", "ä".repeat(9_000) + ". ");
    assert!(find(&text, &now()).is_none());
}

/// Words that the rules look for, in any order.
fn babble() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "ich",
        "wir",
        "melde",
        "mich",
        "werde",
        "Sie",
        "bekommen",
        "eine",
        "Antwort",
        "von",
        "uns",
        "bis",
        "morgen",
        "um",
        "15",
        ":",
        "00",
        "Uhr",
        "24",
        ".",
        "12",
        "!",
        "?",
        ",",
        "\n",
        ">",
        "„",
        "“",
        "\"",
        "I'll",
        "will",
        "call",
        "you",
        "by",
        "Friday",
        "if",
        "wenn",
        "nicht",
        "in",
        "2",
        "hours",
        "let",
        "me",
        "check",
        "früh",
        "heute",
        "Do",
        "ü\u{308}",
    ]);
    let part = prop_oneof![9 => word.prop_map(String::from), 1 => any::<String>()];
    let gap = prop::sample::select(vec![" ", " ", " ", ""]);
    prop::collection::vec((part, gap), 0..40)
        .prop_map(|parts| parts.into_iter().map(|(part, gap)| part + gap).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_a_promise_is_within_it_and_ahead(text in babble()) {
        if let Some(spoken) = find(&text, &now()) {
            prop_assert!(text.contains(spoken.sentence) && spoken.sentence.contains(spoken.phrase));
            prop_assert!(!spoken.phrase.is_empty());
            prop_assert!(spoken.at.is_none_or(|at| at > now().timestamp()));
        }
    }
}
