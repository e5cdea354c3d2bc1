//! What is known about channels: their kind, their server and what they belong to, asked once and kept.
//!
//! These never change while a channel exists. Its name and its tags do, and are not kept here.

use crate::errors::Undone;
use crate::few::Few;
use crate::{Shared, api};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A kind of channel: `type` in Discord's documentation, "Channel Types".
pub(crate) const FORUM: u64 = 15;
pub(crate) const MEDIA: u64 = 16;

/// What never changes about a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// Its `type`.
    pub(crate) kind: u64,
    /// Its server; none for direct messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) guild: Option<String>,
    /// For a thread the channel it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
}

impl Facts {
    /// What a channel object says.
    pub(crate) fn of(channel: &Value) -> Self {
        Self {
            kind: channel.get("type").and_then(Value::as_u64).unwrap_or_default(),
            guild: api::id(channel, "guild_id"),
            parent: api::id(channel, "parent_id"),
        }
    }

    /// Whether messages are in its posts alone.
    pub(crate) const fn is_forum(&self) -> bool {
        matches!(self.kind, FORUM | MEDIA)
    }

    /// Whether it is a thread of any kind.
    pub(crate) const fn is_thread(&self) -> bool {
        matches!(self.kind, 10..=12)
    }

    /// The channel whose webhooks can post here.
    pub(crate) fn hook_channel<'f>(&'f self, own: &'f str) -> Option<&'f str> {
        self.guild.as_ref()?;
        if self.is_thread() { self.parent.as_deref() } else { Some(own) }
    }
}

/// The channels that were met.
#[derive(Debug, Default)]
pub(crate) struct Channels {
    known: Few<Facts>,
    /// How large a file a server takes.
    file_max: Few<u64>,
}

impl Channels {
    /// As far as it is known without asking.
    pub(crate) fn known(&self, id: &str) -> Option<Facts> {
        self.known.get(id)
    }

    /// How large a file a server takes, as far as it is known without asking.
    pub(crate) fn file_max(&self, guild: &str) -> Option<u64> {
        self.file_max.get(guild)
    }

    /// What a server takes may have changed.
    pub(crate) fn forget_file_max(&self, guild: &str) {
        self.file_max.forget(guild);
    }

    /// Learns what a server takes from the gateway, which tells it again when that changes.
    pub(crate) fn learn_server(&self, server: &Value) {
        if let (Some(id), true) = (api::id(server, "id"), server.get("premium_tier").is_some()) {
            self.file_max.put(&id, of_tier(server));
        }
    }

    /// Learns of a channel that came with its server, where it does not name it.
    pub(crate) fn learn(&self, channel: &Value, server: &str) {
        if let Some(id) = api::id(channel, "id") {
            self.known.put(&id, Facts { guild: Some(server.to_owned()), ..Facts::of(channel) });
        }
    }
}

/// A channel's facts, asked for when they are not known.
pub(crate) async fn facts(shared: &Shared, id: &str) -> Result<Facts, Undone> {
    if let Some(facts) = shared.outgoing.channels.known(id) {
        return Ok(facts);
    }
    let key = format!("channel/{id}");
    let kept = shared.shelf.get(&key).await?.and_then(|row| serde_json::from_value(row).ok());
    let facts = if let Some(facts) = kept {
        facts
    } else {
        let facts = Facts::of(&api::get(&shared.client, &format!("/channels/{id}")).await?);
        shared.shelf.put(vec![(key, json!(facts))], Vec::new()).await?;
        facts
    };
    shared.outgoing.channels.known.put(id, facts.clone());
    Ok(facts)
}

/// How large a file may be in a server. Boosted servers take more; what cannot be asked is as everywhere.
pub(crate) async fn file_max(shared: &Shared, guild: &str) -> u64 {
    if let Some(max) = shared.outgoing.channels.file_max(guild) {
        return max;
    }
    let Ok(answer) = api::get(&shared.client, &format!("/guilds/{guild}")).await else { return FILE_MAX };
    let max = of_tier(&answer);
    shared.outgoing.channels.file_max.put(guild, max);
    max
}

/// What a server takes by its boosts: "Server Boosting" in Discord's help.
fn of_tier(server: &Value) -> u64 {
    match server.get("premium_tier").and_then(Value::as_u64) {
        Some(2) => 50 << 20,
        Some(3) => 100 << 20,
        Some(_) | None => FILE_MAX,
    }
}

/// What Discord takes everywhere.
pub(crate) const FILE_MAX: u64 = 10 << 20;
