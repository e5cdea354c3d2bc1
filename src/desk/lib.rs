//! The pure decisions: who is answered where, under whose name, and what the team is told.
//!
//! One function, [`decide()`], turns an input and what is known into events, rows and effects. Nothing here waits,
//! reads a clock, a file or an environment, or depends on the order of a hash: the same input always gives the same
//! decision, so a bug report is a journal and a test is a table.
//!
//! In reading order: [`setup`] (the configuration), [`speaker`] (who reads which language), [`rows`] and [`key`] (the state), [`event`] and [`apply`] (the
//! journal and its fold), [`state`] (what a decision sees), [`mod@decide`] and the modules it calls. Beside them:
//! [`calendar`] (working time), [`when`] and [`promise`] (times and promises in what people write), [`figures`] (how
//! long customers waited, and how many still do).

pub mod apply;
mod arrival;
mod bind;
pub mod calendar;
mod change;
pub mod chart;
pub mod clock;
mod commands;
pub mod commitment;
mod customer;
pub mod decide;
pub mod digest;
pub mod event;
pub mod figures;
mod files;
mod fingerprint;
pub mod gather;
mod history;
mod judged;
pub mod key;
mod lost;
pub mod made;
pub mod personas;
pub mod policy;
pub mod promise;
pub mod raised;
mod reaction;
pub mod rows;
pub mod rules;
pub mod sentence;
mod settle;
pub mod setup;
pub mod speaker;
pub mod state;
mod stray;
pub mod tag;
mod team;
mod topic;
mod typing;
pub mod when;

#[cfg(test)]
mod tests;

pub use bind::{Bound, bind};
pub use commands::native as native_commands;
pub use decide::{Decision, Effect, Input, Verdict, asks_for, decide, rebuild};
pub use event::{Event, Fact};
pub use key::{Key, Lane, Scan};
pub use rows::{Phase, Purpose, Queued, Row};
pub use sentence::{Arg, Sentence, Words};
pub use setup::{Agent, Digest, ReplyMode, Role, Setup, Team, shown_span};
pub use speaker::Speaker;
pub use state::{Known, Missing, Whole};
pub use team::persona_id;
pub use typing::typing;
