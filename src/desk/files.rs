//! Files as the desk speaks of them: named in words, and left out when they cannot be carried.

use crate::change;
use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::rows::{Queued, Thread};
use crate::sentence::Sentence;
use crate::speaker::Speaker;
use crate::state::Missing;
use crate::{settle, team};
use port::names::clean_name;
use port::rich::Rich;
use port::{Attachment, Body, Cause, Mark, MessageId, Operation, Owner, Refusal, ThreadId, Voice};

/// Why something was refused, in the reader's language as far as the bridge has words for it.
pub(crate) fn shown_reason(speaker: Speaker<'_>, refusal: &Refusal) -> String {
    let sentence = match refusal.cause {
        Cause::NotPossible => Sentence::CauseNotPossible {},
        Cause::FileTooLarge => Sentence::CauseFileTooLarge {},
        Cause::FileGone => Sentence::CauseFileGone {},
        Cause::FileRefused => Sentence::CauseFileRefused {},
        Cause::Other | _ => return refusal.reason.clone(),
    };
    speaker.say(&sentence)
}

/// Shows a customer's message without the files that cannot be carried, and tells both sides.
pub(crate) fn left_out(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    refusal: &Refusal,
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
    let team = turn.setup.speaker();
    let reason = shown_reason(team, refusal);
    turn.tell(id, thread, team, &Sentence::FileNotCarried { reason })?;
    let customer = turn.to_customer_of(id)?;
    let reason = shown_reason(customer, refusal);
    turn.tell_customer(id, thread, &customer.say(&Sentence::ToCustomerFileNotCarried { reason }))
}

/// Sends an agent's answer without the files that cannot be carried, or not at all where it is nothing but them, and
/// tells both sides.
pub(crate) fn reply_left_out(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    message: &MessageId,
    refusal: &Refusal,
) -> Result<(), Missing> {
    let said = if let Operation::Create { voice: Voice::Persona(agent), body, .. } = &queued.operation {
        Some((agent.name.shown().to_owned(), !body.shown().trim().is_empty()))
    } else {
        None
    };
    let (agent, has_words) = said.unwrap_or_default();
    let (writer, customer) = (change::speaking_to_writer(turn, thread, message)?, turn.to_customer_of(id)?);
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
        let reason = shown_reason(turn.setup.speaker(), refusal);
        turn.record(Fact::ReplyRefused { thread: id, message: message.clone(), reason, wedged: None })?;
        team::mark(turn, Some(&(id, thread.clone())), message, Mark::Refused)?;
    }
    let reason = shown_reason(writer, refusal);
    let told = if has_words {
        Sentence::ReplyWithoutFile { reason }
    } else {
        Sentence::ReplyFileNotCarried { reason }
    };
    turn.tell(id, thread, writer, &told)?;
    // right behind the words that it belongs to
    let reason = shown_reason(customer, refusal);
    let text = customer.say(&Sentence::ToCustomerReplyFileNotCarried { agent, reason });
    turn.queue_before(Draft::to_customer(id, thread, &text), queued.seq + 1)
}

/// Says the words that went with a file of the bridge's own without it, and that it is missing. Whatever the reason: it
/// may be one that the platform has no word for, and words without a file were refused for another.
pub(crate) fn words_alone(turn: &mut Turn<'_>, queued: &Queued, refusal: &Refusal) -> Result<(), Missing> {
    let speaker = turn.setup.speaking(queued.locale.as_deref());
    let reason = shown_reason(speaker, refusal);
    let missing = Rich::plain(speaker.say(&Sentence::MadeFileNotPosted { reason }));
    let mut alone = queued.replaced(turn.next_id()?, turn.now);
    if let Operation::Create { body, files, .. } = &mut alone.operation {
        let separator = Rich::plain(if body.shown().is_empty() { "" } else { "\n" });
        *body = Body::new(body.text().owner(), &Rich::concat([&body.rich(), &separator, &missing]));
        files.clear();
    }
    turn.remove_queued(queued);
    turn.put_queued(alone);
    Ok(())
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
