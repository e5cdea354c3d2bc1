//! Matrix: customers in rooms of their own, the team in the threads of one room.
//!
//! The adapter syncs with its own token and hands everything over before it lets the homeserver know that it was
//! received; what it sends carries the operation's id as transaction id and inside the content, so that a repeat
//! is recognised by the homeserver and a lost answer can be looked up. It must not decide what is relayed.
//!
//! * Every room that is not a team room is a customer's. Invitations are accepted from the allowed servers.
//! * At the very first start, what was said before in rooms that the account is in already is not taken over. In a
//!   room that it joins later, everything since its invitation is.
//! * Encrypted rooms work like others. The account has an identity of its own that signs its device; a recovery key
//!   opens a copy of all keys on the homeserver. What cannot be read waits for its key, and is told after a minute.
//! * Synapse lets an ordinary account send ten messages at once and then one in five seconds. The adapter obeys
//!   such limits; an administrator lifts them for the account with `override_ratelimit`.

mod answer;
mod authors;
mod cipher;
mod client;
mod clock;
mod config;
mod content;
mod crypto;
mod download;
mod edit;
mod errors;
mod events;
mod figures;
mod files;
mod gap;
mod gather;
mod html;
mod limits;
mod marks;
mod names;
mod normalise;
mod pictures;
mod places;
mod probe;
mod recent;
mod reconcile;
mod render;
mod rooms;
mod send;
mod session;
mod shapes;
mod sync;
#[cfg(test)]
mod tests;
mod topics;
mod typing;
mod upload;
mod wire;

pub use config::{Login, MatrixConfig, Secret};
pub use crypto::recovery::{is_recovery_key, new_recovery_key};

use async_trait::async_trait;
use port::adapter::SharedShelf;
use port::health;
use port::{
    Adapter, AdapterError, Capabilities, ChannelName, ChatId, Cursor, Found, Health, Idempotency, Identity,
    Intake, Media, MediaError, MediaRef, MediaStream, Op, Outcome, Probe, Stop, Support, TopicId,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How long a homeserver is trusted to know a transaction id. Synapse says a day or more; half of it is safe.
const TXN_WINDOW: Duration = Duration::from_hours(12);

/// The connection of one Matrix account.
pub struct MatrixAdapter {
    shared: Shared,
}

/// What all parts of the adapter work with.
pub(crate) struct Shared {
    pub(crate) config: MatrixConfig,
    pub(crate) shelf: SharedShelf,
    pub(crate) health: health::Board,
    pub(crate) session: session::Session,
    pub(crate) places: places::Places,
    pub(crate) topics: topics::Topics,
    pub(crate) names: names::Names,
    pub(crate) authors: authors::Authors,
    pub(crate) file_max: limits::FileMax,
    pub(crate) feeders: download::Feeders,
    pub(crate) late: crypto::late::Late,
    pub(crate) pictures: pictures::Pictures,
    /// Pulled when there may be a room to join or to leave.
    pub(crate) rooms_changed: Notify,
}

impl MatrixAdapter {
    /// An adapter that connects when it is run or first asked to deliver.
    #[must_use]
    pub fn new(config: MatrixConfig, shelf: SharedShelf) -> Self {
        let places = places::Places::new(&config.team_rooms);
        Self {
            shared: Shared {
                config,
                shelf,
                health: health::Board::new(),
                session: session::Session::new(),
                places,
                topics: topics::Topics::new(),
                names: names::Names::new(),
                authors: authors::Authors::new(),
                file_max: limits::FileMax::default(),
                feeders: download::Feeders::default(),
                late: crypto::late::Late::new(crypto::late::WAIT),
                pictures: pictures::Pictures::default(),
                rooms_changed: Notify::new(),
            },
        }
    }

    /// Waits another time than a minute for missing keys, so that a test need not.
    #[doc(hidden)]
    #[must_use]
    pub fn waiting_for_keys(mut self, wait: Duration) -> Self {
        self.shared.late = crypto::late::Late::new(wait);
        self
    }
}

impl Shared {
    /// The session, opened when there is none, with everything that earlier runs learned about rooms.
    pub(crate) async fn link(&self) -> Result<Arc<session::Link>, session::Denied> {
        let link = self.session.link(&self.config, &self.shelf, &self.health, &self.places).await?;
        self.file_max.learn_once(&link.client).await;
        Ok(link)
    }
}

#[async_trait]
impl Adapter for MatrixAdapter {
    fn channel(&self) -> &ChannelName {
        &self.shared.config.channel
    }

    fn capabilities(&self, _chat: &ChatId) -> Capabilities {
        Capabilities {
            text_limit: render::TEXT_LIMIT,
            identity: Identity::PrefixOnly,
            topics: Support::Full,
            marks: Support::Full,
            edits: Support::Full,
            deletes: Support::Full,
            reactions: Support::Full,
            file_max: Some(self.shared.file_max.get()),
            idempotency: Idempotency::Key { window: TXN_WINDOW },
            backfill: true,
            // every homeserver has its own limits and says exactly when one is hit
            budgets: Vec::new(),
        }
    }

    async fn run(&self, from: Cursor, intake: Intake, stop: Stop) -> Result<(), AdapterError> {
        sync::run(&self.shared, from, &intake, stop).await
    }

    async fn deliver(&self, op: &Op, media: &dyn Media) -> Outcome {
        send::deliver(&self.shared, op, media).await
    }

    async fn typing(&self, chat: &ChatId, topic: Option<&TopicId>) {
        if topic.is_none() {
            typing::show(&self.shared, chat).await;
        }
    }

    async fn open_media(&self, source: &MediaRef) -> Result<MediaStream, MediaError> {
        download::open(&self.shared, source).await
    }

    async fn reconcile(&self, op: &Op) -> Found {
        reconcile::reconcile(&self.shared, op).await
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.shared.health.watch()
    }

    fn entrance(&self) -> Option<String> {
        Some(self.shared.session.own(&self.shared.config))
    }

    async fn probe(&self, rooms: &[ChatId]) -> Vec<Probe> {
        probe::probe(&self.shared, rooms).await
    }
}
