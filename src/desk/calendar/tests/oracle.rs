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
    /// The hours that begin on a day.
    pub(super) fn hours(&self, date: Date) -> &[Face] {
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

/// The time line as somebody knows it: what is open, up to a moment.
pub(super) struct Oracle {
    open: Vec<(Timestamp, Timestamp)>,
    /// Until when it knows.
    pub(super) until: Timestamp,
}

impl Oracle {
    /// Of open stretches in order, which do not overlap.
    pub(super) fn of(open: impl Iterator<Item = (Timestamp, Timestamp)>, until: Timestamp) -> Self {
        Self { open: open.collect(), until }
    }

    /// Reads the clock in cells that are open or closed as a whole.
    pub(super) fn read(sheet: &Sheet, start: Timestamp, cell: SignedDuration, cells: usize) -> Self {
        let mut open = Vec::with_capacity(cells);
        let mut at = start;
        for _ in 0..cells {
            if sheet.shows_open(at) {
                open.push((at, at + cell));
            }
            at += cell;
        }
        Self { open, until: at }
    }

    pub(super) fn opens(&self, at: Timestamp) -> Option<Timestamp> {
        self.open.iter().find(|(_, to)| *to > at).map(|(from, _)| (*from).max(at))
    }

    pub(super) fn due(&self, from: Timestamp, span: SignedDuration) -> Option<Timestamp> {
        let mut left = span;
        if left.is_zero() {
            return self.opens(from);
        }
        for (opens, to) in &self.open {
            let begins = (*opens).max(from);
            if begins < *to {
                if left <= to.duration_since(begins) {
                    return Some(begins + left);
                }
                left -= to.duration_since(begins);
            }
        }
        None
    }

    pub(super) fn working(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let parts = self.open.iter().map(|(opens, closes)| ((*opens).max(from), (*closes).min(to)));
        let parts = parts.filter(|(from, to)| from < to);
        parts.fold(SignedDuration::ZERO, |sum, (from, to)| sum + to.duration_since(from))
    }
}
