//! What follows from one attempt: a verdict for the desk, or another attempt later. Pure.

use crate::clock::later;
use desk::Verdict;
use desk::rows::{Phase, Purpose, Queued};
use jiff::Timestamp;
use port::{Found, Idempotency, Outcome, RefusalScope};
use std::time::Duration;

/// The delay after the first failure.
const DELAY_FIRST: Duration = Duration::from_secs(1);
/// The longest delay between two attempts.
const DELAY_MAX: Duration = Duration::from_mins(5);

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The desk decides.
    Settle(Verdict),
    /// Another attempt, as the row says.
    Again {
        /// The row as it is to be kept.
        row: Box<Queued>,
        /// The platform's own wait: nothing else goes to the chat, or the whole channel, before.
        hold: Option<Hold>,
    },
}

/// A wait that the platform asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Until when.
    pub until: Timestamp,
    /// For the whole channel, or for the chat alone.
    pub whole_channel: bool,
}

/// The delay before the next attempt: doubles with each failure up to [`DELAY_MAX`], a quarter of it random.
#[must_use]
pub fn delay(failures: u32, random: f64) -> Duration {
    let doubled = DELAY_FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(16)));
    doubled.min(DELAY_MAX).mul_f64(0.75 + random.clamp(0.0, 1.0) / 4.0)
}

/// After an attempt to send.
#[must_use]
pub fn after_send(
    now: Timestamp,
    row: &Queued,
    outcome: Outcome,
    idempotency: Idempotency,
    random: f64,
) -> Step {
    let mut next = row.clone();
    next.attempts += 1;
    let wait = later(now, delay(next.attempts, random));
    match outcome {
        Outcome::Later { after, whole_channel, .. } => {
            let until = after.map_or(wait, |after| later(now, after));
            next.tried_at = None;
            next.not_before = Some(until);
            let hold = after.map(|_| Hold { until, whole_channel });
            Step::Again { row: Box::new(next), hold }
        }
        Outcome::Unknown { .. } => {
            let repeats = idempotency.covers(since_first(now, row));
            next.tried_at = Some(row.tried_at.unwrap_or(now));
            next.not_before = Some(wait);
            next.phase = if repeats { Phase::Send } else { Phase::Reconcile };
            Step::Again { row: Box::new(next), hold: None }
        }
        // no person could answer a refusal on the team's side, where it would have to be told: try on
        Outcome::Refused(refusal)
            if row.lane.thread.is_some()
                && (refusal.scope == RefusalScope::Chat || row.purpose == Purpose::Topic) =>
        {
            next.tried_at = None;
            next.not_before = Some(wait);
            Step::Again { row: Box::new(next), hold: None }
        }
        ended @ (Outcome::Delivered { .. } | Outcome::Refused(_) | Outcome::Heal(_)) => {
            Step::Settle(Verdict::of(ended).unwrap_or(Verdict::Unknown))
        }
    }
}

/// After a look whether it was sent.
#[must_use]
pub fn after_reconcile(now: Timestamp, row: &Queued, found: Found, random: f64) -> Step {
    let mut next = row.clone();
    match found {
        Found::Yes { parts, topic } => Step::Settle(Verdict::Delivered { parts, topic }),
        Found::CannotTell => Step::Settle(Verdict::Unknown),
        Found::No => {
            next.phase = Phase::Send;
            next.tried_at = None;
            next.not_before = None;
            Step::Again { row: Box::new(next), hold: None }
        }
        Found::Later { .. } => {
            next.attempts += 1;
            next.not_before = Some(later(now, delay(next.attempts, random)));
            Step::Again { row: Box::new(next), hold: None }
        }
    }
}

/// How an operation found in the outbox at the start goes on: it may have been sent just before the end.
#[must_use]
pub fn resume(now: Timestamp, row: &Queued, idempotency: Idempotency) -> Phase {
    let covered = idempotency.covers(since_first(now, row));
    let surely_unsent = row.tried_at.is_none() && idempotency == Idempotency::None;
    match row.phase {
        Phase::Send if covered || surely_unsent => Phase::Send,
        Phase::Send | Phase::Reconcile => Phase::Reconcile,
        Phase::Wedged => Phase::Wedged,
    }
}

/// How long ago the platform may have seen the operation first.
fn since_first(now: Timestamp, row: &Queued) -> Duration {
    let first = row.tried_at.unwrap_or(row.queued_at);
    Duration::try_from(now.duration_since(first)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_are_capped_and_jittered() {
        assert_eq!(delay(1, 1.0), Duration::from_secs(1));
        assert_eq!(delay(1, 0.0), Duration::from_millis(750));
        assert_eq!(delay(4, 1.0), Duration::from_secs(8));
        assert_eq!(delay(60, 1.0), DELAY_MAX);
        let mut last = Duration::ZERO;
        for failures in 1..12 {
            assert!(delay(failures, 0.0) >= last.mul_f64(0.99));
            last = delay(failures, 0.0);
        }
    }
}
