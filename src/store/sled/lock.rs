//! The directory of the store: made, owned by one process at a time, readable by its owner only.

use crate::store::error::StoreError;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Held while the process works on the directory; dropping it lets the next one in.
///
/// The lock is the system's own and ends with the process however it ends. The file beside it only says who holds
/// it, for the sake of whoever comes second.
#[derive(Debug)]
pub(super) struct DirLock {
    owner: PathBuf,
    _locked: File,
}

/// Who holds the lock.
#[derive(Serialize, Deserialize)]
struct Holder {
    pid: u32,
    host: String,
    since: String,
}

impl DirLock {
    /// Takes the lock of a directory that exists, or says who has it.
    pub(super) fn take(dir: &Path) -> Result<Self, StoreError> {
        let owner = dir.join("owner");
        let file =
            private_file(&dir.join("lock")).map_err(|e| StoreError::from_io(dir, "make the lock file", e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked { dir: dir.to_owned(), holder: holder(&owner) });
            }
            Err(TryLockError::Error(source)) => {
                return Err(StoreError::Io { what: "lock the store", source });
            }
        }
        write_holder(&owner).map_err(|e| StoreError::from_io(dir, "note who holds the store", e))?;
        Ok(Self { owner, _locked: file })
    }
}

impl Drop for DirLock {
    fn drop(&mut self) {
        // only the note: the lock file stays, or two processes could lock two files of one name
        let _left_behind = fs::remove_file(&self.owner);
    }
}

fn holder(owner: &Path) -> String {
    let noted = fs::read(owner).ok().and_then(|bytes| serde_json::from_slice::<Holder>(&bytes).ok());
    noted.map_or_else(
        || "another process".to_owned(),
        |Holder { pid, host, since }| format!("process {pid} on {host} since {since}"),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "an edge: the time is for a person to read, nothing is decided by it"
)]
fn write_holder(owner: &Path) -> io::Result<()> {
    let host =
        fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| fs::read_to_string("/etc/hostname"));
    let host = host.map_or_else(|_| "this host".to_owned(), |name| name.trim().to_owned());
    let since = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let holder = Holder { pid: std::process::id(), host, since };
    let mut file = private_file(owner)?;
    file.set_len(0)?;
    file.write_all(&serde_json::to_vec(&holder)?)
}

/// Makes a directory that only its owner may enter, and its parents where they are missing.
pub(super) fn private_dir(dir: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|source| StoreError::creating(dir, source))?;
    owner_only(dir).map_err(|source| StoreError::from_io(dir, "close the directory to others", source))
}

/// Opens a file for reading and writing that only its owner may read; makes it when it is missing.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    owner_only(path)?;
    Ok(file)
}

/// Takes everybody else's permissions from everything in a directory that we filled.
pub(super) fn tighten(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        match owner_only(&path) {
            // sled removes files of its own at any time
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Err(_) | Ok(()) => {}
        }
    }
    Ok(())
}

#[cfg(unix)]
fn owner_only(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path)?;
    let mode = if metadata.is_dir() { 0o700 } else { 0o600 };
    if metadata.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn owner_only(_: &Path) -> io::Result<()> {
    // a user's own directories are closed to others there
    Ok(())
}

/// Makes the names in a directory durable.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}
