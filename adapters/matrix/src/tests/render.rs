//! What messages are to a room.

use super::*;
use port::{AccountId, ChannelName, Owner, Persona, Private};

fn message(voice: &Voice, text: &Rich, relation: &Relation<'_>, op: &OpId, part: usize) -> Value {
    placed(said(voice, text), relation, op, part)
}

fn private(text: &str) -> Private {
    Private::new(Owner::Channel(ChannelName::new("matrix")), text)
}

fn anna() -> Voice {
    Voice::Persona(Persona { id: "agent-7f3a".to_owned(), name: private("Anna <Support>") })
}

#[test]
fn a_persona_is_a_profile_with_its_prescribed_fallback() {
    let content = message(&anna(), &Rich::plain("Hi &\n  you"), &Relation::default(), &OpId::new("17-a"), 0);
    let wanted = json!({
        "msgtype": "m.text",
        "body": "Anna <Support>: Hi &\n  you",
        "format": "org.matrix.custom.html",
        "formatted_body": "<strong data-mx-profile-fallback>Anna &lt;Support&gt;: </strong>\
            Hi &amp;<br>&nbsp;&nbsp;you",
        "com.beeper.per_message_profile":
            { "id": "agent-7f3a", "displayname": "Anna <Support>", "has_fallback": true },
        "m.mentions": {},
        "deskbridge.op": "17-a",
        "deskbridge.part": 0,
    });
    assert_eq!(content, wanted);
}

#[test]
fn the_bridge_speaks_in_notices_without_a_persons_name() {
    let content = message(&Voice::Bridge, &Rich::plain("Noted."), &Relation::default(), &OpId::new("1"), 0);
    assert_eq!(content["msgtype"], "m.notice");
    assert_eq!(content["body"], "Noted.");
    assert_eq!(content.get("com.beeper.per_message_profile"), None);
}

#[test]
fn a_message_is_where_it_belongs() {
    let thread = Some(("$root", "$latest"));
    for (thread, reply_to, wanted) in [
        (None, None, Value::Null),
        (None, Some("$asked"), json!({ "m.in_reply_to": { "event_id": "$asked" } })),
        (
            thread,
            None,
            json!({
                "rel_type": "m.thread", "event_id": "$root", "is_falling_back": true,
                "m.in_reply_to": { "event_id": "$latest" },
            }),
        ),
        (
            thread,
            Some("$asked"),
            json!({
                "rel_type": "m.thread", "event_id": "$root", "is_falling_back": false,
                "m.in_reply_to": { "event_id": "$asked" },
            }),
        ),
    ] {
        let relation = Relation { thread, reply_to };
        let content = message(&anna(), &Rich::plain("x"), &relation, &OpId::new("1"), 0);
        assert_eq!(content.get("m.relates_to").cloned().unwrap_or_default(), wanted);
    }
}

#[test]
fn a_card_shows_its_state_first_and_is_replaced_as_a_whole() {
    let op = OpId::new("9");
    let first = card("Carla #17", TopicState::Waiting, "who\nwhere", &op);
    assert_eq!(first["body"], "🟡 Carla #17\nwho\nwhere");
    assert_eq!(first["formatted_body"], "<strong>🟡 Carla #17</strong><br>who<br>where");
    let second = new_card("$root", "Carla #17", TopicState::Answered, "who", &op);
    assert_eq!(second["body"], "* 🟢 Carla #17\nwho");
    assert_eq!(second["m.new_content"]["body"], "🟢 Carla #17\nwho");
    assert_eq!(second["m.relates_to"], json!({ "rel_type": "m.replace", "event_id": "$root" }));
}

#[test]
fn a_mark_is_a_reaction() {
    let content = mark("$message", Mark::Delivered, &OpId::new("3"));
    let wanted = json!({ "rel_type": "m.annotation", "event_id": "$message", "key": "✅" });
    assert_eq!(content["m.relates_to"], wanted);
}

#[test]
fn every_part_fits_whatever_it_is_made_of() {
    for letter in ["a", "\"", "&", "\n", "  ", "\u{1}", "👩‍👩‍👧", "李"] {
        let text = letter.repeat(60_000 / letter.len());
        let parts = parts(&anna(), &Rich::plain(text.clone()));
        assert_eq!(parts.iter().map(Rich::text).collect::<String>(), text);
        for part in parts {
            assert!(written_len(&said(&anna(), &part)) <= CONTENT_MAX, "{letter:?}");
            assert!(part.text().len() <= TEXT_LIMIT.max);
        }
    }
    let long = card("Carla", TopicState::Waiting, &"\"".repeat(100_000), &OpId::new("1"));
    assert!(written_len(&long) <= CONTENT_MAX + 100);
}

#[test]
fn who_is_called_is_named_by_account_and_not_in_a_notice() {
    let anna = Mention { account: AccountId::new("@anna:example.org"), name: private("Anna") };
    let mut content = said(&Voice::Bridge, &Rich::plain("Anna: due in 15 min"));
    let before = content.clone();
    call(&mut content, &[]);
    assert_eq!(content, before);
    call(&mut content, &[anna]);
    assert_eq!(content["m.mentions"], json!({ "user_ids": ["@anna:example.org"] }));
    assert_eq!(content["msgtype"], "m.text");
}
