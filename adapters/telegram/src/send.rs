//! The way out: one operation becomes one or several requests, whose messages' ids come back.
//!
//! Telegram has no key for repeats. Nothing is repeated here that may have been done; of an operation that needs several
//! requests, what is done is kept on the shelf, so that a later attempt goes on where this one ended.

use crate::client::{Failure, WAIT};
use crate::parts::{self, Part};
use crate::refusals;
use crate::render::By;
use crate::results::Results;
use crate::{Shared, download, edit, limits, marks, render, standing, topics, upload};
use port::adapter::FILES_TIME_MAX;
use port::{
    Cause, ChatId, Found, Heal, Media, MessageId, Op, OpId, Operation, Outcome, Refusal, RefusalScope,
    ShelfError, TopicId, Voice,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A little less than the minute that an operation has.
const DELIVERY_MAX: Duration = Duration::from_secs(55);
/// A little less than an operation with files has.
const FILES_DELIVERY_MAX: Duration = FILES_TIME_MAX.saturating_sub(Duration::from_secs(30));

/// What sending keeps while the process runs.
#[derive(Default)]
pub(crate) struct Sending {
    pub(crate) results: Results,
    pub(crate) feeders: download::Feeders,
    /// The chats that take no marks.
    marks_off: Mutex<BTreeSet<ChatId>>,
}

impl Sending {
    /// Whether a chat takes marks, as far as is known.
    pub(crate) fn shows_marks(&self, chat: &ChatId) -> bool {
        !self.marks_off.lock().unwrap_or_else(PoisonError::into_inner).contains(chat)
    }

    /// A chat refused a mark.
    pub(crate) fn refuses_marks(&self, chat: &ChatId) {
        self.marks_off.lock().unwrap_or_else(PoisonError::into_inner).insert(chat.clone());
    }
}

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
        let reason = "the adapter's own rows failed".to_owned();
        Self::Told(Outcome::Later { after: None, whole_channel: true, reason })
    }
}

/// One operation on its way to one chat.
pub(crate) struct Errand<'o> {
    pub(crate) shared: &'o Shared,
    pub(crate) op: &'o Op,
    /// The chat's id today.
    pub(crate) chat: i64,
    /// The topic's id.
    pub(crate) thread: Option<i64>,
}

/// Carries out one operation, once.
pub(crate) async fn deliver(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    if let Some(outcome) = shared.sending.results.of(&op.id) {
        return outcome;
    }
    let lost = || Outcome::Unknown { reason: "Telegram did not answer in time".to_owned() };
    let has_files = matches!(&op.operation, Operation::Create { files, .. } if !files.is_empty());
    let most = if has_files { FILES_DELIVERY_MAX } else { DELIVERY_MAX };
    let work = async {
        let outcome = attempt(shared, op, media).await;
        let Outcome::Heal(Heal::ChatMoved(to)) = &outcome else { return outcome };
        // the desk knows a team's group by its configured id for ever
        let is_known =
            shared.places.is_team(&op.chat) && shared.places.note(&shared.shelf, &op.chat, to).await.is_ok();
        if is_known { attempt(shared, op, media).await } else { outcome }
    };
    let outcome = tokio::time::timeout(most, work).await.unwrap_or_else(|_| lost());
    let is_over = matches!(&outcome, Outcome::Refused(_) | Outcome::Heal(_));
    if is_over && matches!(&op.operation, Operation::Create { .. } | Operation::Edit { .. }) {
        forget(shared, &op.id).await;
    }
    standing::learn_from(shared, &op.chat, &op.operation, &outcome);
    if matches!(&outcome, Outcome::Delivered { .. }) && is_remembered(&op.operation) {
        shared.sending.results.note(&op.id, &outcome);
    }
    outcome
}

/// Whether doing it once more would show.
const fn is_remembered(operation: &Operation) -> bool {
    match operation {
        Operation::Create { .. } | Operation::OpenTopic { .. } | Operation::Edit { .. } => true,
        Operation::Delete { .. }
        | Operation::React { .. }
        | Operation::SetTopic { .. }
        | Operation::Mark { .. }
        | _ => false,
    }
}

async fn attempt(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    let today = shared.places.today(&op.chat);
    let Ok(chat) = today.as_str().parse() else {
        return Outcome::Refused(Refusal::new(RefusalScope::Chat, "this is no chat of Telegram's"));
    };
    let thread = op.topic.as_ref().map(|topic| topic.as_str().parse());
    let Ok(thread) = thread.transpose() else { return Outcome::Heal(Heal::TopicGone) };
    let errand = Errand { shared, op, chat, thread };
    match errand.run(media).await {
        Ok(outcome) | Err(Undone::Told(outcome)) => outcome,
        Err(Undone::Failed(failure)) => {
            refusals::outcome(&failure, thread.is_some(), limits::is_group(&op.chat))
        }
    }
}

impl Errand<'_> {
    async fn run(&self, media: &dyn Media) -> Result<Outcome, Undone> {
        match &self.op.operation {
            Operation::Create { voice, body, files, reply_to, mentions } => {
                let body = self.guarded(voice, &body.rich());
                let place = (&self.shared.config.channel, self.thread.is_some());
                let parts = parts::parts(self.by(voice), &body, files, mentions, place);
                Box::pin(self.create(&parts, reply_to.as_ref(), media)).await
            }
            Operation::Edit { parts, voice, body } => {
                let body = self.guarded(voice, &body.rich());
                Box::pin(edit::edit(self, parts, self.by(voice), &body)).await
            }
            Operation::Delete { parts } => Box::pin(edit::delete(self, parts)).await,
            Operation::React { message, key } => marks::react(self, message.as_ref(), key.shown()).await,
            Operation::OpenTopic { title, state, card, .. } => {
                Box::pin(topics::open(self, title.shown(), *state, card.shown())).await
            }
            Operation::SetTopic { title, state, card, .. } => {
                Box::pin(topics::set(self, title.shown(), *state, card.shown())).await
            }
            Operation::Mark { message, mark } => marks::set(self, message, *mark).await,
            _ => Err(not_possible("this version of the Telegram adapter does not know the operation")),
        }
    }

    /// Customers' words in a group: nobody is called by them, and nothing in them is a command.
    fn by<'v>(&self, voice: &'v Voice) -> By<'v> {
        By { voice, names: self.shared.config.names }
    }

    fn guarded(&self, voice: &Voice, body: &port::rich::Rich) -> port::rich::Rich {
        match voice {
            Voice::Persona(_) if limits::is_group(&self.op.chat) => render::guarded(body),
            Voice::Persona(_) | Voice::Bridge => body.clone(),
        }
    }

    async fn create(
        &self,
        parts: &[Part<'_>],
        reply_to: Option<&MessageId>,
        media: &dyn Media,
    ) -> Result<Outcome, Undone> {
        if parts.is_empty() {
            return Err(not_possible("Telegram takes no message without a word"));
        }
        let row = progress_row(&self.op.id);
        let is_short = parts.len() == 1;
        let mut done = if is_short { Vec::new() } else { self.progress(&row).await? };
        for (number, part) in parts.iter().enumerate().skip(done.len()) {
            let reply_to = reply_to.filter(|_| number == 0).and_then(number_of);
            done.push(self.part(part, reply_to, media).await?);
            if number + 1 < parts.len() {
                // what is sent is sent, whether it is kept or not
                let _kept = self.shared.shelf.put(vec![(row.clone(), json!(done))], Vec::new()).await;
            }
        }
        if !is_short {
            forget(self.shared, &self.op.id).await;
        }
        let ids = done.into_iter().flatten().map(|id| MessageId::new(id.to_string()));
        Ok(Outcome::Delivered { parts: ids.collect(), topic: None })
    }

    /// What earlier attempts sent: the messages of each part.
    async fn progress(&self, row: &str) -> Result<Vec<Vec<i64>>, Undone> {
        let row = self.shared.shelf.get(row).await?;
        Ok(row.and_then(|row| serde_json::from_value(row).ok()).unwrap_or_default())
    }

    /// Sends one part; a closed topic is opened for it.
    async fn part(
        &self,
        part: &Part<'_>,
        reply_to: Option<i64>,
        media: &dyn Media,
    ) -> Result<Vec<i64>, Undone> {
        let mut head = self.head();
        if let Some(message) = reply_to {
            head["reply_parameters"] = json!({ "message_id": message, "allow_sending_without_reply": true });
        }
        match self.one(part, &head, media).await {
            Err(Undone::Failed(failure)) if failure.is_topic_closed() => {
                topics::reopen(self).await?;
                self.one(part, &head, media).await
            }
            result => result,
        }
    }

    async fn one(&self, part: &Part<'_>, head: &Value, media: &dyn Media) -> Result<Vec<i64>, Undone> {
        match part {
            Part::Text(words) => {
                let message = self.call("sendMessage", &merged(head, render::text_message(words))).await?;
                Ok(vec![made(&message)?])
            }
            Part::Files(items, words) => upload::send(self, items, words, head, media).await,
        }
    }

    /// The parameters that say where a message goes.
    pub(crate) fn head(&self) -> Value {
        let mut head = json!({ "chat_id": self.chat });
        if let Some(thread) = self.thread {
            head["message_thread_id"] = json!(thread);
        }
        head
    }

    /// Sends a text message where the operation belongs; a closed topic is opened for it.
    pub(crate) async fn say(&self, words: &render::Words, is_quiet: bool) -> Result<i64, Undone> {
        let mut params = merged(&self.head(), render::text_message(words));
        if is_quiet {
            params["disable_notification"] = json!(true);
        }
        let message = match self.call("sendMessage", &params).await {
            Err(failure) if failure.is_topic_closed() => {
                topics::reopen(self).await?;
                self.call("sendMessage", &params).await?
            }
            result => result?,
        };
        Ok(made(&message)?)
    }

    pub(crate) async fn call(&self, method: &str, params: &Value) -> Result<Value, Failure> {
        let answer = self.shared.client.call(method, params, WAIT).await;
        answer.map_err(|failure| self.shared.judged(method, failure))
    }
}

/// The id of the message that an answer shows.
pub(crate) fn made(message: &Value) -> Result<i64, Failure> {
    message.get("message_id").and_then(Value::as_i64).ok_or(Failure::Lost("the answer names no message"))
}

/// The fields of two objects.
pub(crate) fn merged(head: &Value, rest: Value) -> Value {
    let mut whole = head.clone();
    if let (Some(fields), Value::Object(rest)) = (whole.as_object_mut(), rest) {
        fields.extend(rest);
    }
    whole
}

/// A message's number; nothing for what is no message of Telegram's.
pub(crate) fn number_of(message: &MessageId) -> Option<i64> {
    message.as_str().parse().ok()
}

/// The shelf's row of an operation that is not done yet.
pub(crate) fn progress_row(op: &OpId) -> String {
    format!("part/{op}")
}

/// Forgets how far an operation came.
pub(crate) async fn forget(shared: &Shared, op: &OpId) {
    // a row too many is harmless
    let _forgotten = shared.shelf.put(Vec::new(), vec![progress_row(op)]).await;
}

/// After a lost answer. Telegram cannot be asked what it has; what can be repeated without harm is repeated.
pub(crate) async fn reconcile(shared: &Shared, op: &Op) -> Found {
    if let Some(Outcome::Delivered { parts, topic }) = shared.sending.results.of(&op.id) {
        return Found::Yes { parts, topic };
    }
    let row = match shared.shelf.get(&progress_row(&op.id)).await {
        Ok(row) => row,
        Err(error) => return Found::Later { reason: error.to_string() },
    };
    match (&op.operation, row) {
        (Operation::OpenTopic { .. }, Some(row)) => topics::found(shared, op, &row).await,
        (Operation::Edit { .. } | Operation::Create { .. }, Some(_)) => {
            forget(shared, &op.id).await;
            Found::CannotTell
        }
        (
            Operation::Edit { .. }
            | Operation::Delete { .. }
            | Operation::React { .. }
            | Operation::SetTopic { .. }
            | Operation::Mark { .. },
            _,
        ) => Found::No,
        (Operation::Create { .. } | Operation::OpenTopic { .. } | _, _) => Found::CannotTell,
    }
}

/// Nothing more to tell than that it is done.
pub(crate) fn done() -> Outcome {
    Outcome::Delivered { parts: Vec::new(), topic: None }
}

/// A topic's id as others know it.
pub(crate) fn topic_id(thread: i64) -> TopicId {
    TopicId::new(thread.to_string())
}

/// A refusal of what the platform cannot do.
pub(crate) fn not_possible(reason: impl Into<String>) -> Undone {
    Undone::Told(Outcome::Refused(Refusal::because(Cause::NotPossible, reason)))
}
