//! Changing what the bridge posted, taking it back, and reacting. What people wrote here is theirs.

use super::create::texts;
use super::{Undone, author, not_possible, topic_gone};
use crate::inbound::message_seq;
use crate::log::change::REACTIONS_MAX;
use crate::log::draft::Said;
use crate::log::rows::{Done, Message, Topic, What};
use crate::log::{Draft, Log};
use port::{Body, MessageId, Op, Private, Voice};
use std::collections::BTreeMap;

/// A message, and in which topic it is.
struct Place {
    topic: Option<String>,
    message: Message,
}

/// Gives the parts of a message the parts of a new text: each its own, new ones where there are too few.
pub(super) async fn edit(
    log: &Log,
    draft: &mut Draft<'_>,
    op: &Op,
    parts: &[MessageId],
    voice: &Voice,
    body: &Body,
) -> Result<Done, Undone> {
    let chat = op.chat.as_str();
    let gone = || not_possible("the message is not there any more");
    let mut places = Vec::new();
    for part in parts {
        places.push(find(log, chat, part).await?.ok_or_else(gone)?);
    }
    if places.iter().any(|place| place.message.author.kind.is_heard()) {
        return Err(not_possible("somebody else's message cannot be changed"));
    }
    let topic = places.first().ok_or_else(gone)?.topic.clone();
    let mut texts = texts(body).into_iter();
    let mut done = Done::default();
    for mut place in places {
        let (seq, at) = (place.message.seq, place.topic.as_deref());
        let changed = |_: &Message| What::Changed { message: seq };
        match texts.next() {
            Some(text) => draft.rewrite(chat, at, &mut place.message, text, changed).await?,
            None if !place.message.files.is_empty() => {
                let empty = Body::new(body.text().owner(), &"".into());
                draft.rewrite(chat, at, &mut place.message, empty, changed).await?;
            }
            None => {
                draft.withdraw(chat, at, &mut place.message, What::Changed { message: seq }).await?;
                continue;
            }
        }
        done.parts.push(seq);
    }
    let mut topic: Option<Topic> = match &topic {
        Some(topic) => Some(log.topic(chat, topic).await?.ok_or_else(topic_gone)?),
        None => None,
    };
    for text in texts {
        let said = Said { author: author(log, voice), text, files: Vec::new(), reply_to: None };
        done.parts.push(draft.say(chat, topic.as_mut(), said)?.seq);
    }
    Ok(done)
}

/// Takes messages and reactions back. What is gone already is well.
pub(super) async fn delete(
    log: &Log,
    draft: &mut Draft<'_>,
    op: &Op,
    parts: &[MessageId],
) -> Result<Done, Undone> {
    let chat = op.chat.as_str();
    // several of them may concern one message
    let mut seen: BTreeMap<u64, Place> = BTreeMap::new();
    for part in parts {
        let Some((mut place, reaction)) = target(log, chat, part, &mut seen).await? else { continue };
        let (seq, topic) = (place.message.seq, place.topic.clone());
        if let Some(reaction) = reaction {
            take_off(draft, chat, &mut place, reaction)?;
        } else if place.message.author.kind.is_heard() {
            return Err(not_possible("somebody else's message cannot be taken back"));
        } else {
            let changed = What::Changed { message: seq };
            draft.withdraw(chat, topic.as_deref(), &mut place.message, changed).await?;
        }
        seen.insert(seq, place);
    }
    Ok(Done::default())
}

/// The message that is meant or that has the reaction that is meant, as this operation leaves it so far.
async fn target(
    log: &Log,
    chat: &str,
    id: &MessageId,
    seen: &mut BTreeMap<u64, Place>,
) -> Result<Option<(Place, Option<u64>)>, Undone> {
    let Some(seq) = message_seq(id) else { return Ok(None) };
    let Some(entry) = log.entry(chat, seq).await? else { return Ok(None) };
    let (message, reaction) = match entry.what {
        What::Posted(message) => (message.seq, None),
        What::Reacted { message, .. } => (message, Some(seq)),
        What::Arrived
        | What::Edited { .. }
        | What::Deleted { .. }
        | What::Unreacted { .. }
        | What::Changed { .. }
        | What::Topic { .. } => return Ok(None),
    };
    let place = match seen.remove(&message) {
        Some(place) => Some(place),
        None => place(log, chat, entry.topic, message).await?,
    };
    Ok(place.filter(|place| place.message.text.is_some()).map(|place| (place, reaction)))
}

fn take_off(draft: &mut Draft<'_>, chat: &str, place: &mut Place, reaction: u64) -> Result<(), Undone> {
    let found = place.message.reactions.iter().find(|other| other.seq == reaction);
    let Some(author) = found.map(|found| found.author.clone()) else { return Ok(()) };
    if author.kind.is_heard() {
        return Err(not_possible("somebody else's reaction cannot be taken back"));
    }
    let topic = place.topic.clone();
    Ok(draft.unreact(chat, topic.as_deref(), &mut place.message, reaction, author)?)
}

/// Reacts to a message.
pub(super) async fn react(
    log: &Log,
    draft: &mut Draft<'_>,
    op: &Op,
    message: Option<&MessageId>,
    key: &Private,
) -> Result<Done, Undone> {
    let chat = op.chat.as_str();
    let gone = || not_possible("the message is not there any more");
    let mut place = find(log, chat, message.ok_or_else(gone)?).await?.ok_or_else(gone)?;
    if place.message.reactions.len() >= REACTIONS_MAX {
        return Err(not_possible("the message has as many reactions as it may have"));
    }
    let bridge = author(log, &Voice::Bridge);
    let reaction = draft.react(chat, place.topic.as_deref(), &mut place.message, bridge, key.clone())?;
    Ok(Done { parts: vec![reaction], topic: None })
}

/// A message that was not taken back.
async fn find(log: &Log, chat: &str, id: &MessageId) -> Result<Option<Place>, Undone> {
    let Some(seq) = message_seq(id) else { return Ok(None) };
    let Some(topic) = log.topic_of(chat, seq).await? else { return Ok(None) };
    let place = place(log, chat, topic, seq).await?;
    Ok(place.filter(|place| place.message.text.is_some()))
}

async fn place(log: &Log, chat: &str, topic: Option<String>, seq: u64) -> Result<Option<Place>, Undone> {
    let message = log.message(chat, topic.as_deref(), seq).await?;
    Ok(message.map(|message| Place { topic, message }))
}
