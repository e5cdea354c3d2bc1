//! What was asked and answered, held against Discord's published specification where that is at hand.

use crate::Fake;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where the specification and its checker are, seen from here.
const SPECS: &str = "../../../../shared/specs";

impl Fake {
    /// Requests and answers that the specification does not know as they are; none where it is not at hand.
    pub fn unspecified(&self) -> Vec<String> {
        let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join(SPECS);
        let (check, spec) = (specs.join("discord_check.py"), specs.join("discord-openapi.json"));
        let python = Command::new("python3").args(["-c", "import jsonschema"]).output();
        if !check.exists() || !python.is_ok_and(|python| python.status.success()) {
            return Vec::new();
        }
        let traffic = self.traffic();
        let port = self.api_url().bytes().filter(u8::is_ascii_digit).map(char::from).collect::<String>();
        let file = std::env::temp_dir().join(format!("fake-discord-{}-{port}.jsonl", std::process::id()));
        fs::write(&file, &traffic).unwrap();
        let report = Command::new("python3").arg(check).arg(spec).arg(&file).output();
        fs::remove_file(&file).unwrap();
        let report = report.unwrap();
        let (said, failed) =
            (String::from_utf8_lossy(&report.stdout), String::from_utf8_lossy(&report.stderr));
        assert!(report.status.success(), "the checker failed: {failed}");
        assert_eq!(said.lines().count(), traffic.lines().count(), "the checker left something out");
        said.lines().filter(|line| !line.ends_with("| request ok | response ok")).map(str::to_owned).collect()
    }
}
