//! Files on their way out of Telegram, streamed as they come. The address of a file holds the token and stays here.

use crate::client::{Failure, WAIT};
use crate::normalise::Source;
use crate::{Shared, limits};
use port::media::CHUNK_MAX;
use port::{MediaError, MediaRef, MediaStream};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long the server may take to begin. One of one's own fetches the file first.
const ANSWER_MAX: Duration = Duration::from_mins(2);
/// How long nothing may come.
const STALL_MAX: Duration = Duration::from_mins(1);

/// The tasks that feed files to whoever reads them. They end with their reader, and with the adapter.
#[derive(Default)]
pub(crate) struct Feeders(Mutex<JoinSet<()>>);

impl Feeders {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }
}

/// Opens a file that was handed over.
pub(crate) async fn open(shared: &Shared, reference: &MediaRef) -> Result<MediaStream, MediaError> {
    let source = Source::of(reference)
        .ok_or_else(|| MediaError::Refused("its reference is none of this channel's".to_owned()))?;
    let max = limits::download_max(&shared.config.api_url);
    let within = |size: Option<u64>| match (size, max) {
        (Some(size), Some(max)) if size > max => Err(MediaError::TooLarge { max }),
        (_, _) => Ok(()),
    };
    within(source.size)?;
    let wait = if max.is_some() { WAIT } else { ANSWER_MAX };
    let params = json!({ "file_id": source.file_id });
    let answer = shared.client.call("getFile", &params, wait).await;
    let file = answer.map_err(|failure| refused(&failure, max))?;
    let size = file.get("file_size").and_then(Value::as_u64);
    within(size)?;
    let path = file.get("file_path").and_then(Value::as_str).ok_or(MediaError::Gone)?;
    let path = served(path, shared.config.token.reveal());
    let response = timeout(ANSWER_MAX, shared.client.download(path)).await;
    let response = response
        .map_err(|_| MediaError::Later("the server did not answer in time".to_owned()))?
        .map_err(|failure| refused(&failure, max))?;
    let (sender, stream) = MediaStream::new(response.content_length().or(size), None);
    shared.sending.feeders.spawn(async move {
        if let Err(error) = feed(response, &sender).await {
            // whoever read is gone
            let _unread = sender.send(Err(error)).await;
        }
    });
    Ok(stream)
}

/// A file's path as it is asked for. A server of one's own in its local mode tells where it is on its disk: below a
/// directory that is named after the token.
fn served<'p>(path: &'p str, token: &str) -> &'p str {
    let Some(inside) = path.strip_prefix('/') else { return path };
    match inside.split_once(token) {
        Some((_, rest)) if !token.is_empty() => rest.trim_start_matches('/'),
        Some(_) | None => inside,
    }
}

fn refused(failure: &Failure, max: Option<u64>) -> MediaError {
    if failure.says(&["file is too big"]) {
        return MediaError::TooLarge { max: max.unwrap_or(u64::MAX) };
    }
    match failure {
        // the server does not tell a wrong id from one that it cannot use just now; waiting could be for ever
        Failure::Refused { code: 400 | 404 | 410, .. } => MediaError::Gone,
        Failure::Refused { .. } | Failure::NoMethod(_) | Failure::Lost(_) | Failure::NotSent(_) => {
            MediaError::Later(failure.to_string())
        }
    }
}

/// Passes a file on until it ends or nobody reads it any more.
async fn feed(
    mut response: reqwest::Response,
    to: &mpsc::Sender<Result<Vec<u8>, MediaError>>,
) -> Result<(), MediaError> {
    loop {
        let next = tokio::select! {
            next = timeout(STALL_MAX, response.chunk()) => next,
            () = to.closed() => return Ok(()),
        };
        let broken = || MediaError::Later("it broke off on its way from Telegram".to_owned());
        let Some(bytes) = next.map_err(|_| broken())?.map_err(|_| broken())? else { return Ok(()) };
        for chunk in bytes.chunks(CHUNK_MAX) {
            if to.send(Ok(chunk.to_vec())).await.is_err() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_on_the_servers_disk_is_asked_for_below_the_token() {
        for (path, asked) in [
            ("documents/file_1.pdf", "documents/file_1.pdf"),
            ("/var/lib/bots/12:ab/documents/file_1.pdf", "documents/file_1.pdf"),
            ("/elsewhere/file_1.pdf", "elsewhere/file_1.pdf"),
        ] {
            assert_eq!(served(path, "12:ab"), asked);
        }
    }
}
