//! What events are to the desk.

use super::*;
use serde_json::json;

const NOW: i64 = 1_800_000_000_000;

#[expect(clippy::needless_pass_by_value, reason = "tables are easier to read without references")]
fn event(event_type: &str, content: Value) -> Value {
    json!({
        "type": event_type, "sender": "@carla:example.org", "event_id": "$event",
        "origin_server_ts": 1_700_000_000_000_i64, "content": content,
    })
}

fn told(event: &Value, team: bool) -> Option<Inbound> {
    let place = Place {
        chat: &ChatId::new("!room"),
        team,
        own: "@bridge:example.org",
        received_at: Timestamp::from_millisecond(NOW).unwrap(),
    };
    normalise(event, &place, |account| format!("name of {account}"))
}

fn kind(event: &Value) -> Option<InboundKind> {
    let mut kind = told(event, true)?.kind;
    if let InboundKind::Unsupported { raw, .. } = &mut kind {
        assert_eq!(raw.take().as_deref(), Some(event.to_string().as_str()));
    }
    Some(kind)
}

fn message(text: &str, reply_to: Option<&str>) -> InboundKind {
    InboundKind::Message { content: text.into(), reply_to: reply_to.map(MessageId::new) }
}

fn unsupported(what: &str, text: Option<&str>) -> InboundKind {
    InboundKind::Unsupported { what: what.to_owned(), text: text.map(str::to_owned), raw: None }
}

/// Compares what `Debug` hides.
#[track_caller]
fn check(event: &Value, wanted: Option<&InboundKind>) {
    let kind = kind(event);
    assert!(kind.as_ref() == wanted, "{event} became {:?}", kind.as_ref().map(InboundKind::word));
}

#[test]
fn a_message_has_its_author_time_and_id() {
    let inbound =
        told(&event("m.room.message", json!({ "msgtype": "m.text", "body": "hi" })), false).unwrap();
    assert_eq!(inbound.chat, ChatId::new("!room"));
    assert_eq!(inbound.message, MessageId::new("$event"));
    assert_eq!(inbound.at.as_millisecond(), 1_700_000_000_000);
    assert_eq!(inbound.author.account.as_str(), "@carla:example.org");
    assert_eq!(inbound.author.name, "name of @carla:example.org");
    assert!((inbound.version, inbound.author.is_bot) == (0, false));
    assert!(inbound.kind == message("hi", None));
}

#[test]
fn a_time_in_the_future_is_the_time_of_receipt() {
    let mut early = event("m.room.message", json!({ "msgtype": "m.text", "body": "hi" }));
    early["origin_server_ts"] = json!(NOW * 2);
    assert_eq!(told(&early, false).unwrap().at.as_millisecond(), NOW);
}

#[test]
fn every_kind_of_message_is_told() {
    for (content, wanted) in [
        (json!({ "msgtype": "m.text", "body": " a\n <b>b</b> " }), Some(message(" a\n <b>b</b> ", None))),
        (json!({ "msgtype": "m.emote", "body": "waves" }), Some(message("/me waves", None))),
        (json!({ "msgtype": "m.notice", "body": "a program's" }), None),
        (json!({}), None),
        (json!({ "msgtype": "m.text" }), Some(unsupported("m.text", None))),
        (json!({ "msgtype": "m.image", "body": "cat.png" }), Some(unsupported("m.image", Some("cat.png")))),
        (
            json!({ "msgtype": "m.file", "body": "a caption", "filename": "a.pdf" }),
            Some(unsupported("m.file", Some("a caption"))),
        ),
        (json!({ "msgtype": "m.location", "body": "here" }), Some(unsupported("m.location", Some("here")))),
        (json!({ "msgtype": "org.näw", "body": " " }), Some(unsupported("org.nw", None))),
    ] {
        check(&event("m.room.message", content), wanted.as_ref());
    }
}

#[test]
fn every_kind_of_event_is_told_or_says_nothing() {
    for (event_type, content, wanted) in [
        (
            "m.room.encrypted",
            json!({ "algorithm": "m.megolm.v1.aes-sha2" }),
            Some(InboundKind::Undecryptable),
        ),
        (
            "m.sticker",
            json!({ "body": "a smiling cat" }),
            Some(unsupported("m.sticker", Some("a smiling cat"))),
        ),
        ("m.poll.start", json!({ "m.poll": {} }), Some(unsupported("m.poll.start", None))),
        ("m.call.invite", json!({ "call_id": "1" }), Some(unsupported("m.call.invite", None))),
        ("org.example.unheard", json!({}), Some(unsupported("org.example.unheard", None))),
        ("m.reaction", json!({ "m.relates_to": { "rel_type": "m.annotation" } }), None),
        ("m.key.verification.start", json!({}), None),
    ] {
        check(&event(event_type, content), wanted.as_ref());
    }
}

#[test]
fn an_event_is_kept_as_it_came_unless_it_is_too_long() {
    let long = event("org.example.unheard", json!({ "x": "x".repeat(RAW_MAX) }));
    let InboundKind::Unsupported { raw, .. } = told(&long, true).unwrap().kind else { panic!("it is none") };
    assert_eq!(raw, None);
}

#[test]
fn our_own_events_state_and_what_was_redacted_say_nothing() {
    let text = json!({ "msgtype": "m.text", "body": "hi" });
    let mut own = event("m.room.message", text.clone());
    own["sender"] = json!("@bridge:example.org");
    check(&own, None);
    let mut state = event("m.room.topic", json!({ "topic": "x" }));
    state["state_key"] = json!("");
    check(&state, None);
    let mut redacted = event("m.room.message", text);
    redacted["unsigned"] = json!({ "redacted_because": {} });
    check(&redacted, None);
}

#[test]
fn an_edit_names_the_message_and_its_moment() {
    let edit = event(
        "m.room.message",
        json!({
            "msgtype": "m.text", "body": "* new",
            "m.new_content": { "msgtype": "m.text", "body": "new" },
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$original" },
        }),
    );
    let inbound = told(&edit, true).unwrap();
    assert_eq!(inbound.message, MessageId::new("$original"));
    assert_eq!(inbound.version, 1_700_000_000_000);
    assert!(inbound.kind == InboundKind::Edit { content: "new".into() });
}

#[test]
fn a_redaction_names_the_message_in_every_room_version() {
    let mut old = event("m.room.redaction", json!({ "reason": "x" }));
    old["redacts"] = json!("$gone");
    let new = event("m.room.redaction", json!({ "redacts": "$gone" }));
    for redaction in [old, new] {
        let inbound = told(&redaction, true).unwrap();
        assert!(inbound.kind == InboundKind::Delete);
        assert_eq!(inbound.message, MessageId::new("$gone"));
        assert!(inbound.version > 0);
    }
}

#[test]
fn a_reply_is_deliberate_unless_it_is_a_threads_fallback() {
    let in_reply = json!({ "event_id": "$asked" });
    for (relation, topic, reply_to) in [
        (json!({ "m.in_reply_to": in_reply }), None, Some("$asked")),
        (
            json!({ "rel_type": "m.thread", "event_id": "$root", "is_falling_back": true, "m.in_reply_to": in_reply }),
            Some("$root"),
            None,
        ),
        (
            json!({ "rel_type": "m.thread", "event_id": "$root", "is_falling_back": false, "m.in_reply_to": in_reply }),
            Some("$root"),
            Some("$asked"),
        ),
        (
            json!({ "rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": in_reply }),
            Some("$root"),
            Some("$asked"),
        ),
        (json!({ "rel_type": "m.thread", "event_id": "$root" }), Some("$root"), None),
    ] {
        let content = json!({ "msgtype": "m.text", "body": "yes", "m.relates_to": relation });
        let event = event("m.room.message", content);
        let inbound = told(&event, true).unwrap();
        assert_eq!(inbound.topic, topic.map(TopicId::new), "{event}");
        check(&event, Some(&message("yes", reply_to)));
        assert_eq!(told(&event, false).unwrap().topic, None, "a customer has no topics");
    }
}

#[test]
fn the_quote_of_a_reply_is_taken_off_and_nothing_else() {
    let relation = json!({ "m.in_reply_to": { "event_id": "$asked" } });
    for (body, relation, wanted) in [
        ("> <@bob:x.org> question\n> more\n\nanswer\n> mine", &relation, "answer\n> mine"),
        ("> * <@bob:x.org> waves\n\nanswer", &relation, "answer"),
        ("> a quote of my own\nanswer", &relation, "> a quote of my own\nanswer"),
        ("> <@bob:x.org> question\n\nanswer", &Value::Null, "> <@bob:x.org> question\n\nanswer"),
    ] {
        let mut content = json!({ "msgtype": "m.text", "body": body });
        let reply_to = (!relation.is_null()).then_some("$asked");
        if reply_to.is_some() {
            content["m.relates_to"] = relation.clone();
        }
        check(&event("m.room.message", content), Some(&message(wanted, reply_to)));
    }
}

/// One line for what `Debug` hides.
fn line(inbound: &Inbound) -> String {
    let topic = if inbound.topic.is_some() { " in a topic" } else { "" };
    if let InboundKind::Message { content, reply_to } = &inbound.kind {
        let text = content.text.text();
        let answer = if reply_to.is_some() { " answering" } else { "" };
        let file =
            content.files.first().map(|file| format!(" with {}", file.kind.word())).unwrap_or_default();
        format!("message{topic}{answer}{file}: {text}")
    } else if let InboundKind::Edit { content } = &inbound.kind {
        let text = content.text.text();
        format!("edit: {text}")
    } else if let InboundKind::Unsupported { what, text, .. } = &inbound.kind {
        format!("{what}: {}", text.as_deref().unwrap_or_default())
    } else {
        inbound.kind.word().to_owned()
    }
}

#[test]
fn a_timeline_that_synapse_sent_is_read() {
    let events: Vec<Value> =
        serde_json::from_str(include_str!("../../fixtures/synapse_timeline.json")).unwrap();
    let lines: Vec<_> = events.iter().filter_map(|event| told(event, true)).map(|told| line(&told)).collect();
    let wanted = [
        "message: Where is my parcel?",
        "message answering: The blue one",
        "message in a topic: in a thread",
        "message in a topic answering: answering in a thread",
        "edit: Where is my letter?",
        "message: /me waits",
        "message with image: ",
        "message with document: the bill",
        "message with voice: ",
        "message: 📍 52.5, 13.4",
        "message with sticker: ",
        "message: 📊 Which day?\nMonday\nFriday",
        "reaction",
        "undecryptable",
        "delete",
    ];
    assert_eq!(lines, wanted);
}
