//! Files between the Matrix adapter and people on a real Synapse.

use crate::matrix_client::{Person, id, replaces, thread_root};
use crate::matrix_rig::{BRIDGE, PASSWORD, SynapseRig};
use crate::nio::Nio;
use crate::synapse::Synapse;
use async_trait::async_trait;
use port::conformance::{Rig, Shell};
use port::rich::{Rich, markdown};
use port::{
    Adapter, Attachment, Body, Cause, ChatId, Content, File, FileKind, Found, Inbound, InboundKind, Media,
    MediaError, MediaRef, MediaStream, MessageId, Operation, Outcome, Owner, Persona, Voice,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
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

pub(crate) fn carla(shell: &Shell<'_>) -> Voice {
    Voice::Persona(Persona { id: "customer-1".to_owned(), name: shell.private("Carla") })
}

pub(crate) fn body(text: &Rich) -> Body {
    Body::new(&Owner::Desk, text)
}

fn attachment(shell: &Shell<'_>, file: &File) -> Attachment {
    Attachment::new(&Owner::Desk, shell.adapter.channel(), file)
}

pub(crate) fn content_of(inbound: &Inbound) -> Option<&Content> {
    if let InboundKind::Message { content, .. } | InboundKind::Edit { content } = &inbound.kind {
        Some(content)
    } else {
        None
    }
}

pub(crate) async fn event(person: &Person, room: &str, message: &MessageId) -> Value {
    let events = person.events(room).await;
    events.into_iter().find(|event| id(event) == message.as_str()).unwrap()
}

/// The digest of some bytes, as clients tell it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    })
}

/// Delivers an order twice, which is as good as once.
pub(crate) async fn delivered(shell: &Shell<'_>, op: &port::Op) -> Vec<MessageId> {
    let (parts, _) = shell.deliver(op).await.unwrap();
    assert_eq!(shell.deliver(op).await.unwrap().0, parts);
    parts
}

/// Whether an order was refused for this cause.
pub(crate) fn is_refused(outcome: &Outcome, cause: Cause) -> bool {
    matches!(outcome, Outcome::Refused(refusal) if refusal.cause == cause)
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
            mentions: Vec::new(),
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
async fn a_file_of_an_encrypted_room_is_encrypted_both_ways() {
    let rig = SynapseRig::new().await;
    let customer = Nio::register(&rig.config.homeserver, "clara", "Clara").await;
    let room = customer.create_room(BRIDGE, true).await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    customer.sees_joined(&room, BRIDGE).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("parcel.png");
    fs::write(&path, picture()).unwrap();
    let send = json!({
        "do": "send_file", "room": room, "path": path, "name": "parcel.png", "mime": "image/png",
        "msgtype": "m.image", "caption": "my parcel",
    });
    let message = customer.ask(send).await["event_id"].as_str().unwrap().to_owned();
    let heard = shell.hear(0, "the picture", |inbound| inbound.message.as_str() == message).await.unwrap();
    let content = content_of(&heard).unwrap();
    assert_eq!(content.text.text(), "my parcel");
    let file = content.files.first().unwrap();
    let mut stream = rig.adapter.open_media(&file.source).await.unwrap();
    assert_eq!(stream.mime.as_deref(), Some("image/png"));
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await.unwrap() {
        bytes.extend(chunk);
    }
    assert!(bytes == picture(), "other bytes came in");
    for tells_size in [true, false] {
        let body = body(&Rich::plain("yours"));
        let files = vec![attachment(&shell, file)];
        let create =
            Operation::Create { voice: carla(&shell), body, files, reply_to: None, mentions: Vec::new() };
        let op = shell.order(ChatId::new(room.clone()), None, create);
        let media = Through { adapter: rig.adapter(), tells_size };
        let first = rig.adapter.deliver(&op, &media).await;
        let Outcome::Delivered { parts, .. } = &first else { panic!("{first:?}") };
        assert_eq!(rig.adapter.deliver(&op, &media).await, first, "a repeat is the same message");
        assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: parts.clone(), topic: None });
        let got = customer.sees(json!({ "is": "file", "event_id": parts[0].as_str() })).await;
        assert_eq!((&got["sha256"], &got["encrypted"]), (&json!(sha256(&picture())), &json!(true)), "{got}");
        assert_eq!(got["name"], "parcel.png");
        // its words change, the picture stays
        let new = self::body(&Rich::plain("not yours"));
        let edit = Operation::Edit { parts: parts.clone(), voice: carla(&shell), body: new };
        let op = shell.order(ChatId::new(room.clone()), None, edit);
        assert_eq!(&delivered(&shell, &op).await, parts);
        assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: parts.clone(), topic: None });
        let wanted = json!({
            "is": "event", "encrypted": true,
            "content": {
                "m.relates_to": { "event_id": parts[0].as_str() },
                "m.new_content": { "body": "Carla: not yours", "msgtype": "m.image" },
            },
        });
        let edit = customer.sees(wanted).await;
        assert!(edit["content"]["m.new_content"]["file"]["url"].is_string(), "{edit}");
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
        let create =
            Operation::Create { voice: carla(&shell), body, files, reply_to: None, mentions: Vec::new() };
        ops.push(shell.order(rig.customer_chat(), None, create));
    }
    let media = Through { adapter: rig.adapter(), tells_size: true };
    let outcome = rig.adapter.deliver(&ops[0], &media).await;
    assert!(is_refused(&outcome, Cause::FileGone), "{outcome:?}");
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
    let address = bridge.upload("text/plain", &vec![b'x'; 102_400]).await;
    for (size, fits) in [(Some(102_400), true), (None, true), (Some(102_401), false), (None, false)] {
        let file = File::new(FileKind::Document, MediaRef::new(json!({ "mxc": address }).to_string()));
        let files = vec![attachment(shell, &file)];
        let create = Operation::Create {
            voice: Voice::Bridge,
            body: body(&Rich::default()),
            files,
            reply_to: None,
            mentions: Vec::new(),
        };
        let op = shell.order(room.clone(), None, create);
        let length = if fits { 102_400 } else { 102_401 };
        let outcome = rig.adapter.deliver(&op, &Endless { size, length }).await;
        if !fits {
            assert!(is_refused(&outcome, Cause::FileTooLarge), "{outcome:?}");
            continue;
        }
        let Outcome::Delivered { parts, .. } = &outcome else { panic!("{outcome:?}") };
        let sent = event(&bridge, room.as_str(), &parts[0]).await;
        assert_eq!(sent["content"]["info"]["size"], 102_400);
        assert_eq!(bridge.download(sent["content"]["url"].as_str().unwrap()).await.len(), 102_400);
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
