//! Looks at clocks when their time has come.
//!
//! Each clock has one timer: the next moment at which something follows from it. The timers are an index over the
//! threads' rows, kept in step with them, so that nothing is looked through when the bridge starts. After a stop all
//! that has passed meanwhile is recorded, each once, and told in one notice.

use super::notice::{self, Told};
use super::{Clock, Why, run};
use crate::decide::Turn;
use crate::event::Fact;
use crate::key::Key;
use crate::policy::ClockKind;
use crate::rows::{Row, Thread, Timer};
use crate::state::Missing;
use jiff::Timestamp;
use port::ThreadId;

/// The timers that a thread has by its clocks and its claim.
pub(crate) fn alarms(id: ThreadId, thread: &Thread) -> Vec<(Key, Row)> {
    let key = |at: Timestamp, number| Key::Timer { at: whole(at), thread: id, number };
    let clocks = thread.clocks.iter().filter_map(|clock| {
        let timer = Timer::Clock { kind: clock.kind };
        clock.next_at().map(|at| (key(at, number_of(clock.kind)), Row::Timer(Box::new(timer))))
    });
    let claim = thread.claim_until.map(|at| (key(at, 0), Row::Timer(Box::new(Timer::Claim))));
    clocks.chain(claim).collect()
}

/// Timers of a thread at the same instant, told apart. Numbers of operations are larger.
const fn number_of(kind: ClockKind) -> u64 {
    match kind {
        ClockKind::FirstResponse => 1,
        ClockKind::NextResponse => 2,
        ClockKind::Resolution => 3,
    }
}

/// Keys name microseconds: never before its time, and at most one of them late.
pub(crate) fn whole(at: Timestamp) -> Timestamp {
    let micros = at.as_microsecond();
    let rounded = if at.as_nanosecond() > i128::from(micros) * 1000 { micros + 1 } else { micros };
    Timestamp::from_microsecond(rounded).unwrap_or(Timestamp::MAX)
}

/// The time of a thread's clock has come, or that of its claim.
pub(crate) fn due(turn: &mut Turn<'_>, key: &Key, timer: &Timer) -> Result<(), Missing> {
    let Key::Timer { thread: id, at, .. } = key else { return Ok(()) };
    turn.rows.remove(key.clone());
    let Some(thread) = turn.rows.thread(*id)? else { return Ok(()) };
    match timer {
        Timer::Clock { kind } => {
            let clock = thread.clocks.iter().find(|clock| clock.kind == *kind);
            if let Some(clock) = clock.filter(|clock| clock.next_at().is_some_and(|next| whole(next) <= *at))
            {
                turn.showing(*id, |turn| look(turn, *id, &thread, clock))?;
            }
        }
        Timer::Claim if thread.claim_until.is_some_and(|until| whole(until) <= *at) => {
            turn.showing(*id, |turn| expire(turn, *id, &thread))?;
        }
        Timer::Claim
        | Timer::Promise { .. }
        | Timer::Digest { .. }
        | Timer::Follow
        | Timer::SendReply { .. }
        | Timer::StraysExpire { .. } => {}
    }
    Ok(())
}

fn look(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread, clock: &Clock) -> Result<(), Missing> {
    if let Some(paused) = &clock.paused {
        let why = paused.why;
        let policy = turn.setup.deadlines.named(&clock.policy);
        let is_night = policy.is_some_and(|policy| policy.is_quiet_until(turn.now).is_some());
        return match run::resume(turn, id, None, Why::PauseOver)? {
            Some(due) if !is_night => notice::goes_on(turn, id, thread, why, due),
            Some(_) | None => Ok(()),
        };
    }
    let kind = clock.kind;
    if clock.due <= turn.now && !clock.breached {
        turn.record(Fact::ClockBreached { thread: id, kind, due: clock.due })?;
    }
    let mut told: Option<Told> = None;
    let now = turn.now;
    for step in clock.steps.iter().filter(|step| step.at <= now) {
        let tell = step.tell.clone();
        turn.record(Fact::ClockTold { thread: id, kind, percent: step.percent, tell })?;
        told.get_or_insert_default().add(step);
    }
    match told {
        Some(told) => notice::tell(turn, id, thread, clock, &told),
        None => Ok(()),
    }
}

/// Nobody was answered since the thread was claimed: it is everybody's again.
fn expire(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread) -> Result<(), Missing> {
    let Some(agent) = thread.assignee.clone() else {
        turn.record(Fact::ClaimTimed { thread: id, until: None })?;
        return Ok(());
    };
    turn.record(Fact::ClaimExpired { thread: id, agent: agent.clone() })?;
    notice::claim_expired(turn, id, thread, &agent)
}
