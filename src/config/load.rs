//! From a file to a configuration that can be run, or to everything that is wrong with it.

use super::problems::{Problem, Problems};
use super::{Config, resolve, shape, written};
use schemars::JsonSchema;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The longest file that is read, in bytes.
const FILE_MAX: u64 = 1024 * 1024;

/// What came of a file without errors.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What works, and yet should be looked at.
    pub warnings: Vec<Problem>,
}

/// Reads and checks a file and the secrets it names. `environment` looks a variable up.
///
/// # Errors
/// Everything that is wrong, in the order of the file.
pub fn load(file: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
    let text = read(file).map_err(|problem| Problems { file: file.to_owned(), list: vec![problem] })?;
    check(&text, environment).map_err(|list| Problems { file: file.to_owned(), list })
}

/// Checks a text as [`load`] checks a file.
///
/// # Errors
/// Everything that is wrong.
pub fn check(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Vec<Problem>> {
    let schema = schema();
    let shaped = shape::check(text, &schema);
    let mut problems = shaped.problems;
    let mut loaded = None;
    if shaped.value.is_object() {
        match serde_json::from_value::<written::File>(shaped.value) {
            Ok(file) => match resolve::resolve(file, &shaped.lines, environment) {
                Ok(good) => loaded = Some(good),
                Err(more) => {
                    // what could not be read looks missing as well; told once is enough
                    let told: BTreeSet<String> =
                        problems.iter().map(|problem| problem.path.clone()).collect();
                    problems.extend(more.into_iter().filter(|problem| !told.contains(&problem.path)));
                }
            },
            Err(error) => problems.push(Problem {
                path: String::new(),
                line: None,
                what: format!("was not understood: {error}"),
                hint: "this should not happen: please report it".to_owned(),
            }),
        }
    }
    match loaded {
        Some(loaded) if problems.is_empty() => Ok(loaded),
        _ => {
            problems.sort_by(|a, b| (a.line, &a.path).cmp(&(b.line, &b.path)));
            Err(problems)
        }
    }
}

pub(super) fn read(file: &Path) -> Result<String, Problem> {
    let problem =
        |what: String, hint: &str| Problem { path: String::new(), line: None, what, hint: hint.to_owned() };
    let said = |error: std::io::Error| {
        let hint =
            "name another file with --config FILE, or start the bridge where config/deskbridge.toml is";
        problem(format!("cannot be read: {}", error.to_string().to_lowercase()), hint)
    };
    let length = fs::metadata(file).map_err(said)?.len();
    if length > FILE_MAX {
        return Err(problem(format!("is longer than {} KiB", FILE_MAX / 1024), "is it the right file?"));
    }
    let bytes = fs::read(file).map_err(said)?;
    String::from_utf8(bytes).map_err(|_| problem("is not UTF-8 text".to_owned(), "save it as UTF-8"))
}

/// The published schema of the file, `config/schema.json`.
#[must_use]
pub fn schema() -> Value {
    schema_of::<written::File>()
}

/// The schema of something that people write.
pub(super) fn schema_of<T: JsonSchema>() -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    without_null(&mut schema);
    schema
}

/// TOML has no null: what is not there is not written.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(types)) = map.get("type") {
                let first = types.first().cloned().unwrap_or_default();
                map.insert("type".to_owned(), first);
            }
            if let Some(Value::Array(options)) = map.get("anyOf")
                && let Some(reference) = options.iter().find_map(|option| option.get("$ref")).cloned()
            {
                map.remove("anyOf");
                map.insert("$ref".to_owned(), reference);
            }
            map.values_mut().for_each(without_null);
        }
        Value::Array(entries) => entries.iter_mut().for_each(without_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
