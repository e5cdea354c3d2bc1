//! What a file of 100 MB costs in memory while it passes: the real program, with customers and a team on its local
//! platform, and with customers on a real Synapse, in rooms with and without encryption. Resident memory is looked at all
//! the time, before anything passed and while it passes.
//!
//! `cargo bench --bench files`; Synapse and the client that encrypts are those that `tests/run` installs.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops where something is not so"
)]

#[expect(dead_code, reason = "written for the tests; a measurement needs less")]
#[path = "../tests/support/matrix_client.rs"]
mod matrix_client;
#[expect(dead_code, reason = "written for the tests; a measurement needs less")]
#[path = "../tests/support/nio.rs"]
mod nio;
mod process;
#[expect(dead_code, reason = "written for the tests; a measurement needs less")]
#[path = "../tests/support/synapse.rs"]
mod synapse;

use matrix_client::Person;
use nio::Nio;
use process::Process;
use reqwest::Client;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};
use synapse::Synapse;
use tempfile::TempDir;

/// How many bytes pass.
const SIZE: usize = 100 << 20;
const BRIDGE: &str = "@bridge:desk.test";
const PASSWORD: &str = "correct horse";

/// A running bridge, seen from its local platform.
struct Desk {
    bridge: Process,
    http: Client,
    base: String,
    _home: TempDir,
}

impl Desk {
    async fn start(channels: &str) -> Self {
        let home = tempfile::tempdir_in(".").unwrap();
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = CONFIG.replace("ADDRESS", &address.to_string()) + channels;
        std::fs::write(home.path().join("desk.toml"), config).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_deskbridge"));
        program.args(["--config", "desk.toml"]).current_dir(home.path()).env("PASSWORD", PASSWORD);
        let bridge = Process::start(&mut program);
        let (http, base) = (Client::new(), format!("http://{address}/api"));
        while http.get(format!("http://{address}/health")).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { bridge, http, base, _home: home }
    }

    /// Resident memory, in MiB.
    fn resident(&self) -> f64 {
        self.bridge.memory().all
    }

    /// Measures what passing a file costs above what was resident before.
    async fn pass(&self, what: &str, idle: f64, work: impl Future<Output = ()>) {
        let begun = Instant::now();
        let highest = highest_while(&self.bridge, work).await;
        println!(
            "{what}, {} MB in {:.1} s: resident {idle:.1} MiB idle, {highest:.1} MiB at most, {:.1} MiB \
             above; {:.1} MiB its own",
            SIZE >> 20,
            begun.elapsed().as_secs_f32(),
            highest - idle,
            self.bridge.memory().own
        );
    }

    /// Brings a file to the local platform; its id.
    async fn bring(&self, path: &str, token: &str) -> Value {
        let upload = self.http.post(format!("{}/{path}", self.base)).header("x-customer-token", token);
        let kept: Value = upload.body(vec![7_u8; SIZE]).send().await.unwrap().json().await.unwrap();
        kept["id"].clone()
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let url = format!("{}/{path}", self.base);
        let answer = self.http.post(url).header("x-customer-token", token).json(body).send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }

    /// Waits until a topic has a message; the topic's id.
    async fn until_seen(&self, is_it: impl Fn(&Value) -> bool) -> String {
        loop {
            let list = self.get("team/rooms/team/topics").await;
            for topic in list["topics"].as_array().unwrap() {
                let topic = topic["id"].as_str().unwrap();
                let page = self.get(&format!("team/rooms/team/messages?topic={topic}")).await;
                if page["messages"].as_array().unwrap().iter().any(&is_it) {
                    return topic.to_owned();
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a topic has a file of the whole size.
    async fn until_arrived(&self, name: &str) {
        let is_file = |file: &Value| file["name"] == name && file["size"] == json!(SIZE);
        self.until_seen(|message| is_file(&message["files"][0])).await;
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}/{path}", self.base)).send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        local().await;
        matrix().await;
    });
}

async fn local() {
    let desk = Desk::start("").await;
    let mia = desk.post("customers", "", &json!({ "name": "Mia" })).await;
    let token = mia["token"].as_str().unwrap();
    desk.post("customers/messages", token, &json!({ "text": "Hello" })).await;
    desk.until_seen(|message| message["text"] == "Hello").await;
    let idle = desk.resident();
    let passing = async {
        let file = desk.bring("customers/files?name=local.bin", token).await;
        desk.post("customers/messages", token, &json!({ "text": "The film", "files": [file] })).await;
        desk.until_arrived("local.bin").await;
    };
    desk.pass("from a local customer to the team", idle, passing).await;
}

async fn matrix() {
    let synapse = Synapse::start_with(json!({ "max_upload_size": "200M" })).await;
    let url = synapse.url();
    Person::register(&url, "bridge", PASSWORD).await;
    let carla = Person::register(&url, "carla", "c").await;
    let sealed = Nio::register(&url, "clara", "Clara").await;
    let desk = Desk::start(&MATRIX.replace("HOMESERVER", &url)).await;
    let plain_room = carla.create_room(&[BRIDGE], true).await;
    let sealed_room = sealed.create_room(BRIDGE, true).await;
    sealed.sees_joined(&sealed_room, BRIDGE).await;
    carla.say(&plain_room, "Hello in the open").await;
    sealed.say(&sealed_room, "Hello under seal").await;
    desk.until_seen(|message| message["text"] == "Hello in the open").await;
    let topic = desk.until_seen(|message| message["text"] == "Hello under seal").await;
    let idle = desk.resident();

    let address = carla.upload("application/octet-stream", &vec![7; SIZE]).await;
    let passing = async {
        let content =
            json!({ "msgtype": "m.file", "body": "open.bin", "url": address, "info": { "size": SIZE } });
        carla.send(&plain_room, "m.room.message", content).await;
        desk.until_arrived("open.bin").await;
    };
    desk.pass("from a Matrix room without encryption to the team", idle, passing).await;

    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sealed.bin");
    std::fs::write(&path, vec![7; SIZE]).unwrap();
    let passing = async {
        sealed
            .ask(json!({ "do": "send_file", "room": sealed_room, "path": path, "name": "sealed.bin" }))
            .await;
        desk.until_arrived("sealed.bin").await;
    };
    desk.pass("from an encrypted Matrix room to the team", idle, passing).await;

    let passing = async {
        let file = desk.bring("team/rooms/team/files?agent=anna&name=back.bin", "").await;
        let reply = json!({ "agent": "anna", "topic": topic, "text": "!r The film", "files": [file] });
        desk.post("team/rooms/team/messages", "", &reply).await;
        let got = sealed.sees(json!({ "is": "file", "name": "back.bin" })).await;
        assert_eq!(got["size"], json!(SIZE), "{got}");
    };
    desk.pass("from the team to an encrypted Matrix room", idle, passing).await;
}

/// The most memory that a process has while something goes on.
async fn highest_while(process: &Process, work: impl Future<Output = ()>) -> f64 {
    tokio::pin!(work);
    let mut highest = process.memory().all;
    loop {
        tokio::select! {
            () = &mut work => return highest.max(process.memory().all),
            () = tokio::time::sleep(Duration::from_millis(5)) => highest = highest.max(process.memory().all),
        }
    }
}

const CONFIG: &str = r#"
[desk]
data_dir = "data"

[[channels]]
name = "local"
platform = "local"
listen = "ADDRESS"

[[teams]]
name = "support"
channel = "local"
room = "team"

[[agents]]
name = "Anna"
handles = { local = "anna" }
"#;

const MATRIX: &str = r#"
[[channels]]
name = "matrix"
platform = "matrix"
homeserver = "HOMESERVER"
user = "@bridge:desk.test"
password_env = "PASSWORD"
"#;
