//! For `deskbridge check`: looks whether the bot can do its work, and changes nothing.

use crate::Shared;
use crate::api::{self, id, text};
use crate::client::Failure;
use crate::config::Matters;
use crate::gateway;
use port::{ChatId, Probe};
use serde_json::Value;

/// May read what is written in servers: with and without a review by Discord.
const MESSAGE_CONTENT: u64 = 1 << 18 | 1 << 19;
const ADMINISTRATOR: u64 = 1 << 3;
/// What the bot needs in a team's channel, and what it is called in a server's settings.
const NEEDED: [(u64, &str); 9] = [
    (1 << 10, "View Channel"),
    (1 << 11, "Send Messages (Create Posts)"),
    (1 << 38, "Send Messages in Threads"),
    (1 << 34, "Manage Threads (Manage Posts)"),
    (1 << 29, "Manage Webhooks"),
    (1 << 16, "Read Message History"),
    (1 << 6, "Add Reactions"),
    (1 << 15, "Attach Files"),
    (1 << 14, "Embed Links"),
];
/// What the bot needs where customers are answered in private threads.
const FOR_MATTERS: [(u64, &str); 5] = [
    (1 << 10, "View Channel"),
    (1 << 36, "Create Private Threads"),
    (1 << 38, "Send Messages in Threads"),
    (1 << 29, "Manage Webhooks"),
    (1 << 16, "Read Message History"),
];
/// Besides, where posts are threads of a text channel.
const CREATE_THREADS: (u64, &str) = (1 << 35, "Create Public Threads");
/// A forum, and a forum of pictures.
const FORUMS: [u64; 2] = [15, 16];

/// Says what works and what does not.
pub(crate) async fn probe(shared: &Shared, rooms: &[ChatId]) -> Vec<Probe> {
    let user = match api::get(&shared.client, "/users/@me").await {
        Ok(user) => user,
        Err(failure) => return vec![no_connection(shared, &failure)],
    };
    let mut found = vec![Probe::Well("Discord answers and takes the bot's token".to_owned())];
    found.extend(content(shared).await);
    found.extend(connections(shared).await);
    let own = id(&user, "id").unwrap_or_default();
    for room in rooms {
        found.push(team_room(shared, room, &own).await);
    }
    for server in &shared.config.guilds {
        found.push(match api::get(&shared.client, &format!("/guilds/{server}")).await {
            Ok(guild) => customers_server(shared, &guild, server, &own).await,
            Err(failure) => wrong(
                format!("the server {server} of `guilds` cannot be reached: {failure}"),
                "invite the bot there with the scopes bot and applications.commands, or take the id out",
            ),
        });
    }
    found
}

fn wrong(problem: String, hint: &str) -> Probe {
    Probe::Wrong { problem, hint: hint.to_owned() }
}

fn no_connection(shared: &Shared, failure: &Failure) -> Probe {
    let hint = match failure {
        _ if api::bad_token(failure).is_some() => {
            "take the token from Bot in the Developer Portal, where it can be reset"
        }
        Failure::Limited { .. } => "try again after that",
        Failure::NotSent(_) | Failure::Lost(_) | Failure::Refused { .. } => {
            "check `api_url`, and that it can be reached from this machine"
        }
    };
    wrong(format!("channel `{}` cannot connect: {failure}", shared.config.channel), hint)
}

/// Whether the bot may read messages.
async fn content(shared: &Shared) -> Option<Probe> {
    let application = api::get(&shared.client, "/applications/@me").await.ok()?;
    let flags = application.get("flags").and_then(Value::as_u64)?;
    if flags & MESSAGE_CONTENT != 0 {
        return Some(Probe::Well("the bot may read messages".to_owned()));
    }
    Some(wrong(
        "the bot may not read messages in servers".to_owned(),
        "switch on the Message Content Intent under Bot in the Developer Portal",
    ))
}

/// Whether one connection is enough.
async fn connections(shared: &Shared) -> Option<Probe> {
    let gateway = api::get(&shared.client, "/gateway/bot").await.ok()?;
    let shards = gateway::shards(&gateway)?;
    Some(wrong(
        format!(
            "the bot is in so many servers that Discord recommends {shards} connections, and the bridge makes one"
        ),
        "have the bot leave servers in which it is not needed; with more than 2,500 Discord refuses it",
    ))
}

/// Whether a matter can be opened in a server. Its channels may say otherwise for themselves.
async fn customers_server(shared: &Shared, guild: &Value, server: &str, own: &str) -> Probe {
    if shared.config.matters == Matters::PrivateThread
        && let Ok(member) = api::get(&shared.client, &format!("/guilds/{server}/members/{own}")).await
    {
        let missing = missing(&FOR_MATTERS, allowed(guild, &member, &Value::Null, own));
        if !missing.is_empty() {
            let problem =
                format!("the bot misses permissions for private threads in the server {server}: {missing}");
            return wrong(problem, "give them to the bot's role in the server's settings");
        }
    }
    Probe::Well(format!("the bot is in the server {server}"))
}

/// The names of permissions that are not there.
fn missing(needed: &[(u64, &str)], permissions: u64) -> String {
    let missing = needed.iter().filter(|(bit, _)| permissions & bit == 0);
    missing.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

async fn team_room(shared: &Shared, room: &ChatId, own: &str) -> Probe {
    let channel = match api::get(&shared.client, &format!("/channels/{room}")).await {
        Ok(channel) => channel,
        Err(failure) => {
            let problem = format!("the team's channel {room} cannot be reached: {failure}");
            return wrong(
                problem,
                "take the id of the forum itself, invite the bot to its server and let it view the channel",
            );
        }
    };
    let kind = channel.get("type").and_then(Value::as_u64);
    let is_forum = kind.is_some_and(|kind| FORUMS.contains(&kind));
    if !is_forum && kind != Some(0) {
        let problem = format!("the team's channel {room} is neither a forum nor a text channel");
        return wrong(problem, "make a forum and take its id");
    }
    let Some(permissions) = permissions(shared, &channel, own).await else {
        let problem = format!("the bot's permissions in the team's channel {room} could not be read");
        return wrong(problem, "try again");
    };
    let more = if is_forum { None } else { Some(CREATE_THREADS) };
    let needed: Vec<_> = NEEDED.into_iter().chain(more).collect();
    let missing = missing(&needed, permissions);
    if missing.is_empty() {
        let what = if is_forum { "forum" } else { "text channel" };
        return Probe::Well(format!("the bot can work in the team's {what} {room}"));
    }
    let problem = format!("the bot misses permissions in the team's channel {room}: {missing}");
    wrong(problem, "give them to the bot's role in the channel's settings")
}

async fn permissions(shared: &Shared, channel: &Value, own: &str) -> Option<u64> {
    let server = id(channel, "guild_id")?;
    let guild = api::get(&shared.client, &format!("/guilds/{server}")).await.ok()?;
    let member = api::get(&shared.client, &format!("/guilds/{server}/members/{own}")).await.ok()?;
    Some(allowed(&guild, &member, channel, own))
}

/// What a member may do in a channel: of everybody's and the member's roles, then as the channel says for everybody,
/// for the roles together, and for the member.
fn allowed(guild: &Value, member: &Value, channel: &Value, own: &str) -> u64 {
    let server = id(guild, "id").unwrap_or_default();
    if id(guild, "owner_id").as_deref() == Some(own) {
        return u64::MAX;
    }
    let list =
        |value: &Value, field: &str| value.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let roles: Vec<String> =
        list(member, "roles").iter().filter_map(|role| role.as_str().map(str::to_owned)).collect();
    let bits = |value: &Value, field: &str| -> u64 {
        text(value, field)
            .and_then(|bits| bits.parse().ok())
            .or_else(|| value.get(field)?.as_u64())
            .unwrap_or_default()
    };
    let of_member = |role: &Value| id(role, "id").is_some_and(|id| id == server || roles.contains(&id));
    let base = list(guild, "roles")
        .iter()
        .filter(|role| of_member(role))
        .fold(0, |all, role| all | bits(role, "permissions"));
    if base & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    let overwrites = list(channel, "permission_overwrites");
    let sum = |who: &dyn Fn(&str) -> bool| {
        let found = overwrites.iter().filter(|one| id(one, "id").is_some_and(|id| who(&id)));
        found.fold((0, 0), |(deny, allow), one| (deny | bits(one, "deny"), allow | bits(one, "allow")))
    };
    let everybody = sum(&|id| id == server);
    let of_roles = sum(&|id| id != server && roles.iter().any(|role| role == id));
    let of_own = sum(&|id| id == own);
    [everybody, of_roles, of_own].into_iter().fold(base, |may, (deny, allow)| (may & !deny) | allow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_bot_may_do_is_computed_as_discord_does() {
        let guild = json!({
            "id": "1", "owner_id": "9",
            "roles": [
                { "id": "1", "permissions": "1024" },
                { "id": "2", "permissions": "2048" },
                { "id": "3", "permissions": "8" },
            ],
        });
        let member = json!({ "roles": ["2"] });
        let of = |overwrites: Value| json!({ "permission_overwrites": overwrites });
        for (channel, may) in [
            (of(json!([])), 3072),
            (of(json!([{ "id": "1", "deny": "1024", "allow": "0" }])), 2048),
            (
                of(
                    json!([{ "id": "1", "deny": "3072", "allow": "0" }, { "id": "2", "deny": "0", "allow": "1024" }]),
                ),
                1024,
            ),
            (
                of(
                    json!([{ "id": "2", "deny": "2048", "allow": "0" }, { "id": "7", "deny": "0", "allow": "2048" }]),
                ),
                3072,
            ),
        ] {
            assert_eq!(allowed(&guild, &member, &channel, "7"), may, "{channel}");
        }
        assert_eq!(allowed(&guild, &json!({ "roles": ["3"] }), &of(json!([])), "7"), u64::MAX);
        assert_eq!(allowed(&guild, &member, &of(json!([])), "9"), u64::MAX);
    }
}
