//! The platform as its people see it: over real HTTP, on a shelf in memory.

mod conformance;
mod http;
mod shelf;

use crate::{Credential, LocalAdapter, LocalAgent, LocalConfig, LocalRoom};
use port::adapter::SharedShelf;
use port::{Adapter, AdapterError, ChannelName, Cursor, Health, Intake, IntakeBatch, Stop};
use serde_json::Value;
use std::net::{SocketAddr, TcpListener};
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
        rooms: vec![LocalRoom { name: ROOM.to_owned() }],
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

/// A platform that runs, and whoever would keep what it hands over.
struct Platform {
    adapter: Arc<LocalAdapter>,
    base: String,
    client: reqwest::Client,
    stop: watch::Sender<bool>,
    running: JoinSet<Result<(), AdapterError>>,
    batches: mpsc::Receiver<IntakeBatch>,
}

impl Platform {
    async fn start(config: LocalConfig, shelf: SharedShelf) -> Self {
        let base = format!("http://{}", config.listen);
        let adapter = Arc::new(LocalAdapter::new(config, shelf).unwrap());
        let (stop, stopped) = Stop::new();
        let (sender, batches) = mpsc::channel(100);
        let intake = Intake::new(adapter.channel().clone(), sender);
        let (shared, mut running) = (Arc::clone(&adapter), JoinSet::new());
        running.spawn(async move { shared.run(Cursor::default(), intake, stopped).await });
        let mut health = adapter.health();
        timeout(PATIENCE, health.wait_for(|health| *health == Health::Connected)).await.unwrap().unwrap();
        Self { adapter, base, client: reqwest::Client::new(), stop, running, batches }
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

    /// A new customer's chat and token.
    async fn customer(&self, name: &str) -> (String, String) {
        let body = self.post("/api/customers", &serde_json::json!({ "name": name })).send().await.unwrap();
        assert_eq!(body.status(), 201);
        let who: Value = body.json().await.unwrap();
        (who["chat"].as_str().unwrap().to_owned(), who["token"].as_str().unwrap().to_owned())
    }
}
