//! From rules to automata: once, at the start, with everything that is wrong told at once.

use super::Rule;
use super::gate::{self, Patterns};
use super::mistakes::{At, RuleError, plain_mistakes};
use super::pattern::{self, Kind};
use super::program::{self, Ready};
use crate::tag::tag;
use regex_automata::nfa::thompson::Compiler;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The longest pattern with its parts in place, in bytes.
pub const PATTERN_MAX: usize = 20_000;
/// The most all patterns may take together, in bytes.
const ALL_MAX: usize = 16 << 20;

/// Rules, compiled. Cheap to clone.
#[derive(Clone)]
pub struct RuleSet(Arc<Compiled>);

struct Compiled {
    rules: Vec<Checked>,
    groups: Vec<Group>,
    read: Read,
}

/// All patterns, by what they read.
pub(super) struct Read {
    /// What reads a message in lower case.
    pub(super) lower: Patterns,
    /// What reads it as it is.
    pub(super) cased: Patterns,
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

/// Patterns that read the same: that of which the same was taken out.
pub(super) struct Group {
    pub(super) lower: Side,
    pub(super) cased: Side,
}

/// Patterns that read the same text. Which one of a condition or signal is found does not matter.
pub(super) struct Side {
    /// What is taken out of the text first, by the numbers of the patterns.
    pub(super) ignore: Range<usize>,
    /// What is looked for in the rest.
    pub(super) patterns: Range<usize>,
    /// The condition or signal of each pattern.
    pub(super) whose: Vec<usize>,
    /// How many conditions and signals there are.
    pub(super) count: usize,
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleSet").field("rules", &self.0.rules.len()).finish_non_exhaustive()
    }
}

impl Default for RuleSet {
    /// No rules: nothing ever fires.
    fn default() -> Self {
        Self(Arc::new(Compiled { rules: Vec::new(), groups: Vec::new(), read: Read::of(Vec::new()).0 }))
    }
}

impl RuleSet {
    /// Compiles rules.
    ///
    /// # Errors
    /// Everything that is wrong with them, in their order.
    pub fn new(rules: &[Rule]) -> Result<Self, Vec<RuleError>> {
        let mut builder =
            Builder { compiler: program::compiler(), groups: Vec::new(), size: 0, errors: Vec::new() };
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
        if builder.errors.is_empty() {
            // what it remembers is given back before more is asked for
            drop(builder.compiler);
            let (read, groups) = Read::of(builder.groups);
            Ok(Self(Arc::new(Compiled { rules, groups, read })))
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

    pub(super) fn read(&self) -> &Read {
        &self.0.read
    }
}

struct Builder {
    compiler: Compiler,
    groups: Vec<Gathered>,
    /// How many bytes all patterns take.
    size: usize,
    errors: Vec<RuleError>,
}

/// The patterns of a group, and of the others which condition or signal each is of.
#[derive(Default)]
struct Gathered {
    read: Vec<Kind>,
    ignore: Vec<Ready>,
    lower: Entries,
    cased: Entries,
}

#[derive(Default)]
struct Entries {
    patterns: Vec<Ready>,
    whose: Vec<usize>,
    count: usize,
}

/// Patterns of one entry.
type Written = Vec<(Kind, Ready)>;

impl Builder {
    fn rule(&mut self, index: usize, rule: &Rule) -> Checked {
        let mut ignore = self.written(index, rule, "ignore", &rule.ignore);
        if ignore.iter().all(|(kind, _)| matches!(kind, Kind::Lower(_))) {
            // of two that begin at the same place, one that asks for a word comes second: it is mostly the one that takes
            // more, like the rest of a sentence, which may be what somebody complains about
            ignore.sort_by_key(|(kind, _)| kind.begins_with_a_word());
        }
        let single = self.written(index, rule, "match", rule.pattern.as_slice());
        let [any, all, unless] = [("any", &rule.any), ("all", &rule.all), ("unless", &rule.unless)]
            .map(|(entry, patterns)| self.written(index, rule, entry, patterns));
        let signals: Vec<_> = (0..)
            .zip(&rule.signals)
            .map(|(number, signal): (usize, _)| {
                self.written(index, rule, &format!("signals[{number}].any"), &signal.any)
            })
            .collect();
        let group = self.group(ignore);
        let mut add = |patterns: Written| -> Vec<Spot> {
            self.groups.get_mut(group).map(|group| group.add(patterns)).unwrap_or_default()
        };
        let must = single.into_iter().chain(all).flat_map(|pattern| add(vec![pattern])).collect();
        let (any, unless) = (add(any), add(unless));
        let signals = signals.into_iter().map(add).collect();
        Checked { rule: kept(rule.clone()), group, any, all: must, unless, signals }
    }

    /// The group of what is read in the same way.
    fn group(&mut self, ignore: Written) -> usize {
        let (read, ignore): (Vec<_>, Vec<_>) = ignore.into_iter().unzip();
        if let Some(found) = self.groups.iter().position(|group| group.read == read) {
            return found;
        }
        self.groups.push(Gathered { read, ignore, ..Gathered::default() });
        self.groups.len() - 1
    }

    /// The patterns of one entry as messages are spelt. What cannot be compiled is left out and told.
    fn written(&mut self, index: usize, rule: &Rule, entry: &str, patterns: &[String]) -> Written {
        let mut all = Vec::new();
        for (number, pattern) in patterns.iter().enumerate() {
            let place = if entry == "match" { entry.to_owned() } else { format!("{entry}[{number}]") };
            match self.ready(rule, entry, pattern) {
                Ok(ready) => all.push(ready),
                Err(what) => At { index, rule, errors: &mut self.errors }.error(place, what),
            }
        }
        all
    }

    /// A pattern, compiled; else what is wrong with it.
    fn ready(&mut self, rule: &Rule, entry: &str, pattern: &str) -> Result<(Kind, Ready), String> {
        let whole = pattern::with_parts(pattern, &rule.parts)
            .map_err(|part| format!("names the part {part}, which the rule does not have"))?;
        let whole = pattern::folded(&whole);
        if whole.is_empty() {
            return Err("is empty, and would be found in every message".to_owned());
        }
        if whole.len() > PATTERN_MAX {
            return Err(format!("is longer than {PATTERN_MAX} bytes"));
        }
        let kind = pattern::kind(whole);
        let ready =
            Ready::new(&kind, &self.compiler).map_err(|error| format!("is not a usable pattern: {error}"))?;
        if entry == "ignore" && ready.matches_nothing {
            return Err("is found where nothing is, and would be cut out everywhere".to_owned());
        }
        self.size += ready.size;
        if self.size > ALL_MAX {
            return Err(format!(
                "is too much together with the patterns before it, which may take {ALL_MAX} bytes"
            ));
        }
        Ok((kind, ready))
    }
}

/// A rule without what was compiled, its tags as threads have them.
fn kept(mut rule: Rule) -> Rule {
    rule.signals.iter_mut().for_each(|signal| signal.any = Vec::new());
    rule.signals.shrink_to_fit();
    let [any, all, unless, ignore] = [const { Vec::new() }; 4];
    let tags = rule.tags.iter().filter_map(|written| tag(written)).collect();
    Rule { pattern: None, any, all, unless, ignore, tags, parts: BTreeMap::new(), ..rule }
}

impl Gathered {
    /// Puts in patterns of which any will do.
    fn add(&mut self, patterns: Written) -> Vec<Spot> {
        let (lower, cased): (Vec<_>, Vec<_>) =
            patterns.into_iter().partition(|(kind, _)| matches!(kind, Kind::Lower(_)));
        let lower = self.lower.add(lower).map(Spot::Lower);
        lower.into_iter().chain(self.cased.add(cased).map(Spot::Cased)).collect()
    }
}

impl Entries {
    /// Puts in the patterns of one entry, if there are some, and says which entry that is.
    fn add(&mut self, patterns: Written) -> Option<usize> {
        let number = self.count;
        self.count += usize::from(!patterns.is_empty());
        self.whose.extend(patterns.iter().map(|_| number));
        self.patterns.extend(patterns.into_iter().map(|(_, ready)| ready));
        (self.count > number).then_some(number)
    }
}

impl Read {
    /// All patterns of some groups, and where in them those of each group are.
    fn of(groups: Vec<Gathered>) -> (Self, Vec<Group>) {
        let [mut lower, mut cased] = [gate::Gathered::default(), gate::Gathered::default()];
        let side = |all: &mut gate::Gathered, ignore: &[Ready], entries: Entries| {
            let Entries { patterns, whose, count } = entries;
            // where nothing is looked for nothing need be taken out
            let ignore = ignore.iter().filter(|_| !patterns.is_empty()).cloned();
            Side { ignore: all.add(ignore), patterns: all.add(patterns), whose, count }
        };
        let groups = groups
            .into_iter()
            .map(|group| Group {
                lower: side(&mut lower, &group.ignore, group.lower),
                cased: side(&mut cased, &group.ignore, group.cased),
            })
            .collect();
        (Self { lower: lower.into(), cased: cased.into() }, groups)
    }
}
