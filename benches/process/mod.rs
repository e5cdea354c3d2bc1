//! A process that is measured.

use std::process::{Child, Command, Stdio};

/// The bridge's process, ended with the measurement.
pub(crate) struct Process(Child);

impl Process {
    /// Starts it; what it prints is not looked at.
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// What it has resident.
    pub(crate) fn memory(&self) -> Memory {
        memory(&self.0.id().to_string())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// What a process has resident, in MiB.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    /// All of it.
    pub(crate) all: f64,
    /// Without pages of the program's own file, which the kernel reads from there and drops when it likes.
    pub(crate) own: f64,
}

/// What a process has resident, by its id or `self`.
pub(crate) fn memory(process: &str) -> Memory {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
    };
    Memory { all: line("VmRSS"), own: line("RssAnon") }
}
