//! What an adapter says happened on its platform, normalised.
//!
//! Texts are plain strings here, because the desk has not yet said whose they are; they become
//! [`crate::Private`] before anything is stored. `Debug` shows neither texts nor people.

use crate::content::Content;
use crate::ids::{AccountId, ChatId, MessageId, TopicId};
use jiff::Timestamp;
use std::fmt;

/// The longest raw event that is kept.
pub const RAW_MAX: usize = 32 * 1024;

/// The longest text that a link to a chat carries.
pub const PAYLOAD_MAX: usize = 256;

/// One thing that happened in one chat of a channel.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    /// Where.
    pub chat: ChatId,
    /// The platform-native thread it is in, where there is one. Only the team's side has topics.
    pub topic: Option<TopicId>,
    /// The platform's id of this happening. `(channel, chat, message, version)` deduplicates.
    pub message: MessageId,
    /// 0 for a happening that has no versions. Edits carry a number that grows with each edit.
    pub version: u64,
    /// The platform's own time of it.
    pub at: Timestamp,
    /// Who did it.
    pub author: Author,
    /// What it was.
    pub kind: InboundKind,
}

/// Who did something, as the platform tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct Author {
    /// The account. Agents are known by it, and by nothing else.
    pub account: AccountId,
    /// The display name the person chose. Never trusted, cleaned before it is shown.
    pub name: String,
    /// Whether the platform says that this is a program. Programs are never relayed.
    pub is_bot: bool,
}

/// What happened.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InboundKind {
    /// A new message.
    Message {
        /// What it says, with the platform's own fallbacks (quotes, prefixes) already taken off.
        content: Content,
        /// The message it answers by a deliberate act of its author. A technical fallback is none.
        reply_to: Option<MessageId>,
    },
    /// A message says something else now. `Inbound::message` is the message that was edited.
    Edit {
        /// All that it says now.
        content: Content,
    },
    /// A message or a reaction was taken back. `Inbound::message` is what was deleted.
    Delete,
    /// Somebody reacted to a message. `Inbound::message` is the reaction's own id; an adapter whose platform has none
    /// makes one of the message, the account and the key.
    Reaction {
        /// The message.
        of: MessageId,
        /// The emoji, or the short name of a custom one.
        key: String,
    },
    /// A message of a kind that is not carried (yet). Shown to both sides, never lost.
    Unsupported {
        /// The platform's word for the kind, e.g. `m.image`; short, ASCII, no content.
        what: String,
        /// The text that came with it, if any (a caption, a file's name).
        text: Option<String>,
        /// The event as it came, for whoever has to look into it; at most [`RAW_MAX`] bytes, or nothing.
        raw: Option<String>,
    },
    /// A customer opened the chat without a word yet: pressed a start button, asked for a new matter.
    Started {
        /// What the link they came by carries, e.g. the page it stood on; at most [`PAYLOAD_MAX`] characters.
        payload: Option<String>,
        /// The language of their app, as a language tag.
        language: Option<String>,
    },
    /// A team member wrote in a way that hides who they are. Nothing is relayed without a name; they are told so.
    Nameless,
    /// A message that could not be decrypted.
    Undecryptable,
    /// The customer left, blocked or deleted the chat: what is sent there will not arrive.
    CustomerGone,
    /// The chat goes on elsewhere (a room upgrade, a group migration); threads follow it.
    ChatMoved {
        /// Where it goes on.
        to: ChatId,
    },
    /// Messages before this one may be missing: the platform no longer has them.
    Gap,
}

impl InboundKind {
    /// A word for logs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Message { .. } => "message",
            Self::Edit { .. } => "edit",
            Self::Delete => "delete",
            Self::Reaction { .. } => "reaction",
            Self::Unsupported { .. } => "unsupported",
            Self::Started { .. } => "started",
            Self::Nameless => "nameless",
            Self::Undecryptable => "undecryptable",
            Self::CustomerGone => "customer_gone",
            Self::ChatMoved { .. } => "chat_moved",
            Self::Gap => "gap",
        }
    }
}

impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("kind", &self.kind.word())
            .field("chat", &self.chat)
            .field("topic", &self.topic)
            .field("message", &self.message)
            .field("version", &self.version)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for InboundKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Debug for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Author(…)")
    }
}
