//! Topics: posts of a forum, or threads under messages of a text channel; and the place for what belongs to no topic.
//!
//! A forum shows a topic's state by a tag; where no tags can be made, the state's sign stands before the name. Discord lets
//! a name change twice in ten minutes: the name is decoration, and what is more urgent never waits for it.

use crate::client::{Failure, Route};
use crate::compose::Post;
use crate::errors::{self, ARCHIVED, HAS_THREAD, LOCKED, Spot, THREADS_FULL, Undone, not_possible};
use crate::send::{Errand, Way};
use crate::snowflake::{age, is_after};
use crate::tags::{STATES, any_tag, is_tag_refused, tag, tags};
use crate::tries::{self, Try};
use crate::{Shared, api, clock, render};
use port::{Heal, MessageId, NoMedia, Outcome, TopicId, TopicState, Voice};
use reqwest::Method;
use serde_json::{Value, json};

/// How long a topic stays in the list without a word, in minutes: the longest that Discord takes.
pub(crate) const LISTED: u64 = 10_080;
/// The most tags of a post.
const APPLIED_MAX: usize = 5;
/// Opens a topic with its card.
pub(crate) async fn open(
    errand: &Errand<'_>,
    title: &str,
    state: TopicState,
    card: &str,
) -> Result<Outcome, Undone> {
    let mut tried = tries::begin(errand.shared, &errand.op.id, &errand.channel).await?;
    let card = render::card(title, state, card);
    let id = match tried.parts().first() {
        Some(id) if tried.is_done() => id.clone(),
        _ if errand.facts.is_forum() => {
            let there = if tried.again { find(errand, title, &tried).await? } else { None };
            let id = match there {
                Some(id) => id,
                None => open_post(errand, title, state, card).await?,
            };
            tried.said(errand.shared, &id, true).await?;
            id
        }
        _ => open_thread(errand, title, state, card, &mut tried).await?,
    };
    Ok(opened(&id))
}

fn opened(id: &str) -> Outcome {
    Outcome::Delivered { parts: vec![MessageId::new(id)], topic: Some(TopicId::new(id)) }
}

async fn open_post(
    errand: &Errand<'_>,
    title: &str,
    state: TopicState,
    card: Value,
) -> Result<String, Undone> {
    let forum = errand.op.chat.as_str();
    let path = format!("/channels/{forum}/threads");
    let tag = tags(errand.shared, forum).await?.and_then(|tags| tag(&tags, state));
    let name = render::title(title, state, tag.is_none());
    let mut body = json!({ "name": name, "auto_archive_duration": LISTED, "message": card });
    if let Some(tag) = &tag {
        body["applied_tags"] = json!([tag]);
    }
    let made = match errand.ask_with_room(&Method::POST, &path, &body).await {
        Err(failure) if tag.is_some() && is_tag_refused(&failure) => {
            // somebody took the tag away
            errand.shared.outgoing.tags.forget(forum);
            body["name"] = json!(render::title(title, state, true));
            body["applied_tags"] = json!([]);
            errand.ask_with_room(&Method::POST, &path, &body).await?
        }
        Err(failure) if failure.code() == errors::TAG_MISSING => {
            let Some(tag) = any_tag(errand.shared, forum).await? else { return Err(failure.into()) };
            body["applied_tags"] = json!([tag]);
            errand.ask_with_room(&Method::POST, &path, &body).await?
        }
        made => made?,
    };
    let id = api::id(&made, "id").ok_or(Failure::Lost("the answer names no post"))?;
    errand.made(&id);
    Ok(id)
}

async fn open_thread(
    errand: &Errand<'_>,
    title: &str,
    state: TopicState,
    card: Value,
    tried: &mut Try,
) -> Result<String, Undone> {
    let message = if let Some(message) = tried.parts().first() {
        message.clone()
    } else {
        let post = Post { said: card, files: Vec::new() };
        let id = errand.post(&Way::Bot, &Voice::Bridge, &post, 0, None, &NoMedia).await?;
        tried.said(errand.shared, &id, false).await?;
        id
    };
    let path = format!("/channels/{}/messages/{message}/threads", errand.op.chat);
    let body = json!({ "name": render::title(title, state, true), "auto_archive_duration": LISTED });
    match errand.ask_with_room(&Method::POST, &path, &body).await {
        // a thread has the id of its message
        Ok(_) => {}
        Err(failure) if failure.code() == HAS_THREAD => {}
        Err(failure) => return Err(failure.into()),
    }
    tried.finish(errand.shared).await?;
    Ok(message)
}

/// Looks for a post that may have been opened: one of ours under this name, younger than the attempt.
pub(crate) async fn find(errand: &Errand<'_>, title: &str, tried: &Try) -> Result<Option<String>, Undone> {
    let Some(guild) = &errand.facts.guild else { return Ok(None) };
    let titles: Vec<String> = STATES
        .iter()
        .flat_map(|(state, _)| [true, false].map(|with_sign| render::title(title, *state, with_sign)))
        .collect();
    let listed = active(errand.shared, guild, errand.op.chat.as_str()).await?;
    let named =
        |topic: &Value| api::text(topic, "name").is_some_and(|name| titles.iter().any(|title| title == name));
    let ids = listed.iter().filter(|topic| named(topic)).filter_map(|topic| api::id(topic, "id"));
    Ok(ids.filter(|id| is_after(id, tried.after())).min_by(|a, b| age(a).cmp(&age(b))))
}

/// The active topics of a channel that are ours.
pub(crate) async fn active(shared: &Shared, guild: &str, room: &str) -> Result<Vec<Value>, Failure> {
    let own = shared.me.ids(&shared.client).await?.user.clone();
    let answer = api::get(&shared.client, &format!("/guilds/{guild}/threads/active")).await?;
    let mut ours = api::list(&answer, "threads").to_vec();
    ours.retain(|thread| {
        api::id(thread, "parent_id").as_deref() == Some(room)
            && api::id(thread, "owner_id").is_none_or(|owner| owner == own)
    });
    Ok(ours)
}

/// Shows a topic's title, state and card.
pub(crate) async fn set(
    errand: &Errand<'_>,
    title: &str,
    state: TopicState,
    card: &str,
) -> Result<Outcome, Undone> {
    let Some(topic) = &errand.op.topic else { return Err(not_possible("no topic was named")) };
    let path = format!("/channels/{topic}");
    let now = api::get(&errand.shared.client, &path).await?;
    let has = |field: &str| now.pointer(field).and_then(Value::as_bool).unwrap_or_default();
    if has("/thread_metadata/archived") {
        let is_locked = has("/thread_metadata/locked");
        reopen(errand, if is_locked { LOCKED } else { ARCHIVED }).await?;
    }
    let card_at = if errand.facts.is_forum() { topic.as_str() } else { errand.op.chat.as_str() };
    let card = render::card(title, state, card);
    match errand.ask(&Method::PATCH, &format!("/channels/{card_at}/messages/{topic}"), &card).await {
        Ok(_) => {}
        // somebody took the card away, or it was changed too often: the topic goes on without
        Err(failure) if matches!(failure.code(), errors::UNKNOWN_MESSAGE | errors::TOO_MANY_EDITS) => {}
        Err(failure) => return Err(failure.into()),
    }
    let tags =
        if errand.facts.is_forum() { tags(errand.shared, errand.op.chat.as_str()).await? } else { None };
    let tag = tags.as_ref().and_then(|tags| tag(tags, state));
    let name = render::title(title, state, tag.is_none());
    if api::text(&now, "name") != Some(name.as_str()) {
        rename(errand, topic.as_str(), &name).await?;
    }
    let mut changes = json!({});
    if let (Some(tags), Some(tag)) = (&tags, &tag) {
        let applied = now.get("applied_tags").and_then(Value::as_array).cloned().unwrap_or_default();
        let applied: Vec<&str> = applied.iter().filter_map(Value::as_str).collect();
        let others = applied.iter().copied().filter(|id| !tags.iter().any(|tag| tag == id));
        let wanted: Vec<&str> = std::iter::once(tag.as_str()).chain(others).take(APPLIED_MAX).collect();
        if wanted.len() != applied.len() || !wanted.iter().all(|tag| applied.contains(tag)) {
            changes["applied_tags"] = json!(wanted);
        }
    }
    if state == TopicState::Closed {
        changes["archived"] = json!(true);
    }
    if changes.as_object().is_some_and(|changes| !changes.is_empty()) {
        match errand.ask(&Method::PATCH, &path, &changes).await {
            Ok(_) => {}
            // the card shows the state
            Err(failure) if is_tag_refused(&failure) => {
                errand.shared.outgoing.tags.forget(errand.op.chat.as_str());
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(Outcome::Delivered { parts: Vec::new(), topic: None })
}

/// Gives a topic another name, unless it was renamed too often: then the next change of the topic does it.
async fn rename(errand: &Errand<'_>, topic: &str, name: &str) -> Result<(), Undone> {
    let unnamable = &errand.shared.outgoing.unnamable;
    if unnamable.get(topic).is_some_and(|until| until > clock::moment()) {
        return Ok(());
    }
    let path = format!("/channels/{topic}");
    match errand.ask(&Method::PATCH, &path, &json!({ "name": name })).await {
        // a name that is refused is in the card all the same
        Ok(_) | Err(Failure::Refused { status: 400 | 403, .. }) => Ok(()),
        Err(Failure::Limited { after, global: false }) => {
            unnamable.put(topic, clock::moment() + after);
            // the limit is one of names alone
            let route = Route { method: &Method::PATCH, path: &path, own_token: false };
            errand.shared.client.forgive(route);
            Ok(())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Opens a thread again that takes nothing. `code` is what Discord said when it took nothing.
pub(crate) async fn reopen(errand: &Errand<'_>, code: u64) -> Result<(), Undone> {
    let mut changes = json!({ "archived": false });
    if code == LOCKED {
        changes["locked"] = json!(false);
    }
    match errand.ask_with_room(&Method::PATCH, &format!("/channels/{}", errand.channel), &changes).await {
        Ok(_) => Ok(()),
        Err(failure) if failure.code() == THREADS_FULL => Err(failure.into()),
        Err(Failure::Refused { status: 400 | 403, .. }) if errand.spot == Spot::Topic => {
            Err(Undone::Told(Outcome::Heal(Heal::TopicGone)))
        }
        Err(Failure::Refused { status: 400 | 403, .. }) => {
            let refused = Failure::Refused { status: 400, code, message: String::new(), fields: Vec::new() };
            Err(refused.into())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Puts a topic back among the closed ones. It was only opened to change something in it.
pub(crate) async fn close_again(errand: &Errand<'_>) {
    let path = format!("/channels/{}", errand.channel);
    let _closed = errand.ask(&Method::PATCH, &path, &json!({ "archived": true })).await;
}
