//! Dates: `24.12.`, `24.12.2026`, "24. Dezember", "Dec 24th", `2026-12-24T15:00`, "am 24.". Slashes are not read: half
//! of the world means the month first.

use super::read::{Led, Number, Reader};
use super::spec::{Clock, Day};
use super::words::MONTHS;
use super::wrong::{WhenError, Wrong};

type Dated = Option<(Day, Option<Clock>)>;

impl Reader<'_> {
    /// A date, and the time of day where one notation holds both.
    pub(super) fn date(&mut self, led: Led) -> Result<Dated, WhenError> {
        let from = self.at();
        let dated = self.iso()?;
        if dated.is_some() {
            return Ok(dated);
        }
        self.back_to(from);
        let mut day = self.day_month(led)?;
        if day.is_none() {
            self.back_to(from);
            day = self.month_day()?;
        }
        if day.is_none() {
            self.back_to(from);
            day = self.of_month(led)?;
        }
        Ok(day.map(|day| (day, None)))
    }

    fn iso(&mut self) -> Result<Dated, WhenError> {
        let from = self.at();
        let four = self.number(0).filter(|year| year.digits == 4);
        let (Some(year), "-", Some(month), "-", Some(day)) =
            (four, self.word(1), self.number(2), self.word(3), self.number(4))
        else {
            return Ok(None);
        };
        if (1..=4).any(|token| !self.glued(token)) {
            return Ok(None);
        }
        self.skip(5);
        let date = self.checked(from, Some(year), month.value, day.value)?;
        if self.word(0) == "t" && self.glued(0) && self.glued(1) {
            self.skip(1);
            let clock = self.clock(Led::default())?;
            return Ok(clock.map(|clock| (date, Some(clock))));
        }
        Ok(Some((date, None)))
    }

    /// `24.12.`, `24. 12. 2026`, "24. Dezember", "24th of December 2026".
    fn day_month(&mut self, led: Led) -> Result<Option<Day>, WhenError> {
        let from = self.at();
        let Some(day) = self.number(0).filter(|day| day.digits <= 2) else { return Ok(None) };
        self.skip(1);
        let ordinal = self.ordinal();
        let dot = self.glued(0) && self.word(0) == ".";
        if dot && let Some(month) = self.number(1).filter(|month| month.digits <= 2) {
            self.skip(2);
            return self.figures(from, led, day, month);
        }
        if dot {
            self.skip(1);
        }
        if ordinal {
            let _ = self.take(&["of", "of the"]);
        }
        let Some(month) = self.pick(MONTHS) else { return Ok(None) };
        if self.word(0) == "." && self.glued(0) && self.number(1).is_some() {
            self.skip(1);
        }
        let year = self.year();
        self.checked(from, year, month.unsigned_abs().into(), day.value).map(Some)
    }

    /// What follows day and month in figures.
    fn figures(
        &mut self,
        from: usize,
        led: Led,
        day: Number,
        month: Number,
    ) -> Result<Option<Day>, WhenError> {
        let dot = self.glued(0) && self.word(0) == ".";
        let joined_year = |digits| digits == 4 || digits == 2;
        if dot && self.glued(1) && self.number(1).is_some_and(|year| joined_year(year.digits)) {
            let year = self.number(1);
            self.skip(2);
            return self.checked(from, year, month.value, day.value).map(Some);
        }
        if dot {
            self.skip(1);
            let year = self.year();
            return self.checked(from, year, month.value, day.value).map(Some);
        }
        // `24.12` might be a time or an amount
        let possible = (1..=31).contains(&day.value) && (1..=12).contains(&month.value);
        let time = led.at && !led.on || self.word(0) == "uhr" || self.meridiem(led).is_some();
        if !possible || time || self.strict && !led.on {
            return Ok(None);
        }
        self.checked(from, None, month.value, day.value).map(Some)
    }

    /// "Dec 24", "December 24th, 2026".
    fn month_day(&mut self) -> Result<Option<Day>, WhenError> {
        let from = self.at();
        let Some(month) = self.pick(MONTHS) else { return Ok(None) };
        if self.word(0) == "." && self.glued(0) {
            self.skip(1);
        }
        let _ = self.take(&["the"]);
        let Some(day) = self.number(0).filter(|day| day.digits <= 2) else { return Ok(None) };
        self.skip(1);
        let ordinal = self.ordinal();
        // "December 15:00" names no day
        let time = matches!(self.word(0), ":" | "uhr" | "am" | "pm")
            || self.word(0) == "." && self.number(1).is_some();
        if !ordinal && time {
            return Ok(None);
        }
        let year = self.year();
        self.checked(from, year, month.unsigned_abs().into(), day.value).map(Some)
    }

    /// "am 24.", "the 24th".
    fn of_month(&mut self, led: Led) -> Result<Option<Day>, WhenError> {
        let from = self.at();
        let Some(day) = self.number(0).filter(|day| day.digits <= 2 && led.on) else { return Ok(None) };
        self.skip(1);
        let dotted = self.word(0) == "." && self.glued(0) && !self.glued(1);
        if dotted {
            self.skip(1);
        } else if !self.ordinal() {
            return Ok(None);
        }
        match i8::try_from(day.value) {
            Ok(day @ 1..=31) => Ok(Some(Day::OfMonth(day))),
            Ok(_) | Err(_) => Err(self.wrong(from, Wrong::NoSuchDate)),
        }
    }

    fn ordinal(&mut self) -> bool {
        self.glued(0) && self.take(&["st", "nd", "rd", "th"])
    }

    /// A year in four digits behind a date, perhaps after a comma.
    fn year(&mut self) -> Option<Number> {
        let from = self.at();
        let _ = self.take(&[","]);
        let year = self.number(0).filter(|year| year.digits == 4 && (1900..3000).contains(&year.value));
        let time = matches!(self.word(1), ":" | "uhr");
        let year = year.filter(|_| !time);
        if year.is_some() {
            self.skip(1);
        } else {
            self.back_to(from);
        }
        year
    }

    /// A date that may be; whether it is in its year is seen when the year is known.
    fn checked(&self, from: usize, year: Option<Number>, month: u32, day: u32) -> Result<Day, WhenError> {
        let century = |year: Number| if year.digits == 2 { year.value + 2000 } else { year.value };
        let year = year.map(|year| i16::try_from(century(year))).transpose();
        match (year, i8::try_from(month), i8::try_from(day)) {
            (Ok(year), Ok(month @ 1..=12), Ok(day @ 1..=31)) => Ok(Day::Date { year, month, day }),
            _ => Err(self.wrong(from, Wrong::NoSuchDate)),
        }
    }
}
