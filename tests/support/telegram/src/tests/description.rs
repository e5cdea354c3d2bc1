//! What the fake answers, held against the API's own description where that is at hand.

use super::Bot;
use crate::{Described, Fake, FileSent, check_against_the_description};
use serde_json::json;

#[tokio::test]
async fn every_answer_and_update_is_as_the_api_describes_it() {
    let fake = Fake::start().await;
    let (bot, carla, team) = (Bot::of(&fake), fake.user("Carla Customer"), fake.forum("Team"));
    let kinds = json!(["message", "edited_message", "message_reaction", "my_chat_member"]);
    bot.call("getUpdates", json!({ "offset": -1, "allowed_updates": kinds })).await;
    let anna = team.member("Anna");
    let created = bot.call("createForumTopic", json!({ "chat_id": team.id(), "name": "Carla" })).await;
    let topic = created["message_thread_id"].as_i64();
    for method in ["getMe", "getWebhookInfo", "getForumTopicIconStickers", "getMyCommands"] {
        bot.call(method, json!({})).await;
    }
    bot.call("getChat", json!({ "chat_id": team.id() })).await;
    bot.call("getChatMember", json!({ "chat_id": team.id(), "user_id": anna.id() })).await;
    bot.call("getChatMember", json!({ "chat_id": team.id(), "user_id": fake.bot_id() })).await;
    let card =
        bot.call("sendMessage", json!({ "chat_id": team.id(), "message_thread_id": topic, "text": "card" }));
    let pin =
        json!({ "chat_id": team.id(), "message_id": card.await["message_id"], "disable_notification": true });
    bot.call("pinChatMessage", pin).await;
    let asked = carla.starts(Some("shop"));
    carla.edits(asked, "edited");
    carla.reacts(asked, &["👍"]);
    for kind in ["photo", "video", "animation", "audio", "document", "voice", "video_note", "sticker"] {
        let sent = carla.sends_file(FileSent { kind, name: "a.bin", bytes: b"x" }, "");
        let copy = json!({ "chat_id": team.id(), "from_chat_id": carla.chat(), "message_id": sent });
        bot.call("copyMessage", copy).await;
    }
    anna.in_topic(topic).writes("a note");
    anna.writes_anonymously("who is it");
    carla.blocks();
    team.kicks(&anna);
    bot.updates(0).await;
    match check_against_the_description(&fake).unwrap() {
        Described::Absent => println!("the API's description is not at hand: nothing was looked at"),
        Described::Well(exchanges) => assert!(exchanges >= 20, "{exchanges}"),
        Described::Wrong(wrong) => panic!("{}", wrong.join("\n")),
    }
}
