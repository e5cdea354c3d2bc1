//! The one answer: plain data that feeds the chat, a file, a picture and a page, so that they never disagree.

mod lists;
mod tables;

use super::ask::{Ask, By, Scale, Subject};
use super::period::Period;
use super::read;
use super::rows::Threads;
use crate::clock::Why;
use crate::key::Scan;
use crate::policy::ClockKind;
use crate::rows::{Row, Thread};
use crate::speaker::Speaker;
use crate::state::{Missing, Rows};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use port::{AgentName, Private, ThreadId};

/// Figures, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was asked.
    pub subject: Subject,
    /// Of which period; nothing where only now counts.
    pub period: Option<Period>,
    /// By what the lines are kept apart.
    pub by: Option<By>,
    /// In which time lengths are counted.
    pub scale: Scale,
    /// Whose figures they are; nobody's in particular are the team's.
    pub whose: Option<AgentName>,
    /// What stands in each line.
    pub columns: Vec<Column>,
    /// Line by line.
    pub lines: Vec<Line>,
    /// First and next responses together, where the lines do not say so.
    pub total: Option<Total>,
    /// What stands beside every statistic.
    pub standing: Standing,
    /// How the numbers are counted.
    pub definitions: Vec<Definition>,
    /// What has to be said of it.
    pub notes: Vec<Note>,
}

impl Report {
    /// Whether lengths of time are shown in one of two ways.
    #[must_use]
    pub(super) const fn counts_lengths(&self) -> bool {
        matches!(self.subject, Subject::Stats | Subject::Agents | Subject::Compare)
    }

    /// Adds definitions that are not there yet.
    fn define(&mut self, definitions: &[Definition]) {
        for definition in definitions {
            if !self.definitions.contains(definition) {
                self.definitions.push(*definition);
            }
        }
    }
}

/// What stands in a place of each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Of which clock; nothing where it is of none, or of both responses together.
    pub clock: Option<ClockKind>,
    /// What.
    pub measure: Measure,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its definition says")]
pub enum Measure {
    Messages,
    Opened,
    Reopened,
    Closed,
    ClosedUnanswered,
    Answers,
    Promised,
    /// How many of the promises whose time came were kept.
    Kept,
    Broken,
    /// How many lengths of time the others are of.
    N,
    Median,
    P90,
    Max,
    Mean,
    /// Which part was in time.
    InTime,
    Late,
    Missed,
    Voided,
    OverdueNow,
    Breaches,
    Open,
    Unanswered,
    Overdue,
    Paused,
    Untimed,
    Answered,
    Customer,
    Clock,
    Policy,
    Due,
    Over,
    Age,
    Assignee,
    By,
    EndedAt,
    Wall,
    Why,
}

impl Measure {
    /// The word for it, as locales and files know it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Opened => "opened",
            Self::Reopened => "reopened",
            Self::Closed => "closed",
            Self::ClosedUnanswered => "closed-unanswered",
            Self::Answers => "answers",
            Self::Promised => "promised",
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::N => "n",
            Self::Median => "median",
            Self::P90 => "p90",
            Self::Max => "max",
            Self::Mean => "mean",
            Self::InTime => "in-time",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Voided => "voided",
            Self::OverdueNow => "overdue-now",
            Self::Breaches => "breaches",
            Self::Open => "open",
            Self::Unanswered => "unanswered",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::Untimed => "untimed",
            Self::Answered => "answered",
            Self::Customer => "customer",
            Self::Clock => "clock",
            Self::Policy => "policy",
            Self::Due => "due",
            Self::Over => "over",
            Self::Age => "age",
            Self::Assignee => "assignee",
            Self::By => "by",
            Self::EndedAt => "ended-at",
            Self::Wall => "wall",
            Self::Why => "why",
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is about; nothing when it is about everything.
    pub name: Cell,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What stands in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// So many.
    Number(u64),
    /// So long.
    Span(SignedDuration),
    /// So many of so many.
    Share(u64, u64),
    /// At that time.
    At(Timestamp),
    /// The name of an agent, a channel, a policy or a tag.
    Name(String),
    /// No agent in particular.
    Nobody,
    /// A thread.
    Thread(ThreadId),
    /// A customer's name.
    Customer(Private),
    /// A clock.
    Clock(ClockKind),
    /// A reason.
    Why(Why),
    /// A day.
    Day(Date),
    /// A day of the week, 0 to 6 from Monday.
    Weekday(u16),
    /// An hour of the day.
    Hour(u16),
    /// An hour of the week, 0 to 167 from Monday.
    HourOfWeek(u16),
    /// A period.
    Period(Period),
}

/// First and next responses together. No list stands without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Of which period: the one that was asked for, or today.
    pub period: Period,
    /// How many.
    pub n: u64,
    /// The median, when there is any.
    pub median: Option<SignedDuration>,
    /// The 90th percentile, when there is any.
    pub p90: Option<SignedDuration>,
}

/// What stands beside every statistic: how it is now, whichever period was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// How the threads stand.
    pub threads: Threads,
    /// Since when the one waits that waits longest.
    pub oldest: Option<Timestamp>,
}

/// How something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are in the locales")]
pub enum Definition {
    FirstResponse,
    NextResponse,
    Resolution,
    Unanswered,
    Attainment,
    InTimeOfAgent,
    Quantiles,
    Days,
    Working,
    Voided,
    Closed,
    Answers,
    Hours,
    Breaches,
    Promises,
    Same,
}

impl Definition {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstResponse => "first-response",
            Self::NextResponse => "next-response",
            Self::Resolution => "resolution",
            Self::Unanswered => "unanswered",
            Self::Attainment => "attainment",
            Self::InTimeOfAgent => "in-time-of-agent",
            Self::Quantiles => "quantiles",
            Self::Days => "days",
            Self::Working => "working",
            Self::Voided => "voided",
            Self::Closed => "closed",
            Self::Answers => "answers",
            Self::Hours => "hours",
            Self::Breaches => "breaches",
            Self::Promises => "promises",
            Self::Same => "same",
        }
    }
}

/// What has to be said of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// So many lines are left out.
    More(u64),
    /// There are more rows than are read at once: the figures are of a part.
    Cut,
}

/// Who asks, and when.
pub(super) struct Asked<'a> {
    pub(super) rows: &'a Rows<'a>,
    pub(super) speaker: Speaker<'a>,
    pub(super) now: Timestamp,
    pub(super) team: &'a str,
    pub(super) ask: &'a Ask,
    pub(super) whose: Option<&'a AgentName>,
}

/// Answers a question about a team: all of it, or what is one agent's.
///
/// Reads sums of days, the row of now, and at most some tens of threads.
///
/// # Errors
/// When something has to be loaded first.
pub fn report(
    rows: &Rows<'_>,
    speaker: Speaker<'_>,
    now: Timestamp,
    team: &str,
    ask: &Ask,
    whose: Option<&AgentName>,
) -> Result<Report, Missing> {
    let asked = Asked { rows, speaker, now, team, ask, whose };
    let mut report = Report {
        subject: ask.subject,
        period: ask.period,
        by: ask.by,
        scale: ask.scale,
        whose: whose.cloned(),
        columns: Vec::new(),
        lines: Vec::new(),
        total: None,
        standing: standing(&asked)?,
        definitions: Vec::new(),
        notes: Vec::new(),
    };
    match ask.subject {
        Subject::Stats => tables::stats(&asked, &mut report)?,
        Subject::Sla => tables::sla(&asked, &mut report)?,
        Subject::Agents => tables::agents(&asked, &mut report)?,
        Subject::Compare => tables::compare(&asked, &mut report)?,
        Subject::Digest => tables::digest(&asked, &mut report)?,
        Subject::Overdue => lists::overdue(&asked, &mut report)?,
        Subject::Backlog => lists::backlog(&asked, &mut report)?,
        Subject::Breaches => lists::breaches(&asked, &mut report)?,
    }
    let says_so = matches!(ask.subject, Subject::Compare | Subject::Digest)
        || ask.subject == Subject::Stats && ask.by.is_none();
    if !says_so || ask.all {
        report.total = Some(tables::responses(&asked)?);
        report.define(&[Definition::FirstResponse, Definition::NextResponse, Definition::Quantiles]);
    }
    if report.counts_lengths() && ask.scale == Scale::Working {
        report.define(&[Definition::Working]);
    }
    report.define(&[Definition::Unanswered]);
    Ok(report)
}

/// How many open threads are looked at for the one that waits longest.
const OLDEST_OF: usize = 50;

fn standing(asked: &Asked<'_>) -> Result<Standing, Missing> {
    let mut threads = Threads::default();
    for (assignee, some) in read::now(asked.rows, asked.team)?.threads {
        if asked.whose.is_none_or(|whose| whose.as_str() == assignee) {
            threads.merge(&some);
        }
    }
    let mut oldest = None;
    if threads.unanswered() > 0 {
        let scan = Scan::Open { team: asked.team.to_owned(), limit: OLDEST_OF };
        for (_, row) in asked.rows.scan(scan)? {
            let Row::Open(open) = row else { continue };
            let Some(thread) = asked.rows.thread(open.thread)? else { continue };
            if let Some(since) = running_since(asked, &thread) {
                oldest = Some(since);
                break;
            }
        }
    }
    Ok(Standing { threads, oldest })
}

fn running_since(asked: &Asked<'_>, thread: &Thread) -> Option<Timestamp> {
    let is_theirs = asked.whose.is_none_or(|whose| thread.assignee.as_ref() == Some(whose));
    let clock = thread.response().filter(|clock| clock.paused.is_none());
    clock.filter(|_| is_theirs).map(|clock| clock.since)
}
