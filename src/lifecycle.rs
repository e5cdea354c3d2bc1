//! How the process ends, and who is waited for.
//!
//! The first signal asks everybody to finish; a second one ends the process on the spot, which is safe, because
//! whatever was not kept is fetched or sent again. Every task of the shell is started here, so that none is
//! forgotten and the end can say whom it waits for.

use crate::{console, observe};
use port::Stop;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

/// How often the end says whom it waits for.
const REMINDER: Duration = Duration::from_secs(3);

/// The signals that end a process, listened to from the moment this is made.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Listens from now on. Must be called inside the runtime.
    ///
    /// # Errors
    /// When the system does not let us.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Listens from now on.
    ///
    /// # Errors
    /// Never here.
    #[cfg(not(unix))]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// The next signal's name.
    #[cfg(unix)]
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> &'static str {
        // without a way to listen there is no signal, and the process is ended from outside
        match tokio::signal::ctrl_c().await {
            Ok(()) => "Ctrl-C",
            Err(_) => std::future::pending().await,
        }
    }

    /// Pulls `stop` at the first signal and ends the process at the second. Never comes back by itself: race it
    /// against the work, or give it to [`Tasks::spawn_aside`].
    pub async fn pull(mut self, stop: watch::Sender<bool>) {
        let first = self.next().await;
        observe::stopping(first);
        stop.send_replace(true);
        let second = self.next().await;
        exit_at_once(second)
    }
}

#[expect(clippy::disallowed_methods, reason = "a second signal asks for exactly this")]
fn exit_at_once(signal: &str) -> ! {
    observe::stopped_at_once();
    console::err(format!("{signal} again: stopped at once"));
    std::process::exit(1)
}

/// The shell's tasks, each with a name.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    running: Arc<Mutex<BTreeMap<u64, String>>>,
    stop: Option<watch::Sender<bool>>,
}

impl Tasks {
    /// No tasks yet. When one of them breaks off, `stop` is pulled: a bridge with a part missing must not look
    /// alive.
    #[must_use]
    pub fn new(stop: watch::Sender<bool>) -> Self {
        Self { stop: Some(stop), ..Self::default() }
    }

    /// Starts a task that the end waits for.
    pub fn spawn(&self, name: impl Into<String>, task: impl Future<Output = ()> + Send + 'static) {
        let running = Running::begin(Arc::clone(&self.running), name.into(), self.stop.clone());
        self.tracker.spawn(async move {
            task.await;
            running.well();
        });
    }

    /// Starts a task that the end does not wait for; it is dropped with the runtime.
    #[expect(clippy::disallowed_methods, reason = "it has nothing to finish")]
    pub fn spawn_aside(&self, task: impl Future<Output = ()> + Send + 'static) {
        // nothing is lost with the handle: the task ends with the runtime
        drop(tokio::spawn(task));
    }

    /// The names of the tasks that have not ended, in the order they were started.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.values().cloned().collect()
    }

    /// Waits until every task has ended, and says every few seconds which have not.
    pub async fn finished(&self) {
        self.tracker.close();
        loop {
            tokio::select! {
                () = self.tracker.wait() => return,
                () = tokio::time::sleep(REMINDER) => observe::waiting_for(&self.names().join(", ")),
            }
        }
    }
}

/// A task while it runs; takes its name off the list when it goes, however it goes.
struct Running {
    list: Arc<Mutex<BTreeMap<u64, String>>>,
    number: u64,
    ended_well: bool,
    stop: Option<watch::Sender<bool>>,
}

impl Running {
    fn begin(
        list: Arc<Mutex<BTreeMap<u64, String>>>,
        name: String,
        stop: Option<watch::Sender<bool>>,
    ) -> Self {
        let mut tasks = list.lock().unwrap_or_else(PoisonError::into_inner);
        let number = tasks.last_key_value().map_or(0, |(last, _)| last + 1);
        tasks.insert(number, name);
        drop(tasks);
        Self { list, number, ended_well: false, stop }
    }

    fn well(mut self) {
        self.ended_well = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let name = self.list.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
        if !self.ended_well && std::thread::panicking() {
            observe::task_broke(&name.unwrap_or_default());
            if let Some(stop) = &self.stop {
                stop.send_replace(true);
            }
        }
    }
}

/// A stop for the whole process, and the sender that pulls it.
#[must_use]
pub fn stop() -> (watch::Sender<bool>, Stop) {
    Stop::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_waits_for_every_task() {
        let (pull, mut stop) = stop();
        let tasks = Tasks::new(pull.clone());
        tasks.spawn("one", async {});
        tasks.spawn("two", async move { stop.wait().await });
        while tasks.names() != ["two"] {
            tokio::task::yield_now().await;
        }
        pull.send_replace(true);
        tasks.finished().await;
        assert!(tasks.names().is_empty());
    }

    #[tokio::test]
    async fn a_task_that_breaks_off_stops_the_process() {
        let (pull, mut stop) = stop();
        let tasks = Tasks::new(pull);
        tasks.spawn("weak", async { panic!("on purpose") });
        stop.wait().await;
        tasks.finished().await;
        assert!(tasks.names().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_task_is_named_and_still_waited_for() {
        let (pull, _stop) = stop();
        let tasks = Tasks::new(pull);
        tasks.spawn("slow", tokio::time::sleep(REMINDER * 5));
        tasks.finished().await;
        assert!(tasks.names().is_empty());
    }
}
