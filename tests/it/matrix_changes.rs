//! Looks, changes and reactions between the Matrix adapter and people on a real Synapse.

use crate::matrix_client::{Person, id, replaces};
use crate::matrix_media::{body, carla, content_of, delivered, event, is_refused};
use crate::matrix_rig::SynapseRig;
use port::conformance::{Rig, Shell};
use port::rich::{Rich, markdown};
use port::{Adapter, Cause, Found, Inbound, InboundKind, MessageId, NoMedia, Operation, Outcome};
use serde_json::json;

/// What a message says now, its edits applied.
async fn body_now(person: &Person, room: &str, message: &MessageId) -> Option<String> {
    let events = person.events(room).await;
    let edit = events.iter().rfind(|event| replaces(event) == Some(message.as_str()));
    let original =
        || events.iter().find(|event| id(event) == message.as_str()).map(|event| &event["content"]);
    let content = edit.map(|edit| &edit["content"]["m.new_content"]).or_else(original)?;
    content["body"].as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_text_adds_parts_and_takes_them_away() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    rig.customer.say(&rig.chat, "hello").await;
    shell.hear_text(0, "hello").await.unwrap();
    let chat = rig.customer_chat();
    let post = shell.post("agent-1", "Anna", "short");
    let short = shell.send(chat.clone(), None, post).await.unwrap();
    let text = |shell: &Shell<'_>, parts: &[MessageId], text: &str| Operation::Edit {
        parts: parts.to_vec(),
        voice: carla(shell),
        body: body(&Rich::plain(text)),
    };
    let long = text(&shell, &short, &"many words ".repeat(3_000));
    let op = shell.order(chat.clone(), None, long);
    let parts = delivered(&shell, &op).await;
    assert!(parts.len() == 3 && parts[0] == short[0], "{parts:?}");
    assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: parts.clone(), topic: None });
    let again = text(&shell, &parts, "short again");
    let op = shell.order(chat.clone(), None, again);
    assert_eq!(delivered(&shell, &op).await, short);
    assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: short.clone(), topic: None });
    assert_eq!(body_now(&rig.customer, &rig.chat, &short[0]).await.as_deref(), Some("Carla: short again"));
    for part in &parts[1..] {
        assert_eq!(body_now(&rig.customer, &rig.chat, part).await, None, "it was taken back");
    }
    // somebody else's words are theirs
    rig.agent.say(&rig.team, "a note").await;
    let theirs = shell.hear_text(0, "a note").await.unwrap().message;
    let op = text(&shell, std::slice::from_ref(&theirs), "not mine");
    let op = shell.order(rig.team_room(), None, op);
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(is_refused(&outcome, Cause::NotPossible), "{outcome:?}");
    let op = shell.order(rig.team_room(), None, Operation::Delete { parts: vec![theirs.clone()] });
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(is_refused(&outcome, Cause::NotPossible), "{outcome:?}");
    assert_eq!(rig.adapter.reconcile(&op).await, Found::No);
    let op = shell.order(chat.clone(), None, Operation::Delete { parts: short.clone() });
    assert!(delivered(&shell, &op).await.is_empty());
    assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: Vec::new(), topic: None });
    let op = text(&shell, &short, "too late");
    let op = shell.order(chat.clone(), None, op);
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(is_refused(&outcome, Cause::NotPossible), "{outcome:?}");
    // what never was cannot be reacted to, what is there can
    for (message, is_there) in [(MessageId::new("$nothing"), false), (theirs, true)] {
        let react = Operation::React { message: Some(message), key: shell.private("👍") };
        let op = shell.order(rig.team_room(), None, react);
        assert_eq!(rig.adapter.reconcile(&op).await, Found::No);
        let outcome = rig.adapter.deliver(&op, &NoMedia).await;
        if !is_there {
            assert!(is_refused(&outcome, Cause::NotPossible), "{outcome:?}");
            continue;
        }
        let Outcome::Delivered { parts, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts: parts.clone(), topic: None });
    }
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looks_quotes_and_reactions_come_in_and_go_out() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    let rich = markdown::parse("> you said\n\nI **meant**:\n- one\n- two\n\n`code` ||secret|| @room");
    let post = Operation::Create {
        voice: carla(&shell),
        body: body(&rich),
        files: Vec::new(),
        reply_to: None,
        mentions: Vec::new(),
    };
    rig.customer.say(&rig.chat, "hello").await;
    shell.hear_text(0, "hello").await.unwrap();
    let parts = shell.send(rig.customer_chat(), None, post).await.unwrap();
    let sent = event(&rig.customer, &rig.chat, &parts[0]).await["content"].clone();
    assert_eq!(sent["body"], "Carla: > you said\n\nI meant:\n• one\n• two\n\n`code` […] @room");
    assert_eq!(sent["m.mentions"], json!({}), "nobody is pinged");
    // a person quotes the bridge's words back, as a client writes it
    let html = sent["formatted_body"].as_str().unwrap().split_once("</strong>").unwrap().1;
    let quote = json!({
        "msgtype": "m.text", "body": "> <@bridge:desk.test> you said\n\nthe same",
        "format": "org.matrix.custom.html",
        "formatted_body": format!("<mx-reply><blockquote>you said</blockquote></mx-reply>{html}"),
        "m.relates_to": { "m.in_reply_to": { "event_id": parts[0].as_str() } },
    });
    let message = rig.customer.send(&rig.chat, "m.room.message", quote).await;
    let heard = shell.hear(0, "the quote", |inbound| inbound.message.as_str() == message).await.unwrap();
    let InboundKind::Message { content, reply_to } = &heard.kind else { panic!("{heard:?}") };
    assert_eq!((content.text.to_markdown(), reply_to.as_ref()), (rich.to_markdown(), parts.first()));
    // a reaction and its removal
    let reaction = rig.customer.react(&rig.chat, parts[0].as_str(), "👍").await;
    let heard = shell.hear(0, "the reaction", |inbound| inbound.message.as_str() == reaction).await.unwrap();
    assert!(heard.kind == InboundKind::Reaction { of: parts[0].clone(), key: "👍".to_owned() });
    rig.customer.redact(&rig.chat, &reaction).await;
    let is_gone =
        |inbound: &Inbound| inbound.kind == InboundKind::Delete && inbound.message.as_str() == reaction;
    shell.hear(0, "that the reaction is gone", is_gone).await.unwrap();
    // a formatted new text; one by somebody else is none
    let mallory = Person::register(&rig.config.homeserver, "mallory", "m").await;
    rig.customer.invite(&rig.chat, &mallory.user).await;
    mallory.join(&rig.chat).await.unwrap();
    mallory.edit(&rig.chat, &message, "I take it all back").await;
    let refused = mallory.try_redact(&rig.chat, &message).await;
    assert!(
        matches!(refused, Err((403, _))),
        "the homeserver lets nobody take another's words away: {refused:?}"
    );
    rig.customer.edit(&rig.chat, &message, "I mean it").await;
    let is_edit = |inbound: &Inbound| matches!(inbound.kind, InboundKind::Edit { .. });
    let edit = shell.hear(0, "the new text", is_edit).await.unwrap();
    assert_eq!(content_of(&edit).unwrap().text.text(), "I mean it");
    assert_eq!(edit.author.account.as_str(), rig.customer.user);
    shell.end().await;
}
