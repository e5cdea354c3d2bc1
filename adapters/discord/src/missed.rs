//! Fetches what was said while no session was held: every channel of ours, from the last message that was kept.
//!
//! Channels are independent: some are fetched at once, and one in which somebody writes meanwhile is fetched first, so
//! that order holds within it. It must not hand anything over; it only says what there is.

use crate::Shared;
use crate::api::{self, id};
use crate::chats::{self, Role};
use crate::client::Failure;
use crate::clock::Backoff;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use port::{AdapterError, ChatId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// How many channels are fetched at once.
const AT_ONCE: usize = 4;
/// How many messages one answer has at most.
const PAGE: usize = 100;
/// What is waited at first, and at most, after a failure.
const WAITS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// A channel from which something may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The channel.
    pub(crate) channel: String,
    /// What it is.
    pub(crate) role: Role,
    /// The last message of it that is kept.
    pub(crate) after: u64,
}

/// Some of what was missed in a channel.
pub(crate) struct Page {
    /// Where.
    pub(crate) target: Target,
    /// The messages, oldest first; nothing when the channel is not there any more, or not for us.
    pub(crate) messages: Option<Vec<Value>>,
}

/// All that may be missing.
pub(crate) struct Missed<'s> {
    shared: &'s Shared,
    waiting: VecDeque<Target>,
    running: FuturesUnordered<BoxFuture<'s, Result<Page, AdapterError>>>,
    open: BTreeSet<String>,
}

/// Channels that are closed to the bot, each with the newest message at all when that was found. What was said there
/// since is fetched when they are open.
pub(crate) type Closed = BTreeMap<String, u64>;

/// What a look at every channel of ours showed.
pub(crate) struct Look<'s> {
    /// What may be missing.
    pub(crate) missed: Missed<'s>,
    /// The newest message that was seen, or that there is at all when none ever was.
    pub(crate) newest: u64,
    /// The team's channels that are not there, or not for the bot.
    pub(crate) closed: Closed,
}

/// Looks where something may be missing. `closed` was so until now, or still is.
pub(crate) async fn find<'s>(
    shared: &'s Shared,
    own: &str,
    newest: u64,
    closed: &Closed,
) -> Result<Look<'s>, AdapterError> {
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    for (channel, row) in chats::rows(&shared.shelf).await? {
        let after = api::snowflake(&row.last);
        targets.insert(channel.clone(), Target { channel, role: row.role, after });
    }
    let (live, shut) = live(shared, own).await?;
    let first = live.iter().map(|(_, _, last)| *last).max().unwrap_or_default();
    for (channel, role, last) in live {
        if let Some(target) = targets.get(&channel) {
            if last != 0 && last <= target.after {
                targets.remove(&channel);
            }
            continue;
        }
        let target = Target { channel: channel.clone(), role, after: newest };
        let then = closed.get(target.room()).filter(|then| **then != 0);
        let after = then.map_or(newest, |then| newest.min(*then));
        if newest != 0 && last > after {
            targets.insert(channel, Target { after, ..target });
        }
    }
    let mut waiting: Vec<Target> =
        targets.into_values().filter(|target| !shut.contains(target.room())).collect();
    // where something happened last, something is most likely to be waiting
    waiting.sort_by_key(|target| std::cmp::Reverse(target.after));
    let open = waiting.iter().map(|target| target.channel.clone()).collect();
    let missed = Missed { shared, waiting: waiting.into(), running: FuturesUnordered::new(), open };
    let since = |room: String| {
        let then = closed.get(&room).copied().filter(|then| *then != 0);
        (room, then.unwrap_or(newest))
    };
    let closed = shut.into_iter().map(since).collect();
    Ok(Look { missed, newest: if newest == 0 { first } else { newest }, closed })
}

impl Target {
    /// The channel that it belongs to, or itself.
    fn room(&self) -> &str {
        if let Role::Topic { room } = &self.role { room } else { &self.channel }
    }
}

impl Missed<'_> {
    /// Whether everything was fetched.
    pub(crate) fn is_done(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether something may still be missing in a channel.
    pub(crate) fn is_open(&self, channel: &str) -> bool {
        self.open.contains(channel)
    }

    /// Has a channel fetched before all that is not begun yet.
    pub(crate) fn hurry(&mut self, channel: &str) {
        if let Some(at) = self.waiting.iter().position(|target| target.channel == channel)
            && let Some(target) = self.waiting.remove(at)
        {
            self.begin(target);
        }
    }

    /// The next page that came in. Dropping it loses nothing. Must not be asked when all is done.
    pub(crate) async fn next(&mut self) -> Result<Page, AdapterError> {
        while self.running.len() < AT_ONCE
            && let Some(target) = self.waiting.pop_front()
        {
            self.begin(target);
        }
        match self.running.next().await {
            Some(page) => page,
            None => std::future::pending().await,
        }
    }

    /// A page was kept: goes on behind it, or ends the channel.
    pub(crate) fn kept(&mut self, page: &Page) {
        let full = page.messages.as_ref().is_some_and(|messages| messages.len() >= PAGE);
        let last = page
            .messages
            .iter()
            .flatten()
            .filter_map(|message| id(message, "id"))
            .map(|id| api::snowflake(&id));
        match last.max().filter(|last| full && *last > page.target.after) {
            Some(after) => self.waiting.push_front(Target { after, ..page.target.clone() }),
            None => drop(self.open.remove(&page.target.channel)),
        }
    }

    fn begin(&mut self, target: Target) {
        self.running.push(Box::pin(fetch(self.shared, target)));
    }
}

/// Shows whether a team's channel is there for the bot.
pub(crate) fn show(shared: &Shared, room: &ChatId, is_open: bool) {
    if is_open {
        shared.health.mended(room.as_str());
    } else {
        let reason =
            format!("The team's channel {room} is not there or not for the bot: invite the bot to it.");
        shared.health.fault(room.as_str(), reason);
    }
}

/// The rooms and active topics of the team with their newest messages, and the rooms that are closed.
type Live = (Vec<(String, Role, u64)>, BTreeSet<String>);

async fn live(shared: &Shared, own: &str) -> Result<Live, AdapterError> {
    let (mut found, mut closed) = (Vec::new(), BTreeSet::new());
    let mut servers = BTreeSet::new();
    let newest =
        |channel: &Value| id(channel, "last_message_id").map(|id| api::snowflake(&id)).unwrap_or_default();
    for room in shared.places.rooms() {
        let channel = asked(shared, &format!("/channels/{room}")).await?;
        show(shared, room, channel.is_some());
        let Some(channel) = channel else {
            closed.insert(room.as_str().to_owned());
            continue;
        };
        servers.extend(id(&channel, "guild_id"));
        // what a forum names is its newest post
        if !matches!(channel.get("type").and_then(Value::as_u64), Some(15 | 16)) {
            found.push((room.as_str().to_owned(), Role::Room, newest(&channel)));
        }
    }
    for server in servers {
        let active = asked(shared, &format!("/guilds/{server}/threads/active")).await?.unwrap_or_default();
        for thread in active.get("threads").and_then(Value::as_array).into_iter().flatten() {
            let role = shared.places.learn_channel(thread, own);
            if let (Some(channel), Some(role @ Role::Topic { .. })) = (id(thread, "id"), role) {
                found.push((channel, role, newest(thread)));
            }
        }
    }
    Ok((found, closed))
}

/// Asks until there is an answer; nothing when the thing is not there or not for us.
async fn asked(shared: &Shared, path: &str) -> Result<Option<Value>, AdapterError> {
    let mut backoff = Backoff::new(WAITS.0, WAITS.1);
    loop {
        let wait = match api::get(&shared.client, path).await {
            Ok(answer) => return Ok(Some(answer)),
            Err(failure) if api::is_closed(&failure) => return Ok(None),
            Err(Failure::Limited { after, .. }) => after,
            Err(failure) => {
                if let Some(error) = api::bad_token(&failure) {
                    return Err(error);
                }
                tracing::warn!(channel = %shared.config.channel, reason = %failure, "could not look for missed messages");
                backoff.next_wait()
            }
        };
        tokio::time::sleep(wait).await;
    }
}

async fn fetch(shared: &Shared, target: Target) -> Result<Page, AdapterError> {
    let path = format!("/channels/{}/messages?after={}&limit={PAGE}", target.channel, target.after);
    let answer = asked(shared, &path).await?;
    let messages = answer.map(|answer| {
        let mut messages = answer.as_array().cloned().unwrap_or_default();
        messages.sort_by_key(|message| id(message, "id").map(|id| api::snowflake(&id)));
        messages
    });
    Ok(Page { target, messages })
}
