//! Patterns that read the same text, each looked for only where its literals are.
//!
//! Of some 1,500 patterns about twenty have a literal in a message. One pass over a line finds which, of all rules; only
//! those are run, and only on that line, unless they can go over its end.

use super::program::{Program, Ready, Search};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Range;
use std::sync::Arc;

/// Patterns, in their order.
pub(super) struct Patterns {
    programs: Vec<Arc<Program>>,
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
#[derive(Clone)]
pub(super) struct Candidate {
    pub(super) pattern: usize,
    within: Range<usize>,
}

/// Patterns that come one after the other, and the literals of all of them.
#[derive(Default)]
pub(super) struct Gathered {
    programs: Vec<Arc<Program>>,
    owners: BTreeMap<Vec<u8>, Vec<u32>>,
    anywhere: Vec<u32>,
}

impl Gathered {
    /// Takes patterns in; tells their numbers.
    pub(super) fn add(&mut self, all: impl IntoIterator<Item = Ready>) -> Range<usize> {
        let first = self.programs.len();
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
        first..self.programs.len()
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

#[cfg(test)]
impl FromIterator<Ready> for Patterns {
    fn from_iter<T: IntoIterator<Item = Ready>>(all: T) -> Self {
        let mut gathered = Gathered::default();
        gathered.add(all);
        gathered.into()
    }
}

impl Patterns {
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
        self.candidates(text, |pattern, within| all.push(Candidate { pattern, within }));
        all
    }

    /// Whether what may be in a text is in it.
    pub(super) fn is_in(&self, text: &[u8], candidate: &Candidate, search: &mut Search) -> bool {
        let program = self.programs.get(candidate.pattern);
        program.is_some_and(|program| program.is_in(text, candidate.within.clone(), search))
    }

    /// The text with a blank for each match of those that may be in it: the first one, of several that begin there that of
    /// the earlier pattern, then the first one after it, and so on. Nothing when there is no match.
    pub(super) fn cut_out<'a>(
        &self,
        text: &[u8],
        candidates: impl Iterator<Item = &'a Candidate>,
        search: &mut Search,
    ) -> Option<Vec<u8>> {
        let mut next = |number: usize, within: Range<usize>| {
            let until = within.end;
            let program = self.programs.get(number).filter(|_| !within.is_empty())?;
            let found = program.first(text, within, search)?;
            Some(Reverse((found.start, number, found.end, until)))
        };
        let mut ahead: BinaryHeap<_> =
            candidates.filter_map(|candidate| next(candidate.pattern, candidate.within.clone())).collect();
        let (mut rest, mut from) = (Vec::new(), 0);
        while let Some(Reverse((begin, number, end, until))) = ahead.pop() {
            if begin >= from {
                rest.extend_from_slice(text.get(from..begin).unwrap_or_default());
                rest.push(b' ');
                from = end;
            }
            // otherwise part of it is gone already: there may be another one behind that
            ahead.extend(next(number, from..until));
        }
        (from > 0).then(|| {
            rest.extend_from_slice(text.get(from..).unwrap_or_default());
            rest
        })
    }

    /// Tells each pattern that may be in a text, and in which part of it, once for each part.
    fn candidates(&self, text: &[u8], mut tell: impl FnMut(usize, Range<usize>)) {
        // which were told of a line, a bit for each: they are few, and there are many lines
        let mut told = vec![0_u64; self.programs.len().div_ceil(64)];
        let mut over_lines = BTreeSet::new();
        let mut begin = 0;
        for bytes in text.split(|byte| *byte == b'\n') {
            let within = begin..begin + bytes.len();
            begin = within.end + 1;
            told.fill(0);
            let mut candidate = |number: &u32| {
                let number = *number as usize;
                let (Some(program), Some(told)) = (self.programs.get(number), told.get_mut(number / 64))
                else {
                    return;
                };
                let bit = 1 << (number % 64);
                if *told & bit != 0 {
                    return;
                }
                *told |= bit;
                if program.over_lines {
                    over_lines.insert(number);
                } else {
                    tell(number, within.clone());
                }
            };
            self.anywhere.iter().for_each(&mut candidate);
            for found in self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(bytes)) {
                self.of(found.pattern().as_usize()).iter().for_each(&mut candidate);
            }
        }
        for number in over_lines {
            tell(number, 0..text.len());
        }
    }

    /// The patterns that a literal is of.
    fn of(&self, literal: usize) -> &[u32] {
        let end = |literal: usize| self.ends.get(literal).map_or(0, |end| *end as usize);
        let begin = literal.checked_sub(1).map_or(0, end);
        self.owners.get(begin..end(literal)).unwrap_or_default()
    }
}
