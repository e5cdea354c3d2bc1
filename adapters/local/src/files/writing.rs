//! A file on its way to the disk.

use super::{FILE_MAX, Files, kinds, sync};
use crate::log::rows::Filed;
use crate::random;
use port::{FileKind, Private};
use std::io;
use std::path::PathBuf;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

/// How many of the first bytes tell what a file is.
const LOOK: usize = 4 * 1024;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// It has more bytes than may be.
    #[error("the file has more than {FILE_MAX} bytes")]
    TooLarge,
    /// The disk is full, or not ours.
    #[error("failed to write the file ({})", .0.kind())]
    Disk(#[from] io::Error),
}

/// A file of which some bytes are written. Gone when it is dropped.
pub(crate) struct Writing {
    id: String,
    file: File,
    stored: Stored,
    /// The first bytes, to tell what it is.
    head: Vec<u8>,
    size: u64,
}

/// A file that is written, and removed when it is dropped before it is [`Stored::keep`]t.
pub(crate) struct Stored {
    path: PathBuf,
    is_kept: bool,
}

impl Stored {
    /// A row names it now.
    pub(crate) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        if !self.is_kept {
            // one that stays is swept later
            let _gone = std::fs::remove_file(&self.path);
        }
    }
}

impl Files {
    /// Begins a new file.
    pub(crate) async fn begin(&self) -> io::Result<Writing> {
        self.make().await?;
        let id = random::name().map_err(io::Error::other)?;
        let path = self.directory.join(&id);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        Ok(Writing { id, file, stored: Stored { path, is_kept: false }, head: Vec::new(), size: 0 })
    }
}

impl Writing {
    /// Adds bytes.
    pub(crate) async fn push(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.size =
            self.size.checked_add(more).filter(|size| *size <= FILE_MAX).ok_or(WriteError::TooLarge)?;
        let missing = LOOK.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(missing));
        Ok(self.file.write_all(bytes).await?)
    }

    /// Makes it durable and says what it is. `kind` and `mime` are what its sender said.
    pub(crate) async fn finish(
        mut self,
        kind: Option<FileKind>,
        mime: Option<&str>,
        name: Option<Private>,
    ) -> Result<(Filed, Stored), WriteError> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        if let Some(directory) = self.stored.path.parent() {
            sync(directory).await?;
        }
        let mime = kinds::look(&self.head, mime);
        let filed = Filed { id: self.id, kind: kinds::fitting(kind, &mime), name, mime, size: self.size };
        Ok((filed, self.stored))
    }
}
