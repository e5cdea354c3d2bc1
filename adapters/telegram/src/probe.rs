//! For `deskbridge check`: looks, takes nothing and changes nothing.

use crate::Shared;
use crate::client::{Failure, WAIT};
use crate::me::{self, Me};
use crate::normalise::{is, number, text};
use crate::trouble::{self, Trouble};
use port::{ChatId, Probe};
use serde_json::{Value, json};

/// Says what works and what does not.
pub(crate) async fn probe(shared: &Shared, rooms: &[ChatId]) -> Vec<Probe> {
    let me = match me::ask(&shared.client).await {
        Ok(me) => me,
        Err(failure) => return vec![no_connection(shared, &failure)],
    };
    let mut found = vec![Probe::Well(format!("Telegram takes the token of @{}", me.username))];
    found.extend(webhook(shared).await);
    let _unread = shared.places.load(&shared.shelf).await;
    for room in rooms {
        found.extend(group(shared, &me, room).await);
    }
    found
}

fn wrong(problem: impl Into<String>, hint: impl Into<String>) -> Probe {
    Probe::Wrong { problem: problem.into(), hint: hint.into() }
}

fn no_connection(shared: &Shared, failure: &Failure) -> Probe {
    let channel = &shared.config.channel;
    match trouble::of(failure) {
        Trouble::Credentials(_) => wrong(
            format!("Telegram does not take the token of channel `{channel}`"),
            "check the variable or file that `token_env` or `token_file` names; @BotFather shows the token under /mybots",
        ),
        Trouble::Conflict(reason) | Trouble::Later { reason, .. } => wrong(
            format!("channel `{channel}` cannot connect: {reason}"),
            "check that this machine reaches api.telegram.org, or the server that `api_url` names",
        ),
    }
}

/// Nothing where the server knows no webhooks.
async fn webhook(shared: &Shared) -> Option<Probe> {
    Some(match shared.client.call("getWebhookInfo", &json!({}), WAIT).await {
        Ok(info) if text(&info, "url").is_some_and(|url| !url.is_empty()) => wrong(
            "a webhook is set for the bot: Telegram sends its updates there instead of here",
            format!(
                "stop the program that uses it, then remove it: curl \"{}/bot$TOKEN/deleteWebhook\" (what waits is kept, \
                 as long as drop_pending_updates is not set)",
                shared.config.api_url
            ),
        ),
        Ok(_) => Probe::Well("no webhook is set".to_owned()),
        Err(failure @ Failure::Refused { code: 404, .. }) if !failure.is_bare() => return None,
        Err(failure) => wrong(format!("the webhook could not be looked at: {failure}"), "try again"),
    })
}

async fn group(shared: &Shared, me: &Me, room: &ChatId) -> Vec<Probe> {
    let today = shared.places.today(room);
    let Ok(id) = today.as_str().parse::<i64>() else {
        return vec![wrong(
            format!("a team's `room` is no group's number: {room}"),
            "take the group's id, which begins with -100; forward a message of the group to @userinfobot, or look at the \
             address in Telegram Web",
        )];
    };
    let chat = match shared.client.call("getChat", &json!({ "chat_id": id }), WAIT).await {
        Ok(chat) => chat,
        Err(Failure::Refused { migrate_to: Some(to), .. }) => {
            return vec![wrong(
                format!("the group {room} was upgraded and has another id"),
                format!("set the team's `room` to \"{to}\""),
            )];
        }
        Err(Failure::Refused { code: 400 | 403, .. }) => {
            return vec![wrong(
                format!("the bot is not in the group {room}"),
                format!("check the team's `room`, and add @{} to the group as an administrator", me.username),
            )];
        }
        Err(failure) => {
            return vec![wrong(format!("the group {room} could not be looked at: {failure}"), "try again")];
        }
    };
    let member = json!({ "chat_id": id, "user_id": me.id });
    let member = match shared.client.call("getChatMember", &member, WAIT).await {
        Ok(member) => member,
        Err(failure @ Failure::Refused { code: 404, .. }) if !failure.is_bare() => {
            let found = "is there; this server does not tell what the bot may do in it";
            return vec![Probe::Well(format!("the group {room} {found}"))];
        }
        Err(failure) => {
            return vec![wrong(
                format!("the bot's rights in the group {room} could not be looked at: {failure}"),
                "try again",
            )];
        }
    };
    let found = judged(room, me, &chat, &member);
    if found.is_empty() {
        return vec![Probe::Well(format!(
            "the bot is an administrator of the group {room} and may manage its topics"
        ))];
    }
    found
}

/// What is missing in a group.
fn judged(room: &ChatId, me: &Me, chat: &Value, member: &Value) -> Vec<Probe> {
    let mut found = Vec::new();
    let is_supergroup = text(chat, "type") == Some("supergroup");
    if !is_supergroup || !is(chat, "is_forum") {
        let but = if number(chat, "id").is_some_and(|id| id > 0) { "; it is a person's chat" } else { "" };
        found.push(wrong(
            format!("the group {room} has no topics{but}"),
            "open the group, then Edit (Manage group) > Topics, and switch them on; if its id changes by that, set the \
             team's `room` to the new one",
        ));
    }
    let status = text(member, "status").unwrap_or_default();
    match status {
        "administrator" => {}
        "creator" => return found,
        "left" | "kicked" => {
            found.push(wrong(
                format!("the bot is not in the group {room}"),
                format!("add @{} to the group, as an administrator", me.username),
            ));
            return found;
        }
        _ => {
            let deaf = if me.hears_all {
                ""
            } else {
                "; with privacy mode on it does not even hear what agents write"
            };
            found.push(wrong(
                format!("the bot is no administrator of the group {room}{deaf}"),
                format!(
                    "open the group, then Edit (Manage group) > Administrators > Add Admin, choose @{} and allow Manage \
                     Topics, Pin Messages and Delete Messages",
                    me.username
                ),
            ));
            return found;
        }
    }
    for (right, name, without) in [
        ("can_manage_topics", "Manage Topics", "threads cannot be opened"),
        ("can_pin_messages", "Pin Messages", "cards cannot be pinned"),
        ("can_delete_messages", "Delete Messages", "messages older than two days cannot be taken back"),
    ] {
        if !is(member, right) {
            found.push(wrong(
                format!("the bot may not do \"{name}\" in the group {room}: {without}"),
                format!(
                    "open the group, then Edit (Manage group) > Administrators > @{}, and allow {name}",
                    me.username
                ),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_thing_is_told_with_what_to_do() {
        let me = Me { id: 7, username: "shop_bot".to_owned(), hears_all: false };
        let forum = json!({ "id": -1001, "type": "supergroup", "is_forum": true });
        let rights = json!({
            "status": "administrator", "can_manage_topics": true, "can_pin_messages": true, "can_delete_messages": true,
        });
        let tell = |chat: &Value, member: &Value| judged(&ChatId::new("-1001"), &me, chat, member).len();
        assert_eq!(tell(&forum, &rights), 0);
        assert_eq!(tell(&forum, &json!({ "status": "creator" })), 0);
        assert_eq!(tell(&forum, &json!({ "status": "administrator" })), 3);
        assert_eq!(tell(&forum, &json!({ "status": "member" })), 1);
        assert_eq!(tell(&forum, &json!({ "status": "kicked" })), 1);
        assert_eq!(tell(&json!({ "id": -1, "type": "group" }), &json!({ "status": "member" })), 2);
        assert_eq!(tell(&json!({ "id": -1001, "type": "supergroup" }), &rights), 1);
    }
}
