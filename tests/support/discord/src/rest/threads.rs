//! Threads: posts of forums, threads of messages, private ones; their members and their lists.

use super::channels::check_applied;
use super::messages::{draft, file_max};
use super::{Answer, Asked, nothing, ok};
use crate::bits;
use crate::errors::{Result, bad_length, invalid, refused};
use crate::posting::Draft;
use crate::shapes;
use crate::world::{Id, World, id_of, intents, text};
use serde_json::{Value, json};

/// What a new thread may have.
const FIELDS: &[&str] =
    &["name", "auto_archive_duration", "rate_limit_per_user", "type", "invitable", "message", "applied_tags"];
/// What a post's first message may have.
const MESSAGE: &[&str] =
    &["content", "embeds", "allowed_mentions", "components", "sticker_ids", "attachments", "flags"];

pub(crate) fn create(world: &mut World, asked: &Asked, channel: Id) -> Result<Answer> {
    asked.only(world, FIELDS);
    world.needs(channel, 0)?;
    check_name(world, &asked.body, channel)?;
    let parent = world.channels[&channel].clone();
    if parent["type"] == 15 {
        return post(world, asked, &parent);
    }
    if parent["type"] != 0 {
        return Err(refused(50024));
    }
    let kind = match asked.body["type"].as_u64() {
        Some(11) => 11,
        // as documented: private where nothing is said
        Some(12) | None => 12,
        Some(_) => return Err(invalid("type", "BASE_TYPE_CHOICES", "Value must be one of {10, 11, 12}.")),
    };
    world.needs(
        channel,
        if kind == 12 { bits::CREATE_PRIVATE_THREADS } else { bits::CREATE_PUBLIC_THREADS },
    )?;
    let id = world.new_id();
    let bot = world.bot;
    let thread = world.begin_thread(id, &parent, kind, &asked.body, bot);
    Ok(Answer { status: 201, body: world.with_own_member(&thread) })
}

fn check_name(world: &World, body: &Value, channel: Id) -> Result<()> {
    bad_length("name", body["name"].as_str().unwrap_or_default(), 1, 100)?;
    let after = &body["auto_archive_duration"];
    if !after.is_null() && !matches!(after.as_u64(), Some(60 | 1440 | 4320 | 10080)) {
        let message = "Value must be one of {60, 1440, 4320, 10080}.";
        return Err(invalid("auto_archive_duration", "BASE_TYPE_CHOICES", message));
    }
    let guild = world.guild_of(channel).ok_or_else(|| refused(50024))?;
    if world.active_in(guild) >= world.active_threads_max {
        return Err(refused(160_006));
    }
    Ok(())
}

fn post(world: &mut World, asked: &Asked, forum: &Value) -> Result<Answer> {
    let channel = id_of(&forum["id"]);
    world.needs(channel, bits::SEND_MESSAGES)?;
    let message = &asked.body["message"];
    if !message.is_object() {
        return Err(invalid("message", "BASE_TYPE_REQUIRED", "This field is required"));
    }
    for name in message.as_object().into_iter().flat_map(serde_json::Map::keys) {
        if !MESSAGE.contains(&name.as_str()) {
            world.complaints.push(format!("POST channels/*/threads: field message.{name}"));
        }
    }
    let tags = asked.body["applied_tags"].as_array().cloned().unwrap_or_default();
    check_applied(world, &forum["id"], &tags)?;
    if tags.is_empty() && forum["flags"].as_u64().unwrap_or_default() & 1 << 4 != 0 {
        return Err(refused(40067));
    }
    let mut draft = draft(asked, message, file_max(world, channel))?;
    draft.allowed_mentions = message["allowed_mentions"].clone();
    let author = world.users[&world.bot].clone();
    let (thread, message) = world.begin_post(forum, &asked.body, &author, draft);
    let mut shown = world.with_own_member(&thread);
    shown["message"] = message;
    Ok(Answer { status: 201, body: shown })
}

pub(crate) fn from_message(world: &mut World, asked: &Asked, channel: Id, message: Id) -> Result<Answer> {
    asked.only(world, FIELDS);
    world.needs(channel, bits::CREATE_PUBLIC_THREADS)?;
    check_name(world, &asked.body, channel)?;
    let parent = world.channels[&channel].clone();
    if parent["type"] != 0 {
        return Err(refused(50024));
    }
    if !world.messages.get(&channel).is_some_and(|all| all.contains_key(&message)) {
        return Err(refused(10008));
    }
    if world.channels.contains_key(&message) {
        return Err(refused(160_004));
    }
    let bot = world.bot;
    let thread = world.begin_thread(message, &parent, 11, &asked.body, bot);
    // the thread opens with a line that points to its message
    let reference = json!({
        "type": 0, "channel_id": text(channel), "message_id": text(message), "guild_id": parent["guild_id"],
    });
    let author = world.messages[&channel][&message].json["author"].clone();
    let fields = json!({ "type": 21, "message_reference": reference });
    world.post(message, &author, Draft { fields, ..Draft::default() });
    let told = world.told(&world.messages[&channel][&message].clone());
    world.tell("MESSAGE_UPDATE", &told, intents::GUILD_MESSAGES, 0);
    Ok(Answer { status: 201, body: world.with_own_member(&thread) })
}

pub(crate) fn active(world: &World, guild: Id) -> Result<Answer> {
    if !world.guilds.contains_key(&guild) {
        return Err(refused(10004));
    }
    let own = |thread: &&Value| {
        id_of(&thread["guild_id"]) == guild && thread["thread_metadata"]["archived"] == false
    };
    let sees = |thread: &&Value| world.needs(id_of(&thread["id"]), 0).is_ok();
    list(world, world.channels.values().filter(own).filter(sees).rev())
}

pub(crate) fn archived(world: &World, channel: Id) -> Result<Answer> {
    world.needs(channel, bits::READ_MESSAGE_HISTORY)?;
    let own = |thread: &&Value| {
        id_of(&thread["parent_id"]) == channel
            && thread["type"] == 11
            && thread["thread_metadata"]["archived"] == true
    };
    list(world, world.channels.values().filter(own).rev())
}

fn list<'v>(world: &World, threads: impl Iterator<Item = &'v Value>) -> Result<Answer> {
    let threads: Vec<_> = threads.map(|thread| world.with_own_member(thread)).collect();
    let members: Vec<_> =
        threads.iter().map(|thread| &thread["member"]).filter(|member| !member.is_null()).collect();
    ok(json!({ "threads": threads, "members": members, "has_more": false }))
}

pub(crate) fn member(world: &mut World, asked: &Asked, channel: Id, user: &str) -> Result<Answer> {
    let object = world.channels.get(&channel).ok_or_else(|| refused(10003))?.clone();
    if object["thread_metadata"].is_null() {
        return Err(refused(50024));
    }
    let user = if user == "@me" { world.bot } else { user.parse().unwrap_or_default() };
    world.needs(channel, if user == world.bot { 0 } else { bits::SEND_MESSAGES_IN_THREADS })?;
    if object["thread_metadata"]["archived"] == true {
        return Err(refused(50083));
    }
    let added = match asked.method.as_str() {
        "PUT" => true,
        "DELETE" => false,
        _ => return Err(crate::errors::bare(405)),
    };
    let in_guild =
        world.guilds.get(&id_of(&object["guild_id"])).is_some_and(|guild| guild.members.contains_key(&user));
    if !in_guild {
        return Err(refused(10007));
    }
    world.join_thread(channel, user, added);
    nothing()
}

impl World {
    /// A new thread, told to all.
    pub(crate) fn begin_thread(
        &mut self,
        id: Id,
        parent: &Value,
        kind: u8,
        body: &Value,
        owner: Id,
    ) -> Value {
        let name = body["name"].as_str().unwrap_or_default();
        let mut thread = shapes::thread(id, parent, kind, name, owner, &body["auto_archive_duration"]);
        if !body["applied_tags"].is_null() {
            thread["applied_tags"] = body["applied_tags"].clone();
        }
        self.channels.insert(id, thread);
        self.thread_members.entry(id).or_default().insert(owner);
        let mut event = self.with_own_member(&self.channels[&id]);
        event["newly_created"] = json!(true);
        if self.needs(id, 0).is_ok() {
            self.tell("THREAD_CREATE", &event, intents::GUILDS, 0);
        }
        self.channels[&id].clone()
    }

    /// A new post of a forum with its first message; both have one id.
    pub(crate) fn begin_post(
        &mut self,
        forum: &Value,
        body: &Value,
        author: &Value,
        draft: Draft,
    ) -> (Value, Value) {
        let id = self.new_id();
        self.begin_thread(id, forum, 11, body, id_of(&author["id"]));
        self.post(id, author, Draft { id: Some(id), ..draft });
        let message = self.shown(&self.messages[&id][&id]);
        (self.channels[&id].clone(), message)
    }

    /// Somebody comes into a thread or goes; a line tells of it.
    pub(crate) fn join_thread(&mut self, thread: Id, user: Id, added: bool) {
        let members = self.thread_members.entry(thread).or_default();
        let changed = if added { members.insert(user) } else { members.remove(&user) };
        if !changed {
            return;
        }
        let count = members.len();
        let object = self.channels.get_mut(&thread).unwrap();
        object["member_count"] = json!(count);
        let guild = object["guild_id"].clone();
        let mut event = json!({ "id": text(thread), "guild_id": guild, "member_count": count });
        if added {
            event["added_members"] = json!([shapes::thread_member(thread, user)]);
        } else {
            event["removed_member_ids"] = json!([text(user)]);
        }
        self.tell("THREAD_MEMBERS_UPDATE", &event, intents::GUILDS, 0);
        if added && user != self.bot {
            let (bot, who) = (self.users[&self.bot].clone(), self.users[&user].clone());
            let message = self.post(thread, &bot, Draft { fields: json!({ "type": 1 }), ..Draft::default() });
            if let Some(message) = self.messages.get_mut(&thread).and_then(|all| all.get_mut(&message)) {
                message.json["mentions"] = json!([who]);
            }
        }
    }
}
