//! `why`: every event of a thread's clocks in plain words, so that anybody can follow when an answer is due, and why.

use crate::clock::Why;
use crate::decide::Turn;
use crate::event::{Event, Fact};
use crate::key::Scan;
use crate::policy::{Addressee, ClockKind};
use crate::raised::Raise;
use crate::rows::{Row, Thread};
use crate::sentence::Sentence;
use crate::setup::shown_span;
use crate::speaker::Speaker;
use crate::state::Missing;
use crate::team::{self, Said};
use jiff::{SignedDuration, Timestamp};
use port::{AgentName, ThreadId};

/// How many events are shown.
const EVENTS_MAX: usize = 40;

/// Answers it.
pub(super) fn answer(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    thread: &Thread,
) -> Result<(), Missing> {
    let found = turn.rows.scan(Scan::Watch { thread: id, limit: EVENTS_MAX })?;
    let numbers: Vec<u64> = found
        .iter()
        .filter_map(|(_, row)| if let Row::Line(line) = row { Some(line.event) } else { None })
        .collect();
    let speaker = said.speaker(turn.setup);
    let mut sentences = vec![Sentence::WhyHead { number: id.0 }];
    if numbers.is_empty() {
        sentences.push(Sentence::WhyNothing {});
    }
    for number in numbers.into_iter().rev() {
        if let Some(event) = turn.rows.event(number)? {
            let at = turn.setup.shown_time(happened_at(&event));
            let what = line(speaker, &event).map(|sentence| speaker.say(&sentence));
            sentences.extend(what.map(|what| Sentence::WhyLine { at, what }));
        }
    }
    sentences.push(now(speaker, thread));
    team::answer(turn, said, &sentences)
}

/// When something happened, which may be before the bridge noticed it.
fn happened_at(event: &Event) -> Timestamp {
    let Fact::ClockResumed { clock, why: Why::PauseOver, .. } = &event.fact else { return event.at };
    clock.pauses.last().map_or(event.at, |pause| pause.to)
}

/// How it stands.
fn now(speaker: Speaker<'_>, thread: &Thread) -> Sentence {
    let Some(clock) = thread.response().or(thread.clocks.first()) else { return Sentence::WhyNoClock {} };
    let what = kind(speaker, clock.kind);
    let calendar = clock.calendar.clone();
    match &clock.paused {
        Some(paused) => Sentence::WhyStands { what, until: speaker.setup.shown_time(paused.until) },
        None => Sentence::WhyDue { what, due: speaker.setup.shown_time(clock.due), calendar },
    }
}

/// The word for what a clock measures.
pub(crate) fn kind(speaker: Speaker<'_>, kind: ClockKind) -> String {
    speaker.say(&match kind {
        ClockKind::FirstResponse => Sentence::ClockFirstResponse {},
        ClockKind::NextResponse => Sentence::ClockNextResponse {},
        ClockKind::Resolution => Sentence::ClockResolution {},
    })
}

/// Why something happened to a clock, in words.
pub(crate) fn reason(speaker: Speaker<'_>, why: Why) -> String {
    speaker.say(&match why {
        Why::WaitingForCustomer => Sentence::WhyWaitingForCustomer {},
        Why::Snoozed => Sentence::WhySnoozed {},
        Why::PauseOver => Sentence::WhyPauseOver {},
        Why::CustomerWrote => Sentence::WhyCustomerWrote {},
        Why::Asked => Sentence::WhyAsked {},
        Why::Closed => Sentence::WhyClosed {},
        Why::NoReplyNeeded => Sentence::WhyNoReplyNeeded {},
        Why::CaseChanged => Sentence::WhyCaseChanged {},
        Why::PolicyChosen => Sentence::WhyPolicyChosen {},
        Why::PolicyChanged => Sentence::WhyPolicyChanged {},
    })
}

fn person(by: Option<&AgentName>) -> String {
    by.map_or_else(|| "–".to_owned(), ToString::to_string)
}

/// Who set a priority: a person, or rules.
fn told_by(by: Option<&AgentName>, raised: &[Raise]) -> String {
    let rules: Vec<&str> = raised.iter().map(|raise| raise.rule.as_str()).collect();
    if rules.is_empty() { person(by) } else { rules.join(", ") }
}

/// An event in plain words.
#[expect(clippy::wildcard_enum_match_arm, reason = "only what concerns clocks is among them")]
fn line(speaker: Speaker<'_>, event: &Event) -> Option<Sentence> {
    let time = |at: Timestamp| speaker.setup.shown_time(at);
    let span = |span: SignedDuration| shown_span(span);
    Some(match &event.fact {
        Fact::ClockStarted { clock, .. } => Sentence::WhyStarted {
            what: kind(speaker, clock.kind),
            since: time(clock.since),
            policy: clock.policy.clone(),
            allowed: span(clock.allowed),
            calendar: clock.calendar.clone(),
            due: time(clock.due),
        },
        Fact::ClockPaused { kind: which, until, why, by, .. } => Sentence::WhyPaused {
            what: kind(speaker, *which),
            by: by.to_string(),
            reason: reason(speaker, *why),
            until: time(*until),
        },
        Fact::ClockResumed { clock, why, .. } => Sentence::WhyResumed {
            what: kind(speaker, clock.kind),
            reason: reason(speaker, *why),
            due: time(clock.due),
        },
        Fact::ClockMoved { clock, why, by, .. } => Sentence::WhyMoved {
            what: kind(speaker, clock.kind),
            policy: clock.policy.clone(),
            reason: reason(speaker, *why),
            by: person(by.as_ref()),
            due: time(clock.due),
        },
        Fact::ClockTold { kind: which, percent, tell, .. } => Sentence::WhyTold {
            what: kind(speaker, *which),
            percent: u64::from(*percent),
            who: tell.iter().map(|who| addressee(speaker, who)).collect::<Vec<_>>().join(", "),
        },
        Fact::ClockBreached { kind: which, due, .. } => {
            Sentence::WhyBreached { what: kind(speaker, *which), due: time(*due) }
        }
        Fact::ClockMet { kind: which, by, wall, working, .. } => Sentence::WhyMet {
            what: kind(speaker, *which),
            by: by.to_string(),
            wall: span(*wall),
            working: span(*working),
        },
        Fact::ClockVoided { kind: which, by, why, .. } => Sentence::WhyVoided {
            what: kind(speaker, *which),
            by: person(by.as_ref()),
            reason: reason(speaker, *why),
        },
        Fact::Tagged { tags, by, rules, .. } => Sentence::WhyTagged {
            tags: if tags.is_empty() {
                "–".to_owned()
            } else {
                tags.iter().cloned().collect::<Vec<_>>().join(", ")
            },
            by: if rules.is_empty() { person(by.as_ref()) } else { rules.join(", ") },
        },
        Fact::PrioritySet { priority, by, raised, fell, .. } => {
            let (priority, by) = (priority.word().to_owned(), told_by(by.as_ref(), raised));
            if *fell {
                Sentence::WhyPriorityFell { priority, by }
            } else {
                Sentence::WhyPriority { priority, by }
            }
        }
        Fact::ClaimExpired { agent, .. } => Sentence::ClaimExpired { agent: agent.to_string() },
        _ => return None,
    })
}

fn addressee(speaker: Speaker<'_>, who: &Addressee) -> String {
    match who {
        Addressee::Assignee => speaker.say(&Sentence::ToAssignee {}),
        Addressee::Team => speaker.say(&Sentence::ToTeam {}),
        Addressee::Managers => speaker.say(&Sentence::ToManagers {}),
        Addressee::Agent(agent) => agent.to_string(),
        Addressee::OtherTeam(team) => team.clone(),
    }
}
