//! The commands that Discord shows: the team's in the servers of its rooms, `/contact` where customers are.
//!
//! They are written when they differ from what was written last. It must not touch those of other servers.

use crate::api::{self, id};
use crate::client::Failure;
use crate::clock::Backoff;
use crate::phrases::{localised, shortened, spoken};
use crate::{Shared, config};
use port::{NativeCommand, Suggestions};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::Duration;

/// What customers open a matter with.
pub(crate) const CONTACT: &str = "contact";
/// What a manager of a server publishes the button with.
pub(crate) const BUTTON: &str = "contact-button";
/// The one option of every command that takes a text.
pub(crate) const TEXT: &str = "text";
/// The permission to manage a server.
const MANAGE_GUILD: u64 = 1 << 5;
/// The permission to close, lock and rename what others opened, as work in posts is: moderators have it, and customers never
/// do. One that any member may have would show the commands to them all.
const MANAGE_THREADS: u64 = 1 << 34;
/// What has a description has at most so many characters of it.
const DESCRIPTION_MAX: usize = 100;

/// Registers all commands, again and again until it is done; never comes back.
pub(crate) async fn tend(shared: &Shared) -> Infallible {
    let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(10));
    while let Err(failure) = register(shared).await {
        tracing::warn!(channel = %shared.config.channel, reason = %failure, "could not register the commands");
        let wait = if let Failure::Limited { after, .. } = &failure { *after } else { backoff.next_wait() };
        tokio::time::sleep(wait).await;
    }
    std::future::pending().await
}

async fn register(shared: &Shared) -> Result<(), Failure> {
    let config = &shared.config;
    let mut wanted: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    if !config.commands.is_empty() {
        for server in servers(shared).await? {
            let has_customers = config.guilds.contains(&server);
            let of_team = config.commands.iter().map(|command| team_command(command, has_customers));
            wanted.entry(server).or_default().extend(of_team);
        }
    }
    for server in &config.guilds {
        wanted.entry(server.clone()).or_default().extend(customers(&config.phrases));
    }
    let application = shared.me.ids(&shared.client).await?.application.clone();
    let written = shared.shelf.scan("commands/", None, 1000).await.map_err(|_| STORE)?;
    let obsolete = written.iter().filter_map(|(key, _)| key.strip_prefix("commands/"));
    for server in obsolete {
        wanted.entry(server.to_owned()).or_default();
    }
    for (server, commands) in wanted {
        let key = format!("commands/{server}");
        let commands = Value::Array(commands);
        if written.iter().any(|(known, row)| *known == key && *row == commands) {
            continue;
        }
        let path = format!("/applications/{application}/guilds/{server}/commands");
        match api::put(&shared.client, &path, &commands).await {
            Ok(_) => shared.health.mended(&key),
            Err(failure) if api::is_closed(&failure) => {
                let reason = format!(
                    "The server {server} has no commands: invite the bot there with the scope applications.commands."
                );
                shared.health.fault(&key, reason);
                continue;
            }
            Err(failure) => return Err(failure),
        }
        let is_empty = commands == json!([]);
        let (rows, gone) =
            if is_empty { (Vec::new(), vec![key]) } else { (vec![(key, commands)], Vec::new()) };
        shared.shelf.put(rows, gone).await.map_err(|_| STORE)?;
    }
    Ok(())
}

const STORE: Failure = Failure::NotSent("the store does not answer");

/// The servers in which the team works.
async fn servers(shared: &Shared) -> Result<BTreeSet<String>, Failure> {
    let mut servers = BTreeSet::new();
    for room in shared.places.rooms() {
        match api::get(&shared.client, &format!("/channels/{room}")).await {
            Ok(channel) => servers.extend(id(&channel, "guild_id")),
            Err(failure) if api::is_closed(&failure) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(servers)
}

/// A command of the team's. Where customers are as well, it is shown to few until the server's owner says to whom.
fn team_command(command: &NativeCommand, has_customers: bool) -> Value {
    let mut told = described(&command.name, &command.descriptions);
    if command.takes_text {
        let first = command.descriptions.get(..1).unwrap_or_default();
        let mut text = option(spoken(first, None).unwrap_or(TEXT), &command.descriptions);
        if command.suggestions != Suggestions::None {
            text["autocomplete"] = json!(true);
        }
        told["options"] = json!([text]);
    }
    if has_customers {
        told["default_member_permissions"] = json!(MANAGE_THREADS);
    }
    told
}

fn customers(phrases: &config::Phrases) -> [Value; 2] {
    let mut contact = described(CONTACT, &phrases.contact);
    let label = spoken(&phrases.contact_text, None).unwrap_or(TEXT);
    contact["options"] = json!([option(label, &phrases.contact_text)]);
    let mut button = described(BUTTON, &phrases.open);
    button["default_member_permissions"] = json!(MANAGE_GUILD);
    [contact, button]
}

fn described(name: &str, descriptions: &[(String, String)]) -> Value {
    json!({
        "type": 1,
        "name": name,
        "description": shortened(spoken(descriptions, None).unwrap_or(name), DESCRIPTION_MAX),
        "description_localizations": localised(descriptions, DESCRIPTION_MAX),
    })
}

fn option(description: &str, all: &[(String, String)]) -> Value {
    json!({
        "type": 3,
        "name": TEXT,
        "description": shortened(description, DESCRIPTION_MAX),
        "description_localizations": localised(all, DESCRIPTION_MAX),
        "required": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_completed_where_something_is_known_and_shown_to_all_where_no_customers_are() {
        let mut command = NativeCommand {
            name: "assign".to_owned(),
            takes_text: true,
            suggestions: Suggestions::One(vec!["Anna".to_owned()]),
            descriptions: vec![("en".to_owned(), "Assigns".to_owned())],
        };
        let shown = team_command(&command, false);
        assert_eq!(shown["options"][0]["autocomplete"], json!(true));
        assert_eq!(shown.get("default_member_permissions"), None);
        command.suggestions = Suggestions::None;
        let shown = team_command(&command, true);
        assert_eq!(shown["options"][0].get("autocomplete"), None);
        assert_eq!(shown["default_member_permissions"], json!(MANAGE_THREADS));
    }
}
