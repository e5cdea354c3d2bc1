//! Where a rule is written, so that what is wrong with it is told there.

use super::resolve::Findings;
use super::shape::Lines;

/// Where a rule is written.
pub(super) enum Origin {
    /// In the configuration, at this path.
    Own(String),
    /// In the file that the entry at `path` names.
    File { path: String, file: String, inner: String, line: Option<usize> },
    /// In the program, by this name; the entry at `path` brought it in.
    Shipped { path: String, name: String },
}

impl Origin {
    /// With the line on which it is written.
    pub(super) fn at(self, lines: &Lines) -> Self {
        match self {
            Self::File { path, file, inner, .. } => {
                let line = lines.of(&inner);
                Self::File { path, file, inner, line }
            }
            Self::Own(_) | Self::Shipped { .. } => self,
        }
    }
}

/// Tells what is wrong with an entry of a rule, wherever that is written.
pub(super) fn tell(
    found: &mut Findings<'_>,
    origin: &Origin,
    entry: &str,
    what: &str,
    hint: impl Into<String>,
) {
    let join = |path: &str| match (path.is_empty(), entry.is_empty()) {
        (_, true) => path.to_owned(),
        (true, false) => entry.to_owned(),
        (false, false) => format!("{path}.{entry}"),
    };
    match origin {
        Origin::Own(path) => found.problem(join(path), what, hint),
        Origin::Shipped { path, name } => {
            found.problem(path.clone(), format!("brings in the rule {name}, whose {entry} {what}"), hint);
        }
        Origin::File { path, file, inner, line } => {
            let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let inner = join(inner);
            let space = if inner.is_empty() { "" } else { " " };
            found.problem(
                path.clone(),
                format!("names the file {file}, where {line}{inner}{space}{what}"),
                hint,
            );
        }
    }
}
