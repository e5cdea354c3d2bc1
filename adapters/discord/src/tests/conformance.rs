//! The suite that every adapter passes, on a Discord of its own: with the team in a text channel and in a forum.

use crate::{DiscordAdapter, DiscordConfig, Matters, Names, Phrases, Secret};
use async_trait::async_trait;
use fake_discord::{Fake, Shown, User};
use port::conformance::{Report, Rig, Seen, run_all};
use port::{Adapter, Avatars, ChannelName, ChatId, MessageId, Shelf, ShelfError, TopicId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Rows that live as long as a test.
#[derive(Default)]
struct Rows(Mutex<BTreeMap<String, Value>>);

#[async_trait]
impl Shelf for Rows {
    async fn put(&self, rows: Vec<(String, Value)>, remove: Vec<String>) -> Result<(), ShelfError> {
        let mut kept = self.0.lock().unwrap();
        kept.extend(rows);
        kept.retain(|key, _| !remove.contains(key));
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Option<Value>, ShelfError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, ShelfError> {
        let kept = self.0.lock().unwrap();
        let after = |key: &str| after.is_none_or(|after| key > after);
        let found = kept.iter().filter(|(key, _)| key.starts_with(prefix) && after(key));
        Ok(found.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}

/// Where the team works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Text,
    Forum,
}

/// A customer and an agent in front of their clients.
struct Clients {
    fake: Fake,
    adapter: Arc<DiscordAdapter>,
    customer: User,
    agent: User,
    /// The team's channel.
    room: String,
    /// The customer's direct messages.
    direct: String,
    /// The direct messages of somebody who takes none.
    closed: String,
}

impl Clients {
    async fn open(room: Room, names: Names) -> Self {
        let fake = Fake::start().await;
        let guild = fake.guild("Team");
        let (customer, agent, shut) = (fake.user("Carla"), fake.user("Anna"), fake.user("Otto"));
        guild.join(&agent);
        let room = match room {
            Room::Text => guild.text_channel("team"),
            Room::Forum => guild.forum("team"),
        };
        let (direct, closed) = (customer.direct(), shut.direct());
        shut.close_messages(true);
        let config = DiscordConfig {
            channel: ChannelName::new("discord"),
            api_url: fake.api_url(),
            token: Secret::new(fake.token()),
            team_rooms: vec![ChatId::new(room.clone())],
            guilds: vec![guild.id()],
            matters: Matters::DirectMessage,
            names,
            command_prefix: "!".to_owned(),
            commands: Vec::new(),
            avatars: Avatars::new(),
            phrases: Phrases::default(),
        };
        let adapter = Arc::new(DiscordAdapter::new(config, Arc::new(Rows::default())).unwrap());
        Self { fake, adapter, customer, agent, room, direct, closed }
    }

    fn seen(&self, message: Shown) -> Seen {
        let own = message.reactions.iter().filter(|(_, account)| *account == self.fake.bot_id());
        let marks = own.map(|(emoji, _)| emoji.clone()).collect();
        let (name, text) = read(&message);
        Seen { id: MessageId::new(message.id), name, text, marks }
    }
}

/// A message as a client shows it: the name beside it, before it, or over its embed; the text without its signs.
fn read(message: &Shown) -> (String, String) {
    if let Some(embed) = message.embeds.first() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        return (
            text(&embed["author"]["name"]),
            unescaped(embed["description"].as_str().unwrap_or_default()),
        );
    }
    let content = message.content.as_str();
    let line = content.split_once('\n').unwrap_or((content, ""));
    let bold = line.0.strip_prefix("**").and_then(|line| line.strip_suffix("**"));
    match bold.filter(|_| message.webhook.is_none()) {
        Some(name) => (unescaped(name), unescaped(line.1)),
        None => (message.name.clone(), unescaped(content)),
    }
}

/// A backslash before a sign is not shown.
fn unescaped(text: &str) -> String {
    let mut shown = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let hidden = letter == '\\' && letters.peek().is_some_and(char::is_ascii_punctuation);
        let letter = if hidden { letters.next() } else { Some(letter) };
        shown.extend(letter);
    }
    shown
}

/// What somebody has to type so that others read exactly this.
fn typed(text: &str) -> String {
    let escape =
        |letter: char| if "*_`~|".contains(letter) { format!("\\{letter}") } else { letter.to_string() };
    text.chars().map(escape).collect()
}

#[async_trait]
impl Rig for Clients {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn team_room(&self) -> ChatId {
        ChatId::new(self.room.clone())
    }

    fn room_takes_messages(&self) -> bool {
        self.fake.channel(&self.room).unwrap()["type"] == 0
    }

    fn customer_chat(&self) -> ChatId {
        ChatId::new(self.direct.clone())
    }

    async fn customer_writes(&self, text: &str) {
        self.customer.says(&self.direct, &typed(text));
    }

    async fn agent_writes(&self, topic: Option<&TopicId>, text: &str, reply_to: Option<&MessageId>) {
        let place = topic.map_or(self.room.as_str(), TopicId::as_str);
        match reply_to {
            Some(message) => self.agent.replies(place, message.as_str(), &typed(text)),
            None => self.agent.says(place, &typed(text)),
        };
    }

    async fn customer_sees(&self) -> Vec<Seen> {
        self.fake.texts(&self.direct).into_iter().map(|message| self.seen(message)).collect()
    }

    async fn team_sees(&self, topic: Option<&TopicId>) -> Vec<Seen> {
        let Some(topic) = topic else {
            return self.fake.texts(&self.room).into_iter().map(|message| self.seen(message)).collect();
        };
        // a thread of a message shows it first
        let first = self.fake.message(&self.room, topic.as_str());
        let all = first.into_iter().chain(self.fake.texts(topic.as_str()));
        all.map(|message| self.seen(message)).collect()
    }

    async fn customer_edits(&self, message: &MessageId, text: &str) -> bool {
        self.customer.edits(&self.direct, message.as_str(), &typed(text));
        true
    }

    async fn customer_deletes(&self, message: &MessageId) -> bool {
        self.customer.deletes(&self.direct, &[message.as_str()]);
        true
    }

    async fn customer_sends(&self, name: &str, bytes: &[u8]) -> bool {
        self.customer.sends(&self.direct, "", &[(name, bytes)]);
        true
    }

    async fn customer_fetches(&self, message: &MessageId) -> Option<Vec<u8>> {
        Some(self.fake.message(&self.direct, message.as_str())?.files.first()?.1.clone())
    }

    async fn lose_topic(&self, topic: &TopicId) -> bool {
        self.fake.delete_channel(topic.as_str());
        true
    }

    fn closed_chat(&self) -> Option<ChatId> {
        Some(ChatId::new(self.closed.clone()))
    }
}

/// All checks; what was asked of Discord is as documented.
async fn checked(clients: &Clients) -> Report {
    let report = run_all(clients).await.unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(clients.fake.complaints(), Vec::<String>::new());
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_in_a_text_channel_is_served_as_the_contract_says() {
    let report = checked(&Clients::open(Room::Text, Names::Bold).await).await;
    assert!(report.skipped.is_empty(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_in_a_forum_is_served_as_the_contract_says() {
    let report = checked(&Clients::open(Room::Forum, Names::Embed).await).await;
    assert!(report.skipped.is_empty(), "{report}");
}
