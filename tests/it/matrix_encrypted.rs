//! Encrypted rooms on a real Synapse, through the program, with people whose client has other cryptography.

use crate::matrix_client::Person;
use crate::matrix_e2e::files_with;
use crate::matrix_media::sha256;
use crate::nio::Nio;
use crate::program::{Bridge, done};
use crate::synapse::Synapse;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

const BRIDGE: &str = "@bridge:desk.test";
const PASSWORD: &str = "correct horse";
const MASTER_KEY: &str = "a master key of sufficient length";
const PATIENCE: Duration = Duration::from_mins(1);

/// A homeserver, people on it who encrypt, and a desk that is configured for them.
struct Town {
    /// The bridge's account, in a session of the test's own.
    bridge: Person,
    customer: Nio,
    agent: Nio,
    chat: String,
    team: String,
    recovery_key: String,
    directory: TempDir,
    _synapse: Synapse,
}

impl Town {
    async fn new() -> Self {
        let synapse = Synapse::start().await;
        let url = synapse.url();
        let bridge = Person::register(&url, "bridge", PASSWORD).await;
        let customer = Nio::register(&url, "carla", "Carla").await;
        let agent = Nio::register(&url, "anna", "Anna").await;
        let team = agent.create_room(BRIDGE, false).await;
        let chat = customer.create_room(BRIDGE, true).await;
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("config")).unwrap();
        let config = CONFIG.replace("HOMESERVER", &url).replace("ROOM", &team);
        fs::write(directory.path().join("config/deskbridge.toml"), config).unwrap();
        let (code, key, error) = done(directory.path(), &["recovery-key"]);
        assert_eq!(code, 0, "{error}");
        let recovery_key = key.trim_end().to_owned();
        Self { bridge, customer, agent, chat, team, recovery_key, directory, _synapse: synapse }
    }

    async fn start(&self) -> Bridge {
        let variables = [
            ("PASSWORD", PASSWORD),
            ("MASTER_KEY", MASTER_KEY),
            ("RECOVERY_KEY", &self.recovery_key),
            ("DESKBRIDGE_LOG", "trace"),
        ];
        let bridge = Bridge::start_with(self.directory.path(), &variables);
        self.agent.sees_joined(&self.team, BRIDGE).await;
        self.customer.sees_joined(&self.chat, BRIDGE).await;
        bridge
    }

    /// `deskbridge check` with a recovery key.
    async fn check(&self, recovery_key: &str) -> (bool, String) {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_deskbridge"));
        command.current_dir(self.directory.path()).arg("check");
        command.env("PASSWORD", PASSWORD).env("MASTER_KEY", MASTER_KEY).env("RECOVERY_KEY", recovery_key);
        let output = command.output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), format!("{}{}", text(output.stdout), text(output.stderr)))
    }

    /// The bridge's post in the team's room that carries a customer's words.
    async fn copy(&self, text: &str) -> Value {
        self.agent.reads(&self.team, &format!("Carla: {text}")).await
    }

    /// Writes, is answered by the agent, and reads the answer.
    async fn talk(&self, question: &str, answer: &str) -> Value {
        self.customer.say(&self.chat, question).await;
        let copy = self.copy(question).await;
        self.agent.answer(&self.team, &copy, answer).await;
        self.customer.reads(&self.chat, &format!("Anna (Support): {answer}")).await;
        copy
    }

    /// The bridge's identity and its devices, as a stranger who checks every signature sees them.
    async fn signed(&self) -> (String, Vec<String>) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.customer.ask(json!({ "do": "cross_signing", "user": BRIDGE })).await;
            let devices = seen["devices"].as_object().unwrap();
            if seen["vouched"] == true
                && !devices.is_empty()
                && devices.values().all(|device| device["signed"] == true && device["own_signature"] == true)
            {
                return (seen["master"].as_str().unwrap().to_owned(), devices.keys().cloned().collect());
            }
            assert!(Instant::now() < deadline, "the bridge's device is not signed: {seen}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the backup holds as many keys.
    async fn backed_up(&self, count: u64) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let backup = self.bridge.ask(Method::GET, "v3/room_keys/version", None).await;
            if backup.as_ref().is_ok_and(|backup| backup["count"].as_u64() >= Some(count)) {
                return;
            }
            assert!(Instant::now() < deadline, "the keys are not backed up: {backup:?}");
            sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encrypted_conversation_survives_restarts_and_the_loss_of_every_file() {
    let town = Town::new().await;
    let bridge = town.start().await;
    let copy = town.talk("Where is my parcel?", "It left today.").await;
    // the topic's card shows that it was answered
    let changed = json!({ "room": town.team, "content": { "m.relates_to": { "rel_type": "m.replace" } } });
    assert_eq!(town.agent.sees(changed).await["encrypted"], true);
    let (identity, devices) = town.signed().await;
    assert_eq!(devices.len(), 1);

    // killed between a message and its answer
    town.customer.say(&town.chat, "And when will it be here?").await;
    let second = town.copy("And when will it be here?").await;
    bridge.signal("-KILL");
    bridge.ended();
    let answer = town.agent.answer(&town.team, &second, "Tomorrow.").await;
    let bridge = town.start().await;
    town.customer.reads(&town.chat, "Anna (Support): Tomorrow.").await;
    town.agent
        .sees(json!({
            "type": "m.reaction", "sender": BRIDGE,
            "content": { "m.relates_to": { "event_id": answer, "key": "✅" } },
        }))
        .await;
    assert_eq!(copy["content"]["m.relates_to"]["event_id"], second["content"]["m.relates_to"]["event_id"]);

    // what the device knew is lost, and a message waits that only the lost device could have read
    town.backed_up(2).await;
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    town.customer.say(&town.chat, "Are you still there?").await;
    fs::remove_dir_all(town.directory.path().join("data/channels")).unwrap();
    let bridge = town.start().await;
    town.copy("Are you still there?").await;
    let (same, renewed) = town.signed().await;
    assert_eq!(same, identity, "nobody is warned");
    assert_eq!(renewed.len(), 1, "the lost device is gone");
    assert_ne!(renewed, devices);
    town.talk("Good.", "We are.").await;

    // everything is lost
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    fs::remove_dir_all(town.directory.path().join("data")).unwrap();
    let bridge = town.start().await;
    let deadline = Instant::now() + PATIENCE;
    while town.signed().await.1.len() < 2 {
        assert!(Instant::now() < deadline, "there is no new device");
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(town.signed().await.0, identity);
    town.talk("And now?", "Always.").await;

    let (well, said) = town.check(&town.recovery_key).await;
    assert!(well, "{said}");
    for wanted in
        ["has signed the bridge's device", "opens the account's secret storage", "the key backup is on"]
    {
        assert!(said.contains(wanted), "{said}");
    }
    let (_, other, _) = done(town.directory.path(), &["recovery-key"]);
    let (well, said) = town.check(other.trim_end()).await;
    assert!(!well && said.contains("does not open the account's secret storage"), "{said}");
    let (well, said) = town.check("correct horse").await;
    assert!(!well && said.contains("does not hold a recovery key"), "{said}");
    assert_eq!(town.signed().await.1.len(), 2, "a check leaves nothing behind");
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    for marker in ["Carla", "carla", "And now?", "Always.", PASSWORD, &town.recovery_key] {
        let found = files_with(town.directory.path(), marker);
        assert!(found.is_empty(), "{marker} was written down: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_told_to_both_sides_and_shown_when_its_key_comes() {
    let town = Town::new().await;
    let bridge = town.start().await;
    town.talk("Hello", "Welcome.").await;
    let withhold = json!({ "do": "withhold", "room": town.chat, "text": "the missing words" });
    let event = town.customer.ask(withhold).await["event_id"].clone();
    let path = town.directory.path().join("parcel.png");
    let bytes = [b"\x89PNG\r\n\x1a\n".to_vec(), vec![7; 70_000]].concat();
    fs::write(&path, &bytes).unwrap();
    let withhold = json!({
        "do": "withhold", "room": town.chat, "path": path, "name": "parcel.png", "mime": "image/png",
        "msgtype": "m.image", "caption": "my parcel",
    });
    let picture = town.customer.ask(withhold).await["event_id"].clone();
    let begun = Instant::now();
    // waits behind it, so that the order holds
    town.customer.say(&town.chat, "said after it").await;
    let told = "The customer sent a message that could not be decrypted. The customer was told.";
    let told = town.copy(told).await;
    assert!(begun.elapsed() > Duration::from_secs(50), "the key is waited for");
    let sorry = "Sorry, your last message could not be decrypted here. Could you send it again?";
    town.customer.reads(&town.chat, sorry).await;
    let after = town.copy("said after it").await;
    assert!(told["n"].as_u64() < after["n"].as_u64(), "the order holds");

    // killed, it knows what is missing all the same
    bridge.signal("-KILL");
    bridge.ended();
    let _bridge = town.start().await;
    town.customer.ask(json!({ "do": "share", "event": event, "user": BRIDGE })).await;
    let shown = json!({
        "room": town.team, "type": "m.room.message", "encrypted": true,
        "content": {
            "m.relates_to": { "rel_type": "m.replace", "event_id": told["event_id"] },
            "m.new_content": { "body": "Carla: the missing words" },
        },
    });
    town.agent.sees(shown).await;

    // a picture arrives as a picture
    town.customer.ask(json!({ "do": "share", "event": picture, "user": BRIDGE })).await;
    let caption = json!({
        "room": town.team, "type": "m.room.message",
        "content": { "m.new_content": { "body": "Carla: my parcel" } },
    });
    let placeholder = town.agent.sees(caption).await["content"]["m.relates_to"]["event_id"].clone();
    let shown = json!({
        "room": town.team, "type": "m.room.message", "encrypted": true,
        "content": { "msgtype": "m.image", "m.relates_to": { "m.in_reply_to": { "event_id": placeholder } } },
    });
    let shown = town.agent.sees(shown).await;
    let got = town.agent.sees(json!({ "is": "file", "event_id": shown["event_id"] })).await;
    assert_eq!((&got["name"], &got["sha256"]), (&json!("parcel.png"), &json!(sha256(&bytes))), "{got}");
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
recovery_key_env = "RECOVERY_KEY"

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
