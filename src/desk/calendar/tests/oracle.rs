//! A clock on the wall, read cell by cell: slow, and right by its looks. Knows nothing of the calendar but its hours.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// From minute to minute of a day; an end at or before the start is on the next day.
pub(super) type Face = (i32, i32);

/// What the clock is compared with.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) zone: TimeZone,
    /// By day from Monday on.
    pub(super) week: Vec<Vec<Face>>,
    pub(super) holidays: Vec<Date>,
    pub(super) special: BTreeMap<Date, Vec<Face>>,
}

impl Sheet {
    fn hours(&self, date: Date) -> &[Face] {
        if let Some(hours) = self.special.get(&date) {
            return hours;
        }
        if self.holidays.contains(&date) {
            return &[];
        }
        &self.week[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap()]
    }

    /// Whether the clock shows working time.
    pub(super) fn shows_open(&self, at: Timestamp) -> bool {
        let clock = at.to_zoned(self.zone.clone());
        let minute = i32::from(clock.hour()) * 60 + i32::from(clock.minute());
        let today = self.hours(clock.date()).iter();
        let before = self.hours(clock.date().yesterday().unwrap()).iter();
        today.clone().any(|(start, end)| *start <= minute && (minute < *end || end <= start))
            || before.clone().any(|(start, end)| end <= start && minute < *end)
    }
}

/// The time line in cells that are open or closed as a whole.
pub(super) struct Oracle {
    pub(super) start: Timestamp,
    cell: SignedDuration,
    open: Vec<bool>,
}

impl Oracle {
    pub(super) fn new(sheet: &Sheet, start: Timestamp, cell: SignedDuration, cells: usize) -> Self {
        let mut at = start;
        let mut open = Vec::with_capacity(cells);
        for _ in 0..cells {
            open.push(sheet.shows_open(at));
            at += cell;
        }
        Self { start, cell, open }
    }

    fn cells(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let ends = std::iter::successors(Some(self.start), |at| Some(*at + self.cell));
        let open = ends.zip(&self.open).filter(|(_, open)| **open);
        open.map(|(from, _)| (from, from + self.cell))
    }

    pub(super) fn opens(&self, at: Timestamp) -> Option<Timestamp> {
        self.cells().find(|(_, to)| *to > at).map(|(from, _)| from.max(at))
    }

    pub(super) fn due(&self, from: Timestamp, span: SignedDuration) -> Option<Timestamp> {
        let mut left = span;
        if left.is_zero() {
            return self.opens(from);
        }
        for (cell_from, to) in self.cells() {
            let begins = cell_from.max(from);
            if begins < to {
                if left <= to.duration_since(begins) {
                    return Some(begins + left);
                }
                left -= to.duration_since(begins);
            }
        }
        None
    }

    pub(super) fn working(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let parts = self.cells().map(|(cell_from, cell_to)| (cell_from.max(from), cell_to.min(to)));
        let parts = parts.filter(|(from, to)| from < to);
        parts.fold(SignedDuration::ZERO, |sum, (from, to)| sum + to.duration_since(from))
    }
}
