//! Looks in a channel's history for a message whose answer was lost. Sends nothing.

use crate::client::Failure;
use crate::compose::Post;
use crate::errors::Undone;
use crate::hooks::Hook;
use crate::send::{Errand, Way};
use crate::snowflake::age;
use crate::tries::Try;
use crate::{Shared, api};
use serde_json::Value;

/// How many pages of a hundred messages are read.
const PAGES_MAX: usize = 10;

/// What looking showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The message's id.
    There(String),
    /// It is certainly not there.
    Not,
    /// There is more than is read.
    Unclear,
}

/// The message that a post became, if it is there.
pub(crate) async fn there(
    errand: &Errand<'_>,
    way: &Way,
    post: &Post<'_>,
    tried: &Try,
) -> Result<Seen, Undone> {
    let own = match way {
        Way::Bot => errand.shared.me.ids(&errand.shared.client).await?.user.clone(),
        Way::Hook { .. } => String::new(),
    };
    let is_ours = |message: &Value| match way {
        Way::Bot => {
            message.pointer("/author/id").and_then(Value::as_str) == Some(own.as_str())
                && message.get("webhook_id").is_none_or(Value::is_null)
        }
        Way::Hook { hook, .. } => is_by(errand.shared, hook, message),
    };
    let is_it = |message: &Value| {
        let id = api::id(message, "id").filter(|id| !tried.parts().contains(id))?;
        (is_ours(message) && says(message, post)).then_some(id)
    };
    let mut after = tried.after().to_owned();
    for _ in 0..PAGES_MAX {
        let path = format!("/channels/{}/messages?after={after}&limit=100", errand.channel);
        let page = match api::get(&errand.shared.client, &path).await {
            Ok(page) => page,
            Err(failure) => return Err(at_most_later(failure)),
        };
        let page = page.as_array().map(Vec::as_slice).unwrap_or_default();
        // pages come with the newest message first
        let mut found: Vec<String> = page.iter().filter_map(is_it).collect();
        found.sort_by(|a, b| age(a).cmp(&age(b)));
        if let Some(first) = found.into_iter().next() {
            return Ok(Seen::There(first));
        }
        let newest =
            page.iter().filter_map(|message| api::id(message, "id")).max_by(|a, b| age(a).cmp(&age(b)));
        match newest {
            Some(newest) if page.len() >= 100 => after = newest,
            Some(_) | None => return Ok(Seen::Not),
        }
    }
    Ok(Seen::Unclear)
}

/// Looking makes nothing, so that a lost answer to it leaves nothing unknown that was not so before.
fn at_most_later(failure: Failure) -> Undone {
    match failure {
        Failure::Lost(why) => Failure::NotSent(why).into(),
        Failure::Refused { status: 500.., .. } => Failure::NotSent("Discord could not look").into(),
        Failure::NotSent(_) | Failure::Limited { .. } | Failure::Refused { .. } => failure.into(),
    }
}

fn is_by(shared: &Shared, hook: &Hook, message: &Value) -> bool {
    api::id(message, "webhook_id").is_some_and(|id| id == hook.id || shared.hooks.is_ours(&id))
}

/// Whether a message says what a post says.
fn says(message: &Value, post: &Post<'_>) -> bool {
    let text = |value: &Value, at: &str| {
        value.pointer(at).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
    };
    let same = |at: &str| text(message, at) == text(&post.said, at);
    let embed =
        post.said.get("embeds").is_none() || (same("/embeds/0/description") && same("/embeds/0/author/name"));
    let files = message.get("attachments").and_then(Value::as_array).map_or(0, Vec::len);
    same("/content") && embed && files == post.files.len()
}
