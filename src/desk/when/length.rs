//! Lengths of time: `2h`, `1h30`, "zwei Stunden und 30 Minuten", "half an hour", "3 working days".

use super::read::Reader;
use super::spec::Ahead;
use super::words::{LENGTHS, NUMBERS, QUARTERS, UNITS, Unit};

/// Far beyond every bound, and far from overflowing: what is longer is read as this long.
const AMOUNT_MAX: i64 = 1_000_000;

impl Reader<'_> {
    /// One or more amounts with their units. With `bare`, the first may be a unit alone ("the hour").
    pub(super) fn length(&mut self, bare: bool) -> Option<Ahead> {
        let mut sum = Ahead::default();
        let mut read = false;
        let mut last = None;
        // each unit once at most, so five are enough
        for _ in 0..5 {
            let from = self.at();
            if read {
                let _ = self.take(&["and", "und", ",", "."]);
            }
            let Some(unit) = self.amount(bare && !read, last, &mut sum) else {
                self.back_to(from);
                break;
            };
            read = true;
            last = Some(unit);
        }
        read.then_some(sum)
    }

    fn amount(&mut self, bare: bool, last: Option<Unit>, sum: &mut Ahead) -> Option<Unit> {
        if last.is_none()
            && let Some(minutes) = self.pick(LENGTHS)
        {
            sum.seconds += minutes * 60;
            return Some(Unit::Minute);
        }
        let glued = self.glued(0);
        let thousandths = match self.quantity() {
            Some(thousandths) => thousandths,
            None if bare => 1_000,
            None => return None,
        };
        let unit = match self.pick(UNITS) {
            Some(unit) => unit,
            // `1h30`
            None if last == Some(Unit::Hour) && glued && thousandths < 60_000 => Unit::Minute,
            None => return None,
        };
        if last.is_some_and(|last| size(unit) >= size(last)) {
            return None;
        }
        let half = if last.is_none() && self.take(&["and a half"]) { 500 } else { 0 };
        add(sum, thousandths + half, unit)?;
        Some(unit)
    }

    /// An amount in thousandths.
    fn quantity(&mut self) -> Option<i64> {
        if let Some(quarters) = self.pick(QUARTERS) {
            return Some(i64::from(quarters) * 250);
        }
        if let Some(number) = self.pick(NUMBERS) {
            return Some(i64::from(number) * 1_000);
        }
        let whole = i64::from(self.number(0)?.value).min(AMOUNT_MAX) * 1_000;
        self.skip(1);
        // `1,5` and `1.5`
        if matches!(self.word(0), "." | ",")
            && self.glued(0)
            && self.glued(1)
            && let Some(fraction) = self.number(1).filter(|fraction| fraction.digits <= 3)
        {
            self.skip(2);
            let scale = [1_000, 100, 10, 1].get(fraction.digits).copied().unwrap_or(0);
            return Some(whole + i64::from(fraction.value) * scale);
        }
        Some(whole)
    }
}

/// Adds an amount; `None` for what has no length, such as half a month.
fn add(sum: &mut Ahead, thousandths: i64, unit: Unit) -> Option<()> {
    let whole = thousandths % 1_000 == 0;
    let count = thousandths / 1_000;
    let seconds = |unit: i64| thousandths * unit / 1_000;
    match unit {
        Unit::Second => sum.seconds += seconds(1),
        Unit::Minute => sum.seconds += seconds(60),
        Unit::Hour => sum.seconds += seconds(3_600),
        Unit::Day => {
            sum.days += count;
            sum.seconds += seconds(86_400) - count * 86_400;
        }
        Unit::Week => {
            let days = thousandths * 7 / 1_000;
            sum.days += days;
            sum.seconds += seconds(604_800) - days * 86_400;
        }
        Unit::WorkingDay if whole => sum.working_days += count,
        Unit::Month if whole => sum.months += count,
        Unit::WorkingDay | Unit::Month => return None,
    }
    Some(())
}

const fn size(unit: Unit) -> u8 {
    match unit {
        Unit::Second => 0,
        Unit::Minute => 1,
        Unit::Hour => 2,
        Unit::Day | Unit::WorkingDay => 3,
        Unit::Week => 4,
        Unit::Month => 5,
    }
}
