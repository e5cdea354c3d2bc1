//! Rules as people write them.

use super::Priority;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of rules, e.g. `config/rules.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// In the order in which they are asked.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// When something holds for a message, and what follows from it.
///
/// All conditions that are given must hold; a rule without any holds for every message. Patterns are regular
/// expressions of the `regex` crate, without regard to case; how a message looks to them is told in the crate's
/// `fold` module: an umlaut in a pattern stands for its other spellings too, and every sentence is a line, so that
/// `.*` ends with the sentence while `^` and `$` are its ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// What it is called where it is told that it fired. Unique.
    pub name: String,
    /// A pattern that must be found.
    #[serde(rename = "match")]
    pub pattern: Option<String>,
    /// Patterns of which at least one must be found.
    pub any: Vec<String>,
    /// Patterns which must all be found.
    pub all: Vec<String>,
    /// Patterns of which none may be found.
    pub unless: Vec<String>,
    /// Patterns for what this rule does not read: it is taken out of the message before the others are tried.
    pub ignore: Vec<String>,
    /// Signals, each with points; their sum must reach `needs`.
    pub signals: Vec<Signal>,
    /// How many points the signals must have together; 1 without it.
    pub needs: Option<i32>,
    /// Pieces that several patterns of this rule share: `{name}` in a pattern stands for the piece of that name.
    pub parts: BTreeMap<String, String>,
    /// Only messages in this language, e.g. `de`. What is too short to tell is in none.
    pub language: Option<String>,
    /// Only messages from the channel of this name.
    pub channel: Option<String>,
    /// What the thread is tagged with, in the spelling of [`crate::tag`] or one that stands for it.
    pub tags: Vec<String>,
    /// How soon somebody should look. Of several rules the highest counts.
    pub priority: Option<Priority>,
    /// The team that takes the thread. Of several rules the first counts.
    pub team: Option<String>,
    /// The language that the customer is taken to speak. Of several rules the first counts.
    pub set_language: Option<String>,
    /// The policy whose deadlines hold. Of several rules the first counts.
    pub policy: Option<String>,
}

/// Something that speaks for a rule, or with negative points against it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// What it is called where it is told that it was found. Unique within its rule.
    pub name: String,
    /// What it adds, once, however often it is found; from -100 to 100; 1 without it.
    #[serde(default = "one")]
    pub points: i32,
    /// Patterns of which at least one must be found.
    pub any: Vec<String>,
}

const fn one() -> i32 {
    1
}
