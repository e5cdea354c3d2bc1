//! What the team is told about its clocks, and where.
//!
//! Who looks after a thread reads it in the thread's topic. Everybody else would not look there: the team, its managers
//! and other teams read it in the team's chat, with who waits, since when, for what, and the way to the topic.

use super::{Clock, Planned, Why};
use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::policy::{Addressee, ClockKind};
use crate::rows::Thread;
use crate::sentence::Sentence;
use crate::setup::{Role, shown_span};
use crate::speaker::Speaker;
use crate::state::Missing;
use crate::topic::shown_customer;
use jiff::Timestamp;
use port::{AgentName, Place, Private, ThreadId};
use std::collections::{BTreeMap, BTreeSet};

/// Steps that are told together.
#[derive(Default)]
pub(super) struct Told {
    tell: BTreeSet<Addressee>,
}

impl Told {
    pub(super) fn add(&mut self, step: &Planned) {
        self.tell.extend(step.tell.iter().cloned());
    }
}

/// Tells who is to be told, each place once.
pub(super) fn tell(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    clock: &Clock,
    told: &Told,
) -> Result<(), Missing> {
    let (topic, chats) = places(turn, thread, told);
    let about = about(turn, clock)?;
    if let Some(names) = topic {
        let speaker = turn.setup.speaking_to_named(thread.assignee.as_ref());
        let text = sentence(turn, id, thread, clock, (&names, None, speaker), &about)?;
        turn.tell_calling(id, thread, speaker, &text, &names)?;
    }
    for (place, names) in chats {
        let link = link(turn, thread);
        let text = sentence(turn, id, thread, clock, (&names, Some(link), turn.setup.speaker()), &about)?;
        in_chat(turn, thread, place, text, &names)?;
    }
    Ok(())
}

/// Who is named in the topic, if anybody is told there, and who in which chat.
fn places(
    turn: &Turn<'_>,
    thread: &Thread,
    told: &Told,
) -> (Option<Vec<AgentName>>, BTreeMap<Place, Vec<AgentName>>) {
    let setup = turn.setup;
    let mut topic: Option<Vec<AgentName>> = None;
    let mut chats: BTreeMap<Place, Vec<AgentName>> = BTreeMap::new();
    for addressee in &told.tell {
        match addressee {
            Addressee::Assignee => match &thread.assignee {
                Some(agent) => topic.get_or_insert_default().push(agent.clone()),
                None => chats.entry(thread.team_place.clone()).or_default().extend([]),
            },
            Addressee::Team => chats.entry(thread.team_place.clone()).or_default().extend([]),
            Addressee::Managers => {
                let managers = setup.agents.iter().filter(|agent| agent.role == Role::Manager);
                let names = managers.map(|agent| agent.name.clone());
                chats.entry(thread.team_place.clone()).or_default().extend(names);
            }
            Addressee::Agent(agent) => {
                chats.entry(thread.team_place.clone()).or_default().push(agent.clone());
            }
            Addressee::OtherTeam(name) => {
                if let Some(team) = setup.teams.iter().find(|team| team.name == *name) {
                    chats.entry(team.place.clone()).or_default().extend([]);
                }
            }
        }
    }
    (topic, chats)
}

/// The first words of what the customer waits with.
fn about(turn: &Turn<'_>, clock: &Clock) -> Result<String, Missing> {
    const WORDS_MAX: usize = 80;
    let event = turn.rows.event(clock.asked)?;
    let Some(Fact::CustomerWrote { body, .. }) = event.map(|event| event.fact) else {
        return Ok(String::new());
    };
    let line = body.shown().split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(WORDS_MAX).collect();
    Ok(if short.len() < line.len() { format!("{short}…") } else { short })
}

fn sentence(
    turn: &Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    clock: &Clock,
    (names, link, speaker): (&[AgentName], Option<String>, Speaker<'_>),
    about: &str,
) -> Result<String, Missing> {
    let setup = turn.setup;
    let customer = turn.rows.customer(thread.customer)?;
    let customer = shown_customer(speaker, customer.as_ref().map_or("", |row| row.name.shown()));
    let since = setup.shown_time(clock.since);
    let due = setup.shown_time(clock.due);
    let (number, resolution) = (id.0, clock.kind == ClockKind::Resolution);
    let about = about.to_owned();
    let text = if clock.due > turn.now {
        let left = shown_span(clock.due.duration_since(turn.now));
        if resolution {
            speaker.say(&Sentence::WarnResolution { customer, number, since, due, left, about })
        } else {
            speaker.say(&Sentence::WarnResponse { customer, number, since, due, left, about })
        }
    } else {
        let over = shown_span(turn.now.duration_since(clock.due));
        if resolution {
            speaker.say(&Sentence::OverdueResolution { customer, number, since, due, over, about })
        } else {
            speaker.say(&Sentence::OverdueResponse { customer, number, since, due, over, about })
        }
    };
    let mut lines = Vec::new();
    lines.extend(called(names));
    lines.push(text);
    lines.extend(link.filter(|link| !link.is_empty()));
    Ok(lines.join("\n"))
}

/// The way to a thread's topic, where its platform has one.
fn link(turn: &Turn<'_>, thread: &Thread) -> String {
    let template = turn.setup.topic_links.get(&thread.team_place.channel);
    let (Some(template), Some(topic)) = (template, &thread.topic) else { return String::new() };
    let chat = thread.team_place.chat.as_str();
    let group = chat.strip_prefix("-100").unwrap_or(chat);
    template.replace("{chat}", chat).replace("{group}", group).replace("{topic}", topic.as_str())
}

/// Tells people who do not look into the topic, each chat once.
pub(crate) fn notify(
    turn: &mut Turn<'_>,
    thread: &Thread,
    who: &[Addressee],
    text: &str,
) -> Result<(), Missing> {
    let (_, chats) = places(turn, thread, &Told { tell: who.iter().cloned().collect() });
    for (place, names) in chats {
        let link = Some(link(turn, thread)).filter(|link| !link.is_empty());
        let lines: Vec<String> = called(&names).into_iter().chain([text.to_owned()]).chain(link).collect();
        in_chat(turn, thread, place, lines.join("\n"), &names)?;
    }
    Ok(())
}

/// The line that names who is meant.
fn called(names: &[AgentName]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(AgentName::as_str).collect();
    (!names.is_empty()).then(|| format!("{}:", names.join(", ")))
}

/// Says something in a team's chat, outside of topics.
fn in_chat(
    turn: &mut Turn<'_>,
    thread: &Thread,
    place: Place,
    text: String,
    names: &[AgentName],
) -> Result<(), Missing> {
    let body = Private::of_customer(thread.customer, text);
    let draft = Draft::in_chat(place, body, Vec::new()).calling(turn.setup, names);
    turn.queue(draft)
}

/// A pause is over.
pub(super) fn goes_on(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    why: Why,
    due: Timestamp,
) -> Result<(), Missing> {
    let due = turn.setup.shown_time(due);
    let sentence =
        if why == Why::Snoozed { Sentence::SnoozeOver { due } } else { Sentence::WaitOver { due } };
    clock_goes_on(turn, id, thread, &sentence)
}

/// The customer wrote, for whom a clock stood.
pub(crate) fn customer_is_back(turn: &mut Turn<'_>, id: ThreadId) -> Result<(), Missing> {
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let Some(clock) = thread.response().or(thread.clocks.first()) else { return Ok(()) };
    let sentence = Sentence::CustomerIsBack { due: turn.setup.shown_time(clock.due) };
    clock_goes_on(turn, id, &thread, &sentence)
}

/// Says in the topic that a clock goes on, to whoever looks after it.
fn clock_goes_on(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    sentence: &Sentence,
) -> Result<(), Missing> {
    let named = thread.assignee.as_ref().map(|agent| format!("{agent}: ")).unwrap_or_default();
    let speaker = turn.setup.speaking_to_named(thread.assignee.as_ref());
    let text = format!("{named}{}", speaker.say(sentence));
    turn.tell_calling(id, thread, speaker, &text, &thread.assignee)
}

/// A claim without an answer went back to the team.
pub(super) fn claim_expired(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &AgentName,
) -> Result<(), Missing> {
    let speaker = turn.setup.speaker();
    let text = speaker.say(&Sentence::ClaimExpired { agent: agent.to_string() });
    turn.tell_calling(id, thread, speaker, &text, [agent])
}
