//! Team messages that overtook the bridge: an agent answers in a topic, or to a copy, whose delivery is not yet known.
//!
//! They wait, in order, until the delivery is known or [`PATIENCE`] is over, and are then read as if they came now.
//! What is changed meanwhile waits under the message's own id, and follows it.

use crate::customer::attachments;
use crate::decide::Turn;
use crate::key::{Key, Scan};
use crate::rows::{Purpose, Row, Stray, StrayChange, StrayMessage, Thread, Timer};
use crate::state::Missing;
use crate::{change, commands, team};
use jiff::SignedDuration;
use port::{
    AccountId, Attachment, Author, Body, Content, Inbound, InboundKind, MessageId, Owner, Place, Private,
    ThreadId,
};

/// How long they wait: longer than a send is retried before somebody looks.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// How many wait for the same thing; more are read at once, as what they seem to be.
const STRAYS_MAX: usize = 100;
/// How many bytes of text they may have together, since they are one row of the store.
const BYTES_MAX: usize = 256 * 1024;

/// Keeps a message for later; `false` when too many wait already.
pub(crate) fn keep(
    turn: &mut Turn<'_>,
    place: &Place,
    id: &str,
    inbound: &Inbound,
    content: &Content,
    reply_to: Option<&MessageId>,
) -> Result<bool, Missing> {
    let mut row = turn.rows.strays(place, id)?.unwrap_or_default();
    if row.messages.iter().any(|known| known.message == inbound.message) {
        return Ok(true);
    }
    let bytes: usize = row.messages.iter().map(|known| known.text.shown().len()).sum();
    if row.messages.len() >= STRAYS_MAX || bytes + content.text.text().len() > BYTES_MAX {
        return Ok(false);
    }
    if row.messages.is_empty() {
        let at = turn.now.checked_add(PATIENCE).unwrap_or(turn.now);
        let number = turn.next_operation()?;
        let timer = Timer::StraysExpire { place: place.clone(), id: id.to_owned() };
        turn.rows.put(Key::Timer { at, thread: ThreadId(0), number }, Row::Timer(Box::new(timer)));
    }
    let mut stray = stray_of(place, inbound, content);
    stray.reply_to = reply_to.cloned();
    row.messages.push(stray);
    turn.rows.put(Key::Stray(place.clone(), id.to_owned()), Row::Stray(row));
    // tells a change of it that it waits
    let own = inbound.message.as_str();
    if turn.rows.strays(place, own)?.is_none() {
        turn.rows.put(Key::Stray(place.clone(), own.to_owned()), Row::Stray(Stray::default()));
    }
    Ok(true)
}

/// Keeps the newest change of a message that waits itself; `false` when it does not wait.
pub(crate) fn keep_change(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    content: Option<&Content>,
) -> Result<bool, Missing> {
    let id = inbound.message.as_str();
    if turn.rows.message(place, &inbound.message)?.is_some() {
        return Ok(false);
    }
    let Some(mut row) = turn.rows.strays(place, id)? else { return Ok(false) };
    let known = row.messages.iter().filter(|known| known.message == inbound.message);
    let is_newer = known.filter_map(|known| known.change).all(|change| match change {
        StrayChange::Edited { version } => content.is_none() || inbound.version > version,
        StrayChange::Deleted => false,
    });
    if is_newer {
        row.messages.retain(|known| known.message != inbound.message);
        let mut stray = stray_of(place, inbound, content.unwrap_or(&Content::default()));
        let version = inbound.version;
        stray.change = Some(content.map_or(StrayChange::Deleted, |_| StrayChange::Edited { version }));
        row.messages.push(stray);
        turn.rows.put(Key::Stray(place.clone(), id.to_owned()), Row::Stray(row));
    }
    Ok(true)
}

fn stray_of(place: &Place, inbound: &Inbound, content: &Content) -> StrayMessage {
    let private = |text: &str| Private::new(Owner::Desk, text);
    StrayMessage {
        message: inbound.message.clone(),
        topic: inbound.topic.clone(),
        reply_to: None,
        at: inbound.at,
        account: private(inbound.author.account.as_str()),
        name: private(&inbound.author.name),
        text: Body::new(&Owner::Desk, &content.text),
        files: attachments(&Owner::Desk, place, &content.files),
        change: None,
    }
}

/// Whether a thread has copies of which nobody will ever know whether, and as what, they are there: what points at one of
/// them must not wait.
pub(crate) fn never_known(turn: &Turn<'_>, thread: ThreadId) -> Result<bool, Missing> {
    let aside = turn.rows.scan(Scan::Aside { thread, limit: commands::RETRY_MAX })?;
    let is_copy =
        |row: &Row| matches!(row, Row::Queued(queued) if matches!(queued.purpose, Purpose::Copy { .. }));
    Ok(aside.iter().any(|(_, row)| is_copy(row)))
}

/// A copy of a thread may be there, and nobody will ever know as what: reads what waits in its topic, so that nobody waits
/// in vain. What comes behind that copy is not there yet, so nothing waits for it.
pub(crate) fn give_up(turn: &mut Turn<'_>, thread: &Thread) -> Result<(), Missing> {
    match &thread.topic {
        Some(topic) => release(turn, &thread.team_place, topic.as_str(), true),
        None => Ok(()),
    }
}

/// Reads what waited for `id`, in order, as far as it can be read now; all of it when `at_last`.
pub(crate) fn release(turn: &mut Turn<'_>, place: &Place, id: &str, at_last: bool) -> Result<(), Missing> {
    let Some(row) = turn.rows.strays(place, id)? else { return Ok(()) };
    let key = Key::Stray(place.clone(), id.to_owned());
    turn.rows.remove(key.clone());
    let mut waiting = row.messages.into_iter();
    for stray in waiting.by_ref() {
        if is_taken_back(turn, place, &stray)? {
            // nothing came of it, and nothing will
            release(turn, place, stray.message.as_str(), true)?;
            continue;
        }
        let inbound = inbound_of(&stray, place);
        let content = content_of(&stray);
        let is_read = match stray.change {
            None => team::read(turn, place, &inbound, &content, stray.reply_to.as_ref(), at_last)?,
            Some(StrayChange::Edited { .. }) => {
                change::edited(turn, place, &inbound, &content).map(|()| true)?
            }
            Some(StrayChange::Deleted) => change::deleted(turn, place, &inbound).map(|()| true)?,
        };
        if !is_read {
            let messages = std::iter::once(stray).chain(waiting).collect();
            turn.rows.put(key, Row::Stray(Stray { messages }));
            return Ok(());
        }
        if stray.change.is_none() {
            release(turn, place, stray.message.as_str(), at_last)?;
        }
    }
    Ok(())
}

/// Whether a message was taken back while it waited.
fn is_taken_back(turn: &Turn<'_>, place: &Place, stray: &StrayMessage) -> Result<bool, Missing> {
    let own = turn.rows.strays(place, stray.message.as_str())?.unwrap_or_default();
    let deleted = Some(StrayChange::Deleted);
    let is_its_end = |known: &StrayMessage| known.message == stray.message && known.change == deleted;
    Ok(stray.change.is_none() && own.messages.iter().any(is_its_end))
}

fn content_of(stray: &StrayMessage) -> Content {
    let files = stray.files.iter().filter_map(Attachment::file).collect();
    Content { text: stray.text.rich(), files }
}

fn inbound_of(stray: &StrayMessage, place: &Place) -> Inbound {
    Inbound {
        chat: place.chat.clone(),
        topic: stray.topic.clone(),
        message: stray.message.clone(),
        version: match stray.change {
            Some(StrayChange::Edited { version }) => version,
            Some(StrayChange::Deleted) | None => 0,
        },
        at: stray.at,
        author: Author {
            account: AccountId::new(stray.account.shown()),
            name: stray.name.shown().to_owned(),
            is_bot: false,
        },
        kind: InboundKind::Message { content: content_of(stray), reply_to: stray.reply_to.clone() },
    }
}
