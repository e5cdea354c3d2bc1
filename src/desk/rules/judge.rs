//! What the rules say about one message.

use super::compile::{Checked, RuleSet, Spot};
use super::look::{Look, Seen};
use super::program::Search;
use super::{Priority, Rule, fold, language};
use crate::raised::Raise;
use serde::Serialize;
use std::cmp::Reverse;
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
        let seen = Seen::new(self.read(), folded);
        let mut search = Search::default();
        let mut looks: Vec<Look<'_>> =
            self.groups().iter().map(|group| Look::new(group, &seen, &mut search)).collect();
        let mut judgement = Judgement::default();
        let mut priority = None;
        for checked in self.rules() {
            let rule = &checked.rule;
            let Some(look) =
                looks.get_mut(checked.group).filter(|_| is_meant(rule, language, message.channel))
            else {
                continue;
            };
            let Some(fired) = checked.fires(look, &mut search) else { continue };
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

/// Whether a rule is for messages in a language, by a channel.
fn is_meant(rule: &Rule, language: Option<&str>, channel: &str) -> bool {
    rule.language.as_deref().is_none_or(|only| language.is_some_and(|spoken| same(only, spoken)))
        && rule.channel.as_deref().is_none_or(|by| by == channel)
}

impl Checked {
    fn fires(&self, look: &mut Look<'_>, search: &mut Search) -> Option<Fired> {
        let mut hit = |spot: &Spot| look.hit(*spot, search);
        let holds = self.all.iter().all(&mut hit)
            && (self.any.is_empty() || self.any.iter().any(&mut hit))
            && !self.unless.iter().any(&mut hit);
        if !holds || !self.can_have_enough(look, search) {
            return None;
        }
        let mut fired = Fired { rule: self.rule.name.clone(), signals: Vec::new(), points: 0 };
        for (signal, patterns) in self.rule.signals.iter().zip(&self.signals) {
            if patterns.iter().any(|spot| look.hit(*spot, search)) {
                fired.points = fired.points.saturating_add(signal.points);
                fired.signals.push(signal.name.clone());
            }
        }
        (self.signals.is_empty() || fired.points >= self.enough()).then_some(fired)
    }

    /// Whether what speaks for the rule comes to enough, whatever speaks against it. Looks no further once it cannot.
    fn can_have_enough(&self, look: &mut Look<'_>, search: &mut Search) -> bool {
        let signals = self.rule.signals.iter().zip(&self.signals);
        let mut open: Vec<(i32, &Vec<Spot>)> = signals
            .filter(|(signal, patterns)| signal.points > 0 && patterns.iter().any(|spot| look.may_hit(*spot)))
            .map(|(signal, patterns)| (signal.points, patterns))
            .collect();
        // what counts most first: when it is not there, the rest soon is too little
        open.sort_by_key(|(points, _)| Reverse(*points));
        let mut most = open.iter().fold(0_i32, |most, (points, _)| most.saturating_add(*points));
        for (points, patterns) in open {
            if most < self.enough() {
                break;
            }
            if !patterns.iter().any(|spot| look.hit(*spot, search)) {
                most = most.saturating_sub(points);
            }
        }
        self.signals.is_empty() || most >= self.enough()
    }

    /// How many points it takes.
    fn enough(&self) -> i32 {
        self.rule.needs.unwrap_or(1)
    }
}

/// Whether a language is meant by a tag: `de` means `de-CH` as well.
fn same(only: &str, spoken: &str) -> bool {
    let primary = spoken.split(['-', '_']).next().unwrap_or(spoken);
    only.eq_ignore_ascii_case(spoken) || only.eq_ignore_ascii_case(primary)
}
