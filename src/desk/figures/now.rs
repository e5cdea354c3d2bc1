//! How everything stands now, kept in step with the threads, and the two indexes of what is or was past due.
//!
//! A thread that changes leaves one place and takes another. What is counted is what the threads' own rows say, whichever
//! event changed them.

use super::fold::{breached_at, day_of};
use super::rows::{At, Breach, Ended, Figure, Now, Overdue, Threads};
use crate::clock::Clock;
use crate::event::{Event, Fact};
use crate::key::Key;
use crate::policy::ClockKind;
use crate::rows::{Row, Thread};
use crate::state::{Missing, Rows};
use jiff::tz::TimeZone;
use port::ThreadId;

/// A thread was changed by an event of that number.
pub(super) fn follow(
    rows: &mut Rows<'_>,
    zone: &TimeZone,
    (number, event): (u64, &Event),
    id: ThreadId,
    before: Option<&Thread>,
) -> Result<(), Missing> {
    let Some(after) = rows.thread(id)? else { return Ok(()) };
    if before.map(place) != Some(place(&after)) || before.is_some_and(|before| before.clocks != after.clocks)
    {
        count(rows, before, &after)?;
    }
    for kind in ClockKind::ALL {
        let was = before.and_then(|thread| past_due(thread, kind).map(|clock| (thread, clock)));
        let is = past_due(&after, kind);
        if was.map(|(_, clock)| clock.due) == is.map(|clock| clock.due) {
            continue;
        }
        let key = |thread: &Thread, clock: &Clock| At::Overdue {
            team: thread.team.clone(),
            due: clock.due,
            thread: id,
            kind,
        };
        let mut known = None;
        if let Some((thread, clock)) = was {
            let at = key(thread, clock);
            known = rows.figure(&at)?.and_then(|figure| match figure {
                Figure::Overdue(overdue) => Some(overdue),
                Figure::Counts(_) | Figure::Times(_) | Figure::Now(_) | Figure::Breach(_) => None,
            });
            rows.remove(Key::Figures(at));
        }
        match (is, known) {
            (Some(clock), Some(known)) => {
                put(rows, key(&after, clock), Figure::Overdue(Overdue { due: clock.due, ..known }));
            }
            (Some(clock), None) => {
                let day = day_of(breached_at(clock.due, event.at), zone);
                let overdue = Overdue { thread: id, kind, due: clock.due, breach: number, day };
                put(rows, key(&after, clock), Figure::Overdue(overdue));
                let breach = breach_of(id, &after, clock);
                put(rows, At::Breach { team: after.team.clone(), day, number }, Figure::Breach(breach));
            }
            (None, Some(known)) => ended(rows, &after, &known, event)?,
            (None, None) => {}
        }
    }
    Ok(())
}

fn put(rows: &mut Rows<'_>, at: At, figure: Figure) {
    rows.put(Key::Figures(at), Row::Figures(Box::new(figure)));
}

fn past_due(thread: &Thread, kind: ClockKind) -> Option<&Clock> {
    thread.clocks.iter().find(|clock| clock.kind == kind && clock.breached)
}

fn breach_of(id: ThreadId, thread: &Thread, clock: &Clock) -> Breach {
    Breach {
        thread: id,
        kind: clock.kind,
        policy: clock.policy.clone(),
        since: clock.since,
        due: clock.due,
        assignee: thread.assignee.clone(),
        ended: None,
    }
}

/// Writes into a breach what became of it.
#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else ends it is nobody's act")]
fn ended(rows: &mut Rows<'_>, thread: &Thread, known: &Overdue, event: &Event) -> Result<(), Missing> {
    let at = At::Breach { team: thread.team.clone(), day: known.day, number: known.breach };
    let Some(Figure::Breach(mut breach)) = rows.figure(&at)? else { return Ok(()) };
    let mut end = Ended { at: event.at, by: None, wall: None, why: None };
    match &event.fact {
        Fact::ClockMet { by, wall, .. } => (end.by, end.wall) = (Some(by.clone()), Some(*wall)),
        Fact::ClockVoided { by, why, .. } | Fact::ClockMoved { by, why, .. } => {
            (end.by, end.why) = (by.clone(), Some(*why));
        }
        _ => {}
    }
    breach.ended = Some(end);
    put(rows, at, Figure::Breach(breach));
    Ok(())
}

/// Under whom a thread is counted, and how it stands; nothing when it is closed and nothing is owed.
fn place(thread: &Thread) -> Option<(&str, Threads)> {
    let mut threads = Threads::default();
    match thread.response() {
        Some(clock) if clock.paused.is_some() => threads.paused = 1,
        Some(clock) if clock.breached => threads.overdue = 1,
        Some(_) => threads.waiting = 1,
        None if !thread.open => return None,
        None if thread.unanswered.is_empty() => threads.answered = 1,
        None => threads.untimed = 1,
    }
    Some((thread.assignee.as_ref().map_or("", |agent| agent.as_str()), threads))
}

/// Takes a thread out of the place it had, and puts it into the one it has.
fn count(rows: &mut Rows<'_>, before: Option<&Thread>, after: &Thread) -> Result<(), Missing> {
    for (thread, is_after) in before.map(|before| (before, false)).into_iter().chain([(after, true)]) {
        let at = At::Now(thread.team.clone());
        let mut now = if let Some(Figure::Now(now)) = rows.figure(&at)? { now } else { Now::default() };
        if let Some((assignee, threads)) = place(thread) {
            let all = now.threads.entry(assignee.to_owned()).or_default();
            if is_after { all.merge(&threads) } else { all.take(&threads) }
        }
        for clock in thread.clocks.iter().filter(|clock| clock.breached) {
            let of_policy = now.overdue.entry(clock.policy.clone()).or_default();
            let all = of_policy.entry(clock.kind).or_default();
            *all = if is_after { *all + 1 } else { all.saturating_sub(1) };
        }
        now.threads.retain(|_, threads| threads.all() > 0);
        now.overdue.values_mut().for_each(|kinds| kinds.retain(|_, count| *count > 0));
        now.overdue.retain(|_, kinds| !kinds.is_empty());
        put(rows, at, Figure::Now(now));
    }
    Ok(())
}
