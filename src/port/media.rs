//! Files on their way from one channel to another: a bounded stream of bytes, never a whole file in memory.

use crate::content::Attachment;
use crate::operation::{Cause, Outcome, Refusal};
use async_trait::async_trait;
use tokio::sync::mpsc;

/// How many bytes a chunk of a stream has at most.
pub const CHUNK_MAX: usize = 64 * 1024;
/// How many chunks wait in a stream before its source has to.
pub const CHUNKS_WAITING_MAX: usize = 4;

/// A file's bytes as they come. Its source waits when nobody takes them, and ends when the stream is dropped.
#[derive(Debug)]
pub struct MediaStream {
    /// How many bytes there will be, if the platform says so.
    pub size: Option<u64>,
    /// Its media type, as the platform says.
    pub mime: Option<String>,
    /// The end is the end of the file, unless an error came before.
    chunks: mpsc::Receiver<Result<Vec<u8>, MediaError>>,
    /// Bytes that were looked at and not yet taken.
    first: Vec<u8>,
    /// How many bytes may pass, and how many still may.
    max: u64,
    left: u64,
}

impl MediaStream {
    /// A stream and the end that feeds it, in chunks of at most [`CHUNK_MAX`].
    #[must_use]
    pub fn new(size: Option<u64>, mime: Option<String>) -> (mpsc::Sender<Result<Vec<u8>, MediaError>>, Self) {
        let (sender, chunks) = mpsc::channel(CHUNKS_WAITING_MAX);
        (sender, Self { size, mime, chunks, first: Vec::new(), max: u64::MAX, left: u64::MAX })
    }

    /// A file that is in memory already.
    #[must_use]
    pub fn whole(bytes: Vec<u8>, mime: Option<String>) -> Self {
        // nobody feeds it: its end comes after what is there
        let (_, mut stream) = Self::new(u64::try_from(bytes.len()).ok(), mime);
        stream.first = bytes;
        stream
    }

    /// Lets so many bytes pass and no more.
    #[must_use]
    pub fn at_most(mut self, max: u64) -> Self {
        self.max = max;
        self.left = max;
        self
    }

    /// The first bytes, without taking them: at least `count`, unless the file is shorter.
    ///
    /// # Errors
    /// When the file breaks off.
    pub async fn peek(&mut self, count: usize) -> Result<&[u8], MediaError> {
        while self.first.len() < count
            && let Some(chunk) = self.chunks.recv().await.transpose()?
        {
            self.first.extend_from_slice(&chunk);
        }
        Ok(&self.first)
    }

    /// The next bytes; nothing at the end.
    ///
    /// # Errors
    /// When the file breaks off, or is longer than it may be.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, MediaError> {
        let chunk = if self.first.is_empty() {
            match self.chunks.recv().await.transpose()? {
                Some(chunk) => chunk,
                None => return Ok(None),
            }
        } else {
            let rest = self.first.split_off(self.first.len().min(CHUNK_MAX));
            std::mem::replace(&mut self.first, rest)
        };
        let bytes = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(bytes).ok_or(MediaError::TooLarge { max: self.max })?;
        Ok(Some(chunk))
    }
}

/// Why a file cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The platform does not have it any more, or never did.
    #[error("the file is not there any more")]
    Gone,
    /// It has more bytes than may pass.
    #[error("the file has more than {max} bytes")]
    TooLarge {
        /// How many may pass.
        max: u64,
    },
    /// It may not be carried as it is: not what it says it is, damaged, or from elsewhere than its platform.
    #[error("the file was refused: {0}")]
    Refused(String),
    /// It could not be had now; ask again later.
    #[error("the file cannot be reached now: {0}")]
    Later(String),
}

impl MediaError {
    /// What it means for the operation that carries the file. Nothing of it was done.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        let reason = self.to_string();
        match self {
            Self::Gone => Outcome::Refused(Refusal::because(Cause::FileGone, reason)),
            Self::TooLarge { .. } => Outcome::Refused(Refusal::because(Cause::FileTooLarge, reason)),
            Self::Refused(_) => Outcome::Refused(Refusal::because(Cause::FileRefused, reason)),
            Self::Later(_) => Outcome::Later { after: None, whole_channel: false, reason },
        }
    }
}

/// Opens files of other channels. An adapter gets it with each operation that carries some.
#[async_trait]
pub trait Media: Send + Sync {
    /// Opens a file. Can be called again after an error, and for each attempt.
    async fn open(&self, file: &Attachment) -> Result<MediaStream, MediaError>;
}

/// For operations that carry no files.
#[derive(Debug, Clone, Copy)]
pub struct NoMedia;

#[async_trait]
impl Media for NoMedia {
    async fn open(&self, _file: &Attachment) -> Result<MediaStream, MediaError> {
        Err(MediaError::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    /// What a future gives that has nothing to wait for.
    fn at_once<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it waits"),
        }
    }

    #[test]
    fn a_file_in_memory_comes_in_chunks_and_ends() {
        let bytes: Vec<u8> = (0..=255).cycle().take(2 * CHUNK_MAX + 7).collect();
        let mut stream = MediaStream::whole(bytes.clone(), Some("image/png".to_owned()));
        assert_eq!(stream.size, u64::try_from(bytes.len()).ok());
        assert_eq!(at_once(stream.peek(4)).unwrap().get(..4), bytes.get(..4));
        let mut read = Vec::new();
        while let Some(chunk) = at_once(stream.next()).unwrap() {
            assert!((1..=CHUNK_MAX).contains(&chunk.len()));
            read.extend(chunk);
        }
        assert_eq!(read, bytes);
        assert_eq!(at_once(MediaStream::whole(Vec::new(), None).next()), Ok(None));
    }

    #[test]
    fn a_file_in_memory_is_no_longer_than_it_may_be() {
        let max = u64::try_from(CHUNK_MAX).unwrap();
        let mut stream = MediaStream::whole(vec![0; CHUNK_MAX + 1], None).at_most(max);
        assert!(at_once(stream.next()).is_ok());
        assert_eq!(at_once(stream.next()), Err(MediaError::TooLarge { max }));
    }
}
