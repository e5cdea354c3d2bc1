//! Commands: what agents tell the bridge to do, and what it answers.

mod deadlines;
mod figures;
mod promises;
mod suggest;
pub(crate) mod why;
mod words;

use crate::clock;
use crate::decide::Turn;
use crate::event::Fact;
use crate::history;
use crate::key::{Key, Scan};
use crate::rows::{Purpose, Queued, Row, Thread};
use crate::sentence::Sentence;
use crate::setup::{Agent, ReplyMode, Role, shown_age};
use crate::state::Missing;
use crate::team::{Said, answer, stop_held};
use crate::topic::shown_customer;
use jiff::Timestamp;
use port::ThreadId;
use words::WORDS;
pub use words::native;
pub(crate) use words::{Command, parse};

/// How many threads `list` shows.
const LIST_MAX: usize = 50;
/// How many operations one `retry` takes up.
pub(crate) const RETRY_MAX: usize = 100;

/// Carries out a command and answers it.
pub(crate) fn run(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    agent: &Agent,
    (command, word): (&Command, &str),
) -> Result<(), Missing> {
    if let Some(done) = anywhere(turn, said, agent, command) {
        return done;
    }
    let Some((id, thread)) = said.thread.clone() else {
        let word = format!("{}{word}", turn.setup.command_prefix);
        return answer(turn, said, &[Sentence::NeedsTopic { word }]);
    };
    let by = agent.name.clone();
    match command {
        Command::Claim => assign(turn, said, id, &thread, agent, agent),
        Command::Assign(name) => match find_agent(turn, name) {
            Some(to) => assign(turn, said, id, &thread, &to, agent),
            None => answer(turn, said, &[no_such_agent(turn, name)]),
        },
        Command::Release if thread.assignee.is_none() => answer(turn, said, &[Sentence::NotAssigned {}]),
        Command::Release => act(
            turn,
            said,
            id,
            Fact::ThreadReleased { thread: id, by },
            Sentence::Released { by: agent.name.to_string() },
        ),
        Command::Close if !thread.open => answer(turn, said, &[Sentence::AlreadyClosed {}]),
        Command::Close => {
            turn.showing(id, |turn| {
                turn.record(Fact::ThreadClosed { thread: id, by: by.clone() })?;
                clock::closed(turn, id, &by)
            })?;
            answer(turn, said, &[Sentence::Closed { by: by.to_string() }])
        }
        Command::Reopen => reopen(turn, said, id, &thread, agent),
        Command::Who => who(turn, said, id, &thread, agent),
        Command::History => history::answer(turn, said, id, &thread),
        Command::Retry => retry(turn, said, id, &thread, agent),
        Command::Stop => {
            let mut count = 0;
            turn.showing(id, |turn| {
                count = stop_held(turn, id, &thread, None)?;
                clock::unanswered(turn, id, Some(&by))
            })?;
            let sentence = if count == 0 { Sentence::NothingToStop {} } else { Sentence::Stopped { count } };
            answer(turn, said, &[sentence])
        }
        Command::Snooze(text) => {
            deadlines::change(turn, said, id, |turn| deadlines::snooze(turn, id, agent, text))
        }
        Command::Wait(text) => {
            deadlines::change(turn, said, id, |turn| deadlines::wait(turn, id, agent, text))
        }
        Command::Resume => deadlines::change(turn, said, id, |turn| deadlines::resume(turn, id, agent)),
        Command::NoReply => deadlines::change(turn, said, id, |turn| deadlines::no_reply(turn, id, agent)),
        Command::Priority(word) => {
            deadlines::change(turn, said, id, |turn| deadlines::priority(turn, id, &thread, agent, word))
        }
        Command::Tag(words) => {
            deadlines::change(turn, said, id, |turn| deadlines::tag(turn, id, &thread, agent, words))
        }
        Command::Policy(name) => {
            deadlines::change(turn, said, id, |turn| deadlines::policy(turn, id, agent, name))
        }
        Command::Segment(name) => {
            deadlines::change(turn, said, id, |turn| deadlines::segment(turn, id, &thread, agent, name))
        }
        Command::Promise(text) => {
            let sentence = promises::promise(turn, id, &thread, agent, text)?;
            answer(turn, said, &[sentence])
        }
        Command::Done(text) => {
            let sentence = promises::done(turn, id, &thread, agent, text)?;
            answer(turn, said, &[sentence])
        }
        Command::Why => why::answer(turn, said, id, &thread),
        // these were answered above; replies and notes never come here
        Command::List
        | Command::Help
        | Command::Promises
        | Command::Figures(..)
        | Command::Export(_)
        | Command::Chart(_)
        | Command::Reply(_)
        | Command::Note(_) => Ok(()),
    }
}

/// Carries out what is no topic's. Nothing when it is one's.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others belong in a topic")]
fn anywhere(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    agent: &Agent,
    command: &Command,
) -> Option<Result<(), Missing>> {
    Some(match command {
        Command::List => list(turn, said),
        Command::Help => help(turn, said),
        Command::Promises => promises::list(turn, said, agent),
        Command::Figures(subject, words) => figures::answer_figures(turn, said, agent, *subject, words),
        Command::Export(words) => figures::export(turn, said, agent, words),
        Command::Chart(words) => figures::chart(turn, said, agent, words),
        _ => return None,
    })
}

/// Records a fact, shows what it changed and says so.
fn act(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    fact: Fact,
    sentence: Sentence,
) -> Result<(), Missing> {
    turn.showing(id, |turn| turn.record(fact).map(|_| ()))?;
    answer(turn, said, &[sentence])
}

fn assign(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    thread: &Thread,
    to: &Agent,
    by: &Agent,
) -> Result<(), Missing> {
    let name = to.name.to_string();
    if thread.assignee.as_ref() == Some(&to.name) {
        return answer(turn, said, &[Sentence::AlreadyAssigned { agent: name }]);
    }
    let sentence = if to.name == by.name {
        Sentence::Claimed { agent: name }
    } else {
        Sentence::Assigned { agent: name, by: by.name.to_string() }
    };
    turn.showing(id, |turn| {
        turn.record(Fact::ThreadAssigned { thread: id, to: to.name.clone(), by: by.name.clone() })?;
        clock::claimed(turn, id)
    })?;
    answer(turn, said, &[sentence])
}

/// An agent by name, or by a handle on any platform.
fn find_agent(turn: &Turn<'_>, name: &str) -> Option<Agent> {
    let by_handle = || {
        let wanted = name.trim();
        let bare = wanted.trim_start_matches('@');
        turn.setup.agents.iter().find(|agent| {
            agent.handles.values().any(|handle| handle.as_str() == wanted || handle.as_str() == bare)
        })
    };
    turn.setup.agent_named(name).or_else(by_handle).cloned()
}

fn no_such_agent(turn: &Turn<'_>, name: &str) -> Sentence {
    let known: Vec<&str> = turn.setup.agents.iter().map(|agent| agent.name.as_str()).collect();
    Sentence::NoSuchAgent {
        name: name.trim_start_matches('@').chars().take(60).collect(),
        known: known.join(", "),
    }
}

fn reopen(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
) -> Result<(), Missing> {
    if thread.open {
        return answer(turn, said, &[Sentence::AlreadyOpen {}]);
    }
    let newest = turn.rows.chat(&thread.place)?.map(|chat| chat.thread);
    if let Some(newest) = newest.filter(|newest| *newest != id) {
        return answer(turn, said, &[Sentence::ReplacedBy { number: newest.0 }]);
    }
    turn.showing(id, |turn| {
        turn.record(Fact::ThreadReopened { thread: id, by: Some(agent.name.clone()) })?;
        clock::asked(turn, id)
    })?;
    answer(turn, said, &[Sentence::Reopened { by: agent.name.to_string() }])
}

fn who(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
) -> Result<(), Missing> {
    let row = turn.rows.customer(thread.customer)?;
    let shown = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let name = shown_customer(said.speaker(turn.setup), row.as_ref().map_or("", |row| row.name.shown()));
    let assignee = match &thread.assignee {
        Some(agent) => Sentence::CardAssignee { agent: agent.to_string() },
        None => Sentence::CardUnassigned {},
    };
    let role = match agent.role {
        Role::Agent => "agent",
        Role::Manager => "manager",
    };
    let sentences = [
        Sentence::WhoCustomer {
            customer: name,
            number: id.0,
            channel: thread.place.channel.to_string(),
            account: shown(row.as_ref().map(|row| row.account.shown())),
        },
        Sentence::WhoSince {
            opened: turn.setup.shown_time(thread.opened_at),
            count: row.map_or(0, |row| row.threads.saturating_sub(1)),
        },
        assignee,
        Sentence::WhoYou { agent: agent.shown(), role: role.to_owned() },
    ];
    answer(turn, said, &sentences)
}

fn list(turn: &mut Turn<'_>, said: &Said<'_>) -> Result<(), Missing> {
    let Some(team) = turn.setup.team_at(said.place) else { return Ok(()) };
    let found = turn.rows.scan(Scan::Open { team: team.name.clone(), limit: LIST_MAX + 1 })?;
    let ids: Vec<ThreadId> = found
        .iter()
        .filter_map(|(_, row)| if let Row::Open(open) = row { Some(open.thread) } else { None })
        .collect();
    let more = ids.len() > LIST_MAX;
    let mut lines = Vec::new();
    for id in ids.into_iter().take(LIST_MAX) {
        let Some(thread) = turn.rows.thread(id)? else { continue };
        let customer = turn.rows.customer(thread.customer)?;
        let customer =
            shown_customer(said.speaker(turn.setup), customer.as_ref().map_or("", |row| row.name.shown()));
        let assignee = thread.assignee.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
        lines.push(line(turn.now, id, &thread, customer, assignee));
    }
    if lines.is_empty() {
        return answer(turn, said, &[Sentence::ListEmpty {}]);
    }
    let mut sentences = vec![Sentence::ListHead { count: lines.len() as u64 }];
    sentences.append(&mut lines);
    if more {
        sentences.push(Sentence::ListMore { shown: LIST_MAX as u64 });
    }
    answer(turn, said, &sentences)
}

/// A thread in `list`.
fn line(now: Timestamp, id: ThreadId, thread: &Thread, customer: String, assignee: String) -> Sentence {
    let number = id.0;
    let Some(since) = thread.waiting_since() else {
        return Sentence::ListAnswered { number, customer, assignee };
    };
    let age = shown_age(since, now);
    let due = thread.response().filter(|clock| clock.paused.is_none()).map(|clock| clock.due);
    match due {
        None => Sentence::ListWaiting { number, customer, age, assignee },
        Some(due) if due <= now => {
            Sentence::ListOverdue { number, customer, age, over: shown_age(due, now), assignee }
        }
        Some(due) => Sentence::ListDue { number, customer, age, left: shown_age(now, due), assignee },
    }
}

fn help(turn: &mut Turn<'_>, said: &Said<'_>) -> Result<(), Missing> {
    let prefix = turn.setup.command_prefix.clone();
    let p = || prefix.clone();
    let mode = match turn.setup.reply_mode {
        ReplyMode::Explicit => Sentence::HelpExplicit { prefix: p() },
        ReplyMode::Direct => Sentence::HelpDirect { prefix: p() },
        ReplyMode::Confirm => Sentence::HelpConfirm {
            prefix: p(),
            seconds: u64::try_from(turn.setup.confirm_grace.as_secs()).unwrap_or(0),
        },
    };
    let mut sentences = vec![Sentence::HelpHead { prefix: p() }, mode];
    sentences.extend(WORDS.iter().map(|word| (word.help)(p())));
    answer(turn, said, &sentences)
}

/// Sends again what was set aside or wedged in this thread.
fn retry(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    thread: &Thread,
    agent: &Agent,
) -> Result<(), Missing> {
    let aside = turn.rows.scan(Scan::Aside { thread: id, limit: RETRY_MAX })?.to_vec();
    let mut again = Vec::new();
    if let Some(seq) = turn.rows.chat(&thread.place)?.and_then(|chat| chat.wedged) {
        again.extend(turn.rows.queued(&Key::Out(thread.customer_lane(), seq))?);
    }
    for (_, row) in aside {
        let Row::Queued(queued) = row else { continue };
        again.push(taken_up(turn, *queued, id, thread)?);
    }
    if again.is_empty() {
        return answer(turn, said, &[Sentence::NothingToRetry {}]);
    }
    let count = again.len() as u64;
    let replies = again.iter().filter_map(Queued::reply).collect();
    turn.record(Fact::Retried { thread: id, by: Some(agent.name.clone()), count, replies })?;
    for queued in again {
        turn.put_queued(queued.untried());
    }
    answer(turn, said, &[Sentence::Retrying { count }])
}

/// What was set aside, at the end of its lane.
fn taken_up(
    turn: &mut Turn<'_>,
    mut queued: Queued,
    id: ThreadId,
    thread: &Thread,
) -> Result<Queued, Missing> {
    turn.rows.remove(Key::Aside(id, queued.seq));
    if queued.lane.thread.is_none() {
        // the customer may have moved since
        queued.lane = thread.customer_lane();
    }
    queued.seq = turn.next_operation()? * crate::decide::STEP;
    Ok(queued)
}

/// Says what the bridge could not say to its customer.
pub(crate) fn notices_again(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread) -> Result<(), Missing> {
    let aside = turn.rows.scan(Scan::Aside { thread: id, limit: RETRY_MAX })?.to_vec();
    let mut again = Vec::new();
    for (_, row) in aside {
        let Row::Queued(queued) = row else { continue };
        if queued.purpose == Purpose::Notice {
            again.push(taken_up(turn, *queued, id, thread)?);
        }
    }
    if again.is_empty() {
        return Ok(());
    }
    let count = again.len() as u64;
    turn.record(Fact::Retried { thread: id, by: None, count, replies: Vec::new() })?;
    for queued in again {
        turn.put_queued(queued.untried());
    }
    Ok(())
}
