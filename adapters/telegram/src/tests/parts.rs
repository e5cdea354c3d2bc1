//! Which requests a message is made of.

use super::*;
use port::{FileKind, MediaRef, Owner, Private};

fn anna() -> Voice {
    let name = Private::new(Owner::Desk, "Anna");
    Voice::Persona(Persona { id: "agent-1".to_owned(), name })
}

fn channel() -> ChannelName {
    ChannelName::new("telegram")
}

fn attachment(kind: FileKind, mime: &str, of: &str) -> Attachment {
    let mut file = File::new(kind, MediaRef::new("elsewhere"));
    file.mime = Some(mime.to_owned());
    file.size = Some(1_000);
    Attachment::new(&Owner::Desk, &ChannelName::new(of), &file)
}

/// What is sent, in short: texts as they are, albums as their shapes and their caption.
fn shown(voice: &Voice, body: &str, files: &[Attachment], is_team: bool) -> Vec<String> {
    let parts = parts(voice.into(), &Rich::plain(body), files, &[], (&channel(), is_team));
    let show = |part: &Part<'_>| match part {
        Part::Text(words) => words.text.clone(),
        Part::Files(items, words) => {
            let shapes: Vec<String> = items.iter().map(|item| format!("{:?}", item.shape)).collect();
            format!("[{}] {}", shapes.join(" "), words.text)
        }
    };
    parts.iter().map(show).collect()
}

fn photo() -> Attachment {
    attachment(FileKind::Image, "image/jpeg", "matrix")
}

fn document() -> Attachment {
    attachment(FileKind::Document, "application/pdf", "matrix")
}

fn sticker() -> Attachment {
    attachment(FileKind::Sticker, "image/webp", "matrix")
}

#[test]
fn a_text_stands_beside_its_files_if_it_can() {
    let long = "x".repeat(1_020);
    let named = format!("Anna\n{long}");
    for (body, files, wanted) in [
        ("hi", vec![], vec!["Anna\nhi"]),
        ("hi", vec![photo()], vec!["[Photo] Anna\nhi"]),
        ("", vec![photo()], vec!["[Photo] Anna"]),
        ("hi", vec![photo(), photo()], vec!["[Photo Photo] Anna\nhi"]),
        ("hi", vec![photo(), document()], vec!["[Photo] Anna", "[Document] Anna", "Anna\nhi"]),
        (long.as_str(), vec![photo()], vec!["[Photo] Anna", named.as_str()]),
        ("hi", vec![sticker()], vec!["[Sticker] ", "Anna\nhi"]),
        ("", vec![sticker()], vec!["Anna", "[Sticker] "]),
    ] {
        assert_eq!(shown(&anna(), body, &files, false), wanted, "{body} {}", files.len());
    }
    assert_eq!(shown(&anna(), "", &[sticker()], true), ["[Sticker] "]);
    assert_eq!(shown(&Voice::Bridge, "", &[photo()], false), ["[Photo] "]);
    assert!(shown(&Voice::Bridge, " ", &[], false).is_empty());
}

#[test]
fn an_album_holds_at_most_ten_of_a_kind() {
    let files: Vec<Attachment> = (0..11).map(|_| photo()).collect();
    let shown = shown(&Voice::Bridge, "", &files, false);
    assert_eq!(shown.iter().map(|album| album.matches("Photo").count()).collect::<Vec<_>>(), [10, 1]);
}

#[test]
fn a_file_of_this_bot_goes_by_its_id_and_others_are_carried() {
    let source = r#"{"file_id":"abc","kind":"video_note"}"#;
    let file = File::new(FileKind::Video, MediaRef::new(source));
    let ours = Attachment::new(&Owner::Desk, &channel(), &file);
    let item = Item::new(&ours, &channel());
    assert_eq!(item.source.map(|source| source.file_id).as_deref(), Some("abc"));
    assert_eq!(item.shape, Shape::VideoNote);
    let others = Attachment::new(&Owner::Desk, &ChannelName::new("other"), &file);
    assert!(Item::new(&others, &channel()).source.is_none());
}
