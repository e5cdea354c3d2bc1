//! The bot's standing in the team's groups: what it lacks there shows in the connection's health, since in the group
//! itself it could not be told.

use crate::Shared;
use crate::client::{Failure, WAIT};
use crate::normalise::{is, text};
use port::{ChatId, Operation, Outcome, RefusalScope};
use serde_json::{Value, json};

/// Asks what the bot is in a group. That it cannot be asked says nothing.
pub(crate) async fn look(shared: &Shared, chat: &ChatId) {
    let Ok(me) = shared.me().await else { return };
    let params = json!({ "chat_id": shared.places.today(chat), "user_id": me.id });
    match shared.client.call("getChatMember", &params, WAIT).await {
        Ok(member) => learn(shared, chat, &member),
        Err(Failure::Refused { code: 400 | 403, migrate_to: None, .. }) => absent(shared, chat),
        Err(_) => {}
    }
}

/// Takes what a `ChatMember` of the Bot API says of the bot.
pub(crate) fn learn(shared: &Shared, chat: &ChatId, member: &Value) {
    let health = &shared.health;
    match text(member, "status") {
        Some("creator") => mended(shared, chat),
        Some("administrator") => {
            mended(shared, chat);
            if member.get("can_manage_topics").is_some() && !is(member, "can_manage_topics") {
                no_topics(shared, chat, "It is an administrator without the right to manage topics");
            }
        }
        Some("left" | "kicked") => absent(shared, chat),
        Some(_) => health.fault(
            chat.as_str(),
            format!("The bot is no administrator of the group {chat}: make it one, with the right to manage topics."),
        ),
        None => {}
    }
}

/// Takes what became of an operation in a team's group.
pub(crate) fn learn_from(shared: &Shared, chat: &ChatId, operation: &Operation, outcome: &Outcome) {
    let is_topic = match operation {
        Operation::OpenTopic { .. } => true,
        Operation::Create { .. } => false,
        Operation::Edit { .. }
        | Operation::Delete { .. }
        | Operation::React { .. }
        | Operation::SetTopic { .. }
        | Operation::Mark { .. }
        | _ => return,
    };
    if !shared.places.is_team(chat) {
        return;
    }
    match outcome {
        Outcome::Delivered { .. } if is_topic => mended(shared, chat),
        Outcome::Delivered { .. } => shared.health.mended(&messages(chat)),
        Outcome::Refused(refusal) if refusal.scope == RefusalScope::Chat && is_topic => {
            no_topics(shared, chat, &refusal.reason);
        }
        Outcome::Refused(refusal) if refusal.scope == RefusalScope::Chat => {
            let reason = format!("The bot cannot write into the group {chat}. {}.", refusal.reason);
            shared.health.fault(&messages(chat), reason);
        }
        Outcome::Refused(_) | Outcome::Later { .. } | Outcome::Heal(_) | Outcome::Unknown { .. } => {}
    }
}

/// The bot cannot do what it must with a group's topics.
pub(crate) fn no_topics(shared: &Shared, chat: &ChatId, reason: &str) {
    let reason = format!("The bot cannot manage the topics of the group {chat}. {reason}.");
    shared.health.fault(&topics(chat), reason);
}

/// It can.
pub(crate) fn has_topics(shared: &Shared, chat: &ChatId) {
    shared.health.mended(&topics(chat));
}

fn mended(shared: &Shared, chat: &ChatId) {
    for fault in [chat.as_str(), &topics(chat), &messages(chat)] {
        shared.health.mended(fault);
    }
}

fn absent(shared: &Shared, chat: &ChatId) {
    let reason = format!("The bot is not in the group {chat}: add it and make it an administrator.");
    shared.health.fault(chat.as_str(), reason);
}

fn topics(chat: &ChatId) -> String {
    format!("{chat}/topics")
}

fn messages(chat: &ChatId) -> String {
    format!("{chat}/messages")
}
