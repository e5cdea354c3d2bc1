//! Commands that concern deadlines: what stops a clock, what ends it, and what policies look at.

use crate::clock::{self, Unstoppable, Why};
use crate::decide::Turn;
use crate::event::Fact;
use crate::policy::{NONE, Priority};
use crate::rows::Thread;
use crate::sentence::Sentence;
use crate::setup::Agent;
use crate::state::Missing;
use crate::tag::{self, TAG_MAX};
use crate::team::{Said, answer};
use crate::when;
use jiff::Timestamp;
use port::ThreadId;
use std::collections::BTreeSet;

/// How many tags a thread has at most.
const TAGS_MAX: usize = 20;

/// Carries one of them out, has the topic show what changed, and says until when something is due now.
pub(super) fn change(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    act: impl FnOnce(&mut Turn<'_>) -> Result<Sentence, Missing>,
) -> Result<(), Missing> {
    let before = turn.rows.thread(id)?;
    let mut sentences = Vec::new();
    turn.showing(id, |turn| {
        sentences.push(act(turn)?);
        Ok(())
    })?;
    let after = turn.rows.thread(id)?;
    sentences.extend(before.zip(after.as_ref()).and_then(|(before, after)| fallen(&before, after)));
    sentences.extend(after.as_ref().and_then(|thread| next_due(turn, thread)));
    answer(turn, said, &sentences)
}

/// What the priority is, where it went with a tag.
fn fallen(before: &Thread, after: &Thread) -> Option<Sentence> {
    let is_fallen = before.tags != after.tags && before.priority != after.priority;
    is_fallen.then(|| Sentence::PriorityIs { priority: after.priority.word().to_owned() })
}

/// When an answer is due now.
fn next_due(turn: &Turn<'_>, thread: &Thread) -> Option<Sentence> {
    let clock = thread.response().or(thread.clocks.first()).filter(|clock| clock.paused.is_none())?;
    let (due, policy) = (turn.setup.shown_time(clock.due), clock.policy.clone());
    let what = match (clock.kind.is_response(), clock.due < turn.now) {
        (true, false) => "response",
        (true, true) => "late-response",
        (false, false) => "resolution",
        (false, true) => "late-resolution",
    };
    Some(Sentence::NowDue { due, policy, what: what.to_owned() })
}

pub(super) fn snooze(
    turn: &mut Turn<'_>,
    id: ThreadId,
    agent: &Agent,
    text: &str,
) -> Result<Sentence, Missing> {
    let Some(until) = until(turn, text) else { return Ok(no_such_time(text)) };
    let stands = clock::pause(turn, id, &agent.name, Why::Snoozed, Some(until))?;
    Ok(stands
        .map_or_else(nothing_to_pause, |until| Sentence::Snoozed { until: turn.setup.shown_time(until) }))
}

/// Until when something is put off. A day alone means its morning: it is put off to that day, not past it.
fn until(turn: &Turn<'_>, text: &str) -> Option<Timestamp> {
    let zone = turn.setup.time_zone.clone();
    let when = when::parse(text, &turn.now.to_zoned(zone.clone())).ok()?;
    if !when.rest.trim().is_empty() {
        return None;
    }
    let morning = when.at.to_zoned(zone.clone()).date().to_datetime(when::MORNING).to_zoned(zone).ok();
    let morning = morning.map(|morning| morning.timestamp()).filter(|morning| *morning > turn.now);
    morning.filter(|_| !when.exact).or(Some(when.at))
}

fn no_such_time(text: &str) -> Sentence {
    Sentence::NoSuchTime { text: text.chars().take(60).collect() }
}

fn nothing_to_pause(why: Unstoppable) -> Sentence {
    let why = match why {
        Unstoppable::NoClock => "no-clock",
        Unstoppable::Overdue => "overdue",
        Unstoppable::Policy => "policy",
        Unstoppable::TooOften => "too-often",
    };
    Sentence::NothingToPause { why: why.to_owned() }
}

pub(super) fn wait(
    turn: &mut Turn<'_>,
    id: ThreadId,
    agent: &Agent,
    text: &str,
) -> Result<Sentence, Missing> {
    let at_most = until(turn, text);
    if at_most.is_none() && !text.is_empty() {
        return Ok(no_such_time(text));
    }
    let stands = clock::pause(turn, id, &agent.name, Why::WaitingForCustomer, at_most)?;
    Ok(stands.map_or_else(nothing_to_pause, |until| Sentence::WaitsForCustomer {
        until: turn.setup.shown_time(until),
    }))
}

pub(super) fn resume(turn: &mut Turn<'_>, id: ThreadId, agent: &Agent) -> Result<Sentence, Missing> {
    let due = clock::resume(turn, id, Some(&agent.name), Why::Asked)?;
    Ok(due.map_or(Sentence::NothingToResume {}, |_| Sentence::Resumed {}))
}

pub(super) fn no_reply(turn: &mut Turn<'_>, id: ThreadId, agent: &Agent) -> Result<Sentence, Missing> {
    let owed = clock::no_reply(turn, id, &agent.name)?;
    Ok(if owed { Sentence::NoReplyNoted {} } else { Sentence::NothingOwed {} })
}

pub(super) fn priority(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
    word: &str,
) -> Result<Sentence, Missing> {
    let Some(priority) = Priority::of(word) else {
        let known = Priority::ALL.map(Priority::word).join(", ");
        return Ok(Sentence::NoSuchPriority { word: word.chars().take(40).collect(), known });
    };
    // what rules chose is a person's choice from now on
    if priority != thread.priority || thread.raised.is_some() {
        let by = Some(agent.name.clone());
        turn.record(Fact::PrioritySet { thread: id, priority, by, raised: Vec::new(), fell: false })?;
        clock::moved(turn, id, Some(&agent.name), Why::CaseChanged)?;
    }
    Ok(Sentence::PriorityIs { priority: priority.word().to_owned() })
}

pub(super) fn tag(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
    words: &str,
) -> Result<Sentence, Missing> {
    let mut tags: BTreeSet<String> = thread.tags.clone();
    for word in words.split_whitespace() {
        let (taken, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
        let before = tags.len();
        tags.retain(|known| !taken || !tag::is_meant(known, name));
        match tag::tag(name) {
            Some(name) if !taken => _ = tags.insert(name),
            None if tags.len() == before => {
                return Ok(Sentence::NoTag { word: word.chars().take(TAG_MAX).collect() });
            }
            _ => {}
        }
    }
    if tags.len() > TAGS_MAX {
        return Ok(Sentence::ManyTags { max: TAGS_MAX as u64 });
    }
    if tags != thread.tags {
        let by = Some(agent.name.clone());
        turn.record(Fact::Tagged { thread: id, tags: tags.clone(), by, rules: Vec::new() })?;
        fall(turn, id, thread, agent)?;
        clock::moved(turn, id, Some(&agent.name), Why::CaseChanged)?;
    }
    let tags: Vec<String> = tags.into_iter().collect();
    Ok(if tags.is_empty() { Sentence::NoTags {} } else { Sentence::TagsAre { tags: tags.join(", ") } })
}

/// A priority that rules raised for a tag that is gone is what it would be without it.
fn fall(turn: &mut Turn<'_>, id: ThreadId, before: &Thread, agent: &Agent) -> Result<(), Missing> {
    let Some(raised) = turn.rows.thread(id)?.and_then(|thread| thread.raised) else { return Ok(()) };
    let priority = raised.priority();
    if before.raised.as_ref() != Some(&raised) && priority != before.priority {
        let by = Some(agent.name.clone());
        turn.record(Fact::PrioritySet { thread: id, priority, by, raised: Vec::new(), fell: true })?;
    }
    Ok(())
}

pub(super) fn policy(
    turn: &mut Turn<'_>,
    id: ThreadId,
    agent: &Agent,
    name: &str,
) -> Result<Sentence, Missing> {
    let name = name.trim();
    let policy = if NONE.contains(&name) {
        None
    } else if turn.setup.deadlines.named(name).is_some() {
        Some(name.to_owned())
    } else {
        let known: Vec<&str> =
            turn.setup.deadlines.policies.iter().map(|policy| policy.name.as_str()).collect();
        let known = known.join(", ");
        return Ok(Sentence::NoSuchPolicy { name: name.chars().take(60).collect(), known });
    };
    turn.record(Fact::PolicySet { thread: id, policy, by: Some(agent.name.clone()) })?;
    clock::moved(turn, id, Some(&agent.name), Why::PolicyChosen)?;
    let Some(thread) = turn.rows.thread(id)? else { return Ok(Sentence::PolicyNone {}) };
    let holds = clock::policy_of(turn, &thread)?;
    Ok(holds.map_or(Sentence::PolicyNone {}, |policy| Sentence::PolicyIs { policy: policy.name.clone() }))
}

pub(super) fn segment(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
    name: &str,
) -> Result<Sentence, Missing> {
    let name = name.trim().to_lowercase();
    if name.chars().count() > TAG_MAX {
        return Ok(Sentence::NoTag { word: name.chars().take(TAG_MAX).collect() });
    }
    let segment = (!NONE.contains(&name.as_str())).then_some(name);
    turn.record(Fact::SegmentSet {
        thread: id,
        customer: thread.customer,
        segment: segment.clone(),
        by: agent.name.clone(),
    })?;
    clock::moved(turn, id, Some(&agent.name), Why::CaseChanged)?;
    Ok(segment.map_or(Sentence::SegmentNone {}, |segment| Sentence::SegmentIs { segment }))
}
