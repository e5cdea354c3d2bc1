//! What waits to be done on a platform.

use super::is_false;
use crate::key::Lane;
use jiff::Timestamp;
use port::{MessageId, OpId, Operation, ThreadId};
use serde::{Deserialize, Serialize};

/// An operation in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// The operation's id for ever.
    pub id: OpId,
    /// Its lane.
    pub lane: Lane,
    /// Its place in the lane.
    pub seq: u64,
    /// The thread it is for.
    pub thread: Option<ThreadId>,
    /// Whether it goes into the thread's topic, whichever that is when it is sent.
    pub in_topic: bool,
    /// What it is for; decides what follows from its outcome.
    pub purpose: Purpose,
    /// What is to be done.
    pub operation: Operation,
    /// The message that it answers or reacts to, on the side it comes from. What that is on the other side is looked
    /// up when it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<MessageId>,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was first tried, kept before the attempt where a repeat would be a second message.
    pub tried_at: Option<Timestamp>,
    /// Not to be tried before.
    pub not_before: Option<Timestamp>,
    /// What the next step is.
    pub phase: Phase,
    /// Customer's messages that were queued right behind this one and go with it as one post, as they were queued. They
    /// are in no place of their own any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gathered: Vec<Queued>,
    /// The platform refuses everything where it is to go; it waits until that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// It is a post of its own, whatever waits behind it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub alone: bool,
    /// The locale of the bridge's own words, where it is not the desk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// It says again what this operation said, of which nobody knows whether it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<OpId>,
}

impl Queued {
    /// The operation that takes its place under another id: what was tried was another one.
    #[must_use]
    pub fn replaced(&self, id: OpId, now: Timestamp) -> Self {
        Self { id, queued_at: now, ..self.clone() }.untried()
    }

    /// As it was before it was tried.
    #[must_use]
    pub fn untried(self) -> Self {
        let (phase, attempts) = (Phase::Send, 0);
        Self { phase, attempts, tried_at: None, not_before: None, refused: None, ..self }
    }

    /// The agent's message that it carries.
    #[must_use]
    pub fn reply(&self) -> Option<MessageId> {
        if let Purpose::Reply { message } = &self.purpose { Some(message.clone()) } else { None }
    }
}

/// That a platform refuses everything somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Since when the bridge knows.
    pub since: Timestamp,
    /// Why, in the platform's words; no content.
    pub reason: String,
}

impl Refused {
    /// What is known after another refusal.
    #[must_use]
    pub fn again(before: Option<Self>, now: Timestamp, reason: &str) -> Self {
        let since = before.map_or(now, |before| before.since);
        Self { since, reason: reason.to_owned() }
    }
}

/// What an operation is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Shows a customer's message to the team.
    Copy {
        /// The customer's message.
        of: MessageId,
    },
    /// Carries an agent's answer to the customer.
    Reply {
        /// The agent's message.
        message: MessageId,
    },
    /// Changes or takes back what a message is on the other side.
    Change {
        /// The message.
        of: MessageId,
        /// Where it is.
        side: Side,
    },
    /// Reacts, or takes a reaction back.
    React {
        /// The reaction itself.
        of: MessageId,
        /// Where it was made.
        side: Side,
    },
    /// Opens the topic.
    Topic,
    /// Shows the topic's new state, or a mark.
    Show,
    /// The bridge's own words.
    Notice,
}

/// One of the two sides of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The customer's chat.
    Customer,
    /// The team's.
    Team,
}

/// What the next step of an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Send it.
    Send,
    /// Look whether it was sent.
    Reconcile,
    /// Wait for a person, or for the customer's next message.
    Wedged,
}
