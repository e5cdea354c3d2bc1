//! Which language a message is in, as far as its small words tell.
//!
//! German (with the Swiss dialects) and English are known. Words that both have, or that French, Italian or Dutch have
//! too, tell nothing. Whoever writes too little, or mixes, is in no language: a wrong one is worse than none.

use std::sync::LazyLock;

/// The most words that are looked at.
const WORDS_MAX: usize = 200;
/// The fewest words that tell anything.
const WORDS_MIN: usize = 3;

/// German's small words, in plain spelling.
const GERMAN: &[&str] = &[
    "aber", "auch", "auf", "aus", "bei", "bin", "bis", "bitte", "chan", "chani", "danke", "dann", "das",
    "dass", "dein", "dem", "denn", "der", "deren", "dich", "dir", "doch", "durch", "ein", "eine", "einem",
    "einen", "einer", "eines", "er", "erst", "es", "etwas", "euch", "euer", "eure", "fuer", "gaht", "gibt",
    "goht", "gruezi", "guten", "hab", "habe", "haben", "habt", "haend", "hat", "hatte", "hend", "ich",
    "ihnen", "ihr", "ihre", "ihrem", "ihren", "immer", "isch", "ist", "ja", "jetz", "jetzt", "kann", "kein",
    "keine", "koennen", "koennte", "leider", "man", "mein", "meine", "meinem", "meinen", "meiner", "mer",
    "mich", "mir", "mit", "moechte", "muss", "nach", "ned", "nein", "nicht", "nichts", "nid", "noch", "noed",
    "nuet", "nur", "oder", "oepper", "ohne", "scho", "schon", "sehr", "seit", "sich", "sie", "sind", "soll",
    "ueber", "und", "uns", "unser", "unsere", "viel", "vielen", "vom", "von", "vor", "waere", "wann",
    "warum", "weil", "wenn", "werden", "wie", "wieder", "wir", "wird", "wo", "wuerde", "wurde", "zu", "zum",
    "zur", "zwischen",
];

/// English's small words.
const ENGLISH: &[&str] = &[
    "about", "after", "again", "and", "any", "anyone", "are", "aren't", "at", "be", "because", "been",
    "before", "but", "by", "can", "can't", "could", "did", "didn't", "do", "does", "doesn't", "don't",
    "each", "every", "for", "from", "get", "got", "had", "has", "hasn't", "have", "haven't", "hello", "how",
    "i", "i'd", "i'm", "i've", "if", "is", "isn't", "it", "it's", "its", "just", "like", "my", "not", "now",
    "of", "on", "our", "out", "please", "since", "still", "than", "thank", "thanks", "that", "that's", "the",
    "their", "them", "then", "there", "they", "this", "to", "was", "wasn't", "we", "were", "what", "when",
    "where", "which", "why", "will", "with", "won't", "would", "you", "you're", "your",
];

/// Words that mostly mean another language is spoken.
const OTHERS: &[&str] = &[
    "avec", "che", "dans", "de", "della", "des", "desidero", "du", "een", "el", "en", "est", "et", "grazie",
    "het", "il", "je", "la", "le", "les", "los", "mais", "merci", "mijn", "mon", "nao", "niet", "non",
    "nous", "para", "pas", "per", "pour", "pourquoi", "que", "qui", "sono", "sur", "un", "una", "une", "van",
    "voor", "votre", "vous",
];

/// Where a small word belongs.
#[derive(Clone, Copy)]
enum Spoken {
    German,
    English,
    Other,
}

/// All small words, in order.
static WORDS: LazyLock<Vec<(&str, Spoken)>> = LazyLock::new(|| {
    let lists = [(GERMAN, Spoken::German), (ENGLISH, Spoken::English), (OTHERS, Spoken::Other)];
    let mut words: Vec<_> =
        lists.iter().flat_map(|(list, spoken)| list.iter().map(|word| (*word, *spoken))).collect();
    words.sort_unstable_by_key(|(word, _)| *word);
    words
});

/// The language of a text, `de` or `en`, if enough of it is plainly that.
#[must_use]
pub fn detect(text: &str) -> Option<&'static str> {
    of(&super::fold::text(text))
}

/// The same for a text in plain spelling.
pub(super) fn of(folded: &str) -> Option<&'static str> {
    let mut count = 0_usize;
    let [mut german, mut english, mut others] = [0_usize; 3];
    let words = folded.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| !word.is_empty());
    for word in words.take(WORDS_MAX) {
        count += 1;
        let word = word.to_lowercase();
        let place = WORDS.binary_search_by(|(known, _)| known.cmp(&word.as_str())).ok();
        match place.and_then(|place| WORDS.get(place)) {
            Some((_, Spoken::German)) => german += 1,
            Some((_, Spoken::English)) => english += 1,
            Some((_, Spoken::Other)) => others += 1,
            None => {}
        }
    }
    // two words of one's own, a sixth of all, and twice as many as of any other language
    let plainly = |own: usize, other: usize| {
        count >= WORDS_MIN && own >= 2 && own * 6 >= count && own >= 2 * (other + others).max(1)
    };
    if plainly(german, english) {
        Some("de")
    } else if plainly(english, german) {
        Some("en")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_share_nothing() {
        let all: Vec<_> = GERMAN.iter().chain(ENGLISH).chain(OTHERS).collect();
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len());
    }

    #[test]
    fn german_and_english_are_told_apart_and_from_others() {
        for (text, language) in [
            ("Wann kommt mein Paket, ich warte schon seit Montag?", Some("de")),
            ("Koennen Sie mir bitte helfen", Some("de")),
            ("I ha s Päckli no nid übercho, isch das normal?", Some("de")),
            ("Where is my parcel? I've been waiting since Monday.", Some("en")),
            ("please help me with the app", Some("en")),
            ("Où est mon colis ? Je l'attends depuis lundi et vous ne répondez pas.", None),
            ("Waar blijft mijn pakket? Ik wacht al een week.", None),
            ("Dove si trova il mio pacco? Non è ancora arrivato.", None),
            ("ok", None),
            ("Danke!", None),
            ("iPhone 13 Pro Max", None),
            ("", None),
        ] {
            assert_eq!(detect(text), language, "{text}");
        }
    }
}
