//! How the connection is, put together from the poll loop and from what is wrong with single groups.

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
    // by chat; shown only while the line itself is well
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

    /// Whether the server answers.
    pub(crate) fn is_connected(&self) -> bool {
        matches!(*self.shown.borrow(), Health::Connected | Health::Degraded { .. })
    }

    pub(crate) fn conflict(&self, reason: &str) {
        self.change(|state| state.line = Health::Conflict { reason: reason.to_owned() });
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

    /// Something about one chat that a person should mend.
    pub(crate) fn fault(&self, chat: &str, reason: String) {
        self.change(|state| drop(state.faults.insert(chat.to_owned(), reason)));
    }

    /// Nothing is wrong with this chat any more.
    pub(crate) fn mended(&self, chat: &str) {
        self.change(|state| drop(state.faults.remove(chat)));
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
    fn a_groups_fault_shows_only_while_the_line_is_well() {
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
