//! Customers' words in the team's chat. Telegram makes `@name` ring and `/word` a button by itself, and has no way to
//! say no; as code they stay what they are, letters.

use port::rich::{Rich, Span, Style};
use std::ops::Range;

/// A text in which nothing rings and nothing is a command.
pub(crate) fn guarded(rich: &Rich) -> Rich {
    let found = lively(rich.text());
    if found.is_empty() {
        return rich.clone();
    }
    let added = found.into_iter().map(|range| Span::new(range, Style::Code));
    Rich::new(rich.text(), rich.spans().iter().cloned().chain(added).collect())
}

/// Where Telegram would see a name or a command.
fn lively(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before = None;
    for (at, c) in text.char_indices() {
        let starts = match c {
            '@' => before.is_none_or(|before| !is_word(before)),
            '/' => before.is_none_or(|before: char| !is_word(before) && !"/<>:.".contains(before)),
            _ => false,
        };
        before = Some(c);
        // what was found already may hold the sign again: `/close@bot`
        if !starts || found.last().is_some_and(|last| last.contains(&at)) {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let takes = |next: char| is_name(next) || (c == '/' && next == '@');
        let length = rest.find(|next| !takes(next)).unwrap_or(rest.len());
        if length > 0 {
            found.push(at..at + 1 + length);
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_commands_become_letters_and_addresses_stay() {
        for (text, wanted) in [
            ("ask @anna_b, please", vec!["@anna_b"]),
            ("/close", vec!["/close"]),
            ("say /close@shop_bot now", vec!["/close@shop_bot"]),
            ("mia@example.org", vec![]),
            ("https://example.org/close/me", vec![]),
            ("and/or 1/2 @ /", vec![]),
            ("(@anna) /r x", vec!["@anna", "/r"]),
        ] {
            let rich = guarded(&Rich::plain(text));
            let code: Vec<&str> =
                rich.spans().iter().filter_map(|span| text.get(span.range.clone())).collect();
            assert_eq!(code, wanted, "{text}");
            assert_eq!(rich.text(), text);
        }
    }
}
