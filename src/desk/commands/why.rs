//! `why`: every event of a thread's clocks in plain words, so that anybody can follow when an answer is due, and why.

use crate::clock::Why;
use crate::decide::Turn;
use crate::event::{Event, Fact};
use crate::key::Scan;
use crate::policy::{Addressee, ClockKind};
use crate::rows::{Row, Thread};
use crate::sentence::Sentence;
use crate::setup::{Setup, shown_span};
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
    let mut sentences = vec![Sentence::WhyHead { number: id.0 }];
    if numbers.is_empty() {
        sentences.push(Sentence::WhyNothing {});
    }
    for number in numbers.into_iter().rev() {
        if let Some(event) = turn.rows.event(number)? {
            let at = turn.setup.shown_time(event.at);
            let what = line(turn, &event).map(|sentence| turn.setup.say(&sentence));
            sentences.extend(what.map(|what| Sentence::WhyLine { at, what }));
        }
    }
    sentences.push(now(turn, thread));
    team::answer(turn, said, &sentences)
}

/// How it stands.
fn now(turn: &Turn<'_>, thread: &Thread) -> Sentence {
    let Some(clock) = thread.response().or(thread.clocks.first()) else { return Sentence::WhyNoClock {} };
    let what = kind(turn.setup, clock.kind);
    let calendar = clock.calendar.clone();
    match &clock.paused {
        Some(paused) => Sentence::WhyStands { what, until: turn.setup.shown_time(paused.until) },
        None => Sentence::WhyDue { what, due: turn.setup.shown_time(clock.due), calendar },
    }
}

/// The word for what a clock measures.
pub(crate) fn kind(setup: &Setup, kind: ClockKind) -> String {
    setup.say(&match kind {
        ClockKind::FirstResponse => Sentence::ClockFirstResponse {},
        ClockKind::NextResponse => Sentence::ClockNextResponse {},
        ClockKind::Resolution => Sentence::ClockResolution {},
    })
}

/// Why something happened to a clock, in words.
pub(crate) fn reason(setup: &Setup, why: Why) -> String {
    setup.say(&match why {
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

/// An event in plain words.
#[expect(clippy::wildcard_enum_match_arm, reason = "only what concerns clocks is among them")]
fn line(turn: &Turn<'_>, event: &Event) -> Option<Sentence> {
    let time = |at: Timestamp| turn.setup.shown_time(at);
    let span = |span: SignedDuration| shown_span(span);
    Some(match &event.fact {
        Fact::ClockStarted { clock, .. } => Sentence::WhyStarted {
            what: kind(turn.setup, clock.kind),
            since: time(clock.since),
            policy: clock.policy.clone(),
            allowed: span(clock.allowed),
            calendar: clock.calendar.clone(),
            due: time(clock.due),
        },
        Fact::ClockPaused { kind: which, until, why, by, .. } => Sentence::WhyPaused {
            what: kind(turn.setup, *which),
            by: by.to_string(),
            reason: reason(turn.setup, *why),
            until: time(*until),
        },
        Fact::ClockResumed { clock, why, .. } => Sentence::WhyResumed {
            what: kind(turn.setup, clock.kind),
            reason: reason(turn.setup, *why),
            due: time(clock.due),
        },
        Fact::ClockMoved { clock, why, by, .. } => Sentence::WhyMoved {
            what: kind(turn.setup, clock.kind),
            policy: clock.policy.clone(),
            reason: reason(turn.setup, *why),
            by: person(by.as_ref()),
            due: time(clock.due),
        },
        Fact::ClockTold { kind: which, percent, tell, .. } => Sentence::WhyTold {
            what: kind(turn.setup, *which),
            percent: u64::from(*percent),
            who: tell.iter().map(|who| addressee(turn, who)).collect::<Vec<_>>().join(", "),
        },
        Fact::ClockBreached { kind: which, due, .. } => {
            Sentence::WhyBreached { what: kind(turn.setup, *which), due: time(*due) }
        }
        Fact::ClockMet { kind: which, by, wall, working, .. } => Sentence::WhyMet {
            what: kind(turn.setup, *which),
            by: by.to_string(),
            wall: span(*wall),
            working: span(*working),
        },
        Fact::ClockVoided { kind: which, by, why, .. } => Sentence::WhyVoided {
            what: kind(turn.setup, *which),
            by: person(by.as_ref()),
            reason: reason(turn.setup, *why),
        },
        Fact::Tagged { tags, by, rules, .. } => Sentence::WhyTagged {
            tags: tags.iter().cloned().collect::<Vec<_>>().join(", "),
            by: if rules.is_empty() { person(by.as_ref()) } else { rules.join(", ") },
        },
        Fact::PrioritySet { priority, by, .. } => {
            Sentence::WhyPriority { priority: priority.word().to_owned(), by: person(by.as_ref()) }
        }
        Fact::ClaimExpired { agent, .. } => Sentence::ClaimExpired { agent: agent.to_string() },
        _ => return None,
    })
}

fn addressee(turn: &Turn<'_>, who: &Addressee) -> String {
    match who {
        Addressee::Assignee => turn.setup.say(&Sentence::ToAssignee {}),
        Addressee::Team => turn.setup.say(&Sentence::ToTeam {}),
        Addressee::Managers => turn.setup.say(&Sentence::ToManagers {}),
        Addressee::Agent(agent) => agent.to_string(),
        Addressee::OtherTeam(team) => team.clone(),
    }
}
