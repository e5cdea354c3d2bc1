//! The shell's side of the contract, as a test needs it: runs the adapter, keeps, loses, and looks.

use super::{NotShown, Rig, Seen, Verdict};
use crate::adapter::{Adapter, AdapterError, Cursor, Health, Intake, IntakeBatch, Stop};
use crate::ids::{ChatId, MessageId, OpId, TopicId};
use crate::inbound::{Inbound, InboundKind};
use crate::media::NoMedia;
use crate::operation::{Op, Operation, Outcome, Persona, TopicState, Voice};
use crate::private::{Owner, Private};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// How often a person looks again.
const GLANCE: Duration = Duration::from_millis(25);

/// What was handed over and up to where it was kept.
#[derive(Default, Clone)]
struct Heard {
    inbound: Vec<Inbound>,
    cursor: Cursor,
}

/// A run of the adapter, and who listens to it.
struct Running {
    stop: watch::Sender<bool>,
    adapter: JoinSet<Result<(), AdapterError>>,
    keeper: JoinSet<()>,
    ended: Option<Result<(), AdapterError>>,
}

impl Running {
    /// Whether the adapter came back already.
    fn has_ended(&mut self) -> bool {
        if let Some(ended) = self.adapter.try_join_next() {
            self.ended = ended.ok();
        }
        self.adapter.is_empty()
    }
}

/// The shell that a check works with.
pub struct Shell<'r> {
    /// The platform's side.
    pub rig: &'r dyn Rig,
    /// The adapter under test.
    pub adapter: Arc<dyn Adapter>,
    heard: watch::Sender<Heard>,
    running: Option<Running>,
    tag: String,
    counter: u32,
}

impl<'r> Shell<'r> {
    /// A shell at the very start: nothing received, no cursor.
    #[must_use]
    pub fn new(rig: &'r dyn Rig) -> Self {
        Self {
            rig,
            adapter: rig.adapter(),
            heard: watch::Sender::new(Heard::default()),
            running: None,
            tag: format!("{:x}", clock().as_microsecond()),
            counter: 0,
        }
    }

    /// Runs the adapter from the last kept cursor and keeps all, unless it is running; waits until it is connected.
    pub async fn resume(&mut self) {
        if self.running.as_mut().is_none_or(Running::has_ended) {
            self.start(None).await;
        }
    }

    /// As [`Shell::resume`]; the batch with `lost` in it, and all after it, is lost as if the process had died.
    pub async fn start(&mut self, lost: Option<String>) {
        self.end().await;
        let (batches, waiting) = mpsc::channel(1);
        let mut keeper = JoinSet::new();
        keeper.spawn(keep(waiting, self.heard.clone(), lost));
        self.launch(batches, keeper);
        let (health, deadline) = (self.adapter.health(), now() + self.rig.patience());
        // a check of its own tells when it never connects; a run that loses something at once may end before
        while *health.borrow() != Health::Connected
            && !self.running.as_mut().is_none_or(Running::has_ended)
            && now() < deadline
        {
            sleep(GLANCE).await;
        }
    }

    /// Runs the adapter with nobody listening.
    pub async fn start_unheard(&mut self) {
        self.end().await;
        let (batches, nobody) = mpsc::channel(1);
        drop(nobody);
        self.launch(batches, JoinSet::new());
    }

    fn launch(&mut self, batches: mpsc::Sender<IntakeBatch>, keeper: JoinSet<()>) {
        let (stop, stopped) = Stop::new();
        let intake = Intake::new(self.adapter.channel().clone(), batches);
        let (shared, from) = (Arc::clone(&self.adapter), self.heard.borrow().cursor.clone());
        let mut adapter = JoinSet::new();
        adapter.spawn(async move { shared.run(from, intake, stopped).await });
        self.running = Some(Running { stop, adapter, keeper, ended: None });
    }

    /// Stops the adapter and waits for its end; how it ended, if it ran and ended in time.
    pub async fn end(&mut self) -> Option<Result<(), AdapterError>> {
        if let Some(running) = &self.running {
            running.stop.send_replace(true);
        }
        self.ending().await
    }

    /// Waits until the adapter ends by itself.
    pub async fn ending(&mut self) -> Option<Result<(), AdapterError>> {
        let mut running = self.running.take()?;
        if let Ok(Some(ended)) = timeout(self.rig.patience(), running.adapter.join_next()).await {
            running.ended = ended.ok();
        }
        running.adapter.shutdown().await;
        // a batch that was handed over before the end is still taken in
        while running.keeper.join_next().await.is_some() {}
        running.ended
    }

    /// A word that is nowhere else on the platform.
    pub fn word(&mut self, meaning: &str) -> String {
        self.counter += 1;
        format!("{meaning} {}-{}", self.tag, self.counter)
    }

    /// How much was handed over so far, for [`Shell::heard_since`].
    #[must_use]
    pub fn mark(&self) -> usize {
        self.heard.borrow().inbound.len()
    }

    /// What was handed over after a mark, kept or not.
    #[must_use]
    pub fn heard_since(&self, mark: usize) -> Vec<Inbound> {
        self.heard.borrow().inbound.iter().skip(mark).cloned().collect()
    }

    /// Waits for the first thing after a mark that is looked for.
    pub async fn hear(
        &self,
        mark: usize,
        what: &str,
        wanted: impl Fn(&Inbound) -> bool + Send,
    ) -> Result<Inbound, NotShown> {
        let mut heard = self.heard.subscribe();
        let find = |heard: &Heard| heard.inbound.iter().skip(mark).find(|inbound| wanted(inbound)).cloned();
        let found = timeout(self.rig.patience(), async {
            loop {
                let found = find(&heard.borrow_and_update());
                if found.is_some() || heard.changed().await.is_err() {
                    return found;
                }
            }
        });
        let missing = || NotShown::Broken(format!("{what} did not come in"));
        found.await.ok().flatten().ok_or_else(missing)
    }

    /// Waits for a message with exactly this text.
    pub async fn hear_text(&self, mark: usize, wanted: &str) -> Result<Inbound, NotShown> {
        self.hear(mark, &format!("`{wanted}`"), |inbound| text_of(inbound) == Some(wanted)).await
    }

    /// An order that was never given before.
    pub fn order(&mut self, chat: ChatId, topic: Option<TopicId>, operation: Operation) -> Op {
        self.counter += 1;
        let id = OpId::new(format!("{}-{}", self.tag, self.counter));
        Op { id, chat, topic, attempt: 0, operation }
    }

    /// A text that belongs to the channel.
    #[must_use]
    pub fn private(&self, text: &str) -> Private {
        Private::new(Owner::Channel(self.adapter.channel().clone()), text)
    }

    /// A post by a person, answering nothing.
    #[must_use]
    pub fn post(&self, id: &str, name: &str, text: &str) -> Operation {
        let voice = Voice::Persona(Persona { id: id.to_owned(), name: self.private(name) });
        Operation::Create {
            voice,
            body: self.private(text).into(),
            files: Vec::new(),
            reply_to: None,
            mentions: Vec::new(),
        }
    }

    /// Carries out an order, waiting as told, until it is delivered.
    pub async fn deliver(&self, op: &Op) -> Result<(Vec<MessageId>, Option<TopicId>), NotShown> {
        let deadline = now() + self.rig.patience();
        loop {
            let outcome = self.adapter.deliver(op, &NoMedia).await;
            if let Outcome::Delivered { parts, topic } = outcome {
                return Ok((parts, topic));
            }
            let wait = if let Outcome::Later { after, .. } = &outcome {
                Some(after.unwrap_or(GLANCE))
            } else {
                None
            };
            let Some(wait) = wait.filter(|_| now() < deadline) else {
                let word = op.operation.word();
                return Err(NotShown::Broken(format!("{word} was not delivered but {outcome:?}")));
            };
            sleep(wait).await;
        }
    }

    /// Gives an order and carries it out.
    pub async fn send(
        &mut self,
        chat: ChatId,
        topic: Option<&TopicId>,
        operation: Operation,
    ) -> Result<Vec<MessageId>, NotShown> {
        let op = self.order(chat, topic.cloned(), operation);
        Ok(self.deliver(&op).await?.0)
    }

    /// Opens a topic with a card in the team chat.
    pub async fn open_topic(&mut self, title: &str, card: &str) -> Result<TopicId, NotShown> {
        let (title, card) = (self.private(title), self.private(card));
        let operation = Operation::OpenTopic { title, state: TopicState::Waiting, due: None, card };
        let op = self.order(self.rig.team_room(), None, operation);
        let (_, topic) = self.deliver(&op).await?;
        topic.ok_or_else(|| NotShown::Broken("an opened topic was not named".to_owned()))
    }

    /// Waits until the customer sees what is looked for.
    pub async fn customer_sees(
        &self,
        wanted: impl Fn(&[Seen]) -> bool + Send + Sync,
    ) -> Result<Vec<Seen>, NotShown> {
        let deadline = now() + self.rig.patience();
        loop {
            let seen = self.rig.customer_sees().await;
            if wanted(&seen) {
                return Ok(seen);
            }
            look_again(deadline, "the customer", &seen).await?;
        }
    }

    /// Waits until the team sees what is looked for.
    pub async fn team_sees(
        &self,
        topic: Option<&TopicId>,
        wanted: impl Fn(&[Seen]) -> bool + Send + Sync,
    ) -> Result<Vec<Seen>, NotShown> {
        let deadline = now() + self.rig.patience();
        loop {
            let seen = self.rig.team_sees(topic).await;
            if wanted(&seen) {
                return Ok(seen);
            }
            look_again(deadline, "the team", &seen).await?;
        }
    }
}

async fn look_again(deadline: Instant, who: &str, seen: &[Seen]) -> Verdict {
    if now() >= deadline {
        let last: Vec<_> = seen.iter().rev().take(3).collect();
        return Err(NotShown::Broken(format!("{who} does not see what was sent; the last seen: {last:?}")));
    }
    sleep(GLANCE).await;
    Ok(())
}

/// The time by which a check gives up.
#[expect(clippy::disallowed_methods, reason = "a test waits at the edge of everything")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// The time that a platform is compared with.
#[expect(clippy::disallowed_methods, reason = "a test waits at the edge of everything")]
pub(super) fn clock() -> Timestamp {
    Timestamp::now()
}

/// Takes batches as the shell does, until the adapter is gone or the batch that is to be lost comes.
async fn keep(mut batches: mpsc::Receiver<IntakeBatch>, heard: watch::Sender<Heard>, lost: Option<String>) {
    while let Some(batch) = batches.recv().await {
        let dies = lost
            .as_deref()
            .is_some_and(|lost| batch.inbound.iter().any(|inbound| text_of(inbound) == Some(lost)));
        let IntakeBatch { inbound, next_cursor, kept, .. } = batch;
        heard.send_modify(|heard| {
            heard.inbound.extend(inbound);
            if !dies {
                heard.cursor = next_cursor;
            }
        });
        if dies {
            return;
        }
        // an adapter that was aborted meanwhile does not listen
        let _heard = kept.send(());
    }
}

/// The text of a message, if it is one.
pub(super) fn text_of(inbound: &Inbound) -> Option<&str> {
    if let InboundKind::Message { content, .. } = &inbound.kind { Some(content.text.text()) } else { None }
}
