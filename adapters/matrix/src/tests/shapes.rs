//! What files are to a room.

use super::*;
use port::{ChannelName, File, MediaRef, Owner, Persona, Private};

fn anna() -> Voice {
    let name = Private::new(Owner::Channel(ChannelName::new("matrix")), "Anna");
    Voice::Persona(Persona { id: "agent-1".to_owned(), name })
}

fn sent(kind: FileKind, mime: &str, name: Option<&str>) -> Sent {
    let mut file = File::new(kind, MediaRef::new(""));
    file.name = name.map(str::to_owned);
    file.duration_ms = (kind == FileKind::Voice).then_some(1_500);
    file.width = (kind == FileKind::Image).then_some(640);
    Sent { file, mime: mime.to_owned(), size: 7, place: ("url", json!("mxc://x/y")) }
}

#[test]
fn a_file_is_shown_as_what_it_is() {
    for (kind, mime, wanted, name) in [
        (FileKind::Image, "image/png", "m.image", "image.png"),
        (FileKind::Image, "image/svg+xml", "m.file", "file.svg"),
        (FileKind::Image, "application/octet-stream", "m.file", "file.bin"),
        (FileKind::Video, "video/mp4", "m.video", "video.mp4"),
        (FileKind::Audio, "audio/mpeg", "m.audio", "audio.mp3"),
        (FileKind::Voice, "application/ogg", "m.audio", "audio.ogg"),
        (FileKind::Voice, "audio/ogg; codecs=opus", "m.audio", "audio.ogg"),
        (FileKind::Sticker, "image/webp", "m.image", "image.webp"),
        (FileKind::Sticker, "video/webm", "m.video", "video.webm"),
        (FileKind::Sticker, "application/x-tgsticker", "m.file", "file.bin"),
        (FileKind::Document, "image/png", "m.file", "file.png"),
        (FileKind::Document, "text/plain", "m.file", "file.txt"),
    ] {
        let (event_type, content) = file(&anna(), &Rich::default(), &sent(kind, mime, None), false);
        assert_eq!(event_type, "m.room.message");
        assert_eq!(
            (content["msgtype"].as_str(), content["filename"].as_str()),
            (Some(wanted), Some(name)),
            "{mime}"
        );
        assert_eq!(content["body"], "Anna: ", "nobody is without a name");
    }
}

#[test]
fn a_picture_has_its_words_beside_it() {
    let (_, content) =
        file(&anna(), &Rich::plain("look"), &sent(FileKind::Image, "image/png", Some("a/cat.png")), false);
    let wanted = json!({
        "msgtype": "m.image", "filename": "cat.png", "url": "mxc://x/y",
        "body": "Anna: look", "format": "org.matrix.custom.html",
        "formatted_body": "<strong data-mx-profile-fallback>Anna: </strong>look",
        "com.beeper.per_message_profile": { "id": "agent-1", "displayname": "Anna", "has_fallback": true },
        "info": { "mimetype": "image/png", "size": 7, "w": 640 }, "m.mentions": {},
    });
    assert_eq!(content, wanted);
    let (_, content) =
        file(&Voice::Bridge, &Rich::default(), &sent(FileKind::Image, "image/png", Some("cat.png")), false);
    assert_eq!((content["body"].as_str(), content["filename"].as_str()), (Some("cat.png"), Some("cat.png")));
}

#[test]
fn a_voice_message_can_be_listened_to_at_once() {
    let (_, content) = file(&anna(), &Rich::default(), &sent(FileKind::Voice, "audio/ogg", None), true);
    assert_eq!(content["org.matrix.msc3245.voice"], json!({}));
    assert_eq!(content["org.matrix.msc1767.audio"], json!({ "duration": 1_500 }));
    assert_eq!(content["info"]["duration"], 1_500);
    let (_, content) = file(&anna(), &Rich::default(), &sent(FileKind::Audio, "audio/ogg", None), true);
    assert_eq!(content.get("org.matrix.msc3245.voice"), None);
}

#[test]
fn a_sticker_stands_alone_only_where_its_sender_is_known() {
    let sticker = sent(FileKind::Sticker, "image/webp", Some("cat"));
    let (event_type, content) = file(&anna(), &Rich::default(), &sticker, true);
    assert_eq!(event_type, "m.sticker");
    let wanted =
        json!({ "body": "cat", "url": "mxc://x/y", "info": { "mimetype": "image/webp", "size": 7 } });
    assert_eq!(content, wanted);
    assert_eq!(file(&anna(), &Rich::plain("hi"), &sticker, true).0, "m.room.message");
    assert_eq!(file(&anna(), &Rich::default(), &sticker, false).0, "m.room.message");
}
