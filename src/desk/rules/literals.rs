//! Which literals a text must have for a pattern to be found in it.
//!
//! They are read off the parsed pattern, in which case and Unicode are already written out as classes: `(?i)k` is a
//! class of three. So a literal is right for whatever kind of pattern it comes from.

use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeSet;

/// Literals of which at least one must be there.
pub(super) type AnyOf = BTreeSet<Vec<u8>>;

/// How many texts a part may stand for to be joined with its neighbours.
const EXACT_MAX: usize = 16;
/// How many characters a class may have to be written out.
const CLASS_MAX: usize = 8;
/// How many literals one pattern may have.
const ANY_MAX: usize = 256;
/// How much of a literal is looked for, in bytes. Longer ones hardly tell more and take much more room.
const LITERAL_MAX: usize = 8;

/// How often each letter is one of a thousand in what Germans and English write, roughly.
const LETTERS: [u8; 26] =
    [60, 15, 23, 40, 125, 16, 22, 40, 62, 3, 10, 34, 22, 68, 45, 13, 1, 55, 56, 66, 30, 8, 16, 2, 10, 6];

/// What is known of a part of a pattern.
#[derive(Default)]
struct Known {
    /// Every text that it matches, if they are few.
    exact: Option<AnyOf>,
    /// The most telling literals of which one is in every text that it matches.
    needs: Option<AnyOf>,
}

/// Literals of which at least one is in every text in which the pattern is found; nothing if there are none such.
pub(super) fn needed(pattern: &Hir) -> Option<AnyOf> {
    let needs = known(pattern).needs()?;
    let begin = |literal: Vec<u8>| literal.into_iter().take(LITERAL_MAX).collect();
    telling(&needs.into_iter().map(begin).collect())
}

impl Known {
    fn exactly(texts: AnyOf) -> Self {
        if texts.len() > EXACT_MAX {
            Self { exact: None, needs: telling(&texts) }
        } else {
            Self { exact: Some(texts), needs: None }
        }
    }

    fn needs(self) -> Option<AnyOf> {
        better(self.needs, self.exact.as_ref().and_then(telling))
    }
}

fn known(pattern: &Hir) -> Known {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::exactly(nothing()),
        HirKind::Literal(literal) => Known::exactly(AnyOf::from([literal.0.to_vec()])),
        HirKind::Class(class) => written_out(class).map(Known::exactly).unwrap_or_default(),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => {
            let sub = known(&repetition.sub);
            match (repetition.min, repetition.max, sub.exact) {
                (0, Some(1), Some(exact)) => Known::exactly(exact.into_iter().chain(nothing()).collect()),
                (0, ..) => Known::default(),
                (_, _, exact) => Known { exact: None, needs: Known { exact, needs: sub.needs }.needs() },
            }
        }
        HirKind::Concat(parts) => one_after_another(parts),
        HirKind::Alternation(parts) => one_of(parts),
    }
}

/// What stands for few texts is joined with its neighbours; the best of what comes out counts.
fn one_after_another(parts: &[Hir]) -> Known {
    let mut needs = None;
    let mut run = nothing();
    let mut whole = true;
    for part in parts.iter().map(known) {
        needs = better(needs, part.needs);
        match part.exact {
            Some(exact) if run.len() * exact.len() <= EXACT_MAX => {
                let follow =
                    |begin: &Vec<u8>| exact.iter().map(|end| [&**begin, end].concat()).collect::<Vec<_>>();
                run = run.iter().flat_map(follow).collect();
            }
            exact => {
                whole = false;
                needs = better(needs, telling(&run));
                // what may be empty cannot begin a run that tells something
                run = exact.filter(|exact| !exact.contains(&[][..])).unwrap_or_else(nothing);
            }
        }
    }
    if whole {
        Known { exact: Some(run), needs }
    } else {
        Known { exact: None, needs: better(needs, telling(&run)) }
    }
}

/// The literals of all alternatives; nothing if one of them has none.
fn one_of(parts: &[Hir]) -> Known {
    let parts: Vec<Known> = parts.iter().map(known).collect();
    if let Some(exact) = parts.iter().map(|part| part.exact.clone()).collect::<Option<Vec<_>>>() {
        return Known::exactly(exact.into_iter().flatten().collect());
    }
    let needs = parts.into_iter().map(Known::needs).collect::<Option<Vec<_>>>();
    Known { exact: None, needs: needs.and_then(|all| telling(&all.into_iter().flatten().collect())) }
}

fn nothing() -> AnyOf {
    AnyOf::from([Vec::new()])
}

/// The characters of a class, if they are few.
fn written_out(class: &Class) -> Option<AnyOf> {
    let few: Vec<Vec<u8>> = match class {
        Class::Bytes(class) => {
            let bytes = class.iter().flat_map(|range| range.start()..=range.end());
            bytes.take(CLASS_MAX + 1).map(|byte| vec![byte]).collect()
        }
        Class::Unicode(class) => {
            let chars = class.iter().flat_map(|range| range.start()..=range.end());
            chars.take(CLASS_MAX + 1).map(|c| c.to_string().into_bytes()).collect()
        }
    };
    (few.len() <= CLASS_MAX).then(|| few.into_iter().collect())
}

/// The literals without those that have another one in them; nothing if they say nothing, are too many, or go over the
/// end of a line, because lines are looked at one by one.
fn telling(any: &AnyOf) -> Option<AnyOf> {
    let empty = any.is_empty() || any.contains(&[][..]);
    if empty || any.len() > ANY_MAX || any.iter().any(|literal| literal.contains(&b'\n')) {
        return None;
    }
    let has = |one: &[u8], other: &[u8]| one != other && one.windows(other.len()).any(|part| part == other);
    let short = any.iter().filter(|one| !any.iter().any(|other| has(one, other)));
    Some(short.cloned().collect())
}

/// Those that are in fewer texts by chance.
fn better(one: Option<AnyOf>, other: Option<AnyOf>) -> Option<AnyOf> {
    let chance = |any: &AnyOf| any.iter().map(|literal| chance(literal)).sum::<f64>();
    one.into_iter().chain(other).min_by(|one, other| chance(one).total_cmp(&chance(other)))
}

/// How likely a literal begins at some place of a text, if letters came by chance.
fn chance(literal: &[u8]) -> f64 {
    let of = |byte: u8| match byte.checked_sub(b'a').and_then(|letter| LETTERS.get(usize::from(letter))) {
        Some(often) => f64::from(*often),
        None if byte == b' ' => 160.0,
        None if byte.is_ascii() => 4.0,
        None => 1.0,
    };
    literal.iter().map(|byte| of(*byte) / 1000.0).product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::pattern;
    use crate::rules::program::parsed;

    /// The literals of a pattern, in their order.
    fn needs(pattern: &str) -> String {
        let needed = needed(&parsed(&pattern::kind(pattern.to_owned())).unwrap());
        let text = |literal: &Vec<u8>| String::from_utf8(literal.clone()).unwrap();
        needed.map_or("nothing".to_owned(), |any| any.iter().map(text).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn a_pattern_needs_the_most_telling_of_its_literals() {
        for (pattern, literals) in [
            ("parcel", "parcel"),
            (r"\bnot (?:well|good)\b", "not good|not well"),
            ("versp(?:ae|a)tet", "verspaet|verspate"),
            ("refunds?", "refund"),
            ("wei(?:(?:ss)|[s])", "weis"),
            ("no.*parcel", "parcel"),
            ("(?:a|bc).*d{2}", "d"),
            ("(?:late|broken|[0-9]+ days)", " days|broken|late"),
            ("(late)+ ", "late"),
            ("(?-i:NOW|ASAP)", "ASAP|NOW"),
            ("(?:ist|war).*(?:kaputt|roh|leck|mangelhaft)", "kaputt|leck|mangelha|roh"),
            ("жа!!", "жа!!|жА!!|Жа!!|ЖА!!"),
        ] {
            assert_eq!(
                needs(pattern).split('|').collect::<BTreeSet<_>>(),
                literals.split('|').collect(),
                "{pattern}"
            );
        }
    }
}
