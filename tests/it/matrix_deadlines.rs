//! A deadline on a real Synapse: a complaint, a warning in time, an answer that is refused first, and the figures.

use crate::matrix_client::{Person, thread_root};
use crate::matrix_e2e::{BRIDGE, PATIENCE, Town, until_marked};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// So short that the warning comes while the test runs, so long that no slow machine misses it.
const POLICY: &str = r#"
[[policies]]
name = "complaints"
tags = ["complaint"]
calendar = "always"
first_response = "3m"
warn = [1]
"#;

/// What the bridge says in a room, from the first line that begins so.
async fn hears(person: &Person, room: &str, beginning: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let events = person.events(room).await;
        let said = events.iter().filter(|event| event["sender"] == BRIDGE);
        let found = said
            .filter_map(|event| event["content"]["body"].as_str())
            .find(|body| body.lines().any(|line| line.trim_start().starts_with(beginning)));
        if let Some(found) = found {
            return found.to_owned();
        }
        assert!(Instant::now() < deadline, "nobody said {beginning:?}: {events:#?}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Lets nobody but the customer write in the customer's room, or everybody again.
async fn mute(town: &Town, chat: &str, muted: bool) {
    let answer = town.customer.state(chat, "m.room.power_levels", "").await;
    let mut levels: Value = answer.unwrap();
    levels["events_default"] = json!(if muted { 50 } else { 0 });
    town.customer.set_state(chat, "m.room.power_levels", levels).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_complaint_is_warned_about_and_met_only_by_what_arrived() {
    let town = Town::with(POLICY).await;
    let bridge = town.start();
    let direct = json!({ "preset": "private_chat", "invite": [BRIDGE], "is_direct": true });
    let chat = town.customer.create_room_as(direct).await;
    let complaint = "The parcel arrived broken for the second time, I am really disappointed!";
    town.customer.say(&chat, complaint).await;
    let copy = town.copy(complaint).await;
    let thread = thread_root(&copy).unwrap();
    town.agent.say_in_thread(&town.team, thread, "!claim", None).await;
    let warning = hears(&town.agent, &town.team, "⏳ Carla (#1)").await;
    assert!(warning.contains("due by") && warning.contains("I am really disappointed"), "{warning}");

    // the answer is refused: nothing is met by it
    mute(&town, &chat, true).await;
    let answer = town.answer(&copy, "I am sorry, a new one left just now.").await;
    until_marked(&town, &answer, "❌").await;
    town.agent.say(&town.team, "!stats").await;
    let before = hears(&town.agent, &town.team, "first answer:").await;
    assert!(before.contains("first answer: n 0") && before.contains("Unanswered now: 1"), "{before}");

    // and everything by the one that arrives
    mute(&town, &chat, false).await;
    town.agent.say_in_thread(&town.team, thread, "!retry", None).await;
    until_marked(&town, &answer, "✅").await;
    town.find(&town.customer, &chat, "Anna (Support): I am sorry, a new one left just now.").await;
    town.agent.say(&town.team, "!sla today").await;
    let after = hears(&town.agent, &town.team, "– first answer").await;
    assert!(after.contains("first answer: in time 100 % (1/1)"), "{after}");
    assert!(after.contains("n 1") && after.contains("Unanswered now: 0"), "{after}");
    town.agent.say_in_thread(&town.team, thread, "!why", None).await;
    let why = hears(&town.agent, &town.team, "The clocks of #1").await;
    assert!(why.contains("told: who looks after it") && why.contains("done by Anna"), "{why}");
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
}
