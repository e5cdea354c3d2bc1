//! What a message says about its files, and the reference by which a file is found again. Pure; the bytes are
//! fetched elsewhere.

use super::{is, text};
use port::names::is_invisible;
use port::{File, FileKind, MediaRef};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The longest name of a file, in characters.
const NAME_MAX: usize = 200;

/// Where a file is. Written into [`MediaRef`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    /// What the Bot API finds it by, for this bot alone.
    pub(crate) file_id: String,
    /// As what it was sent, e.g. `photo`: a `file_id` can only be sent as the same.
    pub(crate) kind: String,
    /// The same for every bot and for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unique_id: Option<String>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
}

impl Source {
    fn reference(&self) -> MediaRef {
        MediaRef::new(json!(self).to_string())
    }

    /// What a reference of ours says.
    pub(crate) fn of(reference: &MediaRef) -> Option<Self> {
        serde_json::from_str(reference.as_str()).ok()
    }
}

/// The file of one of the Bot API's fields, e.g. `document`.
pub(super) fn file(field: &str, of: &Value) -> Option<File> {
    let (kind, mime) = match field {
        "photo" => (FileKind::Image, Some("image/jpeg")),
        "video" | "animation" => (FileKind::Video, None),
        "video_note" | "live_photo" => (FileKind::Video, Some("video/mp4")),
        "audio" => (FileKind::Audio, None),
        "voice" | "voice_note" => (FileKind::Voice, None),
        "sticker" if is(of, "is_animated") => (FileKind::Sticker, Some("application/x-tgsticker")),
        "sticker" if is(of, "is_video") => (FileKind::Sticker, Some("video/webm")),
        "sticker" => (FileKind::Sticker, Some("image/webp")),
        "document" => (FileKind::Document, None),
        _ => return None,
    };
    let of = if field == "photo" { largest(of)? } else { of };
    let number = |field: &str| of.get(field).and_then(Value::as_u64);
    let size = number("file_size");
    let source = Source {
        file_id: text(of, "file_id")?.to_owned(),
        kind: if field == "voice_note" { "voice" } else { field }.to_owned(),
        unique_id: text(of, "file_unique_id").map(str::to_owned),
        size,
    };
    let pixels = |field: &str| number(field).and_then(|pixels| u32::try_from(pixels).ok());
    Some(File {
        name: text(of, "file_name").map(clean_name).filter(|name| !name.is_empty()),
        mime: text(of, "mime_type").filter(|mime| is_media_type(mime)).or(mime).map(str::to_owned),
        size,
        duration_ms: number("duration").map(|seconds| seconds.saturating_mul(1_000)),
        width: pixels("width").or_else(|| pixels("length")),
        height: pixels("height").or_else(|| pixels("length")),
        ..File::new(kind, source.reference())
    })
}

/// The largest of a picture's sizes.
fn largest(sizes: &Value) -> Option<&Value> {
    let area = |size: &&Value| {
        let pixels = |field: &str| size.get(field).and_then(Value::as_u64).unwrap_or_default();
        pixels("width").saturating_mul(pixels("height"))
    };
    sizes.as_array()?.iter().filter(|size| text(size, "file_id").is_some()).max_by_key(area)
}

fn is_media_type(mime: &str) -> bool {
    let takes = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+/;= ".contains(&byte);
    mime.len() <= 120 && mime.contains('/') && mime.bytes().all(takes)
}

/// A file's name without a path and without what cannot be seen.
fn clean_name(raw: &str) -> String {
    let name = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = name.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let seen = seen.filter(|c| !c.is_control() && !is_invisible(*c));
    let name: String = seen.take(NAME_MAX).collect();
    name.trim().to_owned()
}
