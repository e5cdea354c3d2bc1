//! Files on their way out of Matrix: asked of our own homeserver, decrypted as they pass, never whole in memory.

use crate::Shared;
use crate::cipher::{Feed, Opener};
use crate::files::Source;
use matrix_sdk::reqwest::{Response, Url};
use matrix_sdk::ruma::MxcUri;
use matrix_sdk::{Client, HttpError};
use port::adapter::FILES_TIME_MAX;
use port::media::CHUNK_MAX;
use port::{MediaError, MediaRef, MediaStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long the homeserver may take to answer. It may have to fetch the file from another server first.
const ANSWER_MAX: Duration = Duration::from_mins(2);
/// How long nothing may come.
pub(crate) const STALL_MAX: Duration = Duration::from_mins(1);

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
    let unusable = || MediaError::Refused("its reference is none of this channel's".to_owned());
    let source = Source::of(reference).ok_or_else(unusable)?;
    let link = shared.link().await.map_err(|denied| MediaError::Later(denied.reason()))?;
    let url = address(&link.client, &source.mxc).ok_or_else(unusable)?;
    let token = link.client.access_token().unwrap_or_default();
    let request = link.client.http_client().get(url).bearer_auth(token).timeout(FILES_TIME_MAX);
    let late = || MediaError::Later("the homeserver did not answer in time".to_owned());
    let response = timeout(ANSWER_MAX, request.send()).await.map_err(|_| late())?;
    let response = response
        .map_err(|error| MediaError::Later(crate::wire::failure(&HttpError::Reqwest(error)).reason()))?;
    match response.status().as_u16() {
        200 => {}
        404 | 410 => return Err(MediaError::Gone),
        401 => {
            shared.session.expire(&link).await;
            return Err(MediaError::Later("the session has expired".to_owned()));
        }
        413 => return Err(MediaError::TooLarge { max: shared.file_max.get() }),
        403 => return Err(MediaError::Refused("the homeserver does not give it out".to_owned())),
        status => {
            return Err(MediaError::Later(format!("the homeserver answered with HTTP status {status}")));
        }
    }
    let told = response.headers().get("content-type").and_then(|mime| mime.to_str().ok()).map(str::to_owned);
    let mime = source.mime.or_else(|| told.filter(|_| source.keys.is_none()));
    let (sender, stream) = MediaStream::new(response.content_length(), mime);
    shared.feeders.spawn(async move {
        if let Err(error) = feed(response, source.keys, &sender).await {
            // whoever read is gone
            let _unread = sender.send(Err(error)).await;
        }
    });
    Ok(stream)
}

/// Where our own homeserver has a file.
fn address(client: &Client, mxc: &str) -> Option<Url> {
    let (server, id) = <&MxcUri>::from(mxc).parts().ok()?;
    let base = client.homeserver();
    let base = base.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/_matrix/client/v1/media/download/{server}/{id}")).ok()
}

/// Passes a file on until it ends or nobody reads it any more.
async fn feed(
    mut response: Response,
    keys: Option<serde_json::Value>,
    to: &mpsc::Sender<Result<Vec<u8>, MediaError>>,
) -> Result<(), MediaError> {
    let damaged = || MediaError::Refused("it is damaged".to_owned());
    let feed = Feed::default();
    let mut input = feed.clone();
    let mut opener = Opener::new(feed, &mut input, keys).ok_or_else(damaged)?;
    loop {
        let next = tokio::select! {
            next = timeout(STALL_MAX, response.chunk()) => next,
            () = to.closed() => return Ok(()),
        };
        let broken = || MediaError::Later("it broke off on its way from the homeserver".to_owned());
        let Some(bytes) = next.map_err(|_| broken())?.map_err(|_| broken())? else { break };
        for chunk in bytes.chunks(CHUNK_MAX) {
            let chunk = opener.open(chunk.to_vec()).map_err(|_| damaged())?;
            if to.send(Ok(chunk)).await.is_err() {
                return Ok(());
            }
        }
    }
    if opener.ends_well() { Ok(()) } else { Err(damaged()) }
}
