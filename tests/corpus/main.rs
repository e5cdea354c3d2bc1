//! How well the shipped rules do on messages with known answers.
//!
//! `development.*.tsv` is what patterns were made with; it is shown what of it is taken for what it is not.
//! `held_out.*.tsv` was not written for them, and only its figures are shown, so that nobody tunes a pattern on a line of
//! it. Figures go to standard output past the test's own capture: they are the result, also when they are good.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use deskbridge_desk::rules::{Message, RuleFile, RuleSet};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::{fs, io};

const TAGS: [&str; 3] = ["complaint", "urgent", "thanks"];

/// A message and what it is.
struct Example {
    tags: BTreeSet<String>,
    text: String,
}

fn file(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn shipped() -> RuleSet {
    let file: RuleFile = toml::from_str(&file("config/rules.toml")).unwrap();
    RuleSet::new(&file.rules).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn examples(name: &str) -> Vec<Example> {
    let text = file(&format!("tests/corpus/{name}.tsv"));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let example = |line: &str| {
        let (tags, text) = line.split_once('\t').unwrap_or_else(|| panic!("no tab: {line}"));
        let tags = tags.split(',').filter(|tag| *tag != "-").map(str::to_owned).collect();
        Example { tags, text: text.replace("\\n", "\n") }
    };
    lines.map(example).collect()
}

/// How often a tag was rightly given, wrongly given, and wrongly not given.
#[derive(Default, Clone, Copy)]
struct Count {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Count {
    fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

fn count(rules: &RuleSet, examples: &[Example], tag: &str, verbose: bool) -> Count {
    let mut count = Count::default();
    for example in examples {
        let judged = rules.judge(Message { text: &example.text, language: None, channel: "corpus" });
        match (judged.tags.contains(tag), example.tags.contains(tag)) {
            (true, true) => count.right += 1,
            (false, false) => {}
            (true, false) => count.wrong += 1,
            (false, true) => count.missed += 1,
        }
        if verbose && judged.tags.contains(tag) != example.tags.contains(tag) {
            let sign = if example.tags.contains(tag) { "missed" } else { "wrong " };
            let because = judged.fired.iter().find(|fired| fired.rule == tag);
            let because = because.map(|fired| fired.signals.join(", ")).unwrap_or_default();
            said(&format!("  {sign} {tag}: {} [{because}]", example.text.replace('\n', "\\n")));
        }
    }
    count
}

/// Past the test's capture.
fn said(line: &str) {
    io::stdout().lock().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Figures of one half; its single lines too when that half may be looked at.
fn figures(half: &str, verbose: bool) -> Vec<(String, &'static str, Count)> {
    let rules = shipped();
    let mut all = Vec::new();
    for language in ["de", "en"] {
        let examples = examples(&format!("{half}.{language}"));
        for tag in TAGS {
            let count = count(&rules, &examples, tag, verbose);
            said(&format!(
                "{half:11} {language} {tag:9} precision {:.2} recall {:.2} ({} right, {} wrong, {} missed of {})",
                count.precision(),
                count.recall(),
                count.right,
                count.wrong,
                count.missed,
                examples.len()
            ));
            all.push((language.to_owned(), tag, count));
        }
    }
    all
}

#[test]
fn what_the_patterns_were_made_with_is_found() {
    for (language, tag, count) in figures("development", true) {
        assert!(count.precision() > 0.9 && count.recall() > 0.9, "{tag} in {language}");
    }
}

#[test]
fn what_the_patterns_have_not_seen_is_found() {
    for (language, tag, count) in figures("held_out", false) {
        let (precision, recall) = match tag {
            "complaint" => (0.8, 0.75),
            _ => (0.8, 0.7),
        };
        assert!(count.precision() > precision && count.recall() > recall, "{tag} in {language}");
    }
}
