//! A scripted platform whose next answers are chosen, and which puts on record what the bridge asks of it.

use super::rig::{Did, Record};
use crate::scripted::Scripted;
use async_trait::async_trait;
use port::{
    Adapter, AdapterError, Capabilities, ChannelName, ChatId, Cursor, Found, Health, Intake, Media,
    MediaError, MediaRef, MediaStream, Op, Operation, Outcome, Probe, Stop, Voice,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// What becomes of a person's message on its way to the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twist {
    /// It is done; nobody hears of it.
    AnswerLost,
    /// It is not done; nobody hears of that either.
    NeverArrives,
    /// It is done; the answer takes for ever.
    Hangs,
    /// The platform asks to wait so long.
    Wait(Duration),
}

/// The platform.
pub(crate) struct Twisted {
    pub(crate) inner: Arc<Scripted>,
    /// What the next messages of persons come to; then all is well.
    twists: Mutex<VecDeque<Twist>>,
    /// The cursors that the bridge came with.
    came_from: Mutex<Vec<Cursor>>,
    record: Arc<Record>,
}

impl Twisted {
    pub(crate) fn new(inner: Arc<Scripted>, record: Arc<Record>) -> Arc<Self> {
        Arc::new(Self { inner, twists: Mutex::default(), came_from: Mutex::default(), record })
    }

    pub(crate) fn twist(&self, twists: &[Twist]) {
        self.twists.lock().unwrap().extend(twists);
    }

    pub(crate) fn twists_left(&self) -> usize {
        self.twists.lock().unwrap().len()
    }

    pub(crate) fn came_from(&self) -> Vec<Cursor> {
        self.came_from.lock().unwrap().clone()
    }
}

#[async_trait]
impl Adapter for Twisted {
    fn channel(&self) -> &ChannelName {
        self.inner.channel()
    }

    fn capabilities(&self, chat: &ChatId) -> Capabilities {
        self.inner.capabilities(chat)
    }

    async fn run(&self, from: Cursor, intake: Intake, stop: Stop) -> Result<(), AdapterError> {
        self.came_from.lock().unwrap().push(from.clone());
        let (sender, mut batches) = mpsc::channel(1);
        let through = Intake::new(self.channel().clone(), sender);
        let forward = async {
            while let Some(batch) = batches.recv().await {
                let count = batch.inbound.len();
                intake.commit(batch.inbound, batch.next_cursor).await?;
                self.record.note(Did::Acknowledged(self.channel().clone(), count));
                let _gone = batch.kept.send(());
            }
            Ok(())
        };
        let (ran, forwarded) = tokio::join!(self.inner.run(from, through, stop), forward);
        ran.and(forwarded)
    }

    async fn deliver(&self, op: &Op, media: &dyn Media) -> Outcome {
        self.record.note(Did::Delivers(self.channel().clone(), op.id.clone()));
        let is_persons = matches!(op.operation, Operation::Create { voice: Voice::Persona(_), .. });
        let twist = if is_persons { self.twists.lock().unwrap().pop_front() } else { None };
        let reason = || "twisted".to_owned();
        match twist {
            None => self.inner.deliver(op, media).await,
            Some(Twist::AnswerLost) => {
                self.inner.deliver(op, media).await;
                Outcome::Unknown { reason: reason() }
            }
            Some(Twist::Hangs) => {
                self.inner.deliver(op, media).await;
                std::future::pending().await
            }
            Some(Twist::NeverArrives) => Outcome::Unknown { reason: reason() },
            Some(Twist::Wait(span)) => {
                Outcome::Later { after: Some(span), whole_channel: false, reason: reason() }
            }
        }
    }

    async fn open_media(&self, source: &MediaRef) -> Result<MediaStream, MediaError> {
        self.inner.open_media(source).await
    }

    async fn reconcile(&self, op: &Op) -> Found {
        self.record.note(Did::Looks(op.id.clone()));
        self.inner.reconcile(op).await
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.inner.health()
    }

    async fn probe(&self, rooms: &[ChatId]) -> Vec<Probe> {
        self.inner.probe(rooms).await
    }
}
