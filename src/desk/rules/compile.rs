//! From rules to automata: once, at the start, with everything that is wrong told at once.

use super::Rule;
use super::mistakes::{At, RuleError, plain_mistakes};
use super::pattern::{self, Kind};
use super::search::Search;
use regex::bytes::{Regex, RegexBuilder};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The longest pattern with its parts in place, in bytes.
pub const PATTERN_MAX: usize = 20_000;
/// The most one pattern may become, in bytes.
const ONE_MAX: usize = 1 << 20;
/// The most the patterns of one condition or signal may become together, in bytes.
const ALL_MAX: usize = 8 << 20;
/// How much a search that knows Unicode may remember while it is under way, in bytes, for each expression and thread.
/// When it is full it begins anew, so more is only quicker.
const CACHE_MAX: usize = 256 << 10;

/// Rules, compiled. Cheap to clone.
#[derive(Clone)]
pub struct RuleSet(Arc<Compiled>);

struct Compiled {
    rules: Vec<Checked>,
    groups: Vec<Group>,
}

/// A rule and where its patterns are in its group.
pub(super) struct Checked {
    pub(super) rule: Rule,
    pub(super) group: usize,
    pub(super) any: Vec<Spot>,
    pub(super) all: Vec<Spot>,
    pub(super) unless: Vec<Spot>,
    pub(super) signals: Vec<Vec<Spot>>,
}

/// Where a pattern is in its group.
#[derive(Clone, Copy)]
pub(super) enum Spot {
    Lower(usize),
    Cased(usize),
}

/// Patterns that are looked for together, because they read the same.
pub(super) struct Group {
    pub(super) lower: Side,
    pub(super) cased: Side,
}

/// Expressions that read the same text. There is one for each signal and condition: what they remember while they
/// search would multiply if they were looked for in one pass, and many short searches are quicker than that.
pub(super) struct Side {
    pub(super) ignore: Option<Regex>,
    pub(super) each: Vec<Search>,
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleSet").field("rules", &self.0.rules.len()).finish_non_exhaustive()
    }
}

impl Default for RuleSet {
    /// No rules: nothing ever fires.
    fn default() -> Self {
        Self(Arc::new(Compiled { rules: Vec::new(), groups: Vec::new() }))
    }
}

impl RuleSet {
    /// Compiles rules.
    ///
    /// # Errors
    /// Everything that is wrong with them, in their order.
    pub fn new(rules: &[Rule]) -> Result<Self, Vec<RuleError>> {
        let mut builder = Builder::default();
        let mut names = BTreeSet::new();
        let rules: Vec<Checked> = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| {
                let mut at = At { index, rule, errors: &mut builder.errors };
                plain_mistakes(&mut at);
                if !rule.name.is_empty() && !names.insert(rule.name.as_str()) {
                    at.error("name", "is the name of an earlier rule");
                }
                builder.rule(index, rule)
            })
            .collect();
        let groups = builder.compile();
        if builder.errors.is_empty() {
            Ok(Self(Arc::new(Compiled { rules, groups })))
        } else {
            builder.errors.sort_by_key(|error| error.index);
            Err(builder.errors)
        }
    }

    /// The names of the rules, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.rules.iter().map(|checked| checked.rule.name.as_str())
    }

    /// What the rules tag threads with, in their order; a tag of several rules comes as often.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.0.rules.iter().flat_map(|checked| checked.rule.tags.iter().map(String::as_str))
    }

    pub(super) fn rules(&self) -> &[Checked] {
        &self.0.rules
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.0.groups
    }
}

#[derive(Default)]
struct Builder {
    groups: Vec<Gathered>,
    errors: Vec<RuleError>,
}

/// The patterns of a group and whose they are.
#[derive(Default)]
struct Gathered {
    ignore: Vec<Written>,
    /// Each is looked for as one: it does not matter which of its patterns is there.
    lower: Vec<Vec<Written>>,
    cased: Vec<Vec<Written>>,
}

/// A pattern, ready to compile, and where it is written.
struct Written {
    kind: Kind,
    index: usize,
    name: String,
    entry: String,
}

impl Builder {
    fn rule(&mut self, index: usize, rule: &Rule) -> Checked {
        let mut at = At { index, rule, errors: &mut self.errors };
        let ignore = written(&mut at, "ignore", &rule.ignore);
        let mut gathered = |entry: &str, patterns: &[String]| written(&mut at, entry, patterns);
        let single = gathered("match", rule.pattern.as_slice());
        let [any, all, unless] = [("any", &rule.any), ("all", &rule.all), ("unless", &rule.unless)]
            .map(|(entry, patterns)| gathered(entry, patterns));
        let signals: Vec<_> = (0..)
            .zip(&rule.signals)
            .map(|(number, signal): (usize, _)| gathered(&format!("signals[{number}].any"), &signal.any))
            .collect();
        let group = self.group(ignore);
        let mut add = |patterns: Vec<Written>| -> Vec<Spot> {
            self.groups.get_mut(group).map(|group| group.add(patterns)).unwrap_or_default()
        };
        let must = single.into_iter().chain(all).flat_map(|pattern| add(vec![pattern])).collect();
        let (any, unless) = (add(any), add(unless));
        let signals = signals.into_iter().map(add).collect();
        Checked { rule: rule.clone(), group, any, all: must, unless, signals }
    }

    /// The group of what is read in the same way.
    fn group(&mut self, ignore: Vec<Written>) -> usize {
        let kinds = |patterns: &[Written]| patterns.iter().map(|one| one.kind.clone()).collect::<Vec<_>>();
        let wanted = kinds(&ignore);
        if let Some(found) = self.groups.iter().position(|group| kinds(&group.ignore) == wanted) {
            return found;
        }
        self.groups.push(Gathered { ignore, ..Gathered::default() });
        self.groups.len() - 1
    }

    fn compile(&mut self) -> Vec<Group> {
        let mut compiled = Vec::new();
        for group in &self.groups {
            match (side(&group.ignore, &group.lower), side(&group.ignore, &group.cased)) {
                (Ok(lower), Ok(cased)) => compiled.push(Group { lower, cased }),
                (Err(error), _) | (_, Err(error)) => self.errors.extend(group.wrong(&error)),
            }
        }
        compiled
    }
}

impl Gathered {
    /// Puts in patterns of which any will do.
    fn add(&mut self, patterns: Vec<Written>) -> Vec<Spot> {
        let (lower, cased): (Vec<_>, Vec<_>) =
            patterns.into_iter().partition(|one| matches!(one.kind, Kind::Lower(_)));
        let mut spots = Vec::new();
        if !lower.is_empty() {
            spots.push(Spot::Lower(self.lower.len()));
            self.lower.push(lower);
        }
        if !cased.is_empty() {
            spots.push(Spot::Cased(self.cased.len()));
            self.cased.push(cased);
        }
        spots
    }

    /// Which patterns cannot be compiled; if each can, all of them together are too much.
    fn wrong(&self, error: &str) -> Vec<RuleError> {
        let all = || self.ignore.iter().chain(self.lower.iter().flatten()).chain(self.cased.iter().flatten());
        let wrong: Vec<_> = all().filter_map(Written::wrong).collect();
        if !wrong.is_empty() {
            return wrong;
        }
        let what = format!("is too much together with the other patterns: {error}");
        all().last().map(|last| last.error(what)).into_iter().collect()
    }
}

/// The patterns of one entry as messages are spelt.
fn written(at: &mut At<'_>, entry: &str, patterns: &[String]) -> Vec<Written> {
    let mut all = Vec::new();
    for (number, pattern) in patterns.iter().enumerate() {
        let entry = if entry == "match" { entry.to_owned() } else { format!("{entry}[{number}]") };
        let whole = match pattern::with_parts(pattern, &at.rule.parts) {
            Ok(whole) => pattern::folded(&whole),
            Err(part) => {
                at.error(entry, format!("names the part {part}, which the rule does not have"));
                continue;
            }
        };
        if whole.is_empty() {
            at.error(entry, "is empty, and would be found in every message");
        } else if whole.len() > PATTERN_MAX {
            at.error(entry, format!("is longer than {PATTERN_MAX} bytes"));
        } else {
            let name = at.rule.name.clone();
            all.push(Written { kind: pattern::kind(whole), index: at.index, name, entry });
        }
    }
    all
}

/// What is looked for in a text, and what is taken out of it before.
fn side(ignore: &[Written], patterns: &[Vec<Written>]) -> Result<Side, String> {
    let whole = |pattern: &str| {
        let regex = RegexBuilder::new(pattern).size_limit(ALL_MAX).dfa_size_limit(CACHE_MAX).build();
        regex.map_err(|error| said(&error.to_string()))
    };
    let build = |patterns: &Vec<Written>| {
        let pattern = either(patterns);
        if patterns.iter().all(Written::is_plain) {
            Search::plain(&pattern, ALL_MAX).map_err(|error| said(&error))
        } else {
            whole(&pattern).map(Search::Whole)
        }
    };
    // where nothing is looked for nothing need be taken out
    let ignore = (!ignore.is_empty() && !patterns.is_empty()).then(|| whole(&either(ignore))).transpose()?;
    let each = patterns.iter().map(build).collect::<Result<_, _>>()?;
    Ok(Side { ignore, each })
}

/// One pattern for any of several.
fn either(patterns: &[Written]) -> String {
    if patterns.iter().all(Written::is_plain) {
        let plain = patterns.iter().map(|one| match &one.kind {
            Kind::Lower(pattern) | Kind::Cased(pattern) => pattern.as_str(),
        });
        return format!("(?m-u){}", pattern::either(plain));
    }
    let each: Vec<String> = patterns.iter().map(|one| format!("(?:{})", one.flagged())).collect();
    each.join("|")
}

impl Written {
    fn is_plain(&self) -> bool {
        matches!(self.kind, Kind::Lower(_))
    }

    /// The pattern with the flags of its kind.
    fn flagged(&self) -> String {
        match &self.kind {
            Kind::Lower(pattern) => format!("(?m-u){pattern}"),
            Kind::Cased(pattern) => format!("(?im){pattern}"),
        }
    }

    /// What is wrong with the pattern by itself.
    fn wrong(&self) -> Option<RuleError> {
        let error = RegexBuilder::new(&self.flagged()).size_limit(ONE_MAX).build().err()?;
        Some(self.error(format!("is not a usable pattern: {}", said(&error.to_string()))))
    }

    fn error(&self, what: String) -> RuleError {
        RuleError { index: self.index, name: self.name.clone(), entry: self.entry.clone(), what }
    }
}

/// The regex's own message on one line, without the drawing above it.
fn said(text: &str) -> String {
    let last = text.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_lowercase()
}
