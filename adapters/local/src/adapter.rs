//! The contract with the shell: serve, hand over what people wrote, carry out what the desk wants.

use crate::config::{Credential, LocalConfig};
use crate::files::{self, FILE_MAX, Files};
use crate::http::typing::{self, Hint};
use crate::http::{self, Served};
use crate::inbound::{media_file, normalise};
use crate::log::Log;
use crate::log::rows::Entry;
use crate::{deliver, random};
use async_trait::async_trait;
use jiff::Timestamp;
use port::adapter::SharedShelf;
use port::{
    Adapter, AdapterError, Capabilities, ChannelName, ChatId, Cursor, Found, Health, Idempotency, Identity,
    Intake, Media, MediaError, MediaRef, MediaStream, Op, Outcome, Probe, Stop, Support, TopicId,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

/// How many entries are handed over at once.
const BATCH_MAX: usize = 32;
/// After so many entries that are nobody's words the cursor is moved, so that they are not read again.
const SILENCE_MAX: usize = 512;
/// How often files that nobody needs are looked for.
const SWEEP: Duration = Duration::from_mins(10);
/// At every so many of these looks, at the first and then once a day, every file is looked at.
const SWEEPS: u64 = 144;
/// How long open requests may take to end.
const ENDING_MAX: Duration = Duration::from_secs(2);

/// The local platform and its adapter.
pub struct LocalAdapter {
    config: Arc<LocalConfig>,
    log: Arc<Log>,
    health: watch::Sender<Health>,
    /// Hints of the other side writing, to all open pages.
    hints: broadcast::Sender<Hint>,
    /// What feeds the files that other channels take.
    feeding: TaskTracker,
}

impl LocalAdapter {
    /// A platform that keeps everything on `shelf`.
    ///
    /// # Errors
    /// [`AdapterError::Config`] when the configuration cannot work: a listening address that other machines can
    /// reach needs a credential, rooms and agents have to differ.
    pub fn new(config: LocalConfig, shelf: SharedShelf) -> Result<Self, AdapterError> {
        config.check()?;
        let files = Files::new(config.files.clone());
        let log = Arc::new(Log::new(config.channel.clone(), shelf, files));
        let health = watch::Sender::new(Health::Starting);
        let hints = broadcast::Sender::new(typing::WAITING_MAX);
        Ok(Self { config: Arc::new(config), log, health, hints, feeding: TaskTracker::new() })
    }

    #[cfg(test)]
    pub(crate) fn log(&self) -> Arc<Log> {
        Arc::clone(&self.log)
    }

    async fn bind(&self) -> Result<TcpListener, AdapterError> {
        let listen = self.config.listen;
        TcpListener::bind(listen).await.map_err(|error| {
            AdapterError::Config(format!(
                "cannot listen on {listen}: {error}; end the program that uses this address, or set another \
                 `listen` for the channel `{}`",
                self.config.channel
            ))
        })
    }

    /// Serves until `stop`, or until nobody keeps what people write.
    async fn serve(&self, from: Cursor, intake: Intake, stop: Stop) -> Result<(), AdapterError> {
        self.log.open().await?;
        let session = self.session().await?;
        let listener = self.bind().await?;
        let (halt, halted) = Stop::new();
        let (config, log) = (Arc::clone(&self.config), Arc::clone(&self.log));
        let typing = (intake.clone(), self.hints.clone());
        let shared = Served::new(config, log, session, typing, halted.clone());
        let server = http::serve(listener, shared, halted);
        tokio::pin!(server);
        self.health.send_replace(Health::Connected);
        tracing::info!(channel = %self.config.channel, address = %self.config.listen, "serving the local platform");
        let ended = tokio::select! {
            ended = self.hand_over(from, &intake, stop) => ended,
            never = self.keep_swept() => never,
            ended = &mut server => return Err(AdapterError::Connection(format!("the server ended: {ended:?}"))),
        };
        halt.send_replace(true);
        // a browser that does not let go is let go
        let _overdue = timeout(ENDING_MAX, server).await;
        ended
    }

    /// Removes files that nobody needs, now and from time to time.
    async fn keep_swept(&self) -> Result<(), AdapterError> {
        for turn in 0_u64.. {
            let swept = if turn % SWEEPS == 0 { self.log.sweep().await } else { Ok(()) };
            if let Err(error) = swept.and(self.log.expire().await) {
                tracing::warn!(channel = %self.config.channel, %error, "files that nobody needs are still there");
            }
            sleep(SWEEP).await;
        }
        Ok(())
    }

    /// What a browser that knows the credential is known by; a new credential ends every session.
    async fn session(&self) -> Result<Option<String>, AdapterError> {
        let Some(credential) = self.config.credential.as_ref().map(Credential::secret) else {
            return Ok(None);
        };
        if let Some(session) = self.log.session().await?
            && session.credential.text().is_some_and(|kept| random::same(kept, credential))
            && let Some(value) = session.value.text()
        {
            return Ok(Some(value.to_owned()));
        }
        let value = random::name()?;
        self.log
            .set_session(&value, credential)
            .await
            .map_err(|error| AdapterError::Connection(error.to_string()))?;
        Ok(Some(value))
    }

    /// Hands over everything after the cursor, and then what comes.
    async fn hand_over(&self, from: Cursor, intake: &Intake, mut stop: Stop) -> Result<(), AdapterError> {
        let mut head = self.log.head();
        let mut read = seq_of(&from)?;
        let mut silent = 0;
        loop {
            let entries = self.log.entries(read, BATCH_MAX).await?;
            let Some(Entry { seq, .. }) = entries.last() else {
                tokio::select! {
                    () = stop.wait() => return Ok(()),
                    changed = head.changed() => changed.map_err(|_| AdapterError::Stopped)?,
                }
                continue;
            };
            read = *seq;
            let inbound: Vec<_> = entries.iter().filter_map(normalise).collect();
            silent += entries.len();
            if !inbound.is_empty() || silent >= SILENCE_MAX {
                tokio::select! {
                    () = stop.wait() => return Ok(()),
                    committed = intake.commit(inbound, Cursor(read.to_string())) => committed?,
                }
                silent = 0;
            }
            if stop.is_pulled() {
                return Ok(());
            }
        }
    }
}

#[async_trait]
impl Adapter for LocalAdapter {
    fn channel(&self) -> &ChannelName {
        &self.config.channel
    }

    fn capabilities(&self, _chat: &ChatId) -> Capabilities {
        Capabilities {
            text_limit: deliver::TEXT_LIMIT,
            identity: Identity::Native,
            topics: Support::Full,
            marks: Support::Full,
            edits: Support::Full,
            deletes: Support::Full,
            reactions: Support::Full,
            file_max: Some(FILE_MAX),
            idempotency: Idempotency::Key { window: Duration::MAX },
            backfill: true,
            budgets: Vec::new(),
        }
    }

    async fn run(&self, from: Cursor, intake: Intake, stop: Stop) -> Result<(), AdapterError> {
        let ended = self.serve(from, intake, stop).await;
        let reason = ended.as_ref().err().map_or_else(|| "it was stopped".to_owned(), ToString::to_string);
        self.health.send_replace(Health::Down { since: now(), reason });
        ended
    }

    async fn deliver(&self, op: &Op, media: &dyn Media) -> Outcome {
        deliver::deliver(&self.log, op, self.config.is_room(&op.chat), media).await
    }

    async fn typing(&self, chat: &ChatId, topic: Option<&TopicId>) {
        let topic = topic.map(|topic| topic.as_str().to_owned());
        // without open pages nobody is told
        let _nobody = self.hints.send(Hint { chat: chat.as_str().to_owned(), topic });
    }

    async fn open_media(&self, source: &MediaRef) -> Result<MediaStream, MediaError> {
        let id = media_file(source).ok_or(MediaError::Gone)?;
        let row = self.log.file(&id).await.map_err(|error| MediaError::Later(error.to_string()))?;
        let file = row.filter(|row| row.used).ok_or(MediaError::Gone)?.file;
        files::stream(&self.log.files, &self.feeding, &file.id, file.size, &file.mime).await
    }

    async fn reconcile(&self, op: &Op) -> Found {
        deliver::reconcile(&self.log, op).await
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    fn entrance(&self) -> Option<String> {
        Some(format!("http://{}/customer", self.config.listen))
    }

    async fn probe(&self, rooms: &[ChatId]) -> Vec<Probe> {
        let address = match self.bind().await {
            Ok(_) => Probe::Well(format!("the pages will be at http://{}/", self.config.listen)),
            Err(error) => {
                let hint = "if this is Deskbridge itself, already running, all is well".to_owned();
                Probe::Wrong { problem: error.to_string(), hint }
            }
        };
        let mut probes = vec![address];
        probes.extend(deliver::probe_rooms(|room| self.config.is_room(room), rooms));
        if self.config.agents.is_empty() {
            let problem =
                "no agent has a `local` handle, so that nobody can write on the team page".to_owned();
            let hint = "add `handles = { local = \"anna\" }` to an agent".to_owned();
            probes.push(Probe::Wrong { problem, hint });
        }
        probes
    }
}

fn seq_of(cursor: &Cursor) -> Result<u64, AdapterError> {
    if cursor.0.is_empty() {
        return Ok(0);
    }
    let unknown = |_| AdapterError::Config("the kept cursor is none of this platform".to_owned());
    cursor.0.parse().map_err(unknown)
}

#[expect(clippy::disallowed_methods, reason = "the end of a connection is told with its time")]
fn now() -> Timestamp {
    Timestamp::now()
}
