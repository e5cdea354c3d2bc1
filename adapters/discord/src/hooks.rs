//! The bridge's own webhooks: one for each channel in which people appear under their own names.
//!
//! A webhook is looked for before one is made, and forgotten when Discord does not know it any more. Where none may be
//! made, the bot posts by itself with the name before the text; a missing permission must not silence anybody.

use crate::client::{Failure, Route, WAIT};
use crate::config::Secret;
use crate::errors::Undone;
use crate::few::Few;
use crate::{Shared, clock};
use port::{Owner, Private};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What a webhook of ours is called in the server's settings.
const NAME: &str = "Deskbridge";
/// How long it is not tried again where none may be made. Refused requests are counted.
const REFUSED_WAIT: Duration = Duration::from_mins(10);
/// How many rows are read at once.
const PAGE: usize = 500;

/// A webhook of ours.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) token: Secret,
}

/// The shelf's row of a webhook, under its channel and its id.
#[derive(Serialize, Deserialize)]
struct Row {
    token: Private,
}

/// The webhooks that are known.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    by_channel: Few<Hook>,
    own: Few<()>,
    refused: Few<Instant>,
}

impl Hooks {
    /// Whether a message's `webhook_id` is one of ours, so that the message is an echo.
    pub(crate) fn is_ours(&self, id: &str) -> bool {
        self.own.get(id).is_some()
    }

    /// Where none may be made is tried again.
    pub(crate) fn forget_refused(&self) {
        self.refused.clear();
    }

    fn learn(&self, channel: &str, hook: &Hook) {
        self.own.put(&hook.id, ());
        self.by_channel.put(channel, hook.clone());
    }
}

/// Reads the webhooks of earlier runs. Without it, their echoes would be taken for somebody else's.
pub(crate) async fn load(shared: &Shared) -> Result<(), port::ShelfError> {
    let mut after: Option<String> = None;
    loop {
        let rows = shared.shelf.scan("hook/", after.as_deref(), PAGE).await?;
        for (key, row) in &rows {
            if let Some((channel, hook)) = read(key, row) {
                shared.hooks.learn(channel, &hook);
            }
        }
        match rows.into_iter().next_back() {
            Some((last, _)) => after = Some(last),
            None => return Ok(()),
        }
    }
}

fn read<'k>(key: &'k str, row: &Value) -> Option<(&'k str, Hook)> {
    let (channel, id) = key.strip_prefix("hook/")?.split_once('/')?;
    let row = Row::deserialize(row).ok()?;
    Some((channel, Hook { id: id.to_owned(), token: Secret::new(row.token.text()?) }))
}

/// The webhook of a channel, if there is one already.
pub(crate) async fn known(shared: &Shared, channel: &str) -> Result<Option<Hook>, Undone> {
    if let Some(hook) = shared.hooks.by_channel.get(channel) {
        return Ok(Some(hook));
    }
    let rows = shared.shelf.scan(&format!("hook/{channel}/"), None, 1).await?;
    let hook = rows.first().and_then(|(key, row)| read(key, row)).map(|(_, hook)| hook);
    if let Some(hook) = &hook {
        shared.hooks.learn(channel, hook);
    }
    Ok(hook)
}

/// The webhook of a channel under an id, if it is one of ours.
pub(crate) async fn by_id(shared: &Shared, channel: &str, id: &str) -> Result<Option<Hook>, Undone> {
    if let Some(hook) = known(shared, channel).await?.filter(|hook| hook.id == id) {
        return Ok(Some(hook));
    }
    let key = format!("hook/{channel}/{id}");
    let row = shared.shelf.get(&key).await?;
    Ok(row.and_then(|row| Some(read(&key, &row)?.1)))
}

/// The webhook of a channel, made if need be; none where the bot may not have one.
pub(crate) async fn hook(shared: &Shared, channel: &str) -> Result<Option<Hook>, Undone> {
    if let Some(hook) = known(shared, channel).await? {
        return Ok(Some(hook));
    }
    if shared.hooks.refused.get(channel).is_some_and(|at| at.elapsed() < REFUSED_WAIT) {
        return Ok(None);
    }
    let hook = match found_or_made(shared, channel).await {
        Ok(hook) => hook,
        Err(failure @ Failure::Refused { status: 400 | 403 | 405, .. }) => {
            shared.hooks.refused.put(channel, clock::moment());
            tracing::warn!(channel = %shared.config.channel, reason = failure.reason(), "no webhook can be made: names stand before the texts; the permission Manage Webhooks lets them stand beside");
            return Ok(None);
        }
        // nothing was said yet
        Err(Failure::Lost(why)) => return Err(Failure::NotSent(why).into()),
        Err(failure) => return Err(failure.into()),
    };
    let owner = Owner::Channel(shared.config.channel.clone());
    let row = Row { token: Private::new(owner, hook.token.reveal()) };
    // kept before it is used: what it posts must be known for an echo by the next process, too
    shared.shelf.put(vec![(format!("hook/{channel}/{}", hook.id), json!(row))], Vec::new()).await?;
    shared.hooks.learn(channel, &hook);
    Ok(Some(hook))
}

async fn found_or_made(shared: &Shared, channel: &str) -> Result<Hook, Failure> {
    let path = format!("/channels/{channel}/webhooks");
    let list = Route { method: &Method::GET, path: &path, own_token: false };
    let there = shared.client.call(list, &Value::Null, WAIT).await?;
    let ours = there.as_array().into_iter().flatten().filter(|hook| hook["name"] == NAME).find_map(usable);
    if let Some(hook) = ours {
        return Ok(hook);
    }
    let new = Route { method: &Method::POST, path: &path, own_token: false };
    let made = shared.client.call(new, &json!({ "name": NAME }), WAIT).await?;
    usable(&made).ok_or(Failure::Lost("the answer names no webhook"))
}

/// A webhook that can be posted with: only those of the application itself show their token.
fn usable(hook: &Value) -> Option<Hook> {
    let token = hook.get("token")?.as_str().filter(|token| !token.is_empty())?;
    Some(Hook { id: hook.get("id")?.as_str()?.to_owned(), token: Secret::new(token) })
}

/// Forgets a webhook that Discord does not know any more. That it was ours is remembered.
pub(crate) async fn forget(shared: &Shared, channel: &str, hook: &Hook) -> Result<(), Undone> {
    shared.hooks.by_channel.forget(channel);
    shared.shelf.put(Vec::new(), vec![format!("hook/{channel}/{}", hook.id)]).await?;
    Ok(())
}
