//! Names, parts and calls of messages.

use super::*;
use port::{AccountId, Owner, Persona, Private};

fn persona(name: &str) -> Voice {
    Voice::Persona(Persona { id: "agent-1".to_owned(), name: Private::new(Owner::Desk, name) })
}

fn mention(account: &str, name: &str) -> Mention {
    Mention { account: AccountId::new(account), name: Private::new(Owner::Desk, name) }
}

#[test]
fn a_name_stands_before_every_part_and_cannot_be_broken() {
    let voice = persona("Anna *(Support)*");
    let shown = Shown::without_webhook(&voice, Names::Bold);
    let texts = texts(shown, &Rich::plain("wörd ".repeat(900)), "", &[]);
    assert!(texts.len() >= 3);
    for text in &texts {
        let said = said(shown, text, &[]);
        let content = said["content"].as_str().unwrap();
        assert!(content.starts_with("**Anna \\*(Support)\\***\n"), "{content}");
        assert!(content.chars().count() <= TEXT_LIMIT.max);
        assert_eq!(said["allowed_mentions"], json!({ "parse": [] }));
    }
    assert_eq!(texts.concat(), "wörd ".repeat(900));
}

#[test]
fn escaping_counts_for_the_limit() {
    let texts = texts(Shown::Aside, &Rich::plain("_".repeat(3_000)), "", &[]);
    assert!(texts.len() >= 3 && texts.iter().all(|text| text.chars().count() <= TEXT_LIMIT.max));
}

#[test]
fn the_bridge_speaks_under_no_name_and_an_embed_names_its_author() {
    let bridge = Shown::without_webhook(&Voice::Bridge, Names::Bold);
    assert_eq!(said(bridge, "a", &[])["content"], "a");
    let link = Rich::plain("<#7>");
    assert_eq!(texts(bridge, &link, "", &[]), ["<#7>"]);
    assert_eq!(texts(Shown::Aside, &link, "", &[]), [r"\<#7>"]);
    let voice = persona("Anna");
    let embed = said(Shown::without_webhook(&voice, Names::Embed), "a", &[]);
    assert_eq!(embed["content"], "");
    assert_eq!(embed["embeds"], json!([{ "author": { "name": "Anna" }, "description": "a" }]));
}

#[test]
fn only_named_members_are_called() {
    let calls = [mention("77", "Ada_L"), mention("78", "Nobody"), mention("not an id", "Eve")];
    let texts = texts(Shown::Aside, &Rich::plain("Ada_L and Ada_L, @everyone <@9>"), "", &calls);
    assert_eq!(texts, [r"<@77> and Ada\_L, \@everyone \<\@9> <@78>"]);
    let said = said(Shown::Aside, &texts[0], &calls);
    assert_eq!(said["allowed_mentions"], json!({ "parse": [], "users": ["77", "78"] }));
}

#[test]
fn a_username_is_one_that_discord_takes() {
    for (name, shown) in [
        ("Carla Customer", "Carla Customer"),
        ("Clyde", "Cly·de"),
        ("my discord DISCORD", "my dis·cord DIS·CORD"),
        ("everyone", "everyone·"),
        ("  ", "…"),
        ("李", "李"),
        ("Dis\u{200B}cord\u{2060} \n  Shop", "Dis·cord Shop"),
        ("\u{200B}", "…"),
    ] {
        assert_eq!(username(name), shown);
    }
    assert_eq!(username(&"x".repeat(200)).chars().count(), USERNAME_MAX);
    assert_eq!(plain_username("A <b>: c"), "A b c");
    assert_eq!(spelled_username("Clyde & Co"), "C·l·y·d·e·C·o");
    assert!(spelled_username(&"x".repeat(200)).chars().count() <= USERNAME_MAX);
}

#[test]
fn a_topic_is_named_within_the_limit_and_its_card_fits() {
    assert_eq!(title("Carla #7", TopicState::Waiting, false), "Carla #7");
    assert_eq!(title("Carla #7", TopicState::Overdue, true), "🔴 Carla #7");
    assert_eq!(title(&"x".repeat(300), TopicState::Closed, true).chars().count(), TITLE_MAX);
    let card = card("Carla *7*", TopicState::Waiting, &"*due* ".repeat(800));
    let content = card["content"].as_str().unwrap();
    assert!(content.starts_with("**🟡 Carla \\*7\\***\n\\*due\\*"), "{content}");
    assert!(content.chars().count() <= TEXT_LIMIT.max);
}

#[test]
fn nothing_is_never_sent() {
    let mut empty = said(Shown::Aside, "", &[]);
    or_nothing(&mut empty, true);
    assert_eq!(empty["content"], "");
    or_nothing(&mut empty, false);
    assert_eq!(empty["content"], NOTHING);
}

#[test]
fn an_emoji_stands_in_an_address() {
    assert_eq!(percent("✅"), "%E2%9C%85");
    assert_eq!(percent("x:12"), "x%3A12");
}
