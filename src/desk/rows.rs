//! What is remembered, row by row. Stored as JSON with field names, so that an old row is readable for ever.

mod outbox;

pub use outbox::{Phase, Purpose, Queued, Refused, Side};

use crate::clock::{Clock, Followed};
use crate::commitment::{Commitment, Offer};
use crate::digest::{Due, Rhythm};
use crate::event::Event;
use crate::figures::Figure;
use crate::key::{Key, Lane};
use crate::policy::{ClockKind, Priority};
use crate::raised::Raised;
use jiff::Timestamp;
use port::{
    AgentName, Attachment, Body, ChannelName, CustomerId, MessageId, Place, Private, ThreadId, TopicId,
    TopicState,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// How many of each there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Threads ever opened; the last one's number.
    pub threads: u64,
    /// Customers ever met; the last one's number.
    pub customers: u64,
    /// Events ever recorded; the last one's number.
    pub events: u64,
}

/// How many operations there ever were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operations {
    /// The last one's number.
    pub last: u64,
}

/// A customer's chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Who writes there.
    pub customer: CustomerId,
    /// The newest thread.
    pub thread: ThreadId,
    /// The operation at the head of its lane that was refused for the whole chat.
    pub wedged: Option<u64>,
    /// Replies in their grace period, in the order in which they go out.
    pub held: Vec<Held>,
}

/// What is known of a chat that was opened without a word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The latest openings that were answered.
    pub known: Vec<MessageId>,
    /// What the link they came by carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Private>,
    /// The language of their app, if the bridge has words for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A person outside who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Where the person writes.
    pub channel: ChannelName,
    /// The person's account there.
    pub account: Private,
    /// The cleaned display name; may be empty.
    pub name: Private,
    /// How many threads there were so far.
    pub threads: u64,
    /// What kind of customer it is, as policies know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
}

/// One customer's matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Whose.
    pub customer: CustomerId,
    /// The customer's chat; replies go there and nowhere else.
    pub place: Place,
    /// The name of the team that looks after it.
    pub team: String,
    /// The team's chat.
    pub team_place: Place,
    /// The topic in the team's chat, once it is open.
    pub topic: Option<TopicId>,
    /// Open or closed.
    pub open: bool,
    /// Who looks after it.
    pub assignee: Option<AgentName>,
    /// The platform's time of its first message.
    pub opened_at: Timestamp,
    /// When it was last closed.
    pub closed_at: Option<Timestamp>,
    /// Counts openings; the first is 1.
    pub episode: u32,
    /// The customer's thread before this one.
    pub previous: Option<ThreadId>,
    /// Runs of unanswered customer messages, oldest first: each is the first message after a reply was written.
    pub unanswered: Vec<Run>,
    /// Since when an answer was owed that had not arrived when the thread was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_unanswered: Option<Run>,
    /// The event number of the newest reply that was written.
    pub last_reply: u64,
    /// The customer left: nothing can be sent until a message comes.
    pub gone: bool,
    /// What it is about, as rules and agents say.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// How urgent it is.
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// What rules made of the priority since nobody set it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<Raised>,
    /// In which language the customer writes, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The policy that was chosen for it; otherwise the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The clocks that run or stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// Clocks that the policy of the moment does not know. Under one that does they go on with what they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shelved: Vec<Clock>,
    /// The last episode in which the first answer arrived; 0 when none did.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub responded: u32,
    /// Until when who looks after it has to have answered, or it goes back to the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_until: Option<Timestamp>,
    /// What was promised and is not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Commitment>,
    /// How many promises there were so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub promised: u32,
    /// What reads like a promise and could be made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The first of some unanswered customer messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The number of its event.
    pub event: u64,
    /// The platform's time of the message.
    pub at: Timestamp,
}

/// A reply in its grace period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The thread it was written in.
    pub thread: ThreadId,
    /// The agent's message.
    pub message: MessageId,
    /// When it goes out.
    pub due: Timestamp,
    /// The number in its timer's key.
    pub number: u64,
}

impl Thread {
    /// Since when the customer waits.
    #[must_use]
    pub fn waiting_since(&self) -> Option<Timestamp> {
        self.unanswered.first().map(|run| run.at)
    }

    /// What the list of topics shows.
    #[must_use]
    pub fn state(&self) -> TopicState {
        match (self.open, self.unanswered.is_empty()) {
            (false, _) => TopicState::Closed,
            (true, true) => TopicState::Answered,
            (true, false) if self.response().is_some_and(Clock::is_overdue) => TopicState::Overdue,
            (true, false) => TopicState::Waiting,
        }
    }

    /// The clock of the answer that is owed.
    #[must_use]
    pub fn response(&self) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.kind.is_response())
    }

    /// The lane of its topic.
    #[must_use]
    pub fn team_lane(&self, id: ThreadId) -> Lane {
        Lane { place: self.team_place.clone(), thread: Some(id) }
    }

    /// The lane of its customer.
    #[must_use]
    pub fn customer_lane(&self) -> Lane {
        Lane { place: self.place.clone(), thread: None }
    }
}

/// A message on either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The thread it belongs to; a command given outside of topics has none.
    pub thread: Option<ThreadId>,
    /// What it is.
    pub role: MessageRole,
    /// The newest version seen.
    pub version: u64,
    /// It was taken back.
    pub deleted: bool,
    /// What it is on the other side, part by part, once it is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<MessageId>,
    /// Who wrote a customers' message, where that is another account than the customer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Private>,
    /// It is a customers' message without any file, so that files which come with a change of it are new.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fileless: bool,
    /// Other messages are part of the same post on the other side, so that this one cannot be changed there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shared: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) const fn is_false(value: &bool) -> bool {
    !*value
}

impl Message {
    /// Whether nothing more happens to it unless somebody changes it, answers it or reacts to it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match &self.role {
            MessageRole::Customer => !self.copies.is_empty(),
            MessageRole::Reply { delivery, .. } => *delivery == Delivery::Delivered,
            MessageRole::CustomerCopy { .. }
            | MessageRole::ReplyCopy { .. }
            | MessageRole::Note
            | MessageRole::Command
            | MessageRole::Stranger
            | MessageRole::Reaction { .. }
            | MessageRole::Bridge => true,
        }
    }
}

/// What a message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageRole {
    /// A customer's own.
    Customer,
    /// A customer's, as the team sees it.
    CustomerCopy {
        /// The customer's own.
        of: MessageId,
    },
    /// An agent's answer, where the agent wrote it.
    Reply {
        /// The number of the event that recorded it.
        event: u64,
        /// How far it got.
        delivery: Delivery,
    },
    /// An agent's answer, as the customer sees it.
    ReplyCopy {
        /// The agent's own.
        of: MessageId,
    },
    /// Stays inside.
    Note,
    /// An instruction.
    Command,
    /// A message nobody may send (an account that is not an agent's).
    Stranger,
    /// Somebody's reaction to a message of the same side.
    Reaction {
        /// The message.
        of: MessageId,
    },
    /// The bridge's own words.
    Bridge,
}

/// How far a reply got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// In its grace period.
    Held,
    /// Stopped in its grace period.
    Stopped,
    /// On its way.
    Sent,
    /// The customer's platform has it.
    Delivered,
    /// Refused.
    Refused,
    /// May not have arrived.
    Unknown,
}

/// Which thread a topic belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// The thread.
    pub thread: ThreadId,
}

/// A line of a thread's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The number of its event.
    pub event: u64,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// A held reply goes out.
    SendReply {
        /// The agent's message.
        message: MessageId,
        /// Who wrote it.
        agent: AgentName,
        /// What it says.
        body: Body,
        /// Files that go with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
        /// The customer's message it answers.
        quotes: Option<MessageId>,
    },
    /// Strays have waited long enough.
    StraysExpire {
        /// Where they were written.
        place: Place,
        /// What they wait for.
        id: String,
    },
    /// A clock of the thread has to be looked at.
    Clock {
        /// Which.
        kind: ClockKind,
    },
    /// The claim of the thread is over.
    Claim,
    /// A promise of the thread has to be looked at.
    Promise {
        /// Which.
        number: u32,
    },
    /// A team reads how it went.
    Digest {
        /// The team's name.
        team: String,
        /// How often.
        rhythm: Rhythm,
    },
    /// More clocks follow the configuration.
    Follow,
}

/// Team messages that wait until what they point at is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// In the order they were written.
    pub messages: Vec<StrayMessage>,
}

/// One of them, as it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrayMessage {
    /// Its id.
    pub message: MessageId,
    /// The topic it was written in.
    pub topic: Option<TopicId>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The platform's time.
    pub at: Timestamp,
    /// Who wrote it.
    pub account: Private,
    /// The writer's display name.
    pub name: Private,
    /// What it says.
    pub text: Body,
    /// Files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// What became of a message that waits; nothing when this is the message itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<StrayChange>,
}

/// What became of a message before it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrayChange {
    /// It says something else now.
    Edited {
        /// Its version.
        version: u64,
    },
    /// It was taken back.
    Deleted,
}

/// How far a channel was received.
pub use port::Cursor;

/// Any row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant is the row of the same name")]
pub enum Row {
    Counters(Counters),
    Operations(Operations),
    Chat(Chat),
    Visit(Visit),
    Customer(Customer),
    Thread(Box<Thread>),
    Message(Message),
    Topic(Topic),
    Open(Topic),
    Line(Line),
    Event(Box<Event>),
    Timer(Box<Timer>),
    Queued(Box<Queued>),
    Stray(Stray),
    Cursor(Cursor),
    Figures(Box<Figure>),
    Digest(Due),
    Followed(Followed),
}

impl Row {
    /// Reads the row that belongs under a key.
    ///
    /// # Errors
    /// When the value is not such a row: the store was written by something else, or is damaged.
    pub fn read(key: &Key, value: Value) -> Result<Self, serde_json::Error> {
        use serde_json::from_value as read;
        Ok(match key {
            Key::Counters => Self::Counters(read(value)?),
            Key::Operations => Self::Operations(read(value)?),
            Key::Chat(_) => Self::Chat(read(value)?),
            Key::Visit(_) => Self::Visit(read(value)?),
            Key::Customer(_) => Self::Customer(read(value)?),
            Key::Thread(_) => Self::Thread(read(value)?),
            Key::Message(..) => Self::Message(read(value)?),
            Key::Topic(..) => Self::Topic(read(value)?),
            Key::Open { .. } => Self::Open(read(value)?),
            Key::Line(..) | Key::Watch(..) | Key::Owed { .. } => Self::Line(read(value)?),
            Key::Journal(_) => Self::Event(read(value)?),
            Key::Timer { .. } => Self::Timer(read(value)?),
            Key::Out(..) | Key::Aside(..) => Self::Queued(read(value)?),
            Key::Stray(..) => Self::Stray(read(value)?),
            Key::Cursor(_) => Self::Cursor(read(value)?),
            Key::Figures(_) => Self::Figures(read(value)?),
            Key::Digest { .. } => Self::Digest(read(value)?),
            Key::Followed => Self::Followed(read(value)?),
        })
    }
}
