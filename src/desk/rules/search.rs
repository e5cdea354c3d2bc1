//! Looks for one expression in a text: whether it is there, never where.
//!
//! That needs a fraction of what an expression takes that can also tell where: one automaton instead of several, made
//! step by step while it reads. What it made is remembered up to [`MEMORY_MAX`] and then made anew, so the time stays
//! linear and the memory bounded, whatever is read.

use regex::bytes::Regex;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use std::sync::{Mutex, PoisonError};

/// How much one expression remembers of what it made, in bytes.
const MEMORY_MAX: usize = 256 << 10;

/// One expression, ready to be looked for.
pub(super) enum Search {
    /// Reads bytes.
    Plain(Box<Plain>),
    /// Knows all of Unicode.
    Whole(Regex),
}

pub(super) struct Plain {
    dfa: DFA,
    /// Whoever judges does so alone: nobody waits here.
    cache: Mutex<Cache>,
}

impl Search {
    /// An expression without Unicode classes and boundaries; it may become so many bytes.
    pub(super) fn plain(pattern: &str, size_max: usize) -> Result<Self, String> {
        let nfa = thompson::Config::new()
            .utf8(false)
            .which_captures(thompson::WhichCaptures::None)
            .nfa_size_limit(Some(size_max));
        let dfa = DFA::builder()
            .syntax(syntax::Config::new().utf8(false))
            .thompson(nfa)
            .configure(Config::new().cache_capacity(MEMORY_MAX).skip_cache_capacity_check(true))
            .build(pattern)
            .map_err(|error| error.to_string())?;
        let cache = Mutex::new(dfa.create_cache());
        Ok(Self::Plain(Box::new(Plain { dfa, cache })))
    }

    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Whole(regex) => regex.is_match(text),
            Self::Plain(plain) => {
                let mut cache = plain.cache.lock().unwrap_or_else(PoisonError::into_inner);
                let input = Input::new(text).anchored(Anchored::No).earliest(true);
                // it gives up on nothing: no byte ends it, and it may begin anew as often as it likes
                plain.dfa.try_search_fwd(&mut cache, &input).is_ok_and(|found| found.is_some())
            }
        }
    }
}
