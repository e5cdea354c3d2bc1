//! Looks, edits, deletions and reactions, from both sides.

use super::http::platform;
use super::{Platform, ROOM, markdown, persona};
use port::{
    Body, Cause, InboundKind, MessageId, NoMedia, Operation, Outcome, Owner, Private, RefusalScope,
    TopicState,
};
use serde_json::{Value, json};

fn ids(outcome: Outcome) -> Vec<MessageId> {
    let Outcome::Delivered { parts, .. } = outcome else { panic!("{outcome:?}") };
    parts
}

fn create(body: Body) -> Operation {
    Operation::Create {
        voice: persona("Anna (Support)"),
        body,
        files: Vec::new(),
        reply_to: None,
        mentions: Vec::new(),
    }
}

impl Platform {
    async fn does(&self, id: &str, chat: &str, operation: Operation) -> Vec<MessageId> {
        ids(self.carry(id, chat, None, operation, &NoMedia).await)
    }
}

#[tokio::test]
async fn a_text_with_looks_is_told_as_html_and_in_plain() {
    let (platform, _) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    platform
        .does("op-1", &chat, create(markdown("**now** <b> ||secret|| [here](https://example.org/)")))
        .await;
    platform.does("op-2", &chat, create(markdown("<b>plain</b>"))).await;
    let seen = platform.seen_by(&token).await;
    assert_eq!(seen[0]["text"], "now <b> ||secret|| here (https://example.org/)");
    assert_eq!(
        seen[0]["html"],
        "<strong>now</strong> &lt;b&gt; <span data-mx-spoiler>secret</span> <a href=\"https://example.org/\">here</a>"
    );
    assert_eq!((&seen[1]["text"], &seen[1]["html"]), (&json!("<b>plain</b>"), &Value::Null));
    platform.end().await.unwrap();
}

#[tokio::test]
async fn the_bridge_changes_and_takes_back_what_it_posted_and_nothing_else() {
    let (platform, _) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    let parts = platform.does("op-1", &chat, create(markdown("first"))).await;
    let edit = |parts: &[MessageId], text: &str| Operation::Edit {
        parts: parts.to_vec(),
        voice: persona("Anna (Support)"),
        body: markdown(text),
    };
    for _ in 0..2 {
        assert_eq!(platform.does("op-2", &chat, edit(&parts, "**second**")).await, parts);
    }
    let long = format!("{}\n\n{}", "a".repeat(60_000), "b".repeat(60_000));
    let more = platform.does("op-3", &chat, edit(&parts, &long)).await;
    assert_eq!((more.len(), &more[0]), (2, &parts[0]));
    let texts: Vec<_> = platform.seen_by(&token).await.iter().map(|seen| seen["text"].clone()).collect();
    let whole: String = texts.iter().map(|text| text.as_str().unwrap()).collect();
    assert!(whole == long, "{} bytes, not {}", whole.len(), long.len());
    assert_eq!(platform.does("op-4", &chat, edit(&more, "third")).await, parts);
    let seen = platform.seen_by(&token).await;
    assert_eq!(
        (&seen[0]["text"], &seen[0]["edited"], &seen[1]["text"]),
        (&json!("third"), &json!(true), &Value::Null)
    );

    let own = platform.as_customer(&token, "POST", "/messages", &json!({ "text": "mine" })).await.1;
    let own = MessageId::new(own["id"].as_str().unwrap());
    for (id, operation) in [
        ("op-5", edit(std::slice::from_ref(&own), "yours")),
        ("op-6", Operation::Delete { parts: vec![own] }),
        ("op-7", edit(&[MessageId::new("999")], "nothing")),
        ("op-8", edit(&[], "nothing")),
    ] {
        let outcome = platform.carry(id, &chat, None, operation, &NoMedia).await;
        let Outcome::Refused(refusal) = outcome else { panic!("{id}: {outcome:?}") };
        assert_eq!((refusal.cause, refusal.scope), (Cause::NotPossible, RefusalScope::Message), "{id}");
    }
    // what is gone is well
    for id in ["op-9", "op-10"] {
        let gone = vec![parts[0].clone(), MessageId::new("999"), MessageId::new("x")];
        assert_eq!(platform.does(id, &chat, Operation::Delete { parts: gone }).await, []);
    }
    assert_eq!(platform.seen_by(&token).await[0]["text"], Value::Null);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn the_bridge_reacts_and_takes_reactions_back() {
    let (platform, _) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    let own = platform.as_customer(&token, "POST", "/messages", &json!({ "text": "thanks" })).await.1;
    let message = Some(MessageId::new(own["id"].as_str().unwrap()));
    let react =
        |message: Option<MessageId>| Operation::React { message, key: Private::new(Owner::Desk, "👍") };
    let mut made = Vec::new();
    for id in ["op-1", "op-1", "op-2"] {
        made.extend(platform.does(id, &chat, react(message.clone())).await);
    }
    assert!(made[0] == made[1] && made[1] != made[2], "{made:?}");
    let seen = platform.seen_by(&token).await;
    assert_eq!(seen[0]["reactions"].as_array().unwrap().len(), 2);
    assert_eq!(seen[0]["reactions"][0]["from"], "bridge");
    platform.does("op-3", &chat, Operation::Delete { parts: vec![made[0].clone(), made[2].clone()] }).await;
    assert_eq!(platform.seen_by(&token).await[0]["reactions"], Value::Null);
    for (id, message) in [("op-4", None), ("op-5", Some(MessageId::new("999")))] {
        let outcome = platform.carry(id, &chat, None, react(message), &NoMedia).await;
        assert!(
            matches!(&outcome, Outcome::Refused(refusal) if refusal.cause == Cause::NotPossible),
            "{outcome:?}"
        );
    }
    platform.end().await.unwrap();
}

#[tokio::test]
async fn people_change_their_own_messages_and_the_desk_is_told() {
    let (mut platform, _) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    let (_, other) = platform.customer("Otto").await;
    let topic = platform.open_topic("op-1", TopicState::Waiting).await;
    let said = json!({ "agent": "anna", "text": "// one", "topic": topic });
    let (_, note) = platform.as_agent("POST", "/messages", &said).await;
    let note = format!("/messages/{}", note["id"].as_str().unwrap());
    let (_, own) = platform.as_customer(&token, "POST", "/messages", &json!({ "text": "hi" })).await;
    let own = format!("/messages/{}", own["id"].as_str().unwrap());
    let empty = json!({ "text": " " });
    for (status, wanted) in [
        (platform.as_agent("PATCH", &note, &json!({ "agent": "anna", "text": "// two" })).await, 200),
        (platform.as_agent("PATCH", &note, &json!({ "agent": "ben", "text": "// no" })).await, 403),
        (platform.as_agent("PATCH", &note, &json!({ "agent": "mallory", "text": "// no" })).await, 404),
        (platform.as_agent("DELETE", &format!("{note}?agent=ben"), &Value::Null).await, 403),
        (platform.as_agent("PATCH", &own, &json!({ "agent": "anna", "text": "// no" })).await, 404),
        (platform.as_customer(&token, "PATCH", &own, &empty).await, 422),
        (platform.as_customer(&other, "PATCH", &own, &json!({ "text": "no" })).await, 404),
        (platform.as_customer(&token, "DELETE", &note, &Value::Null).await, 404),
        (platform.as_agent("DELETE", &format!("{note}?agent=anna"), &Value::Null).await, 204),
        (platform.as_customer(&token, "DELETE", &own, &Value::Null).await, 204),
        (platform.as_customer(&token, "DELETE", &own, &Value::Null).await, 404),
    ] {
        assert_eq!(status.0, wanted, "{status:?}");
    }
    let mut told = Vec::new();
    for _ in 0..5 {
        let inbound = platform.heard().await;
        let text = if let InboundKind::Message { content, .. } | InboundKind::Edit { content } = &inbound.kind
        {
            content.text.text()
        } else {
            ""
        };
        told.push(format!("{} {text}", inbound.kind.word()));
        assert_eq!(inbound.topic.is_some(), inbound.chat.as_str() == ROOM);
        assert!(inbound.topic.is_some() || inbound.chat.as_str() == chat);
    }
    assert_eq!(told, ["message // one", "message hi", "edit // two", "delete ", "delete "]);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn people_react_once_with_each_emoji_and_the_desk_is_told() {
    let (mut platform, _) = platform().await;
    let (chat, token) = platform.customer("Carla").await;
    let parts = platform.does("op-1", &chat, create(markdown("hello"))).await;
    let path = format!("/messages/{}/reactions", parts[0]);
    let react = async |key: &str| platform.as_customer(&token, "POST", &path, &json!({ "key": key })).await;
    let (status, made) = react("👍").await;
    assert_eq!(status, 201);
    let (status, same) = react("👍").await;
    assert_eq!((status, &same["id"]), (200, &made["id"]));
    for (key, wanted) in [("", 422), ("a b", 422), (&*"x".repeat(65), 422), ("🏳️‍🌈", 201)] {
        assert_eq!(react(key).await.0, wanted, "{key}");
    }
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let (_, other) = platform.customer("Otto").await;
    assert_eq!(platform.as_customer(&other, "DELETE", &one, &Value::Null).await.0, 404);
    assert_eq!(platform.as_customer(&token, "DELETE", &one, &Value::Null).await.0, 204);
    assert_eq!(platform.as_customer(&token, "DELETE", &one, &Value::Null).await.0, 404);
    // the bridge does not take back what a person gave
    let seen = platform.seen_by(&token).await;
    let left = MessageId::new(seen[0]["reactions"][0]["id"].as_str().unwrap());
    let outcome =
        platform.carry("op-2", &chat, None, Operation::Delete { parts: vec![left] }, &NoMedia).await;
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");

    let first = platform.heard().await;
    assert_eq!(first.kind, InboundKind::Reaction { of: parts[0].clone(), key: "👍".to_owned() });
    assert_eq!(first.message.as_str(), made["id"].as_str().unwrap());
    assert_eq!(platform.heard().await.kind.word(), "reaction");
    let last = platform.heard().await;
    assert!(last.kind == InboundKind::Delete && last.message == first.message && last.version > 0);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn topics_are_listed_whole_when_no_group_is_named() {
    let (platform, _) = platform().await;
    let opening = [TopicState::Closed, TopicState::Waiting, TopicState::Answered, TopicState::Overdue];
    let mut opened = Vec::new();
    for (number, state) in opening.into_iter().enumerate() {
        opened.push(platform.open_topic(&format!("op-{number}"), state).await);
    }
    let wanted = [1, 3, 2, 0].map(|number: usize| json!(opened[number]));
    for limit in 1..=5 {
        let (mut listed, mut after) = (Vec::new(), String::new());
        loop {
            let (status, page) =
                platform.as_agent("GET", &format!("/topics?limit={limit}{after}"), &Value::Null).await;
            assert_eq!(status, 200);
            listed.extend(page["topics"].as_array().unwrap().iter().map(|topic| topic["id"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(listed, wanted, "{limit} at a time");
    }
    platform.end().await.unwrap();
}
