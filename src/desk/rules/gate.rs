//! Patterns that read the same text, each looked for only where its literals are.
//!
//! Of some 1,500 patterns about twenty have a literal in a message. One pass over a line finds which; only those are
//! run, and only on that line, unless they can go over its end.

use super::program::{Program, Ready, Search};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

/// Patterns, in their order.
pub(super) struct Patterns {
    programs: Vec<Program>,
    /// Finds the literals of all; nothing where there are none.
    literals: Option<AhoCorasick>,
    /// Where in `owners` those of each literal end.
    ends: Vec<u32>,
    /// The patterns of each literal, one literal after the other.
    owners: Vec<u32>,
    /// Patterns without literals: they may be anywhere.
    anywhere: Vec<u32>,
}

/// A pattern that may be in a text, by its number, and the part of the text in which it may be.
pub(super) struct Candidate {
    pub(super) pattern: usize,
    within: Range<usize>,
}

/// Patterns that come one after the other, and the literals of all of them.
#[derive(Default)]
pub(super) struct Gathered {
    programs: Vec<Program>,
    owners: BTreeMap<Vec<u8>, Vec<u32>>,
    anywhere: Vec<u32>,
}

impl Extend<Ready> for Gathered {
    fn extend<T: IntoIterator<Item = Ready>>(&mut self, all: T) {
        for ready in all {
            let number = u32::try_from(self.programs.len()).unwrap_or(u32::MAX);
            self.programs.push(ready.program);
            match ready.needed {
                Some(needed) => {
                    for literal in needed {
                        self.owners.entry(literal).or_default().push(number);
                    }
                }
                None => self.anywhere.push(number),
            }
        }
    }
}

impl From<Gathered> for Patterns {
    fn from(Gathered { mut programs, owners: by_literal, mut anywhere }: Gathered) -> Self {
        // the kind that takes the least room, still one step for each byte
        let kind = AhoCorasickKind::ContiguousNFA;
        let mut builder = AhoCorasick::builder();
        let literals = builder.kind(Some(kind)).dense_depth(1).prefilter(false).build(by_literal.keys()).ok();
        if literals.is_none() {
            // more than it can count: then each is looked for everywhere
            anywhere = (0..).zip(&programs).map(|(number, _)| number).collect();
        }
        let (mut ends, mut owners) = (Vec::with_capacity(by_literal.len()), Vec::new());
        for of_one in by_literal.into_values() {
            owners.extend(of_one);
            ends.push(u32::try_from(owners.len()).unwrap_or(u32::MAX));
        }
        programs.shrink_to_fit();
        owners.shrink_to_fit();
        Self { programs, literals, ends, owners, anywhere }
    }
}

impl FromIterator<Ready> for Patterns {
    fn from_iter<T: IntoIterator<Item = Ready>>(all: T) -> Self {
        let mut gathered = Gathered::default();
        gathered.extend(all);
        gathered.into()
    }
}

impl Patterns {
    pub(super) fn is_empty(&self) -> bool {
        self.programs.is_empty()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.programs.len()
    }

    #[cfg(test)]
    pub(super) fn without_literals(&self) -> usize {
        self.anywhere.len()
    }

    /// The patterns that may be in a text, and where.
    pub(super) fn may_be_in(&self, text: &[u8]) -> Vec<Candidate> {
        let mut all = Vec::new();
        self.candidates(text, |pattern, _, within| all.push(Candidate { pattern, within }));
        all
    }

    /// Whether what may be in a text is in it.
    pub(super) fn is_in(&self, text: &[u8], candidate: &Candidate, search: &mut Search) -> bool {
        let program = self.programs.get(candidate.pattern);
        program.is_some_and(|program| program.is_in(text, candidate.within.clone(), search))
    }

    /// The text with a blank for each match: the first one, of several that begin there that of the earlier pattern, then
    /// the first one after it, and so on.
    pub(super) fn cut_out<'a>(&self, text: &'a [u8], search: &mut Search) -> Cow<'a, [u8]> {
        let mut next = |number: usize, program: &Program, within: Range<usize>| {
            let until = within.end;
            let found = (!within.is_empty()).then(|| program.first(text, within, search))??;
            Some(Reverse((found.start, number, found.end, until)))
        };
        let mut ahead = BinaryHeap::new();
        self.candidates(text, |number, program, within| ahead.extend(next(number, program, within)));
        let (mut rest, mut from) = (Vec::new(), 0);
        while let Some(Reverse((begin, number, end, until))) = ahead.pop() {
            if begin >= from {
                rest.extend_from_slice(text.get(from..begin).unwrap_or_default());
                rest.push(b' ');
                from = end;
            }
            // otherwise part of it is gone already: there may be another one behind that
            ahead.extend(self.programs.get(number).and_then(|program| next(number, program, from..until)));
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        rest.extend_from_slice(text.get(from..).unwrap_or_default());
        Cow::Owned(rest)
    }

    /// Tells each pattern that may be in a text, and in which part of it, once for each part.
    fn candidates(&self, text: &[u8], mut tell: impl FnMut(usize, &Program, Range<usize>)) {
        // in which line each was last told
        let mut told = vec![0_u32; self.programs.len()];
        let mut over_lines = Vec::new();
        let mut begin = 0;
        for (line, bytes) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            let within = begin..begin + bytes.len();
            begin = within.end + 1;
            let mut candidate = |number: &u32| {
                let number = *number as usize;
                let (Some(program), Some(told)) = (self.programs.get(number), told.get_mut(number)) else {
                    return;
                };
                match *told {
                    last if last == line => {}
                    0 if program.over_lines => over_lines.push((number, program)),
                    _ if program.over_lines => {}
                    _ => tell(number, program, within.clone()),
                }
                *told = line;
            };
            self.anywhere.iter().for_each(&mut candidate);
            for found in self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(bytes)) {
                self.of(found.pattern().as_usize()).iter().for_each(&mut candidate);
            }
        }
        for (number, program) in over_lines {
            tell(number, program, 0..text.len());
        }
    }

    /// The patterns that a literal is of.
    fn of(&self, literal: usize) -> &[u32] {
        let end = |literal: usize| self.ends.get(literal).map_or(0, |end| *end as usize);
        let begin = literal.checked_sub(1).map_or(0, end);
        self.owners.get(begin..end(literal)).unwrap_or_default()
    }
}
