//! Sentences and clauses of a text, and what speaks against a promise in either language. Quotations are left out.

use crate::when::token::{Kind, Token, tokens};
use std::ops::Range;

/// How much of a text is read, in bytes. Nobody promises behind that.
const TEXT_MAX: usize = 8_192;
/// The longest sentence. What is longer is cut: checks look at a whole sentence for every word of it.
const SENTENCE_MAX: usize = 120;

/// A dot behind these ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "a", "b", "bspw", "bzw", "ca", "d", "dr", "e", "evtl", "exkl", "fr", "frl", "g", "ggf", "h", "hr", "i",
    "inkl", "m", "mr", "mrs", "ms", "nr", "p", "prof", "st", "std", "tel", "u", "vs", "z", "zzgl",
];

/// Marks that end a clause.
const CLAUSE_MARKS: &[&str] = &[",", ";", ":", "–", "—", "(", ")"];
/// Words that begin a clause.
const CLAUSE_WORDS: &[&str] = &[
    "aber", "although", "because", "but", "damit", "dass", "denn", "if", "ob", "obwohl", "since", "sobald",
    "sodass", "sondern", "though", "unless", "until", "weil", "wenn", "whether", "which", "while",
];

/// What makes a sentence depend on something, wherever it stands.
const CONDITIONS: &[&str] = &[
    "falls",
    "sofern",
    "ggf",
    "gegebenenfalls",
    "notfalls",
    "ansonsten",
    "andernfalls",
    "unless",
    "otherwise",
    "provided",
    "bei bedarf",
    "auf wunsch",
    "on request",
    "in case",
    "if needed",
    "if necessary",
    "if possible",
    "if required",
    "wenn moeglich",
    "wenn noetig",
    "wenn gewuenscht",
    "when you",
    "once you",
    "once your",
    "as soon as you",
    "as soon as your",
    "after you",
    "sobald sie",
    "sobald du",
    "sobald ihr",
    "sobald ihre",
    "sobald ihnen",
    "nachdem sie",
    "wenn sie",
    "wenn du",
    "wenn ihr",
    "wenn ihnen",
    "wenn es ihnen",
    "sollten sie",
    "solltest du",
    "should you",
    "only if",
    "nur wenn",
    "if you like",
    "if you want",
    "if you wish",
    "if you prefer",
    "if you'd",
    "if that",
];

/// What somebody who asks finds out: "I'll check if" is no condition.
const INQUIRIES: &[&str] =
    &["check", "see", "ask", "verify", "out", "confirm", "clarify", "look", "know", "wonder", "sure"];

/// What is not said of one thing to be done: habits, chances, the past.
const VAGUE: &[&str] = &[
    "always",
    "generally",
    "hopefully",
    "maybe",
    "never",
    "normally",
    "perhaps",
    "possibly",
    "probably",
    "typically",
    "usually",
    "yesterday",
    "eventuell",
    "evtl",
    "generell",
    "gestern",
    "grundsaetzlich",
    "hoffentlich",
    "immer",
    "jederzeit",
    "meist",
    "meistens",
    "moeglicherweise",
    "normalerweise",
    "stets",
    "ueblicherweise",
    "vielleicht",
    "vorgestern",
    "vorhin",
    "wahrscheinlich",
    "in der regel",
    "in general",
    "as a rule",
    "letzte woche",
    "last week",
];

/// What stands before a day that is not when something is due.
const ELSEWHEN: &[&str] = &[
    "ab",
    "after",
    "dated",
    "every",
    "from",
    "good",
    "gute",
    "guten",
    "jeden",
    "last",
    "letzte",
    "letzten",
    "letzter",
    "nach",
    "of",
    "schoenen",
    "schoenes",
    "seit",
    "since",
    "vergangenen",
    "vom",
    "von",
    "until",
    "zwischen",
];

/// What may stand behind a promise with a question mark: "I'll call tomorrow, ok?"
const TAGS: &[&str] = &[
    "alright",
    "all right",
    "einverstanden",
    "gut",
    "in ordnung",
    "ja",
    "ok",
    "okay",
    "okay so",
    "passt das",
    "right",
    "deal",
    "is that ok",
    "is that okay",
    "is that alright",
    "ist das ok",
    "ist das okay",
    "fein",
    "does that work",
];

/// A sentence.
pub(super) struct Line {
    tokens: Vec<Token>,
    question: bool,
}

/// The sentences of a text that are not quoted.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line> {
    let text = text.get(..text.floor_char_boundary(TEXT_MAX)).unwrap_or(text);
    let mut from = 0;
    text.split_inclusive('\n').flat_map(move |line| {
        let start = from;
        from += line.len();
        let quoted = line.trim_start().starts_with('>');
        let mut found = if quoted { Vec::new() } else { unquoted(&tokens(line, TEXT_MAX)) };
        for token in &mut found {
            token.range = token.range.start + start..token.range.end + start;
        }
        sentences(found)
    })
}

/// Without what stands between quotation marks; the opening mark stays for it.
fn unquoted(tokens: &[Token]) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        let closing: &[&str] = match token.word.as_str() {
            "\"" => &["\""],
            "„" => &["“", "”", "\""],
            "“" => &["”"],
            "«" => &["»"],
            "»" => &["«"],
            _ => &[],
        };
        kept.push(token.clone());
        let end = if closing.is_empty() {
            None
        } else {
            after.iter().position(|token| closing.contains(&token.word.as_str()))
        };
        rest = after.get(end.map_or(0, |end| end + 1)..).unwrap_or_default();
    }
    kept
}

fn sentences(tokens: Vec<Token>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut current: Vec<Token> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mark = token.kind == Kind::Mark;
        let question = mark && token.word == "?";
        let dot = mark && token.word == "." && ends_sentence(current.last(), tokens.peek());
        let end = question || dot || mark && matches!(token.word.as_str(), "!" | "…");
        if !end {
            current.push(token);
        }
        if end || current.len() >= SENTENCE_MAX || tokens.peek().is_none() {
            lines.push(Line { tokens: std::mem::take(&mut current), question });
        }
    }
    lines.retain(|line| !line.tokens.is_empty());
    lines
}

/// Whether a dot is more than that of an abbreviation or a date.
fn ends_sentence(before: Option<&Token>, after: Option<&Token>) -> bool {
    let Some(after) = after else { return before.is_none_or(|before| before.kind != Kind::Number) };
    let counted = before.is_some_and(|before| before.kind == Kind::Number);
    let abbreviated = before.is_some_and(|before| ABBREVIATIONS.contains(&before.word.as_str()));
    after.spaced && !counted && !abbreviated && after.kind != Kind::Number
}

impl Line {
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The folded word at a token, or nothing beyond either end.
    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// The word before, or nothing.
    pub(super) fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    /// The end of a phrase of words that begins here.
    pub(super) fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut end = at;
        for word in phrase.split(' ') {
            if self.word(end) != word {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    /// The end of the longest of some phrases.
    pub(super) fn any(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.phrase(at, phrase)).max()
    }

    /// Whether one of some phrases stands within a range.
    pub(super) fn has(&self, within: Range<usize>, phrases: &[&str]) -> bool {
        within.into_iter().any(|at| self.any(at, phrases).is_some())
    }

    /// The text of some tokens.
    pub(super) fn text<'a>(&self, text: &'a str, tokens: Range<usize>) -> &'a str {
        let tokens = self.tokens.get(tokens).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return "" };
        text.get(first.range.start..last.range.end).unwrap_or_default()
    }

    /// The clause around a token.
    pub(super) fn clause(&self, at: usize) -> Range<usize> {
        let mark = |at: usize| CLAUSE_MARKS.contains(&self.word(at)) && !self.within_number(at);
        let word = |at: usize| CLAUSE_WORDS.contains(&self.word(at));
        let start = (0..=at).rev().find(|at| mark(*at) || word(*at)).unwrap_or(0);
        let end = (at + 1..self.len()).find(|at| mark(*at) || word(*at)).unwrap_or(self.len());
        start..end
    }

    /// The colon of `15:00` parts nothing.
    fn within_number(&self, at: usize) -> bool {
        let number = |token: Option<&Token>| token.is_some_and(|token| token.kind == Kind::Number);
        let glued = self.tokens.get(at + 1).is_some_and(|token| !token.spaced);
        glued
            && number(self.tokens.get(at + 1))
            && number(at.checked_sub(1).and_then(|at| self.tokens.get(at)))
    }

    /// Whether it begins a sentence, a clause, or what "and" adds.
    pub(super) fn begins(&self, at: usize) -> bool {
        at == 0
            || CLAUSE_MARKS.contains(&self.before(at))
            || matches!(
                self.before(at),
                "und" | "oder" | "dann" | "and" | "then" | "ok" | "okay" | "-" | "\""
            )
    }

    /// A question, unless all it asks is "ok?".
    pub(super) fn is_question(&self) -> bool {
        let tag = (0..self.len()).rev().find(|at| self.word(*at) == ",");
        let asks_ok = tag.is_some_and(|at| self.any(at + 1, TAGS) == Some(self.len()));
        self.question && !asks_ok
    }

    /// Whether something is only done if something else is so.
    pub(super) fn is_conditional(&self, promise: &Range<usize>) -> bool {
        if self.has(0..self.len(), CONDITIONS) || matches!(self.word(0), "sollte" | "sollten" | "should") {
            return true;
        }
        (0..self.len()).any(|at| match self.word(at) {
            "if" => !INQUIRIES.contains(&self.before(at)),
            // "wenn ich mehr weiß" is a time
            "wenn" => at < promise.start && !matches!(self.word(at + 1), "ich" | "wir"),
            _ => false,
        })
    }

    /// Whether the clause speaks of what usually happens, may happen or has happened.
    pub(super) fn is_vague(&self, promise: &Range<usize>) -> bool {
        self.has(self.clause(promise.start), VAGUE)
    }

    /// Whether a day is named for another reason than to say when something is due.
    pub(super) fn is_elsewhen(&self, tokens: &Range<usize>) -> bool {
        ELSEWHEN.contains(&self.before(tokens.start))
    }
}
