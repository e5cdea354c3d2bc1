//! Where time comes from. The one place of the shell that reads the wall clock.

use jiff::Timestamp;
use std::time::Duration;

/// The wall clock, handed in so that a simulation can hand in another.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The longest sleep before the clock is looked at again: a suspended machine or a changed clock is noticed then.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// Sleeps until an instant of a clock, or [`SLEEP_MAX`], whichever is sooner. `None` sleeps [`SLEEP_MAX`].
pub async fn sleep_until(clock: &dyn Clock, at: Option<Timestamp>) {
    let wait = at.map_or(SLEEP_MAX, |at| {
        Duration::try_from(at.duration_since(clock.now())).unwrap_or(Duration::ZERO).min(SLEEP_MAX)
    });
    tokio::time::sleep(wait).await;
}

/// An instant later by a span; the last instant there is, when that is beyond it.
#[must_use]
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
