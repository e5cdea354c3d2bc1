//! A platform made of a script: chats, topics and a stream that outlive the bridge, and faults on demand.
//!
//! It behaves as platforms do: what was accepted is there, whether or not its answer came back.

use async_trait::async_trait;
use port::{
    Adapter, AdapterError, Capabilities, ChannelName, ChatId, Cursor, Found, Heal, Health, Idempotency,
    Identity, Inbound, Intake, Limit, Media, MediaError, MediaRef, MediaStream, Op, Operation, Outcome,
    Probe, Refusal, RefusalScope, Stop, Support, Unit, Voice,
};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, watch};

#[path = "scripted/people.rs"]
pub(crate) mod people;
#[path = "scripted/world.rs"]
pub(crate) mod world;

use world::World;

/// How long a platform's text is at most, unless a test says otherwise.
const TEXT_MAX: usize = 4096;
/// How many bytes of a file come at once.
const FILE_CHUNK: usize = 300;

/// How likely each fault is, in per cent of attempts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    /// The connection fails before the platform has it.
    pub(crate) later: u8,
    /// The platform has it; its answer is lost.
    pub(crate) lost_after: u8,
    /// The platform never had it, but nobody can tell.
    pub(crate) lost_before: u8,
    /// The platform asks to wait.
    pub(crate) limited: u8,
    /// How long an attempt takes at most.
    pub(crate) slow: Duration,
    /// A batch is handed over again.
    pub(crate) redelivered: u8,
    /// A file cannot be opened now, or breaks off in the middle.
    pub(crate) files_later: u8,
    /// A file cannot be had at all: it is gone, or too large.
    pub(crate) files_never: u8,
}

/// One channel of the platform.
pub(crate) struct Scripted {
    channel: ChannelName,
    /// What it says of every chat.
    pub(crate) abilities: Capabilities,
    /// Whether new messages can be looked up.
    pub(crate) readable: bool,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    random: Mutex<fastrand::Rng>,
    changed: Notify,
    health: watch::Sender<Health>,
}

impl Scripted {
    pub(crate) fn new(channel: &str, seed: u64, idempotency: Idempotency, readable: bool) -> Arc<Self> {
        Arc::new(Self {
            channel: ChannelName::new(channel),
            abilities: Capabilities {
                text_limit: Limit { max: TEXT_MAX, unit: Unit::Chars },
                identity: Identity::PrefixOnly,
                topics: Support::Full,
                marks: Support::Full,
                edits: Support::Full,
                deletes: Support::Full,
                reactions: Support::Full,
                file_max: Some(u64::MAX),
                idempotency,
                backfill: true,
                budgets: Vec::new(),
            },
            readable,
            world: Mutex::default(),
            faults: Mutex::default(),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            changed: Notify::new(),
            health: watch::Sender::new(Health::Connected),
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        *self.faults.lock().unwrap() = faults;
    }

    fn faults(&self) -> Faults {
        *self.faults.lock().unwrap()
    }

    fn chance(&self, percent: u8) -> bool {
        percent > 0 && self.random.lock().unwrap().u8(0..100) < percent
    }

    fn up_to(&self, most: Duration) -> Duration {
        most.mul_f64(self.random.lock().unwrap().f64())
    }

    /// The bridge does something on the platform.
    fn accept(&self, op: &Op, files: Vec<Vec<u8>>) -> Result<world::Done, Outcome> {
        let mut world = self.world();
        world.sends += 1;
        if let Some(done) = world.remembered(op, self.abilities.idempotency) {
            return Ok(done);
        }
        if op.topic.as_ref().is_some_and(|topic| !world.topics.contains(topic)) {
            return Err(Outcome::Heal(Heal::TopicGone));
        }
        if world.blocked.contains(&op.chat) {
            let reason = "the customer blocked the chat".to_owned();
            return Err(Outcome::Refused(Refusal::new(RefusalScope::Chat, reason)));
        }
        world.carry_out(op, files, self.abilities.text_limit)
    }
}

/// Whether a repeat changes nothing.
const fn is_harmless(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Delete { .. }
            | Operation::React { .. }
            | Operation::SetTopic { .. }
            | Operation::Mark { .. }
    )
}

/// Reads an operation's files to their ends.
async fn read_whole(op: &Op, media: &dyn Media) -> Result<Vec<Vec<u8>>, MediaError> {
    let Operation::Create { files, .. } = &op.operation else { return Ok(Vec::new()) };
    let mut read = Vec::new();
    for file in files {
        let mut stream = media.open(file).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.next().await? {
            bytes.extend(chunk);
        }
        read.push(bytes);
    }
    Ok(read)
}

#[async_trait]
impl Adapter for Scripted {
    fn channel(&self) -> &ChannelName {
        &self.channel
    }

    fn capabilities(&self, _chat: &ChatId) -> Capabilities {
        self.abilities.clone()
    }

    async fn run(&self, from: Cursor, intake: Intake, mut stop: Stop) -> Result<(), AdapterError> {
        let mut at: usize = from.0.parse().unwrap_or(0);
        loop {
            let changed = self.changed.notified();
            let batch: Vec<Inbound> = self.world().stream.iter().skip(at).take(20).cloned().collect();
            if batch.is_empty() {
                tokio::select! {
                    biased;
                    () = changed => continue,
                    () = stop.wait() => return Ok(()),
                }
            }
            let next = at + batch.len();
            if self.chance(self.faults().redelivered) {
                // as after a lost acknowledgement: handed over twice, the second time with what is older still
                let older: Vec<Inbound> = {
                    let world = self.world();
                    world
                        .stream
                        .iter()
                        .skip(at.saturating_sub(5))
                        .take(next - at.saturating_sub(5))
                        .cloned()
                        .collect()
                };
                intake.commit(batch, Cursor(at.to_string())).await?;
                intake.commit(older, Cursor(next.to_string())).await?;
            } else {
                intake.commit(batch, Cursor(next.to_string())).await?;
            }
            at = next;
        }
    }

    async fn deliver(&self, op: &Op, media: &dyn Media) -> Outcome {
        let faults = self.faults();
        if let Operation::Create { voice: Voice::Bridge, body, .. } = &op.operation {
            let said = (op.chat.clone(), op.topic.clone(), body.shown().to_owned());
            self.world().own_words.insert(said);
        }
        if !faults.slow.is_zero() {
            tokio::time::sleep(self.up_to(faults.slow)).await;
        }
        let reason = || "scripted".to_owned();
        if self.chance(faults.later) {
            return Outcome::Later { after: None, whole_channel: false, reason: reason() };
        }
        if self.chance(faults.limited) {
            let after = Some(self.up_to(Duration::from_secs(20)));
            return Outcome::Later { after, whole_channel: self.chance(50), reason: reason() };
        }
        // uploaded before the message that shows them is sent
        let files = match read_whole(op, media).await {
            Ok(files) => files,
            Err(error) => return error.outcome(),
        };
        let lost = || {
            self.world().unanswered.insert(op.id.as_str().to_owned());
            Outcome::Unknown { reason: reason() }
        };
        if self.chance(faults.lost_before) {
            return lost();
        }
        match self.accept(op, files) {
            Ok(_) if self.chance(faults.lost_after) => lost(),
            Ok((parts, topic)) => {
                if !faults.slow.is_zero() {
                    tokio::time::sleep(self.up_to(faults.slow)).await;
                }
                Outcome::Delivered { parts, topic }
            }
            Err(outcome) => outcome,
        }
    }

    async fn open_media(&self, source: &MediaRef) -> Result<MediaStream, MediaError> {
        let faults = self.faults();
        let later = || MediaError::Later("scripted".to_owned());
        if self.chance(faults.files_later) {
            return Err(later());
        }
        if self.chance(faults.files_never) {
            return Err(if self.chance(50) { MediaError::Gone } else { MediaError::TooLarge { max: 1 } });
        }
        let bytes = self.world().files.get(source.as_str()).cloned().ok_or(MediaError::Gone)?;
        let mut chunks: Vec<Result<Vec<u8>, MediaError>> =
            bytes.chunks(FILE_CHUNK).map(|chunk| Ok(chunk.to_vec())).collect();
        if self.chance(faults.files_later) {
            chunks.truncate(chunks.len() / 2);
            chunks.push(Err(later()));
        }
        let (sender, stream) = MediaStream::new(Some(bytes.len() as u64), None);
        // ends when all is sent, or when nobody wants it any more
        tokio::spawn(async move {
            for chunk in chunks {
                if sender.send(chunk).await.is_err() {
                    return;
                }
            }
        });
        Ok(stream)
    }

    async fn reconcile(&self, op: &Op) -> Found {
        if self.chance(self.faults().later) {
            return Found::Later { reason: "scripted".to_owned() };
        }
        if self.abilities.idempotency == Idempotency::None && is_harmless(&op.operation) {
            // as the adapters do: nobody looks for what can simply be done again
            return Found::No;
        }
        if !self.readable {
            return Found::CannotTell;
        }
        match self.world().done.get(op.id.as_str()).cloned() {
            Some((parts, topic)) => Found::Yes { parts, topic },
            None => Found::No,
        }
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    async fn probe(&self, _rooms: &[ChatId]) -> Vec<Probe> {
        vec![Probe::Well("scripted".to_owned())]
    }
}
