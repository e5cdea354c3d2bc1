//! Scales that begin at zero, and the round numbers on them.

use super::number;

/// How many steps a scale has at most.
const STEPS_MAX: u64 = 5;
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Round lengths of time below a day, in seconds.
const ROUND: [u64; 19] = [
    1,
    2,
    5,
    10,
    15,
    30,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    8 * HOUR,
    12 * HOUR,
];

/// From zero to a round number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    step: u64,
    steps: u64,
}

impl Scale {
    /// A scale of times that reaches as far as `max` seconds.
    pub(super) fn of_times(max: u64) -> Self {
        let days = [1, 2, 5].into_iter().map(|factor| factor * DAY);
        let step = ROUND.into_iter().chain(days).find(|step| max.div_ceil(*step) <= STEPS_MAX);
        let step = step.unwrap_or_else(|| {
            let days = Self::of_counts(max.div_ceil(DAY));
            days.step.saturating_mul(DAY)
        });
        Self::with(step, max)
    }

    /// A scale of counts that reaches as far as `max`.
    pub(super) fn of_counts(max: u64) -> Self {
        let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
        let mut round = powers.flat_map(|power| [1, 2, 5].map(|factor| power.saturating_mul(factor)));
        let step = round.find(|step| max.div_ceil(*step) <= STEPS_MAX).unwrap_or(u64::MAX);
        Self::with(step, max)
    }

    fn with(step: u64, max: u64) -> Self {
        Self { step, steps: max.div_ceil(step).max(1) }
    }

    /// Its numbers, from zero to its end.
    pub(super) fn ticks(self) -> impl Iterator<Item = u64> {
        (0..=self.steps).map(move |count| self.step.saturating_mul(count))
    }

    /// Where a value is on it, from 0 to 1.
    pub(super) fn place(self, value: u64) -> f32 {
        number::share(value, self.step.saturating_mul(self.steps))
    }
}

/// A length of time in its two largest units, e.g. `1 h 30 min`.
pub(super) fn length(seconds: u64, units: &[String; 4]) -> String {
    let sizes = [(DAY, 3), (HOUR, 2), (MINUTE, 1), (1, 0)];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, unit) in sizes {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            let unit = units.get(unit).map_or("", String::as_str);
            parts.push(format!("{}\u{a0}{unit}", number::shown(count)));
        } else if !parts.is_empty() {
            // "2 d 5 s" says more than anybody measured
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { "0".to_owned() } else { parts.join("\u{a0}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(seconds: u64) -> String {
        length(seconds, &["s", "min", "h", "d"].map(str::to_owned)).replace('\u{a0}', " ")
    }

    #[test]
    fn a_scale_of_times_has_round_numbers() {
        for (max, wanted) in [
            (0, "0, 1 s"),
            (3, "0, 1 s, 2 s, 3 s"),
            (59, "0, 15 s, 30 s, 45 s, 1 min"),
            (3600, "0, 15 min, 30 min, 45 min, 1 h"),
            (3601, "0, 15 min, 30 min, 45 min, 1 h, 1 h 15 min"),
            (9 * HOUR, "0, 2 h, 4 h, 6 h, 8 h, 10 h"),
            (26 * HOUR, "0, 6 h, 12 h, 18 h, 1 d, 1 d 6 h"),
            (30 * DAY, "0, 10 d, 20 d, 30 d"),
            (364 * DAY, "0, 100 d, 200 d, 300 d, 400 d"),
        ] {
            let ticks: Vec<String> = Scale::of_times(max).ticks().map(shown).collect();
            assert_eq!(ticks.join(", "), wanted, "{max}");
        }
    }

    #[test]
    fn a_length_is_told_in_two_units() {
        for (seconds, wanted) in [
            (0, "0"),
            (61, "1 min 1 s"),
            (5400, "1 h 30 min"),
            (DAY + 5, "1 d"),
            (2 * DAY + 3 * HOUR, "2 d 3 h"),
        ] {
            assert_eq!(shown(seconds), wanted);
        }
    }

    proptest! {
        #[test]
        fn every_value_is_on_its_scale(max in any::<u64>(), part in any::<u64>()) {
            for scale in [Scale::of_times(max), Scale::of_counts(max)] {
                let count = scale.ticks().count();
                prop_assert!((2..=6).contains(&count), "{count} ticks");
                prop_assert!(scale.ticks().last().is_some_and(|last| last >= max));
                prop_assert!((0.0..=1.0).contains(&scale.place(part.min(max))));
            }
        }
    }
}
