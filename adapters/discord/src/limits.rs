//! Discord's rate limits as its answers tell them: buckets by route and major parameter, and one for everything.
//!
//! It counts and refuses; it never waits. A request that Discord would not take is not made, because too many of those
//! have the address banned for a while.

use crate::client::{Failure, Route};
use crate::clock;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many buckets are remembered before those that are full again are dropped.
const SWEEP_AT: usize = 4096;
/// What is waited when Discord says "too many" and not for how long.
const WAIT: Duration = Duration::from_secs(1);

/// What is known of all buckets.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The bucket of a route's shape, once Discord has named it.
    names: BTreeMap<String, String>,
    buckets: BTreeMap<(String, String), Bucket>,
    global_until: Option<Instant>,
    barred_until: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    remaining: u32,
    resets: Instant,
}

impl Limits {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes one request out of its bucket; refused when there is none left.
    pub(crate) fn before(&self, route: Route<'_>) -> Result<(), Failure> {
        let now = clock::moment();
        let mut known = self.lock();
        // answers to interactions have three seconds, and are not counted among a bot's requests
        let global = known.global_until.filter(|_| !is_answer(route));
        if let Some(until) = global.max(known.barred_until).filter(|until| *until > now) {
            return Err(Failure::Limited { after: until.duration_since(now), global: true });
        }
        let key = known.key(route);
        let Some(bucket) = known.buckets.get_mut(&key) else { return Ok(()) };
        if bucket.resets <= now {
            known.buckets.remove(&key);
            return Ok(());
        }
        match bucket.remaining.checked_sub(1) {
            Some(left) => {
                bucket.remaining = left;
                Ok(())
            }
            None => Err(Failure::Limited { after: bucket.resets.duration_since(now), global: false }),
        }
    }

    /// Learns what an answer's headers say.
    pub(crate) fn after(&self, route: Route<'_>, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(name), Some(remaining), Some(reset_after)) = (
            text("x-ratelimit-bucket"),
            text("x-ratelimit-remaining").and_then(|left| left.parse().ok()),
            text("x-ratelimit-reset-after").and_then(|after| after.parse().ok()),
        ) else {
            return;
        };
        let Ok(span) = Duration::try_from_secs_f64(reset_after) else { return };
        let now = clock::moment();
        let mut known = self.lock();
        known.names.insert(shape(route).0, name.to_owned());
        let key = known.key(route);
        if known.buckets.len() >= SWEEP_AT {
            known.buckets.retain(|_, bucket| bucket.resets > now);
        }
        let resets = now + span;
        let bucket = known.buckets.entry(key).or_insert(Bucket { remaining, resets });
        // answers overtake each other: within one stretch the smaller number is the newer one
        if bucket.resets <= now {
            *bucket = Bucket { remaining, resets };
        } else {
            bucket.remaining = bucket.remaining.min(remaining);
            bucket.resets = bucket.resets.max(resets);
        }
    }

    /// Learns from a refusal for too many requests. `wait` is what its headers say.
    pub(crate) fn hit(&self, route: Route<'_>, answer: &Value, wait: Option<Duration>) -> Failure {
        let after = answer.get("retry_after").and_then(Value::as_f64);
        let after = after.and_then(|after| Duration::try_from_secs_f64(after).ok()).or(wait).unwrap_or(WAIT);
        let global = answer.get("global").and_then(Value::as_bool).unwrap_or_default();
        let until = clock::moment() + after;
        let mut known = self.lock();
        if global {
            known.global_until = Some(until);
        } else {
            let key = known.key(route);
            known.buckets.insert(key, Bucket { remaining: 0, resets: until });
        }
        Failure::Limited { after, global }
    }

    /// Learns that nothing at all is let through from this address.
    pub(crate) fn barred(&self, wait: Option<Duration>) -> Failure {
        let after = wait.unwrap_or(WAIT);
        self.lock().barred_until = Some(clock::moment() + after);
        Failure::Limited { after, global: true }
    }

    /// Forgets what is known of a route's bucket.
    pub(crate) fn forgive(&self, route: Route<'_>) {
        let mut known = self.lock();
        let key = known.key(route);
        known.buckets.remove(&key);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn key(&self, route: Route<'_>) -> (String, String) {
        let (shape, major) = shape(route);
        let name = self.names.get(&shape).cloned().unwrap_or(shape);
        (name, major)
    }
}

/// Whether a request answers an interaction, or changes such an answer.
fn is_answer(route: Route<'_>) -> bool {
    route.path.starts_with("/interactions/") || route.path.ends_with("/messages/@original")
}

/// A route without its ids, and the id that has a bucket of its own (channel, guild, webhook with its token).
fn shape(route: Route<'_>) -> (String, String) {
    let path = route.path.split('?').next().unwrap_or_default();
    let mut shape = route.method.to_string();
    let mut major = String::new();
    let is_emoji = |index: usize, word: &str| {
        index > 0 && path.contains("/reactions/") && !matches!(word, "messages" | "reactions" | "@me")
    };
    let mut words = path.split('/').filter(|word| !word.is_empty()).peekable();
    let first = words.peek().copied().unwrap_or_default();
    for (index, word) in words.enumerate() {
        let is_token = index == 2 && matches!(first, "webhooks" | "interactions");
        let is_id = word.bytes().all(|byte| byte.is_ascii_digit());
        if (index == 1 && matches!(first, "channels" | "guilds" | "webhooks" | "interactions")) || is_token {
            major.push('/');
            major.push_str(word);
            shape.push_str("/*");
        } else if is_id || is_emoji(index, word) {
            shape.push_str("/*");
        } else {
            shape.push('/');
            shape.push_str(word);
        }
    }
    (shape, major)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Method;
    use reqwest::header::HeaderValue;

    fn headers(bucket: &str, remaining: &str, after: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-ratelimit-bucket", bucket),
            ("x-ratelimit-remaining", remaining),
            ("x-ratelimit-reset-after", after),
        ] {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn post(path: &str) -> Route<'_> {
        Route { method: &Method::POST, path, own_token: false }
    }

    #[test]
    fn an_empty_bucket_refuses_its_channel_alone() {
        let limits = Limits::new();
        limits.after(post("/channels/1/messages"), &headers("abc", "1", "60"));
        assert_eq!(limits.before(post("/channels/1/messages")), Ok(()));
        let refused = limits.before(post("/channels/1/messages"));
        assert!(matches!(refused, Err(Failure::Limited { global: false, .. })), "{refused:?}");
        assert_eq!(limits.before(post("/channels/2/messages")), Ok(()));
    }

    #[test]
    fn routes_that_share_a_bucket_share_what_is_left() {
        let limits = Limits::new();
        let edit = Route { method: &Method::PATCH, path: "/channels/1/messages/9", own_token: false };
        limits.after(edit, &headers("abc", "3", "60"));
        limits.after(post("/channels/1/messages"), &headers("abc", "0", "60"));
        assert!(limits.before(edit).is_err());
    }

    #[test]
    fn a_full_bucket_is_forgotten_when_its_time_is_over() {
        let limits = Limits::new();
        limits.after(post("/channels/1/messages"), &headers("abc", "0", "0"));
        assert_eq!(limits.before(post("/channels/1/messages")), Ok(()));
    }

    #[test]
    fn a_global_limit_holds_everything() {
        let limits = Limits::new();
        let answer = serde_json::json!({ "retry_after": 30.5, "global": true });
        let failure = limits.hit(post("/channels/1/messages"), &answer, None);
        assert_eq!(failure, Failure::Limited { after: Duration::from_millis(30_500), global: true });
        assert!(limits.before(post("/users/@me/channels")).is_err());
    }

    #[test]
    fn an_answer_to_an_interaction_waits_for_nothing_but_what_bars_the_whole_address() {
        let limits = Limits::new();
        let answers = [post("/interactions/1/token/callback"), post("/webhooks/1/token/messages/@original")];
        let _told = limits.hit(answers[0], &serde_json::json!({ "retry_after": 30, "global": true }), None);
        assert!(limits.before(post("/webhooks/1/token")).is_err());
        assert!(answers.iter().all(|answer| limits.before(*answer).is_ok()));
        let barred = limits.barred(Some(Duration::from_secs(30)));
        assert_eq!(barred, Failure::Limited { after: Duration::from_secs(30), global: true });
        assert!(answers.iter().all(|answer| limits.before(*answer).is_err()));
    }

    #[test]
    fn a_webhook_counts_by_itself_and_ids_do_not() {
        for (path, wanted) in [
            ("/webhooks/1/token?wait=true", ("POST/webhooks/*/*", "/1/token")),
            (
                "/channels/7/messages/9/reactions/%E2%9C%85/@me",
                ("POST/channels/*/messages/*/reactions/*/@me", "/7"),
            ),
            ("/users/@me/channels", ("POST/users/@me/channels", "")),
        ] {
            let (shape, major) = shape(post(path));
            assert_eq!((shape.as_str(), major.as_str()), wanted);
        }
    }
}
