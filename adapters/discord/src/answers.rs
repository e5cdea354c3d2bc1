//! Answers to interactions: the first one, for which there are three seconds, and its changes, for which there is a quarter
//! of an hour. They are a courtesy: nothing that is kept depends on them.

use crate::Shared;
use crate::client::{Failure, Route};
use crate::interactions::Act;
use port::Mark;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How long an answer may take.
const WAIT: Duration = Duration::from_secs(10);
/// For its author's eyes only.
const EPHEMERAL: u64 = 1 << 6;
/// Nobody waits for the answer to this interaction any more.
const UNKNOWN_INTERACTION: u64 = 10062;

/// Says that something is going on; whether that was in time.
pub(crate) async fn defer(shared: &Shared, act: &Act<'_>) -> bool {
    first(shared, act, &json!({ "type": 5, "data": { "flags": EPHEMERAL } })).await
}

/// Gives the first answer; whether it was in time. One that was given before, in another run, is well.
pub(crate) async fn first(shared: &Shared, act: &Act<'_>, body: &Value) -> bool {
    let path = format!("/interactions/{}/{}/callback", act.id, act.token);
    match shared.client.call(Route { method: &Method::POST, path: &path, own_token: true }, body, WAIT).await
    {
        Err(Failure::Refused { code, .. }) => code != UNKNOWN_INTERACTION,
        Ok(_) | Err(Failure::Lost(_)) => true,
        Err(Failure::NotSent(_) | Failure::Limited { .. }) => false,
    }
}

/// Puts words into the answer to an interaction. Being lost does no harm.
pub(crate) async fn tell(shared: &Shared, interaction: &str, words: &str) {
    shared.interactions.tell(interaction, words);
    if let Err(failure) = show(shared, interaction).await {
        tracing::debug!(channel = %shared.config.channel, reason = %failure, "could not answer an interaction");
    }
}

/// Shows a mark in the answer to a command, which only its giver sees. When that is not possible any more, it is let be: a
/// mark must hold up nothing that comes after it.
///
/// # Errors
/// When it certainly was not done, and may be tried again.
pub(crate) async fn mark(shared: &Shared, interaction: &str, mark: Mark) -> Result<(), Failure> {
    shared.interactions.mark(interaction, mark);
    match show(shared, interaction).await {
        Err(failure @ (Failure::NotSent(_) | Failure::Limited { .. })) => Err(failure),
        Ok(()) | Err(Failure::Lost(_) | Failure::Refused { .. }) => Ok(()),
    }
}

/// Has an answer say what it should by now. Words and marks come beside each other, and the later request may arrive
/// first: so what is shown is looked at again when it was sent.
async fn show(shared: &Shared, interaction: &str) -> Result<(), Failure> {
    let Some(me) = shared.me.known() else { return Ok(()) };
    let mut sent = None;
    while let Some((token, words)) = shared.interactions.shown(interaction)
        && sent.as_ref() != Some(&words)
    {
        let path = format!("/webhooks/{}/{token}/messages/@original", me.application);
        let body = json!({ "content": words, "allowed_mentions": { "parse": [] } });
        let route = Route { method: &Method::PATCH, path: &path, own_token: true };
        shared.client.call(route, &body, WAIT).await?;
        sent = Some(words);
    }
    Ok(())
}
