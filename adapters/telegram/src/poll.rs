//! The way in: asks for updates, hands over what happened, and only then raises the offset.

use crate::albums::Albums;
use crate::client::Failure;
use crate::clock::{self, Backoff};
use crate::cursor::Position;
use crate::gather::{Gathered, Gatherer};
use crate::seen::Seen;
use crate::trouble::{self, Trouble};
use crate::{Shared, commands, normalise, seen};
use jiff::Timestamp;
use port::{AdapterError, Cursor, Intake, Stop};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

/// How long Telegram holds an answer when nothing happens; it takes at most 50 seconds.
const POLL: Duration = Duration::from_secs(30);
/// The same after a conflict: who else asks is seen soon.
const POLL_WARILY: Duration = Duration::from_secs(5);
/// No two questions that bring nothing follow each other sooner; a server that does not hold its answers would be asked
/// without a pause.
const PACE: Duration = Duration::from_secs(1);
/// How much longer an answer may be on its way.
const SLACK: Duration = Duration::from_secs(20);
/// The most updates of one answer.
const LIMIT: u32 = 100;
/// The most gaps that are handed over at once.
const GAPS: usize = 500;
const WAIT_FIRST: Duration = Duration::from_secs(1);
const WAIT_LONGEST: Duration = Duration::from_secs(30);
/// Two processes that take turns at once would do nothing else.
const CONFLICT_FIRST: Duration = Duration::from_secs(5);
const CONFLICT_LONGEST: Duration = Duration::from_mins(1);

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
        let now = clock::now();
        let albums = Albums::load(&shared.config.channel, &shared.shelf, now).await?;
        let position = Position::of(&from);
        let mut receiver =
            Receiver { shared, intake, position, albums, seen: Seen::default(), is_first: true, pruned: now };
        receiver.receive().await
    };
    tokio::select! {
        biased;
        () = stop.wait() => Ok(()),
        ended = work => match ended { Err(error) => Err(error), Ok(never) => match never {} },
        never = commands::tend(shared) => match never {},
    }
}

struct Receiver<'r> {
    shared: &'r Shared,
    intake: &'r Intake,
    position: Position,
    albums: Albums,
    seen: Seen,
    // whether nothing was kept yet in this run
    is_first: bool,
    pruned: Timestamp,
}

impl Receiver<'_> {
    async fn receive(&mut self) -> Result<Infallible, AdapterError> {
        let mut down = Backoff::new(WAIT_FIRST, WAIT_LONGEST);
        let mut conflict = Backoff::new(CONFLICT_FIRST, CONFLICT_LONGEST);
        // the first answer comes at once, so that it is known soon whether all is well
        let mut poll = Duration::ZERO;
        loop {
            let (asked, offset) = (clock::moment(), self.position.offset(clock::now()));
            let failure = match self.ask(poll).await? {
                Ok(updates) if self.take(&updates).await? => {
                    let is_news = self.position.offset(clock::now()) != offset;
                    if !is_news && !poll.is_zero() {
                        tokio::time::sleep_until((asked + PACE).into()).await;
                    }
                    poll = POLL;
                    down.reset();
                    conflict.reset();
                    continue;
                }
                Ok(_) => Failure::Lost("the updates have no numbers"),
                Err(failure) => failure,
            };
            self.albums.unanswered();
            let (reason, wait) = match trouble::of(&failure) {
                Trouble::Credentials(reason) => {
                    self.shared.health.bad_credentials(&reason);
                    return Err(AdapterError::BadCredentials(reason));
                }
                Trouble::Conflict(reason) => {
                    self.shared.health.conflict(&reason);
                    poll = POLL_WARILY;
                    (reason, conflict.next_wait())
                }
                Trouble::Later { reason, after } => {
                    self.shared.health.down(clock::now(), &reason);
                    poll = Duration::ZERO;
                    (reason, after.unwrap_or_else(|| down.next_wait()))
                }
            };
            let channel = &self.shared.config.channel;
            tracing::warn!(%channel, reason, wait_s = wait.as_secs_f32(), "no updates from Telegram");
            tokio::time::sleep(wait).await;
        }
    }

    /// Asks for updates. Hands over the albums that become whole meanwhile.
    async fn ask(&mut self, poll: Duration) -> Result<Result<Vec<Value>, Failure>, AdapterError> {
        let shared = self.shared;
        let mut asking = pin!(ask(shared, self.position.offset(clock::now()), poll));
        loop {
            tokio::select! {
                biased;
                answer = &mut asking => return Ok(answer),
                () = self.albums.wait() => self.release().await?,
            }
        }
    }

    /// Hands over what an answer brought. `false` when it says nothing by which it could be asked for what follows.
    async fn take(&mut self, updates: &[Value]) -> Result<bool, AdapterError> {
        let (shared, now) = (self.shared, clock::now());
        let numbers = updates.iter().any(|update| normalise::update_id(update).is_some());
        if !updates.is_empty() && !numbers {
            return Ok(false);
        }
        shared.health.connected();
        self.tell_gap(now).await?;
        let mut gathered = self.gatherer(now).await?.gather(updates).await?;
        self.albums.answered();
        let next = self.position.after(gathered.last, now);
        let is_news = !gathered.inbound.is_empty() || gathered.last.is_some();
        if is_news || std::mem::take(&mut self.is_first) || self.position.is_stale(now) {
            self.hand_over(&mut gathered, next).await?;
        }
        if now.duration_since(self.pruned) > jiff::SignedDuration::from_hours(24) {
            self.pruned = now;
            self.albums.prune(now).await?;
            seen::prune(shared, now).await?;
        }
        Ok(true)
    }

    async fn hand_over(&mut self, brought: &mut Gathered, next: Position) -> Result<(), AdapterError> {
        self.intake.commit(std::mem::take(&mut brought.inbound), next.cursor()).await?;
        self.position = next;
        self.albums.settle(&brought.whole).await?;
        Ok(())
    }

    /// Hands over the albums that are whole.
    async fn release(&mut self) -> Result<(), AdapterError> {
        let whole = self.albums.take();
        let one = self.gatherer(clock::now()).await?;
        let mut inbound = Vec::new();
        for open in &whole {
            inbound.extend(one.album(open).await?);
        }
        let mut gathered = Gathered { inbound, whole, ..Gathered::default() };
        self.hand_over(&mut gathered, self.position.clone()).await
    }

    /// After a longer stop, tells the customers' chats that something may be missing.
    async fn tell_gap(&mut self, now: Timestamp) -> Result<(), AdapterError> {
        let Some(since) = self.position.gap(now) else { return Ok(()) };
        let mut gaps = seen::gaps(self.shared, since, now).await?;
        tracing::warn!(
            channel = %self.shared.config.channel, chats = gaps.len(),
            "Telegram keeps updates for a day: some may be lost"
        );
        while gaps.len() > GAPS {
            let rest = gaps.split_off(GAPS);
            // the cursor stays: until all are told, all are told again
            self.intake.commit(gaps, self.position.cursor()).await?;
            gaps = rest;
        }
        let next = self.position.after(None, now);
        self.intake.commit(gaps, next.cursor()).await?;
        self.position = next;
        Ok(())
    }

    async fn gatherer(&mut self, now: Timestamp) -> Result<Gatherer<'_>, AdapterError> {
        // known since the first question
        let me = self.shared.me().await.map_err(|failure| AdapterError::Connection(failure.to_string()))?;
        Ok(Gatherer { shared: self.shared, me, albums: &mut self.albums, seen: &mut self.seen, now })
    }
}

async fn ask(shared: &Shared, offset: Option<i64>, poll: Duration) -> Result<Vec<Value>, Failure> {
    shared.me().await?;
    let kinds = normalise::HEARD.iter().chain(&normalise::NOT_HEARD);
    let mut params = json!({
        "limit": LIMIT,
        "timeout": poll.as_secs(),
        "allowed_updates": kinds.filter(|kind| **kind != "update_id").collect::<Vec<_>>(),
    });
    if let Some(offset) = offset {
        params["offset"] = json!(offset);
    }
    match shared.client.call("getUpdates", &params, poll + SLACK).await? {
        Value::Array(updates) => Ok(updates),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(Failure::Lost("the answer is no list of updates"))
        }
    }
}
