//! What single characters mean in Markdown: the one place that reading and writing agree on.

/// Stands after a backslash for nothing at all.
pub(super) const JOINER: char = '\u{2060}';
/// Keeps two things apart and is nothing itself.
pub(super) const APART: &str = "\\\u{2060}";

/// Whether a backslash takes a character's meaning away, anywhere.
pub(super) const fn is_special(c: char) -> bool {
    matches!(c, '*' | '_' | '~' | '|' | '[' | ']' | '`')
}

/// Whether a character is part of a word, so that a single mark beside it does not begin or end anything.
/// Scripts that are written without blanks have no such words.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(
            c,
            '\u{0E00}'..='\u{0EFF}'
                | '\u{1000}'..='\u{109F}'
                | '\u{1780}'..='\u{17FF}'
                | '\u{2E80}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}'
                | '\u{FF66}'..='\u{FF9D}'
                | '\u{20000}'..='\u{3FFFF}'
        )
}

/// Whether so many of a mark are only read at the edges of words.
pub(super) const fn is_strict(mark: u8, count: usize) -> bool {
    mark == b'_' || (mark == b'*' && count % 2 == 1)
}

/// Whether a backslash before this character means it, given what precedes both in the line.
pub(super) fn is_line_mark(before: &str, c: char) -> bool {
    // nobody indents a mark further, and looking has to end somewhere
    if before.len() > 40 {
        return false;
    }
    let before = before.trim_start_matches([' ', '\t']);
    match c {
        '-' | '>' => before.is_empty(),
        '.' => !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}
