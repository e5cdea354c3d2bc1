//! Files on their way out of Discord. Addresses of attachments expire, so the message is asked for a fresh one.

use crate::Shared;
use crate::api;
use crate::client::Failure;
use crate::render::is_id;
use port::media::CHUNK_MAX;
use port::{MediaError, MediaRef, MediaStream};
use reqwest::Response;
use serde::Deserialize;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long the first byte may take.
const ANSWER_MAX: Duration = Duration::from_mins(1);
/// How long nothing may come.
pub(crate) const STALL_MAX: Duration = Duration::from_mins(1);
/// How deep in a message its attachments are looked for: forwards have theirs within.
const DEPTH: usize = 6;

/// Where a file is: what the way in wrote into its reference.
#[derive(Deserialize)]
struct Source {
    channel: String,
    message: String,
    /// The attachment of the message; none for a sticker, whose address does not expire.
    attachment: Option<String>,
    /// Where it was when the message came.
    url: String,
}

/// The tasks that feed files to whoever reads them. They end with their reader, and with the adapter.
#[derive(Debug, Default)]
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
    let unusable = || MediaError::Refused("its reference is none of this channel's".to_owned());
    let source: Source = serde_json::from_str(reference.as_str()).map_err(|_| unusable())?;
    let address = match &source.attachment {
        Some(attachment) => fresh(shared, &source, attachment).await?,
        None => source.url.clone(),
    };
    let late = || MediaError::Later("Discord did not answer in time".to_owned());
    let response = timeout(ANSWER_MAX, shared.client.download(&address)).await.map_err(|_| late())?;
    let response = response.map_err(|failure| match failure {
        Failure::Refused { status: 403 | 404 | 410, .. } => MediaError::Gone,
        Failure::NotSent(_) | Failure::Lost(_) | Failure::Limited { .. } | Failure::Refused { .. } => {
            MediaError::Later(failure.reason())
        }
    })?;
    let mime = response.headers().get("content-type").and_then(|mime| mime.to_str().ok()).map(str::to_owned);
    let (sender, stream) = MediaStream::new(response.content_length(), mime);
    shared.outgoing.feeders.spawn(async move {
        if let Err(error) = feed(response, &sender).await {
            // whoever read is gone
            let _unread = sender.send(Err(error)).await;
        }
    });
    Ok(stream)
}

/// Where an attachment is now.
async fn fresh(shared: &Shared, source: &Source, attachment: &str) -> Result<String, MediaError> {
    if !is_id(&source.channel) || !is_id(&source.message) {
        return Ok(source.url.clone());
    }
    let path = format!("/channels/{}/messages/{}", source.channel, source.message);
    match api::get(&shared.client, &path).await {
        Ok(message) => find(&message, attachment, DEPTH).ok_or(MediaError::Gone),
        // taken back since; the address that came with it may hold still
        Err(failure) if failure.is_gone() || failure.is_forbidden() => Ok(source.url.clone()),
        Err(failure) => Err(MediaError::Later(failure.reason())),
    }
}

/// The address of an attachment, wherever in a message it is.
fn find(value: &Value, attachment: &str, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let listed = value.get("attachments").and_then(Value::as_array).into_iter().flatten();
    let wanted = listed.filter(|one| api::id(one, "id").as_deref() == Some(attachment));
    if let Some(url) = { wanted }.find_map(|one| api::text(one, "url")) {
        return Some(url.to_owned());
    }
    let snapshots = value.get("message_snapshots").and_then(Value::as_array).into_iter().flatten();
    { snapshots }.find_map(|one| find(one.get("message").unwrap_or(one), attachment, depth))
}

/// Passes a file on until it ends or nobody reads it any more.
async fn feed(
    mut response: Response,
    to: &mpsc::Sender<Result<Vec<u8>, MediaError>>,
) -> Result<(), MediaError> {
    let broken = || MediaError::Later("it broke off on its way from Discord".to_owned());
    loop {
        let next = tokio::select! {
            next = timeout(STALL_MAX, response.chunk()) => next,
            () = to.closed() => return Ok(()),
        };
        let Some(bytes) = next.map_err(|_| broken())?.map_err(|_| broken())? else { return Ok(()) };
        for chunk in bytes.chunks(CHUNK_MAX) {
            if to.send(Ok(chunk.to_vec())).await.is_err() {
                return Ok(());
            }
        }
    }
}
