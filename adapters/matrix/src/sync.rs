//! The way in: syncs with our own position, hands over what happened, and only then moves on.
//!
//! The SDK keeps a position of its own before anything was handed over; it is never used.

use crate::answer::Answer;
use crate::clock::{self, Backoff};
use crate::errors::Failure;
use crate::session::{Denied, Link};
use crate::{Shared, crypto, gather, rooms, typing, wire};
use matrix_sdk::config::{SyncSettings, SyncToken};
use matrix_sdk::ruma::api::client::filter::{FilterDefinition, LazyLoadOptions};
use matrix_sdk::ruma::api::client::sync::sync_events::v3::{Filter, Request};
use matrix_sdk::ruma::presence::PresenceState;
use matrix_sdk::ruma::uint;
use port::{AdapterError, Cursor, Intake, ShelfError, Stop};
use std::sync::Arc;
use std::time::Duration;

/// How long the homeserver holds a sync when nothing happens.
const POLL: Duration = Duration::from_secs(30);
/// After so many syncs without anything to hand over, the position is kept all the same.
const IDLE_MAX: u32 = 20;
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_LONGEST: Duration = Duration::from_secs(30);

/// Why receiving ended.
pub(crate) enum Ended {
    /// The session has expired: open it again.
    Expired,
    /// For good.
    Error(AdapterError),
}

/// Receives until `stop`.
pub(crate) async fn run(
    shared: &Shared,
    from: Cursor,
    intake: &Intake,
    mut stop: Stop,
) -> Result<(), AdapterError> {
    shared.health.starting();
    shared.late.load(&shared.shelf).await?;
    let mut position = Position { cursor: from.0, idle: 0 };
    let work = async {
        loop {
            let link = connect(shared).await?;
            // neither side ever waits for the other; whichever ends, ends the run
            let ended = tokio::select! {
                ended = receive(shared, &link, &mut position, intake) => ended,
                never = rooms::tend(shared, &link) => match never {},
                never = crypto::identity::tend(shared, &link) => match never {},
            };
            match ended {
                Ended::Expired => shared.session.expire(&link).await,
                Ended::Error(error) => return Err(error),
            }
        }
    };
    tokio::select! {
        ended = work => ended,
        () = stop.wait() => Ok(()),
    }
}

/// Where we are in the homeserver's stream.
struct Position {
    // empty before the very first sync
    cursor: String,
    // syncs since the cursor was last kept
    idle: u32,
}

async fn connect(shared: &Shared) -> Result<Arc<Link>, AdapterError> {
    let mut backoff = Backoff::new(WAIT_FIRST, WAIT_LONGEST);
    loop {
        let (reason, after) = match shared.link().await {
            Ok(link) => return Ok(link),
            Err(Denied::Later { reason, after }) => (reason, after),
            Err(denied) => return Err(denied.into_error()),
        };
        pause(shared, &reason, after, &mut backoff).await;
    }
}

async fn receive(shared: &Shared, link: &Arc<Link>, position: &mut Position, intake: &Intake) -> Ended {
    let mut backoff = Backoff::new(WAIT_FIRST, WAIT_LONGEST);
    // the first answer comes at once, so that it is known soon whether all is well
    let mut poll = Duration::ZERO;
    loop {
        match step(shared, link, position, intake, poll).await {
            Ok(()) => {
                backoff.reset();
                poll = POLL;
                shared.health.connected();
            }
            Err(Broken::Ended(ended)) => return ended,
            Err(Broken::Request(failure)) if failure.is_expired() => return Ended::Expired,
            Err(Broken::Request(failure)) => {
                poll = Duration::ZERO;
                pause(shared, &failure.reason(), failure.retry_after(), &mut backoff).await;
            }
        }
    }
}

/// Why a step did not succeed.
pub(crate) enum Broken {
    /// A request failed: the same step again, later.
    Request(Failure),
    /// There is no point in going on.
    Ended(Ended),
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Request(failure)
    }
}

impl From<AdapterError> for Broken {
    fn from(error: AdapterError) -> Self {
        Self::Ended(Ended::Error(error))
    }
}

impl From<ShelfError> for Broken {
    fn from(error: ShelfError) -> Self {
        Self::Ended(Ended::Error(error.into()))
    }
}

/// One sync, handed over whole.
async fn step(
    shared: &Shared,
    link: &Link,
    position: &mut Position,
    intake: &Intake,
    poll: Duration,
) -> Result<(), Broken> {
    if !position.cursor.is_empty() && link.client.rooms().is_empty() {
        // the SDK's store was lost: it learns the rooms anew, and what it says about them is not handed over
        ask(link, "", Duration::ZERO).await?;
    }
    // not longer than until somebody must be told that a message cannot be read
    let due = shared.late.next_due().map(|due| due.duration_since(clock::now()));
    let poll = due.map_or(poll, |due| poll.min(Duration::try_from(due).unwrap_or_default()));
    let answer = ask(link, &position.cursor, poll).await?;
    typing::tell(shared, link, &answer, intake);
    let now = clock::now();
    crypto::retry(shared, link, now).await;
    let late = shared.late.releases(now);
    let gathered = gather::gather(shared, link, &answer, &position.cursor, &late).await?;
    let first = position.cursor.is_empty();
    position.cursor.clone_from(&answer.next);
    position.idle += 1;
    if first || !gathered.inbound.is_empty() || position.idle >= IDLE_MAX {
        intake.commit(gathered.inbound, Cursor(answer.next)).await?;
        position.idle = 0;
    }
    shared.late.settle(&shared.shelf, &late).await?;
    for step in gathered.confirmed {
        shared.places.confirmed(&shared.shelf, step).await?;
    }
    shared.places.settle(&shared.shelf, &gathered.joined, &gathered.left).await?;
    rooms::check_team(shared, link);
    if gathered.tend_rooms {
        shared.rooms_changed.notify_one();
    }
    Ok(())
}

async fn ask(link: &Link, since: &str, poll: Duration) -> Result<Answer, Failure> {
    let token = if since.is_empty() { SyncToken::NoToken } else { SyncToken::Specific(since.to_owned()) };
    let filter = Filter::FilterDefinition(filter(link, since.is_empty()));
    let settings = SyncSettings::new()
        .token(token)
        .timeout(poll)
        .set_presence(PresenceState::Offline)
        .filter(filter.clone());
    let response = link.client.sync_once(settings).await.map_err(|error| wire::sdk_failure(&error))?;
    let answer = Answer::processed(&response);
    if answer.is_empty() && answer.next != since {
        return ask_again(link, since, filter).await;
    }
    Ok(answer)
}

/// Asks without the SDK, which hands out nothing when an answer ends where the last one did that it has seen. After
/// a crash between that one and its being kept, exactly such an answer holds what would be lost.
async fn ask_again(link: &Link, since: &str, filter: Filter) -> Result<Answer, Failure> {
    let mut request = Request::new();
    request.since = Some(since.to_owned()).filter(|since| !since.is_empty());
    request.filter = Some(filter);
    request.set_presence = PresenceState::Offline;
    request.timeout = Some(Duration::ZERO);
    let response = link.client.send(request).await.map_err(|error| wire::failure(&error))?;
    Ok(Answer::raw(&response))
}

/// What we want to hear of: who writes, no receipts, and nothing of our own, so that what we send wakes nobody.
fn filter(link: &Link, first: bool) -> FilterDefinition {
    let nothing = || vec!["*".to_owned()];
    let mut filter = FilterDefinition::default();
    filter.presence.not_types = nothing();
    filter.room.ephemeral.types = Some(vec!["m.typing".to_owned()]);
    filter.room.account_data.not_types = nothing();
    filter.room.timeline.limit = Some(if first { uint!(1) } else { uint!(50) });
    filter.room.timeline.not_senders = vec![link.own.clone()];
    filter.room.state.lazy_load_options = LazyLoadOptions::Enabled { include_redundant_members: false };
    filter
}

async fn pause(shared: &Shared, reason: &str, after: Option<Duration>, backoff: &mut Backoff) {
    let wait = after.unwrap_or_else(|| backoff.next_wait());
    tracing::warn!(channel = %shared.config.channel, reason, wait_s = wait.as_secs_f32(), "not connected to Matrix");
    shared.health.down(clock::now(), reason);
    tokio::time::sleep(wait).await;
}
