//! What the adapter itself says, in the language of whoever pressed a button. It must not say anything else.

/// Discord's codes of languages, by the first part of a language tag.
const LANGUAGES: [(&str, &[&str]); 31] = [
    ("id", &["id"]),
    ("da", &["da"]),
    ("de", &["de"]),
    ("en", &["en-US", "en-GB"]),
    ("es", &["es-ES", "es-419"]),
    ("fr", &["fr"]),
    ("hr", &["hr"]),
    ("it", &["it"]),
    ("lt", &["lt"]),
    ("hu", &["hu"]),
    ("nl", &["nl"]),
    ("no", &["no"]),
    ("nb", &["no"]),
    ("pl", &["pl"]),
    ("pt", &["pt-BR"]),
    ("ro", &["ro"]),
    ("fi", &["fi"]),
    ("sv", &["sv-SE"]),
    ("vi", &["vi"]),
    ("tr", &["tr"]),
    ("cs", &["cs"]),
    ("el", &["el"]),
    ("bg", &["bg"]),
    ("ru", &["ru"]),
    ("uk", &["uk"]),
    ("hi", &["hi"]),
    ("th", &["th"]),
    ("zh", &["zh-CN", "zh-TW"]),
    ("ja", &["ja"]),
    ("ko", &["ko"]),
    ("ar", &[]),
];

/// The phrase in a language, in the desk's own when there is none; nothing when there is no phrase at all.
pub(crate) fn spoken<'p>(phrases: &'p [(String, String)], locale: Option<&str>) -> Option<&'p str> {
    let wanted = locale.map(first_part);
    let found = phrases.iter().find(|(language, _)| Some(first_part(language)) == wanted);
    found.or_else(|| phrases.first()).map(|(_, phrase)| phrase.as_str()).filter(|phrase| !phrase.is_empty())
}

/// A phrase in every language that Discord has, as the pairs of an object; at most `max` characters each.
pub(crate) fn localised(phrases: &[(String, String)], max: usize) -> serde_json::Value {
    let mut all = serde_json::Map::new();
    for (language, phrase) in phrases {
        let codes = LANGUAGES.iter().find(|(known, _)| *known == first_part(language));
        for code in codes.map(|(_, codes)| *codes).unwrap_or_default() {
            all.entry(*code).or_insert_with(|| shortened(phrase, max).into());
        }
    }
    all.into()
}

/// At most so many characters.
pub(crate) fn shortened(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

fn first_part(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_spoken_to_in_their_language_or_in_the_desks() {
        let pair = |language: &str, phrase: &str| (language.to_owned(), phrase.to_owned());
        let phrases = [pair("de", "Ja"), pair("en", "Yes")];
        assert_eq!(spoken(&phrases, Some("en-GB")), Some("Yes"));
        assert_eq!(spoken(&phrases, Some("fr")), Some("Ja"));
        assert_eq!(spoken(&phrases, None), Some("Ja"));
        assert_eq!(spoken(&[], Some("de")), None);
        let all = localised(&phrases, 2);
        assert_eq!(all, serde_json::json!({ "de": "Ja", "en-US": "Ye", "en-GB": "Ye" }));
    }
}
