//! What agents change of their own messages: a reply that went out is changed at the customer, one that is still held
//! is changed before it goes, and what stays inside is only recorded.

use crate::commands::{self, Command};
use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::key::{Key, Scan};
use crate::reaction;
use crate::rows::{Delivery, Message, MessageRole, Purpose, Queued, Row, Side, Thread, Timer};
use crate::sentence::Sentence;
use crate::speaker::Speaker;
use crate::state::Missing;
use crate::team::{self, stop_held, voice_of, words};
use crate::{clock, customer, stray};
use port::rich::Rich;
use port::{AgentName, Body, Content, Inbound, Mark, MessageId, Operation, Owner, Place, ThreadId};

/// An own message of the team that somebody changes.
struct Changed {
    id: ThreadId,
    thread: Thread,
    row: Message,
    message: MessageId,
}

/// An agent changed a message.
pub(crate) fn edited(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    content: &Content,
) -> Result<(), Missing> {
    if stray::keep_change(turn, place, inbound, Some(content))? {
        return Ok(());
    }
    let Some(changed) = changed(turn, place, inbound, false)? else { return Ok(()) };
    let Changed { id, thread, row, message } = changed;
    let speaker = turn.setup.speaking_to_account(&place.channel, &inbound.author.account);
    let said = said_words(turn, &content.text);
    let owner = Owner::Customer(thread.customer);
    let body = Body::new(&owner, said.as_ref().unwrap_or(&content.text));
    turn.record(Fact::TeamMessageChanged {
        thread: id,
        place: place.clone(),
        message: message.clone(),
        version: inbound.version,
        deleted: false,
        body: Some(body.clone()),
    })?;
    let MessageRole::Reply { event, delivery } = row.role else {
        // whoever turns a note into a reply means to send it
        let meant = is_reply(turn, &content.text);
        return if meant { turn.tell(id, &thread, speaker, &Sentence::NoteStaysNote {}) } else { Ok(()) };
    };
    if said.is_none() {
        return turn.tell(id, &thread, speaker, &Sentence::ReplyStaysReply {});
    }
    match delivery {
        Delivery::Stopped => Ok(()),
        Delivery::Held => rewrite_held(turn, id, &thread, &message, &body),
        Delivery::Refused if wedged(turn, &thread, &message)?.is_none() => {
            turn.tell(id, &thread, speaker, &Sentence::EditNotCarried {})
        }
        Delivery::Unknown => turn.tell(id, &thread, speaker, &Sentence::EditNotCarried {}),
        // what is wedged goes out yet, and the change behind it
        Delivery::Sent | Delivery::Delivered | Delivery::Refused => {
            let Some(agent) = author(turn, event)? else { return Ok(()) };
            let voice = voice_of(turn, &thread, &agent);
            let operation = Operation::Edit { parts: Vec::new(), voice, body };
            queue(turn, id, &thread, &message, operation)
        }
    }
}

/// An agent took a message back.
pub(crate) fn deleted(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound) -> Result<(), Missing> {
    if stray::keep_change(turn, place, inbound, None)? {
        return Ok(());
    }
    let Some(changed) = changed(turn, place, inbound, true)? else {
        return reaction::taken_back(turn, place, inbound, Side::Team);
    };
    let Changed { id, thread, row, message } = changed;
    let speaker = turn.setup.speaking_to_account(&place.channel, &inbound.author.account);
    turn.record(Fact::TeamMessageChanged {
        thread: id,
        place: place.clone(),
        message: message.clone(),
        version: inbound.version.max(row.version),
        deleted: true,
        body: None,
    })?;
    let MessageRole::Reply { delivery, .. } = row.role else { return Ok(()) };
    turn.showing(id, |turn| {
        taken_back(turn, id, &thread, &message, delivery, speaker)?;
        let by = turn.setup.agent(&place.channel, &inbound.author.account).map(|agent| agent.name.clone());
        clock::unanswered(turn, id, by.as_ref())
    })
}

/// A reply was taken back, however far it got.
fn taken_back(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    message: &MessageId,
    delivery: Delivery,
    speaker: Speaker<'_>,
) -> Result<(), Missing> {
    match delivery {
        Delivery::Stopped => Ok(()),
        Delivery::Refused => {
            let Some(head) = wedged(turn, thread, message)? else {
                return forget_aside(turn, id, message);
            };
            turn.remove_queued(&head);
            turn.record(Fact::ReplyStopped { thread: id, message: message.clone() })?;
            turn.tell(id, thread, speaker, &Sentence::Stopped { count: 1 })
        }
        Delivery::Held => {
            let count = stop_held(turn, id, thread, Some(message))?;
            turn.tell(id, thread, speaker, &Sentence::Stopped { count })
        }
        Delivery::Unknown => {
            forget_aside(turn, id, message)?;
            turn.tell(id, thread, speaker, &Sentence::DeleteNotCarried {})
        }
        Delivery::Sent | Delivery::Delivered => {
            queue(turn, id, thread, message, Operation::Delete { parts: Vec::new() })
        }
    }
}

/// A message of the team's own that may change, and did not yet change so far.
fn changed(
    turn: &Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    deleted: bool,
) -> Result<Option<Changed>, Missing> {
    let Some(row) = turn.rows.message(place, &inbound.message)? else { return Ok(None) };
    let known = row.deleted || (!deleted && inbound.version <= row.version);
    if known || !matches!(row.role, MessageRole::Reply { .. } | MessageRole::Note) {
        return Ok(None);
    }
    let Some(id) = row.thread else { return Ok(None) };
    // who may take a message away is the platform's to say; nobody puts words into another's mouth
    if let (MessageRole::Reply { event, .. }, false) = (&row.role, deleted) {
        let agent = turn.setup.agent(&place.channel, &inbound.author.account);
        if author(turn, *event)?.is_some_and(|author| agent.is_none_or(|agent| agent.name != author)) {
            return Ok(None);
        }
    }
    let message = inbound.message.clone();
    Ok(turn.rows.thread(id)?.map(|thread| Changed { id, thread, row, message }))
}

/// What a changed reply says, without the sign that made it one; nothing when it reads like something that stays
/// inside.
fn said_words(turn: &Turn<'_>, whole: &Rich) -> Option<Rich> {
    let trimmed = whole.text().trim();
    match trimmed.strip_prefix(turn.setup.command_prefix.as_str()) {
        Some(rest) => match commands::parse(rest, &turn.setup.command_prefix) {
            Ok((Command::Reply(text), _)) => Some(words(whole, &text)),
            _ => None,
        },
        None if trimmed.starts_with(team::NOTE_PREFIX) => None,
        None => Some(words(whole, trimmed)),
    }
}

fn is_reply(turn: &Turn<'_>, whole: &Rich) -> bool {
    let prefix = turn.setup.command_prefix.as_str();
    let rest = whole.text().trim().strip_prefix(prefix);
    rest.is_some_and(|rest| matches!(commands::parse(rest, prefix), Ok((Command::Reply(_), _))))
}

/// Who wrote a reply, by the event that recorded it.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these record a reply")]
pub(crate) fn author(turn: &Turn<'_>, event: u64) -> Result<Option<AgentName>, Missing> {
    Ok(turn.rows.event(event)?.and_then(|event| match event.fact {
        Fact::ReplyWritten { agent, .. } | Fact::ReplyHeld { agent, .. } => Some(agent),
        _ => None,
    }))
}

/// Puts other words into a reply in its grace period.
fn rewrite_held(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    message: &MessageId,
    body: &Body,
) -> Result<(), Missing> {
    let held = turn.rows.chat(&thread.place)?.map(|chat| chat.held).unwrap_or_default();
    let Some(held) = held.iter().find(|held| held.message == *message) else { return Ok(()) };
    let key = Key::Timer { at: held.due, thread: id, number: held.number };
    if let Some(Timer::SendReply { message, agent, files, quotes, .. }) = turn.rows.timer(&key)? {
        let timer = Timer::SendReply { message, agent, body: body.clone(), files, quotes };
        turn.rows.put(key, Row::Timer(Box::new(timer)));
    }
    Ok(())
}

/// A reply that waits until something reaches its customer again.
fn wedged(turn: &Turn<'_>, thread: &Thread, message: &MessageId) -> Result<Option<Queued>, Missing> {
    let Some(seq) = turn.rows.chat(&thread.place)?.and_then(|chat| chat.wedged) else { return Ok(None) };
    let head = turn.rows.queued(&Key::Out(thread.customer_lane(), seq))?;
    Ok(head.filter(|head| head.reply().as_ref() == Some(message)))
}

/// Nobody sends again what was taken back.
fn forget_aside(turn: &mut Turn<'_>, id: ThreadId, message: &MessageId) -> Result<(), Missing> {
    let aside = turn.rows.scan(Scan::Aside { thread: id, limit: commands::RETRY_MAX })?;
    let rows =
        aside.iter().filter_map(|(_, row)| if let Row::Queued(queued) = row { Some(queued) } else { None });
    let its_own = rows.filter(|queued| queued.reply().as_ref() == Some(message));
    let seqs: Vec<u64> = its_own.map(|queued| queued.seq).collect();
    for seq in seqs {
        turn.rows.remove(Key::Aside(id, seq));
    }
    Ok(())
}

fn queue(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    of: &MessageId,
    operation: Operation,
) -> Result<(), Missing> {
    team::mark(turn, Some(&(id, thread.clone())), of, Mark::Pending)?;
    turn.queue(Draft {
        lane: thread.customer_lane(),
        thread: Some(id),
        in_topic: false,
        purpose: Purpose::Change { of: of.clone(), side: Side::Team },
        operation,
        quotes: None,
    })
}

/// A change came to the other side; without parts there was nothing there to change.
pub(crate) fn delivered(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    (of, side): (&MessageId, Side),
    parts: Vec<MessageId>,
) -> Result<(), Missing> {
    let message = of.clone();
    match (side, &queued.operation) {
        (Side::Customer, Operation::Edit { voice, body, .. }) if parts.is_empty() => {
            customer::post_change(turn, queued, id, thread, of, voice, body)
        }
        (Side::Customer, _) => {
            let (parts_now, shared) = (parts.clone(), false);
            turn.record(Fact::CopyDelivered { thread: id, message, parts: parts_now, shared })?;
            for part in &parts {
                stray::release(turn, &thread.team_place, part.as_str(), false)?;
            }
            Ok(())
        }
        (Side::Team, Operation::Edit { .. }) if parts.is_empty() => {
            let is_unknown = delivery(turn, thread, of)? == Some(Delivery::Unknown);
            let mark = if is_unknown { Mark::Unknown } else { Mark::Refused };
            team::mark(turn, Some(&(id, thread.clone())), of, mark)?;
            let speaker = speaking_to_writer(turn, thread, of)?;
            turn.tell(id, thread, speaker, &Sentence::EditNotCarried {})
        }
        (Side::Team, Operation::Edit { .. }) => {
            turn.record(Fact::ReplyChanged { thread: id, message, parts })?;
            team::mark(turn, Some(&(id, thread.clone())), of, Mark::Delivered)
        }
        (Side::Team, _) => {
            let delivery = delivery(turn, thread, of)?;
            let speaker = speaking_to_writer(turn, thread, of)?;
            if let Some(Delivery::Refused | Delivery::Unknown) = delivery {
                forget_aside(turn, id, of)?;
            }
            if delivery == Some(Delivery::Unknown) {
                return turn.tell(id, thread, speaker, &Sentence::DeleteNotCarried {});
            }
            turn.record(Fact::ReplyChanged { thread: id, message, parts })?;
            turn.tell(id, thread, speaker, &Sentence::ReplyTakenBack {})
        }
    }
}

/// How far a reply got.
fn delivery(turn: &Turn<'_>, thread: &Thread, of: &MessageId) -> Result<Option<Delivery>, Missing> {
    let role = turn.rows.message(&thread.team_place, of)?.map(|row| row.role);
    Ok(if let Some(MessageRole::Reply { delivery, .. }) = role { Some(delivery) } else { None })
}

/// A change did not, or perhaps not, come to the other side.
pub(crate) fn failed(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    sentence: &Sentence,
    mark: Mark,
) -> Result<(), Missing> {
    turn.remove_queued(queued);
    let Purpose::Change { of, side } = &queued.purpose else { return Ok(()) };
    match (side, &queued.operation) {
        // the team reads what the customer says now, if need be twice
        (Side::Customer, Operation::Edit { voice, body, .. }) => {
            customer::post_change(turn, queued, id, thread, of, voice, body)
        }
        (Side::Customer, _) => Ok(()),
        (Side::Team, _) => {
            team::mark(turn, Some(&(id, thread.clone())), of, mark)?;
            let speaker = speaking_to_writer(turn, thread, of)?;
            turn.tell(id, thread, speaker, sentence)
        }
    }
}

/// The desk in the language of the agent who wrote a reply: what became of it is theirs to read.
pub(crate) fn speaking_to_writer<'a>(
    turn: &Turn<'a>,
    thread: &Thread,
    reply: &MessageId,
) -> Result<Speaker<'a>, Missing> {
    let role = turn.rows.message(&thread.team_place, reply)?.map(|row| row.role);
    let Some(MessageRole::Reply { event, .. }) = role else { return Ok(turn.setup.speaker()) };
    Ok(turn.setup.speaking_to_named(author(turn, event)?.as_ref()))
}
