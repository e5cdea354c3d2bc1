//! As what a file is sent: its method, and with what others it may stand in an album. Pure.

use crate::limits::{PHOTO_MAX, STICKER_MAX};
use crate::normalise::Source;
use port::FileKind;

/// What Telegram shows a file as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Photo,
    Video,
    Animation,
    Audio,
    Voice,
    VideoNote,
    Sticker,
    Document,
}

/// What may stand together in an album (Bot API, `sendMediaGroup`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Photos and videos.
    Seen,
    Audio,
    Document,
    /// Whatever stands alone.
    Single,
}

impl Shape {
    /// What a file of this bot's is; it cannot be sent as anything else.
    pub(crate) fn of_source(source: &Source, kind: FileKind) -> Self {
        match (source.kind.as_str(), kind) {
            ("photo", _) | ("", FileKind::Image) => Self::Photo,
            ("video", _) | ("", FileKind::Video) => Self::Video,
            ("animation", _) => Self::Animation,
            ("audio", _) | ("", FileKind::Audio) => Self::Audio,
            ("voice", _) | ("", FileKind::Voice) => Self::Voice,
            ("video_note", _) => Self::VideoNote,
            ("sticker", _) | ("", FileKind::Sticker) => Self::Sticker,
            _ => Self::Document,
        }
    }

    /// What a file from elsewhere is sent as: as its sender meant it, if Telegram shows such bytes so.
    pub(crate) fn of_bytes(kind: FileKind, mime: &str, size: Option<u64>) -> Self {
        let mime = mime.split(';').next().unwrap_or_default().trim();
        let is_at_most = |max: u64| size.is_some_and(|size| size <= max);
        match (kind, mime) {
            (FileKind::Sticker, "image/webp" | "video/webm" | "application/x-tgsticker")
                if is_at_most(STICKER_MAX) =>
            {
                Self::Sticker
            }
            (FileKind::Image | FileKind::Sticker, "image/gif") => Self::Animation,
            (
                FileKind::Image | FileKind::Sticker,
                "image/jpeg" | "image/png" | "image/webp" | "image/bmp",
            ) if is_at_most(PHOTO_MAX) => Self::Photo,
            (FileKind::Video | FileKind::Image | FileKind::Sticker, "video/mp4") => Self::Video,
            (FileKind::Voice, "audio/ogg" | "audio/opus" | "application/ogg") => Self::Voice,
            (
                FileKind::Audio | FileKind::Voice,
                "audio/mpeg" | "audio/mp3" | "audio/mp4" | "audio/m4a" | "audio/x-m4a",
            ) => {
                if kind == FileKind::Voice {
                    Self::Voice
                } else {
                    Self::Audio
                }
            }
            (
                FileKind::Image
                | FileKind::Video
                | FileKind::Audio
                | FileKind::Voice
                | FileKind::Sticker
                | FileKind::Document,
                _,
            ) => Self::Document,
        }
    }

    /// The method that sends it, and its parameter for the file.
    pub(crate) const fn method(self) -> (&'static str, &'static str) {
        match self {
            Self::Photo => ("sendPhoto", "photo"),
            Self::Video => ("sendVideo", "video"),
            Self::Animation => ("sendAnimation", "animation"),
            Self::Audio => ("sendAudio", "audio"),
            Self::Voice => ("sendVoice", "voice"),
            Self::VideoNote => ("sendVideoNote", "video_note"),
            Self::Sticker => ("sendSticker", "sticker"),
            Self::Document => ("sendDocument", "document"),
        }
    }

    /// With what it may stand in an album.
    pub(crate) const fn family(self) -> Family {
        match self {
            Self::Photo | Self::Video => Family::Seen,
            Self::Audio => Family::Audio,
            Self::Document => Family::Document,
            Self::Animation | Self::Voice | Self::VideoNote | Self::Sticker => Family::Single,
        }
    }

    /// Whether words may stand beside it.
    pub(crate) const fn takes_caption(self) -> bool {
        !matches!(self, Self::Sticker | Self::VideoNote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_shown_as_it_was_meant_if_telegram_can() {
        let (small, large) = (Some(1_000), Some(PHOTO_MAX + 1));
        for (kind, mime, size, shape) in [
            (FileKind::Image, "image/jpeg", small, Shape::Photo),
            (FileKind::Image, "image/jpeg", large, Shape::Document),
            (FileKind::Image, "image/jpeg", None, Shape::Document),
            (FileKind::Image, "image/gif", large, Shape::Animation),
            (FileKind::Image, "image/svg+xml", small, Shape::Document),
            (FileKind::Sticker, "image/webp", small, Shape::Sticker),
            (FileKind::Sticker, "image/webp", Some(STICKER_MAX + 1), Shape::Photo),
            (FileKind::Sticker, "image/png", small, Shape::Photo),
            (FileKind::Video, "video/mp4", large, Shape::Video),
            (FileKind::Video, "video/x-matroska", large, Shape::Document),
            (FileKind::Voice, "audio/ogg; codecs=opus", small, Shape::Voice),
            (FileKind::Voice, "audio/wav", small, Shape::Document),
            (FileKind::Audio, "audio/mpeg", small, Shape::Audio),
            (FileKind::Audio, "audio/ogg", small, Shape::Document),
            (FileKind::Document, "image/jpeg", small, Shape::Document),
        ] {
            assert_eq!(Shape::of_bytes(kind, mime, size), shape, "{kind:?} {mime} {size:?}");
        }
    }

    #[test]
    fn a_file_of_this_bot_stays_what_it_is() {
        for (word, kind, shape) in [
            ("photo", FileKind::Document, Shape::Photo),
            ("video_note", FileKind::Video, Shape::VideoNote),
            ("animation", FileKind::Image, Shape::Animation),
            ("", FileKind::Sticker, Shape::Sticker),
            ("something new", FileKind::Image, Shape::Document),
        ] {
            let source = Source { file_id: "1".into(), kind: word.into(), unique_id: None, size: None };
            assert_eq!(Shape::of_source(&source, kind), shape, "{word}");
        }
    }
}
