//! Tags: one spelling, whoever wrote them: an agent with `!tag`, a rule, or a policy that looks at them.

/// The longest tag, in characters.
pub const TAG_MAX: usize = 40;
/// What a tag must be, as the rest of a sentence that begins with the one that is not.
pub const WANTED: &str = "must be 1 to 40 letters, digits and - _ . :, the first of them no -";

/// A tag as threads have it: in lower case, without the `#` or `+` that people put before it.
///
/// `None` where it cannot be one: `!tag` takes one word for one tag, and with `-` before it takes the tag away.
#[must_use]
pub fn tag(written: &str) -> Option<String> {
    let tag = bare(written);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    let fits = (1..=TAG_MAX).contains(&tag.chars().count()) && tag.chars().all(is_word);
    Some(tag).filter(|tag| fits && !tag.starts_with('-'))
}

/// Whether a tag that a thread has is meant by a word, also when it is from a time when tags were kept as they were written.
pub(crate) fn is_meant(tag: &str, written: &str) -> bool {
    tag.to_lowercase() == bare(written)
}

fn bare(written: &str) -> String {
    written.trim_start_matches(['+', '#']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_one_spelling_and_can_be_named() {
        for (written, kept) in [
            ("vip", Some("vip")),
            ("VIP", Some("vip")),
            ("#Größe", Some("größe")),
            ("+2.order:late_x-y", Some("2.order:late_x-y")),
            ("", None),
            ("#", None),
            ("-vip", None),
            ("very important", None),
            (" vip", None),
            ("a/b", None),
        ] {
            assert_eq!(tag(written).as_deref(), kept, "{written:?}");
        }
        assert!(tag(&"x".repeat(TAG_MAX)).is_some() && tag(&"x".repeat(TAG_MAX + 1)).is_none());
        assert!(WANTED.contains(&format!("1 to {TAG_MAX} ")), "{WANTED}");
        assert!(is_meant("VIP", "vip") && is_meant("vip", "#VIP") && !is_meant("vip", "vi"));
    }
}
