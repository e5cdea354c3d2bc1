//! What requests do and how they are refused.

use super::client::Client;
use crate::{Fake, Fault, Which, bits};
use serde_json::{Value, json};

#[tokio::test]
async fn a_nonce_makes_a_repeat_harmless() {
    let fake = Fake::start().await;
    let client = Client::of(&fake);
    let carla = fake.user("Carla");
    let channel =
        client.post("/users/@me/channels", json!({ "recipient_id": carla.id() })).await["id"].clone();
    assert_eq!(channel, carla.direct());
    let path = format!("/channels/{}/messages", carla.direct());
    let message = json!({ "content": "hello", "nonce": "op-1", "enforce_nonce": true });
    fake.fail(Which::next("POST", "/messages"), Fault::AnswerLost);
    assert_eq!(client.ask("POST", &path, message.clone()).await.0, 0);
    let again = client.post(&path, message.clone()).await;
    let seen = fake.messages(&carla.direct());
    assert_eq!(seen.len(), 1);
    assert_eq!((&again["id"], seen[0].content.as_str()), (&json!(seen[0].id), "hello"));
    fake.forget_nonces();
    client.post(&path, message).await;
    assert_eq!(fake.messages(&carla.direct()).len(), 2);
}

#[tokio::test]
async fn a_page_of_history_holds_what_comes_next_with_the_newest_first() {
    let fake = Fake::start().await;
    let (client, carla) = (Client::of(&fake), fake.user("Carla"));
    let ids: Vec<_> = (0..7).map(|number| carla.dm(&number.to_string())).collect();
    let path = format!("/channels/{}/messages", carla.direct());
    for (query, wanted) in [
        (format!("?after={}&limit=3", ids[0]), vec!["3", "2", "1"]),
        (format!("?after={}&limit=100", ids[4]), vec!["6", "5"]),
        (format!("?before={}&limit=2", ids[3]), vec!["2", "1"]),
        (format!("?around={}&limit=3", ids[3]), vec!["4", "3", "2"]),
        ("?limit=2".to_owned(), vec!["6", "5"]),
    ] {
        let page = client.get(&format!("{path}{query}")).await;
        let read: Vec<_> =
            page.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect();
        assert_eq!(read, wanted, "{query}");
    }
    assert_eq!(client.ask("GET", &format!("{path}?limit=101"), Value::Null).await.0, 400);
}

#[tokio::test]
async fn refusals_bear_discords_numbers() {
    let fake = Fake::start().await;
    let (client, carla, guild) = (Client::of(&fake), fake.user("Carla"), fake.guild("Shop"));
    let (room, forum, hidden) =
        (guild.text_channel("room"), guild.forum("forum"), guild.text_channel("hidden"));
    fake.deny(&hidden, bits::VIEW_CHANNEL);
    let hers = carla.says(&room, "mine");
    let (archived, locked) = (carla.opens_post(&forum, "a", "first"), carla.opens_post(&forum, "b", "first"));
    fake.archive(&archived, false);
    fake.archive(&locked, true);
    let shut = fake.user("Otto");
    shut.close_messages(true);
    let hook = client.post(&format!("/channels/{forum}/webhooks"), json!({ "name": "Desk" })).await;
    let hook = format!("/webhooks/{}/{}", hook["id"].as_str().unwrap(), hook["token"].as_str().unwrap());
    let say = json!({ "content": "x" });
    for (method, path, body, status, code) in [
        ("POST", "/channels/1/messages".to_owned(), say.clone(), 404, 10003),
        ("POST", format!("/channels/{hidden}/messages"), say.clone(), 403, 50001),
        ("POST", format!("/channels/{forum}/messages"), say.clone(), 400, 50008),
        ("POST", format!("/channels/{}/messages", shut.direct()), say.clone(), 403, 50007),
        ("POST", format!("/channels/{locked}/messages"), say.clone(), 400, 160_005),
        ("POST", format!("/channels/{room}/messages"), json!({ "content": "" }), 400, 50006),
        ("POST", format!("/channels/{room}/messages"), json!({ "content": "x".repeat(2001) }), 400, 50035),
        ("PATCH", format!("/channels/{room}/messages/{hers}"), say.clone(), 403, 50005),
        ("DELETE", format!("/channels/{room}/messages/1"), Value::Null, 404, 10008),
        (
            "PUT",
            format!("/channels/{archived}/messages/{archived}/reactions/%E2%9C%85/@me"),
            Value::Null,
            400,
            50083,
        ),
        ("PUT", format!("/channels/{room}/messages/{hers}/reactions/nothing/@me"), Value::Null, 400, 10014),
        ("POST", hook.clone(), say.clone(), 400, 220_001),
        ("POST", format!("{hook}x?thread_id={archived}"), say.clone(), 401, 50027),
        ("POST", "/webhooks/1/x".to_owned(), say.clone(), 404, 10015),
        ("POST", format!("{hook}?thread_id={locked}"), say.clone(), 400, 160_005),
        (
            "POST",
            format!("{hook}?thread_id={archived}"),
            json!({ "content": "x", "username": "Clyde" }),
            400,
            50035,
        ),
        (
            "POST",
            format!("{hook}?thread_id={archived}"),
            json!({ "content": "x", "avatar_url": "cat" }),
            400,
            50035,
        ),
        ("GET", "/nowhere".to_owned(), Value::Null, 404, 0),
    ] {
        let (told, answer) = client.ask(method, &path, body).await;
        assert_eq!((told, answer["code"].as_u64()), (status, Some(code)), "{method} {path}: {answer}");
    }
    guild.permit(bits::VIEW_CHANNEL);
    let (_, answer) = client.ask("POST", &format!("/channels/{room}/messages"), say).await;
    assert_eq!(answer["code"], 50013);
}

#[tokio::test]
async fn a_message_in_an_archived_post_wakes_it() {
    let fake = Fake::start().await;
    let (client, carla, guild) = (Client::of(&fake), fake.user("Carla"), fake.guild("Shop"));
    let post = carla.opens_post(&guild.forum("forum"), "a", "first");
    fake.archive(&post, false);
    client.post(&format!("/channels/{post}/messages"), json!({ "content": "x" })).await;
    assert_eq!(fake.channel(&post).unwrap()["thread_metadata"]["archived"], false);
}

#[tokio::test]
async fn a_file_is_there_until_its_address_expires() {
    let fake = Fake::start().await;
    let (client, carla) = (Client::of(&fake), fake.user("Carla"));
    let path = format!("/channels/{}/messages", carla.direct());
    let sent = client.upload(&path, json!({ "content": "look" }), "a file.bin", b"bytes").await;
    let url = sent["attachments"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(client.download(&url).await.as_deref(), Some(&b"bytes"[..]));
    fake.expire_files();
    assert_eq!(client.download(&url).await, None);
    let again = client.get(&format!("{path}/{}", sent["id"].as_str().unwrap())).await;
    let fresh = again["attachments"][0]["url"].as_str().unwrap();
    assert_eq!(client.download(fresh).await.as_deref(), Some(&b"bytes"[..]));
}

#[tokio::test]
async fn faults_meet_the_requests_that_they_are_for() {
    let fake = Fake::start().await;
    let (client, carla) = (Client::of(&fake), fake.user("Carla"));
    let path = format!("/channels/{}/messages", carla.direct());
    let say = json!({ "content": "x" });
    for (fault, status, there) in [
        (Fault::CutBefore, 0, 0),
        (Fault::AnswerLost, 0, 1),
        (Fault::Status(502), 502, 0),
        (Fault::StatusAfter(500), 500, 1),
        (Fault::Code(200_000), 400, 0),
        (Fault::Limited { after: 1.5, global: true }, 429, 0),
    ] {
        let before = fake.messages(&carla.direct()).len();
        fake.fail(Which::next("POST", "/messages"), fault.clone());
        assert_eq!(client.ask("POST", &path, say.clone()).await.0, status, "{fault:?}");
        assert_eq!(fake.messages(&carla.direct()).len() - before, there, "{fault:?}");
    }
    fake.fail(Which::every("POST", "/messages"), Fault::Slow);
    let (asked, ()) = futures_util::join!(client.ask("POST", &path, say.clone()), async {
        // it is released again and again, because only the request knows when it waits
        while fake.messages(&carla.direct()).len() < 3 {
            fake.release();
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(asked.0, 200);
    fake.heal();
    fake.limit_messages();
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(client.ask("POST", &path, say.clone()).await.0);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
}
