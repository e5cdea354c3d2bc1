//! Everything that can go wrong with the store, in words that say what to do.

use std::io;
use std::path::PathBuf;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The directory cannot be made.
    #[error("cannot create the store's directory {}: choose another data_dir or mend its parent", dir.display())]
    Create {
        /// Which directory.
        dir: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The directory or a file in it cannot be written.
    #[error("cannot write to the store in {}: give this account write permission, or mount it writable", dir.display())]
    ReadOnly {
        /// Which directory.
        dir: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another process works on the store.
    #[error("the store in {} is in use by {holder}: stop that first", dir.display())]
    Locked {
        /// Which directory.
        dir: PathBuf,
        /// Who: process id, host, since when.
        holder: String,
    },
    /// No room on the disk, in the quota, or under the file size limit.
    #[error("no space left for the store in {}: make room, then start again; what was acknowledged is kept", dir.display())]
    Full {
        /// Which directory.
        dir: PathBuf,
    },
    /// What is stored does not read as it was written.
    #[error(
        "the store in {} is damaged ({reason}): move that directory away and restore the last export \
         with `deskbridge import`",
        dir.display()
    )]
    Damaged {
        /// Which directory.
        dir: PathBuf,
        /// What was noticed.
        reason: String,
    },
    /// A newer version wrote the store.
    #[error("the store in {} has format {found}, this version knows {known}: use the version that wrote it", dir.display())]
    Format {
        /// Which directory.
        dir: PathBuf,
        /// The format found.
        found: u64,
        /// The newest format known.
        known: u64,
    },
    /// An import was begun and not finished.
    #[error("the store in {} holds half an import: run `deskbridge import` again with a whole file", dir.display())]
    HalfImported {
        /// Which directory.
        dir: PathBuf,
    },
    /// Figures were to be written anew, and that was cut short.
    #[error("the figures in {} are rebuilt by half: run `deskbridge figures rebuild` again", dir.display())]
    HalfRebuilt {
        /// Which directory.
        dir: PathBuf,
    },
    /// There is nothing to read.
    #[error("there is no store in {}: check data_dir", dir.display())]
    Missing {
        /// Which directory.
        dir: PathBuf,
    },
    /// The store was written under a master key and none is configured.
    #[error("the store is sealed under a master key: configure master_key_env or master_key_file")]
    MasterKeyMissing,
    /// The configured master key is not the one the store was written under.
    #[error("the master key does not open this store: configure the key it was first started with")]
    MasterKeyWrong,
    /// The writer's lease has passed.
    #[error("the commit belongs to epoch {given}, the store is at {current}: another process took over")]
    Epoch {
        /// The batch's.
        given: u64,
        /// The store's.
        current: u64,
    },
    /// A key that cannot be stored.
    #[error("the key {key:?} cannot be stored: {reason}")]
    Key {
        /// The key, cut to a readable length.
        key: String,
        /// Why.
        reason: &'static str,
    },
    /// A value that cannot be stored.
    #[error("the row {key} cannot be stored: {reason}")]
    Value {
        /// The row's key.
        key: String,
        /// Why.
        reason: &'static str,
    },
    /// A value longer than a row may be.
    #[error("the row {key} has {bytes} bytes, at most {max} can be stored")]
    TooLarge {
        /// The row's key.
        key: String,
        /// How many.
        bytes: usize,
        /// How many at most.
        max: usize,
    },
    /// A write failed earlier; nothing is kept or shown any more, so that nothing is acknowledged wrongly.
    #[error("the store stopped after a failed write ({reason}): mend the cause and start again")]
    Stopped {
        /// What failed.
        reason: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The store holds something already.
    #[error("the store in {} is not empty: import into a new data_dir", dir.display())]
    NotEmpty {
        /// Which directory.
        dir: PathBuf,
    },
    /// An export cannot be read back.
    #[error("cannot import line {line}: {reason}")]
    Import {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Reading or writing failed for another reason.
    #[error("failed to {what}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// The system gave no random bytes.
    #[error("failed to draw random bytes for a key: {0}")]
    Random(String),
}

impl StoreError {
    /// A directory could not be made.
    pub(crate) fn creating(dir: &std::path::Path, source: io::Error) -> Self {
        let dir = dir.to_owned();
        if is_full(&source) { Self::Full { dir } } else { Self::Create { dir, source } }
    }

    /// A system error, told apart by what a person has to do about it.
    pub(crate) fn from_io(dir: &std::path::Path, what: &'static str, source: io::Error) -> Self {
        let dir = dir.to_owned();
        if is_full(&source) {
            Self::Full { dir }
        } else if is_read_only(&source) {
            Self::ReadOnly { dir, source }
        } else {
            Self::Io { what, source }
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind as E;
    matches!(error.kind(), E::StorageFull | E::QuotaExceeded | E::FileTooLarge)
}

fn is_read_only(error: &io::Error) -> bool {
    use io::ErrorKind as E;
    matches!(error.kind(), E::PermissionDenied | E::ReadOnlyFilesystem)
}
