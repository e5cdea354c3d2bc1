//! Messages: checked, shown, changed, taken away, reacted to.

use super::{Bot, after};
use crate::Fake;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_text_is_shown_with_its_entities() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let entities = json!([{ "type": "bold", "offset": 0, "length": 4 }]);
    let params =
        json!({ "chat_id": carla.chat().to_string(), "text": "Anna\nhello 👩‍👩‍👧", "entities": entities });
    let sent = bot.call("sendMessage", params).await;
    assert_eq!(sent["from"]["id"], fake.bot_id());
    let seen = carla.sees();
    assert_eq!(seen[0].name_and_text().unwrap(), ("Anna".to_owned(), "hello 👩‍👩‍👧".to_owned()));
    assert_eq!(seen[0].id, sent["message_id"].as_i64().unwrap());
}

#[tokio::test]
async fn texts_and_entities_are_counted_in_utf16_units() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let send = |text: String, entities: Value| json!({ "chat_id": carla.chat(), "text": text, "entities": entities });
    let bold = |offset: i64, length: i64| json!([{ "type": "bold", "offset": offset, "length": length }]);
    bot.call("sendMessage", send("😀".repeat(2048), json!([]))).await;
    for (text, entities, words) in [
        ("😀".repeat(2048) + "a", json!([]), "message is too long"),
        (" \n ".to_owned(), json!([]), "message text is empty"),
        ("😀".to_owned(), bold(1, 1), "begins in a middle"),
        ("😀".to_owned(), bold(0, 1), "ends in a middle"),
        ("abc".to_owned(), bold(2, 2), "ends after the end"),
        ("abc".to_owned(), bold(4, 1), "begins after the end"),
        ("abc".to_owned(), bold(-1, 1), "incorrect offset"),
    ] {
        let refused = bot.refused("sendMessage", send(text, entities)).await;
        assert!(refused.starts_with("Bad Request: ") && refused.contains(words), "{refused}");
    }
    let trimmed = bot.call("sendMessage", send("  ab ".to_owned(), bold(2, 3))).await;
    assert_eq!((&trimmed["text"], &trimmed["entities"]), (&json!("ab"), &bold(0, 2)));
}

#[tokio::test]
async fn a_reply_to_nothing_is_sent_only_when_that_is_allowed() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let asked = carla.writes("a question");
    let reply = |to: i64, anyway: bool| {
        json!({
            "chat_id": carla.chat(), "text": "an answer",
            "reply_parameters": { "message_id": to, "allow_sending_without_reply": anyway },
        })
    };
    let sent = bot.call("sendMessage", reply(asked, true)).await;
    assert_eq!(sent["reply_to_message"]["text"], "a question");
    assert_eq!(
        bot.refused("sendMessage", reply(99, false)).await,
        "Bad Request: message to be replied not found"
    );
    assert!(bot.call("sendMessage", reply(99, true)).await["reply_to_message"].is_null());
}

#[tokio::test]
async fn the_bot_edits_its_own_messages_only_and_only_to_something_else() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let theirs = carla.writes("theirs");
    let sent = bot.call("sendMessage", json!({ "chat_id": carla.chat(), "text": "before" })).await;
    let edit = |id: &Value, text: &str| json!({ "chat_id": carla.chat(), "message_id": id, "text": text });
    let ours = &sent["message_id"];
    let same = bot.refused("editMessageText", edit(ours, "before")).await;
    assert!(same.starts_with("Bad Request: message is not modified: "), "{same}");
    assert_eq!(bot.call("editMessageText", edit(ours, "after")).await["text"], "after");
    assert_eq!(
        bot.refused("editMessageText", edit(&theirs.into(), "x")).await,
        "Bad Request: message can't be edited"
    );
    assert_eq!(
        bot.refused("editMessageText", edit(&99.into(), "x")).await,
        "Bad Request: message to edit not found"
    );
    let caption = json!({ "chat_id": carla.chat(), "message_id": ours, "caption": "x" });
    let words = bot.refused("editMessageCaption", caption).await;
    assert_eq!(words, "Bad Request: there is no caption in the message to edit");
}

#[tokio::test]
async fn messages_can_be_taken_back_for_two_days() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let mut ids = Vec::new();
    for text in ["one", "two"] {
        let sent = bot.call("sendMessage", json!({ "chat_id": carla.chat(), "text": text })).await;
        ids.push(sent["message_id"].clone());
    }
    let delete = |id: &Value| json!({ "chat_id": carla.chat(), "message_id": id });
    bot.call("deleteMessage", delete(&ids[0])).await;
    assert_eq!(
        bot.refused("deleteMessage", delete(&ids[0])).await,
        "Bad Request: message to delete not found"
    );
    fake.passes(Duration::from_hours(49));
    let words = bot.refused("deleteMessage", delete(&ids[1])).await;
    assert_eq!(words, "Bad Request: message can't be deleted for everyone");
}

#[tokio::test]
async fn a_reaction_is_one_of_the_list_and_replaces_the_last() {
    let fake = Fake::start().await;
    let (bot, carla, team) = (Bot::of(&fake), fake.user("Carla"), fake.forum("Team"));
    let asked = carla.writes("hello");
    let react = |chat: i64, id: i64, emoji: &[&str]| {
        let reaction: Vec<_> = emoji.iter().map(|emoji| json!({ "type": "emoji", "emoji": emoji })).collect();
        json!({ "chat_id": chat, "message_id": id, "reaction": reaction })
    };
    for emoji in ["👀", "👌"] {
        bot.call("setMessageReaction", react(carla.chat(), asked, &[emoji])).await;
        assert_eq!(carla.sees()[0].reactions, [(fake.bot_id(), emoji.to_owned())]);
    }
    assert_eq!(
        bot.refused("setMessageReaction", react(carla.chat(), asked, &["✅"])).await,
        "Bad Request: REACTION_INVALID"
    );
    bot.call("setMessageReaction", react(carla.chat(), asked, &[])).await;
    assert!(carla.sees()[0].reactions.is_empty());
    let note = team.member("Anna").writes("note");
    team.allows_reactions(Some(&["👍"]));
    bot.refused("setMessageReaction", react(team.id(), note, &["👌"])).await;
    bot.call("setMessageReaction", react(team.id(), note, &["👍"])).await;
}

#[tokio::test]
async fn whoever_blocks_the_bot_is_not_written_to_and_the_bot_is_told() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let message = json!({ "chat_id": carla.chat(), "text": "hi" });
    carla.blocks();
    let update = &bot.updates(0).await[0]["my_chat_member"];
    assert_eq!(update["new_chat_member"]["status"], "kicked");
    let answer = bot.answer("sendMessage", &message).await;
    assert_eq!(answer["error_code"], 403);
    assert_eq!(answer["description"], "Forbidden: bot was blocked by the user");
    carla.unblocks();
    bot.call("sendMessage", message).await;
    let stranger = fake.stranger("Nobody");
    let words = bot.refused("sendMessage", json!({ "chat_id": stranger.chat(), "text": "hi" })).await;
    assert_eq!(words, "Bad Request: chat not found");
}

#[tokio::test]
async fn the_limits_hold_when_they_are_on() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let message = json!({ "chat_id": carla.chat(), "text": "hi" });
    fake.throttles(true);
    bot.call("sendMessage", message.clone()).await;
    let answer = bot.answer("sendMessage", &message).await;
    assert_eq!(answer["error_code"], 429);
    assert_eq!(answer["parameters"]["retry_after"], 1);
    fake.passes(Duration::from_secs(1));
    bot.call("sendMessage", message).await;
}

#[tokio::test]
async fn a_group_that_migrated_tells_its_new_id() {
    let fake = Fake::start().await;
    let (bot, old) = (Bot::of(&fake), fake.small_group("Team"));
    let anna = old.member("Anna");
    let new = old.migrates(&anna);
    let updates = bot.updates(0).await;
    assert_eq!(updates[0]["message"]["migrate_to_chat_id"], new.id());
    assert_eq!(updates[1]["message"]["migrate_from_chat_id"], old.id());
    assert!(after(&updates) > 0);
    let answer = bot.answer("sendMessage", &json!({ "chat_id": old.id(), "text": "hi" })).await;
    assert_eq!(answer["parameters"]["migrate_to_chat_id"], new.id());
    bot.call("sendMessage", json!({ "chat_id": new.id(), "text": "hi" })).await;
}
