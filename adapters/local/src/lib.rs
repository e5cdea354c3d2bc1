//! The local platform: a chat platform of its own, in the browser, and the adapter that connects it.
//!
//! Customers write on one page, the team answers on another; both live on what [`port::Shelf`] keeps. It needs
//! no account anywhere, so it is what Deskbridge runs on as shipped, and what its tests see a whole day on.
//! The adapter keeps to the same contract as every other: the desk is told nothing that this platform knows
//! and others could not know, and the pages decide nothing that an agent's message does not say.

mod adapter;
mod config;
mod deliver;
mod files;
mod http;
mod inbound;
mod log;
mod random;

pub use adapter::LocalAdapter;
pub use config::{CREDENTIAL_MIN, Credential, LocalAgent, LocalConfig, LocalRoom};

#[cfg(test)]
mod tests;
