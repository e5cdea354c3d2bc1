//! The real program as a process of its own: started on a directory and a port of its own, killed and started again.
//!
//! What it prints goes into files, so that nothing is lost however it ends. Nobody but the started process is ever
//! signalled.

use crate::local_client::Local;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a bridge may take to serve, or to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before looking again.
const GLANCE: Duration = Duration::from_millis(5);
/// Ports that the system gives to nobody by itself: a client of somebody else cannot take one while a bridge is down.
const PORTS: std::ops::Range<u16> = 18_000..32_000;

/// What a bridge is configured as: the local platform, a team `support` in the room `team`, and two agents.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Lines of `[desk]` beside `data_dir`.
    pub(crate) desk: String,
    /// More lines of the local channel.
    pub(crate) local: String,
    /// `[[agents]]`: Anna, a manager (`anna`), and Bernd (`bernd`).
    pub(crate) agents: String,
    /// Anything else, e.g. another channel and its team.
    pub(crate) more: String,
    /// Variables of the process's environment.
    pub(crate) environment: Vec<(String, String)>,
}

impl Default for Plan {
    fn default() -> Self {
        let agents = "[[agents]]\nname = \"Anna\"\ntitle = \"Support\"\nrole = \"manager\"\n\
                      handles = { local = \"anna\" }\n\n\
                      [[agents]]\nname = \"Bernd\"\nhandles = { local = \"bernd\" }\n";
        Self {
            desk: String::new(),
            local: String::new(),
            agents: agents.to_owned(),
            more: String::new(),
            environment: Vec::new(),
        }
    }
}

impl Plan {
    fn toml(&self, data_dir: &str, port: u16) -> String {
        let Self { desk, local, agents, more, environment: _ } = self;
        format!(
            "[desk]\ndata_dir = \"{data_dir}\"\n{desk}\n\n\
             [[channels]]\nname = \"local\"\nplatform = \"local\"\nlisten = \"127.0.0.1:{port}\"\n{local}\n\n\
             [[teams]]\nname = \"support\"\nchannel = \"local\"\nroom = \"team\"\n\n{agents}\n{more}"
        )
    }
}

/// What became of a command.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A place for a bridge: its directory, its port, and the process while one runs.
pub(crate) struct Bridge {
    home: TempDir,
    plan: Plan,
    port: u16,
    child: Option<Child>,
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.kill_9();
    }
}

impl Bridge {
    /// Starts a bridge with the usual plan and waits until it serves.
    pub(crate) fn start() -> Self {
        Self::start_with(Plan::default())
    }

    /// Starts a bridge and waits until it serves.
    pub(crate) fn start_with(plan: Plan) -> Self {
        let mut bridge = Self::prepare(plan);
        bridge.restart();
        bridge
    }

    /// Everything but the process: [`Bridge::restart`] starts it.
    pub(crate) fn prepare(plan: Plan) -> Self {
        let home = tempfile::tempdir().unwrap();
        let port = free_port();
        fs::write(home.path().join("deskbridge.toml"), plan.toml("data", port)).unwrap();
        Self { home, plan, port, child: None }
    }

    /// Starts the process on the same data and port, and waits until it serves.
    pub(crate) fn restart(&mut self) {
        self.spawn();
        let deadline = Instant::now() + PATIENCE;
        while !serves(self.port) {
            let ended = self.running().try_wait().unwrap();
            assert!(ended.is_none(), "it ended with {ended:?}: {}", self.stderr());
            assert!(Instant::now() < deadline, "it does not serve: {}", self.stderr());
            std::thread::sleep(GLANCE);
        }
    }

    /// Starts the process without waiting for anything.
    pub(crate) fn spawn(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let mut command = self.command(&["run"]);
        command.stdout(self.output("stdout")).stderr(self.output("stderr"));
        self.child = Some(command.spawn().unwrap());
    }

    /// Ends the process on the spot.
    pub(crate) fn kill_9(&mut self) {
        if let Some(mut child) = self.child.take() {
            // it may have ended by itself
            let _gone = child.kill();
            let _gone = child.wait();
        }
    }

    /// Asks the process to end; [`Bridge::ended`] waits for it.
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Sends a signal, e.g. `-INT`, to the process.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// How the process ended, once it has by itself.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.running().try_wait().unwrap() {
                self.child = None;
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end: {}", self.stderr());
            std::thread::sleep(GLANCE);
        }
    }

    /// Asks the process to end and waits until it has.
    pub(crate) fn stop(&mut self) {
        self.terminate();
        let status = self.ended();
        assert_eq!(status.code(), Some(0), "{}", self.stderr());
    }

    /// Runs `deskbridge` with this bridge's configuration and environment until it ends.
    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        done(self.command(arguments))
    }

    /// `deskbridge` with this bridge's configuration and environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_on("deskbridge.toml", arguments)
    }

    /// `deskbridge` with another configuration in this bridge's directory.
    pub(crate) fn command_on(&self, config: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskbridge"));
        command.current_dir(self.home()).args(arguments).args(["--config", config]).stdin(Stdio::null());
        command.env_remove("DESKBRIDGE_LOG").envs(self.plan.environment.iter().cloned());
        command
    }

    /// Writes a configuration that differs from this bridge's in where its data is, and maybe in its port.
    pub(crate) fn write_config(&self, name: &str, data_dir: &str, port: u16) {
        fs::write(self.home().join(name), self.plan.toml(data_dir, port)).unwrap();
    }

    /// The plan for the next start; directory and port stay.
    pub(crate) fn replan(&mut self, plan: Plan) {
        self.plan = plan;
        self.write_config("deskbridge.toml", "data", self.port);
    }

    /// A client of the local platform.
    pub(crate) fn local(&self) -> Local {
        Local::new(&self.url())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.home().join("data")
    }

    /// What all processes of this bridge printed as results.
    pub(crate) fn stdout(&self) -> String {
        self.printed("stdout")
    }

    /// What all processes of this bridge logged.
    pub(crate) fn stderr(&self) -> String {
        self.printed("stderr")
    }

    fn printed(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.home().join(name)).unwrap_or_default()).into_owned()
    }

    fn output(&self, name: &str) -> File {
        OpenOptions::new().create(true).append(true).open(self.home().join(name)).unwrap()
    }

    fn running(&mut self) -> &mut Child {
        self.child.as_mut().unwrap()
    }
}

/// Runs a command until it ends.
pub(crate) fn done(mut command: Command) -> Done {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

/// A port on which nobody listens. Each is given once by this process.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // processes that test at the same time begin at different places
    let count = PORTS.end - PORTS.start;
    let first = u16::try_from(std::process::id() * 97 % u32::from(count)).unwrap();
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + (first + step % count) % count;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// Whether the local platform answers on a port.
fn serves(port: u16) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, std::io::Error>(answer.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}
