//! From the JSON of one event to what happened. Pure: it must not ask a server, a store or a clock, and it takes JSON
//! instead of an SDK's types, so that a kind of message that nobody knew is not lost.

pub(crate) mod files;
mod message;
pub(crate) mod text;
mod tokens;

use crate::api::{self, id};
use crate::me::Ids;
use jiff::Timestamp;
use message::Said;
use port::inbound::RAW_MAX;
use port::{AccountId, Author, ChatId, Inbound, InboundKind, MessageId, TopicId};
use serde_json::Value;

/// Types of messages that the platform itself writes and nobody has to answer: joins, boosts, pins, threads, calls.
const SYSTEM: [u64; 36] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31,
    32, 35, 36, 37, 38, 39, 46, 55,
];
/// Types of messages that somebody wrote: a message, a reply, the result of a command.
const WRITTEN: [u64; 4] = [0, 19, 20, 23];
/// The longest name of an emoji that is taken, in characters.
const KEY_MAX: usize = 64;

/// Where an event happened, and what is known there.
pub(crate) struct Place<'p> {
    /// The chat as the desk knows it.
    pub(crate) chat: &'p ChatId,
    /// The team's topic, when it is in one.
    pub(crate) topic: Option<&'p TopicId>,
    /// The bot's own account.
    pub(crate) own: &'p str,
    /// The bot's application; what its webhooks post bears it.
    pub(crate) application: &'p str,
    /// When the event came in. Nothing is younger.
    pub(crate) received_at: Timestamp,
    /// A number that grows with each event, for those that have no time of their own.
    pub(crate) moment: u64,
}

impl<'p> Place<'p> {
    pub(crate) fn new(
        me: &'p Ids,
        chat: &'p ChatId,
        topic: Option<&'p TopicId>,
        received_at: Timestamp,
        moment: u64,
    ) -> Self {
        Self { chat, topic, own: &me.user, application: &me.application, received_at, moment }
    }

    fn inbound(
        &self,
        message: String,
        version: u64,
        at: Timestamp,
        author: Author,
        kind: InboundKind,
    ) -> Inbound {
        let message = MessageId::new(message);
        Inbound { chat: self.chat.clone(), topic: self.topic.cloned(), message, version, at, author, kind }
    }
}

/// What a message says, or nothing when it says nothing to the desk. `is_ours` knows our webhooks by their ids.
pub(crate) fn created(message: &Value, place: &Place<'_>, is_ours: impl Fn(&str) -> bool) -> Option<Inbound> {
    let author = author(message, place, is_ours)?;
    let kind = match said(message)? {
        Said::Content(content) => {
            InboundKind::Message { content, reply_to: message::answered(message).map(MessageId::new) }
        }
        Said::Other { what, text } => unsupported(message, what, text),
    };
    Some(place.inbound(id(message, "id")?, 0, time(message, "timestamp", place), author, kind))
}

/// What a message says now. Links that were looked at, pins and the like change a message, too; those are none.
pub(crate) fn updated(message: &Value, place: &Place<'_>, is_ours: impl Fn(&str) -> bool) -> Option<Inbound> {
    let edited_at: Timestamp = api::text(message, "edited_timestamp")?.parse().ok()?;
    message.get("content").filter(|content| content.is_string())?;
    let author = author(message, place, is_ours)?;
    let kind = match said(message)? {
        Said::Content(content) => InboundKind::Edit { content },
        Said::Other { what, text } => unsupported(message, what, text),
    };
    let version = u64::try_from(edited_at.as_millisecond()).unwrap_or(1).max(1);
    Some(place.inbound(id(message, "id")?, version, edited_at.min(place.received_at), author, kind))
}

/// Messages that were taken back; Discord does not say by whom.
pub(crate) fn deleted(event: &Value, place: &Place<'_>) -> Vec<Inbound> {
    let many = api::list(event, "ids").iter().filter_map(Value::as_str).map(str::to_owned);
    let ids = id(event, "id").into_iter().chain(many);
    taken_back(ids, place)
}

/// These are gone; Discord does not say by whom.
pub(crate) fn taken_back(ids: impl Iterator<Item = String>, place: &Place<'_>) -> Vec<Inbound> {
    let nobody = || Author { account: AccountId::new(String::new()), name: String::new(), is_bot: false };
    ids.map(|id| place.inbound(id, place.moment, place.received_at, nobody(), InboundKind::Delete)).collect()
}

/// A reaction that was added (`true`) or taken back. `name` is what the account is known as.
pub(crate) fn reacted(
    event: &Value,
    added: bool,
    place: &Place<'_>,
    name: Option<String>,
) -> Option<Inbound> {
    let (account, of) = (id(event, "user_id")?, id(event, "message_id")?);
    if account == place.own {
        return None;
    }
    let (full, shown) = emoji(event)?;
    let key: String = shown.trim().chars().filter(|c| !c.is_control()).take(KEY_MAX).collect();
    let user = event.pointer("/member/user");
    let told = user.and_then(|user| name_of(user, event.get("member"))).map(str::to_owned);
    let author = Author {
        account: AccountId::new(account.clone()),
        name: told.or(name).unwrap_or_default(),
        is_bot: user.is_some_and(is_bot),
    };
    let kind = if added {
        InboundKind::Reaction { of: MessageId::new(of.clone()), key }
    } else {
        InboundKind::Delete
    };
    let reaction = format!("r:{of}:{account}:{full}");
    Some(place.inbound(reaction, place.moment, place.received_at, author, kind))
}

/// The emoji of an event: by which it is told from others, and as it is shown.
pub(crate) fn emoji(event: &Value) -> Option<(String, String)> {
    let emoji = event.get("emoji")?;
    let word = api::text(emoji, "name").unwrap_or("emoji");
    Some(match id(emoji, "id") {
        Some(number) => (format!("{word}:{number}"), format!(":{word}:")),
        None => (word.to_owned(), word.to_owned()),
    })
}

/// Who somebody is in the eyes of others: their name in this server, of their choice, of their account.
pub(crate) fn name_of<'v>(user: &'v Value, member: Option<&'v Value>) -> Option<&'v str> {
    let nick = member.and_then(|member| api::text(member, "nick"));
    let names = [nick, api::text(user, "global_name"), api::text(user, "username")];
    names.into_iter().flatten().find(|name| !name.trim().is_empty())
}

fn is_bot(user: &Value) -> bool {
    user.get("bot").and_then(Value::as_bool).unwrap_or_default()
}

/// Who wrote a message, unless that was us or the platform itself.
fn author(message: &Value, place: &Place<'_>, is_ours: impl Fn(&str) -> bool) -> Option<Author> {
    let user = message.get("author")?;
    let account = id(user, "id")?;
    let hook = id(message, "webhook_id");
    let of_our_hook = hook.as_deref().is_some_and(|hook| {
        is_ours(hook) || id(message, "application_id").as_deref() == Some(place.application)
    });
    let by_platform = user.get("system").and_then(Value::as_bool).unwrap_or_default();
    if account == place.own || of_our_hook || by_platform {
        return None;
    }
    let name = name_of(user, message.get("member")).unwrap_or_default().to_owned();
    Some(Author { account: AccountId::new(account), name, is_bot: hook.is_some() || is_bot(user) })
}

/// What a message of a written type says; nothing for one of the platform's.
fn said(message: &Value) -> Option<Said> {
    let kind = message.get("type").and_then(Value::as_u64).unwrap_or_default();
    if SYSTEM.contains(&kind) {
        return None;
    }
    if WRITTEN.contains(&kind) {
        return Some(message::said(message));
    }
    let text = api::text(message, "content").filter(|text| !text.trim().is_empty());
    Some(Said::Other { what: "type", text: text.map(str::to_owned) })
}

fn unsupported(message: &Value, what: &str, text: Option<String>) -> InboundKind {
    let what = match what {
        "type" => format!("type {}", message.get("type").and_then(Value::as_u64).unwrap_or_default()),
        known => known.to_owned(),
    };
    let raw = Some(message.to_string()).filter(|raw| raw.len() <= RAW_MAX);
    InboundKind::Unsupported { what, text, raw }
}

/// A message's own time, never later than it was received.
fn time(message: &Value, field: &str, place: &Place<'_>) -> Timestamp {
    let written = api::text(message, field).and_then(|at| at.parse::<Timestamp>().ok());
    let made = id(message, "id").and_then(|id| made_at(&id));
    written.or(made).map_or(place.received_at, |at| at.min(place.received_at))
}

/// When something with this id was made.
pub(crate) fn made_at(id: &str) -> Option<Timestamp> {
    let millis = (api::snowflake(id) >> 22).checked_add(1_420_070_400_000)?;
    Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok().filter(|_| api::snowflake(id) > 1 << 22)
}

#[cfg(test)]
#[path = "../tests/normalise.rs"]
mod tests;
