//! What the local platform is told when it is made, and whether that can work.

use port::{AdapterError, Avatars, ChannelName, ChatId};
use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The shortest credential that is taken, in characters.
pub const CREDENTIAL_MIN: usize = 16;

/// One local platform.
#[derive(Debug, Clone)]
pub struct LocalConfig {
    /// The channel this platform is configured as.
    pub channel: ChannelName,
    /// Where its pages are served.
    pub listen: SocketAddr,
    /// Where the bytes of files are kept; made when the first one comes.
    pub files: PathBuf,
    /// The team chats. The chat id of a room is its name.
    pub rooms: Vec<LocalRoom>,
    /// Pictures of agents, by the ids of their personas.
    pub avatars: Avatars,
    /// Who may write on the team page.
    pub agents: Vec<LocalAgent>,
    /// The pages' language where a browser asks for none that they have, e.g. `de`.
    pub locale: String,
    /// What a team's command starts with, e.g. `!`. The team page never turns a command into a note.
    pub command_prefix: String,
    /// What a browser has to know. Needed when `listen` is not on the loopback interface.
    pub credential: Option<Credential>,
}

/// A team chat.
#[derive(Debug, Clone)]
pub struct LocalRoom {
    /// Unique; no `/`, no control characters.
    pub name: String,
}

/// A person of the team.
#[derive(Clone)]
pub struct LocalAgent {
    /// The handle by which the configuration knows the agent on this platform.
    pub account: String,
    /// The agent's name.
    pub name: String,
    /// What the agent does, e.g. `Support`.
    pub title: Option<String>,
}

impl fmt::Debug for LocalAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalAgent(…)")
    }
}

/// The secret that opens the pages to a browser. Never shown.
#[derive(Clone)]
pub struct Credential(String);

impl Credential {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

impl LocalConfig {
    /// Whether a chat is one of the rooms.
    pub(crate) fn is_room(&self, chat: &ChatId) -> bool {
        self.rooms.iter().any(|room| room.name == chat.as_str())
    }

    /// Refuses what cannot work, saying what to do.
    pub(crate) fn check(&self) -> Result<(), AdapterError> {
        let refuse = |problem: String| Err(AdapterError::Config(problem));
        let listen = self.listen;
        match &self.credential {
            None if !listen.ip().is_loopback() => {
                return refuse(format!(
                    "{listen} can be reached from other machines and has no credential: name one in \
                     `credential_env` or `credential_file`, or listen on 127.0.0.1"
                ));
            }
            Some(credential) if credential.secret().chars().count() < CREDENTIAL_MIN => {
                return refuse(format!(
                    "the credential is shorter than {CREDENTIAL_MIN} characters: choose a longer one"
                ));
            }
            _ => {}
        }
        let mut rooms = BTreeSet::new();
        for LocalRoom { name } in &self.rooms {
            if name.is_empty() || name.contains('/') || name.chars().any(char::is_control) {
                return refuse(format!("`{name}` is no name for a room: use letters, digits and blanks"));
            }
            if !rooms.insert(name) {
                return refuse(format!("the room `{name}` is there twice: give each its own name"));
            }
        }
        let accounts: BTreeSet<_> = self.agents.iter().map(|agent| &agent.account).collect();
        if accounts.len() < self.agents.len() || accounts.iter().any(|account| account.is_empty()) {
            return refuse(
                "two agents have the same local handle, or an empty one: give each their own".to_owned(),
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(listen: &str, credential: Option<&str>, rooms: &[&str]) -> LocalConfig {
        LocalConfig {
            channel: ChannelName::new("local"),
            listen: listen.parse().unwrap(),
            files: PathBuf::new(),
            rooms: rooms.iter().map(|name| LocalRoom { name: (*name).to_owned() }).collect(),
            avatars: Avatars::new(),
            agents: Vec::new(),
            locale: "en".to_owned(),
            command_prefix: "!".to_owned(),
            credential: credential.map(Credential::new),
        }
    }

    #[test]
    fn what_cannot_work_is_refused_with_a_remedy() {
        let long = "a-long-enough-secret";
        for (listen, credential, rooms, wanted) in [
            ("127.0.0.1:8080", None, &["Team"][..], None),
            ("[::1]:8080", None, &["Team", "Team 2"], None),
            ("0.0.0.0:8080", Some(long), &["Team"], None),
            ("0.0.0.0:8080", None, &["Team"], Some("has no credential")),
            ("192.168.1.2:8080", None, &["Team"], Some("listen on 127.0.0.1")),
            ("0.0.0.0:8080", Some("short"), &["Team"], Some("choose a longer one")),
            ("127.0.0.1:8080", None, &["a/b"], Some("no name for a room")),
            ("127.0.0.1:8080", None, &[""], Some("no name for a room")),
            ("127.0.0.1:8080", None, &["Team", "Team"], Some("there twice")),
        ] {
            let refused = config(listen, credential, rooms).check().err().map(|error| error.to_string());
            match (wanted, &refused) {
                (None, None) => {}
                (Some(wanted), Some(refused)) => assert!(refused.contains(wanted), "{refused}"),
                _ => panic!("{listen} with {rooms:?}: {refused:?}"),
            }
        }
    }

    #[test]
    fn a_credential_is_never_shown() {
        let shown = format!("{:?}", config("127.0.0.1:1", Some("hunter2-hunter2-hunter2"), &[]));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
