//! Discord: customers in direct messages or private threads, the team in the posts of a forum.
//!
//! The gateway is taken as a hint: what was missed is fetched by REST, from ids that are kept with the messages they
//! cover. The bot's own messages carry the operation's id as a nonce; posts by webhook are looked up when an answer was
//! lost. The adapter must not decide what is relayed.

mod abilities;
mod answers;
mod api;
mod channels;
mod chats;
mod client;
mod clock;
mod commands;
mod complete;
mod compose;
mod config;
mod crowded;
mod cursor;
mod download;
mod edit;
mod errors;
mod few;
mod gateway;
mod general;
mod hooks;
mod interactions;
mod keep;
mod limits;
mod look;
mod marks;
mod matters;
mod me;
mod missed;
mod normalise;
mod outgoing;
mod phrases;
mod pictures;
mod post;
mod probe;
mod receive;
mod recent;
mod recognise;
mod reconcile;
mod render;
mod send;
mod snowflake;
mod tags;
#[cfg(test)]
mod tests;
mod tokens;
mod topics;
mod tries;
mod typing;
mod upload;

pub use config::{DiscordConfig, Matters, Names, Phrases, Secret};

use async_trait::async_trait;
use port::adapter::SharedShelf;
use port::health;
use port::{
    Adapter, AdapterError, Capabilities, ChannelName, ChatId, Cursor, Found, Health, Intake, Media,
    MediaError, MediaRef, MediaStream, Op, Outcome, Probe, Stop, TopicId,
};
use tokio::sync::watch;

/// The connection of one Discord application.
pub struct DiscordAdapter {
    shared: Shared,
}

/// What all parts of the adapter work with.
pub(crate) struct Shared {
    pub(crate) config: DiscordConfig,
    pub(crate) client: client::Client,
    pub(crate) shelf: SharedShelf,
    pub(crate) health: health::Board,
    pub(crate) me: me::Me,
    pub(crate) places: chats::Chats,
    pub(crate) hooks: hooks::Hooks,
    pub(crate) interactions: tokens::Tokens,
    pub(crate) given: matters::Given,
    pub(crate) outgoing: outgoing::Outgoing,
}

impl DiscordAdapter {
    /// An adapter that connects when it is run or first asked to deliver.
    ///
    /// # Errors
    /// When TLS cannot be set up on this machine.
    pub fn new(config: DiscordConfig, shelf: SharedShelf) -> Result<Self, AdapterError> {
        let client =
            client::Client::new(&config).map_err(|reason| AdapterError::Config(reason.to_owned()))?;
        let places = chats::Chats::new(&config.team_rooms);
        Ok(Self {
            shared: Shared {
                config,
                client,
                shelf,
                health: health::Board::new(),
                me: me::Me::default(),
                places,
                hooks: hooks::Hooks::default(),
                interactions: tokens::Tokens::new(),
                given: matters::Given::default(),
                outgoing: outgoing::Outgoing::default(),
            },
        })
    }
}

#[async_trait]
impl Adapter for DiscordAdapter {
    fn channel(&self) -> &ChannelName {
        &self.shared.config.channel
    }

    fn capabilities(&self, chat: &ChatId) -> Capabilities {
        abilities::capabilities(&self.shared, chat)
    }

    async fn run(&self, from: Cursor, intake: Intake, stop: Stop) -> Result<(), AdapterError> {
        receive::run(&self.shared, from, &intake, stop).await
    }

    async fn deliver(&self, op: &Op, media: &dyn Media) -> Outcome {
        send::deliver(&self.shared, op, media).await
    }

    async fn reconcile(&self, op: &Op) -> Found {
        reconcile::reconcile(&self.shared, op).await
    }

    async fn open_media(&self, source: &MediaRef) -> Result<MediaStream, MediaError> {
        download::open(&self.shared, source).await
    }

    async fn typing(&self, chat: &ChatId, topic: Option<&TopicId>) {
        typing::show(&self.shared, chat, topic).await;
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.shared.health.watch()
    }

    fn entrance(&self) -> Option<String> {
        let me = self.shared.me.known()?;
        let way = if self.shared.config.guilds.is_empty() { "" } else { "with /contact, or " };
        let invitation = "https://discord.com/oauth2/authorize?scope=bot+applications.commands&client_id=";
        Some(format!(
            "{way}with a direct message to the bot, from any server that it was invited to: {invitation}{}",
            me.application
        ))
    }

    async fn probe(&self, rooms: &[ChatId]) -> Vec<Probe> {
        probe::probe(&self.shared, rooms).await
    }
}
