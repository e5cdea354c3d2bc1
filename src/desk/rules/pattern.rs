//! Patterns as the messages look: what is written in a rule becomes what is compiled.

use super::fold;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// Puts the parts of a rule in their places. The error is the name of a part that there is not.
pub(super) fn with_parts(pattern: &str, parts: &BTreeMap<String, String>) -> Result<String, String> {
    let mut whole = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        whole.push_str(before);
        let name = after.split_once('}').filter(|(name, _)| is_name(name) && !escaped(before, name));
        if let Some((name, after)) = name {
            let part = parts.get(name).ok_or_else(|| name.to_owned())?;
            // writing to a string cannot fail
            let _written = write!(whole, "(?:{part})");
            rest = after;
        } else {
            whole.push('{');
            rest = after;
        }
    }
    whole.push_str(rest);
    Ok(whole)
}

/// `\{`, `\p{…}`, `\x{…}` and `\b{start}` are not parts.
fn escaped(before: &str, name: &str) -> bool {
    let boundary = before.ends_with("\\b") && matches!(name, "start" | "end");
    boundary || ["\\", "\\p", "\\P", "\\x", "\\u", "\\U"].iter().any(|end| before.ends_with(end))
}

/// Whether it is the name of a part, not a count of repetitions.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Spells a pattern as messages are spelt: an umlaut as `ae` or, because people leave the dots out, `a`.
pub(super) fn folded(pattern: &str) -> String {
    let mut folded = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                folded.push(c);
                folded.extend(chars.next());
            }
            '[' => class(&mut folded, &mut chars),
            _ => spelt(&mut folded, c),
        }
    }
    folded
}

/// How a pattern is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// In lower case and by bytes: by far the quickest, and nearly all patterns can be.
    Lower(String),
    /// As it is, without regard to case unless it says otherwise, and with all of Unicode.
    Cased(String),
}

impl Kind {
    pub(super) fn begins_with_a_word(&self) -> bool {
        let (Self::Lower(pattern) | Self::Cased(pattern)) = self;
        pattern.starts_with("\\b") && !pattern.starts_with("\\b{")
    }
}

/// Sorts a folded pattern. What asks for letters that ASCII has not, for classes of Unicode, or sets flags of its own
/// (`(?-i:…)` looks for capitals) cannot be put in lower case.
pub(super) fn kind(folded: String) -> Kind {
    let mut before = None;
    let mut lower = String::with_capacity(folded.len());
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        let flags = before == Some('(') && c == '?' && chars.peek() != Some(&':');
        if flags || !c.is_ascii() || before == Some('[') && c == ':' {
            return Kind::Cased(folded);
        }
        lower.push(c.to_ascii_lowercase());
        before = Some(c);
        if c == '\\' {
            match chars.next() {
                Some('p' | 'P' | 'x' | 'u' | 'U') => return Kind::Cased(folded),
                Some(escaped) => lower.push(escaped),
                None => {}
            }
            before = None;
        }
    }
    Kind::Lower(lower)
}

/// What a message has where the pattern has `c`.
fn spelt(to: &mut String, c: char) {
    match fold::plain(c) {
        // a blank may be written for what is invisible in a message
        None | Some("") => to.push(c),
        Some(plain) => to.push_str(&alternatives(c, plain)),
    }
}

fn alternatives(c: char, plain: &str) -> String {
    match c {
        'ä' | 'ö' | 'ü' | 'Ä' | 'Ö' | 'Ü' => {
            let bare = plain.get(..1).unwrap_or(plain);
            format!("(?:{plain}|{bare})")
        }
        _ if plain.len() > 1 => format!("(?:{plain})"),
        _ => plain.to_owned(),
    }
}

/// A class of characters: what takes two letters in a message stands beside it.
fn class(to: &mut String, chars: &mut Peekable<Chars<'_>>) {
    let (mut inside, mut beside) = (String::from("["), Vec::new());
    let mut depth = 1_usize;
    if chars.next_if_eq(&'^').is_some() {
        inside.push('^');
    }
    let negated = inside.ends_with('^');
    // a bracket that comes first is itself
    if chars.next_if_eq(&']').is_some() {
        inside.push_str("\\]");
    }
    while depth > 0 {
        let Some(c) = chars.next() else { break };
        match c {
            '\\' => {
                inside.push(c);
                inside.extend(chars.next());
            }
            '[' => {
                depth += 1;
                inside.push(c);
            }
            ']' => {
                depth -= 1;
                inside.push(c);
            }
            _ => match fold::plain(c) {
                None | Some("") => inside.push(c),
                Some(plain) if plain.len() == 1 => inside.push_str(plain),
                Some(_) if negated => {}
                Some(plain) => beside.push(alternatives(c, plain)),
            },
        }
    }
    match (beside.is_empty(), inside == "[]") {
        (true, _) => to.push_str(&inside),
        (false, true) => {
            let _written = write!(to, "(?:{})", beside.join("|"));
        }
        (false, false) => {
            let _written = write!(to, "(?:{}|{inside})", beside.join("|"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_spelt_as_messages_are() {
        for (written, compiled) in [
            ("verspätet", "versp(?:ae|a)tet"),
            ("groß", "gro(?:ss)"),
            ("wei[sß]", "wei(?:(?:ss)|[s])"),
            ("[Ää]rger", "(?:(?:Ae|A)|(?:ae|a))rger"),
            ("[^äx]", "[^x]"),
            (r"\[ä\]", r"\[(?:ae|a)\]"),
            ("[]ä]", r"(?:(?:ae|a)|[\]])"),
            ("[a-z[0-9]]+x{2,3}", "[a-z[0-9]]+x{2,3}"),
            ("don’t", "don't"),
            ("café", "cafe"),
            ("ä+", "(?:ae|a)+"),
        ] {
            assert_eq!(folded(written), compiled, "{written}");
        }
    }

    #[test]
    fn what_can_be_looked_for_in_lower_case_is() {
        let lower = |pattern: &str| Kind::Lower(pattern.to_owned());
        assert_eq!(kind(r"\bABC\W+(?:D|e)[A-Z]".to_owned()), lower(r"\babc\W+(?:d|e)[a-z]"));
        for cased in ["(?-i:ABC)", r"\p{Lu}", r"\x41", "жалоба", "(?P<Name>x)", "[[:upper:]]"] {
            assert_eq!(kind(cased.to_owned()), Kind::Cased(cased.to_owned()));
        }
    }

    #[test]
    fn parts_stand_in_for_their_names() {
        let parts = BTreeMap::from([("time".to_owned(), "days?|weeks?".to_owned())]);
        assert_eq!(with_parts(r"\d{1,3} {time} late", &parts).unwrap(), r"\d{1,3} (?:days?|weeks?) late");
        assert_eq!(with_parts(r"\p{alphabetic} \{time}", &parts).unwrap(), r"\p{alphabetic} \{time}");
        assert_eq!(with_parts("{tmie}", &parts).unwrap_err(), "tmie");
    }
}
