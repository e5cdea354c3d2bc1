//! Whether a file has the shape that the schema describes: known keys, all that must be there, the right types.
//!
//! A parser stops at its first error; this walks on and collects. What is wrong is left out of the value that
//! comes back, so that the rest can be checked for its meaning as well.

use super::problems::{Problem, meant};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// Keys under which people try to write a secret itself.
const SECRET_KEYS: &[&str] =
    &["token", "password", "access_token", "recovery_key", "master_key", "credential"];
/// How much of a wrong word is repeated.
const ECHO_MAX: usize = 30;

/// A file as far as its shape is right.
pub(super) struct Shaped {
    /// What is right, as JSON.
    pub(super) value: Value,
    /// What is not.
    pub(super) problems: Vec<Problem>,
    /// The line of every path.
    pub(super) lines: Lines,
}

/// On which line something is written.
#[derive(Default)]
pub(super) struct Lines(BTreeMap<String, usize>);

impl Lines {
    /// Whether something is written at a path, right or wrong.
    pub(super) fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// The line of a path or of what it belongs to.
    pub(super) fn of(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some(line) = self.0.get(path) {
                return Some(*line);
            }
            path = path.rsplit_once(['.', '['])?.0;
        }
    }
}

/// Checks a text against a schema made by `schemars`.
pub(super) fn check(text: &str, schema: &Value) -> Shaped {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut walk = Walk { text, schema, problems: Vec::new(), lines: Lines::default() };
    for error in &errors {
        let line = error.span().map(|span| walk.line(span.start));
        let what = format!("is not readable as TOML here: {}", error.message().replace('\n', ", "));
        walk.problems.push(Problem { path: String::new(), line, what, hint: String::new() });
    }
    // what follows on the same line follows from the first
    walk.problems.dedup_by_key(|problem| problem.line);
    // after a slip of the pen, what looks missing may only be misread
    let value = if errors.is_empty() { walk.table("", table.get_ref(), schema) } else { Value::Null };
    Shaped { value, problems: walk.problems, lines: walk.lines }
}

struct Walk<'a> {
    text: &'a str,
    schema: &'a Value,
    problems: Vec<Problem>,
    lines: Lines,
}

impl<'a> Walk<'a> {
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn problem(&mut self, path: &str, what: impl Into<String>, hint: impl Into<String>) {
        let line = self.lines.of(path);
        self.problems.push(Problem { path: path.to_owned(), line, what: what.into(), hint: hint.into() });
    }

    fn value(&mut self, path: &str, value: &DeValue<'_>, schema: &'a Value) -> Option<Value> {
        let schema = self.followed(schema);
        if let Some(words) = words(schema) {
            return self.word(path, value, &words);
        }
        match (wanted(schema), value) {
            ("string", DeValue::String(text)) => Some(Value::from(text.as_ref())),
            ("integer", DeValue::Integer(written)) => self.integer(path, written),
            ("array", DeValue::Array(entries)) => Some(self.array(path, entries, schema)),
            ("object", DeValue::Table(table)) => Some(self.table(path, table, schema)),
            (wanted, found) => {
                let (wanted, hint) = match wanted {
                    "string" => ("a text", "put it in quotes"),
                    "integer" => ("a whole number", "write it without quotes"),
                    "array" if path.contains(['.', '[']) => {
                        ("a list", "put it in square brackets: [\"…\", \"…\"]")
                    }
                    "array" => ("a list of tables", "write it as [[…]], once for each entry"),
                    _ => ("a table", "write it as { key = \"value\" } or under a [heading]"),
                };
                self.problem(path, format!("must be {wanted}, not {}", found_type(found)), hint);
                None
            }
        }
    }

    fn integer(&mut self, path: &str, written: &DeInteger<'_>) -> Option<Value> {
        let number = i32::from_str_radix(written.as_str(), written.radix()).ok();
        if number.is_none() {
            self.problem(path, "is too large a number", "");
        }
        number.map(Value::from)
    }

    fn word(&mut self, path: &str, value: &DeValue<'_>, words: &[&str]) -> Option<Value> {
        let all = words.join("\", \"");
        let DeValue::String(written) = value else {
            let what = format!("must be a text, not {}", found_type(value));
            self.problem(path, what, format!("write one of \"{all}\""));
            return None;
        };
        if words.contains(&written.as_ref()) {
            return Some(Value::from(written.as_ref()));
        }
        let hint = match meant(written, words.iter().copied()) {
            Some(meant) => format!("did you mean \"{meant}\"? It can be \"{all}\""),
            None => format!("it can be \"{all}\""),
        };
        let echo: String = written.chars().filter(|c| !c.is_control()).take(ECHO_MAX).collect();
        self.problem(path, format!("cannot be \"{echo}\""), hint);
        None
    }

    fn array(&mut self, path: &str, entries: &[Spanned<DeValue<'_>>], schema: &'a Value) -> Value {
        let Some(schema) = schema.get("items") else { return Value::Array(Vec::new()) };
        let mut good = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let line = self.line(entry.span().start);
            self.lines.0.insert(path.clone(), line);
            match self.value(&path, entry.get_ref(), schema) {
                Some(value) => good.push(value),
                // an empty table keeps the numbers of those that follow
                None if is_table(self.followed(schema)) => good.push(Value::Object(Map::new())),
                None => {}
            }
        }
        Value::Array(good)
    }

    fn table(&mut self, path: &str, table: &DeTable<'_>, schema: &'a Value) -> Value {
        let mut good = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        // a table whose keys are people's own
        let any = schema.get("additionalProperties").filter(|any| any.is_object());
        let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let path = join(name);
            let line = self.line(key.span().start);
            self.lines.0.insert(path.clone(), line);
            match properties.and_then(|known| known.get(name)).or(any) {
                Some(schema) => {
                    let value = self.value(&path, value.get_ref(), schema);
                    good.insert(name.to_owned(), value.unwrap_or_default());
                }
                None => self.unknown(&path, name, properties),
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for key in required.filter_map(Value::as_str) {
            if !good.contains_key(key) {
                let hint = properties.and_then(|all| all.get(key)).and_then(|one| one.get("description"));
                let hint = hint.and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
                self.problem(&join(key), "is missing", hint);
            }
        }
        good.retain(|_, value| !value.is_null());
        Value::Object(good)
    }

    fn unknown(&mut self, path: &str, name: &str, properties: Option<&Map<String, Value>>) {
        let known = || properties.into_iter().flat_map(Map::keys).map(String::as_str);
        let hint = if SECRET_KEYS.contains(&name) {
            let shapes = [format!("{name}_env"), format!("{name}_file")];
            let ways = shapes.iter().filter(|way| known().any(|key| key == *way)).map(String::as_str);
            let ways = ways.collect::<Vec<_>>().join(" or ");
            format!("secrets are never written here; name where it is found with {ways}")
        } else {
            match meant(name, known()) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("known here: {}", known().collect::<Vec<_>>().join(", ")),
            }
        };
        self.problem(path, "is not known", hint);
    }

    /// A schema behind its reference.
    fn followed(&self, schema: &'a Value) -> &'a Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
        name.and_then(|name| self.schema.get("$defs")?.get(name)).unwrap_or(schema)
    }
}

/// The words that a schema allows, if it is a choice of words.
fn words(schema: &Value) -> Option<Vec<&str>> {
    let options = schema.get("oneOf")?.as_array()?;
    options.iter().map(|option| option.get("const")?.as_str()).collect()
}

/// A choice of words has no type of its own.
fn is_table(schema: &Value) -> bool {
    words(schema).is_none() && wanted(schema) == "object"
}

fn wanted(schema: &Value) -> &str {
    schema.get("type").and_then(Value::as_str).unwrap_or("object")
}

fn found_type(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
