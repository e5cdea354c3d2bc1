//! Why something cannot be a calendar.

use super::DATES_MAX;
use jiff::civil::Date;

/// Why something cannot be a calendar: the rest of "failed to use …", with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Its week has no hours.
    #[error(
        "the calendar \"{name}\" never opens: give its week hours, e.g. mon-fri 08:00-17:00; all hours of all days are the calendar \"always\""
    )]
    NoHours {
        /// The calendar.
        name: String,
    },
    /// It is closed for longer than a year.
    #[error(
        "the calendar \"{name}\" has no working time from {from} to {to} and perhaps longer: no deadline could end there; take out holidays or add hours"
    )]
    ClosedForAYear {
        /// The calendar.
        name: String,
        /// The first day on which no work begins.
        from: Date,
        /// The day on which that has been so for a year.
        to: Date,
    },
    /// It has more dates of its own than are kept.
    #[error(
        "the calendar \"{name}\" has {count} holidays and special days: at most {DATES_MAX} are kept; leave out what is long past or far away"
    )]
    ManyDates {
        /// The calendar.
        name: String,
        /// How many it has.
        count: usize,
    },
}
