//! Discord on loopback, for tests: its REST API and its gateway as documented, people who write there, and faults on
//! demand.
//!
//! It answers as the documentation says and refuses with Discord's own numbers and words. What a client sends that no
//! documentation names is noted in [`Fake::complaints`]. It must not know the bridge.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a test that asks for what is not there stops; a platform has a clock of its own"
)]

mod errors;
mod fake;
mod faults;
mod gateway;
mod guilds;
mod listener;
mod look;
mod people;
mod permissions;
mod posting;
mod pressing;
mod rest;
mod shapes;
mod specification;
#[cfg(test)]
mod tests;
mod world;

pub use fake::Fake;
pub use faults::{Fault, Which};
pub use guilds::Guild;
pub use look::Shown;
pub use people::User;
pub use permissions::bits;
pub use pressing::Pressed;
