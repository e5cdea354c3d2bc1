//! How a bridge is, for `deskbridge status`: figures and ids, no names and no words of anybody.
//!
//! The running bridge answers on a Unix socket in its data directory, which only its owner can reach: one JSON
//! document, then the end. No question can be asked there and nothing can be changed.

use crate::observe;
use jiff::{SignedDuration, Timestamp};
use port::{ChannelName, Health, Stop};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The socket's name in the data directory.
const SOCKET: &str = "status.sock";
/// How long one reader may take; one that does not read must not keep others from it.
const READER_MAX: Duration = Duration::from_secs(2);
/// The longest answer that is read, in bytes.
const ANSWER_MAX: u64 = 16 * 1024 * 1024;
/// How many wedged lanes are listed one by one.
pub const WEDGED_LISTED_MAX: usize = 20;

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

/// What is to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lanes {
    /// How many operations wait, in all lanes together.
    pub waiting: u64,
    /// How many lanes have something that waits.
    pub busy: u64,
    /// How many lanes need a person.
    pub wedged: u64,
    /// Some of those, the longest first; at most [`WEDGED_LISTED_MAX`].
    pub wedged_list: Vec<WedgedLane>,
}

/// A lane that needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WedgedLane {
    /// The channel it leads to.
    pub channel: ChannelName,
    /// The thread it belongs to, when it belongs to one.
    pub thread: Option<u64>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How many operations wait in it.
    pub waiting: u64,
    /// Why, in the platform's words; no content.
    pub reason: String,
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
        }
    }

    /// As a person reads it.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut text = format!("deskbridge {}", self.version);
        match (self.pid, self.started_at) {
            (Some(pid), Some(started)) => {
                let up = shown_span(self.at.duration_since(started));
                let _written = write!(text, ", running as process {pid} for {up}");
            }
            _ => text.push_str(", not running; this is what the store holds"),
        }
        for channel in &self.channels {
            let sign = match channel.health {
                HealthWord::Connected => '✓',
                HealthWord::Starting => '…',
                HealthWord::Degraded => '!',
                HealthWord::Conflict | HealthWord::BadCredentials | HealthWord::Down => '✗',
            };
            let _written =
                write!(text, "\n  {sign} {} ({}): {}", channel.name, channel.platform, channel.said(self.at));
        }
        let threads = &self.threads;
        let _written = write!(text, "\n  threads: {} open, {} unanswered", threads.open, threads.unanswered);
        if let Some(oldest) = threads.oldest_unanswered_at {
            let _written = write!(text, ", the oldest waits {}", shown_span(self.at.duration_since(oldest)));
        }
        let lanes = &self.lanes;
        let _written = write!(
            text,
            "\n  to send: {} waiting in {} lanes, {} wedged",
            lanes.waiting, lanes.busy, lanes.wedged
        );
        for lane in &lanes.wedged_list {
            let thread = lane.thread.map_or_else(String::new, |thread| format!(" #{thread}"));
            let since = lane.since.map_or_else(String::new, |since| {
                format!(" for {}", shown_span(self.at.duration_since(since)))
            });
            let _written = write!(
                text,
                "\n    ✗ {}{thread}{since}: {} ({} waiting)",
                lane.channel, lane.reason, lane.waiting
            );
        }
        let _written = write!(text, "\n  set aside: {}", self.set_aside);
        text
    }
}

impl ChannelStatus {
    fn said(&self, now: Timestamp) -> String {
        let word = match self.health {
            HealthWord::Starting => "connecting",
            HealthWord::Connected => "connected",
            HealthWord::Degraded => "works with something missing",
            HealthWord::Conflict => "somebody else uses the same credentials",
            HealthWord::BadCredentials => "the platform refuses the credentials",
            HealthWord::Down => "no connection",
        };
        let since = self
            .since
            .map_or_else(String::new, |since| format!(" for {}", shown_span(now.duration_since(since))));
        let colon = if self.reason.is_empty() { "" } else { ": " };
        format!("{word}{since}{colon}{}", self.reason)
    }
}

/// A length of time in its two largest units.
fn shown_span(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {:02} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
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
