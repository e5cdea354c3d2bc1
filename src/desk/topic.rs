//! What a thread's topic shows: its name, its state and its card.

use crate::decide::{Draft, Turn};
use crate::policy::Priority;
use crate::rows::{Customer, Purpose, Thread};
use crate::sentence::Sentence;
use crate::setup::{ReplyMode, Setup};
use crate::speaker::Speaker;
use crate::state::Missing;
use port::{Due, Operation, Private, ThreadId, TopicState, names};

/// The customer's name as the team reads it: never empty, never an agent's.
pub(crate) fn shown_customer(speaker: Speaker<'_>, name: &str) -> String {
    let name = names::clean_name(name);
    if name.is_empty() {
        return speaker.say(&Sentence::NamelessCustomer {});
    }
    let like_agent = speaker.setup.imitates_an_agent(&name);
    if like_agent { speaker.say(&Sentence::CustomerNamedLikeAgent { name }) } else { name }
}

/// Opens the thread's topic, at the end of its lane or before what is there.
pub(crate) fn open(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    before: Option<u64>,
) -> Result<(), Missing> {
    let Look { title, state, due, card } = look(turn, id, thread)?;
    let draft = draft(id, thread, Purpose::Topic, Operation::OpenTopic { title, state, due, card }, false);
    match before {
        Some(seq) => turn.queue_before(draft, seq),
        None => turn.queue(draft),
    }
}

/// Has the topic show the thread as it is now.
pub(crate) fn show(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread) -> Result<(), Missing> {
    let Look { title, state, due, card } = look(turn, id, thread)?;
    turn.queue(draft(id, thread, Purpose::Show, Operation::SetTopic { title, state, due, card }, true))
}

fn draft(id: ThreadId, thread: &Thread, purpose: Purpose, operation: Operation, in_topic: bool) -> Draft {
    Draft { lane: thread.team_lane(id), thread: Some(id), in_topic, purpose, operation, quotes: None }
}

/// All that a topic shows.
struct Look {
    title: Private,
    state: TopicState,
    due: Option<Due>,
    card: Private,
}

fn look(turn: &Turn<'_>, id: ThreadId, thread: &Thread) -> Result<Look, Missing> {
    let setup = turn.setup;
    let customer = turn.rows.customer(thread.customer)?;
    let name = shown_customer(setup.speaker(), customer.as_ref().map_or("", |row| row.name.shown()));
    let title = setup.say(&Sentence::TopicTitle { customer: name.clone(), number: id.0 });
    let came_by = turn.rows.visit(&thread.place)?.and_then(|visit| visit.payload);
    let came_by = came_by.map(|payload| Sentence::CardCameBy { payload: payload.shown().to_owned() });
    let card = card(setup, id, thread, (&name, customer.as_ref()), came_by);
    let private = |text| Private::of_customer(thread.customer, text);
    Ok(Look { title: private(title), state: thread.state(), due: due(thread), card: private(card) })
}

fn card(
    setup: &Setup,
    id: ThreadId,
    thread: &Thread,
    (name, customer): (&str, Option<&Customer>),
    came_by: Option<Sentence>,
) -> String {
    let channel = thread.place.channel.to_string();
    let state = match (thread.open, thread.waiting_since()) {
        (false, _) => Sentence::CardClosed {},
        (true, None) => Sentence::CardAnswered {},
        (true, Some(since)) => Sentence::CardWaiting { since: setup.shown_time(since) },
    };
    let assignee = match &thread.assignee {
        Some(agent) => Sentence::CardAssignee { agent: agent.to_string() },
        None => Sentence::CardUnassigned {},
    };
    let before = match thread.previous {
        Some(previous) => Sentence::CardPrevious {
            previous: previous.0,
            count: customer.map_or(1, |row| row.threads.saturating_sub(1)),
        },
        None => Sentence::CardNew {},
    };
    let prefix = setup.command_prefix.clone();
    let how = match setup.reply_mode {
        ReplyMode::Explicit => Sentence::CardHowExplicit { prefix },
        ReplyMode::Direct | ReplyMode::Confirm => Sentence::CardHowDirect { prefix },
    };
    let head = Sentence::CardCustomer { customer: name.to_owned(), number: id.0, channel };
    let lines = [head, state].into_iter().chain(deadline(setup, thread));
    let lines = lines.chain([assignee, before]).chain(came_by).chain([how]);
    lines.map(|sentence| setup.say(&sentence)).collect::<Vec<_>>().join("\n")
}

/// Until when an answer is due. The card says the same in words, so that whatever moves it is shown anyway.
fn due(thread: &Thread) -> Option<Due> {
    let clock = thread.response().filter(|_| thread.open)?;
    Some(clock.paused.as_ref().map_or(Due::At(clock.due), |paused| Due::PausedUntil(paused.until)))
}

/// Until when something is due, and what that depends on.
fn deadline(setup: &Setup, thread: &Thread) -> Vec<Sentence> {
    let mut lines = Vec::new();
    if let Some(clock) = thread.response().filter(|_| thread.open) {
        let (due, policy) = (setup.shown_time(clock.due), clock.policy.clone());
        lines.push(match &clock.paused {
            Some(paused) => Sentence::CardPaused { until: setup.shown_time(paused.until) },
            None if clock.breached => Sentence::CardOverdue { due, policy },
            None => Sentence::CardDue { due, policy },
        });
    }
    if thread.priority != Priority::Normal {
        lines.push(Sentence::CardPriority { priority: thread.priority.word().to_owned() });
    }
    if !thread.tags.is_empty() {
        let tags: Vec<&str> = thread.tags.iter().map(String::as_str).collect();
        lines.push(Sentence::CardTags { tags: tags.join(", ") });
    }
    lines
}
