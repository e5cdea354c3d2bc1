//! What is asked and answered here, held against Discord's published specification where that is at hand.

use super::client::Client;
use crate::Fake;
use serde_json::{Value, json};

#[tokio::test]
async fn answers_are_as_the_specification_says() {
    let fake = Fake::start().await;
    let client = Client::of(&fake);
    everything(&fake, &client).await;
    assert_eq!(fake.complaints(), Vec::<String>::new());
    let traffic = fake.traffic();
    assert!(traffic.lines().count() > 40, "too little was tried");
    let faults = fake.unspecified();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A request of every kind.
async fn everything(fake: &Fake, client: &Client) {
    let (carla, guild) = (fake.user("Carla"), fake.guild("Shop"));
    guild.join(&carla);
    let (room, forum) = (guild.text_channel("room"), guild.forum("forum"));
    for path in ["/gateway", "/gateway/bot", "/users/@me", "/applications/@me", "/users/@me/guilds"] {
        client.get(path).await;
    }
    let id = guild.id();
    for path in ["", "/roles", "/channels", "/members/@me", "/threads/active"] {
        let path = if path.contains("@me") { format!("/members/{}", fake.bot_id()) } else { path.to_owned() };
        client.get(&format!("/guilds/{id}{path}")).await;
    }
    in_direct(fake, client).await;
    let hers = carla.says(&room, "in the room");
    client.get(&format!("/channels/{room}")).await;
    let thread = client
        .post(&format!("/channels/{room}/messages/{hers}/threads"), json!({ "name": "a thread" }))
        .await;
    client.get(&format!("/channels/{}/messages", word(&thread["id"]))).await;
    let private =
        json!({ "name": "private", "type": 12, "invitable": false, "auto_archive_duration": 10080 });
    let private = client.post(&format!("/channels/{room}/threads"), private).await;
    let members = format!("/channels/{}/thread-members/{}", word(&private["id"]), carla.id());
    client.ask("PUT", &members, Value::Null).await;
    client.get(&format!("/channels/{}/messages", word(&private["id"]))).await;
    client
        .ask("PATCH", &format!("/channels/{forum}"), json!({ "available_tags": [{ "name": "waiting" }] }))
        .await;
    let tag = fake.channel(&forum).unwrap()["available_tags"][0]["id"].clone();
    let post = json!({ "name": "Carla #1", "applied_tags": [tag], "message": { "content": "card", "allowed_mentions": { "parse": [] } } });
    let post = client.post(&format!("/channels/{forum}/threads"), post).await;
    let post = word(&post["id"]);
    client.ask("PATCH", &format!("/channels/{post}"), json!({ "name": "Carla #2", "archived": true })).await;
    client.ask("PATCH", &format!("/channels/{post}"), json!({ "archived": false, "locked": false })).await;
    client.get(&format!("/channels/{forum}/threads/archived/public")).await;
    client.get(&format!("/guilds/{id}/threads/active")).await;
    by_webhook(client, &forum, post).await;
    commands(fake, client, &id, &room).await;
    client.ask("DELETE", &format!("/channels/{post}"), Value::Null).await;
    client.get("/channels/1").await;
}

async fn in_direct(fake: &Fake, client: &Client) {
    let carla = fake.user("Dora");
    let direct = client.post("/users/@me/channels", json!({ "recipient_id": carla.id() })).await;
    let base = format!("/channels/{}", word(&direct["id"]));
    client.get(&base).await;
    let hers = carla.dm("a question");
    carla.sticker(&carla.direct(), "Wave");
    carla.poll(&carla.direct(), "Which?", &["this", "that"]);
    carla.voice(&carla.direct(), b"sound");
    carla.replies(&carla.direct(), &hers, "and?");
    let answer = json!({
        "content": "an answer", "nonce": "op-1", "enforce_nonce": true, "allowed_mentions": { "parse": [] },
        "message_reference": { "message_id": hers, "fail_if_not_exists": false },
        "embeds": [{ "author": { "name": "Anna" }, "description": "text" }],
    });
    let answer = client.post(&format!("{base}/messages"), answer).await;
    client.upload(&format!("{base}/messages"), json!({ "content": "a file" }), "a.png", b"png").await;
    client.post(&format!("{base}/typing"), Value::Null).await;
    let ours = format!("{base}/messages/{}", word(&answer["id"]));
    client.ask("PATCH", &ours, json!({ "content": "changed", "allowed_mentions": { "parse": [] } })).await;
    client.ask("PUT", &format!("{base}/messages/{hers}/reactions/%F0%9F%91%8D/@me"), Value::Null).await;
    client.get(&ours).await;
    client.get(&format!("{base}/messages?limit=100")).await;
    client.ask("DELETE", &format!("{base}/messages/{hers}/reactions/%F0%9F%91%8D/@me"), Value::Null).await;
    client.ask("DELETE", &ours, Value::Null).await;
}

async fn by_webhook(client: &Client, forum: &str, post: &str) {
    let hook = client.post(&format!("/channels/{forum}/webhooks"), json!({ "name": "Desk" })).await;
    client.get(&format!("/channels/{forum}/webhooks")).await;
    client.get(&format!("/webhooks/{}", word(&hook["id"]))).await;
    let hook = format!("/webhooks/{}/{}", word(&hook["id"]), word(&hook["token"]));
    let message = json!({
        "content": "hello", "username": "Carla", "avatar_url": "https://example.org/a.png",
        "allowed_mentions": { "parse": [] },
    });
    let sent = client.post(&format!("{hook}?wait=true&thread_id={post}"), message).await;
    let path = format!("{hook}/messages/{}?thread_id={post}", word(&sent["id"]));
    client.ask("PATCH", &path, json!({ "content": "changed" })).await;
    client.get(&path).await;
    client.ask("DELETE", &path, Value::Null).await;
    client.get(&format!("/channels/{post}/messages")).await;
    client.ask("DELETE", &hook, Value::Null).await;
}

async fn commands(fake: &Fake, client: &Client, guild: &str, room: &str) {
    let path = format!("/applications/{}/guilds/{guild}/commands", fake.bot_id());
    let option = json!({ "type": 3, "name": "text", "description": "What it is about", "required": false });
    let completed = json!({ "type": 3, "name": "text", "description": "Whom", "autocomplete": true });
    let command = json!([
        { "name": "contact", "description": "Write to the team", "options": [option] },
        { "name": "assign", "description": "Assigns", "options": [completed], "default_member_permissions": 17_179_869_184_u64 },
    ]);
    client.ask("PUT", &path, command).await;
    client.get(&path).await;
    let carla = fake.user("Emil");
    let asked = carla.command(room, "contact", Some(("text", "help")), "de");
    let token = format!("interaction-token-{asked}");
    let callback = format!("/interactions/{asked}/{token}/callback");
    assert_eq!(client.ask("POST", &callback, json!({ "type": 5, "data": { "flags": 64 } })).await.0, 204);
    assert_eq!(
        client.ask("POST", &callback, json!({ "type": 5, "data": { "flags": 64 } })).await.1["code"],
        40060
    );
    let original = format!("/webhooks/{}/{token}/messages/@original", fake.bot_id());
    client.ask("PATCH", &original, json!({ "content": "It goes on there." })).await;
    client.get(&original).await;
    let shown = fake.pressed(&asked);
    assert_eq!((shown.text.as_deref(), shown.ephemeral), (Some("It goes on there."), true));
    let typed = carla.completes(room, "assign", ("text", "an"), "de");
    let callback = format!("/interactions/{typed}/interaction-token-{typed}/callback");
    assert_eq!(client.ask("POST", &callback, json!({ "type": 5 })).await.1["code"], 50109);
    let choices = json!({ "choices": [{ "name": "Anna", "value": "Anna" }] });
    client.ask("POST", &callback, json!({ "type": 8, "data": choices })).await;
    assert_eq!(fake.pressed(&typed).choices, ["Anna"]);
    let input = json!({ "type": 4, "custom_id": "text", "style": 2, "label": "Text" });
    let form = json!({ "custom_id": "open", "title": "Write", "components": [{ "type": 1, "components": [input] }] });
    let button = carla.presses(room, &carla.says(room, "x"), "open", "de");
    let callback = format!("/interactions/{button}/interaction-token-{button}/callback");
    client.ask("POST", &callback, json!({ "type": 9, "data": form })).await;
    let filled = carla.submits(room, &button, &["help"], "de");
    assert!(fake.pressed(&filled).callback.is_none());
}
