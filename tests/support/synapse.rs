//! A real Synapse on the loopback interface, with a database of its own that outlives a restart.
//!
//! It needs a Python with `matrix-synapse` in it: the one that `DESKBRIDGE_SYNAPSE_PYTHON` names, else the one of
//! `target/synapse-venv`, which `tests/run` makes.

use serde_json::{Value, json};
use std::fs::{File, write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// How long Synapse may take to answer, on a machine that has other things to do.
const START_MAX: Duration = Duration::from_secs(90);
/// How often it is asked meanwhile.
const GLANCE: Duration = Duration::from_millis(100);

/// A running homeserver; killed when dropped.
pub(crate) struct Synapse {
    dir: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Synapse {
    /// The name in its users' ids.
    pub(crate) const NAME: &'static str = "desk.test";

    /// Starts one without limits and waits until it answers.
    pub(crate) async fn start() -> Self {
        Self::start_with(json!({})).await
    }

    /// As [`Self::start`], with settings of its own.
    pub(crate) async fn start_with(settings: Value) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut config = config(dir.path(), port);
        for (name, value) in settings.as_object().unwrap() {
            config[name] = value.clone();
        }
        // JSON is YAML
        write(dir.path().join("homeserver.yaml"), config.to_string()).unwrap();
        write(dir.path().join("signing.key"), format!("ed25519 a_test {}\n", "k".repeat(42) + "A")).unwrap();
        write(dir.path().join("log.yaml"), LOG.replace("LOG_FILE", dir.path().join("log").to_str().unwrap()))
            .unwrap();
        let mut synapse = Self { dir, port, child: None };
        synapse.resume().await;
        synapse
    }

    /// The address of its client-server interface.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts it again on the same port and the same data, and waits until it answers.
    pub(crate) async fn resume(&mut self) {
        assert!(self.child.is_none(), "Synapse is running");
        let errors = File::create(self.dir.path().join("errors")).unwrap();
        assert!(python().exists(), "{} is missing; tests/run makes it", python().display());
        let child = Command::new(python())
            .args(["-m", "synapse.app.homeserver", "--config-path", "homeserver.yaml"])
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        self.child = Some(child);
        let http = reqwest::Client::new();
        let deadline = Instant::now() + START_MAX;
        loop {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "Synapse ended with {ended:?}: {}", self.last_words());
            let versions = http.get(format!("{}/_matrix/client/versions", self.url())).send().await;
            if versions.is_ok_and(|response| response.status().is_success()) {
                return;
            }
            assert!(Instant::now() < deadline, "Synapse does not answer: {}", self.last_words());
            sleep(GLANCE).await;
        }
    }

    /// Ends it; its data stays.
    pub(crate) async fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().await.unwrap();
    }

    fn last_words(&self) -> String {
        ["errors", "log"]
            .iter()
            .filter_map(|file| std::fs::read_to_string(self.dir.path().join(file)).ok())
            .map(|text| text.lines().rev().take(20).collect::<Vec<_>>().join("\n"))
            .collect()
    }
}

fn python() -> PathBuf {
    std::env::var_os("DESKBRIDGE_SYNAPSE_PYTHON").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/synapse-venv/bin/python"),
        PathBuf::from,
    )
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn config(dir: &Path, port: u16) -> Value {
    let path = |name: &str| dir.join(name);
    let unlimited = json!({ "per_second": 100_000, "burst_count": 100_000 });
    json!({
        "server_name": Synapse::NAME,
        "pid_file": path("pid"),
        "signing_key_path": path("signing.key"),
        "log_config": path("log.yaml"),
        "media_store_path": path("media"),
        "database": { "name": "sqlite3", "args": { "database": path("db") } },
        "listeners": [{
            "port": port, "type": "http", "bind_addresses": ["127.0.0.1"],
            "resources": [{ "names": ["client"] }],
        }],
        "enable_registration": true,
        "enable_registration_without_verification": true,
        "registration_shared_secret": "shared",
        "macaroon_secret_key": "macaroon",
        "form_secret": "form",
        // hashing passwords well is for servers that have something to lose
        "bcrypt_rounds": 4,
        "report_stats": false,
        "trusted_key_servers": [],
        "suppress_key_server_warning": true,
        "federation_domain_whitelist": [],
        "presence": { "enabled": false },
        "user_directory": { "enabled": false },
        "url_preview_enabled": false,
        "rc_message": unlimited,
        "rc_registration": unlimited,
        "rc_registration_token_validity": unlimited,
        "rc_login": { "address": unlimited, "account": unlimited, "failed_attempts": unlimited },
        "rc_admin_redaction": unlimited,
        "rc_joins": { "local": unlimited, "remote": unlimited },
        "rc_joins_per_room": unlimited,
        "rc_invites": { "per_room": unlimited, "per_user": unlimited, "per_issuer": unlimited },
        "rc_room_creation": unlimited,
        "rc_user_directory": unlimited,
        "rc_profile": unlimited,
    })
}

const LOG: &str = "
version: 1
formatters:
  plain:
    format: '%(asctime)s %(levelname)s %(name)s %(message)s'
handlers:
  file:
    class: logging.FileHandler
    filename: LOG_FILE
    formatter: plain
root:
  level: WARNING
  handlers: [file]
disable_existing_loggers: false
";
