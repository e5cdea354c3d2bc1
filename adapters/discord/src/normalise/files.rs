//! The files of a message, and how its channel finds them again. Pure.
//!
//! Addresses of attachments expire: whoever opens one asks for its message again, and finds it there by its id.

use crate::api::{id, list, text};
use port::{File, FileKind, MediaRef};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A recording that is to be listened to at once.
const VOICE: u64 = 1 << 13;
/// Where pictures of stickers are.
const STICKERS: &str = "https://cdn.discordapp.com/stickers";
/// Stickers that are no pictures but drawn by the client.
const LOTTIE: u64 = 3;

/// Where a file is: what [`MediaRef`] holds, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    /// The channel of its message.
    pub(crate) channel: String,
    /// Its message; a forward has its files within a snapshot.
    pub(crate) message: String,
    /// The attachment in it; none for a sticker, whose address does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attachment: Option<String>,
    /// Where it was when the message came.
    pub(crate) url: String,
}

impl Source {
    fn into_ref(self) -> MediaRef {
        MediaRef::new(serde_json::to_string(&self).unwrap_or_default())
    }
}

/// Everything that is attached to a message, or to what it forwards. `whole` is the message that came.
pub(super) fn files(message: &Value, whole: &Value) -> Vec<File> {
    let is_voice = message.get("flags").and_then(Value::as_u64).unwrap_or_default() & VOICE != 0;
    let mut files: Vec<File> =
        list(message, "attachments").iter().filter_map(|one| attachment(one, whole, is_voice)).collect();
    files.extend(list(message, "sticker_items").iter().filter_map(|one| sticker(one, whole)));
    files
}

fn source(whole: &Value, attachment: Option<String>, url: String) -> MediaRef {
    let of = |field| id(whole, field).unwrap_or_default();
    Source { channel: of("channel_id"), message: of("id"), attachment, url }.into_ref()
}

fn attachment(one: &Value, whole: &Value, is_voice: bool) -> Option<File> {
    let url = text(one, "url").or_else(|| text(one, "proxy_url"))?.to_owned();
    let mime = text(one, "content_type").map(str::to_owned);
    let family = mime.as_deref().and_then(|mime| mime.split('/').next()).unwrap_or_default();
    let kind = match family {
        "image" => FileKind::Image,
        "video" => FileKind::Video,
        "audio" if is_voice || one.get("waveform").is_some_and(Value::is_string) => FileKind::Voice,
        "audio" => FileKind::Audio,
        _ => FileKind::Document,
    };
    let pixels = |field: &str| one.get(field).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let seconds = one.get("duration_secs").and_then(Value::as_f64);
    let duration = seconds.and_then(|seconds| std::time::Duration::try_from_secs_f64(seconds).ok());
    Some(File {
        kind,
        name: text(one, "filename").map(str::to_owned),
        mime,
        size: one.get("size").and_then(Value::as_u64),
        duration_ms: duration.and_then(|duration| u64::try_from(duration.as_millis()).ok()),
        width: pixels("width"),
        height: pixels("height"),
        source: source(whole, id(one, "id"), url),
    })
}

/// A sticker that is a picture.
fn sticker(one: &Value, whole: &Value) -> Option<File> {
    let number = id(one, "id")?;
    let (ending, mime) = match one.get("format_type").and_then(Value::as_u64) {
        Some(LOTTIE) => return None,
        Some(4) => ("gif", "image/gif"),
        _ => ("png", "image/png"),
    };
    let address = text(one, "url").map_or_else(|| format!("{STICKERS}/{number}.{ending}"), str::to_owned);
    let mut file = File::new(FileKind::Sticker, source(whole, None, address));
    file.name = text(one, "name").map(|name| format!("{name}.{ending}"));
    file.mime = Some(mime.to_owned());
    Some(file)
}

/// The names of stickers that are no pictures.
pub(super) fn drawn(message: &Value) -> Vec<String> {
    let stickers = list(message, "sticker_items").iter();
    let drawn = stickers.filter(|one| one.get("format_type").and_then(Value::as_u64) == Some(LOTTIE));
    drawn.filter_map(|one| Some(format!(":{}:", text(one, "name")?))).collect()
}
