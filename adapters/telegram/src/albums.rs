//! Albums: their items come one by one and nothing says which is the last. Each is kept before Telegram is told that it
//! was received; a moment after the last one the whole is handed over. What is kept of them for a week tells which album
//! an item belongs to, and what it says.

use crate::clock;
use jiff::Timestamp;
use port::adapter::SharedShelf;
use port::{ChannelName, ChatId, MessageId, Owner, Private, ShelfError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long after its last item an album is whole.
pub(crate) const WAIT: Duration = Duration::from_secs(1);
/// How long what is known about an album is kept, in seconds.
const KEPT: i64 = 7 * 86_400;
/// More items than Telegram lets an album have: those beyond are messages of their own.
const ITEMS_MAX: usize = 50;
/// So many albums wait at once; when there are more, the first is taken as whole.
const OPEN_MAX: usize = 100;
/// How many rows are read at once.
const PAGE: usize = 200;
const ALBUMS: &str = "album/";

/// What is kept of an album.
#[derive(Clone, Serialize, Deserialize)]
struct Row {
    /// When its first item came, in seconds.
    at: i64,
    chat: ChatId,
    items: Vec<Item>,
    /// The message it was handed over as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<MessageId>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Item {
    id: i64,
    /// The message as it came, or as it was edited last.
    raw: Private,
}

impl Row {
    fn items(&self) -> Vec<Value> {
        let raw = self.items.iter().filter_map(|item| item.raw.text());
        raw.filter_map(|raw| serde_json::from_str(raw).ok()).collect()
    }

    fn name(&self) -> Option<MessageId> {
        self.told.clone().or_else(|| Some(MessageId::new(self.items.first()?.id.to_string())))
    }
}

/// An album that is not handed over yet.
pub(crate) struct Open {
    key: String,
    row: Row,
    /// When it is whole; not known while nobody can say that nothing comes any more.
    due: Option<Instant>,
}

impl Open {
    /// Its items, in order.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.row.items()
    }
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It waits for the others.
    Held,
    /// Its album is gone already: it is a message of its own.
    Alone,
}

/// What became of an edited message.
pub(crate) enum Edited {
    /// It is no item of an album.
    NoItem,
    /// Its album is not handed over yet, and will be as it is now.
    Held,
    /// All items of its album as they are now.
    Album(Vec<Value>),
}

/// The albums that are not handed over yet.
pub(crate) struct Albums {
    channel: ChannelName,
    shelf: SharedShelf,
    open: Vec<Open>,
}

impl Albums {
    /// Takes up what an earlier run left, and forgets what is old.
    pub(crate) async fn load(
        channel: &ChannelName,
        shelf: &SharedShelf,
        now: Timestamp,
    ) -> Result<Self, ShelfError> {
        let mut albums = Self { channel: channel.clone(), shelf: shelf.clone(), open: Vec::new() };
        for (key, row) in albums.swept(now).await? {
            albums.open.push(Open { key, row, due: None });
        }
        Ok(albums)
    }

    /// Forgets what is older than a week.
    pub(crate) async fn prune(&self, now: Timestamp) -> Result<(), ShelfError> {
        self.swept(now).await.map(drop)
    }

    /// The same; gives the albums that were never handed over.
    async fn swept(&self, now: Timestamp) -> Result<Vec<(String, Row)>, ShelfError> {
        let (mut open, mut after) = (Vec::new(), None::<String>);
        loop {
            let rows = self.shelf.scan(ALBUMS, after.as_deref(), PAGE).await?;
            let Some((last, _)) = rows.last() else { return Ok(open) };
            after = Some(last.clone());
            let mut old = Vec::new();
            for (key, row) in rows {
                match serde_json::from_value::<Row>(row) {
                    Ok(row) if row.told.is_none() => open.push((key, row)),
                    Ok(row) if now.as_second().saturating_sub(row.at) > KEPT => {
                        old.extend(row.items.iter().map(|item| item_key(&row.chat, item.id)));
                        old.push(key);
                    }
                    Ok(_) => {}
                    Err(_) => old.push(key),
                }
            }
            if !old.is_empty() {
                self.shelf.put(Vec::new(), old).await?;
            }
        }
    }

    /// Keeps an item. Durable when it returns.
    pub(crate) async fn keep(
        &mut self,
        chat: &ChatId,
        group: &str,
        message: &Value,
        now: Timestamp,
    ) -> Result<Kept, ShelfError> {
        let Some(id) = crate::normalise::number(message, "message_id") else { return Ok(Kept::Alone) };
        let key = format!("{ALBUMS}{chat}/{group}");
        let at = if let Some(at) = self.open.iter().position(|open| open.key == key) {
            at
        } else {
            let row = self.row(&key).await?;
            if let Some(row) = row.filter(|row| row.told.is_some()) {
                // the same item again is no news
                let is_known = row.items.iter().any(|item| item.id == id);
                return Ok(if is_known { Kept::Held } else { Kept::Alone });
            }
            let row = Row { at: now.as_second(), chat: chat.clone(), items: Vec::new(), told: None };
            self.open.push(Open { key: key.clone(), row, due: None });
            self.open.len() - 1
        };
        let raw = self.sealed(message);
        if self.open.len() > OPEN_MAX
            && let Some(first) = self.open.first_mut()
        {
            first.due = Some(clock::moment());
        }
        let Some(open) = self.open.get_mut(at) else { return Ok(Kept::Alone) };
        if open.row.items.iter().all(|item| item.id != id) {
            if open.row.items.len() >= ITEMS_MAX {
                return Ok(Kept::Alone);
            }
            open.row.items.push(Item { id, raw });
            open.row.items.sort_by_key(|item| item.id);
        }
        open.due = Some(clock::moment() + WAIT);
        let rows = vec![(item_key(chat, id), json!(group)), (key, json!(open.row))];
        self.shelf.put(rows, Vec::new()).await?;
        Ok(Kept::Held)
    }

    /// Somebody goes on with another message: what they sent before is whole.
    pub(crate) fn whole(&mut self, chat: &ChatId, author: Option<i64>, group: Option<&str>) -> Vec<Open> {
        let key = group.map(|group| format!("{ALBUMS}{chat}/{group}"));
        let ends = |open: &mut Open| {
            open.row.chat == *chat
                && key.as_ref() != Some(&open.key)
                && open.items().first().is_some_and(|first| author_of(first) == author)
        };
        self.open.extract_if(.., ends).collect()
    }

    /// Telegram answered: whatever came until now came by now.
    pub(crate) fn answered(&mut self) {
        for open in &mut self.open {
            open.due.get_or_insert_with(|| clock::moment() + WAIT);
        }
    }

    /// Telegram cannot be asked: nobody knows what may still come.
    pub(crate) fn unanswered(&mut self) {
        for open in &mut self.open {
            open.due = None;
        }
    }

    /// Comes back when an album is whole; never while none waits.
    pub(crate) async fn wait(&self) {
        match self.open.iter().filter_map(|open| open.due).min() {
            Some(due) => tokio::time::sleep_until(due.into()).await,
            None => std::future::pending().await,
        }
    }

    /// The albums that are whole.
    pub(crate) fn take(&mut self) -> Vec<Open> {
        let now = clock::moment();
        self.open.extract_if(.., |open| open.due.is_some_and(|due| due <= now)).collect()
    }

    /// Notes durably that albums were handed over.
    pub(crate) async fn settle(&self, told: &[Open]) -> Result<(), ShelfError> {
        let mut rows = Vec::new();
        for open in told {
            let mut row = self.row(&open.key).await?.unwrap_or_else(|| open.row.clone());
            row.told = open.row.name();
            rows.push((open.key.clone(), json!(row)));
        }
        if rows.is_empty() { Ok(()) } else { self.shelf.put(rows, Vec::new()).await }
    }

    /// The message by which the desk knows another one: an album for each of its items.
    pub(crate) async fn name(&self, chat: &ChatId, message: MessageId) -> Result<MessageId, ShelfError> {
        let Some((_, row)) = self.album_of(chat, &message).await? else { return Ok(message) };
        Ok(row.name().unwrap_or(message))
    }

    /// An item says something else now. Durable when it returns.
    pub(crate) async fn edited(&mut self, chat: &ChatId, message: &Value) -> Result<Edited, ShelfError> {
        let Some(id) = crate::normalise::number(message, "message_id") else { return Ok(Edited::NoItem) };
        let found = self.album_of(chat, &MessageId::new(id.to_string())).await?;
        let Some((key, mut row)) = found else { return Ok(Edited::NoItem) };
        let raw = self.sealed(message);
        for item in row.items.iter_mut().filter(|item| item.id == id) {
            item.raw = raw.clone();
        }
        self.shelf.put(vec![(key.clone(), json!(row))], Vec::new()).await?;
        if let Some(open) = self.open.iter_mut().find(|open| open.key == key) {
            open.row = row;
            return Ok(Edited::Held);
        }
        Ok(Edited::Album(row.items()))
    }

    async fn album_of(
        &self,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<(String, Row)>, ShelfError> {
        let Ok(id) = message.as_str().parse() else { return Ok(None) };
        let group = self.shelf.get(&item_key(chat, id)).await?;
        let Some(group) = group.as_ref().and_then(Value::as_str) else { return Ok(None) };
        let key = format!("{ALBUMS}{chat}/{group}");
        Ok(self.row(&key).await?.map(|row| (key, row)))
    }

    async fn row(&self, key: &str) -> Result<Option<Row>, ShelfError> {
        Ok(self.shelf.get(key).await?.and_then(|row| serde_json::from_value(row).ok()))
    }

    fn sealed(&self, message: &Value) -> Private {
        Private::new(Owner::Channel(self.channel.clone()), message.to_string())
    }
}

fn item_key(chat: &ChatId, id: i64) -> String {
    format!("item/{chat}/{id}")
}

/// Whose message it is.
pub(crate) fn author_of(message: &Value) -> Option<i64> {
    let author = message.get("sender_chat").or_else(|| message.get("from"))?;
    crate::normalise::number(author, "id")
}
