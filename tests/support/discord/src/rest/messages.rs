//! Messages of the bot's own, and everybody's to be read.

use super::{Answer, Asked, nothing, ok};
use crate::bits;
use crate::errors::{Result, bad_length, invalid, refused};
use crate::posting::{Draft, Sent, lay_over};
use crate::world::{Id, World, hide_content, id_of};
use serde_json::{Value, json};

/// How large a file may be where nothing is boosted.
pub(crate) const FILE_MAX: usize = 10 * 1024 * 1024;
/// What a new message may have.
const FIELDS: &[&str] = &[
    "content",
    "nonce",
    "tts",
    "embeds",
    "allowed_mentions",
    "message_reference",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
    "enforce_nonce",
    "poll",
    "shared_client_theme",
];

pub(crate) fn create(world: &mut World, asked: &Asked, channel: Id) -> Result<Answer> {
    asked.only(world, FIELDS);
    may_send(world, channel)?;
    let nonce = nonce(&asked.body)?;
    let key = nonce.as_ref().map(|nonce| (world.bot, nonce.clone()));
    if asked.body["enforce_nonce"] == true
        && let Some((place, message)) = key.as_ref().and_then(|key| world.nonces.get(key))
    {
        let found = world.messages.get(place).and_then(|all| all.get(message));
        let mut found = world.shown(found.ok_or_else(|| refused(10008))?);
        found["nonce"] = asked.body["nonce"].clone();
        return ok(found);
    }
    let mut draft = draft(asked, &asked.body, file_max(world, channel))?;
    let mut fields = draft.fields.take();
    answering(world, &asked.body["message_reference"], channel, &mut fields)?;
    if let Some(nonce) = &nonce {
        fields["nonce"] = json!(nonce);
    }
    draft.fields = fields;
    draft.allowed_mentions = asked.body["allowed_mentions"].clone();
    let bot = world.users[&world.bot].clone();
    let message = world.post(channel, &bot, draft);
    if let Some(key) = key {
        world.nonces.insert(key, (channel, message));
    }
    let mut shown = world.shown(&world.messages[&channel][&message]);
    if nonce.is_some() {
        shown["nonce"] = asked.body["nonce"].clone();
    }
    ok(shown)
}

fn nonce(body: &Value) -> Result<Option<String>> {
    let Some(nonce) =
        body["nonce"].as_str().map(str::to_owned).or_else(|| body["nonce"].as_i64().map(|n| n.to_string()))
    else {
        return Ok(None);
    };
    bad_length("nonce", &nonce, 0, 25)?;
    Ok(Some(nonce))
}

/// Whether the bot may write there now.
fn may_send(world: &World, channel: Id) -> Result<()> {
    let object = world.channels.get(&channel).ok_or_else(|| refused(10003))?;
    if object["type"] == 1 {
        let with = id_of(&object["recipients"][0]["id"]);
        return if world.closed.contains(&with) { Err(refused(50007)) } else { Ok(()) };
    }
    let is_thread = !object["thread_metadata"].is_null();
    world.needs(channel, if is_thread { bits::SEND_MESSAGES_IN_THREADS } else { bits::SEND_MESSAGES })?;
    if object["type"] == 15 {
        return Err(refused(50008));
    }
    may_wake(world, object, channel)
}

/// Whether a thread may be written in: an archived one wakes unless it is locked.
pub(crate) fn may_wake(world: &World, object: &Value, channel: Id) -> Result<()> {
    let meta = &object["thread_metadata"];
    if meta["locked"] == true
        && (meta["archived"] == true || world.allowed(channel) & bits::MANAGE_THREADS == 0)
    {
        return Err(refused(160_005));
    }
    if meta["archived"] == true && world.active_in(id_of(&object["guild_id"])) >= world.active_threads_max {
        return Err(refused(160_006));
    }
    Ok(())
}

fn answering(world: &World, reference: &Value, channel: Id, fields: &mut Value) -> Result<()> {
    let message = id_of(&reference["message_id"]);
    if message == 0 {
        return Ok(());
    }
    let known = world.messages.get(&channel).is_some_and(|all| all.contains_key(&message));
    if !known {
        if reference["fail_if_not_exists"] == false {
            return Ok(());
        }
        return Err(invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"));
    }
    fields["type"] = json!(19);
    fields["message_reference"] =
        json!({ "type": 0, "channel_id": channel.to_string(), "message_id": message.to_string() });
    if let Some(guild) = world.guild_of(channel) {
        fields["message_reference"]["guild_id"] = json!(guild.to_string());
    }
    Ok(())
}

/// How large a file may be in a channel: more in a server that is boosted.
pub(crate) fn file_max(world: &World, channel: Id) -> usize {
    let guild = world.guild_of(channel).and_then(|guild| world.guilds.get(&guild));
    let mebibytes = match guild.map(|guild| guild.premium_tier) {
        Some(2) => 50,
        Some(3) => 100,
        Some(_) | None => return FILE_MAX,
    };
    mebibytes * 1024 * 1024
}

/// A message out of a request's body and files, each of at most so many bytes.
pub(crate) fn draft(asked: &Asked, body: &Value, file_max: usize) -> Result<Draft> {
    let content = body["content"].as_str().unwrap_or_default();
    bad_length("content", content, 0, 2000)?;
    let embeds = embeds(body)?;
    let mut files = Vec::new();
    let described = body["attachments"].as_array().cloned().unwrap_or_default();
    for (name, sent) in &asked.files {
        let number = name.trim_start_matches("files[").trim_end_matches(']');
        let number: Option<u64> = number.parse().ok();
        let same = |meta: &&Value| number.is_some_and(|number| id_of(&meta["id"]) == number);
        let mut file: Sent = sent.clone();
        if let Some(meta) = described.iter().find(same) {
            if let Some(name) = meta["filename"].as_str() {
                name.clone_into(&mut file.name);
            }
            for field in ["description", "duration_secs", "waveform"] {
                if !meta[field].is_null() {
                    file.extra[field] = meta[field].clone();
                }
            }
        }
        if file.bytes.len() > file_max {
            return Err(refused(40005));
        }
        files.push(file);
    }
    if files.len() > 10 {
        return Err(invalid("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."));
    }
    let bare = |field: &str| body[field].as_array().is_none_or(Vec::is_empty);
    let empty = content.trim().is_empty() && files.is_empty() && body["poll"].is_null();
    if empty && ["embeds", "components", "sticker_ids"].into_iter().all(bare) {
        return Err(refused(50006));
    }
    let mut fields = json!({ "content": content, "embeds": embeds });
    for field in ["components", "flags", "tts"] {
        if !body[field].is_null() {
            fields[field] = body[field].clone();
        }
    }
    Ok(Draft { fields, files, ..Draft::default() })
}

/// Embeds as they are kept.
fn embeds(body: &Value) -> Result<Vec<Value>> {
    let given = body["embeds"].as_array().cloned().unwrap_or_default();
    if given.len() > 10 {
        return Err(invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."));
    }
    let mut total = 0;
    for (at, embed) in given.iter().enumerate() {
        for (path, value, max) in [
            ("title", &embed["title"], 256),
            ("description", &embed["description"], 4096),
            ("author.name", &embed["author"]["name"], 256),
            ("footer.text", &embed["footer"]["text"], 2048),
        ] {
            let value = value.as_str().unwrap_or_default();
            bad_length(&format!("embeds.{at}.{path}"), value, 0, max)?;
            total += value.chars().count();
        }
    }
    if total > 6000 {
        return Err(invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"));
    }
    let typed = |mut embed: Value| {
        lay_over(&mut embed, &json!({ "type": "rich" }));
        embed
    };
    Ok(given.into_iter().map(typed).collect())
}

pub(crate) fn list(world: &mut World, asked: &Asked, channel: Id) -> Result<Answer> {
    asked.only_query(world, &["around", "before", "after", "limit"]);
    world.needs(channel, 0)?;
    if world.channels[&channel]["type"] == 15 {
        return Err(refused(50024));
    }
    let limit = asked.number("limit").unwrap_or(50);
    if !(1..=100).contains(&limit) {
        let message = "int value should be between 1 and 100 inclusive.";
        return Err(invalid("limit", "NUMBER_TYPE_MAX", message));
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    if world.allowed(channel) & bits::READ_MESSAGE_HISTORY == 0 {
        return ok(json!([]));
    }
    let Some(all) = world.messages.get(&channel) else { return ok(json!([])) };
    let chosen: Vec<_> = if let Some(after) = asked.number("after") {
        // the oldest after it, though the newest of them comes first
        let mut next: Vec<_> = all.range(after + 1..).take(limit).collect();
        next.reverse();
        next
    } else if let Some(around) = asked.number("around") {
        let half = limit / 2;
        let mut near: Vec<_> = all.range(..around).rev().take(half).collect();
        near.reverse();
        near.extend(all.range(around..).take(limit - half));
        near.reverse();
        near
    } else {
        let before = asked.number("before").unwrap_or(Id::MAX);
        all.range(..before).rev().take(limit).collect()
    };
    let shown: Vec<_> =
        chosen.into_iter().map(|(_, message)| readable(world, channel, world.shown(message))).collect();
    ok(json!(shown))
}

/// Without the content where it is not enabled.
fn readable(world: &World, channel: Id, mut message: Value) -> Value {
    if !world.content_enabled && world.guild_of(channel).is_some() {
        hide_content(&mut message, world.bot);
    }
    message
}

pub(crate) fn get(world: &World, channel: Id, message: Id) -> Result<Answer> {
    world.needs(channel, bits::READ_MESSAGE_HISTORY)?;
    let found =
        world.messages.get(&channel).and_then(|all| all.get(&message)).ok_or_else(|| refused(10008))?;
    ok(readable(world, channel, world.shown(found)))
}

/// A message that may be changed or reacted to: there, and in no archived thread.
fn awake(world: &World, channel: Id, message: Id) -> Result<Value> {
    world.needs(channel, 0)?;
    let found =
        world.messages.get(&channel).and_then(|all| all.get(&message)).ok_or_else(|| refused(10008))?;
    if world.channels[&channel]["thread_metadata"]["archived"] == true {
        return Err(refused(50083));
    }
    Ok(found.json.clone())
}

pub(crate) fn change(world: &mut World, asked: &Asked, channel: Id, message: Id) -> Result<Answer> {
    asked.only(world, &["content", "embeds", "flags", "allowed_mentions", "components", "attachments"]);
    let before = awake(world, channel, message)?;
    if id_of(&before["author"]["id"]) != world.bot {
        return Err(refused(50005));
    }
    if !matches!(before["type"].as_u64(), Some(0 | 19 | 20 | 21)) {
        return Err(refused(50021));
    }
    let fields = changed_fields(&asked.body, &before)?;
    let shown = world.edit(channel, message, &fields, &asked.body["allowed_mentions"]);
    ok(shown.ok_or_else(|| refused(10008))?)
}

/// The fields of an edit, checked.
pub(crate) fn changed_fields(body: &Value, before: &Value) -> Result<Value> {
    let mut fields = json!({});
    if let Some(content) = body["content"].as_str() {
        bad_length("content", content, 0, 2000)?;
        fields["content"] = json!(content.trim());
    } else if body.get("content").is_some() {
        fields["content"] = json!("");
    }
    if body.get("embeds").is_some() {
        fields["embeds"] = json!(embeds(body)?);
    }
    for field in ["components", "flags"] {
        if !body[field].is_null() {
            fields[field] = body[field].clone();
        }
    }
    if let Some(kept) = body["attachments"].as_array() {
        let stays = |file: &&Value| kept.iter().any(|keep| id_of(&keep["id"]) == id_of(&file["id"]));
        fields["attachments"] =
            before["attachments"].as_array().into_iter().flatten().filter(stays).cloned().collect();
    }
    let mut after = before.clone();
    lay_over(&mut after, &fields);
    let none = |field: &str| after[field].as_array().is_none_or(Vec::is_empty);
    if after["content"] == "" && ["embeds", "attachments", "components"].into_iter().all(none) {
        return Err(refused(50006));
    }
    Ok(fields)
}

pub(crate) fn delete(world: &mut World, channel: Id, message: Id) -> Result<Answer> {
    world.needs(channel, 0)?;
    let found =
        world.messages.get(&channel).and_then(|all| all.get(&message)).ok_or_else(|| refused(10008))?;
    if id_of(&found.json["author"]["id"]) != world.bot {
        if world.guild_of(channel).is_none() {
            // nobody takes another's words back in a direct message
            return Err(refused(50003));
        }
        world.needs(channel, bits::MANAGE_MESSAGES)?;
    }
    world.remove(channel, &[message]);
    nothing()
}

pub(crate) fn bulk_delete(world: &mut World, asked: &Asked, channel: Id) -> Result<Answer> {
    asked.only(world, &["messages"]);
    world.needs(channel, bits::MANAGE_MESSAGES)?;
    let ids: Vec<_> = asked.body["messages"].as_array().into_iter().flatten().map(id_of).collect();
    if !(2..=100).contains(&ids.len()) {
        return Err(invalid("messages", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length."));
    }
    world.remove(channel, &ids);
    nothing()
}

/// `reactions/{emoji}` and `reactions/{emoji}/@me` or `/{user}`.
pub(crate) fn reactions(
    world: &mut World,
    asked: &Asked,
    place: (Id, Id),
    rest: &[String],
) -> Result<Answer> {
    awake(world, place.0, place.1)?;
    let Some(emoji) = rest.first() else { return Err(refused(0)) };
    let emoji = emoji_of(emoji)?;
    let user = match rest.get(1).map(String::as_str) {
        Some("@me") => Some(world.bot),
        Some(user) => Some(user.parse().unwrap_or_default()),
        None => None,
    };
    match (asked.method.as_str(), user) {
        ("PUT", Some(user)) if user == world.bot => {
            world.needs(place.0, bits::READ_MESSAGE_HISTORY)?;
            let reactions = &world.messages[&place.0][&place.1].reactions;
            let is_there = reactions.iter().any(|(other, _)| *other == emoji);
            if !is_there {
                world.needs(place.0, bits::ADD_REACTIONS)?;
                if reactions.len() >= 20 {
                    return Err(refused(30010));
                }
            }
            world.react(place, user, &emoji, true);
        }
        ("DELETE", Some(user)) => {
            if user != world.bot {
                world.needs(place.0, bits::MANAGE_MESSAGES)?;
            }
            world.react(place, user, &emoji, false);
        }
        ("GET", None) => {
            let of = |(other, users): &(Value, Vec<Id>)| (*other == emoji).then(|| users.clone());
            let users = world.messages[&place.0][&place.1].reactions.iter().find_map(of).unwrap_or_default();
            return ok(users.iter().map(|user| world.users[user].clone()).collect());
        }
        _ => return Err(refused(50013)),
    }
    nothing()
}

/// `name:id`, or the emoji itself.
fn emoji_of(word: &str) -> Result<Value> {
    if let Some((name, id)) = word.split_once(':') {
        return if id.parse::<Id>().is_ok() {
            Ok(json!({ "id": id, "name": name }))
        } else {
            Err(refused(10014))
        };
    }
    if word.is_empty() || word.is_ascii() {
        return Err(refused(10014));
    }
    Ok(json!({ "id": null, "name": word }))
}
