//! What a bridge is told before it starts: the checked form.
//!
//! [`written`] is what people write and what `config/schema.json` describes; [`load()`] turns it into a
//! [`Config`] or into every problem at once. Whoever holds a `Config` need not check it again. Secrets are read
//! here and nowhere else, and no other module reads the environment. Nothing in here logs.

mod agents;
mod avatar;
mod bots;
mod calendars;
mod digests;
pub mod duration;
mod languages;
pub mod load;
mod origin;
mod platforms;
pub mod policies;
pub mod problems;
mod resolve;
pub mod rules;
pub mod secrets;
mod shape;
pub mod written;

pub use load::{Loaded, load, schema};
pub use problems::{Problem, Problems};
pub use secrets::Secret;
pub use written::{Locale, MattersIn, PersonaForm, Platform, ReplyMode, Role};

use ::desk::Digest;
use ::desk::calendar::Calendar;
use ::desk::policy::Policy;
use ::desk::rules::RuleSet;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use port::{AccountId, AgentName, Avatar, ChannelName, Place};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the configuration is looked for when nobody says otherwise, from the current directory.
pub const DEFAULT_PATH: &str = "config/deskbridge.toml";

/// A configuration that can be run.
#[derive(Debug, Clone)]
pub struct Config {
    /// What holds for the whole desk.
    pub desk: Desk,
    /// The connections, in the order they are written; at least one.
    pub channels: Vec<Channel>,
    /// The team chats; at least one, each on one of the channels.
    pub teams: Vec<Team>,
    /// Who answers; at least one.
    pub agents: Vec<Agent>,
    /// When is worked; `always` is the first of them.
    pub calendars: Vec<Calendar>,
    /// Until when answers are due, in the order in which they are asked.
    pub policies: Vec<Policy>,
    /// What is asked of every message of a customer.
    pub rules: RuleSet,
}

/// What holds for the whole desk.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Where everything durable is; relative to the current directory.
    pub data_dir: PathBuf,
    /// In which times of day are shown.
    pub time_zone: TimeZone,
    /// In which language the bridge speaks to the whole team.
    pub locale: Locale,
    /// What in a topic leaves the team.
    pub reply_mode: ReplyMode,
    /// How long a reply is held back in the mode `confirm`.
    pub confirm_grace: SignedDuration,
    /// What commands start with; never empty, never `//`.
    pub command_prefix: String,
    /// How long after closing a customer's message reopens the thread.
    pub reopen_within: SignedDuration,
    /// What wraps the keys that seal customers' words.
    pub master_key: Option<Secret>,
}

/// One connection to a platform.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Unique; ASCII letters, digits, `-` and `_`.
    pub name: ChannelName,
    /// What is needed to connect.
    pub connection: Connection,
}

/// What is needed to connect, by platform.
#[derive(Debug, Clone)]
pub enum Connection {
    /// Pages in the browser.
    Local(Local),
    /// An account on a homeserver.
    Matrix(Box<Matrix>),
    /// A bot on Telegram.
    Telegram(Telegram),
    /// A bot on Discord.
    Discord(Discord),
}

impl Connection {
    /// Which platform it is.
    #[must_use]
    pub const fn platform(&self) -> Platform {
        match self {
            Self::Local(_) => Platform::Local,
            Self::Matrix(_) => Platform::Matrix,
            Self::Telegram(_) => Platform::Telegram,
            Self::Discord(_) => Platform::Discord,
        }
    }
}

/// The local platform's pages.
#[derive(Debug, Clone)]
pub struct Local {
    /// Where they are served. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// What the team page asks for. Always there when `listen` can be reached from other machines.
    pub credential: Option<Secret>,
}

/// An account on a Matrix homeserver.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The homeserver's base URL; `api_url` where that was given.
    pub homeserver: String,
    /// The bridge's own account, `@name:server`.
    pub user: String,
    /// How it logs in.
    pub login: MatrixLogin,
    /// Opens the account's secret storage, so that the device is verified and old messages can be read.
    pub recovery_key: Option<Secret>,
    /// Servers whose users may invite the bridge; empty means all.
    pub allowed_servers: Vec<String>,
}

/// A bot on Telegram.
#[derive(Debug, Clone)]
pub struct Telegram {
    /// The Bot API server.
    pub api_url: String,
    /// The bot's token.
    pub token: Secret,
    /// How an agent's name stands over their words: `Line` or `Inline`.
    pub persona: PersonaForm,
}

/// A bot on Discord.
#[derive(Debug, Clone)]
pub struct Discord {
    /// The REST API with its version.
    pub api_url: String,
    /// The bot's token.
    pub token: Secret,
    /// The servers whose members may open matters.
    pub guilds: Vec<String>,
    /// Where those are answered.
    pub matters: MattersIn,
    /// How an agent's name stands over their words: `Bold` or `Embed`.
    pub persona: PersonaForm,
}

/// How the bridge logs in on Matrix.
#[derive(Debug, Clone)]
pub enum MatrixLogin {
    /// Once with the password; the session is kept.
    Password(Secret),
    /// As a device that already exists.
    Token {
        /// The device's access token.
        token: Secret,
        /// The device it belongs to.
        device_id: String,
    },
}

/// A team chat.
#[derive(Debug, Clone)]
pub struct Team {
    /// Unique.
    pub name: String,
    /// Where the team works.
    pub room: Place,
    /// When it reads how it went.
    pub digest: Digest,
}

/// Somebody who answers.
#[derive(Clone)]
pub struct Agent {
    /// What customers read. Unique, also without regard to case.
    pub name: AgentName,
    /// What stands behind the name, e.g. `Support`.
    pub title: Option<String>,
    /// What they may command.
    pub role: Role,
    /// The accounts they are known by, ordered by platform; unique over all agents.
    pub handles: Vec<(Platform, AccountId)>,
    /// A picture of them.
    pub avatar: Option<Avatar>,
    /// Languages they read and answer in, as language tags, the dearest first.
    pub languages: Vec<String>,
    /// What they know about; words for rules.
    pub skills: Vec<String>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent").field("role", &self.role).finish_non_exhaustive()
    }
}

impl Config {
    /// A channel by its name.
    #[must_use]
    pub fn channel(&self, name: &ChannelName) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == *name)
    }

    /// A calendar by its name.
    #[must_use]
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.iter().find(|calendar| calendar.name() == name)
    }
}
