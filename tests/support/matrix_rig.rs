//! A Synapse with the bridge's account, a customer and an agent on it, and the Matrix adapter that serves them.

use crate::matrix_client::{Person, id, replaces, thread_root};
use crate::memory_shelf::MemoryShelf;
use crate::synapse::Synapse;
use adapter_matrix::{Login, MatrixAdapter, MatrixConfig, Secret};
use async_trait::async_trait;
use port::conformance::{Rig, Seen};
use port::{
    Adapter, ChannelName, ChatId, Heal, MessageId, Op, OpId, Operation, Outcome, Owner, Private, TopicId,
    TopicState,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

/// The bridge's account.
pub(crate) const BRIDGE: &str = "@bridge:desk.test";

/// The bridge's password.
pub(crate) const PASSWORD: &str = "a password";

/// Everything a test of the adapter needs.
pub(crate) struct SynapseRig {
    pub(crate) adapter: Arc<MatrixAdapter>,
    pub(crate) config: MatrixConfig,
    pub(crate) shelf: Arc<MemoryShelf>,
    /// The bridge's account, in a session of the test's own.
    pub(crate) bridge: Person,
    pub(crate) customer: Person,
    pub(crate) agent: Person,
    /// The customer's room with the bridge.
    pub(crate) chat: String,
    /// The team's room.
    pub(crate) team: String,
    /// A room that the bridge is not in.
    pub(crate) closed: String,
    pub(crate) synapse: Mutex<Synapse>,
    _dir: TempDir,
}

impl SynapseRig {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With another configuration of the adapter.
    pub(crate) async fn with(change: impl FnOnce(&mut MatrixConfig)) -> Self {
        let synapse = Synapse::start().await;
        let url = synapse.url();
        let bridge = Person::register(&url, "bridge", PASSWORD).await;
        let customer = Person::register(&url, "carla", "c").await;
        customer.call_oneself("Carla").await;
        let agent = Person::register(&url, "anna", "a").await;
        let team = agent.create_room(&[BRIDGE], false).await;
        let chat = customer.create_room(&[BRIDGE], true).await;
        let closed = customer.create_room(&[], false).await;
        let dir = tempfile::tempdir().unwrap();
        let mut config = MatrixConfig {
            avatars: port::Avatars::new(),
            channel: ChannelName::new("matrix"),
            homeserver: url,
            login: Login::Password { user: "bridge".to_owned(), password: Secret::new(PASSWORD) },
            allowed_servers: None,
            team_rooms: vec![ChatId::new(team.clone())],
            store_dir: dir.path().join("matrix"),
            store_passphrase: None,
            recovery_key: None,
        };
        change(&mut config);
        let shelf = Arc::new(MemoryShelf::default());
        let adapter = Arc::new(MatrixAdapter::new(config.clone(), shelf.clone()));
        let synapse = Mutex::new(synapse);
        Self { adapter, config, shelf, bridge, customer, agent, chat, team, closed, synapse, _dir: dir }
    }

    /// The bridge's process dies and is started anew: another adapter on the same rows and files.
    pub(crate) fn reborn(&mut self) {
        self.adapter = Arc::new(MatrixAdapter::new(self.config.clone(), self.shelf.clone()));
    }
}

#[async_trait]
impl Rig for SynapseRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::clone(&self.adapter) as Arc<dyn Adapter>
    }

    fn team_room(&self) -> ChatId {
        ChatId::new(self.team.clone())
    }

    fn customer_chat(&self) -> ChatId {
        ChatId::new(self.chat.clone())
    }

    async fn customer_writes(&self, text: &str) {
        self.customer.say(&self.chat, text).await;
    }

    async fn agent_writes(&self, topic: Option<&TopicId>, text: &str, reply_to: Option<&MessageId>) {
        let reply_to = reply_to.map(MessageId::as_str);
        let _event = match (topic, reply_to) {
            (Some(topic), _) => self.agent.say_in_thread(&self.team, topic.as_str(), text, reply_to).await,
            (None, Some(message)) => self.agent.reply(&self.team, message, text).await,
            (None, None) => self.agent.say(&self.team, text).await,
        };
    }

    async fn customer_sees(&self) -> Vec<Seen> {
        seen(&self.customer.events(&self.chat).await, |_| true)
    }

    async fn team_sees(&self, topic: Option<&TopicId>) -> Vec<Seen> {
        let events = self.agent.events(&self.team).await;
        match topic {
            Some(topic) => {
                let root = topic.as_str();
                seen(&events, |event| id(event) == root || thread_root(event) == Some(root))
            }
            None => seen(&events, |event| thread_root(event).is_none()),
        }
    }

    async fn customer_edits(&self, message: &MessageId, text: &str) -> bool {
        self.customer.edit(&self.chat, message.as_str(), text).await;
        true
    }

    async fn customer_deletes(&self, message: &MessageId) -> bool {
        self.customer.redact(&self.chat, message.as_str()).await;
        true
    }

    async fn customer_sends(&self, name: &str, bytes: &[u8]) -> bool {
        let url = self.customer.upload("application/octet-stream", bytes).await;
        let content = json!({ "msgtype": "m.file", "body": name, "url": url });
        self.customer.send(&self.chat, "m.room.message", content).await;
        true
    }

    async fn customer_fetches(&self, message: &MessageId) -> Option<Vec<u8>> {
        let events = self.customer.events(&self.chat).await;
        let event = events.iter().find(|event| id(event) == message.as_str())?;
        Some(self.customer.download(event["content"]["url"].as_str()?).await)
    }

    async fn lose_topic(&self, topic: &TopicId) -> bool {
        self.agent.redact(&self.team, topic.as_str()).await;
        // the adapter hears of it with its next sync
        let deadline = Instant::now() + self.patience();
        let nothing = || Private::new(Owner::Desk, "");
        let mut number = 0;
        while Instant::now() < deadline {
            number += 1;
            let op = Op {
                id: OpId::new(format!("lost-{number}")),
                chat: self.team_room(),
                topic: Some(topic.clone()),
                attempt: 0,
                operation: Operation::SetTopic {
                    title: nothing(),
                    state: TopicState::Closed,
                    due: None,
                    card: nothing(),
                },
            };
            if self.adapter.deliver(&op, &port::NoMedia).await == Outcome::Heal(Heal::TopicGone) {
                return true;
            }
            sleep(Duration::from_millis(25)).await;
        }
        true
    }

    fn closed_chat(&self) -> Option<ChatId> {
        Some(ChatId::new(self.closed.clone()))
    }
}

/// Messages as a client shows them that knows edits, reactions and nothing of personas.
fn seen(events: &[Value], wanted: impl Fn(&Value) -> bool) -> Vec<Seen> {
    let is_message =
        |event: &&Value| event["type"] == "m.room.message" && event["content"]["body"].is_string();
    let originals =
        events.iter().filter(is_message).filter(|event| replaces(event).is_none() && wanted(event));
    originals
        .map(|event| {
            let mut edits = events.iter().filter(is_message).filter(|edit| replaces(edit) == Some(id(event)));
            let content =
                edits.next_back().map_or(&event["content"], |edit| &edit["content"]["m.new_content"]);
            let body = content["body"].as_str().unwrap();
            let prefix = bold_prefix(content);
            let (name, text) = match &prefix {
                Some(name) => (name.as_str(), body.strip_prefix(&format!("{name}: ")).unwrap()),
                None => (event["sender"].as_str().unwrap(), body),
            };
            let marks = events.iter().filter(|mark| {
                let relation = &mark["content"]["m.relates_to"];
                mark["type"] == "m.reaction"
                    && mark["sender"] == BRIDGE
                    && relation["event_id"] == event["event_id"]
            });
            let sign = |mark: &Value| mark["content"]["m.relates_to"]["key"].as_str().unwrap().to_owned();
            Seen {
                id: MessageId::new(id(event)),
                name: name.to_owned(),
                text: text.to_owned(),
                marks: marks.map(sign).collect(),
            }
        })
        .collect()
}

/// The name in bold letters before a text.
fn bold_prefix(content: &Value) -> Option<String> {
    let html = content["formatted_body"].as_str()?;
    let (name, _) = html.strip_prefix("<strong data-mx-profile-fallback>")?.split_once(": </strong>")?;
    let letters = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    Some(letters.iter().fold(name.to_owned(), |name, (written, read)| name.replace(written, read)))
}
