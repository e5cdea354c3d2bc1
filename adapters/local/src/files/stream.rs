//! A file as a stream for another channel.

use super::Files;
use port::media::CHUNK_MAX;
use port::{MediaError, MediaStream};
use std::io;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

/// Opens a file; one of `tasks` feeds the stream until its end, or until nobody takes it any more.
pub(crate) async fn stream(
    files: &Files,
    tasks: &TaskTracker,
    id: &str,
    size: u64,
    mime: &str,
) -> Result<MediaStream, MediaError> {
    let file = files.open(id).await.map_err(failed)?;
    let (chunks, stream) = MediaStream::new(Some(size), Some(mime.to_owned()));
    tasks.spawn(feed(file, chunks));
    Ok(stream)
}

async fn feed(mut file: File, chunks: mpsc::Sender<Result<Vec<u8>, MediaError>>) {
    loop {
        let mut chunk = vec![0; CHUNK_MAX];
        let read = file.read(&mut chunk).await.map(|count| chunk.truncate(count));
        let is_end = chunk.is_empty();
        let next = read.map(|()| chunk).map_err(failed);
        let has_failed = next.is_err();
        if is_end || chunks.send(next).await.is_err() || has_failed {
            return;
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn failed(error: io::Error) -> MediaError {
    if error.kind() == io::ErrorKind::NotFound {
        return MediaError::Gone;
    }
    MediaError::Later(format!("it cannot be read ({})", error.kind()))
}
