//! Opens the place where a customer's matter goes on: a direct message, or a private thread beside the button.

use crate::Shared;
use crate::api::{self, id};
use crate::chats::Role;
use crate::client::Failure;
use crate::config::Matters;
use crate::phrases::shortened;
use port::names::clean_name;
use serde_json::{Value, json};

/// The longest name of a thread.
const NAME_MAX: usize = 100;
/// What a channel's thread begins with.
const THREADS: std::ops::RangeInclusive<u64> = 10..=12;
/// Errors that say that somebody takes no direct messages from us.
const CLOSED: [u64; 3] = [50007, 50278, 50009];
/// The longest message of a bot.
const TEXT_MAX: usize = 2000;

/// Where a matter goes on.
pub(crate) struct Opened {
    /// The channel.
    pub(crate) channel: String,
    /// What it is to us.
    pub(crate) role: Role,
    /// How somebody gets there.
    pub(crate) place: String,
}

/// Opens a place for a customer. An interaction that comes twice has one place.
pub(crate) async fn open(
    shared: &Shared,
    interaction: &Value,
    account: &str,
    name: &str,
) -> Result<Opened, Failure> {
    let number = id(interaction, "id").unwrap_or_default();
    let key = format!("opened/{number}");
    let store = |_| Failure::NotSent("the store does not answer");
    let thread = thread_parent(shared, interaction);
    let known = shared.shelf.get(&key).await.map_err(store)?;
    let known = known.and_then(|row| row.as_str().map(str::to_owned));
    let channel = match (&known, &thread) {
        (Some(known), _) => known.clone(),
        (None, None) => {
            let made =
                api::post(&shared.client, "/users/@me/channels", &json!({ "recipient_id": account })).await?;
            id(&made, "id").ok_or(NAMELESS)?
        }
        (None, Some(parent)) => make_thread(shared, parent, account, name).await?,
    };
    if known.is_none() {
        let row = (key, Value::String(channel.clone()));
        shared.shelf.put(vec![row], Vec::new()).await.map_err(store)?;
    }
    if thread.is_some() {
        // behind the row: a repeat must not make another thread
        let path = format!("/channels/{channel}/thread-members/{account}");
        api::put(&shared.client, &path, &Value::Null).await?;
    }
    let (role, place) = match thread {
        Some(_) => (Role::PrivateThread, format!("<#{channel}>")),
        None => (Role::Direct, format!("https://discord.com/channels/@me/{channel}")),
    };
    Ok(Opened { channel, role, place })
}

const NAMELESS: Failure = Failure::Lost("the answer names no channel");

/// Whether somebody takes no direct messages from us.
pub(crate) fn is_closed(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { code, .. } if CLOSED.contains(code))
}

/// The channel in which a private thread is opened, when that is where matters go.
fn thread_parent(shared: &Shared, interaction: &Value) -> Option<String> {
    if shared.config.matters == Matters::DirectMessage || id(interaction, "guild_id").is_none() {
        return None;
    }
    let channel = interaction.get("channel");
    let is_thread = channel
        .and_then(|channel| channel.get("type"))
        .and_then(Value::as_u64)
        .is_some_and(|kind| THREADS.contains(&kind));
    let parent = channel.filter(|_| is_thread).and_then(|channel| id(channel, "parent_id"));
    parent.or_else(|| id(interaction, "channel_id"))
}

async fn make_thread(shared: &Shared, parent: &str, account: &str, name: &str) -> Result<String, Failure> {
    let name = shortened(&clean_name(name), NAME_MAX);
    let body = json!({
        "name": if name.is_empty() { account } else { name.as_str() },
        "type": 12,
        "auto_archive_duration": 10080,
        "invitable": false,
    });
    let made = api::post(&shared.client, &format!("/channels/{parent}/threads"), &body).await?;
    id(&made, "id").ok_or(NAMELESS)
}

/// Shows customers their own words, which are kept by now, where the answers will be; so it is known, too, whether anything
/// arrives there. A repeat is recognised by Discord, and nothing is lost when it never happens.
pub(crate) async fn repeat(
    shared: &Shared,
    channel: &str,
    interaction: &str,
    words: &str,
) -> Result<(), Failure> {
    let quoted: Vec<String> = words.lines().map(|line| format!("> {}", escaped(line))).collect();
    let body = json!({
        "content": shortened(&quoted.join("\n"), TEXT_MAX),
        "allowed_mentions": { "parse": [] },
        "nonce": shortened(interaction, 25),
        "enforce_nonce": true,
    });
    api::post(&shared.client, &format!("/channels/{channel}/messages"), &body).await.map(drop)
}

/// A line that is read as it was typed.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if c.is_ascii_punctuation()
            && !matches!(c, ',' | '.' | '?' | '\'' | '"' | ';' | '/' | '%' | '&' | '$')
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_line_is_read_as_it_was_typed() {
        assert_eq!(escaped("*a* <@1> b, c."), r"\*a\* \<\@1\> b, c.");
        let closed =
            Failure::Refused { status: 403, code: 50007, message: String::new(), fields: Vec::new() };
        assert!(is_closed(&closed) && !is_closed(&Failure::Lost("x")));
    }
}
