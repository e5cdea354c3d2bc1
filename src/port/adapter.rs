//! The contract of an adapter, and the handles it is given.

use crate::capabilities::Capabilities;
use crate::content::MediaRef;
use crate::ids::{AccountId, ChannelName, ChatId, TopicId};
use crate::inbound::Inbound;
use crate::media::{Media, MediaError, MediaStream};
use crate::operation::{Found, Op, Outcome};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// How long an operation with files may take.
pub const FILES_TIME_MAX: Duration = Duration::from_mins(15);

/// One channel's connection to its platform.
///
/// An adapter normalises, renders and sends. It must not decide what is relayed, read a configuration, keep
/// state that a restart would miss (except in its [`Shelf`]), or log a body, a name, a handle or a token.
#[async_trait]
pub trait Adapter: Send + Sync {
    /// The channel this adapter serves.
    fn channel(&self) -> &ChannelName;

    /// What can be done in a chat. Called before every attempt; must not wait and must not change for a chat
    /// while the process runs, unless the platform said so.
    fn capabilities(&self, chat: &ChatId) -> Capabilities;

    /// Receives until `stop`. Called again with the last kept cursor, after a growing delay, when it fails.
    ///
    /// `from` is the last `next_cursor` that `intake` kept, or empty on the very first run. Everything the
    /// platform has after it must be handed over, oldest first within a chat; what was handed over before may
    /// come again. The platform may be told that something was received only after [`Intake::commit`] returned.
    async fn run(&self, from: Cursor, intake: Intake, stop: Stop) -> Result<(), AdapterError>;

    /// Carries out one operation, once. The outbox repeats; an adapter never does, except for a repeat that the
    /// platform's own key makes harmless. Never called twice at once for the same lane. Must come back within a
    /// minute, with files within [`FILES_TIME_MAX`]; what takes longer is taken as [`Outcome::Unknown`].
    ///
    /// `media` opens the operation's files; they are streamed, never gathered.
    async fn deliver(&self, op: &Op, media: &dyn Media) -> Outcome;

    /// After an unknown outcome: looks whether the operation was done. Must not send anything.
    async fn reconcile(&self, op: &Op) -> Found;

    /// Opens a file that this adapter handed over, for another one that is to send it. Only from its own platform.
    async fn open_media(&self, source: &MediaRef) -> Result<MediaStream, MediaError>;

    /// Shows for some seconds that somebody writes. A hint: asked for at most every four seconds, lost without harm, and
    /// left out where the platform cannot show it just there.
    async fn typing(&self, _chat: &ChatId, _topic: Option<&TopicId>) {}

    /// How the connection is, now and from now on.
    fn health(&self) -> watch::Receiver<Health>;

    /// Where customers write, as somebody is told who does not know the platform: an address to open, or what to write to.
    /// Nothing until the adapter knows. No secret, nobody's account but the bridge's own.
    fn entrance(&self) -> Option<String> {
        None
    }

    /// For `deskbridge check`: connects as `run` would, takes nothing, changes nothing, and says what it found.
    /// `rooms` are the team chats that the configuration names on this channel.
    async fn probe(&self, rooms: &[ChatId]) -> Vec<Probe>;
}

/// One finding of `deskbridge check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// Something works; a plain sentence says what.
    Well(String),
    /// Something does not work: what, and what to do about it.
    Wrong {
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: String,
    },
}

/// Where an adapter is in its platform's stream; only the adapter knows what is in it. Empty at the very start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// What an adapter hands over at once: kept whole or not at all.
#[derive(Debug)]
pub struct IntakeBatch {
    /// Whose.
    pub channel: ChannelName,
    /// What happened, oldest first.
    pub inbound: Vec<Inbound>,
    /// Where to go on after it.
    pub next_cursor: Cursor,
    /// Answered after the commit; dropped unanswered when the process ends first.
    pub kept: oneshot::Sender<()>,
}

/// Somebody is writing just now. Never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing {
    /// On which channel.
    pub channel: ChannelName,
    /// Where.
    pub chat: ChatId,
    /// In which topic, where the platform tells.
    pub topic: Option<TopicId>,
    /// Who.
    pub account: AccountId,
}

/// The way in. Bounded: a full queue makes the adapter wait, and with it the platform.
#[derive(Debug, Clone)]
pub struct Intake {
    channel: ChannelName,
    batches: mpsc::Sender<IntakeBatch>,
    typing: Option<mpsc::Sender<Typing>>,
}

impl Intake {
    /// An intake for one channel.
    #[must_use]
    pub const fn new(channel: ChannelName, batches: mpsc::Sender<IntakeBatch>) -> Self {
        Self { channel, batches, typing: None }
    }

    /// An intake that takes hints of people writing, too.
    #[must_use]
    pub fn with_typing(self, typing: mpsc::Sender<Typing>) -> Self {
        Self { typing: Some(typing), ..self }
    }

    /// Tells that somebody is writing, unless too many do.
    pub fn typing(&self, chat: ChatId, topic: Option<TopicId>, account: AccountId) {
        if let Some(typing) = &self.typing {
            let _lost = typing.try_send(Typing { channel: self.channel.clone(), chat, topic, account });
        }
    }

    /// Hands a batch over and waits until it and the cursor are durable. Only then may the platform be told.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the process is ending; the batch must then be taken as not received.
    pub async fn commit(&self, inbound: Vec<Inbound>, next_cursor: Cursor) -> Result<(), AdapterError> {
        let (kept, wait) = oneshot::channel();
        let batch = IntakeBatch { channel: self.channel.clone(), inbound, next_cursor, kept };
        self.batches.send(batch).await.map_err(|_| AdapterError::Stopped)?;
        wait.await.map_err(|_| AdapterError::Stopped)
    }
}

/// Tells an adapter to end.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A stop and the sender that pulls it by sending `true`.
    #[must_use]
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Comes back when it is time to end; at once when it was time before.
    pub async fn wait(&mut self) {
        // a dropped sender is an end as well
        let _ended = self.0.wait_for(|pulled| *pulled).await;
    }

    /// Whether it is time to end.
    #[must_use]
    pub fn is_pulled(&self) -> bool {
        *self.0.borrow()
    }
}

/// How a connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Not yet connected.
    Starting,
    /// All is well.
    Connected,
    /// Works, with something missing that a person should mend.
    Degraded {
        /// What, and what to do; no secret, no name.
        reason: String,
    },
    /// Somebody else uses the same credentials.
    Conflict {
        /// What, and what to do.
        reason: String,
    },
    /// The platform does not take the credentials; trying again will not help.
    BadCredentials {
        /// What, and what to do.
        reason: String,
    },
    /// No connection.
    Down {
        /// Since when.
        since: Timestamp,
        /// Why, in the platform's or the network's words.
        reason: String,
    },
}

/// Why an adapter ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdapterError {
    /// The process is ending.
    #[error("the process is stopping")]
    Stopped,
    /// The platform does not take the credentials. Not tried again until a restart.
    #[error("the platform refused the credentials: {0}")]
    BadCredentials(String),
    /// The configuration cannot work. Not tried again until a restart.
    #[error("unusable configuration: {0}")]
    Config(String),
    /// The connection was lost or never made. Tried again.
    #[error("connection lost: {0}")]
    Connection(String),
    /// The adapter's own rows could not be kept.
    #[error("failed to keep the adapter's own rows")]
    Shelf(#[from] ShelfError),
}

/// An adapter's own durable rows, in the same store as everything else: sealed, exported and imported with it.
///
/// Keys are the adapter's; each adapter sees only its own. Values are JSON; every [`crate::Private`] inside is
/// sealed. Rows come back in the order of their keys' bytes.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// Keeps rows and removes rows, all or nothing; durable when it returns.
    async fn put(
        &self,
        rows: Vec<(String, serde_json::Value)>,
        remove: Vec<String>,
    ) -> Result<(), ShelfError>;

    /// One row.
    async fn get(&self, key: &str) -> Result<Option<serde_json::Value>, ShelfError>;

    /// At most `limit` rows whose keys start with `prefix`, from the first after `after`.
    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, serde_json::Value)>, ShelfError>;
}

/// Why the store did not keep or give a row.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the store failed: {reason}")]
pub struct ShelfError {
    /// The store's own words.
    pub reason: String,
}

/// A shelf as adapters hold it.
pub type SharedShelf = Arc<dyn Shelf>;
