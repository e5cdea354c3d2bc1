//! Why a bridge ended: kept beside its store, for whoever asks when none runs any more.

use crate::store::private_file;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The file's name in the data directory.
const FILE: &str = "last-end.json";

/// The end of a bridge that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEnd {
    /// When.
    pub at: Timestamp,
    /// Why, as it was said then; no content.
    pub reason: String,
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

/// Keeps why this bridge ends. To be called by the process that owns the store.
///
/// # Errors
/// When the file cannot be written.
pub fn note_end(data_dir: &Path, end: &LastEnd) -> io::Result<()> {
    let mut file = private_file(&path(data_dir))?;
    file.set_len(0)?;
    file.write_all(&serde_json::to_vec(end)?)
}

/// Forgets the end before: a bridge works again, or was told to stop.
pub fn forget_end(data_dir: &Path) {
    // what is left over is replaced by the next end
    let _removed = std::fs::remove_file(path(data_dir));
}

/// Why the last bridge ended, if it failed. What cannot be read is not known.
#[must_use]
pub fn last_end(data_dir: &Path) -> Option<LastEnd> {
    serde_json::from_slice(&std::fs::read(path(data_dir)).ok()?).ok()
}
