//! The desk from outside: what is said on one side, and what is read on the other.
//!
//! [`script::check`] plays a script line by line between two platforms; a script with ` < ` lines says what people see
//! after each act. `properties` plays whatever comes to mind.

mod acts;
mod asking;
mod clocks;
mod commands;
mod customers;
mod deadlines;
mod desk;
mod digests;
mod erased;
mod failures;
mod failures_of_others;
mod figures;
mod following;
mod gathered;
mod languages;
mod lost;
mod made;
mod overtaking;
mod pauses;
mod personas;
mod platforms;
mod play;
mod promises;
mod properties;
mod queue;
mod replies;
mod rules;
mod script;
mod stored;
mod threads;
mod writing;
