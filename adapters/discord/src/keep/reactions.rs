//! The reactions that were handed over, by message. When all of a message are taken off at once, Discord says neither
//! whose they were nor who did it: only what came in since the start can be told gone, and nobody is named.

use crate::api::id;
use crate::normalise;
use crate::recent::Recent;
use port::{Inbound, InboundKind};
use serde_json::Value;

/// How many messages with reactions are remembered.
const MESSAGES: usize = 4096;
/// How many reactions of one message are.
const REACTIONS: usize = 100;

/// The ids of reactions, by message.
pub(super) struct Reactions(Recent<String, Vec<String>>);

impl Reactions {
    pub(super) fn new() -> Self {
        Self(Recent::new(MESSAGES))
    }

    /// A reaction is handed over, or that it was taken back.
    pub(super) fn heard(&mut self, inbound: &Inbound) {
        let reaction = inbound.message.as_str();
        let Some(message) = message_of(reaction).map(str::to_owned) else { return };
        let mut there = self.0.get(&message).cloned().unwrap_or_default();
        there.retain(|one| one != reaction);
        if matches!(inbound.kind, InboundKind::Reaction { .. }) && there.len() < REACTIONS {
            there.push(reaction.to_owned());
        }
        if there.is_empty() { self.0.remove(&message) } else { self.0.put(message, there) }
    }

    /// Those that an event takes off: of one emoji where it names one, else all of its message.
    pub(super) fn cleared(&self, event: &Value) -> Vec<String> {
        let Some(there) = id(event, "message_id").and_then(|message| self.0.get(&message)) else {
            return Vec::new();
        };
        let emoji = normalise::emoji(event).map(|(full, _)| full);
        let is_meant =
            |reaction: &&String| emoji.as_deref().is_none_or(|emoji| emoji_of(reaction) == Some(emoji));
        there.iter().filter(is_meant).cloned().collect()
    }
}

/// A reaction's id is `r:<message>:<account>:<emoji>`.
fn message_of(reaction: &str) -> Option<&str> {
    reaction.strip_prefix("r:")?.split(':').next()
}

fn emoji_of(reaction: &str) -> Option<&str> {
    reaction.splitn(4, ':').nth(3)
}
