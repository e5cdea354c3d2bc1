//! What is kept beside the journal: the rows of the figures, and where they are.
//!
//! - A row for each team, dimension, local day, value and part holds what is counted there. Days come before values, so
//!   that the rows of a span of days lie together, and how many are read does not depend on how many threads there are.
//! - One row a team says how everything stands now.
//! - An index holds what is past due, the longest first; another one each breach, by the day on which it was due.

use super::histogram::Histogram;
use crate::clock::Why;
use crate::key::{escape, instant, number};
use crate::policy::ClockKind;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use port::{AgentName, ThreadId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// By what figures are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// All of a team together.
    All,
    /// Who answered.
    Agent,
    /// Where the customer writes.
    Channel,
    /// The policy of the clock.
    Policy,
    /// Each tag that the thread had at that time.
    Tag,
    /// The hour of the week in which the customer wrote, 0 to 167 from Monday.
    Hour,
    /// The hour of the day in which it was counted, 0 to 23: a day that is not over is compared by these.
    Slot,
}

impl Dimension {
    const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Agent => "agent",
            Self::Channel => "channel",
            Self::Policy => "policy",
            Self::Tag => "tag",
            Self::Hour => "hour",
            Self::Slot => "slot",
        }
    }
}

/// A part of what is counted: what a message changes is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// [`Counts`].
    Counts,
    /// [`Times`] of the clocks of a kind.
    Times(ClockKind),
}

/// Names one row of the figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// What is counted on a day.
    Day {
        /// The team's name.
        team: String,
        /// By what.
        by: Dimension,
        /// On which day, in the team's time zone.
        day: Date,
        /// For which agent, channel, policy, tag or hour; empty for all.
        value: String,
        /// Which part of it.
        part: Part,
    },
    /// How everything stands now, for a team.
    Now(String),
    /// A clock that is past due, the one longest past due first.
    Overdue {
        /// The team's name.
        team: String,
        /// Since when.
        due: Timestamp,
        /// Whose.
        thread: ThreadId,
        /// Which.
        kind: ClockKind,
    },
    /// A breach, on the day on which the clock was due.
    Breach {
        /// The team's name.
        team: String,
        /// On which day.
        day: Date,
        /// The number of its event.
        number: u64,
    },
}

impl At {
    /// The key as the store orders it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Day { team, by, day, value, part } => {
                let part = match part {
                    Part::Counts => "counts",
                    Part::Times(kind) => kind.word(),
                };
                format!("{}{day}/{}/{part}", days(team, *by), escape(value))
            }
            Self::Now(team) => format!("{NOW_PREFIX}{}", escape(team)),
            Self::Overdue { team, due, thread, kind } => {
                format!("{}{}/{}/{}", overdue(team), instant(*due), number(thread.0), kind.word())
            }
            Self::Breach { team, day, number: n } => format!("{}{day}/{}", breaches(team), number(*n)),
        }
    }
}

/// The prefix of how everything stands now, for all teams.
pub const NOW_PREFIX: &str = "figures/now/";

fn days(team: &str, by: Dimension) -> String {
    format!("figures/day/{}/{}/", escape(team), by.word())
}

fn overdue(team: &str) -> String {
    format!("figures/overdue/{}/", escape(team))
}

fn breaches(team: &str) -> String {
    format!("figures/breach/{}/", escape(team))
}

/// A question about several rows of the figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// What is counted in a span of days.
    Days {
        /// The team's name.
        team: String,
        /// By what.
        by: Dimension,
        /// What the days begin with: `2026-03-` is a month.
        span: String,
        /// At most so many.
        limit: usize,
    },
    /// What is past due, the longest first.
    Overdue {
        /// The team's name.
        team: String,
        /// At most so many.
        limit: usize,
    },
    /// The newest breaches in a span of days, newest first.
    Breaches {
        /// The team's name.
        team: String,
        /// What the days begin with.
        span: String,
        /// At most so many.
        limit: usize,
    },
}

impl Look {
    /// The prefix of the keys asked for, how many, and whether from the end.
    #[must_use]
    pub fn range(&self) -> (String, usize, bool) {
        match self {
            Self::Days { team, by, span, limit } => (format!("{}{span}", days(team, *by)), *limit, false),
            Self::Overdue { team, limit } => (overdue(team), *limit, false),
            Self::Breaches { team, span, limit } => (format!("{}{span}", breaches(team)), *limit, true),
        }
    }
}

/// A row of the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the row of the same name")]
pub enum Figure {
    Counts(Counts),
    Times(Times),
    Now(Now),
    Overdue(Overdue),
    Breach(Breach),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What is counted one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Messages of customers.
    #[serde(skip_serializing_if = "is_zero")]
    pub messages: u64,
    /// Threads opened.
    #[serde(skip_serializing_if = "is_zero")]
    pub opened: u64,
    /// Threads opened again: each is an episode of its own.
    #[serde(skip_serializing_if = "is_zero")]
    pub reopened: u64,
    /// Episodes closed.
    #[serde(skip_serializing_if = "is_zero")]
    pub closed: u64,
    /// Those among them whose customer was owed an answer.
    #[serde(skip_serializing_if = "is_zero")]
    pub unanswered: u64,
    /// Answers of people that were delivered.
    #[serde(skip_serializing_if = "is_zero")]
    pub answers: u64,
    /// Promises made.
    #[serde(skip_serializing_if = "is_zero")]
    pub promised: u64,
    /// Promises done by their time.
    #[serde(skip_serializing_if = "is_zero")]
    pub kept: u64,
    /// Promises whose time passed before they were done.
    #[serde(skip_serializing_if = "is_zero")]
    pub broken: u64,
}

impl Counts {
    /// Adds another one's.
    pub fn merge(&mut self, other: &Self) {
        self.messages += other.messages;
        self.opened += other.opened;
        self.reopened += other.reopened;
        self.closed += other.closed;
        self.unanswered += other.unanswered;
        self.answers += other.answers;
        self.promised += other.promised;
        self.kept += other.kept;
        self.broken += other.broken;
    }
}

/// What became of clocks of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Times {
    /// Met before they were due.
    #[serde(skip_serializing_if = "is_zero")]
    pub in_time: u64,
    /// Met after they were due.
    #[serde(skip_serializing_if = "is_zero")]
    pub late: u64,
    /// Given up after they were due, without what they waited for; or moved then to a policy under which they were not
    /// past due any more.
    #[serde(skip_serializing_if = "is_zero")]
    pub missed: u64,
    /// Given up before they were due. Neither met nor breached.
    #[serde(skip_serializing_if = "is_zero")]
    pub voided: u64,
    /// Recorded as past due, whatever became of them.
    #[serde(skip_serializing_if = "is_zero")]
    pub breaches: u64,
    /// How long those that were met took, on the wall.
    pub wall: Histogram,
    /// The same in working time.
    pub working: Histogram,
}

impl Times {
    /// Adds another one's.
    pub fn merge(&mut self, other: &Self) {
        self.in_time += other.in_time;
        self.late += other.late;
        self.missed += other.missed;
        self.voided += other.voided;
        self.breaches += other.breaches;
        self.wall.merge(&other.wall);
        self.working.merge(&other.working);
    }

    /// Those that ended by being met or breached.
    #[must_use]
    pub const fn ended(&self) -> u64 {
        self.in_time + self.late + self.missed
    }
}

/// How everything stands now. Nothing that is zero is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Now {
    /// Threads, by who looks after them; empty for those that nobody looks after.
    pub threads: BTreeMap<String, Threads>,
    /// Clocks past due, by policy and kind.
    pub overdue: BTreeMap<String, BTreeMap<ClockKind, u64>>,
}

/// How some threads stand: each is in one of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Threads {
    /// An answer is owed, and not yet due.
    #[serde(skip_serializing_if = "is_zero")]
    pub waiting: u64,
    /// An answer is past due.
    #[serde(skip_serializing_if = "is_zero")]
    pub overdue: u64,
    /// An answer is owed, and its clock stands.
    #[serde(skip_serializing_if = "is_zero")]
    pub paused: u64,
    /// An answer is owed, and no policy says until when.
    #[serde(skip_serializing_if = "is_zero")]
    pub untimed: u64,
    /// Open, and nothing is owed.
    #[serde(skip_serializing_if = "is_zero")]
    pub answered: u64,
}

impl Threads {
    /// Adds another one's.
    pub const fn merge(&mut self, other: &Self) {
        self.waiting += other.waiting;
        self.overdue += other.overdue;
        self.paused += other.paused;
        self.untimed += other.untimed;
        self.answered += other.answered;
    }

    /// Subtracts another one's.
    pub const fn take(&mut self, other: &Self) {
        self.waiting = self.waiting.saturating_sub(other.waiting);
        self.overdue = self.overdue.saturating_sub(other.overdue);
        self.paused = self.paused.saturating_sub(other.paused);
        self.untimed = self.untimed.saturating_sub(other.untimed);
        self.answered = self.answered.saturating_sub(other.answered);
    }

    /// Those with a running clock of a first or next response.
    #[must_use]
    pub const fn unanswered(&self) -> u64 {
        self.waiting + self.overdue
    }

    /// Those whose customer is owed an answer, whether a clock runs, stands or is none.
    #[must_use]
    pub const fn owed(&self) -> u64 {
        self.waiting + self.overdue + self.paused + self.untimed
    }

    /// All of them.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.waiting + self.overdue + self.paused + self.untimed + self.answered
    }
}

/// A clock that is past due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// Whose.
    pub thread: ThreadId,
    /// Which.
    pub kind: ClockKind,
    /// Since when.
    pub due: Timestamp,
    /// The number of the event that recorded it.
    pub breach: u64,
    /// On which day its breach is.
    pub day: Date,
}

/// A clock that was past due when somebody looked, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Whose.
    pub thread: ThreadId,
    /// Which.
    pub kind: ClockKind,
    /// The policy it ran under.
    pub policy: String,
    /// Since when the customer waited.
    pub since: Timestamp,
    /// When it was due.
    pub due: Timestamp,
    /// Who looked after the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<AgentName>,
    /// What became of it, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// What became of a clock that was past due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Who did it; nobody when the bridge did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentName>,
    /// How long the customer waited, when it was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall: Option<SignedDuration>,
    /// Why it was given up, when it was not met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}
