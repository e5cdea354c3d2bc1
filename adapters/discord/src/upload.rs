//! Files on their way into Discord: streamed beside the message that carries them, never whole in memory.

use crate::channels;
use crate::client::Route;
use crate::download::STALL_MAX;
use crate::errors::Undone;
use crate::send::Errand;
use futures_util::stream;
use port::adapter::FILES_TIME_MAX;
use port::names::is_invisible;
use port::{Attachment, Cause, File, FileKind, Media, MediaError, MediaStream, Outcome, Refusal};
use reqwest::Body;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// The longest name of a file, in characters.
const NAME_MAX: usize = 200;
/// How many bytes tell what a file is.
const HEAD: usize = 512;
/// A little less than an operation with files has.
const WAIT: Duration = FILES_TIME_MAX.saturating_sub(Duration::from_mins(1));
/// What a file is of which nothing is known.
const BYTES: &str = "application/octet-stream";

/// Why a file broke off on its way.
type Broken = Arc<Mutex<Option<MediaError>>>;

/// Posts a message with files.
pub(crate) async fn upload(
    errand: &Errand<'_>,
    route: Route<'_>,
    mut body: Value,
    files: &[&Attachment],
    media: &dyn Media,
) -> Result<Value, Undone> {
    let max = file_max(errand).await;
    let broken = Broken::default();
    let (mut parts, mut listed) = (Vec::new(), Vec::new());
    for (number, attachment) in files.iter().enumerate() {
        let file = attachment.file().ok_or(MediaError::Gone)?;
        let mut stream = media.open(attachment).await?.at_most(max);
        if stream.size.is_some_and(|size| size > max) {
            return Err(MediaError::TooLarge { max }.into());
        }
        let mime = stream.mime.take().or_else(|| file.mime.clone()).filter(|mime| is_media_type(mime));
        let mime = mime.unwrap_or_else(|| BYTES.to_owned());
        let kind = infer::get(stream.peek(HEAD).await?).map(|kind| kind.extension());
        let name = name(&file, kind);
        listed.push(json!({ "id": number.to_string(), "filename": name }));
        parts.push((number, part(stream, &broken).file_name(name).mime_str(&mime)));
    }
    body["attachments"] = json!(listed);
    let text = Part::text(body.to_string()).mime_str("application/json");
    let unmade = || MediaError::Refused("its description is none".to_owned());
    let mut form = Form::new().part("payload_json", text.map_err(|_| unmade())?);
    for (number, part) in parts {
        form = form.part(format!("files[{number}]"), part.map_err(|_| unmade())?);
    }
    let answer = errand.shared.client.upload(route, form, WAIT).await;
    // half a request was not carried out
    if let (Err(_), Some(error)) = (&answer, broken.lock().unwrap_or_else(PoisonError::into_inner).take()) {
        return Err(error.into());
    }
    match answer {
        Err(failure) if failure.is_too_large() => Err(too_large(errand).await),
        answer => Ok(answer?),
    }
}

/// What is told of files that Discord finds too large, although none of them was for all that was known. The server may
/// have lost its boosts.
async fn too_large(errand: &Errand<'_>) -> Undone {
    if let Some(guild) = &errand.facts.guild {
        errand.shared.outgoing.channels.forget_file_max(guild);
    }
    let reason = format!("Discord takes files of {} MiB at most here", file_max(errand).await >> 20);
    Undone::Told(Outcome::Refused(Refusal::because(Cause::FileTooLarge, reason)))
}

/// Refuses files that are surely too large before anything is said: what was said cannot be said again without them.
pub(crate) async fn check(errand: &Errand<'_>, files: &[Attachment]) -> Result<(), Undone> {
    let Some(largest) = files.iter().filter_map(|file| file.size).max() else { return Ok(()) };
    if largest <= channels::FILE_MAX {
        return Ok(());
    }
    let max = file_max(errand).await;
    if largest > max { Err(MediaError::TooLarge { max }.into()) } else { Ok(()) }
}

/// How large a file may be where the errand goes.
async fn file_max(errand: &Errand<'_>) -> u64 {
    match &errand.facts.guild {
        Some(guild) => channels::file_max(errand.shared, guild).await,
        None => channels::FILE_MAX,
    }
}

/// A file as one part of a request. What breaks it off is told apart from what breaks the connection.
fn part(stream: MediaStream, broken: &Broken) -> Part {
    let size = stream.size;
    let broken = Arc::clone(broken);
    let state = (stream, broken, 0_u64);
    let chunks = stream::unfold(Some(state), move |state| async move {
        let (mut stream, broken, passed) = state?;
        let next = timeout(STALL_MAX, stream.next()).await;
        let next = next.unwrap_or_else(|_| Err(MediaError::Later("it stopped coming".to_owned())));
        let error = match next {
            Ok(Some(chunk)) => {
                let passed = passed.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                if size.is_none_or(|size| passed <= size) {
                    return Some((Ok(chunk), Some((stream, broken, passed))));
                }
                other_size()
            }
            Ok(None) if size.is_none_or(|size| passed == size) => return None,
            Ok(None) => other_size(),
            Err(error) => error,
        };
        *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        Some((Err(io::Error::other("the file broke off")), None))
    });
    let body = Body::wrap_stream(chunks);
    match size {
        Some(size) => Part::stream_with_length(body, size),
        None => Part::stream(body),
    }
}

fn other_size() -> MediaError {
    MediaError::Refused("it is not as long as its platform says".to_owned())
}

/// The name of a file: its own, without a path and without what cannot be seen, or one that says what it is.
fn name(file: &File, kind: Option<&str>) -> String {
    let own = file.name.as_deref().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = own.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let seen: String = seen.filter(|c| !c.is_control() && !is_invisible(*c)).take(NAME_MAX).collect();
    let own = seen.trim();
    if !own.is_empty() {
        return own.to_owned();
    }
    let word = match file.kind {
        FileKind::Document => "file",
        kind
        @ (FileKind::Image | FileKind::Video | FileKind::Audio | FileKind::Voice | FileKind::Sticker) => {
            kind.word()
        }
    };
    format!("{word}.{}", kind.unwrap_or("bin"))
}

fn is_media_type(mime: &str) -> bool {
    let takes = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+/;= ".contains(&byte);
    mime.len() <= 120
        && mime.contains('/')
        && mime.bytes().all(takes)
        && Part::text("").mime_str(mime).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use port::MediaRef;

    #[test]
    fn a_file_has_a_name_that_says_what_it_is() {
        let named = |kind, name: Option<&str>, found| {
            let mut file = File::new(kind, MediaRef::new("x"));
            file.name = name.map(str::to_owned);
            super::name(&file, found)
        };
        assert_eq!(named(FileKind::Image, Some("../a/holiday\u{202E}.png"), None), "holiday.png");
        assert_eq!(named(FileKind::Image, None, Some("jpg")), "image.jpg");
        assert_eq!(named(FileKind::Document, Some(" \u{200B} "), None), "file.bin");
        assert_eq!(named(FileKind::Voice, None, Some("ogg")), "voice.ogg");
    }

    #[test]
    fn what_is_no_media_type_is_not_passed_on() {
        assert!(is_media_type("image/png") && is_media_type("text/plain; charset=utf-8"));
        assert!(!is_media_type("image") && !is_media_type("a/b\r\nx: y") && !is_media_type(""));
    }
}
