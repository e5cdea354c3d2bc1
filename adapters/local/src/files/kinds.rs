//! What a file is by its bytes, how it is shown, and what it is called. Pure.

use super::NAME_MAX;
use port::FileKind;
use port::names::is_invisible;
use std::fmt::Write as _;

/// What is said of bytes that nobody knows.
pub(crate) const UNKNOWN: &str = "application/octet-stream";

/// What a browser may show within a page. No format that can hold a script is among them.
const SHOWN: &[(&str, FileKind)] = &[
    ("image/png", FileKind::Image),
    ("image/jpeg", FileKind::Image),
    ("image/gif", FileKind::Image),
    ("image/webp", FileKind::Image),
    ("image/avif", FileKind::Image),
    ("video/mp4", FileKind::Video),
    ("video/webm", FileKind::Video),
    ("video/quicktime", FileKind::Video),
    ("audio/mpeg", FileKind::Audio),
    ("audio/m4a", FileKind::Audio),
    ("audio/ogg", FileKind::Audio),
    ("audio/opus", FileKind::Audio),
    ("audio/aac", FileKind::Audio),
    ("audio/x-flac", FileKind::Audio),
    ("audio/x-wav", FileKind::Audio),
];

/// How a media type is shown within a page, if it is.
pub(crate) fn shown(mime: &str) -> Option<FileKind> {
    SHOWN.iter().find(|(shown, _)| *shown == mime).map(|(_, kind)| *kind)
}

/// The media type of a file by its first bytes. What was said counts only for what has no bytes of its own (texts,
/// tables), and never makes it a picture, a film or music.
pub(crate) fn look(head: &[u8], said: Option<&str>) -> String {
    if let Some(seen) = infer::get(head) {
        return seen.mime_type().to_owned();
    }
    let said = said.and_then(|said| said.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
    let is_plain = said.len() <= 100
        && said.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.+-".contains(&byte))
        && (said.starts_with("text/") || said.starts_with("application/"));
    if is_plain { said } else { UNKNOWN.to_owned() }
}

/// How a file is shown: as its sender meant, if its bytes are such.
pub(crate) fn fitting(meant: Option<FileKind>, mime: &str) -> FileKind {
    match (meant, shown(mime)) {
        (Some(FileKind::Document), _) | (_, None) => FileKind::Document,
        (Some(FileKind::Voice), Some(FileKind::Audio)) => FileKind::Voice,
        (Some(FileKind::Sticker), Some(FileKind::Image)) => FileKind::Sticker,
        (_, Some(kind)) => kind,
    }
}

/// A file's name without its path and without what is not seen; nothing when nothing is left.
pub(crate) fn name(raw: &str) -> Option<String> {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let name: String = name.trim().chars().take(NAME_MAX).collect();
    (!name.is_empty() && name != "." && name != "..").then_some(name)
}

/// The value of `Content-Disposition` (RFC 6266) for a file.
pub(crate) fn disposition(is_shown: bool, name: Option<&str>) -> String {
    let mut value = if is_shown { "inline" } else { "attachment" }.to_owned();
    let Some(name) = name else { return value };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let _ = write!(value, "; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            value.push(char::from(byte));
        } else {
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn the_bytes_say_what_a_file_is() {
        for (head, said, wanted, kind) in [
            (PNG, Some("image/png"), "image/png", FileKind::Image),
            (PNG, Some("text/html"), "image/png", FileKind::Image),
            (
                b"MZ\x90\0",
                Some("image/png"),
                "application/vnd.microsoft.portable-executable",
                FileKind::Document,
            ),
            (b"hello", Some("text/csv; charset=utf-8"), "text/csv", FileKind::Document),
            (b"hello", Some("image/png"), UNKNOWN, FileKind::Document),
            (b"hello", Some("text/<b>"), UNKNOWN, FileKind::Document),
            (b"", None, UNKNOWN, FileKind::Document),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", Some("image/svg+xml"), UNKNOWN, FileKind::Document),
        ] {
            let mime = look(head, said);
            assert_eq!(mime, wanted, "{said:?}");
            assert_eq!(fitting(None, &mime), kind, "{said:?}");
        }
        assert_eq!(fitting(Some(FileKind::Voice), "audio/ogg"), FileKind::Voice);
        assert_eq!(fitting(Some(FileKind::Image), "audio/ogg"), FileKind::Audio);
        assert_eq!(fitting(Some(FileKind::Document), "image/png"), FileKind::Document);
        assert_eq!(fitting(Some(FileKind::Image), "text/html"), FileKind::Document);
    }

    #[test]
    fn a_name_has_no_path_and_no_tricks() {
        for (raw, wanted) in [
            ("photo.png", Some("photo.png")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\x\\a b.txt", Some("a b.txt")),
            ("gpj.\u{202E}exe", Some("gpj.exe")),
            ("a\r\nb", Some("ab")),
            ("..", None),
            ("a/", None),
            (" ", None),
        ] {
            assert_eq!(name(raw).as_deref(), wanted, "{raw}");
        }
        let long = name(&"x".repeat(500));
        assert_eq!(long.map(|name| name.len()), Some(NAME_MAX));
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(disposition(true, None), "inline");
        assert_eq!(
            disposition(false, Some("ä\"; x=.html")),
            "attachment; filename=\"___ x_.html\"; filename*=UTF-8''%C3%A4%22%3B%20x%3D.html"
        );
    }
}
