//! What a thread's topic shows: its name, its state and its card.

use crate::decide::{Draft, Turn};
use crate::rows::{Customer, Purpose, Thread};
use crate::sentence::Sentence;
use crate::setup::{ReplyMode, Setup};
use crate::state::Missing;
use port::{Operation, Private, ThreadId, TopicState, names, rich};

/// The customer's name as the team reads it: never empty, never an agent's.
pub(crate) fn shown_customer(setup: &Setup, name: &str) -> String {
    let name = names::clean_name(name);
    if name.is_empty() {
        return setup.say(&Sentence::NamelessCustomer {});
    }
    let like_agent = setup
        .agents
        .iter()
        .any(|agent| rich::imitates(&name, agent.name.as_str()) || rich::imitates(&name, &agent.shown()));
    if like_agent { setup.say(&Sentence::CustomerNamedLikeAgent { name }) } else { name }
}

/// Opens the thread's topic, at the end of its lane or before what is there.
pub(crate) fn open(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    before: Option<u64>,
) -> Result<(), Missing> {
    let (title, state, card) = look(turn, id, thread)?;
    let draft = draft(id, thread, Purpose::Topic, Operation::OpenTopic { title, state, card }, false);
    match before {
        Some(seq) => turn.queue_before(draft, seq),
        None => turn.queue(draft),
    }
}

/// Has the topic show the thread as it is now.
pub(crate) fn show(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread) -> Result<(), Missing> {
    let (title, state, card) = look(turn, id, thread)?;
    turn.queue(draft(id, thread, Purpose::Show, Operation::SetTopic { title, state, card }, true))
}

fn draft(id: ThreadId, thread: &Thread, purpose: Purpose, operation: Operation, in_topic: bool) -> Draft {
    Draft { lane: thread.team_lane(id), thread: Some(id), in_topic, purpose, operation, quotes: None }
}

fn look(turn: &Turn<'_>, id: ThreadId, thread: &Thread) -> Result<(Private, TopicState, Private), Missing> {
    let setup = turn.setup;
    let customer = turn.rows.customer(thread.customer)?;
    let name = shown_customer(setup, customer.as_ref().map_or("", |row| row.name.shown()));
    let title = setup.say(&Sentence::TopicTitle { customer: name.clone(), number: id.0 });
    let card = card(setup, id, thread, &name, customer.as_ref());
    let private = |text| Private::of_customer(thread.customer, text);
    Ok((private(title), thread.state(), private(card)))
}

fn card(setup: &Setup, id: ThreadId, thread: &Thread, name: &str, customer: Option<&Customer>) -> String {
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
    [head, state, assignee, before, how].map(|sentence| setup.say(&sentence)).join("\n")
}
