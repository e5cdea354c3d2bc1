//! What an uploaded file is as an event. Pure.

use crate::edit::beside_file;
use crate::files::clean_name;
use crate::upload::Sent;
use port::rich::Rich;
use port::{FileKind, Voice};
use serde_json::{Value, json};

/// The type and the content of a file's event.
///
/// `is_team` says that everybody there knows who is speaking: only then may a sticker stand for itself, because
/// clients show no name beside it.
pub(crate) fn file(voice: &Voice, words: &Rich, sent: &Sent, is_team: bool) -> (&'static str, Value) {
    let shape = shape(sent.file.kind, &sent.mime);
    let name = sent.file.name.as_deref().map(clean_name).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| default_name(shape, &sent.mime));
    let mut info = json!({ "mimetype": sent.mime, "size": sent.size });
    let numbers = [
        ("w", sent.file.width.map(u64::from)),
        ("h", sent.file.height.map(u64::from)),
        ("duration", sent.file.duration_ms),
    ];
    for (field, number) in numbers {
        if let Some(number) = number {
            info[field] = json!(number);
        }
    }
    let (place, found) = &sent.place;
    let is_sticker = sent.file.kind == FileKind::Sticker && shape == "m.image";
    if is_sticker && words.is_empty() && (is_team || matches!(voice, Voice::Bridge)) {
        return ("m.sticker", json!({ "body": name, "info": info, *place: found }));
    }
    let mut content = json!({ "msgtype": shape, "filename": name, "info": info, *place: found });
    if shape == "m.audio" {
        content["org.matrix.msc1767.audio"] = match sent.file.duration_ms {
            Some(duration) => json!({ "duration": duration }),
            None => json!({}),
        };
        if sent.file.kind == FileKind::Voice {
            content["org.matrix.msc3245.voice"] = json!({});
        }
    }
    ("m.room.message", beside_file(content, voice, words))
}

/// How a file is shown: as its sender meant it, if its bytes are such.
fn shape(kind: FileKind, mime: &str) -> &'static str {
    let family = mime.split('/').next().unwrap_or_default();
    match (kind, family) {
        // clients do not show drawings that may hold programs
        (FileKind::Image | FileKind::Sticker, "image") if !mime.starts_with("image/svg") => "m.image",
        (FileKind::Video | FileKind::Image | FileKind::Sticker, "video") => "m.video",
        (FileKind::Audio | FileKind::Voice, "audio") => "m.audio",
        (FileKind::Audio | FileKind::Voice, "application") if mime.starts_with("application/ogg") => {
            "m.audio"
        }
        _ => "m.file",
    }
}

/// A name for a file without one, in no language.
fn default_name(shape: &str, mime: &str) -> String {
    let family = shape.strip_prefix("m.").unwrap_or("file");
    let kind = mime.split(['/', ';', '+']).nth(1).unwrap_or_default().trim();
    let is_known =
        !kind.is_empty() && kind.len() <= 5 && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ending = match kind {
        "mpeg" if family == "audio" => "mp3",
        "plain" => "txt",
        known if is_known => known,
        _ => "bin",
    };
    format!("{family}.{ending}")
}

#[cfg(test)]
#[path = "tests/shapes.rs"]
mod tests;
