//! Commands: what agents tell the bridge to do, and what it answers.

use crate::decide::Turn;
use crate::event::Fact;
use crate::history;
use crate::key::{Key, Scan};
use crate::rows::{Phase, Purpose, Queued, Row, Thread};
use crate::sentence::Sentence;
use crate::setup::{Agent, ReplyMode, Role, shown_age};
use crate::state::Missing;
use crate::team::{Said, answer, stop_held};
use crate::topic::shown_customer;
use port::ThreadId;

/// How many threads `list` shows.
const LIST_MAX: usize = 50;
/// How many operations one `retry` takes up.
pub(crate) const RETRY_MAX: usize = 100;

/// A person's instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Reply(String),
    Note(String),
    Claim,
    Assign(String),
    Release,
    Close,
    Reopen,
    Who,
    History,
    List,
    Retry,
    Stop,
    Help,
}

/// Every word, with how it is used.
const WORDS: [(&str, &str); 13] = [
    ("r", "r text"),
    ("note", "note text"),
    ("claim", "claim"),
    ("assign", "assign @name"),
    ("release", "release"),
    ("close", "close"),
    ("reopen", "reopen"),
    ("who", "who"),
    ("history", "history"),
    ("list", "list"),
    ("retry", "retry"),
    ("stop", "stop"),
    ("help", "help"),
];

impl Command {
    /// The word it is given by.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Reply(_) => "r",
            Self::Note(_) => "note",
            Self::Claim => "claim",
            Self::Assign(_) => "assign",
            Self::Release => "release",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Who => "who",
            Self::History => "history",
            Self::List => "list",
            Self::Retry => "retry",
            Self::Stop => "stop",
            Self::Help => "help",
        }
    }
}

/// Reads what follows the prefix; what is no command is answered with what was meant.
pub(crate) fn parse(rest: &str, prefix: &str) -> Result<Command, Sentence> {
    let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let word = word.to_lowercase();
    let argument = argument.trim().to_owned();
    let usage = || {
        let usage = WORDS.iter().find(|(known, _)| *known == word).map_or("", |(_, usage)| usage);
        Sentence::MissingArgument { usage: format!("{prefix}{usage}") }
    };
    let with_argument = |make: fn(String) -> Command| {
        if argument.is_empty() { Err(usage()) } else { Ok(make(argument.clone())) }
    };
    match word.as_str() {
        "r" => with_argument(Command::Reply),
        "note" => with_argument(Command::Note),
        "assign" => with_argument(Command::Assign),
        "claim" => Ok(Command::Claim),
        "release" => Ok(Command::Release),
        "close" => Ok(Command::Close),
        "reopen" => Ok(Command::Reopen),
        "who" => Ok(Command::Who),
        "history" => Ok(Command::History),
        "list" => Ok(Command::List),
        "retry" => Ok(Command::Retry),
        "stop" => Ok(Command::Stop),
        "help" => Ok(Command::Help),
        _ => {
            let shown = format!("{prefix}{}", word.chars().take(30).collect::<String>());
            Err(match nearest(&word) {
                Some(meant) => {
                    Sentence::UnknownCommandMeant { word: shown, meant: format!("{prefix}{meant}") }
                }
                None => Sentence::UnknownCommand { word: shown, prefix: prefix.to_owned() },
            })
        }
    }
}

/// The command that was probably meant: at most two letters away, and closer than half of it.
fn nearest(word: &str) -> Option<&'static str> {
    WORDS
        .iter()
        .filter(|(known, _)| known.len() > 1)
        .map(|(known, _)| (distance(word, known), *known))
        .filter(|(distance, known)| *distance <= 2 && *distance * 2 < known.len())
        .min()
        .map(|(_, known)| known)
}

/// How many letters have to be added, removed, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(30).collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Carries out a command and answers it.
pub(crate) fn run(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    agent: &Agent,
    command: &Command,
) -> Result<(), Missing> {
    if *command == Command::List {
        return list(turn, said);
    }
    if *command == Command::Help {
        return help(turn, said);
    }
    let Some((id, thread)) = said.thread.clone() else {
        let word = format!("{}{}", turn.setup.command_prefix, command.word());
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
        Command::Close => act(
            turn,
            said,
            id,
            Fact::ThreadClosed { thread: id, by },
            Sentence::Closed { by: agent.name.to_string() },
        ),
        Command::Reopen => reopen(turn, said, id, &thread, agent),
        Command::Who => who(turn, said, id, &thread, agent),
        Command::History => history::answer(turn, said, id, &thread),
        Command::Retry => retry(turn, said, id, &thread, agent),
        Command::Stop => {
            let count = stop_held(turn, id, &thread, None)?;
            let sentence = if count == 0 { Sentence::NothingToStop {} } else { Sentence::Stopped { count } };
            answer(turn, said, &[sentence])
        }
        // `list` and `help` were answered above; replies and notes never come here
        Command::List | Command::Help | Command::Reply(_) | Command::Note(_) => Ok(()),
    }
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
    act(
        turn,
        said,
        id,
        Fact::ThreadAssigned { thread: id, to: to.name.clone(), by: by.name.clone() },
        sentence,
    )
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
    let fact = Fact::ThreadReopened { thread: id, by: Some(agent.name.clone()) };
    act(turn, said, id, fact, Sentence::Reopened { by: agent.name.to_string() })
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
    let name = shown_customer(turn.setup, row.as_ref().map_or("", |row| row.name.shown()));
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
        let customer = shown_customer(turn.setup, customer.as_ref().map_or("", |row| row.name.shown()));
        let assignee = thread.assignee.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
        lines.push(match thread.waiting_since() {
            Some(since) => {
                Sentence::ListWaiting { number: id.0, customer, age: shown_age(since, turn.now), assignee }
            }
            None => Sentence::ListAnswered { number: id.0, customer, assignee },
        });
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
    let sentences = [
        Sentence::HelpHead { prefix: p() },
        mode,
        Sentence::HelpReply { prefix: p() },
        Sentence::HelpNote { prefix: p() },
        Sentence::HelpClaim { prefix: p() },
        Sentence::HelpAssign { prefix: p() },
        Sentence::HelpRelease { prefix: p() },
        Sentence::HelpClose { prefix: p() },
        Sentence::HelpReopen { prefix: p() },
        Sentence::HelpWho { prefix: p() },
        Sentence::HelpHistory { prefix: p() },
        Sentence::HelpList { prefix: p() },
        Sentence::HelpRetry { prefix: p() },
        Sentence::HelpStop { prefix: p() },
        Sentence::HelpHelp { prefix: p() },
    ];
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
        send_again(turn, queued);
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

fn send_again(turn: &mut Turn<'_>, mut queued: Queued) {
    queued.phase = Phase::Send;
    queued.attempts = 0;
    queued.tried_at = None;
    queued.not_before = None;
    turn.put_queued(queued);
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
        send_again(turn, queued);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_command_is_answered_with_what_was_meant() {
        for (said, meant) in
            [("clam", "!claim"), ("clsoe", "!close"), ("hlep", "!help"), ("histori", "!history")]
        {
            match parse(said, "!") {
                Err(Sentence::UnknownCommandMeant { meant: guess, .. }) => assert_eq!(guess, meant),
                other => panic!("{said}: {other:?}"),
            }
        }
        assert!(matches!(parse("wonderful", "!"), Err(Sentence::UnknownCommand { .. })));
    }

    #[test]
    fn a_command_takes_what_follows_its_word() {
        assert_eq!(parse("r  Hello\nthere ", "!"), Ok(Command::Reply("Hello\nthere".into())));
        assert_eq!(parse("R x", "!"), Ok(Command::Reply("x".into())));
        assert_eq!(parse("assign @Anna", "!"), Ok(Command::Assign("@Anna".into())));
        assert!(matches!(parse("assign", "!"), Err(Sentence::MissingArgument { .. })));
    }

    #[test]
    fn every_command_is_parsed_by_its_own_word() {
        for (word, usage) in WORDS {
            assert_eq!(parse(usage, "!").map(|command| command.word()), Ok(word));
        }
    }
}
