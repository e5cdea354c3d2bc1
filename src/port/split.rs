//! Cutting a long text into parts that a platform takes. For texts with looks there is [`crate::rich::split()`].

use crate::capabilities::Limit;
use unicode_segmentation::UnicodeSegmentation;

/// Cuts a text into parts of at most `limit`: after a paragraph, else a line, a sentence, a word, a grapheme.
///
/// Joining the parts gives the text back, letter for letter. A text within the limit is one part, an empty one
/// too. A single grapheme longer than the limit is cut between its characters.
#[must_use]
pub fn split(text: &str, limit: Limit) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(fits) = longest_prefix(rest, limit) {
        let cut = best_cut(fits);
        let (part, tail) = rest.split_at(cut);
        parts.push(part);
        rest = tail;
    }
    parts.push(rest);
    parts
}

/// The longest prefix of whole characters within the limit, or `None` when all of it fits.
fn longest_prefix(text: &str, limit: Limit) -> Option<&str> {
    let mut used = 0;
    let mut buffer = [0; 4];
    for (at, c) in text.char_indices() {
        used += limit.unit.count(c.encode_utf8(&mut buffer));
        if used > limit.max {
            // at least one character goes through, or nothing ever would
            let end = if at == 0 { c.len_utf8() } else { at };
            return (end < text.len()).then(|| text.split_at(end).0);
        }
    }
    None
}

/// Where to cut a text that is followed by more: after the last good boundary in its second half.
fn best_cut(text: &str) -> usize {
    let late = text.len() / 2;
    let after = |pattern: &str| text.rfind(pattern).map(|at| at + pattern.len());
    let sentence = || [". ", "! ", "? ", "。"].into_iter().filter_map(after).max();
    let found =
        [after("\n\n"), after("\n"), sentence(), after(" ")].into_iter().flatten().find(|cut| *cut > late);
    found.unwrap_or_else(|| last_grapheme(text))
}

/// The start of the last grapheme: what follows the cut may still belong to it.
pub(crate) fn last_grapheme(text: &str) -> usize {
    match text.grapheme_indices(true).next_back() {
        Some((at, _)) if at > 0 => at,
        _ => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::Unit;
    use proptest::prelude::*;

    fn parts(text: &str, max: usize) -> Vec<&str> {
        split(text, Limit { max, unit: Unit::Chars })
    }

    #[test]
    fn a_text_is_cut_where_a_reader_would_pause() {
        assert_eq!(parts("short", 10), ["short"]);
        assert_eq!(parts("", 10), [""]);
        assert_eq!(parts("one two\n\nthree four", 14), ["one two\n\n", "three four"]);
        assert_eq!(parts("It is so. But not now", 14), ["It is so. ", "But not now"]);
        assert_eq!(parts("abcdefgh ijkl", 10), ["abcdefgh ", "ijkl"]);
        assert_eq!(parts("aaaa👩‍👩‍👧", 6), ["aaaa", "👩‍👩‍👧"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_part_fits(text in "\\PC{0,200}", max in 1_usize..40) {
            for unit in [Unit::Chars, Unit::Bytes, Unit::Utf16] {
                let limit = Limit { max: max.max(4), unit };
                let parts = split(&text, limit);
                prop_assert_eq!(parts.concat(), text.clone());
                for part in &parts {
                    prop_assert!(unit.count(part) <= limit.max);
                }
            }
        }
    }
}
