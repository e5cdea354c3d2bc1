//! Updates: confirmed by an offset, kept for a day, given to one poller.

use super::{Bot, after};
use crate::{Fake, Fault};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn an_update_comes_until_a_higher_offset_confirms_it() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    carla.writes("one");
    carla.writes("two");
    let first = bot.updates(0).await;
    assert_eq!(first.len(), 2);
    assert_eq!(first[1]["message"]["text"], "two");
    assert_eq!(
        first[1]["message"]["chat"],
        json!({ "id": carla.id(), "type": "private", "first_name": "Carla" })
    );
    let second = bot.updates(after(&first[..1])).await;
    assert_eq!(second, first[1..]);
    carla.writes("three");
    let third = bot.updates(after(&first)).await;
    assert_eq!(third[0]["message"]["text"], "three");
    assert_eq!(third.len(), 1);
}

#[tokio::test]
async fn a_long_poll_is_answered_when_something_comes() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let later = async {
        fake.until("somebody polls", |fake| fake.polls() == 1).await;
        carla.writes("now");
    };
    let (updates, ()) = tokio::join!(bot.updates(0), later);
    assert_eq!(updates[0]["message"]["text"], "now");
}

#[tokio::test]
async fn a_second_poll_ends_the_first_one() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let second = async {
        fake.until("somebody polls", |fake| fake.polls() == 1).await;
        let polled = bot.updates(0);
        let written = async {
            fake.until("the first has ended", |fake| !fake.calls("getUpdates").is_empty()).await;
            carla.writes("for the second");
        };
        tokio::join!(polled, written).0
    };
    let poll = json!({ "timeout": 50 });
    let (first, second) = tokio::join!(bot.answer("getUpdates", &poll), second);
    assert_eq!(first["error_code"], 409);
    assert!(first["description"].as_str().unwrap().contains("terminated by other getUpdates request"));
    assert_eq!(second.len(), 1);
}

#[tokio::test]
async fn nobody_polls_while_a_webhook_is_set() {
    let fake = Fake::start().await;
    let bot = Bot::of(&fake);
    bot.call("setWebhook", json!({ "url": "https://bot.example/hook" })).await;
    assert_eq!(bot.call("getWebhookInfo", json!({})).await["url"], "https://bot.example/hook");
    let words = bot.refused("getUpdates", json!({})).await;
    assert!(words.contains("while webhook is active"), "{words}");
    bot.call("deleteWebhook", json!({})).await;
    bot.call("getUpdates", json!({})).await;
}

#[tokio::test]
async fn updates_are_kept_for_a_day() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    carla.writes("old");
    fake.passes(Duration::from_hours(23));
    carla.writes("new");
    fake.passes(Duration::from_hours(2));
    let updates = bot.updates(0).await;
    assert_eq!(updates.len(), 1);
    assert_eq!(updates[0]["message"]["text"], "new");
}

#[tokio::test]
async fn reactions_come_only_when_they_are_asked_for_and_in_groups_only_to_administrators() {
    let fake = Fake::start().await;
    let (bot, carla, team) = (Bot::of(&fake), fake.user("Carla"), fake.forum("Team"));
    let anna = team.member("Anna");
    let (asked, noted) = (carla.writes("hello"), anna.writes("note"));
    carla.reacts(asked, &["👍"]);
    assert_eq!(fake.waiting(), 2);
    let updates = bot.updates(0).await;
    carla.reacts(asked, &["❤", "🔥"]);
    anna.reacts(noted, &["👀"]);
    let updates = bot.updates(after(&updates)).await;
    assert_eq!(updates.len(), 2);
    let change = &updates[0]["message_reaction"];
    assert_eq!(change["old_reaction"], json!([{ "type": "emoji", "emoji": "👍" }]));
    assert_eq!(change["new_reaction"].as_array().unwrap().len(), 2);
    team.grants(None);
    anna.reacts(noted, &[]);
    assert_eq!(fake.waiting(), 2);
}

#[tokio::test]
async fn a_plain_member_hears_only_what_is_meant_for_it_in_privacy_mode() {
    let fake = Fake::start().await;
    let team = fake.forum("Team");
    let anna = team.member("Anna");
    team.grants(None);
    anna.writes("not for the bot");
    assert_eq!(fake.waiting(), 0);
    anna.writes("/close");
    assert_eq!(fake.waiting(), 1);
    fake.privacy_mode(false);
    anna.writes("everything");
    assert_eq!(fake.waiting(), 2);
}

#[tokio::test]
async fn a_cut_connection_gives_no_answer_and_has_or_has_not_an_effect() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    for (fault, effects) in [(Fault::CutBefore, 0), (Fault::CutAfter, 1)] {
        fake.fails("sendMessage", fault);
        let message = json!({ "chat_id": carla.chat(), "text": "hi" });
        let error = bot.http.post(bot.address("sendMessage")).json(&message).send().await.unwrap_err();
        assert!(!error.is_connect(), "{error:?}");
        assert_eq!(carla.sees().len(), effects);
    }
}

#[tokio::test]
async fn faults_come_in_their_turn_and_end() {
    let fake = Fake::start().await;
    let bot = Bot::of(&fake);
    fake.fails("getMe", Fault::TooMany(7));
    fake.fails_times("*", Fault::ServerError, 2);
    let limited = bot.answer("getMe", &json!({})).await;
    assert_eq!(limited["parameters"]["retry_after"], 7);
    for _ in 0..2 {
        assert_eq!(bot.answer("getMe", &json!({})).await["error_code"], 500);
    }
    fake.fails("getMe", Fault::BadGateway);
    let page = bot.http.get(bot.address("GetMe")).send().await.unwrap();
    assert_eq!(page.status(), 502);
    assert!(page.text().await.unwrap().starts_with("<html>"));
    assert_eq!(bot.call("getme", json!({})).await["id"], fake.bot_id());
}

#[tokio::test]
async fn what_is_held_is_answered_when_it_is_released() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    fake.fails("sendMessage", Fault::HeldAfter);
    let release = async {
        fake.until("it is done", |_| carla.sees().len() == 1).await;
        assert!(fake.calls("sendMessage").is_empty());
        fake.release();
    };
    let message = json!({ "chat_id": carla.chat(), "text": "slow" });
    let (sent, ()) = tokio::join!(bot.call("sendMessage", message), release);
    assert_eq!(sent["text"], "slow");
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized_and_an_unknown_method_not_found() {
    let fake = Fake::start().await;
    let bot = Bot::of(&fake);
    let wrong = format!("{}/bot1:wrong/getMe", fake.api_url());
    assert_eq!(bot.http.get(wrong).send().await.unwrap().status(), 401);
    assert_eq!(bot.refused("getNothing", json!({})).await, "Not Found: method not found");
}
