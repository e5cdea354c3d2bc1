//! How a message looks to the patterns.
//!
//! - Lines that begin with `>` are somebody else's words and are left out.
//! - Umlauts are written out (`ä` as `ae`), `ß` as `ss`, accents are dropped, quotation marks, apostrophes, dashes and
//!   blanks are the plain ones, invisible signs are gone. Upper and lower case stay.
//! - Every sentence is a line of its own, and a line broken in the middle of a sentence is mended. What does not end for
//!   [`SENTENCE_MAX`] characters is broken where it is.
//! - Only the first [`TEXT_MAX`] characters count.
//!
//! Whoever stretches words (`sooo baaaad`) is read a second time without the stretching.

/// How much of a message is read, in characters. Whoever has something to say has said it by then; what comes after
/// is only not looked at by rules.
pub const TEXT_MAX: usize = 8_000;
/// How long a sentence may be, in characters; what goes on after it is read as the next one. What a pattern with `.*`
/// has begun is forgotten with the sentence, and a search is quick as long as there is little to remember.
const SENTENCE_MAX: usize = 240;

/// A message as the patterns see it.
pub(super) fn text(written: &str) -> String {
    let mut folded = String::new();
    let mut room = TEXT_MAX;
    let own = written.lines().filter(|line| !line.trim_start().starts_with('>'));
    for line in own {
        if room == 0 {
            break;
        }
        if !folded.is_empty() {
            folded.push('\n');
        }
        for c in line.chars().take(room) {
            push(&mut folded, c);
            room -= 1;
        }
    }
    sentences(&folded)
}

/// The same without stretched words; `None` when nothing is stretched.
pub(super) fn unstretched(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut stretched = false;
    while let Some(c) = chars.next() {
        let mut run = 1;
        while chars.peek().is_some_and(|next| next.is_alphabetic() && next.eq_ignore_ascii_case(&c)) {
            chars.next();
            run += 1;
        }
        plain.push(c);
        match run {
            1 => {}
            2 => plain.push(c),
            _ => stretched = true,
        }
    }
    stretched.then_some(plain)
}

/// Adds a character in its plain spelling.
fn push(to: &mut String, c: char) {
    match c {
        // a letter and its dots written apart
        '\u{308}' if to.ends_with(['a', 'o', 'u', 'A', 'O', 'U']) => to.push('e'),
        _ => match plain(c) {
            Some(plain) => to.push_str(plain),
            None => to.push(c),
        },
    }
}

/// The plain spelling of a character that has one.
pub(super) const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'Ä' | 'Æ' => "Ae",
        'Ö' | 'Œ' => "Oe",
        'Ü' => "Ue",
        'ß' => "ss",
        'ẞ' => "SS",
        'à' | 'á' | 'â' | 'ã' | 'å' => "a",
        'À' | 'Á' | 'Â' | 'Ã' | 'Å' => "A",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'È' | 'É' | 'Ê' | 'Ë' => "E",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
        'ù' | 'ú' | 'û' => "u",
        'ç' => "c",
        'ñ' => "n",
        '‘' | '’' | '‚' | '‛' | '´' | '`' | '′' => "'",
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '−' => "-",
        '…' => "...",
        '\t' | '\r' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => " ",
        // signs that are not seen, and what is drawn over a letter
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{fe0e}'
        | '\u{fe0f}'
        | '\u{feff}'
        | '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

/// Puts every sentence on a line of its own.
fn sentences(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // how many letters stand in a row at the end of what was written, and how much is on its line
    let (mut letters, mut length) = (0_usize, 0_usize);
    while let Some(c) = chars.next() {
        length += 1;
        match c {
            '\n' => {
                while chars.next_if(|next| next.is_whitespace()).is_some() {}
                let ended = lines.trim_end().ends_with(['.', '!', '?', ':', ';']);
                let goes_on = !ended && chars.peek().is_some_and(|next| next.is_lowercase());
                blank(&mut lines, &mut length, !goes_on);
                letters = 0;
            }
            ' ' => {
                // "3. Mai", "z. B." and "Nr. 5" are no ends
                let ends = lines.ends_with(['!', '?']) || letters > 2 && lines.ends_with('.');
                blank(&mut lines, &mut length, ends);
                letters = 0;
            }
            '.' => lines.push('.'),
            _ => {
                letters = if c.is_alphabetic() { letters + 1 } else { 0 };
                lines.push(c);
            }
        }
    }
    lines
}

/// Ends a word, or a sentence when it has ended or is too long for one. One blank is enough for everybody.
fn blank(lines: &mut String, length: &mut usize, ends: bool) {
    if lines.ends_with(char::is_whitespace) {
        return;
    }
    let ends = ends || *length > SENTENCE_MAX;
    lines.push(if ends { '\n' } else { ' ' });
    if ends {
        *length = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_looks_plain_to_the_patterns() {
        for (written, plain) in [
            ("Schöne Grüße aus Köln", "Schoene Gruesse aus Koeln"),
            ("Scho\u{308}ne Gru\u{308}ße, d\u{e9}j\u{e0} vu", "Schoene Gruesse, deja vu"),
            ("It\u{2019}s \u{201c}fine\u{201d}", "It's \"fine\""),
            ("Kein\u{a0}\u{a0} Ton.  Gar keiner!? Nein", "Kein Ton.\nGar keiner!?\nNein"),
            ("zum 3. Mal, z. B. Nr. 5", "zum 3. Mal, z. B. Nr. 5"),
            (
                "das ist ein umbrochener\nSatz,\nja wirklich\n\nEnde",
                "das ist ein umbrochener\nSatz, ja wirklich\nEnde",
            ),
            ("> Ihr seid schlecht\n  > und langsam\nsagt wer?", "sagt wer?"),
            ("> nur ein Zitat", ""),
            ("", ""),
        ] {
            assert_eq!(text(written), plain, "{written:?}");
        }
    }

    #[test]
    fn stretched_words_are_read_a_second_time() {
        assert_eq!(unstretched("sooo baaaad!!! all NEEEin").as_deref(), Some("so bad!!! all NEin"));
        assert_eq!(unstretched("all is well, 1000"), None);
    }

    #[test]
    fn only_the_beginning_of_a_long_message_is_read() {
        let long = format!("{}\nende", "ä".repeat(TEXT_MAX + 10));
        assert_eq!(text(&long).len(), 2 * TEXT_MAX);
    }
}
