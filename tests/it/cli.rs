//! The program as a person starts it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const COMMANDS: [&str; 6] = ["run", "check", "status", "export", "import", "schema"];
const PATIENCE: Duration = Duration::from_secs(30);

fn program(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbridge"));
    command.current_dir(directory).args(arguments).env_remove("DESKBRIDGE_LOG").stdin(Stdio::null());
    command
}

fn done(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = program(directory, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A directory with the shipped configuration on a port of its own.
fn desk() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let shipped = fs::read_to_string("config/deskbridge.toml").unwrap().replace("8080", &port.to_string());
    fs::create_dir(directory.path().join("config")).unwrap();
    fs::write(directory.path().join("config/deskbridge.toml"), shipped).unwrap();
    directory
}

/// A running bridge; killed when dropped.
struct Bridge(Child);

impl Drop for Bridge {
    fn drop(&mut self) {
        // it may have ended by itself
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

impl Bridge {
    /// Starts it and waits until it says where to go.
    fn start(directory: &Path) -> Self {
        let mut command = program(directory, &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        assert!(first.contains("Customers write at http://127.0.0.1:"), "{first}");
        Self(child)
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Its exit code and what it logged.
    fn ended(mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::yield_now();
        };
        let mut log = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (status.code(), log)
    }
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let here = Path::new(".");
    let (code, overview, _) = done(here, &["--help"]);
    assert_eq!(code, 0);
    for command in COMMANDS {
        assert!(overview.contains(&format!("\n  {command} ")), "{command} is not in {overview}");
        let (code, help, _) = done(here, &[command, "--help"]);
        assert_eq!(code, 0);
        assert!(help.contains("Example") && help.contains(&format!("deskbridge {command}")), "{help}");
        assert!(help.contains("--config <FILE>"), "{help}");
    }
}

#[test]
fn what_cannot_be_used_ends_with_2_and_says_why() {
    let directory = desk();
    for arguments in [&["bogus"][..], &["--bogus"], &["check", "too", "many"]] {
        let (code, out, error) = done(directory.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert!(error.contains("Usage: "), "{error}");
    }
    let broken = "[desk]\nlocale = \"fr\"\ncolor = 1\n";
    fs::write(directory.path().join("broken.toml"), broken).unwrap();
    for command in COMMANDS.iter().filter(|command| **command != "schema") {
        for arguments in [[command, "--config", "broken.toml"], ["--config", "broken.toml", command]] {
            let (code, out, error) = done(directory.path(), &arguments);
            assert_eq!((code, out.as_str()), (2, ""), "{error}");
            assert!(error.starts_with("broken.toml cannot be used: 5 problems\n"), "{error}");
            assert!(error.contains("line 2: desk.locale cannot be \"fr\""), "{error}");
        }
    }
    let (code, _, error) = done(directory.path(), &["--config", "none.toml"]);
    assert_eq!(code, 2);
    assert!(error.contains("none.toml") && error.contains("--config FILE"), "{error}");
    assert!(
        !directory.path().join("data").exists(),
        "nothing may be made from a configuration that cannot be used"
    );
}

#[test]
fn the_shipped_desk_runs_answers_and_ends_when_it_is_asked_to() {
    let directory = desk();
    let at = directory.path();
    let (code, checked, _) = done(at, &["check"]);
    assert_eq!(code, 0, "{checked}");
    assert!(checked.lines().all(|line| line.starts_with('✓')), "{checked}");
    let (code, status, _) = done(at, &["status"]);
    assert_eq!(code, 0);
    assert!(status.contains("not running") && !at.join("data").exists(), "{status}");

    let bridge = Bridge::start(at);
    let (code, status, error) = done(at, &["status"]);
    assert_eq!(code, 0, "{error}");
    assert!(status.contains(&format!("running as process {}", bridge.0.id())), "{status}");
    assert!(status.contains("✓ local (local): connected"), "{status}");
    let (_, json, _) = done(at, &["status", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["pid"], bridge.0.id());
    assert_eq!(json["channels"][0]["health"], "connected");

    let (code, checked, _) = done(at, &["check"]);
    assert_eq!(code, 0, "{checked}");
    for busy in [&["run"][..], &["export"]] {
        let (code, _, error) = done(at, busy);
        assert_eq!(code, 1, "{error}");
        assert!(error.contains(&format!("in use by process {}", bridge.0.id())), "{error}");
    }

    bridge.signal("-TERM");
    let (code, log) = bridge.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    assert!(!at.join("data/status.sock").exists());
    let (_, status, _) = done(at, &["status"]);
    assert!(status.contains("not running"), "{status}");
}

#[test]
fn everything_goes_out_and_in_again() {
    let directory = desk();
    let at = directory.path();
    let bridge = Bridge::start(at);
    bridge.signal("-INT");
    assert_eq!(bridge.ended().0, Some(0));

    let (code, exported, error) = done(at, &["export"]);
    assert_eq!(code, 0, "{error}");
    fs::write(at.join("all.jsonl"), &exported).unwrap();
    fs::rename(at.join("data"), at.join("before")).unwrap();
    let (code, out, error) = done(at, &["import", "all.jsonl"]);
    assert_eq!((code, out.as_str()), (0, ""), "{error}");
    let (_, again, _) = done(at, &["export"]);
    assert_eq!(again, exported);

    fs::write(at.join("cut.jsonl"), &exported[..exported.len() / 2]).unwrap();
    fs::rename(at.join("data"), at.join("after")).unwrap();
    let (code, _, error) = done(at, &["import", "cut.jsonl"]);
    assert_eq!(code, 1, "{error}");
}

#[cfg(unix)]
#[test]
fn what_the_bridge_keeps_belongs_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    fn walk(path: &Path, open: &mut Vec<String>) {
        let meta = fs::symlink_metadata(path).unwrap();
        if meta.permissions().mode() & 0o077 != 0 {
            open.push(format!("{} {:o}", path.display(), meta.permissions().mode()));
        }
        if meta.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| walk(&entry.unwrap().path(), open));
        }
    }
    let directory = desk();
    let bridge = Bridge::start(directory.path());
    let mut open = Vec::new();
    walk(&directory.path().join("data"), &mut open);
    drop(bridge);
    assert_eq!(open, Vec::<String>::new());
}
