//! Files over HTTP: taken as they come, given as they are read, never gathered.

use super::Served;
use super::error::ApiError;
use super::view::FileView;
use crate::files::{FILE_MAX, WriteError, kinds};
use crate::log::LogError;
use crate::log::rows::Author;
use axum::Json;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use port::Private;
use port::media::CHUNK_MAX;
use serde::Deserialize;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

/// How long an upload may pause.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// A file is nobody's page: nothing in it is run, whatever it is taken for.
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// What an upload is called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) name: Option<String>,
}

/// Takes a file for a message that is still to come.
pub(super) async fn receive(
    served: &Served,
    chat: &str,
    author: &Author,
    name: Option<&str>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if header(CONTENT_LENGTH)
        .and_then(|length| length.parse::<u64>().ok())
        .is_some_and(|size| size > FILE_MAX)
    {
        return Err(too_large());
    }
    if !served.log.has_room(chat).await? {
        return Err(LogError::TooMany("uploads without a message").into());
    }
    let name = name.and_then(kinds::name).map(|name| served.log.private(name));
    let mut writing = served.log.files.begin().await.map_err(|error| unwritten(&error.into()))?;
    let mut chunks = body.into_data_stream();
    loop {
        let next = timeout(PAUSE_MAX, chunks.next()).await.map_err(|_| broken_off())?;
        let Some(chunk) = next else { break };
        let chunk = chunk.map_err(|_| broken_off())?;
        writing.push(&chunk).await.map_err(|error| unwritten(&error))?;
    }
    let (file, stored) =
        writing.finish(None, header(CONTENT_TYPE), name).await.map_err(|error| unwritten(&error))?;
    if file.size == 0 {
        return Err(ApiError::unusable("the file is empty", "send its bytes as the body"));
    }
    served.log.uploaded(chat, author, &file).await?;
    stored.keep();
    Ok((StatusCode::CREATED, Json(FileView::new(&file))).into_response())
}

/// Gives a file of a chat that a message there has.
pub(super) async fn send(served: &Served, chat: &str, id: &str) -> Result<Response, ApiError> {
    let gone = || ApiError::no_such("file", "it went with its message; read the messages again");
    let row = served.log.file(id).await?.filter(|row| row.used && row.chat == chat).ok_or_else(gone)?;
    let bytes = served.log.files.open(&row.file.id).await.map_err(|_| gone())?;
    let is_shown = kinds::shown(&row.file.mime).is_some();
    let kind = if is_shown { row.file.mime.as_str() } else { kinds::UNKNOWN };
    let disposition = kinds::disposition(is_shown, row.file.name.as_ref().and_then(Private::text));
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_LENGTH, row.file.size.to_string()),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned()),
    ];
    Ok((headers, read(bytes)).into_response())
}

fn read(file: File) -> Body {
    Body::from_stream(futures_util::stream::try_unfold(file, async |mut file| {
        let mut chunk = vec![0; CHUNK_MAX];
        let count = file.read(&mut chunk).await?;
        chunk.truncate(count);
        Ok::<_, std::io::Error>((count > 0).then_some((chunk, file)))
    }))
}

fn too_large() -> ApiError {
    let hint = format!("at most {FILE_MAX} bytes");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "the file is too large", hint)
}

fn broken_off() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "the file broke off", "send it again")
}

fn unwritten(error: &WriteError) -> ApiError {
    match error {
        WriteError::TooLarge => too_large(),
        WriteError::Disk(_) => {
            tracing::error!(%error, "the local platform cannot keep a file");
            let hint = "make room on the disk, then send it again";
            ApiError::new(StatusCode::INSUFFICIENT_STORAGE, "the file could not be written", hint)
        }
    }
}
