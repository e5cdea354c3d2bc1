//! Messages whose key is missing: kept, tried again when keys come, told as unreadable after a while, and handed over
//! when their key comes even later.
//!
//! While one waits, what the same person says in the same room after it waits behind it, so that nobody's words change
//! their order; others go on. Everything here is a row of the shelf, because the homeserver does not tell it twice.

use super::Reading;
use crate::clock;
use crate::normalise::text;
use jiff::Timestamp;
use port::adapter::SharedShelf;
use port::{ChannelName, Inbound, InboundKind, Owner, Private, ShelfError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a key is waited for before a message is told as unreadable.
pub(crate) const WAIT: Duration = Duration::from_mins(1);
/// How long a told message is kept for a key that comes even later.
const KEEP: Duration = Duration::from_hours(30 * 24);
/// The most messages that are kept. The oldest told ones go first; beyond them nothing more is waited for.
const HELD_MAX: usize = 1000;

/// The shelf's row of one message.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    // as they came, over all rooms
    order: u64,
    room: String,
    id: String,
    // the event as it came, which holds who said it
    event: Private,
    // milliseconds
    due: i64,
    told: bool,
}

/// One message that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    row: Row,
    sender: String,
    // as it came
    event: Value,
    // as it reads, once it does
    clear: Option<Value>,
    // maybe told before the process died
    suspect: bool,
}

impl Held {
    pub(crate) fn room(&self) -> &str {
        &self.row.room
    }

    pub(crate) const fn event(&self) -> &Value {
        &self.event
    }

    fn due(&self) -> Timestamp {
        Timestamp::from_millisecond(self.row.due).unwrap_or(Timestamp::MAX)
    }
}

/// What is handed over of a kept message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Release {
    order: u64,
    /// The room it was said in.
    pub(crate) room: String,
    /// The event: readable, except where it is told as unreadable.
    pub(crate) event: Value,
    /// Whether the desk has it already, as unreadable.
    pub(crate) told: bool,
    /// Whether the desk may have it already: its time went by while no process ran.
    pub(crate) suspect: bool,
    // kept on for a key that comes even later
    unreadable: bool,
}

/// The kept messages of an adapter.
pub(crate) struct Late {
    wait: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    loaded: bool,
    held: BTreeMap<u64, Held>,
}

impl Late {
    pub(crate) fn new(wait: Duration) -> Self {
        Self { wait, state: Mutex::new(State::default()) }
    }

    /// Takes up what earlier runs kept, once.
    pub(crate) async fn load(&self, store: &SharedShelf) -> Result<(), ShelfError> {
        if self.lock().loaded {
            return Ok(());
        }
        let rows = store.scan("late/", None, 2 * HELD_MAX).await?;
        let now = clock::now();
        let (mut held, mut stale) = (BTreeMap::new(), Vec::new());
        for (key, row) in rows {
            let row = serde_json::from_value::<Row>(row).ok();
            let read = row.and_then(|row| {
                let event = serde_json::from_str::<Value>(row.event.text()?).ok()?;
                let sender = text(&event, "sender")?.to_owned();
                Some(Held { row, sender, event, clear: None, suspect: false })
            });
            match read {
                Some(message) if !(message.row.told && message.due() + KEEP < now) => {
                    let suspect = !message.row.told && message.due() <= now;
                    let clear = (!super::is_encrypted(&message.event)).then(|| message.event.clone());
                    held.insert(message.row.order, Held { clear, suspect, ..message });
                }
                Some(_) | None => stale.push(key),
            }
        }
        if !stale.is_empty() {
            store.put(Vec::new(), stale).await?;
        }
        *self.lock() = State { loaded: true, held };
        Ok(())
    }

    /// Keeps what must wait of a room's new events and gives back the others. `leaving` are about to be handed over.
    pub(crate) async fn admit(
        &self,
        store: &SharedShelf,
        channel: &ChannelName,
        room: &str,
        reading: Reading,
        leaving: &[Release],
    ) -> Result<Vec<Value>, ShelfError> {
        let due = (clock::now() + self.wait).as_millisecond();
        let (passing, kept, gone) =
            self.lock().sort(room, reading, leaving, &|order, id, event: &Value| Row {
                order,
                room: room.to_owned(),
                id,
                event: Private::new(Owner::Channel(channel.clone()), event.to_string()),
                due,
                told: false,
            });
        if kept.is_empty() && gone.is_empty() {
            return Ok(passing);
        }
        tracing::info!(%channel, count = kept.len(), "messages wait for an encryption key");
        let rows = kept.iter().map(|held| row(&held.row)).collect::<Result<_, _>>()?;
        store.put(rows, gone.iter().map(key).collect()).await?;
        let mut state = self.lock();
        for gone in gone {
            state.held.remove(&gone.order);
        }
        state.held.extend(kept.into_iter().map(|held| (held.row.order, held)));
        Ok(passing)
    }

    /// The unreadable messages among those that are wanted.
    pub(crate) fn unread(&self, wanted: impl Fn(&Held) -> bool) -> Vec<(u64, Held)> {
        let state = self.lock();
        let unread = state.held.iter().filter(|(_, held)| held.clear.is_none() && wanted(held));
        unread.map(|(order, held)| (*order, held.clone())).collect()
    }

    /// Whether a message's time is up and nobody was told.
    pub(crate) fn is_due(held: &Held, now: Timestamp) -> bool {
        !held.row.told && held.due() <= now
    }

    /// A message has become readable.
    pub(crate) fn became(&self, order: u64, clear: Value) {
        if let Some(held) = self.lock().held.get_mut(&order) {
            held.clear = Some(clear);
        }
    }

    /// What can be handed over now, in its order. Nothing changes before [`Late::settle`].
    pub(crate) fn releases(&self, now: Timestamp) -> Vec<Release> {
        self.lock().releases(now)
    }

    /// What was handed over is kept by the desk.
    pub(crate) async fn settle(&self, store: &SharedShelf, done: &[Release]) -> Result<(), ShelfError> {
        if done.is_empty() {
            return Ok(());
        }
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        {
            let mut state = self.lock();
            for release in done {
                if !release.unreadable {
                    gone.extend(state.held.remove(&release.order).map(|held| key(&held.row)));
                } else if let Some(held) = state.held.get_mut(&release.order) {
                    held.row.told = true;
                    held.suspect = false;
                    rows.push(row(&held.row)?);
                }
            }
        }
        store.put(rows, gone).await
    }

    /// When the next message is to be told as unreadable.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let state = self.lock();
        state.held.values().filter(|held| !held.row.told && held.clear.is_none()).map(Held::due).min()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Parts new events into those that pass, those that are kept, and what makes room for them.
    fn sort(
        &self,
        room: &str,
        reading: Reading,
        leaving: &[Release],
        row: &impl Fn(u64, String, &Value) -> Row,
    ) -> (Vec<Value>, Vec<Held>, Vec<Row>) {
        let (mut passing, mut kept, mut gone) = (Vec::new(), Vec::<Held>::new(), Vec::new());
        let staying = |held: &&Held| !leaving.iter().any(|release| release.order == held.row.order);
        let here = || self.held.values().filter(|held| held.row.room == room);
        let mut behind: BTreeSet<_> =
            here().filter(|held| !held.row.told).filter(staying).map(|held| held.sender.clone()).collect();
        let known: BTreeSet<_> = here().map(|held| held.row.id.as_str()).collect();
        let mut told = self.held.values().filter(|held| held.row.told).filter(staying);
        let mut order = self.held.last_key_value().map_or(0, |(last, _)| last + 1);
        for event in reading.events {
            let (Some(id), Some(sender)) = (text(&event, "event_id"), text(&event, "sender")) else {
                passing.push(event);
                continue;
            };
            if known.contains(id) {
                // a sync that is repeated after a crash
                continue;
            }
            let waits = reading.waiting.contains(id);
            let state = event.get("state_key").is_some();
            if !waits && (state || !behind.contains(sender)) {
                passing.push(event);
                continue;
            }
            if self.held.len() + kept.len() >= HELD_MAX + gone.len() {
                let Some(oldest) = told.next() else {
                    passing.push(event);
                    continue;
                };
                gone.push(oldest.row.clone());
            }
            behind.insert(sender.to_owned());
            kept.push(Held {
                row: row(order, id.to_owned(), &event),
                sender: sender.to_owned(),
                clear: (!waits).then(|| event.clone()),
                event,
                suspect: false,
            });
            order += 1;
        }
        (passing, kept, gone)
    }

    fn releases(&self, now: Timestamp) -> Vec<Release> {
        let mut blocked = BTreeSet::new();
        let mut releases = Vec::new();
        for (order, held) in &self.held {
            let place = (held.row.room.as_str(), held.sender.as_str());
            let event = match &held.clear {
                Some(clear) if held.row.told || !blocked.contains(&place) => clear,
                None if !held.row.told && held.due() <= now && !blocked.contains(&place) => &held.event,
                Some(_) | None => {
                    if !held.row.told {
                        blocked.insert(place);
                    }
                    continue;
                }
            };
            releases.push(Release {
                order: *order,
                room: held.row.room.clone(),
                event: event.clone(),
                told: held.row.told,
                suspect: held.suspect,
                unreadable: held.clear.is_none(),
            });
        }
        releases
    }
}

/// The text of a message that the desk was told of as unreadable.
pub(crate) fn as_new_text(mut inbound: Inbound) -> Inbound {
    inbound.kind = if let InboundKind::Message { content, .. } = inbound.kind {
        InboundKind::Edit { content }
    } else if let InboundKind::Unsupported { what, text, .. } = inbound.kind {
        InboundKind::Edit { content: text.unwrap_or(what).into() }
    } else {
        return inbound;
    };
    inbound.version = 1;
    inbound
}

fn key(row: &Row) -> String {
    format!("late/{}/{}", row.room, row.id)
}

fn row(row: &Row) -> Result<(String, Value), ShelfError> {
    let value = serde_json::to_value(row).map_err(|error| ShelfError { reason: error.to_string() })?;
    Ok((key(row), value))
}

#[cfg(test)]
#[path = "late_tests.rs"]
mod tests;
