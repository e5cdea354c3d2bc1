//! What a platform can do in one chat, as data.

use std::time::Duration;

/// What can be done in a chat. Asked per chat, because a direct message and a forum differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The longest text of one message. Longer texts are split by the adapter.
    pub text_limit: Limit,
    /// How a persona appears.
    pub identity: Identity,
    /// Whether the team's side has topics.
    pub topics: Support,
    /// Whether an agent's message can carry a mark. Where it cannot, the bridge answers in words.
    pub marks: Support,
    /// Whether messages can be changed.
    pub edits: Support,
    /// Whether messages can be taken back.
    pub deletes: Support,
    /// Whether messages can be reacted to.
    pub reactions: Support,
    /// The largest file, in bytes; nothing when files cannot be sent.
    pub file_max: Option<u64>,
    /// Whether a repeat of the same operation id is recognised by the platform.
    pub idempotency: Idempotency,
    /// Whether messages missed while the bridge was down can be fetched.
    pub backfill: bool,
    /// Rate limits. The outbox obeys all of them at once.
    pub budgets: Vec<Budget>,
}

/// A maximum and what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// At most so many units.
    pub max: usize,
    /// What is counted.
    pub unit: Unit,
}

/// What a text limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// UTF-16 code units (Telegram).
    Utf16,
    /// Unicode scalar values (Discord).
    Chars,
    /// UTF-8 bytes (Matrix).
    Bytes,
}

impl Unit {
    /// How many units a text has.
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        match self {
            Self::Utf16 => text.encode_utf16().count(),
            Self::Chars => text.chars().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// How a persona appears in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The platform shows the name beside the message.
    Native,
    /// The name is a prefix of the text.
    PrefixOnly,
}

/// How far something is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// As asked.
    Full,
    /// In a lesser form.
    Partial,
    /// Not at all: the operation is accepted and does nothing.
    Dropped,
    /// Not at all: the operation is refused.
    Rejected,
}

/// Whether a platform recognises a repeat of an operation id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// For so long after the first attempt a repeat gives the first result.
    Key {
        /// How long the platform remembers.
        window: Duration,
    },
    /// A repeat is a second message.
    None,
}

impl Idempotency {
    /// Whether an attempt first made `ago` may be repeated blindly.
    #[must_use]
    pub fn covers(self, ago: Duration) -> bool {
        match self {
            Self::Key { window } => ago < window,
            Self::None => false,
        }
    }
}

/// At most `max` operations in any stretch of `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// What shares the budget.
    pub scope: Scope,
    /// What is counted.
    pub counts: Counts,
    /// How many.
    pub max: u32,
    /// In what time.
    pub per: Duration,
}

/// What a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counts {
    /// Every operation.
    Everything,
    /// New messages alone: `Create` and `OpenTopic`.
    Messages,
}

/// What shares a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// All chats of the channel together.
    Channel,
    /// Each chat alone; all its topics together.
    Chat,
}
