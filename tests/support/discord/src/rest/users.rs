//! The application itself, other people, servers, and the commands that it registers.

use super::{Answer, Asked, ok};
use crate::errors::{Result, bad_length, bare, invalid, refused};
use crate::shapes;
use crate::world::{GuildState, Id, World, id_of, text};
use serde_json::{Value, json};

impl World {
    /// Where the gateway is.
    pub(crate) fn gateway_url(&self) -> String {
        format!("{}/gateway", self.base.replacen("http", "ws", 1))
    }

    /// The application's flags: whether Message Content is enabled.
    pub(crate) fn application_flags(&self) -> u64 {
        if self.content_enabled { 1 << 19 } else { 0 }
    }

    fn guild_or(&self, guild: Id) -> Result<&GuildState> {
        let found = self.guilds.get(&guild).ok_or_else(|| refused(10004))?;
        if found.members.contains_key(&self.bot) { Ok(found) } else { Err(refused(50001)) }
    }
}

pub(crate) fn gateway(world: &World) -> Result<Answer> {
    ok(json!({ "url": world.gateway_url() }))
}

pub(crate) fn gateway_bot(world: &World) -> Result<Answer> {
    let starts = json!({ "total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1 });
    ok(json!({ "url": world.gateway_url(), "shards": world.shards, "session_start_limit": starts }))
}

pub(crate) fn me(world: &World) -> Result<Answer> {
    let mut me = world.users[&world.bot].clone();
    me["mfa_enabled"] = json!(true);
    me["locale"] = json!("en-US");
    me["verified"] = json!(true);
    me["email"] = Value::Null;
    ok(me)
}

pub(crate) fn user(world: &World, user: Id) -> Result<Answer> {
    ok(world.users.get(&user).ok_or_else(|| refused(10013))?.clone())
}

pub(crate) fn application(world: &World) -> Result<Answer> {
    let owner = shapes::user(1, "owner", Some("Owner"), false);
    ok(json!({
        "id": text(world.application), "name": "Desk", "icon": null, "description": "", "type": null,
        "verify_key": "0".repeat(64), "flags": world.application_flags(), "redirect_uris": [],
        "flags_new": world.application_flags().to_string(), "interactions_endpoint_url": null,
        "role_connections_verification_url": null, "owner": owner, "approximate_guild_count": world.guilds.len(),
        "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0, "team": null, "eligible_oauth2_scopes": [],
        "bot": world.users[&world.bot], "bot_public": true, "bot_require_code_grant": false,
    }))
}

pub(crate) fn guilds(world: &World) -> Result<Answer> {
    let entry = |guild: &GuildState| {
        json!({
            "id": text(guild.id), "name": guild.name, "icon": null, "banner": null, "owner": false,
            "permissions": "0", "features": [],
        })
    };
    ok(world.guilds.values().map(entry).collect())
}

pub(crate) fn guild(world: &World, guild: Id) -> Result<Answer> {
    ok(shapes::guild_object(world.guild_or(guild)?))
}

pub(crate) fn roles(world: &World, guild: Id) -> Result<Answer> {
    ok(json!(world.guild_or(guild)?.roles))
}

pub(crate) fn channels(world: &World, guild: Id) -> Result<Answer> {
    world.guild_or(guild)?;
    let own = world.channels.values().filter(|channel| id_of(&channel["guild_id"]) == guild);
    ok(own.filter(|channel| channel["thread_metadata"].is_null()).cloned().collect())
}

pub(crate) fn member(world: &World, guild: Id, user: &str) -> Result<Answer> {
    let guild = world.guild_or(guild)?;
    let user = if user == "@me" { world.bot } else { user.parse().unwrap_or_default() };
    let known = world.users.get(&user).ok_or_else(|| refused(10013))?;
    let member = guild.members.get(&user).ok_or_else(|| refused(10007))?;
    ok(shapes::with_user(member, known))
}

pub(crate) fn open_direct(world: &mut World, asked: &Asked) -> Result<Answer> {
    asked.only(world, &["recipient_id"]);
    let user = id_of(&asked.body["recipient_id"]);
    if !world.users.contains_key(&user) {
        return Err(refused(10013));
    }
    if user == world.bot {
        return Err(refused(50007));
    }
    let channel = world.direct_with(user);
    ok(world.channels[&channel].clone())
}

/// The commands of the application, everywhere (0) or in a server.
pub(crate) fn commands(world: &mut World, asked: &Asked, application: Id, scope: Id) -> Result<Answer> {
    if application != world.application {
        return Err(bare(403));
    }
    if scope != 0 {
        world.guild_or(scope)?;
    }
    if asked.method == "PUT" {
        asked.only_query(world, &[]);
        let wanted = asked.body.as_array().ok_or_else(|| refused(50109))?;
        let mut registered = Vec::new();
        for (at, command) in wanted.iter().enumerate() {
            check(at, command)?;
            let same = |other: &&Value| other["name"] == command["name"];
            let before = world.commands.get(&scope).and_then(|all| all.iter().find(same)).cloned();
            registered.push(registration(world, command, before, scope));
        }
        world.commands.insert(scope, registered);
    } else if asked.method != "GET" {
        return Err(bare(405));
    }
    ok(json!(world.commands.get(&scope).cloned().unwrap_or_default()))
}

fn registration(world: &mut World, command: &Value, before: Option<Value>, scope: Id) -> Value {
    let version = world.new_id();
    let mut object = json!({
        "id": before.map_or_else(|| text(version), |before| before["id"].clone()),
        "application_id": text(world.application), "version": text(version), "type": 1, "description": "",
        "default_member_permissions": null, "nsfw": false, "integration_types": [0], "contexts": null,
        "dm_permission": true,
    });
    crate::posting::lay_over(&mut object, command);
    if let Some(bits) = object["default_member_permissions"].as_u64() {
        object["default_member_permissions"] = json!(bits.to_string());
    }
    if scope != 0 {
        object["guild_id"] = text(scope);
    }
    object
}

fn check(at: usize, command: &Value) -> Result<()> {
    let name = command["name"].as_str().unwrap_or_default();
    let in_words = |c: char| c == '-' || c == '_' || c.is_alphanumeric();
    if name != name.to_lowercase() || !name.chars().all(in_words) {
        return Err(invalid(
            &format!("{at}.name"),
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        ));
    }
    bad_length(&format!("{at}.name"), name, 1, 32)?;
    bad_length(&format!("{at}.description"), command["description"].as_str().unwrap_or_default(), 1, 100)?;
    for (number, option) in command["options"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{at}.options.{number}");
        bad_length(&format!("{path}.name"), option["name"].as_str().unwrap_or_default(), 1, 32)?;
        bad_length(
            &format!("{path}.description"),
            option["description"].as_str().unwrap_or_default(),
            1,
            100,
        )?;
        if option["autocomplete"] == true && !option["choices"].is_null() {
            let message = "Autocomplete options cannot have choices";
            return Err(invalid(&path, "APPLICATION_COMMAND_AUTOCOMPLETE_NO_CHOICES", message));
        }
    }
    Ok(())
}

impl World {
    /// The direct channel with somebody, opened when there is none.
    pub(crate) fn direct_with(&mut self, user: Id) -> Id {
        let is_it = |channel: &Value| channel["type"] == 1 && id_of(&channel["recipients"][0]["id"]) == user;
        if let Some((id, _)) = self.channels.iter().find(|(_, channel)| is_it(channel)) {
            return *id;
        }
        let id = self.new_id();
        self.channels.insert(id, shapes::direct(id, &self.users[&user]));
        id
    }
}
