//! Times of day: `15:00`, "15 Uhr 30", `15.30 Uhr`, `3:30 pm`, "at 3", "halb vier", "quarter past 3", "midnight".

use super::days::PARTS;
use super::read::{Led, Reader};
use super::spec::Clock;
use super::words::{NUMBERS, UNITS};
use super::wrong::{WhenError, Wrong};

/// Minutes from the hour that is named behind them.
const TOLD: &[(&str, i16)] = &[
    ("halb", -30),
    ("half past", 30),
    ("viertel nach", 15),
    ("viertel vor", -15),
    ("dreiviertel", -15),
    ("quarter past", 15),
    ("a quarter past", 15),
    ("quarter to", -15),
    ("a quarter to", -15),
];

/// What may follow a bare hour in a sentence: other words would make it an amount ("at 3 shops").
const AFTER_HOUR: &[&str] = &[
    "abends",
    "again",
    "am",
    "an",
    "and",
    "aber",
    "bei",
    "but",
    "heute",
    "in",
    "mit",
    "morgen",
    "morgens",
    "nachmittags",
    "oder",
    "on",
    "or",
    "sharp",
    "this",
    "to",
    "today",
    "tomorrow",
    "tonight",
    "uebermorgen",
    "und",
    "wieder",
    "with",
    "zurueck",
];

impl Reader<'_> {
    pub(super) fn clock(&mut self, led: Led) -> Result<Option<Clock>, WhenError> {
        let from = self.at();
        if self.take(&["midnight", "mitternacht"]) {
            return Ok(Some(Clock { hour: 24, minute: 0, loose: false }));
        }
        if let Some(minutes) = self.pick(TOLD) {
            return self.told(from, led, minutes);
        }
        let Some((hour, digits)) = self.hour() else { return Ok(None) };
        let minute = self.minute(led);
        let mut minute_said = minute;
        let meridiem = self.take_meridiem(led);
        let mut marked = meridiem.is_some() || minute.is_some();
        if meridiem.is_none() {
            if self.take(&["uhr", "o'clock", "oclock"]) {
                marked = true;
                minute_said = minute.or_else(|| self.minute_behind());
            } else if minute.is_some() && self.glued(0) {
                let _ = self.take(&["h"]);
            }
        }
        // "8 in the evening"
        let parted = self.word(0) == "in"
            && self.word(1) == "the"
            && PARTS.iter().any(|(part, _)| *part == self.word(2));
        if !(marked || parted || led.at && self.bare_hour(hour)) {
            return Ok(None);
        }
        let loose = digits == 1 && meridiem.is_none();
        let clock = checked(hour, minute_said.unwrap_or(0), meridiem, loose);
        clock.map(Some).ok_or_else(|| self.wrong(from, Wrong::NoSuchTime))
    }

    /// "halb vier", "quarter past 3".
    fn told(&mut self, from: usize, led: Led, minutes: i16) -> Result<Option<Clock>, WhenError> {
        let Some((hour, digits)) = self.hour() else { return Ok(None) };
        let meridiem = self.take_meridiem(led);
        let _ = self.take(&["uhr"]);
        let wrong = self.wrong(from, Wrong::NoSuchTime);
        let clock = checked(hour, 0, meridiem, digits == 1 && meridiem.is_none()).ok_or(wrong)?;
        // an hour before midnight is in the day before; "halb eins" is half past twelve
        let minutes = (i16::from(clock.hour) * 60 + minutes).rem_euclid(24 * 60);
        let minutes = if clock.hour == 1 && clock.loose { minutes % (12 * 60) + 12 * 60 } else { minutes };
        let hour = i8::try_from(minutes / 60).unwrap_or_default();
        let minute = i8::try_from(minutes % 60).unwrap_or_default();
        Ok(Some(Clock { hour, minute, loose: clock.loose && hour < 12 }))
    }

    /// An hour, and with how many digits it is written; a word counts as one.
    fn hour(&mut self) -> Option<(u32, usize)> {
        if let Some(hour) = self.pick(NUMBERS) {
            return Some((hour, 1));
        }
        let hour = self.number(0).filter(|hour| hour.digits <= 2)?;
        self.skip(1);
        Some((hour.value, hour.digits))
    }

    /// `:30`, with seconds that nobody needs, or `.30` where it can only be a time.
    fn minute(&mut self, led: Led) -> Option<u32> {
        let two = |at: usize| self.number(at).filter(|number| number.digits == 2 && self.glued(at));
        let minute = two(1).filter(|_| self.glued(0))?;
        match self.word(0) {
            ":" => {
                let seconds = self.word(2) == ":" && self.glued(2) && two(3).is_some();
                self.skip(if seconds { 4 } else { 2 });
                Some(minute.value)
            }
            "." => {
                let from = self.at();
                self.skip(2);
                let more = self.word(0) == "." && self.glued(1);
                let sure = self.word(0) == "uhr" || self.meridiem(led).is_some() || led.at && !more;
                if !sure {
                    self.back_to(from);
                }
                sure.then_some(minute.value)
            }
            _ => None,
        }
    }

    /// The minutes of "15 Uhr 30".
    fn minute_behind(&mut self) -> Option<u32> {
        let minute = self.number(0).filter(|minute| minute.digits == 2 && minute.value < 60)?;
        if self.word(1) == "uhr" || matches!(self.word(1), ":" | ".") && self.number(2).is_some() {
            return None;
        }
        self.skip(1);
        Some(minute.value)
    }

    /// Whether a number behind "at" is an hour.
    fn bare_hour(&self, hour: u32) -> bool {
        let unit = UNITS.iter().any(|(unit, _)| *unit == self.word(0));
        let foreign = self.strict && self.is_word(0) && !AFTER_HOUR.contains(&self.word(0));
        hour <= 24 && !unit && !foreign
    }

    /// Whether "am" or "pm" is here, and how many tokens it takes.
    pub(super) fn meridiem(&self, led: Led) -> Option<(bool, usize)> {
        match (self.word(0), self.word(1), self.word(2), self.word(3)) {
            ("pm", ..) => Some((true, 1)),
            // "um 3 am Freitag" is German
            ("am", ..) if self.glued(0) || !led.german => Some((false, 1)),
            ("p", ".", "m", ".") => Some((true, 4)),
            ("a", ".", "m", ".") => Some((false, 4)),
            _ => None,
        }
    }

    fn take_meridiem(&mut self, led: Led) -> Option<bool> {
        let (afternoon, tokens) = self.meridiem(led)?;
        self.skip(tokens);
        Some(afternoon)
    }
}

/// A time of day, if there is such a one.
fn checked(hour: u32, minute: u32, afternoon: Option<bool>, loose: bool) -> Option<Clock> {
    let hour = match afternoon {
        None => hour,
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        Some(_) => return None,
    };
    let exists = hour < 24 && minute < 60 || hour == 24 && minute == 0;
    let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
    exists.then_some(Clock { hour, minute, loose })
}
