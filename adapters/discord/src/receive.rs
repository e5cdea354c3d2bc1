//! The way in: connects, hands over what happened, and moves on only when that is kept.
//!
//! One half reads the connection, the other keeps what it read. When a session could not be resumed, what was missed is
//! fetched beside what comes in; until that is done, the kept cursor names no session, so that the next process fetches
//! it again.

use crate::Shared;
use crate::client::Failure;
use crate::clock::{self, Backoff};
use crate::cursor::Position;
use crate::gateway::{self, Ended};
use crate::interactions::{self, Asked, Taken};
use crate::keep::Keeper;
use crate::{api, commands, general, hooks};
use port::{AdapterError, Cursor, Intake, Stop};
use std::time::Duration;
use tokio::sync::mpsc;

const WAIT_FIRST: Duration = Duration::from_millis(500);
const WAIT_LONGEST: Duration = Duration::from_secs(30);
/// What has held for so long was a connection.
const STEADY: Duration = Duration::from_secs(30);
/// Discord asks for a moment before a new session is begun in place of one that it did not take.
const WAIT_NEW: Duration = Duration::from_secs(1);

/// Receives until `stop`.
pub(crate) async fn run(
    shared: &Shared,
    from: Cursor,
    intake: &Intake,
    mut stop: Stop,
) -> Result<(), AdapterError> {
    shared.health.starting();
    let work = async {
        shared.places.load(&shared.shelf).await?;
        hooks::load(shared).await?;
        general::load(shared).await?;
        let (asked, asking) = mpsc::channel(interactions::WAITING);
        let (taken, keeping) = mpsc::channel(interactions::WAITING);
        tokio::select! {
            ended = connections(shared, &from, intake, &asked, keeping) => ended,
            never = interactions::attend(shared, asking, taken) => match never {},
            never = commands::tend(shared) => match never {},
        }
    };
    let ended = tokio::select! {
        ended = work => ended,
        () = stop.wait() => Ok(()),
    };
    match &ended {
        Err(AdapterError::BadCredentials(reason)) => shared.health.bad_credentials(reason),
        // it is not tried again: that stays shown
        Err(AdapterError::Config(reason)) => shared.health.down(clock::now(), reason),
        Ok(()) | Err(_) => {}
    }
    ended
}

/// One connection after the other.
async fn connections(
    shared: &Shared,
    from: &Cursor,
    intake: &Intake,
    asked: &mpsc::Sender<Asked>,
    taken: mpsc::Receiver<Taken>,
) -> Result<(), AdapterError> {
    let mut backoff = Backoff::new(WAIT_FIRST, WAIT_LONGEST);
    let me = loop {
        match shared.me.ids(&shared.client).await {
            Ok(me) => break me,
            Err(failure) => again(shared, &mut backoff, failure).await?,
        }
    };
    let mut keeper = Keeper::new(shared, intake, me, Position::read(from), taken);
    // an address that did not answer is not tried twice in a row
    let mut failed: Option<String> = None;
    loop {
        let session = keeper.session();
        let resumed = session.as_ref().and_then(|(session, _)| session.resume_url.clone());
        let resumed = resumed.filter(|url| gateway::is_usable(url) && failed.as_ref() != Some(url));
        let address = match resumed {
            Some(address) => address,
            None => match keeper.meanwhile(gateway::address(shared)).await? {
                Ok(address) => address,
                Err(failure) => {
                    keeper.meanwhile(again(shared, &mut backoff, failure)).await??;
                    continue;
                }
            },
        };
        let began = clock::moment();
        let (events, waiting) = mpsc::channel(gateway::QUEUE);
        let held = session.as_ref().map(|(session, seq)| (session, *seq));
        let reading = gateway::read(shared, &address, held, events, asked);
        let (ended, ()) = tokio::try_join!(reading, keeper.work(waiting))?;
        failed = None;
        // whoever is sent away at once again and again must not use up the sessions of a day
        if began.elapsed() >= STEADY {
            backoff.reset();
        }
        match ended {
            Ended::Asked => keeper.meanwhile(tokio::time::sleep(backoff.next_wait())).await?,
            Ended::Invalid => {
                keeper.forget_session();
                keeper.meanwhile(tokio::time::sleep(backoff.next_wait().max(WAIT_NEW))).await?;
            }
            Ended::Broken { established, reason } => {
                if !established {
                    failed = Some(address);
                }
                keeper.meanwhile(pause(shared, &reason, backoff.next_wait())).await?;
            }
        }
    }
}

/// Waits before the same is asked again, unless the token is not taken.
async fn again(shared: &Shared, backoff: &mut Backoff, failure: Failure) -> Result<(), AdapterError> {
    if let Some(error) = api::bad_token(&failure) {
        return Err(error);
    }
    let wait = if let Failure::Limited { after, .. } = &failure { *after } else { backoff.next_wait() };
    pause(shared, &failure.to_string(), wait).await;
    Ok(())
}

async fn pause(shared: &Shared, reason: &str, wait: Duration) {
    tracing::warn!(channel = %shared.config.channel, reason, wait_s = wait.as_secs_f32(), "not connected to Discord");
    shared.health.down(clock::now(), reason);
    tokio::time::sleep(wait).await;
}
