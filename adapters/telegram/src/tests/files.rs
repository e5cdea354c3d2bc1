//! Files against the Bot API.

use super::sending::{Stage, anna, post};
use async_trait::async_trait;
use fake_telegram::Fault;
use port::media::CHUNK_MAX;
use port::{
    Adapter, Attachment, Body, Cause, ChannelName, File, FileKind, Media, MediaError, MediaRef, MediaStream,
    Operation, Outcome, Owner, Refusal,
};
use serde_json::json;

/// Files as they come from elsewhere.
struct Elsewhere {
    bytes: Vec<u8>,
    /// What their platform says of their size.
    told: Option<u64>,
}

#[async_trait]
impl Media for Elsewhere {
    async fn open(&self, _file: &Attachment) -> Result<MediaStream, MediaError> {
        let mut stream = MediaStream::whole(self.bytes.clone(), None);
        stream.size = self.told;
        Ok(stream)
    }
}

/// Bytes of which no two stretches are alike, behind a beginning that tells what they are.
fn bytes(beginning: &[u8]) -> Elsewhere {
    let rest = (0..3 * CHUNK_MAX + 7).map(|at| u8::try_from((at * 7 + at / 251) % 251).unwrap());
    let bytes: Vec<u8> = beginning.iter().copied().chain(rest).collect();
    Elsewhere { told: u64::try_from(bytes.len()).ok(), bytes }
}

const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0];
const PDF: &[u8] = b"%PDF-1.7";

fn attachment(kind: FileKind, mime: &str, name: &str) -> Attachment {
    let mut file = File::new(kind, MediaRef::new("elsewhere"));
    file.mime = Some(mime.to_owned());
    file.name = Some(name.to_owned());
    file.size = Some(1_000);
    Attachment::new(&Owner::Desk, &ChannelName::new("matrix"), &file)
}

fn photo() -> Attachment {
    attachment(FileKind::Image, "image/jpeg", "a.jpg")
}

#[tokio::test]
async fn a_file_arrives_byte_by_byte_with_its_name_and_words() {
    let stage = Stage::new().await;
    for told in [true, false] {
        let mut media = bytes(PDF);
        if !told {
            media.told = None;
        }
        let pdf = attachment(FileKind::Document, "application/pdf", "../ä.pdf");
        let op = stage.to_mia(post(anna(), "**yours**", vec![pdf]));
        let outcome = stage.adapter.deliver(&op, &media).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
        let seen = stage.mia.sees();
        let shown = seen.last().unwrap();
        assert_eq!((shown.kind.as_str(), shown.text.as_str()), ("document", "Anna (Support)\nyours"));
        assert_eq!(shown.file_name.as_deref(), Some("ä.pdf"));
        assert!(shown.bytes.as_deref() == Some(media.bytes.as_slice()), "the bytes are others");
    }
}

#[tokio::test]
async fn several_pictures_are_one_album_with_one_text() {
    let stage = Stage::new().await;
    let op = stage.to_mia(post(anna(), "look", vec![photo(), photo(), photo()]));
    let Outcome::Delivered { parts, .. } = stage.adapter.deliver(&op, &bytes(JPEG)).await else {
        panic!("it was not sent")
    };
    let seen = stage.mia.sees();
    assert_eq!((parts.len(), seen.len()), (3, 3));
    assert!(seen.iter().all(|shown| shown.kind == "photo" && shown.album == seen[0].album));
    assert_eq!(seen.iter().filter(|shown| shown.text == "Anna (Support)\nlook").count(), 1);
}

#[tokio::test]
async fn what_says_it_is_a_picture_and_is_none_goes_as_a_document() {
    let stage = Stage::new().await;
    let op = stage.to_mia(post(anna(), "look", vec![photo(), photo()]));
    let outcome = stage.adapter.deliver(&op, &bytes(PDF)).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    assert!(stage.mia.sees().iter().all(|shown| shown.kind == "document"));
}

#[tokio::test]
async fn a_picture_that_telegram_does_not_take_goes_as_a_document() {
    let stage = Stage::new().await;
    for (method, files) in [("sendPhoto", 1), ("sendMediaGroup", 2)] {
        let words = "Bad Request: PHOTO_INVALID_DIMENSIONS".to_owned();
        stage.fake.fails(method, Fault::Refused(400, words));
        let op = stage.to_mia(post(anna(), "look", (0..files).map(|_| photo()).collect()));
        let outcome = stage.adapter.deliver(&op, &bytes(JPEG)).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
        assert!(stage.mia.sees().iter().all(|shown| shown.kind == "document"), "{method}");
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_has_not_been_sent() {
    let stage = Stage::new().await;
    let mut media = bytes(PDF);
    for told in [media.told.map(|told| told + 1), media.told.map(|told| told - 1)] {
        media.told = told;
        let pdf = attachment(FileKind::Document, "application/pdf", "a.pdf");
        let outcome = stage.adapter.deliver(&stage.to_mia(post(anna(), "", vec![pdf])), &media).await;
        let refused = matches!(&outcome, Outcome::Refused(Refusal { cause: Cause::FileRefused, .. }));
        assert!(refused, "{outcome:?}");
        assert!(stage.mia.sees().is_empty());
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_file_is_told_as_such() {
    let stage = Stage::new().await;
    stage.fake.fails("sendPhoto", Fault::CutAfter);
    let op = stage.to_mia(post(anna(), "look", vec![photo()]));
    let outcome = stage.adapter.deliver(&op, &bytes(JPEG)).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_even_opened() {
    let stage = Stage::new().await;
    let mut file = File::new(FileKind::Document, MediaRef::new("elsewhere"));
    file.size = Some(2_001 << 20);
    let large = Attachment::new(&Owner::Desk, &ChannelName::new("matrix"), &file);
    let outcome = stage.deliver(&stage.to_mia(post(anna(), "", vec![large]))).await;
    let refused = matches!(&outcome, Outcome::Refused(Refusal { cause: Cause::FileTooLarge, .. }));
    assert!(refused, "{outcome:?}");
}

#[tokio::test]
async fn a_file_of_this_bot_is_named_and_never_carried() {
    let stage = Stage::new().await;
    let op = stage.to_mia(post(anna(), "first", vec![photo()]));
    let _sent = stage.adapter.deliver(&op, &bytes(JPEG)).await;
    let seen = stage.mia.sees();
    let file_id = seen[0].raw["photo"].as_array().unwrap().last().unwrap()["file_id"].as_str().unwrap();
    let source = json!({ "file_id": file_id, "kind": "photo" }).to_string();
    let file = File::new(FileKind::Image, MediaRef::new(source.clone()));
    let ours = Attachment::new(&Owner::Desk, &ChannelName::new("telegram"), &file);
    // nothing can be opened here
    stage.done(&stage.to_team(None, post(anna(), "again", vec![ours]))).await;
    let again = stage.team.shows(None);
    assert_eq!((again[0].kind.as_str(), again[0].text.as_str()), ("photo", "Anna (Support)\nagain"));

    let mut stream = stage.adapter.open_media(&MediaRef::new(source)).await.unwrap();
    let mut read = Vec::new();
    while let Some(chunk) = stream.next().await.unwrap() {
        read.extend(chunk);
    }
    assert!(Some(read.as_slice()) == seen[0].bytes.as_deref(), "the bytes are others");
}

#[tokio::test]
async fn what_stands_beside_a_file_can_be_changed() {
    let stage = Stage::new().await;
    let op = stage.to_mia(post(anna(), "before", vec![photo()]));
    let Outcome::Delivered { parts, .. } = stage.adapter.deliver(&op, &bytes(JPEG)).await else {
        panic!("it was not sent")
    };
    let edit = |parts, text: &str| {
        let body = Body::new(&Owner::Desk, &text.into());
        stage.to_mia(Operation::Edit { parts, voice: anna(), body })
    };
    assert_eq!(stage.done(&edit(parts.clone(), "after")).await, parts);
    assert_eq!(stage.mia.sees()[0].text, "Anna (Support)\nafter");
    let more = stage.done(&edit(parts.clone(), &"long ".repeat(400))).await;
    assert_eq!(more.len(), 2);
    let seen = stage.mia.sees();
    assert_eq!((seen.len(), seen[0].text.as_str()), (2, "Anna (Support)"));
    // what has a message of its own stays there
    assert_eq!(stage.done(&edit(more.clone(), "short")).await, more);
    assert_eq!(stage.mia.sees()[1].text, "Anna (Support)\nshort");
}

#[tokio::test]
async fn a_file_that_is_gone_is_told_as_such() {
    let stage = Stage::new().await;
    let source = json!({ "file_id": "nothing", "kind": "document" }).to_string();
    let result = stage.adapter.open_media(&MediaRef::new(source)).await;
    assert_eq!(result.err(), Some(MediaError::Gone));
}
