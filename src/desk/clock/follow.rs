//! Follows the configuration: deadlines that were changed while the bridge was off move the clocks that run.
//!
//! The deadlines that the clocks were last counted by are kept as a fingerprint. When the bridge starts with others, the
//! threads there are by then are gone through in the order of their numbers: a few in a decision, with room between two
//! of them for everything else, so that a start takes no longer however many there are. How far it came is kept together
//! with what was moved, so the next start goes on there, or begins anew when the deadlines changed once more. Threads
//! opened meanwhile are timed by the new ones from the beginning.

use super::{Why, run, whole};
use crate::decide::Turn;
use crate::fingerprint;
use crate::key::{Key, Scan};
use crate::rows::{Row, Thread, Timer};
use crate::state::Missing;
use jiff::{SignedDuration, Timestamp};
use port::ThreadId;
use serde::{Deserialize, Serialize};

/// The most threads that are counted anew in a decision.
const THREADS_MAX: usize = 25;
/// What everything else has between two decisions.
const ROOM: SignedDuration = SignedDuration::from_millis(10);

/// Which deadlines the running clocks were counted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Names them.
    pub fingerprint: String,
    /// How far that came, while it is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving: Option<Moving>,
}

/// How far the clocks were moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The first thread that was not looked at yet.
    pub next: ThreadId,
    /// The last one to look at.
    pub last: ThreadId,
    /// When it goes on.
    pub at: Timestamp,
    /// The number in the key of its timer.
    pub number: u64,
}

impl Moving {
    const fn timer(&self) -> Key {
        Key::Timer { at: self.at, thread: ThreadId(0), number: self.number }
    }
}

/// The bridge starts: has what runs follow the deadlines as they are configured now.
pub(crate) fn start(turn: &mut Turn<'_>) -> Result<(), Missing> {
    let fingerprint = fingerprint::of(&turn.setup.deadlines);
    let Some(known) = turn.rows.followed()? else {
        turn.rows.put(Key::Followed, Row::Followed(Followed { fingerprint, moving: None }));
        return Ok(());
    };
    let is_same = known.fingerprint == fingerprint;
    // a clock on the wall that went back does not hold it up
    if is_same && known.moving.is_none_or(|moving| moving.at <= soon(turn)) {
        return Ok(());
    }
    if let Some(moving) = &known.moving {
        turn.rows.remove(moving.timer());
    }
    let (next, last) = match known.moving {
        Some(moving) if is_same => (moving.next, moving.last),
        _ => (ThreadId(1), ThreadId(turn.rows.counters()?.threads)),
    };
    go_on(turn, fingerprint, next, last)
}

fn soon(turn: &Turn<'_>) -> Timestamp {
    whole(turn.now.saturating_add(ROOM).unwrap_or(Timestamp::MAX))
}

/// Looks at the threads from `next` on a moment later, if there are any.
fn go_on(turn: &mut Turn<'_>, fingerprint: String, next: ThreadId, last: ThreadId) -> Result<(), Missing> {
    let moving = if next > last {
        None
    } else {
        let moving = Moving { next, last, at: soon(turn), number: turn.next_operation()? };
        turn.rows.put(moving.timer(), Row::Timer(Box::new(Timer::Follow)));
        Some(moving)
    };
    turn.rows.put(Key::Followed, Row::Followed(Followed { fingerprint, moving }));
    Ok(())
}

/// The next threads are counted anew.
pub(crate) fn due(turn: &mut Turn<'_>, key: &Key) -> Result<(), Missing> {
    turn.rows.remove(key.clone());
    let Some(Followed { fingerprint, moving: Some(moving) }) = turn.rows.followed()? else { return Ok(()) };
    if moving.timer() != *key {
        return Ok(());
    }
    let (threads, next) = page(turn, moving.next, moving.last)?;
    // asked for in front: what is missing later has everything before it decided once more
    for id in &threads {
        if let Some(thread) = turn.rows.thread(*id)? {
            turn.rows.customer(thread.customer)?;
        }
    }
    for id in threads {
        turn.showing(id, |turn| run::moved(turn, id, None, Why::PolicyChanged))?;
    }
    go_on(turn, fingerprint, next, moving.last)
}

/// The next threads that deadlines concern, and where it goes on after them.
fn page(turn: &Turn<'_>, next: ThreadId, last: ThreadId) -> Result<(Vec<ThreadId>, ThreadId), Missing> {
    let hundred = next.0 / Scan::THREADS;
    let found = turn.rows.scan(Scan::Threads { hundred })?;
    let mut threads: Vec<ThreadId> = found
        .iter()
        .filter_map(|(key, row)| {
            let id = Key::thread(key).filter(|id| (next..=last).contains(id))?;
            matches!(row, Row::Thread(thread) if is_concerned(thread)).then_some(id)
        })
        .collect();
    let after = threads.get(THREADS_MAX).copied();
    threads.truncate(THREADS_MAX);
    Ok((threads, after.unwrap_or(ThreadId((hundred + 1) * Scan::THREADS))))
}

/// Whether clocks run in a thread, or would under another policy.
const fn is_concerned(thread: &Thread) -> bool {
    !thread.clocks.is_empty() || (thread.open && !thread.unanswered.is_empty())
}
