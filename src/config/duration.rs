//! Lengths of time as people write them: `10s`, `36h`, `7d`, `1d 12h`.

use jiff::SignedDuration;

/// The longest that can be written: a hundred years keeps every sum with an instant within bounds.
const SECONDS_MAX: i64 = 100 * 366 * 86_400;

/// Reads a length of time: whole numbers, each with `s`, `m`, `h`, `d` (24 hours) or `w` behind it.
///
/// `None` when it is not one, is zero, or is longer than a hundred years.
#[must_use]
pub fn parse(text: &str) -> Option<SignedDuration> {
    parse_or_zero(text).filter(|length| !length.is_zero())
}

/// As [`parse`], but nothing (`0s`) is a length of time, too.
#[must_use]
pub fn parse_or_zero(text: &str) -> Option<SignedDuration> {
    if text.trim().is_empty() {
        return None;
    }
    let mut seconds = 0_i64;
    let mut number = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0_i64).checked_mul(10)?.checked_add(digit.into())?);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    let whole = number.is_none() && seconds <= SECONDS_MAX;
    whole.then(|| SignedDuration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_as_a_person_means_it() {
        for (text, seconds) in [
            ("10s", Some(10)),
            ("15m", Some(900)),
            ("36h", Some(129_600)),
            ("7d", Some(604_800)),
            ("2w", Some(1_209_600)),
            ("1d 12h", Some(129_600)),
            ("1h30m", Some(5_400)),
            ("", None),
            ("0s", None),
            ("10", None),
            ("s", None),
            ("1h30", None),
            ("-1h", None),
            ("1.5h", None),
            ("7 days", None),
            ("99999999999999999999d", None),
            ("101w 40000d", None),
        ] {
            assert_eq!(parse(text).map(|d| d.as_secs()), seconds, "{text:?}");
        }
        assert_eq!(parse_or_zero("0m"), Some(SignedDuration::ZERO));
        assert_eq!(parse_or_zero(" "), None);
    }
}
