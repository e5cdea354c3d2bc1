//! Which addresses may be links, and when a link pretends. Pure; nothing is looked up.

use crate::names::is_invisible;
use std::fmt::Write as _;

/// The longest address, in bytes.
pub const URL_MAX: usize = 2_048;
/// What a link may lead to. Everything else stays text, with its address to be read.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "tel", "matrix"];
/// What the clients of every platform take as the target of a link.
const WEB: [&str; 3] = ["http", "https", "mailto"];

/// An address as it is kept, or nothing when it may not be a link.
///
/// What could end an address early, be read as something else or not be seen at all is percent-encoded. An address
/// with a user's name before the host is refused: it exists to be misread.
#[must_use]
pub fn accepted(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) || rest.is_empty() || rest.len() > URL_MAX {
        return None;
    }
    let mut kept = format!("{scheme}:");
    for c in rest.chars() {
        let takes =
            c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '"' | '\\' | '`' | '|' | '{' | '}');
        if takes || (!c.is_ascii() && c.is_alphanumeric() && !is_invisible(c)) {
            kept.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(kept, "%{byte:02X}");
            }
        }
    }
    let web = scheme == "http" || scheme == "https";
    if kept.len() > URL_MAX || (web && !has_plain_host(&kept)) {
        return None;
    }
    Some(kept)
}

/// Whether an address names a host, and nothing before it.
fn has_plain_host(url: &str) -> bool {
    let authority = authority(url);
    !authority.is_empty() && !authority.contains('@') && !authority.starts_with(':')
}

/// What stands between `//` and the path; empty where there is none.
fn authority(url: &str) -> &str {
    let rest = url.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether clients everywhere follow such a link. The others have to be shown as text.
#[must_use]
pub fn is_followed(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| WEB.contains(&scheme))
}

/// Whether a link's text is nothing but its address, so that writing both would be writing it twice.
#[must_use]
pub fn is_own_label(label: &str, url: &str) -> bool {
    let bare = url.split_once(':').map_or(url, |(_, rest)| rest.trim_start_matches('/'));
    if label.len() > URL_MAX {
        return false;
    }
    let label = label.trim();
    label == url || label == bare || label == bare.trim_end_matches('/')
}

/// Whether a link's text looks like an address, but not like the one it leads to.
#[must_use]
pub fn is_disguised(label: &str, url: &str) -> bool {
    if is_own_label(label, url) {
        return false;
    }
    let shown: String = label.chars().filter(|c| !is_invisible(*c)).map(as_dot).collect();
    if shown.contains("//") {
        // a whole address: every letter counts
        return accepted(&shown).is_none_or(|shown| !is_same(&shown, url));
    }
    let target = host(url);
    shown.split(|c: char| c.is_whitespace() || "/?#,;()<>\"'".contains(c)).any(|word| {
        let name = word.rsplit('@').next().unwrap_or_default().trim_matches('.').to_lowercase();
        looks_like_host(&name) && bare(&name) != bare(&target)
    })
}

fn is_same(a: &str, b: &str) -> bool {
    a.trim_end_matches('/').eq_ignore_ascii_case(b.trim_end_matches('/'))
}

/// The host of an address, or the domain of a mail address.
fn host(url: &str) -> String {
    let place = match url.strip_prefix("mailto:") {
        Some(mail) => mail.split('?').next().unwrap_or_default().rsplit('@').next().unwrap_or_default(),
        None => authority(url),
    };
    place.to_lowercase()
}

/// A host without its port and without `www.`.
fn bare(host: &str) -> &str {
    let host = host.split(':').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.')
}

/// Whether a word could be read as a host: labels with dots between them, the last one of letters.
fn looks_like_host(word: &str) -> bool {
    let Some((before, last)) = bare(word).rsplit_once('.') else { return false };
    !before.is_empty() && last.chars().count() >= 2 && last.chars().all(char::is_alphabetic)
}

/// Full stops that are read as the dot of a host.
const fn as_dot(c: char) -> char {
    match c {
        '\u{3002}' | '\u{FF0E}' | '\u{FF61}' | '\u{2024}' | '\u{FE52}' => '.',
        '\u{FF0F}' | '\u{2044}' | '\u{2215}' => '/',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_are_safe_to_follow_become_links() {
        for (url, kept) in [
            ("https://example.org/a_(b)", Some("https://example.org/a_%28b%29")),
            ("HTTPS://example.org", Some("https://example.org")),
            (" http://a.b ", Some("http://a.b")),
            ("https://müller.de/ä", Some("https://müller.de/ä")),
            ("https://a.b/\u{202E}x y", Some("https://a.b/%E2%80%AEx%20y")),
            ("mailto:anna@example.org", Some("mailto:anna@example.org")),
            ("tel:+4930123", Some("tel:+4930123")),
            ("matrix:u/anna:example.org", Some("matrix:u/anna:example.org")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("tg://resolve?domain=x", None),
            ("https://bank.com@evil.com/", None),
            ("https:evil.com", None),
            ("https:///x", None),
            ("example.org", None),
            ("", None),
        ] {
            assert_eq!(accepted(url).as_deref(), kept, "{url}");
        }
        assert_eq!(accepted(&format!("https://a.b/{}", "x".repeat(URL_MAX))), None);
    }

    #[test]
    fn a_link_that_names_another_host_is_disguised() {
        for (label, url, disguised) in [
            ("bank.com", "https://evil.com/", true),
            ("https://bank.com/", "https://evil.com/", true),
            ("https://bank.com/a", "https://bank.com/b", true),
            ("Log in at www.bank.com now", "https://evil.com/", true),
            ("bank．com", "https://evil.com/", true),
            ("b\u{200B}ank.com", "https://bank.com/", false),
            ("bаnk.com", "https://bank.com/", true),
            ("bank.com", "https://bank.com.evil.com/", true),
            ("service@bank.com", "mailto:x@evil.com", true),
            ("bank.com", "https://www.bank.com/login", false),
            ("https://bank.com", "https://bank.com/", false),
            ("bank.com/login", "https://bank.com/login?x=1", false),
            ("anna@bank.com", "mailto:anna@bank.com", false),
            ("here", "https://evil.com/", false),
            ("costs 1.50", "https://evil.com/", false),
        ] {
            assert_eq!(is_disguised(label, url), disguised, "{label} -> {url}");
        }
    }
}
