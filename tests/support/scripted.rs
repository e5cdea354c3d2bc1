//! A platform made of a script: chats, topics and a stream that outlive the bridge, and faults on demand.
//!
//! It behaves as platforms do: what was accepted is there, whether or not its answer came back.

use async_trait::async_trait;
use jiff::Timestamp;
use port::{
    AccountId, Adapter, AdapterError, Author, Budget, Capabilities, ChannelName, ChatId, Cursor, Found, Heal,
    Health, Idempotency, Identity, Inbound, InboundKind, Intake, Limit, Mark, Media, MediaError, MediaRef,
    MediaStream, MessageId, Op, Operation, Outcome, Probe, Refusal, RefusalScope, Stop, Support, TopicId,
    Unit, Voice,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// A message as people on the platform see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: MessageId,
    pub(crate) topic: Option<TopicId>,
    /// The name it appears under; `None` for the bridge's own words.
    pub(crate) name: Option<String>,
    pub(crate) text: String,
}

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
}

/// The platform's own state.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) chats: BTreeMap<ChatId, Vec<Seen>>,
    pub(crate) marks: BTreeMap<MessageId, Mark>,
    pub(crate) topics: BTreeSet<TopicId>,
    pub(crate) lost_topics: BTreeSet<TopicId>,
    pub(crate) blocked: BTreeSet<ChatId>,
    stream: Vec<Inbound>,
    done: BTreeMap<String, (Vec<MessageId>, Option<TopicId>)>,
    /// When each operation was first done; the platform forgets its key some time after that.
    done_at: BTreeMap<String, Instant>,
    next: u64,
    pub(crate) sends: u64,
}

/// One channel of the platform.
pub(crate) struct Scripted {
    channel: ChannelName,
    pub(crate) idempotency: Idempotency,
    pub(crate) readable: bool,
    pub(crate) budgets: Vec<Budget>,
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
            idempotency,
            readable,
            budgets: Vec::new(),
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

    /// A person writes. Returns the message's id.
    pub(crate) fn write(
        &self,
        chat: &ChatId,
        topic: Option<&TopicId>,
        (account, name): (&str, &str),
        text: &str,
        reply_to: Option<&MessageId>,
        at: Timestamp,
    ) -> MessageId {
        let mut world = self.world();
        let message = world.mint();
        world.chats.entry(chat.clone()).or_default().push(Seen {
            id: message.clone(),
            topic: topic.cloned(),
            name: Some(name.to_owned()),
            text: text.to_owned(),
        });
        world.stream.push(Inbound {
            chat: chat.clone(),
            topic: topic.cloned(),
            message: message.clone(),
            version: 0,
            at,
            author: Author { account: AccountId::new(account), name: name.to_owned(), is_bot: false },
            kind: InboundKind::Message { content: text.into(), reply_to: reply_to.cloned() },
        });
        drop(world);
        self.changed.notify_waiters();
        message
    }

    /// A topic is deleted by somebody.
    pub(crate) fn lose_topic(&self, topic: &TopicId) {
        let mut world = self.world();
        if world.topics.remove(topic) {
            world.lost_topics.insert(topic.clone());
        }
    }

    /// The bridge does something on the platform.
    fn accept(&self, op: &Op) -> Result<(Vec<MessageId>, Option<TopicId>), Outcome> {
        let mut world = self.world();
        world.sends += 1;
        let known = world.done_at.get(op.id.as_str());
        if known.is_some_and(|first| self.idempotency.covers(first.elapsed())) {
            return Ok(world.done[op.id.as_str()].clone());
        }
        if op.topic.as_ref().is_some_and(|topic| !world.topics.contains(topic)) {
            return Err(Outcome::Heal(Heal::TopicGone));
        }
        if world.blocked.contains(&op.chat) {
            let reason = "the customer blocked the chat".to_owned();
            return Err(Outcome::Refused(Refusal::new(RefusalScope::Chat, reason)));
        }
        let done = world.carry_out(op);
        world.done.insert(op.id.as_str().to_owned(), done.clone());
        world.done_at.insert(op.id.as_str().to_owned(), Instant::now());
        Ok(done)
    }
}

impl World {
    fn mint(&mut self) -> MessageId {
        self.next += 1;
        MessageId::new(format!("m{}", self.next))
    }

    fn carry_out(&mut self, op: &Op) -> (Vec<MessageId>, Option<TopicId>) {
        match &op.operation {
            Operation::Create { voice, body, .. } => {
                let id = self.mint();
                let name = match voice {
                    Voice::Persona(persona) => Some(persona.name.shown().to_owned()),
                    Voice::Bridge => None,
                };
                let seen =
                    Seen { id: id.clone(), topic: op.topic.clone(), name, text: body.shown().to_owned() };
                self.chats.entry(op.chat.clone()).or_default().push(seen);
                (vec![id], None)
            }
            Operation::OpenTopic { card, .. } => {
                let id = self.mint();
                let topic = TopicId::new(id.as_str());
                self.topics.insert(topic.clone());
                let text = card.shown().to_owned();
                let seen = Seen { id: id.clone(), topic: Some(topic.clone()), name: None, text };
                self.chats.entry(op.chat.clone()).or_default().push(seen);
                (vec![id], Some(topic))
            }
            Operation::Mark { message, mark } => {
                self.marks.insert(message.clone(), *mark);
                (Vec::new(), None)
            }
            // nothing that is seen is made
            Operation::SetTopic { .. } | _ => (Vec::new(), None),
        }
    }
}

#[async_trait]
impl Adapter for Scripted {
    fn channel(&self) -> &ChannelName {
        &self.channel
    }

    fn capabilities(&self, _chat: &ChatId) -> Capabilities {
        Capabilities {
            text_limit: Limit { max: 4096, unit: Unit::Chars },
            identity: Identity::PrefixOnly,
            topics: Support::Full,
            marks: Support::Full,
            edits: Support::Rejected,
            deletes: Support::Rejected,
            reactions: Support::Rejected,
            file_max: None,
            idempotency: self.idempotency,
            backfill: true,
            budgets: self.budgets.clone(),
        }
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

    async fn deliver(&self, op: &Op, _media: &dyn Media) -> Outcome {
        let faults = self.faults();
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
        if self.chance(faults.lost_before) {
            return Outcome::Unknown { reason: reason() };
        }
        match self.accept(op) {
            Ok(_) if self.chance(faults.lost_after) => Outcome::Unknown { reason: reason() },
            Ok((parts, topic)) => {
                if !faults.slow.is_zero() {
                    tokio::time::sleep(self.up_to(faults.slow)).await;
                }
                Outcome::Delivered { parts, topic }
            }
            Err(outcome) => outcome,
        }
    }

    async fn open_media(&self, _source: &MediaRef) -> Result<MediaStream, MediaError> {
        Err(MediaError::Gone)
    }

    async fn reconcile(&self, op: &Op) -> Found {
        if self.chance(self.faults().later) {
            return Found::Later { reason: "scripted".to_owned() };
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
