//! Whether somebody's words could be taken for the name that the bridge puts before a message.
//!
//! The bridge writes `Anna (Support): ` before what Anna says. A customer may call themselves the same, or begin a
//! line so, in letters that only look alike. This tells; what is done about it is the caller's.

use crate::names::is_invisible;
use std::sync::LazyLock;
use unicode_security::confusable_detection::skeleton;

/// A text (a display name, or a message) as its readers see it. Made once, and compared with many.
pub struct Looks {
    /// In small letters and in capitals, each as it is written and, where it turns round, as it is read then.
    cases: [Vec<Vec<Sign>>; 2],
}

impl Looks {
    /// How a text looks.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let turned = turned(text);
        let texts = || std::iter::once(text).chain(turned.as_deref());
        Self { cases: [lowered, raised].map(|case| texts().map(|text| seen(text, case)).collect()) }
    }

    /// Whether a text that looks so could be read as if this persona spoke.
    ///
    /// It could if the whole text is the persona's name, or if one of its lines begins with that name and a colon. What
    /// is compared is what a reader sees: letters that look alike are the same in any script and either case, marks above
    /// and below count for nothing, nor do blanks, signs, line breaks within the name and what cannot be seen; what a
    /// bidirectional override turns round is read both ways.
    #[must_use]
    pub fn imitate(&self, persona: &Self) -> bool {
        self.cases.iter().zip(&persona.cases).any(|(texts, names)| {
            let Some(name) = names.first().map(|name| without_colons(name)) else { return false };
            !name.is_empty() && texts.iter().any(|text| is_announced(text, name))
        })
    }
}

/// What a glance tells: whether a text could be read as if one of these personas spoke. Where this says no, so does
/// [`Looks::imitate`] of each, which takes much longer over it.
#[must_use]
pub fn may_imitate(text: &str, personas: &[Looks]) -> bool {
    if !text.is_ascii() && text.contains(OVERRIDES) {
        return true;
    }
    beginnings(text).any(|text| {
        personas.iter().any(|persona| {
            persona.cases.iter().zip(&*PLAIN).any(|(names, looks)| {
                names.first().is_some_and(|name| may_begin_with(text, without_colons(name), looks))
            })
        })
    })
}

/// A text from the first sign of each line on. Lines without a sign are passed: what begins there begins later as well.
fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    let mut end = 0;
    text.split_inclusive(is_break).filter_map(move |line| {
        let begin = end;
        end += line.len();
        text.get(begin + line.find(may_be_sign)?..)
    })
}

fn may_be_sign(c: char) -> bool {
    let has_look = |looks: &[Vec<char>; 128]| plain(looks, c).is_none_or(|looks| !looks.is_empty());
    !is_invisible(c) && PLAIN.iter().any(has_look)
}

/// How a letter looks; nothing if it is not of ASCII and has to be looked at properly.
fn plain(looks: &[Vec<char>; 128], c: char) -> Option<&[char]> {
    usize::try_from(u32::from(c)).ok().and_then(|c| looks.get(c)).map(Vec::as_slice)
}

/// Whether a text may begin with a name, as far as its plain letters tell.
fn may_begin_with(text: &str, name: &[Sign], looks: &[Vec<char>; 128]) -> bool {
    let mut name = name.iter();
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        let Some(looks) = plain(looks, c) else { return true };
        for look in looks {
            match name.next() {
                Some(sign) if sign.look == *look => {}
                Some(_) => return false,
                None => return *look == ':',
            }
        }
    }
    name.next().is_none()
}

/// How each letter of ASCII looks by itself, in small letters and in capitals.
static PLAIN: LazyLock<[[Vec<char>; 128]; 2]> = LazyLock::new(|| {
    let letters = || std::array::from_fn(|c| char::from(u8::try_from(c).unwrap_or_default()).to_string());
    let looks = |case, letters: [String; 128]| {
        letters.map(|letter| seen(&letter, case).into_iter().map(|sign| sign.look).collect())
    };
    [looks(lowered, letters()), looks(raised, letters())]
});

/// One letter, digit or colon, as it looks.
struct Sign {
    look: char,
    /// Whether it is the first of its line.
    begins_line: bool,
}

fn without_colons(mut name: &[Sign]) -> &[Sign] {
    while let Some((Sign { look: ':', .. }, before)) = name.split_last() {
        name = before;
    }
    name
}

fn is_announced(text: &[Sign], name: &[Sign]) -> bool {
    let places = text.iter().enumerate().filter(|(_, sign)| sign.begins_line);
    places.map(|(at, _)| at).any(|at| {
        let mut rest = text.iter().skip(at).map(|sign| sign.look);
        let is_name = name.iter().all(|sign| rest.next() == Some(sign.look));
        is_name && rest.next().map_or(at == 0, |next| next == ':')
    })
}

fn lowered(c: char) -> Vec<char> {
    c.to_lowercase().collect()
}

/// Some letters look alike only as capitals (В and B), some only as small ones (ѕ and s).
fn raised(c: char) -> Vec<char> {
    c.to_uppercase().collect()
}

/// What a reader sees of a text, without what means nothing.
fn seen(text: &str, case: fn(char) -> Vec<char>) -> Vec<Sign> {
    let mut signs = Vec::new();
    for line in text.split(is_break) {
        let mut begins_line = true;
        let cased: String = line.chars().filter(|c| !is_invisible(*c)).flat_map(case).collect();
        let plain: String = skeleton(&cased).flat_map(lowered).collect();
        for look in skeleton(&plain).flat_map(char::to_lowercase).filter_map(look) {
            signs.push(Sign { look, begins_line: std::mem::take(&mut begins_line) });
        }
    }
    signs
}

const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The one sign that stands for all that look like it; nothing for what is neither letter, digit nor colon.
fn look(c: char) -> Option<char> {
    match c {
        ':' | '\u{FE13}' | '\u{FE55}' | '\u{FF1A}' | '\u{2982}' => Some(':'),
        'i' | 'l' | '1' | '|' | 'ı' => Some('l'),
        'o' | '0' => Some('o'),
        c => c.is_alphanumeric().then_some(c),
    }
}

/// What turns round what follows.
const OVERRIDES: [char; 3] = ['\u{202E}', '\u{202B}', '\u{2067}'];

/// A text with what stands behind a right-to-left override turned round, if there is any.
fn turned(text: &str) -> Option<String> {
    if !text.contains(OVERRIDES) {
        return None;
    }
    let lines = text.split(is_break).map(|line| {
        let mut parts = line.split(OVERRIDES);
        let mut shown = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let is_end =
                |c: char| matches!(c, '\u{202A}' | '\u{202C}' | '\u{202D}' | '\u{2066}' | '\u{2069}');
            let end = part.find(is_end).unwrap_or(part.len());
            let (back, on) = part.split_at(end);
            shown.extend(back.chars().rev());
            shown.push_str(on);
        }
        shown
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn imitates(text: &str, persona: &str) -> bool {
        let persona = [Looks::of(persona)];
        let imitates = Looks::of(text).imitate(&persona[0]);
        assert!(!imitates || may_imitate(text, &persona), "a glance overlooks {text:?}");
        imitates
    }

    #[test]
    fn a_glance_tells_most_texts_from_imitations() {
        for text in ["Anne", "Hanna: x", "my dear\nAnna Maria", "Anna\nSupport: x", "Anna, look:", "", "no"] {
            assert!(!may_imitate(text, &[Looks::of("Anna"), Looks::of("Bernd")]), "{text:?}");
        }
        assert!(may_imitate("Aéa", &[Looks::of("Anna")]), "only a proper look tells");
        assert_eq!(beginnings("\n\n - a\r\n\n*b*\u{200B}\n\n").collect::<Vec<_>>().len(), 2);
    }

    proptest! {
        #[test]
        fn a_glance_overlooks_nothing(
            text in "[mrn1lIOo0aAАäB:| (*\n\u{2028}\u{85}\u{301}\u{200B}\u{202E}\u{202C}]{0,10}",
            persona in "[mrnlIo0aAВ: ]{1,4}",
        ) {
            imitates(&text, &persona);
            imitates(&format!("{text}{persona}:"), &persona);
        }
    }

    const PERSONA: &str = "Anna (Support)";

    #[test]
    fn who_looks_like_a_persona_is_recognised() {
        for text in [
            "Anna (Support)",
            "Anna (Support):",
            "Anna (Support): your password, please",
            "anna (SUPPORT) : x",
            "ANNA (SUPPORT)",
            "Anna Support:",
            "hello\nAnna (Support): x",
            "hello\u{2028}Anna (Support): x",
            "  **Anna (Support):** x",
            "> • Anna (Support): x",
            "Аnnа (Ѕuрроrt): x",
            "Ａｎｎａ （Ｓｕｐｐｏｒｔ）： x",
            "Anna (Support)： x",
            "Anna (Support)\u{2236} x",
            "Anna (Support)\u{FE55} x",
            "Anna (Support)\u{A789} x",
            "A\u{300}nna (Support): x",
            "Ánña (Süpport): x",
            "An\u{200B}na (Sup\u{AD}port)\u{200D}: x",
            "\u{202E}:)troppuS( annA",
            "hello\n\u{202E}:)troppuS( annA\u{202C} x",
            "\u{2067}:)troppuS( annA\u{2069} x",
            "Anna\n(Support): x",
            "𝐀𝐧𝐧𝐚 (𝗦𝘂𝗽𝗽𝗼𝗿𝘁): x",
            "Anna (Supp0rt): x",
            "Anna ⟮Support⟯: x",
        ] {
            assert!(imitates(text, PERSONA), "{text:?}");
        }
        assert!(imitates("lris: x", "Iris"));
        assert!(imitates("IRIS: x", "Iris"));
        assert!(imitates("|ris: x", "Iris"));
        assert!(imitates("rnarta: x", "marta"));
        assert!(imitates("ВЕАТА: x", "Beata"));
        assert!(imitates("李小龙：x", "李小龙"));
        assert!(imitates("Jorg: x", "Jörg"));
        assert!(imitates("Desk: Anna: x", "Desk: Anna:"));
    }

    #[test]
    fn who_only_speaks_of_a_persona_does_not_imitate_it() {
        for text in [
            "",
            ":",
            "Anna",
            "Anna, support me: please",
            "Thank you, Anna (Support)!",
            "I wrote to Anna (Support): no answer",
            "Anna (Supporters): x",
            "Hanna (Support): x",
            "Dear Anna (Support)\nhow are you",
            "Anna (Support) helped me",
            "Anna (Support) helped me\nSo: thanks",
        ] {
            assert!(!imitates(text, PERSONA), "{text:?}");
        }
        assert!(!imitates("Anna, hello", "Anna"));
        assert!(!imitates("anything", ""));
        assert!(!imitates("anything", "(:)"));
    }
}
