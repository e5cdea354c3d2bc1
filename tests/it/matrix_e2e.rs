//! A customer and an agent talk on Matrix through the program, on a real Synapse, whatever dies in between.

use crate::matrix_client::{Person, id, replaces, thread_root};
use crate::program::{Bridge, done};
use crate::synapse::Synapse;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

pub(crate) const BRIDGE: &str = "@bridge:desk.test";
const PASSWORD: &str = "correct horse";
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A homeserver, the people on it, and a desk that is configured for them.
pub(crate) struct Town {
    synapse: Synapse,
    pub(crate) customer: Person,
    pub(crate) agent: Person,
    chat: String,
    pub(crate) team: String,
    directory: TempDir,
}

impl Town {
    async fn new() -> Self {
        Self::with("").await
    }

    /// A town whose desk is configured with more.
    pub(crate) async fn with(more: &str) -> Self {
        let synapse = Synapse::start().await;
        let url = synapse.url();
        Person::register(&url, "bridge", PASSWORD).await;
        let customer = Person::register(&url, "carla", "c").await;
        customer.call_oneself("Carla").await;
        let agent = Person::register(&url, "anna", "a").await;
        let team = agent.create_room(&[BRIDGE], false).await;
        let chat = customer.create_room(&[BRIDGE], true).await;
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("config")).unwrap();
        let config = CONFIG.replace("HOMESERVER", &url).replace("ROOM", &team);
        fs::write(directory.path().join("config/deskbridge.toml"), config + more).unwrap();
        Self { synapse, customer, agent, chat, team, directory }
    }

    pub(crate) fn start(&self) -> Bridge {
        let secret = "a master key of sufficient length";
        let variables = [("PASSWORD", PASSWORD), ("MASTER_KEY", secret), ("DESKBRIDGE_LOG", "trace")];
        Bridge::start_with(self.directory.path(), &variables)
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The customer's room with the bridge.
    pub(crate) fn chat(&self) -> &str {
        &self.chat
    }

    /// The bridge's post in the team's room that carries a customer's words.
    pub(crate) async fn copy(&self, text: &str) -> Value {
        self.find(&self.agent, &self.team, &format!("Carla: {text}")).await
    }

    /// The message with these words, which must be there exactly once.
    pub(crate) async fn find(&self, person: &Person, room: &str, body: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let events = person.events(room).await;
            let mut found = events.iter().filter(|event| says(event, body));
            if let Some(first) = found.next() {
                assert!(found.next().is_none(), "{body:?} is there twice");
                return first.clone();
            }
            let log = fs::read_to_string(self.directory.path().join("log")).unwrap();
            assert!(Instant::now() < deadline, "{body:?} did not arrive: {log}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The agent answers a copy by a deliberate reply in its thread.
    pub(crate) async fn answer(&self, copy: &Value, text: &str) -> String {
        let thread = thread_root(copy).unwrap();
        self.agent.say_in_thread(&self.team, thread, text, Some(id(copy))).await
    }

    /// The customer reads an agent's words.
    async fn read(&self, text: &str) {
        self.find(&self.customer, &self.chat, &format!("Anna (Support): {text}")).await;
    }
}

fn says(event: &Value, body: &str) -> bool {
    event["type"] == "m.room.message" && replaces(event).is_none() && event["content"]["body"] == body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_on_matrix_survives_every_death() {
    let mut town = Town::new().await;
    let bridge = town.start();
    town.customer.say(&town.chat, "Where is my parcel?").await;
    let copy = town.copy("Where is my parcel?").await;
    let profile = &copy["content"]["com.beeper.per_message_profile"];
    assert_eq!(profile["displayname"], "Carla");
    town.agent.say_in_thread(&town.team, thread_root(&copy).unwrap(), "a note to ourselves", None).await;
    let answer = town.answer(&copy, "It left today.").await;
    town.read("It left today.").await;
    until_marked(&town, &answer, "✅").await;

    // killed between a message and its answer, which the agent gives meanwhile
    town.customer.say(&town.chat, "And when will it be here?").await;
    let second = town.copy("And when will it be here?").await;
    assert_eq!(thread_root(&second), thread_root(&copy), "one customer has one thread");
    bridge.signal("-KILL");
    bridge.ended();
    town.answer(&second, "Tomorrow.").await;
    town.customer.say(&town.chat, "Hello?").await;
    let bridge = town.start();
    town.read("Tomorrow.").await;
    let third = town.copy("Hello?").await;
    assert_eq!(thread_root(&third), thread_root(&copy));

    // killed while it is busy
    for number in 0..20 {
        town.customer.say(&town.chat, &format!("question {number}")).await;
    }
    bridge.signal("-KILL");
    bridge.ended();
    let bridge = town.start();
    for number in 0..20 {
        town.copy(&format!("question {number}")).await;
    }

    // the homeserver goes away and comes back
    town.synapse.stop().await;
    town.synapse.resume().await;
    town.customer.say(&town.chat, "Are you back?").await;
    let last = town.copy("Are you back?").await;
    town.answer(&last, "We are.").await;
    town.read("We are.").await;

    let told = town.customer.events(&town.chat).await;
    let leaked = told
        .iter()
        .any(|event| event["content"]["body"].as_str().is_some_and(|body| body.contains("note to")));
    assert!(!leaked, "a note left the team");
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    for marker in ["Carla", "carla", "parcel", "It left today", PASSWORD] {
        assert_eq!(
            files_with(town.directory.path(), marker),
            Vec::<PathBuf>::new(),
            "{marker} was written down"
        );
    }
    assert_eq!(files_with(town.directory.path(), "connected").len(), 1, "the log is searched");
}

/// The files in and below a directory that hold a text, the configuration left out.
pub(crate) fn files_with(directory: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("config") {
            found.extend(files_with(&path, text));
        } else if path.is_file()
            && fs::read(&path).unwrap().windows(text.len()).any(|bytes| bytes == text.as_bytes())
        {
            found.push(path);
        }
    }
    found
}

/// Waits until the bridge has put a mark on an agent's message.
pub(crate) async fn until_marked(town: &Town, message: &str, mark: &str) {
    let deadline = Instant::now() + PATIENCE;
    let is_mark = |event: &Value| {
        let relation = &event["content"]["m.relates_to"];
        event["type"] == "m.reaction" && relation["event_id"] == message && relation["key"] == mark
    };
    while !town.agent.events(&town.team).await.iter().any(is_mark) {
        assert!(Instant::now() < deadline, "the answer has no {mark}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_messages_at_once_arrive_once_and_in_order() {
    let town = Town::new().await;
    let _bridge = town.start();
    let wanted: Vec<_> = (0..200).map(|number| format!("Carla: line {number}")).collect();
    for number in 0..200 {
        town.customer.say(&town.chat, &format!("line {number}")).await;
    }
    town.copy("line 199").await;
    let events = town.agent.events(&town.team).await;
    let bodies = events.iter().filter_map(|event| event["content"]["body"].as_str());
    let lines: Vec<_> = bodies.filter(|body| body.starts_with("Carla: line ")).collect();
    assert_eq!(lines, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_told_plainly() {
    let town = Town::new().await;
    let config = town.directory.path().join("config/deskbridge.toml");
    let secret = town.directory.path().join("secret");
    fs::write(&secret, "hunter2").unwrap();
    let text = fs::read_to_string(&config).unwrap();
    let text = text.replace("password_env = \"PASSWORD\"", "password_file = \"secret\"");
    fs::write(&config, text.replace("master_key_env = \"MASTER_KEY\"", "")).unwrap();
    for command in ["check", "run"] {
        let (code, out, error) = done_soon(town.directory.path(), command).await;
        assert_eq!(code, 1, "{out}{error}");
        let said = format!("{out}{error}");
        assert!(said.contains("does not take the password") && said.contains("password_file"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    // and the right one is well
    fs::write(&secret, PASSWORD).unwrap();
    let (code, out, error) = done_soon(town.directory.path(), "check").await;
    assert_eq!(code, 0, "{out}{error}");
}

async fn done_soon(directory: &Path, command: &'static str) -> (i32, String, String) {
    let directory = directory.to_owned();
    tokio::task::spawn_blocking(move || done(&directory, &[command])).await.unwrap()
}

const CONFIG: &str = r#"
[desk]
data_dir = "data"
master_key_env = "MASTER_KEY"
time_zone = "Europe/Berlin"

[[channels]]
name = "matrix"
platform = "matrix"
homeserver = "HOMESERVER"
user = "@bridge:desk.test"
password_env = "PASSWORD"

[[teams]]
name = "support"
channel = "matrix"
room = "ROOM"

[[agents]]
name = "Anna"
title = "Support"
role = "manager"
handles = { matrix = "@anna:desk.test" }
"#;
