//! The program as a process of its own, in a directory of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a bridge may take to end.
const PATIENCE: Duration = Duration::from_secs(30);

fn program(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbridge"));
    command.current_dir(directory).args(arguments).env_remove("DESKBRIDGE_LOG").stdin(Stdio::null());
    command
}

/// What became of it: exit code, standard output, standard error.
pub(crate) fn done(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = program(directory, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A directory with the shipped configuration on a port of its own.
pub(crate) fn desk() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let shipped = fs::read_to_string("config/deskbridge.toml").unwrap().replace("8080", &port.to_string());
    fs::create_dir(directory.path().join("config")).unwrap();
    fs::write(directory.path().join("config/deskbridge.toml"), shipped).unwrap();
    directory
}

/// A running bridge; killed when dropped.
pub(crate) struct Bridge {
    child: Child,
    said: String,
}

impl Drop for Bridge {
    fn drop(&mut self) {
        // it may have ended by itself
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

impl Bridge {
    /// Starts it and waits until it says where to go.
    pub(crate) fn start(directory: &Path) -> Self {
        Self::start_with(directory, &[])
    }

    /// As [`Self::start`], with variables in its environment. What it logs goes into the file `log`.
    pub(crate) fn start_with(directory: &Path, variables: &[(&str, &str)]) -> Self {
        let log = File::create(directory.join("log")).unwrap();
        let mut command = program(directory, &[]);
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        assert!(said.starts_with("Customers write "), "{said}");
        Self { child, said }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The address of its pages.
    pub(crate) fn url(&self) -> &str {
        let (_, url) = self.said.split_once("at ").unwrap();
        url.strip_suffix("/customer").unwrap()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Its exit code, once it has ended by itself.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::yield_now();
        }
    }
}
