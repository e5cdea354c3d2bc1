//! Messages come, change and go, whoever does it; and everybody is told.

use crate::shapes;
use crate::world::{Id, Message, World, id_of, intents, text, written};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A file that is sent along.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Fields of its own: a description, a voice message's duration.
    pub(crate) extra: Value,
}

/// A message about to be posted: its fields as the object has them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// Laid over the message's object.
    pub(crate) fields: Value,
    pub(crate) files: Vec<Sent>,
    /// Who may be called; everybody when it is null.
    pub(crate) allowed_mentions: Value,
    pub(crate) webhook: Option<Id>,
    pub(crate) avatar_url: Option<String>,
    /// The message's id, where it is given: a post's first message.
    pub(crate) id: Option<Id>,
}

impl World {
    /// Posts a message and tells everybody.
    pub(crate) fn post(&mut self, channel: Id, author: &Value, draft: Draft) -> Id {
        let id = draft.id.unwrap_or_else(|| self.new_id());
        let mut object = shapes::message(id, channel, author);
        lay_over(&mut object, &draft.fields);
        if let Some(webhook) = draft.webhook {
            object["webhook_id"] = text(webhook);
            object["application_id"] = text(self.application);
        }
        let content = object["content"].as_str().unwrap_or_default().trim().to_owned();
        object["content"] = json!(content);
        let attached: Vec<_> = draft.files.into_iter().map(|file| self.attach(file)).collect();
        object["attachments"] = json!(attached);
        let called = self.call(&mut object, &draft.allowed_mentions);
        self.unarchive(channel);
        let place = self.channels.get_mut(&channel).unwrap();
        place["last_message_id"] = text(id);
        if !place["thread_metadata"].is_null() && object["type"] != 4 {
            place["message_count"] = json!(place["message_count"].as_u64().unwrap_or_default() + 1);
            place["total_message_sent"] = place["message_count"].clone();
        }
        let nonce = object.as_object_mut().and_then(|fields| fields.remove("nonce"));
        let message = Message { json: object, reactions: Vec::new(), called, avatar_url: draft.avatar_url };
        let mut event = self.told(&message);
        if let Some(nonce) = nonce {
            event["nonce"] = nonce;
        }
        self.messages.entry(channel).or_default().insert(id, message);
        self.tell("MESSAGE_CREATE", &event, intents::GUILD_MESSAGES, intents::DIRECT_MESSAGES);
        id
    }

    fn attach(&mut self, file: Sent) -> Value {
        let id = self.new_id();
        let kind = media_type(&file.name);
        let name = safe_name(&file.name);
        let mut object = json!({
            "id": text(id), "filename": name, "size": file.bytes.len(), "content_type": kind, "url": "", "proxy_url": "",
        });
        if name != file.name {
            object["title"] = json!(file.name);
        }
        lay_over(&mut object, &file.extra);
        self.files.insert(id, (kind.to_owned(), file.bytes));
        object
    }

    /// Notes whom a text calls.
    fn call(&self, object: &mut Value, allowed: &Value) -> Vec<Id> {
        let content = object["content"].as_str().unwrap_or_default();
        let parsed = |what: &str| {
            allowed.is_null()
                || allowed["parse"].as_array().is_some_and(|parse| parse.iter().any(|kind| kind == what))
        };
        let named = allowed["users"].as_array().cloned().unwrap_or_default();
        let mentioned = self
            .users
            .keys()
            .copied()
            .filter(|id| content.contains(&format!("<@{id}>")) || content.contains(&format!("<@!{id}>")));
        let called: Vec<Id> =
            mentioned.filter(|id| parsed("users") || named.iter().any(|named| id_of(named) == *id)).collect();
        let everyone = content.contains("@everyone") || content.contains("@here");
        object["mention_everyone"] = json!(everyone && parsed("everyone"));
        object["mentions"] = called.iter().map(|id| self.users[id].clone()).collect();
        called
    }

    /// An archived thread wakes when somebody writes in it.
    pub(crate) fn unarchive(&mut self, channel: Id) {
        let Some(place) = self.channels.get_mut(&channel) else { return };
        if place["thread_metadata"]["archived"] != true {
            return;
        }
        place["thread_metadata"]["archived"] = json!(false);
        place["thread_metadata"]["archive_timestamp"] = json!(written(Timestamp::now()));
        let thread = place.clone();
        self.tell("THREAD_UPDATE", &thread, intents::GUILDS, 0);
    }

    /// Changes a message. `None` when it is not there.
    pub(crate) fn edit(
        &mut self,
        channel: Id,
        message: Id,
        fields: &Value,
        allowed: &Value,
    ) -> Option<Value> {
        let mut changed = self.messages.get(&channel)?.get(&message)?.clone();
        lay_over(&mut changed.json, fields);
        let last = changed.json["edited_timestamp"].as_str().unwrap_or_default().to_owned();
        // nobody changes a message twice within a millisecond
        let mut now = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap();
        while written(now) <= last {
            now = now.saturating_add(jiff::SignedDuration::from_millis(1)).unwrap();
        }
        changed.json["edited_timestamp"] = json!(written(now));
        changed.called = self.call(&mut changed.json, allowed);
        Some(self.store_changed(channel, message, changed))
    }

    /// Shows what links lead to: an update that is no edit.
    pub(crate) fn unfurl(&mut self, channel: Id, message: Id) {
        let Some(mut changed) = self.messages.get(&channel).and_then(|all| all.get(&message)).cloned() else {
            return;
        };
        changed.json["embeds"] =
            json!([{ "type": "link", "url": "https://example.org/", "title": "A page" }]);
        self.store_changed(channel, message, changed);
    }

    fn store_changed(&mut self, channel: Id, message: Id, changed: Message) -> Value {
        let (event, shown) = (self.told(&changed), self.shown(&changed));
        self.messages.entry(channel).or_default().insert(message, changed);
        self.tell("MESSAGE_UPDATE", &event, intents::GUILD_MESSAGES, intents::DIRECT_MESSAGES);
        shown
    }

    /// Takes messages away. Whether all were there.
    pub(crate) fn remove(&mut self, channel: Id, messages: &[Id]) -> bool {
        let Some(all) = self.messages.get_mut(&channel) else { return false };
        let gone: Vec<_> = messages.iter().copied().filter(|id| all.remove(id).is_some()).collect();
        let mut event = json!({ "channel_id": text(channel) });
        if let Some(guild) = self.guild_of(channel) {
            event["guild_id"] = text(guild);
        }
        let kind = if messages.len() > 1 {
            event["ids"] = gone.iter().copied().map(text).collect();
            "MESSAGE_DELETE_BULK"
        } else {
            event["id"] = gone.first().copied().map_or(Value::Null, text);
            "MESSAGE_DELETE"
        };
        if !gone.is_empty() {
            self.tell(kind, &event, intents::GUILD_MESSAGES, intents::DIRECT_MESSAGES);
        }
        gone.len() == messages.len()
    }

    /// Takes everybody's reactions off a message: those of one emoji, or all. `None` when the message is not there.
    pub(crate) fn clear_reactions(
        &mut self,
        (channel, message): (Id, Id),
        emoji: Option<&Value>,
    ) -> Option<()> {
        let found = self.messages.get_mut(&channel)?.get_mut(&message)?;
        let stays = |other: &Value| {
            emoji.is_some_and(|emoji| other["id"] != emoji["id"] || other["name"] != emoji["name"])
        };
        found.reactions.retain(|(other, _)| stays(other));
        let mut event = json!({ "channel_id": text(channel), "message_id": text(message) });
        if let Some(guild) = self.guild_of(channel) {
            event["guild_id"] = text(guild);
        }
        let kind = match emoji {
            Some(emoji) => {
                event["emoji"] = emoji.clone();
                "MESSAGE_REACTION_REMOVE_EMOJI"
            }
            None => "MESSAGE_REACTION_REMOVE_ALL",
        };
        self.tell(kind, &event, intents::GUILD_REACTIONS, intents::DIRECT_REACTIONS);
        Some(())
    }

    /// Puts somebody's reaction on a message, or takes it off. `None` when the message is not there.
    pub(crate) fn react(&mut self, place: (Id, Id), user: Id, emoji: &Value, add: bool) -> Option<()> {
        let (channel, message) = place;
        let found = self.messages.get_mut(&channel)?.get_mut(&message)?;
        let author = found.json["author"]["id"].clone();
        let same = |other: &Value| other["id"] == emoji["id"] && other["name"] == emoji["name"];
        let at = found.reactions.iter().position(|(other, _)| same(other));
        let has = at.is_some_and(|at| found.reactions[at].1.contains(&user));
        if add == has {
            return Some(());
        }
        match at {
            Some(at) if add => found.reactions[at].1.push(user),
            Some(at) => {
                found.reactions[at].1.retain(|other| *other != user);
                found.reactions.retain(|(_, users)| !users.is_empty());
            }
            None => found.reactions.push((emoji.clone(), vec![user])),
        }
        let mut event = json!({
            "user_id": text(user), "channel_id": text(channel), "message_id": text(message), "emoji": emoji,
            "burst": false, "type": 0,
        });
        if let Some(guild) = self.guild_of(channel) {
            event["guild_id"] = text(guild);
            if add && let Some(member) = self.guilds[&guild].members.get(&user) {
                event["member"] = shapes::with_user(member, &self.users[&user]);
            }
        }
        if add {
            event["message_author_id"] = author;
        }
        let kind = if add { "MESSAGE_REACTION_ADD" } else { "MESSAGE_REACTION_REMOVE" };
        self.tell(kind, &event, intents::GUILD_REACTIONS, intents::DIRECT_REACTIONS);
        Some(())
    }
}

/// Lays the fields of one object over another.
pub(crate) fn lay_over(object: &mut Value, fields: &Value) {
    for (name, value) in fields.as_object().into_iter().flatten() {
        object[name.as_str()] = value.clone();
    }
}

/// The name as Discord keeps it: what is not a plain letter, digit, dot, dash or underscore becomes one.
fn safe_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    name.chars().map(plain).collect()
}

fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ogg" => "audio/ogg",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "txt" => "text/plain; charset=utf-8",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
