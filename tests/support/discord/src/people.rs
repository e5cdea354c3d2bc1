//! What people do: write, answer, change, take back, react, send files, open posts.

use crate::fake::{Core, parse};
use crate::posting::{Draft, Sent};
use crate::world::{Id, id_of, intents, text};
use serde_json::{Value, json};
use std::sync::Arc;

/// A person, or somebody else's bot.
#[derive(Debug, Clone)]
pub struct User {
    pub(crate) core: Arc<Core>,
    pub(crate) id: Id,
}

impl User {
    /// The account's id.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// The direct channel with the bot, opened when there is none.
    #[must_use]
    pub fn direct(&self) -> String {
        self.core.with(|world| world.direct_with(self.id)).to_string()
    }

    /// Takes no direct messages, or takes them again.
    pub fn close_messages(&self, closed: bool) {
        self.core
            .with(|world| if closed { world.closed.insert(self.id) } else { world.closed.remove(&self.id) });
    }

    /// Writes to the bot directly; the message's id.
    pub fn dm(&self, text: &str) -> String {
        self.says(&self.direct(), text)
    }

    /// Writes somewhere.
    pub fn says(&self, channel: &str, text: &str) -> String {
        self.posts(channel, &json!({ "content": text }), &[])
    }

    /// Answers a message.
    pub fn replies(&self, channel: &str, to: &str, text: &str) -> String {
        let mut reference = json!({ "type": 0, "channel_id": channel, "message_id": to });
        if let Some(guild) = self.core.look(|world| world.guild_of(parse(channel))) {
            reference["guild_id"] = json!(guild.to_string());
        }
        self.posts(channel, &json!({ "content": text, "type": 19, "message_reference": reference }), &[])
    }

    /// Sends files with a text.
    pub fn sends(&self, channel: &str, text: &str, files: &[(&str, &[u8])]) -> String {
        self.posts(channel, &json!({ "content": text }), files)
    }

    /// Sends a sticker.
    pub fn sticker(&self, channel: &str, name: &str) -> String {
        self.posts(
            channel,
            &json!({ "sticker_items": [{ "id": "749054660769218631", "name": name, "format_type": 1 }] }),
            &[],
        )
    }

    /// Speaks.
    pub fn voice(&self, channel: &str, bytes: &[u8]) -> String {
        let extra = json!({ "duration_secs": 2.5, "waveform": "AAECAwQF" });
        self.sent(channel, &json!({ "flags": 1 << 13 }), vec![sent("voice-message.ogg", bytes, extra)])
    }

    /// Asks for votes.
    pub fn poll(&self, channel: &str, question: &str, answers: &[&str]) -> String {
        let answers: Vec<_> = answers
            .iter()
            .zip(1..)
            .map(|(answer, number)| json!({ "answer_id": number, "poll_media": { "text": answer } }))
            .collect();
        let poll = json!({
            "question": { "text": question }, "answers": answers, "expiry": "2030-01-01T00:00:00.000000+00:00",
            "allow_multiselect": false, "layout_type": 1,
            "results": { "is_finalized": false, "answer_counts": [] },
        });
        self.posts(channel, &json!({ "poll": poll }), &[])
    }

    /// Forwards somebody's message.
    pub fn forwards(&self, channel: &str, from: &str, message: &str) -> String {
        let snapshot = self.core.look(|world| {
            let found = &world.messages[&parse(from)][&parse(message)].json;
            let mut kept = json!({});
            for field in [
                "type",
                "content",
                "sticker_items",
                "attachments",
                "embeds",
                "timestamp",
                "edited_timestamp",
                "flags",
                "mentions",
                "mention_roles",
                "components",
            ] {
                kept[field] = found[field].clone();
            }
            json!([{ "message": kept }])
        });
        let reference = json!({ "type": 1, "channel_id": from, "message_id": message });
        self.posts(
            channel,
            &json!({ "message_reference": reference, "message_snapshots": snapshot, "flags": 1 << 14 }),
            &[],
        )
    }

    /// Posts whatever a message's object may hold.
    pub fn posts(&self, channel: &str, fields: &Value, files: &[(&str, &[u8])]) -> String {
        let files = files.iter().map(|(name, bytes)| sent(name, bytes, json!({}))).collect();
        self.sent(channel, fields, files)
    }

    fn sent(&self, channel: &str, fields: &Value, files: Vec<Sent>) -> String {
        let id = self.core.with(|world| {
            let author = world.users[&self.id].clone();
            world.post(parse(channel), &author, Draft { fields: fields.clone(), files, ..Draft::default() })
        });
        id.to_string()
    }

    /// Opens a post in a forum, or a thread in a text channel; its id.
    pub fn opens_post(&self, channel: &str, title: &str, content: &str) -> String {
        let id = self.core.with(|world| {
            let parent = world.channels[&parse(channel)].clone();
            let author = world.users[&self.id].clone();
            let (body, fields) = (json!({ "name": title }), json!({ "content": content }));
            let draft = Draft { fields, ..Draft::default() };
            if parent["type"] == 15 {
                return id_of(&world.begin_post(&parent, &body, &author, draft).0["id"]);
            }
            let id = world.new_id();
            world.begin_thread(id, &parent, 11, &body, self.id);
            world.post(id, &author, draft);
            id
        });
        id.to_string()
    }

    /// Gives an own message a new text.
    pub fn edits(&self, channel: &str, message: &str, content: &str) {
        self.core.with(|world| {
            world.edit(parse(channel), parse(message), &json!({ "content": content }), &Value::Null).unwrap();
        });
    }

    /// Takes messages back: one as such, more as moderators do.
    pub fn deletes(&self, channel: &str, messages: &[&str]) {
        let ids: Vec<_> = messages.iter().map(|message| parse(message)).collect();
        assert!(self.core.with(|world| world.remove(parse(channel), &ids)), "no such message");
    }

    /// Puts a reaction on a message: the emoji itself, or `name:id`.
    pub fn reacts(&self, channel: &str, message: &str, emoji: &str) {
        self.reaction(channel, message, emoji, true);
    }

    /// Takes a reaction off.
    pub fn unreacts(&self, channel: &str, message: &str, emoji: &str) {
        self.reaction(channel, message, emoji, false);
    }

    /// Takes everybody's reactions off a message, as moderators may: those of one emoji, or all.
    pub fn clears_reactions(&self, channel: &str, message: &str, emoji: Option<&str>) {
        let emoji = emoji.map(emoji_object);
        self.core.with(|world| {
            world.clear_reactions((parse(channel), parse(message)), emoji.as_ref()).unwrap();
        });
    }

    fn reaction(&self, channel: &str, message: &str, emoji: &str, add: bool) {
        let emoji = emoji_object(emoji);
        self.core.with(|world| {
            world.react((parse(channel), parse(message)), self.id, &emoji, add).unwrap();
        });
    }

    /// Is seen typing.
    pub fn types(&self, channel: &str) {
        self.core.with(|world| {
            let channel = parse(channel);
            let now = jiff::Timestamp::now().as_second();
            let mut event =
                json!({ "channel_id": text(channel), "user_id": text(self.id), "timestamp": now });
            if let Some(guild) = world.guild_of(channel) {
                event["guild_id"] = text(guild);
            }
            world.tell("TYPING_START", &event, intents::GUILD_TYPING, intents::DIRECT_TYPING);
        });
    }
}

/// The emoji itself, or `name:id`.
fn emoji_object(emoji: &str) -> Value {
    emoji
        .split_once(':')
        .map_or_else(|| json!({ "id": null, "name": emoji }), |(name, id)| json!({ "id": id, "name": name }))
}

fn sent(name: &str, bytes: &[u8], extra: Value) -> Sent {
    Sent { name: name.to_owned(), bytes: bytes.to_vec(), extra }
}
