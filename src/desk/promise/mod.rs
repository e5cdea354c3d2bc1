//! Promises in what agents write: "ich melde mich bis morgen", "we'll get back to you by Friday".
//!
//! A hint, not a judge: what is found here is offered to the agent as a commitment, never made one behind their back.
//! So it keeps to what people say in so many words, and would rather miss a promise than see one in every courtesy.
//! German and English, whatever the desk's language.
//!
//! No promise: questions, what the customer shall do, what depends on the customer's wish ("if you like, we can call"),
//! what will not be done, what has been done, what usually happens, what others do ("DHL delivers tomorrow"), and what
//! is quoted. Passive sentences ("the refund will be sent") are missed: they do not say who.

mod english;
mod german;
mod line;
#[cfg(test)]
mod tests;

use crate::when::{Spec, scan};
use jiff::{Timestamp, Zoned};
use line::{Line, lines};
use std::ops::Range;

/// A promise in a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Spoken<'a> {
    /// The words that promise, with the time when it follows in the same breath.
    pub phrase: &'a str,
    /// The sentence they stand in.
    pub sentence: &'a str,
    /// By when, if the sentence says so: after `now`, read as [`when`](crate::when) reads times.
    pub at: Option<Timestamp>,
}

/// Words that promise, in a line.
struct Words {
    /// Tokens of the line.
    at: Range<usize>,
    /// They only promise together with a time: "I send it tomorrow".
    needs_time: bool,
}

/// A time that a line names.
struct Due {
    tokens: Range<usize>,
    at: Timestamp,
}

/// The first promise in an agent's reply that names a time; if none does, the first promise.
#[must_use]
pub fn find<'a>(text: &'a str, now: &Zoned) -> Option<Spoken<'a>> {
    let mut first = None;
    for line in lines(text) {
        let Some(spoken) = promise(text, &line, now) else { continue };
        if spoken.at.is_some() {
            return Some(spoken);
        }
        first = first.or(Some(spoken));
    }
    first
}

fn promise<'a>(text: &'a str, line: &Line, now: &Zoned) -> Option<Spoken<'a>> {
    if line.is_question() {
        return None;
    }
    let german = german::promises(line).into_iter();
    let mut words: Vec<Words> = german.chain(english::promises(line)).collect();
    words.retain(|words| !line.is_conditional(&words.at) && !line.is_vague(&words.at));
    if words.is_empty() {
        return None;
    }
    words.sort_by_key(|words| words.at.start);
    let dues = dues(line, now);
    let words = words.into_iter().find(|words| {
        let clause = line.clause(words.at.start);
        !words.needs_time || dues.iter().any(|due| clause.contains(&due.tokens.start))
    })?;
    let due = due(line, &words, &dues);
    let clause = line.clause(words.at.start);
    let same_breath = due.filter(|due| clause.contains(&due.tokens.start));
    let end = same_breath.map_or(words.at.end, |due| due.tokens.end.max(words.at.end));
    Some(Spoken {
        phrase: line.text(text, words.at.start..end),
        sentence: line.text(text, 0..line.len()),
        at: due.map(|due| due.at),
    })
}

/// The time that belongs to a promise: in its own clause rather than in another, behind it rather than before it.
fn due<'d>(line: &Line, words: &Words, dues: &'d [Due]) -> Option<&'d Due> {
    let clause = line.clause(words.at.start);
    dues.iter().min_by_key(|due| {
        let elsewhere = !clause.contains(&due.tokens.start);
        let before = due.tokens.start < words.at.start;
        let distance = due.tokens.start.abs_diff(words.at.start);
        (elsewhere, before, distance)
    })
}

/// All times of a line that lie ahead. Where one says the day and another of the same clause the time, they are one.
fn dues(line: &Line, now: &Zoned) -> Vec<Due> {
    let mut named: Vec<(Range<usize>, Spec)> = scan(line.tokens());
    named.retain(|(tokens, _)| !line.is_elsewhen(tokens));
    let mut index = 0;
    while let Some([(first, one), (second, other)]) = named.get(index..index + 2) {
        let same = line.clause(first.start).contains(&second.start);
        match one.joined(other).filter(|_| same) {
            Some(joined) => {
                let tokens = first.start..second.end;
                named.splice(index..index + 2, [(tokens, joined)]);
            }
            None => index += 1,
        }
    }
    let due = |(tokens, spec): (Range<usize>, Spec)| Some(Due { tokens, at: spec.resolve(now).ok()?.0 });
    named.into_iter().filter_map(due).collect()
}
