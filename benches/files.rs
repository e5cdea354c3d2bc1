//! What a file of 100 MB costs in memory while it passes: the real program on its local platform, a customer who sends,
//! a team's topic that receives. Resident memory is looked at all the time, before and while it passes.
//!
//! `cargo bench --bench files`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops where something is not so"
)]

use reqwest::Client;
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How many bytes pass.
const SIZE: usize = 100 << 20;

/// The bridge's process, ended with the measurement.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

fn main() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(measure());
}

async fn measure() {
    let home = tempfile::tempdir_in(".").unwrap();
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    std::fs::write(home.path().join("desk.toml"), CONFIG.replace("ADDRESS", &address.to_string())).unwrap();
    let process = Command::new(env!("CARGO_BIN_EXE_deskbridge"))
        .args(["--config", "desk.toml"])
        .current_dir(home.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let bridge = Process(process);
    let (http, base) = (Client::new(), format!("http://{address}/api"));
    while http.get(format!("http://{address}/health")).send().await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mia = post(&http, &format!("{base}/customers"), "", &json!({ "name": "Mia" })).await;
    let token = mia["token"].as_str().unwrap().to_owned();
    let written = format!("{base}/customers/messages");
    post(&http, &written, &token, &json!({ "text": "Hello" })).await;
    until_seen(&http, &base, |message| message["text"] == "Hello").await;
    let idle = resident(bridge.0.id());

    let begun = Instant::now();
    let passing = async {
        let upload =
            http.post(format!("{base}/customers/files?name=parcel.bin")).header("x-customer-token", &token);
        let body = vec![7_u8; SIZE];
        let kept: Value = upload.body(body).send().await.unwrap().json().await.unwrap();
        let message = json!({ "text": "The film", "files": [kept["id"]] });
        post(&http, &written, &token, &message).await;
        until_seen(&http, &base, |message| message["files"][0]["size"] == json!(SIZE)).await;
    };
    let highest = highest_while(bridge.0.id(), passing).await;
    println!(
        "a file of {} MB from a customer to the team in {:.1} s: resident {idle:.1} MiB idle, {highest:.1} MiB at most, \
         {:.1} MiB above",
        SIZE >> 20,
        begun.elapsed().as_secs_f32(),
        highest - idle
    );
}

async fn post(http: &Client, url: &str, token: &str, body: &Value) -> Value {
    let answer = http.post(url).header("x-customer-token", token).json(body).send().await.unwrap();
    answer.error_for_status().unwrap().json().await.unwrap()
}

/// Waits until the topic has a message.
async fn until_seen(http: &Client, base: &str, is_it: impl Fn(&Value) -> bool) {
    loop {
        let list: Value = get(http, &format!("{base}/team/rooms/team/topics")).await;
        if let Some(topic) = list["topics"][0]["id"].as_str() {
            let page = get(http, &format!("{base}/team/rooms/team/messages?topic={topic}")).await;
            if page["messages"].as_array().is_some_and(|messages| messages.iter().any(&is_it)) {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn get(http: &Client, url: &str) -> Value {
    http.get(url).send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}

/// The most memory that a process has while something goes on.
async fn highest_while(process: u32, work: impl Future<Output = ()>) -> f64 {
    tokio::pin!(work);
    let mut highest = resident(process);
    loop {
        tokio::select! {
            () = &mut work => return highest.max(resident(process)),
            () = tokio::time::sleep(Duration::from_millis(5)) => highest = highest.max(resident(process)),
        }
    }
}

/// Resident memory of a process, in MiB.
fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
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
