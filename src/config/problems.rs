//! What is wrong with a configuration, told so that a person can mend all of it in one go.
//!
//! No problem repeats a value that could be a secret or a person's name.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as TOML names it: `channels[1].homeserver`; empty for the file as a whole.
    pub path: String,
    /// The line it is written on, from 1; the line of what it is missing from.
    pub line: Option<usize>,
    /// What is wrong, as the rest of a sentence that begins with the path.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the file" } else { &self.path };
        match self.line {
            Some(line) => write!(f, "line {line}: {path} {}", self.what)?,
            None => write!(f, "{path} {}", self.what)?,
        }
        if !self.hint.is_empty() {
            write!(f, "\n      → {}", self.hint)?;
        }
        Ok(())
    }
}

/// Everything that is wrong, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The configuration's file.
    pub file: PathBuf,
    /// At least one.
    pub list: Vec<Problem>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.list.len();
        let problems = if count == 1 { "problem" } else { "problems" };
        write!(f, "{} cannot be used: {count} {problems}", self.file.display())?;
        for problem in &self.list {
            write!(f, "\n  ✗ {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The candidate that was most likely meant, if one is near enough.
#[must_use]
pub fn meant<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let near = (written.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&written, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= near)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, removed, changed or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, c) in from.chars().enumerate() {
        let mut line = Vec::with_capacity(to.len() + 1);
        line.push(row + 1);
        for (column, d) in to.iter().enumerate() {
            let changed = above[column] + usize::from(c != *d);
            let mut best = changed.min(above[column + 1] + 1).min(line[column] + 1);
            if column > 0 && previous == Some(*d) && to[column - 1] == c {
                best = best.min(before[column - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut above, line);
        previous = Some(c);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let words = ["homeserver", "user", "listen", "platform", "password_env"];
        for (written, understood) in [
            ("homserver", Some("homeserver")),
            ("Homeserver", Some("homeserver")),
            ("usre", Some("user")),
            ("paltform", Some("platform")),
            ("pasword_evn", Some("password_env")),
            ("x", None),
            ("colour", None),
        ] {
            assert_eq!(meant(written, words), understood, "{written}");
        }
    }
}
