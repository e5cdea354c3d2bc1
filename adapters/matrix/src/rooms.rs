//! Joining and leaving: invitations, the team's rooms, rooms that go on elsewhere. Runs beside the sync, which
//! never waits for it. What is to be done is seen from the rooms' state each time, so nothing is forgotten.

use crate::clock::Backoff;
use crate::crypto::identity;
use crate::errors::Failure;
use crate::places::Role;
use crate::session::Link;
use crate::{Shared, wire};
use matrix_sdk::ruma::api::client::membership::{join_room_by_id_or_alias, leave_room};
use matrix_sdk::ruma::{OwnedRoomId, OwnedServerName, RoomId, RoomOrAliasId, ServerName, UserId};
use matrix_sdk::{Room, RoomState};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// At most so many rooms are joined or left in one go; a homeserver limits joins, and other work waits behind.
const ROUND_MAX: usize = 10;
/// Between two rounds with more to do.
const ROUND_PAUSE: Duration = Duration::from_secs(2);
/// What cannot be joined is tried again after growing waits.
const RETRY_FIRST: Duration = Duration::from_secs(2);
const RETRY_LONGEST: Duration = Duration::from_mins(2);
/// An invitation that cannot be accepted so often is declined.
const ATTEMPTS_MAX: u32 = 5;

/// Something that should change.
struct Wish {
    room: OwnedRoomId,
    kind: Kind,
}

impl Wish {
    const fn is_invited(&self) -> bool {
        matches!(self.kind, Kind::Accept | Kind::Decline)
    }
}

enum Kind {
    /// A customer, or somebody of the team, invites us.
    Accept,
    /// Somebody from a server that may not invite us.
    Decline,
    /// A room of the team's that we are not in.
    Team,
    /// A room that another one goes on in.
    Follow(Vec<OwnedServerName>),
}

/// What was tried before for one room.
struct Tries {
    // what was refused without an invitation may succeed at once with one
    invited: bool,
    count: u32,
    not_before: Instant,
    backoff: Backoff,
}

/// Does what is to be done, for ever.
pub(crate) async fn tend(shared: &Shared, link: &Link) -> Infallible {
    let mut tries: BTreeMap<OwnedRoomId, Tries> = BTreeMap::new();
    loop {
        let wishes = wishes(shared, link).await;
        tries.retain(|room, past| {
            wishes.iter().any(|wish| wish.room == *room && wish.is_invited() == past.invited)
        });
        let now = instant();
        let due: Vec<_> = wishes
            .into_iter()
            .filter(|wish| tries.get(&wish.room).is_none_or(|past| past.not_before <= now))
            .collect();
        let more = due.len() > ROUND_MAX;
        for wish in due.into_iter().take(ROUND_MAX) {
            let past = tries.entry(wish.room.clone()).or_insert_with(|| Tries {
                invited: wish.is_invited(),
                count: 0,
                not_before: now,
                backoff: Backoff::new(RETRY_FIRST, RETRY_LONGEST),
            });
            fulfil(shared, link, &wish, past).await;
        }
        let next = if more {
            Some(instant() + ROUND_PAUSE)
        } else {
            tries.values().map(|past| past.not_before).min()
        };
        tokio::select! {
            () = shared.rooms_changed.notified() => {}
            // nothing to wait for: an hour is as good as for ever
            () = sleep_until(next.unwrap_or_else(|| instant() + Duration::from_hours(1))) => {}
        }
    }
}

/// Shows what is wrong with the team's rooms as far as the sync tells.
pub(crate) fn check_team(shared: &Shared, link: &Link) {
    for id in shared.places.team_rooms() {
        let room = RoomId::parse(&id).ok().and_then(|id| link.client.get_room(&id));
        match room {
            Some(room) if room.state() == RoomState::Joined => {
                shared.health.mended(&id);
                if room.encryption_state().is_encrypted() {
                    identity::encrypted(shared);
                }
            }
            Some(_) | None => {}
        }
    }
}

/// What to do about a team room that cannot be joined.
pub(crate) fn unjoinable(room: &str, why: &str) -> String {
    format!("The bridge is not in the team room {room} ({why}): invite its account there.")
}

async fn wishes(shared: &Shared, link: &Link) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for room in link.client.invited_rooms() {
        let is_team = matches!(shared.places.role(room.room_id().as_str()), Role::Team(_));
        let welcome = is_team || may_invite(shared, &room).await;
        let kind = if welcome { Kind::Accept } else { Kind::Decline };
        wishes.push(Wish { room: room.room_id().to_owned(), kind });
    }
    let mut add = |id: &str, kind: Kind| {
        let Ok(room) = RoomId::parse(id) else { return };
        let joined = link.client.get_room(&room).is_some_and(|room| room.state() == RoomState::Joined);
        if !joined && !wishes.iter().any(|wish| wish.room == room) {
            wishes.push(Wish { room, kind });
        }
    };
    for id in shared.places.team_rooms() {
        add(&id, Kind::Team);
    }
    for step in shared.places.pending() {
        let via = step.sender.text().and_then(|sender| UserId::parse(sender).ok());
        add(&step.to, Kind::Follow(via.map(|sender| sender.server_name().to_owned()).into_iter().collect()));
    }
    wishes
}

async fn may_invite(shared: &Shared, room: &Room) -> bool {
    let Some(allowed) = &shared.config.allowed_servers else { return true };
    // an invitation without an inviter cannot be judged, so it is not accepted
    let Ok(invitation) = room.invite_details().await else { return false };
    let server = invitation.inviter_id.server_name();
    allowed.iter().any(|allowed| ServerName::parse(allowed).is_ok_and(|allowed| *allowed == *server))
}

async fn fulfil(shared: &Shared, link: &Link, wish: &Wish, past: &mut Tries) {
    let done = match &wish.kind {
        Kind::Accept | Kind::Team => join(link, &wish.room, Vec::new()).await,
        Kind::Follow(via) => join(link, &wish.room, via.clone()).await,
        Kind::Decline => leave(link, &wish.room).await,
    };
    past.count += 1;
    let id = wish.room.as_str();
    let (channel, room) = (&shared.config.channel, &wish.room);
    let wait = match done {
        Ok(()) => {
            tracing::info!(%channel, %room, "joined or left a room");
            // the sync tells soon; until then it must not be tried again
            past.backoff.next_wait().max(Duration::from_secs(10))
        }
        Err(failure) => {
            tracing::warn!(%channel, %room, reason = failure.reason(), "could not join or leave a room");
            if matches!(shared.places.role(id), Role::Team(_)) {
                shared.health.fault(id, unjoinable(id, &failure.reason()));
            } else if matches!(wish.kind, Kind::Accept) && failure.is_refused() && past.count >= ATTEMPTS_MAX
            {
                // whoever invited us is gone: declining keeps the list of invitations clean
                drop(leave(link, &wish.room).await);
            }
            failure.retry_after().unwrap_or_else(|| past.backoff.next_wait())
        }
    };
    past.not_before = instant() + wait;
}

async fn join(link: &Link, room: &RoomId, via: Vec<OwnedServerName>) -> Result<(), Failure> {
    let room = <&RoomOrAliasId>::from(room).to_owned();
    let mut request = join_room_by_id_or_alias::v3::Request::new(room);
    request.via = via;
    link.client.send(request).await.map(drop).map_err(|error| wire::failure(&error))
}

async fn leave(link: &Link, room: &RoomId) -> Result<(), Failure> {
    let request = leave_room::v3::Request::new(room.to_owned());
    link.client.send(request).await.map(drop).map_err(|error| wire::failure(&error))
}

#[expect(clippy::disallowed_methods, reason = "waits are measured at the adapter's edge")]
fn instant() -> Instant {
    Instant::now()
}
