//! What the server knows: accounts, chats, messages, files. It must not know of HTTP.

use crate::answers::Refused;
use crate::faults::Faults;
use crate::shown::Shown;
use crate::throttle::Throttle;
use crate::updates::Updates;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The bot's account.
pub(crate) const BOT: i64 = 7_100_000_001;
/// The account in whose name anonymous administrators write.
pub(crate) const ANONYMOUS: i64 = 1_087_968_824;

/// One topic of a forum.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    pub(crate) name: String,
    pub(crate) icon_color: i64,
    pub(crate) icon: Option<String>,
    pub(crate) closed: bool,
}

/// One message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// As the API shows it, without `reply_to_message`.
    pub(crate) json: Value,
    pub(crate) from: i64,
    pub(crate) topic: Option<i64>,
    pub(crate) reply_to: Option<i64>,
    pub(crate) file: Option<String>,
    pub(crate) reactions: BTreeMap<i64, Vec<Value>>,
    pub(crate) pinned: bool,
    pub(crate) silent: bool,
    pub(crate) service: bool,
}

/// What the bot may do in a group.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    /// `administrator`, `member`, `left`, `kicked`.
    pub(crate) status: String,
    /// The rights of an administrator, by the names of the API.
    pub(crate) rights: BTreeSet<String>,
}

/// One chat.
#[derive(Debug, Clone)]
pub(crate) struct Chat {
    /// As the API shows it.
    pub(crate) json: Value,
    pub(crate) is_private: bool,
    /// Nobody may write there: the words of the refusal.
    pub(crate) closed: Option<String>,
    pub(crate) bot: Standing,
    pub(crate) members: BTreeSet<i64>,
    pub(crate) messages: BTreeMap<i64, Message>,
    pub(crate) topics: BTreeMap<i64, Topic>,
    pub(crate) locks_closed: bool,
    pub(crate) reactions: Option<Vec<String>>,
    pub(crate) moved_to: Option<i64>,
    pub(crate) next: i64,
}

/// One file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) unique: String,
    /// The field of a message that shows it: `photo`, `document` …
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) mime: Option<String>,
    pub(crate) bytes: Vec<u8>,
    /// May be said larger than it is.
    pub(crate) size: u64,
    pub(crate) path: String,
}

/// Everything behind the interface.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) users: BTreeMap<i64, Value>,
    pub(crate) chats: BTreeMap<i64, Chat>,
    pub(crate) files: BTreeMap<String, File>,
    pub(crate) updates: Updates,
    pub(crate) faults: Faults,
    pub(crate) throttle: Throttle,
    /// Scope and language to the commands there.
    pub(crate) commands: BTreeMap<(String, String), Value>,
    /// Chat, topic and action.
    pub(crate) actions: Vec<(i64, Option<i64>, String)>,
    pub(crate) webhook: Option<String>,
    pub(crate) privacy: bool,
    /// How far the clock was put forward, in seconds.
    pub(crate) ahead: i64,
    /// Private chats share their numbers.
    pub(crate) next_private: i64,
    pub(crate) next_id: i64,
}

impl World {
    #[expect(
        clippy::disallowed_methods,
        reason = "the server has a clock of its own, which a test can put forward"
    )]
    pub(crate) fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond() + self.ahead * 1_000
    }

    /// The time as messages carry it.
    pub(crate) fn now(&self) -> i64 {
        self.now_ms() / 1_000
    }

    /// A number that nothing else has.
    pub(crate) fn id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    pub(crate) fn bot(&self) -> Value {
        self.users.get(&BOT).cloned().unwrap_or_default()
    }

    /// A chat that the bot knows.
    pub(crate) fn chat(&mut self, id: i64) -> Result<&mut Chat, Refused> {
        self.chats.get_mut(&id).ok_or_else(|| Refused::bad("chat not found"))
    }

    /// A chat that the bot may write to.
    pub(crate) fn open_chat(&mut self, id: i64) -> Result<&mut Chat, Refused> {
        let chat = self.chat(id)?;
        if let Some(to) = chat.moved_to {
            return Err(Refused::moved(to));
        }
        if let Some(words) = &chat.closed {
            return Err(Refused::forbidden(words));
        }
        match (chat.is_private, chat.bot.status.as_str()) {
            (true, _) | (_, "administrator" | "member") => Ok(chat),
            (_, "kicked") => Err(Refused::forbidden("bot was kicked from the supergroup chat")),
            _ => Err(Refused::forbidden("bot is not a member of the supergroup chat")),
        }
    }

    /// Adds a message to a chat; its id.
    pub(crate) fn post(&mut self, chat_id: i64, draft: Draft) -> Result<i64, Refused> {
        let date = self.now();
        let from = self.users.get(&draft.from).cloned();
        let next_private = self.next_private;
        let chat = self.chat(chat_id)?;
        let id = if chat.is_private { next_private } else { chat.next };
        chat.next = id + 1;
        let is_private = chat.is_private;
        let mut json = draft.fields;
        json.insert("message_id".to_owned(), id.into());
        json.insert("date".to_owned(), date.into());
        json.insert("chat".to_owned(), chat.json.clone());
        if let Some(from) = from {
            json.insert("from".to_owned(), from);
        }
        if let Some(topic) = draft.topic {
            json.insert("message_thread_id".to_owned(), topic.into());
            json.insert("is_topic_message".to_owned(), true.into());
        }
        let message = Message {
            json: Value::Object(json),
            from: draft.from,
            topic: draft.topic,
            reply_to: draft.reply_to,
            file: draft.file,
            reactions: BTreeMap::new(),
            pinned: false,
            silent: draft.silent,
            service: draft.service,
        };
        chat.messages.insert(id, message);
        if is_private {
            self.next_private = id + 1;
        }
        Ok(id)
    }

    /// A message as the API shows it, with the message it answers.
    pub(crate) fn message_json(&self, chat: i64, id: i64) -> Value {
        let Some(chat) = self.chats.get(&chat) else { return Value::Null };
        let Some(message) = chat.messages.get(&id) else { return Value::Null };
        let mut json = message.json.clone();
        // in a topic whatever answers nothing answers the topic's first message; its id is the topic's
        let answered = message.reply_to.or(message.topic).and_then(|answered| chat.messages.get(&answered));
        if let Some(answered) = answered {
            json["reply_to_message"] = answered.json.clone();
            // outside every topic Telegram names a thread that is none
            if message.topic.is_none() && chat.json["is_forum"] == true {
                json["message_thread_id"] = answered.json["message_id"].clone();
            }
        }
        json
    }

    /// What a chat shows in one topic, or outside all of them.
    pub(crate) fn shown(&self, chat: i64, topic: Option<i64>) -> Vec<Shown> {
        let Some(chat) = self.chats.get(&chat) else { return Vec::new() };
        let there = chat.messages.iter().filter(|(_, message)| message.topic == topic && !message.service);
        there.map(|(id, message)| self.show(*id, message)).collect()
    }

    fn show(&self, id: i64, message: &Message) -> Shown {
        let file = message.file.as_ref().and_then(|file| self.files.get(file));
        let words = |name: &str| message.json[name].as_str().map(str::to_owned);
        let entities =
            |name: &str| message.json[name].as_array().cloned().filter(|entities| !entities.is_empty());
        let reactions = message.reactions.iter().flat_map(|(account, reactions)| {
            let emoji = |reaction: &Value| reaction["emoji"].as_str().unwrap_or("custom").to_owned();
            reactions.iter().map(move |reaction| (*account, emoji(reaction)))
        });
        Shown {
            id,
            topic: message.topic,
            from: message.from,
            text: words("text").or_else(|| words("caption")).unwrap_or_default(),
            entities: entities("entities").or_else(|| entities("caption_entities")).unwrap_or_default(),
            kind: file.map_or_else(|| "text".to_owned(), |file| file.kind.clone()),
            bytes: file.map(|file| file.bytes.clone()),
            file_name: file.and_then(|file| file.name.clone()),
            album: words("media_group_id"),
            reactions: reactions.collect(),
            reply_to: message.reply_to,
            pinned: message.pinned,
            silent: message.silent,
            edited: message.json["edit_date"].is_i64(),
            raw: message.json.clone(),
        }
    }
}

/// A message that is about to be one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) from: i64,
    pub(crate) topic: Option<i64>,
    pub(crate) reply_to: Option<i64>,
    pub(crate) file: Option<String>,
    pub(crate) silent: bool,
    pub(crate) service: bool,
    pub(crate) fields: Map<String, Value>,
}

/// The fields of an object.
pub(crate) fn fields(value: Value) -> Map<String, Value> {
    if let Value::Object(fields) = value { fields } else { Map::new() }
}

/// A chat as the API shows it to whoever is in it.
pub(crate) fn private_chat(user: &Value) -> Value {
    let mut json = json!({ "id": user["id"], "type": "private", "first_name": user["first_name"] });
    for name in ["last_name", "username"] {
        if user[name].is_string() {
            json[name] = user[name].clone();
        }
    }
    json
}
