//! People on Matrix: plain HTTP, so that the bridge is seen with other eyes than its own library's.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// One person's session on a homeserver.
pub(crate) struct Person {
    http: Client,
    base: String,
    /// The whole user id.
    pub(crate) user: String,
    token: String,
    sent: AtomicU32,
}

/// What a request came back with.
pub(crate) type Answer = Result<Value, (u16, Value)>;

impl Person {
    /// A new account, logged in.
    pub(crate) async fn register(base: &str, local: &str, password: &str) -> Self {
        let mut person = Self {
            http: Client::new(),
            base: base.to_owned(),
            user: String::new(),
            token: String::new(),
            sent: AtomicU32::new(0),
        };
        let body = json!({ "username": local, "password": password, "auth": { "type": "m.login.dummy" } });
        let session = person.ask(Method::POST, "v3/register", Some(body)).await.unwrap();
        session["user_id"].as_str().unwrap().clone_into(&mut person.user);
        session["access_token"].as_str().unwrap().clone_into(&mut person.token);
        person
    }

    /// The session's access token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Chooses the name that others read.
    pub(crate) async fn call_oneself(&self, name: &str) {
        let path = format!("v3/profile/{}/displayname", escaped(&self.user));
        self.ask(Method::PUT, &path, Some(json!({ "displayname": name }))).await.unwrap();
    }

    /// A private room with invitations; `direct` as clients make it for a conversation of two.
    pub(crate) async fn create_room(&self, invited: &[&str], direct: bool) -> String {
        let preset = if direct { "trusted_private_chat" } else { "private_chat" };
        let body = json!({ "preset": preset, "invite": invited, "is_direct": direct });
        self.create_room_as(body).await
    }

    /// A room made exactly so.
    pub(crate) async fn create_room_as(&self, body: Value) -> String {
        let room = self.ask(Method::POST, "v3/createRoom", Some(body)).await.unwrap();
        room["room_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn invite(&self, room: &str, user: &str) {
        self.in_room(room, "invite", json!({ "user_id": user })).await.unwrap();
    }

    pub(crate) async fn join(&self, room: &str) -> Answer {
        self.in_room(room, "join", json!({})).await
    }

    pub(crate) async fn leave(&self, room: &str) {
        self.in_room(room, "leave", json!({})).await.unwrap();
    }

    pub(crate) async fn kick(&self, room: &str, user: &str) {
        self.in_room(room, "kick", json!({ "user_id": user })).await.unwrap();
    }

    /// Upgrades a room; the new room's id.
    pub(crate) async fn upgrade(&self, room: &str) -> String {
        let answer = self.in_room(room, "upgrade", json!({ "new_version": "11" })).await.unwrap();
        answer["replacement_room"].as_str().unwrap().to_owned()
    }

    /// Sends an event; its id.
    pub(crate) async fn send(&self, room: &str, event_type: &str, content: Value) -> String {
        let path = format!("v3/rooms/{}/send/{event_type}/{}", escaped(room), self.txn());
        let sent = self.ask(Method::PUT, &path, Some(content)).await.unwrap();
        sent["event_id"].as_str().unwrap().to_owned()
    }

    /// Writes.
    pub(crate) async fn say(&self, room: &str, text: &str) -> String {
        self.send(room, "m.room.message", json!({ "msgtype": "m.text", "body": text })).await
    }

    /// Writes as an answer to a message.
    pub(crate) async fn reply(&self, room: &str, message: &str, text: &str) -> String {
        let relation = json!({ "m.in_reply_to": { "event_id": message } });
        let content = json!({ "msgtype": "m.text", "body": text, "m.relates_to": relation });
        self.send(room, "m.room.message", content).await
    }

    /// Writes in a thread as clients do: a plain message falls back to a reply to the latest, a deliberate reply
    /// names its message.
    pub(crate) async fn say_in_thread(
        &self,
        room: &str,
        thread: &str,
        text: &str,
        reply_to: Option<&str>,
    ) -> String {
        let answered = match reply_to {
            Some(message) => message.to_owned(),
            None => self.in_thread(room, thread).await.last().map_or(thread, |last| id(last)).to_owned(),
        };
        let relation = json!({
            "rel_type": "m.thread", "event_id": thread, "is_falling_back": reply_to.is_none(),
            "m.in_reply_to": { "event_id": answered },
        });
        let content = json!({ "msgtype": "m.text", "body": text, "m.relates_to": relation });
        self.send(room, "m.room.message", content).await
    }

    /// Gives an own message a new text.
    pub(crate) async fn edit(&self, room: &str, message: &str, text: &str) -> String {
        let content = json!({
            "msgtype": "m.text", "body": format!("* {text}"),
            "m.new_content": { "msgtype": "m.text", "body": text },
            "m.relates_to": { "rel_type": "m.replace", "event_id": message },
        });
        self.send(room, "m.room.message", content).await
    }

    /// Gives a file to the homeserver; its address there.
    pub(crate) async fn upload(&self, mime: &str, bytes: &[u8]) -> String {
        let request = self.http.post(format!("{}/_matrix/media/v3/upload", self.base));
        let request = request.bearer_auth(&self.token).header("content-type", mime).body(bytes.to_vec());
        let answer: Value = request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap();
        answer["content_uri"].as_str().unwrap().to_owned()
    }

    /// A file that the homeserver has.
    pub(crate) async fn download(&self, address: &str) -> Vec<u8> {
        let path = address.strip_prefix("mxc://").unwrap();
        let request = self.http.get(format!("{}/_matrix/client/v1/media/download/{path}", self.base));
        let answer = request.bearer_auth(&self.token).send().await.unwrap().error_for_status().unwrap();
        answer.bytes().await.unwrap().to_vec()
    }

    /// Reacts to a message.
    pub(crate) async fn react(&self, room: &str, message: &str, key: &str) -> String {
        let relation = json!({ "rel_type": "m.annotation", "event_id": message, "key": key });
        self.send(room, "m.reaction", json!({ "m.relates_to": relation })).await
    }

    /// Takes a message back.
    pub(crate) async fn redact(&self, room: &str, message: &str) {
        self.try_redact(room, message).await.unwrap();
    }

    /// Tries to take a message back, whosever it is.
    pub(crate) async fn try_redact(&self, room: &str, message: &str) -> Answer {
        let path = format!("v3/rooms/{}/redact/{}/{}", escaped(room), escaped(message), self.txn());
        self.ask(Method::PUT, &path, Some(json!({}))).await
    }

    /// Shows for a while that this person is writing.
    pub(crate) async fn types(&self, room: &str) {
        let path = format!("v3/rooms/{}/typing/{}", escaped(room), escaped(&self.user));
        self.ask(Method::PUT, &path, Some(json!({ "typing": true, "timeout": 30_000 }))).await.unwrap();
    }

    /// Sets a room's state.
    pub(crate) async fn set_state(&self, room: &str, event_type: &str, content: Value) {
        let path = format!("v3/rooms/{}/state/{event_type}/", escaped(room));
        self.ask(Method::PUT, &path, Some(content)).await.unwrap();
    }

    /// A room's state.
    pub(crate) async fn state(&self, room: &str, event_type: &str, key: &str) -> Answer {
        let path = format!("v3/rooms/{}/state/{event_type}/{}", escaped(room), escaped(key));
        self.ask(Method::GET, &path, None).await
    }

    /// The latest events of a room, oldest first.
    pub(crate) async fn events(&self, room: &str) -> Vec<Value> {
        let path = format!("v3/rooms/{}/messages?dir=b&limit=500", escaped(room));
        let page = self.ask(Method::GET, &path, None).await.unwrap();
        page["chunk"].as_array().unwrap().iter().rev().cloned().collect()
    }

    /// The messages in a thread without its root, oldest first.
    pub(crate) async fn in_thread(&self, room: &str, thread: &str) -> Vec<Value> {
        let events = self.events(room).await;
        events.into_iter().filter(|event| thread_root(event) == Some(thread)).collect()
    }

    /// Whether somebody is in a room.
    pub(crate) async fn sees_joined(&self, room: &str, user: &str) -> bool {
        let member = self.state(room, "m.room.member", user).await;
        member.is_ok_and(|member| member["membership"] == "join")
    }

    async fn in_room(&self, room: &str, act: &str, body: Value) -> Answer {
        self.ask(Method::POST, &format!("v3/rooms/{}/{act}", escaped(room)), Some(body)).await
    }

    /// One request to the client-server interface.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}/_matrix/client/{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let body = response.json().await.unwrap_or_default();
        if status.is_success() { Ok(body) } else { Err((status.as_u16(), body)) }
    }

    fn txn(&self) -> String {
        format!("t{}", self.sent.fetch_add(1, Ordering::Relaxed))
    }
}

/// An event's id.
pub(crate) fn id(event: &Value) -> &str {
    event["event_id"].as_str().unwrap()
}

/// The thread that an event is in.
pub(crate) fn thread_root(event: &Value) -> Option<&str> {
    let relation = &event["content"]["m.relates_to"];
    (relation["rel_type"] == "m.thread").then(|| relation["event_id"].as_str()).flatten()
}

/// The message that an event is a new version of.
pub(crate) fn replaces(event: &Value) -> Option<&str> {
    let relation = &event["content"]["m.relates_to"];
    (relation["rel_type"] == "m.replace").then(|| relation["event_id"].as_str()).flatten()
}

/// Everything but what an address may hold as it is.
fn escaped(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
