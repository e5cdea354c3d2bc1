//! What people see, and what is there.

use crate::fake::{Fake, parse};
use crate::world::{Id, Message, World, id_of};
use serde_json::Value;

/// A message as people see it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// Discord's number of its kind: 0 is a plain message, 19 an answer, others tell of something.
    pub kind: u64,
    /// The author's id; the webhook's where one posted.
    pub author: String,
    /// The name beside the message.
    pub name: String,
    /// The webhook that posted it.
    pub webhook: Option<String>,
    /// The webhook's picture for this message, as its address was given.
    pub avatar_url: Option<String>,
    /// Its text, with Discord's Markdown.
    pub content: String,
    /// Its embeds.
    pub embeds: Vec<Value>,
    /// Its files: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Reactions: emoji (or `name:id`) and the account.
    pub reactions: Vec<(String, String)>,
    /// The message that it answers.
    pub answers: Option<String>,
    /// The accounts that are called.
    pub called: Vec<String>,
    /// Whether it was changed.
    pub edited: bool,
    /// The whole object.
    pub object: Value,
}

impl Fake {
    /// The messages of a channel, oldest first.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Shown> {
        self.core.look(|world| {
            let all = world.messages.get(&parse(channel));
            all.into_iter().flat_map(|all| all.values()).map(|message| seen(world, message)).collect()
        })
    }

    /// Those that people wrote or the bot did: no lines that tell of something.
    #[must_use]
    pub fn texts(&self, channel: &str) -> Vec<Shown> {
        self.messages(channel).into_iter().filter(|message| matches!(message.kind, 0 | 19 | 20)).collect()
    }

    /// One message.
    #[must_use]
    pub fn message(&self, channel: &str, message: &str) -> Option<Shown> {
        self.messages(channel).into_iter().find(|shown| shown.id == message)
    }

    /// A channel's object.
    #[must_use]
    pub fn channel(&self, channel: &str) -> Option<Value> {
        self.core.look(|world| world.channels.get(&parse(channel)).cloned())
    }

    /// The threads of a channel, oldest first.
    #[must_use]
    pub fn threads(&self, parent: &str) -> Vec<Value> {
        let own = |channel: &&Value| !channel["thread_metadata"].is_null() && channel["parent_id"] == parent;
        self.core.look(|world| world.channels.values().filter(own).cloned().collect())
    }

    /// The names of a post's tags.
    #[must_use]
    pub fn tags(&self, post: &str) -> Vec<String> {
        self.core.look(|world| {
            let Some(post) = world.channels.get(&parse(post)) else { return Vec::new() };
            let known = world.channels.get(&id_of(&post["parent_id"]));
            let known =
                known.and_then(|forum| forum["available_tags"].as_array()).cloned().unwrap_or_default();
            let applied = post["applied_tags"].as_array().cloned().unwrap_or_default();
            let named = |tag: &Value| tag["name"].as_str().unwrap_or_default().to_owned();
            known.iter().filter(|tag| applied.contains(&tag["id"])).map(named).collect()
        })
    }

    /// The members of a thread.
    #[must_use]
    pub fn thread_members(&self, thread: &str) -> Vec<String> {
        let members =
            |world: &mut World| world.thread_members.get(&parse(thread)).cloned().unwrap_or_default();
        self.core.look(members).iter().map(Id::to_string).collect()
    }

    /// The webhooks of a channel.
    #[must_use]
    pub fn webhooks(&self, channel: &str) -> Vec<Value> {
        let own = |hook: &&Value| hook["channel_id"] == channel;
        self.core.look(|world| world.webhooks.values().filter(own).cloned().collect())
    }

    /// How often the bot was seen typing there.
    #[must_use]
    pub fn typed(&self, channel: &str) -> usize {
        self.core.look(|world| {
            let own = |(place, who): &&(Id, Id)| *place == parse(channel) && *who == world.bot;
            world.typing.iter().filter(own).count()
        })
    }

    /// Links in a message were looked at: an update that is no edit.
    pub fn unfurl(&self, channel: &str, message: &str) {
        self.core.with(|world| world.unfurl(parse(channel), parse(message)));
    }
}

fn seen(world: &World, message: &Message) -> Shown {
    let object = world.shown(message);
    let owned = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let files = object["attachments"].as_array().into_iter().flatten().map(|file| {
        let bytes = world.files.get(&id_of(&file["id"])).map(|(_, bytes)| bytes.clone()).unwrap_or_default();
        (owned(&file["filename"]), bytes)
    });
    let reactions = message.reactions.iter().flat_map(|(emoji, users)| {
        let name = owned(&emoji["name"]);
        let key = if emoji["id"].is_null() { name } else { format!("{name}:{}", owned(&emoji["id"])) };
        users.iter().map(move |user| (key.clone(), user.to_string()))
    });
    let author = &object["author"];
    let name = if author["global_name"].is_null() { &author["username"] } else { &author["global_name"] };
    let answers = (object["type"] == 19).then(|| owned(&object["message_reference"]["message_id"]));
    Shown {
        id: owned(&object["id"]),
        kind: object["type"].as_u64().unwrap_or_default(),
        author: owned(&author["id"]),
        name: owned(name),
        webhook: object["webhook_id"].as_str().map(str::to_owned),
        avatar_url: message.avatar_url.clone(),
        content: owned(&object["content"]),
        embeds: object["embeds"].as_array().cloned().unwrap_or_default(),
        files: files.collect(),
        reactions: reactions.collect(),
        answers,
        called: message.called.iter().map(Id::to_string).collect(),
        edited: !object["edited_timestamp"].is_null(),
        object,
    }
}
