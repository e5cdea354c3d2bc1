//! The loop, against a server that behaves as Telegram's does.

use super::stage::{Kept, Stage};
use fake_telegram::{Described, Fake, Fault, check_against_the_description};
use port::{AdapterError, Cursor, Health, InboundKind, Probe};
use serde_json::{Value, json};

fn offsets(stage: &Stage) -> Vec<Option<i64>> {
    stage.fake.calls("getUpdates").iter().map(|call| call["offset"].as_i64()).collect()
}

fn seconds_ago(seconds: i64) -> i64 {
    crate::clock::now().as_second() - seconds
}

fn at(stage: &Stage, cursor: &Value) {
    stage.kept.send_replace(Kept { inbound: Vec::new(), cursor: Cursor(cursor.to_string()) });
}

/// Everything that was asked is as the API's description has it, where that is at hand.
fn is_as_described(stage: &Stage) {
    if let Described::Wrong(wrong) = check_against_the_description(&stage.fake).unwrap() {
        panic!("what was asked is not as described: {wrong:#?}");
    }
}

/// The last kept cursor as if it had been kept so many seconds ago, and nothing else.
fn aged(stage: &Stage, seconds: i64) -> Value {
    let mut cursor: Value = serde_json::from_str(&stage.kept.borrow().cursor.0).unwrap();
    cursor["learned"] = json!(seconds_ago(seconds));
    cursor["at"] = json!(seconds_ago(seconds));
    cursor
}

#[tokio::test]
async fn the_offset_rises_only_after_everything_is_kept() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    carla.writes("one");
    carla.writes("two");
    stage.run(Some("two"));
    assert!(matches!(stage.ended().await, Err(AdapterError::Stopped)));
    assert_eq!(offsets(&stage), [None], "nobody was told that anything was received");
    assert_eq!(stage.fake.waiting(), 2);
    stage.run(None);
    stage.hears_text("two").await;
    stage.fake.until("both are confirmed", |fake| fake.waiting() == 0).await;
    assert_eq!(stage.heard(), ["one", "two"]);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn every_kind_of_update_is_asked_for_by_name() {
    let mut stage = Stage::new().await;
    stage.run(None);
    stage.connected().await;
    let calls = stage.fake.calls("getUpdates");
    let asked = calls[0]["allowed_updates"].as_array().unwrap();
    assert_eq!(asked.len(), 25);
    assert!(asked.contains(&json!("message_reaction")) && asked.contains(&json!("managed_bot")));
    assert!(!asked.contains(&json!("update_id")));
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn an_idle_poll_ends_at_once_when_it_is_time() {
    let mut stage = Stage::new().await;
    stage.run(None);
    stage.connected().await;
    // the second one is held by the server
    stage.fake.until("a poll is answered", |fake| !fake.calls("getUpdates").is_empty()).await;
    stage.stop().await.unwrap();
    assert!(!stage.kept.borrow().cursor.0.is_empty(), "the first answer is kept, empty as it is");
}

#[tokio::test]
async fn a_wrong_token_ends_it_for_good() {
    let mut stage = Stage::new().await.with_token("1:wrong");
    stage.run(None);
    let ended = stage.ended().await;
    let Err(AdapterError::BadCredentials(reason)) = ended else { panic!("it ended with {ended:?}") };
    assert!(!reason.contains("wrong"), "the token is told: {reason}");
    assert!(matches!(&*stage.health.borrow(), Health::BadCredentials { .. }));
}

#[tokio::test]
async fn what_goes_wrong_is_told_and_mends_itself() {
    for fault in [
        Fault::BadGateway,
        Fault::ServerError,
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::BrokenJson,
        Fault::TooMany(1),
        Fault::Refused(403, "Forbidden: wait".to_owned()),
    ] {
        let mut stage = Stage::new().await;
        let carla = stage.customer("Carla");
        stage.fake.fails("getUpdates", fault.clone());
        stage.run(None);
        stage.healthy("down", |health| matches!(health, Health::Down { .. })).await;
        carla.writes("still here");
        stage.hears_text("still here").await;
        stage.connected().await;
        assert_eq!(stage.heard(), ["still here"], "after {fault:?}");
        stage.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_webhook_is_a_conflict_with_its_remedy() {
    let mut stage = Stage::new().await;
    stage.fake.webhook(Some("https://example.org/hook"));
    stage.run(None);
    let health = stage.healthy("in conflict", |health| matches!(health, Health::Conflict { .. })).await;
    let Health::Conflict { reason } = health else { panic!("it is none") };
    assert!(reason.contains("deleteWebhook") && reason.contains("process"), "{reason}");
    let asked = stage.fake.calls("getUpdates").len();
    assert!(asked <= 2, "it asked {asked} times");
    assert!(stage.fake.calls("deleteWebhook").is_empty(), "what somebody set is theirs");
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_process_is_a_conflict() {
    let mut stage = Stage::new().await;
    let words =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    stage.fake.fails("getUpdates", Fault::Refused(409, words.to_owned()));
    stage.run(None);
    let health = stage.healthy("in conflict", |health| matches!(health, Health::Conflict { .. })).await;
    let Health::Conflict { reason } = health else { panic!("it is none") };
    assert!(reason.starts_with("Another process"), "{reason}");
    stage.connected().await;
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn one_broken_update_does_not_stop_the_others() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    carla.writes("before");
    let chat = json!({ "id": carla.id(), "type": "private" });
    let from = json!({ "id": carla.id(), "is_bot": false, "first_name": "Carla" });
    for broken in [
        json!({ "message": { "chat": chat, "from": from } }),
        json!({ "message": { "chat": { "id": "none" } } }),
        json!({ "message": "a text" }),
        json!({ "thought": { "chat": chat, "from": from, "text": "of tomorrow" } }),
        json!({ "message_reaction": { "chat": chat, "new_reaction": 7 } }),
        json!({ "my_chat_member": {} }),
        json!({}),
    ] {
        stage.fake.raw_update(broken);
    }
    carla.writes("after");
    stage.run(None);
    stage.hears_text("after").await;
    assert_eq!(stage.heard(), ["before", "unsupported", "unsupported", "after"]);
    stage.fake.until("all are confirmed", |fake| fake.waiting() == 0).await;
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn updates_without_numbers_are_not_asked_for_in_a_circle() {
    let mut stage = Stage::new().await;
    stage.fake.raw_update(json!("nothing"));
    stage.run(None);
    stage.healthy("down", |health| matches!(health, Health::Down { .. })).await;
    stage.stop().await.unwrap();
    assert!(stage.fake.calls("getUpdates").len() <= 2);
}

#[tokio::test]
async fn a_longer_stop_is_told_to_those_who_were_active_before_it() {
    let mut stage = Stage::new().await;
    let (carla, dora) = (stage.customer("Carla"), stage.customer("Dora"));
    carla.writes("hello");
    dora.writes("hello, too");
    stage.run(None);
    stage.hears_text("hello, too").await;
    stage.stop().await.unwrap();
    let long_ago = (crate::clock::now().as_second() - 40 * 86_400).div_euclid(86_400);
    stage.change(&format!("seen/{}", dora.id()), |row| *row = json!(long_ago)).await;
    let cursor = aged(&stage, 90_000);
    at(&stage, &cursor);
    stage.run(None);
    let gap = stage.hears("a gap", |inbound| inbound.kind == InboundKind::Gap).await;
    assert_eq!(gap.chat.as_str(), carla.id().to_string());
    stage.stop().await.unwrap();
    assert_eq!(stage.heard(), ["gap"], "once, and nobody else");
    // lost on its way, it comes again under the same name
    at(&stage, &cursor);
    stage.run(None);
    let again = stage.hears("a gap", |inbound| inbound.kind == InboundKind::Gap).await;
    assert_eq!(again.message, gap.message);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn a_shorter_stop_is_no_gap() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    carla.writes("hello");
    stage.run(None);
    stage.hears_text("hello").await;
    stage.stop().await.unwrap();
    at(&stage, &aged(&stage, 3_000));
    carla.writes("again");
    stage.run(None);
    stage.hears_text("again").await;
    assert_eq!(stage.heard(), ["again"]);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_week_of_silence_lower_numbers_are_taken() {
    let mut stage = Stage::new().await;
    let week = 7 * 86_400;
    at(&stage, &json!({ "offset": 999_999_999, "learned": seconds_ago(week), "at": seconds_ago(60) }));
    stage.fake.numbers_updates_from(17);
    stage.customer("Carla").writes("after the summer");
    stage.run(None);
    stage.hears_text("after the summer").await;
    assert_eq!(offsets(&stage)[0], None);
    stage.fake.until("it goes on from there", |fake| fake.waiting() == 0).await;
    let cursor: Value = serde_json::from_str(&stage.kept.borrow().cursor.0).unwrap();
    assert_eq!(cursor["offset"], 18);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn a_reaction_that_comes_again_is_another_one() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    stage.run(None);
    stage.connected().await;
    let message = carla.writes("thanks");
    carla.reacts(message, &["👍"]);
    carla.reacts(message, &[]);
    carla.reacts(message, &["👍"]);
    carla.reacts(message, &[]);
    carla.writes("that is all");
    stage.hears_text("that is all").await;
    stage.stop().await.unwrap();
    let ids = |stage: &Stage| {
        let kept = stage.kept.borrow();
        let reactions = kept.inbound.iter().filter(|inbound| inbound.message.as_str().starts_with("r:"));
        reactions.map(|inbound| (inbound.kind.word(), inbound.message.to_string())).collect::<Vec<_>>()
    };
    let first = format!("r:{message}:{}:👍", carla.id());
    let wanted = [
        ("reaction", first.clone()),
        ("delete", first.clone()),
        ("reaction", format!("{first}#1")),
        ("delete", format!("{first}#1")),
    ];
    assert_eq!(ids(&stage), wanted);
}

#[tokio::test]
async fn a_customer_who_blocks_the_bot_is_gone() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    stage.run(None);
    stage.connected().await;
    carla.blocks();
    let gone = stage.hears("that she is gone", |inbound| inbound.kind == InboundKind::CustomerGone).await;
    assert_eq!(gone.chat.as_str(), carla.id().to_string());
    carla.unblocks();
    carla.starts(Some("page-7"));
    let started = stage.hears("a start", |inbound| inbound.kind.word() == "started").await;
    let InboundKind::Started { payload, language } = started.kind else { panic!("it is none") };
    assert_eq!((payload.as_deref(), language.as_deref()), (Some("page-7"), Some("de")));
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn a_nameless_member_and_our_own_messages() {
    let mut stage = Stage::new().await;
    let anna = stage.group.member("Anna");
    stage.run(None);
    stage.connected().await;
    anna.writes_anonymously("by the group");
    anna.writes_as_channel("News", "by a channel");
    anna.writes("by Anna");
    let last = stage.hears_text("by Anna").await;
    assert_eq!(stage.heard(), ["nameless", "nameless", "by Anna"]);
    assert_eq!((last.chat.clone(), last.topic), (stage.team(), None));
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn a_group_that_moved_is_the_same_team() {
    let fake = Fake::start().await;
    let group = fake.small_group("Team");
    let mut stage = Stage::with(fake, group);
    let anna = stage.group.member("Anna");
    stage.run(None);
    stage.connected().await;
    let grown = stage.group.migrates(&anna);
    let moved = stage.hears("the move", |inbound| inbound.kind.word() == "chat_moved").await;
    assert_eq!(moved.chat, stage.team());
    grown.admits(anna.id()).writes("here we are");
    let there = stage.hears_text("here we are").await;
    assert_eq!(there.chat, stage.team(), "the desk knows it by its old name");
    assert_eq!(stage.shared_parts().places.today(&stage.team()).as_str(), grown.id().to_string());
    stage.stop().await.unwrap();
    stage.reborn();
    grown.admits(anna.id()).writes("and still");
    stage.run(None);
    assert_eq!(stage.hears_text("and still").await.chat, stage.team());
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn commands_are_set_once_for_each_language() {
    let mut stage = Stage::new().await;
    stage.run(None);
    let scope = json!({ "type": "chat", "chat_id": stage.group.id() });
    let seen = |fake: &Fake| fake.calls("setMyCommands").len() == 3;
    stage.fake.until("the commands are set", seen).await;
    for (language, description) in [("", "Close"), ("de", "Schließen"), ("en", "Close")] {
        let wanted = json!([{ "command": "close", "description": description }]);
        assert_eq!(stage.fake.commands(&scope, language), Some(wanted), "{language}");
    }
    stage.customer("Carla").writes("so that something happens");
    stage.hears_text("so that something happens").await;
    assert!(!stage.keys("commands/").await.is_empty());
    stage.stop().await.unwrap();
    stage.reborn();
    stage.run(None);
    stage.connected().await;
    stage.customer("Dora").writes("and once more");
    stage.hears_text("and once more").await;
    assert_eq!(stage.fake.calls("setMyCommands").len(), 3);
    stage.stop().await.unwrap();
    is_as_described(&stage);
}

#[tokio::test]
async fn the_check_names_what_is_missing() {
    let stage = Stage::new().await;
    let probe = async || crate::probe::probe(stage.shared_parts(), &[stage.team()]).await;
    let wrong = |found: &[Probe]| found.iter().filter(|probe| matches!(probe, Probe::Wrong { .. })).count();
    let found = probe().await;
    assert_eq!((found.len(), wrong(&found)), (3, 0), "{found:?}");
    stage.group.grants(Some(&["can_pin_messages", "can_delete_messages"]));
    assert_eq!(wrong(&probe().await), 1);
    stage.group.is_forum(false);
    stage.fake.webhook(Some("https://example.org/hook"));
    let found = probe().await;
    assert_eq!(wrong(&found), 3, "{found:?}");
    is_as_described(&stage);
    assert!(stage.fake.calls("getUpdates").is_empty() && stage.fake.calls("setMyCommands").is_empty());
}

#[tokio::test]
async fn of_two_processes_the_earlier_one_is_told_of_the_other() {
    let mut stage = Stage::new().await;
    stage.run(None);
    stage.connected().await;
    let other = reqwest::Client::new();
    let address = format!("{}/bot{}/getUpdates", stage.fake.api_url(), stage.fake.token());
    let params = json!({ "timeout": 0 });
    // which poll the server takes as the earlier one is a matter of who asks last
    let mut health = stage.health.clone();
    let conflict =
        async { health.wait_for(|health| matches!(health, Health::Conflict { .. })).await.is_ok() };
    let asking = async {
        loop {
            let answer = other.post(&address).json(&params).send().await.unwrap();
            drop(answer.bytes().await.unwrap());
        }
    };
    let seen = tokio::time::timeout(super::stage::PATIENCE, async {
        tokio::select! { seen = conflict => seen, never = asking => never }
    });
    assert!(seen.await.unwrap(), "nobody was told");
    stage.connected().await;
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_hold_polls_is_not_asked_without_a_pause() {
    let mut stage = Stage::new().await;
    stage.fake.fails_times("getUpdates", Fault::Hurried, 9);
    let began = crate::clock::moment();
    stage.run(None);
    // the first two follow each other: the first is only to see whether all is well
    stage.fake.until("four polls are answered", |fake| fake.calls("getUpdates").len() >= 4).await;
    assert!(began.elapsed() >= std::time::Duration::from_secs(2), "{:?}", began.elapsed());
    stage.stop().await.unwrap();
}
