//! On which day a customer's chat was last active, so that those whom a gap may concern can be told.

use crate::Shared;
use jiff::Timestamp;
use port::{AccountId, Author, ChatId, Inbound, InboundKind, MessageId, ShelfError};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ROWS: &str = "seen/";
/// How many rows are read at once.
const PAGE: usize = 500;
/// How many chats are remembered besides the shelf.
const REMEMBERED: usize = 4_096;
/// A chat that was silent for so many days is not told of a gap.
const DAYS: i64 = 30;

/// The day of each chat's last word that is in the shelf for certain.
#[derive(Debug, Default)]
pub(crate) struct Seen(BTreeMap<ChatId, i64>);

impl Seen {
    /// A chat was active. Gives the row that has to be kept, on its first word of a day.
    pub(crate) fn note(&mut self, chat: &ChatId, now: Timestamp) -> Option<(String, Value)> {
        let day = day(now);
        if self.0.get(chat) == Some(&day) {
            return None;
        }
        if self.0.len() >= REMEMBERED {
            // forgetting costs no more than writing a row again
            self.0.clear();
        }
        self.0.insert(chat.clone(), day);
        Some((format!("{ROWS}{chat}"), json!(day)))
    }
}

/// Tells every chat that was active in the month before `since` that something may be missing from then on.
pub(crate) async fn gaps(
    shared: &Shared,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Inbound>, ShelfError> {
    let (mut gaps, mut after) = (Vec::new(), None::<String>);
    loop {
        let rows = shared.shelf.scan(ROWS, after.as_deref(), PAGE).await?;
        let Some((last, _)) = rows.last() else { return Ok(gaps) };
        let next = last.clone();
        for (key, row) in rows {
            let Some(chat) = key.strip_prefix(ROWS) else { continue };
            if row.as_i64().is_some_and(|seen| seen >= day(since) - DAYS) {
                gaps.push(gap(chat, since, now));
            }
        }
        after = Some(next);
    }
}

fn gap(chat: &str, since: Timestamp, now: Timestamp) -> Inbound {
    Inbound {
        chat: ChatId::new(chat),
        topic: None,
        // the same again, however often it is told
        message: MessageId::new(format!("gap:{}", since.as_second())),
        version: 0,
        at: now,
        author: Author { account: AccountId::new(chat), name: String::new(), is_bot: false },
        kind: InboundKind::Gap,
    }
}

/// Forgets chats that were silent too long to be told of a gap.
pub(crate) async fn prune(shared: &Shared, now: Timestamp) -> Result<(), ShelfError> {
    let mut after = None::<String>;
    loop {
        let rows = shared.shelf.scan(ROWS, after.as_deref(), PAGE).await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        let next = last.clone();
        let old =
            rows.into_iter().filter(|(_, row)| row.as_i64().is_none_or(|seen| seen < day(now) - 2 * DAYS));
        let old: Vec<String> = old.map(|(key, _)| key).collect();
        if !old.is_empty() {
            shared.shelf.put(Vec::new(), old).await?;
        }
        after = Some(next);
    }
}

fn day(now: Timestamp) -> i64 {
    now.as_second().div_euclid(86_400)
}
