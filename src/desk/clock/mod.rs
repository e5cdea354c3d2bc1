//! Clocks: how long a customer has waited, and until when an answer is due.
//!
//! A clock is never derived from the state of a thread. It is started, paused, resumed, moved, met, breached or voided by
//! an event of its own, which names who did it and why; the clock in the thread's row is the fold of these events. What
//! has been recorded is never taken back: a policy that changes moves what runs and leaves every verdict.
//!
//! A clock counts the working time of its policy's calendar. It is due when the time allowed and the time it stood are
//! over, counted from the platform's time of the customer's message. Only a delivered answer of a person meets a response.

mod fold;
pub(crate) mod follow;
mod notice;
mod run;
mod tick;

pub(crate) use fold::clock_facts;
pub use follow::{Followed, Moving};
pub(crate) use notice::{customer_is_back, notify};
pub(crate) use run::{
    Unstoppable, answered, asked, claimed, closed, moved, no_reply, pause, policy_of, resume, unanswered,
};
pub(crate) use tick::{alarms, due, whole};

use crate::calendar::Calendar;
use crate::policy::{Addressee, ClockKind, Policy};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A running clock, as the thread's row keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What it measures.
    pub kind: ClockKind,
    /// The platform's time of the message it began with.
    pub since: Timestamp,
    /// The number of that message's event. Only an answer written after it ends the clock.
    pub asked: u64,
    /// The policy it runs under.
    pub policy: String,
    /// The calendar it counts by.
    pub calendar: String,
    /// The working time allowed.
    pub allowed: SignedDuration,
    /// When it stood so far. Kept as instants: another policy may count them by another calendar.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// When it is due. Means nothing while it stands.
    pub due: Timestamp,
    /// Who is still to be told, soonest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Planned>,
    /// How much of the time allowed was over when somebody was told last, in percent of it; not known of clocks that an
    /// early release started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<u32>,
    /// It stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Paused>,
    /// It is past due, and this was recorded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub breached: bool,
}

/// A notice that is still to be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// When.
    pub at: Timestamp,
    /// How much of the time allowed is over then.
    pub percent: u32,
    /// To whom.
    pub tell: Vec<Addressee>,
}

/// How a clock stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Since when.
    pub at: Timestamp,
    /// It goes on by itself then.
    pub until: Timestamp,
    /// Why.
    pub why: Why,
}

/// A time in which a clock stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// How often a clock may stand; after that it goes on.
const PAUSES_MAX: usize = 50;

/// Why something happened to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The customer is asked, and has to answer first.
    WaitingForCustomer,
    /// An agent put the thread off.
    Snoozed,
    /// The pause was over.
    PauseOver,
    /// The customer wrote.
    CustomerWrote,
    /// An agent said so.
    Asked,
    /// The thread was closed.
    Closed,
    /// An agent said that no answer is needed.
    NoReplyNeeded,
    /// Tags, priority, language or segment changed.
    CaseChanged,
    /// An agent chose the policy.
    PolicyChosen,
    /// The policy says something else than before, or is gone.
    PolicyChanged,
}

impl Why {
    /// The word it is stored and written as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WaitingForCustomer => "waiting_for_customer",
            Self::Snoozed => "snoozed",
            Self::PauseOver => "pause_over",
            Self::CustomerWrote => "customer_wrote",
            Self::Asked => "asked",
            Self::Closed => "closed",
            Self::NoReplyNeeded => "no_reply_needed",
            Self::CaseChanged => "case_changed",
            Self::PolicyChosen => "policy_chosen",
            Self::PolicyChanged => "policy_changed",
        }
    }
}

impl Clock {
    /// A clock that begins to run.
    #[must_use]
    pub fn start(kind: ClockKind, since: Timestamp, asked: u64, policy: &Policy) -> Option<Self> {
        let allowed = policy.allows(kind)?;
        let clock = Self {
            kind,
            since,
            asked,
            policy: policy.name.clone(),
            calendar: policy.calendar.name().to_owned(),
            allowed,
            pauses: Vec::new(),
            due: since,
            steps: Vec::new(),
            told: Some(0),
            paused: None,
            breached: false,
        };
        Some(clock.planned(policy, 0))
    }

    /// The same, with what is due when counted anew. Notices up to `told` percent were given.
    #[must_use]
    fn planned(mut self, policy: &Policy, told: u32) -> Self {
        let stood = self.stood(&policy.calendar);
        let at = |percent: u32| {
            let part = self.allowed.checked_mul(i32::try_from(percent).unwrap_or(i32::MAX));
            let part = part.map_or(SignedDuration::MAX, |part| part / 100);
            policy.calendar.due_at(self.since, part.saturating_add(stood))
        };
        let told_at = |at| policy.notices.as_ref().map_or(at, |notices| notices.opens(at));
        self.due = at(100);
        let open = policy.steps.iter().filter(|step| step.percent > told);
        self.steps = open
            .map(|step| Planned {
                at: told_at(at(step.percent)),
                percent: step.percent,
                tell: step.tell.clone(),
            })
            .collect();
        self.steps.sort_by_key(|step| (step.at, step.percent));
        self
    }

    /// The same under another policy, or under the same one when it has changed. Nothing when it knows no such deadline.
    #[must_use]
    fn moved(&self, now: Timestamp, policy: &Policy) -> Option<Self> {
        let mut clock = self.clone();
        clock.allowed = policy.allows(self.kind)?;
        clock.policy.clone_from(&policy.name);
        policy.calendar.name().clone_into(&mut clock.calendar);
        if self.policy != policy.name {
            clock.told = Some(0);
        }
        let told = clock.told(policy);
        let mut clock = clock.planned(policy, told);
        if self.policy == policy.name && clock.due > self.due {
            // a later deadline is news: what lies ahead of it once more is told once more
            clock = clock.planned(policy, 0);
            let over = clock.steps.iter().filter(|step| step.percent <= told && step.at <= now);
            let told = over.map(|step| step.percent).max().unwrap_or(0);
            clock.told = Some(told);
            clock.steps.retain(|step| step.percent > told);
        }
        // what was past due and still is was so all the time; a deadline that lies ahead is looked at when it comes
        clock.breached = self.breached && clock.due <= self.due.max(now);
        Some(clock)
    }

    /// Up to how many percent notices were given. Where that is not known, it is what the policy it was planned by has and
    /// it has not.
    fn told(&self, policy: &Policy) -> u32 {
        if let Some(told) = self.told {
            return told;
        }
        let open = |percent: u32| self.steps.iter().any(|step| step.percent == percent);
        policy.steps.iter().map(|step| step.percent).filter(|percent| !open(*percent)).max().unwrap_or(0)
    }

    /// The same, going on after it stood: not for longer than it was to, however late that is noticed.
    #[must_use]
    fn resumed(&self, now: Timestamp, policy: &Policy) -> Self {
        let mut clock = self.clone();
        let Some(paused) = clock.paused.take() else { return clock };
        clock.pauses.push(Pause { from: paused.at, to: now.min(paused.until).max(paused.at) });
        clock.planned(policy, self.told(policy))
    }

    /// Where nobody is to be told now that it goes on, somebody is as soon as they may.
    fn tell_when_awake(&mut self, now: Timestamp, policy: &Policy) {
        if let Some(at) = policy.is_quiet_until(now) {
            let step = Planned { at, percent: self.told(policy), tell: vec![Addressee::Assignee] };
            self.steps.push(step);
            self.steps.sort_by_key(|step| (step.at, step.percent));
        }
    }

    /// Whether it runs, or a policy lets it stand as it does.
    fn may_stand(&self, policy: Option<&Policy>) -> bool {
        let lets = |paused: &Paused| policy.is_none_or(|policy| policy.lets_stand(paused.why));
        self.paused.as_ref().is_none_or(lets)
    }

    /// The working time in which it stood.
    fn stood(&self, calendar: &Calendar) -> SignedDuration {
        let spans = self.pauses.iter().map(|pause| calendar.working(pause.from, pause.to));
        spans.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// The working time that counts until an instant, without the time it stood.
    #[must_use]
    pub fn counted(&self, until: Timestamp, calendar: &Calendar) -> SignedDuration {
        let until = self.paused.as_ref().map_or(until, |paused| until.min(paused.at));
        let all = calendar.working(self.since, until.max(self.since));
        all.saturating_sub(self.stood(calendar)).max(SignedDuration::ZERO)
    }

    /// When it has to be looked at next.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        if let Some(paused) = &self.paused {
            return Some(paused.until);
        }
        let breach = (!self.breached).then_some(self.due);
        breach.into_iter().chain(self.steps.first().map(|step| step.at)).min()
    }

    /// Whether it is past due and runs.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.breached && self.paused.is_none()
    }
}
