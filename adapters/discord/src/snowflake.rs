//! Discord's ids: they grow, and hold the time at which they were made.

use std::sync::atomic::{AtomicI64, Ordering};

/// What Discord counts from: the first second of 2015, in milliseconds.
const EPOCH: i64 = 1_420_070_400_000;
/// How far the clocks may be apart before anything was heard of Discord's.
const UNKNOWN_SKEW: i64 = 10 * 60 * 1000;
/// How far they may be apart afterwards.
const MARGIN: i64 = 20 * 1000;

/// How an id compares with others: shorter ones are older.
pub(crate) fn age(id: &str) -> (usize, &str) {
    (id.len(), id)
}

/// Whether an id was made after another.
pub(crate) fn is_after(id: &str, other: &str) -> bool {
    age(id) > age(other)
}

/// How far our clock goes before Discord's.
#[derive(Debug)]
pub(crate) struct Skew(AtomicI64);

impl Default for Skew {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Skew {
    /// Learns from an id that was made just now.
    pub(crate) fn learn(&self, now_ms: i64, id: &str) {
        if let Some(made) = id.parse::<u64>().ok().and_then(|id| i64::try_from(id >> 22).ok()) {
            self.0.store(now_ms - (made + EPOCH), Ordering::Relaxed);
        }
    }

    /// An id that is surely older than what is made from now on, and not much older.
    pub(crate) fn before(&self, now_ms: i64) -> String {
        let (skew, margin) = match self.0.load(Ordering::Relaxed) {
            i64::MIN => (0, UNKNOWN_SKEW),
            skew => (skew, MARGIN),
        };
        let made = now_ms.saturating_sub(skew).saturating_sub(margin).saturating_sub(EPOCH);
        (u64::try_from(made).unwrap_or_default() << 22).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_ids_are_newer_ones() {
        assert!(is_after("1000", "999"));
        assert!(is_after("12", "11"));
        assert!(!is_after("9", "9"));
    }

    #[test]
    fn a_mark_lies_just_before_now_by_discords_clock() {
        let skew = Skew::default();
        let now = EPOCH + 1_000_000_000;
        let id = |ms: i64| (u64::try_from(ms).unwrap() << 22).to_string();
        assert_eq!(skew.before(now), id(1_000_000_000 - UNKNOWN_SKEW));
        // our clock is an hour ahead
        skew.learn(now, &id(1_000_000_000 - 3_600_000));
        assert_eq!(skew.before(now), id(1_000_000_000 - 3_600_000 - MARGIN));
    }
}
