//! Turns what the gateway said, and what was missed, into batches, and has them kept. Order holds within a channel.
//!
//! What is remembered of a channel (its last message) is written after the messages are kept, never before: whatever a
//! crash takes is fetched again, and what comes twice is harmless.

use crate::Shared;
use crate::api::{self, id, text};
use crate::chats::{self, Role, Row};
use crate::cursor::{Position, Session};
use crate::gateway::Said;
use crate::general;
use crate::interactions::{self, Taken};
use crate::me::Ids;
use crate::missed::{Closed, Missed, Page};
use crate::normalise::{self, Place};
use crate::recent::Recent;
use crate::recognise;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use port::{AccountId, AdapterError, Inbound, Intake};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

mod again;
mod missing;
mod reactions;

use again::Again;
use reactions::Reactions;

/// How much is kept at once.
const BATCH: usize = 64;
/// After so many events that say nothing, the position is kept all the same.
const SILENT_MAX: u32 = 200;
/// How many channels may have moved on before that is written.
const MOVED_MAX: usize = 32;
/// When it is written at the latest, once nothing comes in.
const MOVED_WAIT: Duration = Duration::from_secs(5);
/// How many names and fetched messages are remembered.
const REMEMBERED: usize = 8192;
/// Keeps what comes in.
pub(crate) struct Keeper<'s> {
    shared: &'s Shared,
    intake: &'s Intake,
    me: Arc<Ids>,
    live: Option<Session>,
    seq: u64,
    newest: u64,
    // the newest message when the last session ended, while what came after it is not all here
    before: Option<u64>,
    missed: Option<Missed<'s>>,
    taken: mpsc::Receiver<Taken>,
    answering: FuturesUnordered<BoxFuture<'s, ()>>,
    batch: Batch,
    moved: BTreeMap<String, Row>,
    silent: u32,
    // the names of those who wrote: a reaction has none
    names: Recent<String, String>,
    // what was fetched comes again when it was said just now
    fetched: Recent<String, ()>,
    reactions: Reactions,
    // the team's channels that are not for the bot
    closed: Closed,
    again: Again,
}

/// What is handed over next.
#[derive(Default)]
struct Batch {
    inbound: Vec<Inbound>,
    moved: BTreeMap<String, Row>,
    left: BTreeSet<String>,
    taken: Vec<Taken>,
    due: bool,
}

impl<'s> Keeper<'s> {
    pub(crate) fn new(
        shared: &'s Shared,
        intake: &'s Intake,
        me: Arc<Ids>,
        from: Position,
        taken: mpsc::Receiver<Taken>,
    ) -> Self {
        Self {
            shared,
            intake,
            me,
            live: from.session,
            seq: from.seq,
            newest: from.newest,
            before: None,
            missed: None,
            taken,
            answering: FuturesUnordered::new(),
            batch: Batch::default(),
            moved: BTreeMap::new(),
            silent: 0,
            names: Recent::new(REMEMBERED),
            fetched: Recent::new(REMEMBERED),
            reactions: Reactions::new(),
            closed: Closed::new(),
            again: Again::new(),
        }
    }

    /// The session to go on with, and its last event.
    pub(crate) fn session(&self) -> Option<(Session, u64)> {
        self.live.clone().map(|session| (session, self.seq))
    }

    /// The gateway no longer knows the session.
    pub(crate) fn forget_session(&mut self) {
        self.live = None;
        self.before.get_or_insert(self.newest);
    }

    /// Keeps all that comes until the connection ends.
    pub(crate) async fn work(&mut self, mut events: mpsc::Receiver<Said>) -> Result<(), AdapterError> {
        loop {
            let is_moved = !self.moved.is_empty();
            let again = self.again.next();
            tokio::select! {
                said = events.recv() => {
                    let Some(said) = said else { break };
                    self.said(said).await?;
                    while self.batch.inbound.len() < BATCH && let Ok(said) = events.try_recv() {
                        self.said(said).await?;
                    }
                    self.commit().await?;
                }
                Some(taken) = self.taken.recv() => self.take(taken).await?,
                page = next_page(&mut self.missed) => self.page(page?).await?,
                Some(()) = self.answering.next(), if !self.answering.is_empty() => {}
                () = tokio::time::sleep(MOVED_WAIT), if is_moved => self.write_moved().await?,
                () = Again::wait(again) => self.look_again().await?,
            }
        }
        self.write_moved().await
    }

    /// Keeps what people did with commands and buttons while there is no connection.
    pub(crate) async fn meanwhile<T>(&mut self, until: impl Future<Output = T>) -> Result<T, AdapterError> {
        tokio::pin!(until);
        loop {
            tokio::select! {
                done = &mut until => return Ok(done),
                Some(taken) = self.taken.recv() => self.take(taken).await?,
                Some(()) = self.answering.next(), if !self.answering.is_empty() => {}
            }
        }
    }

    async fn said(&mut self, said: Said) -> Result<(), AdapterError> {
        self.event(&said.name, said.seq, &said.data, said.at).await?;
        self.seq = said.seq.max(if said.name == "READY" { 0 } else { self.seq });
        self.silent += 1;
        Ok(())
    }

    async fn event(&mut self, name: &str, seq: u64, data: &Value, at: Timestamp) -> Result<(), AdapterError> {
        match name {
            "READY" => return self.ready(data, at).await,
            "RESUMED" => {
                self.shared.health.connected();
                self.again.soon();
            }
            "GUILD_CREATE" | "THREAD_LIST_SYNC" => {
                self.server(data);
                self.again.soon();
            }
            "GUILD_UPDATE" => self.shared.outgoing.channels.learn_server(data),
            "CHANNEL_UPDATE" | "GUILD_ROLE_UPDATE" | "GUILD_MEMBER_UPDATE" | "GUILD_DELETE" => {
                self.again.soon();
            }
            "THREAD_CREATE" | "THREAD_UPDATE" => self.thread(data),
            "THREAD_DELETE" => self.batch.left.extend(id(data, "id")),
            "CHANNEL_DELETE" => {
                self.batch.left.extend(id(data, "id"));
                self.again.soon();
            }
            "TYPING_START" => self.typing(data).await?,
            "MESSAGE_CREATE"
            | "MESSAGE_UPDATE"
            | "MESSAGE_DELETE"
            | "MESSAGE_DELETE_BULK"
            | "MESSAGE_REACTION_ADD"
            | "MESSAGE_REACTION_REMOVE"
            | "MESSAGE_REACTION_REMOVE_ALL"
            | "MESSAGE_REACTION_REMOVE_EMOJI" => {
                return self.happened(name, seq, data, at).await;
            }
            _ => {}
        }
        Ok(())
    }

    /// A new session: what was said since the last one is fetched.
    async fn ready(&mut self, data: &Value, at: Timestamp) -> Result<(), AdapterError> {
        self.commit().await?;
        let since = u64::try_from(at.as_millisecond()).unwrap_or_default();
        let session = text(data, "session_id").map(str::to_owned);
        let resume_url = text(data, "resume_gateway_url").map(str::to_owned);
        self.live = session.map(|id| Session { id, resume_url, since });
        self.seq = 0;
        let before = self.before.unwrap_or(self.newest);
        if before != 0 {
            self.tell_of_a_gap(before);
        }
        self.find_missed().await?;
        self.shared.health.connected();
        Ok(())
    }

    /// What comes with a server, or with channels that the bot was let into.
    fn server(&self, data: &Value) {
        let channels = &self.shared.outgoing.channels;
        channels.learn_server(data);
        // the channels of a list of threads are bare ids, and say nothing
        for channel in api::list(data, "threads").iter().chain(api::list(data, "channels")) {
            let role = self.shared.places.learn_channel(channel, &self.me.user);
            if let (Some(Role::Room | Role::PrivateThread), Some(server)) = (role, id(data, "id")) {
                channels.learn(channel, &server);
            }
        }
    }

    /// A thread that was made or changed. What is archived is not looked for: whoever writes there opens it again.
    fn thread(&mut self, data: &Value) {
        let role = self.shared.places.learn_channel(data, &self.me.user);
        let is_archived = data.pointer("/thread_metadata/archived") == Some(&Value::Bool(true));
        if let (Some(Role::Topic { .. }), true, Some(id)) = (role, is_archived, id(data, "id")) {
            self.batch.moved.remove(&id);
            self.batch.left.insert(id);
        }
    }

    async fn typing(&mut self, data: &Value) -> Result<(), AdapterError> {
        let (Some(channel), Some(account)) = (id(data, "channel_id"), id(data, "user_id")) else {
            return Ok(());
        };
        let role = match self.shared.places.known(&channel) {
            Some(role) => Some(role),
            None => chats::row(&self.shared.shelf, &channel).await?.map(|row| row.role),
        };
        if account != self.me.user
            && let Some((chat, topic)) = role.and_then(|role| general::place_of(self.shared, &channel, &role))
        {
            self.intake.typing(chat, topic, AccountId::new(account));
        }
        Ok(())
    }

    /// Something in a channel that may be one of ours.
    async fn happened(
        &mut self,
        name: &str,
        seq: u64,
        data: &Value,
        at: Timestamp,
    ) -> Result<(), AdapterError> {
        let Some(channel) = id(data, "channel_id") else { return Ok(()) };
        let role = recognise::role(self.shared, &self.me.user, &channel, data, self.newest).await?;
        let Some((chat, topic)) = general::place_of(self.shared, &channel, &role) else { return Ok(()) };
        self.catch_up(&channel).await?;
        if name == "MESSAGE_CREATE" {
            let Some(message) = id(data, "id") else { return Ok(()) };
            let is_fetched = self.fetched.get(&message).is_some();
            self.passed(&channel, &role, &message);
            if is_fetched {
                return Ok(());
            }
        }
        let since = self.live.as_ref().map_or(0, |session| session.since);
        let (me, shared) = (Arc::clone(&self.me), self.shared);
        let place = Place::new(&me, &chat, topic.as_ref(), at, since.saturating_add(seq));
        let is_ours = |hook: &str| shared.hooks.is_ours(hook);
        let inbound: Vec<Inbound> = match name {
            "MESSAGE_CREATE" => normalise::created(data, &place, is_ours).into_iter().collect(),
            "MESSAGE_UPDATE" => normalise::updated(data, &place, is_ours).into_iter().collect(),
            "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" => {
                let name_of = id(data, "user_id").and_then(|account| self.names.get(&account).cloned());
                let added = name == "MESSAGE_REACTION_ADD";
                normalise::reacted(data, added, &place, name_of).into_iter().collect()
            }
            "MESSAGE_REACTION_REMOVE_ALL" | "MESSAGE_REACTION_REMOVE_EMOJI" => {
                normalise::taken_back(self.reactions.cleared(data).into_iter(), &place)
            }
            _ => normalise::deleted(data, &place),
        };
        for one in &inbound {
            self.reactions.heard(one);
        }
        for one in inbound.iter().filter(|one| !one.author.name.is_empty()) {
            self.names.put(one.author.account.as_str().to_owned(), one.author.name.clone());
        }
        self.batch.inbound.extend(inbound);
        Ok(())
    }

    /// A message of a channel is in the batch.
    fn passed(&mut self, channel: &str, role: &Role, message: &str) {
        let number = api::snowflake(message);
        self.newest = self.newest.max(number);
        let known = self.batch.moved.get(channel).or_else(|| self.moved.get(channel));
        if known.is_none_or(|row| api::snowflake(&row.last) < number) {
            let row = Row { role: role.clone(), last: message.to_owned() };
            self.batch.left.remove(channel);
            self.batch.moved.insert(channel.to_owned(), row);
        }
    }

    /// What somebody did with a command or a button. Its chat is kept first, as with a new direct message.
    async fn take(&mut self, taken: Taken) -> Result<(), AdapterError> {
        if let Some((channel, role)) = &taken.opened
            && chats::row(&self.shared.shelf, channel).await?.is_none()
        {
            let last = api::snowflake(&taken.interaction).saturating_sub(1).to_string();
            self.shared.places.keep(&self.shared.shelf, channel, role.clone(), last).await?;
        }
        self.batch.inbound.push(taken.inbound.clone());
        self.batch.taken.push(taken);
        self.commit().await
    }

    async fn commit(&mut self) -> Result<(), AdapterError> {
        let batch = &self.batch;
        if !batch.inbound.is_empty() || batch.due || self.silent >= SILENT_MAX {
            let position = match self.before {
                Some(newest) => Position { session: None, seq: 0, newest },
                None => Position { session: self.live.clone(), seq: self.seq, newest: self.newest },
            };
            let inbound = std::mem::take(&mut self.batch.inbound);
            self.intake.commit(inbound, position.write()).await?;
            self.silent = 0;
        }
        let Batch { moved, left, taken, .. } = std::mem::take(&mut self.batch);
        for taken in taken {
            self.answering.push(Box::pin(interactions::tell(self.shared, taken)));
        }
        self.moved.retain(|channel, _| !left.contains(channel));
        self.moved.extend(moved);
        if !left.is_empty() {
            let left = left.iter().map(|channel| chats::key(channel)).collect();
            self.shared.shelf.put(Vec::new(), left).await?;
        }
        if self.moved.len() >= MOVED_MAX { self.write_moved().await } else { Ok(()) }
    }

    /// Writes how far each channel is. All of it is kept already.
    async fn write_moved(&mut self) -> Result<(), AdapterError> {
        let moved = std::mem::take(&mut self.moved);
        if moved.is_empty() {
            return Ok(());
        }
        let mut rows = Vec::with_capacity(moved.len());
        for (channel, row) in &moved {
            rows.push((chats::key(channel), chats::json(row)?));
        }
        Ok(self.shared.shelf.put(rows, Vec::new()).await?)
    }
}

async fn next_page(missed: &mut Option<Missed<'_>>) -> Result<Page, AdapterError> {
    match missed {
        Some(missed) => missed.next().await,
        None => std::future::pending().await,
    }
}
