//! Log lines of the relay: what moves, never what it says. Ids of channels, operations and threads are the only names.

use desk::Fact;
use desk::rows::Queued;
use port::{AdapterError, ChannelName, Found, Outcome};
use std::time::Duration;

/// Something came in.
pub(crate) fn inbound(channel: &ChannelName, kind: &'static str) {
    tracing::debug!(%channel, kind, "inbound");
}

/// Something came in whose ids are longer than any platform's: it is left out, nothing else is.
pub(crate) fn poison(channel: &ChannelName, kind: &'static str) {
    tracing::error!(%channel, kind, "left out: an id in it is longer than a platform's ids are");
}

/// Something was recorded.
#[expect(clippy::wildcard_enum_match_arm, reason = "only openings and failures are worth a line above trace")]
pub(crate) fn event(fact: &Fact) {
    match fact {
        Fact::ThreadOpened { thread, .. } => {
            tracing::info!(%thread, "thread opened");
        }
        Fact::ReplyRefused { thread, .. } => {
            tracing::warn!(%thread, "a reply was refused; its topic says why");
        }
        Fact::ReplyUnknown { thread, .. } | Fact::CopyUnknown { thread, .. } => {
            tracing::warn!(%thread, "a message may not have arrived; its topic says so");
        }
        Fact::TopicLost { thread, .. } => {
            tracing::warn!(%thread, "a topic was lost and is opened again");
        }
        _ => {}
    }
}

/// An attempt begins.
pub(crate) fn attempt(row: &Queued) {
    tracing::debug!(
        channel = %row.lane.place.channel,
        operation = %row.id,
        what = row.operation.word(),
        attempt = row.attempts,
        phase = ?row.phase,
        "attempt"
    );
}

/// Several messages go as one post.
pub(crate) fn gathered(row: &Queued) {
    tracing::debug!(
        channel = %row.lane.place.channel,
        operation = %row.id,
        messages = 1 + row.gathered.len(),
        "gathered"
    );
}

/// An attempt came back.
pub(crate) fn outcome(row: &Queued, outcome: &Outcome) {
    let channel = &row.lane.place.channel;
    let operation = &row.id;
    match outcome {
        Outcome::Delivered { parts, .. } => {
            tracing::debug!(%channel, %operation, parts = parts.len(), "delivered");
        }
        Outcome::Later { after, reason, .. } => {
            tracing::warn!(%channel, %operation, ?after, reason, "not yet");
        }
        Outcome::Refused(refusal) => {
            let reason = &refusal.reason;
            tracing::warn!(%channel, %operation, scope = ?refusal.scope, reason, "refused");
        }
        Outcome::Heal(_) => {
            tracing::warn!(%channel, %operation, "its place is gone or moved");
        }
        Outcome::Unknown { reason } => {
            tracing::warn!(%channel, %operation, reason, "outcome unknown");
        }
    }
}

/// A look at the platform's history came back.
pub(crate) fn found(row: &Queued, found: &Found) {
    let word = match found {
        Found::Yes { .. } => "it is there",
        Found::No => "it is not there",
        Found::CannotTell => "the platform cannot tell",
        Found::Later { .. } => "the platform could not be asked",
    };
    tracing::info!(channel = %row.lane.place.channel, operation = %row.id, word, "looked");
}

/// Nobody knows whether an operation arrived, and nobody is told: it is a decoration, or was said twice.
pub(crate) fn let_go(row: &Queued) {
    tracing::warn!(
        channel = %row.lane.place.channel,
        operation = %row.id,
        thread = row.thread.map(|thread| thread.0),
        what = row.operation.word(),
        repeats = row.repeats.as_ref().map(port::OpId::as_str),
        "let go: it may not have arrived"
    );
}

/// The outbox was taken up after a start.
pub(crate) fn recovered(operations: usize) {
    tracing::info!(operations, "outbox taken up");
}

/// An adapter lost its connection and will be started again.
pub(crate) fn adapter_lost(channel: &ChannelName, error: &AdapterError, wait: Duration) {
    tracing::warn!(%channel, %error, ?wait, "connection lost, trying again");
}

/// An adapter can never work as configured.
pub(crate) fn adapter_failed(channel: &ChannelName, error: &AdapterError) {
    tracing::error!(%channel, %error, "channel given up until a restart");
}

/// The soft stop begins.
pub(crate) fn stopping(in_flight: usize) {
    tracing::info!(in_flight, "stopping; waiting for what is under way");
}

/// The soft stop is done.
pub(crate) fn stopped() {
    tracing::info!("stopped; what was not delivered goes on after the next start");
}
