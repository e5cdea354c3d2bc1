//! What happened, for ever. The journal is the audit, and the state is its fold (`apply`).

use crate::clock::{Clock, Why};
use crate::commitment::{Commitment, Offer};
use crate::policy::{Addressee, ClockKind, Priority};
use crate::raised::Raise;
use crate::rows::is_false;
use jiff::{SignedDuration, Timestamp};
use port::{AgentName, Attachment, Body, CustomerId, MessageId, Place, Private, ThreadId, TopicId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A past fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When the bridge recorded it.
    pub at: Timestamp,
    /// What it was.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the words of the glossary")]
pub enum Fact {
    /// A customer wrote for the first time in a chat.
    CustomerMet { customer: CustomerId, place: Place, account: Private, name: Private },
    /// Somebody opened a chat without a word.
    ChatStarted {
        place: Place,
        message: MessageId,
        /// What the link they came by carries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<Private>,
        /// The language of their app, if the bridge has words for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// A customer chose another display name.
    CustomerRenamed { customer: CustomerId, name: Private },
    /// A thread was opened by the customer's message of that time.
    ThreadOpened {
        thread: ThreadId,
        customer: CustomerId,
        place: Place,
        team: String,
        team_place: Place,
        previous: Option<ThreadId>,
        written_at: Timestamp,
        /// What rules say of that message; `Tagged` tells of the thread.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        tags: BTreeSet<String>,
    },
    /// A thread goes on; `by` is the agent, or nobody when the customer wrote again.
    ThreadReopened { thread: ThreadId, by: Option<AgentName> },
    /// A thread was closed.
    ThreadClosed { thread: ThreadId, by: AgentName },
    /// Somebody looks after a thread now; a claim is an assignment to oneself.
    ThreadAssigned { thread: ThreadId, to: AgentName, by: AgentName },
    /// Nobody looks after a thread now.
    ThreadReleased { thread: ThreadId, by: AgentName },
    /// The customer wrote; `version` is not 0 when the message itself was never seen, only a change of it. `what` names a kind that could not be carried; then `body` is what came with it.
    CustomerWrote {
        thread: ThreadId,
        message: MessageId,
        version: u64,
        written_at: Timestamp,
        body: Body,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
        what: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        raw: Option<Private>,
        /// Another account than the customer's own, in a chat of several people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<Private>,
        /// What rules say of it; `Tagged` tells of the thread.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        tags: BTreeSet<String>,
    },
    /// The customer changed a message; `files` came with the change, and not before.
    CustomerEdited {
        thread: ThreadId,
        place: Place,
        message: MessageId,
        version: u64,
        written_at: Timestamp,
        body: Body,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
    },
    /// The customer took a message back. Its text stays.
    CustomerDeleted { thread: ThreadId, place: Place, message: MessageId, written_at: Timestamp },
    /// The customer left or blocked the chat.
    CustomerLeft { thread: ThreadId, message: MessageId },
    /// Messages may be missing before this point.
    GapSeen { thread: ThreadId, message: MessageId },
    /// The customer's chat goes on elsewhere.
    ChatMoved { thread: ThreadId, from: Place, to: Place },
    /// A note was written; `agent` is nobody for an account that is not configured.
    NoteWritten {
        thread: ThreadId,
        message: MessageId,
        agent: Option<AgentName>,
        body: Body,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
    },
    /// An agent gave an instruction.
    CommandGiven {
        thread: Option<ThreadId>,
        place: Place,
        message: MessageId,
        agent: AgentName,
        word: String,
    },
    /// Somebody who is not an agent tried to answer or to command, and was refused.
    StrangerRefused { thread: Option<ThreadId>, place: Place, message: MessageId },
    /// An agent changed (or deleted) an own message; `body` is what it says now.
    TeamMessageChanged {
        thread: ThreadId,
        place: Place,
        message: MessageId,
        version: u64,
        deleted: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Body>,
    },
    /// An agent's reply waits for the end of its grace period.
    ReplyHeld {
        thread: ThreadId,
        message: MessageId,
        agent: AgentName,
        body: Body,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
        due: Timestamp,
        number: u64,
    },
    /// An agent's held reply was stopped.
    ReplyStopped { thread: ThreadId, message: MessageId },
    /// An agent's reply goes out.
    ReplyWritten {
        thread: ThreadId,
        message: MessageId,
        agent: AgentName,
        body: Body,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
        held: bool,
    },
    /// The customer's platform has a reply, as these messages.
    ReplyDelivered { thread: ThreadId, message: MessageId, parts: Vec<MessageId> },
    /// A change of a reply is at the customer; it is these messages now, or none when it was taken back.
    ReplyChanged { thread: ThreadId, message: MessageId, parts: Vec<MessageId> },
    /// A reply was refused; `wedged` is its place in the lane when everything to the chat is refused.
    ReplyRefused { thread: ThreadId, message: MessageId, reason: String, wedged: Option<u64> },
    /// A reply may not have arrived.
    ReplyUnknown { thread: ThreadId, message: MessageId },
    /// What was set aside or wedged is tried again.
    Retried {
        thread: ThreadId,
        by: Option<AgentName>,
        count: u64,
        /// The replies among it: they are on their way again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replies: Vec<MessageId>,
    },
    /// The team sees a customer's message, as these messages.
    CopyDelivered {
        thread: ThreadId,
        message: MessageId,
        parts: Vec<MessageId>,
        /// Others are shown as the very same messages.
        #[serde(default, skip_serializing_if = "is_false")]
        shared: bool,
    },
    /// Somebody reacted; `by` is the agent, or nobody when the customer did.
    Reacted {
        thread: ThreadId,
        place: Place,
        message: MessageId,
        of: MessageId,
        key: Private,
        by: Option<AgentName>,
    },
    /// The other side sees a reaction.
    ReactionDelivered { thread: ThreadId, place: Place, message: MessageId, parts: Vec<MessageId> },
    /// Somebody took a reaction back.
    ReactionTakenBack { thread: ThreadId, place: Place, message: MessageId },
    /// The team's platform refused a customer's message.
    CopyRefused { thread: ThreadId, message: MessageId, reason: String },
    /// A customer's message may be missing in the topic.
    CopyUnknown { thread: ThreadId, message: MessageId },
    /// The bridge's own words were posted on a side.
    NoticePosted { thread: ThreadId, place: Place, parts: Vec<MessageId> },
    /// A topic was opened; its first post is the card.
    TopicOpened { thread: ThreadId, topic: TopicId, parts: Vec<MessageId> },
    /// The topic is gone.
    TopicLost { thread: ThreadId, topic: TopicId },
    /// A clock began to run.
    ClockStarted { thread: ThreadId, clock: Clock },
    /// A clock stands until then, or until it is told to go on.
    ClockPaused { thread: ThreadId, kind: ClockKind, until: Timestamp, why: Why, by: AgentName },
    /// A clock goes on; this is how.
    ClockResumed { thread: ThreadId, clock: Clock, why: Why, by: Option<AgentName> },
    /// A clock runs under another policy now, or another one of the same name.
    ClockMoved { thread: ThreadId, clock: Clock, why: Why, by: Option<AgentName> },
    /// Somebody was told of a clock; so much of the time allowed was over.
    ClockTold { thread: ThreadId, kind: ClockKind, percent: u32, tell: Vec<Addressee> },
    /// The time allowed is over.
    ClockBreached { thread: ThreadId, kind: ClockKind, due: Timestamp },
    /// An answer arrived, or the thread was closed, after so much time on the wall and so much working time.
    ClockMet {
        thread: ThreadId,
        kind: ClockKind,
        policy: String,
        since: Timestamp,
        by: AgentName,
        wall: SignedDuration,
        working: SignedDuration,
        late: bool,
    },
    /// Nothing is owed any more, without an answer.
    ClockVoided { thread: ThreadId, kind: ClockKind, by: Option<AgentName>, why: Why },
    /// An agent says that no answer is needed.
    NoReplyNeeded { thread: ThreadId, by: AgentName },
    /// These are a thread's tags now; by an agent, or by rules.
    Tagged {
        thread: ThreadId,
        tags: BTreeSet<String>,
        by: Option<AgentName>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rules: Vec<String>,
    },
    /// How urgent a thread is now.
    PrioritySet {
        thread: ThreadId,
        priority: Priority,
        by: Option<AgentName>,
        /// The rules that say so, where an agent does not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        raised: Vec<Raise>,
        /// Nobody chose it: the agent took a tag away for which rules had raised it.
        #[serde(default, skip_serializing_if = "is_false")]
        fell: bool,
    },
    /// In which language the customer writes.
    LanguageSet { thread: ThreadId, language: String },
    /// An agent or a rule chose the policy; nothing when the first that fits holds again.
    PolicySet { thread: ThreadId, policy: Option<String>, by: Option<AgentName> },
    /// What kind of customer this is.
    SegmentSet { thread: ThreadId, customer: CustomerId, segment: Option<String>, by: AgentName },
    /// Until when an answer has to be there, or the thread goes back to the team.
    ClaimTimed { thread: ThreadId, until: Option<Timestamp> },
    /// Words of a reply read like a promise.
    PromiseOffered { thread: ThreadId, offer: Offer },
    /// An agent promised something.
    PromiseMade { thread: ThreadId, promise: Commitment },
    /// Whose word it is was reminded.
    PromiseReminded { thread: ThreadId, number: u32 },
    /// A promise was not kept by its time.
    PromiseBroken { thread: ThreadId, number: u32, by: AgentName, due: Timestamp },
    /// A promise is done, as somebody says; `by` is whose word it was.
    PromiseDone {
        thread: ThreadId,
        number: u32,
        by: AgentName,
        said_by: AgentName,
        due: Timestamp,
        late: bool,
    },
    /// Nobody answered: the thread is the team's again.
    ClaimExpired { thread: ThreadId, agent: AgentName },
}
