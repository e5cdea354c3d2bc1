//! Which channel is what: a team's, a topic in it, a customer's, or none of ours.
//!
//! What is a customer's, or was written to, is kept on the shelf with the last message that the desk has: a bot cannot
//! list its direct messages, and what was missed is fetched from there. What is learned otherwise is only remembered.

use crate::api;
use crate::client::{Client, Failure};
use crate::clock;
use crate::recent::Recent;
use port::adapter::SharedShelf;
use port::{ChatId, ShelfError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many channels are remembered at once; what is missed is looked up again.
const REMEMBERED: usize = 16_384;
/// How many channels that Discord does not show are remembered as such, and for how long; then they are asked for again.
const CLOSED_MAX: usize = 1024;
const CLOSED: Duration = Duration::from_mins(10);
/// How many rows are read at once.
const PAGE: usize = 500;

/// What a channel is to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum Role {
    /// The team works here.
    Room,
    /// A thread or post of a team's channel.
    Topic {
        /// The team's channel.
        room: String,
    },
    /// A direct message with a customer.
    Direct,
    /// A private thread in which a customer writes.
    PrivateThread,
    /// None of ours.
    Foreign,
}

impl Role {
    /// Whether a customer writes there.
    pub(crate) const fn is_customers(&self) -> bool {
        matches!(self, Self::Direct | Self::PrivateThread)
    }
}

/// A row of the shelf, `chat/<channel>`: a channel of ours and how far the desk has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    /// What it is.
    #[serde(flatten)]
    pub(crate) role: Role,
    /// Everything up to this message is kept, unless it is fetched again.
    pub(crate) last: String,
}

#[derive(Debug)]
struct State {
    known: Recent<String, Role>,
    // since when they are not shown, and whether that is for want of a permission
    closed: Recent<String, (Instant, bool)>,
    // all of them: what can be done in a chat is asked without waiting
    private: BTreeSet<String>,
    loaded: bool,
}

/// The channels of an adapter.
#[derive(Debug)]
pub(crate) struct Chats {
    team: Vec<ChatId>,
    state: Mutex<State>,
}

impl Chats {
    pub(crate) fn new(team: &[ChatId]) -> Self {
        let state = State {
            known: Recent::new(REMEMBERED),
            closed: Recent::new(CLOSED_MAX),
            private: BTreeSet::new(),
            loaded: false,
        };
        Self { team: team.to_vec(), state: Mutex::new(state) }
    }

    /// Takes up what earlier runs learned. Repeating it is harmless.
    pub(crate) async fn load(&self, rows: &SharedShelf) -> Result<(), ShelfError> {
        if self.lock().loaded {
            return Ok(());
        }
        let mut after: Option<String> = None;
        loop {
            let page = rows.scan("private/", after.as_deref(), PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            let ids = page.iter().filter_map(|(key, _)| key.strip_prefix("private/")).map(str::to_owned);
            self.lock().private.extend(ids);
        }
        self.lock().loaded = true;
        Ok(())
    }

    /// The team's channels.
    pub(crate) fn rooms(&self) -> &[ChatId] {
        &self.team
    }

    /// Whether the team works in this chat.
    pub(crate) fn is_team(&self, chat: &ChatId) -> bool {
        self.is_room(chat.as_str())
    }

    /// Whether a customer's chat is a private thread of a server, where webhooks can post.
    pub(crate) fn is_private_thread(&self, chat: &ChatId) -> bool {
        self.lock().private.contains(chat.as_str())
    }

    fn is_room(&self, channel: &str) -> bool {
        self.team.iter().any(|room| room.as_str() == channel)
    }

    /// What a channel is, as far as that is remembered.
    pub(crate) fn known(&self, channel: &str) -> Option<Role> {
        if self.is_room(channel) {
            return Some(Role::Room);
        }
        let state = self.lock();
        if state.private.contains(channel) {
            return Some(Role::PrivateThread);
        }
        state.known.get(channel).cloned()
    }

    /// Remembers what a channel is.
    pub(crate) fn learn(&self, channel: &str, role: Role) {
        self.lock().known.put(channel.to_owned(), role);
    }

    /// Learns what a channel is from its own JSON; `own` is the bot's account.
    pub(crate) fn learn_channel(&self, channel: &Value, own: &str) -> Option<Role> {
        let id = api::id(channel, "id")?;
        if let Some(known @ (Role::Room | Role::PrivateThread | Role::Direct)) = self.known(&id) {
            return Some(known);
        }
        let parent = api::id(channel, "parent_id").filter(|parent| self.is_room(parent));
        let role = match (channel.get("type").and_then(Value::as_u64), parent) {
            (Some(1), _) => Role::Direct,
            (Some(10..=12), Some(room)) => Role::Topic { room },
            // made by us for a customer, in a run whose rows were lost
            (Some(12), None) if api::id(channel, "owner_id").as_deref() == Some(own) => Role::PrivateThread,
            _ => Role::Foreign,
        };
        self.learn(&id, role.clone());
        Some(role)
    }

    /// What a channel is: remembered, kept or asked.
    pub(crate) async fn role(
        &self,
        channel: &str,
        client: &Client,
        rows: &SharedShelf,
        own: &str,
    ) -> Result<Role, Unknown> {
        if let Some(known) = self.known(channel) {
            return Ok(known);
        }
        if let Some(row) = row(rows, channel).await? {
            self.learn(channel, row.role.clone());
            return Ok(row.role);
        }
        if self.closed(channel).is_some() {
            return Ok(Role::Foreign);
        }
        match api::get(client, &format!("/channels/{channel}")).await {
            Ok(found) => Ok(self.learn_channel(&found, own).unwrap_or(Role::Foreign)),
            Err(failure) if api::is_closed(&failure) => {
                self.lock().closed.put(channel.to_owned(), (clock::moment(), failure.is_forbidden()));
                Ok(Role::Foreign)
            }
            Err(failure) => Err(Unknown::Request(failure)),
        }
    }

    /// Whether Discord lately did not show a channel to the bot that is there.
    pub(crate) fn is_refused(&self, channel: &str) -> bool {
        self.closed(channel) == Some(true)
    }

    fn closed(&self, channel: &str) -> Option<bool> {
        let state = self.lock();
        let (since, is_refused) = state.closed.get(channel)?;
        (since.elapsed() < CLOSED).then_some(*is_refused)
    }

    /// What Discord did not show is asked for again: which channels these are.
    pub(crate) fn forget_closed(&self) -> Vec<String> {
        self.lock().closed.take()
    }

    /// Keeps a channel of ours. `last` must never be later than what the desk has kept.
    pub(crate) async fn keep(
        &self,
        rows: &SharedShelf,
        channel: &str,
        role: Role,
        last: String,
    ) -> Result<(), ShelfError> {
        let row = Row { role: role.clone(), last };
        let mut kept = vec![(key(channel), json(&row)?)];
        if role == Role::PrivateThread {
            kept.push((format!("private/{channel}"), Value::Bool(true)));
        }
        rows.put(kept, Vec::new()).await?;
        if role == Role::PrivateThread {
            self.lock().private.insert(channel.to_owned());
        }
        self.learn(channel, role);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why it is not known what a channel is.
#[derive(Debug)]
pub(crate) enum Unknown {
    /// It could not be asked.
    Request(Failure),
    /// The store failed.
    Shelf(ShelfError),
}

impl From<ShelfError> for Unknown {
    fn from(error: ShelfError) -> Self {
        Self::Shelf(error)
    }
}

/// The row of a channel.
pub(crate) async fn row(rows: &SharedShelf, channel: &str) -> Result<Option<Row>, ShelfError> {
    let row = rows.get(&key(channel)).await?;
    Ok(row.and_then(|row| serde_json::from_value(row).ok()))
}

/// All rows, by channel.
pub(crate) async fn rows(rows: &SharedShelf) -> Result<Vec<(String, Row)>, ShelfError> {
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = rows.scan("chat/", after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(found) };
        after = Some(last.clone());
        found.extend(page.into_iter().filter_map(|(key, row)| {
            let channel = key.strip_prefix("chat/")?.to_owned();
            Some((channel, serde_json::from_value(row).ok()?))
        }));
    }
}

/// The key of a channel's row.
pub(crate) fn key(channel: &str) -> String {
    format!("chat/{channel}")
}

/// A row as JSON.
pub(crate) fn json(row: &Row) -> Result<Value, ShelfError> {
    serde_json::to_value(row).map_err(|error| ShelfError { reason: error.to_string() })
}
