//! Which words can be language tags.

use super::resolve::Findings;
use unic_langid::LanguageIdentifier;

/// Tells of what can be no language tag: `deutsch` has the form of one, but every language has two letters or three.
pub(super) fn check(found: &mut Findings<'_>, path: &str, tag: &str) {
    if !is_tag(tag) {
        found.problem(path, WANTED.0, WANTED.1);
    }
}

/// What is wrong with it, and what to do.
pub(super) const WANTED: (&str, &str) = ("is not a language tag", "they are like de, en or pt-BR");

pub(super) fn is_tag(text: &str) -> bool {
    text.parse::<LanguageIdentifier>().is_ok_and(|tag| tag.language.as_str().len() <= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_two_letters_or_three() {
        for (text, wanted) in [
            ("de", true),
            ("gsw", true),
            ("pt-BR", true),
            ("de_CH", true),
            ("zh-Hant-TW", true),
            ("deutsch", false),
            ("german", false),
            ("d", false),
            ("", false),
            ("de, en", false),
        ] {
            assert_eq!(is_tag(text), wanted, "{text:?}");
        }
    }
}
