//! The bytes of files, in the channel's own directory: written as they come, read as they are wanted.
//!
//! A file lies under an id of its own; what it is and who may see it, the log's rows say. What no row names is
//! swept away. Nothing here gathers a file in memory, and nothing here knows HTTP.

pub(crate) mod kinds;
mod stream;
mod writing;

pub(crate) use stream::stream;
pub(crate) use writing::{Stored, WriteError};

use jiff::Timestamp;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::{self, DirBuilder, File};

/// The largest file, in bytes.
pub(crate) const FILE_MAX: u64 = 100 * 1024 * 1024;
/// The longest name of a file, in characters.
pub(crate) const NAME_MAX: usize = 120;
/// How long a file without a message is kept.
pub(crate) const WAITING_MAX: Duration = Duration::from_hours(1);

/// The directory of a channel's files.
#[derive(Debug)]
pub(crate) struct Files {
    directory: PathBuf,
}

impl Files {
    pub(crate) const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Where a file is; nothing for what cannot be an id.
    fn path(&self, id: &str) -> Option<PathBuf> {
        let is_id =
            !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        is_id.then(|| self.directory.join(id))
    }

    /// Opens a file to be read.
    pub(crate) async fn open(&self, id: &str) -> io::Result<File> {
        let path = self.path(id).ok_or(io::ErrorKind::NotFound)?;
        File::open(path).await
    }

    /// Removes a file. What cannot be removed now is swept later.
    pub(crate) async fn remove(&self, id: &str) {
        let Some(path) = self.path(id) else { return };
        if let Err(error) = fs::remove_file(path).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(error = %error.kind(), "a file that nobody needs could not be removed");
        }
    }

    /// The ids of files that were last written before a time, half-written ones included.
    pub(crate) async fn older_than(&self, time: Timestamp) -> io::Result<Vec<String>> {
        let mut names = match fs::read_dir(&self.directory).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            names => names?,
        };
        let mut old = Vec::new();
        while let Some(entry) = names.next_entry().await? {
            let written = entry.metadata().await.and_then(|meta| meta.modified()).ok();
            let written = written.and_then(|written| Timestamp::try_from(written).ok());
            if written.is_some_and(|written| written < time)
                && let Ok(name) = entry.file_name().into_string()
            {
                old.push(name);
            }
        }
        Ok(old)
    }

    /// Makes the directory, for its owner only.
    async fn make(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        builder.mode(0o700);
        builder.create(&self.directory).await
    }
}

/// Makes what was written into a directory durable.
async fn sync(directory: &Path) -> io::Result<()> {
    // a directory can be opened and synced on Unix only
    if cfg!(unix) { File::open(directory).await?.sync_all().await } else { Ok(()) }
}
