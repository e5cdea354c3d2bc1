//! Which room is what: a team's, a customer's, or one that goes on elsewhere.
//!
//! A team room that was upgraded keeps the id that the configuration names, so that what the desk knows stays
//! right; a customer's room goes on under its new id, which the desk is told. A room is followed only when both
//! sides say so, the old room's tombstone and the new room's creation: a tombstone alone could point anywhere.

use crate::recent::Recent;
use port::adapter::SharedShelf;
use port::{ChatId, Private, ShelfError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many joined rooms are remembered at once; the store knows all of them.
const REMEMBERED: usize = 2048;
/// How many moves are looked for at a start. Upgrades are rare.
const MOVES_MAX: usize = 1000;

/// What a room is to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// The team works here; the chat is the configured one.
    Team(ChatId),
    /// The team worked here before an upgrade.
    Retired,
    /// A customer's.
    Customer,
}

/// A room that goes on elsewhere. A row of the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Move {
    pub(crate) from: String,
    pub(crate) to: String,
    /// The tombstone's event.
    pub(crate) event: String,
    /// Who moved it.
    pub(crate) sender: Private,
    /// The tombstone's time, in milliseconds.
    pub(crate) at: i64,
    /// Whether the new room confirmed it.
    pub(crate) done: bool,
}

#[derive(Debug)]
struct State {
    // configured id to the room of today
    team: BTreeMap<String, String>,
    retired: Vec<String>,
    moves: BTreeMap<String, Move>,
    joined: Recent<String, ()>,
}

/// The rooms of an adapter.
#[derive(Debug)]
pub(crate) struct Places(Mutex<State>);

impl Places {
    pub(crate) fn new(team_rooms: &[ChatId]) -> Self {
        let team =
            team_rooms.iter().map(|room| (room.as_str().to_owned(), room.as_str().to_owned())).collect();
        Self(Mutex::new(State {
            team,
            retired: Vec::new(),
            moves: BTreeMap::new(),
            joined: Recent::new(REMEMBERED),
        }))
    }

    /// Takes up what earlier runs learned. Repeating it is harmless.
    pub(crate) async fn load(&self, store: &SharedShelf) -> Result<(), ShelfError> {
        let rows = store.scan("move/", None, MOVES_MAX).await?;
        let moves: Vec<Move> =
            rows.into_iter().filter_map(|(_, row)| serde_json::from_value(row).ok()).collect();
        let mut state = self.lock();
        for pending in moves {
            state.moves.insert(pending.from.clone(), pending);
        }
        let configured: Vec<_> = state.team.keys().cloned().collect();
        for configured in configured {
            let mut today = configured.clone();
            // a chain is at most as long as there are moves, however hostile they are
            for _ in 0..state.moves.len() {
                let Some(done) = state.moves.get(&today).filter(|step| step.done).map(|step| step.to.clone())
                else {
                    break;
                };
                state.retired.push(std::mem::replace(&mut today, done));
            }
            state.team.insert(configured, today);
        }
        Ok(())
    }

    pub(crate) fn role(&self, room: &str) -> Role {
        let state = self.lock();
        if let Some((configured, _)) = state.team.iter().find(|(_, today)| *today == room) {
            return Role::Team(ChatId::new(configured.clone()));
        }
        if state.retired.iter().any(|retired| retired == room) { Role::Retired } else { Role::Customer }
    }

    /// The room of today for a chat of the desk's.
    pub(crate) fn today(&self, chat: &ChatId) -> String {
        self.lock().team.get(chat.as_str()).cloned().unwrap_or_else(|| chat.as_str().to_owned())
    }

    /// Whether the team works in this chat.
    pub(crate) fn is_team(&self, chat: &ChatId) -> bool {
        self.lock().team.contains_key(chat.as_str())
    }

    /// The rooms in which the team works today.
    pub(crate) fn team_rooms(&self) -> Vec<String> {
        self.lock().team.values().cloned().collect()
    }

    /// A tombstone was seen.
    pub(crate) async fn announced(&self, store: &SharedShelf, step: Move) -> Result<(), ShelfError> {
        if self.lock().moves.get(&step.from).is_some_and(|known| known.to == step.to) {
            return Ok(());
        }
        self.keep(store, step).await
    }

    /// The new room confirmed a move.
    pub(crate) async fn confirmed(&self, store: &SharedShelf, step: Move) -> Result<(), ShelfError> {
        let step = Move { done: true, ..step };
        self.keep(store, step.clone()).await?;
        let mut state = self.lock();
        let mut of_team = false;
        for today in state.team.values_mut().filter(|today| **today == step.from) {
            today.clone_from(&step.to);
            of_team = true;
        }
        if of_team {
            state.retired.push(step.from);
        }
        Ok(())
    }

    /// The moves that the new room has not confirmed yet.
    pub(crate) fn pending(&self) -> Vec<Move> {
        self.lock().moves.values().filter(|step| !step.done).cloned().collect()
    }

    /// Where a room goes on, once that is confirmed.
    pub(crate) fn moved_to(&self, room: &str) -> Option<String> {
        self.lock().moves.get(room).filter(|step| step.done).map(|step| step.to.clone())
    }

    /// Whether we were in a room when its last events were kept.
    pub(crate) async fn was_joined(&self, store: &SharedShelf, room: &str) -> Result<bool, ShelfError> {
        if self.lock().joined.get(room).is_some() {
            return Ok(true);
        }
        let known = store.get(&joined_key(room)).await?.is_some();
        if known {
            self.lock().joined.put(room.to_owned(), ());
        }
        Ok(known)
    }

    /// The events up to here are kept: these rooms are known now, those are left.
    pub(crate) async fn settle(
        &self,
        store: &SharedShelf,
        joined: &[String],
        left: &[String],
    ) -> Result<(), ShelfError> {
        if joined.is_empty() && left.is_empty() {
            return Ok(());
        }
        let rows = joined.iter().map(|room| (joined_key(room), serde_json::json!({}))).collect();
        store.put(rows, left.iter().map(|room| joined_key(room)).collect()).await?;
        let mut state = self.lock();
        for room in joined {
            state.joined.put(room.clone(), ());
        }
        for room in left {
            state.joined.remove(room.as_str());
        }
        Ok(())
    }

    async fn keep(&self, store: &SharedShelf, step: Move) -> Result<(), ShelfError> {
        let row = serde_json::to_value(&step).map_err(|error| ShelfError { reason: error.to_string() })?;
        store.put(vec![(format!("move/{}", step.from), row)], Vec::new()).await?;
        self.lock().moves.insert(step.from.clone(), step);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn joined_key(room: &str) -> String {
    format!("room/{room}")
}
