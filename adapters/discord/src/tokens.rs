//! The tokens by which answers to interactions can be changed. They hold for a quarter of an hour and are never kept
//! for longer than the process runs.

use crate::recent::Recent;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long Discord takes a token; a little less, so that a request is not late.
const VALID: Duration = Duration::from_mins(14);
/// How many are remembered.
const REMEMBERED: usize = 4096;

/// The tokens of recent interactions.
pub(crate) struct Tokens(Mutex<Recent<String, Token>>);

struct Token {
    text: String,
    since: Instant,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(REMEMBERED)))
    }

    /// Remembers an interaction's token.
    #[expect(clippy::disallowed_methods, reason = "a limit in real time, and nothing is decided by it")]
    pub(crate) fn put(&self, interaction: &str, token: &str) {
        let token = Token { text: token.to_owned(), since: Instant::now() };
        self.lock().put(interaction.to_owned(), token);
    }

    /// The token of an interaction (its id, without `i:`), while it holds.
    pub(crate) fn get(&self, interaction: &str) -> Option<String> {
        let tokens = self.lock();
        let token = tokens.get(interaction).filter(|token| token.since.elapsed() < VALID)?;
        Some(token.text.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Recent<String, Token>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(…)")
    }
}
