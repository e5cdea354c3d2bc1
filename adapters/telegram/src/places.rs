//! Which chat is what: a team's group, a customer's private chat, or nobody's.
//!
//! A group that was upgraded gets another id. The desk knows it by the configured one for ever; everything that asks
//! Telegram says the id of today.

use port::adapter::SharedShelf;
use port::{ChatId, ShelfError};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The rows of groups that go on elsewhere: `moved/<old id>` is the new one.
const MOVED: &str = "moved/";
/// A chain of upgrades is never longer.
const STEPS_MAX: usize = 8;

/// What a chat is to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// The team works here; the chat is the configured one.
    Team(ChatId),
    /// A customer's.
    Customer(ChatId),
    /// Nobody's that we know: not listened to.
    Stranger,
}

/// The groups of an adapter: configured id to the id of today.
#[derive(Debug)]
pub(crate) struct Places(Mutex<BTreeMap<ChatId, ChatId>>);

impl Places {
    pub(crate) fn new(team_rooms: &[ChatId]) -> Self {
        let today = team_rooms.iter().map(|room| (room.clone(), room.clone()));
        Self(Mutex::new(today.collect()))
    }

    /// Takes up what earlier runs learned.
    pub(crate) async fn load(&self, store: &SharedShelf) -> Result<(), ShelfError> {
        let configured: Vec<ChatId> = self.lock().keys().cloned().collect();
        for room in configured {
            let mut today = room.clone();
            for _ in 0..STEPS_MAX {
                let row = store.get(&format!("{MOVED}{today}")).await?;
                let Some(next) = row.as_ref().and_then(Value::as_str) else { break };
                today = ChatId::new(next);
            }
            self.lock().insert(room, today);
        }
        Ok(())
    }

    /// What a `Chat` of the Bot API is to us.
    pub(crate) fn role(&self, chat: &Value) -> Role {
        let Some(id) = chat.get("id").and_then(Value::as_i64) else { return Role::Stranger };
        if chat.get("type").and_then(Value::as_str) == Some("private") {
            return Role::Customer(ChatId::new(id.to_string()));
        }
        let id = id.to_string();
        let found = self
            .lock()
            .iter()
            .find(|(room, today)| today.as_str() == id || room.as_str() == id)
            .map(|(room, _)| room.clone());
        found.map_or(Role::Stranger, Role::Team)
    }

    /// The id of today of a chat of the desk's, as the Bot API wants it.
    pub(crate) fn today(&self, chat: &ChatId) -> ChatId {
        self.lock().get(chat).unwrap_or(chat).clone()
    }

    /// Whether the team works in this chat of the desk's.
    pub(crate) fn is_team(&self, chat: &ChatId) -> bool {
        self.lock().contains_key(chat)
    }

    /// A group goes on under another id. Durable when it returns; repeating it is harmless.
    pub(crate) async fn note(
        &self,
        store: &SharedShelf,
        chat: &ChatId,
        to: &ChatId,
    ) -> Result<(), ShelfError> {
        let from = self.today(chat);
        if !self.is_team(chat) || from == *to {
            return Ok(());
        }
        store.put(vec![(format!("{MOVED}{from}"), json!(to))], Vec::new()).await?;
        self.lock().insert(chat.clone(), to.clone());
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ChatId, ChatId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
