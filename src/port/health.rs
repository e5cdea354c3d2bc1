//! How a connection is, put together from the line itself and from what is wrong with single places. For adapters.

use crate::adapter::Health;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// One connection's health. Reasons are sentences for people: no names of persons, no secrets.
#[derive(Debug)]
pub struct Board {
    shown: watch::Sender<Health>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    line: Health,
    // by place, or by what is wrong; shown only while the line itself is well
    faults: BTreeMap<String, String>,
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}

impl Board {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        let state = State { line: Health::Starting, faults: BTreeMap::new() };
        Self { shown: watch::Sender::new(Health::Starting), state: Mutex::new(state) }
    }

    /// How it is, now and from now on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Health> {
        self.shown.subscribe()
    }

    /// It connects.
    pub fn starting(&self) {
        self.change(|state| state.line = Health::Starting);
    }

    /// The line is well.
    pub fn connected(&self) {
        self.change(|state| state.line = Health::Connected);
    }

    /// Whether the server answers.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        matches!(*self.shown.borrow(), Health::Connected | Health::Degraded { .. })
    }

    /// Somebody else uses the same credentials.
    pub fn conflict(&self, reason: &str) {
        self.change(|state| state.line = Health::Conflict { reason: reason.to_owned() });
    }

    /// The platform does not take the credentials.
    pub fn bad_credentials(&self, reason: &str) {
        self.change(|state| state.line = Health::BadCredentials { reason: reason.to_owned() });
    }

    /// Down since `now`, or since it went down before.
    pub fn down(&self, now: Timestamp, reason: &str) {
        self.change(|state| {
            let since = if let Health::Down { since, .. } = &state.line { *since } else { now };
            state.line = Health::Down { since, reason: reason.to_owned() };
        });
    }

    /// Something about one place that a person should mend.
    pub fn fault(&self, place: &str, reason: String) {
        self.change(|state| drop(state.faults.insert(place.to_owned(), reason)));
    }

    /// Nothing is wrong with this place any more.
    pub fn mended(&self, place: &str) {
        self.change(|state| drop(state.faults.remove(place)));
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        let health = if state.line == Health::Connected && !state.faults.is_empty() {
            let reasons: Vec<_> = state.faults.values().map(String::as_str).collect();
            Health::Degraded { reason: reasons.join(" ") }
        } else {
            state.line.clone()
        };
        // under the lock, so that the last change is the one that stays shown
        self.shown.send_if_modified(|shown| {
            let changed = *shown != health;
            *shown = health;
            changed
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_places_fault_shows_only_while_the_line_is_well() {
        let board = Board::new();
        let health = board.watch();
        board.fault("-1001", "Make the bot an administrator.".to_owned());
        assert_eq!(*health.borrow(), Health::Starting);
        board.connected();
        assert_eq!(
            *health.borrow(),
            Health::Degraded { reason: "Make the bot an administrator.".to_owned() }
        );
        board.mended("-1001");
        assert_eq!(*health.borrow(), Health::Connected);
    }

    #[test]
    fn a_line_is_down_since_it_first_went_down() {
        let board = Board::new();
        board.down(Timestamp::UNIX_EPOCH, "no answer");
        board.down(Timestamp::MAX, "refused");
        let wanted = Health::Down { since: Timestamp::UNIX_EPOCH, reason: "refused".to_owned() };
        assert_eq!(*board.watch().borrow(), wanted);
    }
}
