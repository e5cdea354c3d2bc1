//! The tokens by which answers to interactions can be changed, and what those answers say by now. Tokens hold for a
//! quarter of an hour and are never kept for longer than the process runs.

use crate::clock;
use crate::recent::Recent;
use port::Mark;
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
    told: String,
    mark: Option<Mark>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(REMEMBERED)))
    }

    /// Remembers an interaction's token.
    pub(crate) fn put(&self, interaction: &str, token: &str) {
        let token = Token { text: token.to_owned(), since: clock::moment(), told: String::new(), mark: None };
        self.lock().put(interaction.to_owned(), token);
    }

    /// The answer to an interaction (its id, without `i:`) says something from now on.
    pub(crate) fn tell(&self, interaction: &str, words: &str) {
        if let Some(token) = self.lock().get_mut(interaction) {
            words.clone_into(&mut token.told);
        }
    }

    /// The answer to an interaction has a mark from now on.
    pub(crate) fn mark(&self, interaction: &str, mark: Mark) {
        if let Some(token) = self.lock().get_mut(interaction) {
            token.mark = Some(mark);
        }
    }

    /// The token of an interaction, while it holds, and what its answer says: a mark, and words behind it.
    pub(crate) fn shown(&self, interaction: &str) -> Option<(String, String)> {
        let tokens = self.lock();
        let token = tokens.get(interaction).filter(|token| token.since.elapsed() < VALID)?;
        let mark = token.mark.map(Mark::sign).unwrap_or_default();
        Some((token.text.clone(), format!("{mark} {}", token.told).trim().to_owned()))
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
