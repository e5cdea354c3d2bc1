//! The suite that every adapter passes.

use super::shelf::MemoryShelf;
use super::{ROOM, Swept, config, free_address};
use crate::LocalAdapter;
use crate::inbound::{message_id, message_seq};
use crate::log::rows::{Author, AuthorKind, Reaction, topic_key};
use crate::log::write::Post;
use async_trait::async_trait;
use port::conformance::{Rig, Seen, run_all};
use port::{Adapter, ChatId, Health, Mark, MessageId, TopicId};
use serde_json::{Value, json};
use std::sync::Arc;

/// What the bridge put on a message.
fn marks(mark: Option<Mark>, reactions: &[Reaction]) -> Vec<String> {
    let own = reactions.iter().filter(|reaction| reaction.author.kind == AuthorKind::Bridge);
    let marks = mark.into_iter().map(|mark| mark.sign().to_owned());
    marks.chain(own.map(|reaction| reaction.key.shown().to_owned())).collect()
}

/// A customer and an agent in their browsers. While nobody serves, they are taken to have written just before.
struct Browsers {
    adapter: Arc<LocalAdapter>,
    shelf: Arc<MemoryShelf>,
    base: String,
    client: reqwest::Client,
    chat: ChatId,
    token: String,
    _files: Swept,
}

impl Browsers {
    async fn open() -> Self {
        let listen = free_address();
        let shelf = Arc::new(MemoryShelf::default());
        let config = config(listen);
        let files = Swept(config.files.clone());
        let adapter = Arc::new(LocalAdapter::new(config, shelf.clone()).unwrap());
        let customer = adapter.log().arrive("c-test".to_owned(), "Carla", None, "secret").await.unwrap();
        Self {
            adapter,
            shelf,
            base: format!("http://{listen}"),
            client: reqwest::Client::new(),
            chat: ChatId::new(customer.chat),
            token: "c-test.secret".to_owned(),
            _files: files,
        }
    }

    fn is_served(&self) -> bool {
        *self.adapter.health().borrow() == Health::Connected
    }

    async fn posted(&self, path: &str, body: Value) -> bool {
        let request =
            self.client.post(format!("{}{path}", self.base)).header("x-customer-token", &self.token);
        self.is_served() && request.json(&body).send().await.is_ok_and(|answer| answer.status() == 201)
    }

    async fn keep(&self, chat: &str, topic: Option<&str>, text: &str, reply_to: Option<u64>) {
        let log = self.adapter.log();
        let (account, name) = (log.private("anna"), log.private("Anna"));
        let customer = log.customer(chat).await.unwrap();
        let agent = Author { kind: AuthorKind::Agent, account, name };
        let author = customer.map_or(agent, |customer| log.customer_author(&customer));
        log.post(Post { chat, topic, author, text, files: &[], reply_to, client_id: None }).await.unwrap();
    }

    async fn seen(&self, chat: &str, topic: Option<&str>) -> Vec<Seen> {
        let messages = self.adapter.log().messages(chat, topic, None, 200).await.unwrap();
        let there = messages.into_iter().filter(|message| message.text.is_some());
        let seen = there.map(|message| Seen {
            id: message_id(message.seq),
            name: message.author.name.shown().to_owned(),
            text: message.text.map(|text| text.shown().to_owned()).unwrap_or_default(),
            marks: marks(message.mark, &message.reactions),
        });
        seen.collect()
    }
}

#[async_trait]
impl Rig for Browsers {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn team_room(&self) -> ChatId {
        ChatId::new(ROOM)
    }

    fn customer_chat(&self) -> ChatId {
        self.chat.clone()
    }

    async fn customer_writes(&self, text: &str) {
        if !self.posted("/api/customers/messages", json!({ "text": text })).await {
            self.keep(self.chat.as_str(), None, text, None).await;
        }
    }

    async fn agent_writes(&self, topic: Option<&TopicId>, text: &str, reply_to: Option<&MessageId>) {
        let topic = topic.map(TopicId::as_str);
        let reply = reply_to.map(MessageId::as_str);
        let body = json!({ "agent": "anna", "text": text, "topic": topic, "reply_to": reply });
        if !self.posted("/api/team/rooms/Team/messages", body).await {
            self.keep(ROOM, topic, text, reply_to.and_then(message_seq)).await;
        }
    }

    async fn customer_sees(&self) -> Vec<Seen> {
        self.seen(self.chat.as_str(), None).await
    }

    async fn team_sees(&self, topic: Option<&TopicId>) -> Vec<Seen> {
        self.seen(ROOM, topic.map(TopicId::as_str)).await
    }

    async fn customer_edits(&self, message: &MessageId, text: &str) -> bool {
        let request = self.client.patch(format!("{}/api/customers/messages/{message}", self.base));
        let request = request.header("x-customer-token", &self.token).json(&json!({ "text": text }));
        request.send().await.unwrap().status() == 200
    }

    async fn customer_deletes(&self, message: &MessageId) -> bool {
        let request = self.client.delete(format!("{}/api/customers/messages/{message}", self.base));
        request.header("x-customer-token", &self.token).send().await.unwrap().status() == 204
    }

    async fn customer_sends(&self, name: &str, bytes: &[u8]) -> bool {
        let request = self.client.post(format!("{}/api/customers/files?name={name}", self.base));
        let request = request.header("x-customer-token", &self.token).body(bytes.to_vec());
        let file: Value = request.send().await.unwrap().json().await.unwrap();
        self.posted("/api/customers/messages", json!({ "files": [file["id"]] })).await
    }

    async fn customer_fetches(&self, message: &MessageId) -> Option<Vec<u8>> {
        let seq = message_seq(message)?;
        let message = self.adapter.log().message(self.chat.as_str(), None, seq).await.unwrap()?;
        let path = format!("/api/customers/files/{}", message.files.first()?.id);
        let request = self.client.get(format!("{}{path}", self.base)).header("x-customer-token", &self.token);
        Some(request.send().await.ok()?.bytes().await.ok()?.to_vec())
    }

    async fn lose_topic(&self, topic: &TopicId) -> bool {
        self.shelf.remove(&topic_key(ROOM, topic.as_str()))
    }

    fn closed_chat(&self) -> Option<ChatId> {
        Some(ChatId::new("c-nobody"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_platform_keeps_the_contract_of_adapters() {
    let browsers = Browsers::open().await;
    let report = run_all(&browsers).await.unwrap_or_else(|report| panic!("{report}"));
    assert!(report.skipped.is_empty(), "{report}");
}
