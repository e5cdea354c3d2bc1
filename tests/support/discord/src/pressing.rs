//! What people press and type for the application: commands, buttons, forms; and what only they are shown.

use crate::fake::{Fake, parse};
use crate::people::User;
use crate::shapes;
use crate::world::{Id, Interaction, World, text};
use serde_json::{Value, json};
use std::time::Instant;

/// What became of something that was pressed.
#[derive(Debug, Clone)]
pub struct Pressed {
    /// The first answer as it was sent, once there is one: its `type` and `data`.
    pub callback: Option<Value>,
    /// What is offered in place of what is being typed.
    pub choices: Vec<String>,
    /// The text that the person sees now, when it is not deferred any more.
    pub text: Option<String>,
    /// Whether nobody else sees it.
    pub ephemeral: bool,
    /// Texts that came afterwards.
    pub followups: Vec<String>,
}

impl User {
    /// Uses a command that is registered there; the interaction's id. Whether it is shown to them is not asked: clients are
    /// made that do not ask, either.
    ///
    /// # Panics
    /// When there is no such command.
    pub fn command(&self, channel: &str, name: &str, argument: Option<(&str, &str)>, locale: &str) -> String {
        self.core.with(|world| {
            let mut data = named(world, parse(channel), name).0;
            if let Some((option, value)) = argument {
                data["options"] = json!([{ "name": option, "type": 3, "value": value }]);
            }
            world.press(self.id, parse(channel), 2, &data, locale, None)
        })
    }

    /// Types so much of a command's argument and waits for what may be meant; the interaction's id.
    ///
    /// # Panics
    /// When there is no such command, or nothing of it is completed.
    pub fn completes(&self, channel: &str, name: &str, argument: (&str, &str), locale: &str) -> String {
        self.core.with(|world| {
            let (mut data, command) = named(world, parse(channel), name);
            let mut options = command["options"].as_array().into_iter().flatten();
            let option = options.find(|option| option["name"] == argument.0);
            let completed = option.is_some_and(|option| option["autocomplete"] == true);
            assert!(completed, "/{name} does not complete {}", argument.0);
            let value = json!({ "name": argument.0, "type": 3, "value": argument.1, "focused": true });
            data["options"] = json!([value]);
            world.press(self.id, parse(channel), 4, &data, locale, None)
        })
    }

    /// Presses a button under a message; the interaction's id.
    pub fn presses(&self, channel: &str, message: &str, custom_id: &str, locale: &str) -> String {
        self.core.with(|world| {
            let data = json!({ "custom_id": custom_id, "component_type": 2, "id": 2 });
            world.press(self.id, parse(channel), 3, &data, locale, Some(parse(message)))
        })
    }

    /// Fills the form in that an interaction was answered with, and sends it; the new interaction's id.
    ///
    /// # Panics
    /// When no form was shown.
    pub fn submits(&self, channel: &str, interaction: &str, values: &[&str], locale: &str) -> String {
        self.core.with(|world| {
            let shown = world.interactions[&parse(interaction)].callback.clone().unwrap_or_default();
            assert_eq!(shown["type"], 9, "no form was shown");
            let mut values = values.iter();
            let mut rows = Vec::new();
            for row in shown["data"]["components"].as_array().into_iter().flatten() {
                let fill = |input: &Value, value: Option<&&str>| {
                    json!({ "type": input["type"], "id": 3, "custom_id": input["custom_id"], "value": value.unwrap_or(&"") })
                };
                rows.push(if row["type"] == 18 {
                    json!({ "type": 18, "id": 2, "component": fill(&row["component"], values.next()) })
                } else {
                    let inputs: Vec<_> = row["components"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|input| fill(input, values.next()))
                        .collect();
                    json!({ "type": 1, "id": 2, "components": inputs })
                });
            }
            let data = json!({ "custom_id": shown["data"]["custom_id"], "components": rows });
            world.press(self.id, parse(channel), 5, &data, locale, None)
        })
    }
}

/// A command that is registered for a channel: as it is named when it is used, and as it was registered.
fn named(world: &World, channel: Id, name: &str) -> (Value, Value) {
    let scope = world.guild_of(channel).unwrap_or_default();
    let mut all = world.commands.get(&scope).into_iter().chain(world.commands.get(&0)).flatten();
    let command = all.find(|command| command["name"] == name).cloned();
    let command = command.unwrap_or_else(|| panic!("there is no command /{name}"));
    let mut data = json!({ "id": command["id"], "name": name, "type": 1 });
    if scope != 0 && !command["guild_id"].is_null() {
        data["guild_id"] = command["guild_id"].clone();
    }
    (data, command)
}

impl Fake {
    /// The tokens of interactions are not taken any more: a quarter of an hour is over.
    pub fn expire_interactions(&self) {
        self.core.with(|world| {
            for interaction in world.interactions.values_mut() {
                interaction.token.push_str("-expired");
            }
        });
    }

    /// What became of something that was pressed.
    #[must_use]
    pub fn pressed(&self, interaction: &str) -> Pressed {
        let content = |message: &Value| message["content"].as_str().unwrap_or_default().to_owned();
        self.core.look(|world| {
            let found = &world.interactions[&parse(interaction)];
            let flags = found.callback.as_ref().and_then(|callback| callback["data"]["flags"].as_u64());
            Pressed {
                choices: found.callback.as_ref().map(choices).unwrap_or_default(),
                callback: found.callback.clone(),
                text: found.original.as_ref().map(content),
                ephemeral: flags.unwrap_or_default() & 64 != 0,
                followups: found.followups.iter().map(content).collect(),
            }
        })
    }
}

/// The values of an answer's choices.
fn choices(callback: &Value) -> Vec<String> {
    let choices = callback["data"]["choices"].as_array().into_iter().flatten();
    choices.map(|choice| choice["value"].as_str().unwrap_or_default().to_owned()).collect()
}

impl World {
    fn press(
        &mut self,
        user: Id,
        channel: Id,
        kind: u8,
        data: &Value,
        locale: &str,
        under: Option<Id>,
    ) -> String {
        let id = self.new_id();
        let token = format!("interaction-token-{id}");
        let who = self.users[&user].clone();
        let mut object = json!({
            "id": text(id), "application_id": text(self.application), "type": kind, "token": token, "version": 1,
            "data": data, "channel_id": text(channel), "channel": self.channels[&channel], "locale": locale,
            "entitlements": [], "attachment_size_limit": 10_485_760, "app_permissions": "562949953601536",
            "context": 1, "authorizing_integration_owners": {},
        });
        if let Some(guild) = self.guild_of(channel) {
            let member = self.guilds[&guild].members.get(&user).cloned();
            let mut member = shapes::with_user(&member.unwrap_or_else(|| shapes::member(id, &[])), &who);
            member["permissions"] = json!("562949953421311");
            object["member"] = member;
            object["guild_id"] = text(guild);
            object["guild_locale"] = json!("en-US");
            object["guild"] = json!({ "id": text(guild), "locale": "en-US", "features": [] });
            object["context"] = json!(0);
        } else {
            object["user"] = who;
        }
        if let Some(message) = under {
            object["message"] = self.shown(&self.messages[&channel][&message]);
        }
        let interaction = Interaction {
            token,
            object: object.clone(),
            began: Instant::now(),
            callback: None,
            original: None,
            followups: Vec::new(),
        };
        self.interactions.insert(id, interaction);
        // it is no matter of intents
        for session in &mut self.sessions {
            session.push("INTERACTION_CREATE", &object);
        }
        id.to_string()
    }
}
