//! What the adapter is told at its construction. It must not read files, the environment or a clock.

use port::{Avatars, ChannelName, ChatId, NativeCommand};
use std::fmt;

/// One application and the places it serves.
#[derive(Debug, Clone)]
pub struct DiscordConfig {
    /// The channel this application serves.
    pub channel: ChannelName,
    /// The address of the REST API with its version, without a slash at its end: `https://discord.com/api/v10`. The
    /// gateway's address is asked there.
    pub api_url: String,
    /// The bot's token, without the word `Bot`.
    pub token: Secret,
    /// The forum or text channels in which the team works.
    pub team_rooms: Vec<ChatId>,
    /// The servers in which customers may open a matter. Direct messages need none of them.
    pub guilds: Vec<String>,
    /// Where a matter that is opened in a server is answered.
    pub matters: Matters,
    /// How an agent's name appears in direct messages.
    pub names: Names,
    /// What commands start with in a message.
    pub command_prefix: String,
    /// The team's commands, for the list that Discord shows.
    pub commands: Vec<NativeCommand>,
    /// Pictures of agents, by the ids of their personas.
    pub avatars: Avatars,
    /// What the adapter itself says to people who press its buttons.
    pub phrases: Phrases,
}

/// Where a matter that is opened in a server is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Matters {
    /// In a direct message.
    #[default]
    DirectMessage,
    /// In a private thread of the channel where it was opened.
    PrivateThread,
}

/// How an agent's name appears where no webhook can post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Names {
    /// As a bold first line: seen in notifications, too.
    #[default]
    Bold,
    /// As the author of an embed: cannot be imitated, not seen by those who switched embeds off.
    Embed,
}

/// What the adapter itself says, by language (`en`, `de`), the desk's own first.
#[derive(Debug, Clone, Default)]
pub struct Phrases {
    /// What `/contact` does, at most 100 characters: "Write to the team".
    pub contact: Vec<(String, String)>,
    /// The name of its text, at most 100 characters: "What it is about".
    pub contact_text: Vec<(String, String)>,
    /// The button under a published invitation to write: "Open a matter".
    pub open: Vec<(String, String)>,
    /// Told whoever opened a matter in a server, with `{place}` for where it goes on.
    pub opened: Vec<(String, String)>,
    /// Told when what they wrote is kept, but no direct message can be sent to them.
    pub closed_messages: Vec<(String, String)>,
    /// Told whoever's words could not be taken, above those words: "Nothing arrived, please try again later".
    pub failed: Vec<(String, String)>,
    /// Told an agent whose command was taken.
    pub taken: Vec<(String, String)>,
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
