//! What was asked and answered, held against Discord's published specification where that is at hand.

use crate::Fake;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the specification and its checker are, seen from here.
const SPECS: &str = "../../../../shared/specs";

/// A Python that has what the checker needs: the one that the tests' homeserver runs on, or the system's.
fn checking_python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/synapse-venv/bin/python");
    let has_it = |python: &PathBuf| {
        let tried = Command::new(python).args(["-c", "import jsonschema"]).output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    [own, PathBuf::from("python3")].into_iter().find(has_it)
}

impl Fake {
    /// Requests and answers that the specification does not know as they are; none where it is not at hand.
    pub fn unspecified(&self) -> Vec<String> {
        let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join(SPECS);
        let (check, spec) = (specs.join("discord_check.py"), specs.join("discord-openapi.json"));
        let Some(python) = checking_python().filter(|_| check.exists()) else { return Vec::new() };
        let traffic = self.traffic();
        let port = self.api_url().bytes().filter(u8::is_ascii_digit).map(char::from).collect::<String>();
        let file = std::env::temp_dir().join(format!("fake-discord-{}-{port}.jsonl", std::process::id()));
        fs::write(&file, &traffic).unwrap();
        let report = Command::new(python).arg(check).arg(spec).arg(&file).output();
        fs::remove_file(&file).unwrap();
        let report = report.unwrap();
        let (said, failed) =
            (String::from_utf8_lossy(&report.stdout), String::from_utf8_lossy(&report.stderr));
        assert!(report.status.success(), "the checker failed: {failed}");
        assert_eq!(said.lines().count(), traffic.lines().count(), "the checker left something out");
        said.lines().filter(|line| !line.ends_with("| request ok | response ok")).map(str::to_owned).collect()
    }
}
