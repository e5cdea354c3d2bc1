//! The configuration as people write it; `config/schema.json` is made of these types and their comments.
//!
//! Everything is optional to the parser, because what is missing is reported with all the other problems. What
//! must be there says so in the schema.

use super::policies::PolicyTable;
use super::rules::RuleTable;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The configuration of a Deskbridge.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "deskbridge.toml")]
pub struct File {
    /// What holds for the whole desk.
    #[serde(default)]
    pub desk: DeskTable,
    /// The connections to platforms; at least one.
    #[schemars(required)]
    pub channels: Option<Vec<ChannelTable>>,
    /// The chats in which the team works; at least one.
    #[schemars(required)]
    pub teams: Option<Vec<TeamTable>>,
    /// Who answers; at least one. Whoever is not listed is never relayed to a customer.
    #[schemars(required)]
    pub agents: Option<Vec<AgentTable>>,
    /// When is worked. Without any there is the calendar `office`: mon-fri 08:00-17:00 in the desk's time zone. The
    /// calendar `always`, which never closes, is there in any case.
    pub calendars: Option<Vec<CalendarTable>>,
    /// Until when answers are due; the first that fits a thread holds. Without any: complaints within one hour around the
    /// clock, all else within four working hours of the first calendar.
    pub policies: Option<Vec<PolicyTable>>,
    /// What follows from a message's text, language or channel. The shipped rules without it.
    pub rules: Option<Vec<RuleTable>>,
}

/// What holds for the whole desk. Every entry has a default.
#[derive(Clone, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskTable {
    /// The directory of everything durable. A relative path counts from the directory the bridge is started in.
    pub data_dir: String,
    /// The IANA time zone in which times are shown, e.g. `Europe/Berlin`.
    pub time_zone: String,
    /// The language the bridge speaks to the whole team, and to whoever reads none that there are words for.
    pub locale: Locale,
    /// What of the messages in a topic leaves the team.
    pub reply_mode: ReplyMode,
    /// How long a reply waits in the mode `confirm`, during which it can be stopped; at most `10m`.
    pub confirm_grace: String,
    /// What commands start with: one to three characters, no letter, digit or blank, not `//`.
    pub command_prefix: String,
    /// How long after closing a message of the customer reopens the same thread, e.g. `36h` or `7d`.
    pub reopen_within: String,
    /// The environment variable that holds the master key. With it, the store cannot be read without the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key_env: Option<String>,
    /// The file that holds the master key; its owner alone should be able to read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key_file: Option<String>,
}

impl Default for DeskTable {
    fn default() -> Self {
        Self {
            data_dir: "data".to_owned(),
            time_zone: "UTC".to_owned(),
            locale: Locale::En,
            reply_mode: ReplyMode::Explicit,
            confirm_grace: "10s".to_owned(),
            command_prefix: "!".to_owned(),
            reopen_within: "7d".to_owned(),
            master_key_env: None,
            master_key_file: None,
        }
    }
}

/// One connection to a platform. Which entries belong to it depends on `platform`.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelTable {
    /// A name of your own, unique: letters, digits, `-` and `_`. Rows in the store belong to it: keep it.
    #[schemars(required)]
    pub name: Option<String>,
    /// The platform it connects to.
    #[schemars(required)]
    pub platform: Option<Platform>,
    /// matrix, telegram, discord: the base URL of a server of your own, or of a test; the platform's own
    /// without it.
    pub api_url: Option<String>,
    /// telegram, discord: the environment variable that holds the bot's token.
    pub token_env: Option<String>,
    /// telegram, discord: the file that holds the bot's token.
    pub token_file: Option<String>,
    /// discord: the servers whose members may write as customers.
    pub guilds: Option<Vec<String>>,
    /// discord: where a matter that is opened in a server is answered: `direct_message` or `private_thread`. Direct
    /// messages without it.
    pub matters: Option<MattersIn>,
    /// telegram, discord: how an agent's name stands over their words. telegram: `line` (a bold line of its own) or
    /// `inline` (bold, before the first word); discord, where no webhook can post: `bold` (a bold line) or `embed`
    /// (cannot be imitated, but is not in notifications). `line` and `bold` without it.
    pub persona: Option<PersonaForm>,
    /// matrix: the homeserver's base URL, e.g. `https://matrix.example.org`.
    pub homeserver: Option<String>,
    /// matrix: the bridge's own account, e.g. `@support:example.org`.
    pub user: Option<String>,
    /// matrix: the environment variable that holds the account's password.
    pub password_env: Option<String>,
    /// matrix: the file that holds the account's password.
    pub password_file: Option<String>,
    /// matrix: instead of a password, the environment variable that holds an access token; wants `device_id`.
    pub access_token_env: Option<String>,
    /// matrix: the device that the access token belongs to.
    pub device_id: Option<String>,
    /// matrix: the environment variable that holds the recovery key of the account's secret storage.
    pub recovery_key_env: Option<String>,
    /// matrix: the servers whose users may write as customers, e.g. `["example.org"]`; all without it.
    pub allowed_servers: Option<Vec<String>>,
    /// local: the address of the pages, e.g. `127.0.0.1:8080`. Any other than loopback wants a credential.
    pub listen: Option<String>,
    /// local: the environment variable that holds the credential the team page asks for.
    pub credential_env: Option<String>,
    /// local: the file that holds the credential the team page asks for.
    pub credential_file: Option<String>,
}

/// Where a matter that is opened in a Discord server is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MattersIn {
    /// In a direct message.
    DirectMessage,
    /// In a private thread of the channel where it was opened.
    PrivateThread,
}

/// How an agent's name stands over their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonaForm {
    /// Telegram: a bold line of its own.
    Line,
    /// Telegram: bold, before the first word.
    Inline,
    /// Discord: a bold line of its own.
    Bold,
    /// Discord: the author of an embed.
    Embed,
}

/// A chat in which the team works.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamTable {
    /// A name of your own, unique.
    #[schemars(required)]
    pub name: Option<String>,
    /// The name of the channel it is on.
    #[schemars(required)]
    pub channel: Option<String>,
    /// The chat: a Matrix room id (`!…`), a Telegram supergroup id, a Discord forum channel id, or any name on
    /// the local platform.
    #[schemars(required)]
    pub room: Option<String>,
    /// When it reads in its chat how it went. Never without it.
    pub digest: Option<DigestTable>,
}

/// When a team reads how it went, in the desk's time zone.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DigestTable {
    /// At what time it reads how the day before went, e.g. `08:00`.
    pub daily: Option<String>,
    /// On which day and at what time it reads how the week before went, e.g. `mon 08:00`.
    pub weekly: Option<String>,
}

/// Somebody who answers.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentTable {
    /// The name customers read; unique, at most 60 characters.
    #[schemars(required)]
    pub name: Option<String>,
    /// What stands behind the name, e.g. `Support`; at most 60 characters.
    pub title: Option<String>,
    /// What they may do; `agent` without it.
    pub role: Option<Role>,
    /// Their accounts by platform, e.g. `{ matrix = "@anna:example.org" }`; at least one.
    #[schemars(required)]
    pub handles: Option<HandlesTable>,
    /// A picture of them: a PNG, JPEG, GIF or WebP file of at most 1 MiB.
    pub avatar: Option<String>,
    /// The languages they read and answer in, as language tags, the dearest first: `["de", "en-GB"]`.
    pub languages: Option<Vec<String>>,
    /// What they know about, in words of your own.
    pub skills: Option<Vec<String>>,
}

/// Somebody's accounts. Whoever writes from another account is not known.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandlesTable {
    /// The name on the local platform's team page.
    pub local: Option<String>,
    /// The Matrix user id, e.g. `@anna:example.org`.
    pub matrix: Option<String>,
    /// The Telegram user id, digits only.
    pub telegram: Option<String>,
    /// The Discord user id, digits only.
    pub discord: Option<String>,
}

/// When is worked. What is written are times on the clock of its zone.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarTable {
    /// A name of your own, unique: letters, digits, `-` and `_`. `always` is taken.
    #[schemars(required)]
    pub name: Option<String>,
    /// The IANA time zone of its hours, e.g. `Europe/Berlin`; the desk's without it.
    pub time_zone: Option<String>,
    /// The hours of a week, e.g. `{ mon-thu = ["08:00-12:00", "13:00-17:00"], fri = ["08:00-12:00"] }`. A day that is not
    /// named is free; hours like `22:00-06:00` run into the next day and belong to the day they start on.
    #[schemars(required)]
    pub hours: Option<BTreeMap<String, Vec<String>>>,
    /// Days on which no work begins, e.g. `["2026-12-25", "2026-12-26 Boxing Day"]`; a name may stand behind the date.
    pub holidays: Option<Vec<String>>,
    /// iCalendar files (`.ics`) of holidays. A relative path counts from the directory the bridge is started in.
    pub holiday_files: Option<Vec<String>>,
    /// Days with hours of their own, also where they are holidays: `{ "2026-12-24" = ["08:00-12:00"] }`.
    pub special_days: Option<BTreeMap<String, Vec<String>>>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in the configuration.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words!(
    /// A platform.
    Platform {
        /// Pages in the browser, served by the bridge itself.
        Local = "local",
        /// Matrix.
        Matrix = "matrix",
        /// Telegram; this version cannot connect to it yet.
        Telegram = "telegram",
        /// Discord; this version cannot connect to it yet.
        Discord = "discord",
    }
);

words!(
    /// A language of the bridge.
    Locale {
        /// English.
        En = "en",
        /// German.
        De = "de",
    }
);

words!(
    /// What of the messages in a topic leaves the team.
    ReplyMode {
        /// A platform reply to a customer's message, or `!r text`; everything else is a note.
        Explicit = "explicit",
        /// Every message that starts neither with `//` nor with the command prefix.
        Direct = "direct",
        /// As `direct`, after `confirm_grace` and only when nobody stopped it.
        Confirm = "confirm",
    }
);

words!(
    /// What a team member may do.
    Role {
        /// Answers.
        Agent = "agent",
        /// Answers, and commands what concerns others.
        Manager = "manager",
    }
);
