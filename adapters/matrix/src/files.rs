//! What the content of an event says about its file, and the reference by which the file is found again. Pure; the
//! bytes are [`crate::download`]'s.

use crate::normalise::text;
use port::names::is_invisible;
use port::{File, FileKind, MediaRef};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The longest name of a file, in characters.
const NAME_MAX: usize = 200;

/// Where a file is, and what opens it. Written into [`MediaRef`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    /// Its `mxc://` address.
    pub(crate) mxc: String,
    /// Key, hash and all that a file of an encrypted room is read with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) keys: Option<Value>,
    /// Its media type, because a homeserver does not know what is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mime: Option<String>,
}

impl Source {
    /// The reference to be handed out.
    fn reference(&self) -> MediaRef {
        MediaRef::new(json!(self).to_string())
    }

    /// What a reference of ours says.
    pub(crate) fn of(reference: &MediaRef) -> Option<Self> {
        serde_json::from_str(reference.as_str()).ok()
    }
}

/// The file that the content of an event names.
pub(crate) fn file(content: &Value, kind: FileKind) -> Option<File> {
    let info = content.get("info").unwrap_or(&Value::Null);
    let number = |field: &str| number(info.get(field)?);
    let mime = text(info, "mimetype").filter(|mime| is_media_type(mime)).map(str::to_owned);
    let (mxc, keys) = if let Some(encrypted) = content.get("file") {
        let parts = ["v", "key", "iv", "hashes"].iter();
        let keys = parts.map(|part| Some(((*part).to_owned(), encrypted.get(*part)?.clone())));
        (text(encrypted, "url")?, Some(Value::Object(keys.collect::<Option<_>>()?)))
    } else {
        (text(content, "url")?, None)
    };
    mxc.starts_with("mxc://").then_some(())?;
    let source = Source { mxc: mxc.to_owned(), keys, mime: mime.clone() };
    let name = text(content, "filename").or_else(|| text(content, "body")).map(clean_name);
    Some(File {
        name: name.filter(|name| !name.is_empty()),
        mime,
        size: number("size"),
        duration_ms: number("duration")
            .or_else(|| self::number(content.pointer("/org.matrix.msc1767.audio/duration")?)),
        width: number("w").and_then(|pixels| u32::try_from(pixels).ok()),
        height: number("h").and_then(|pixels| u32::try_from(pixels).ok()),
        ..File::new(kind, source.reference())
    })
}

/// Whether a sound is a voice message.
pub(crate) fn is_voice(content: &Value) -> bool {
    ["org.matrix.msc3245.voice", "org.matrix.msc3245.voice.v2", "m.voice"]
        .iter()
        .any(|key| content.get(*key).is_some_and(|value| !value.is_null()))
}

/// A whole number; some clients write fractions of milliseconds.
fn number(value: &Value) -> Option<u64> {
    let whole = |fraction: f64| format!("{:.0}", fraction.abs()).parse().ok();
    value.as_u64().or_else(|| value.as_f64().filter(|fraction| *fraction >= 0.0).and_then(whole))
}

fn is_media_type(mime: &str) -> bool {
    let takes = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+/;= ".contains(&byte);
    mime.len() <= 120 && mime.contains('/') && mime.bytes().all(takes)
}

/// A file's name without a path and without what cannot be seen.
pub(crate) fn clean_name(raw: &str) -> String {
    let name = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = name.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let seen = seen.filter(|c| !c.is_control() && !is_invisible(*c));
    let name: String = seen.take(NAME_MAX).collect();
    name.trim().to_owned()
}
