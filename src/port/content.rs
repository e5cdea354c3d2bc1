//! What a message says: a text with its looks, and files. In transit as people sent it, at rest sealed.

use crate::ids::ChannelName;
use crate::private::{Owner, Private};
use crate::rich::{Rich, Span};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// What somebody said.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The text; for a single file its caption. May be empty when there are files.
    pub text: Rich,
    /// In the order in which they were sent. What was sent as one album is one message.
    pub files: Vec<File>,
}

impl<T: Into<Rich>> From<T> for Content {
    fn from(text: T) -> Self {
        Self { text: text.into(), files: Vec::new() }
    }
}

/// A file as its sender's platform describes it. Nothing of it is believed: the bytes are looked at when they pass.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// How it is shown.
    pub kind: FileKind,
    /// Its name, without a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its media type, e.g. `image/png`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// How long it plays, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Its width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Where its channel finds it.
    pub source: MediaRef,
}

impl File {
    /// A file of which nothing is known but how to get it.
    #[must_use]
    pub const fn new(kind: FileKind, source: MediaRef) -> Self {
        Self {
            kind,
            name: None,
            mime: None,
            size: None,
            duration_ms: None,
            width: None,
            height: None,
            source,
        }
    }

    /// How long it plays.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({:?}, {:?} bytes)", self.kind, self.size)
    }
}

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A picture.
    Image,
    /// A moving picture.
    Video,
    /// Music, a recording.
    Audio,
    /// A voice message, recorded to be listened to at once.
    Voice,
    /// A picture instead of words.
    Sticker,
    /// Anything else.
    Document,
}

impl FileKind {
    /// A word for logs and for the journal.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Sticker => "sticker",
            Self::Document => "document",
        }
    }
}

/// Where a channel finds a file: opaque, minted by its adapter, usable as long as the platform keeps the file. It may
/// hold keys; nobody but that adapter looks inside, and it is never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MediaRef(String);

impl MediaRef {
    /// Wraps what the adapter needs to find the file again.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// What the adapter wrote.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MediaRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MediaRef(…)")
    }
}

/// A text with its looks, sealed at rest. Without looks it is stored as the text alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "StoredBody", from = "StoredBody")]
pub struct Body {
    text: Private,
    /// The looks as JSON: addresses of links are as private as the text.
    spans: Option<Private>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum StoredBody {
    Plain(Private),
    Rich { text: Private, spans: Private },
}

impl From<StoredBody> for Body {
    fn from(stored: StoredBody) -> Self {
        match stored {
            StoredBody::Plain(text) => Self { text, spans: None },
            StoredBody::Rich { text, spans } => Self { text, spans: Some(spans) },
        }
    }
}

impl From<Body> for StoredBody {
    fn from(Body { text, spans }: Body) -> Self {
        match spans {
            None => Self::Plain(text),
            Some(spans) => Self::Rich { text, spans },
        }
    }
}

impl From<Private> for Body {
    fn from(text: Private) -> Self {
        Self { text, spans: None }
    }
}

impl Body {
    /// A text that belongs to an owner.
    #[must_use]
    pub fn new(of: &Owner, rich: &Rich) -> Self {
        let spans = (!rich.is_plain()).then(|| serde_json::to_string(rich.spans()).unwrap_or_default());
        Self {
            text: Private::new(of.clone(), rich.text()),
            spans: spans.map(|spans| Private::new(of.clone(), spans)),
        }
    }

    /// The text with its looks; a sign that stands for what was erased.
    #[must_use]
    pub fn rich(&self) -> Rich {
        let spans = self.spans.as_ref().and_then(Private::text);
        let spans: Option<Vec<Span>> = spans.and_then(|spans| serde_json::from_str(spans).ok());
        Rich::new(self.text.shown(), spans.unwrap_or_default())
    }

    /// The text alone.
    #[must_use]
    pub const fn text(&self) -> &Private {
        &self.text
    }

    /// The text alone, or a sign that stands for what was erased.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.text.shown()
    }
}

/// A file that goes from one channel to another, sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The channel that has it; [`ChannelName::bridge`] for what is made when it is sent.
    pub channel: ChannelName,
    /// How it is shown.
    pub kind: FileKind,
    /// Its size in bytes, as its sender's platform says.
    pub size: Option<u64>,
    /// Everything else as JSON: a file's name is as private as a text.
    details: Private,
}

impl Attachment {
    /// A file of a channel that belongs to an owner.
    #[must_use]
    pub fn new(of: &Owner, channel: &ChannelName, file: &File) -> Self {
        Self {
            channel: channel.clone(),
            kind: file.kind,
            size: file.size,
            details: Private::new(of.clone(), serde_json::to_string(file).unwrap_or_default()),
        }
    }

    /// The file, unless it was erased.
    #[must_use]
    pub fn file(&self) -> Option<File> {
        serde_json::from_str(self.details.text()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::markdown;

    #[test]
    fn a_plain_body_is_stored_as_its_text_and_a_rich_one_comes_back() {
        let plain = Body::new(&Owner::Desk, &Rich::plain("hi"));
        let stored = serde_json::to_value(&plain).unwrap();
        assert_eq!(stored, serde_json::json!({ "$private": { "of": "desk", "text": "hi" } }));
        assert_eq!(serde_json::from_value::<Body>(stored).unwrap(), plain);

        let rich = markdown::parse("a **b** [c](https://d.example)");
        let body = Body::new(&Owner::Desk, &rich);
        let stored = serde_json::to_value(&body).unwrap();
        assert_eq!(serde_json::from_value::<Body>(stored).unwrap().rich(), rich);
    }

    #[test]
    fn a_file_shows_neither_its_name_nor_where_it_is() {
        let mut file = File::new(FileKind::Image, MediaRef::new("secret"));
        file.name = Some("holiday.png".into());
        let attachment = Attachment::new(&Owner::Desk, &ChannelName::new("shop"), &file);
        assert_eq!(attachment.file(), Some(file.clone()));
        let shown = format!("{file:?} {attachment:?} {:?}", file.source);
        assert!(!shown.contains("holiday") && !shown.contains("secret"), "{shown}");
    }
}
