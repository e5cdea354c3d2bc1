//! Files: brought, fetched, carried both ways, refused, and removed.

use super::http::platform;
use super::{Platform, ROOM, answered, markdown, persona};
use crate::files::FILE_MAX;
use async_trait::async_trait;
use port::{
    Adapter, Attachment, Body, Cause, ChannelName, Content, File, FileKind, InboundKind, Media, MediaError,
    MediaRef, MediaStream, NoMedia, Operation, Outcome, Owner, TopicState,
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

/// Bytes of which no two stretches are alike.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|number| u8::try_from((number * 7 + number / 251) % 251).unwrap()).collect()
}

impl Platform {
    async fn brings(
        &self,
        token: &str,
        name: &str,
        mime: &str,
        body: impl Into<reqwest::Body>,
    ) -> (u16, Value) {
        let request = self.client.post(format!("{}/api/customers/files", self.base));
        let request =
            request.query_pairs(name).header("x-customer-token", token).header("content-type", mime);
        answered(request.body(body)).await
    }

    async fn uploaded(&self, token: &str, name: &str, mime: &str, body: Vec<u8>) -> String {
        let (status, file) = self.brings(token, name, mime, body).await;
        assert_eq!(status, 201, "{file}");
        file["id"].as_str().unwrap().to_owned()
    }

    async fn fetched(&self, token: &str, id: &str) -> reqwest::Response {
        let path = format!("/api/customers/files/{id}");
        self.get(&path).header("x-customer-token", token).send().await.unwrap()
    }

    fn kept(&self) -> Vec<String> {
        let Ok(names) = std::fs::read_dir(&self.files.0) else { return Vec::new() };
        names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What the desk is told of the next message.
    async fn content(&mut self) -> Content {
        let inbound = self.heard().await;
        let InboundKind::Message { content, .. } = inbound.kind else { panic!("{inbound:?}") };
        content
    }

    async fn taken(&self, source: &MediaRef) -> Result<Vec<u8>, MediaError> {
        let mut stream = self.adapter.open_media(source).await?;
        let mut all = Vec::new();
        while let Some(chunk) = stream.next().await? {
            all.extend(chunk);
        }
        Ok(all)
    }
}

trait Pairs {
    fn query_pairs(self, name: &str) -> Self;
}

impl Pairs for reqwest::RequestBuilder {
    /// Adds `?name=`, every byte of it escaped.
    fn query_pairs(self, name: &str) -> Self {
        let (client, request) = self.build_split();
        let mut request = request.unwrap();
        let escaped = name.bytes().fold(String::new(), |escaped, byte| format!("{escaped}%{byte:02X}"));
        request.url_mut().set_query(Some(&format!("name={escaped}")));
        Self::from_parts(client, request)
    }
}

/// Files elsewhere, by what their reference says: so many bytes, or an error.
#[derive(Default)]
struct Elsewhere {
    opened: AtomicUsize,
}

fn attachment(kind: FileKind, name: &str, says: &str) -> Attachment {
    let file = File { name: Some(name.to_owned()), ..File::new(kind, MediaRef::new(says)) };
    Attachment::new(&Owner::Desk, &ChannelName::new("elsewhere"), &file)
}

#[async_trait]
impl Media for Elsewhere {
    async fn open(&self, file: &Attachment) -> Result<MediaStream, MediaError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let says = file.file().unwrap().source.as_str().to_owned();
        let content = match says.as_str() {
            "gone" => return Err(MediaError::Gone),
            "later" => return Err(MediaError::Later("try again".to_owned())),
            "png" | "breaks" => PNG.to_vec(),
            count => bytes(count.parse().unwrap()),
        };
        let (chunks, stream) = MediaStream::new(None, Some("image/png".to_owned()));
        let breaks = says == "breaks";
        std::thread::spawn(move || {
            let mut left = content.chunks(1000);
            while let Some(chunk) = left.next()
                && chunks.blocking_send(Ok(chunk.to_vec())).is_ok()
            {}
            if breaks {
                let _told = chunks.blocking_send(Err(MediaError::Later("it broke off".to_owned())));
            }
        });
        Ok(stream)
    }
}

#[tokio::test]
async fn what_a_customer_uploads_reaches_the_desk_byte_by_byte() {
    let (mut platform, shelf) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    let sent = bytes(1_000_003);
    let one = platform.uploaded(&token, "../geheim ä.bin", "application/x-thing", sent.clone()).await;
    let two = platform.uploaded(&token, "photo.png", "text/html", PNG.to_vec()).await;
    let body = json!({ "text": "both", "files": [one, two], "client_id": "1" });
    for status in [201, 200] {
        assert_eq!(platform.as_customer(&token, "POST", "/messages", &body).await.0, status);
    }
    let content = platform.content().await;
    assert_eq!(content.text.text(), "both");
    let [first, second] = &content.files[..] else { panic!("{:?}", content.files) };
    assert_eq!(
        (first.kind, first.name.as_deref(), first.size),
        (FileKind::Document, Some("geheim ä.bin"), Some(1_000_003))
    );
    assert_eq!((second.kind, second.mime.as_deref()), (FileKind::Image, Some("image/png")));
    assert!(platform.taken(&first.source).await.unwrap() == sent);
    assert_eq!(platform.taken(&second.source).await.unwrap(), PNG);
    let seen = platform.seen_by(&token).await;
    assert_eq!(
        seen[0]["files"][1],
        json!({ "id": two, "kind": "image", "name": "photo.png", "mime": "image/png", "size": PNG.len() })
    );
    assert!(!shelf.unsealed().contains("geheim") && !shelf.unsealed().contains("photo"));
    #[cfg(unix)]
    for (path, mode) in [(platform.files.0.clone(), 0o700), (platform.files.0.join(&two), 0o600)] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
    }
    platform.end().await.unwrap();
}

#[tokio::test]
async fn a_file_is_given_to_whoever_may_see_its_message_and_as_what_it_is() {
    let (platform, _) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    let (_, other) = platform.customer("Otto").await;
    let page = b"<script>alert(1)</script>".to_vec();
    let picture = platform.uploaded(&token, "a\"b.png", "image/png", PNG.to_vec()).await;
    let evil = platform.uploaded(&token, "evil.html", "text/html", page.clone()).await;
    // before it is in a message, it is nowhere
    assert_eq!(platform.fetched(&token, &picture).await.status(), 404);
    let body = json!({ "files": [picture, evil] });
    assert_eq!(platform.as_customer(&other, "POST", "/messages", &body).await.0, 404);
    assert_eq!(platform.as_customer(&token, "POST", "/messages", &body).await.0, 201);
    // one upload is for one message
    assert_eq!(platform.as_customer(&token, "POST", "/messages", &body).await.0, 404);
    for (id, kind, disposition, wanted) in [
        (&picture, "image/png", "inline; filename=\"a_b.png\"; filename*=UTF-8''a%22b.png", PNG),
        (
            &evil,
            "application/octet-stream",
            "attachment; filename=\"evil.html\"; filename*=UTF-8''evil.html",
            &page[..],
        ),
    ] {
        let answer = platform.fetched(&token, id).await;
        assert_eq!(answer.status(), 200);
        for (name, value) in [
            ("content-type", kind),
            ("content-disposition", disposition),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ] {
            assert_eq!(answer.headers()[name], value);
        }
        assert_eq!(answer.bytes().await.unwrap(), wanted);
    }
    for (token, id, status) in [
        (&other, picture.as_str(), 404),
        (&"c-x.y".to_owned(), &picture, 401),
        (&token, "nothing", 404),
        (&token, "..%2F..%2Fdeskbridge.toml", 404),
        (&token, "..", 404),
        (&token, "%2Fetc%2Fpasswd", 404),
    ] {
        assert_eq!(platform.fetched(token, id).await.status(), status, "{id}");
    }
    let of_the_team = format!("/api/team/rooms/{ROOM}/files/{picture}");
    assert_eq!(platform.get(&of_the_team).send().await.unwrap().status(), 404);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn what_is_too_large_or_empty_is_not_kept() {
    let (platform, _) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    // one that says so is refused before it comes
    let address = platform.base.trim_start_matches("http://");
    let mut line = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/customers/files HTTP/1.1\r\nHost: localhost\r\nX-Customer-Token: {token}\r\nContent-Length: {}\r\n\r\n",
        FILE_MAX + 1
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    line.read_exact(&mut answer).await.unwrap();
    assert_eq!(std::str::from_utf8(&answer).unwrap(), "HTTP/1.1 413");
    // one that does not say so is refused when it is too much
    let chunk = vec![b'x'; 1 << 20];
    let chunks = (0..=FILE_MAX >> 20).map(move |_| Ok::<_, std::io::Error>(chunk.clone()));
    let endless = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let request = platform.client.post(format!("{}/api/customers/files", platform.base));
    match request.header("x-customer-token", &token).body(endless).send().await {
        Ok(answer) => assert_eq!(answer.status(), 413),
        // whoever goes on sending may not come to read the answer
        Err(error) => assert!(error.is_request() || error.is_body(), "{error:?}"),
    }
    assert_eq!(platform.brings(&token, "x", "text/plain", "").await.0, 422);
    assert_eq!(platform.brings("c-x.y", "x", "text/plain", "x").await.0, 401);
    assert_eq!(platform.kept(), [""; 0]);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn files_of_one_operation_are_one_message_once() {
    let (platform, _) = platform().await;
    let topic = platform.open_topic("op-1", TopicState::Waiting).await;
    let media = Elsewhere::default();
    let files = vec![
        attachment(FileKind::Image, "one.png", "png"),
        attachment(FileKind::Image, "no picture.png", "300000"),
        attachment(FileKind::Voice, "three", "1"),
    ];
    let create = Operation::Create {
        voice: persona("Carla"),
        body: markdown("**see**"),
        files,
        reply_to: None,
        mentions: Vec::new(),
    };
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(platform.carry("op-2", ROOM, Some(&topic), create.clone(), &media).await);
    }
    assert!(matches!(&made[0], Outcome::Delivered { parts, .. } if parts.len() == 1), "{made:?}");
    assert_eq!(made[0], made[1]);
    assert_eq!(media.opened.load(Ordering::SeqCst), 3);
    assert_eq!(platform.kept().len(), 3);
    let (_, page) = platform.as_agent("GET", &format!("/messages?topic={topic}"), &Value::Null).await;
    let message = &page["messages"][1];
    assert_eq!(message["html"], "<strong>see</strong>");
    let kinds: Vec<_> =
        message["files"].as_array().unwrap().iter().map(|file| file["kind"].clone()).collect();
    assert_eq!(kinds, ["image", "document", "document"]);
    let id = message["files"][1]["id"].as_str().unwrap();
    let answer = platform.get(&format!("/api/team/rooms/{ROOM}/files/{id}")).send().await.unwrap();
    assert!(answer.bytes().await.unwrap() == bytes(300_000));
    let (_, topics) = platform.as_agent("GET", "/topics", &Value::Null).await;
    assert_eq!(topics["topics"][0]["preview"], "see 📎 one.png 📎 no picture.png 📎 three");
    platform.end().await.unwrap();
}

#[tokio::test]
async fn nothing_is_left_of_files_that_did_not_arrive() {
    let (platform, shelf) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    let create = |says: &[&str]| Operation::Create {
        voice: persona("Anna"),
        body: Body::new(&Owner::Desk, &"".into()),
        files: says.iter().map(|says| attachment(FileKind::Image, "x", says)).collect(),
        reply_to: None,
        mentions: Vec::new(),
    };
    let media = Elsewhere::default();
    for (id, says, cause) in [
        ("op-1", ["png", "gone"], Some(Cause::FileGone)),
        ("op-2", ["png", "later"], None),
        ("op-3", ["png", "breaks"], None),
        ("op-4", ["png", "104857601"], Some(Cause::FileTooLarge)),
    ] {
        let outcome = platform.carry(id, &chat, None, create(&says), &media).await;
        match (&outcome, cause) {
            (Outcome::Refused(refusal), Some(cause)) => assert_eq!(refusal.cause, cause),
            (Outcome::Later { .. }, None) => {}
            _ => panic!("{id}: {outcome:?}"),
        }
        assert_eq!(platform.kept(), [""; 0], "{id}");
    }
    let nobody = platform.carry("op-5", "c-nobody", None, create(&["png"]), &media).await;
    assert!(matches!(nobody, Outcome::Refused(_)));
    shelf.broken.store(true, Ordering::SeqCst);
    let unknown = platform.carry("op-6", &chat, None, create(&["png"]), &media).await;
    assert!(matches!(unknown, Outcome::Unknown { .. }), "{unknown:?}");
    shelf.broken.store(false, Ordering::SeqCst);
    let done = platform.carry("op-2", &chat, None, create(&["png", "5"]), &media).await;
    assert!(matches!(done, Outcome::Delivered { .. }), "{done:?}");
    assert_eq!(platform.seen_by(&token).await.len(), 1);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn a_file_goes_with_its_message() {
    let (mut platform, _) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    let file = platform.uploaded(&token, "x.png", "image/png", PNG.to_vec()).await;
    let (_, own) = platform.as_customer(&token, "POST", "/messages", &json!({ "files": [file] })).await;
    let path = format!("/messages/{}", own["id"].as_str().unwrap());
    // a caption comes and goes, the file stays
    for text in ["caption", ""] {
        assert_eq!(platform.as_customer(&token, "PATCH", &path, &json!({ "text": text })).await.0, 200);
    }
    let source = platform.content().await.files[0].source.clone();
    let inbound = platform.heard().await;
    let InboundKind::Edit { content } = &inbound.kind else { panic!("{inbound:?}") };
    assert_eq!((content.text.text(), content.files.len()), ("caption", 1));
    assert_eq!(platform.taken(&source).await.unwrap(), PNG);
    assert_eq!(platform.as_customer(&token, "DELETE", &path, &Value::Null).await.0, 204);
    assert_eq!(platform.fetched(&token, &file).await.status(), 404);
    assert_eq!(platform.taken(&source).await, Err(MediaError::Gone));
    for strange in ["", "{}", "../x", "{\"file\":\"../../x\"}"] {
        assert_eq!(platform.taken(&MediaRef::new(strange)).await, Err(MediaError::Gone));
    }
    let media = Elsewhere::default();
    let files = vec![attachment(FileKind::Image, "y", "png")];
    let create = Operation::Create {
        voice: persona("Anna"),
        body: markdown("y"),
        files,
        reply_to: None,
        mentions: Vec::new(),
    };
    let Outcome::Delivered { parts, .. } = platform.carry("op-1", &chat, None, create, &media).await else {
        panic!()
    };
    assert_eq!(platform.kept().len(), 1);
    platform.carry("op-2", &chat, None, Operation::Delete { parts }, &NoMedia).await;
    assert_eq!(platform.kept(), [""; 0]);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn what_no_message_needs_is_swept_after_an_hour() {
    let (platform, shelf) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    let used = platform.uploaded(&token, "used", "text/plain", b"used".to_vec()).await;
    assert_eq!(platform.as_customer(&token, "POST", "/messages", &json!({ "files": [used] })).await.0, 201);
    let fresh = platform.uploaded(&token, "fresh", "text/plain", b"fresh".to_vec()).await;
    let stale = platform.uploaded(&token, "stale", "text/plain", b"stale".to_vec()).await;
    shelf.change("waiting/", &stale, |row| row["at"] = json!("2026-01-01T00:00:00Z"));
    let old = std::time::SystemTime::UNIX_EPOCH;
    for name in ["orphan", &used] {
        let file = std::fs::File::create(platform.files.0.join(name)).unwrap();
        file.set_modified(old).unwrap();
    }
    platform.adapter.log().expire().await.unwrap();
    platform.adapter.log().sweep().await.unwrap();
    let mut kept = platform.kept();
    kept.sort();
    let mut wanted = [used, fresh.clone()];
    wanted.sort();
    assert_eq!(kept, wanted);
    let (status, _) = platform.as_customer(&token, "POST", "/messages", &json!({ "files": [stale] })).await;
    assert_eq!(status, 404);
    let (status, _) = platform.as_customer(&token, "POST", "/messages", &json!({ "files": [fresh] })).await;
    assert_eq!(status, 201);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn a_file_is_erased_with_what_was_said_beside_it() {
    let (platform, shelf) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    let files = vec![attachment(FileKind::Image, "y", "png")];
    let create = Operation::Create {
        voice: persona("Anna"),
        body: markdown("y"),
        files,
        reply_to: None,
        mentions: Vec::new(),
    };
    platform.carry("op-1", &chat, None, create, &Elsewhere::default()).await;
    let id = platform.kept().pop().unwrap();
    assert_eq!(platform.fetched(&token, &id).await.status(), 200);
    shelf.change("file/", &id, |row| row["seal"] = json!({ "$erased": { "of": "desk" } }));
    assert_eq!(platform.fetched(&token, &id).await.status(), 404);
    let file = std::fs::File::options().write(true).open(platform.files.0.join(&id)).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    platform.adapter.log().sweep().await.unwrap();
    assert_eq!(platform.kept(), [""; 0]);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn an_agent_brings_files_to_a_topic() {
    let (mut platform, _) = platform().await;
    let topic = platform.open_topic("op-1", TopicState::Waiting).await;
    let path = format!("{}/api/team/rooms/{ROOM}/files", platform.base);
    let bring = |agent: &str| platform.client.post(format!("{path}?agent={agent}&name=a.png")).body(PNG);
    assert_eq!(answered(bring("mallory")).await.0, 404);
    let (_, file) = answered(bring("anna")).await;
    let post =
        |agent: &str| json!({ "agent": agent, "topic": topic, "text": "// look", "files": [file["id"]] });
    assert_eq!(platform.as_agent("POST", "/messages", &post("ben")).await.0, 404);
    assert_eq!(platform.as_agent("POST", "/messages", &post("anna")).await.0, 201);
    let content = platform.content().await;
    assert_eq!((content.text.text(), content.files[0].name.as_deref()), ("// look", Some("a.png")));
    assert_eq!(platform.taken(&content.files[0].source).await.unwrap(), PNG);
    platform.end().await.unwrap();
}
