//! From what was said to an instant: fills in what people leave out, as the module's head lists it.

use super::days::{Near, Part};
use super::spec::{Ahead, Clock, Day, Spec};
use super::words::Which;
use super::wrong::Wrong;
use super::{DAY_END, EVENING, FORENOON, MORNING, NIGHT, NOON, YEARS_MAX};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, Timestamp, ToSpan, Zoned};

/// More working days than fit into [`YEARS_MAX`].
const WORKING_DAYS_MAX: i64 = 600;

const TODAY: Day = Day::Near(Near::In(0));

impl Spec {
    /// The instant, and whether more than a day is meant.
    pub(crate) fn resolve(&self, now: &Zoned) -> Result<(Timestamp, bool), Wrong> {
        let (at, exact) = self.unbounded(now)?;
        let max = now.checked_add(YEARS_MAX.years()).map_err(|_| Wrong::TooFar)?;
        match at {
            _ if at <= now.timestamp() => Err(Wrong::Past),
            _ if at > max.timestamp() => Err(Wrong::TooFar),
            _ => Ok((at, exact)),
        }
    }

    fn unbounded(&self, now: &Zoned) -> Result<(Timestamp, bool), Wrong> {
        let today = now.date();
        let date = match (self.ahead, self.day) {
            (Some(ahead), None | Some(TODAY)) if self.weekday.is_none() && !self.has_civil_time() => {
                return Ok((later(now, ahead)?.timestamp(), ahead.is_exact()));
            }
            (Some(ahead), day) => Some(self.day_ahead(now, ahead, day)?),
            (None, Some(Day::Near(Near::Week(weeks)))) => Some(self.day_of_week(today, weeks)?),
            (None, Some(day)) => Some(day_of(day, today)?),
            (None, None) => None,
        };
        if let (Some(date), Some((weekday, _))) = (date, self.weekday)
            && date.weekday() != weekday
        {
            return Err(Wrong::Contradiction);
        }
        match (date, self.weekday) {
            (Some(date), _) => self.on(date, now),
            (None, Some((weekday, which))) => self.on_weekday(weekday, which, now),
            (None, None) => self.today_or_tomorrow(now),
        }
    }

    const fn has_civil_time(&self) -> bool {
        self.clock.is_some() || self.part.is_some()
    }

    /// "in 3 days at noon", "Friday in two weeks", "heute in einer Woche".
    fn day_ahead(&self, now: &Zoned, ahead: Ahead, day: Option<Day>) -> Result<Date, Wrong> {
        // "tomorrow in two hours" might mean anything
        if ahead.is_exact() {
            return Err(Wrong::Contradiction);
        }
        let from = match day {
            None => now.clone(),
            Some(Day::Near(Near::In(days))) => moved(now, days.days())?,
            Some(_) => return Err(Wrong::Contradiction),
        };
        let date = later(&from, ahead)?.date();
        match self.weekday {
            Some((weekday, _)) if ahead.days % 7 == 0 && ahead.months + ahead.working_days == 0 => {
                day_in_week(date, 0, weekday)
            }
            _ => Ok(date),
        }
    }

    /// "next week", or the day of it that is named beside.
    fn day_of_week(&self, today: Date, weeks: i32) -> Result<Date, Wrong> {
        if let Some((weekday, _)) = self.weekday {
            return day_in_week(today, weeks, weekday);
        }
        let friday = day_in_week(today, weeks, Weekday::Friday)?;
        if friday < today { day_in_week(today, weeks, Weekday::Sunday) } else { Ok(friday) }
    }

    fn on_weekday(&self, weekday: Weekday, which: Which, now: &Zoned) -> Result<(Timestamp, bool), Wrong> {
        let today = now.date();
        let may_be_today = match which {
            Which::Coming => self.has_civil_time(),
            Which::This => true,
            Which::Next => false,
        };
        if today.weekday() == weekday
            && may_be_today
            && let Ok(found) = self.on(today, now)
            && found.0 > now.timestamp()
        {
            return Ok(found);
        }
        self.on(today.nth_weekday(1, weekday).map_err(|_| Wrong::TooFar)?, now)
    }

    fn today_or_tomorrow(&self, now: &Zoned) -> Result<(Timestamp, bool), Wrong> {
        let (time, _, exact) = self.time();
        let at = instant(now.date(), time, now)?;
        // "end of day" is today's, however late it is
        if at > now.timestamp() || self.clock.is_none() && self.part == Some(Part::DayEnd) {
            return self.on(now.date(), now);
        }
        Ok((instant(next(now.date())?, time, now)?, exact))
    }

    /// The time of day on a date; where it has passed today and was not exact, the latest that can be meant.
    fn on(&self, date: Date, now: &Zoned) -> Result<(Timestamp, bool), Wrong> {
        let before = self.before && !self.has_civil_time();
        let date = if before { date.yesterday().map_err(|_| Wrong::Past)? } else { date };
        let (time, last, exact) = self.time();
        let at = instant(date, time, now)?;
        match last {
            Some(last) if at <= now.timestamp() && date == now.date() => {
                Ok((instant(date, last, now)?, exact))
            }
            _ => Ok((at, exact)),
        }
    }

    /// The time of day, the latest that can be meant by it, and whether it is exact.
    fn time(&self) -> (Clock, Option<Clock>, bool) {
        let midnight = Some(Clock { hour: 24, minute: 0, loose: false });
        let noon = Some(clock(NOON));
        match (self.clock, self.part) {
            (Some(clock), part) => (clock.in_part(part), None, true),
            (None, None | Some(Part::DayEnd)) => (clock(DAY_END), midnight, false),
            (None, Some(Part::Morning)) => (clock(MORNING), noon, false),
            (None, Some(Part::Forenoon)) => (clock(FORENOON), None, false),
            (None, Some(Part::Noon)) => (clock(NOON), None, true),
            (None, Some(Part::Afternoon)) => (clock(DAY_END), Some(clock(EVENING)), false),
            (None, Some(Part::Evening)) => (clock(EVENING), midnight, false),
            (None, Some(Part::Night)) => (clock(NIGHT), midnight, false),
        }
    }
}

impl Clock {
    /// "8 Uhr abends" is 20:00; "at 3" alone is the afternoon.
    fn in_part(self, part: Option<Part>) -> Self {
        let afternoon = match part {
            None | Some(Part::DayEnd) => self.loose && (1..=6).contains(&self.hour),
            Some(Part::Morning | Part::Forenoon) => false,
            Some(Part::Noon) => (1..=3).contains(&self.hour),
            Some(Part::Afternoon | Part::Evening) => (1..12).contains(&self.hour),
            Some(Part::Night) => (6..12).contains(&self.hour),
        };
        Self { hour: if afternoon { self.hour + 12 } else { self.hour }, ..self }
    }
}

fn clock(time: Time) -> Clock {
    Clock { hour: time.hour(), minute: time.minute(), loose: false }
}

fn day_of(day: Day, today: Date) -> Result<Date, Wrong> {
    match day {
        Day::Near(Near::In(days)) => days_after(today, days.into()),
        Day::Near(Near::Week(weeks)) => day_in_week(today, weeks, Weekday::Friday),
        Day::Near(Near::WeekDay(weeks, weekday)) => {
            let date = day_in_week(today, weeks, weekday)?;
            if date < today { day_in_week(today, weeks + 1, weekday) } else { Ok(date) }
        }
        Day::Near(Near::MonthEnd(months)) => {
            let month = today.first_of_month().checked_add(months.months()).map_err(|_| Wrong::TooFar)?;
            Ok(month.last_of_month())
        }
        Day::Near(Near::YearEnd) => Ok(today.last_of_year()),
        Day::Date { year: Some(year), month, day } => {
            Date::new(year, month, day).map_err(|_| Wrong::NoSuchDate)
        }
        Day::Date { year: None, month, day } => {
            // a leap day may be eight years away
            let dates = (0..=8).filter_map(|years| Date::new(today.year() + years, month, day).ok());
            dates.into_iter().find(|date| *date >= today).ok_or(Wrong::NoSuchDate)
        }
        Day::OfMonth(day) => {
            let months =
                (0..=2).filter_map(|months: i32| today.first_of_month().checked_add(months.months()).ok());
            let mut dates = months.filter_map(|month| Date::new(month.year(), month.month(), day).ok());
            dates.find(|date| *date >= today).ok_or(Wrong::NoSuchDate)
        }
    }
}

fn later(now: &Zoned, ahead: Ahead) -> Result<Zoned, Wrong> {
    let span = |build: fn(Span, i64) -> Result<Span, jiff::Error>, amount| {
        build(Span::new(), amount).map_err(|_| Wrong::TooFar)
    };
    let mut at = moved(now, span(Span::try_months, ahead.months)?)?;
    at = moved(&at, span(Span::try_days, ahead.days)?)?;
    if ahead.working_days > WORKING_DAYS_MAX {
        return Err(Wrong::TooFar);
    }
    let mut left = ahead.working_days;
    while left > 0 {
        at = moved(&at, 1.day())?;
        left -= i64::from(!matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    moved(&at, span(Span::try_seconds, ahead.seconds)?)
}

fn moved(from: &Zoned, by: Span) -> Result<Zoned, Wrong> {
    from.checked_add(by).map_err(|_| Wrong::TooFar)
}

fn days_after(date: Date, days: i64) -> Result<Date, Wrong> {
    let span = Span::new().try_days(days).map_err(|_| Wrong::TooFar)?;
    date.checked_add(span).map_err(|_| Wrong::TooFar)
}

fn next(date: Date) -> Result<Date, Wrong> {
    date.tomorrow().map_err(|_| Wrong::TooFar)
}

/// A day of the week, Monday first, that is so many weeks after a date's own.
fn day_in_week(date: Date, weeks: i32, weekday: Weekday) -> Result<Date, Wrong> {
    let offset = weekday.to_monday_zero_offset() - date.weekday().to_monday_zero_offset();
    days_after(date, i64::from(weeks) * 7 + i64::from(offset))
}

/// A civil time as an instant. What a clock change skips is moved forward by the gap; of what occurs twice, the first.
fn instant(date: Date, clock: Clock, now: &Zoned) -> Result<Timestamp, Wrong> {
    let (date, hour) = if clock.hour == 24 { (next(date)?, 0) } else { (date, clock.hour) };
    let time = Time::new(hour, clock.minute, 0, 0).map_err(|_| Wrong::NoSuchTime)?;
    let civil = DateTime::from_parts(date, time);
    Ok(civil.to_zoned(now.time_zone().clone()).map_err(|_| Wrong::TooFar)?.timestamp())
}
