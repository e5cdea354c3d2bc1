//! What an event adds to the figures of its day.
//!
//! It looks at the state as it was before the event: the clock that an event ends is still there. Nothing is ever
//! subtracted; what is recorded is not taken back.

use super::rows::{At, Counts, Dimension, Figure, Part, Times};
use crate::clock::{Clock, Why};
use crate::event::{Event, Fact};
use crate::key::Key;
use crate::policy::ClockKind;
use crate::rows::{MessageRole, Row, Thread};
use crate::state::{Missing, Rows};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use port::{AgentName, ChannelName, MessageId, ThreadId};
use std::collections::BTreeSet;

/// Counts an event.
#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else is counted")]
pub(super) fn fold(rows: &mut Rows<'_>, zone: &TimeZone, event: &Event) -> Result<(), Missing> {
    let at = event.at;
    match &event.fact {
        Fact::ThreadOpened { team, place, written_at, tags, .. } => {
            let whose = Whose { team: team.clone(), ..Whose::of_channel(&place.channel) };
            whose.tagged(tags).asked(*written_at).counts(rows, zone, *written_at, |counts| counts.opened += 1)
        }
        Fact::CustomerWrote { thread, written_at, tags, .. } => {
            let Some(thread) = rows.thread(*thread)? else { return Ok(()) };
            let whose = Whose::of(&thread).tagged(tags).asked(*written_at);
            whose.counts(rows, zone, *written_at, |counts| counts.messages += 1)
        }
        Fact::ThreadReopened { thread, .. } => {
            let Some(thread) = rows.thread(*thread)? else { return Ok(()) };
            Whose::of(&thread).counts(rows, zone, at, |counts| counts.reopened += 1)
        }
        Fact::ThreadClosed { thread, by } => {
            let Some(thread) = rows.thread(*thread)? else { return Ok(()) };
            // where a clock runs, its end tells
            let owed = thread.unanswered.first().is_some_and(|run| run.event > thread.last_reply);
            let unanswered = u64::from(owed && thread.response().is_none());
            Whose::of(&thread).by(by).counts(rows, zone, at, |counts| {
                counts.closed += 1;
                counts.unanswered += unanswered;
            })
        }
        Fact::ReplyDelivered { thread, message, .. } => {
            let Some(thread) = rows.thread(*thread)? else { return Ok(()) };
            let Some(agent) = author(rows, &thread, message)? else { return Ok(()) };
            Whose::of(&thread).by(&agent).counts(rows, zone, at, |counts| counts.answers += 1)
        }
        Fact::ClockMet { thread, kind, policy, since, by, wall, working, late } => {
            let Some(thread) = rows.thread(*thread)? else { return Ok(()) };
            let whose = Whose::of(&thread).by(by).under(policy).asked(*since);
            whose.times(rows, zone, at, *kind, |times| {
                if *late {
                    times.late += 1;
                } else {
                    times.in_time += 1;
                }
                times.wall.add(*wall);
                times.working.add(*working);
            })
        }
        Fact::ClockMoved { thread, clock, by, .. } => moved(rows, zone, at, *thread, clock, by.as_ref()),
        Fact::ClockVoided { thread, kind, by, why } => {
            let is_closed = kind.is_response() && *why == Why::Closed;
            voided(rows, zone, at, (*thread, *kind), by.as_ref(), is_closed)
        }
        Fact::PromiseMade { .. } | Fact::PromiseBroken { .. } | Fact::PromiseDone { .. } => {
            promise(rows, zone, event)
        }
        Fact::ClockBreached { thread, kind, due } => {
            let Some(thread) = rows.thread(*thread)? else { return Ok(()) };
            let Some(clock) = clock_of(&thread, *kind) else { return Ok(()) };
            let whose = Whose::of_clock(&thread, clock);
            whose.times(rows, zone, breached_at(*due, at), *kind, |times| times.breaches += 1)
        }
        _ => Ok(()),
    }
}

/// A promise was made, kept or broken. One that is done late is broken, and counted once, also where that was not
/// recorded before it was done.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are counted elsewhere")]
fn promise(rows: &mut Rows<'_>, zone: &TimeZone, event: &Event) -> Result<(), Missing> {
    let mut counts = Counts::default();
    let (id, by) = match &event.fact {
        Fact::PromiseMade { thread, promise } => {
            counts.promised = 1;
            (*thread, &promise.by)
        }
        Fact::PromiseBroken { thread, by, .. } => {
            counts.broken = 1;
            (*thread, by)
        }
        Fact::PromiseDone { thread, number, by, late, .. } => {
            let row = rows.thread(*thread)?;
            let promises = row.as_ref().map(|row| row.promises.as_slice()).unwrap_or_default();
            let was_broken = promises.iter().any(|promise| promise.number == *number && promise.broken);
            counts.kept = u64::from(!late && !was_broken);
            counts.broken = u64::from(*late && !was_broken);
            (*thread, by)
        }
        _ => return Ok(()),
    };
    let Some(thread) = rows.thread(id)?.filter(|_| counts != Counts::default()) else { return Ok(()) };
    Whose::of(&thread).by(by).counts(rows, zone, event.at, |sum| sum.merge(&counts))
}

/// A clock was given up, by an agent where one did it; perhaps because a thread was closed whose customer was owed an
/// answer.
fn voided(
    rows: &mut Rows<'_>,
    zone: &TimeZone,
    at: Timestamp,
    (id, kind): (ThreadId, ClockKind),
    by: Option<&AgentName>,
    is_closed: bool,
) -> Result<(), Missing> {
    let Some(thread) = rows.thread(id)? else { return Ok(()) };
    let Some(clock) = clock_of(&thread, kind) else { return Ok(()) };
    let whose = Whose::of_clock(&thread, clock).by_any(by);
    whose.times(rows, zone, at, kind, |times| {
        if clock.breached {
            times.missed += 1;
        } else {
            times.voided += 1;
        }
    })?;
    if is_closed && by.is_some() {
        whose.counts(rows, zone, at, |counts| counts.unanswered += 1)?;
    }
    Ok(())
}

/// A clock runs on under another policy. What was past due and is not any more was missed under the policy it had: under
/// the other one it begins anew.
fn moved(
    rows: &mut Rows<'_>,
    zone: &TimeZone,
    at: Timestamp,
    id: ThreadId,
    after: &Clock,
    by: Option<&AgentName>,
) -> Result<(), Missing> {
    let Some(thread) = rows.thread(id)? else { return Ok(()) };
    let before = clock_of(&thread, after.kind).filter(|before| before.breached && !after.breached);
    let Some(before) = before else { return Ok(()) };
    let whose = Whose::of_clock(&thread, before).by_any(by);
    whose.times(rows, zone, at, after.kind, |times| times.missed += 1)
}

pub(super) fn clock_of(thread: &Thread, kind: ClockKind) -> Option<&Clock> {
    thread.clocks.iter().find(|clock| clock.kind == kind)
}

/// Who wrote a reply.
fn author(rows: &Rows<'_>, thread: &Thread, message: &MessageId) -> Result<Option<AgentName>, Missing> {
    let role = rows.message(&thread.team_place, message)?.map(|row| row.role);
    let Some(MessageRole::Reply { event, .. }) = role else { return Ok(None) };
    Ok(match rows.event(event)?.map(|event| event.fact) {
        Some(Fact::ReplyWritten { agent, .. }) => Some(agent),
        _ => None,
    })
}

/// Whose figures something counts in.
struct Whose {
    team: String,
    channel: ChannelName,
    tags: BTreeSet<String>,
    agent: Option<AgentName>,
    policy: Option<String>,
    asked_at: Option<Timestamp>,
}

impl Whose {
    fn of_channel(channel: &ChannelName) -> Self {
        Self {
            team: String::new(),
            channel: channel.clone(),
            tags: BTreeSet::new(),
            agent: None,
            policy: None,
            asked_at: None,
        }
    }

    fn of(thread: &Thread) -> Self {
        let (team, tags) = (thread.team.clone(), thread.tags.clone());
        Self { team, tags, ..Self::of_channel(&thread.place.channel) }
    }

    fn of_clock(thread: &Thread, clock: &Clock) -> Self {
        Self::of(thread).under(&clock.policy).asked(clock.since)
    }

    fn by(self, agent: &AgentName) -> Self {
        Self { agent: Some(agent.clone()), ..self }
    }

    /// Of the agent who did it, or of nobody in particular.
    fn by_any(self, agent: Option<&AgentName>) -> Self {
        Self { agent: agent.cloned(), ..self }
    }

    fn under(self, policy: &str) -> Self {
        Self { policy: Some(policy.to_owned()), ..self }
    }

    /// Rules say these of the message as well: the thread is tagged after it.
    fn tagged(mut self, tags: &BTreeSet<String>) -> Self {
        self.tags.extend(tags.iter().cloned());
        self
    }

    /// The customer wrote at that time.
    fn asked(self, at: Timestamp) -> Self {
        Self { asked_at: Some(at), ..self }
    }

    fn values(&self, zone: &TimeZone, at: Timestamp) -> Vec<(Dimension, String)> {
        let mut values = vec![
            (Dimension::All, String::new()),
            (Dimension::Channel, self.channel.to_string()),
            (Dimension::Slot, format!("{:02}", at.to_zoned(zone.clone()).hour())),
        ];
        values.extend(self.agent.iter().map(|agent| (Dimension::Agent, agent.to_string())));
        values.extend(self.policy.iter().map(|policy| (Dimension::Policy, policy.clone())));
        values.extend(self.tags.iter().map(|tag| (Dimension::Tag, tag.clone())));
        values.extend(
            self.asked_at.map(|asked| (Dimension::Hour, format!("{:03}", hour_of_week(asked, zone)))),
        );
        values
    }

    fn counts(
        &self,
        rows: &mut Rows<'_>,
        zone: &TimeZone,
        at: Timestamp,
        change: impl Fn(&mut Counts),
    ) -> Result<(), Missing> {
        self.each(rows, zone, at, Part::Counts, |known| {
            let mut counts =
                if let Some(Figure::Counts(counts)) = known { counts } else { Counts::default() };
            change(&mut counts);
            Figure::Counts(counts)
        })
    }

    fn times(
        &self,
        rows: &mut Rows<'_>,
        zone: &TimeZone,
        at: Timestamp,
        kind: ClockKind,
        change: impl Fn(&mut Times),
    ) -> Result<(), Missing> {
        self.each(rows, zone, at, Part::Times(kind), |known| {
            let mut times = if let Some(Figure::Times(times)) = known { times } else { Times::default() };
            change(&mut times);
            Figure::Times(times)
        })
    }

    /// Changes a part of every row that something counts in.
    fn each(
        &self,
        rows: &mut Rows<'_>,
        zone: &TimeZone,
        at: Timestamp,
        part: Part,
        change: impl Fn(Option<Figure>) -> Figure,
    ) -> Result<(), Missing> {
        let day = day_of(at, zone);
        for (by, value) in self.values(zone, at) {
            let at = At::Day { team: self.team.clone(), by, day, value, part };
            let figure = change(rows.figure(&at)?);
            rows.put(Key::Figures(at), Row::Figures(Box::new(figure)));
        }
        Ok(())
    }
}

/// When a breach counts that was recorded then: when the clock was due, not when the bridge was there to see it.
pub(super) fn breached_at(due: Timestamp, recorded: Timestamp) -> Timestamp {
    due.min(recorded)
}

/// The day of an instant. A platform's slip must not leave the years that a key can be ordered by.
pub(super) fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date().clamp(date(1970, 1, 1), date(9999, 12, 31))
}

/// The hour of the week of an instant, from Monday.
fn hour_of_week(at: Timestamp, zone: &TimeZone) -> u16 {
    let local = at.to_zoned(zone.clone());
    let number = i16::from(local.weekday().to_monday_zero_offset()) * 24 + i16::from(local.hour());
    u16::try_from(number).unwrap_or_default()
}
