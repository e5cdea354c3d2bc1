//! Periods, as people ask for them: whole days in the team's time zone.

use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan as _};

/// The longest period, in days.
pub(super) const DAYS_MAX: i32 = 366;

/// How a period was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The day that it is.
    Today,
    /// The day before.
    Yesterday,
    /// The week that it is, from Monday.
    Week,
    /// The one before.
    LastWeek,
    /// The month that it is.
    Month,
    /// The one before.
    LastMonth,
    /// From a day until a day.
    Days,
}

impl Named {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Week => "week",
            Self::LastWeek => "last-week",
            Self::Month => "month",
            Self::LastMonth => "last-month",
            Self::Days => "days",
        }
    }
}

/// Some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// How they were asked for.
    pub name: Named,
    /// The first day.
    pub from: Date,
    /// The last day, counted as well.
    pub to: Date,
    /// On the last day only what was before this hour, in a comparison with a day that is not over.
    pub until: Option<i8>,
}

/// Why there is no such period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPeriod {
    /// It ends before it begins, or is longer than [`DAYS_MAX`].
    Length,
}

impl Period {
    /// The period of a name, on a day.
    #[must_use]
    pub fn named(name: Named, today: Date) -> Self {
        let monday = back(today, i32::from(today.weekday().since(Weekday::Monday)).days());
        let first = today.first_of_month();
        let (from, to) = match name {
            Named::Today | Named::Days => (today, today),
            Named::Yesterday => (back(today, 1.days()), back(today, 1.days())),
            Named::Week => (monday, forth(monday, 6.days())),
            Named::LastWeek => (back(monday, 7.days()), back(monday, 1.days())),
            Named::Month => (first, today.last_of_month()),
            Named::LastMonth => (back(first, 1.months()), back(first, 1.days())),
        };
        Self { name, from, to, until: None }
    }

    /// From a day until a day.
    pub(super) fn days(from: Date, to: Date) -> Result<Self, NoPeriod> {
        let is_sane = from <= to && forth(from, DAYS_MAX.days()) > to;
        if is_sane { Ok(Self { name: Named::Days, from, to, until: None }) } else { Err(NoPeriod::Length) }
    }

    /// A day as people write it: `2026-03-15`, `15.3.2026`.
    pub(super) fn day(word: &str) -> Option<Date> {
        let german = || {
            let mut parts = word.split('.');
            let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
            let year: i16 = year.parse().ok()?;
            let end = parts.next().is_none();
            end.then(|| Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()).flatten()
        };
        let is_iso = word.len() == 10 && word.chars().all(|c| c.is_ascii_digit() || c == '-');
        let day = if is_iso { word.parse().ok() } else { german() };
        day.filter(|day| (date(1970, 1, 1)..date(9999, 1, 1)).contains(day))
    }

    /// So far: until the hour that it is.
    pub(super) fn so_far(self, today: Date, hour: i8) -> Self {
        Self { to: today, until: Some(hour), ..self }
    }

    /// As many days, just before.
    pub(super) fn earlier(self) -> Self {
        let length = if self.name == Named::LastWeek { 7.days() } else { 1.days() };
        Self { name: Named::Days, from: back(self.from, length), to: back(self.to, length), until: None }
    }

    /// The one before, as far as this one has come.
    pub(super) fn before(self) -> Self {
        let (name, by) = match self.name {
            Named::Month | Named::LastMonth => (Named::LastMonth, 1.months()),
            Named::Week | Named::LastWeek => (Named::LastWeek, 7.days()),
            Named::Today | Named::Yesterday | Named::Days => (Named::Yesterday, 1.days()),
        };
        // a shorter month ends earlier: the last day of March stands beside the last one of February
        Self { name, from: back(self.from, by), to: back(self.to, by), ..self }
    }

    /// What the days begin with, in as few pieces as there are: months, tens of days, days.
    pub(crate) fn spans(&self) -> Vec<String> {
        let (mut spans, mut day) = (Vec::new(), self.from);
        while day <= self.to {
            let last = day.last_of_month();
            let tens = day.day() / 10 * 10;
            let is_first = day.day() == tens.max(1);
            let last_of_tens = (tens + 9).min(last.day());
            let end_of_tens = forth(day, i32::from(last_of_tens - day.day()).days());
            let text = day.to_string();
            let (keep, end) = if day.day() == 1 && last <= self.to {
                (8, last)
            } else if is_first && end_of_tens > day && end_of_tens <= self.to {
                (9, end_of_tens)
            } else {
                (10, day)
            };
            let mut span: String = text.chars().take(keep).collect();
            if keep == 10 {
                span.push('/');
            }
            spans.push(span);
            day = forth(end, 1.days());
            if end == Date::MAX {
                break;
            }
        }
        spans
    }
}

fn back(day: Date, by: Span) -> Date {
    day.saturating_sub(by)
}

fn forth(day: Date, by: Span) -> Date {
    day.saturating_add(by)
}
