//! What was begun and how far it came: one row for each operation that makes messages, written before its first request.
//!
//! With it a repeat goes on where the last attempt ended, and a lost answer is looked for after the right message. Rows
//! of what is done stay a while, because the outbox may not have heard of it before the process ends.

use crate::snowflake::is_after;
use crate::{Shared, clock};
use port::{MessageId, OpId, ShelfError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many rows of what is done are kept.
const DONE_MAX: usize = 512;
/// How long a row is kept whose operation was never done, in milliseconds: a week.
const KEPT: i64 = 7 * 24 * 60 * 60 * 1000;
/// How many rows are read at once.
const PAGE: usize = 500;

/// The rows of what is done, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    done: Mutex<VecDeque<String>>,
    was_read: AtomicBool,
}

/// One operation's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    /// Where.
    channel: String,
    /// Older than everything that the operation made.
    after: String,
    /// The messages that are surely there, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<String>,
    /// Whether that is all of them.
    #[serde(default)]
    done: bool,
}

/// How far an operation came.
#[derive(Debug)]
pub(crate) struct Try {
    key: String,
    row: Row,
    /// Whether it was begun before: then the next part may be there already.
    pub(crate) again: bool,
}

impl Try {
    /// Whether it was begun in this channel: a topic that is gone is followed by another one.
    pub(crate) fn is_in(&self, channel: &str) -> bool {
        self.row.channel == channel
    }

    /// The messages that are surely there, in order.
    pub(crate) fn parts(&self) -> &[String] {
        &self.row.parts
    }

    /// Whether that is all of them.
    pub(crate) const fn is_done(&self) -> bool {
        self.row.done
    }

    /// An id older than everything that the operation made.
    pub(crate) fn after(&self) -> &str {
        self.row.parts.last().filter(|last| is_after(last, &self.row.after)).unwrap_or(&self.row.after)
    }

    /// The ids of all messages, for the outbox.
    pub(crate) fn ids(&self) -> Vec<MessageId> {
        self.row.parts.iter().map(|id| MessageId::new(id.as_str())).collect()
    }

    /// One more message is there; `is_last` if nothing is to come.
    pub(crate) async fn said(&mut self, shared: &Shared, id: &str, is_last: bool) -> Result<(), ShelfError> {
        self.row.parts.push(id.to_owned());
        if is_last {
            return self.finish(shared).await;
        }
        shared.shelf.put(vec![(self.key.clone(), json!(self.row))], Vec::new()).await
    }

    /// Nothing is to come.
    pub(crate) async fn finish(&mut self, shared: &Shared) -> Result<(), ShelfError> {
        self.row.done = true;
        let old = shared.outgoing.tries.retire(&self.key);
        shared.shelf.put(vec![(self.key.clone(), json!(self.row))], old.into_iter().collect()).await
    }
}

impl Tries {
    /// Puts a row among those that are done; the one that is too many now.
    fn retire(&self, key: &str) -> Option<String> {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.push_back(key.to_owned());
        if done.len() > DONE_MAX { done.pop_front() } else { None }
    }
}

/// An operation's row, if it was ever begun.
pub(crate) async fn begun(shared: &Shared, op: &OpId) -> Result<Option<Try>, ShelfError> {
    let key = format!("try/{op}");
    let row = shared.shelf.get(&key).await?.and_then(|row| serde_json::from_value(row).ok());
    Ok(row.map(|row| Try { key, row, again: true }))
}

/// Begins an operation in a channel, or takes it up again.
pub(crate) async fn begin(shared: &Shared, op: &OpId, channel: &str) -> Result<Try, ShelfError> {
    read_once(shared).await?;
    if let Some(begun) = begun(shared, op).await?.filter(|begun| begun.is_in(channel)) {
        return Ok(begun);
    }
    let before = shared.outgoing.skew.before(clock::now().as_millisecond());
    // the same words may have been said a moment ago
    let latest = shared.outgoing.latest.get(channel).filter(|latest| is_after(latest, &before));
    let after = latest.unwrap_or(before);
    let row = Row { channel: channel.to_owned(), after, parts: Vec::new(), done: false };
    let key = format!("try/{op}");
    shared.shelf.put(vec![(key.clone(), json!(row))], Vec::new()).await?;
    Ok(Try { key, row, again: false })
}

/// An operation that was refused is over; unless some of it is there, there is nothing to go on with.
pub(crate) async fn settle(shared: &Shared, op: &OpId) {
    if let Some(old) = shared.outgoing.tries.retire(&format!("try/{op}")) {
        // a row that stays does no harm
        let _removed = shared.shelf.put(Vec::new(), vec![old]).await;
    }
}

/// Takes up what earlier runs left: which messages are theirs, and which rows are over.
async fn read_once(shared: &Shared) -> Result<(), ShelfError> {
    let tries = &shared.outgoing.tries;
    if tries.was_read.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let long_ago = shared.outgoing.skew.before(clock::now().as_millisecond().saturating_sub(KEPT));
    let mut after: Option<String> = None;
    loop {
        let rows = shared.shelf.scan("try/", after.as_deref(), PAGE).await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = Some(last.clone());
        let mut old = Vec::new();
        for (key, row) in rows {
            let Ok(row) = serde_json::from_value::<Row>(row) else { continue };
            if is_after(&long_ago, &row.after) {
                old.push(key);
                continue;
            }
            let latest = &shared.outgoing.latest;
            if let Some(part) = row.parts.last()
                && latest.get(&row.channel).is_none_or(|latest| is_after(part, &latest))
            {
                latest.put(&row.channel, part.clone());
            }
            if row.done {
                old.extend(tries.retire(&key));
            }
        }
        if !old.is_empty() {
            shared.shelf.put(Vec::new(), old).await?;
        }
    }
}
