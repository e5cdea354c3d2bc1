//! The people on the other side: what they write, send and do, and what becomes an update of it.

use crate::fake::Inner;
use crate::files::{keep, show_file};
use crate::shown::Shown;
use crate::world::{ANONYMOUS, BOT, Draft, World, fields};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A file that a person sends.
#[derive(Debug, Clone, Copy)]
pub struct FileSent<'a> {
    /// The field of the message: `photo`, `video`, `animation`, `audio`, `document`, `voice`, `video_note`, `sticker`.
    pub kind: &'a str,
    /// Its name, where the kind has one.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// A person in a chat: a customer in the private chat with the bot, or a member of a group, perhaps in a topic.
#[derive(Clone)]
pub struct Person {
    inner: Arc<Inner>,
    id: i64,
    chat: i64,
    topic: Option<i64>,
}

#[expect(clippy::must_use_candidate, reason = "mostly nobody needs the id of what was written")]
impl Person {
    pub(crate) fn new(inner: &Arc<Inner>, id: i64, chat: i64) -> Self {
        Self { inner: Arc::clone(inner), id, chat, topic: None }
    }

    /// The account.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// The chat this person writes in.
    #[must_use]
    pub const fn chat(&self) -> i64 {
        self.chat
    }

    /// The same person in a topic, or outside every topic.
    #[must_use]
    pub fn in_topic(&self, topic: Option<i64>) -> Self {
        Self { topic, ..self.clone() }
    }

    /// Writes; the message's id, as everything that makes a message returns it.
    pub fn writes(&self, text: &str) -> i64 {
        self.sends(json!({ "text": text }))
    }

    /// Writes with entities.
    pub fn writes_with(&self, text: &str, entities: &Value) -> i64 {
        self.sends(json!({ "text": text, "entities": entities }))
    }

    /// Answers a message by a deliberate act.
    pub fn replies(&self, to: i64, text: &str) -> i64 {
        self.post(fields(json!({ "text": text })), Some(to), None, None)
    }

    /// Presses the start button, perhaps by a link that carries something.
    pub fn starts(&self, payload: Option<&str>) -> i64 {
        let text = payload.map_or_else(|| "/start".to_owned(), |payload| format!("/start {payload}"));
        self.writes_with(&text, &json!([{ "type": "bot_command", "offset": 0, "length": 6 }]))
    }

    /// Sends a message of any kind: these fields, besides what every message has.
    pub fn sends(&self, message: Value) -> i64 {
        self.post(fields(message), None, None, None)
    }

    /// Sends a file.
    pub fn sends_file(&self, file: FileSent<'_>, caption: &str) -> i64 {
        self.file(file, caption, None)
    }

    /// Sends files as one album; the caption is the first one's.
    pub fn sends_album(&self, files: &[FileSent<'_>], caption: &str) -> Vec<i64> {
        let group = self.inner.change(World::id).to_string();
        let captions = std::iter::once(caption).chain(std::iter::repeat(""));
        files.iter().zip(captions).map(|(file, caption)| self.file(*file, caption, Some(&group))).collect()
    }

    fn file(&self, file: FileSent<'_>, caption: &str, album: Option<&str>) -> i64 {
        let id = self.inner.change(|world| {
            let name = (!file.name.is_empty()).then(|| file.name.to_owned());
            keep(world, file.kind, name, None, file.bytes.to_vec())
        });
        let mut message = Map::new();
        self.inner.change(|world| show_file(world, &id, &mut message));
        if !caption.is_empty() {
            message.insert("caption".to_owned(), caption.into());
        }
        if let Some(album) = album {
            message.insert("media_group_id".to_owned(), album.into());
        }
        self.post(message, None, Some(id), None)
    }

    /// Changes an own message's text or caption.
    pub fn edits(&self, id: i64, text: &str) {
        self.changes(id, |json| {
            let field = if json["text"].is_string() { "text" } else { "caption" };
            json[field] = text.into();
            if let Some(json) = json.as_object_mut() {
                json.remove("entities");
                json.remove("caption_entities");
            }
        });
    }

    /// Changes an own message in any way.
    pub fn changes(&self, id: i64, change: impl FnOnce(&mut Value)) {
        self.inner.change(|world| {
            let now = world.now();
            if let Some(message) = world.chats.get_mut(&self.chat).and_then(|chat| chat.messages.get_mut(&id))
            {
                change(&mut message.json);
                message.json["edit_date"] = now.into();
            }
            let json = world.message_json(self.chat, id);
            hear(world, self.chat, "edited_message", json);
        });
    }

    /// Takes a message away; no update tells of it.
    pub fn deletes(&self, id: i64) {
        self.inner.change(|world| world.chats.get_mut(&self.chat)?.messages.remove(&id));
    }

    /// Puts exactly these emoji on a message.
    pub fn reacts(&self, id: i64, emoji: &[&str]) {
        let new: Vec<Value> = emoji.iter().map(|emoji| json!({ "type": "emoji", "emoji": emoji })).collect();
        self.inner.change(|world| {
            let (now, user) = (world.now(), world.users.get(&self.id).cloned());
            let Some(chat) = world.chats.get_mut(&self.chat) else { return };
            let (json, hears) = (chat.json.clone(), chat.is_private || chat.bot.status == "administrator");
            let Some(message) = chat.messages.get_mut(&id) else { return };
            let old = message.reactions.insert(self.id, new.clone()).unwrap_or_default();
            if hears {
                let update = json!({
                    "chat": json, "message_id": id, "user": user, "date": now,
                    "old_reaction": old, "new_reaction": new,
                });
                world.updates.push(now, "message_reaction", update);
            }
        });
    }

    /// Blocks the bot.
    pub fn blocks(&self) {
        self.closes("bot was blocked by the user", "kicked");
    }

    /// Deletes the account.
    pub fn vanishes(&self) {
        self.inner.change(|world| {
            if let Some(chat) = world.chats.get_mut(&self.chat) {
                chat.closed = Some("user is deactivated".to_owned());
            }
        });
    }

    /// Takes the bot back.
    pub fn unblocks(&self) {
        self.inner.change(|world| {
            if let Some(chat) = world.chats.get_mut(&self.chat) {
                chat.closed = None;
            }
            tell_of_membership(world, self.chat, self.id, "kicked", "member");
        });
    }

    fn closes(&self, words: &str, status: &str) {
        self.inner.change(|world| {
            if let Some(chat) = world.chats.get_mut(&self.chat) {
                chat.closed = Some(words.to_owned());
            }
            tell_of_membership(world, self.chat, self.id, "member", status);
        });
    }

    /// Writes as an administrator who hides behind the group.
    pub fn writes_anonymously(&self, text: &str) -> i64 {
        let group = self.inner.look().chats.get(&self.chat).map(|chat| chat.json.clone());
        self.post(fields(json!({ "text": text, "sender_chat": group })), None, None, Some(ANONYMOUS))
    }

    /// Writes in the name of a channel.
    pub fn writes_as_channel(&self, title: &str, text: &str) -> i64 {
        let channel = json!({ "id": -1_001_234_567_890_i64, "type": "channel", "title": title });
        self.post(fields(json!({ "text": text, "sender_chat": channel })), None, None, Some(136_817_688))
    }

    /// What this person sees in the chat or in the topic.
    #[must_use]
    pub fn sees(&self) -> Vec<Shown> {
        self.inner.look().shown(self.chat, self.topic)
    }

    fn post(
        &self,
        fields: Map<String, Value>,
        reply_to: Option<i64>,
        file: Option<String>,
        from: Option<i64>,
    ) -> i64 {
        let draft = Draft {
            from: from.unwrap_or(self.id),
            topic: self.topic,
            reply_to,
            file,
            fields,
            ..Draft::default()
        };
        self.inner.change(|world| {
            let Ok(id) = world.post(self.chat, draft) else { return 0 };
            let json = world.message_json(self.chat, id);
            hear(world, self.chat, "message", json);
            id
        })
    }
}

/// Queues an update about a message, unless the bot does not hear it there.
pub(crate) fn hear(world: &mut World, chat: i64, kind: &str, json: Value) {
    let now = world.now();
    let Some(there) = world.chats.get(&chat) else { return };
    if !there.is_private {
        let text = json["text"].as_str().unwrap_or_default();
        let meant = text.starts_with('/')
            || text.contains("@desk_test_bot")
            || json["reply_to_message"]["from"]["id"] == BOT
            || ["text", "caption", "photo", "document"].iter().all(|field| json[field].is_null());
        match there.bot.status.as_str() {
            "administrator" => {}
            "member" if meant || !world.privacy => {}
            _ => return,
        }
    }
    world.updates.push(now, kind, json);
}

/// Tells the bot that its own place in a chat is another one now.
pub(crate) fn tell_of_membership(world: &mut World, chat: i64, by: i64, old: &str, new: &str) {
    let now = world.now();
    let Some(json) = world.chats.get(&chat).map(|chat| chat.json.clone()) else { return };
    let user = world.users.get(&by).cloned();
    let bot = world.bot();
    let member = |status: &str| {
        let mut member = json!({ "status": status, "user": bot });
        if status == "kicked" {
            member["until_date"] = 0.into();
        }
        member
    };
    let update = json!({
        "chat": json, "from": user, "date": now, "old_chat_member": member(old), "new_chat_member": member(new),
    });
    world.updates.push(now, "my_chat_member", update);
}
