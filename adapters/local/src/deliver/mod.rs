//! Carrying out the desk's operations on the log.

mod changes;
mod create;

use crate::inbound::{message_id, message_seq};
use crate::log::draft::Look;
use crate::log::rows::{Author, AuthorKind, Done};
use crate::log::{Draft, Log};
use create::Received;
use port::capabilities::{Limit, Unit};
use port::{
    Cause, ChatId, Found, Heal, Mark, Media, MessageId, Op, Operation, Outcome, Private, Refusal,
    RefusalScope, ShelfError, TopicId, Voice,
};

/// The longest text of one message.
pub(crate) const TEXT_LIMIT: Limit = Limit { max: 64 * 1024, unit: Unit::Bytes };

/// Why an operation was not done.
enum Undone {
    /// Certainly not, and this is why.
    Told(Outcome),
    /// The shelf failed before anything was written.
    Before(ShelfError),
    /// The shelf failed while it was written.
    While(ShelfError),
}

impl From<ShelfError> for Undone {
    fn from(error: ShelfError) -> Self {
        Self::Before(error)
    }
}

/// Carries out one operation. One that was done before is answered as it was then.
pub(crate) async fn deliver(log: &Log, op: &Op, is_room: bool, media: &dyn Media) -> Outcome {
    match carry_out(log, op, is_room, media).await {
        Ok(done) => {
            let (parts, topic) = told(done);
            Outcome::Delivered { parts, topic }
        }
        Err(Undone::Told(outcome)) => outcome,
        Err(Undone::Before(error)) => {
            Outcome::Later { after: None, whole_channel: true, reason: error.to_string() }
        }
        Err(Undone::While(error)) => Outcome::Unknown { reason: error.to_string() },
    }
}

/// Looks whether an operation was done.
pub(crate) async fn reconcile(log: &Log, op: &Op) -> Found {
    match log.done(op.id.as_str()).await {
        Ok(Some(done)) => {
            let (parts, topic) = told(done);
            Found::Yes { parts, topic }
        }
        Ok(None) => Found::No,
        Err(error) => Found::Later { reason: error.to_string() },
    }
}

async fn carry_out(log: &Log, op: &Op, is_room: bool, media: &dyn Media) -> Result<Done, Undone> {
    // files take their time: whoever writes meanwhile does not wait for them
    let received = if let Operation::Create { files, body, .. } = &op.operation
        && !files.is_empty()
    {
        if let Some(done) = log.done(op.id.as_str()).await? {
            return Ok(done);
        }
        can_be_written_to(log, op, is_room).await?;
        create::receive(log, body, files, media).await?
    } else {
        Received::default()
    };
    // whoever has the draft is alone, so that a repeat meets the first attempt's result or its absence
    let mut draft = log.draft().await?;
    if let Some(done) = log.done(op.id.as_str()).await? {
        return Ok(done);
    }
    can_be_written_to(log, op, is_room).await?;
    let done = perform(log, &mut draft, op, is_room, &received).await?;
    draft.done(op.id.as_str(), &done)?;
    // from here on nobody knows whether a row names the files
    received.keep();
    draft.keep().await.map_err(Undone::While)?;
    Ok(done)
}

async fn perform(
    log: &Log,
    draft: &mut Draft<'_>,
    op: &Op,
    is_room: bool,
    received: &Received,
) -> Result<Done, Undone> {
    match &op.operation {
        Operation::Create { voice, body, reply_to, .. } => {
            create::create(log, draft, op, voice, body, received, reply_to.as_ref()).await
        }
        Operation::Edit { parts, voice, body } => changes::edit(log, draft, op, parts, voice, body).await,
        Operation::Delete { parts } => changes::delete(log, draft, op, parts).await,
        Operation::React { message, key } => changes::react(log, draft, op, message.as_ref(), key).await,
        Operation::OpenTopic { title, state, due, card } if is_room => {
            let look = Look { title: title.clone(), state: *state, due: *due };
            let bridge = author(log, &Voice::Bridge);
            let topic = draft.open_topic(op.chat.as_str(), look, card.clone(), bridge)?;
            Ok(Done { parts: vec![topic.card], topic: Some(topic.id) })
        }
        Operation::SetTopic { title, state, due, card } => {
            let look = Look { title: title.clone(), state: *state, due: *due };
            set(log, draft, op, look, card).await
        }
        Operation::Mark { message, mark } => show(log, draft, op, message, *mark).await,
        Operation::OpenTopic { .. } => {
            Err(refused(RefusalScope::Message, "only a room of the team has topics"))
        }
        _ => Err(refused(RefusalScope::Message, "this platform does not know how")),
    }
}

/// Whether there is such a chat, and such a topic in it.
async fn can_be_written_to(log: &Log, op: &Op, is_room: bool) -> Result<(), Undone> {
    if !is_room && log.customer(op.chat.as_str()).await?.is_none() {
        return Err(refused(RefusalScope::Chat, "there is no such chat on this platform"));
    }
    if let (Some(topic), Operation::Create { .. }) = (&op.topic, &op.operation) {
        log.topic(op.chat.as_str(), topic.as_str()).await?.ok_or_else(topic_gone)?;
    }
    Ok(())
}

async fn set(log: &Log, draft: &mut Draft<'_>, op: &Op, look: Look, card: &Private) -> Result<Done, Undone> {
    let (room, id) = (op.chat.as_str(), op.topic.as_ref().ok_or_else(topic_gone)?.as_str());
    let mut topic = log.topic(room, id).await?.ok_or_else(topic_gone)?;
    let mut post = log.message(room, Some(id), topic.card).await?.ok_or_else(topic_gone)?;
    post.text = Some(card.clone().into());
    draft.set_topic(&mut topic, look, &post)?;
    Ok(Done::default())
}

async fn show(
    log: &Log,
    draft: &mut Draft<'_>,
    op: &Op,
    message: &MessageId,
    mark: Mark,
) -> Result<Done, Undone> {
    let chat = op.chat.as_str();
    let gone = || refused(RefusalScope::Message, "there is no such message on this platform");
    let seq = message_seq(message).ok_or_else(gone)?;
    let topic = log.topic_of(chat, seq).await?.ok_or_else(gone)?;
    let message = log.message(chat, topic.as_deref(), seq).await?.ok_or_else(gone)?;
    draft.mark(chat, topic.as_deref(), message, mark)?;
    Ok(Done::default())
}

fn author(log: &Log, voice: &Voice) -> Author {
    match voice {
        Voice::Persona(persona) => Author {
            kind: AuthorKind::Persona,
            account: log.private(persona.id.as_str()),
            name: persona.name.clone(),
        },
        Voice::Bridge => Author { kind: AuthorKind::Bridge, account: log.private(""), name: log.private("") },
    }
}

fn refused(scope: RefusalScope, reason: &str) -> Undone {
    Undone::Told(Outcome::Refused(Refusal::new(scope, reason)))
}

/// Something that cannot be done with this message, however often it is tried.
fn not_possible(reason: &str) -> Undone {
    Undone::Told(Outcome::Refused(Refusal::because(Cause::NotPossible, reason)))
}

fn topic_gone() -> Undone {
    Undone::Told(Outcome::Heal(Heal::TopicGone))
}

fn told(done: Done) -> (Vec<MessageId>, Option<TopicId>) {
    (done.parts.into_iter().map(message_id).collect(), done.topic.map(TopicId::new))
}

/// Whether a chat is a room is the configuration's to say; everything else is a customer's.
pub(crate) fn probe_rooms(known: impl Fn(&ChatId) -> bool, rooms: &[ChatId]) -> Vec<port::Probe> {
    let probe = |room: &ChatId| {
        if known(room) {
            port::Probe::Well(format!("the room `{room}` is there"))
        } else {
            let hint = "local rooms are made from the `room` of every team on this channel".to_owned();
            port::Probe::Wrong { problem: format!("there is no room `{room}`"), hint }
        }
    };
    rooms.iter().map(probe).collect()
}
