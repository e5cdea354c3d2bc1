//! How the connection is, put together from the gateway and from what is wrong with single places.

use jiff::Timestamp;
use port::Health;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// One connection's health. Reasons are sentences for people: no names of persons, no secrets.
#[derive(Debug)]
pub(crate) struct Board {
    shown: watch::Sender<Health>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    line: Health,
    // by channel or by what is wrong; shown only while the line itself is well
    faults: BTreeMap<String, String>,
}

impl Board {
    pub(crate) fn new() -> Self {
        let state = State { line: Health::Starting, faults: BTreeMap::new() };
        Self { shown: watch::Sender::new(Health::Starting), state: Mutex::new(state) }
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Health> {
        self.shown.subscribe()
    }

    pub(crate) fn starting(&self) {
        self.change(|state| state.line = Health::Starting);
    }

    pub(crate) fn connected(&self) {
        self.change(|state| state.line = Health::Connected);
    }

    pub(crate) fn bad_credentials(&self, reason: &str) {
        self.change(|state| state.line = Health::BadCredentials { reason: reason.to_owned() });
    }

    /// Down since `now`, or since it went down before.
    pub(crate) fn down(&self, now: Timestamp, reason: &str) {
        self.change(|state| {
            let since = if let Health::Down { since, .. } = &state.line { *since } else { now };
            state.line = Health::Down { since, reason: reason.to_owned() };
        });
    }

    /// Something about one place that a person should mend.
    pub(crate) fn fault(&self, place: &str, reason: String) {
        self.change(|state| drop(state.faults.insert(place.to_owned(), reason)));
    }

    /// Nothing is wrong with this place any more.
    pub(crate) fn mended(&self, place: &str) {
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
        board.fault("1", "Let the bot in.".to_owned());
        assert_eq!(*health.borrow(), Health::Starting);
        board.connected();
        assert_eq!(*health.borrow(), Health::Degraded { reason: "Let the bot in.".to_owned() });
        board.mended("1");
        assert_eq!(*health.borrow(), Health::Connected);
    }

    #[test]
    fn a_line_is_down_since_it_first_went_down() {
        let board = Board::new();
        let (first, later) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        board.down(first, "no answer");
        board.down(later, "refused");
        let health = board.watch().borrow().clone();
        assert_eq!(health, Health::Down { since: first, reason: "refused".to_owned() });
    }
}
