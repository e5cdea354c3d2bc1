//! What people ask for: the words behind a command for figures. English and German words are both understood.

use super::period::{DAYS_MAX, Named, NoPeriod, Period};
use crate::sentence::Sentence;
use jiff::civil::Date;

/// What figures are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// How long customers waited, and how much there was.
    Stats,
    /// How many answers were in time, by policy.
    Sla,
    /// What is past due now.
    Overdue,
    /// What is open now.
    Backlog,
    /// How each agent answered.
    Agents,
    /// What was past due.
    Breaches,
    /// A period so far, beside the one before.
    Compare,
    /// A period that is over, beside the one before; nobody asks for it.
    Digest,
}

impl Subject {
    /// The word of its command.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stats => "stats",
            Self::Sla => "sla",
            Self::Overdue => "overdue",
            Self::Backlog => "backlog",
            Self::Agents => "agents",
            Self::Breaches => "breaches",
            Self::Compare => "compare",
            Self::Digest => "digest",
        }
    }

    /// What an export is about, by its word; nothing where lines name customers or only now counts.
    pub(crate) fn exported(word: &str) -> Option<Self> {
        Some(match word {
            "stats" | "statistik" => Self::Stats,
            "agents" | "agenten" => Self::Agents,
            "sla" | "fristen" => Self::Sla,
            "breaches" | "überschreitungen" => Self::Breaches,
            _ => return None,
        })
    }

    /// What may follow the word.
    pub(crate) const fn usage(self) -> &'static str {
        match self {
            Self::Stats => {
                "[today|yesterday|week|month|last week|last month|2026-03-01..2026-03-15] \
                 [by agent|channel|policy|tag|day|weekday|hour|weekhour] [working|wall] [definition]"
            }
            Self::Agents => {
                "[today|yesterday|week|month|last week|last month|2026-03-01..2026-03-15] [working|wall] [definition]"
            }
            Self::Sla | Self::Breaches => {
                "[today|yesterday|week|month|last week|last month|2026-03-01..2026-03-15] [definition]"
            }
            Self::Overdue | Self::Backlog => "[definition]",
            Self::Compare => "[today|week|month] [working|wall] [definition]",
            Self::Digest => "",
        }
    }

    const fn default_period(self) -> Option<Named> {
        match self {
            Self::Stats => Some(Named::Today),
            Self::Sla | Self::Agents | Self::Breaches | Self::Compare => Some(Named::Week),
            Self::Overdue | Self::Backlog | Self::Digest => None,
        }
    }

    const fn takes(self, name: Named) -> bool {
        match self {
            Self::Stats | Self::Sla | Self::Agents | Self::Breaches => true,
            Self::Compare => matches!(name, Named::Today | Named::Week | Named::Month),
            Self::Overdue | Self::Backlog | Self::Digest => false,
        }
    }

    const fn takes_scale(self) -> bool {
        matches!(self, Self::Stats | Self::Agents | Self::Compare)
    }
}

/// By what figures are shown apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what it says")]
pub enum By {
    Agent,
    Channel,
    Policy,
    Tag,
    Day,
    Weekday,
    Hour,
    HourOfWeek,
}

/// In which time lengths are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scale {
    /// As the customer waited.
    #[default]
    Wall,
    /// In the working time of the policy's calendar.
    Working,
}

impl Scale {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Working => "working",
        }
    }
}

/// A question for figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// About what.
    pub subject: Subject,
    /// Of which period; nothing where only now counts.
    pub period: Option<Period>,
    /// By what.
    pub by: Option<By>,
    /// In which time.
    pub scale: Scale,
    /// Whether the definitions are wanted beside the numbers.
    pub define: bool,
    /// Whether as much is wanted as a file holds, not only what is read in a chat.
    pub all: bool,
}

/// Words that may stand between the others.
const FILLERS: [&str; 8] = ["by", "nach", "pro", "per", "this", "diese", "dieser", "diesen"];
const LAST: [&str; 9] =
    ["last", "previous", "letzte", "letzter", "letzten", "letztes", "vorige", "voriger", "vorigen"];

impl Ask {
    /// Reads what follows the word of a command.
    ///
    /// # Errors
    /// What is not understood, in a sentence that says what is possible.
    pub fn read(subject: Subject, text: &str, today: Date, prefix: &str) -> Result<Self, Box<Sentence>> {
        let possible = format!("{prefix}{} {}", subject.word(), subject.usage());
        Self::new(subject, today).with(text, today, &possible)
    }

    /// What is asked when nothing follows the word.
    pub(crate) fn new(subject: Subject, today: Date) -> Self {
        let period = subject.default_period().map(|name| Period::named(name, today));
        Self { subject, period, by: None, scale: Scale::default(), define: false, all: false }
    }

    /// The same with what follows the word; `possible` is what may.
    ///
    /// # Errors
    /// As [`Ask::read`].
    pub(crate) fn with(self, text: &str, today: Date, possible: &str) -> Result<Self, Box<Sentence>> {
        let named = |name| Period::named(name, today);
        let subject = self.subject;
        let (mut period, mut grouped, mut counted) = (None, None, None);
        let (mut ask, text) = (self, joined(&text.to_lowercase()));
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let unknown = || {
                let word = word.chars().take(40).collect();
                Box::new(Sentence::FiguresUnknown { word, possible: possible.to_owned() })
            };
            let span = if LAST.contains(&word) {
                last(words.next()).map(named)
            } else {
                name_of(word).map(named).map_or_else(|| days(word), |period| Ok(Some(period))).map_err(
                    |NoPeriod::Length| {
                        Box::new(Sentence::FiguresDays { max: DAYS_MAX.unsigned_abs().into() })
                    },
                )?
            };
            let is_taken = match (span, by(word), scale(word)) {
                (Some(span), ..) if subject.takes(span.name) => given(&mut period, span),
                (_, Some(by), _) if subject == Subject::Stats => given(&mut grouped, by),
                (.., Some(scale)) if subject.takes_scale() => given(&mut counted, scale),
                (None, None, None) if is_definition(word) => {
                    ask.define = true;
                    true
                }
                (None, None, None) => FILLERS.contains(&word) && words.peek().is_some(),
                _ => false,
            };
            if !is_taken {
                return Err(unknown());
            }
        }
        ask.period = period.or(ask.period);
        ask.by = grouped.or(ask.by);
        ask.scale = counted.unwrap_or(ask.scale);
        Ok(ask)
    }
}

/// The days of a span are one word, also with blanks around the dots between them.
fn joined(text: &str) -> String {
    text.split("..").map(str::trim).collect::<Vec<_>>().join("..")
}

/// Takes what a word says, unless another one said something else.
fn given<T: Copy + PartialEq>(known: &mut Option<T>, said: T) -> bool {
    *known.get_or_insert(said) == said
}

fn name_of(word: &str) -> Option<Named> {
    Some(match word {
        "today" | "heute" => Named::Today,
        "yesterday" | "gestern" => Named::Yesterday,
        "week" | "woche" => Named::Week,
        "month" | "monat" => Named::Month,
        _ => return None,
    })
}

fn last(word: Option<&str>) -> Option<Named> {
    match word.and_then(name_of) {
        Some(Named::Week) => Some(Named::LastWeek),
        Some(Named::Month) => Some(Named::LastMonth),
        _ => None,
    }
}

/// A day, or two with two dots between them.
fn days(word: &str) -> Result<Option<Period>, NoPeriod> {
    let (from, to) = word.split_once("..").unwrap_or((word, word));
    match (Period::day(from), Period::day(to)) {
        (Some(from), Some(to)) => Period::days(from, to).map(Some),
        _ => Ok(None),
    }
}

fn by(word: &str) -> Option<By> {
    Some(match word {
        "agent" | "agents" | "agenten" => By::Agent,
        "channel" | "channels" | "kanal" => By::Channel,
        "policy" | "policies" | "fristenregel" => By::Policy,
        "tag" | "tags" | "merkmal" => By::Tag,
        "day" | "days" | "datum" => By::Day,
        "weekday" | "weekdays" | "wochentag" => By::Weekday,
        "hour" | "hours" | "stunde" => By::Hour,
        "weekhour" | "weekhours" | "wochenstunde" => By::HourOfWeek,
        _ => return None,
    })
}

fn scale(word: &str) -> Option<Scale> {
    Some(match word {
        "wall" | "wanduhr" => Scale::Wall,
        "working" | "arbeitszeit" => Scale::Working,
        _ => return None,
    })
}

fn is_definition(word: &str) -> bool {
    matches!(word, "definition" | "definitions" | "definitionen" | "how" | "wie" | "?")
}
