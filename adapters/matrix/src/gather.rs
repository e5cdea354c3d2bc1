//! From one sync's answer to what is handed over: every room's events, oldest first, with what the answer left out.

use crate::answer::{Answer, Part};
use crate::crypto::{self, late::Release};
use crate::gap::{self, Until};
use crate::normalise::{self, text};
use crate::places::{Move, Role};
use crate::session::Link;
use crate::sync::Broken;
use crate::{Shared, clock};
use jiff::Timestamp;
use matrix_sdk::ruma::RoomId;
use matrix_sdk::{Room, RoomState};
use port::{AccountId, Author, ChatId, Inbound, InboundKind, MessageId, Owner, Private};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a sync brought.
#[derive(Default)]
pub(crate) struct Gathered {
    /// What happened, oldest first within a chat.
    pub(crate) inbound: Vec<Inbound>,
    /// Rooms that are ours from now on.
    pub(crate) joined: Vec<String>,
    /// Rooms that no longer are.
    pub(crate) left: Vec<String>,
    /// Moves that both sides confirm now.
    pub(crate) confirmed: Vec<Move>,
    /// Whether there may be a room to join or to leave.
    pub(crate) tend_rooms: bool,
}

/// One room's new events.
struct Heard {
    room: Room,
    events: Vec<Value>,
    // the event before which others are missing
    cut: Option<Value>,
    // whether we are out of it
    left: bool,
}

/// Gathers what a sync since `since` brought, after the late messages that are handed over with it. Notes durably what it learns about topics and moves; doing so again
/// after a crash is harmless.
pub(crate) async fn gather(
    shared: &Shared,
    link: &Link,
    answer: &Answer,
    since: &str,
    late: &[Release],
) -> Result<Gathered, Broken> {
    let mut gathered = Gathered { tend_rooms: answer.invited, ..Gathered::default() };
    let mut heard = Vec::new();
    for (id, part) in &answer.joined {
        let Some(room) = link.client.get_room(id) else { continue };
        let known = shared.places.was_joined(&shared.shelf, id.as_str()).await?;
        if !known {
            gathered.joined.push(id.to_string());
        }
        shared.names.observe(id.as_str(), &part.state);
        if !since.is_empty() {
            heard.push(timeline(shared, link, room, part, known.then_some(since), late).await?);
        }
    }
    for (id, part) in &answer.left {
        let Some(room) = link.client.get_room(id) else { continue };
        if !since.is_empty() && shared.places.was_joined(&shared.shelf, id.as_str()).await? {
            gathered.left.push(id.to_string());
            let mut room = timeline(shared, link, room, part, Some(since), late).await?;
            room.left = true;
            heard.push(room);
        }
        gathered.tend_rooms = true;
    }
    for release in late {
        note(shared, &release.room, std::slice::from_ref(&release.event)).await?;
    }
    for heard in &heard {
        note(shared, heard.room.room_id().as_str(), &heard.events).await?;
    }
    gathered.confirmed =
        shared.places.pending().into_iter().filter(|step| is_confirmed(link, step)).collect();
    gathered.tend_rooms |= !shared.places.pending().is_empty();
    let now = clock::now();
    let is_new =
        |heard: &Heard| gathered.confirmed.iter().any(|step| step.to == heard.room.room_id().as_str());
    let (new, old): (Vec<_>, Vec<_>) = heard.into_iter().partition(is_new);
    let mut inbound = Vec::new();
    for release in late {
        inbound.extend(tell_late(shared, link, release, now).await);
    }
    for heard in old {
        tell(shared, link, &heard, &gathered.confirmed, now, &mut inbound).await;
    }
    // a chat moves after what was said in its old room and before what is said in its new one
    inbound.extend(gathered.confirmed.iter().filter_map(|step| moved(shared, step)));
    for heard in new {
        tell(shared, link, &heard, &gathered.confirmed, now, &mut inbound).await;
    }
    gathered.inbound = inbound;
    Ok(gathered)
}

/// A room's new events, with those that the sync left out. `since` is none in a room that is new to us.
async fn timeline(
    shared: &Shared,
    link: &Link,
    room: Room,
    part: &Part,
    since: Option<&str>,
    late: &[Release],
) -> Result<Heard, Broken> {
    let mut heard = Heard { room, events: part.events.clone(), cut: None, left: false };
    let own = link.own.as_str();
    let id = heard.room.room_id().as_str().to_owned();
    let in_team = matches!(shared.places.role(&id), Role::Team(_));
    // what the team said before we came is no business of ours
    let wanted = since.is_some() || !(in_team || gap::is_beginning(&heard.events));
    if let Some(from) = part.before.clone().filter(|_| wanted) {
        let until = since.map_or(Until::Invitation { own }, Until::Token);
        let mut filled = gap::fill(&heard.room, from, &until).await?;
        filled.events.append(&mut heard.events);
        heard.events = filled.events;
        heard.cut = heard.events.first().filter(|_| filled.cut).cloned();
    }
    if since.is_none() {
        match gap::since_invitation(&heard.events, own) {
            Some(ours) => heard.events = ours.to_vec(),
            None if in_team => heard.events.clear(),
            None => {}
        }
    }
    shared.names.observe(&id, &heard.events);
    let reading = crypto::read(link, &heard.room, std::mem::take(&mut heard.events)).await;
    if reading.encrypted {
        crypto::identity::encrypted(shared);
    }
    let events = shared.late.admit(&shared.shelf, &shared.config.channel, &id, reading, late).await?;
    heard.events = shared.authors.genuine(link, &heard.room, events).await?;
    Ok(heard)
}

/// Notes what later operations must know: topics that are gone, the latest event in a topic, rooms that moved.
async fn note(shared: &Shared, room: &str, events: &[Value]) -> Result<(), Broken> {
    let in_team = matches!(shared.places.role(room), Role::Team(_));
    for event in events {
        let Some(content) = event.get("content") else { continue };
        match text(event, "type") {
            Some("m.room.tombstone") if event.get("state_key").is_some() => {
                if let Some(step) = announcement(shared, room, event, content) {
                    shared.places.announced(&shared.shelf, step).await?;
                }
            }
            Some("m.room.redaction") if in_team => {
                if let Some(redacted) = normalise::redacted(event) {
                    shared.topics.redacted(&shared.shelf, redacted).await?;
                }
            }
            Some(_) if in_team => {
                if let (Some(root), Some(id)) = (normalise::thread_root(content), text(event, "event_id")) {
                    shared.topics.saw(root, id);
                }
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

fn announcement(shared: &Shared, room: &str, event: &Value, content: &Value) -> Option<Move> {
    Some(Move {
        from: room.to_owned(),
        to: text(content, "replacement_room")?.to_owned(),
        event: text(event, "event_id")?.to_owned(),
        sender: Private::new(Owner::Channel(shared.config.channel.clone()), text(event, "sender")?),
        at: normalise::time(event, clock::now()).as_millisecond(),
        done: false,
    })
}

/// Whether we are in the new room, and it says that it goes on from the old one.
fn is_confirmed(link: &Link, step: &Move) -> bool {
    let room = RoomId::parse(&step.to).ok().and_then(|to| link.client.get_room(&to));
    room.is_some_and(|room| {
        room.state() == RoomState::Joined
            && room.predecessor_room().is_some_and(|old| old.room_id.as_str() == step.from)
    })
}

/// What the desk hears of a move: nothing, when a team room goes on under its configured id.
fn moved(shared: &Shared, step: &Move) -> Option<Inbound> {
    if shared.places.role(&step.from) != Role::Customer {
        return None;
    }
    let sender = step.sender.shown();
    Some(Inbound {
        chat: ChatId::new(step.from.clone()),
        topic: None,
        message: MessageId::new(step.event.clone()),
        version: 0,
        at: Timestamp::from_millisecond(step.at).unwrap_or_default(),
        author: Author {
            account: AccountId::new(sender),
            name: shared.names.name(&step.from, sender),
            is_bot: false,
        },
        kind: InboundKind::ChatMoved { to: ChatId::new(step.to.clone()) },
    })
}

/// What a room is in this batch, in which some rooms take over from others.
fn role(shared: &Shared, confirmed: &[Move], room: &str) -> Role {
    match confirmed.iter().find(|step| step.to == room).map(|step| shared.places.role(&step.from)) {
        Some(team @ Role::Team(_)) => team,
        Some(Role::Retired | Role::Customer) | None => shared.places.role(room),
    }
}

/// Adds what a room's events say.
async fn tell(
    shared: &Shared,
    link: &Link,
    heard: &Heard,
    confirmed: &[Move],
    now: Timestamp,
    inbound: &mut Vec<Inbound>,
) {
    let id = heard.room.room_id().as_str();
    let role = role(shared, confirmed, id);
    let (chat, team) = match role {
        Role::Team(chat) => (chat, true),
        Role::Customer => (ChatId::new(id), false),
        Role::Retired => return,
    };
    let senders: BTreeSet<_> = heard.events.iter().filter_map(|event| text(event, "sender")).collect();
    for sender in senders {
        shared.names.learn(&heard.room, sender).await;
    }
    let place = normalise::Place { chat: &chat, team, own: link.own.as_str(), received_at: now };
    let name_of = |account: &str| shared.names.name(id, account);
    if let Some(first) = &heard.cut {
        inbound.extend(gap_before(first, &place));
    }
    inbound.extend(heard.events.iter().filter_map(|event| normalise::normalise(event, &place, name_of)));
    if !team {
        inbound.extend(gone(heard, &place, name_of));
    }
}

/// What a late message says: the text itself, or a new text of what was told as unreadable.
async fn tell_late(shared: &Shared, link: &Link, release: &Release, now: Timestamp) -> Option<Inbound> {
    let room = RoomId::parse(&release.room).ok().and_then(|id| link.client.get_room(&id))?;
    let (chat, team) = match shared.places.role(&release.room) {
        Role::Team(chat) => (chat, true),
        Role::Customer => (ChatId::new(release.room.as_str()), false),
        Role::Retired => return None,
    };
    // where the homeserver does not answer, the desk still knows who wrote what it has
    if shared.authors.is_forged(link, &room, &release.event).await.unwrap_or(false) {
        return None;
    }
    shared.names.learn(&room, text(&release.event, "sender")?).await;
    let place = normalise::Place { chat: &chat, team, own: link.own.as_str(), received_at: now };
    let name_of = |account: &str| shared.names.name(&release.room, account);
    let inbound = normalise::normalise(&release.event, &place, name_of)?;
    // a new text of a customer's message that the desk does not have is taken as the message; one of an agent's is not
    let again = release.told || (release.suspect && !team);
    Some(if again { crypto::late::as_new_text(inbound) } else { inbound })
}

/// That messages before an event may be missing.
fn gap_before(first: &Value, place: &normalise::Place<'_>) -> Option<Inbound> {
    Some(Inbound {
        chat: place.chat.clone(),
        topic: None,
        message: MessageId::new(format!("gap-{}", text(first, "event_id")?)),
        version: 0,
        at: normalise::time(first, place.received_at),
        author: Author { account: AccountId::new(place.own), name: String::new(), is_bot: true },
        kind: InboundKind::Gap,
    })
}

/// That nobody but us is left in a customer's room, or that we were put out of it.
fn gone(heard: &Heard, place: &normalise::Place<'_>, name_of: impl Fn(&str) -> String) -> Option<Inbound> {
    let departure =
        heard.events.iter().rfind(|event| is_departure(event, heard.left.then_some(place.own)))?;
    if !heard.left && heard.room.active_members_count() > 1 {
        return None;
    }
    let account = text(departure, "state_key")?;
    Some(Inbound {
        chat: place.chat.clone(),
        topic: None,
        message: MessageId::new(text(departure, "event_id")?),
        version: 0,
        at: normalise::time(departure, place.received_at),
        author: Author { account: AccountId::new(account), name: name_of(account), is_bot: false },
        kind: InboundKind::CustomerGone,
    })
}

/// Whether somebody, or a given account, was made to leave or left.
fn is_departure(event: &Value, account: Option<&str>) -> bool {
    let membership = event.get("content").and_then(|content| text(content, "membership"));
    text(event, "type") == Some("m.room.member")
        && matches!(membership, Some("leave" | "ban"))
        && account.is_none_or(|account| text(event, "state_key") == Some(account))
}
