//! Every kind of update, as the API's description has it, with what becomes of it; broken and unheard-of ones among them.

use super::shelf::MemoryShelf;
use crate::albums::Albums;
use crate::gather::Gatherer;
use crate::me::Me;
use crate::normalise::Source;
use crate::seen::Seen;
use crate::{Secret, Shared, TelegramConfig};
use jiff::Timestamp;
use port::{ChannelName, ChatId, Content, Inbound, InboundKind, NativeCommand};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn shared() -> Shared {
    let command = |name: &str| NativeCommand {
        name: name.to_owned(),
        takes_text: true,
        suggestions: port::Suggestions::None,
        descriptions: vec![("en".to_owned(), "What it does".to_owned())],
    };
    let config = TelegramConfig {
        channel: ChannelName::new("telegram"),
        api_url: "http://127.0.0.1:1".to_owned(),
        token: Secret::new("1:x"),
        team_rooms: vec![ChatId::new("-1001234")],
        names: crate::NameForm::Line,
        command_prefix: "!".to_owned(),
        commands: vec![command("close"), command("r")],
    };
    Shared::new(config, Arc::new(MemoryShelf::default())).unwrap()
}

/// What an update says, each happening on its page.
async fn heard(update: &Value) -> Vec<Inbound> {
    let shared = shared();
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let mut albums = Albums::load(&shared.config.channel, &shared.shelf, now).await.unwrap();
    let me = Me { id: 42, username: "desk_bot".to_owned(), hears_all: true };
    let mut reader =
        Gatherer { shared: &shared, me: &me, albums: &mut albums, seen: &mut Seen::default(), now };
    let gathered = reader.gather(std::slice::from_ref(update)).await.unwrap();
    assert_eq!(gathered.last, Some(900_001), "the offset is raised whatever it says");
    gathered.inbound
}

fn page(inbound: &Inbound, update: &Value) -> String {
    let mut page = inbound.kind.word().to_owned();
    write!(page, " {} in {}", inbound.message, inbound.chat).unwrap();
    if let Some(topic) = &inbound.topic {
        write!(page, "/{topic}").unwrap();
    }
    write!(page, " by {} ({})", inbound.author.account, inbound.author.name).unwrap();
    if inbound.author.is_bot {
        page.push_str(", a program");
    }
    write!(page, " at {}", inbound.at.as_second()).unwrap();
    if inbound.version > 0 {
        write!(page, ", version {}", inbound.version).unwrap();
    }
    if let InboundKind::Message { content, reply_to } = &inbound.kind {
        if let Some(reply_to) = reply_to {
            write!(page, ", answering {reply_to}").unwrap();
        }
        write_content(&mut page, content);
    } else if let InboundKind::Edit { content } = &inbound.kind {
        write_content(&mut page, content);
    } else if let InboundKind::Reaction { of, key } = &inbound.kind {
        write!(page, " to {of}: {key}").unwrap();
    } else if let InboundKind::Started { payload, language } = &inbound.kind {
        write!(page, ": {payload:?} {language:?}").unwrap();
    } else if let InboundKind::ChatMoved { to } = &inbound.kind {
        write!(page, " to {to}").unwrap();
    } else if let InboundKind::Unsupported { what, text, raw } = &inbound.kind {
        assert_eq!(raw.as_deref(), Some(update.to_string().as_str()));
        write!(page, " ({what}): {text:?}").unwrap();
    }
    page.push('\n');
    page
}

fn write_content(page: &mut String, content: &Content) {
    for file in &content.files {
        let source = Source::of(&file.source).unwrap();
        write!(
            page,
            "\n{}: {:?} {:?}, size {:?}, {:?}x{:?}, {:?} ms, {} {} {:?}",
            file.kind.word(),
            file.name,
            file.mime,
            file.size,
            file.width,
            file.height,
            file.duration_ms,
            source.kind,
            source.file_id,
            source.unique_id,
        )
        .unwrap();
    }
    if !content.text.is_empty() {
        write!(page, "\n---\n{}", content.text.to_markdown()).unwrap();
    }
}

fn fixtures() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/fixtures");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths
}

#[tokio::test]
async fn what_people_send_becomes_what_was_read_and_approved() {
    let written = fixtures();
    assert!(written.len() > 100, "every kind has its own");
    let mut differing = Vec::new();
    for path in written {
        let update: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let mut pages = String::new();
        for inbound in heard(&update).await {
            pages.push_str(&page(&inbound, &update));
        }
        if pages.is_empty() {
            pages.push_str("nothing\n");
        }
        let approved = path.with_extension("txt");
        if crate::tests::updates_snapshots() {
            fs::write(&approved, &pages).unwrap();
        }
        if fs::read_to_string(&approved).ok().as_ref() != Some(&pages) {
            differing.push(format!("{}:\n{pages}", path.display()));
        }
    }
    let again =
        "once read and approved: DESKBRIDGE_UPDATE_SNAPSHOTS=1 cargo test -p deskbridge-telegram captured";
    assert!(differing.is_empty(), "{}\n{again}", differing.join("\n"));
}
