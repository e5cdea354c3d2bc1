//! Texts and entities, in UTF-16 units.

use super::*;
use port::rich::markdown;
use port::{AccountId, Owner, Persona, Private};

fn anna() -> Voice {
    let name = Private::new(Owner::Desk, "Anna (Support)");
    Voice::Persona(Persona { id: "agent-1".to_owned(), name })
}

/// The text of an entity, cut out as Telegram does: by UTF-16 units.
fn shown(words: &Words) -> Vec<(String, String)> {
    let units: Vec<u16> = words.text.encode_utf16().collect();
    let entities = words.entities();
    let entities = entities.as_array().unwrap().iter().map(|entity| {
        let number = |field: &str| usize::try_from(entity[field].as_u64().unwrap()).unwrap();
        let range = number("offset")..number("offset") + number("length");
        (entity["type"].as_str().unwrap().to_owned(), String::from_utf16(&units[range]).unwrap())
    });
    entities.collect()
}

#[test]
fn looks_become_entities_in_utf16_units() {
    for (markdown, text, entities) in [
        ("plain", "plain", vec![]),
        ("👩‍👩‍👧 **bold** 𝒳 *it*", "👩‍👩‍👧 bold 𝒳 it", vec![("bold", "bold"), ("italic", "it")]),
        (
            "~~no~~ ||secret|| `code`",
            "no secret code",
            vec![("strikethrough", "no"), ("spoiler", "secret"), ("code", "code")],
        ),
        ("[here 🦖](https://example.org/)", "here 🦖", vec![("text_link", "here 🦖")]),
        ("[bank.com](https://evil.com/)", "bank.com (https://evil.com/)", vec![("text_link", "bank.com")]),
        ("[write](mailto:a@b.org)", "write (mailto:a@b.org)", vec![]),
        ("- one\n- two", "• one\n• two", vec![]),
        ("1. one\n2. **two**", "1. one\n2. two", vec![("bold", "two")]),
        ("> said\n> more\n\nyes", "said\nmore\n\nyes", vec![("blockquote", "said\nmore")]),
        ("> > inner\n> outer", "> inner\nouter", vec![("blockquote", "> inner\nouter")]),
        ("**a `b` c**", "a b c", vec![("bold", "a "), ("code", "b"), ("bold", " c")]),
        ("[`x`](https://example.org/)", "x", vec![("text_link", "x")]),
        ("```rust\nfn x() {}\n```", "fn x() {}", vec![("pre", "fn x() {}")]),
    ] {
        let words = words(&Voice::Bridge, &markdown::parse(markdown));
        assert_eq!(words.text, text, "{markdown}");
        let wanted: Vec<(String, String)> =
            entities.into_iter().map(|(kind, text)| (kind.to_owned(), text.to_owned())).collect();
        assert_eq!(shown(&words), wanted, "{markdown}");
    }
}

#[test]
fn an_entity_says_what_telegram_wants_to_know() {
    let rich = markdown::parse("```rust\nx\n```\n[y](https://example.org/)");
    let wanted = json!([
        { "type": "pre", "offset": 0, "length": 1, "language": "rust" },
        { "type": "text_link", "offset": 2, "length": 1, "url": "https://example.org/" },
    ]);
    assert_eq!(words(&Voice::Bridge, &rich).entities(), wanted);
}

#[test]
fn a_persons_name_stands_in_bold_on_a_line_of_its_own() {
    let words = words(&anna(), &Rich::plain("<b>hi</b> *you*"));
    assert_eq!(words.text, "Anna (Support)\n<b>hi</b> *you*");
    assert_eq!(shown(&words), [("bold".to_owned(), "Anna (Support)".to_owned())]);
    let alone = super::words(&anna(), &Rich::default());
    assert_eq!(alone.text, "Anna (Support)");
    assert_eq!(super::words(&Voice::Bridge, &Rich::plain("hi")).text, "hi");
}

#[test]
fn a_long_text_is_cut_into_messages_that_fit_and_have_a_name_each() {
    let text = "wörd 👩‍👩‍👧 ".repeat(900);
    let messages = messages(&anna(), &Rich::plain(text.as_str()));
    assert!(messages.len() > 2);
    let mut joined = String::new();
    for words in &messages {
        assert!(Unit::Utf16.count(&words.text) <= TEXT_LIMIT.max);
        joined.push_str(words.text.strip_prefix("Anna (Support)\n").unwrap());
    }
    assert_eq!(joined, text);
}

#[test]
fn no_message_has_more_entities_than_telegram_keeps() {
    let text = "**b** ".repeat(350);
    let messages = messages(&anna(), &markdown::parse(&text));
    assert!(messages.len() > 3);
    assert!(messages.iter().all(|words| words.entities.len() <= ENTITIES_MAX));
    let bold = messages.iter().flat_map(shown).filter(|(_, text)| text == "b").count();
    assert_eq!(bold, 350);
}

#[test]
fn nothing_but_blanks_is_no_message() {
    assert!(messages(&Voice::Bridge, &Rich::plain(" \n ")).is_empty());
    assert!(messages(&anna(), &Rich::plain("")).is_empty());
    let blanks = " ".repeat(2 * TEXT_LIMIT.max);
    assert_eq!(messages(&Voice::Bridge, &Rich::plain(format!("x{blanks}"))).len(), 1);
}

fn mention(account: &str, name: &str) -> Mention {
    Mention { account: AccountId::new(account), name: Private::new(Owner::Desk, name) }
}

#[test]
fn the_first_occurrence_of_a_name_calls_and_a_missing_one_follows() {
    let mentions = [mention("42", "Anna"), mention("43", "Jörg"), mention("no number", "Eve")];
    let rich = with_missing_names(&Rich::plain("👀 Anna, Anna: overdue"), &mentions);
    let mut messages = messages(&Voice::Bridge, &rich);
    call(messages.iter_mut(), &mentions);
    assert_eq!(messages[0].text, "👀 Anna, Anna: overdue\nJörg Eve");
    let wanted = json!([
        {
            "type": "text_mention", "offset": 3, "length": 4,
            "user": { "id": 42, "is_bot": false, "first_name": "Anna" },
        },
        {
            "type": "text_mention", "offset": 23, "length": 4,
            "user": { "id": 43, "is_bot": false, "first_name": "Jörg" },
        },
    ]);
    assert_eq!(messages[0].entities(), wanted);
}

#[test]
fn a_persons_own_name_line_calls_nobody() {
    let mentions = [mention("42", "Anna")];
    let mut words = words(&anna(), &Rich::plain("ask Anna"));
    call(std::iter::once(&mut words), &mentions);
    assert_eq!(words.entities()[1]["offset"], 19);
}

#[test]
fn a_topics_name_begins_with_its_sign_and_is_not_too_long() {
    assert_eq!(topic_name("Carla #7", TopicState::Overdue), "🔴 Carla #7");
    let long = topic_name(&"👩".repeat(200), TopicState::Waiting);
    assert!(Unit::Utf16.count(&long) <= 128, "{long}");
    assert!(long.starts_with("🟡 👩"));
}

#[test]
fn a_name_may_stand_before_the_first_word() {
    let anna = anna();
    let inline = By { voice: &anna, names: NameForm::Inline };
    let said = words(inline, &Rich::plain("hi"));
    assert_eq!(said.text, "Anna (Support): hi");
    assert_eq!(said.entities(), json!([{ "type": "bold", "offset": 0, "length": 15 }]));
    assert_eq!(words(inline, &markdown::parse("> quoted")).text, "Anna (Support)\nquoted");
    assert_eq!(words(inline, &Rich::default()).text, "Anna (Support)");
}
