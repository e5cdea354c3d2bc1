//! Files, looks, changes and reactions between the Matrix adapter and people on a real Synapse.

use crate::matrix_client::{Person, id, replaces, thread_root};
use crate::matrix_rig::{BRIDGE, PASSWORD, SynapseRig};
use crate::synapse::Synapse;
use async_trait::async_trait;
use port::conformance::{Rig, Shell};
use port::rich::{Rich, markdown};
use port::{
    Adapter, Attachment, Body, Cause, ChatId, Content, File, FileKind, Found, Inbound, InboundKind, Media,
    MediaError, MediaRef, MediaStream, MessageId, NoMedia, Operation, Outcome, Owner, Persona, Voice,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The first bytes of a picture, and some more.
fn picture() -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n".iter().copied();
    head.chain((0..300_000_u32).map(|number| u8::try_from(number % 253).unwrap())).collect()
}

/// Opens what an adapter handed over, as the program does.
struct Through {
    adapter: Arc<dyn Adapter>,
    /// Whether it says how long a file is.
    tells_size: bool,
}

#[async_trait]
impl Media for Through {
    async fn open(&self, attachment: &Attachment) -> Result<MediaStream, MediaError> {
        let file = attachment.file().ok_or(MediaError::Gone)?;
        let mut stream = self.adapter.open_media(&file.source).await?;
        stream.size = stream.size.filter(|_| self.tells_size);
        Ok(stream)
    }
}

fn carla(shell: &Shell<'_>) -> Voice {
    Voice::Persona(Persona { id: "customer-1".to_owned(), name: shell.private("Carla") })
}

fn body(text: &Rich) -> Body {
    Body::new(&Owner::Desk, text)
}

fn attachment(shell: &Shell<'_>, file: &File) -> Attachment {
    Attachment::new(&Owner::Desk, shell.adapter.channel(), file)
}

fn content_of(inbound: &Inbound) -> Option<&Content> {
    if let InboundKind::Message { content, .. } | InboundKind::Edit { content } = &inbound.kind {
        Some(content)
    } else {
        None
    }
}

async fn event(person: &Person, room: &str, message: &MessageId) -> Value {
    let events = person.events(room).await;
    events.into_iter().find(|event| id(event) == message.as_str()).unwrap()
}

/// What a message says now, its edits applied.
async fn body_now(person: &Person, room: &str, message: &MessageId) -> Option<String> {
    let events = person.events(room).await;
    let edit = events.iter().rfind(|event| replaces(event) == Some(message.as_str()));
    let original =
        || events.iter().find(|event| id(event) == message.as_str()).map(|event| &event["content"]);
    let content = edit.map(|edit| &edit["content"]["m.new_content"]).or_else(original)?;
    content["body"].as_str().map(str::to_owned)
}

async fn delivered(shell: &Shell<'_>, op: &port::Op) -> Vec<MessageId> {
    let outcome = shell.adapter.deliver(op, &NoMedia).await;
    let Outcome::Delivered { parts, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(
        shell.adapter.deliver(op, &NoMedia).await,
        Outcome::Delivered { parts: parts.clone(), topic: None }
    );
    parts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_goes_both_ways_byte_for_byte() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    let url = rig.customer.upload("image/png", &picture()).await;
    let sent = json!({
        "msgtype": "m.image", "url": url, "filename": "parcel.png", "body": "my **parcel**",
        "format": "org.matrix.custom.html", "formatted_body": "my <b>parcel</b>",
        "info": { "mimetype": "image/png", "size": picture().len(), "w": 4, "h": 3 },
    });
    let message = rig.customer.send(&rig.chat, "m.room.message", sent).await;
    let heard = shell.hear(0, "the picture", |inbound| inbound.message.as_str() == message).await.unwrap();
    let content = content_of(&heard).unwrap();
    assert_eq!(content.text.to_markdown(), "my **parcel**");
    let file = content.files.first().unwrap();
    assert_eq!((file.kind, file.name.as_deref(), file.width), (FileKind::Image, Some("parcel.png"), Some(4)));
    let topic = shell.open_topic("Carla", "card").await.unwrap();
    for tells_size in [true, false] {
        let create = Operation::Create {
            voice: carla(&shell),
            body: body(&content.text),
            files: vec![attachment(&shell, file)],
            reply_to: None,
        };
        let op = shell.order(rig.team_room(), Some(topic.clone()), create);
        let media = Through { adapter: rig.adapter(), tells_size };
        let first = rig.adapter.deliver(&op, &media).await;
        let Outcome::Delivered { parts, .. } = &first else { panic!("{first:?}") };
        assert_eq!(rig.adapter.deliver(&op, &media).await, first, "a repeat is the same message");
        assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: parts.clone(), topic: None });
        let copy = event(&rig.agent, &rig.team, &parts[0]).await;
        assert_eq!(thread_root(&copy), Some(topic.as_str()));
        let copied = &copy["content"];
        assert_eq!((&copied["msgtype"], &copied["filename"]), (&json!("m.image"), &json!("parcel.png")));
        assert_eq!(copied["body"], "Carla: my parcel");
        assert_eq!(
            copied["info"],
            json!({ "mimetype": "image/png", "size": picture().len(), "w": 4, "h": 3 })
        );
        assert!(
            rig.agent.download(copied["url"].as_str().unwrap()).await == picture(),
            "other bytes arrived"
        );
        // its words change, the picture stays
        let new = markdown::parse("my **other** parcel");
        let edit = Operation::Edit { parts: parts.clone(), voice: carla(&shell), body: body(&new) };
        let op = shell.order(rig.team_room(), Some(topic.clone()), edit);
        assert_eq!(&delivered(&shell, &op).await, parts);
        let events = rig.agent.events(&rig.team).await;
        let edit = events.iter().find(|event| replaces(event) == Some(parts[0].as_str())).unwrap();
        let new = &edit["content"]["m.new_content"];
        assert_eq!((&new["body"], &new["url"]), (&json!("Carla: my other parcel"), &copied["url"]));
    }
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_files_follow_their_text_and_what_is_refused_leaves_nothing() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    rig.customer.say(&rig.chat, "hello").await;
    shell.hear_text(0, "hello").await.unwrap();
    let url = rig.customer.upload("image/png", &picture()).await;
    let mut file =
        File::new(FileKind::Image, MediaRef::new(json!({ "mxc": url, "mime": "image/png" }).to_string()));
    file.name = Some("a.png".to_owned());
    let gone =
        File::new(FileKind::Document, MediaRef::new(json!({ "mxc": "mxc://desk.test/nothing" }).to_string()));
    let mut ops = Vec::new();
    for files in [vec![file.clone(), gone], vec![file.clone(), file]] {
        let files = files.iter().map(|file| attachment(&shell, file)).collect();
        let body = body(&Rich::plain("two pictures"));
        let create = Operation::Create { voice: carla(&shell), body, files, reply_to: None };
        ops.push(shell.order(rig.customer_chat(), None, create));
    }
    let media = Through { adapter: rig.adapter(), tells_size: true };
    let outcome = rig.adapter.deliver(&ops[0], &media).await;
    assert!(matches!(&outcome, Outcome::Refused(refusal) if refusal.cause == Cause::FileGone), "{outcome:?}");
    let outcome = rig.adapter.deliver(&ops[1], &media).await;
    let Outcome::Delivered { parts, .. } = outcome else { panic!("{outcome:?}") };
    let events = rig.customer.events(&rig.chat).await;
    let ours: Vec<_> = events
        .iter()
        .filter(|event| event["sender"] == BRIDGE && event["type"] == "m.room.message")
        .collect();
    assert_eq!(
        ours.iter().map(|event| id(event)).collect::<Vec<_>>(),
        parts.iter().map(MessageId::as_str).collect::<Vec<_>>()
    );
    let kinds: Vec<_> = ours.iter().map(|event| event["content"]["msgtype"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["m.text", "m.image", "m.image"]);
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_text_adds_parts_and_takes_them_away() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    rig.customer.say(&rig.chat, "hello").await;
    shell.hear_text(0, "hello").await.unwrap();
    let chat = rig.customer_chat();
    let post = shell.post("agent-1", "Anna", "short");
    let short = shell.send(chat.clone(), None, post).await.unwrap();
    let text = |shell: &Shell<'_>, parts: &[MessageId], text: &str| Operation::Edit {
        parts: parts.to_vec(),
        voice: carla(shell),
        body: body(&Rich::plain(text)),
    };
    let long = text(&shell, &short, &"many words ".repeat(3_000));
    let op = shell.order(chat.clone(), None, long);
    let parts = delivered(&shell, &op).await;
    assert!(parts.len() == 3 && parts[0] == short[0], "{parts:?}");
    assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: parts.clone(), topic: None });
    let again = text(&shell, &parts, "short again");
    let op = shell.order(chat.clone(), None, again);
    assert_eq!(delivered(&shell, &op).await, short);
    assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: short.clone(), topic: None });
    assert_eq!(body_now(&rig.customer, &rig.chat, &short[0]).await.as_deref(), Some("Carla: short again"));
    for part in &parts[1..] {
        assert_eq!(body_now(&rig.customer, &rig.chat, part).await, None, "it was taken back");
    }
    // somebody else's words are theirs
    rig.agent.say(&rig.team, "a note").await;
    let theirs = shell.hear_text(0, "a note").await.unwrap().message;
    let op = text(&shell, std::slice::from_ref(&theirs), "not mine");
    let op = shell.order(rig.team_room(), None, op);
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(
        matches!(&outcome, Outcome::Refused(refusal) if refusal.cause == Cause::NotPossible),
        "{outcome:?}"
    );
    let op = shell.order(rig.team_room(), None, Operation::Delete { parts: vec![theirs.clone()] });
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(
        matches!(&outcome, Outcome::Refused(refusal) if refusal.cause == Cause::NotPossible),
        "{outcome:?}"
    );
    assert_eq!(rig.adapter.reconcile(&op).await, Found::No);
    let op = shell.order(chat.clone(), None, Operation::Delete { parts: short.clone() });
    assert!(delivered(&shell, &op).await.is_empty());
    assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: Vec::new(), topic: None });
    let op = text(&shell, &short, "too late");
    let op = shell.order(chat.clone(), None, op);
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(
        matches!(&outcome, Outcome::Refused(refusal) if refusal.cause == Cause::NotPossible),
        "{outcome:?}"
    );
    // what never was cannot be reacted to, what is there can
    for (message, is_there) in [(MessageId::new("$nothing"), false), (theirs, true)] {
        let react = Operation::React { message: Some(message), key: shell.private("👍") };
        let op = shell.order(rig.team_room(), None, react);
        assert_eq!(rig.adapter.reconcile(&op).await, Found::No);
        let outcome = rig.adapter.deliver(&op, &NoMedia).await;
        match &outcome {
            Outcome::Delivered { parts, .. } if is_there => {
                assert_eq!(
                    rig.adapter.reconcile(&op).await,
                    Found::Yes { parts: parts.clone(), topic: None }
                );
            }
            Outcome::Refused(refusal) if !is_there => assert_eq!(refusal.cause, Cause::NotPossible),
            other => panic!("{other:?}"),
        }
    }
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looks_quotes_and_reactions_come_in_and_go_out() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    let rich = markdown::parse("> you said\n\nI **meant**:\n- one\n- two\n\n`code` ||secret|| @room");
    let post =
        Operation::Create { voice: carla(&shell), body: body(&rich), files: Vec::new(), reply_to: None };
    rig.customer.say(&rig.chat, "hello").await;
    shell.hear_text(0, "hello").await.unwrap();
    let parts = shell.send(rig.customer_chat(), None, post).await.unwrap();
    let sent = event(&rig.customer, &rig.chat, &parts[0]).await["content"].clone();
    assert_eq!(sent["body"], "Carla: > you said\n\nI meant:\n• one\n• two\n\n`code` […] @room");
    assert_eq!(sent["m.mentions"], json!({}), "nobody is pinged");
    // a person quotes the bridge's words back, as a client writes it
    let html = sent["formatted_body"].as_str().unwrap().split_once("</strong>").unwrap().1;
    let quote = json!({
        "msgtype": "m.text", "body": "> <@bridge:desk.test> you said\n\nthe same",
        "format": "org.matrix.custom.html",
        "formatted_body": format!("<mx-reply><blockquote>you said</blockquote></mx-reply>{html}"),
        "m.relates_to": { "m.in_reply_to": { "event_id": parts[0].as_str() } },
    });
    let message = rig.customer.send(&rig.chat, "m.room.message", quote).await;
    let heard = shell.hear(0, "the quote", |inbound| inbound.message.as_str() == message).await.unwrap();
    let InboundKind::Message { content, reply_to } = &heard.kind else { panic!("{heard:?}") };
    assert_eq!((content.text.to_markdown(), reply_to.as_ref()), (rich.to_markdown(), parts.first()));
    // a reaction and its removal
    let reaction = rig.customer.react(&rig.chat, parts[0].as_str(), "👍").await;
    let heard = shell.hear(0, "the reaction", |inbound| inbound.message.as_str() == reaction).await.unwrap();
    assert!(heard.kind == InboundKind::Reaction { of: parts[0].clone(), key: "👍".to_owned() });
    rig.customer.redact(&rig.chat, &reaction).await;
    let is_gone =
        |inbound: &Inbound| inbound.kind == InboundKind::Delete && inbound.message.as_str() == reaction;
    shell.hear(0, "that the reaction is gone", is_gone).await.unwrap();
    // a formatted new text; one by somebody else is none
    let mallory = Person::register(&rig.config.homeserver, "mallory", "m").await;
    rig.customer.invite(&rig.chat, &mallory.user).await;
    mallory.join(&rig.chat).await.unwrap();
    mallory.edit(&rig.chat, &message, "I take it all back").await;
    rig.customer.edit(&rig.chat, &message, "I mean it").await;
    let is_edit = |inbound: &Inbound| matches!(inbound.kind, InboundKind::Edit { .. });
    let edit = shell.hear(0, "the new text", is_edit).await.unwrap();
    assert_eq!(content_of(&edit).unwrap().text.text(), "I mean it");
    assert_eq!(edit.author.account.as_str(), rig.customer.user);
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_homeservers_limit_is_the_largest_file() {
    let synapse = Synapse::start_with(json!({ "max_upload_size": "100K" })).await;
    let url = synapse.url();
    let bridge = Person::register(&url, "bridge", PASSWORD).await;
    let room = ChatId::new(bridge.create_room(&[], false).await);
    let rig = SynapseRig::with(|config| config.homeserver = url).await;
    let shell = &mut Shell::new(&rig);
    let post = shell.post("agent-1", "Anna", "hello");
    shell.send(room.clone(), None, post).await.unwrap();
    assert_eq!(rig.adapter.capabilities(&room).file_max, Some(102_400));
    let address = bridge.upload("text/plain", &[b'x'; 102_400]).await;
    for (size, fits) in [(Some(102_400), true), (None, true), (Some(102_401), false), (None, false)] {
        let file = File::new(FileKind::Document, MediaRef::new(json!({ "mxc": address }).to_string()));
        let files = vec![attachment(shell, &file)];
        let create =
            Operation::Create { voice: Voice::Bridge, body: body(&Rich::default()), files, reply_to: None };
        let op = shell.order(room.clone(), None, create);
        let length = if fits { 102_400 } else { 102_401 };
        let outcome = rig.adapter.deliver(&op, &Endless { size, length }).await;
        match &outcome {
            Outcome::Delivered { parts, .. } if fits => {
                let sent = event(&bridge, room.as_str(), &parts[0]).await;
                assert_eq!(sent["content"]["info"]["size"], 102_400);
                assert_eq!(bridge.download(sent["content"]["url"].as_str().unwrap()).await.len(), 102_400);
            }
            Outcome::Refused(refusal) if !fits => assert_eq!(refusal.cause, Cause::FileTooLarge),
            other => panic!("{other:?}"),
        }
    }
}

/// As many bytes as are wanted.
struct Endless {
    size: Option<u64>,
    length: usize,
}

#[async_trait]
impl Media for Endless {
    async fn open(&self, _file: &Attachment) -> Result<MediaStream, MediaError> {
        let (sender, stream) = MediaStream::new(self.size, Some("text/plain".to_owned()));
        for chunk in vec![b'y'; self.length].chunks(40_000) {
            sender.try_send(Ok(chunk.to_vec())).unwrap();
        }
        Ok(stream)
    }
}
