//! People on Matrix whose client encrypts: `nio_driver.py`, with other cryptography than the bridge's.
//!
//! It needs a Python with `matrix-nio[e2e]` in it: the one that `DESKBRIDGE_NIO_PYTHON` names, else the one of
//! `target/nio-venv`, which `tests/run` makes.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

/// How long a client waits for what must come, in seconds.
const PATIENCE: u64 = 90;

/// One person's client, a process of its own; killed when dropped.
pub(crate) struct Nio {
    pipes: Mutex<(ChildStdin, Lines<BufReader<ChildStdout>>)>,
    /// The whole user id.
    pub(crate) user: String,
    _child: Child,
    store: TempDir,
}

impl Nio {
    /// A new account, signed in, that others read the name of.
    pub(crate) async fn register(base: &str, local: &str, name: &str) -> Self {
        assert!(python().exists(), "{} is missing; tests/run makes it", python().display());
        let mut child = Command::new(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/nio_driver.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let pipes = Mutex::new((child.stdin.take().unwrap(), lines));
        let store = tempfile::tempdir().unwrap();
        let mut nio = Self { pipes, user: String::new(), _child: child, store };
        let login = json!({
            "do": "login", "homeserver": base, "user": local, "password": "secret", "new": true,
            "store": nio.store.path(),
        });
        nio.ask(login).await["user"].as_str().unwrap().clone_into(&mut nio.user);
        let path = format!("profile/{}/displayname", nio.user);
        nio.ask(json!({ "do": "request", "method": "PUT", "path": path, "body": { "displayname": name } }))
            .await;
        nio
    }

    /// Has the client do something; what it answers.
    pub(crate) async fn ask(&self, command: Value) -> Value {
        let done = self.try_ask(&command).await;
        assert!(done.is_ok(), "{command} failed: {done:?}");
        done.unwrap()
    }

    async fn try_ask(&self, command: &Value) -> Result<Value, Value> {
        let mut pipes = self.pipes.lock().await;
        let (commands, lines) = &mut *pipes;
        commands.write_all(format!("{command}\n").as_bytes()).await.unwrap();
        loop {
            let line = lines.next_line().await.unwrap();
            assert!(line.is_some(), "the client has ended");
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
            match line["is"].as_str() {
                Some("done") => return Ok(line),
                Some("failed") => return Err(line["error"].clone()),
                _ => {}
            }
        }
    }

    /// A new encrypted room.
    pub(crate) async fn create_room(&self, invited: &str, direct: bool) -> String {
        let made = self.ask(json!({ "do": "create_room", "invite": [invited], "direct": direct })).await;
        made["room"].as_str().unwrap().to_owned()
    }

    /// Writes; the event's id.
    pub(crate) async fn say(&self, room: &str, text: &str) -> String {
        event_id(&self.ask(json!({ "do": "send_text", "room": room, "text": text })).await)
    }

    /// Answers a message in its thread by a deliberate reply.
    pub(crate) async fn answer(&self, room: &str, message: &Value, text: &str) -> String {
        let thread = &message["content"]["m.relates_to"]["event_id"];
        let command = json!({
            "do": "reply", "room": room, "thread": thread, "event": message["event_id"], "text": text,
        });
        event_id(&self.ask(command).await)
    }

    /// The first thing the client has seen that has all of `wanted`; waits for it.
    pub(crate) async fn sees(&self, wanted: Value) -> Value {
        let command = json!({ "do": "wait_for", "where": wanted, "timeout": PATIENCE });
        let seen = self.try_ask(&command).await;
        assert!(seen.is_ok(), "{} did not see {wanted}: {seen:?}", self.user);
        seen.unwrap()["line"].clone()
    }

    /// A message with these words, that came encrypted.
    pub(crate) async fn reads(&self, room: &str, body: &str) -> Value {
        let wanted = json!({ "room": room, "type": "m.room.message", "content": { "body": body } });
        let message = self.sees(wanted).await;
        assert_eq!(message["encrypted"], true, "{message}");
        message
    }

    /// Waits until somebody is in a room.
    pub(crate) async fn sees_joined(&self, room: &str, user: &str) {
        let member = json!({ "type": "m.room.member", "state_key": user, "room": room });
        let mut wanted = member;
        wanted["content"] = json!({ "membership": "join" });
        self.sees(wanted).await;
    }
}

fn event_id(answer: &Value) -> String {
    answer["event_id"].as_str().unwrap().to_owned()
}

fn python() -> PathBuf {
    std::env::var_os("DESKBRIDGE_NIO_PYTHON").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/nio-venv/bin/python"),
        PathBuf::from,
    )
}
