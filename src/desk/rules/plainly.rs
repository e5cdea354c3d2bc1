//! The same answers as by looking for each pattern everywhere, with the `regex` crate.

use super::compile::RuleSet;
use super::gate::Patterns;
use super::pattern::{self, Kind};
use super::program::Search;
use super::program::{self, Ready};
use super::{Message, Rule, RuleFile, fold};
use proptest::prelude::*;
use regex::bytes::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

const RULES: &str = include_str!("../../../config/rules.toml");

/// A pattern with its flags, and whether it reads lower case.
fn flagged(kind: &Kind) -> (String, bool) {
    match kind {
        Kind::Lower(pattern) => (format!("(?m-u){pattern}"), true),
        Kind::Cased(pattern) => (format!("(?im){pattern}"), false),
    }
}

/// One expression for all, the earlier ones first.
fn either<'a>(kinds: impl Iterator<Item = &'a Kind>) -> Option<Regex> {
    let all: Vec<String> = kinds.map(|kind| format!("(?:{})", flagged(kind).0)).collect();
    (!all.is_empty()).then(|| Regex::new(&all.join("|")).unwrap())
}

/// A rule whose patterns are each an expression of its own.
struct Plain {
    rule: Rule,
    ignore: Option<Regex>,
    any: Vec<(Regex, bool)>,
    all: Vec<(Regex, bool)>,
    unless: Vec<(Regex, bool)>,
    signals: Vec<Vec<(Regex, bool)>>,
}

impl Plain {
    fn new(rule: &Rule) -> Self {
        let kind =
            |text: &String| pattern::kind(pattern::folded(&pattern::with_parts(text, &rule.parts).unwrap()));
        let each = |patterns: &[String]| -> Vec<(Regex, bool)> {
            let flagged = patterns.iter().map(|text| flagged(&kind(text)));
            flagged.map(|(text, lower)| (Regex::new(&text).unwrap(), lower)).collect()
        };
        // none of the shipped rules ignores what is not in lower case
        let mut ignore: Vec<Kind> = rule.ignore.iter().map(kind).collect();
        assert!(ignore.iter().all(|kind| flagged(kind).1));
        ignore.sort_by_key(Kind::begins_with_a_word);
        Self {
            ignore: either(ignore.iter()),
            any: each(&rule.any),
            all: each(rule.pattern.as_slice()).into_iter().chain(each(&rule.all)).collect(),
            unless: each(&rule.unless),
            signals: rule.signals.iter().map(|signal| each(&signal.any)).collect(),
            rule: rule.clone(),
        }
    }

    /// The signals that are found and their points, if the rule fires.
    fn fires(&self, text: &str) -> Option<(Vec<String>, i32)> {
        let folded = fold::text(text);
        let cased: Vec<String> = fold::unstretched(&folded).into_iter().chain([folded]).collect();
        let lower = cased.iter().map(|view| view.to_lowercase());
        let read = |view: &str| match &self.ignore {
            Some(ignore) => ignore.replace_all(view.as_bytes(), b" ").into_owned(),
            None => view.as_bytes().to_vec(),
        };
        let lower: Vec<Vec<u8>> = lower.map(|view| read(&view)).collect();
        let cased: Vec<Vec<u8>> = cased.iter().map(|view| read(view)).collect();
        let is_in = |(regex, in_lower): &(Regex, bool)| {
            let views = if *in_lower { &lower } else { &cased };
            views.iter().any(|view| regex.is_match(view))
        };
        let holds = self.all.iter().all(is_in)
            && (self.any.is_empty() || self.any.iter().any(is_in))
            && !self.unless.iter().any(is_in);
        let found = self.rule.signals.iter().zip(&self.signals).filter(|(_, any)| any.iter().any(is_in));
        let (names, points): (Vec<_>, Vec<_>) =
            found.map(|(signal, _)| (signal.name.clone(), signal.points)).unzip();
        let points = points.iter().sum();
        (holds && (self.signals.is_empty() || points >= self.rule.needs.unwrap_or(1)))
            .then_some((names, points))
    }
}

static SHIPPED: LazyLock<(RuleSet, Vec<Plain>)> = LazyLock::new(|| {
    let file: RuleFile = toml::from_str(RULES).unwrap();
    (RuleSet::new(&file.rules).unwrap(), file.rules.iter().map(Plain::new).collect())
});

static CORPUS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = [
        include_str!("../../../tests/corpus/development.de.tsv"),
        include_str!("../../../tests/corpus/development.en.tsv"),
        include_str!("../../../tests/corpus/held_out.de.tsv"),
        include_str!("../../../tests/corpus/held_out.en.tsv"),
    ];
    let lines = all.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.split_once('\t')?.1.replace("\\n", "\n"))).collect()
});

/// Fails unless the shipped rules say of a text what they say when each pattern is looked for by itself.
fn judged_plainly(text: &str) {
    let (rules, plain) = &*SHIPPED;
    let judged = rules.judge(Message { text, language: None, channel: "shop" });
    let fires: Vec<_> = plain.iter().filter_map(|plain| Some((plain, plain.fires(text)?))).collect();
    let said: Vec<_> =
        judged.fired.iter().map(|fired| (fired.rule.as_str(), &fired.signals, fired.points)).collect();
    let wanted: Vec<_> =
        fires.iter().map(|(plain, (signals, points))| (plain.rule.name.as_str(), signals, *points)).collect();
    assert_eq!(said, wanted, "{text:?}");
    assert_eq!(
        judged.tags,
        fires.iter().flat_map(|(plain, _)| plain.rule.tags.clone()).collect(),
        "{text:?}"
    );
    let raised: Vec<_> = judged.raises.iter().map(|raise| (raise.rule.as_str(), raise.priority)).collect();
    let high = fires.iter().filter_map(|(plain, _)| Some((plain.rule.name.as_str(), plain.rule.priority?)));
    assert_eq!(raised, high.collect::<Vec<_>>(), "{text:?}");
}

#[test]
fn the_shipped_rules_judge_the_corpus_as_if_each_pattern_was_looked_for_everywhere() {
    assert!(CORPUS.len() > 1_000);
    CORPUS.iter().for_each(|text| judged_plainly(text));
}

/// Two messages in one, with words of the rules in between, and single letters that were changed.
fn mutated() -> impl Strategy<Value = String> {
    let text = || prop::sample::select(&**CORPUS);
    let word = prop::sample::select(
        RULES.split(['\'', '|', '(', ')', '?', '\\']).map(str::to_owned).collect::<Vec<_>>(),
    );
    let sign = prop::sample::select(vec!["!!", "?", "\n", " ſ", "K", "É", "ooo", "😡", ". ", ",", "NOT "]);
    (
        text(),
        text(),
        prop::collection::vec(
            (any::<prop::sample::Index>(), prop_oneof![word, sign.prop_map(str::to_owned)]),
            0..8,
        ),
    )
        .prop_map(|(one, other, put_in)| {
            let mut text = format!("{one} {other}");
            for (at, what) in put_in {
                let at = text.floor_char_boundary(at.index(text.len() + 1));
                text.insert_str(at, &what);
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn the_shipped_rules_judge_any_text_so(text in mutated()) {
        judged_plainly(&text);
    }
}

/// Patterns of all that a pattern may have, over few letters so that they are found.
fn any_pattern() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a", "b", "ab", "k", "s", "bab", "ä", "[ab]", "[^a]", ".", r"\W", r"\w", r"\b", r"\B", "^", "$",
        "(?-i:A)", "(?s:.)", "!",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 16, 4, |inner| {
        let repeat = prop::sample::select(vec!["?", "*", "+", "{2}", "{1,2}", "{0,2}", "??", "+?", "{2,}"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            (inner, repeat).prop_map(|(part, repeat)| format!("(?:{part}){repeat}")),
        ]
    })
}

fn any_text() -> impl Strategy<Value = String> {
    "[aabbABksſK !\n]{0,24}|[abé]{0,8}\n?[ab ]{0,8}"
}

fn ready(kinds: &[Kind]) -> Vec<Ready> {
    kinds.iter().map(|kind| Ready::new(kind, &program::compiler()).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn any_pattern_is_found_where_it_is(texts in prop::collection::vec(any_pattern(), 1..6), text in any_text()) {
        let kinds: Vec<Kind> = texts.into_iter().map(pattern::kind).collect();
        let patterns: Patterns = ready(&kinds).into_iter().collect();
        let mut found = vec![false; kinds.len()];
        for candidate in patterns.may_be_in(text.as_bytes()) {
            found[candidate.pattern] |= patterns.is_in(text.as_bytes(), &candidate, &mut Search::default());
        }
        let wanted: Vec<bool> =
            kinds.iter().map(|kind| Regex::new(&flagged(kind).0).unwrap().is_match(text.as_bytes())).collect();
        prop_assert_eq!(found, wanted, "{:?} in {:?}", kinds, text);
    }

    #[test]
    fn what_is_cut_out_is_what_one_expression_for_all_would_replace(
        texts in prop::collection::vec(any_pattern(), 1..6),
        text in any_text(),
    ) {
        let kinds = texts.into_iter().map(pattern::kind);
        let something = |kind: &Kind| !ready(std::slice::from_ref(kind)).iter().any(|ready| ready.matches_nothing);
        let kinds: Vec<Kind> = kinds.filter(something).collect();
        let patterns: Patterns = ready(&kinds).into_iter().collect();
        let candidates = patterns.may_be_in(text.as_bytes());
        let cut = patterns.cut_out(text.as_bytes(), candidates.iter(), &mut Search::default());
        let cut = cut.unwrap_or_else(|| text.clone().into_bytes());
        let wanted = either(kinds.iter()).map_or(Cow::Borrowed(text.as_bytes()), |all| all.replace_all(text.as_bytes(), b" "));
        prop_assert_eq!(&cut, &*wanted, "{:?} in {:?}", kinds, text);
    }
}

#[test]
fn nearly_all_shipped_patterns_have_literals() {
    let read = SHIPPED.0.read();
    let (all, anywhere) = [&read.lower, &read.cased].into_iter().fold((0, 0), |(all, anywhere), patterns| {
        (all + patterns.len(), anywhere + patterns.without_literals())
    });
    // two are lists of signs, one is capitals
    assert!(all > 1_400 && anywhere <= 3, "{anywhere} of {all}");
}

#[test]
fn hostile_patterns_and_texts_come_to_an_end() {
    // what each cannot do without is there, so that it is looked for
    let kinds = ["(?:a?){200}a{200}b$", "(?:a*)*b$", "(?:a|aa)+b$", ".*.*.*b$", r"\W*(?:\w+\W+)*b$"]
        .map(|text| pattern::kind(text.to_owned()));
    let all: Patterns = ready(&kinds).into_iter().collect();
    let text = format!("b{}", "a".repeat(fold::TEXT_MAX));
    let candidates = all.may_be_in(text.as_bytes());
    assert_eq!(candidates.len(), kinds.len());
    for candidate in candidates {
        assert!(!all.is_in(text.as_bytes(), &candidate, &mut Search::default()));
    }
    for words in ["seit 3 wochen ", "nicht ", "it is not ", "keine probleme mit ", "a", "!", "😡"] {
        let text = words.repeat(fold::TEXT_MAX / words.chars().count());
        let judged = SHIPPED.0.judge(Message { text: &text, language: None, channel: "shop" });
        assert!(judged.fired.len() <= 3);
    }
}
