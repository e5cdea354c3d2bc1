//! What an adapter is asked to do, and what became of it.

use crate::content::{Attachment, Body};
use crate::ids::{AccountId, ChatId, MessageId, OpId, TopicId};
use crate::private::Private;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// One complete order to an adapter. It holds everything that is needed: an adapter decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Op {
    /// Stable across attempts and restarts. Becomes the platform's idempotency key where there is one.
    pub id: OpId,
    /// Where.
    pub chat: ChatId,
    /// In which topic; `None` is the chat itself.
    pub topic: Option<TopicId>,
    /// How often it was tried before; 0 is the first time.
    pub attempt: u32,
    /// What.
    pub operation: Operation,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// Post a message.
    Create {
        /// Under whose name.
        voice: Voice,
        /// What it says; the caption when there is one file. An adapter renders and escapes it.
        body: Body,
        /// Files, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
        /// The message it answers, on this platform.
        reply_to: Option<MessageId>,
        /// Team members whom the message is to call. Only they are notified, whatever the body says.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<Mention>,
    },
    /// Change what a message says. `Delivered.parts` are all its parts as they are then: those that were changed, then
    /// those that were added; what became too many is taken away. Files stay as they are.
    Edit {
        /// Its parts so far.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<MessageId>,
        /// Under whose name, as when it was posted.
        voice: Voice,
        /// All that it says now.
        body: Body,
    },
    /// Take messages or reactions back. What is gone already is well; what the platform cannot take back is refused.
    Delete {
        /// All of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<MessageId>,
    },
    /// React to a message. `Delivered.parts` is the reaction's id, for `Delete`.
    React {
        /// The message, on this platform. Nothing until it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<MessageId>,
        /// The emoji. One that the platform does not have is shown as the nearest, or refused.
        key: Private,
    },
    /// Open a topic in the team chat; its first post is the card. `Delivered.topic` must name it.
    OpenTopic {
        /// The customer's name and the thread's number.
        title: Private,
        /// Shown on the topic itself where the platform can (icon, tag, first word).
        state: TopicState,
        /// For a list of topics that counts down; nothing while nothing is owed. The card says it in words, so that a
        /// platform without such a list leaves it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Due>,
        /// The first post.
        card: Private,
    },
    /// Show a topic's new title, state and card, and until when something is due. Repeating it is harmless.
    SetTopic {
        /// As in `OpenTopic`.
        title: Private,
        /// As in `OpenTopic`.
        state: TopicState,
        /// As in `OpenTopic`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Due>,
        /// As in `OpenTopic`.
        card: Private,
    },
    /// Show the delivery state on an agent's own message. Repeating it is harmless.
    Mark {
        /// The agent's message.
        message: MessageId,
        /// What to show. A later mark replaces an earlier one.
        mark: Mark,
    },
}

impl Operation {
    /// Whether it makes a message.
    #[must_use]
    pub const fn is_message(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::OpenTopic { .. })
    }

    /// A word for logs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::React { .. } => "react",
            Self::OpenTopic { .. } => "open_topic",
            Self::SetTopic { .. } => "set_topic",
            Self::Mark { .. } => "mark",
        }
    }
}

/// Under whose name a message appears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// A person's: an agent towards customers, a customer towards the team.
    Persona(Persona),
    /// The bridge itself speaks. Shown as the bot's own, as a notice where the platform has notices.
    Bridge,
}

/// How a person appears on the other side. The name is already cleaned and cannot break a line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// Opaque and stable for the person within the channel, ASCII, at most 64 characters.
    pub id: String,
    /// The whole name as it is to be read, e.g. `Anna (Support)`.
    pub name: Private,
}

impl fmt::Debug for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Persona({})", self.id)
    }
}

/// A team member whom a message calls, so that their device tells them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The account on the platform of the message.
    pub account: AccountId,
    /// The name as the body has it; its first occurrence is what calls. A body without it is followed by the call.
    pub name: Private,
}

/// What a thread waits for, as the list of topics shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TopicState {
    /// The customer waits for an answer.
    Waiting,
    /// The last word is the team's.
    Answered,
    /// Past due.
    Overdue,
    /// Closed.
    Closed,
}

impl TopicState {
    /// A sign for platforms that can show nothing but text.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Waiting => "🟡",
            Self::Answered => "🟢",
            Self::Overdue => "🔴",
            Self::Closed => "⚪",
        }
    }
}

/// Until when an answer is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// It has to be there by then, or had to be.
    At(Timestamp),
    /// The clock stands. It goes on by itself then, if nobody lets it go on before.
    PausedUntil(Timestamp),
}

/// The delivery state of an agent's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// On its way (held back by a grace period, a limit or a retry).
    Pending,
    /// The customer's platform has it.
    Delivered,
    /// It was refused; a sentence in the topic says why.
    Refused,
    /// It may not have arrived.
    Unknown,
}

impl Mark {
    /// A sign for platforms that show the mark as a reaction.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Pending => "🕓",
            Self::Delivered => "✅",
            Self::Refused => "❌",
            Self::Unknown => "❓",
        }
    }
}

/// What became of one attempt. The distinction that matters: *certainly not* (`Later`, `Refused`, `Heal`)
/// against *perhaps* (`Unknown`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The platform has it: the ids of all parts, in order.
    Delivered {
        /// The ids of the messages made; empty for operations that make none.
        parts: Vec<MessageId>,
        /// The topic that was opened, for `OpenTopic`.
        topic: Option<TopicId>,
    },
    /// It was certainly not done and never will be as it stands.
    Refused(Refusal),
    /// It was certainly not done, but may be done later.
    Later {
        /// The platform's own wait, obeyed exactly; `None` leaves it to the outbox.
        after: Option<Duration>,
        /// Whether the wait holds for the whole channel (`true`) or for this chat alone.
        whole_channel: bool,
        /// For the log: no content, no names.
        reason: String,
    },
    /// It was certainly not done; something else has to be done first.
    Heal(Heal),
    /// The answer was lost: it may or may not have been done.
    Unknown {
        /// For the log: no content, no names.
        reason: String,
    },
}

/// Why a platform will not do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What exactly is refused.
    pub scope: RefusalScope,
    /// What stands in the way, as far as the bridge has words for it.
    #[serde(default)]
    pub cause: Cause,
    /// The platform's reason in plain words, for agents. No token, no body.
    pub reason: String,
}

impl Refusal {
    /// A refusal that the platform alone has words for.
    #[must_use]
    pub fn new(scope: RefusalScope, reason: impl Into<String>) -> Self {
        Self { scope, cause: Cause::Other, reason: reason.into() }
    }

    /// A message that is refused for a known cause.
    #[must_use]
    pub fn because(cause: Cause, reason: impl Into<String>) -> Self {
        Self { scope: RefusalScope::Message, cause, reason: reason.into() }
    }
}

/// What stands in the way of an operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// See the reason.
    #[default]
    Other,
    /// The platform cannot do this at all, or not with this message any more.
    NotPossible,
    /// A file is larger than this platform takes.
    FileTooLarge,
    /// A file is not there any more where it came from.
    FileGone,
    /// A file is not taken as it is.
    FileRefused,
}

impl Cause {
    /// Whether the message could go without its files.
    #[must_use]
    pub const fn is_of_files(self) -> bool {
        matches!(self, Self::FileTooLarge | Self::FileGone | Self::FileRefused)
    }
}

/// What exactly a platform refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalScope {
    /// This message; others may pass.
    Message,
    /// Everything to this chat (blocked, left, no permission): its lane is wedged until something changes.
    Chat,
}

/// What has to be done before an operation can succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heal {
    /// The topic is gone: open a new one.
    TopicGone,
    /// The chat goes on elsewhere.
    ChatMoved(ChatId),
}

/// What looking at the platform's history showed after an unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    Yes {
        /// As in `Outcome::Delivered`.
        parts: Vec<MessageId>,
        /// As in `Outcome::Delivered`.
        topic: Option<TopicId>,
    },
    /// It is certainly not there: it may be sent again.
    No,
    /// The platform does not tell.
    CannotTell,
    /// The platform could not be asked now; ask again later.
    Later {
        /// For the log: no content, no names.
        reason: String,
    },
}
