//! What the adapter is told at its construction. It must not read files, the environment or a clock.

use port::{ChannelName, ChatId, NativeCommand};
use std::fmt;

/// One bot and the groups it serves.
#[derive(Debug, Clone)]
pub struct TelegramConfig {
    /// The channel this bot serves.
    pub channel: ChannelName,
    /// The address of the Bot API server, without a slash at its end: `https://api.telegram.org` or an own one.
    pub api_url: String,
    /// The bot's token, as its maker was given it.
    pub token: Secret,
    /// The forum groups in which the team works. Every private chat is a customer's.
    pub team_rooms: Vec<ChatId>,
    /// How a name stands over its owner's words.
    pub names: NameForm,
    /// What commands start with in a message.
    pub command_prefix: String,
    /// The team's commands, for the list that Telegram shows.
    pub commands: Vec<NativeCommand>,
}

/// How a name stands over its owner's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NameForm {
    /// On a line of its own.
    #[default]
    Line,
    /// Before the first word.
    Inline,
}

/// A text that never appears in `Debug`, an error or a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that sends it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
