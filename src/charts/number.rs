//! Whole numbers as lengths and as texts.

/// A number of pixels.
pub(super) const fn pixels(count: u16) -> f32 {
    count as f32
}

/// A small count, e.g. of columns.
pub(super) fn count(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// How much of a whole something is, from 0 to 1; of nothing it is nothing.
pub(super) fn share(part: u64, whole: u64) -> f32 {
    let steps = u128::from(part.min(whole)) * u128::from(u16::MAX) / u128::from(whole.max(1));
    f32::from(u16::try_from(steps).unwrap_or(u16::MAX)) / f32::from(u16::MAX)
}

/// A number as it is read: in groups of three from five digits on.
pub(super) fn shown(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            // kept together when a line is broken
            shown.push('\u{a0}');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        for (number, wanted) in [(0, "0"), (1234, "1234"), (12_345, "12 345"), (1_234_567, "1 234 567")] {
            assert_eq!(shown(number).replace('\u{a0}', " "), wanted);
        }
    }

    #[test]
    fn a_share_is_from_nothing_to_all() {
        let near = |a: f32, b: f32| (a - b).abs() < 0.001;
        assert!(near(share(0, 0), 0.0) && near(share(1, 2), 0.5) && near(share(9, 3), 1.0));
        assert!(near(share(u64::MAX, u64::MAX), 1.0) && near(share(1, u64::MAX), 0.0));
        assert!(near(pixels(1080), 1080.0) && near(count(usize::MAX), 65_535.0));
    }
}
