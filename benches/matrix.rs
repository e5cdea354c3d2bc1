//! How long a customer's message takes through a real Synapse: from the send in the customer's room until the agent's
//! own sync shows the copy in the team's room, at four messages a second, beside Synapse's own time from send to sync
//! between the same two people, measured in turns in the same run.
//!
//! `cargo bench --bench matrix`; Synapse is the one `tests/run` installs.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops where something is not so"
)]

#[expect(dead_code, reason = "written for the tests; a measurement needs less")]
#[path = "../tests/support/matrix_client.rs"]
mod matrix_client;
mod process;
#[expect(dead_code, reason = "written for the tests; a measurement needs less")]
#[path = "../tests/support/synapse.rs"]
mod synapse;

use matrix_client::Person;
use process::Process;
use reqwest::Method;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

const MESSAGES: usize = 120;
const WARM_UP: usize = 10;

fn main() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(measure());
}

async fn measure() {
    let synapse = synapse::Synapse::start().await;
    let url = synapse.url();
    Person::register(&url, "bridge", "correct horse").await;
    let customer = Person::register(&url, "carla", "c").await;
    let agent = Arc::new(Person::register(&url, "anna", "a").await);
    let team = agent.create_room(&["@bridge:desk.test"], false).await;
    let plain = agent.create_room(&[&customer.user], false).await;
    customer.join(&plain).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let config = CONFIG.replace("HOMESERVER", &url).replace("ROOM", &team);
    std::fs::write(home.path().join("desk.toml"), config).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_deskbridge"));
    program.args(["--config", "desk.toml"]).current_dir(home.path()).env("PASSWORD", "correct horse");
    let bridge = Process::start(&mut program);
    let chat = customer.create_room(&["@bridge:desk.test"], true).await;
    let (seen, mut arrivals) = mpsc::unbounded_channel();
    let watcher = tokio::spawn(watch(Arc::clone(&agent), seen));
    let (mut through, mut alone) = (Vec::new(), Vec::new());
    let mut clock = tokio::time::interval(Duration::from_millis(250));
    for n in 0..2 * (MESSAGES + WARM_UP) {
        clock.tick().await;
        let text = format!("message {n} of the measurement");
        let begun = Instant::now();
        customer.say(if n % 2 == 0 { &chat } else { &plain }, &text).await;
        let took = loop {
            let (body, at): (String, Instant) = arrivals.recv().await.unwrap();
            if body.ends_with(&text) {
                break at - begun;
            }
        };
        if n >= 2 * WARM_UP {
            if n % 2 == 0 { through.push(took) } else { alone.push(took) }
        }
    }
    watcher.abort();
    show("customer's room to staff thread", &mut through);
    show("Synapse's own send to sync", &mut alone);
    let memory = bridge.memory();
    println!("the bridge's resident memory: {:.0} MiB, {:.0} MiB of it its own", memory.all, memory.own);
}

/// The agent's own sync: tells every text as it comes.
async fn watch(agent: Arc<Person>, seen: mpsc::UnboundedSender<(String, Instant)>) {
    let mut since = String::new();
    loop {
        let from = if since.is_empty() { String::new() } else { format!("&since={since}") };
        let path = format!("v3/sync?timeout=30000{from}");
        let answer = agent.ask(Method::GET, &path, None).await.unwrap();
        let now = Instant::now();
        answer["next_batch"].as_str().unwrap().clone_into(&mut since);
        let rooms = answer["rooms"]["join"].as_object().into_iter().flatten();
        for event in rooms.filter_map(|(_, room)| room["timeline"]["events"].as_array()).flatten() {
            if let Some(body) = event["content"]["body"].as_str() {
                let _gone = seen.send((body.to_owned(), now));
            }
        }
    }
}

fn show(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |percent: usize| times[times.len() * percent / 100].as_millis();
    println!("{what}: p50 {} ms, p95 {} ms, n {}", at(50), at(95), times.len());
}

const CONFIG: &str = r#"
[desk]
data_dir = "data"

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
handles = { matrix = "@anna:desk.test" }
"#;
