//! The adapter's edge of time: when something was received, and how long to wait.

use jiff::Timestamp;
use std::time::{Duration, Instant};

/// Now, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "the adapter is an edge: it says when it received something")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Now, for limits: nothing is decided by it.
#[expect(clippy::disallowed_methods, reason = "the adapter is an edge: limits hold in real time")]
pub(crate) fn moment() -> Instant {
    Instant::now()
}

/// Growing waits: doubles from `first` up to `longest`; [`Backoff::reset`] begins again.
#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    pub(crate) fn next_wait(&mut self) -> Duration {
        let wait = self.next;
        self.next = self.next.saturating_mul(2).min(self.longest);
        wait
    }

    pub(crate) const fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_their_longest_and_begin_again() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
        let waits: Vec<_> = (0..5).map(|_| backoff.next_wait().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 5, 5]);
        backoff.reset();
        assert_eq!(backoff.next_wait().as_secs(), 1);
    }
}
