//! Who wrote a message, for the one thing that homeservers do not look at: whether a new text comes from who wrote
//! the old one.

use crate::errors::Failure;
use crate::events;
use crate::normalise::{replaced, text};
use crate::recent::Recent;
use crate::session::Link;
use matrix_sdk::Room;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};

/// How many messages are remembered at once; about others the homeserver is asked.
const REMEMBERED: usize = 2048;

/// Authors by event.
pub(crate) struct Authors(Mutex<Recent<String, String>>);

impl Authors {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(REMEMBERED)))
    }

    /// Events without new texts of other people's messages.
    pub(crate) async fn genuine(
        &self,
        link: &Link,
        room: &Room,
        events: Vec<Value>,
    ) -> Result<Vec<Value>, Failure> {
        let mut genuine = Vec::with_capacity(events.len());
        for event in events {
            if !self.is_forged(link, room, &event).await? {
                genuine.push(event);
            }
        }
        Ok(genuine)
    }

    /// Whether an event is a new text of somebody else's message. One of a message that nobody knows is not.
    pub(crate) async fn is_forged(&self, link: &Link, room: &Room, event: &Value) -> Result<bool, Failure> {
        let Some(sender) = text(event, "sender") else { return Ok(false) };
        let Some(original) = replaced(event) else {
            if let Some(id) = text(event, "event_id") {
                self.remember(id, sender);
            }
            return Ok(false);
        };
        if let Some(author) = self.known(original) {
            return Ok(author != sender);
        }
        let found = events::event(link, room.room_id(), original).await?;
        let Some(author) = found.as_ref().and_then(|found| text(found, "sender")) else { return Ok(false) };
        self.remember(original, author);
        Ok(author != sender)
    }

    fn remember(&self, event: &str, author: &str) {
        let mut authors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        authors.put(event.to_owned(), author.to_owned());
    }

    fn known(&self, event: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(event).cloned()
    }
}
