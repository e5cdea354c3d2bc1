//! Reactions: Telegram tells which ones somebody has on a message, before and now. Each becomes a happening of its own.

use crate::normalise::{self, View, number, text};
use crate::places::Role;
use jiff::Timestamp;
use port::adapter::SharedShelf;
use port::{Author, ChatId, Inbound, InboundKind, MessageId, ShelfError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The longest name of a reaction, in bytes. Telegram's are far shorter.
const NAME_MAX: usize = 64;

/// How often somebody took the same reaction back from the same message. A row of the shelf, from the first time on.
///
/// The desk knows every reaction by an id of its own and takes each id once; one that comes again needs another.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Row {
    times: u32,
    /// The update of the last time: a repeat of it must not count again.
    by: i64,
}

impl Row {
    /// The occurrence that an update is about.
    const fn occurrence(self, update_id: i64) -> u32 {
        if update_id <= self.by { self.times.saturating_sub(1) } else { self.times }
    }
}

/// What changed on one message.
struct Change<'c> {
    chat: ChatId,
    author: Author,
    message: i64,
    at: Timestamp,
    version: u64,
    was: Vec<&'c Value>,
    is: Vec<&'c Value>,
}

/// What a change of reactions is: first what is gone, then what is new. Remembers durably what was taken back.
pub(crate) async fn changes(
    shelf: &SharedShelf,
    update_id: i64,
    change: &Value,
    view: &View<'_>,
) -> Result<Vec<Inbound>, ShelfError> {
    let Some(change) = read(update_id, change, view) else { return Ok(Vec::new()) };
    let mut happened = Vec::new();
    let names = |of: &[&Value]| of.iter().filter_map(|reaction| name(reaction)).collect::<Vec<_>>();
    let (was, is) = (names(&change.was), names(&change.is));
    for gone in was.iter().filter(|name| !is.contains(name)) {
        let key = change.key(gone);
        let row = row(shelf, &key).await?;
        let occurrence = row.occurrence(update_id);
        if update_id > row.by {
            let row = Row { times: row.times.saturating_add(1), by: update_id };
            shelf.put(vec![(key, json!(row))], Vec::new()).await?;
        }
        happened.push(change.happening(gone, occurrence, InboundKind::Delete));
    }
    for new in is.iter().filter(|name| !was.contains(name)) {
        let occurrence = row(shelf, &change.key(new)).await?.occurrence(update_id);
        let of = MessageId::new(change.message.to_string());
        let kind = InboundKind::Reaction { of, key: shown(new).to_owned() };
        happened.push(change.happening(new, occurrence, kind));
    }
    Ok(happened)
}

impl Change<'_> {
    fn key(&self, name: &str) -> String {
        format!("reaction/{}/{}/{}/{name}", self.chat, self.message, self.author.account)
    }

    fn happening(&self, name: &str, occurrence: u32, kind: InboundKind) -> Inbound {
        let mut id = format!("r:{}:{}:{name}", self.message, self.author.account);
        if occurrence > 0 {
            id = format!("{id}#{occurrence}");
        }
        Inbound {
            chat: self.chat.clone(),
            topic: None,
            message: MessageId::new(id),
            version: if kind == InboundKind::Delete { self.version } else { 0 },
            at: self.at,
            author: self.author.clone(),
            kind,
        }
    }
}

fn read<'c>(update_id: i64, change: &'c Value, view: &View<'_>) -> Option<Change<'c>> {
    let (Role::Team(chat) | Role::Customer(chat)) = normalise::role(change, view) else { return None };
    // who reacts in the name of a group is not known
    let author = normalise::author(change.get("user")?)?;
    if author.account.as_str() == view.me.id.to_string() {
        return None;
    }
    let list = |field: &str| change.get(field).and_then(Value::as_array).into_iter().flatten().collect();
    Some(Change {
        chat,
        author,
        message: number(change, "message_id")?,
        at: normalise::time(change, "date", view),
        version: normalise::stamp(number(change, "date").unwrap_or_default(), update_id),
        was: list("old_reaction"),
        is: list("new_reaction"),
    })
}

/// What a reaction is called in ids: its emoji, or what kind it is.
fn name(reaction: &Value) -> Option<String> {
    let name = match text(reaction, "type")? {
        "emoji" => text(reaction, "emoji")?.to_owned(),
        "custom_emoji" => format!("custom:{}", text(reaction, "custom_emoji_id")?),
        other => other.to_owned(),
    };
    (!name.is_empty() && name.len() <= NAME_MAX).then_some(name)
}

/// What people see: a picture of one's own has no name that anybody knows.
fn shown(name: &str) -> &str {
    match name {
        "paid" => "⭐",
        custom if custom.starts_with("custom:") => "🖼",
        emoji => emoji,
    }
}

async fn row(shelf: &SharedShelf, key: &str) -> Result<Row, ShelfError> {
    Ok(shelf.get(key).await?.and_then(|row| serde_json::from_value(row).ok()).unwrap_or_default())
}
