//! What events do to the clocks in a thread's row.

use super::{Clock, Paused, Why};
use crate::event::{Event, Fact};
use crate::key::Key;
use crate::policy::{ClockKind, Priority};
use crate::raised::{Raise, Raised};
use crate::rows::{Line, Row, Thread};
use crate::state::{Missing, Rows};
use port::ThreadId;
use std::collections::BTreeSet;

/// What an event does to a thread.
type Change<'e> = Box<dyn FnOnce(&mut Thread) + 'e>;

/// Applies what concerns clocks and what policies look at.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other facts are folded elsewhere")]
pub(crate) fn clock_facts(rows: &mut Rows<'_>, number: u64, event: &Event) -> Result<(), Missing> {
    let (id, change): (ThreadId, Change<'_>) = match &event.fact {
        Fact::ClockStarted { thread, clock } => (*thread, Box::new(|row| put(row, clock))),
        Fact::ClockMoved { thread, clock, .. } | Fact::ClockResumed { thread, clock, .. } => {
            (*thread, Box::new(|row| put(row, clock)))
        }
        Fact::ClockPaused { thread, kind, until, why, .. } => {
            let paused = Paused { at: event.at, until: *until, why: *why };
            (*thread, Box::new(move |row| with(row, *kind, |clock| clock.paused = Some(paused))))
        }
        Fact::ClockTold { thread, kind, percent, .. } => {
            let told = |clock: &mut Clock| {
                clock.told = Some(*percent);
                clock.steps.retain(|step| step.percent > *percent);
            };
            (*thread, Box::new(move |row| with(row, *kind, told)))
        }
        Fact::ClockBreached { thread, kind, .. } => {
            (*thread, Box::new(|row| with(row, *kind, |clock| clock.breached = true)))
        }
        Fact::ClockMet { thread, kind, .. } => (
            *thread,
            Box::new(|row| {
                end(row, *kind, false);
                if *kind == ClockKind::FirstResponse {
                    row.responded = row.episode;
                }
            }),
        ),
        Fact::ClockVoided { thread, kind, why, .. } => {
            (*thread, Box::new(|row| end(row, *kind, *why == Why::PolicyChanged)))
        }
        Fact::NoReplyNeeded { thread, .. } => (*thread, Box::new(|row| row.unanswered.clear())),
        Fact::Tagged { thread, tags, .. } => (*thread, Box::new(|row| tagged(row, tags))),
        Fact::PrioritySet { thread, priority, by, raised, fell } => {
            let by_hand = by.is_some() && !fell;
            (*thread, Box::new(move |row| prioritised(row, *priority, by_hand, raised)))
        }
        Fact::LanguageSet { thread, language, .. } => {
            (*thread, Box::new(|row| row.language = Some(language.clone())))
        }
        Fact::PolicySet { thread, policy, .. } => (*thread, Box::new(|row| row.policy.clone_from(policy))),
        Fact::ClaimTimed { thread, until } => (*thread, Box::new(|row| row.claim_until = *until)),
        Fact::ClaimExpired { thread, .. } => (
            *thread,
            Box::new(|row| {
                row.assignee = None;
                row.claim_until = None;
            }),
        ),
        _ => return Ok(()),
    };
    rows.put(Key::Watch(id, number), Row::Line(Line { event: number }));
    if let Some(mut thread) = rows.thread(id)? {
        change(&mut thread);
        rows.put_thread(id, thread)?;
    }
    Ok(())
}

fn tagged(row: &mut Thread, tags: &BTreeSet<String>) {
    row.tags.clone_from(tags);
    if let Some(raised) = &mut row.raised {
        raised.keep_tagged(tags);
    }
}

fn prioritised(row: &mut Thread, priority: Priority, by_hand: bool, raises: &[Raise]) {
    if !raises.is_empty() {
        row.raised.get_or_insert(Raised::above(row.priority)).add(raises);
    }
    row.priority = priority;
    row.raised.take_if(|raised| by_hand || raised.by.is_empty());
}

/// A clock runs no more; perhaps until there is a policy that knows it again.
fn end(row: &mut Thread, kind: ClockKind, is_shelved: bool) {
    row.shelved.retain(|clock| clock.kind != kind);
    if is_shelved {
        row.shelved.extend(row.clocks.iter().find(|clock| clock.kind == kind).cloned());
    }
    row.clocks.retain(|clock| clock.kind != kind);
}

fn put(row: &mut Thread, clock: &Clock) {
    row.shelved.retain(|other| other.kind != clock.kind);
    row.clocks.retain(|other| other.kind != clock.kind);
    row.clocks.push(clock.clone());
    row.clocks.sort_by_key(|clock| clock.kind);
}

fn with(row: &mut Thread, kind: ClockKind, change: impl FnOnce(&mut Clock)) {
    if let Some(clock) = row.clocks.iter_mut().find(|clock| clock.kind == kind) {
        change(clock);
    }
}
