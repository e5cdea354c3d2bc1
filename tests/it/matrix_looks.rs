//! Customers on a real Synapse, a team on the local page: who is writing, and what agents look like.

use crate::bridge::free_port;
use crate::local_client::{Agent, Local};
use crate::matrix_client::Person;
use crate::program::Bridge;
use crate::synapse::Synapse;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

const BRIDGE: &str = "@bridge:desk.test";
const PASSWORD: &str = "correct horse";
const PATIENCE: Duration = Duration::from_mins(1);
/// The first bytes of a picture are enough for a homeserver.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and what Anna looks like";

/// A homeserver, a customer on it, and a desk whose team works on the local page.
pub(crate) struct Town {
    pub(crate) customer: Person,
    pub(crate) chat: String,
    pub(crate) agent: Agent,
    url: String,
    directory: TempDir,
    _synapse: Synapse,
}

impl Town {
    pub(crate) async fn new() -> Self {
        let synapse = Synapse::start_with(json!({ "max_upload_size": "1M" })).await;
        Person::register(&synapse.url(), "bridge", PASSWORD).await;
        let customer = Person::register(&synapse.url(), "carla", "c").await;
        customer.call_oneself("Carla").await;
        let chat = customer.create_room(&[BRIDGE], true).await;
        let directory = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let config = CONFIG.replace("HOMESERVER", &synapse.url()).replace("ADDRESS", &address);
        fs::create_dir(directory.path().join("config")).unwrap();
        fs::write(directory.path().join("config/deskbridge.toml"), config).unwrap();
        fs::write(directory.path().join("anna.png"), PICTURE).unwrap();
        let url = format!("http://{address}");
        let agent = Local::new(&url).agent("anna");
        Self { customer, chat, agent, url, directory, _synapse: synapse }
    }

    pub(crate) fn start(&self) -> Bridge {
        Bridge::start_with(self.directory.path(), &[("PASSWORD", PASSWORD)])
    }

    /// The topic of the only customer, once there is one.
    pub(crate) async fn topic(&self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(topic) = self.agent.all_topics().await.first() {
                return topic.id.clone();
            }
            assert!(Instant::now() < deadline, "the customer's message did not arrive");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Brings a file to the local page, as Anna; its id there.
    pub(crate) async fn bring(&self, name: &str, bytes: Vec<u8>) -> Value {
        let url = format!("{}/api/team/rooms/team/files?agent=anna&name={name}", self.url);
        let answer = reqwest::Client::new().post(url).body(bytes).send().await.unwrap();
        let kept: Value = answer.error_for_status().unwrap().json().await.unwrap();
        kept["id"].clone()
    }

    /// What the customer reads of an answer.
    async fn reads(&self, body: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut events = self.customer.events(&self.chat).await.into_iter();
            if let Some(found) = events.find(|event| event["content"]["body"] == body) {
                return found;
            }
            assert!(Instant::now() < deadline, "{body:?} did not arrive");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_writing_shows_on_the_other_side() {
    let town = Town::new().await;
    let _bridge = town.start();
    town.customer.say(&town.chat, "Hello").await;
    let topic = town.topic().await;
    town.agent.sees(&topic, "Hello").await;

    let url = format!("{}/api/team/rooms/team/events", town.url);
    let mut stream = reqwest::get(url).await.unwrap();
    town.customer.types(&town.chat).await;
    let seen = async {
        let mut told = String::new();
        while !(told.contains("event: typing") && told.contains(&format!("\"topic\":\"{topic}\""))) {
            told.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
        }
    };
    timeout(PATIENCE, seen).await.expect("the team sees that the customer is writing");

    let first = town.customer.ask(Method::GET, "v3/sync", None).await.unwrap();
    let mut since = first["next_batch"].as_str().unwrap().to_owned();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let writing = json!({ "agent": "anna", "topic": topic }).to_string();
        let path = "/api/team/rooms/team/typing";
        town.agent.local.ask(Method::POST, path, None, Some(writing)).await.unwrap();
        let path = format!("v3/sync?since={since}&timeout=5000");
        let answer = town.customer.ask(Method::GET, &path, None).await.unwrap();
        let fleeting = &answer["rooms"]["join"][&town.chat]["ephemeral"]["events"];
        let mut typing =
            fleeting.as_array().into_iter().flatten().filter(|event| event["type"] == "m.typing");
        if typing.any(|event| event["content"]["user_ids"].as_array().unwrap().contains(&json!(BRIDGE))) {
            break;
        }
        assert!(Instant::now() < deadline, "the customer does not see that somebody is writing");
        answer["next_batch"].as_str().unwrap().clone_into(&mut since);
    }
    // what is written then arrives, and nobody writes any more
    town.agent.reply(&topic, "Good day").await;
    town.reads("Anna (Support): Good day").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_has_a_face_that_is_uploaded_once() {
    let town = Town::new().await;
    let bridge = town.start();
    town.customer.say(&town.chat, "Hello").await;
    let topic = town.topic().await;
    town.agent.reply(&topic, "Good day").await;
    let profile = |event: &Value| event["content"]["com.beeper.per_message_profile"].clone();
    let shown = profile(&town.reads("Anna (Support): Good day").await);
    assert_eq!(shown["displayname"], "Anna (Support)");
    let address = shown["avatar_url"].as_str().expect("a picture is named").to_owned();
    assert!(town.customer.download(&address).await == PICTURE, "another picture");

    // whoever has none shows none
    let bernd = Local::new(&town.url).agent("bernd");
    bernd.reply(&topic, "I am here as well").await;
    let shown = profile(&town.reads("Bernd: I am here as well").await);
    assert_eq!(shown.get("avatar_url"), None, "{shown}");

    // not even after a restart is it uploaded again
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    let _bridge = town.start();
    town.agent.reply(&topic, "And again").await;
    let shown = profile(&town.reads("Anna (Support): And again").await);
    assert_eq!(shown["avatar_url"], address);
}

const CONFIG: &str = r#"
[desk]
data_dir = "data"

[[channels]]
name = "local"
platform = "local"
listen = "ADDRESS"

[[channels]]
name = "matrix"
platform = "matrix"
homeserver = "HOMESERVER"
user = "@bridge:desk.test"
password_env = "PASSWORD"

[[teams]]
name = "support"
channel = "local"
room = "team"

[[agents]]
name = "Anna"
title = "Support"
avatar = "anna.png"
handles = { local = "anna" }

[[agents]]
name = "Bernd"
handles = { local = "bernd" }
"#;
