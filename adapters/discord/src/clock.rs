//! The adapter's edge of time: when something was received, and how long to wait.

use jiff::Timestamp;
pub(crate) use port::Backoff;
use std::time::Instant;

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
