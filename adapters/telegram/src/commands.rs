//! The team's commands in the list that Telegram shows when somebody types `/`. A convenience: what fails is only logged.

use crate::client::{Failure, WAIT};
use crate::clock::Backoff;
use crate::{Shared, standing};
use port::{ChatId, Health, NativeCommand};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

/// The most commands that Telegram takes.
const COMMANDS_MAX: usize = 100;
/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 256;
/// When commands that could not be set are set again; it grows.
const AGAIN_FIRST: Duration = Duration::from_mins(1);
const AGAIN_LONGEST: Duration = Duration::from_hours(1);

/// Sets the commands once the connection stands, where they are not set yet.
pub(crate) async fn tend(shared: &Shared) -> Infallible {
    let mut health = shared.health.watch();
    let is_up = |health: &Health| matches!(health, Health::Connected | Health::Degraded { .. });
    if health.wait_for(is_up).await.is_ok() {
        for chat in &shared.config.team_rooms {
            standing::look(shared, chat).await;
        }
        // the bot may be added to a group after its start
        let mut waits = Backoff::new(AGAIN_FIRST, AGAIN_LONGEST);
        while !all_set(shared).await {
            tokio::time::sleep(waits.next_wait()).await;
        }
    }
    std::future::pending().await
}

async fn all_set(shared: &Shared) -> bool {
    let mut is_set = true;
    for chat in &shared.config.team_rooms {
        if let Err(reason) = set(shared, chat).await {
            is_set = false;
            tracing::warn!(channel = %shared.config.channel, reason, "the commands could not be set");
        }
    }
    is_set
}

async fn set(shared: &Shared, chat: &ChatId) -> Result<(), String> {
    let today = shared.places.today(chat);
    let lists = lists(&shared.config.commands);
    let (row, wanted) = (format!("commands/{today}"), json!(lists));
    let kept = shared.shelf.get(&row).await.map_err(|error| error.to_string())?;
    let Ok(id) = today.as_str().parse::<i64>() else { return Err("a team's `room` is no number".to_owned()) };
    if lists.is_empty() || kept.as_ref() == Some(&wanted) {
        return Ok(());
    }
    for (language, commands) in &lists {
        let mut params = json!({ "commands": commands, "scope": { "type": "chat", "chat_id": id } });
        if let Some(language) = language {
            params["language_code"] = json!(language);
        }
        shared
            .client
            .call("setMyCommands", &params, WAIT)
            .await
            .map(drop)
            .map_err(|failure: Failure| failure.to_string())?;
    }
    shared.shelf.put(vec![(row, wanted)], Vec::new()).await.map_err(|error| error.to_string())
}

/// The lists to be set: the default first, then one for each language.
fn lists(commands: &[NativeCommand]) -> Vec<(Option<String>, Value)> {
    if commands.is_empty() {
        return Vec::new();
    }
    let languages = commands.iter().flat_map(|command| &command.descriptions).map(|(language, _)| language);
    // Telegram knows languages by two letters
    let languages: BTreeSet<&String> = languages.filter(|language| language.len() == 2).collect();
    let of = |language: Option<&String>| {
        let commands = commands.iter().filter_map(|command| {
            let described = |wanted: &&(String, String)| Some(&wanted.0) == language;
            let (_, description) =
                command.descriptions.iter().find(described).or_else(|| command.descriptions.first())?;
            let description: String = description.chars().take(DESCRIPTION_MAX).collect();
            Some(json!({ "command": command.name, "description": description }))
        });
        commands.take(COMMANDS_MAX).collect::<Value>()
    };
    let languages = languages.into_iter().map(|language| (Some(language.clone()), of(Some(language))));
    std::iter::once((None, of(None))).chain(languages).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_list_and_the_desks_own_is_the_default() {
        let command = |name: &str, descriptions: &[(&str, &str)]| NativeCommand {
            name: name.to_owned(),
            takes_text: false,
            suggestions: port::Suggestions::None,
            descriptions: descriptions.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        };
        let commands = [
            command("close", &[("de", "Schließen"), ("en", "Close")]),
            command("late", &[("de", "Was überfällig ist")]),
        ];
        let german = json!([
            { "command": "close", "description": "Schließen" },
            { "command": "late", "description": "Was überfällig ist" },
        ]);
        let english = json!([
            { "command": "close", "description": "Close" },
            { "command": "late", "description": "Was überfällig ist" },
        ]);
        let wanted =
            vec![(None, german.clone()), (Some("de".to_owned()), german), (Some("en".to_owned()), english)];
        assert_eq!(lists(&commands), wanted);
        assert!(lists(&[]).is_empty());
    }
}
