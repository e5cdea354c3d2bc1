//! Keeps what was missed while no session was held, and says how long it is not all here. Before anything new of a channel
//! comes what was missed there.

use super::Keeper;
use crate::api::id;
use crate::missed::{self, Missed, Page};
use crate::normalise::{self, Place};
use crate::{clock, general};
use port::AdapterError;
use std::sync::Arc;

/// What a lost session is among the things that are wrong, until what was said meanwhile is here.
const SESSION: &str = "session";

impl Keeper<'_> {
    /// Begins to fetch what was said in every channel since the last message of it that is kept.
    pub(super) async fn find_missed(&mut self) -> Result<(), AdapterError> {
        self.write_moved().await?;
        let before = *self.before.get_or_insert(self.newest);
        let found = missed::find(self.shared, &self.me.user, before, &self.closed).await?;
        self.newest = self.newest.max(found.newest);
        self.closed = found.closed;
        self.now_and_then();
        self.missed = Some(found.missed);
        self.batch.due = true;
        self.if_all_is_here();
        Ok(())
    }

    /// Discord lists no direct messages: who wrote for the first time while no session was held is not known.
    pub(super) fn tell_of_a_gap(&self, before: u64) {
        let since = normalise::made_at(&before.to_string());
        let since =
            since.map(|at| format!(" after {}", at.strftime("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
        let reason = format!(
            "No session was held for a while{since}. What was said is fetched, but the first direct message of somebody who \
             never wrote before cannot be: Discord does not list it."
        );
        tracing::warn!(channel = %self.shared.config.channel, reason, "the session was lost");
        self.shared.health.fault(SESSION, reason);
    }

    /// When nothing is missing any more, the cursor may name the session.
    fn if_all_is_here(&mut self) {
        if self.missed.as_ref().is_some_and(Missed::is_done) {
            self.missed = None;
            self.before = None;
            self.batch.due = true;
            self.shared.health.mended(SESSION);
        }
    }

    /// Before anything new of a channel comes what was missed there.
    pub(super) async fn catch_up(&mut self, channel: &str) -> Result<(), AdapterError> {
        while let Some(missed) = self.missed.as_mut().filter(|missed| missed.is_open(channel)) {
            missed.hurry(channel);
            let page = missed.next().await?;
            self.page(page).await?;
        }
        Ok(())
    }

    /// Some of what was missed, kept at once.
    pub(super) async fn page(&mut self, page: Page) -> Result<(), AdapterError> {
        let channel = page.target.channel.clone();
        let is_at = general::place_of(self.shared, &channel, &page.target.role);
        if let (Some(messages), Some((chat, topic))) = (&page.messages, is_at) {
            let (me, shared) = (Arc::clone(&self.me), self.shared);
            let place = Place::new(&me, &chat, topic.as_ref(), clock::now(), 1);
            for message in messages {
                let Some(id) = id(message, "id") else { continue };
                let inbound = normalise::created(message, &place, |hook| shared.hooks.is_ours(hook));
                self.batch.inbound.extend(inbound);
                self.passed(&channel, &page.target.role, &id);
                self.fetched.put(id, ());
            }
        } else {
            self.batch.left.insert(channel);
        }
        self.commit().await?;
        if let Some(missed) = self.missed.as_mut() {
            missed.kept(&page);
        }
        if self.missed.as_ref().is_some_and(Missed::is_done) {
            self.write_moved().await?;
        }
        self.if_all_is_here();
        self.commit().await
    }
}
