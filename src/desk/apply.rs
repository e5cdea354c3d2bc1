//! The fold: how each event changes the state. Nothing else writes what the journal is the source of.

use crate::arrival;
use crate::clock::clock_facts;
use crate::commitment::promise_facts;
use crate::event::{Event, Fact};
use crate::key::Key;
use crate::policy::Priority;
use crate::rows::{Chat, Customer, Delivery, Held, Line, MessageRole, Row, Run, Thread, Topic};
use crate::state::{Missing, Rows};
use port::{MessageId, Place, ThreadId};
use std::collections::BTreeSet;

/// How many runs of unanswered messages a thread remembers; more count as one with the last.
const RUNS_MAX: usize = 50;

/// Applies one event, the `number`-th of all.
///
/// # Errors
/// When rows it changes are not known.
pub fn apply(rows: &mut Rows<'_>, number: u64, event: &Event) -> Result<(), Missing> {
    let mut counters = rows.counters()?;
    counters.events = number;
    rows.put(Key::Counters, Row::Counters(counters));
    rows.put(Key::Journal(number), Row::Event(Box::new(event.clone())));
    if let Some(thread) = line_of(&event.fact) {
        rows.put(Key::Line(thread, number), Row::Line(Line { event: number }));
    }
    customer_facts(rows, number, event)?;
    thread_facts(rows, number, event)?;
    reply_facts(rows, number, &event.fact)?;
    team_facts(rows, &event.fact)?;
    promise_facts(rows, event)?;
    clock_facts(rows, number, event)
}

/// The thread whose history shows this event.
#[expect(clippy::wildcard_enum_match_arm, reason = "only what was said is a line of history")]
const fn line_of(fact: &Fact) -> Option<ThreadId> {
    match fact {
        Fact::CustomerWrote { thread, .. }
        | Fact::CustomerEdited { thread, .. }
        | Fact::CustomerDeleted { thread, .. }
        | Fact::NoteWritten { thread, .. }
        | Fact::ReplyHeld { thread, .. }
        | Fact::TeamMessageChanged { thread, .. }
        | Fact::ReplyWritten { thread, held: false, .. } => Some(*thread),
        _ => None,
    }
}

fn with_thread(rows: &mut Rows<'_>, id: ThreadId, change: impl FnOnce(&mut Thread)) -> Result<(), Missing> {
    if let Some(mut thread) = rows.thread(id)? {
        change(&mut thread);
        rows.put_thread(id, thread)?;
    }
    Ok(())
}

fn with_message(
    rows: &mut Rows<'_>,
    place: &Place,
    id: &MessageId,
    change: impl FnOnce(&mut crate::rows::Message),
) -> Result<(), Missing> {
    if let Some(mut message) = rows.message(place, id)? {
        change(&mut message);
        rows.put(Key::Message(place.clone(), id.clone()), Row::Message(message));
    }
    Ok(())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other facts are folded by the functions beside this one"
)]
fn customer_facts(rows: &mut Rows<'_>, number: u64, event: &Event) -> Result<(), Missing> {
    match &event.fact {
        Fact::CustomerMet { customer, place, account, name } => {
            let mut counters = rows.counters()?;
            counters.customers = counters.customers.max(customer.0);
            rows.put(Key::Counters, Row::Counters(counters));
            let row = Customer {
                channel: place.channel.clone(),
                account: account.clone(),
                name: name.clone(),
                threads: 0,
                segment: None,
            };
            rows.put(Key::Customer(*customer), Row::Customer(row));
        }
        Fact::CustomerRenamed { customer, name } => {
            if let Some(mut row) = rows.customer(*customer)? {
                row.name = name.clone();
                rows.put(Key::Customer(*customer), Row::Customer(row));
            }
        }
        Fact::SegmentSet { customer, segment, .. } => {
            if let Some(mut row) = rows.customer(*customer)? {
                row.segment.clone_from(segment);
                rows.put(Key::Customer(*customer), Row::Customer(row));
            }
        }
        Fact::CustomerWrote { thread: id, message, version, written_at, files, author, .. } => {
            let Some(mut thread) = rows.thread(*id)? else { return Ok(()) };
            rows.put_message(&thread.place, message, Some(*id), MessageRole::Customer);
            with_message(rows, &thread.place, message, |row| {
                row.version = *version;
                row.author.clone_from(author);
                row.fileless = files.is_empty();
            })?;
            let new_run = thread.unanswered.last().is_none_or(|run| run.event < thread.last_reply);
            // a courtesy after the closing owes nothing
            if thread.open && new_run && thread.unanswered.len() < RUNS_MAX {
                thread.unanswered.push(Run { event: number, at: *written_at });
            }
            thread.gone = false;
            rows.put_thread(*id, thread)?;
        }
        Fact::CustomerEdited { place, message, version, files, .. } => {
            with_message(rows, place, message, |row| {
                row.version = *version;
                row.fileless &= files.is_empty();
            })?;
        }
        Fact::CustomerDeleted { place, message, .. } => {
            with_message(rows, place, message, |row| row.deleted = true)?;
        }
        Fact::ChatStarted { place, message, payload, language } => {
            let before = rows.visit(place)?.unwrap_or_default();
            let visit = arrival::apply(before, message, payload.as_ref(), language.as_deref());
            rows.put(Key::Visit(place.clone()), Row::Visit(visit));
        }
        Fact::GapSeen { thread: id, message } => {
            if let Some(thread) = rows.thread(*id)? {
                rows.put_message(&thread.place, message, Some(*id), MessageRole::Bridge);
            }
        }
        Fact::CustomerLeft { thread: id, message } => {
            if let Some(mut thread) = rows.thread(*id)? {
                rows.put_message(&thread.place, message, Some(*id), MessageRole::Bridge);
                thread.gone = true;
                rows.put_thread(*id, thread)?;
            }
        }
        Fact::ChatMoved { thread: id, from, to } => {
            with_thread(rows, *id, |thread| thread.place = to.clone())?;
            if let Some(chat) = rows.chat(from)? {
                rows.put(Key::Chat(to.clone()), Row::Chat(chat));
                rows.remove(Key::Chat(from.clone()));
            }
        }
        _ => {}
    }
    Ok(())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other facts are folded by the functions beside this one"
)]
fn thread_facts(rows: &mut Rows<'_>, number: u64, event: &Event) -> Result<(), Missing> {
    match &event.fact {
        Fact::ThreadOpened {
            thread: id, customer, place, team, team_place, previous, written_at, ..
        } => {
            let mut counters = rows.counters()?;
            counters.threads = counters.threads.max(id.0);
            rows.put(Key::Counters, Row::Counters(counters));
            if let Some(mut row) = rows.customer(*customer)? {
                row.threads += 1;
                rows.put(Key::Customer(*customer), Row::Customer(row));
            }
            let (wedged, held) =
                rows.chat(place)?.map_or((None, Vec::new()), |chat| (chat.wedged, chat.held));
            let chat = Chat { customer: *customer, thread: *id, wedged, held };
            rows.put(Key::Chat(place.clone()), Row::Chat(chat));
            let thread = Thread {
                customer: *customer,
                place: place.clone(),
                team: team.clone(),
                team_place: team_place.clone(),
                topic: None,
                open: true,
                assignee: None,
                opened_at: *written_at,
                closed_at: None,
                episode: 1,
                previous: *previous,
                unanswered: Vec::new(),
                left_unanswered: None,
                shelved: Vec::new(),
                last_reply: 0,
                gone: false,
                tags: BTreeSet::new(),
                priority: Priority::Normal,
                raised: None,
                language: None,
                policy: None,
                clocks: Vec::new(),
                responded: 0,
                claim_until: None,
                promises: Vec::new(),
                promised: 0,
                offer: None,
            };
            rows.put_thread(*id, thread)?;
        }
        Fact::ThreadReopened { thread, by } => with_thread(rows, *thread, |thread| {
            thread.open = true;
            thread.episode += 1;
            // who was closed without an answer waits for one again, anew; a customer who writes again says so
            let left = thread.left_unanswered.take().filter(|_| by.is_some());
            thread.unanswered.extend(left.map(|_| Run { event: number, at: event.at }));
        })?,
        Fact::ThreadClosed { thread, .. } => with_thread(rows, *thread, |thread| {
            thread.open = false;
            thread.closed_at = Some(event.at);
            // closing settles what was owed; a later message owes anew
            thread.left_unanswered = thread.unanswered.first().copied();
            thread.unanswered.clear();
            thread.shelved.clear();
        })?,
        Fact::ThreadAssigned { thread, to, .. } => {
            with_thread(rows, *thread, |thread| {
                thread.assignee = Some(to.clone());
                thread.claim_until = None;
            })?;
        }
        Fact::ThreadReleased { thread, .. } => with_thread(rows, *thread, |thread| {
            thread.assignee = None;
            thread.claim_until = None;
        })?,
        Fact::TopicOpened { thread: id, topic, parts } => {
            with_thread(rows, *id, |thread| thread.topic = Some(topic.clone()))?;
            if let Some(thread) = rows.thread(*id)? {
                let key = Key::Topic(thread.team_place.clone(), topic.clone());
                rows.put(key, Row::Topic(Topic { thread: *id }));
                bridge_posts(rows, &thread.team_place, parts, *id);
            }
        }
        Fact::TopicLost { thread, .. } => with_thread(rows, *thread, |thread| thread.topic = None)?,
        _ => {}
    }
    Ok(())
}

fn bridge_posts(rows: &mut Rows<'_>, place: &Place, parts: &[MessageId], thread: ThreadId) {
    for part in parts {
        rows.put_message(place, part, Some(thread), MessageRole::Bridge);
    }
}

fn with_held(rows: &mut Rows<'_>, place: &Place, change: impl FnOnce(&mut Vec<Held>)) -> Result<(), Missing> {
    if let Some(mut chat) = rows.chat(place)? {
        change(&mut chat.held);
        rows.put(Key::Chat(place.clone()), Row::Chat(chat));
    }
    Ok(())
}

fn set_wedged(rows: &mut Rows<'_>, place: &Place, wedged: Option<u64>) -> Result<(), Missing> {
    if let Some(mut chat) = rows.chat(place)?.filter(|chat| chat.wedged != wedged) {
        chat.wedged = wedged;
        rows.put(Key::Chat(place.clone()), Row::Chat(chat));
    }
    Ok(())
}

fn set_delivery(rows: &mut Rows<'_>, id: ThreadId, message: &MessageId, to: Delivery) -> Result<(), Missing> {
    let Some(thread) = rows.thread(id)? else { return Ok(()) };
    with_message(rows, &thread.team_place, message, |row| {
        if let MessageRole::Reply { delivery, .. } = &mut row.role {
            *delivery = to;
        }
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other facts are folded by the functions beside this one"
)]
fn reply_facts(rows: &mut Rows<'_>, number: u64, fact: &Fact) -> Result<(), Missing> {
    match fact {
        Fact::ReplyHeld { thread: id, message, due, number: timer, .. } => {
            let Some(thread) = rows.thread(*id)? else { return Ok(()) };
            let role = MessageRole::Reply { event: number, delivery: Delivery::Held };
            rows.put_message(&thread.team_place, message, Some(*id), role);
            let held = Held { thread: *id, message: message.clone(), due: *due, number: *timer };
            with_held(rows, &thread.place, |all| all.push(held))?;
        }
        Fact::ReplyStopped { thread: id, message } => {
            let Some(thread) = rows.thread(*id)? else { return Ok(()) };
            with_held(rows, &thread.place, |all| all.retain(|held| held.message != *message))?;
            let role = rows.message(&thread.team_place, message)?.map(|row| row.role);
            if let Some(MessageRole::Reply { delivery: Delivery::Refused, .. }) = role {
                // it kept everything behind it from the customer
                set_wedged(rows, &thread.place, None)?;
            }
            set_delivery(rows, *id, message, Delivery::Stopped)?;
        }
        Fact::ReplyWritten { thread: id, message, held, .. } => {
            let Some(mut thread) = rows.thread(*id)? else { return Ok(()) };
            let role = MessageRole::Reply { event: number, delivery: Delivery::Sent };
            if *held {
                // it may have been changed meanwhile
                with_message(rows, &thread.team_place, message, |row| row.role = role)?;
                with_held(rows, &thread.place, |all| all.retain(|held| held.message != *message))?;
            } else {
                rows.put_message(&thread.team_place, message, Some(*id), role);
            }
            thread.last_reply = number;
            rows.put_thread(*id, thread)?;
        }
        Fact::ReplyDelivered { thread: id, message, parts } => {
            let Some(mut thread) = rows.thread(*id)? else { return Ok(()) };
            reply_copies(rows, *id, &thread, message, parts)?;
            let written = match rows.message(&thread.team_place, message)?.map(|row| row.role) {
                Some(MessageRole::Reply { event, .. }) => event,
                _ => 0,
            };
            // what was written after the reply is still unanswered
            thread.unanswered.retain(|run| run.event > written);
            thread.left_unanswered.take_if(|run| run.event <= written);
            set_wedged(rows, &thread.place, None)?;
            rows.put_thread(*id, thread)?;
            set_delivery(rows, *id, message, Delivery::Delivered)?;
        }
        Fact::ReplyChanged { thread: id, message, parts } => {
            if let Some(thread) = rows.thread(*id)? {
                reply_copies(rows, *id, &thread, message, parts)?;
            }
        }
        Fact::ReplyRefused { thread, message, wedged, .. } => {
            set_delivery(rows, *thread, message, Delivery::Refused)?;
            if let (Some(thread), Some(_)) = (rows.thread(*thread)?, wedged) {
                set_wedged(rows, &thread.place, *wedged)?;
            }
        }
        Fact::ReplyUnknown { thread, message } => set_delivery(rows, *thread, message, Delivery::Unknown)?,
        Fact::Retried { thread: id, replies, .. } => {
            if let Some(thread) = rows.thread(*id)? {
                set_wedged(rows, &thread.place, None)?;
            }
            for reply in replies {
                set_delivery(rows, *id, reply, Delivery::Sent)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Notes what a reply is at the customer now.
fn reply_copies(
    rows: &mut Rows<'_>,
    id: ThreadId,
    thread: &Thread,
    message: &MessageId,
    parts: &[MessageId],
) -> Result<(), Missing> {
    for part in parts {
        let role = MessageRole::ReplyCopy { of: message.clone() };
        rows.put_message(&thread.place, part, Some(id), role);
    }
    with_message(rows, &thread.team_place, message, |row| row.copies = parts.to_vec())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other facts are folded by the functions beside this one"
)]
fn team_facts(rows: &mut Rows<'_>, fact: &Fact) -> Result<(), Missing> {
    match fact {
        Fact::NoteWritten { thread: id, message, .. } => {
            if let Some(thread) = rows.thread(*id)? {
                rows.put_message(&thread.team_place, message, Some(*id), MessageRole::Note);
            }
        }
        Fact::CommandGiven { thread, place, message, .. } => {
            rows.put_message(place, message, *thread, MessageRole::Command);
        }
        Fact::StrangerRefused { thread, place, message } => {
            rows.put_message(place, message, *thread, MessageRole::Stranger);
        }
        Fact::TeamMessageChanged { place, message, version, deleted, .. } => {
            with_message(rows, place, message, |row| {
                row.version = *version;
                row.deleted |= *deleted;
            })?;
        }
        Fact::CopyDelivered { thread: id, message, parts, shared } => {
            if let Some(thread) = rows.thread(*id)? {
                for part in parts {
                    let role = MessageRole::CustomerCopy { of: message.clone() };
                    rows.put_message(&thread.team_place, part, Some(*id), role);
                }
                with_message(rows, &thread.place, message, |row| {
                    row.copies.clone_from(parts);
                    row.shared = *shared;
                })?;
            }
        }
        Fact::Reacted { thread, place, message, of, .. } => {
            let role = MessageRole::Reaction { of: of.clone() };
            rows.put_message(place, message, Some(*thread), role);
        }
        Fact::ReactionDelivered { place, message, parts, .. } => {
            with_message(rows, place, message, |row| row.copies.clone_from(parts))?;
        }
        Fact::ReactionTakenBack { place, message, .. } => {
            with_message(rows, place, message, |row| row.deleted = true)?;
        }
        Fact::NoticePosted { thread, place, parts } => bridge_posts(rows, place, parts, *thread),
        _ => {}
    }
    Ok(())
}
