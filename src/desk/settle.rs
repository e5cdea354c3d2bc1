//! What follows from the end of an operation: deliveries are recorded and shown, failures are told, losses healed.

use crate::decide::{Draft, Turn, Verdict};
use crate::event::Fact;
use crate::key::Key;
use crate::rows::{MessageRole, Phase, Purpose, Queued, Refused, Row, Side, Thread};
use crate::sentence::Sentence;
use crate::state::Missing;
use crate::{change, clock, customer, files, gather, lost, stray, team, topic};
use port::{AgentName, ChatId, Mark, MessageId, Operation, Refusal, RefusalScope, ThreadId, TopicId, Voice};

/// An operation came to an end, or needs a decision.
pub(crate) fn settle(turn: &mut Turn<'_>, queued: &Queued, verdict: &Verdict) -> Result<(), Missing> {
    let key = Key::Out(queued.lane.clone(), queued.seq);
    // settled before: the outbox told it twice, across a restart
    let unsettled = |row: Queued| row.id == queued.id && row.phase != Phase::Wedged;
    if !turn.rows.queued(&key)?.is_some_and(unsettled) {
        return Ok(());
    }
    if let (Verdict::Refused(refusal), Purpose::Notice) = (verdict, &queued.purpose)
        && files::has(queued)
    {
        return files::words_alone(turn, queued, refusal);
    }
    if lost::is_lost(turn, queued, verdict) {
        return lost::say_again(turn, queued);
    }
    let thread = match queued.thread {
        Some(id) => turn.rows.thread(id)?.map(|thread| (id, thread)),
        None => None,
    };
    let Some((id, thread)) = thread else {
        // an answer outside of topics: nobody else waits for it
        if *verdict != Verdict::Delayed {
            turn.remove_queued(queued);
        }
        return Ok(());
    };
    match verdict {
        Verdict::Delivered { parts, topic } => {
            turn.remove_queued(queued);
            delivered(turn, queued, id, &thread, parts, topic.as_ref())
        }
        Verdict::Refused(refusal) => refused(turn, queued, id, &thread, refusal),
        Verdict::Unknown => unknown(turn, queued, id, &thread),
        Verdict::TopicGone => topic_gone(turn, queued, id, &thread),
        Verdict::ChatMoved(to) => chat_moved(turn, queued, id, &thread, to),
        Verdict::Delayed => match &queued.purpose {
            Purpose::Reply { message } => team::mark(turn, Some(&(id, thread)), message, Mark::Pending),
            Purpose::Copy { .. }
            | Purpose::Change { .. }
            | Purpose::React { .. }
            | Purpose::Topic
            | Purpose::Show
            | Purpose::Notice => Ok(()),
        },
    }
}

fn delivered(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    parts: &[MessageId],
    topic: Option<&TopicId>,
) -> Result<(), Missing> {
    let parts = parts.to_vec();
    match &queued.purpose {
        Purpose::Copy { .. } => gather::delivered(turn, queued, id, thread, &parts)?,
        Purpose::Reply { message } => {
            let fact = Fact::ReplyDelivered { thread: id, message: message.clone(), parts };
            // the mark first: it is what the agent waits for
            team::mark(turn, Some(&(id, thread.clone())), message, Mark::Delivered)?;
            let answer = answer_of(turn, thread, message)?;
            turn.showing(id, |turn| {
                turn.record(fact)?;
                match &answer {
                    Some((written, by)) => clock::answered(turn, id, *written, by),
                    None => Ok(()),
                }
            })?;
        }
        Purpose::Change { of, side } => change::delivered(turn, queued, id, thread, (of, *side), parts)?,
        Purpose::React { of, side } => {
            if !parts.is_empty() {
                let place = if *side == Side::Team { &thread.team_place } else { &thread.place };
                let (place, message) = (place.clone(), of.clone());
                turn.record(Fact::ReactionDelivered { thread: id, place, message, parts })?;
            }
        }
        Purpose::Topic => {
            if let Some(topic) = topic {
                turn.record(Fact::TopicOpened { thread: id, topic: topic.clone(), parts })?;
                stray::release(turn, &thread.team_place, topic.as_str(), false)?;
            }
        }
        Purpose::Notice if !parts.is_empty() => {
            let place = queued.lane.place.clone();
            turn.record(Fact::NoticePosted { thread: id, place, parts })?;
        }
        Purpose::Notice | Purpose::Show => {}
    }
    Ok(())
}

/// When a reply was written, by the number of its event, and by whom.
fn answer_of(
    turn: &Turn<'_>,
    thread: &Thread,
    message: &MessageId,
) -> Result<Option<(u64, AgentName)>, Missing> {
    let role = turn.rows.message(&thread.team_place, message)?.map(|row| row.role);
    let Some(MessageRole::Reply { event: written, .. }) = role else { return Ok(None) };
    Ok(match turn.rows.event(written)?.map(|event| event.fact) {
        Some(Fact::ReplyWritten { agent, .. }) => Some((written, agent)),
        _ => None,
    })
}

/// A reply did not arrive: where the thread was closed meanwhile, nothing waits for it any more.
fn left_unanswered(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    message: &MessageId,
) -> Result<(), Missing> {
    if thread.open {
        return Ok(());
    }
    let answer = answer_of(turn, thread, message)?;
    turn.showing(id, |turn| clock::unanswered(turn, id, answer.as_ref().map(|(_, by)| by)))
}

/// Takes an operation out of its lane; it waits for `!retry`.
pub(crate) fn set_aside(turn: &mut Turn<'_>, queued: &Queued, id: ThreadId) {
    turn.remove_queued(queued);
    turn.rows.put(Key::Aside(id, queued.seq), Row::Queued(Box::new(queued.clone())));
}

fn refused(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    refusal: &Refusal,
) -> Result<(), Missing> {
    let prefix = turn.setup.command_prefix.clone();
    let reason = files::shown_reason(turn.setup.speaker(), refusal);
    let to_customer = queued.lane.thread.is_none();
    if to_customer && queued.lane.place != thread.place {
        return requeue(turn, queued, thread);
    }
    let without_files =
        refusal.cause.is_of_files() && refusal.scope == RefusalScope::Message && files::has(queued);
    match &queued.purpose {
        Purpose::Reply { message } if without_files => {
            files::reply_left_out(turn, queued, id, thread, message, refusal)
        }
        Purpose::Reply { message } => {
            let wedged = (refusal.scope == RefusalScope::Chat).then_some(queued.seq);
            let writer = change::speaking_to_writer(turn, thread, message)?;
            let shown = files::shown_reason(writer, refusal);
            let sentence = if wedged.is_some() {
                let mut head = queued.clone();
                head.phase = Phase::Wedged;
                head.refused = Some(Refused::again(head.refused.take(), turn.now, &refusal.reason));
                turn.put_queued(head);
                Sentence::ReplyWedged { reason: shown, prefix }
            } else {
                set_aside(turn, queued, id);
                Sentence::ReplyRefused { reason: shown }
            };
            turn.record(Fact::ReplyRefused { thread: id, message: message.clone(), reason, wedged })?;
            left_unanswered(turn, id, thread, message)?;
            team::mark(turn, Some(&(id, thread.clone())), message, Mark::Refused)?;
            turn.tell(id, thread, writer, &sentence)
        }
        Purpose::Copy { .. } if !queued.gathered.is_empty() => gather::singly(turn, queued),
        Purpose::Copy { .. } if without_files => files::left_out(turn, queued, id, thread, refusal),
        Purpose::Change { of, .. } => {
            let reason = files::shown_reason(change::speaking_to_writer(turn, thread, of)?, refusal);
            let sentence = match &queued.operation {
                Operation::Delete { .. } => Sentence::TakingBackRefused { reason },
                Operation::Edit { .. } | _ => Sentence::EditRefused { reason },
            };
            // what was there before is there still
            change::failed(turn, queued, id, thread, &sentence, Mark::Delivered)
        }
        Purpose::Copy { of } => {
            set_aside(turn, queued, id);
            turn.record(Fact::CopyRefused { thread: id, message: of.clone(), reason: reason.clone() })?;
            turn.tell(id, thread, turn.setup.speaker(), &Sentence::CopyRefused { reason, prefix })
        }
        // nothing reaches the customer just now: it is said when they write again
        Purpose::Notice if to_customer && refusal.scope == RefusalScope::Chat => {
            set_aside(turn, queued, id);
            Ok(())
        }
        // decorations and the bridge's own words: telling that they failed would fail as well
        Purpose::React { .. } | Purpose::Topic | Purpose::Show | Purpose::Notice => {
            turn.remove_queued(queued);
            Ok(())
        }
    }
}

fn unknown(turn: &mut Turn<'_>, queued: &Queued, id: ThreadId, thread: &Thread) -> Result<(), Missing> {
    let prefix = turn.setup.command_prefix.clone();
    match &queued.purpose {
        Purpose::Reply { message } => {
            set_aside(turn, queued, id);
            turn.record(Fact::ReplyUnknown { thread: id, message: message.clone() })?;
            left_unanswered(turn, id, thread, message)?;
            team::mark(turn, Some(&(id, thread.clone())), message, Mark::Unknown)?;
            let writer = change::speaking_to_writer(turn, thread, message)?;
            turn.tell(id, thread, writer, &Sentence::ReplyUnknown { prefix })
        }
        Purpose::Copy { .. } => gather::unknown(turn, queued, id, thread),
        // a second topic is better than none; the first, if there is one, stays empty
        Purpose::Topic => {
            let mut again = queued.clone();
            again.phase = Phase::Send;
            again.tried_at = None;
            turn.put_queued(again);
            Ok(())
        }
        Purpose::Change { .. } => {
            change::failed(turn, queued, id, thread, &Sentence::ChangeUnknown {}, Mark::Unknown)
        }
        // a decoration whose next one sets it right, and what is not said to a customer twice: see `lost`
        Purpose::React { .. } | Purpose::Show | Purpose::Notice => {
            turn.remove_queued(queued);
            Ok(())
        }
    }
}

/// Opens the topic again before everything that waits for it, says so there, and leaves the rest to its turn.
fn topic_gone(turn: &mut Turn<'_>, queued: &Queued, id: ThreadId, thread: &Thread) -> Result<(), Missing> {
    if let Some(topic) = thread.topic.clone() {
        turn.record(Fact::TopicLost { thread: id, topic: topic.clone() })?;
        // what waits there is read now, or what is written in the new topic would overtake it
        stray::release(turn, &thread.team_place, topic.as_str(), true)?;
    }
    topic::open(turn, id, thread, Some(queued.seq - 2))?;
    let text = turn.setup.say(&Sentence::TopicRecreated { number: id.0 });
    let notice = Draft {
        lane: thread.team_lane(id),
        thread: Some(id),
        in_topic: true,
        purpose: Purpose::Notice,
        operation: Operation::Create {
            voice: Voice::Bridge,
            body: port::Private::of_customer(thread.customer, text).into(),
            files: Vec::new(),
            reply_to: None,
            mentions: Vec::new(),
        },
        quotes: None,
    };
    turn.queue_before(notice, queued.seq - 1)?;
    // what it pointed at is gone with the topic
    match (&queued.purpose, &queued.operation) {
        (Purpose::Show, Operation::Mark { .. } | Operation::SetTopic { .. }) | (Purpose::React { .. }, _) => {
            turn.remove_queued(queued);
        }
        (Purpose::Change { .. }, _) => {
            return change::failed(turn, queued, id, thread, &Sentence::ChangeUnknown {}, Mark::Unknown);
        }
        _ => turn.put_queued(queued.clone()),
    }
    Ok(())
}

fn chat_moved(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    to: &ChatId,
) -> Result<(), Missing> {
    if queued.lane.thread.is_some() {
        // only the configuration says where the team is: its words must not follow anybody anywhere
        let reason = "the team's chat goes on elsewhere: change `room` in the configuration".to_owned();
        return refused(turn, queued, id, thread, &Refusal::new(RefusalScope::Chat, reason));
    }
    if queued.lane.place == thread.place {
        let from = thread.place.clone();
        customer::moved(turn, &from, to)?;
        let Some(moved) = turn.rows.thread(id)? else { return Ok(()) };
        return requeue(turn, queued, &moved);
    }
    requeue(turn, queued, thread)
}

/// Moves an operation to the lane of the chat its customer is in now. Where it is already, nothing is left to try.
pub(crate) fn requeue(turn: &mut Turn<'_>, queued: &Queued, thread: &Thread) -> Result<(), Missing> {
    turn.remove_queued(queued);
    let lane = thread.customer_lane();
    if lane == queued.lane {
        let id = queued.thread.unwrap_or(ThreadId(0));
        return unknown_place(turn, queued, id, thread);
    }
    turn.put_queued(Queued { lane, ..queued.clone().untried() });
    Ok(())
}

fn unknown_place(turn: &mut Turn<'_>, queued: &Queued, id: ThreadId, thread: &Thread) -> Result<(), Missing> {
    turn.rows.put(Key::Aside(id, queued.seq), Row::Queued(Box::new(queued.clone())));
    let prefix = turn.setup.command_prefix.clone();
    if let Purpose::Reply { message } = &queued.purpose {
        let reason = "the chat moved to an unknown place".to_owned();
        turn.record(Fact::ReplyRefused {
            thread: id,
            message: message.clone(),
            reason: reason.clone(),
            wedged: None,
        })?;
        let writer = change::speaking_to_writer(turn, thread, message)?;
        turn.tell(id, thread, writer, &Sentence::ReplyWedged { reason, prefix })?;
    }
    Ok(())
}
