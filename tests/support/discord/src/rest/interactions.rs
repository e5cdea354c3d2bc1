//! Answers to what people pressed or typed: in three seconds, once, then changed or added to for a quarter of an hour.

use super::messages::{FILE_MAX, draft};
use super::{Answer, Asked, nothing, ok};
use crate::errors::{Result, bad_length, bare, invalid, refused};
use crate::shapes;
use crate::world::{Id, World};
use serde_json::{Value, json};
use std::time::Duration;

/// How long the first answer may take.
const FIRST: Duration = Duration::from_secs(3);
/// How long a token is good.
const TOKEN: Duration = Duration::from_mins(15);

pub(crate) fn callback(world: &mut World, asked: &Asked, interaction: Id, token: &str) -> Result<Answer> {
    asked.only(world, &["type", "data"]);
    asked.only_query(world, &["with_response"]);
    let found = world.interactions.get(&interaction).ok_or_else(|| refused(10062))?.clone();
    if found.token != token || found.began.elapsed() > FIRST {
        return Err(refused(10062));
    }
    if found.callback.is_some() {
        return Err(refused(40060));
    }
    let data = &asked.body["data"];
    let kind = asked.body["type"].as_u64();
    // what is being typed is completed, and nothing else
    if (kind == Some(8)) != (found.object["type"] == 4) {
        return Err(refused(50109));
    }
    let original = match kind {
        Some(4) => {
            draft(asked, data, FILE_MAX)?;
            Some(shapes::answer_message(world, &found, data))
        }
        Some(8) => {
            check_choices(data)?;
            None
        }
        Some(5..=7) => None,
        Some(9) => {
            bad_length("data.title", data["title"].as_str().unwrap_or_default(), 1, 45)?;
            bad_length("data.custom_id", data["custom_id"].as_str().unwrap_or_default(), 1, 100)?;
            None
        }
        _ => return Err(refused(50109)),
    };
    let kept = world.interactions.entry(interaction).or_insert(found);
    kept.callback = Some(asked.body.clone());
    kept.original = original;
    if asked.query.get("with_response").is_some_and(|with| with == "true") {
        let kind = kept.object["type"].clone();
        return ok(json!({ "interaction": {
            "id": interaction.to_string(), "type": kind, "channel_id": kept.object["channel_id"],
        } }));
    }
    nothing()
}

fn check_choices(data: &Value) -> Result<()> {
    let choices = data["choices"].as_array().ok_or_else(|| refused(50109))?;
    if choices.len() > 25 {
        return Err(invalid("data.choices", "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length."));
    }
    for (at, choice) in choices.iter().enumerate() {
        for field in ["name", "value"] {
            let text = choice[field].as_str().unwrap_or_default();
            bad_length(&format!("data.choices.{at}.{field}"), text, 1, 100)?;
        }
    }
    Ok(())
}

/// The interaction of a token that is still good and answered.
fn by_token(world: &World, token: &str) -> Result<Id> {
    let is_it = |entry: &(&Id, &crate::world::Interaction)| entry.1.token == token;
    let (id, found) = world.interactions.iter().find(is_it).ok_or_else(|| refused(50027))?;
    if found.began.elapsed() > TOKEN {
        return Err(refused(50027));
    }
    if found.callback.is_none() {
        return Err(refused(10015));
    }
    Ok(*id)
}

pub(crate) fn followup(world: &mut World, asked: &Asked, token: &str) -> Result<Answer> {
    let id = by_token(world, token)?;
    draft(asked, &asked.body, FILE_MAX)?;
    let found = world.interactions[&id].clone();
    let message = shapes::answer_message(world, &found, &asked.body);
    if let Some(kept) = world.interactions.get_mut(&id) {
        kept.followups.push(message.clone());
    }
    ok(message)
}

/// `messages/@original`
pub(crate) fn original(world: &mut World, asked: &Asked, token: &str, message: &str) -> Result<Answer> {
    let id = by_token(world, token)?;
    if message != "@original" {
        return Err(refused(10008));
    }
    let found = world.interactions[&id].clone();
    let deferred = found.callback.as_ref().is_some_and(|callback| callback["type"] == 5);
    match asked.method.as_str() {
        "PATCH" => {
            asked.only(
                world,
                &["content", "embeds", "flags", "allowed_mentions", "components", "attachments", "poll"],
            );
            if found.original.is_none() && !deferred {
                return Err(refused(10008));
            }
            draft(asked, &asked.body, FILE_MAX)?;
            let mut message = match found.original.clone() {
                Some(message) => message,
                None => shapes::answer_message(world, &found, &json!({})),
            };
            crate::posting::lay_over(&mut message, &without_controls(&asked.body));
            if let Some(kept) = world.interactions.get_mut(&id) {
                kept.original = Some(message.clone());
            }
            ok(message)
        }
        "GET" => ok(found.original.ok_or_else(|| refused(10008))?),
        "DELETE" => {
            if let Some(kept) = world.interactions.get_mut(&id) {
                kept.original = None;
            }
            nothing()
        }
        _ => Err(bare(405)),
    }
}

fn without_controls(body: &Value) -> Value {
    let fields = body.as_object().into_iter().flatten();
    fields
        .filter(|(name, _)| matches!(name.as_str(), "content" | "embeds" | "components" | "flags"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
