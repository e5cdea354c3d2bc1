//! The lines of an iCalendar file: folded lines put together, names told from values.

use super::{IcalError, IcalProblem, error};
use crate::calendar::hours::echo;

/// `NAME;PARAMETER=x:value`. But for the zone of a time, parameters are not needed: a date tells by its form what it is.
pub(super) struct Property {
    /// Where it begins, from 1.
    pub(super) line: usize,
    /// In capitals.
    pub(super) name: String,
    /// Its `TZID`.
    pub(super) zone: Option<String>,
    /// As it is written.
    pub(super) value: String,
}

/// The properties of a file, in order.
pub(super) fn properties(text: &str) -> impl Iterator<Item = Result<Property, IcalError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().peekable();
    std::iter::from_fn(move || {
        let (index, first) = lines.find(|(_, line)| !line.trim().is_empty())?;
        let mut whole = first.to_owned();
        while let Some((_, more)) = lines.next_if(|(_, line)| line.starts_with([' ', '\t'])) {
            whole.extend(more.chars().skip(1));
        }
        Some(property(index + 1, &whole))
    })
}

fn property(line: usize, text: &str) -> Result<Property, IcalError> {
    let wrong = || error(line, IcalProblem::NotAProperty(echo(text)));
    let (head, value) = parted(text).ok_or_else(wrong)?;
    let name = head.split(';').next().unwrap_or_default();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(wrong());
    }
    let (name, zone) = (name.to_ascii_uppercase(), parameter(head, "TZID"));
    Ok(Property { line, name, zone, value: value.trim().to_owned() })
}

/// Around the first colon that is not in quotes.
fn parted(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let colon = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (head, value) = text.split_at(colon.0);
    Some((head, value.strip_prefix(':')?))
}

/// A parameter by its name, without quotes.
fn parameter(head: &str, name: &str) -> Option<String> {
    let mut quoted = false;
    let mut parts = head.split(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim_matches('"').to_owned())
    })
}

/// A text without its escapes, on one line.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (true, 'n' | 'N') => {
                plain.push(' ');
                escaped = false;
            }
            (_, c) => {
                plain.push(if c.is_control() { ' ' } else { c });
                escaped = false;
            }
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
