//! Words, numbers and marks of what a person wrote, folded so that one spelling stands for all: lower case, `ü` as
//! `ue`, `ß` as `ss`, one kind of apostrophe. Knows no meaning.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, and apostrophes between them.
    Word,
    /// ASCII digits.
    Number,
    /// Any other single character.
    Mark,
}

/// One piece of a text. Not `Debug`: it holds what a person wrote.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Folded.
    pub(crate) word: String,
    pub(crate) kind: Kind,
    /// Its bytes in the text.
    pub(crate) range: Range<usize>,
    /// Stands at the start or after white space.
    pub(crate) spaced: bool,
}

/// The first `max` tokens of a text.
pub(crate) fn tokens(text: &str, max: usize) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut spaced = true;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        let kind = kind_of(c);
        let end = start + c.len_utf8();
        let mut token = Token { word: String::new(), kind, range: start..end, spaced };
        fold(c, &mut token.word);
        while let Some(&(at, next)) = chars.peek() {
            let after = text.get(at + next.len_utf8()..).and_then(|rest| rest.chars().next());
            let joins = match kind {
                Kind::Word => {
                    kind_of(next) == Kind::Word
                        || next == DIAERESIS
                        || is_apostrophe(next) && after.is_some_and(|c| kind_of(c) == Kind::Word)
                }
                Kind::Number => kind_of(next) == Kind::Number,
                Kind::Mark => false,
            };
            if !joins {
                break;
            }
            fold(next, &mut token.word);
            token.range.end = at + next.len_utf8();
            chars.next();
        }
        tokens.push(token);
        if tokens.len() == max {
            break;
        }
        spaced = false;
    }
    tokens
}

/// Some keyboards send `u` and the dots apart.
const DIAERESIS: char = '\u{308}';

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´')
}

fn kind_of(c: char) -> Kind {
    match c {
        _ if c.is_ascii_digit() => Kind::Number,
        _ if c.is_alphabetic() => Kind::Word,
        _ => Kind::Mark,
    }
}

fn fold(c: char, into: &mut String) {
    for c in c.to_lowercase() {
        match c {
            'ä' => into.push_str("ae"),
            'ö' => into.push_str("oe"),
            'ü' => into.push_str("ue"),
            'ß' => into.push_str("ss"),
            DIAERESIS => into.push('e'),
            _ if is_apostrophe(c) => into.push('\''),
            _ => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_word_however_it_is_spelled() {
        for (text, words) in [
            ("Übermorgen", "uebermorgen"),
            ("U\u{308}bermorgen", "uebermorgen"),
            ("uebermorgen", "uebermorgen"),
            ("Straße", "strasse"),
            ("we’ll WE'LL", "we'll we'll"),
            ("'quoted'", "' quoted '"),
            ("1h30 3pm", "1 h 30 3 pm"),
            ("24.12.", "24 . 12 ."),
            ("", ""),
        ] {
            let found: Vec<_> = tokens(text, 99).into_iter().map(|token| token.word).collect();
            assert_eq!(found.join(" "), words, "{text:?}");
        }
    }

    #[test]
    fn a_token_knows_where_it_stood_and_no_more_are_made_than_asked_for() {
        let text = "  Ü5 x";
        let found = tokens(text, 2);
        let places: Vec<_> = found.iter().map(|token| (token.range.clone(), token.spaced)).collect();
        assert_eq!(places, [(2..4, true), (4..5, false)]);
    }
}
