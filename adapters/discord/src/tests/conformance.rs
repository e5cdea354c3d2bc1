//! The suite that every adapter passes, on a Discord of its own: with the team in a text channel and in a forum.

use super::harness::Bench;
use crate::{Matters, Names};
use async_trait::async_trait;
use fake_discord::{Fake, Guild, Shown, User};
use port::conformance::{Report, Rig, Seen, run_all};
use port::{Adapter, ChatId, MessageId, TopicId};
use serde_json::Value;
use std::sync::Arc;

/// A customer and an agent in front of their clients.
struct Clients {
    bench: Bench,
    customer: User,
    agent: User,
    /// Where the customer writes.
    chat: String,
    /// The direct messages of somebody who takes none.
    closed: String,
}

impl Clients {
    /// With a customer who writes directly.
    async fn open(room: impl FnOnce(&Guild, &str) -> String, names: Names) -> Self {
        let bench = Bench::in_room(room, Matters::DirectMessage, names).await;
        let customer = bench.fake.user("Carla");
        let chat = customer.direct();
        Self::of(bench, customer, chat)
    }

    /// With a customer who opened a matter in the server, and reads on in a private thread.
    async fn open_in_a_server() -> Self {
        let mut bench = Bench::with(Matters::PrivateThread).await;
        bench.start().await;
        let (guild, lobby) = (bench.guild.id(), bench.lobby.clone());
        bench.fake.until("the commands", |fake| !fake.commands(Some(&guild)).is_empty()).await;
        let customer = bench.fake.user("Carla");
        bench.guild.join(&customer);
        let asked = customer.command(&lobby, "contact", Some(("text", "a matter")), "en-US");
        let chat = bench.hears_text("a matter").await.chat.as_str().to_owned();
        bench.fake.until("the answer", |fake| fake.pressed(&asked).text.is_some()).await;
        bench.stop().await;
        Self::of(bench, customer, chat)
    }

    fn of(bench: Bench, customer: User, chat: String) -> Self {
        let (agent, shut) = (bench.fake.user("Anna"), bench.fake.user("Otto"));
        bench.guild.join(&agent);
        let closed = shut.direct();
        shut.close_messages(true);
        Self { bench, customer, agent, chat, closed }
    }

    fn fake(&self) -> &Fake {
        &self.bench.fake
    }

    fn seen(&self, message: Shown) -> Seen {
        let own = message.reactions.iter().filter(|(_, account)| *account == self.fake().bot_id());
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
    // a webhook answers no message: it points to it in a line of its own
    let pointed = content.strip_prefix("-# ↩ ").and_then(|rest| rest.split_once('\n'));
    let content = pointed.map_or(content, |(_, rest)| rest);
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
        self.bench.adapter.clone()
    }

    fn team_room(&self) -> ChatId {
        ChatId::new(self.bench.forum.clone())
    }

    fn room_takes_messages(&self) -> bool {
        self.fake().channel(&self.bench.forum).unwrap()["type"] == 0
    }

    fn customer_chat(&self) -> ChatId {
        ChatId::new(self.chat.clone())
    }

    async fn customer_writes(&self, text: &str) {
        self.customer.says(&self.chat, &typed(text));
    }

    async fn agent_writes(&self, topic: Option<&TopicId>, text: &str, reply_to: Option<&MessageId>) {
        let place = topic.map_or(self.bench.forum.as_str(), TopicId::as_str);
        match reply_to {
            Some(message) => self.agent.replies(place, message.as_str(), &typed(text)),
            None => self.agent.says(place, &typed(text)),
        };
    }

    async fn customer_sees(&self) -> Vec<Seen> {
        self.fake().texts(&self.chat).into_iter().map(|message| self.seen(message)).collect()
    }

    async fn team_sees(&self, topic: Option<&TopicId>) -> Vec<Seen> {
        let Some(topic) = topic else {
            return self
                .fake()
                .texts(&self.bench.forum)
                .into_iter()
                .map(|message| self.seen(message))
                .collect();
        };
        // a thread of a message shows it first
        let first = self.fake().message(&self.bench.forum, topic.as_str());
        let all = first.into_iter().chain(self.fake().texts(topic.as_str()));
        all.map(|message| self.seen(message)).collect()
    }

    async fn customer_edits(&self, message: &MessageId, text: &str) -> bool {
        self.customer.edits(&self.chat, message.as_str(), &typed(text));
        true
    }

    async fn customer_deletes(&self, message: &MessageId) -> bool {
        self.customer.deletes(&self.chat, &[message.as_str()]);
        true
    }

    async fn customer_sends(&self, name: &str, bytes: &[u8]) -> bool {
        self.customer.sends(&self.chat, "", &[(name, bytes)]);
        true
    }

    async fn customer_fetches(&self, message: &MessageId) -> Option<Vec<u8>> {
        Some(self.fake().message(&self.chat, message.as_str())?.files.first()?.1.clone())
    }

    async fn lose_topic(&self, topic: &TopicId) -> bool {
        self.fake().delete_channel(topic.as_str());
        true
    }

    fn closed_chat(&self) -> Option<ChatId> {
        Some(ChatId::new(self.closed.clone()))
    }
}

/// All checks; what was asked of Discord is as documented.
async fn checked(clients: &Clients) -> Report {
    let report = run_all(clients).await.unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(clients.fake().complaints(), Vec::<String>::new());
    assert_eq!(clients.fake().unspecified(), Vec::<String>::new());
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_in_a_text_channel_is_served_as_the_contract_says() {
    let report = checked(&Clients::open(Guild::text_channel, Names::Bold).await).await;
    assert!(report.skipped.is_empty(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_in_a_forum_is_served_as_the_contract_says() {
    let report = checked(&Clients::open(Guild::forum, Names::Embed).await).await;
    assert!(report.skipped.is_empty(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_in_a_private_thread_is_served_as_the_contract_says() {
    let report = checked(&Clients::open_in_a_server().await).await;
    let skipped: Vec<_> = report.skipped.iter().map(|(check, _)| *check).collect();
    // webhooks take no key
    assert_eq!(skipped, ["a_repeated_operation_makes_no_second_message"], "{report}");
}
