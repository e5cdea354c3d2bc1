//! Opens the place where a customer's matter goes on: a direct message, or a private thread beside the button.

use crate::Shared;
use crate::api::{self, id, text};
use crate::chats::Role;
use crate::client::Failure;
use crate::config::Matters;
use crate::phrases::shortened;
use crate::recent::Recent;
use crate::snowflake::is_after;
use port::names::clean_name;
use port::{Author, ShelfError};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

/// The longest name of a thread.
const NAME_MAX: usize = 100;
/// Discord's numbers of the kinds of threads.
const THREADS: std::ops::RangeInclusive<u64> = 10..=12;
/// The one of private threads.
const PRIVATE: u64 = 12;
/// How many threads that were given to customers are remembered, and looked through.
const GIVEN_MAX: usize = 1000;
/// How long an interaction can be answered, in milliseconds: none that is older opens anything.
const TOKEN_MS: u64 = 15 * 60 * 1000;
/// How long it is kept what an interaction opened, in milliseconds.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;
/// How many of those rows are looked at when another one is written.
const PRUNED: usize = 50;
/// Errors that say that somebody takes no direct messages from us.
const CLOSED: [u64; 3] = [50007, 50278, 50009];
/// The longest message of a bot.
pub(crate) const TEXT_MAX: usize = 2000;

/// Where a matter goes on.
pub(crate) struct Opened {
    /// The channel.
    pub(crate) channel: String,
    /// What it is to us.
    pub(crate) role: Role,
    /// How somebody gets there.
    pub(crate) place: String,
}

/// The threads that were given to customers lately: whoever looks for theirs takes nobody else's.
#[derive(Debug)]
pub(crate) struct Given(Mutex<Recent<String, String>>);

impl Default for Given {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(GIVEN_MAX)))
    }
}

impl Given {
    /// Gives a thread to an interaction; whether it is nobody else's.
    fn give(&self, thread: &str, interaction: &str) -> bool {
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(has_it) = given.get(thread) {
            return has_it == interaction;
        }
        given.put(thread.to_owned(), interaction.to_owned());
        true
    }
}

/// Where a private thread is opened.
struct Beside {
    guild: String,
    channel: String,
}

/// Opens a place for a customer. An interaction that comes twice has one place; `again` when it may have been opened by an
/// attempt whose answer was lost.
pub(crate) async fn open(
    shared: &Shared,
    interaction: &Value,
    customer: &Author,
    again: bool,
) -> Result<Opened, Failure> {
    let number = id(interaction, "id").unwrap_or_default();
    let key = format!("opened/{number}");
    let account = customer.account.as_str();
    let thread = beside(shared, interaction);
    let known = shared.shelf.get(&key).await.map_err(store)?;
    let known = known.and_then(|row| row.as_str().map(str::to_owned));
    let channel = match (&known, &thread) {
        (Some(known), _) => known.clone(),
        // the same one however often it is asked for
        (None, None) => {
            let made =
                api::post(&shared.client, "/users/@me/channels", &json!({ "recipient_id": account })).await?;
            id(&made, "id").ok_or(NAMELESS)?
        }
        (None, Some(beside)) => {
            let name = title(customer);
            let there = if again { find_thread(shared, beside, &name, &number).await? } else { None };
            match there {
                Some(thread) => thread,
                None => make_thread(shared, beside, &name, &number).await?,
            }
        }
    };
    if known.is_none() {
        let row = (key, Value::String(channel.clone()));
        let old = old_rows(shared, &number).await.map_err(store)?;
        shared.shelf.put(vec![row], old).await.map_err(store)?;
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

fn store(_: ShelfError) -> Failure {
    Failure::NotSent("the store does not answer")
}

/// Some of the rows of places that were opened long before: nobody asks for those a second time.
async fn old_rows(shared: &Shared, interaction: &str) -> Result<Vec<String>, ShelfError> {
    let made = |id: &str| api::snowflake(id) >> 22;
    let until = made(interaction).saturating_sub(KEPT_MS);
    let rows = shared.shelf.scan("opened/", None, PRUNED).await?.into_iter().map(|(key, _)| key);
    Ok(rows.filter(|key| key.strip_prefix("opened/").is_some_and(|id| made(id) < until)).collect())
}

/// Whether somebody takes no direct messages from us.
pub(crate) fn is_closed(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { code, .. } if CLOSED.contains(code))
}

/// Where a private thread is opened, when that is where matters go.
fn beside(shared: &Shared, interaction: &Value) -> Option<Beside> {
    let guild = id(interaction, "guild_id").filter(|_| shared.config.matters != Matters::DirectMessage)?;
    let channel = interaction.get("channel");
    let is_thread = channel
        .and_then(|channel| channel.get("type"))
        .and_then(Value::as_u64)
        .is_some_and(|kind| THREADS.contains(&kind));
    let parent = channel.filter(|_| is_thread).and_then(|channel| id(channel, "parent_id"));
    Some(Beside { guild, channel: parent.or_else(|| id(interaction, "channel_id"))? })
}

/// What a customer's thread is called.
fn title(customer: &Author) -> String {
    let name = shortened(&clean_name(&customer.name), NAME_MAX);
    if name.is_empty() { customer.account.as_str().to_owned() } else { name }
}

async fn make_thread(
    shared: &Shared,
    beside: &Beside,
    name: &str,
    interaction: &str,
) -> Result<String, Failure> {
    let body = json!({ "name": name, "type": 12, "auto_archive_duration": 10080, "invitable": false });
    let made = api::post(&shared.client, &format!("/channels/{}/threads", beside.channel), &body).await?;
    let thread = id(&made, "id").ok_or(NAMELESS)?;
    // somebody of the same name, who lost an answer, may have found it meanwhile
    if shared.given.give(&thread, interaction) {
        Ok(thread)
    } else {
        Err(Failure::Lost("the thread was taken"))
    }
}

/// The thread that an earlier attempt for this interaction made: a private one of ours of that name, made after the
/// interaction, and nobody's. Of several any will do, since nothing is in them yet.
async fn find_thread(
    shared: &Shared,
    beside: &Beside,
    name: &str,
    interaction: &str,
) -> Result<Option<String>, Failure> {
    let own = shared.me.ids(&shared.client).await?;
    let since = format!("opened/{}", api::snowflake(interaction).saturating_sub(TOKEN_MS << 22));
    let rows = shared.shelf.scan("opened/", Some(&since), GIVEN_MAX).await.map_err(store)?;
    let taken: Vec<Value> = rows.into_iter().map(|(_, thread)| thread).collect();
    let active = api::get(&shared.client, &format!("/guilds/{}/threads/active", beside.guild)).await?;
    let threads = api::list(&active, "threads").iter().filter(|thread| {
        thread.get("type").and_then(Value::as_u64) == Some(PRIVATE)
            && id(thread, "parent_id").as_ref() == Some(&beside.channel)
            && id(thread, "owner_id").as_ref() == Some(&own.user)
            && text(thread, "name") == Some(name)
    });
    let made_since =
        threads.filter_map(|thread| id(thread, "id")).filter(|thread| is_after(thread, interaction));
    let mut free = made_since.filter(|thread| !taken.iter().any(|taken| taken == thread.as_str()));
    Ok(free.find(|thread| shared.given.give(thread, interaction)))
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
