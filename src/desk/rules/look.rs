//! What is known of patterns in one message: which may be in it at once, which are when somebody asks.

use super::compile::{Group, Read, Side, Spot};
use super::fold;
use super::gate::{Candidate, Patterns};
use super::program::Search;
use std::borrow::Cow;

/// A message as it is read, and which patterns of all rules may be in it.
pub(super) struct Seen<'a> {
    lower: SeenSide<'a>,
    cased: SeenSide<'a>,
}

/// The same for patterns that read one text.
struct SeenSide<'a> {
    patterns: &'a Patterns,
    /// The text in each way in which it is read.
    texts: Vec<(String, Vec<Candidate>)>,
}

impl<'a> Seen<'a> {
    /// Reads a message as it is, and, if words are stretched, without that.
    pub(super) fn new(read: &'a Read, folded: String) -> Self {
        let mut cased = Vec::from_iter(fold::unstretched(&folded));
        cased.push(folded);
        let lower = cased.iter().map(|view| view.to_lowercase()).collect();
        Self { lower: SeenSide::new(&read.lower, lower), cased: SeenSide::new(&read.cased, cased) }
    }
}

impl<'a> SeenSide<'a> {
    fn new(patterns: &'a Patterns, views: Vec<String>) -> Self {
        let see = |view: String| {
            let candidates = patterns.may_be_in(view.as_bytes());
            (view, candidates)
        };
        Self { patterns, texts: views.into_iter().map(see).collect() }
    }
}

/// What is known of a group's patterns in a message.
pub(super) struct Look<'a> {
    lower: LookSide<'a>,
    cased: LookSide<'a>,
}

/// The same of those that read one text.
struct LookSide<'a> {
    side: &'a Side,
    patterns: &'a Patterns,
    /// What is left of the text in each way in which it is read, and what may be in it.
    texts: Vec<(Cow<'a, [u8]>, Vec<Candidate>)>,
    /// Of each condition or signal whether it was found; nothing until that is asked.
    known: Vec<Option<bool>>,
}

impl<'a> Look<'a> {
    pub(super) fn new(group: &'a Group, seen: &'a Seen<'_>, search: &mut Search) -> Self {
        Self {
            lower: LookSide::new(&group.lower, &seen.lower, search),
            cased: LookSide::new(&group.cased, &seen.cased, search),
        }
    }

    /// Whether something was found.
    pub(super) fn hit(&mut self, spot: Spot, search: &mut Search) -> bool {
        match spot {
            Spot::Lower(index) => self.lower.hit(index, search),
            Spot::Cased(index) => self.cased.hit(index, search),
        }
    }

    /// Whether something may still be found.
    pub(super) fn may_hit(&self, spot: Spot) -> bool {
        let (side, index) = match spot {
            Spot::Lower(index) => (&self.lower, index),
            Spot::Cased(index) => (&self.cased, index),
        };
        side.known.get(index).is_some_and(|known| *known != Some(false))
    }
}

impl<'a> LookSide<'a> {
    fn new(side: &'a Side, seen: &'a SeenSide<'_>, search: &mut Search) -> Self {
        let patterns = seen.patterns;
        let texts = seen.texts.iter().map(|(text, candidates)| {
            let ignored = candidates.iter().filter(|candidate| side.ignore.contains(&candidate.pattern));
            let looked_for = |candidate: &Candidate| side.patterns.contains(&candidate.pattern);
            match patterns.cut_out(text.as_bytes(), ignored, search) {
                None => {
                    let candidates = candidates.iter().filter(|candidate| looked_for(candidate));
                    (Cow::Borrowed(text.as_bytes()), candidates.cloned().collect())
                }
                Some(rest) => {
                    let mut candidates = patterns.may_be_in(&rest);
                    candidates.retain(looked_for);
                    (Cow::Owned(rest), candidates)
                }
            }
        });
        let texts: Vec<_> = texts.collect();
        let mut this = Self { side, patterns, texts, known: vec![Some(false); side.count] };
        for candidate in this.texts.iter().flat_map(|(_, candidates)| candidates) {
            if let Some(known) = side.whose(candidate).and_then(|whose| this.known.get_mut(whose)) {
                *known = None;
            }
        }
        this
    }

    fn hit(&mut self, index: usize, search: &mut Search) -> bool {
        let Some(known) = self.known.get_mut(index) else { return false };
        *known.get_or_insert_with(|| {
            self.texts.iter().any(|(text, candidates)| {
                let mut of = candidates.iter().filter(|candidate| self.side.whose(candidate) == Some(index));
                of.any(|candidate| self.patterns.is_in(text, candidate, search))
            })
        })
    }
}

impl Side {
    /// The condition or signal that a pattern is of.
    fn whose(&self, candidate: &Candidate) -> Option<usize> {
        self.whose.get(candidate.pattern.checked_sub(self.patterns.start)?).copied()
    }
}
