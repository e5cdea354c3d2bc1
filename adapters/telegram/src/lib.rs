//! Telegram: customers in private chats with a bot, the team in the topics of a forum group.
//!
//! The adapter asks for updates itself and raises the offset only after they are kept; what it sends has no key by which
//! Telegram would recognise a repeat, so a lost answer is told as such. It must not decide what is relayed.

mod client;
mod config;

pub use config::{Secret, TelegramConfig};
