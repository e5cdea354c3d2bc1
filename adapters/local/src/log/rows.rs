//! What is kept on the shelf: the shapes of the rows and their keys.
//!
//! Field names are stored; a field may be added with a default, never renamed.

use jiff::Timestamp;
use port::{Body, Due, FileKind, Mark, Private, TopicState};
use serde::{Deserialize, Serialize};

/// Numbers count upwards to this; keys that are to be read backwards count down from it.
const TOP: u64 = 999_999_999_999;

/// Holds the number of the latest entry.
pub(crate) const HEAD: &str = "head";
/// Holds what a browser that knows the credential is known by.
pub(crate) const SESSION: &str = "session";
/// The prefix of the log.
pub(crate) const LOG: &str = "log/";

pub(crate) fn log_key(seq: u64) -> String {
    format!("{LOG}{seq:012}")
}

/// The prefix of the messages of one place, latest first.
pub(crate) fn place_prefix(chat: &str, topic: Option<&str>) -> String {
    format!("msg/{chat}/{}/", topic.unwrap_or("-"))
}

pub(crate) fn message_key(chat: &str, topic: Option<&str>, seq: u64) -> String {
    format!("{}{:012}", place_prefix(chat, topic), TOP.saturating_sub(seq))
}

pub(crate) fn customer_key(chat: &str) -> String {
    format!("customer/{chat}")
}

pub(crate) fn topic_key(room: &str, topic: &str) -> String {
    format!("topic/{room}/{topic}")
}

pub(crate) fn operation_key(op: &str) -> String {
    format!("op/{op}")
}

pub(crate) fn file_key(file: &str) -> String {
    format!("file/{file}")
}

/// The prefix of the files that no message has yet.
pub(crate) const WAITING: &str = "waiting/";

pub(crate) fn waiting_prefix(chat: &str) -> String {
    format!("{WAITING}{chat}/")
}

/// No part of a key is sealed, so the account that gave the number is in the row.
pub(crate) fn client_key(chat: &str, client_id: &str) -> String {
    format!("client/{chat}/{client_id}")
}

/// The latest number that was given out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) seq: u64,
}

/// The cookie's value, and the credential it was given for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) value: Private,
    pub(crate) credential: Private,
}

/// One thing that happened on this platform, in the order in which it happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) chat: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// A customer came.
    Arrived,
    /// Somebody wrote; the number of the entry is the message's.
    Posted(Message),
    /// An author gave a message a new text; the files are those it has.
    Edited {
        message: u64,
        author: Author,
        text: Body,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Filed>,
    },
    /// An author took a message back.
    Deleted { message: u64, author: Author },
    /// Somebody reacted to a message; the number of the entry is the reaction's.
    Reacted { message: u64, author: Author, key: Private },
    /// Somebody took a reaction back.
    Unreacted { reaction: u64, message: u64, author: Author },
    /// The bridge changed a message (a mark, a new card, another text), or took it back.
    Changed { message: u64 },
    /// A topic was opened, or has a new title, state or last message.
    Topic { topic: String },
}

/// A message as it is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) author: Author,
    /// Gone when its author took it back.
    pub(crate) text: Option<Body>,
    /// Gone with the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<Filed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reactions: Vec<Reaction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<u64>,
    #[serde(default)]
    pub(crate) edited: bool,
    /// Whether it is the first post of a topic.
    #[serde(default)]
    pub(crate) card: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<Mark>,
}

/// A file of a message. Its bytes are in the channel's directory, under its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filed {
    pub(crate) id: String,
    pub(crate) kind: FileKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Private>,
    /// What its bytes are, not what somebody said.
    pub(crate) mime: String,
    /// In bytes.
    pub(crate) size: u64,
}

/// Where a file is needed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FileRow {
    pub(crate) file: Filed,
    pub(crate) chat: String,
    /// Who brought it.
    pub(crate) account: Private,
    pub(crate) at: Timestamp,
    /// Whether it is in a message; before that, only the one who brought it can use it.
    pub(crate) used: bool,
    /// Sealed as the text beside it: a file whose seal is erased is not there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seal: Option<Private>,
}

/// A file that no message has yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) file: String,
    pub(crate) at: Timestamp,
}

/// Somebody's reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reaction {
    /// Its number: a reaction is known by it as a message is.
    pub(crate) seq: u64,
    pub(crate) author: Author,
    /// The emoji.
    pub(crate) key: Private,
}

/// Who wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Author {
    pub(crate) kind: AuthorKind,
    /// The customer's chat, the agent's handle, the persona's id.
    pub(crate) account: Private,
    pub(crate) name: Private,
}

/// On which side of the platform an author is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthorKind {
    /// In their own chat, through the customers' page.
    Customer,
    /// In a room, through the team page.
    Agent,
    /// Through the bridge, under a person's name.
    Persona,
    /// The bridge itself.
    Bridge,
}

impl AuthorKind {
    /// Whether what is written is news to the bridge.
    pub(crate) const fn is_heard(self) -> bool {
        matches!(self, Self::Customer | Self::Agent)
    }
}

/// A customer of this platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Customer {
    pub(crate) chat: String,
    pub(crate) name: Private,
    /// The language the customer asked for, e.g. `de`.
    pub(crate) language: Option<String>,
    /// What a browser shows to be this customer.
    pub(crate) secret: Private,
    pub(crate) at: Timestamp,
}

/// A topic of a room.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Topic {
    pub(crate) id: String,
    pub(crate) room: String,
    pub(crate) title: Private,
    pub(crate) state: TopicState,
    /// Until when an answer is due, while one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<Due>,
    /// The number of its first post.
    pub(crate) card: u64,
    /// Since when the customer waits, has an answer, or the topic is closed.
    pub(crate) since: Timestamp,
    /// The number by which it is sorted among its like.
    pub(crate) order: u64,
    pub(crate) last_at: Timestamp,
    /// The number of the latest message in it.
    pub(crate) last: u64,
    /// The beginning of the latest message in it.
    pub(crate) preview: Private,
}

impl Topic {
    /// The row under which the topic is listed.
    pub(crate) fn listing(&self) -> String {
        let group = Group::of(self.state);
        let order = if group == Group::Waiting { self.order } else { TOP.saturating_sub(self.order) };
        format!("{}{order:012}", group.prefix(&self.room))
    }
}

/// Topics of the same kind are listed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Group {
    /// The customer waits; the longest waiting first.
    Waiting,
    /// The last word is the team's; the latest first.
    Answered,
    /// Closed; the latest first.
    Closed,
}

impl Group {
    /// In the order in which they matter.
    pub(crate) const ALL: [Self; 3] = [Self::Waiting, Self::Answered, Self::Closed];

    pub(crate) const fn of(state: TopicState) -> Self {
        match state {
            TopicState::Waiting | TopicState::Overdue => Self::Waiting,
            TopicState::Answered => Self::Answered,
            TopicState::Closed => Self::Closed,
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }

    pub(crate) fn prefix(self, room: &str) -> String {
        format!("list/{room}/{}/", self.word())
    }
}

/// A listed topic.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) topic: String,
}

/// What an operation made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) parts: Vec<u64>,
    pub(crate) topic: Option<String>,
}

/// What a browser's own number of a post stands for: one post for each account that gave it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Numbered {
    pub(crate) account: Private,
    pub(crate) posted: Posted,
}

/// A post that was kept.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Posted {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
}
