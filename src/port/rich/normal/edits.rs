//! Changes of a text that its spans have to follow.

use super::super::cut;
use super::super::style::Span;

/// Changes of a text, collected and then made in one go.
pub(super) struct Edits(Vec<Edit>);

struct Edit {
    at: usize,
    delete: usize,
    insert: String,
    /// What spans that touch the place do.
    side: Side,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// Blocks that end here take the insertion in; spans that begin here do not.
    After,
    /// Spans that begin here take the insertion in; those that end here do not.
    Within,
    /// Nobody takes it in.
    Between,
}

impl Edits {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts something in the place of some bytes.
    pub(super) fn replace(&mut self, at: usize, delete: usize, insert: &str) {
        self.0.push(Edit { at, delete, insert: insert.to_owned(), side: Side::Between });
    }

    /// Inserts something between what ends and what begins at a place.
    pub(super) fn insert(&mut self, at: usize, insert: &str) {
        self.replace(at, 0, insert);
    }

    /// Inserts something behind a span, but within the block that ends with it.
    pub(super) fn insert_after(&mut self, at: usize, insert: &str) {
        self.0.push(Edit { at, delete: 0, insert: insert.to_owned(), side: Side::After });
    }

    /// Inserts something at the beginning of what begins at a place.
    pub(super) fn insert_within(&mut self, at: usize, insert: &str) {
        self.0.push(Edit { at, delete: 0, insert: insert.to_owned(), side: Side::Within });
    }

    /// Makes all changes.
    pub(super) fn apply(mut self, text: &str, spans: &mut [Span]) -> String {
        self.0.sort_by_key(|edit| (edit.at, edit.side));
        let mut new =
            String::with_capacity(text.len() + self.0.iter().map(|edit| edit.insert.len()).sum::<usize>());
        // how far each change has moved what follows it: (place, side, new place before it, new place after it)
        let mut moves = Vec::with_capacity(self.0.len());
        let mut done = 0;
        for edit in &self.0 {
            new.push_str(cut(text, done..edit.at));
            let before = new.len();
            new.push_str(&edit.insert);
            done = edit.at + edit.delete;
            moves.push((edit.at, edit.delete, edit.side, before, new.len()));
        }
        new.push_str(cut(text, done..text.len()));
        let place = |byte: usize, counts: &dyn Fn(Side) -> bool| {
            // the last change that moves this byte
            let upto = moves.partition_point(|(at, delete, side, ..)| {
                *at < byte || (*at == byte && *delete == 0 && counts(*side))
            });
            match upto.checked_sub(1).and_then(|last| moves.get(last)) {
                Some((at, delete, _, before, after)) if byte < at + delete => (*before).max(*after),
                Some((at, delete, _, _, after)) => after + (byte - at - delete),
                None => byte,
            }
        };
        for span in spans {
            let is_block = span.style.is_block();
            let start = place(span.range.start, &|side| side != Side::Within);
            let end = place(span.range.end, &|side| is_block && side == Side::After);
            span.range = start..end.max(start);
        }
        new
    }
}
