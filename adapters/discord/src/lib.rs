//! Discord: customers in direct messages or private threads, the team in the posts of a forum.
//!
//! The gateway is taken as a hint: what was missed is fetched by REST, from ids that are kept with the messages they
//! cover. The bot's own messages carry the operation's id as a nonce; posts by webhook are looked up when an answer was
//! lost. The adapter must not decide what is relayed.

mod client;
mod config;
mod limits;

pub use config::{DiscordConfig, Matters, Names, Phrases, Secret};
