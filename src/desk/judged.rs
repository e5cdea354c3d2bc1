//! What rules say about a customer's message, and what follows for its thread: tags, priority, language, policy, team.
//!
//! Rules only add: what an agent took away stays away until a later message says it again, and a priority is raised,
//! never lowered. It falls again when an agent takes the tag away for which it was raised.

use crate::clock::{self, Why};
use crate::decide::Turn;
use crate::event::Fact;
use crate::raised::{Raise, Raised};
use crate::rows::Thread;
use crate::rules::{self, Judgement, Message};
use crate::setup::Team;
use crate::state::Missing;
use port::{Place, ThreadId};
use std::collections::BTreeSet;

/// The tag of a message that says thanks.
const THANKS: &str = "thanks";
/// A courtesy is short; in characters.
const COURTESY_MAX: usize = 80;

/// What the rules say about a message.
pub(crate) fn judge(turn: &Turn<'_>, place: &Place, text: &str) -> Judgement {
    if text.trim().is_empty() {
        return Judgement::default();
    }
    turn.setup.rules.judge(Message { text, language: None, channel: place.channel.as_str() })
}

/// What a text tells that came with something that cannot be carried: the language it is in, and nothing else.
pub(crate) fn language_alone(text: &str) -> Judgement {
    Judgement { language: rules::detect(text).map(str::to_owned), ..Judgement::default() }
}

/// Whether a message is nothing but a thank-you: it opens no debt after the closing.
pub(crate) fn is_courtesy(judged: &Judgement, text: &str) -> bool {
    let only_thanks = judged.tags.len() == 1 && judged.tags.contains(THANKS);
    only_thanks && !text.contains('?') && text.trim().chars().count() <= COURTESY_MAX
}

/// The team that takes a new thread: the one that a rule names, or the first.
pub(crate) fn team_for<'a>(turn: &Turn<'a>, judged: &Judgement) -> Option<&'a Team> {
    let named = |name: &str| turn.setup.teams.iter().find(|team| team.name == name);
    judged.team.as_deref().and_then(named).or_else(|| turn.setup.team_for_new())
}

/// Records what follows for the thread. Deadlines that are counted already are counted anew.
pub(crate) fn follow(turn: &mut Turn<'_>, id: ThreadId, judged: &Judgement) -> Result<(), Missing> {
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let before = thread.clone();
    tag(turn, id, &thread, judged)?;
    raise(turn, id, &thread, judged)?;
    if let Some(language) =
        judged.language.as_ref().filter(|language| thread.language.as_ref() != Some(*language))
    {
        turn.record(Fact::LanguageSet { thread: id, language: language.clone() })?;
    }
    let known = judged.policy.as_ref().filter(|name| turn.setup.deadlines.named(name).is_some());
    if let Some(policy) = known.filter(|_| thread.policy.is_none()) {
        turn.record(Fact::PolicySet { thread: id, policy: Some(policy.clone()), by: None })?;
    }
    let changed = turn.rows.thread(id)?.is_some_and(|after| after != before);
    if changed && !before.clocks.is_empty() {
        clock::moved(turn, id, None, Why::CaseChanged)?;
    }
    Ok(())
}

/// Every rule that would raise it is remembered, so that each of their tags may go and the others still count.
fn raise(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread, judged: &Judgement) -> Result<(), Missing> {
    let before = thread.raised.clone().unwrap_or(Raised::above(thread.priority));
    let is_news = |raise: &&Raise| raise.priority > before.from && !before.by.contains(raise);
    let raised: Vec<Raise> = judged.raises.iter().filter(is_news).cloned().collect();
    if raised.is_empty() {
        return Ok(());
    }
    let mut after = before;
    after.add(&raised);
    let priority = after.priority().max(thread.priority);
    turn.record(Fact::PrioritySet { thread: id, priority, by: None, raised, fell: false })?;
    Ok(())
}

fn tag(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread, judged: &Judgement) -> Result<(), Missing> {
    let tags: BTreeSet<String> = thread.tags.union(&judged.tags).cloned().collect();
    if tags != thread.tags {
        let rules = judged.fired.iter().map(|fired| fired.rule.clone()).collect();
        turn.record(Fact::Tagged { thread: id, tags, by: None, rules })?;
    }
    Ok(())
}
