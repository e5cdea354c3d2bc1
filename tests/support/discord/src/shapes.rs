//! Objects as Discord shows them, with every field that its specification requires.

use crate::world::{GuildState, Id, Interaction, Message, World, id_of, text, time_of};
use serde_json::{Value, json};

/// A user.
pub(crate) fn user(id: Id, name: &str, global_name: Option<&str>, bot: bool) -> Value {
    let mut user = json!({
        "id": text(id), "username": name, "discriminator": "0", "global_name": global_name, "avatar": null,
        "public_flags": 0, "flags": 0, "primary_guild": null,
    });
    if bot {
        user["bot"] = json!(true);
        user["discriminator"] = json!("4711");
    }
    user
}

/// The author of a webhook's message.
pub(crate) fn webhook_author(id: Id, name: &str, avatar: Option<&str>) -> Value {
    let avatar = avatar.map(|_| "a_picture_of_its_own");
    json!({
        "id": text(id), "username": name, "discriminator": "0000", "global_name": null, "avatar": avatar, "bot": true,
        "public_flags": 0, "flags": 0, "primary_guild": null,
    })
}

/// A member, without the user.
pub(crate) fn member(joined: Id, roles: &[Id]) -> Value {
    let roles: Vec<_> = roles.iter().map(|role| text(*role)).collect();
    json!({
        "roles": roles, "joined_at": time_of(joined), "nick": null, "avatar": null, "banner": null, "deaf": false,
        "mute": false, "flags": 0, "pending": false, "premium_since": null, "communication_disabled_until": null,
    })
}

/// A role.
pub(crate) fn role(id: Id, name: &str, permissions: u64, managed: bool) -> Value {
    json!({
        "id": text(id), "name": name, "permissions": permissions.to_string(), "position": i32::from(managed), "color": 0,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        "hoist": false, "managed": managed, "mentionable": false, "icon": null, "unicode_emoji": null, "flags": 0,
    })
}

/// A direct channel with one person.
pub(crate) fn direct(id: Id, with: &Value) -> Value {
    json!({ "id": text(id), "type": 1, "flags": 0, "last_message_id": null, "recipients": [with] })
}

/// A text channel (0) or a forum (15).
pub(crate) fn guild_channel(id: Id, guild: Id, kind: u8, name: &str) -> Value {
    let mut channel = json!({
        "id": text(id), "type": kind, "flags": 0, "guild_id": text(guild), "name": name, "position": 0,
        "parent_id": null, "topic": null, "nsfw": false, "last_message_id": null, "rate_limit_per_user": 0,
        "permission_overwrites": [],
    });
    if kind == 15 {
        channel["available_tags"] = json!([]);
        channel["default_reaction_emoji"] = Value::Null;
        channel["default_sort_order"] = Value::Null;
        channel["default_forum_layout"] = json!(0);
        channel["template"] = json!("");
    }
    channel
}

/// A tag of a forum.
pub(crate) fn tag(id: Id, name: &str, emoji: Option<&str>) -> Value {
    json!({ "id": text(id), "name": name, "moderated": false, "emoji_id": null, "emoji_name": emoji })
}

/// A thread or a post.
pub(crate) fn thread(
    id: Id,
    parent: &Value,
    kind: u8,
    name: &str,
    owner: Id,
    archive_after: &Value,
) -> Value {
    let archive_after = if archive_after.is_null() { json!(4320) } else { archive_after.clone() };
    let mut thread = json!({
        "id": text(id), "type": kind, "flags": 0, "guild_id": parent["guild_id"], "parent_id": parent["id"],
        "name": name, "owner_id": text(owner), "last_message_id": null, "rate_limit_per_user": 0,
        "message_count": 0, "member_count": 1, "total_message_sent": 0,
        "thread_metadata": {
            "archived": false, "archive_timestamp": time_of(id), "auto_archive_duration": archive_after,
            "locked": false, "create_timestamp": time_of(id),
        },
    });
    if kind == 12 {
        thread["thread_metadata"]["invitable"] = json!(true);
    }
    if parent["type"] == 15 {
        thread["applied_tags"] = json!([]);
    }
    thread
}

/// A message of no kind yet.
pub(crate) fn message(id: Id, channel: Id, author: &Value) -> Value {
    json!({
        "id": text(id), "channel_id": text(channel), "author": author, "type": 0, "content": "",
        "timestamp": time_of(id), "edited_timestamp": null, "tts": false, "mention_everyone": false,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": [], "pinned": false,
        "flags": 0,
    })
}

/// A webhook as its owner sees it.
pub(crate) fn webhook(id: Id, channel: &Value, name: &str, application: Id, by: &Value, base: &str) -> Value {
    let token = format!("hook-token-{id}");
    json!({
        "id": text(id), "type": 1, "guild_id": channel["guild_id"], "channel_id": channel["id"], "user": by,
        "name": name, "avatar": null, "token": token, "application_id": text(application),
        "url": format!("{base}/api/webhooks/{id}/{token}"),
    })
}

impl World {
    /// A message as it is handed out now: addresses signed, reactions counted, what it answers at hand.
    pub(crate) fn shown(&self, message: &Message) -> Value {
        let mut object = self.with_files(&message.json);
        let channel = id_of(&object["channel_id"]);
        if !message.reactions.is_empty() {
            let counted = message.reactions.iter().map(|(emoji, users)| {
                let count = users.len();
                json!({
                    "emoji": emoji, "count": count, "count_details": { "burst": 0, "normal": count },
                    "burst_colors": [], "me_burst": false, "me": users.contains(&self.bot),
                })
            });
            object["reactions"] = counted.collect();
        }
        if object["type"] == 19 {
            let answered = id_of(&object["message_reference"]["message_id"]);
            let answered = self.messages.get(&channel).and_then(|messages| messages.get(&answered));
            object["referenced_message"] = answered.map_or(Value::Null, |answered| {
                let mut answered = self.with_files(&answered.json);
                if let Some(fields) = answered.as_object_mut() {
                    fields.remove("message_reference");
                }
                answered
            });
        }
        if let Some(thread) = self.channels.get(&id_of(&object["id"]))
            && id_of(&object["id"]) != channel
        {
            object["thread"] = thread.clone();
        }
        object
    }

    /// With addresses that are good for now.
    fn with_files(&self, message: &Value) -> Value {
        let mut object = message.clone();
        let (channel, base, signature) = (id_of(&object["channel_id"]), &self.base, self.signature);
        let sign = |file: &mut Value| {
            let (id, name) = (id_of(&file["id"]), file["filename"].as_str().unwrap_or_default().to_owned());
            let path = format!("{base}/attachments/{channel}/{id}/{name}");
            let url = format!("{path}?ex=6f{signature:06x}&is=6e{signature:06x}&hm={:032x}&", id ^ signature);
            file["url"] = json!(url);
            file["proxy_url"] = json!(url);
        };
        for file in object["attachments"].as_array_mut().into_iter().flatten() {
            sign(file);
        }
        let snapshots = object.get_mut("message_snapshots").and_then(Value::as_array_mut);
        for snapshot in snapshots.into_iter().flatten() {
            for file in snapshot["message"]["attachments"].as_array_mut().into_iter().flatten() {
                sign(file);
            }
        }
        object
    }

    /// A message as events tell it: with the server and the member.
    pub(crate) fn told(&self, message: &Message) -> Value {
        let mut object = self.shown(message);
        let Some(guild) = self.guild_of(id_of(&object["channel_id"])) else { return object };
        object["guild_id"] = text(guild);
        let author = id_of(&object["author"]["id"]);
        if let Some(member) = self.guilds.get(&guild).and_then(|guild| guild.members.get(&author)) {
            object["member"] = member.clone();
        }
        object
    }

    /// A server as `GUILD_CREATE` tells it.
    pub(crate) fn guild_event(&self, guild: &GuildState) -> Value {
        let mut object = guild_object(guild);
        let of = |channel: &&Value| id_of(&channel["guild_id"]) == guild.id;
        let is_thread = |channel: &&Value| !channel["thread_metadata"].is_null();
        let sees = |channel: &&Value| self.needs(id_of(&channel["id"]), 0).is_ok();
        let own = self.channels.values().filter(of);
        let threads = own.clone().filter(is_thread).filter(sees);
        object["threads"] = threads
            .filter(|thread| thread["thread_metadata"]["archived"] == false)
            .map(|thread| self.with_own_member(thread))
            .collect();
        object["channels"] = own.filter(|channel| !is_thread(channel)).cloned().collect();
        let bot = guild.members.get(&self.bot).map(|member| with_user(member, &self.users[&self.bot]));
        object["members"] = bot.into_iter().collect();
        object["member_count"] = json!(guild.members.len());
        object["joined_at"] = json!(time_of(guild.id));
        object["large"] = json!(false);
        object["unavailable"] = json!(false);
        for list in
            ["voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"]
        {
            object[list] = json!([]);
        }
        object
    }

    /// A thread with the bot's membership, where it is a member.
    pub(crate) fn with_own_member(&self, thread: &Value) -> Value {
        let mut thread = thread.clone();
        let id = id_of(&thread["id"]);
        if self.thread_members.get(&id).is_some_and(|members| members.contains(&self.bot)) {
            thread["member"] = thread_member(id, self.bot);
        }
        thread
    }
}

/// A member of a thread.
pub(crate) fn thread_member(thread: Id, user: Id) -> Value {
    json!({ "id": text(thread), "user_id": text(user), "join_timestamp": time_of(thread), "flags": 1 })
}

/// A member with the user.
pub(crate) fn with_user(member: &Value, user: &Value) -> Value {
    let mut member = member.clone();
    member["user"] = user.clone();
    member
}

/// A server as REST answers.
pub(crate) fn guild_object(guild: &GuildState) -> Value {
    json!({
        "id": text(guild.id), "name": guild.name, "icon": null, "description": null, "home_header": null,
        "splash": null, "discovery_splash": null, "features": [], "banner": null, "owner_id": text(guild.owner),
        "application_id": null, "region": "deprecated", "afk_channel_id": null, "afk_timeout": 300,
        "system_channel_id": null, "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null,
        "verification_level": 0, "roles": guild.roles, "default_message_notifications": 0, "mfa_level": 0,
        "explicit_content_filter": 0, "max_presences": null, "max_members": 500_000,
        "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": null,
        "premium_tier": guild.premium_tier, "premium_subscription_count": 0, "preferred_locale": "en-US",
        "rules_channel_id": null, "safety_alerts_channel_id": null, "public_updates_channel_id": null,
        "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [],
        "incidents_data": null,
    })
}

/// What only the person sees who pressed.
pub(crate) fn answer_message(world: &mut World, interaction: &Interaction, data: &Value) -> Value {
    let id = world.new_id();
    let bot = world.users[&world.bot].clone();
    let mut message = message(id, id_of(&interaction.object["channel_id"]), &bot);
    message["webhook_id"] = text(world.application);
    message["application_id"] = text(world.application);
    for field in ["content", "embeds", "components", "flags"] {
        if !data[field].is_null() {
            message[field] = data[field].clone();
        }
    }
    message
}
