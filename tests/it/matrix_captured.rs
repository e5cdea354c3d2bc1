//! Every kind of message that people send, sent through a real Synapse by two independent clients, and compared with
//! what the adapter's tests read: `adapters/matrix/src/tests/fixtures/captured`.
//!
//! What differs from run to run is replaced by something of the same shape: ids, times, addresses of files, keys,
//! what is encrypted.

use crate::matrix_client::{Person, id};
use crate::nio::Nio;
use crate::synapse::Synapse;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const HTTP: &str = "sent over plain HTTP, delivered by /sync of Synapse 1.163.2";
const SEALED: &str = "sent by matrix-nio 0.25.2, delivered by /sync of Synapse 1.163.2, still encrypted";
const OPENED: &str =
    "sent by matrix-nio 0.25.2, delivered by /sync of Synapse 1.163.2, decrypted by a second matrix-nio";

/// What people send over plain HTTP, in this order; `$name` stands for the id of an earlier one.
#[expect(clippy::too_many_lines, reason = "a list")]
fn plain(url: &dyn Fn(&str) -> String) -> Vec<(&'static str, &'static str, Value)> {
    let file = |msgtype: &str, name: &str, mime: &str, more: Value| {
        let mut info = json!({ "mimetype": mime, "size": 11 });
        info.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "msgtype": msgtype, "body": name, "filename": name, "url": url(mime), "info": info, "m.mentions": {} })
    };
    let with = |mut content: Value, more: Value| {
        content.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        content
    };
    let image = || file("m.image", "parcel.png", "image/png", json!({ "w": 4, "h": 3 }));
    let text = |body: &str| json!({ "msgtype": "m.text", "body": body, "m.mentions": {} });
    let html = |body: &str, html: &str| {
        with(text(body), json!({ "format": "org.matrix.custom.html", "formatted_body": html }))
    };
    let message = "m.room.message";
    vec![
        ("text", message, text("Where is my parcel?")),
        (
            "text_formatted",
            message,
            html("**Where** is\n- it", "<strong>Where</strong> is<ul><li>it</li></ul>"),
        ),
        (
            "text_mention",
            message,
            with(
                html(
                    "@bridge:desk.test hello",
                    "<a href=\"https://matrix.to/#/@bridge:desk.test\">bridge</a> hello",
                ),
                json!({ "m.mentions": { "user_ids": ["@bridge:desk.test"] } }),
            ),
        ),
        ("text_spoiler", message, html("[Spoiler](hidden)", "<span data-mx-spoiler>it broke</span>")),
        (
            "text_code",
            message,
            html("```rust\nfn a() {}\n```", "<pre><code class=\"language-rust\">fn a() {}\n</code></pre>"),
        ),
        ("emote", message, json!({ "msgtype": "m.emote", "body": "waves", "m.mentions": {} })),
        ("notice", message, json!({ "msgtype": "m.notice", "body": "I am a program" })),
        (
            "reply",
            message,
            with(text("That one"), json!({ "m.relates_to": { "m.in_reply_to": { "event_id": "$text" } } })),
        ),
        (
            "in_thread",
            message,
            with(
                text("in a thread"),
                json!({ "m.relates_to": {
            "rel_type": "m.thread", "event_id": "$text", "is_falling_back": true, "m.in_reply_to": { "event_id": "$text" },
        } }),
            ),
        ),
        (
            "reply_in_thread",
            message,
            with(
                text("answering in a thread"),
                json!({ "m.relates_to": {
            "rel_type": "m.thread", "event_id": "$text", "is_falling_back": false,
            "m.in_reply_to": { "event_id": "$in_thread" },
        } }),
            ),
        ),
        (
            "edit",
            message,
            with(
                text("* Where is my letter?"),
                json!({
                    "m.new_content": text("Where is my letter?"),
                    "m.relates_to": { "rel_type": "m.replace", "event_id": "$text" },
                }),
            ),
        ),
        ("image", message, image()),
        ("image_with_caption", message, with(image(), json!({ "body": "my parcel" }))),
        (
            "edit_of_caption",
            message,
            with(
                image(),
                json!({
                    "body": "* our parcel", "m.new_content": with(image(), json!({ "body": "our parcel" })),
                    "m.relates_to": { "rel_type": "m.replace", "event_id": "$image_with_caption" },
                }),
            ),
        ),
        (
            "video",
            message,
            file("m.video", "parcel.mp4", "video/mp4", json!({ "w": 4, "h": 3, "duration": 2300 })),
        ),
        ("audio", message, file("m.audio", "song.mp3", "audio/mpeg", json!({ "duration": 2300 }))),
        (
            "voice",
            message,
            with(
                file("m.audio", "Voice message.ogg", "audio/ogg", json!({ "duration": 2300 })),
                json!({
                    "org.matrix.msc1767.text": "Voice message", "org.matrix.msc3245.voice": {},
                    "org.matrix.msc1767.audio": { "duration": 2300, "waveform": [0, 512, 1024] },
                }),
            ),
        ),
        ("file", message, file("m.file", "invoice.pdf", "application/pdf", json!({}))),
        ("contact", message, file("m.file", "Carla.vcf", "text/vcard", json!({}))),
        (
            "gallery",
            message,
            json!({ "msgtype": "dm.filament.gallery", "body": "both sides", "itemtypes": [
            { "itemtype": "m.image", "body": "a.png", "url": url("image/png"), "info": { "mimetype": "image/png", "size": 11 } },
            { "itemtype": "m.image", "body": "b.png", "url": url("image/png"), "info": { "mimetype": "image/png", "size": 11 } },
        ] }),
        ),
        (
            "sticker",
            "m.sticker",
            json!({ "body": "a waving cat", "url": url("image/webp"), "info": { "mimetype": "image/webp", "w": 256, "h": 256 } }),
        ),
        (
            "location",
            message,
            json!({
                "msgtype": "m.location", "body": "Location was shared at geo:52.5162,13.3777;u=35", "geo_uri": "geo:52.5162,13.3777;u=35",
                "org.matrix.msc3488.location": { "uri": "geo:52.5162,13.3777;u=35", "description": "my gate" },
                "org.matrix.msc3488.asset": { "type": "m.pin" }, "org.matrix.msc3488.ts": 1_700_000_000_000_u64,
            }),
        ),
        (
            "poll",
            "org.matrix.msc3381.poll.start",
            json!({
                "org.matrix.msc3381.poll.start": {
                    "kind": "org.matrix.msc3381.poll.disclosed", "max_selections": 1,
                    "question": { "org.matrix.msc1767.text": "Which day?", "body": "Which day?", "msgtype": "m.text" },
                    "answers": [
                        { "id": "1", "org.matrix.msc1767.text": "Monday" }, { "id": "2", "org.matrix.msc1767.text": "Tuesday" },
                    ],
                },
                "org.matrix.msc1767.text": "Which day?\n1. Monday\n2. Tuesday",
            }),
        ),
        (
            "poll_response",
            "org.matrix.msc3381.poll.response",
            json!({
                "org.matrix.msc3381.poll.response": { "answers": ["1"] },
                "m.relates_to": { "rel_type": "m.reference", "event_id": "$poll" },
            }),
        ),
        (
            "poll_end",
            "org.matrix.msc3381.poll.end",
            json!({
                "org.matrix.msc3381.poll.end": {}, "org.matrix.msc1767.text": "Monday it is",
                "m.relates_to": { "rel_type": "m.reference", "event_id": "$poll" },
            }),
        ),
        (
            "beacon",
            "org.matrix.msc3672.beacon",
            json!({
                "org.matrix.msc3488.location": { "uri": "geo:1,2" }, "org.matrix.msc3488.ts": 1_700_000_000_000_u64,
                "m.relates_to": { "rel_type": "m.reference", "event_id": "$text" },
            }),
        ),
        (
            "call",
            "m.call.invite",
            json!({
                "call_id": "1", "party_id": "A", "version": "1", "lifetime": 60000, "offer": { "type": "offer", "sdp": "v=0" },
            }),
        ),
        (
            "verification",
            message,
            json!({
                "msgtype": "m.key.verification.request", "body": "asks to verify", "from_device": "ABCDEFGHIJ",
                "methods": ["m.sas.v1"], "to": "@bridge:desk.test",
            }),
        ),
        (
            "unheard_of",
            message,
            json!({ "msgtype": "org.example.hologram", "body": "you would not believe it" }),
        ),
        (
            "reaction",
            "m.reaction",
            json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": "$text", "key": "👍" } }),
        ),
        (
            "reaction_of_ones_own",
            "m.reaction",
            json!({
                "m.relates_to": { "rel_type": "m.annotation", "event_id": "$text", "key": url("image/png") }, "shortcode": ":party:",
            }),
        ),
        ("taken_back", message, text("never mind")),
    ]
}

/// Puts ids of sent events in the place of their names.
fn with_ids(content: &Value, ids: &BTreeMap<&str, String>) -> Value {
    if let Some(sent) = content.as_str().and_then(|text| ids.get(text.strip_prefix('$')?)) {
        return json!(sent);
    }
    if let Some(list) = content.as_array() {
        return list.iter().map(|item| with_ids(item, ids)).collect();
    }
    let Some(object) = content.as_object() else { return content.clone() };
    object.iter().map(|(key, value)| (key.clone(), with_ids(value, ids))).collect::<Map<_, _>>().into()
}

/// Replaces what no two runs have in common by something of the same shape.
#[derive(Default)]
struct Masks {
    /// What an id or an address became.
    known: BTreeMap<String, String>,
    events: usize,
    files: usize,
}

impl Masks {
    fn masked(&mut self, key: &str, value: &Value) -> Value {
        let object = value.as_object();
        match (value, key) {
            (Value::Number(_), "origin_server_ts") => json!(1_795_000_000_000_u64),
            (Value::Number(_), "age") => json!(100),
            (
                Value::String(text),
                "ciphertext" | "sender_key" | "session_id" | "device_id" | "k" | "iv" | "sha256",
            ) => json!("A".repeat(text.len())),
            (Value::String(text), _) => json!(self.text(text)),
            (Value::Array(list), _) => list.iter().map(|item| self.masked("", item)).collect(),
            _ => object.map_or_else(
                || value.clone(),
                |object| {
                    let fields = object.iter().map(|(key, value)| (key.clone(), self.masked(key, value)));
                    fields.collect::<Map<_, _>>().into()
                },
            ),
        }
    }

    fn text(&mut self, text: &str) -> String {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let masked = if text.len() == 44 && text.starts_with('$') {
            self.events += 1;
            format!("${:A<43}", format!("event{}", self.events))
        } else if let Some(address) = text.strip_prefix("mxc://desk.test/") {
            self.files += 1;
            format!("mxc://desk.test/{:A<width$}", format!("file{}", self.files), width = address.len())
        } else {
            return text.to_owned();
        };
        self.known.insert(text.to_owned(), masked.clone());
        masked
    }
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters/matrix/src/tests/fixtures/captured")
}

/// Compares what was delivered with what is kept, or keeps it.
fn compare(from: &str, delivered: &[(String, Value)], masks: &mut Masks) -> Vec<String> {
    let mut differing = Vec::new();
    for (name, event) in delivered {
        let kept = json!({ "captured": from, "event": masks.masked("", event) });
        let path = directory().join(format!("{name}.json"));
        if std::env::var_os("DESKBRIDGE_UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(directory()).unwrap();
            fs::write(&path, format!("{kept:#}\n")).unwrap();
        }
        let read = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
        if read.as_ref() != Some(&kept) {
            differing.push(format!("{name}: {kept:#}"));
        }
    }
    differing
}

/// A filter that cuts nothing off, as an address may hold it.
fn everything() -> String {
    let filter = json!({ "room": { "timeline": { "limit": 200 } } }).to_string();
    filter.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}

/// What a person's first sync tells of a room, oldest first.
async fn delivered(person: &Person, room: &str) -> Vec<Value> {
    let path = format!("v3/sync?filter={}", everything());
    let answer = person.ask(Method::GET, &path, None).await.unwrap();
    answer["rooms"]["join"][room]["timeline"]["events"].as_array().unwrap().clone()
}

/// The delivered events that bear a name.
fn named(events: &[Value], ids: &BTreeMap<&str, String>, prefix: &str) -> Vec<(String, Value)> {
    let name_of =
        |event: &Value| ids.iter().find(|(_, sent)| sent.as_str() == id(event)).map(|(name, _)| *name);
    let found =
        events.iter().filter_map(|event| Some((format!("{prefix}{}", name_of(event)?), event.clone())));
    found.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_synapse_delivers_of_plain_messages_is_what_the_adapter_is_tested_with() {
    let synapse = Synapse::start().await;
    let bridge = Person::register(&synapse.url(), "bridge", "b").await;
    let carla = Person::register(&synapse.url(), "carla", "c").await;
    let room = carla.create_room(&[&bridge.user], true).await;
    bridge.join(&room).await.unwrap();
    let mut addresses = BTreeMap::new();
    for mime in
        ["image/png", "image/webp", "video/mp4", "audio/mpeg", "audio/ogg", "application/pdf", "text/vcard"]
    {
        addresses.insert(mime, carla.upload(mime, b"eleven byte").await);
    }
    let mut ids = BTreeMap::new();
    for (name, event_type, content) in plain(&|mime| addresses[mime].clone()) {
        let sent = carla.send(&room, event_type, with_ids(&content, &ids)).await;
        ids.insert(name, sent);
    }
    let redaction = carla.try_redact(&room, &ids["taken_back"]).await.unwrap();
    ids.insert("redaction", id(&redaction).to_owned());
    let events = named(&delivered(&bridge, &room).await, &ids, "");
    assert_eq!(events.len(), ids.len(), "all of them were delivered");
    let differing = compare(HTTP, &events, &mut Masks::default());
    assert!(differing.is_empty(), "{}\n{AGAIN}", differing.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_synapse_delivers_of_encrypted_messages_is_what_the_adapter_is_tested_with() {
    let synapse = Synapse::start().await;
    let carla = Nio::register(&synapse.url(), "carla", "Carla").await;
    let reader = Nio::register(&synapse.url(), "reader", "Reader").await;
    let room = carla.create_room(&reader.user, true).await;
    reader.ask(json!({ "do": "join", "room": room })).await;
    carla.sees_joined(&room, &reader.user).await;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a");
    fs::write(&path, b"eleven byte").unwrap();
    let file = |name: &str, mime: &str, msgtype: &str| json!({ "do": "send_file", "room": room, "path": path, "name": name, "mime": mime, "msgtype": msgtype });
    let mut captioned = file("parcel.png", "image/png", "m.image");
    captioned["caption"] = json!("my parcel");
    let mut ids = BTreeMap::new();
    let mut say = async |name: &'static str, command: Value| {
        let sent = carla.ask(command).await["event_id"].as_str().unwrap().to_owned();
        ids.insert(name, sent.clone());
        sent
    };
    let text =
        say("text", json!({ "do": "send_text", "room": room, "text": "Where?", "html": "<b>Where?</b>" }))
            .await;
    say("reply", json!({ "do": "reply", "room": room, "text": "There", "event": text })).await;
    say("edit", json!({ "do": "edit", "room": room, "text": "Where now?", "event": text })).await;
    say("image_with_caption", captioned).await;
    say("video", file("a.mp4", "video/mp4", "m.video")).await;
    say("audio", file("a.mp3", "audio/mpeg", "m.audio")).await;
    say("file", file("a.pdf", "application/pdf", "m.file")).await;
    let location = json!({ "msgtype": "m.location", "body": "here", "geo_uri": "geo:52.5162,13.3777" });
    say("location", json!({ "do": "send", "room": room, "type": "m.room.message", "content": location }))
        .await;

    let mut masks = Masks::default();
    let mut differing = Vec::new();
    for (name, sent) in &ids {
        let read = reader.sees(json!({ "is": "event", "event_id": sent })).await;
        assert_eq!(read["encrypted"], true, "{read}");
        // as a client has it that has decrypted it
        let event = json!({
            "type": read["type"], "sender": read["sender"], "event_id": read["event_id"], "content": read["content"],
            "origin_server_ts": read["ts"],
        });
        differing.extend(compare(OPENED, &[(format!("encrypted_{name}"), event)], &mut masks));
    }
    // and as it came
    let path = format!("sync?filter={}", everything());
    let answer =
        reader.ask(json!({ "do": "request", "method": "GET", "path": path })).await["answer"].clone();
    let events = answer["rooms"]["join"][&room]["timeline"]["events"].as_array().unwrap();
    let sealed = events.iter().find(|event| id(event) == text).unwrap().clone();
    assert_eq!(sealed["type"], "m.room.encrypted");
    differing.extend(compare(SEALED, &[("sealed_text".to_owned(), sealed)], &mut masks));
    assert!(differing.is_empty(), "{}\n{AGAIN}", differing.join("\n"));
}

const AGAIN: &str = "once read and approved: DESKBRIDGE_UPDATE_SNAPSHOTS=1 cargo test --test it captured, \
    and the same for -p deskbridge-matrix";
