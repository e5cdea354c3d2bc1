//! What is known of a group's patterns in one message: which may be in it at once, which are when somebody asks.

use super::compile::{Group, Side, Spot};
use super::gate::Candidate;
use super::judge::Views;
use super::program::Search;
use std::borrow::Cow;

/// What is known of a group's patterns in a message.
pub(super) struct Look<'a> {
    lower: LookSide<'a>,
    cased: LookSide<'a>,
}

/// The same of those that read one text.
struct LookSide<'a> {
    side: &'a Side,
    /// The text in each way in which it is read, and what may be in it.
    texts: Vec<(Cow<'a, [u8]>, Vec<Candidate>)>,
    /// Of each condition or signal whether it was found; nothing until that is asked.
    known: Vec<Option<bool>>,
}

impl<'a> Look<'a> {
    pub(super) fn new(group: &'a Group, views: &'a Views, search: &mut Search) -> Self {
        let mut side = |side: &'a Side, views: &'a [String]| {
            // where nothing is looked for nothing need be taken out
            let views = views.iter().filter(|_| !side.patterns.is_empty());
            let read = views.map(|view| group.ignore.cut_out(view.as_bytes(), search));
            LookSide::new(side, read)
        };
        Self { lower: side(&group.lower, &views.lower), cased: side(&group.cased, &views.cased) }
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
    fn new(side: &'a Side, read: impl Iterator<Item = Cow<'a, [u8]>>) -> Self {
        let mut known = vec![Some(false); side.count];
        let texts: Vec<_> = read
            .map(|text| {
                let candidates = side.patterns.may_be_in(&text);
                (text, candidates)
            })
            .collect();
        for candidate in texts.iter().flat_map(|(_, candidates)| candidates) {
            if let Some(known) = side.whose.get(candidate.pattern).and_then(|whose| known.get_mut(*whose)) {
                *known = None;
            }
        }
        Self { side, texts, known }
    }

    fn hit(&mut self, index: usize, search: &mut Search) -> bool {
        let Some(known) = self.known.get_mut(index) else { return false };
        *known.get_or_insert_with(|| {
            let is_of = |candidate: &&Candidate| self.side.whose.get(candidate.pattern) == Some(&index);
            self.texts.iter().any(|(text, candidates)| {
                let mut of = candidates.iter().filter(is_of);
                of.any(|candidate| self.side.patterns.is_in(text, candidate, search))
            })
        })
    }
}
