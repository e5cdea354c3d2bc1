//! Rules: what a customer's message says about itself: its tags, its priority, who should have it.
//!
//! A [`Rule`] is plain data, as `[[rules]]` in the configuration and in `config/rules.toml`. A [`RuleSet`] is all of
//! them, compiled once; [`RuleSet::judge`] is a function of the message alone, takes time linear in its length (which
//! is bounded), and says which rules and signals made the difference.
//!
//! A pattern is spelt as messages are (`pattern`), and looked for (`program`) only where one of the `literals` is that it
//! cannot do without (`gate`).
//!
//! What must not be here: files, the bounds of what a team or policy may be called (the shell checks names), and
//! any memory of earlier messages.

mod compile;
mod fold;
mod gate;
mod judge;
mod language;
mod literals;
mod look;
mod mistakes;
mod pattern;
#[cfg(test)]
mod plainly;
mod program;
mod rule;

pub use crate::policy::Priority;
pub use compile::{PATTERN_MAX, RuleSet};
pub use fold::TEXT_MAX;
pub use judge::{Fired, Judgement, Message};
pub use language::detect;
pub use mistakes::RuleError;
pub use rule::{Rule, RuleFile, Signal};
