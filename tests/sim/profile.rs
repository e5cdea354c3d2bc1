//! The platforms as their adapters describe them. What an adapter says of a chat is asked of the adapter itself, so that
//! a simulated platform allows no more than the real one.

use crate::memory_shelf::MemoryShelf;
use adapter_discord::{DiscordAdapter, DiscordConfig, Matters, Names, Phrases};
use adapter_local::{LocalAdapter, LocalConfig, LocalRoom};
use adapter_matrix::{Login, MatrixAdapter, MatrixConfig};
use adapter_telegram::{NameForm, TelegramAdapter, TelegramConfig};
use port::adapter::SharedShelf;
use port::{Adapter, Avatars, Capabilities, ChannelName, ChatId};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Platform {
    Discord,
    Telegram,
    Matrix,
    Local,
}

/// Whose chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Customer,
    Team,
}

/// Where customers are, and where the team is.
pub(crate) type Pair = (Platform, Platform);

impl Platform {
    pub(crate) const ALL: [Self; 4] = [Self::Discord, Self::Telegram, Self::Matrix, Self::Local];

    /// The pair that a seed plays on: one after another, all of them.
    pub(crate) fn pair(seed: u64) -> Pair {
        let count = Self::ALL.len() as u64;
        let pick = |number: u64| Self::ALL[usize::try_from(number % count).unwrap()];
        (pick(seed), pick(seed / count))
    }

    /// Whether new messages can be looked up after a lost answer.
    pub(crate) const fn is_readable(self) -> bool {
        match self {
            Self::Discord | Self::Matrix | Self::Local => true,
            // bots have no history
            Self::Telegram => false,
        }
    }

    /// What can be done in a chat, as the adapter says.
    pub(crate) fn abilities(self, whose: Whose) -> Capabilities {
        static ASKED: OnceLock<Vec<[Capabilities; 2]>> = OnceLock::new();
        let ask = |platform: Self| {
            let adapter = platform.adapter();
            let [customer, team] = platform.chats().map(|chat| adapter.capabilities(&ChatId::new(chat)));
            [customer, team]
        };
        let asked = ASKED.get_or_init(|| Self::ALL.into_iter().map(ask).collect());
        asked[self as usize][whose as usize].clone()
    }

    /// A customer's chat, and the team's, in the platform's own form.
    const fn chats(self) -> [&'static str; 2] {
        match self {
            Self::Discord => ["81384788765712384", "41771983423143937"],
            Self::Telegram => ["1001", "-1002001"],
            Self::Matrix => ["!customer:example.org", "!team:example.org"],
            Self::Local => ["customer", "team"],
        }
    }

    /// Never run.
    fn adapter(self) -> Arc<dyn Adapter> {
        let rows = Arc::new(MemoryShelf::default()) as SharedShelf;
        let channel = ChannelName::new("asked");
        let team = self.chats()[Whose::Team as usize];
        let team_rooms = vec![ChatId::new(team)];
        match self {
            Self::Discord => Arc::new(
                DiscordAdapter::new(
                    DiscordConfig {
                        channel,
                        api_url: "https://discord.com/api/v10".to_owned(),
                        token: adapter_discord::Secret::new("none"),
                        team_rooms,
                        guilds: Vec::new(),
                        matters: Matters::default(),
                        names: Names::default(),
                        command_prefix: "!".to_owned(),
                        commands: Vec::new(),
                        avatars: Avatars::new(),
                        phrases: Phrases::default(),
                    },
                    rows,
                )
                .unwrap(),
            ),
            Self::Telegram => Arc::new(
                TelegramAdapter::new(
                    TelegramConfig {
                        channel,
                        api_url: "https://api.telegram.org".to_owned(),
                        token: adapter_telegram::Secret::new("none"),
                        team_rooms,
                        names: NameForm::default(),
                        command_prefix: "!".to_owned(),
                        commands: Vec::new(),
                    },
                    rows,
                )
                .unwrap(),
            ),
            Self::Matrix => Arc::new(MatrixAdapter::new(
                MatrixConfig {
                    channel,
                    homeserver: "https://matrix.example.org".to_owned(),
                    login: Login::Password {
                        user: "desk".to_owned(),
                        password: adapter_matrix::Secret::new("none"),
                    },
                    allowed_servers: None,
                    team_rooms,
                    store_dir: PathBuf::new(),
                    store_passphrase: None,
                    avatars: Avatars::new(),
                    recovery_key: None,
                },
                rows,
            )),
            Self::Local => Arc::new(
                LocalAdapter::new(
                    LocalConfig {
                        channel,
                        listen: "127.0.0.1:0".parse().unwrap(),
                        files: PathBuf::new(),
                        rooms: vec![LocalRoom { name: team.to_owned() }],
                        avatars: Avatars::new(),
                        agents: Vec::new(),
                        locale: "en".to_owned(),
                        command_prefix: "!".to_owned(),
                        credential: None,
                    },
                    rows,
                )
                .unwrap(),
            ),
        }
    }
}
