//! The words for every sentence: Fluent messages from `config/locales`, built into the program.
//!
//! This module chooses no sentence and knows no state; the desk says what, this says how. Texts of people are
//! arguments and are inserted as they are.

use desk::sentence::{Arg, Sentence, Words};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// The locale whose words are taken where another has none.
const FALLBACK: &str = "en";

/// The words of English, and those that are about figures.
const EN: [&str; 2] =
    [include_str!("../config/locales/en.ftl"), include_str!("../config/locales/en.figures.ftl")];
/// The same of German.
const DE: [&str; 2] =
    [include_str!("../config/locales/de.ftl"), include_str!("../config/locales/de.figures.ftl")];

/// The words of all locales.
pub struct Locales {
    bundles: Vec<(&'static str, Bundle)>,
}

impl Locales {
    /// The words built into the program.
    #[must_use]
    pub fn built_in() -> Self {
        let bundles = [(FALLBACK, EN), ("de", DE)];
        Self { bundles: bundles.map(|(name, sources)| (name, bundle(name, sources))).into() }
    }

    /// The locales there are words for.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.bundles.iter().map(|(name, _)| *name)
    }

    /// The ids of all messages of a locale, in the order of the file.
    #[must_use]
    pub fn ids(source: &str) -> Vec<String> {
        let lines = source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
        lines.filter_map(|line| line.split_once('=')).map(|(id, _)| id.trim().to_owned()).collect()
    }

    /// The sentence in exactly this locale, or what is missing for it.
    ///
    /// # Errors
    /// What a translator has to mend.
    pub fn exactly(&self, locale: &str, sentence: &Sentence) -> Result<String, String> {
        let (id, args) = sentence.parts();
        let missing = |what: &str| format!("{locale}: {id} {what}");
        let (_, bundle) =
            self.bundles.iter().find(|(name, _)| *name == locale).ok_or_else(|| missing("has no locale"))?;
        let message = bundle.get_message(id).ok_or_else(|| missing("has no words"))?;
        let pattern = message.value().ok_or_else(|| missing("has no value"))?;
        let args = fluent_args(args);
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if errors.is_empty() { Ok(text) } else { Err(missing("names an argument that is not there")) }
    }
}

impl Words for Locales {
    fn locale(&self, name: &str) -> Option<&'static str> {
        self.names().find(|known| known.eq_ignore_ascii_case(name))
    }

    fn say(&self, locale: &str, sentence: &Sentence) -> String {
        let said = self.exactly(locale, sentence).or_else(|_| self.exactly(FALLBACK, sentence));
        // the tests say every sentence in every locale; an id is still better than silence
        said.unwrap_or_else(|_| sentence.parts().0.to_owned())
    }
}

fn bundle(locale: &str, sources: [&str; 2]) -> Bundle {
    // decides the plurals; the tests see them
    let language: LanguageIdentifier = locale.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // marks around arguments would end up in copied names and links
    bundle.set_use_isolating(false);
    for source in sources {
        // what cannot be read is missing afterwards, and the tests miss it
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn fluent_args(args: Vec<(&'static str, Arg)>) -> FluentArgs<'static> {
    let value = |arg| match arg {
        Arg::Text(text) => FluentValue::from(text),
        Arg::Number(number) => FluentValue::from(number),
    };
    args.into_iter().map(|(name, arg)| (name, value(arg))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const SOURCES: [(&str, [&str; 2]); 2] = [("en", EN), ("de", DE)];

    #[test]
    fn every_sentence_has_words_in_every_locale() {
        let locales = Locales::built_in();
        assert_eq!(locales.names().collect::<Vec<_>>(), SOURCES.map(|(name, _)| name));
        let mut problems = Vec::new();
        for locale in locales.names() {
            for sentence in Sentence::samples() {
                match locales.exactly(locale, &sentence) {
                    Ok(text)
                        if text.trim().is_empty() || text.contains(['{', '}', '\u{2068}', '\u{2069}']) =>
                    {
                        problems.push(format!("{locale}: {} reads {text:?}", sentence.parts().0));
                    }
                    Ok(_) => {}
                    Err(problem) => problems.push(problem),
                }
            }
        }
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn no_locale_has_words_that_nobody_says() {
        let said: BTreeSet<&str> = Sentence::samples().iter().map(|sentence| sentence.parts().0).collect();
        for (locale, sources) in SOURCES {
            let ids = sources.map(Locales::ids).concat();
            let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
            assert_eq!(known.len(), ids.len(), "{locale} says something twice");
            let unused: Vec<_> = known.difference(&said).collect();
            assert!(unused.is_empty(), "{locale}: {unused:?}");
        }
    }

    #[test]
    fn every_argument_is_said_in_every_locale() {
        let mut problems = Vec::new();
        for (locale, sources) in SOURCES {
            let source = sources.join("\n");
            for sentence in Sentence::samples() {
                let (id, args) = sentence.parts();
                let entry =
                    source.lines().skip_while(|line| !line.starts_with(&format!("{id} ="))).enumerate();
                let entry: String = entry
                    .take_while(|(index, line)| *index == 0 || line.starts_with(' '))
                    .map(|(_, line)| line)
                    .collect();
                let unsaid = args.iter().filter(|(name, _)| !entry.contains(&format!("${name}")));
                problems.extend(unsaid.map(|(name, _)| format!("{locale}: {id} leaves out ${name}")));
            }
        }
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn an_unknown_locale_speaks_english_and_arguments_are_never_patterns() {
        let locales = Locales::built_in();
        let customer = "{ $number } {-x}".to_owned();
        let said = locales.say("xx", &Sentence::TopicTitle { customer, number: 17 });
        assert_eq!(said, "{ $number } {-x} · #17");
        assert_eq!((locales.locale("xx"), locales.locale("DE")), (None, Some("de")));
    }
}
