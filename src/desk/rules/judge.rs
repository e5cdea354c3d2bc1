//! What the rules say about one message.

use super::compile::{Checked, Group, RuleSet, Side, Spot};
use super::program::Search;
use super::{Priority, Rule, fold, language};
use crate::raised::Raise;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// A customer's message.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// What was written, without format.
    pub text: &'a str,
    /// The customer's language where it is known; without it the text tells, if it is long enough.
    pub language: Option<&'a str>,
    /// The name of the channel it came by.
    pub channel: &'a str,
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// What the rules say about a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Of all rules that fired.
    pub tags: BTreeSet<String>,
    /// The highest of the rules that fired; normal when none says.
    pub priority: Priority,
    /// What each rule that fired says about the priority, if it says something.
    #[serde(skip)]
    pub raises: Vec<Raise>,
    /// The team of the first rule that names one.
    pub team: Option<String>,
    /// The policy of the first rule that names one.
    pub policy: Option<String>,
    /// The language of the first rule that sets one; else the customer's; else the message's.
    pub language: Option<String>,
    /// The rules that fired, in their order.
    pub fired: Vec<Fired>,
}

/// A rule that fired, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fired {
    /// The rule's name.
    pub rule: String,
    /// The signals that were found, in their order, those against it among them.
    pub signals: Vec<String>,
    /// What they came to.
    pub points: i32,
}

impl RuleSet {
    /// What the rules say about a message. The same message always gets the same answer.
    #[must_use]
    pub fn judge(&self, message: Message<'_>) -> Judgement {
        let folded = fold::text(message.text);
        let language = message.language.or_else(|| language::of(&folded));
        let views = Views::new(folded);
        let mut search = Search::default();
        let found: Vec<Found> = self.groups().iter().map(|group| group.found(&views, &mut search)).collect();
        let mut judgement = Judgement::default();
        let mut priority = None;
        for checked in self.rules() {
            let Some(found) = found.get(checked.group) else { continue };
            let Some(fired) = checked.fires(found, language, message.channel) else { continue };
            let rule = &checked.rule;
            judgement.tags.extend(rule.tags.iter().cloned());
            priority = priority.max(rule.priority);
            judgement.raises.extend(rule.priority.map(|priority| Raise {
                rule: rule.name.clone(),
                priority,
                tags: rule.tags.iter().cloned().collect(),
            }));
            first(&mut judgement.team, rule.team.as_ref());
            first(&mut judgement.policy, rule.policy.as_ref());
            first(&mut judgement.language, rule.set_language.as_ref());
            judgement.fired.push(fired);
        }
        judgement.priority = priority.unwrap_or_default();
        judgement.language = judgement.language.or_else(|| language.map(str::to_owned));
        judgement
    }
}

fn first(slot: &mut Option<String>, value: Option<&String>) {
    if slot.is_none() {
        *slot = value.cloned();
    }
}

/// Which patterns of a group are in a message.
struct Found {
    lower: Vec<bool>,
    cased: Vec<bool>,
}

impl Found {
    fn hit(&self, spot: Spot) -> bool {
        let (side, index) = match spot {
            Spot::Lower(index) => (&self.lower, index),
            Spot::Cased(index) => (&self.cased, index),
        };
        side.get(index).copied().unwrap_or(false)
    }
}

/// A message in the ways in which it is read.
struct Views {
    cased: Vec<String>,
    lower: Vec<String>,
}

impl Views {
    /// As it is, and, if words are stretched, without that.
    fn new(folded: String) -> Self {
        let mut cased = Vec::from_iter(fold::unstretched(&folded));
        cased.push(folded);
        let lower = cased.iter().map(|view| view.to_lowercase()).collect();
        Self { cased, lower }
    }
}

impl Group {
    fn found(&self, views: &Views, search: &mut Search) -> Found {
        let mut side = |side: &Side, views: &[String]| {
            let mut found = vec![false; side.count];
            // where nothing is looked for nothing need be taken out
            for view in views.iter().filter(|_| !side.patterns.is_empty()) {
                let read = self.ignore.cut_out(view.as_bytes(), search);
                side.patterns.find(&read, search, &side.whose, &mut found);
            }
            found
        };
        Found { lower: side(&self.lower, &views.lower), cased: side(&self.cased, &views.cased) }
    }
}

impl Checked {
    fn fires(&self, found: &Found, language: Option<&str>, channel: &str) -> Option<Fired> {
        let Rule { language: only, channel: by, needs, name, .. } = &self.rule;
        let hit = |spot: &Spot| found.hit(*spot);
        let meant = only.as_deref().is_none_or(|only| language.is_some_and(|spoken| same(only, spoken)))
            && by.as_deref().is_none_or(|by| by == channel);
        let holds = meant
            && self.all.iter().all(hit)
            && (self.any.is_empty() || self.any.iter().any(hit))
            && !self.unless.iter().any(hit);
        if !holds {
            return None;
        }
        let mut fired = Fired { rule: name.clone(), signals: Vec::new(), points: 0 };
        for (signal, patterns) in self.rule.signals.iter().zip(&self.signals) {
            if patterns.iter().any(hit) {
                fired.points = fired.points.saturating_add(signal.points);
                fired.signals.push(signal.name.clone());
            }
        }
        let enough = self.signals.is_empty() || fired.points >= needs.unwrap_or(1);
        enough.then_some(fired)
    }
}

/// Whether a language is meant by a tag: `de` means `de-CH` as well.
fn same(only: &str, spoken: &str) -> bool {
    let primary = spoken.split(['-', '_']).next().unwrap_or(spoken);
    only.eq_ignore_ascii_case(spoken) || only.eq_ignore_ascii_case(primary)
}
