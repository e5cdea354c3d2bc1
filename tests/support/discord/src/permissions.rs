//! What the bot may do where, computed as documented: roles, then the overwrites of everyone, of roles, of the member.

use crate::errors::{Result, refused};
use crate::world::{Id, World, id_of};
use serde_json::Value;

/// Discord's permission bits.
#[expect(missing_docs, reason = "they are named as Discord names them")]
pub mod bits {
    pub const MANAGE_CHANNELS: u64 = 1 << 4;
    pub const MANAGE_GUILD: u64 = 1 << 5;
    pub const ADD_REACTIONS: u64 = 1 << 6;
    pub const VIEW_CHANNEL: u64 = 1 << 10;
    pub const SEND_MESSAGES: u64 = 1 << 11;
    pub const MANAGE_MESSAGES: u64 = 1 << 13;
    pub const EMBED_LINKS: u64 = 1 << 14;
    pub const ATTACH_FILES: u64 = 1 << 15;
    pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
    pub const MANAGE_WEBHOOKS: u64 = 1 << 29;
    pub const MANAGE_THREADS: u64 = 1 << 34;
    pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
    pub const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
    pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
    /// Everything above.
    pub const ALL: u64 = MANAGE_CHANNELS
        | MANAGE_GUILD
        | ADD_REACTIONS
        | VIEW_CHANNEL
        | SEND_MESSAGES
        | MANAGE_MESSAGES
        | EMBED_LINKS
        | ATTACH_FILES
        | READ_MESSAGE_HISTORY
        | MANAGE_WEBHOOKS
        | MANAGE_THREADS
        | CREATE_PUBLIC_THREADS
        | CREATE_PRIVATE_THREADS
        | SEND_MESSAGES_IN_THREADS;
}

fn number(value: &Value) -> u64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

impl World {
    /// What the bot may do in a channel; everything in a direct message.
    pub(crate) fn allowed(&self, channel: Id) -> u64 {
        let Some(object) = self.channels.get(&channel) else { return 0 };
        let Some(guild) = self.guilds.get(&id_of(&object["guild_id"])) else { return u64::MAX };
        let Some(member) = guild.members.get(&self.bot) else { return 0 };
        let has = |role: &&Value| {
            id_of(&role["id"]) == guild.id
                || member["roles"].as_array().is_some_and(|own| own.contains(&role["id"]))
        };
        let roles: Vec<_> = guild.roles.iter().filter(has).collect();
        let mut allowed = roles.iter().fold(0, |all, role| all | number(&role["permissions"]));
        // a thread has its parent's overwrites
        let place = if object["thread_metadata"].is_null() {
            Some(object)
        } else {
            self.channels.get(&id_of(&object["parent_id"]))
        };
        let overwrites =
            place.and_then(|place| place["permission_overwrites"].as_array()).into_iter().flatten();
        let (mut allow, mut deny, mut own) = (0, 0, (0, 0));
        for overwrite in overwrites {
            let who = id_of(&overwrite["id"]);
            let (plus, minus) = (number(&overwrite["allow"]), number(&overwrite["deny"]));
            if who == guild.id {
                allowed = allowed & !minus | plus;
            } else if who == self.bot {
                own = (plus, minus);
            } else if roles.iter().any(|role| id_of(&role["id"]) == who) {
                allow |= plus;
                deny |= minus;
            }
        }
        let allowed = allowed & !deny | allow;
        allowed & !own.1 | own.0
    }

    /// Refuses what the bot may not do.
    pub(crate) fn needs(&self, channel: Id, bits: u64) -> Result<()> {
        let object = self.channels.get(&channel).ok_or_else(|| refused(10003))?;
        let allowed = self.allowed(channel);
        let hidden = object["type"] == 12
            && !self.thread_members.get(&channel).is_some_and(|members| members.contains(&self.bot))
            && allowed & bits::MANAGE_THREADS == 0;
        if allowed & bits::VIEW_CHANNEL == 0 || hidden {
            return Err(refused(50001));
        }
        if allowed & bits == bits { Ok(()) } else { Err(refused(50013)) }
    }
}
