//! What is new, as server-sent events that can be resumed.
//!
//! A stream reads the log after the number it was given, so it holds nothing and misses nothing. An event shows
//! a message or a topic as it is when it is sent; the reader puts it in the place of what it had under that id.

use super::Served;
use super::error::ApiError;
use super::typing::Hint;
use super::view::{MessageView, TopicView};
use crate::log::Log;
use crate::log::rows::{Entry, What};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use port::{ShelfError, Stop};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};

/// How many entries are read at once.
const PAGE: usize = 64;
/// How often a stream with nothing to say shows that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Where to go on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    after: Option<u64>,
}

/// What a stream follows.
pub(super) enum Wanted {
    /// Some customers' chats.
    Chats(BTreeSet<String>),
    /// A room with all its topics.
    Room(String),
}

impl Wanted {
    pub(super) fn has(&self, chat: &str) -> bool {
        match self {
            Self::Chats(chats) => chats.contains(chat),
            Self::Room(room) => room == chat,
        }
    }

    fn is_in(&self, entry: &Entry) -> bool {
        self.has(&entry.chat)
    }
}

/// A stream of everything after `Last-Event-ID`, else after `?after=`, else of what comes from now on.
pub(super) fn stream(
    served: &Served,
    headers: &HeaderMap,
    after: &After,
    wanted: Wanted,
) -> Result<Response, ApiError> {
    let permit = served.streams.clone().try_acquire_owned().map_err(|_| ApiError::busy("streams"))?;
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let head = served.log.head();
    let latest = *head.borrow();
    let mut ready = VecDeque::new();
    let after = seen.or(after.after).unwrap_or(latest);
    if after > latest {
        // the reader knows more than there is: this is not the log that it read before
        ready.push_back(Event::default().event("reset").id(latest.to_string()).data("{}"));
    }
    let (log, stop) = (Arc::clone(&served.log), served.stop.clone());
    let (hints, after) = (served.hints.subscribe(), after.min(latest));
    let following = Following { log, wanted, after, head, hints, stop, ready, _permit: permit };
    let events = futures_util::stream::unfold(following, async |mut following| {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE).text("here")).into_response())
}

/// An open stream.
struct Following {
    log: Arc<Log>,
    wanted: Wanted,
    after: u64,
    head: watch::Receiver<u64>,
    hints: broadcast::Receiver<Hint>,
    stop: Stop,
    ready: VecDeque<Event>,
    _permit: OwnedSemaphorePermit,
}

impl Following {
    /// The next event; nothing when the platform ends or its store failed, and the reader has to come again.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.stop.is_pulled() {
                return None;
            }
            self.head.mark_unchanged();
            let entries = self.log.entries(self.after, PAGE).await.ok()?;
            let Some(last) = entries.last() else {
                tokio::select! {
                    () = self.stop.wait() => return None,
                    changed = self.head.changed() => changed.ok()?,
                    // one that was lost is lost
                    Ok(hint) = self.hints.recv() => self.ready.extend(hint.event(&self.wanted)),
                }
                continue;
            };
            self.after = last.seq;
            for entry in entries.iter().filter(|entry| self.wanted.is_in(entry)) {
                if let Some(event) = self.event(entry).await.ok()? {
                    self.ready.push_back(event.id(entry.seq.to_string()));
                }
            }
        }
    }

    async fn event(&self, entry: &Entry) -> Result<Option<Event>, ShelfError> {
        let (chat, topic) = (entry.chat.as_str(), entry.topic.as_deref());
        let message = match &entry.what {
            What::Posted(message) => message.seq,
            What::Edited { message, .. }
            | What::Deleted { message, .. }
            | What::Reacted { message, .. }
            | What::Unreacted { message, .. }
            | What::Changed { message } => *message,
            What::Topic { topic } => {
                let topic = self.log.topic(chat, topic).await?;
                return Ok(topic.and_then(|topic| told("topic", &TopicView::new(&topic))));
            }
            What::Arrived => return Ok(None),
        };
        let message = self.log.message(chat, topic, message).await?;
        Ok(message.and_then(|message| told("message", &MessageView::new(chat, topic, &message))))
    }
}

fn told(name: &str, view: &impl Serialize) -> Option<Event> {
    Event::default().event(name).json_data(view).ok()
}
