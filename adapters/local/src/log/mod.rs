//! The platform's memory: everything that was ever said here, in one numbered log on the adapter's shelf.
//!
//! Nothing is held in memory but the latest number. A [`Draft`] is one atomic change; drafts are written one
//! after the other, so that whoever reads up to the latest number has missed nothing. The log knows no HTTP and
//! no operations.

pub(crate) mod change;
pub(crate) mod draft;
pub(crate) mod read;
pub(crate) mod rows;
pub(crate) mod uploads;
pub(crate) mod write;

use crate::files::Files;
use jiff::Timestamp;
use port::adapter::SharedShelf;
use port::{ChannelName, Owner, Private, ShelfError};
use rows::{Entry, HEAD, Head, What};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard, watch};

/// Why the log did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// The shelf failed.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// There is no such topic.
    #[error("there is no such topic")]
    NoTopic,
    /// There is no such message, or it was taken back.
    #[error("there is no such message")]
    NoMessage,
    /// Somebody else wrote it.
    #[error("the message is somebody else's")]
    NotOwn,
    /// There is no such reaction.
    #[error("there is no such reaction")]
    NoReaction,
    /// There is no such upload of this author's, or a message has it already.
    #[error("there is no such upload")]
    NoUpload,
    /// A message without a text and without files says nothing.
    #[error("the message is empty")]
    Empty,
    /// There are as many as there may be.
    #[error("there are too many {0}")]
    TooMany(&'static str),
}

/// The log.
pub(crate) struct Log {
    shelf: SharedShelf,
    /// The bytes of the files that the rows name.
    pub(crate) files: Files,
    owner: Owner,
    /// The latest number, once it is known. Who holds this is the one who writes: that is what it is for, so it
    /// is held while the shelf is waited for.
    turn: Mutex<Option<u64>>,
    head: watch::Sender<u64>,
}

impl Log {
    pub(crate) fn new(channel: ChannelName, shelf: SharedShelf, files: Files) -> Self {
        let (owner, turn) = (Owner::Channel(channel), Mutex::new(None));
        Self { shelf, files, owner, turn, head: watch::Sender::new(0) }
    }

    /// Marks a text as this channel's.
    pub(crate) fn private(&self, text: impl Into<String>) -> Private {
        Private::new(self.owner.clone(), text)
    }

    /// Changes with every kept draft, to the latest number. Known once [`Log::open`] came back.
    pub(crate) fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    /// Finds the latest number.
    pub(crate) async fn open(&self) -> Result<u64, ShelfError> {
        let mut turn = self.turn.lock().await;
        self.latest(&mut turn).await
    }

    async fn latest(&self, turn: &mut MutexGuard<'_, Option<u64>>) -> Result<u64, ShelfError> {
        if let Some(seq) = **turn {
            return Ok(seq);
        }
        let seq = self.row::<Head>(HEAD).await?.map_or(0, |head| head.seq);
        **turn = Some(seq);
        self.head.send_replace(seq);
        Ok(seq)
    }

    /// Begins a change, when it is its turn.
    pub(crate) async fn draft(&self) -> Result<Draft<'_>, ShelfError> {
        let mut turn = self.turn.lock().await;
        let seq = self.latest(&mut turn).await?;
        Ok(Draft {
            log: self,
            turn,
            seq,
            at: now(),
            rows: Vec::new(),
            removed: Vec::new(),
            unneeded: Vec::new(),
        })
    }

    async fn row<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ShelfError> {
        self.shelf.get(key).await?.map(|value| parse(key, value)).transpose()
    }
}

/// One atomic change of the log.
pub(crate) struct Draft<'l> {
    log: &'l Log,
    turn: MutexGuard<'l, Option<u64>>,
    seq: u64,
    /// When it happens.
    pub(crate) at: Timestamp,
    rows: Vec<(String, Value)>,
    removed: Vec<String>,
    /// Files that nothing needs after it.
    unneeded: Vec<String>,
}

impl Draft<'_> {
    /// The next number.
    fn next(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    fn row<T: Serialize>(&mut self, key: String, row: &T) -> Result<(), ShelfError> {
        let value = serde_json::to_value(row).map_err(|_| unreadable(&key))?;
        self.rows.push((key, value));
        Ok(())
    }

    fn entry(&mut self, seq: u64, chat: &str, topic: Option<&str>, what: What) -> Result<(), ShelfError> {
        let (chat, topic) = (chat.to_owned(), topic.map(str::to_owned));
        self.row(rows::log_key(seq), &Entry { seq, at: self.at, chat, topic, what })
    }

    /// Keeps the change. Everybody who reads sees it when this comes back.
    pub(crate) async fn keep(mut self) -> Result<(), ShelfError> {
        let seq = self.seq;
        self.row(HEAD.to_owned(), &Head { seq })?;
        // a number is given out once, even when nobody waits any longer for what was to be kept under it
        *self.turn = Some(seq);
        let removed = std::mem::take(&mut self.removed);
        self.log.shelf.put(std::mem::take(&mut self.rows), removed).await?;
        self.log.head.send_replace(seq);
        for file in std::mem::take(&mut self.unneeded) {
            self.log.files.remove(&file).await;
        }
        Ok(())
    }
}

fn parse<T: DeserializeOwned>(key: &str, value: Value) -> Result<T, ShelfError> {
    serde_json::from_value(value).map_err(|_| unreadable(key))
}

/// The parser's own words would repeat what is in the row.
fn unreadable(key: &str) -> ShelfError {
    ShelfError { reason: format!("the row `{key}` has an unknown shape") }
}

/// The platform's own time.
#[expect(clippy::disallowed_methods, reason = "this platform is the one that says when something was said")]
fn now() -> Timestamp {
    Timestamp::now()
}
