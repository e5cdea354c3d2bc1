//! Looks again at what was closed to the bot: somebody may have let it in since. Refused requests are counted by Discord,
//! so it looks now and then only.

use super::Keeper;
use crate::client::Route;
use crate::{api, clock, missed, recognise};
use port::AdapterError;
use reqwest::Method;
use serde_json::Value;
use std::time::{Duration, Instant};

/// When a closed place is looked at though nothing was heard of it.
const NOW_AND_THEN: Duration = Duration::from_mins(5);
/// How many channels that were not shown are asked for at once; the others when somebody writes there.
const ASKED_MAX: usize = 8;
/// How long an answer may take: what comes in waits for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long between two looks at least, whatever is heard.
const APART: Duration = Duration::from_secs(2);

/// When it is looked again.
pub(super) struct Again {
    last: Option<Instant>,
    next: Option<Instant>,
}

impl Again {
    pub(super) const fn new() -> Self {
        Self { last: None, next: None }
    }

    /// Somebody changed who may see what.
    pub(super) fn soon(&mut self) {
        let now = clock::moment();
        let soonest = self.last.map_or(now, |last| now.max(last + APART));
        self.next = Some(self.next.map_or(soonest, |next| next.min(soonest)));
    }

    /// Comes back when it is time; never when there is nothing to look for.
    pub(super) async fn wait(next: Option<Instant>) {
        match next {
            Some(next) => tokio::time::sleep_until(next.into()).await,
            None => std::future::pending().await,
        }
    }

    pub(super) const fn next(&self) -> Option<Instant> {
        self.next
    }
}

impl Keeper<'_> {
    /// Looks at the team's channels and forgets what was refused. What was said in a channel while it was closed is
    /// fetched.
    pub(super) async fn look_again(&mut self) -> Result<(), AdapterError> {
        let shared = self.shared;
        for (number, channel) in shared.places.forget_closed().into_iter().enumerate() {
            if number < ASKED_MAX {
                let asked = shared.places.role(&channel, &shared.client, &shared.shelf, &self.me.user);
                // who cannot be asked now is asked with the next message
                let _role = asked.await;
            }
            recognise::show(shared, &channel);
        }
        shared.outgoing.tags.clear();
        shared.outgoing.pictures.clear();
        shared.hooks.forget_refused();
        let mut is_open_again = false;
        for room in shared.places.rooms() {
            let path = format!("/channels/{room}");
            let route = Route { method: &Method::GET, path: &path, own_token: false };
            let is_open = match shared.client.call(route, &Value::Null, PATIENCE).await {
                Ok(_) => true,
                Err(failure) if api::is_closed(&failure) => false,
                // the next look tells
                Err(_) => continue,
            };
            missed::show(shared, room, is_open);
            if !is_open {
                self.closed.entry(room.as_str().to_owned()).or_insert(self.newest);
            }
            is_open_again |= is_open && self.closed.contains_key(room.as_str());
        }
        if is_open_again {
            self.find_missed().await?;
        }
        self.again.last = Some(clock::moment());
        self.again.next = None;
        self.now_and_then();
        Ok(())
    }

    /// As long as a channel is closed, it is looked at without being asked to.
    pub(super) fn now_and_then(&mut self) {
        if !self.closed.is_empty() && self.again.next.is_none() {
            self.again.next = Some(clock::moment() + NOW_AND_THEN);
        }
    }
}
