//! What can be wrong with a rule, and what of it is seen without compiling anything.

use super::{Rule, Signal, pattern};
use crate::tag;
use std::collections::BTreeSet;

/// The most points of a signal, either way.
const POINTS_MAX: i32 = 100;

/// Something that is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {index} ({name}): {entry} {what}")]
pub struct RuleError {
    /// Which rule, from 0.
    pub index: usize,
    /// Its name, if it has one.
    pub name: String,
    /// Where in the rule, e.g. `any[2]`; `match` and the like are as written.
    pub entry: String,
    /// What is wrong, as the rest of a sentence that begins with the entry.
    pub what: String,
}

/// Where errors of one rule go.
pub(super) struct At<'a> {
    pub(super) index: usize,
    pub(super) rule: &'a Rule,
    pub(super) errors: &'a mut Vec<RuleError>,
}

impl At<'_> {
    pub(super) fn error(&mut self, entry: impl Into<String>, what: impl Into<String>) {
        let name = self.rule.name.clone();
        self.errors.push(RuleError { index: self.index, name, entry: entry.into(), what: what.into() });
    }
}

/// What can be seen without compiling anything.
pub(super) fn plain_mistakes(at: &mut At<'_>) {
    let rule = at.rule;
    if rule.name.trim().is_empty() {
        at.error("name", "is missing or empty");
    }
    let does = [&rule.team, &rule.set_language, &rule.policy].iter().any(|effect| effect.is_some());
    if !does && rule.tags.is_empty() && rule.priority.is_none() {
        at.error("tags", "and every other effect is missing: the rule would do nothing");
    }
    for (index, written) in rule.tags.iter().enumerate() {
        if tag::tag(written).is_none() {
            at.error(format!("tags[{index}]"), tag::WANTED);
        }
    }
    match rule.needs {
        Some(_) if rule.signals.is_empty() => at.error("needs", "has no meaning without signals"),
        Some(needs) if needs < 1 => at.error("needs", "must be at least 1"),
        _ => {}
    }
    let mut names = BTreeSet::new();
    for (index, Signal { name, points, any }) in rule.signals.iter().enumerate() {
        if name.trim().is_empty() {
            at.error(format!("signals[{index}].name"), "is missing or empty");
        } else if !names.insert(name) {
            at.error(format!("signals[{index}].name"), "is the name of an earlier signal of this rule");
        }
        if any.is_empty() {
            at.error(format!("signals[{index}].any"), "is missing or empty");
        }
        if *points == 0 || points.abs() > POINTS_MAX {
            at.error(
                format!("signals[{index}].points"),
                format!("must be from -{POINTS_MAX} to {POINTS_MAX}, not 0"),
            );
        }
    }
    for name in rule.parts.keys().filter(|name| !pattern::is_name(name)) {
        at.error(format!("parts.{name}"), "must be named with lower-case letters, digits and _");
    }
}
