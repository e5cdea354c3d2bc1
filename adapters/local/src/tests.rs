//! The platform as its people see it: over real HTTP, on a shelf in memory.

mod changes;
mod conformance;
mod files;
mod http;
mod shelf;

use crate::{Credential, LocalAdapter, LocalAgent, LocalConfig, LocalRoom};
use port::adapter::SharedShelf;
use port::{
    Adapter, AdapterError, Body, ChannelName, ChatId, Cursor, Health, Inbound, Intake, IntakeBatch, Media,
    Op, OpId, Operation, Outcome, Owner, Persona, Private, Stop, TopicId, Voice,
};
use serde_json::Value;
use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(10);
const ROOM: &str = "Team";

/// An address that nobody uses.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn config(listen: SocketAddr) -> LocalConfig {
    let agent = |account: &str, name: &str| LocalAgent {
        account: account.to_owned(),
        name: name.to_owned(),
        title: Some("Support".to_owned()),
    };
    LocalConfig {
        channel: ChannelName::new("local"),
        listen,
        files: tempfile::tempdir().unwrap().path().join("files"),
        rooms: vec![LocalRoom { name: ROOM.to_owned() }],
        avatars: port::Avatars::from([(
            "agent-1".to_owned(),
            port::Avatar { mime: "image/png", bytes: b"\x89PNG".as_slice().into() },
        )]),
        agents: vec![agent("anna", "Anna"), agent("ben", "Ben")],
        locale: "en".to_owned(),
        command_prefix: "!".to_owned(),
        credential: None,
    }
}

fn with_credential(mut config: LocalConfig, secret: &str) -> LocalConfig {
    config.credential = Some(Credential::new(secret));
    config
}

async fn answered(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn persona(name: &str) -> Voice {
    Voice::Persona(Persona { id: "agent-1".to_owned(), name: Private::new(Owner::Desk, name) })
}

fn markdown(text: &str) -> Body {
    Body::new(&Owner::Desk, &port::rich::markdown::parse(text))
}

/// A directory that goes with whoever has this.
struct Swept(PathBuf);

impl Drop for Swept {
    fn drop(&mut self) {
        // it is there only when a file came
        let _gone = self.0.parent().map(std::fs::remove_dir_all);
    }
}

/// A platform that runs, and whoever would keep what it hands over.
struct Platform {
    adapter: Arc<LocalAdapter>,
    base: String,
    client: reqwest::Client,
    stop: watch::Sender<bool>,
    running: JoinSet<Result<(), AdapterError>>,
    batches: mpsc::Receiver<IntakeBatch>,
    inbound: VecDeque<Inbound>,
    files: Swept,
}

impl Platform {
    async fn start(config: LocalConfig, shelf: SharedShelf) -> Self {
        let base = format!("http://{}", config.listen);
        let files = Swept(config.files.clone());
        let adapter = Arc::new(LocalAdapter::new(config, shelf).unwrap());
        let (stop, stopped) = Stop::new();
        let (sender, batches) = mpsc::channel(100);
        let intake = Intake::new(adapter.channel().clone(), sender);
        let (shared, mut running) = (Arc::clone(&adapter), JoinSet::new());
        running.spawn(async move { shared.run(Cursor::default(), intake, stopped).await });
        let mut health = adapter.health();
        timeout(PATIENCE, health.wait_for(|health| *health == Health::Connected)).await.unwrap().unwrap();
        Self {
            adapter,
            base,
            client: reqwest::Client::new(),
            stop,
            running,
            batches,
            inbound: VecDeque::new(),
            files,
        }
    }

    async fn end(mut self) -> Result<(), AdapterError> {
        self.stop.send_replace(true);
        self.batches.close();
        timeout(PATIENCE, self.running.join_next()).await.unwrap().unwrap().unwrap()
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.client.post(format!("{}{path}", self.base)).json(body)
    }

    /// Carries out an operation.
    async fn carry(
        &self,
        id: &str,
        chat: &str,
        topic: Option<&str>,
        operation: Operation,
        media: &dyn Media,
    ) -> Outcome {
        let (chat, topic) = (ChatId::new(chat), topic.map(TopicId::new));
        let op = Op { id: OpId::new(id), chat, topic, attempt: 0, operation };
        self.adapter.deliver(&op, media).await
    }

    /// The answer to a customer's request: its status and its JSON.
    async fn as_customer(&self, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.client.request(method, format!("{}/api/customers{path}", self.base));
        answered(request.header("x-customer-token", token).json(body)).await
    }

    /// The answer to an agent's request.
    async fn as_agent(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.client.request(method, format!("{}/api/team/rooms/{ROOM}{path}", self.base));
        answered(request.json(body)).await
    }

    /// What a customer sees.
    async fn seen_by(&self, token: &str) -> Vec<Value> {
        let (_, page) = self.as_customer(token, "GET", "/messages", &Value::Null).await;
        page["messages"].as_array().unwrap().clone()
    }

    /// The next thing that is handed over to the desk; everything so far is kept.
    async fn heard(&mut self) -> Inbound {
        while self.inbound.is_empty() {
            let batch = timeout(PATIENCE, self.batches.recv()).await.unwrap().unwrap();
            self.inbound.extend(batch.inbound);
            batch.kept.send(()).unwrap();
        }
        self.inbound.pop_front().unwrap()
    }

    /// A new customer's chat and token.
    async fn customer(&self, name: &str) -> (String, String) {
        let body = self.post("/api/customers", &serde_json::json!({ "name": name })).send().await.unwrap();
        assert_eq!(body.status(), 201);
        let who: Value = body.json().await.unwrap();
        (who["chat"].as_str().unwrap().to_owned(), who["token"].as_str().unwrap().to_owned())
    }
}
