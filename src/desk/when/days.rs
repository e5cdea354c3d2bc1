//! How people name days and their parts without a calendar, in German and English, and what stands before and behind.
//! Tables only; where two entries match, the longer one is meant.

use jiff::civil::Weekday;

/// A part of the day, as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Morning,
    Forenoon,
    Noon,
    Afternoon,
    DayEnd,
    Evening,
    Night,
}

/// A day that needs no calendar beside `now`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Near {
    /// So many days after today.
    In(i32),
    /// A week, so many weeks after this one, by its last working day.
    Week(i32),
    /// A day of such a week.
    WeekDay(i32, Weekday),
    /// The last day of a month, so many months after this one.
    MonthEnd(i32),
    YearEnd,
}

pub(super) const PARTS: &[(&str, Part)] = &[
    ("morning", Part::Morning),
    ("morgens", Part::Morning),
    ("frueh", Part::Morning),
    ("first thing", Part::Morning),
    ("vormittag", Part::Forenoon),
    ("vormittags", Part::Forenoon),
    ("noon", Part::Noon),
    ("midday", Part::Noon),
    ("lunchtime", Part::Noon),
    ("mittag", Part::Noon),
    ("mittags", Part::Noon),
    ("afternoon", Part::Afternoon),
    ("nachmittag", Part::Afternoon),
    ("nachmittags", Part::Afternoon),
    ("evening", Part::Evening),
    ("abend", Part::Evening),
    ("abends", Part::Evening),
    ("night", Part::Night),
    ("nacht", Part::Night),
    ("nachts", Part::Night),
];

/// Parts of the day that say so by themselves, without a day beside them.
pub(super) const PARTS_ALONE: &[(&str, Part)] = &[
    ("in the morning", Part::Morning),
    ("first thing in the morning", Part::Morning),
    ("am morgen", Part::Morning),
    ("am vormittag", Part::Forenoon),
    ("at noon", Part::Noon),
    ("am mittag", Part::Noon),
    ("zu mittag", Part::Noon),
    ("in the afternoon", Part::Afternoon),
    ("am nachmittag", Part::Afternoon),
    ("in the evening", Part::Evening),
    ("am abend", Part::Evening),
    ("at night", Part::Night),
    ("in der nacht", Part::Night),
    ("end of day", Part::DayEnd),
    ("end of the day", Part::DayEnd),
    ("the end of the day", Part::DayEnd),
    ("end of business", Part::DayEnd),
    ("end of the business day", Part::DayEnd),
    ("close of business", Part::DayEnd),
    ("eod", Part::DayEnd),
    ("cob", Part::DayEnd),
    ("feierabend", Part::DayEnd),
    ("dienstschluss", Part::DayEnd),
    ("geschaeftsschluss", Part::DayEnd),
    ("ende des tages", Part::DayEnd),
    ("tagesende", Part::DayEnd),
];

pub(super) const NEAR: &[(&str, Near)] = &[
    ("today", Near::In(0)),
    ("later today", Near::In(0)),
    ("end of today", Near::In(0)),
    ("the end of today", Near::In(0)),
    ("within the day", Near::In(0)),
    ("in the course of the day", Near::In(0)),
    ("over the course of the day", Near::In(0)),
    ("heute", Near::In(0)),
    ("heut", Near::In(0)),
    ("noch heute", Near::In(0)),
    ("heute noch", Near::In(0)),
    ("im laufe des tages", Near::In(0)),
    ("im lauf des tages", Near::In(0)),
    ("tomorrow", Near::In(1)),
    ("tmrw", Near::In(1)),
    ("next day", Near::In(1)),
    ("the next day", Near::In(1)),
    ("morgen", Near::In(1)),
    ("morgigen tag", Near::In(1)),
    ("im laufe des morgigen tages", Near::In(1)),
    ("am naechsten tag", Near::In(1)),
    ("the day after tomorrow", Near::In(2)),
    ("day after tomorrow", Near::In(2)),
    ("uebermorgen", Near::In(2)),
    ("this week", Near::Week(0)),
    ("later this week", Near::Week(0)),
    ("within the week", Near::Week(0)),
    ("end of week", Near::Week(0)),
    ("end of the week", Near::Week(0)),
    ("the end of the week", Near::Week(0)),
    ("end of this week", Near::Week(0)),
    ("the end of this week", Near::Week(0)),
    ("eow", Near::Week(0)),
    ("diese woche", Near::Week(0)),
    ("dieser woche", Near::Week(0)),
    ("noch diese woche", Near::Week(0)),
    ("in dieser woche", Near::Week(0)),
    ("im laufe der woche", Near::Week(0)),
    ("im laufe dieser woche", Near::Week(0)),
    ("ende der woche", Near::Week(0)),
    ("ende dieser woche", Near::Week(0)),
    ("next week", Near::Week(1)),
    ("of next week", Near::Week(1)),
    ("in the course of next week", Near::Week(1)),
    ("end of next week", Near::Week(1)),
    ("the end of next week", Near::Week(1)),
    ("naechste woche", Near::Week(1)),
    ("naechster woche", Near::Week(1)),
    ("in der naechsten woche", Near::Week(1)),
    ("der naechsten woche", Near::Week(1)),
    ("kommende woche", Near::Week(1)),
    ("kommender woche", Near::Week(1)),
    ("in der kommenden woche", Near::Week(1)),
    ("im laufe der naechsten woche", Near::Week(1)),
    ("im laufe der kommenden woche", Near::Week(1)),
    ("ende naechster woche", Near::Week(1)),
    ("ende der naechsten woche", Near::Week(1)),
    ("ende kommender woche", Near::Week(1)),
    ("uebernaechste woche", Near::Week(2)),
    ("week after next", Near::Week(2)),
    ("the week after next", Near::Week(2)),
    ("mitte der woche", Near::WeekDay(0, Weekday::Wednesday)),
    ("midweek", Near::WeekDay(0, Weekday::Wednesday)),
    ("early next week", Near::WeekDay(1, Weekday::Monday)),
    ("beginning of next week", Near::WeekDay(1, Weekday::Monday)),
    ("the beginning of next week", Near::WeekDay(1, Weekday::Monday)),
    ("start of next week", Near::WeekDay(1, Weekday::Monday)),
    ("the start of next week", Near::WeekDay(1, Weekday::Monday)),
    ("anfang naechster woche", Near::WeekDay(1, Weekday::Monday)),
    ("anfang der naechsten woche", Near::WeekDay(1, Weekday::Monday)),
    ("anfang kommender woche", Near::WeekDay(1, Weekday::Monday)),
    ("middle of next week", Near::WeekDay(1, Weekday::Wednesday)),
    ("the middle of next week", Near::WeekDay(1, Weekday::Wednesday)),
    ("mitte naechster woche", Near::WeekDay(1, Weekday::Wednesday)),
    ("mitte kommender woche", Near::WeekDay(1, Weekday::Wednesday)),
    ("this month", Near::MonthEnd(0)),
    ("end of month", Near::MonthEnd(0)),
    ("end of the month", Near::MonthEnd(0)),
    ("the end of the month", Near::MonthEnd(0)),
    ("eom", Near::MonthEnd(0)),
    ("diesen monat", Near::MonthEnd(0)),
    ("ende des monats", Near::MonthEnd(0)),
    ("monatsende", Near::MonthEnd(0)),
    ("next month", Near::MonthEnd(1)),
    ("end of next month", Near::MonthEnd(1)),
    ("the end of next month", Near::MonthEnd(1)),
    ("naechsten monat", Near::MonthEnd(1)),
    ("im naechsten monat", Near::MonthEnd(1)),
    ("ende naechsten monats", Near::MonthEnd(1)),
    ("end of the year", Near::YearEnd),
    ("the end of the year", Near::YearEnd),
    ("end of year", Near::YearEnd),
    ("jahresende", Near::YearEnd),
    ("ende des jahres", Near::YearEnd),
];

/// A day and a part of it in one expression.
pub(super) const NEAR_PARTS: &[(&str, (Near, Part))] = &[
    ("tonight", (Near::In(0), Part::Evening)),
    ("this morning", (Near::In(0), Part::Morning)),
    ("this afternoon", (Near::In(0), Part::Afternoon)),
    ("this evening", (Near::In(0), Part::Evening)),
    ("first thing tomorrow", (Near::In(1), Part::Morning)),
    ("next morning", (Near::In(1), Part::Morning)),
    ("the next morning", (Near::In(1), Part::Morning)),
    ("am naechsten morgen", (Near::In(1), Part::Morning)),
    ("am naechsten vormittag", (Near::In(1), Part::Forenoon)),
];

/// What stands before a part of the day and changes nothing.
pub(super) const SHADES: &[&str] =
    &["early", "late", "frueher", "fruehen", "frueh am", "spaeter", "spaeten", "in the early", "in the late"];

/// What stands before a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// A time of day follows.
    At,
    /// As `At`; what follows is German, so "am" is not the English "a.m.".
    Um,
    /// A day follows.
    On,
    /// A day or a time follows.
    By,
    /// As `By`; the end of the day before is meant.
    Before,
    /// Says nothing.
    Filler,
}

pub(super) const LEADS: &[(&str, Lead)] = &[
    ("at", Lead::At),
    ("around", Lead::At),
    ("um", Lead::Um),
    ("gegen", Lead::Um),
    ("on", Lead::On),
    ("the", Lead::On),
    ("am", Lead::On),
    ("an", Lead::On),
    ("den", Lead::On),
    ("dem", Lead::On),
    ("for", Lead::By),
    ("fuer", Lead::By),
    ("by", Lead::By),
    ("until", Lead::By),
    ("till", Lead::By),
    ("til", Lead::By),
    ("latest by", Lead::By),
    ("at the latest by", Lead::By),
    ("no later than", Lead::By),
    ("not later than", Lead::By),
    ("nicht spaeter als", Lead::By),
    ("bis", Lead::By),
    ("zum", Lead::By),
    ("before", Lead::Before),
    ("vor", Lead::Before),
    ("about", Lead::Filler),
    ("ca", Lead::Filler),
    ("ca .", Lead::Filler),
    ("circa", Lead::Filler),
    ("etwa", Lead::Filler),
    ("ungefaehr", Lead::Filler),
    ("spaetestens", Lead::Filler),
    ("zu", Lead::Filler),
    ("noch", Lead::Filler),
    ("gleich", Lead::Filler),
    ("direkt", Lead::Filler),
    ("schon", Lead::Filler),
    ("still", Lead::Filler),
    ("sometime", Lead::Filler),
    ("irgendwann", Lead::Filler),
];

/// What may stand behind a time and changes nothing.
pub(super) const TRAILS: &[&str] = &[
    "at the latest",
    "at latest",
    "the latest",
    "latest",
    "spaetestens",
    "noch",
    "from now",
    "sharp",
    "genau",
];
