//! What the adapter is told at its construction. It must not read files, the environment or a clock.

use port::{Avatars, ChannelName, ChatId};
use std::fmt;
use std::path::PathBuf;

/// One Matrix account and the rooms it serves.
#[derive(Debug, Clone)]
pub struct MatrixConfig {
    /// The channel this account serves.
    pub channel: ChannelName,
    /// The client-server address of the account's homeserver, e.g. `https://matrix.example.org`. Used as it is:
    /// no `.well-known` is asked, so that what is configured is what is spoken to.
    pub homeserver: String,
    /// How the account proves who it is.
    pub login: Login,
    /// Servers whose people may invite the account; `None` lets everybody.
    pub allowed_servers: Option<Vec<String>>,
    /// The rooms in which the team works. Every other room is a customer's.
    pub team_rooms: Vec<ChatId>,
    /// A directory of this channel's own, for what the SDK keeps. Made when missing, readable by its owner only.
    pub store_dir: PathBuf,
    /// Encrypts what the SDK keeps.
    pub store_passphrase: Option<Secret>,
    /// Pictures of agents, by the ids of their personas.
    pub avatars: Avatars,
    /// Opens the account's secret storage and key backup; both are made where there are none. In the form that
    /// [`crate::new_recovery_key`] gives.
    pub recovery_key: Option<Secret>,
}

/// How an account proves who it is.
#[derive(Debug, Clone)]
pub enum Login {
    /// With a password; the session that it opens is kept, so that the password is asked for once.
    Password {
        /// The whole user id or its local part.
        user: String,
        /// The password.
        password: Secret,
    },
    /// With the token of a session that somebody opened before.
    Token {
        /// The token.
        access_token: Secret,
        /// The whole user id.
        user: String,
        /// The device that the token belongs to.
        device_id: String,
    },
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
