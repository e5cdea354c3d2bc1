//! Servers and their channels, from the side of whoever owns them.

use crate::bits;
use crate::fake::{Core, Fake, parse};
use crate::people::User;
use crate::shapes;
use crate::world::{GuildState, Id, id_of, intents, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A server.
#[derive(Debug, Clone)]
pub struct Guild {
    core: Arc<Core>,
    id: Id,
}

impl Guild {
    pub(crate) fn make(core: &Arc<Core>, name: &str) -> Self {
        let id = core.with(|world| {
            let (id, role, bot) = (world.new_id(), world.new_id(), world.bot);
            let roles =
                vec![shapes::role(id, "@everyone", 0, false), shapes::role(role, "Desk", bits::ALL, true)];
            let members = BTreeMap::from([(bot, shapes::member(role, &[role]))]);
            let guild = GuildState { id, name: name.to_owned(), owner: 1, premium_tier: 0, roles, members };
            let event = world.guild_event(&guild);
            world.guilds.insert(id, guild);
            world.tell("GUILD_CREATE", &event, intents::GUILDS, 0);
            id
        });
        Self { core: Arc::clone(core), id }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// Somebody joins.
    pub fn join(&self, user: &User) {
        self.core.with(|world| {
            let joined = world.new_id();
            if let Some(guild) = world.guilds.get_mut(&self.id) {
                guild.members.insert(user.id, shapes::member(joined, &[]));
            }
        });
    }

    /// Calls a member by another name here.
    pub fn nick(&self, user: &User, nick: &str) {
        self.core.with(|world| {
            let guild = world.guilds.get_mut(&self.id);
            if let Some(member) = guild.and_then(|guild| guild.members.get_mut(&user.id)) {
                member["nick"] = json!(nick);
            }
        });
    }

    /// The bot is put out.
    pub fn put_bot_out(&self) {
        self.core.with(|world| {
            let bot = world.bot;
            if let Some(guild) = world.guilds.get_mut(&self.id) {
                guild.members.remove(&bot);
            }
            let event = json!({ "id": text(self.id) });
            world.tell("GUILD_DELETE", &event, intents::GUILDS, 0);
        });
    }

    /// A new text channel.
    #[must_use]
    pub fn text_channel(&self, name: &str) -> String {
        self.channel(0, name)
    }

    /// A new forum.
    #[must_use]
    pub fn forum(&self, name: &str) -> String {
        self.channel(15, name)
    }

    /// A new category, in which nobody can write.
    #[must_use]
    pub fn category(&self, name: &str) -> String {
        self.channel(4, name)
    }

    fn channel(&self, kind: u8, name: &str) -> String {
        self.core.with(|world| {
            let id = world.new_id();
            let channel = shapes::guild_channel(id, self.id, kind, name);
            world.channels.insert(id, channel.clone());
            world.tell("CHANNEL_CREATE", &channel, intents::GUILDS, 0);
            id.to_string()
        })
    }

    /// Gives the bot's role exactly these permissions.
    pub fn permit(&self, bits: u64) {
        self.core.with(|world| {
            let Some(guild) = world.guilds.get_mut(&self.id) else { return };
            for role in guild.roles.iter_mut().filter(|role| role["managed"] == true) {
                role["permissions"] = json!(bits.to_string());
            }
        });
    }

    /// How far the server is boosted: 2 raises files to 50 MiB, 3 to 100 MiB.
    pub fn boost(&self, tier: u8) {
        self.core.with(|world| {
            if let Some(guild) = world.guilds.get_mut(&self.id) {
                guild.premium_tier = tier;
                let changed = shapes::guild_object(guild);
                world.tell("GUILD_UPDATE", &changed, intents::GUILDS, 0);
            }
        });
    }
}

/// What the owner of a server does to channels.
impl Fake {
    /// Denies the bot exactly these permissions in a channel.
    pub fn deny(&self, channel: &str, bits: u64) {
        self.core.with(|world| {
            let bot = text(world.bot);
            if let Some(channel) = world.channels.get_mut(&parse(channel)) {
                let overwrite = json!({ "id": bot, "type": 1, "allow": "0", "deny": bits.to_string() });
                channel["permission_overwrites"] = json!([overwrite]);
                let changed = channel.clone();
                world.tell("CHANNEL_UPDATE", &changed, intents::GUILDS, 0);
            }
        });
    }

    /// Deletes a channel or a thread.
    pub fn delete_channel(&self, channel: &str) {
        self.core.with(|world| world.drop_channel(parse(channel)));
    }

    /// Archives a thread, as hours of silence do, or as a moderator who locks it.
    pub fn archive(&self, thread: &str, locked: bool) {
        self.core.with(|world| {
            let Some(object) = world.channels.get_mut(&parse(thread)) else { return };
            object["thread_metadata"]["archived"] = json!(true);
            object["thread_metadata"]["locked"] = json!(locked);
            let event = object.clone();
            world.tell("THREAD_UPDATE", &event, intents::GUILDS, 0);
        });
    }

    /// Gives a forum tags; their ids.
    pub fn tag_forum(&self, forum: &str, names: &[&str]) -> Vec<String> {
        self.core.with(|world| {
            let tags: Vec<_> = names.iter().map(|name| shapes::tag(world.new_id(), name, None)).collect();
            let ids = tags.iter().map(|tag| id_of(&tag["id"]).to_string()).collect();
            if let Some(forum) = world.channels.get_mut(&parse(forum)) {
                forum["available_tags"] = json!(tags);
            }
            ids
        })
    }

    /// A post needs a tag from now on.
    pub fn require_tag(&self, forum: &str) {
        self.core.with(|world| {
            if let Some(forum) = world.channels.get_mut(&parse(forum)) {
                forum["flags"] = json!(1 << 4);
            }
        });
    }

    /// Deletes all webhooks of a channel.
    pub fn delete_webhooks(&self, channel: &str) {
        self.core.with(|world| world.webhooks.retain(|_, hook| hook["channel_id"] != channel));
    }

    /// Lets another integration make a webhook in a channel: its id and its token.
    pub fn other_webhook(&self, channel: &str, name: &str) -> (String, String) {
        self.core.with(|world| {
            let id = world.new_id();
            let place = world.channels.get(&parse(channel)).cloned().unwrap_or_default();
            let by = shapes::user(2, "somebody", None, false);
            let mut hook = shapes::webhook(id, &place, name, world.application, &by, &world.base);
            hook["application_id"] = Value::Null;
            let token = hook["token"].as_str().unwrap_or_default().to_owned();
            world.webhooks.insert(id, hook);
            (id.to_string(), token)
        })
    }
}
