//! Reads what is kept: sums of rows that lie together, never of anything else.

use super::period::Period;
use super::rows::{At, Counts, Dimension, Figure, Look, Now, Part, Times};
use crate::key::{Scan, unescape};
use crate::policy::ClockKind;
use crate::rows::Row;
use crate::state::{Missing, Rows};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many rows of one span are read: a month by every hour of the week.
const ROWS_MAX: usize = 25_000;

/// Some rows together.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    pub(super) counts: Counts,
    first: Times,
    next: Times,
    resolution: Times,
}

impl Sum {
    pub(super) const fn times(&self, kind: ClockKind) -> &Times {
        match kind {
            ClockKind::FirstResponse => &self.first,
            ClockKind::NextResponse => &self.next,
            ClockKind::Resolution => &self.resolution,
        }
    }

    /// First and next responses together.
    pub(super) fn responses(&self) -> Times {
        let mut both = self.first.clone();
        both.merge(&self.next);
        both
    }

    fn add(&mut self, figure: &Figure, part: Part) {
        match (figure, part) {
            (Figure::Counts(counts), _) => self.counts.merge(counts),
            (Figure::Times(times), Part::Times(ClockKind::FirstResponse)) => self.first.merge(times),
            (Figure::Times(times), Part::Times(ClockKind::NextResponse)) => self.next.merge(times),
            (Figure::Times(times), Part::Times(ClockKind::Resolution)) => self.resolution.merge(times),
            (Figure::Times(_) | Figure::Now(_) | Figure::Overdue(_) | Figure::Breach(_), _) => {}
        }
    }
}

/// Sums, and whether there was more than is read at once.
pub(super) struct Sums<K> {
    pub(super) by: BTreeMap<K, Sum>,
    pub(super) is_cut: bool,
}

/// Adds up the rows of a dimension in a period, under what `key` says of each; those of which it says nothing are left
/// out.
pub(super) fn sums<K: Ord>(
    rows: &Rows<'_>,
    team: &str,
    by: Dimension,
    period: &Period,
    key: impl Fn(Date, String) -> Option<K>,
) -> Result<Sums<K>, Missing> {
    let mut sums = Sums { by: BTreeMap::new(), is_cut: false };
    for span in period.spans() {
        let look = Look::Days { team: team.to_owned(), by, span, limit: ROWS_MAX };
        let found = rows.scan(Scan::Figures(look))?;
        sums.is_cut |= found.len() >= ROWS_MAX;
        for (text, row) in found {
            let (Some((day, value, part)), Row::Figures(figure)) = (parts(text), row) else { continue };
            if let Some(key) = key(day, value) {
                sums.by.entry(key).or_default().add(figure, part);
            }
        }
    }
    Ok(sums)
}

/// The day, the value and the part in a key.
fn parts(key: &str) -> Option<(Date, String, Part)> {
    let mut parts = key.rsplit('/');
    let part = match parts.next()? {
        "counts" => Part::Counts,
        word => Part::Times(ClockKind::ALL.into_iter().find(|kind| kind.word() == word)?),
    };
    let value = unescape(parts.next()?);
    Some((parts.next()?.parse().ok()?, value, part))
}

/// All of a team in a period; a last day that is not over counts by its hours.
pub(super) fn total(rows: &Rows<'_>, team: &str, period: &Period) -> Result<Sum, Missing> {
    let days = match period.until {
        Some(_) => Period { to: period.to.yesterday().unwrap_or(period.to), ..*period },
        None => *period,
    };
    let mut all =
        sums(rows, team, Dimension::All, &days, |_, _| Some(()))?.by.remove(&()).unwrap_or_default();
    if let Some(hour) = period.until {
        let day = Period { from: period.to, ..*period };
        let slots = sums(rows, team, Dimension::Slot, &day, |_, slot| {
            let slot: i8 = slot.parse().ok()?;
            (slot < hour).then_some(())
        })?;
        if let Some(part) = slots.by.get(&()) {
            all.counts.merge(&part.counts);
            all.first.merge(&part.first);
            all.next.merge(&part.next);
            all.resolution.merge(&part.resolution);
        }
    }
    Ok(all)
}

/// How everything of a team stands now.
pub(super) fn now(rows: &Rows<'_>, team: &str) -> Result<Now, Missing> {
    Ok(match rows.figure(&At::Now(team.to_owned()))? {
        Some(Figure::Now(now)) => now,
        Some(Figure::Counts(_) | Figure::Times(_) | Figure::Overdue(_) | Figure::Breach(_)) | None => {
            Now::default()
        }
    })
}
