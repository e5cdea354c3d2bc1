//! What runs went through, and whether that proves anything.

use crate::profile::{Pair, Platform};
use std::collections::BTreeMap;

/// What a run went through.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) crashes: u64,
    pub(crate) messages: u64,
    pub(crate) replies: u64,
    pub(crate) unknown: u64,
    pub(crate) lost_topics: u64,
    pub(crate) sends: u64,
    /// Messages that were changed where they stood.
    pub(crate) changed: u64,
    /// Messages that were taken away where they stood.
    pub(crate) taken_back: u64,
    /// Changes of customers' messages that were posted instead.
    pub(crate) posted: u64,
    /// Messages of several parts.
    pub(crate) cut: u64,
    /// Customers' messages that are part of a post with others.
    pub(crate) gathered: u64,
    pub(crate) files: u64,
    pub(crate) files_left_out: u64,
    pub(crate) reactions: u64,
    pub(crate) reactions_gone: u64,
    pub(crate) notes_changed: u64,
    pub(crate) clocks: u64,
    pub(crate) warnings: u64,
    pub(crate) breaches: u64,
    pub(crate) met: u64,
    pub(crate) digests: u64,
    /// Digests that were posted at the first start after their time.
    pub(crate) digests_late: u64,
    /// Notices to the team that were said again, because nobody knew whether the first arrived.
    pub(crate) said_again: u64,
    /// Of these, how many did not arrive either.
    pub(crate) let_go: u64,
    /// How many runs each pair of platforms had, customers' side first.
    pub(crate) pairs: BTreeMap<Pair, u64>,
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.messages += other.messages;
        self.replies += other.replies;
        self.unknown += other.unknown;
        self.lost_topics += other.lost_topics;
        self.sends += other.sends;
        self.changed += other.changed;
        self.taken_back += other.taken_back;
        self.posted += other.posted;
        self.cut += other.cut;
        self.gathered += other.gathered;
        self.files += other.files;
        self.files_left_out += other.files_left_out;
        self.reactions += other.reactions;
        self.reactions_gone += other.reactions_gone;
        self.notes_changed += other.notes_changed;
        self.clocks += other.clocks;
        self.warnings += other.warnings;
        self.breaches += other.breaches;
        self.met += other.met;
        self.digests += other.digests;
        self.digests_late += other.digests_late;
        self.said_again += other.said_again;
        self.let_go += other.let_go;
        for (pair, runs) in &other.pairs {
            *self.pairs.entry(*pair).or_default() += runs;
        }
    }

    /// Whether so many seeds went through everything that there is.
    pub(crate) fn proves_something(&self, seeds: u64) -> bool {
        let seldom = [
            self.unknown,
            self.lost_topics,
            self.posted,
            self.files_left_out,
            self.taken_back,
            self.reactions_gone,
            self.notes_changed,
            self.digests_late,
            self.said_again,
            self.let_go,
        ];
        let often = [
            self.crashes,
            self.changed,
            self.cut,
            self.gathered,
            self.files,
            self.reactions,
            self.warnings,
            self.breaches,
            self.met,
            self.digests,
        ];
        let count = Platform::ALL.len();
        self.pairs.len() == count * count
            && seldom.into_iter().all(|count| count > 0)
            && often.into_iter().all(|count| count > seeds / 2)
    }
}
