//! Secrets: the only place that reads the environment and the files that hold them.
//!
//! A secret shows itself to nobody: not in `Debug`, not in an error, not in a log.

use std::fmt;
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

/// The longest secret that is read from a file, in bytes.
const FILE_MAX: u64 = 64 * 1024;

/// A token, password or key. Wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a value into custody.
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// The value itself, for whom it is meant.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A variable of the process's environment; nothing when it is unset or not Unicode.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether a text could be the name of an environment variable; what could not may be the secret itself.
pub(super) fn is_variable_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether the name of a variable is written as such names usually are; many tokens could be a name, too.
pub(super) fn is_told_from_a_secret(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// A secret read from a file.
pub(super) struct FromFile {
    /// The file's content without the line end.
    pub(super) secret: Secret,
    /// Whether others than the owner may read the file.
    pub(super) open_to_others: bool,
}

/// Reads a secret from a file; an error is the rest of a sentence that begins with the file.
pub(super) fn from_file(path: &Path) -> Result<FromFile, String> {
    let meta = fs::metadata(path).map_err(|error| format!("cannot be read: {}", reason(&error)))?;
    if !meta.is_file() {
        return Err("is not a file".to_owned());
    }
    if meta.len() > FILE_MAX {
        return Err(format!("is longer than {} KiB", FILE_MAX / 1024));
    }
    let content = fs::read_to_string(path).map_err(|error| format!("cannot be read: {}", reason(&error)))?;
    let content = Zeroizing::new(content);
    let value = content.trim_end_matches(['\n', '\r']);
    if value.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(FromFile { secret: Secret::new(value), open_to_others: others_may_read(&meta) })
}

fn reason(error: &std::io::Error) -> String {
    error.to_string().to_lowercase()
}

#[cfg(unix)]
fn others_may_read(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    meta.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn others_may_read(_meta: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_to_nobody() {
        let secret = Secret::new("marker-9f2c");
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "Secret(…) Some(\n    Secret(…),\n)");
        assert_eq!(secret.expose(), "marker-9f2c");
    }

    #[test]
    fn a_secret_file_gives_its_text_without_the_line_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        fs::write(&path, "marker-9f2c \r\n").unwrap();
        assert_eq!(from_file(&path).unwrap().secret.expose(), "marker-9f2c ");

        fs::write(&path, "\n").unwrap();
        assert_eq!(from_file(&path).err().unwrap(), "is empty");
        assert!(from_file(&directory.path().join("none")).err().unwrap().starts_with("cannot be read"));
        assert_eq!(from_file(directory.path()).err().unwrap(), "is not a file");
    }
}
