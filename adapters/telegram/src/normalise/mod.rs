//! From the JSON of one update to what happened. Pure: it must not ask a server, a store or a clock, and it takes JSON
//! instead of types, so that a kind that is newer than this program is not lost.

mod blocks;
mod figures;
mod files;
mod front;
mod orders;
mod said;
mod text;

pub(crate) use files::Source;

use crate::me::Me;
use crate::places::{Places, Role};
use jiff::Timestamp;
use port::inbound::RAW_MAX;
use port::rich::Rich;
use port::{AccountId, Author, ChatId, Content, Inbound, InboundKind, MessageId, NativeCommand, TopicId};
use said::Said;
use serde_json::Value;

/// The updates that say something.
pub(crate) const HEARD: [&str; 4] = ["message", "edited_message", "message_reaction", "my_chat_member"];
/// The updates that concern something that the bridge does not do. They are asked for all the same: a bot that asks for
/// less would not see in its log what it is offered.
pub(crate) const NOT_HEARD: [&str; 22] = [
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
    // no kind of update, but what its number is called
    "update_id",
];

/// What is known where a message was found.
pub(crate) struct View<'c> {
    pub(crate) me: &'c Me,
    pub(crate) places: &'c Places,
    /// What commands start with.
    pub(crate) prefix: &'c str,
    pub(crate) commands: &'c [NativeCommand],
    /// No message is younger than this: a clock may be wrong.
    pub(crate) received_at: Timestamp,
}

/// The number of an update.
pub(crate) fn update_id(update: &Value) -> Option<i64> {
    update.get("update_id")?.as_i64()
}

/// The kind of an update, and what it is about.
pub(crate) fn kind(update: &Value) -> Option<(&str, &Value)> {
    let fields = update.as_object()?;
    fields
        .iter()
        .find(|(key, value)| *key != "update_id" && value.is_object())
        .map(|(key, value)| (key.as_str(), value))
}

/// A field that must be a text.
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str)
}

/// A field that must be a whole number.
pub(crate) fn number(value: &Value, field: &str) -> Option<i64> {
    value.get(field).and_then(Value::as_i64)
}

/// A field that may say that something is so.
pub(crate) fn is(value: &Value, field: &str) -> bool {
    value.get(field) == Some(&Value::Bool(true))
}

/// Whose chat a message is in.
pub(crate) fn role(message: &Value, view: &View<'_>) -> Role {
    message.get("chat").map_or(Role::Stranger, |chat| view.places.role(chat))
}

/// A new message, or nothing when it says nothing to the desk. `update` is what is kept of it when it is not carried.
pub(crate) fn message(update: &Value, message: &Value, view: &View<'_>) -> Option<Inbound> {
    let (head, in_team) = head(message, view)?;
    let kind = if let Some(to) = number(message, "migrate_to_chat_id") {
        InboundKind::ChatMoved { to: ChatId::new(to.to_string()) }
    } else {
        match said::said(message) {
            Said::Nothing => return None,
            _ if in_team && is(message, "is_automatic_forward") => return None,
            _ if in_team && is_nameless(message) => InboundKind::Nameless,
            Said::Other { what, text } => unsupported(update, &what, text),
            Said::Content(content) if in_team => {
                let content = orders::command(message, content, view)?;
                let content =
                    Content { text: front::fronted(message, &content.text, Some(view.prefix)), ..content };
                InboundKind::Message { content, reply_to: reply_to(message) }
            }
            Said::Content(content) => orders::started(message).unwrap_or_else(|| {
                let text = front::fronted(message, &content.text, None);
                InboundKind::Message { content: Content { text, ..content }, reply_to: reply_to(message) }
            }),
        }
    };
    Some(Inbound { kind, ..head })
}

/// The items of an album as one message, which has the first one's id.
pub(crate) fn album(items: &[Value], view: &View<'_>) -> Option<Inbound> {
    let first = items.first()?;
    let (head, in_team) = head(first, view)?;
    if in_team && is_nameless(first) {
        return Some(Inbound { kind: InboundKind::Nameless, ..head });
    }
    let content = gathered(items, in_team, view);
    Some(Inbound { kind: InboundKind::Message { content, reply_to: reply_to(first) }, ..head })
}

/// What the items of an album say together.
fn gathered(items: &[Value], in_team: bool, view: &View<'_>) -> Content {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for item in items {
        match said::said(item) {
            Said::Content(content) => {
                texts.push(content.text);
                files.extend(content.files);
            }
            Said::Other { text, .. } => texts.push(text.unwrap_or_default().into()),
            Said::Nothing => {}
        }
    }
    let text = joined(texts.into_iter().filter(|text| !text.is_empty()));
    let text = items
        .first()
        .map_or_else(Rich::default, |first| front::fronted(first, &text, in_team.then_some(view.prefix)));
    Content { text, files }
}

fn joined(texts: impl Iterator<Item = Rich>) -> Rich {
    let mut parts = Vec::new();
    for text in texts {
        if !parts.is_empty() {
            parts.push(Rich::plain("\n"));
        }
        parts.push(text);
    }
    Rich::concat(&parts)
}

/// A message says something else now.
pub(crate) fn edit(update_id: i64, message: &Value, view: &View<'_>) -> Option<Inbound> {
    let (head, in_team) = head(message, view)?;
    // a place that moves on is told by its message alone; new buttons below a message are no new words
    let is_moving = message.pointer("/location/live_period").is_some();
    let is_of_buttons = message.get("edit_date").is_none() && message.get("reply_markup").is_some();
    if is_moving || is_of_buttons || (in_team && is_nameless(message)) {
        return None;
    }
    let content = match said::said(message) {
        Said::Content(content) if in_team => orders::command(message, content, view)?,
        Said::Content(content) => content,
        Said::Other { text: Some(text), .. } => text.into(),
        Said::Other { text: None, .. } | Said::Nothing => return None,
    };
    let text = front::fronted(message, &content.text, in_team.then_some(view.prefix));
    let kind = InboundKind::Edit { content: Content { text, ..content } };
    Some(Inbound { version: version(update_id, message), at: edited_at(message, view), kind, ..head })
}

/// An item of an album says something else now: so does the whole. `edited` is the item as it is now.
pub(crate) fn album_edit(
    update_id: i64,
    edited: &Value,
    items: &[Value],
    view: &View<'_>,
) -> Option<Inbound> {
    let (head, in_team) = head(items.first()?, view)?;
    let kind = InboundKind::Edit { content: gathered(items, in_team, view) };
    Some(Inbound { version: version(update_id, edited), at: edited_at(edited, view), kind, ..head })
}

/// Something that cannot be read as what it is, shown in its chat if it has one and an author.
pub(crate) fn unreadable(update: &Value, kind: &str, body: &Value, view: &View<'_>) -> Option<Inbound> {
    let chat = match role(body, view) {
        Role::Team(chat) | Role::Customer(chat) => chat,
        Role::Stranger => return None,
    };
    let author = author(body.get("from").or_else(|| body.get("user"))?)?;
    if author.account.as_str() == view.me.id.to_string() {
        return None;
    }
    Some(Inbound {
        chat,
        topic: topic(body),
        message: MessageId::new(format!("u:{}", update_id(update)?)),
        version: 0,
        at: time(body, "date", view),
        author,
        kind: unsupported(
            update,
            kind,
            text(body, "text").or_else(|| text(body, "caption")).map(str::to_owned),
        ),
    })
}

/// A customer blocked the bot.
pub(crate) fn gone(update_id: i64, change: &Value, view: &View<'_>) -> Option<Inbound> {
    let Role::Customer(chat) = role(change, view) else { return None };
    let status = change.get("new_chat_member").and_then(|member| text(member, "status"));
    let at = time(change, "date", view);
    (status == Some("kicked")).then(|| Inbound {
        topic: None,
        message: MessageId::new(format!("gone:{}:{update_id}", at.as_second())),
        version: 0,
        at,
        author: change.get("from").and_then(author).unwrap_or_else(|| Author {
            account: AccountId::new(chat.as_str()),
            name: String::new(),
            is_bot: false,
        }),
        chat,
        kind: InboundKind::CustomerGone,
    })
}

/// What every message has: where, when and who. Nothing for our own and for those of strangers.
fn head(message: &Value, view: &View<'_>) -> Option<(Inbound, bool)> {
    let (chat, in_team) = match role(message, view) {
        Role::Team(chat) => (chat, true),
        Role::Customer(chat) => (chat, false),
        Role::Stranger => return None,
    };
    let author = match message.get("sender_chat").filter(|_| in_team) {
        // nobody: the account behind it is a program of Telegram's
        Some(sender) => Author {
            account: AccountId::new(number(sender, "id")?.to_string()),
            name: text(sender, "title").unwrap_or_default().to_owned(),
            is_bot: false,
        },
        None => author(message.get("from").or_else(|| message.get("chat").filter(|_| !in_team))?)?,
    };
    if author.account.as_str() == view.me.id.to_string() {
        return None;
    }
    let head = Inbound {
        chat,
        topic: topic(message).filter(|_| in_team),
        message: MessageId::new(number(message, "message_id")?.to_string()),
        version: 0,
        at: time(message, "date", view),
        author,
        kind: InboundKind::Delete,
    };
    Some((head, in_team))
}

/// A person or a program.
pub(crate) fn author(user: &Value) -> Option<Author> {
    let names = ["first_name", "last_name"].iter().filter_map(|field| text(user, field));
    Some(Author {
        account: AccountId::new(number(user, "id")?.to_string()),
        name: names.collect::<Vec<_>>().join(" "),
        is_bot: is(user, "is_bot"),
    })
}

/// The topic; replies outside of topics carry a number of their own that is none.
fn topic(message: &Value) -> Option<TopicId> {
    let thread = number(message, "message_thread_id").filter(|_| is(message, "is_topic_message"))?;
    Some(TopicId::new(thread.to_string()))
}

/// The message that is answered. Every message in a topic "answers" the one that opened it.
fn reply_to(message: &Value) -> Option<MessageId> {
    let answered = message.get("reply_to_message")?;
    let id = number(answered, "message_id")?;
    let is_root = is(message, "is_topic_message") && number(message, "message_thread_id") == Some(id);
    (!is_root && answered.get("forum_topic_created").is_none()).then(|| MessageId::new(id.to_string()))
}

/// Whether a message in a group stands under the name of the group or of a channel.
fn is_nameless(message: &Value) -> bool {
    message.get("sender_chat").is_some() || message.get("from").is_none()
}

/// The time of a field, never later than it was received.
pub(crate) fn time(of: &Value, field: &str, view: &View<'_>) -> Timestamp {
    let at = number(of, field).and_then(|second| Timestamp::from_second(second).ok());
    at.map_or(view.received_at, |at| at.min(view.received_at))
}

fn edited_at(message: &Value, view: &View<'_>) -> Timestamp {
    time(message, if message.get("edit_date").is_some() { "edit_date" } else { "date" }, view)
}

/// A number that grows with each edit: two in one second are told apart by their updates.
fn version(update_id: i64, message: &Value) -> u64 {
    let second = number(message, "edit_date").or_else(|| number(message, "date")).unwrap_or_default();
    stamp(second, update_id)
}

/// A number that grows with time.
pub(crate) fn stamp(second: i64, update_id: i64) -> u64 {
    let low = u64::try_from(update_id & 0xF_FFFF).unwrap_or_default();
    (u64::try_from(second).unwrap_or_default() << 20 | low).max(1)
}

fn unsupported(update: &Value, what: &str, text: Option<String>) -> InboundKind {
    let what = what.chars().filter(char::is_ascii_graphic).take(64).collect();
    let raw = Some(update.to_string()).filter(|raw| raw.len() <= RAW_MAX);
    InboundKind::Unsupported { what, text: text.filter(|text| !text.trim().is_empty()), raw }
}
