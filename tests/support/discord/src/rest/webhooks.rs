//! Webhooks: made, listed, looked at, changed, deleted.

use super::{Answer, Asked, nothing, ok};
use crate::bits;
use crate::errors::{Result, bad_length, bare, invalid, refused};
use crate::shapes;
use crate::world::{Id, World, id_of, text};
use serde_json::{Value, json};

/// The most webhooks of a channel.
const MAX: usize = 15;

/// Refuses names that nobody may have.
pub(crate) fn check_name(field: &str, name: &str) -> Result<()> {
    bad_length(field, name, 1, 80)?;
    let small = name.to_lowercase();
    if let Some(word) = ["clyde", "discord"].into_iter().find(|word| small.contains(word)) {
        let message = format!("Username cannot contain \"{word}\"");
        return Err(invalid(field, "USERNAME_INVALID_CONTAINS", &message));
    }
    if matches!(small.trim(), "everyone" | "here") {
        return Err(invalid(field, "USERNAME_INVALID_EQUALS", "Username cannot be \"everyone\" or \"here\""));
    }
    Ok(())
}

pub(crate) fn of_channel(world: &mut World, asked: &Asked, channel: Id) -> Result<Answer> {
    world.needs(channel, bits::MANAGE_WEBHOOKS)?;
    let place = world.channels[&channel].clone();
    let here: Vec<Value> =
        world.webhooks.values().filter(|hook| hook["channel_id"] == text(channel)).cloned().collect();
    if asked.method == "GET" {
        return ok(json!(here));
    }
    asked.only(world, &["name", "avatar"]);
    if !matches!(place["type"].as_u64(), Some(0 | 15)) {
        return Err(refused(50024));
    }
    let name = asked.body["name"].as_str().unwrap_or_default().trim().to_owned();
    check_name("name", &name)?;
    if here.len() >= MAX {
        return Err(refused(30007));
    }
    let id = world.new_id();
    let by = world.users[&world.bot].clone();
    let hook = shapes::webhook(id, &place, &name, world.application, &by, &world.base);
    world.webhooks.insert(id, hook.clone());
    ok(hook)
}

pub(crate) fn by_id(world: &mut World, asked: &Asked, hook: Id) -> Result<Answer> {
    let found = world.webhooks.get(&hook).ok_or_else(|| refused(10015))?.clone();
    world.needs(id_of(&found["channel_id"]), bits::MANAGE_WEBHOOKS)?;
    handle(world, asked, hook, found)
}

pub(crate) fn by_token(world: &mut World, asked: &Asked, hook: Id, token: &str) -> Result<Answer> {
    let found = proven(world, hook, token)?;
    handle(world, asked, hook, found)
}

/// The webhook, when the token is its own.
pub(crate) fn proven(world: &World, hook: Id, token: &str) -> Result<Value> {
    let found = world.webhooks.get(&hook).ok_or_else(|| refused(10015))?;
    if found["token"] == token { Ok(found.clone()) } else { Err(refused(50027)) }
}

fn handle(world: &mut World, asked: &Asked, hook: Id, mut found: Value) -> Result<Answer> {
    match asked.method.as_str() {
        "GET" => ok(found),
        "DELETE" => {
            world.webhooks.remove(&hook);
            nothing()
        }
        "PATCH" => {
            asked.only(world, &["name", "avatar", "channel_id"]);
            if let Some(name) = asked.body["name"].as_str() {
                check_name("name", name)?;
                found["name"] = json!(name);
            }
            world.webhooks.insert(hook, found.clone());
            ok(found)
        }
        _ => Err(bare(405)),
    }
}
