//! Rules of one's own: what they look at, which effect wins, and what is wrong with them.

use crate::rules::{Judgement, Message, Priority, Rule, RuleFile, RuleSet, TEXT_MAX};
use proptest::prelude::*;

fn rules(toml: &str) -> Vec<Rule> {
    toml::from_str::<RuleFile>(toml).unwrap().rules
}

fn set(toml: &str) -> RuleSet {
    RuleSet::new(&rules(toml)).unwrap()
}

fn judge(set: &RuleSet, text: &str) -> Judgement {
    set.judge(Message { text, language: None, channel: "shop" })
}

/// The rules that fire on a text.
fn fired(set: &RuleSet, text: &str) -> Vec<String> {
    judge(set, text).fired.into_iter().map(|fired| fired.rule).collect()
}

/// What is wrong with rules, as `index name entry what`.
fn wrong(toml: &str) -> Vec<String> {
    let errors = RuleSet::new(&rules(toml)).unwrap_err();
    errors
        .iter()
        .map(|error| format!("{} {} {} {}", error.index, error.name, error.entry, error.what))
        .collect()
}

#[test]
fn every_condition_that_is_given_must_hold() {
    let set = set(r#"
[[rules]]
name = "one"
match = 'rechnung'
tags = ["one"]

[[rules]]
name = "many"
any = ['rot', 'blau']
all = ['haus', 'dach']
unless = ['garten']
tags = ["many"]

[[rules]]
name = "always"
priority = "low"
"#);
    for (text, wanted) in [
        ("Meine RECHNUNG bitte", &["one", "always"][..]),
        ("Ein Haus mit rotem Dach", &["many", "always"]),
        ("Ein Haus mit Dach", &["always"]),
        ("Ein rotes Haus", &["always"]),
        ("Ein rotes Haus mit Dach und Garten", &["always"]),
        ("", &["always"]),
    ] {
        assert_eq!(fired(&set, text), wanted, "{text}");
    }
}

#[test]
fn signals_add_up_and_tell_which_were_found() {
    let set = set(r#"
[[rules]]
name = "sum"
tags = ["sum"]
needs = 3
ignore = ['not bad']
parts = { bad = 'bad|awful' }
signals = [
  { name = "bad", points = 2, any = ['\b{bad}\b', 'terrible'] },
  { name = "late", points = 2, any = ['late'] },
  { name = "kind", points = -1, any = ['please'] },
  { name = "loud", any = ['(?-i:[A-Z]{5})', '!!'] },
]
"#);
    let points = |text: &str| {
        let judged = judge(&set, text);
        judged.fired.first().map(|fired| (fired.signals.join(" "), fired.points))
    };
    let found = |signals: &str, points| Some((signals.to_owned(), points));
    assert_eq!(points("bad and awful and terrible"), None);
    assert_eq!(points("bad and late"), found("bad late", 4));
    assert_eq!(points("Bad and late, please"), found("bad late kind", 3));
    assert_eq!(points("not bad, but late"), None);
    assert_eq!(points("late, LATELY"), found("late loud", 3));
    assert_eq!(points("baaaaad and laaate"), found("bad late", 4));
}

#[test]
fn tags_unite_the_highest_priority_and_the_first_of_the_rest_win() {
    let set = set(r#"
[[rules]]
name = "a"
match = 'x'
tags = ["one", "two"]
priority = "low"
team = "first"

[[rules]]
name = "b"
match = 'x'
tags = ["two", "three"]
priority = "urgent"
team = "second"
policy = "gold"
set_language = "fr"

[[rules]]
name = "c"
match = 'x'
priority = "high"
policy = "silver"
set_language = "it"
"#);
    let judged = judge(&set, "x");
    assert_eq!(judged.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["one", "three", "two"]);
    assert_eq!(judged.priority, Priority::Urgent);
    assert_eq!(judged.team.as_deref(), Some("first"));
    assert_eq!(judged.policy.as_deref(), Some("gold"));
    assert_eq!(judged.language.as_deref(), Some("fr"));
    assert_eq!(judge(&set, "y"), Judgement::default());
    assert!(Priority::Low < Priority::Normal && Priority::Normal < Priority::High);
    let json = serde_json::to_value(&judged).unwrap();
    assert_eq!(json["priority"], "urgent");
    assert_eq!(json["fired"][0]["rule"], "a");
}

#[test]
fn a_tag_has_the_spelling_that_agents_give_it() {
    let set = set(
        "[[rules]]\nname = \"vip\"\nmatch = 'x'\ntags = [\"VIP\", \"#vip\", \"Late:2.0\"]\npriority = \"high\"",
    );
    let judged = judge(&set, "x");
    assert_eq!(judged.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["late:2.0", "vip"]);
    assert_eq!(judged.raises[0].tags, judged.tags);
    assert_eq!(set.tags().collect::<Vec<_>>(), ["vip", "vip", "late:2.0"]);
    for tag in ["", "two words", " vip", "-vip", "#", "a/b"] {
        let told = wrong(&format!("[[rules]]\nname = \"a\"\ntags = [{tag:?}]"));
        assert_eq!(told, [format!("0 a tags[0] {}", crate::tag::WANTED)], "{tag:?}");
    }
}

#[test]
fn a_low_priority_is_one_too() {
    let set = set("[[rules]]\nname = \"low\"\nmatch = 'newsletter'\npriority = \"low\"");
    assert_eq!(judge(&set, "der Newsletter").priority, Priority::Low);
    assert_eq!(judge(&set, "die Rechnung").priority, Priority::Normal);
}

#[test]
fn a_rule_may_hold_for_one_language_or_one_channel() {
    let set = set(r#"
[[rules]]
name = "german"
language = "de"
tags = ["german"]

[[rules]]
name = "shop"
channel = "shop"
tags = ["shop"]
"#);
    let fires = |text, language, channel| {
        let judged = set.judge(Message { text, language, channel });
        judged.fired.into_iter().map(|fired| fired.rule).collect::<Vec<_>>()
    };
    assert_eq!(fires("Wann kommt mein Paket?", None, "forum"), ["german"]);
    assert_eq!(fires("When will my parcel be here?", None, "shop"), ["shop"]);
    assert_eq!(fires("ok", None, "forum"), Vec::<String>::new());
    assert_eq!(fires("ok", Some("de-CH"), "forum"), ["german"]);
    assert_eq!(fires("Wann kommt mein Paket?", Some("en"), "forum"), Vec::<String>::new());
}

#[test]
fn spelling_sentences_and_quotes_are_seen_to() {
    let set = set(r#"
[[rules]]
name = "late"
match = '\bverspätet'
tags = ["late"]

[[rules]]
name = "size"
match = '\bgroß'
tags = ["size"]

[[rules]]
name = "sentence"
match = 'not.*well'
tags = ["sentence"]

[[rules]]
name = "start"
match = '^thanks'
tags = ["start"]

[[rules]]
name = "russian"
match = '\bжалоба\b'
tags = ["russian"]
"#);
    for (text, wanted) in [
        ("VERSPÄTET", &["late"][..]),
        ("verspaetet und verspatet und verspa\u{308}tet", &["late"]),
        ("grosse Schuhe", &["size"]),
        ("> verspätet\nstimmt das?", &[]),
        ("It is not here. All is well.", &[]),
        ("It is not at all well.", &["sentence"]),
        ("Hello! Thanks for it", &["start"]),
        ("Это ЖАЛОБА!", &["russian"]),
    ] {
        assert_eq!(fired(&set, text), wanted, "{text}");
    }
    let far = format!("{} verspätet", "x".repeat(TEXT_MAX));
    assert_eq!(fired(&set, &far), Vec::<String>::new());
}

#[test]
fn everything_wrong_is_told_at_once() {
    let told = wrong(
        r#"
[[rules]]
name = "a"
match = 'a('
any = ['fine', '[z-a]']
tags = ["a"]

[[rules]]
name = "a"
tags = ["two words"]
unless = ['']
needs = 2

[[rules]]
match = '{part}'

[[rules]]
name = "d"
tags = ["d"]
needs = 0
parts = { "No" = 'x' }
signals = [{ name = "s", points = 0, any = [] }, { name = "s", any = ['(?:\w{900}){900}'] }]
"#,
    );
    let wanted = [
        "0 a match is not a usable pattern: unclosed group",
        "0 a any[1] is not a usable pattern: invalid character class range",
        "1 a tags[0] must be 1 to 40 letters",
        "1 a needs has no meaning without signals",
        "1 a name is the name of an earlier rule",
        "1 a unless[0] is empty",
        "2  name is missing",
        "2  tags and every other effect is missing",
        "2  match names the part part",
        "3 d needs must be at least 1",
        "3 d signals[0].any is missing",
        "3 d signals[0].points must be from -100 to 100",
        "3 d signals[1].name is the name of an earlier signal",
        "3 d parts.No must be named with",
        "3 d signals[1].any[0] is not a usable pattern: compiled regex exceeds size limit",
    ];
    for wanted in wanted {
        assert!(told.iter().any(|told| told.starts_with(wanted)), "nothing says {wanted}: {told:#?}");
    }
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
}

#[test]
fn what_is_ignored_is_something() {
    for ignore in ["a*", r"\b", "(?:a|b?)", "^", "(?-i:A?)"] {
        let told = wrong(&format!("[[rules]]\nname = \"a\"\nignore = ['b', '{ignore}']\ntags = [\"a\"]"));
        assert_eq!(
            told,
            ["0 a ignore[1] is found where nothing is, and would be cut out everywhere"],
            "{ignore}"
        );
    }
}

#[test]
fn no_problem_with_somebody_does_not_hide_the_complaint_behind_it() {
    let shipped = super::desk::rules();
    for text in [
        "Ich habe kein Problem mit euch, aber ihr seid Betrüger und das Paket ist kaputt",
        "kein problem wenn ihr mich ignoriert und belügt, unverschämt",
        "Ich will kein Problem mit der kaputten Lieferung, das ist eine Frechheit",
    ] {
        assert!(judge(&shipped, text).tags.contains("complaint"), "{text}");
    }
}

#[test]
fn all_patterns_together_have_a_limit() {
    let patterns =
        |count| (0..count).map(|number| format!("'{number}[a-z]{{9999}}'")).collect::<Vec<_>>().join(", ");
    let rules = |count| format!("[[rules]]\nname = \"a\"\nany = [{}]\ntags = [\"a\"]", patterns(count));
    assert_eq!(set(&rules(30)).names().count(), 1);
    let told = wrong(&rules(90));
    let first = told.first().unwrap();
    assert!(
        first.starts_with("0 a any[") && first.contains("is too much together with the patterns before it"),
        "{first}"
    );
}

#[test]
fn unknown_entries_are_refused_and_nothing_repeats_a_message() {
    assert!(toml::from_str::<RuleFile>("[[rules]]\nname = \"a\"\ntag = [\"a\"]").is_err());
    assert!(toml::from_str::<RuleFile>("[[rules]]\nname = \"a\"\npriority = \"hot\"").is_err());
    let message = Message { text: "marker", language: None, channel: "shop" };
    let set = set("[[rules]]\nname = \"a\"\nmatch = 'marker'\ntags = [\"a\"]");
    let judged = set.judge(message);
    assert_eq!(judged.fired.len(), 1);
    assert!(!format!("{message:?}{set:?}{judged:?}").contains("marker"));
}

#[test]
fn no_rules_say_nothing() {
    let set = RuleSet::new(&[]).unwrap();
    assert_eq!(judge(&set, "x"), Judgement::default());
    assert_eq!(set.names().count(), 0);
}

proptest! {
    #[test]
    fn any_message_can_be_judged_and_always_alike(text in "(\\PC|[\\n >.!?äöüßa-e]){0,300}") {
        let set = set("[[rules]]\nname = \"a\"\nany = ['\\bä', '(?-i:E{3})', '^b.*c$']\nignore = ['d']\ntags = [\"a\"]");
        prop_assert_eq!(judge(&set, &text), judge(&set.clone(), &text));
    }
}

#[test]
fn who_greets_or_thanks_once_more_does_not_complain() {
    let shipped = super::desk::rules();
    let tags = |text: &str| judge(&shipped, text).tags.into_iter().collect::<Vec<_>>().join(" ");
    for greeting in ["Hello again", "Hi, it's me again", "Good morning, me again", "Hallo, ich schon wieder"]
    {
        assert_eq!(tags(greeting), "", "{greeting}");
    }
    for thanks in ["Thanks again!", "Thank you so much again", "Danke nochmal"] {
        assert_eq!(tags(thanks), "thanks", "{thanks}");
    }
    for complaint in ["Hello, it broke again", "Hi, down again", "Guten Tag, schon wieder kaputt"] {
        assert_eq!(tags(complaint), "complaint", "{complaint}");
    }
}
