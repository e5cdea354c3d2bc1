//! What is known about topics: which room they are in, whether their root is gone, and the latest event in them.
//!
//! Room and loss are rows, because a restart must not forget them; the latest event is only remembered, and where
//! it is forgotten the root stands in.

use crate::recent::Recent;
use port::ShelfError;
use port::adapter::SharedShelf;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many topics are remembered at once.
const REMEMBERED: usize = 512;

/// The store's row of a topic that we opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    room: String,
    gone: bool,
}

#[derive(Debug, Clone)]
struct Topic {
    // none for a topic that somebody else opened
    row: Option<Row>,
    latest: Option<String>,
}

/// The topics of all team rooms of an adapter.
#[derive(Debug)]
pub(crate) struct Topics(Mutex<Recent<String, Topic>>);

impl Topics {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(REMEMBERED)))
    }

    /// A topic was opened.
    pub(crate) async fn opened(
        &self,
        store: &SharedShelf,
        root: &str,
        place: &str,
    ) -> Result<(), ShelfError> {
        self.keep(store, root, Row { room: place.to_owned(), gone: false }).await
    }

    /// An event was taken back; whether it was the root of a topic of ours.
    pub(crate) async fn redacted(&self, store: &SharedShelf, event: &str) -> Result<bool, ShelfError> {
        match self.row(store, event).await? {
            Some(Row { room, gone: false }) => {
                self.keep(store, event, Row { room, gone: true }).await?;
                Ok(true)
            }
            Some(Row { gone: true, .. }) | None => Ok(false),
        }
    }

    /// Whether posts can go to a topic in this room.
    pub(crate) async fn is_usable(
        &self,
        store: &SharedShelf,
        root: &str,
        place: &str,
    ) -> Result<bool, ShelfError> {
        Ok(self.row(store, root).await?.is_none_or(|row| !row.gone && row.room == place))
    }

    /// The latest event known in a topic; the root when none is.
    pub(crate) fn latest(&self, root: &str) -> String {
        let latest = self.lock().get(root).and_then(|topic| topic.latest.clone());
        latest.unwrap_or_else(|| root.to_owned())
    }

    /// An event was seen in a topic.
    pub(crate) fn saw(&self, root: &str, event: &str) {
        // topics that nobody has posted to lately need no latest event
        if let Some(topic) = self.lock().get_mut(root) {
            topic.latest = Some(event.to_owned());
        }
    }

    async fn keep(&self, store: &SharedShelf, root: &str, row: Row) -> Result<(), ShelfError> {
        let value = serde_json::to_value(&row).map_err(|error| ShelfError { reason: error.to_string() })?;
        store.put(vec![(key(root), value)], Vec::new()).await?;
        self.lock().put(root.to_owned(), Topic { row: Some(row), latest: None });
        Ok(())
    }

    async fn row(&self, store: &SharedShelf, root: &str) -> Result<Option<Row>, ShelfError> {
        if let Some(topic) = self.lock().get(root) {
            return Ok(topic.row.clone());
        }
        let row = store.get(&key(root)).await?.and_then(|row| serde_json::from_value::<Row>(row).ok());
        self.lock().put(root.to_owned(), Topic { row: row.clone(), latest: None });
        Ok(row)
    }

    fn lock(&self) -> MutexGuard<'_, Recent<String, Topic>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(root: &str) -> String {
    format!("topic/{root}")
}
