//! What follows from one attempt: a verdict for the desk, or another attempt later. Pure.

use crate::clock::later;
use desk::Verdict;
use desk::rows::{Phase, Purpose, Queued, Refused};
use jiff::Timestamp;
use port::{Found, Heal, Idempotency, Outcome, RefusalScope};
use std::time::Duration;

/// The delay after the first failure.
const DELAY_FIRST: Duration = Duration::from_secs(1);
/// The longest delay between two attempts.
const DELAY_MAX: Duration = Duration::from_mins(5);

/// Why nothing reaches a team's chat that goes on elsewhere.
const MOVED: &str = "the team's chat goes on elsewhere: change `room` in the configuration and restart";

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The desk decides.
    Settle {
        /// The row as it is to be kept, should it stay.
        row: Box<Queued>,
        /// What became of it.
        verdict: Verdict,
    },
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

/// After an attempt to send that was begun at `began_at`.
///
/// `tried_at` is, where the platform knows repeats, the beginning of the first attempt that nobody knows the outcome
/// of: a later attempt that certainly failed does not undo that one.
#[must_use]
pub fn after_send(
    now: Timestamp,
    began_at: Timestamp,
    row: &Queued,
    outcome: Outcome,
    idempotency: Idempotency,
    random: f64,
) -> Step {
    let mut next = row.clone();
    next.attempts += 1;
    let wait = later(now, delay(next.attempts, random));
    let surely_not = if idempotency == Idempotency::None { None } else { row.tried_at };
    match outcome {
        Outcome::Later { after, whole_channel, .. } => {
            let until = after.map_or(wait, |after| later(now, after));
            next.tried_at = surely_not;
            next.not_before = Some(until);
            let hold = after.map(|_| Hold { until, whole_channel });
            Step::Again { row: Box::new(next), hold }
        }
        Outcome::Unknown { .. } => {
            next.tried_at = Some(row.tried_at.unwrap_or(began_at));
            next.not_before = Some(wait);
            // decided again when its turn comes: the key may not cover it by then
            let repeats = idempotency.covers(since_first(now, &next));
            next.phase = if repeats { Phase::Send } else { Phase::Reconcile };
            Step::Again { row: Box::new(next), hold: None }
        }
        // it did not come as far as the platform this time, which says nothing about the time before
        Outcome::Refused(refusal) if refusal.cause.is_of_files() && surely_not.is_some() => {
            next.not_before = Some(wait);
            next.phase = Phase::Reconcile;
            Step::Again { row: Box::new(next), hold: None }
        }
        // no person could answer a refusal on the team's side, where it would have to be told: try on
        Outcome::Refused(refusal)
            if row.lane.thread.is_some()
                && (refusal.scope == RefusalScope::Chat || row.purpose == Purpose::Topic) =>
        {
            next.refused = Some(Refused::again(next.refused, now, &refusal.reason));
            next.tried_at = surely_not;
            next.not_before = Some(wait);
            Step::Again { row: Box::new(next), hold: None }
        }
        // the same holds for a team's chat that goes on elsewhere: only the configuration can say where
        Outcome::Heal(Heal::ChatMoved(_)) if row.lane.thread.is_some() => {
            next.refused = Some(Refused::again(next.refused, now, MOVED));
            next.tried_at = surely_not;
            next.not_before = Some(wait);
            Step::Again { row: Box::new(next), hold: None }
        }
        ended @ (Outcome::Delivered { .. } | Outcome::Refused(_) | Outcome::Heal(_)) => {
            // a row that stays, because its topic is made anew, was not sent by this attempt
            let row = Box::new(Queued { tried_at: surely_not, ..row.clone() });
            Step::Settle { row, verdict: Verdict::of(ended).unwrap_or(Verdict::Unknown) }
        }
    }
}

/// After a look whether it was sent.
#[must_use]
pub fn after_reconcile(now: Timestamp, row: &Queued, found: Found, random: f64) -> Step {
    let mut next = row.clone();
    let settled = |verdict| Step::Settle { row: Box::new(row.clone()), verdict };
    match found {
        Found::Yes { parts, topic } => settled(Verdict::Delivered { parts, topic }),
        Found::CannotTell => settled(Verdict::Unknown),
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

/// What the next step is when an operation's turn comes: what may have been sent is not repeated once the platform's
/// key does not cover it any more.
#[must_use]
pub fn when_due(now: Timestamp, row: &Queued, idempotency: Idempotency) -> Phase {
    let may_have_been_sent = row.tried_at.is_some() && idempotency != Idempotency::None;
    match row.phase {
        Phase::Send if may_have_been_sent && !idempotency.covers(since_first(now, row)) => Phase::Reconcile,
        phase @ (Phase::Send | Phase::Reconcile | Phase::Wedged) => phase,
    }
}

/// How long ago the platform may have seen the operation first. For ever, as far as anybody knows, when the clock went
/// back meanwhile.
fn since_first(now: Timestamp, row: &Queued) -> Duration {
    let first = row.tried_at.unwrap_or(row.queued_at);
    Duration::try_from(now.duration_since(first)).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::tests::queued;
    use super::*;
    use port::{Cause, Refusal};

    #[test]
    fn what_may_have_been_sent_is_not_repeated_once_its_key_is_forgotten() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let key = Idempotency::Key { window: Duration::from_mins(2) };
        let row = queued("mia", 256, at(0));
        let unknown = || Outcome::Unknown { reason: String::new() };
        let later = || Outcome::Later { after: None, whole_channel: false, reason: String::new() };
        let next = |step| match step {
            Step::Again { row, .. } => *row,
            Step::Settle { verdict, .. } => panic!("{verdict:?}"),
        };
        let once = next(after_send(at(60), at(10), &row, unknown(), key, 1.0));
        assert_eq!((once.phase, once.tried_at), (Phase::Send, Some(at(10))));
        // that a later attempt surely failed says nothing about the first
        let twice = next(after_send(at(70), at(69), &once, later(), key, 1.0));
        assert_eq!(twice.tried_at, Some(at(10)));
        for (now, phase) in [(129, Phase::Send), (130, Phase::Reconcile), (9, Phase::Reconcile)] {
            assert_eq!(when_due(at(now), &twice, key), phase, "{now}");
        }
        // what surely was never sent is simply sent
        let failed = next(after_send(at(70), at(69), &row, later(), key, 1.0));
        assert_eq!(when_due(at(100_000), &failed, key), Phase::Send);
    }

    #[test]
    fn what_the_platform_certainly_did_not_take_counts_as_never_tried() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let row = Queued { tried_at: Some(at(10)), ..queued("mia", 256, at(0)) };
        let later = || Outcome::Later { after: None, whole_channel: false, reason: String::new() };
        let refused = || Outcome::Refused(Refusal::new(RefusalScope::Chat, "blocked"));
        for outcome in [later, refused, || Outcome::Heal(Heal::TopicGone)] {
            let after = |idempotency| match after_send(at(11), at(10), &row, outcome(), idempotency, 0.5) {
                Step::Settle { row, .. } | Step::Again { row, .. } => *row,
            };
            let kept = after(Idempotency::None);
            assert_eq!((kept.phase, kept.tried_at), (Phase::Send, None), "{:?}", outcome());
            assert_eq!(resume(at(1_000), &kept, Idempotency::None), Phase::Send);
            // where attempts are not kept first, it is the first one of which nobody knows
            let key = Idempotency::Key { window: Duration::from_mins(2) };
            assert_eq!(after(key).tried_at, Some(at(10)), "{:?}", outcome());
        }
    }

    #[test]
    fn a_file_that_is_gone_does_not_undo_what_may_have_been_sent() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let key = Idempotency::Key { window: Duration::from_mins(2) };
        let gone = || Outcome::Refused(Refusal::because(Cause::FileGone, "gone"));
        let mut row = queued("mia", 256, at(0));
        assert!(matches!(
            after_send(at(1), at(1), &row, gone(), key, 0.5),
            Step::Settle { verdict: Verdict::Refused(_), .. }
        ));
        row.tried_at = Some(at(0));
        let Step::Again { row: looks, .. } = after_send(at(1), at(1), &row, gone(), key, 0.5) else {
            panic!("settled as if it had never been tried");
        };
        assert_eq!(looks.phase, Phase::Reconcile);
        let Step::Again { row: sends, .. } = after_reconcile(at(2), &looks, Found::No, 0.5) else {
            panic!("not sent again");
        };
        let settled = after_send(at(3), at(3), &sends, gone(), key, 0.5);
        assert!(matches!(settled, Step::Settle { verdict: Verdict::Refused(_), .. }));
    }

    #[test]
    fn nothing_of_the_teams_follows_its_chat_elsewhere() {
        let at = Timestamp::UNIX_EPOCH;
        let mut row = queued("mia", 256, at);
        let moved = || Outcome::Heal(Heal::ChatMoved(port::ChatId::new("elsewhere")));
        let settled = after_send(at, at, &row, moved(), Idempotency::None, 0.5);
        assert!(matches!(settled, Step::Settle { verdict: Verdict::ChatMoved(_), .. }));
        row.lane.thread = Some(port::ThreadId(1));
        assert!(matches!(after_send(at, at, &row, moved(), Idempotency::None, 0.5), Step::Again { .. }));
    }

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
