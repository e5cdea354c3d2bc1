//! Names people chose, made safe to show beside other people's words.

/// The longest name shown, in characters.
pub const NAME_MAX: usize = 60;

/// Cleans a display name: no control characters, line breaks, bidirectional or zero-width marks; runs of blanks
/// become one; at most [`NAME_MAX`] characters. Empty when nothing is left.
#[must_use]
pub fn clean_name(raw: &str) -> String {
    let mut clean = String::with_capacity(raw.len().min(NAME_MAX * 4));
    let mut blank = false;
    for c in raw.chars() {
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            blank = true;
            continue;
        }
        if blank && !clean.is_empty() {
            clean.push(' ');
        }
        blank = false;
        clean.push(c);
    }
    clean.chars().take(NAME_MAX).collect::<String>().trim_end().to_owned()
}

/// Whether a character changes how its neighbours are read without being seen.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_letters_and_loses_its_tricks() {
        for (raw, clean) in [
            ("Anna", "Anna"),
            ("  Jörg \t Müller ", "Jörg Müller"),
            ("Anna\n(Support):", "Anna (Support):"),
            ("\u{202E}annA", "annA"),
            ("A\u{200B}n\u{200D}na", "Anna"),
            ("\u{200B}\u{FEFF}", ""),
            ("李小龙", "李小龙"),
        ] {
            assert_eq!(clean_name(raw), clean);
        }
        assert_eq!(clean_name(&"x".repeat(500)).chars().count(), NAME_MAX);
    }
}
