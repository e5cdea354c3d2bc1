//! What people write, who they are and what only they may know is in no log, however much is logged.

use crate::program::{Bridge, desk};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};

/// In every text, name and handle that is planted.
const MARKER: &str = "marker7d1c";
const PATIENCE: Duration = Duration::from_secs(30);

async fn answer(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    response.json().await.unwrap()
}

/// Asks again until the answer has what is looked for.
async fn awaited<T>(request: impl Fn() -> RequestBuilder, look: impl Fn(&Value) -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = answer(request()).await;
        if let Some(found) = look(&answer) {
            return found;
        }
        assert!(Instant::now() < deadline, "still only {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn holds(list: &Value, text: &str) -> Option<String> {
    let found = list["messages"]
        .as_array()?
        .iter()
        .find(|one| one["text"].as_str().is_some_and(|t| t.contains(text)))?;
    Some(found["id"].as_str()?.to_owned())
}

#[tokio::test]
async fn a_relayed_day_leaves_no_word_and_no_name_in_the_log() {
    let directory = desk();
    let config = directory.path().join("config/deskbridge.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text =
        text.replace("\"Anna\"", &format!("\"Anna {MARKER}\"")).replace("\"anna\"", &format!("\"{MARKER}\""));
    let text = text.replace("[desk]", "[desk]\nmaster_key_env = \"KEY\"");
    fs::write(&config, text).unwrap();
    let secret = format!("{MARKER}-a-long-master-key");
    let bridge = Bridge::start_with(directory.path(), &[("DESKBRIDGE_LOG", "trace"), ("KEY", &secret)]);

    let (client, url) = (Client::new(), bridge.url());
    let name = format!("Mia {MARKER}");
    let customer = answer(client.post(format!("{url}/api/customers")).json(&json!({ "name": name }))).await;
    let token = customer["token"].as_str().unwrap().to_owned();
    let mine = format!("{url}/api/customers/messages");
    let as_mia = |request: RequestBuilder| request.header("x-customer-token", &token);
    let write = |text: &str| as_mia(client.post(&mine)).json(&json!({ "text": text }));
    answer(write(&format!("Where is my parcel? {MARKER}"))).await;

    let topics = format!("{url}/api/team/rooms/team/topics?group=waiting");
    let topic =
        awaited(|| client.get(&topics), |found| Some(found["topics"][0]["id"].as_str()?.to_owned())).await;
    let room = format!("{url}/api/team/rooms/team/messages");
    let in_topic = format!("{room}?topic={topic}");
    awaited(|| client.get(&in_topic), |found| holds(found, "Where is my parcel?")).await;
    let say =
        |text: String| client.post(&room).json(&json!({ "agent": MARKER, "topic": topic, "text": text }));
    answer(say(format!("a note {MARKER}"))).await;
    answer(say(format!("!{MARKER}"))).await;
    answer(say(format!("!r It left today. {MARKER}"))).await;
    awaited(|| as_mia(client.get(&mine)), |found| holds(found, "It left today.")).await;
    answer(say("!who".to_owned())).await;
    awaited(|| client.get(&in_topic), |found| holds(found, "You are Anna")).await;

    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    let log = fs::read_to_string(directory.path().join("log")).unwrap();
    assert!(log.contains("DEBUG") && log.contains("thread opened"), "nothing was logged: {log}");
    let (_, password) = token.split_once('.').unwrap();
    for secret in [MARKER, password] {
        let told: Vec<_> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(told.is_empty(), "{told:#?}");
    }
}
