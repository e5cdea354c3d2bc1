//! How many times of which length: small, and two of them add up to one.
//!
//! Lengths are counted in milliseconds, in buckets that grow with them: 64 of one width for every doubling. A quantile is
//! the middle of its bucket, so it is at most 1/128 of itself away from the true one, under the one percent that is
//! promised. Below 128 ms it is exact, and so is the quantile that is the longest of all. How many there are, their sum
//! and the longest are kept beside the buckets and are exact.
//!
//! Integers only: a histogram that is rebuilt elsewhere is the same, bit by bit.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Buckets of one width for every doubling, as a power of two.
const FINE: u32 = 6;
/// What is longer counts as this: a hundred years. Bounds the buckets to about two thousand.
const LONGEST: u64 = 100 * 366 * 86_400_000;

/// Lengths of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// How many.
    pub n: u64,
    /// Together, in milliseconds.
    pub sum: u64,
    /// The longest, in milliseconds.
    pub max: u64,
    /// How many in which bucket. Only buckets that hold any.
    buckets: BTreeMap<u16, u64>,
}

impl Histogram {
    /// Adds one. What is negative counts as nothing.
    pub fn add(&mut self, length: SignedDuration) {
        let millis = u64::try_from(length.as_millis().clamp(0, LONGEST.into())).unwrap_or(LONGEST);
        self.n += 1;
        self.sum = self.sum.saturating_add(millis);
        self.max = self.max.max(millis);
        *self.buckets.entry(bucket(millis)).or_default() += 1;
    }

    /// Adds all of another one.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum = self.sum.saturating_add(other.sum);
        self.max = self.max.max(other.max);
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    /// The shortest length that at least so many percent of all do not exceed. Nothing when there is none at all.
    #[must_use]
    pub fn quantile(&self, percent: u64) -> Option<SignedDuration> {
        let rank = self.n.saturating_mul(percent).div_ceil(100).max(1);
        if rank >= self.n {
            return self.longest();
        }
        let mut seen = 0;
        let found = self.buckets.iter().find(|(_, count)| {
            seen += **count;
            seen >= rank
        });
        found.map(|(bucket, _)| span(middle(*bucket).min(self.max)))
    }

    /// The longest.
    #[must_use]
    pub fn longest(&self) -> Option<SignedDuration> {
        (self.n > 0).then(|| span(self.max))
    }

    /// The arithmetic mean.
    #[must_use]
    pub fn mean(&self) -> Option<SignedDuration> {
        self.sum.checked_div(self.n).map(span)
    }
}

fn span(millis: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// The bucket of a length: the doubling it is in, and the place there.
fn bucket(millis: u64) -> u16 {
    let doubling = (u64::BITS - millis.leading_zeros()).saturating_sub(FINE + 1);
    let place = (millis >> doubling) + (u64::from(doubling) << FINE);
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// The middle of a bucket.
fn middle(bucket: u16) -> u64 {
    let (bucket, width) = (u64::from(bucket), 1_u64 << FINE);
    if bucket < 2 * width {
        return bucket;
    }
    let doubling = bucket / width - 1;
    let place = bucket % width + width;
    (place << doubling) + (1 << doubling >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(all: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        for millis in all {
            histogram.add(span(*millis));
        }
        histogram
    }

    /// The quantile of a sorted list.
    fn exact(sorted: &[u64], percent: usize) -> u64 {
        sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1]
    }

    fn is_near(estimate: SignedDuration, exact: u64) -> bool {
        let estimate = u64::try_from(estimate.as_millis()).unwrap();
        estimate.abs_diff(exact) * 128 <= exact
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(of(&[]).quantile(50), None);
        assert_eq!((of(&[]).mean(), of(&[]).longest()), (None, None));
    }

    #[test]
    fn a_single_length_is_every_quantile_exactly() {
        let one = of(&[123_456_789]);
        assert_eq!((one.quantile(1), one.quantile(50), one.mean()), {
            let same = Some(span(123_456_789));
            (same, same, same)
        });
    }

    #[test]
    fn what_is_negative_is_nothing_and_what_is_endless_is_bounded() {
        let mut histogram = Histogram::default();
        histogram.add(SignedDuration::MIN);
        histogram.add(SignedDuration::MAX);
        assert_eq!((histogram.n, histogram.sum, histogram.max), (2, LONGEST, LONGEST));
        assert!(histogram.buckets.keys().all(|bucket| *bucket < 2600));
    }

    #[test]
    fn it_is_stored_with_names_and_without_empty_buckets() {
        let stored = serde_json::to_value(of(&[5, 5, 90_000])).unwrap();
        let wanted = serde_json::json!({"n": 3, "sum": 90_010, "max": 90_000, "buckets": {"5": 2, "727": 1}});
        assert_eq!(stored, wanted);
        assert_eq!(serde_json::from_value::<Histogram>(stored).unwrap(), of(&[5, 5, 90_000]));
    }

    proptest! {
        #[test]
        fn a_quantile_is_at_most_one_in_128_off(all in proptest::collection::vec(0..LONGEST, 1..200), percent in 1..100_usize) {
            let histogram = of(&all);
            let mut sorted = all.clone();
            sorted.sort_unstable();
            let quantile = histogram.quantile(percent as u64).unwrap();
            prop_assert!(is_near(quantile, exact(&sorted, percent)), "{quantile:?}");
        }

        #[test]
        fn every_length_is_near_the_middle_of_its_bucket(doubling in 0..42_u32, rest in any::<u64>()) {
            let millis = (rest >> (63 - doubling)).min(LONGEST);
            prop_assert!(is_near(span(middle(bucket(millis))), millis), "{millis}");
        }

        #[test]
        fn two_together_are_all_of_both(one in proptest::collection::vec(0..LONGEST, 0..50), two in proptest::collection::vec(0..LONGEST, 0..50)) {
            let mut merged = of(&one);
            merged.merge(&of(&two));
            let both: Vec<u64> = one.into_iter().chain(two).collect();
            prop_assert_eq!(merged, of(&both));
        }
    }
}
