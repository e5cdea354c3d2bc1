//! The team's side: what agents write is a command, a reply or a note, and nothing leaves by accident.

use crate::commands::{self, Command};
use crate::customer::{UNDECRYPTABLE, attachments};
use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::key::Key;
use crate::rows::{MessageRole, Purpose, Row, Thread, Timer};
use crate::sentence::Sentence;
use crate::setup::{Agent, ReplyMode, Setup};
use crate::speaker::Speaker;
use crate::state::Missing;
use crate::{change, commitment, fingerprint, reaction, stray};
use port::rich::{Rich, markdown};
use port::{
    AgentName, Attachment, Body, Content, Inbound, InboundKind, Mark, MessageId, Operation, Owner, Persona,
    Place, Private, ThreadId, Voice,
};

/// What starts a note in every mode.
pub(crate) const NOTE_PREFIX: &str = "//";

/// Something happened in a team's chat.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the rest concerns the adapter, not what is said in a thread"
)]
pub(crate) fn inbound(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound) -> Result<(), Missing> {
    match &inbound.kind {
        InboundKind::Message { content, reply_to } => wrote(turn, place, inbound, content, reply_to.as_ref()),
        InboundKind::Unsupported { what, .. } => {
            unsupported(turn, place, inbound, what, Sentence::ReplyUnsupported { what: what.clone() })
        }
        InboundKind::Undecryptable => {
            unsupported(turn, place, inbound, UNDECRYPTABLE, Sentence::ReplyUndecryptable {})
        }
        InboundKind::Nameless => unsupported(turn, place, inbound, "nameless", Sentence::ReplyNameless {}),
        InboundKind::Edit { content } => change::edited(turn, place, inbound, content),
        InboundKind::Delete => change::deleted(turn, place, inbound),
        InboundKind::Reaction { of, key } => reaction::agents(turn, place, inbound, of, key),
        _ => Ok(()),
    }
}

/// A message in a team's chat, with what it belongs to.
pub(crate) struct Said<'a> {
    pub(crate) place: &'a Place,
    pub(crate) inbound: &'a Inbound,
    pub(crate) content: &'a Content,
    pub(crate) thread: Option<(ThreadId, Thread)>,
}

impl Said<'_> {
    /// The desk in the language of whoever said it.
    pub(crate) fn speaker<'s>(&self, setup: &'s Setup) -> Speaker<'s> {
        setup.speaking_to_account(&self.place.channel, &self.inbound.author.account)
    }
}

fn wrote(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    content: &Content,
    reply_to: Option<&MessageId>,
) -> Result<(), Missing> {
    if turn.rows.message(place, &inbound.message)?.is_some() {
        return Ok(());
    }
    let id = inbound.topic.as_ref().map(port::TopicId::as_str).or(reply_to.map(MessageId::as_str));
    if let Some(id) = id {
        // nobody overtakes those who wait for the same
        let behind_others = turn.rows.strays(place, id)?.is_some();
        let waits = behind_others || !read(turn, place, inbound, content, reply_to, false)?;
        if !waits || stray::keep(turn, place, id, inbound, content, reply_to)? {
            return Ok(());
        }
    }
    read(turn, place, inbound, content, reply_to, true).map(|_| ())
}

/// Reads a message; `false` when what it points at may become known and it is not `at_last`.
pub(crate) fn read(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    content: &Content,
    reply_to: Option<&MessageId>,
    at_last: bool,
) -> Result<bool, Missing> {
    let answered = match reply_to {
        Some(id) => turn.rows.message(place, id)?,
        None => None,
    };
    let by_topic = match &inbound.topic {
        Some(topic) => turn.rows.topic(place, topic)?.map(|row| row.thread),
        None => None,
    };
    let id = by_topic.or_else(|| answered.as_ref().and_then(|row| row.thread));
    let thread = match id {
        Some(id) => turn.rows.thread(id)?.map(|thread| (id, thread)),
        None => None,
    };
    let trimmed = content.text.text().trim();
    // a command beside the topics needs none, whatever it is an answer to
    let is_command = inbound.topic.is_none() && trimmed.starts_with(turn.setup.command_prefix.as_str());
    let points_nowhere = id.is_none() && !is_command && (inbound.topic.is_some() || reply_to.is_some());
    if points_nowhere && !at_last {
        return Ok(false);
    }
    let target_unknown = reply_to.is_some() && answered.is_none();
    // the customer's message it deliberately answers, if it is one of this very thread
    let quotes = answered
        .filter(|row| row.thread == id)
        .and_then(|row| if let MessageRole::CustomerCopy { of } = row.role { Some(of) } else { None });
    let said = Said { place, inbound, content, thread };
    if let Some(rest) = trimmed.strip_prefix(turn.setup.command_prefix.as_str()) {
        command(turn, &said, rest, quotes)?;
        return Ok(true);
    }
    let Some((id, thread)) = said.thread.clone() else { return Ok(true) };
    if let Some(rest) = trimmed.strip_prefix(NOTE_PREFIX) {
        note(turn, &said, id, &thread, rest.trim())?;
        return Ok(true);
    }
    let leaves = match turn.setup.reply_mode {
        ReplyMode::Explicit => quotes.is_some(),
        ReplyMode::Direct | ReplyMode::Confirm => true,
    };
    let at_last = at_last || (!leaves && target_unknown && stray::never_known(turn, id)?);
    if !leaves && target_unknown && !at_last {
        return Ok(false);
    }
    if !leaves {
        note(turn, &said, id, &thread, trimmed)?;
        if target_unknown && turn.setup.agent(&place.channel, &inbound.author.account).is_some() {
            let prefix = turn.setup.command_prefix.clone();
            answer(turn, &said, &[Sentence::ReplyTargetUnknown { prefix }])?;
        }
        return Ok(true);
    }
    if let Some(agent) = agent_of(turn, &said)? {
        reply(turn, &said, &agent, trimmed, quotes)?;
    }
    Ok(true)
}

/// The agent who wrote it; anybody else is refused, told why and what to do.
fn agent_of(turn: &mut Turn<'_>, said: &Said<'_>) -> Result<Option<Agent>, Missing> {
    let account = &said.inbound.author.account;
    if let Some(agent) = turn.setup.agent(&said.place.channel, account) {
        return Ok(Some(agent.clone()));
    }
    let platform = turn.setup.channels.get(&said.place.channel).cloned().unwrap_or_default();
    turn.record(Fact::StrangerRefused {
        thread: said.thread.as_ref().map(|(id, _)| *id),
        place: said.place.clone(),
        message: said.inbound.message.clone(),
    })?;
    let sentence = Sentence::UnknownAgent { account: account.to_string(), platform };
    answer(turn, said, &[sentence])?;
    if said.thread.is_some() {
        mark(turn, said.thread.as_ref(), &said.inbound.message, Mark::Refused)?;
    }
    Ok(None)
}

fn command(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    rest: &str,
    quotes: Option<MessageId>,
) -> Result<(), Missing> {
    let parsed = commands::parse(rest, &turn.setup.command_prefix);
    // chatter outside of topics that merely starts with the prefix is none of our business
    if said.thread.is_none() && parsed.is_err() && !rest.starts_with(char::is_alphabetic) {
        return Ok(());
    }
    let Some(agent) = agent_of(turn, said)? else { return Ok(()) };
    match parsed {
        Ok((Command::Reply(text), _)) if said.thread.is_some() => reply(turn, said, &agent, &text, quotes),
        Ok((command, word)) => {
            if let (Command::Note(text), Some((id, thread))) = (&command, &said.thread) {
                return note(turn, said, *id, thread, text);
            }
            commanded(turn, said, &agent, word)?;
            commands::run(turn, said, &agent, (&command, word))
        }
        Err(sentence) => {
            commanded(turn, said, &agent, "?")?;
            answer(turn, said, &[*sentence])
        }
    }
}

fn commanded(turn: &mut Turn<'_>, said: &Said<'_>, agent: &Agent, word: &str) -> Result<(), Missing> {
    turn.record(Fact::CommandGiven {
        thread: said.thread.as_ref().map(|(id, _)| *id),
        place: said.place.clone(),
        message: said.inbound.message.clone(),
        agent: agent.name.clone(),
        word: word.to_owned(),
    })?;
    Ok(())
}

fn note(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    thread: &Thread,
    text: &str,
) -> Result<(), Missing> {
    let agent = turn.setup.agent(&thread.team_place.channel, &said.inbound.author.account);
    let owner = Owner::Customer(thread.customer);
    turn.record(Fact::NoteWritten {
        thread: id,
        message: said.inbound.message.clone(),
        agent: agent.map(|agent| agent.name.clone()),
        body: Body::new(&owner, &words(&said.content.text, text)),
        files: attachments(&owner, said.place, &said.content.files),
    })?;
    Ok(())
}

/// An agent's words with their looks: those that the platform told of, or else those that the agent typed as Markdown.
pub(crate) fn words(whole: &Rich, text: &str) -> Rich {
    if whole.is_plain() {
        return markdown::parse(text);
    }
    // what is left out stands before it
    let end = whole.text().trim_end().len();
    whole.slice(end.saturating_sub(text.len())..end)
}

/// Sends an agent's words to the customer of the thread they were written in, now or after the grace period.
fn reply(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    agent: &Agent,
    text: &str,
    quotes: Option<MessageId>,
) -> Result<(), Missing> {
    let Some((id, thread)) = said.thread.clone() else { return Ok(()) };
    let message = said.inbound.message.clone();
    if text.is_empty() && said.content.files.is_empty() {
        commanded(turn, said, agent, "r")?;
        return answer(turn, said, &[Sentence::EmptyReply {}]);
    }
    let owner = Owner::Customer(thread.customer);
    let body = Body::new(&owner, &words(&said.content.text, text));
    let files = attachments(&owner, said.place, &said.content.files);
    if turn.setup.reply_mode != ReplyMode::Confirm {
        let reply = Reply { message, agent: agent.name.clone(), body, files, quotes, held: false };
        return turn.showing(id, |turn| send(turn, id, &thread, reply));
    }
    // a clock that went back must not let this one overtake those before it
    let due = turn.now.checked_add(turn.setup.confirm_grace).unwrap_or(turn.now);
    let last = turn.rows.chat(&thread.place)?.and_then(|chat| chat.held.last().map(|held| held.due));
    let due = last.map_or(due, |last| due.max(last));
    let number = turn.next_operation()?;
    turn.record(Fact::ReplyHeld {
        thread: id,
        message: message.clone(),
        agent: agent.name.clone(),
        body: body.clone(),
        files: files.clone(),
        due,
        number,
    })?;
    let timer = Timer::SendReply { message: message.clone(), agent: agent.name.clone(), body, files, quotes };
    turn.rows.put(Key::Timer { at: due, thread: id, number }, Row::Timer(Box::new(timer)));
    mark(turn, Some(&(id, thread.clone())), &message, Mark::Pending)?;
    let seconds = u64::try_from(turn.setup.confirm_grace.as_secs()).unwrap_or(0);
    let prefix = turn.setup.command_prefix.clone();
    answer(turn, said, &[Sentence::ReplyHeld { seconds, prefix }])
}

/// An agent's answer on its way.
struct Reply {
    message: MessageId,
    agent: AgentName,
    body: Body,
    files: Vec<Attachment>,
    /// The customer's message that it answers.
    quotes: Option<MessageId>,
    /// Whether it waited for the end of its grace period.
    held: bool,
}

fn send(turn: &mut Turn<'_>, id: ThreadId, thread: &Thread, reply: Reply) -> Result<(), Missing> {
    let Reply { message, agent, body, files, quotes, held } = reply;
    let voice = voice_of(turn, thread, &agent);
    turn.record(Fact::ReplyWritten {
        thread: id,
        message: message.clone(),
        agent: agent.clone(),
        body: body.clone(),
        files: files.clone(),
        held,
    })?;
    let text = body.shown().to_owned();
    turn.queue(Draft {
        lane: thread.customer_lane(),
        thread: Some(id),
        in_topic: false,
        purpose: Purpose::Reply { message },
        operation: Operation::Create { voice, body, files, reply_to: quotes, mentions: Vec::new() },
        quotes: None,
    })?;
    commitment::offer(turn, id, &agent, &text)
}

pub(crate) fn voice_of(turn: &Turn<'_>, thread: &Thread, agent: &AgentName) -> Voice {
    // an agent who was taken out of the configuration meanwhile still is nobody else
    let known = turn.setup.agents.iter().find(|known| known.name == *agent);
    let shown = known.map_or_else(|| agent.to_string(), Agent::shown);
    Voice::Persona(Persona { id: persona_id(agent), name: Private::of_customer(thread.customer, shown) })
}

/// What platforms know an agent by: the same for ever, wherever the agent stands in the configuration (FNV-1a).
#[must_use]
pub fn persona_id(agent: &AgentName) -> String {
    format!("agent-{:016x}", fingerprint::hash(agent.as_str()))
}

/// A timer is due.
pub(crate) fn due(turn: &mut Turn<'_>, key: &Key) -> Result<(), Missing> {
    let Key::Timer { thread: id, .. } = key else { return Ok(()) };
    let Some(timer) = turn.rows.timer(key)? else { return Ok(()) };
    turn.rows.remove(key.clone());
    let reply = match timer {
        Timer::SendReply { message, agent, body, files, quotes } => {
            Reply { message, agent, body, files, quotes, held: true }
        }
        Timer::StraysExpire { place, id } => return stray::release(turn, &place, &id, true),
        Timer::Clock { .. } | Timer::Claim | Timer::Promise { .. } | Timer::Digest { .. } | Timer::Follow => {
            return Ok(());
        }
    };
    let Some(thread) = turn.rows.thread(*id)? else { return Ok(()) };
    turn.showing(*id, |turn| send(turn, *id, &thread, reply))
}

/// Stops replies in their grace period: all of a thread's, or one.
pub(crate) fn stop_held(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    only: Option<&MessageId>,
) -> Result<u64, Missing> {
    let mut stopped = 0;
    let held = turn.rows.chat(&thread.place)?.map(|chat| chat.held).unwrap_or_default();
    for held in held.iter().filter(|held| held.thread == id && only.is_none_or(|only| held.message == *only))
    {
        turn.rows.remove(Key::Timer { at: held.due, thread: id, number: held.number });
        turn.record(Fact::ReplyStopped { thread: id, message: held.message.clone() })?;
        mark(turn, Some(&(id, thread.clone())), &held.message, Mark::Refused)?;
        stopped += 1;
    }
    Ok(stopped)
}

/// Something that stays inside because it cannot be carried; `why` says so in its topic.
fn unsupported(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    what: &str,
    why: Sentence,
) -> Result<(), Missing> {
    let Some(topic) = &inbound.topic else { return Ok(()) };
    if turn.rows.message(place, &inbound.message)?.is_some() {
        return Ok(());
    }
    let Some(id) = turn.rows.topic(place, topic)?.map(|row| row.thread) else { return Ok(()) };
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let content = Content::from(format!("[{what}]"));
    let said = Said { place, inbound, content: &content, thread: Some((id, thread.clone())) };
    note(turn, &said, id, &thread, content.text.text())?;
    answer(turn, &said, &[why])
}

/// Shows how far an agent's message got, on the message itself.
pub(crate) fn mark(
    turn: &mut Turn<'_>,
    thread: Option<&(ThreadId, Thread)>,
    message: &MessageId,
    mark: Mark,
) -> Result<(), Missing> {
    let Some((id, thread)) = thread else { return Ok(()) };
    turn.queue(Draft {
        lane: thread.team_lane(*id),
        thread: Some(*id),
        in_topic: true,
        purpose: Purpose::Show,
        operation: Operation::Mark { message: message.clone(), mark },
        quotes: None,
    })
}

/// Answers where something was said, in its topic or in the team's chat itself, in the language of whoever said it.
pub(crate) fn answer(turn: &mut Turn<'_>, said: &Said<'_>, sentences: &[Sentence]) -> Result<(), Missing> {
    let speaker = said.speaker(turn.setup);
    let text = sentences.iter().map(|sentence| speaker.say(sentence)).collect::<Vec<_>>().join("\n");
    answer_with(turn, said, &text, Vec::new())
}

/// The same with a text, and files that the bridge makes. The text tells what matters in them: where a platform takes no
/// such file, it stands alone.
pub(crate) fn answer_with(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    text: &str,
    files: Vec<Attachment>,
) -> Result<(), Missing> {
    let speaker = said.speaker(turn.setup);
    if let Some((id, thread)) = &said.thread {
        return turn.tell_with(*id, thread, speaker, text, files);
    }
    turn.queue_said(Draft::in_chat(said.place.clone(), Private::new(Owner::Desk, text), files), speaker)
}
