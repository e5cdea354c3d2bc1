//! Topics of a forum, pins, commands and what the bot is seen doing.

use super::{Bot, after};
use crate::Fake;
use serde_json::json;

#[tokio::test]
async fn a_topic_is_opened_named_closed_and_lost() {
    let fake = Fake::start().await;
    let (bot, team) = (Bot::of(&fake), fake.forum("Team"));
    let created = bot.call("createForumTopic", json!({ "chat_id": team.id(), "name": "Carla" })).await;
    let id = &created["message_thread_id"];
    let topic = |more: &str| json!({ "chat_id": team.id(), "message_thread_id": id, "name": more });
    assert_eq!(bot.refused("editForumTopic", topic("Carla")).await, "Bad Request: TOPIC_NOT_MODIFIED");
    bot.call("editForumTopic", topic("Carla, renamed")).await;
    let plain = json!({ "chat_id": team.id(), "message_thread_id": id });
    bot.call("closeForumTopic", plain.clone()).await;
    assert_eq!(bot.refused("closeForumTopic", plain.clone()).await, "Bad Request: TOPIC_NOT_MODIFIED");
    let shown = &team.topics()[0];
    assert_eq!((shown.name.as_str(), shown.closed), ("Carla, renamed", true));
    let message = json!({ "chat_id": team.id(), "message_thread_id": id, "text": "hi" });
    bot.call("sendMessage", message.clone()).await;
    team.locks_closed_topics();
    assert_eq!(bot.refused("sendMessage", message.clone()).await, "Bad Request: TOPIC_CLOSED");
    bot.call("reopenForumTopic", plain.clone()).await;
    bot.call("sendMessage", message.clone()).await;
    team.loses_topic(id.as_i64().unwrap());
    assert_eq!(bot.refused("sendMessage", message).await, "Bad Request: message thread not found");
    assert_eq!(bot.refused("closeForumTopic", plain).await, "Bad Request: TOPIC_ID_INVALID");
}

#[tokio::test]
async fn a_message_in_a_topic_answers_its_first_one_and_a_reply_outside_names_a_thread_that_is_none() {
    let fake = Fake::start().await;
    let (bot, team) = (Bot::of(&fake), fake.forum("Team"));
    let created = bot.call("createForumTopic", json!({ "chat_id": team.id(), "name": "Carla" })).await;
    let id = created["message_thread_id"].as_i64().unwrap();
    let told = bot.updates(0).await;
    assert_eq!(told[0]["message"]["forum_topic_created"]["name"], "Carla");
    let anna = team.member("Anna");
    anna.in_topic(Some(id)).writes("a note");
    let note = anna.writes("to the room");
    anna.replies(note, "to that");
    let updates = bot.updates(after(&told)).await;
    let in_topic = &updates[0]["message"];
    assert_eq!(in_topic["message_thread_id"], id);
    assert_eq!(in_topic["reply_to_message"]["message_id"], id);
    assert_eq!(in_topic["is_topic_message"], true);
    let reply = &updates[2]["message"];
    assert_eq!(reply["message_thread_id"], note);
    assert!(reply["is_topic_message"].is_null());
}

#[tokio::test]
async fn what_needs_a_right_is_refused_without_it() {
    let fake = Fake::start().await;
    let (bot, team) = (Bot::of(&fake), fake.forum("Team"));
    let me = json!({ "chat_id": team.id(), "user_id": fake.bot_id() });
    assert_eq!(bot.call("getChatMember", me.clone()).await["can_manage_topics"], true);
    team.grants(Some(&["can_delete_messages"]));
    assert_eq!(bot.call("getChatMember", me).await["can_manage_topics"], false);
    let words = bot.refused("createForumTopic", json!({ "chat_id": team.id(), "name": "Carla" })).await;
    assert_eq!(words, "Bad Request: not enough rights to create a topic");
    let sent = bot.call("sendMessage", json!({ "chat_id": team.id(), "text": "card" })).await;
    let pin = json!({ "chat_id": team.id(), "message_id": sent["message_id"] });
    let words = bot.refused("pinChatMessage", pin.clone()).await;
    assert_eq!(words, "Bad Request: not enough rights to manage pinned messages in the chat");
    team.grants(Some(&["can_pin_messages"]));
    bot.call("pinChatMessage", pin).await;
    assert!(team.shows(None)[0].pinned);
}

#[tokio::test]
async fn commands_are_kept_by_scope_and_language() {
    let fake = Fake::start().await;
    let (bot, team) = (Bot::of(&fake), fake.forum("Team"));
    let scope = json!({ "type": "chat", "chat_id": team.id() });
    let commands = json!([{ "command": "close", "description": "Closes the thread" }]);
    let params = json!({ "commands": commands, "scope": scope, "language_code": "de" });
    bot.call("setMyCommands", params).await;
    assert_eq!(fake.commands(&scope, "de"), Some(commands.clone()));
    let read = bot.call("getMyCommands", json!({ "scope": scope, "language_code": "de" })).await;
    assert_eq!(read, commands);
    assert_eq!(bot.call("getMyCommands", json!({})).await, json!([]));
    let wrong = json!({ "commands": [{ "command": "Close it", "description": "x" }] });
    assert_eq!(bot.refused("setMyCommands", wrong).await, "Bad Request: BOT_COMMAND_INVALID");
    bot.call("sendChatAction", json!({ "chat_id": team.id(), "action": "typing" })).await;
    assert_eq!(fake.actions(), [(team.id(), None, "typing".to_owned())]);
}
