//! Channels and threads: looked at, changed, deleted.

use super::{Answer, Asked, nothing, ok};
use crate::bits;
use crate::errors::{Result, bad_length, invalid, refused};
use crate::faults;
use crate::posting::Draft;
use crate::shapes;
use crate::world::{Id, World, id_of, intents, text, written};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What may be changed.
const FIELDS: &[&str] = &[
    "name",
    "type",
    "position",
    "topic",
    "nsfw",
    "rate_limit_per_user",
    "permission_overwrites",
    "parent_id",
    "available_tags",
    "default_reaction_emoji",
    "default_thread_rate_limit_per_user",
    "default_sort_order",
    "default_forum_layout",
    "default_auto_archive_duration",
    "flags",
    "archived",
    "locked",
    "invitable",
    "auto_archive_duration",
    "applied_tags",
];

pub(crate) fn get(world: &World, channel: Id) -> Result<Answer> {
    world.needs(channel, 0)?;
    ok(world.with_own_member(&world.channels[&channel]))
}

pub(crate) fn typing(world: &mut World, channel: Id) -> Result<Answer> {
    world.needs(channel, 0)?;
    world.typing.push((channel, world.bot));
    nothing()
}

pub(crate) fn delete(world: &mut World, channel: Id) -> Result<Answer> {
    let object = world.channels.get(&channel).ok_or_else(|| refused(10003))?.clone();
    let is_thread = !object["thread_metadata"].is_null();
    world.needs(channel, if is_thread { bits::MANAGE_THREADS } else { bits::MANAGE_CHANNELS })?;
    if object["type"] != 1 {
        world.drop_channel(channel);
    }
    ok(object)
}

pub(crate) fn change(world: &mut World, asked: &Asked, channel: Id) -> Result<Answer> {
    asked.only(world, FIELDS);
    world.needs(channel, 0)?;
    let object = world.channels[&channel].clone();
    let body = &asked.body;
    if let Some(name) = body["name"].as_str() {
        bad_length("name", name, 1, 100)?;
        let renamed = object["name"] != name;
        count_rename(world, channel, renamed)?;
    }
    if object["thread_metadata"].is_null() {
        world.needs(channel, bits::MANAGE_CHANNELS)?;
        change_tags(world, channel, body)?;
        let fields = body.as_object().into_iter().flatten().filter(|(name, _)| *name != "available_tags");
        let fields: Value = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
        crate::posting::lay_over(world.channels.get_mut(&channel).unwrap(), &fields);
        let changed = world.channels[&channel].clone();
        world.tell("CHANNEL_UPDATE", &changed, intents::GUILDS, 0);
        return ok(changed);
    }
    change_thread(world, channel, &object, body)
}

fn change_thread(world: &mut World, channel: Id, object: &Value, body: &Value) -> Result<Answer> {
    let meta = &object["thread_metadata"];
    let owns = id_of(&object["owner_id"]) == world.bot;
    let locks = !body["locked"].is_null();
    if !owns || locks || meta["locked"] == true {
        world.needs(channel, bits::MANAGE_THREADS)?;
    }
    let others = body
        .as_object()
        .is_some_and(|fields| fields.keys().any(|name| !matches!(name.as_str(), "archived" | "locked")));
    if meta["archived"] == true && body["archived"] != false && others {
        return Err(refused(50083));
    }
    if let Some(tags) = body["applied_tags"].as_array() {
        check_applied(world, &object["parent_id"], tags)?;
    }
    let bot = world.users[&world.bot].clone();
    let wakes = meta["archived"] == true && body["archived"] == false;
    if wakes && world.active_in(id_of(&object["guild_id"])) >= world.active_threads_max {
        return Err(refused(160_006));
    }
    let now = written(Timestamp::now());
    let place = world.channels.get_mut(&channel).unwrap();
    for name in ["archived", "locked", "auto_archive_duration", "invitable"] {
        if !body[name].is_null() && place["thread_metadata"][name] != body[name] {
            place["thread_metadata"][name] = body[name].clone();
            place["thread_metadata"]["archive_timestamp"] = json!(now);
        }
    }
    for name in ["applied_tags", "flags", "rate_limit_per_user"] {
        if !body[name].is_null() {
            place[name] = body[name].clone();
        }
    }
    if let Some(name) = body["name"].as_str().filter(|name| object["name"] != **name) {
        place["name"] = json!(name);
        // a line in the thread tells of it
        let draft = Draft { fields: json!({ "type": 4, "content": name }), ..Draft::default() };
        let archived = place["thread_metadata"]["archived"].clone();
        world.post(channel, &bot, draft);
        world.channels.get_mut(&channel).unwrap()["thread_metadata"]["archived"] = archived;
    }
    let changed = world.channels[&channel].clone();
    if &changed != object {
        world.tell("THREAD_UPDATE", &changed, intents::GUILDS, 0);
    }
    ok(world.with_own_member(&changed))
}

fn count_rename(world: &mut World, channel: Id, is_new: bool) -> Result<()> {
    let Some(renames) = world.renames.as_mut().filter(|_| is_new) else { return Ok(()) };
    let count = renames.entry(channel).or_default();
    if *count >= 2 {
        return Err(faults::too_many(590.5, false));
    }
    *count += 1;
    Ok(())
}

fn change_tags(world: &mut World, channel: Id, body: &Value) -> Result<()> {
    let Some(tags) = body["available_tags"].as_array() else { return Ok(()) };
    if world.channels[&channel]["type"] != 15 {
        return Ok(());
    }
    if tags.len() > 20 {
        return Err(invalid("available_tags", "BASE_TYPE_MAX_LENGTH", "Must be 20 or fewer in length."));
    }
    let mut kept = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        let name = tag["name"].as_str().unwrap_or_default();
        bad_length(&format!("available_tags.{at}.name"), name, 1, 20)?;
        let id = if tag["id"].is_null() { world.new_id() } else { id_of(&tag["id"]) };
        let mut made = shapes::tag(id, name, None);
        crate::posting::lay_over(&mut made, tag);
        made["id"] = text(id);
        kept.push(made);
    }
    world.channels.get_mut(&channel).unwrap()["available_tags"] = json!(kept);
    Ok(())
}

/// The tags of a post must be there in its forum, five at most.
pub(crate) fn check_applied(world: &World, forum: &Value, tags: &[Value]) -> Result<()> {
    if tags.len() > 5 {
        return Err(invalid("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length."));
    }
    let known = world.channels.get(&id_of(forum)).and_then(|forum| forum["available_tags"].as_array());
    for (at, tag) in tags.iter().enumerate() {
        if !known.is_some_and(|known| known.iter().any(|other| other["id"] == *tag)) {
            let path = format!("applied_tags.{at}");
            return Err(invalid(&path, "INVALID_FORUM_TAG", "Tag does not exist in this forum channel."));
        }
    }
    Ok(())
}

impl World {
    /// How many threads of a server are not archived.
    pub(crate) fn active_in(&self, guild: Id) -> usize {
        let active = |channel: &&Value| {
            id_of(&channel["guild_id"]) == guild && channel["thread_metadata"]["archived"] == false
        };
        self.channels.values().filter(active).count()
    }

    /// Takes a channel away, with its threads, messages and webhooks.
    pub(crate) fn drop_channel(&mut self, channel: Id) {
        let Some(object) = self.channels.get(&channel).cloned() else { return };
        let is_thread = !object["thread_metadata"].is_null();
        let child = |other: &Value| !other["thread_metadata"].is_null() && other["parent_id"] == object["id"];
        let children: Vec<Id> =
            self.channels.iter().filter(|(_, other)| child(other)).map(|(id, _)| *id).collect();
        for thread in children {
            self.drop_channel(thread);
        }
        self.channels.remove(&channel);
        self.messages.remove(&channel);
        self.thread_members.remove(&channel);
        self.webhooks.retain(|_, hook| hook["channel_id"] != object["id"]);
        if is_thread {
            let event = json!({
                "id": object["id"], "guild_id": object["guild_id"], "parent_id": object["parent_id"],
                "type": object["type"],
            });
            self.tell("THREAD_DELETE", &event, intents::GUILDS, 0);
        } else {
            self.tell("CHANNEL_DELETE", &object, intents::GUILDS, 0);
        }
    }
}
