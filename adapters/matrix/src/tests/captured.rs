//! Every kind of event that people send, with what becomes of it: as the desk hears it, and as it goes on to Matrix.
//!
//! `fixtures` holds events as the specification has them, broken ones among them. `fixtures/captured` holds events as a
//! real Synapse delivered them; each says who sent it, and `tests/it/matrix_captured.rs` writes and compares them.

use crate::files::Source;
use crate::normalise::{Place, normalise};
use crate::render;
use jiff::Timestamp;
use port::rich::Rich;
use port::{ChatId, Content, Inbound, InboundKind, Voice};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn heard(event: &Value) -> Option<Inbound> {
    let place = Place {
        chat: &ChatId::new("!room"),
        team: true,
        own: "@bridge:example.org",
        received_at: Timestamp::from_millisecond(1_800_000_000_000).unwrap(),
    };
    normalise(event, &place, |_| "Carla".to_owned())
}

fn page(event: &Value) -> String {
    let Some(inbound) = heard(event) else { return "nothing\n".to_owned() };
    let mut page = inbound.kind.word().to_owned();
    write!(page, " {} by {}", inbound.message, inbound.author.name).unwrap();
    if let Some(topic) = &inbound.topic {
        write!(page, " in {topic}").unwrap();
    }
    if inbound.version > 0 {
        write!(page, " at version {}", inbound.version).unwrap();
    }
    if let InboundKind::Message { content, reply_to } = &inbound.kind {
        if let Some(reply_to) = reply_to {
            write!(page, " answering {reply_to}").unwrap();
        }
        write_content(&mut page, content);
    } else if let InboundKind::Edit { content } = &inbound.kind {
        write_content(&mut page, content);
    } else if let InboundKind::Reaction { of, key } = &inbound.kind {
        write!(page, " to {of}: {key}").unwrap();
    } else if let InboundKind::Unsupported { what, text, raw } = &inbound.kind {
        assert_eq!(raw.as_deref(), Some(event.to_string().as_str()));
        write!(page, " ({what}): {text:?}").unwrap();
    }
    page.push('\n');
    page
}

fn write_content(page: &mut String, content: &Content) {
    for file in &content.files {
        let source = Source::of(&file.source).unwrap();
        let keys = if source.keys.is_some() { " with keys" } else { "" };
        write!(
            page,
            "\n{}: {:?} {:?}, size {:?}, {:?}x{:?}, {:?} ms, at {}{keys}",
            file.kind.word(),
            file.name,
            file.mime,
            file.size,
            file.width,
            file.height,
            file.duration_ms,
            source.mxc
        )
        .unwrap();
    }
    if !content.text.is_empty() {
        write_text(page, &content.text);
    }
}

fn write_text(page: &mut String, text: &Rich) {
    let sent = render::said(&Voice::Bridge, text);
    for (name, words) in [
        ("read", Some(text.to_markdown())),
        ("html", sent["formatted_body"].as_str().map(str::to_owned)),
        ("body", sent["body"].as_str().map(str::to_owned)),
    ] {
        if let Some(words) = words {
            write!(page, "\n--- {name}\n{words}").unwrap();
        }
    }
}

fn fixtures(directory: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths
}

#[test]
fn what_people_send_becomes_what_was_read_and_approved() {
    let written = fixtures("src/tests/fixtures");
    let captured = fixtures("src/tests/fixtures/captured");
    assert!(written.len() > 50 && captured.len() > 30, "every kind has its own");
    let mut differing = Vec::new();
    for path in written.into_iter().chain(captured) {
        let stored: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let page = page(stored.get("event").unwrap_or(&stored));
        let approved = path.with_extension("txt");
        if crate::tests::updates_snapshots() {
            fs::write(&approved, &page).unwrap();
        }
        if fs::read_to_string(&approved).ok().as_ref() != Some(&page) {
            differing.push(format!("{}:\n{page}", path.display()));
        }
    }
    let again =
        "once read and approved: DESKBRIDGE_UPDATE_SNAPSHOTS=1 cargo test -p deskbridge-matrix captured";
    assert!(differing.is_empty(), "{}\n{again}", differing.join("\n"));
}
