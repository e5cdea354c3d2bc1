//! Which language a message is in, as far as its small words tell.
//!
//! German (with the Swiss dialects) and English are known. Words that both have, or that French, Italian or Dutch have
//! too, tell nothing. Whoever writes too little, or mixes, is in no language: a wrong one is worse than none.

/// The most words that are looked at.
const WORDS_MAX: usize = 200;
/// The fewest words that tell anything.
const WORDS_MIN: usize = 3;

/// German's small words, in plain spelling; sorted.
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

/// English's small words; sorted.
const ENGLISH: &[&str] = &[
    "about", "after", "again", "and", "any", "anyone", "are", "aren't", "at", "be", "because", "been",
    "before", "but", "by", "can", "can't", "could", "did", "didn't", "do", "does", "doesn't", "don't",
    "each", "every", "for", "from", "get", "got", "had", "has", "hasn't", "have", "haven't", "hello", "how",
    "i", "i'd", "i'm", "i've", "if", "is", "isn't", "it", "it's", "its", "just", "like", "my", "not", "now",
    "of", "on", "our", "out", "please", "since", "still", "than", "thank", "thanks", "that", "that's", "the",
    "their", "them", "then", "there", "they", "this", "to", "was", "wasn't", "we", "were", "what", "when",
    "where", "which", "why", "will", "with", "won't", "would", "you", "you're", "your",
];

/// Words that mostly mean another language is spoken; sorted.
const OTHERS: &[&str] = &[
    "avec", "che", "dans", "de", "della", "des", "desidero", "du", "een", "el", "en", "est", "et", "grazie",
    "het", "il", "je", "la", "le", "les", "los", "mais", "merci", "mijn", "mon", "nao", "niet", "non",
    "nous", "para", "pas", "per", "pour", "pourquoi", "que", "qui", "sono", "sur", "un", "una", "une", "van",
    "voor", "votre", "vous",
];

/// The language of a text, `de` or `en`, if enough of it is plainly that.
#[must_use]
pub fn detect(text: &str) -> Option<&'static str> {
    of(&super::fold::text(text))
}

/// The same for a text in plain spelling.
pub(super) fn of(folded: &str) -> Option<&'static str> {
    let mut count = 0_usize;
    let (mut german, mut english, mut others) = (0_usize, 0_usize, 0_usize);
    let words = folded.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| !word.is_empty());
    for word in words.take(WORDS_MAX) {
        let word = word.to_lowercase();
        let is = |list: &[&str]| usize::from(list.binary_search(&word.as_str()).is_ok());
        count += 1;
        german += is(GERMAN);
        english += is(ENGLISH);
        others += is(OTHERS);
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
    fn the_lists_can_be_searched_and_share_nothing() {
        for list in [GERMAN, ENGLISH, OTHERS] {
            assert!(list.is_sorted());
        }
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
