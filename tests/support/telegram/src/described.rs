//! Holds what was said against the API's machine-readable description, where that lies beside the repository.

use crate::fake::Fake;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What holding the traffic against the description showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Described {
    /// The description is not there: nothing was looked at.
    Absent,
    /// So many requests and answers are as described.
    Well(usize),
    /// What is not, one line each.
    Wrong(Vec<String>),
}

/// Reads exchanges from its input, one in a line; what was sent as JSON must have the right types, too.
const DRIVER: &str = r#"
import json, sys
sys.path.insert(0, sys.argv[1])
from telegram_check import Spec
spec = Spec(sys.argv[1] + "/telegram-bot-api.json")
for line in sys.stdin:
    said = json.loads(line)
    method, params, answer = said["method"], said["params"], said["answer"] or {}
    described = spec.m.get(method.lower(), {})
    fields = {field["name"]: field for field in described.get("fields", [])}
    is_file = lambda value: isinstance(value, dict) and set(value) == {"file_name", "size"}
    params = {name: value for name, value in params.items() if name in fields or not is_file(value)}
    wrong = spec.check_request(method, params)
    if said["encoding"] == "json":
        for name, value in params.items():
            if name in fields and value is not None and not is_file(value):
                wrong += spec.val(value, fields[name]["types"], name, True)
    if answer.get("ok"):
        wrong += spec.check_result(method, answer["result"])
    for words in dict.fromkeys(wrong):
        print(method + ": " + words)
"#;

/// Holds everything that went through a fake so far against the description.
///
/// # Errors
/// When the description is there and cannot be used.
pub fn check(fake: &Fake) -> std::io::Result<Described> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(4);
    let Some(specs) = root.map(|root| root.join("shared/specs")).filter(|specs| specs.is_dir()) else {
        return Ok(Described::Absent);
    };
    let traffic = fake.traffic();
    let mut python = Command::new("python3")
        .args(["-c", DRIVER])
        .arg(specs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = python.stdin.take() {
        for exchange in &traffic {
            writeln!(input, "{}", exchange.line())?;
        }
    }
    let output = python.wait_with_output()?;
    let mut wrong: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    if !output.status.success() {
        wrong.push("the check itself failed".to_owned());
    }
    Ok(if wrong.is_empty() { Described::Well(traffic.len()) } else { Described::Wrong(wrong) })
}
