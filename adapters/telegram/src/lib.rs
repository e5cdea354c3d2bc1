//! Telegram: customers in private chats with a bot, the team in the topics of a forum group.
//!
//! The adapter asks for updates itself and raises the offset only after they are kept; what it sends has no key by which
//! Telegram would recognise a repeat, so a lost answer is told as such. It must not decide what is relayed.
//!
//! * Every private chat is a customer's, every configured group a team's. Everything else is not listened to.
//! * The pictures of an album come one by one and without an end; they are kept first and handed over together.
//! * Telegram keeps what nobody fetched for a day and has no history to read: after a longer stop both sides are told.

mod albums;
mod client;
mod clock;
mod commands;
mod config;
mod cursor;
mod download;
mod edit;
mod gather;
mod icons;
mod limits;
mod marks;
mod me;
mod normalise;
mod parts;
mod places;
mod poll;
mod probe;
mod reactions;
mod refusals;
mod render;
mod results;
mod seen;
mod send;
mod shapes;
mod standing;
#[cfg(test)]
mod tests;
mod topics;
mod trouble;
mod typing;
mod upload;

pub use config::{NameForm, Secret, TelegramConfig};

use async_trait::async_trait;
use port::adapter::SharedShelf;
use port::health;
use port::{
    Adapter, AdapterError, Capabilities, ChannelName, ChatId, Cursor, Found, Health, Intake, Media,
    MediaError, MediaRef, MediaStream, Op, Outcome, Probe, Stop, TopicId,
};
use tokio::sync::{OnceCell, watch};

/// The connection of one bot.
pub struct TelegramAdapter {
    shared: Shared,
}

/// What all parts of the adapter work with.
pub(crate) struct Shared {
    pub(crate) config: TelegramConfig,
    pub(crate) client: client::Client,
    pub(crate) shelf: SharedShelf,
    pub(crate) health: health::Board,
    /// Who the bot is; asked once.
    pub(crate) me: OnceCell<me::Me>,
    /// Which group is whose, and where it goes on.
    pub(crate) places: places::Places,
    pub(crate) sending: send::Sending,
    /// What stands for a topic's state.
    pub(crate) icons: icons::Icons,
}

impl TelegramAdapter {
    /// An adapter that connects when it is run or first asked to deliver.
    ///
    /// # Errors
    /// When the transport cannot be set up.
    pub fn new(config: TelegramConfig, shelf: SharedShelf) -> Result<Self, AdapterError> {
        Ok(Self { shared: Shared::new(config, shelf)? })
    }
}

impl Shared {
    fn new(config: TelegramConfig, shelf: SharedShelf) -> Result<Self, AdapterError> {
        let client = client::Client::new(&config).map_err(|why| AdapterError::Config(why.to_owned()))?;
        let places = places::Places::new(&config.team_rooms);
        Ok(Self {
            config,
            client,
            shelf,
            health: health::Board::new(),
            me: OnceCell::new(),
            places,
            sending: send::Sending::default(),
            icons: icons::Icons::default(),
        })
    }

    /// What a failed request of this method means. Of a server that answers others, "not found" is said of the method;
    /// else it is said of the token.
    pub(crate) fn judged(&self, method: &str, failure: client::Failure) -> client::Failure {
        let is_unknown = matches!(failure, client::Failure::Refused { code: 404, .. }) && !failure.is_bare();
        if is_unknown && method != "sendMessage" && self.health.is_connected() {
            client::Failure::NoMethod(method.to_owned())
        } else {
            failure
        }
    }

    /// Who the bot is.
    pub(crate) async fn me(&self) -> Result<&me::Me, client::Failure> {
        self.me.get_or_try_init(|| me::ask(&self.client)).await
    }
}

#[async_trait]
impl Adapter for TelegramAdapter {
    fn channel(&self) -> &ChannelName {
        &self.shared.config.channel
    }

    fn capabilities(&self, chat: &ChatId) -> Capabilities {
        limits::capabilities(&self.shared, chat)
    }

    async fn run(&self, from: Cursor, intake: Intake, stop: Stop) -> Result<(), AdapterError> {
        poll::run(&self.shared, from, &intake, stop).await
    }

    async fn deliver(&self, op: &Op, media: &dyn Media) -> Outcome {
        send::deliver(&self.shared, op, media).await
    }

    async fn reconcile(&self, op: &Op) -> Found {
        send::reconcile(&self.shared, op).await
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
        let me = self.shared.me.get().filter(|me| !me.username.is_empty())?;
        Some(format!("https://t.me/{}", me.username))
    }

    async fn probe(&self, rooms: &[ChatId]) -> Vec<Probe> {
        probe::probe(&self.shared, rooms).await
    }
}
