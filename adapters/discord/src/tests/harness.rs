//! An adapter on a Discord of its own, and the shell's side of it.

use crate::{DiscordAdapter, DiscordConfig, Matters, Names, Phrases, Secret};
use async_trait::async_trait;
use fake_discord::{Fake, Guild};
use port::adapter::SharedShelf;
use port::{
    Adapter, AdapterError, ChannelName, ChatId, Cursor, Health, Inbound, InboundKind, Intake, IntakeBatch,
    NativeCommand, Shelf, ShelfError, Stop, Suggestions, Typing,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Rows that live as long as a test.
#[derive(Default)]
pub(super) struct Rows(Mutex<BTreeMap<String, Value>>);

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
        let rows = kept
            .iter()
            .filter(|(key, _)| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after));
        Ok(rows.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}

/// A run: how it is stopped, how it ends, who keeps for it.
type Running = (watch::Sender<bool>, JoinSet<Result<(), AdapterError>>, JoinSet<()>);

/// A world with a team's forum, and an adapter in it.
pub(super) struct Bench {
    pub(super) fake: Fake,
    pub(super) guild: Guild,
    pub(super) forum: String,
    pub(super) lobby: String,
    pub(super) shelf: SharedShelf,
    pub(super) adapter: Arc<DiscordAdapter>,
    pub(super) cursor: Cursor,
    matters: Matters,
    names: Names,
    kept: watch::Sender<(Vec<Inbound>, Cursor)>,
    /// Whether nothing is kept for now.
    pub(super) held: watch::Sender<bool>,
    running: Option<Running>,
    pub(super) typing: Option<mpsc::Receiver<Typing>>,
}

fn phrases() -> Phrases {
    let said = |en: &str, de: &str| vec![("en".to_owned(), en.to_owned()), ("de".to_owned(), de.to_owned())];
    Phrases {
        contact: said("Write to the team", "Dem Team schreiben"),
        contact_text: said("What it is about", "Worum es geht"),
        open: said("Open a matter", "Anliegen eröffnen"),
        opened: said("It goes on here: {place}", "Es geht hier weiter: {place}"),
        closed_messages: said("Let us write to you.", "Lass uns dir schreiben."),
        failed: said("Nothing arrived.", "Nichts ist angekommen."),
        taken: said("Taken.", "Angekommen."),
    }
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(Matters::DirectMessage).await
    }

    pub(super) async fn with(matters: Matters) -> Self {
        Self::in_room(Guild::forum, matters, Names::Bold).await
    }

    /// With the team in a channel of another kind.
    pub(super) async fn in_room(
        open: impl FnOnce(&Guild, &str) -> String,
        matters: Matters,
        names: Names,
    ) -> Self {
        let fake = Fake::start().await;
        let guild = fake.guild("ACME");
        let (forum, lobby) = (open(&guild, "desk"), guild.text_channel("lobby"));
        let shelf: SharedShelf = Arc::new(Rows::default());
        let adapter = adapter(&fake, &guild, &forum, (matters, names), &shelf);
        let kept = watch::Sender::new((Vec::new(), Cursor::default()));
        Self {
            fake,
            guild,
            forum,
            lobby,
            shelf,
            adapter,
            cursor: Cursor::default(),
            matters,
            names,
            kept,
            held: watch::Sender::new(false),
            running: None,
            typing: None,
        }
    }

    /// Runs the adapter until it is connected.
    pub(super) async fn start(&mut self) {
        let before = (self.fake.identified(), self.fake.resumed());
        self.launch();
        self.fake.until("a session", |fake| (fake.identified(), fake.resumed()) != before).await;
        let is_connected = |health: &Health| matches!(health, Health::Connected | Health::Degraded { .. });
        self.shows("connected", is_connected).await;
    }

    pub(super) fn launch(&mut self) {
        let (batches, waiting) = mpsc::channel(1);
        let (typing, hints) = mpsc::channel(16);
        let (stop, stopped) = Stop::new();
        let intake = Intake::new(self.adapter.channel().clone(), batches).with_typing(typing);
        let (mut run, mut keeper) = (JoinSet::new(), JoinSet::new());
        let (adapter, from) = (Arc::clone(&self.adapter), self.cursor.clone());
        run.spawn(async move { adapter.run(from, intake, stopped).await });
        keeper.spawn(keep(waiting, self.kept.clone(), self.held.subscribe()));
        self.typing = Some(hints);
        self.running = Some((stop, run, keeper));
    }

    /// Ends the run; the next one begins where this one had kept everything.
    pub(super) async fn stop(&mut self) {
        let (stop, mut run, mut keeper) = self.running.take().unwrap();
        stop.send_replace(true);
        timeout(PATIENCE, run.join_next()).await.expect("a prompt end").unwrap().unwrap().unwrap();
        while keeper.join_next().await.is_some() {}
        self.cursor = self.kept.borrow().1.clone();
    }

    /// How the run ended by itself.
    pub(super) async fn ended(&mut self) -> AdapterError {
        let (_stop, mut run, _keeper) = self.running.take().unwrap();
        timeout(PATIENCE, run.join_next()).await.expect("an end").unwrap().unwrap().unwrap_err()
    }

    /// Another process: nothing but the shelf and the cursor is left.
    pub(super) fn renew(&mut self) {
        self.adapter = adapter(&self.fake, &self.guild, &self.forum, (self.matters, self.names), &self.shelf);
    }

    /// Waits for something that is kept.
    pub(super) async fn hears(&self, what: &str, wanted: impl Fn(&Inbound) -> bool) -> Inbound {
        let mut kept = self.kept.subscribe();
        let found = timeout(PATIENCE, async {
            loop {
                let found = kept.borrow_and_update().0.iter().find(|inbound| wanted(inbound)).cloned();
                if let Some(found) = found {
                    return found;
                }
                kept.changed().await.unwrap();
            }
        });
        found.await.unwrap_or_else(|_| panic!("{what} did not come in: {:?}", self.kept.borrow().0))
    }

    /// Waits for a message with this text.
    pub(super) async fn hears_text(&self, text: &str) -> Inbound {
        self.hears(text, |inbound| text_of(inbound) == Some(text)).await
    }

    /// Waits until the adapter's health is such.
    pub(super) async fn shows(&self, what: &str, wanted: impl Fn(&Health) -> bool) {
        let mut health = self.adapter.health();
        let shown = timeout(PATIENCE, health.wait_for(|health| wanted(health))).await.map(drop);
        assert!(shown.is_ok(), "its health is not {what}: {:?}", self.adapter.health().borrow());
    }

    /// Waits until all is well.
    pub(super) async fn is_well(&self) {
        self.shows("well", |health| *health == Health::Connected).await;
    }

    /// Waits until something is said to be wrong in these words.
    pub(super) async fn says_of_itself(&self, words: &str) {
        let is_said =
            |health: &Health| matches!(health, Health::Degraded { reason } if reason.contains(words));
        self.shows(words, is_said).await;
    }

    /// Everything that was kept.
    pub(super) fn heard(&self) -> Vec<Inbound> {
        self.kept.borrow().0.clone()
    }

    /// The texts of a chat in the order in which they were kept.
    pub(super) fn texts_in(&self, chat: &str) -> Vec<String> {
        let heard = self.heard();
        let here = heard.iter().filter(|inbound| inbound.chat.as_str() == chat);
        here.filter_map(text_of).map(str::to_owned).collect()
    }
}

fn adapter(
    fake: &Fake,
    guild: &Guild,
    forum: &str,
    (matters, names): (Matters, Names),
    shelf: &SharedShelf,
) -> Arc<DiscordAdapter> {
    let command = |name: &str, takes_text, suggestions| NativeCommand {
        name: name.to_owned(),
        takes_text,
        suggestions,
        descriptions: vec![
            ("en".to_owned(), format!("Does {name}")),
            ("de".to_owned(), format!("Tut {name}")),
        ],
    };
    let config = DiscordConfig {
        channel: ChannelName::new("discord"),
        api_url: fake.api_url(),
        token: Secret::new(fake.token()),
        team_rooms: vec![ChatId::new(forum)],
        guilds: vec![guild.id()],
        matters,
        names,
        command_prefix: "!".to_owned(),
        commands: vec![
            command("close", false, Suggestions::None),
            command("r", true, Suggestions::None),
            command("assign", true, Suggestions::One(vec!["Anna".to_owned(), "Bernd".to_owned()])),
        ],
        avatars: BTreeMap::new(),
        phrases: phrases(),
    };
    Arc::new(DiscordAdapter::new(config, Arc::clone(shelf)).unwrap())
}

async fn keep(
    mut batches: mpsc::Receiver<IntakeBatch>,
    kept: watch::Sender<(Vec<Inbound>, Cursor)>,
    mut held: watch::Receiver<bool>,
) {
    while let Some(batch) = batches.recv().await {
        let _gone = held.wait_for(|held| !held).await;
        kept.send_modify(|(heard, cursor)| {
            heard.extend(batch.inbound);
            *cursor = batch.next_cursor;
        });
        let _gone = batch.kept.send(());
    }
}

pub(super) fn text_of(inbound: &Inbound) -> Option<&str> {
    if let InboundKind::Message { content, .. } = &inbound.kind { Some(content.text.text()) } else { None }
}
