//! What an edit does to the parts of a message.

use super::*;
use port::rich::markdown;
use port::{ChannelName, Owner, Persona, Private};

fn anna() -> Voice {
    let name = Private::new(Owner::Channel(ChannelName::new("matrix")), "Anna");
    Voice::Persona(Persona { id: "agent-1".to_owned(), name })
}

fn file() -> Value {
    json!({
        "msgtype": "m.image", "body": "Anna: old", "filename": "cat.png", "url": "mxc://x/y",
        "format": "org.matrix.custom.html", "formatted_body": "old", "info": { "size": 1 },
        "m.relates_to": { "rel_type": "m.thread", "event_id": "$root" }, "deskbridge.op": "1", "deskbridge.part": 0,
    })
}

/// Which parts get which texts: `number of the part` or `new`, with `*` for the words beside a file.
fn planned(were: Vec<Was>, body: &str) -> Vec<String> {
    let were: Vec<_> =
        were.into_iter().enumerate().map(|(n, was)| (MessageId::new(n.to_string()), was)).collect();
    let Plan { slots, texts } = Plan::of(&were, &anna(), &Rich::plain(body));
    let part = |number: usize| match slots.get(number) {
        Some(slot) => format!("{}{}", slot.part, if slot.file.is_some() { "*" } else { "" }),
        None => "new".to_owned(),
    };
    (0..slots.len().max(texts.len()))
        .map(|number| match texts.get(number) {
            Some(text) => format!("{}={}", part(number), text.text().len()),
            None => format!("{} taken back", part(number)),
        })
        .collect()
}

#[test]
fn an_edit_changes_adds_and_takes_away_parts() {
    let long = "x".repeat(20_000);
    for (were, body, wanted) in [
        (vec![Was::Text], "new", vec!["0=3"]),
        (vec![Was::Text, Was::Text], "new", vec!["0=3", "1 taken back"]),
        (vec![Was::Text], &long, vec!["0=15999", "new=4001"]),
        (vec![Was::File(file())], "new", vec!["0*=3"]),
        (vec![Was::File(file())], "", vec!["0*=0"]),
        (vec![Was::File(file()), Was::Text], "new", vec!["0*=3", "1 taken back"]),
        (vec![Was::File(file())], &long, vec!["0*=15999", "new=4001"]),
        (vec![Was::Text, Was::File(file()), Was::File(file())], "new", vec!["0=3"]),
        (vec![Was::Text, Was::File(file()), Was::File(file())], "", vec!["0 taken back"]),
        (vec![Was::File(file()), Was::File(file())], "new", vec!["new=3"]),
        (vec![Was::Wordless], "new", vec!["new=3"]),
    ] {
        let wanted: Vec<_> = wanted.into_iter().map(str::to_owned).collect();
        let head: String = body.chars().take(5).collect();
        assert_eq!(planned(were, body), wanted, "{head}");
    }
}

#[test]
fn a_file_keeps_everything_but_its_words() {
    let wanted = json!({
        "msgtype": "m.image", "body": "Anna: new one", "filename": "cat.png", "url": "mxc://x/y",
        "format": "org.matrix.custom.html",
        "formatted_body": "<strong data-mx-profile-fallback>Anna: </strong><strong>new</strong> one",
        "com.beeper.per_message_profile": { "id": "agent-1", "displayname": "Anna", "has_fallback": true },
        "info": { "size": 1 }, "m.mentions": {},
    });
    assert_eq!(recaptioned(&file(), &anna(), &markdown::parse("**new** one")), wanted);
    assert_eq!(recaptioned(&file(), &Voice::Bridge, &Rich::default())["body"], "cat.png");
}

#[test]
fn what_a_part_was_is_seen_from_its_event() {
    let word = |was: Was| match was {
        Was::Text => "text",
        Was::File(_) => "file",
        Was::Wordless => "wordless",
        Was::Gone => "gone",
        Was::Locked => "locked",
    };
    let own = "@bridge:x";
    for (event, wanted) in [
        (
            json!({ "type": "m.room.message", "sender": own, "content": { "msgtype": "m.text", "body": "" } }),
            "text",
        ),
        (json!({ "type": "m.room.message", "sender": own, "content": file() }), "file"),
        (json!({ "type": "m.room.message", "sender": own, "content": { "file": {} } }), "file"),
        (json!({ "type": "m.sticker", "sender": own, "content": file() }), "wordless"),
        (json!({ "type": "m.room.message", "sender": own, "content": {} }), "gone"),
        (json!({ "type": "m.room.encrypted", "sender": own, "content": { "ciphertext": "" } }), "locked"),
        (json!({ "type": "m.room.message", "sender": "@other:x", "content": file() }), "locked"),
    ] {
        assert_eq!(word(what(&event, own)), wanted, "{event}");
    }
}
