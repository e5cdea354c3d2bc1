//! Completes what is typed behind a command. Pure.

use port::Suggestions;

/// How many choices Discord shows.
const CHOICES_MAX: usize = 25;
/// The longest choice.
const CHOICE_MAX: usize = 100;

/// What may stand there in place of what was typed, the likeliest first.
///
/// What was typed stays as far as it is no part of what is suggested: `week by a` becomes `week by agent`. What begins with
/// what was typed comes before what only has it in it.
pub(crate) fn choices(suggestions: &Suggestions, typed: &str) -> Vec<String> {
    let (suggested, several) = match suggestions {
        Suggestions::None => return Vec::new(),
        Suggestions::One(words) => (words, false),
        Suggestions::Several(words) => (words, true),
    };
    if typed.chars().count() > CHOICE_MAX {
        return Vec::new();
    }
    let mut typed: Vec<&str> = typed.split(char::is_whitespace).collect();
    // what stands after the last blank is being typed, be it nothing
    let last = typed.pop().unwrap_or_default();
    typed.retain(|word| !word.is_empty());
    let most = if several { typed.len() } else { 0 };
    for kept in 0..=most {
        let (kept, rest) = typed.split_at(kept);
        let begun = [rest, &[last]].concat().join(" ").to_lowercase();
        let begun = begun.trim_start_matches('@');
        let is_begun = |word: &&String| word.to_lowercase().starts_with(begun);
        let is_last = rest.is_empty() || !several;
        let is_within =
            |word: &&String| is_last && !is_begun(word) && word.to_lowercase().contains(begun.trim_end());
        let fits = |word: &&String| !is_typed(kept, word);
        let found: Vec<String> = suggested
            .iter()
            .filter(is_begun)
            .chain(suggested.iter().filter(is_within))
            .filter(fits)
            .map(|word| [kept, &[word.as_str()]].concat().join(" "))
            .filter(|choice| choice.chars().count() <= CHOICE_MAX)
            .take(CHOICES_MAX)
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Whether something that is suggested was typed before.
fn is_typed(before: &[&str], suggested: &str) -> bool {
    let words: Vec<String> = suggested.split_whitespace().map(str::to_lowercase).collect();
    let typed: Vec<String> = before.iter().map(|word| word.to_lowercase()).collect();
    !words.is_empty() && typed.windows(words.len()).any(|part| part == words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[track_caller]
    fn check(suggestions: &Suggestions, typed: &str, wanted: &[&str]) {
        assert_eq!(choices(suggestions, typed), wanted, "{typed:?}");
    }

    #[test]
    fn the_word_that_is_being_typed_is_completed_and_the_others_stay() {
        let all = Suggestions::Several(words(&["today", "week", "last week", "by agent", "by day", "wall"]));
        check(&all, "", &["today", "week", "last week", "by agent", "by day", "wall"]);
        check(&all, "W", &["week", "wall", "last week"]);
        check(&all, "week  by A", &["week by agent"]);
        check(&all, "last ", &["last week"]);
        check(&all, "last w", &["last week"]);
        check(&all, "wall da", &["wall today", "wall by day"]);
        check(&all, "today zzz", &[]);
    }

    #[test]
    fn what_was_typed_is_not_offered_again() {
        let all = Suggestions::Several(words(&["vip", "refund", "-vip", "-refund"]));
        check(&all, "VIP ", &["VIP refund", "VIP -vip", "VIP -refund"]);
        check(&all, "vip refund -", &["vip refund -vip", "vip refund -refund"]);
        let long = format!("{} ", "x".repeat(CHOICE_MAX));
        check(&all, &long, &[]);
        check(
            &all,
            &"x ".repeat(48),
            &[format!("{}vip", "x ".repeat(48)).as_str(), &format!("{}-vip", "x ".repeat(48))],
        );
    }

    #[test]
    fn one_argument_is_completed_as_a_whole() {
        let names = Suggestions::One(words(&["Anna Maria", "Jörg", "Örjan", "Maria"]));
        check(&names, "mar", &["Maria", "Anna Maria"]);
        check(&names, "@anna m", &["Anna Maria"]);
        check(&names, "Ö", &["Örjan", "Jörg"]);
        check(&names, "Maria ", &["Anna Maria", "Maria"]);
        check(&names, "nobody", &[]);
        check(&Suggestions::None, "a", &[]);
        let many = Suggestions::One((0..30).map(|number| format!("name {number}")).collect());
        assert_eq!(choices(&many, "name").len(), CHOICES_MAX);
    }
}
