//! Files as the desk speaks of them: named in words, and left out when they cannot be carried.

use crate::customer;
use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::rows::{Queued, Thread};
use crate::sentence::Sentence;
use crate::state::Missing;
use crate::{settle, team};
use port::names::clean_name;
use port::rich::Rich;
use port::{Attachment, Body, Cause, Mark, MessageId, Operation, Owner, Refusal, ThreadId, Voice};

/// Why something was refused, in the desk's language as far as the bridge has words for it.
pub(crate) fn shown_reason(turn: &Turn<'_>, refusal: &Refusal) -> String {
    let sentence = match refusal.cause {
        Cause::NotPossible => Sentence::CauseNotPossible {},
        Cause::FileTooLarge => Sentence::CauseFileTooLarge {},
        Cause::FileGone => Sentence::CauseFileGone {},
        Cause::FileRefused => Sentence::CauseFileRefused {},
        Cause::Other | _ => return refusal.reason.clone(),
    };
    turn.setup.say(&sentence)
}

/// Shows a customer's message without the files that cannot be carried, and tells both sides.
pub(crate) fn left_out(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    reason: String,
) -> Result<(), Missing> {
    let mut operation = queued.operation.clone();
    if let Operation::Create { body, files, .. } = &mut operation {
        let names: Vec<String> = files.iter().map(shown).collect();
        let names = Rich::plain(names.join("\n"));
        let separator = Rich::plain(if body.shown().is_empty() { "" } else { "\n" });
        *body =
            Body::new(&Owner::Customer(thread.customer), &Rich::concat([&body.rich(), &separator, &names]));
        files.clear();
    }
    // another operation in the same place: what an operation says never changes
    turn.remove_queued(queued);
    let (lane, purpose, quotes) = (queued.lane.clone(), queued.purpose.clone(), queued.quotes.clone());
    let draft = Draft { lane, thread: Some(id), in_topic: queued.in_topic, purpose, operation, quotes };
    turn.queue_before(draft, queued.seq)?;
    let text = turn.setup.say(&Sentence::FileNotCarried { reason: reason.clone() });
    turn.tell(id, thread, &text)?;
    customer::to_customer(turn, id, thread, &Sentence::ToCustomerFileNotCarried { reason })
}

/// Sends an agent's answer without the files that cannot be carried, or not at all where it is nothing but them, and
/// tells both sides.
pub(crate) fn reply_left_out(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    message: &MessageId,
    reason: String,
) -> Result<(), Missing> {
    let said = if let Operation::Create { voice: Voice::Persona(agent), body, .. } = &queued.operation {
        Some((agent.name.shown().to_owned(), !body.shown().trim().is_empty()))
    } else {
        None
    };
    let (agent, has_words) = said.unwrap_or_default();
    if has_words {
        let mut operation = queued.operation.clone();
        if let Operation::Create { files, .. } = &mut operation {
            files.clear();
        }
        turn.remove_queued(queued);
        let (lane, purpose, quotes) = (queued.lane.clone(), queued.purpose.clone(), queued.quotes.clone());
        let draft = Draft { lane, thread: Some(id), in_topic: queued.in_topic, purpose, operation, quotes };
        turn.queue_before(draft, queued.seq)?;
    } else {
        settle::set_aside(turn, queued, id);
        let fact =
            Fact::ReplyRefused { thread: id, message: message.clone(), reason: reason.clone(), wedged: None };
        turn.record(fact)?;
        team::mark(turn, Some(&(id, thread.clone())), message, Mark::Refused)?;
    }
    let told = if has_words {
        Sentence::ReplyWithoutFile { reason: reason.clone() }
    } else {
        Sentence::ReplyFileNotCarried { reason: reason.clone() }
    };
    let told = turn.setup.say(&told);
    turn.tell(id, thread, &told)?;
    // right behind the words that it belongs to
    let text = turn.setup.say(&Sentence::ToCustomerReplyFileNotCarried { agent, reason });
    turn.queue_before(Draft::to_customer(id, thread, &text), queued.seq + 1)
}

/// Says the words that went with a file of the bridge's own without it, and that it is missing. Whatever the reason: it
/// may be one that the platform has no word for, and words without a file were refused for another.
pub(crate) fn words_alone(turn: &mut Turn<'_>, queued: &Queued, refusal: &Refusal) -> Result<(), Missing> {
    let reason = shown_reason(turn, refusal);
    let missing = Rich::plain(turn.setup.say(&Sentence::MadeFileNotPosted { reason }));
    let mut operation = queued.operation.clone();
    if let Operation::Create { body, files, .. } = &mut operation {
        let separator = Rich::plain(if body.shown().is_empty() { "" } else { "\n" });
        *body = Body::new(body.text().owner(), &Rich::concat([&body.rich(), &separator, &missing]));
        files.clear();
    }
    turn.remove_queued(queued);
    let (lane, purpose, quotes) = (queued.lane.clone(), queued.purpose.clone(), queued.quotes.clone());
    let draft = Draft { lane, thread: queued.thread, in_topic: queued.in_topic, purpose, operation, quotes };
    turn.queue_before(draft, queued.seq)
}

/// A file in words.
pub(crate) fn shown(file: &Attachment) -> String {
    let name = file.file().and_then(|file| file.name).unwrap_or_default();
    format!("[{}] {}", file.kind.word(), clean_name(&name)).trim_end().to_owned()
}

/// Whether an operation carries files.
pub(crate) fn has(queued: &Queued) -> bool {
    matches!(&queued.operation, Operation::Create { files, .. } if !files.is_empty())
}
