//! Counting: when a span of working time is over, how much of it there is, and how a person can check that.

use super::Calendar;
use super::walk::{Season, Stretch, Walk, second};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// From how many weeks' worth of working time on whole weeks are counted at once.
const WEEKS_AT_ONCE: i64 = 8;
/// Seconds of a week without a change of clocks.
const WEEK: i64 = 7 * 86_400;

/// When a span of working time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The moment.
    pub at: Timestamp,
    /// How it came about: from the start to `at` without a hole.
    pub way: Vec<Leg>,
}

/// A part of the way to a due time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leg {
    /// Working time, which counts.
    Open {
        /// From when.
        from: Timestamp,
        /// Until when.
        to: Timestamp,
        /// How much of the span it uses up: all the time between the two.
        counted: SignedDuration,
    },
    /// Time that does not count.
    Closed {
        /// From when.
        from: Timestamp,
        /// Until when.
        to: Timestamp,
        /// Days off that took working time away in between: holidays with what they are called, and special days
        /// without hours.
        off: Vec<(Date, Option<String>)>,
    },
    /// Weeks without a holiday, a special day or a change of clocks, counted as one.
    Weeks {
        /// From when.
        from: Timestamp,
        /// Until when: the same time on the same day of the week.
        to: Timestamp,
        /// How many; at least 1.
        weeks: i64,
        /// How much of the span they use up.
        counted: SignedDuration,
    },
}

/// How many weeks from an instant on are as the plan has them, up to `most`, and where they end.
fn plain_weeks(calendar: &Calendar, from: Timestamp, most: i64) -> Option<(i64, Timestamp)> {
    let begins = second(from);
    let season = Season::at(calendar, begins);
    let day = season.day(begins);
    let in_season = (season.end.min(second(Timestamp::MAX)) - begins - 1) / WEEK;
    // the day before may reach into the first of them
    let in_plan =
        calendar.next_exception(day - 1).map_or(most, |exception| (exception - day - 1).div_euclid(7));
    let weeks = most.min(in_season).min(in_plan);
    let to = from.checked_add(SignedDuration::from_secs(weeks.checked_mul(WEEK)?)).ok()?;
    (weeks > 0).then_some((weeks, to))
}

/// When a span is over; tells every leg of the way.
pub(super) fn due(
    calendar: &Calendar,
    from: Timestamp,
    span: SignedDuration,
    tell: &mut dyn FnMut(Leg),
) -> Timestamp {
    let mut left = span.max(SignedDuration::ZERO);
    if calendar.always {
        let to = from.checked_add(left).unwrap_or(Timestamp::MAX);
        tell(Leg::Open { from, to, counted: to.duration_since(from) });
        return to;
    }
    let mut at = from;
    let mut walk = Walk::new(calendar, from);
    let mut off = Vec::new();
    loop {
        // what is left after whole weeks is never nothing: a due time on a closing edge is that edge
        let weeks_left = (left.as_secs() - 1) / calendar.week_seconds;
        if weeks_left >= WEEKS_AT_ONCE
            && off.is_empty()
            && let Some((weeks, to)) = plain_weeks(calendar, at, weeks_left)
        {
            let counted = SignedDuration::from_secs(weeks * calendar.week_seconds);
            tell(Leg::Weeks { from: at, to, weeks, counted });
            left -= counted;
            at = to;
            walk = Walk::new(calendar, at);
        }
        match walk.next() {
            None => {
                tell(Leg::Closed { from: at, to: Timestamp::MAX, off });
                return Timestamp::MAX;
            }
            Some(Stretch::Off(date, called)) => {
                if off.iter().all(|(known, _)| *known != date) {
                    off.push((date, called.map(str::to_owned)));
                }
            }
            Some(Stretch::Open(from, to)) => {
                if at < from {
                    tell(Leg::Closed { from: at, to: from, off: std::mem::take(&mut off) });
                }
                off.clear();
                let counted = left.min(to.duration_since(from));
                at = from.checked_add(counted).unwrap_or(to);
                tell(Leg::Open { from, to: at, counted });
                left -= counted;
                if left.is_zero() {
                    return at;
                }
            }
        }
    }
}

/// The way as a person reads it: working time that goes on over midnight is one leg, and nothing is none.
pub(super) fn joined(way: Vec<Leg>) -> Vec<Leg> {
    let mut joined: Vec<Leg> = Vec::with_capacity(way.len());
    for leg in way {
        match (joined.last_mut(), &leg) {
            (_, Leg::Open { counted: SignedDuration::ZERO, .. }) => {}
            (Some(Leg::Open { to: end, counted: sum, .. }), Leg::Open { from, to, counted })
                if end == from =>
            {
                *end = *to;
                *sum += *counted;
            }
            _ => joined.push(leg),
        }
    }
    joined
}

/// The working time from one instant to a later one.
pub(super) fn working(calendar: &Calendar, from: Timestamp, to: Timestamp) -> SignedDuration {
    if calendar.always {
        return to.duration_since(from);
    }
    let mut sum = SignedDuration::ZERO;
    let mut at = from;
    let mut walk = Walk::new(calendar, from);
    loop {
        let weeks_left = to.duration_since(at).as_secs() / WEEK;
        if weeks_left >= WEEKS_AT_ONCE
            && let Some((weeks, end)) = plain_weeks(calendar, at, weeks_left)
        {
            sum += SignedDuration::from_secs(weeks * calendar.week_seconds);
            at = end;
            walk = Walk::new(calendar, at);
        }
        let Some((from, end)) = walk.find_map(Stretch::open) else { return sum };
        if from >= to {
            return sum;
        }
        sum += end.min(to).duration_since(from);
        if end >= to {
            return sum;
        }
        at = end;
    }
}
