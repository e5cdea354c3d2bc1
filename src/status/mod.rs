//! How a bridge is, for `deskbridge status`: figures and ids, no names and no words of anybody.
//!
//! The running bridge answers on a Unix socket in its data directory, which only its owner can reach: one JSON
//! document, then the end. No question can be asked there and nothing can be changed.

mod end;
mod lanes;
mod shown;

pub use end::{LastEnd, forget_end, last_end, note_end};
pub(crate) use lanes::is_stuck;
pub use lanes::{Aside, Lanes, RefusedRoom, Resting, Stuck, WedgedLane};

use crate::observe;
use jiff::Timestamp;
use port::{ChannelName, Health, Stop};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The socket's name in the data directory.
const SOCKET: &str = "status.sock";
/// How long one reader may take; one that does not read must not keep others from it.
const READER_MAX: Duration = Duration::from_secs(2);
/// The longest answer that is read, in bytes.
const ANSWER_MAX: u64 = 16 * 1024 * 1024;
/// How many lanes that need a person, rooms that refuse and threads with something set aside are listed one by one.
pub const LISTED_MAX: usize = 20;
/// How many of the operations that were set aside are looked at for that.
pub(crate) const ASIDE_READ_MAX: usize = 512;

/// How a bridge is at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The program's version.
    pub version: String,
    /// The process, when one runs.
    pub pid: Option<u32>,
    /// When it was started, when one runs.
    pub started_at: Option<Timestamp>,
    /// When this was true.
    pub at: Timestamp,
    /// The connections, in the order of the configuration; empty when no bridge runs.
    pub channels: Vec<ChannelStatus>,
    /// The open threads.
    pub threads: Threads,
    /// What is to be sent.
    pub lanes: Lanes,
    /// Operations that were refused or may not have arrived, and wait for `retry`; they are kept.
    pub set_aside: u64,
    /// Whose they are; at most [`LISTED_MAX`].
    #[serde(default)]
    pub set_aside_list: Vec<Aside>,
    /// Why the last bridge ended, when it failed and none has worked since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_end: Option<LastEnd>,
}

/// How a connection is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelStatus {
    /// Its configured name.
    pub name: ChannelName,
    /// The word for its platform.
    pub platform: String,
    /// In one word.
    pub health: HealthWord,
    /// What is wrong and what to do; empty when nothing is.
    pub reason: String,
    /// Since when there is no connection.
    pub since: Option<Timestamp>,
}

/// How a connection is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthWord {
    /// Not yet connected.
    Starting,
    /// All is well.
    Connected,
    /// Works, with something missing.
    Degraded,
    /// Somebody else uses the same credentials.
    Conflict,
    /// The platform does not take the credentials.
    BadCredentials,
    /// No connection.
    Down,
}

impl ChannelStatus {
    /// What an adapter says of itself.
    #[must_use]
    pub fn new(name: ChannelName, platform: impl Into<String>, health: &Health) -> Self {
        let (health, reason, since) = match health {
            Health::Starting => (HealthWord::Starting, "", None),
            Health::Connected => (HealthWord::Connected, "", None),
            Health::Degraded { reason } => (HealthWord::Degraded, reason.as_str(), None),
            Health::Conflict { reason } => (HealthWord::Conflict, reason.as_str(), None),
            Health::BadCredentials { reason } => (HealthWord::BadCredentials, reason.as_str(), None),
            Health::Down { since, reason } => (HealthWord::Down, reason.as_str(), Some(*since)),
        };
        Self { name, platform: platform.into(), health, reason: reason.to_owned(), since }
    }
}

/// The open threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threads {
    /// How many are open.
    pub open: u64,
    /// How many of them wait for an answer.
    pub unanswered: u64,
    /// The time of the oldest message that waits for an answer.
    pub oldest_unanswered_at: Option<Timestamp>,
}

impl Status {
    /// The status of a bridge about which nothing is known yet.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: None,
            started_at: None,
            at,
            channels: Vec::new(),
            threads: Threads::default(),
            lanes: Lanes::default(),
            set_aside: 0,
            set_aside_list: Vec::new(),
            last_end: None,
        }
    }
}

/// Where a bridge with this data directory answers.
#[must_use]
pub fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join(SOCKET)
}

/// Answers everybody who asks, each with what is `current` then, until `stop`. A bridge that cannot answer still
/// works: it says so once and goes on.
///
/// To be called by the process that owns the store, after it was opened: a socket left over by another one is
/// taken away.
#[cfg(unix)]
pub async fn serve(data_dir: &Path, current: impl Fn() -> Status + Send + Sync, mut stop: Stop) {
    let path = socket(data_dir);
    let listener = match bind(&path) {
        Ok(listener) => listener,
        Err(error) => return observe::status_unavailable(&error.to_string()),
    };
    loop {
        let accepted = tokio::select! {
            () = stop.wait() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((reader, _)) => {
                let answer = serde_json::to_vec(&current()).unwrap_or_default();
                // a reader who goes away or dawdles has no answer; nobody else is the worse for it
                let _answered = tokio::time::timeout(READER_MAX, answer_to(reader, &answer)).await;
            }
            Err(error) => {
                observe::status_unavailable(&error.to_string());
                tokio::time::sleep(READER_MAX).await;
            }
        }
    }
    // a file left over is taken away at the next start
    let _removed = std::fs::remove_file(&path);
}

#[cfg(unix)]
fn bind(path: &Path) -> io::Result<tokio::net::UnixListener> {
    use std::os::unix::fs::PermissionsExt as _;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = tokio::net::UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

#[cfg(unix)]
async fn answer_to(mut reader: tokio::net::UnixStream, answer: &[u8]) -> io::Result<()> {
    use tokio::io::AsyncWriteExt as _;
    reader.write_all(answer).await?;
    reader.shutdown().await
}

/// Does nothing: there are no Unix sockets here.
#[cfg(not(unix))]
pub async fn serve(_data_dir: &Path, _current: impl Fn() -> Status + Send + Sync, mut stop: Stop) {
    observe::status_unavailable("this system has no Unix sockets");
    stop.wait().await;
}

/// Asks the bridge that runs with this data directory. `None` when none runs.
///
/// # Errors
/// When one seems to run and gives no answer that can be read.
#[cfg(unix)]
pub fn ask(data_dir: &Path) -> io::Result<Option<Status>> {
    use std::io::Read as _;
    let stream = match std::os::unix::net::UnixStream::connect(socket(data_dir)) {
        Ok(stream) => stream,
        Err(error) => return if nobody_answers(error.kind()) { Ok(None) } else { Err(error) },
    };
    stream.set_read_timeout(Some(READER_MAX * 5))?;
    let mut answer = Vec::new();
    stream.take(ANSWER_MAX).read_to_end(&mut answer)?;
    serde_json::from_slice(&answer).map(Some).map_err(io::Error::from)
}

/// Nothing there, left over, or on a path too long for a socket, on which no bridge can answer either.
#[cfg(unix)]
const fn nobody_answers(error: io::ErrorKind) -> bool {
    matches!(error, io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::InvalidInput)
}

/// Never finds one: there are no Unix sockets here.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn ask(_data_dir: &Path) -> io::Result<Option<Status>> {
    Ok(None)
}
