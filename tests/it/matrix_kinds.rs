//! Everything that people send, from a customer on a real Synapse to a team on the local page and back, through the
//! program: nothing is lost, nothing is silent.

use crate::matrix_client::{id, replaces};
use crate::matrix_looks::Town;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_mins(1);
const MESSAGE: &str = "m.room.message";

/// The messages of a topic as the page has them.
async fn page(town: &Town, topic: &str) -> Vec<Value> {
    let path = format!("/api/team/rooms/team/messages?topic={topic}&limit=200");
    let page = town.agent.local.ask(Method::GET, &path, None, None).await.unwrap();
    page["messages"].as_array().unwrap().clone()
}

/// The message on the team's page that is wanted, once it is there.
async fn sees(town: &Town, topic: &str, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let messages = page(town, topic).await;
        if let Some(found) = messages.iter().find(|message| is_it(message)) {
            return found.clone();
        }
        assert!(Instant::now() < deadline, "{what} did not arrive: {messages:#?}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// The event in the customer's room that is wanted, once it is there.
async fn reads(town: &Town, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let events = town.customer.events(&town.chat).await;
        if let Some(found) = events.iter().find(|event| is_it(event)) {
            return found.clone();
        }
        assert!(Instant::now() < deadline, "{what} did not arrive: {events:#?}");
        sleep(Duration::from_millis(20)).await;
    }
}

fn kinds(message: &Value) -> Vec<&str> {
    let files = message["files"].as_array().into_iter().flatten();
    files.map(|file| file["kind"].as_str().unwrap()).collect()
}

fn has_text(message: &Value, text: &str) -> bool {
    message["text"].as_str().is_some_and(|shown| shown.contains(text))
}

/// The first bytes of a picture.
fn picture() -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), vec![7; 500]].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_a_customer_sends_arrives_or_is_told() {
    let town = Town::new().await;
    let _bridge = town.start();
    let (customer, chat) = (&town.customer, town.chat.as_str());
    let first = customer.say(chat, "Hello").await;
    let topic = town.topic().await;
    let shown = sees(&town, &topic, "the text", |message| has_text(message, "Hello")).await;

    let image = customer.upload("image/png", &picture()).await;
    let sound = customer.upload("audio/ogg", b"OggS and a voice").await;
    let voice = json!({
        "msgtype": "m.audio", "body": "Voice message.ogg", "url": sound, "org.matrix.msc3245.voice": {},
        "info": { "mimetype": "audio/ogg", "duration": 1200 },
    });
    customer.send(chat, MESSAGE, voice).await;
    sees(&town, &topic, "the voice message", |message| kinds(message) == ["voice"]).await;
    let sticker = json!({ "body": "a cat", "url": image, "info": { "mimetype": "image/png" } });
    customer.send(chat, "m.sticker", sticker).await;
    sees(&town, &topic, "the sticker", |message| kinds(message) == ["sticker"]).await;
    let item = |name: &str| json!({ "itemtype": "m.image", "body": name, "url": image });
    let album = json!({ "msgtype": "dm.filament.gallery", "body": "both sides", "itemtypes": [item("a.png"), item("b.png")] });
    customer.send(chat, MESSAGE, album).await;
    let seen = sees(&town, &topic, "the album", |message| kinds(message) == ["image", "image"]).await;
    assert!(has_text(&seen, "both sides"), "{seen}");

    let place = json!({ "msgtype": "m.location", "body": "my gate", "geo_uri": "geo:52.5,13.4" });
    customer.send(chat, MESSAGE, place).await;
    sees(&town, &topic, "the place", |message| has_text(message, "📍 my gate")).await;
    let poll = json!({ "org.matrix.msc3381.poll.start": {
        "question": { "org.matrix.msc1767.text": "Which day?" },
        "answers": [{ "id": "1", "org.matrix.msc1767.text": "Monday" }, { "id": "2", "org.matrix.msc1767.text": "Tuesday" }],
    } });
    customer.send(chat, "org.matrix.msc3381.poll.start", poll).await;
    let seen = sees(&town, &topic, "the poll", |message| has_text(message, "📊 Which day?")).await;
    assert!(has_text(&seen, "Monday") && has_text(&seen, "Tuesday"), "{seen}");
    customer.send(chat, MESSAGE, json!({ "msgtype": "org.example.hologram", "body": "me in 3D" })).await;
    sees(&town, &topic, "that something was not carried", |message| {
        has_text(message, "org.example.hologram")
    })
    .await;
    reads(&town, "that something was not carried", |event| {
        event["content"]["body"].as_str().is_some_and(|body| body.starts_with("Sorry, this kind of message"))
    })
    .await;

    let long = "many words ".repeat(20_000 / 11);
    customer.say(chat, &long).await;
    sees(&town, &topic, "the long message", |message| {
        message["text"] == long.trim_end() || message["text"] == long
    })
    .await;
    customer.reply(chat, &first, "I mean that one").await;
    let seen = sees(&town, &topic, "the quote", |message| has_text(message, "I mean that one")).await;
    assert_eq!(seen["reply_to"], shown["id"]);
    customer.edit(chat, &first, "Good day").await;
    sees(&town, &topic, "the new text", |message| message["text"] == "Good day" && message["edited"] == true)
        .await;
    customer.redact(chat, &first).await;
    let told =
        sees(&town, &topic, "that it was taken back", |message| has_text(message, "took this message back"))
            .await;
    assert_eq!(told["reply_to"], shown["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_an_agent_sends_arrives_or_is_told() {
    let town = Town::new().await;
    let _bridge = town.start();
    let (customer, chat) = (&town.customer, town.chat.as_str());
    let first = customer.say(chat, "Hello").await;
    let topic = town.topic().await;
    let copy = sees(&town, &topic, "the text", |message| has_text(message, "Hello")).await;
    let copy = copy["id"].as_str().unwrap();
    let body_of = |event: &Value, body: &str| event["content"]["body"] == body;

    let answer = town.agent.answer(&topic, copy, "Good **day**, see [here](https://example.org)").await;
    let seen = reads(&town, "the answer", |event| {
        event["content"]["formatted_body"].as_str().is_some_and(|html| html.contains("<strong>day</strong>"))
    })
    .await;
    assert_eq!(seen["content"]["m.relates_to"]["m.in_reply_to"]["event_id"], first, "it quotes");
    let (first, long) = (id(&seen).to_owned(), "many words ".repeat(20_000 / 11));
    town.agent.reply(&topic, &long).await;
    let words = |event: &Value| event["content"]["body"].as_str().unwrap_or_default().matches("many").count();
    let deadline = Instant::now() + PATIENCE;
    while customer.events(chat).await.iter().map(words).sum::<usize>() != 20_000 / 11 {
        assert!(Instant::now() < deadline, "the long answer did not arrive whole");
        sleep(Duration::from_millis(20)).await;
    }

    let mut files = Vec::new();
    for name in ["a.png", "b.png"] {
        files.push(town.bring(name, picture()).await);
    }
    let album = json!({ "agent": "anna", "topic": topic, "text": "!r both sides", "files": files });
    let path = "/api/team/rooms/team/messages";
    town.agent.local.ask(Method::POST, path, None, Some(album.to_string())).await.unwrap();
    for name in ["a.png", "b.png"] {
        let seen = reads(&town, name, |event| event["content"]["filename"] == name).await;
        assert_eq!(seen["content"]["msgtype"], "m.image");
        assert!(customer.download(seen["content"]["url"].as_str().unwrap()).await == picture());
    }
    reads(&town, "the album's words", |event| body_of(event, "Anna (Support): both sides")).await;

    // a file larger than the homeserver takes: both sides know, and the words arrive
    let large = town.bring("film.bin", vec![7; 2 << 20]).await;
    let reply = json!({ "agent": "anna", "topic": topic, "text": "!r the film", "files": [large] });
    town.agent.local.ask(Method::POST, path, None, Some(reply.to_string())).await.unwrap();
    reads(&town, "the words", |event| body_of(event, "Anna (Support): the film")).await;
    let told = "Anna (Support) tried to send you a file that could not be carried: the file is too large.";
    reads(&town, "that there was a file", |event| body_of(event, told)).await;
    sees(&town, &topic, "that it went without", |message| has_text(message, "goes out without its file"))
        .await;

    let edit = json!({ "agent": "anna", "text": "Good evening" }).to_string();
    town.agent.local.ask(Method::PATCH, &format!("{path}/{answer}"), None, Some(edit)).await.unwrap();
    reads(&town, "the new text", |event| {
        replaces(event) == Some(&first)
            && event["content"]["m.new_content"]["body"] == "Anna (Support): Good evening"
    })
    .await;
    let react = json!({ "agent": "anna", "key": "👍" }).to_string();
    town.agent.local.ask(Method::POST, &format!("{path}/{copy}/reactions"), None, Some(react)).await.unwrap();
    reads(&town, "the reaction", |event| event["content"]["m.relates_to"]["key"] == "👍").await;
    customer.react(chat, &first, "❤️").await;
    sees(&town, &topic, "the customer's reaction", |message| message["reactions"][0]["key"] == "❤️").await;
    let path = format!("{path}/{answer}?agent=anna");
    town.agent.local.ask(Method::DELETE, &path, None, None).await.unwrap();
    reads(&town, "that it was taken back", |event| {
        id(event) == first && event.pointer("/unsigned/redacted_because").is_some()
    })
    .await;
    sees(&town, &topic, "that it was taken back", |message| has_text(message, "Taken back")).await;
}
