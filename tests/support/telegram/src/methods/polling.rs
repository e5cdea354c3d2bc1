//! `getUpdates` and its rival, the webhook.

use crate::answers::{Answer, Refused};
use crate::fake::Inner;
use crate::params::Params;
use crate::world::World;
use serde_json::{Value, json};
use std::time::Duration;

/// The longest poll, in seconds.
const POLL_MAX: i64 = 50;
/// For how long after a conflict the next one is answered slowly, in milliseconds.
const CONFLICT: i64 = 3_000;
/// Who asks for the same again within so many milliseconds is given one update at a time.
const HASTY: i64 = 500;
/// Who asks for the same again within so many milliseconds waits as long for nothing.
const QUICK: i64 = 3_000;

const OTHER_POLL: &str =
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const WEBHOOK: &str = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

/// What a poll that has begun is about.
struct Poll {
    number: u64,
    offset: i64,
    limit: usize,
    timeout: Duration,
}

pub(super) async fn get_updates(inner: &Inner, params: &Params) -> Answer {
    let mut changes = inner.changes();
    let poll = match inner.change(|world| begin(world, params)) {
        Ok(poll) => poll,
        Err(refused) if refused.code == 409 => return conflict(inner, &refused.description).await,
        Err(refused) => return Err(refused),
    };
    let wait = async {
        loop {
            changes.mark_unchanged();
            if let Some(answer) = look(&mut inner.look(), &poll) {
                return answer;
            }
            if changes.changed().await.is_err() {
                return Ok(json!([]));
            }
        }
    };
    match tokio::time::timeout(poll.timeout, wait).await {
        Ok(Err(refused)) => conflict(inner, &refused.description).await,
        Ok(answer) => answer,
        Err(_) => Ok(json!([])),
    }
}

fn begin(world: &mut World, params: &Params) -> Result<Poll, Refused> {
    if world.webhook.is_some() {
        return Err(Refused::new(409, WEBHOOK));
    }
    let (now, now_ms) = (world.now(), world.now_ms());
    let offset = params.int("offset").unwrap_or_default();
    let mut limit = params.int("limit").unwrap_or(100).clamp(1, 100);
    let mut timeout = params.int("timeout").unwrap_or_default().clamp(0, POLL_MAX);
    if let Some(kinds) = params.array("allowed_updates")? {
        let kinds: Vec<_> = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        world.updates.allowed = (!kinds.is_empty()).then_some(kinds);
    }
    if let Some((last, at)) = world.updates.last_asked
        && last == offset
    {
        if timeout < 3 && now_ms < at + QUICK {
            timeout = 3;
        }
        if now_ms < at + HASTY {
            limit = 1;
        }
    }
    world.updates.last_asked = Some((offset, now_ms));
    world.updates.confirm(offset, now);
    world.updates.poll += 1;
    Ok(Poll {
        number: world.updates.poll,
        offset,
        limit: usize::try_from(limit).unwrap_or(1),
        timeout: Duration::from_secs(u64::try_from(timeout).unwrap_or_default()),
    })
}

/// The answer to a poll, unless there is nothing to say yet.
fn look(world: &mut World, poll: &Poll) -> Option<Answer> {
    if world.webhook.is_some() {
        return Some(Err(Refused::new(409, "Conflict: terminated by setWebhook request")));
    }
    if world.updates.poll != poll.number {
        return Some(Err(Refused::new(409, OTHER_POLL)));
    }
    let now = world.now();
    world.updates.confirm(poll.offset.max(0), now);
    let updates = world.updates.first(poll.limit);
    (!updates.is_empty() || poll.timeout.is_zero()).then(|| Ok(updates.into()))
}

/// The first conflict is told at once, another one soon after it slowly.
async fn conflict(inner: &Inner, words: &str) -> Answer {
    let is_slow = inner.change(|world| {
        let now = world.now_ms();
        let is_slow = now < world.updates.conflict_until;
        if !is_slow {
            world.updates.conflict_until = now + CONFLICT;
        }
        is_slow
    });
    if is_slow {
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    Err(Refused::new(409, words))
}

pub(super) fn set_webhook(world: &mut World, params: &Params) -> Answer {
    let url = params.text("url").unwrap_or_default();
    if params.flag("drop_pending_updates") {
        world.updates.clear();
    }
    if !url.is_empty() && !url.starts_with("https://") {
        return Err(Refused::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    world.webhook = (!url.is_empty()).then_some(url);
    Ok(true.into())
}

pub(super) fn delete_webhook(world: &mut World, params: &Params) -> Value {
    if params.flag("drop_pending_updates") {
        world.updates.clear();
    }
    world.webhook = None;
    true.into()
}

pub(super) fn webhook_info(world: &World) -> Value {
    json!({
        "url": world.webhook.as_deref().unwrap_or_default(),
        "has_custom_certificate": false,
        "pending_update_count": world.updates.count(),
    })
}
