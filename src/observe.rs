//! What is logged, and nothing else: every log line of the shell is a function here.
//!
//! No line holds a body, a name, a handle or a token, at any level. What other crates would log is cut off
//! altogether, because their messages quote what they read and send; so are the texts of panics. Whoever adds a
//! line takes ids, counts, words and times as arguments, never a value that somebody wrote.

pub(crate) mod relay;

use port::{ChannelName, Health};
use std::io::{self, IsTerminal as _};
use std::panic::PanicHookInfo;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata, error, info, warn};
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The variable that says how much is logged, as `tracing-subscriber` reads it: `info`, `deskbridge=debug`, …
pub const LOG_VARIABLE: &str = "DESKBRIDGE_LOG";
/// What is logged when it says nothing.
const LOG_DEFAULT: &str = "info";

/// Begins to log to standard error. `wanted` is the value of [`LOG_VARIABLE`].
///
/// Called once, before anything else happens; a second call changes nothing.
pub fn start(wanted: Option<&str>) {
    std::panic::set_hook(Box::new(panicked));
    let ansi = io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(ansi).with_target(false);
    let unreadable = filter(wanted).is_err();
    let wanted = filter(wanted).unwrap_or_else(|()| EnvFilter::new(LOG_DEFAULT));
    let started = tracing_subscriber::registry().with(capped(lines, wanted)).try_init();
    if unreadable && started.is_ok() {
        warn!(variable = LOG_VARIABLE, "is not readable as a log filter: taking \"info\"");
    }
}

fn filter(wanted: Option<&str>) -> Result<EnvFilter, ()> {
    EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse(wanted.filter(|text| !text.trim().is_empty()).unwrap_or(LOG_DEFAULT))
        .map_err(drop)
}

/// A layer that passes what is wanted, and never anything that is not ours.
fn capped<S>(
    layer: impl tracing_subscriber::Layer<S> + Send + Sync,
    wanted: EnvFilter,
) -> impl tracing_subscriber::Layer<S> + Send + Sync
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    layer.with_filter(wanted).with_filter(ours())
}

fn ours() -> FilterFn {
    let is_ours: fn(&Metadata<'_>) -> bool = is_ours;
    FilterFn::new(is_ours).with_max_level_hint(Level::TRACE)
}

/// Whether a line or a span was written by us.
fn is_ours(meta: &Metadata<'_>) -> bool {
    let root = meta.target().split("::").next().unwrap_or_default();
    matches!(root, "deskbridge" | "deskbridge_port" | "deskbridge_local" | "deskbridge_matrix")
}

/// A panic's text may quote what was worked on; where it happened is enough to find it.
fn panicked(panic: &PanicHookInfo<'_>) {
    let (file, line) = panic.location().map_or(("unknown", 0), |at| (at.file(), at.line()));
    error!(file, line, "a part of the bridge broke: please report this line");
}

/// The process begins.
pub fn starting(version: &str) {
    info!(version, "starting");
}

/// Everything is connected or being connected.
pub fn started(channels: usize, teams: usize, agents: usize) {
    info!(channels, teams, agents, "started");
}

/// The first signal, or a failure that ends the process.
pub fn stopping(cause: &str) {
    info!(cause, "stopping: nothing new is taken in; a second signal stops at once");
}

/// What the end waits for.
pub fn waiting_for(parts: &str) {
    info!(parts, "stopping: still waiting");
}

/// A second signal.
pub fn stopped_at_once() {
    warn!("stopped at once: what was not yet kept will be fetched again at the next start");
}

/// A task ended although nobody asked it to.
pub fn task_broke(name: &str) {
    error!(name, "a task broke off");
}

/// A channel's connection changed.
pub fn health(channel: &ChannelName, health: &Health) {
    let channel = channel.as_str();
    match health {
        Health::Starting => info!(channel, "connecting"),
        Health::Connected => info!(channel, "connected"),
        Health::Degraded { reason } => warn!(channel, reason, "works with something missing"),
        Health::Conflict { reason } => error!(channel, reason, "somebody else uses the same credentials"),
        Health::BadCredentials { reason } => error!(channel, reason, "the platform refuses the credentials"),
        Health::Down { reason, .. } => warn!(channel, reason, "no connection; trying on"),
    }
}

/// `deskbridge status` cannot ask this process.
pub fn status_unavailable(reason: &str) {
    warn!(reason, "`deskbridge status` cannot ask this process");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(wanted: &str, act: impl FnOnce()) -> String {
        let page = Page::default();
        let writer = page.clone();
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(capped(lines, filter(Some(wanted)).unwrap()));
        tracing::subscriber::with_default(subscriber, act);
        let bytes = page.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_other_crates_log_is_never_seen_even_at_trace() {
        let logged = logged("trace,hyper=trace,matrix_sdk=trace", || {
            let span = tracing::error_span!(target: "matrix_sdk::room", "send", body = "marker-1");
            let _inside = span.enter();
            tracing::error!(target: "hyper::proto", "marker-2");
            tracing::trace!(target: "deskbridgeother", "marker-3");
            tracing::trace!(target: "deskbridge_matrix::sync", "ours");
            tracing::trace!(target: "deskbridge", "ours as well");
        });
        assert!(!logged.contains("marker"), "{logged}");
        assert!(logged.contains("ours") && logged.contains("ours as well"), "{logged}");
    }

    #[test]
    fn no_more_is_logged_than_is_wanted() {
        let log = || {
            tracing::debug!(target: "deskbridge", "small");
            tracing::info!(target: "deskbridge", "large");
        };
        let usual = logged(LOG_DEFAULT, log);
        assert!(usual.contains("large") && !usual.contains("small"), "{usual}");
        let more = logged("deskbridge=debug", log);
        assert!(more.contains("large") && more.contains("small"), "{more}");
        assert!(logged("off", log).is_empty());
        assert!(filter(Some("deskbridge=loud")).is_err());
    }
}
