//! What the desk knows from the configuration. Handed in whole; never changes while the process runs.

use crate::digest::Rhythm;
use crate::personas::Personas;
use crate::policy::Deadlines;
use crate::rules::RuleSet;
use crate::sentence::{Sentence, Words};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::{AccountId, AgentName, ChannelName, Mention, Owner, Place, Private};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The configuration as the desk needs it.
#[derive(Clone)]
pub struct Setup {
    /// Names this store for ever, lower-case ASCII letters and digits, at most 8. Part of every operation id.
    pub instance: String,
    /// All channels with the word for their platform (`matrix`, `local`, …), as agents' handles name it.
    pub channels: BTreeMap<ChannelName, String>,
    /// Where the teams work. The first one takes every customer.
    pub teams: Vec<Team>,
    /// Who answers.
    pub agents: Vec<Agent>,
    /// How their names look.
    pub personas: Personas,
    /// What leaves the team.
    pub reply_mode: ReplyMode,
    /// How long a reply is held back in `confirm` mode.
    pub confirm_grace: SignedDuration,
    /// What commands start with.
    pub command_prefix: String,
    /// How long after closing a customer's message reopens the thread.
    pub reopen_within: SignedDuration,
    /// The locale of what the bridge says where nobody in particular reads it or theirs has no words, `en` or `de`.
    pub locale: String,
    /// The zone of the times it shows.
    pub time_zone: TimeZone,
    /// Until when answers are due, and in whose working time.
    pub deadlines: Arc<Deadlines>,
    /// What is asked of every message of a customer.
    pub rules: RuleSet,
    /// The address of a topic on each channel that has such, with `{topic}` in it, and `{chat}` or `{group}`: the chat's id
    /// without the `-100` by which Telegram tells groups.
    pub topic_links: BTreeMap<ChannelName, String>,
    /// The words.
    pub words: Arc<dyn Words>,
}

/// A team and its chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// As configured.
    pub name: String,
    /// Where its topics are.
    pub place: Place,
    /// When it reads how it went.
    pub digest: Digest,
}

/// When a team reads how it went, in the desk's time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    /// Every day at that time: the day before.
    pub daily: Option<Time>,
    /// Every week on that day at that time: the week before, from Monday.
    pub weekly: Option<(Weekday, Time)>,
}

impl Digest {
    /// Whether there is one.
    #[must_use]
    pub const fn has(&self, rhythm: Rhythm) -> bool {
        match rhythm {
            Rhythm::Daily => self.daily.is_some(),
            Rhythm::Weekly => self.weekly.is_some(),
        }
    }
}

/// Who may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The name customers read. Unique.
    pub name: AgentName,
    /// What stands behind the name, e.g. `Support`.
    pub title: Option<String>,
    /// What the person may do.
    pub role: Role,
    /// The person's account on each platform.
    pub handles: BTreeMap<String, AccountId>,
    /// What the person reads, as language tags, the dearest first. None: the desk's locale.
    pub languages: Vec<String>,
}

impl Agent {
    /// The name as customers read it.
    #[must_use]
    pub fn shown(&self) -> String {
        self.title.as_ref().map_or_else(|| self.name.to_string(), |title| format!("{} ({title})", self.name))
    }
}

/// What a team member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Answers.
    Agent,
    /// Answers, and may command.
    Manager,
}

/// What leaves the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyMode {
    /// A platform reply to a customer's message, or the reply command.
    Explicit,
    /// Everything that is not a note or a command.
    Direct,
    /// As `Direct`, after a grace period.
    Confirm,
}

impl Setup {
    /// The agent behind an account of a channel.
    #[must_use]
    pub fn agent(&self, channel: &ChannelName, account: &AccountId) -> Option<&Agent> {
        let platform = self.channels.get(channel)?;
        self.agents.iter().find(|agent| agent.handles.get(platform) == Some(account))
    }

    /// How an agent is called on a channel, if they have an account there.
    #[must_use]
    pub fn mention(&self, channel: &ChannelName, name: &AgentName) -> Option<Mention> {
        let agent = self.agents.iter().find(|agent| agent.name == *name)?;
        let account = agent.handles.get(self.channels.get(channel)?)?;
        let name = Private::new(Owner::Desk, name.as_str());
        Some(Mention { account: account.clone(), name })
    }

    /// The agent of a name, however it is written (`@anna`, `Anna`).
    #[must_use]
    pub fn agent_named(&self, name: &str) -> Option<&Agent> {
        let wanted = name.trim().trim_start_matches('@').to_lowercase();
        self.agents.iter().find(|agent| agent.name.as_str().to_lowercase() == wanted)
    }

    /// Whether a text could be read as if one of the agents spoke.
    #[must_use]
    pub fn imitates_an_agent(&self, text: &str) -> bool {
        self.personas.are_imitated(&self.agents, text)
    }

    /// The team that works in a chat.
    #[must_use]
    pub fn team_at(&self, place: &Place) -> Option<&Team> {
        self.teams.iter().find(|team| team.place == *place)
    }

    /// The team that takes a new thread.
    #[must_use]
    pub fn team_for_new(&self) -> Option<&Team> {
        self.teams.first()
    }

    /// A sentence in the desk's locale.
    #[must_use]
    pub fn say(&self, sentence: &Sentence) -> String {
        self.speaker().say(sentence)
    }

    /// An instant as the team reads it.
    #[must_use]
    pub fn shown_time(&self, at: Timestamp) -> String {
        at.to_zoned(self.time_zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// A span as people say it: `45 s`, `12 min`, `2 h 05 min`, `3 d 4 h`. Never negative.
#[must_use]
pub fn shown_age(since: Timestamp, now: Timestamp) -> String {
    shown_span(now.duration_since(since))
}

/// As [`shown_age`], for a length of time.
#[must_use]
pub fn shown_span(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (minutes, hours, days) = (seconds / MINUTE, seconds / HOUR, seconds / DAY);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {:02} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// As [`shown_span`], to the nearest unit that is shown: how long something took is not cut down, as what is left of a
/// time is.
#[must_use]
pub(crate) fn shown_length(span: SignedDuration) -> String {
    let nearest = |unit: i64| {
        let half = SignedDuration::from_millis(unit * 500);
        span.saturating_add(half).as_secs() / unit * unit
    };
    let (by_second, by_minute) = (nearest(1), nearest(MINUTE));
    let seconds = if by_second < MINUTE {
        by_second
    } else if by_minute < DAY {
        by_minute
    } else {
        nearest(HOUR)
    };
    shown_span(SignedDuration::from_secs(seconds))
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
