//! A bot, the server it is connected to, and who keeps what it hands over.

use super::shelf::MemoryShelf;
use crate::{Secret, Shared, TelegramConfig, poll};
use fake_telegram::{Fake, Group, Person};
use port::{
    AdapterError, ChannelName, ChatId, Cursor, Health, Inbound, InboundKind, Intake, IntakeBatch,
    NativeCommand, Shelf, Stop,
};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What was handed over.
#[derive(Default, Clone)]
pub(crate) struct Kept {
    pub(crate) inbound: Vec<Inbound>,
    pub(crate) cursor: Cursor,
}

/// A bot between a server and a shell.
pub(crate) struct Stage {
    pub(crate) fake: Fake,
    pub(crate) group: Group,
    pub(crate) shelf: Arc<MemoryShelf>,
    pub(crate) kept: watch::Sender<Kept>,
    pub(crate) health: watch::Receiver<Health>,
    shared: Arc<Shared>,
    running: Option<Running>,
}

struct Running {
    stop: watch::Sender<bool>,
    adapter: JoinSet<Result<(), AdapterError>>,
    _keeper: JoinSet<()>,
}

impl Stage {
    /// Everything ready, nothing running.
    pub(crate) async fn new() -> Self {
        let fake = Fake::start().await;
        let group = fake.forum("Team");
        Self::with(fake, group)
    }

    pub(crate) fn with(fake: Fake, group: Group) -> Self {
        let shelf = Arc::new(MemoryShelf::default());
        let shared = Arc::new(Self::shared(&fake, &group, &shelf, fake.token()));
        let health = shared.health.watch();
        Self { fake, group, shelf, kept: watch::Sender::default(), health, shared, running: None }
    }

    fn shared(fake: &Fake, group: &Group, shelf: &Arc<MemoryShelf>, token: &str) -> Shared {
        let config = TelegramConfig {
            channel: ChannelName::new("telegram"),
            api_url: fake.api_url().to_owned(),
            token: Secret::new(token),
            team_rooms: vec![ChatId::new(group.id().to_string())],
            names: crate::NameForm::Line,
            command_prefix: "!".to_owned(),
            commands: vec![NativeCommand {
                name: "close".to_owned(),
                takes_text: false,
                suggestions: port::Suggestions::None,
                descriptions: vec![
                    ("en".to_owned(), "Close".to_owned()),
                    ("de".to_owned(), "Schließen".to_owned()),
                ],
            }],
        };
        Shared::new(config, shelf.clone()).unwrap()
    }

    /// The same with another token.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.shared = Arc::new(Self::shared(&self.fake, &self.group, &self.shelf, token));
        self.health = self.shared.health.watch();
        self
    }

    pub(crate) fn team(&self) -> ChatId {
        ChatId::new(self.group.id().to_string())
    }

    pub(crate) fn shared_parts(&self) -> &Shared {
        &self.shared
    }

    /// The keys of the rows that are kept under a prefix.
    pub(crate) async fn keys(&self, prefix: &str) -> Vec<String> {
        let rows = self.shelf.scan(prefix, None, usize::MAX).await.unwrap();
        rows.into_iter().map(|(key, _)| key).collect()
    }

    /// Changes a row behind the adapter's back.
    pub(crate) async fn change(&self, key: &str, change: impl FnOnce(&mut Value)) {
        let mut row = self.shelf.get(key).await.unwrap().unwrap();
        change(&mut row);
        self.shelf.put(vec![(key.to_owned(), row)], Vec::new()).await.unwrap();
    }

    /// As a new process: what was only in memory is forgotten.
    pub(crate) fn reborn(&mut self) {
        assert!(self.running.is_none(), "two processes");
        self.shared = Arc::new(Self::shared(&self.fake, &self.group, &self.shelf, self.fake.token()));
        self.health = self.shared.health.watch();
    }

    /// Runs from the last kept cursor, and keeps everything. What is handed over with `lost` in it, and all after
    /// it, is lost as if the process had died.
    pub(crate) fn run(&mut self, lost: Option<&str>) {
        // what the last run found is no news
        self.shared.health.starting();
        let (batches, waiting) = mpsc::channel(1);
        let mut keeper = JoinSet::new();
        keeper.spawn(keep(waiting, self.kept.clone(), lost.map(str::to_owned)));
        let (stop, stopped) = Stop::new();
        let (shared, from) = (Arc::clone(&self.shared), self.kept.borrow().cursor.clone());
        let intake = Intake::new(ChannelName::new("telegram"), batches);
        let mut adapter = JoinSet::new();
        adapter.spawn(async move { poll::run(&shared, from, &intake, stopped).await });
        self.running = Some(Running { stop, adapter, _keeper: keeper });
    }

    pub(crate) async fn connected(&mut self) {
        self.healthy("connected", |health| *health == Health::Connected).await;
    }

    pub(crate) async fn healthy(&mut self, what: &str, wanted: impl Fn(&Health) -> bool) -> Health {
        let found = timeout(PATIENCE, self.health.wait_for(wanted)).await;
        let found = found.unwrap_or_else(|_| panic!("never {what}")).unwrap();
        found.clone()
    }

    /// Stops, and says how the run ended.
    pub(crate) async fn stop(&mut self) -> Result<(), AdapterError> {
        if let Some(running) = &self.running {
            running.stop.send_replace(true);
        }
        self.ended().await
    }

    /// Waits until the run ends by itself.
    pub(crate) async fn ended(&mut self) -> Result<(), AdapterError> {
        let mut running = self.running.take().unwrap();
        timeout(PATIENCE, running.adapter.join_next()).await.expect("it never ended").unwrap().unwrap()
    }

    /// Waits for something that is handed over.
    pub(crate) async fn hears(&self, what: &str, wanted: impl Fn(&Inbound) -> bool) -> Inbound {
        let mut kept = self.kept.subscribe();
        let found = timeout(PATIENCE, kept.wait_for(|kept| kept.inbound.iter().any(&wanted))).await;
        let found = found.unwrap_or_else(|_| panic!("{what} never came")).unwrap();
        found.inbound.iter().find(|inbound| wanted(inbound)).cloned().unwrap()
    }

    pub(crate) async fn hears_text(&self, text: &str) -> Inbound {
        self.hears(text, |inbound| text_of(inbound) == Some(text)).await
    }

    /// Everything that was handed over so far, as words.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.kept.borrow().inbound.iter().map(word).collect()
    }

    pub(crate) fn customer(&self, name: &str) -> Person {
        self.fake.user(name)
    }
}

/// The text of a message or of an edit.
pub(crate) fn text_of(inbound: &Inbound) -> Option<&str> {
    if let InboundKind::Message { content, .. } | InboundKind::Edit { content } = &inbound.kind {
        Some(content.text.text())
    } else {
        None
    }
}

fn word(inbound: &Inbound) -> String {
    text_of(inbound).map_or_else(|| inbound.kind.word().to_owned(), str::to_owned)
}

async fn keep(mut batches: mpsc::Receiver<IntakeBatch>, kept: watch::Sender<Kept>, lost: Option<String>) {
    while let Some(batch) = batches.recv().await {
        let is_lost = |inbound: &Inbound| lost.is_some() && text_of(inbound) == lost.as_deref();
        if batch.inbound.iter().any(is_lost) {
            return;
        }
        kept.send_modify(|kept| {
            kept.inbound.extend(batch.inbound);
            kept.cursor = batch.next_cursor;
        });
        let _gone = batch.kept.send(());
    }
}
