//! The way out: one operation becomes one or several events, whose ids come back.
//!
//! Must not repeat anything by itself; a repeat by the outbox carries the same transaction ids.

use crate::errors::{self, Failure};
use crate::pictures;
use crate::render::{self, Relation};
use crate::session::Link;
use crate::{Shared, edit, marks, shapes, upload, wire};
use matrix_sdk::RoomState;
use matrix_sdk::ruma::OwnedRoomId;
use port::adapter::FILES_TIME_MAX;
use port::rich::Rich;
use port::{
    Attachment, Cause, ChatId, Heal, Media, Mention, MessageId, Op, OpId, Operation, Outcome, Private,
    Refusal, ShelfError, TopicId, TopicState, Voice,
};
use std::time::Duration;

/// A little less than the minute that an operation has.
const DELIVERY_MAX: Duration = Duration::from_secs(55);
/// A little less than an operation with files has.
const FILES_DELIVERY_MAX: Duration = FILES_TIME_MAX.saturating_sub(Duration::from_secs(30));

/// Why an operation was not carried out.
pub(crate) enum Undone {
    /// A request failed.
    Failed(Failure),
    /// Anything else, as it is told.
    Told(Outcome),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<ShelfError> for Undone {
    fn from(_: ShelfError) -> Self {
        Self::Failed(Failure::Ours("the adapter's own rows failed"))
    }
}

/// One operation on its way to one room.
pub(crate) struct Errand<'o> {
    pub(crate) shared: &'o Shared,
    pub(crate) link: &'o Link,
    pub(crate) room: OwnedRoomId,
    pub(crate) op: &'o Op,
}

/// Carries out one operation, once.
pub(crate) async fn deliver(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    let lost = || Outcome::Unknown { reason: "the homeserver did not answer in time".to_owned() };
    let has_files = matches!(&op.operation, Operation::Create { files, .. } if !files.is_empty());
    let most = if has_files { FILES_DELIVERY_MAX } else { DELIVERY_MAX };
    tokio::time::timeout(most, attempt(shared, op, media)).await.unwrap_or_else(|_| lost())
}

async fn attempt(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    let link = match shared.link().await {
        Ok(link) => link,
        Err(denied) => return Outcome::Later { after: None, whole_channel: true, reason: denied.reason() },
    };
    let today = shared.places.today(&op.chat);
    if let Some(to) = shared.places.moved_to(&today) {
        // the old room may still take it, but nobody reads there any more
        return Outcome::Heal(Heal::ChatMoved(ChatId::new(to)));
    }
    let done = match wire::room_id(&today) {
        Ok(room) => Errand { shared, link: &link, room, op }.run(media).await,
        Err(failure) => Err(failure.into()),
    };
    match done {
        Ok(outcome) | Err(Undone::Told(outcome)) => outcome,
        Err(Undone::Failed(failure)) => {
            if failure.is_expired() {
                shared.session.expire(&link).await;
            }
            explained(shared, &link, op, &failure)
        }
    }
}

/// What a failure means here, where more is known than the answer says.
fn explained(shared: &Shared, link: &Link, op: &Op, failure: &Failure) -> Outcome {
    let outcome = errors::outcome(failure, op.topic.is_some());
    let Outcome::Refused(refusal) = &outcome else { return outcome };
    if refusal.scope != port::RefusalScope::Chat {
        return outcome;
    }
    let today = shared.places.today(&op.chat);
    let joined = matrix_sdk::ruma::RoomId::parse(&today)
        .ok()
        .and_then(|room| link.client.get_room(&room))
        .is_some_and(|room| room.state() == RoomState::Joined);
    let moving = shared.places.pending().iter().any(|step| step.from == today || step.to == today);
    if moving || (shared.places.is_team(&op.chat) && !joined) {
        // health says what a person should do about it
        let reason = "the bridge is not in the room yet".to_owned();
        return Outcome::Later { after: None, whole_channel: false, reason };
    }
    outcome
}

impl Errand<'_> {
    async fn run(&self, media: &dyn Media) -> Result<Outcome, Undone> {
        match &self.op.operation {
            Operation::Create { voice, body, files, reply_to, mentions } => {
                let pieces = pieces(voice, &body.rich(), files);
                Box::pin(self.create(voice, &pieces, (reply_to.as_ref(), mentions), media)).await
            }
            Operation::Edit { parts, voice, body } => {
                Box::pin(edit::edit(self, parts, voice, &body.rich())).await
            }
            Operation::Delete { parts } => Box::pin(edit::delete(self, parts)).await,
            Operation::React { message, key } => Box::pin(edit::react(self, message.as_ref(), key)).await,
            Operation::OpenTopic { title, state, card, .. } => {
                Box::pin(self.open_topic(title, *state, card)).await
            }
            Operation::SetTopic { title, state, card, .. } => {
                Box::pin(self.set_topic(title, *state, card)).await
            }
            Operation::Mark { message, mark } => Box::pin(marks::set(self, message, *mark)).await,
            _ => Err(not_possible("this version of the Matrix adapter does not know the operation")),
        }
    }

    async fn create(
        &self,
        voice: &Voice,
        pieces: &[Piece<'_>],
        (reply_to, mentions): (Option<&MessageId>, &[Mention]),
        media: &dyn Media,
    ) -> Result<Outcome, Undone> {
        let root = self.usable_topic().await?;
        // all files are there before the first word is said: then a refusal is one of the whole message
        let mut contents = Vec::with_capacity(pieces.len());
        for piece in pieces {
            contents.push(match piece {
                Piece::Text(text) => ("m.room.message", render::said(voice, text)),
                Piece::File(attachment, words) => {
                    let sent = Box::pin(upload::upload(self, attachment, media)).await?;
                    shapes::file(voice, words, &sent, root.is_some())
                }
            });
        }
        if let Some((_, content)) = contents.first_mut() {
            render::call(content, mentions);
        }
        let mut ids = Vec::with_capacity(contents.len());
        for (number, (event_type, content)) in contents.into_iter().enumerate() {
            let reply_to = reply_to.filter(|_| number == 0);
            ids.push(self.say(root, reply_to, number, event_type, content).await?);
        }
        Ok(Outcome::Delivered { parts: ids, topic: None })
    }

    /// Posts one part where it belongs.
    pub(crate) async fn say(
        &self,
        root: Option<&TopicId>,
        reply_to: Option<&MessageId>,
        number: usize,
        event_type: &str,
        content: serde_json::Value,
    ) -> Result<MessageId, Failure> {
        let latest = root.map(|root| self.shared.topics.latest(root.as_str()));
        let relation = Relation {
            thread: root.map(TopicId::as_str).zip(latest.as_deref()),
            reply_to: reply_to.map(MessageId::as_str),
        };
        let content = render::placed(content, &relation, &self.op.id, number);
        let id = self.post(&txn(&self.op.id, number), event_type, &content).await?;
        if let Some(root) = root {
            self.shared.topics.saw(root.as_str(), &id);
        }
        Ok(MessageId::new(id))
    }

    async fn open_topic(
        &self,
        title: &Private,
        state: TopicState,
        card: &Private,
    ) -> Result<Outcome, Undone> {
        let content = render::card(title.shown(), state, card.shown(), &self.op.id);
        let root = self.post(&txn(&self.op.id, 0), "m.room.message", &content).await?;
        self.shared.topics.opened(&self.shared.shelf, &root, self.room.as_str()).await?;
        Ok(Outcome::Delivered { parts: vec![MessageId::new(root.clone())], topic: Some(TopicId::new(root)) })
    }

    async fn set_topic(&self, title: &Private, state: TopicState, card: &Private) -> Result<Outcome, Undone> {
        let root = self.usable_topic().await?.ok_or_else(|| not_possible("no topic was named"))?;
        let content = render::new_card(root.as_str(), title.shown(), state, card.shown(), &self.op.id);
        self.post(&txn(&self.op.id, 0), "m.room.message", &content).await?;
        Ok(Outcome::Delivered { parts: Vec::new(), topic: None })
    }

    /// The operation's topic, unless it is gone: taken back, or left behind by an upgrade of the room.
    pub(crate) async fn usable_topic(&self) -> Result<Option<&TopicId>, Undone> {
        let Some(root) = &self.op.topic else { return Ok(None) };
        let usable =
            self.shared.topics.is_usable(&self.shared.shelf, root.as_str(), self.room.as_str()).await?;
        if usable { Ok(Some(root)) } else { Err(Undone::Told(Outcome::Heal(Heal::TopicGone))) }
    }

    pub(crate) async fn post(
        &self,
        txn: &str,
        event_type: &str,
        content: &serde_json::Value,
    ) -> Result<String, Failure> {
        let pictured = pictures::show(self.shared, self.link, content).await;
        let content = pictured.as_ref().unwrap_or(content);
        wire::post(&self.link.client, &self.room, txn, event_type, content).await
    }
}

/// One event of a message.
pub(crate) enum Piece<'o> {
    Text(Rich),
    /// A file and what is said beside it.
    File(&'o Attachment, Rich),
}

/// A message as events: one file has the text beside it, several come after it.
pub(crate) fn pieces<'o>(voice: &Voice, body: &Rich, files: &'o [Attachment]) -> Vec<Piece<'o>> {
    let texts = if body.is_empty() && !files.is_empty() { Vec::new() } else { render::parts(voice, body) };
    let mut texts = texts.into_iter();
    match files {
        [one] => {
            let caption = texts.next().unwrap_or_default();
            std::iter::once(Piece::File(one, caption)).chain(texts.map(Piece::Text)).collect()
        }
        many => {
            let files = many.iter().map(|file| Piece::File(file, Rich::default()));
            texts.map(Piece::Text).chain(files).collect()
        }
    }
}

/// The transaction id of a part: the operation's own for the first.
fn txn(op: &OpId, part: usize) -> String {
    if part == 0 { op.as_str().to_owned() } else { format!("{op}-{part}") }
}

/// A refusal of what the platform cannot do.
pub(crate) fn not_possible(reason: &str) -> Undone {
    Undone::Told(Outcome::Refused(Refusal::because(Cause::NotPossible, reason)))
}
