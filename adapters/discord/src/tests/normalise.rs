//! Every kind of event that people cause, with what becomes of it: `fixtures` holds them as the documentation has them,
//! broken ones among them.

use super::*;
use port::Content;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn heard(event: &Value) -> Vec<Inbound> {
    let (chat, topic) = (ChatId::new("room"), TopicId::new("post"));
    let place = Place {
        chat: &chat,
        topic: Some(&topic),
        own: "42",
        application: "42",
        received_at: "2026-10-03T00:00:00Z".parse().unwrap(),
        moment: 1000,
    };
    let (data, name) = (&event["d"], Some("Carla".to_owned()));
    let is_ours = |hook: &str| hook == "77";
    match event["t"].as_str().unwrap() {
        "MESSAGE_CREATE" => created(data, &place, is_ours).into_iter().collect(),
        "MESSAGE_UPDATE" => updated(data, &place, is_ours).into_iter().collect(),
        "MESSAGE_REACTION_ADD" => reacted(data, true, &place, name).into_iter().collect(),
        "MESSAGE_REACTION_REMOVE" => reacted(data, false, &place, name).into_iter().collect(),
        _ => deleted(data, &place),
    }
}

fn page(event: &Value) -> String {
    let mut page = String::new();
    for inbound in heard(event) {
        write_one(&mut page, &inbound, &event["d"]);
    }
    if page.is_empty() { "nothing\n".to_owned() } else { page }
}

fn write_one(page: &mut String, inbound: &Inbound, data: &Value) {
    let author = &inbound.author;
    let bot = if author.is_bot { ", a program" } else { "" };
    write!(page, "{} {} by {:?}{bot}", inbound.kind.word(), inbound.message, author.name).unwrap();
    write!(page, " at {}", inbound.at).unwrap();
    if inbound.version > 0 {
        write!(page, " version {}", inbound.version).unwrap();
    }
    if let InboundKind::Message { content, reply_to } = &inbound.kind {
        if let Some(reply_to) = reply_to {
            write!(page, " answering {reply_to}").unwrap();
        }
        write_content(page, content);
    } else if let InboundKind::Edit { content } = &inbound.kind {
        write_content(page, content);
    } else if let InboundKind::Reaction { of, key } = &inbound.kind {
        write!(page, " to {of}: {key}").unwrap();
    } else if let InboundKind::Unsupported { what, text, raw } = &inbound.kind {
        assert_eq!(raw.as_deref(), Some(data.to_string().as_str()));
        write!(page, " ({what}): {text:?}").unwrap();
    }
    page.push('\n');
}

fn write_content(page: &mut String, content: &Content) {
    for file in &content.files {
        let source: files::Source = serde_json::from_str(file.source.as_str()).unwrap();
        write!(
            page,
            "\n{}: {:?} {:?}, size {:?}, {:?}x{:?}, {:?} ms, {:?} of {} in {}, at {}",
            file.kind.word(),
            file.name,
            file.mime,
            file.size,
            file.width,
            file.height,
            file.duration_ms,
            source.attachment,
            source.message,
            source.channel,
            source.url
        )
        .unwrap();
    }
    if !content.text.is_empty() {
        write!(page, "\n--- text\n{}\n--- looks {:?}", content.text.text(), content.text.spans()).unwrap();
    }
}

#[test]
fn what_people_send_becomes_what_was_read_and_approved() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/fixtures");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    assert!(paths.len() > 50, "every kind has its own");
    let mut differing = Vec::new();
    for path in paths {
        let page = page(&serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap());
        let approved = path.with_extension("txt");
        if crate::tests::updates_snapshots() {
            fs::write(&approved, &page).unwrap();
        }
        if fs::read_to_string(&approved).ok().as_ref() != Some(&page) {
            differing.push(format!("{}:\n{page}", path.display()));
        }
    }
    let again =
        "once read and approved: DESKBRIDGE_UPDATE_SNAPSHOTS=1 cargo test -p deskbridge-discord normalise";
    assert!(differing.is_empty(), "{}\n{again}", differing.join("\n"));
}

#[test]
fn no_text_is_lost_whatever_its_marks() {
    let signs = [
        "<", ">", "@", "1", "`", "```", "\n", "*", "\\", "# ", ">>> ", "> ", ":", "é", "](", "<@1>", "t:",
        "||",
    ];
    let mut state = 7_u64;
    for _ in 0..4_000 {
        let mut source = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from(state >> 33).unwrap() % signs.len();
            source.push_str(signs[index]);
        }
        let read = text::read(&source, &Value::Null);
        let private = read.text().chars().any(|c| u32::from(c) >= 0xF_0000);
        assert!(!private, "{source:?} became {:?}", read.text());
        let letters = |text: &str| text.matches('é').count();
        assert!(letters(read.text()) >= letters(&source), "{source:?} became {:?}", read.text());
    }
}

#[test]
fn an_event_is_kept_as_it_came_unless_it_is_too_long() {
    let mut event =
        serde_json::json!({ "t": "MESSAGE_CREATE", "d": { "id": "1", "type": 99, "author": { "id": "5" } } });
    event["d"]["content"] = "x".repeat(RAW_MAX).into();
    let heard = heard(&event);
    assert!(matches!(&heard.first().unwrap().kind, InboundKind::Unsupported { raw: None, .. }));
}
