//! Files on their way into Matrix: streamed to our own homeserver, encrypted as they pass where the room is.
//!
//! An upload makes nothing that anybody sees. One whose answer was lost is simply made again.

use crate::cipher::{Feed, Sealer};
use crate::download::STALL_MAX;
use crate::errors::{Answer, Failure};
use crate::files::clean_name;
use crate::send::{Errand, Undone};
use crate::session::Link;
use crate::wire;
use futures_util::stream;
use matrix_sdk::HttpError;
use matrix_sdk::reqwest::{Body, Response, Url};
use port::adapter::FILES_TIME_MAX;
use port::media::CHUNKS_WAITING_MAX;
use port::{Attachment, Cause, File, Media, MediaError, MediaStream, Outcome, Refusal};
use serde_json::{Value, json};
use std::io::{self, SeekFrom};
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// The most of an answer that is read.
const ANSWER_MAX: usize = 64 * 1024;
/// What is encrypted says nothing of what it is.
const SEALED: &str = "application/octet-stream";

/// A file that the homeserver has.
pub(crate) struct Sent {
    /// What its sender's platform says about it.
    pub(crate) file: File,
    /// What its bytes are.
    pub(crate) mime: String,
    /// How many there are.
    pub(crate) size: u64,
    /// `url` or `file` of an event, and its value.
    pub(crate) place: (&'static str, Value),
}

/// Uploads a file.
pub(crate) async fn upload(
    errand: &Errand<'_>,
    attachment: &Attachment,
    media: &dyn Media,
) -> Result<Sent, Undone> {
    let told = |error: MediaError| Undone::Told(error.outcome());
    let file = attachment.file().ok_or_else(|| told(MediaError::Gone))?;
    let link = errand.link;
    let max = errand.shared.file_max.learn(&link.client).await;
    let mut stream = media.open(attachment).await.map_err(told)?;
    if stream.size.is_some_and(|size| size > max) {
        return Err(told(MediaError::TooLarge { max }));
    }
    let seals = crate::events::is_encrypted(link, &errand.room).await?;
    let mime = stream.mime.take().or_else(|| file.mime.clone()).unwrap_or_else(|| SEALED.to_owned());
    let (shown, name) = if seals { (SEALED, None) } else { (mime.as_str(), file.name.as_deref()) };
    let (to, from) = mpsc::channel(CHUNKS_WAITING_MAX);
    let (told_size, pump) = (stream.size, pump(stream, to, max, seals));
    let (pumped, answer) = if let Some(size) = told_size {
        tokio::join!(pump, put(link, shown, name, size, body(from)))
    } else {
        // a homeserver wants to know the size first
        let (pumped, spooled) = tokio::join!(pump, spool(from, &errand.shared.config.store_dir));
        let aside = |_| Failure::Ours("a file could not be put aside");
        let answer = match (&pumped, spooled.map_err(aside)) {
            (Ok(Some(Pumped { size, .. })), Ok(spooled)) => {
                put(link, shown, name, *size, Body::from(spooled)).await
            }
            (Ok(Some(_) | None) | Err(_), Err(failure)) => Err(failure),
            (Ok(None) | Err(_), Ok(_)) => Err(Failure::Ours("a file broke off")),
        };
        (pumped, answer)
    };
    let pumped = pumped.map_err(told)?;
    let mxc = answer.map_err(|failure| undone(failure, max))?;
    let Some(Pumped { size, keys }) = pumped else {
        return Err(told(MediaError::Later("the homeserver did not wait for all of it".to_owned())));
    };
    let place = match keys {
        Some(mut keys) => {
            keys["url"] = json!(mxc);
            ("file", keys)
        }
        None => ("url", json!(mxc)),
    };
    Ok(Sent { file, mime, size, place })
}

/// What passed.
struct Pumped {
    size: u64,
    /// What opens it, when it was encrypted.
    keys: Option<Value>,
}

/// Moves a file to where it is sent from. Nothing when nobody takes it any more.
async fn pump(
    mut from: MediaStream,
    to: mpsc::Sender<io::Result<Vec<u8>>>,
    max: u64,
    seals: bool,
) -> Result<Option<Pumped>, MediaError> {
    let feed = Feed::default();
    let mut input = feed.clone();
    let mut sealer = Sealer::new(feed, &mut input, seals);
    let told = from.size;
    let mut size = 0;
    let moved = async {
        loop {
            let next = timeout(STALL_MAX, from.next()).await;
            let next = next.map_err(|_| MediaError::Later("it stopped coming".to_owned()))??;
            let Some(chunk) = next else { break };
            size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if size > max {
                return Err(MediaError::TooLarge { max });
            }
            if told.is_some_and(|told| size > told) {
                return Err(other_size());
            }
            let chunk =
                sealer.seal(chunk).map_err(|_| MediaError::Refused("it cannot be encrypted".to_owned()))?;
            if to.send(Ok(chunk)).await.is_err() {
                return Ok(false);
            }
        }
        if told.is_some_and(|told| size != told) { Err(other_size()) } else { Ok(true) }
    };
    match moved.await {
        Ok(true) => Ok(Some(Pumped { size, keys: sealer.keys() })),
        Ok(false) => Ok(None),
        Err(error) => {
            // half a file must not look like a whole one
            let _unheard = to.send(Err(io::Error::other("the file broke off"))).await;
            Err(error)
        }
    }
}

fn other_size() -> MediaError {
    MediaError::Refused("it is not as long as its platform says".to_owned())
}

fn body(from: mpsc::Receiver<io::Result<Vec<u8>>>) -> Body {
    Body::wrap_stream(stream::unfold(from, async |mut from| from.recv().await.map(|chunk| (chunk, from))))
}

/// Puts a file aside, in a file without a name: it is gone as soon as it is closed, whatever happens.
async fn spool(mut from: mpsc::Receiver<io::Result<Vec<u8>>>, near: &Path) -> io::Result<tokio::fs::File> {
    let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(near)?);
    while let Some(chunk) = from.recv().await {
        file.write_all(&chunk?).await?;
    }
    file.seek(SeekFrom::Start(0)).await?;
    Ok(file)
}

/// Gives a file to the homeserver; its address there.
async fn put(link: &Link, mime: &str, name: Option<&str>, size: u64, body: Body) -> Result<String, Failure> {
    let base = link.client.homeserver();
    let base = base.as_str().trim_end_matches('/');
    let mut url = Url::parse(&format!("{base}/_matrix/media/v3/upload"))
        .map_err(|_| Failure::Ours("the homeserver's address is none"))?;
    if let Some(name) = name.map(clean_name).filter(|name| !name.is_empty()) {
        url.query_pairs_mut().append_pair("filename", &name);
    }
    let request = link
        .client
        .http_client()
        .post(url)
        .bearer_auth(link.client.access_token().unwrap_or_default())
        .header("content-type", mime)
        .header("content-length", size)
        .timeout(FILES_TIME_MAX)
        .body(body);
    let response = request.send().await.map_err(|error| wire::failure(&HttpError::Reqwest(error)))?;
    let status = response.status();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|seconds| seconds.to_str().ok()?.parse().ok())
        .map(Duration::from_secs);
    let answer = answer(response).await?;
    if status.is_success() {
        let mxc = answer.get("content_uri").and_then(Value::as_str);
        return mxc.map(str::to_owned).ok_or(Failure::Lost("the homeserver's answer could not be read"));
    }
    let millis = answer.get("retry_after_ms").and_then(Value::as_u64).map(Duration::from_millis);
    Err(Failure::Answered(Answer {
        status: status.as_u16(),
        errcode: answer.get("errcode").and_then(Value::as_str).unwrap_or_default().to_owned(),
        retry_after: retry_after.or(millis),
        orphan: false,
    }))
}

/// The JSON of an answer; null when it is none.
async fn answer(mut response: Response) -> Result<Value, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| wire::failure(&HttpError::Reqwest(error)))?
    {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_MAX {
            return Ok(Value::Null);
        }
    }
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

/// What a failed upload means. Nothing was said yet, so nothing is ever unknown.
fn undone(failure: Failure, max: u64) -> Undone {
    if failure.is_expired() {
        return failure.into();
    }
    let (after, reason) = (failure.retry_after(), failure.reason());
    let Failure::Answered(answer) = &failure else {
        return Undone::Told(Outcome::Later { after, whole_channel: false, reason });
    };
    Undone::Told(match (answer.status, answer.errcode.as_str()) {
        (413, _) | (_, "M_TOO_LARGE") => MediaError::TooLarge { max }.outcome(),
        (429 | 500.., _) | (_, "" | "M_LIMIT_EXCEEDED" | "M_UNRECOGNIZED") => {
            Outcome::Later { after, whole_channel: false, reason }
        }
        _ => Outcome::Refused(Refusal::because(Cause::FileRefused, reason)),
    })
}

#[cfg(test)]
#[path = "tests/upload.rs"]
mod tests;
