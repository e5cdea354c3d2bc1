//! What starts, stops, moves and ends the clocks of a thread.

use super::{Clock, PAUSES_MAX, Why};
use crate::decide::Turn;
use crate::event::Fact;
use crate::policy::{Case, ClockKind, Policy};
use crate::rows::{Delivery, MessageRole, Thread};
use crate::state::Missing;
use jiff::Timestamp;
use port::{AgentName, ThreadId};

/// The policy that holds for a thread: the one that an agent chose, or the first that fits.
pub(crate) fn policy_of<'a>(turn: &Turn<'a>, thread: &Thread) -> Result<Option<&'a Policy>, Missing> {
    let deadlines = &turn.setup.deadlines;
    let chosen = thread.policy.as_deref().and_then(|name| deadlines.named(name));
    if chosen.is_some() {
        return Ok(chosen);
    }
    let customer = turn.rows.customer(thread.customer)?;
    Ok(deadlines.fitting(&Case {
        tags: &thread.tags,
        channel: &thread.place.channel,
        segment: customer.as_ref().and_then(|row| row.segment.as_deref()),
        language: thread.language.as_deref(),
        priority: thread.priority,
    }))
}

/// An answer is owed, by what the customer wrote or an agent opened again.
pub(crate) fn asked(turn: &mut Turn<'_>, id: ThreadId) -> Result<(), Missing> {
    owe(turn, id)?;
    claimed(turn, id)
}

/// Somebody looks after a thread: where an answer is owed, it has to be there in time, or the thread goes back.
pub(crate) fn claimed(turn: &mut Turn<'_>, id: ThreadId) -> Result<(), Missing> {
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let waits = thread.assignee.is_some() && thread.response().is_some_and(|clock| clock.paused.is_none());
    if !waits || thread.claim_until.is_some() {
        return Ok(());
    }
    let policy = policy_of(turn, &thread)?;
    let Some((policy, within)) = policy.and_then(|policy| Some((policy, policy.claim_within?))) else {
        return Ok(());
    };
    // whoever could take it is told then
    let until = policy.calendar.due_at(turn.now, within);
    let until = Some(policy.is_quiet_until(until).unwrap_or(until));
    turn.record(Fact::ClaimTimed { thread: id, until })?;
    Ok(())
}

/// Starts the clocks of what is owed and not yet timed.
fn owe(turn: &mut Turn<'_>, id: ThreadId) -> Result<(), Missing> {
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let (true, Some(run)) = (thread.open, thread.unanswered.first()) else { return Ok(()) };
    let Some(policy) = policy_of(turn, &thread)? else { return Ok(()) };
    let response =
        if thread.responded == thread.episode { ClockKind::NextResponse } else { ClockKind::FirstResponse };
    let is_timed = |kind: ClockKind| thread.clocks.iter().any(|clock| clock.kind == kind);
    let runs = thread.clocks.iter().any(|clock| clock.kind.is_response());
    // the resolution is counted once in an episode
    let resolves = !is_timed(ClockKind::Resolution) && response == ClockKind::FirstResponse;
    let wanted = [(response, !runs), (ClockKind::Resolution, resolves)];
    for (kind, _) in wanted.into_iter().filter(|(_, wanted)| *wanted) {
        let shelved = thread.shelved.iter().find(|clock| clock.kind == kind && clock.asked == run.event);
        let clock = match shelved {
            Some(clock) => clock.moved(turn.now, policy),
            None => Clock::start(kind, run.at, run.event, policy),
        };
        if let Some(clock) = clock {
            turn.record(Fact::ClockStarted { thread: id, clock })?;
        }
    }
    Ok(())
}

/// An answer arrived, which was written by the event of that number. What the customer wrote after it is still owed.
pub(crate) fn answered(
    turn: &mut Turn<'_>,
    id: ThreadId,
    written: u64,
    by: &AgentName,
) -> Result<(), Missing> {
    wake(turn, id)?;
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let response = thread.response().filter(|clock| clock.asked < written);
    if let Some(clock) = response {
        met(turn, id, clock, by)?;
        unclaimed(turn, id)?;
    }
    owe(turn, id)
}

/// Tells whether a clock is past due, and puts that on record where its tick comes late: what ends or moves a clock takes
/// nothing back.
fn note_if_late(turn: &mut Turn<'_>, id: ThreadId, clock: &Clock) -> Result<bool, Missing> {
    let late = clock.breached || (clock.paused.is_none() && turn.now > clock.due);
    if late && !clock.breached {
        turn.record(Fact::ClockBreached { thread: id, kind: clock.kind, due: clock.due })?;
    }
    Ok(late)
}

fn met(turn: &mut Turn<'_>, id: ThreadId, clock: &Clock, by: &AgentName) -> Result<(), Missing> {
    let deadlines = &turn.setup.deadlines;
    let wall = turn.now.duration_since(clock.since).max(jiff::SignedDuration::ZERO);
    let working =
        deadlines.calendar(&clock.calendar).map_or(wall, |calendar| clock.counted(turn.now, calendar));
    let late = note_if_late(turn, id, clock)?;
    turn.record(Fact::ClockMet {
        thread: id,
        kind: clock.kind,
        policy: clock.policy.clone(),
        since: clock.since,
        by: by.clone(),
        wall,
        working,
        late,
    })?;
    Ok(())
}

/// The thread was closed: that ends every clock, but for an answer that is on its way.
pub(crate) fn closed(turn: &mut Turn<'_>, id: ThreadId, by: &AgentName) -> Result<(), Missing> {
    wake(turn, id)?;
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    unclaimed(turn, id)?;
    unanswered(turn, id, Some(by))?;
    for clock in thread.clocks.iter().filter(|clock| !clock.kind.is_response()) {
        met(turn, id, clock, by)?;
    }
    Ok(())
}

/// In a closed thread nothing is waited for but an answer that is on its way. That one may have been stopped, or refused.
pub(crate) fn unanswered(turn: &mut Turn<'_>, id: ThreadId, by: Option<&AgentName>) -> Result<(), Missing> {
    let Some(thread) = turn.rows.thread(id)?.filter(|thread| !thread.open) else { return Ok(()) };
    for clock in thread.clocks.iter().filter(|clock| clock.kind.is_response()) {
        if !is_being_answered(turn, id, &thread, clock)? {
            void(turn, id, clock.kind, by, Why::Closed)?;
        }
    }
    Ok(())
}

/// A claim waits for nothing any more.
fn unclaimed(turn: &mut Turn<'_>, id: ThreadId) -> Result<(), Missing> {
    if turn.rows.thread(id)?.is_some_and(|thread| thread.claim_until.is_some()) {
        turn.record(Fact::ClaimTimed { thread: id, until: None })?;
    }
    Ok(())
}

/// Whether an answer was written that has neither arrived nor failed.
fn is_being_answered(turn: &Turn<'_>, id: ThreadId, thread: &Thread, clock: &Clock) -> Result<bool, Missing> {
    let chat = turn.rows.chat(&thread.place)?;
    if chat.is_some_and(|chat| chat.held.iter().any(|held| held.thread == id)) {
        return Ok(true);
    }
    if thread.last_reply <= clock.asked {
        return Ok(false);
    }
    let event = turn.rows.event(thread.last_reply)?;
    let Some(Fact::ReplyWritten { message, .. }) = event.map(|event| event.fact) else { return Ok(false) };
    let role = turn.rows.message(&thread.team_place, &message)?.map(|row| row.role);
    Ok(matches!(role, Some(MessageRole::Reply { delivery: Delivery::Sent, .. })))
}

fn void(
    turn: &mut Turn<'_>,
    id: ThreadId,
    kind: ClockKind,
    by: Option<&AgentName>,
    why: Why,
) -> Result<(), Missing> {
    let thread = turn.rows.thread(id)?;
    let clock = thread.iter().flat_map(|thread| &thread.clocks).find(|clock| clock.kind == kind);
    if let Some(clock) = clock {
        note_if_late(turn, id, clock)?;
    }
    turn.record(Fact::ClockVoided { thread: id, kind, by: by.cloned(), why })?;
    Ok(())
}

/// No answer is needed. Tells whether one was owed.
pub(crate) fn no_reply(turn: &mut Turn<'_>, id: ThreadId, by: &AgentName) -> Result<bool, Missing> {
    wake(turn, id)?;
    let Some(thread) = turn.rows.thread(id)? else { return Ok(false) };
    let owed = !thread.unanswered.is_empty();
    turn.record(Fact::NoReplyNeeded { thread: id, by: by.clone() })?;
    for clock in thread.clocks.iter().filter(|clock| clock.kind.is_response()) {
        void(turn, id, clock.kind, Some(by), Why::NoReplyNeeded)?;
    }
    unclaimed(turn, id)?;
    Ok(owed)
}

/// Why no clock could be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unstoppable {
    /// None runs.
    NoClock,
    /// What is past due stays so until it is answered.
    Overdue,
    /// The policy lets none stand for that.
    Policy,
    /// It stood too often.
    TooOften,
}

/// Stops the clocks that the policy lets stand; gives when they go on, or why none stands. One that stands already stands
/// for this reason from now on.
pub(crate) fn pause(
    turn: &mut Turn<'_>,
    id: ThreadId,
    by: &AgentName,
    why: Why,
    until: Option<Timestamp>,
) -> Result<Result<Timestamp, Unstoppable>, Missing> {
    wake(turn, id)?;
    let Some(thread) = turn.rows.thread(id)? else { return Ok(Err(Unstoppable::NoClock)) };
    let mut stands = Err(Unstoppable::NoClock);
    for clock in &thread.clocks {
        let Some(policy) = turn.setup.deadlines.named(&clock.policy) else { continue };
        let refused = match clock {
            _ if !policy.lets_stand(why) => Some(Unstoppable::Policy),
            _ if clock.breached => Some(Unstoppable::Overdue),
            _ if clock.pauses.len() >= PAUSES_MAX => Some(Unstoppable::TooOften),
            _ => None,
        };
        if let Some(reason) = refused {
            stands = stands.or(Err(reason));
            continue;
        }
        if clock.paused.is_some() {
            let (clock, by) = (clock.resumed(turn.now, policy), Some(by.clone()));
            turn.record(Fact::ClockResumed { thread: id, clock, why: Why::Asked, by })?;
        }
        let most = turn.now.saturating_add(policy.pause_max).unwrap_or(Timestamp::MAX);
        let until = until.map_or(most, |until| until.min(most));
        let by = by.clone();
        turn.record(Fact::ClockPaused { thread: id, kind: clock.kind, until, why, by })?;
        stands = Ok(stands.map_or(until, |earlier: Timestamp| earlier.min(until)));
    }
    if stands.is_ok() {
        unclaimed(turn, id)?;
    }
    Ok(stands)
}

/// Lets go on what stood for long enough, before anything else happens to it: its timer may come later than an answer
/// does, after a stop above all.
fn wake(turn: &mut Turn<'_>, id: ThreadId) -> Result<(), Missing> {
    let now = turn.now;
    let thread = turn.rows.thread(id)?;
    let mut stands =
        thread.iter().flat_map(|thread| &thread.clocks).filter_map(|clock| clock.paused.as_ref());
    if stands.any(|paused| paused.until <= now) {
        resume(turn, id, None, Why::PauseOver)?;
    }
    Ok(())
}

/// Lets what stands go on; tells when it is due then, if anything stood.
pub(crate) fn resume(
    turn: &mut Turn<'_>,
    id: ThreadId,
    by: Option<&AgentName>,
    why: Why,
) -> Result<Option<Timestamp>, Missing> {
    let Some(thread) = turn.rows.thread(id)? else { return Ok(None) };
    let mut due = None;
    for clock in thread.clocks.iter().filter(|clock| clock.paused.is_some()) {
        let Some(policy) = turn.setup.deadlines.named(&clock.policy).or(policy_of(turn, &thread)?) else {
            void(turn, id, clock.kind, by, Why::PolicyChanged)?;
            continue;
        };
        let mut clock = clock.resumed(turn.now, policy);
        if why == Why::PauseOver {
            clock.tell_when_awake(turn.now, policy);
        }
        due = Some(due.map_or(clock.due, |earlier: Timestamp| earlier.min(clock.due)));
        turn.record(Fact::ClockResumed { thread: id, clock, why, by: by.cloned() })?;
    }
    claimed(turn, id)?;
    Ok(due)
}

/// Something changed that policies look at: what runs is counted anew.
pub(crate) fn moved(
    turn: &mut Turn<'_>,
    id: ThreadId,
    by: Option<&AgentName>,
    why: Why,
) -> Result<(), Missing> {
    wake(turn, id)?;
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    for clock in &thread.clocks {
        note_if_late(turn, id, clock)?;
    }
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let policy = policy_of(turn, &thread)?;
    for clock in &thread.clocks {
        match policy.and_then(|policy| clock.moved(turn.now, policy)) {
            Some(moved) if !moved.may_stand(policy) => {
                let clock = policy.map_or_else(|| moved.clone(), |policy| moved.resumed(turn.now, policy));
                turn.record(Fact::ClockResumed { thread: id, clock, why, by: by.cloned() })?;
            }
            Some(moved) if moved == *clock => {}
            Some(moved) => {
                turn.record(Fact::ClockMoved { thread: id, clock: moved, why, by: by.cloned() })?;
            }
            // what is past due stays so until it is answered
            None if clock.breached => {}
            None => void(turn, id, clock.kind, by, Why::PolicyChanged)?,
        }
    }
    owe(turn, id)
}
