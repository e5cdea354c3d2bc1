//! Groups: who is in them, what the bot may do there, and what happens to them behind its back.

use crate::fake::{Inner, chat};
use crate::people::{Person, hear, tell_of_membership};
use crate::shown::{Shown, TopicShown};
use crate::world::{Chat, Draft, fields};
use serde_json::json;
use std::sync::Arc;

/// A group that the bot is in.
#[derive(Clone)]
pub struct Group {
    inner: Arc<Inner>,
    id: i64,
}

impl Group {
    pub(crate) fn new(inner: &Arc<Inner>, id: i64) -> Self {
        Self { inner: Arc::clone(inner), id }
    }

    /// The chat's id.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// A person in it.
    #[must_use]
    pub fn member(&self, name: &str) -> Person {
        let id = self.inner.change(|world| {
            let id = 600_000_000 + world.id();
            world.users.insert(id, json!({ "id": id, "is_bot": false, "first_name": name }));
            id
        });
        self.admits(id)
    }

    /// A person from elsewhere joins.
    #[must_use]
    pub fn admits(&self, id: i64) -> Person {
        self.with(|chat| chat.members.insert(id));
        Person::new(&self.inner, id, self.id)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Chat) -> T) -> Option<T> {
        self.inner.change(|world| world.chats.get_mut(&self.id).map(change))
    }

    /// What it shows in a topic, or outside every topic.
    #[must_use]
    pub fn shows(&self, topic: Option<i64>) -> Vec<Shown> {
        self.inner.look().shown(self.id, topic)
    }

    /// Its topics.
    #[must_use]
    pub fn topics(&self) -> Vec<TopicShown> {
        let world = self.inner.look();
        let topics = world.chats.get(&self.id).into_iter().flat_map(|chat| &chat.topics);
        let shown = topics.map(|(id, topic)| TopicShown {
            id: *id,
            name: topic.name.clone(),
            color: topic.icon_color,
            icon: topic.icon.clone(),
            closed: topic.closed,
        });
        shown.collect()
    }

    /// A person deletes a topic with all that is in it.
    pub fn loses_topic(&self, topic: i64) {
        self.with(|chat| {
            chat.topics.remove(&topic);
            chat.messages.retain(|id, message| *id != topic && message.topic != Some(topic));
        });
    }

    /// A person closes a topic.
    pub fn closes_topic(&self, topic: i64) {
        self.with(|chat| {
            if let Some(topic) = chat.topics.get_mut(&topic) {
                topic.closed = true;
            }
        });
    }

    /// Nobody may write into closed topics, not even administrators.
    pub fn locks_closed_topics(&self) {
        self.with(|chat| chat.locks_closed = true);
    }

    /// Which emoji may be put on messages; nothing for all.
    pub fn allows_reactions(&self, emoji: Option<&[&str]>) {
        let emoji = emoji.map(|emoji| emoji.iter().map(|emoji| (*emoji).to_owned()).collect());
        self.with(|chat| chat.reactions = emoji);
    }

    /// The bot's rights as an administrator, by the names of the API; nothing makes it a plain member.
    pub fn grants(&self, rights: Option<&[&str]>) {
        self.with(|chat| {
            chat.bot.status = String::from(if rights.is_some() { "administrator" } else { "member" });
            chat.bot.rights = rights.unwrap_or_default().iter().map(|right| (*right).to_owned()).collect();
        });
    }

    /// Whether it has topics.
    pub fn is_forum(&self, is_forum: bool) {
        self.with(|chat| chat.json["is_forum"] = is_forum.into());
    }

    /// Throws the bot out.
    pub fn kicks(&self, by: &Person) {
        self.with(|chat| chat.bot.status = String::from("kicked"));
        self.inner.change(|world| tell_of_membership(world, self.id, by.id(), "administrator", "kicked"));
    }

    /// Becomes a supergroup with topics under another id; both chats say so.
    #[must_use]
    pub fn migrates(&self, by: &Person) -> Self {
        let new = self.inner.change(|world| {
            let new = -1_003_000_000_000 - world.id();
            let old = world.chats.get(&self.id).cloned();
            let title = old.as_ref().map(|old| old.json["title"].clone()).unwrap_or_default();
            let json = json!({ "id": new, "type": "supergroup", "title": title, "is_forum": true });
            let mut moved = chat(json, false);
            moved.members = old.map(|old| old.members).unwrap_or_default();
            world.chats.insert(new, moved);
            for (chat, field, other) in
                [(self.id, "migrate_to_chat_id", new), (new, "migrate_from_chat_id", self.id)]
            {
                let fields = fields(json!({ field: other }));
                let draft = Draft { from: by.id(), service: true, fields, ..Draft::default() };
                if let Ok(id) = world.post(chat, draft) {
                    let json = world.message_json(chat, id);
                    hear(world, chat, "message", json);
                }
            }
            if let Some(old) = world.chats.get_mut(&self.id) {
                old.moved_to = Some(new);
            }
            new
        });
        Self { inner: Arc::clone(&self.inner), id: new }
    }
}
