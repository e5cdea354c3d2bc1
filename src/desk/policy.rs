//! Policies: which deadlines a thread has, who is told when, and what stops the clock.
//!
//! The first policy that fits a thread holds for it. What fits is asked again whenever something changes that it looks
//! at: tags, priority, language, the customer's segment.

use crate::calendar::Calendar;
use crate::clock::Why;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::{AgentName, ChannelName};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How urgent a thread is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// As any other.
    #[default]
    Normal,
    /// Before others.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// All of them, the lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word it is written as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.word() == word.trim().to_lowercase())
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
    pub(crate) fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

/// What a clock measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From an episode's first message of the customer to the first delivered answer.
    FirstResponse,
    /// From the first unanswered message after an answer to the next delivered answer.
    NextResponse,
    /// From an episode's first message to its closing.
    Resolution,
}

impl ClockKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];

    /// The word it is stored and written as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }

    /// Whether an answer ends it.
    #[must_use]
    pub const fn is_response(self) -> bool {
        matches!(self, Self::FirstResponse | Self::NextResponse)
    }
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// Who looks after the thread; the team, where nobody does.
    Assignee,
    /// The thread's team.
    Team,
    /// Everybody who may command.
    Managers,
    /// One agent.
    Agent(AgentName),
    /// The chat of a team by its name.
    OtherTeam(String),
}

/// When somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// So much of the time allowed is over, in percent; 100 and more is an escalation.
    pub percent: u32,
    /// Who is told.
    pub tell: Vec<Addressee>,
}

/// Which threads a policy is for. What is empty fits any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// One of these tags, in the spelling of [`crate::tag`].
    pub tags: BTreeSet<String>,
    /// One of these channels.
    pub channels: BTreeSet<ChannelName>,
    /// One of these segments of customers.
    pub segments: BTreeSet<String>,
    /// One of these languages, as language tags in lower case.
    pub languages: BTreeSet<String>,
    /// One of these priorities.
    pub priorities: BTreeSet<Priority>,
}

/// Some deadlines.
#[derive(Debug, Clone)]
pub struct Policy {
    /// A name of its own.
    pub name: String,
    /// Which threads it is for.
    pub when: Condition,
    /// In whose working time it counts.
    pub calendar: Arc<Calendar>,
    /// How long the first answer may take.
    pub first_response: Option<SignedDuration>,
    /// How long every further answer may take.
    pub next_response: Option<SignedDuration>,
    /// How long it may take until the thread is closed.
    pub resolution: Option<SignedDuration>,
    /// Who is told when, in the order of time.
    pub steps: Vec<Step>,
    /// Whether the clock stands while the team waits for the customer.
    pub pause_waiting: bool,
    /// Whether the clock stands while a thread is put off.
    pub pause_snoozed: bool,
    /// The longest a clock stands at a time.
    pub pause_max: SignedDuration,
    /// When notices may be posted; at any time where there is none.
    pub notices: Option<Arc<Calendar>>,
    /// A claim without an answer goes back to the team after so much working time.
    pub claim_within: Option<SignedDuration>,
}

impl Policy {
    /// How long something may take.
    #[must_use]
    pub const fn allows(&self, kind: ClockKind) -> Option<SignedDuration> {
        match kind {
            ClockKind::FirstResponse => self.first_response,
            ClockKind::NextResponse => self.next_response,
            ClockKind::Resolution => self.resolution,
        }
    }

    /// Until when nobody may be told, if it is so now.
    pub(crate) fn is_quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.notices.as_ref().map(|notices| notices.opens(now)).filter(|opens| *opens > now)
    }

    /// Whether a clock may stand for a reason.
    pub(crate) fn lets_stand(&self, why: Why) -> bool {
        if why == Why::Snoozed { self.pause_snoozed } else { self.pause_waiting }
    }
}

/// What a policy looks at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Its tags.
    pub tags: &'a BTreeSet<String>,
    /// Where the customer writes.
    pub channel: &'a ChannelName,
    /// What kind of customer.
    pub segment: Option<&'a str>,
    /// In which language.
    pub language: Option<&'a str>,
    /// How urgent.
    pub priority: Priority,
}

impl Condition {
    /// Whether it fits.
    #[must_use]
    pub fn fits(&self, case: &Case<'_>) -> bool {
        let tag = case.language.map(str::to_lowercase);
        let language = tag.as_deref().map(|tag| tag.split('-').next().unwrap_or(tag));
        let is_one = |set: &BTreeSet<String>, one: Option<&str>| {
            set.is_empty() || one.is_some_and(|one| set.contains(one))
        };
        (self.tags.is_empty() || !self.tags.is_disjoint(case.tags))
            && (self.channels.is_empty() || self.channels.contains(case.channel))
            && is_one(&self.segments, case.segment)
            && (is_one(&self.languages, tag.as_deref()) || is_one(&self.languages, language))
            && (self.priorities.is_empty() || self.priorities.contains(&case.priority))
    }
}

/// The deadlines of a desk.
#[derive(Debug, Clone, Default)]
pub struct Deadlines {
    /// In the order in which they are asked.
    pub policies: Vec<Policy>,
    /// By name.
    pub calendars: BTreeMap<String, Arc<Calendar>>,
}

impl Deadlines {
    /// The policy of a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.name == name)
    }

    /// The first policy that fits.
    #[must_use]
    pub fn fitting(&self, case: &Case<'_>) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.when.fits(case))
    }

    /// The calendar of a name.
    #[must_use]
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.get(name).map(AsRef::as_ref)
    }

    /// What holds where nothing is configured: complaints within one hour around the clock, all else within four working
    /// hours.
    #[must_use]
    pub fn shipped(office: Arc<Calendar>, zone: &TimeZone) -> Self {
        let always = Arc::new(Calendar::always("always", zone.clone()));
        let policy = |name: &str, tags: &[&str], calendar: &Arc<Calendar>, hours| Policy {
            name: name.to_owned(),
            when: Condition {
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                ..Condition::default()
            },
            calendar: Arc::clone(calendar),
            first_response: Some(SignedDuration::from_hours(hours)),
            next_response: Some(SignedDuration::from_hours(hours)),
            resolution: None,
            steps: default_steps(),
            pause_waiting: true,
            pause_snoozed: true,
            pause_max: PAUSE_MAX,
            notices: None,
            claim_within: Some(SignedDuration::from_mins(hours * 30)),
        };
        let policies =
            vec![policy("complaints", &["complaint"], &always, 1), policy("standard", &[], &office, 4)];
        let calendars = [office, always].map(|calendar| (calendar.name().to_owned(), calendar)).into();
        Self { policies, calendars }
    }
}

/// What takes a choice back where a name is asked for: no policy can have one of these names.
pub const NONE: [&str; 2] = ["none", "-"];

/// The longest a clock stands at a time, unless the policy says otherwise.
pub const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Who is told when, unless the policy says otherwise.
#[must_use]
pub fn default_steps() -> Vec<Step> {
    vec![
        Step { percent: 50, tell: vec![Addressee::Assignee] },
        Step { percent: 80, tell: vec![Addressee::Assignee, Addressee::Team] },
        Step { percent: 100, tell: vec![Addressee::Team, Addressee::Managers] },
        Step { percent: 200, tell: vec![Addressee::Managers] },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_fits_however_its_tag_is_written() {
        let channel = ChannelName::new("shop");
        let fits = |wanted: &str, spoken: &str| {
            let condition = Condition { languages: [wanted.to_owned()].into(), ..Condition::default() };
            let (tags, priority) = (&BTreeSet::new(), Priority::Normal);
            condition.fits(&Case { tags, channel: &channel, segment: None, language: Some(spoken), priority })
        };
        for (wanted, spoken) in [("pt-br", "pt-BR"), ("pt-br", "pt-br"), ("pt", "PT-BR"), ("de", "de")] {
            assert!(fits(wanted, spoken), "{wanted} {spoken}");
        }
        assert!(!fits("pt-br", "pt") && !fits("de", "en"));
    }
}
