//! `history`: what was said in a thread, every version of it.

use crate::change;
use crate::decide::Turn;
use crate::event::{Event, Fact};
use crate::key::Scan;
use crate::rows::{Delivery, MessageRole, Row, Thread};
use crate::sentence::Sentence;
use crate::state::Missing;
use crate::team::{self, Said};
use crate::topic::shown_customer;
use port::{Attachment, Body, MessageId, Place, ThreadId};

/// How many lines one answer shows.
const LINES_MAX: usize = 30;
/// How long an answer may become, in bytes; the newest line is shown whatever its length. A row of the store holds
/// several times as much.
const ANSWER_MAX: usize = 128 * 1024;

/// Answers with the newest lines of the thread, oldest first.
pub(crate) fn answer(
    turn: &mut Turn<'_>,
    said: &Said<'_>,
    id: ThreadId,
    thread: &Thread,
) -> Result<(), Missing> {
    let found = turn.rows.scan(Scan::Lines { thread: id, limit: LINES_MAX + 1 })?;
    let mut numbers: Vec<u64> = found
        .iter()
        .filter_map(|(_, row)| if let Row::Line(line) = row { Some(line.event) } else { None })
        .collect();
    let mut more = numbers.len() > LINES_MAX;
    numbers.truncate(LINES_MAX);
    let customer = turn.rows.customer(thread.customer)?;
    let speaker = said.speaker(turn.setup);
    let customer = shown_customer(speaker, customer.as_ref().map_or("", |row| row.name.shown()));
    let (mut lines, mut length) = (Vec::new(), 0);
    for number in numbers {
        let Some(event) = turn.rows.event(number)? else { continue };
        let Some(line) = line(turn, thread, &customer, &event)? else { continue };
        length += speaker.say(&line).len();
        if length > ANSWER_MAX && !lines.is_empty() {
            more = true;
            break;
        }
        lines.push(line);
    }
    let mut sentences = vec![Sentence::HistoryHead { number: id.0 }];
    if more {
        sentences.push(Sentence::HistoryMore { count: lines.len() as u64 });
    }
    if lines.is_empty() {
        sentences.push(Sentence::HistoryEmpty {});
    }
    sentences.extend(lines.into_iter().rev());
    team::answer(turn, said, &sentences)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only what was said is a line of history")]
fn line(
    turn: &Turn<'_>,
    thread: &Thread,
    customer: &str,
    event: &Event,
) -> Result<Option<Sentence>, Missing> {
    let shown = |at| turn.setup.shown_time(at);
    let name = customer.to_owned();
    Ok(Some(match &event.fact {
        Fact::CustomerWrote { written_at, body, files, what, .. } => {
            let text = match what {
                Some(what) => format!("[{what}] {}", body.shown()).trim_end().to_owned(),
                None => shown_body(body, files),
            };
            Sentence::HistoryCustomer { at: shown(*written_at), name, text }
        }
        Fact::CustomerEdited { written_at, body, files, .. } => {
            Sentence::HistoryEdited { at: shown(*written_at), name, text: shown_body(body, files) }
        }
        Fact::CustomerDeleted { written_at, .. } => Sentence::HistoryDeleted { at: shown(*written_at), name },
        Fact::NoteWritten { agent, body, files, .. } => Sentence::HistoryNote {
            at: shown(event.at),
            name: agent.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string),
            text: shown_body(body, files),
        },
        Fact::ReplyHeld { message, agent, body, files, .. }
        | Fact::ReplyWritten { message, agent, body, files, .. } => {
            let (at, name, text) = (shown(event.at), agent.to_string(), shown_body(body, files));
            if delivered(turn, thread, message)? {
                Sentence::HistoryReply { at, name, text }
            } else {
                Sentence::HistoryUndelivered { at, name, text }
            }
        }
        Fact::TeamMessageChanged { place, message, body, .. } => {
            let Some(name) = author(turn, place, message)? else { return Ok(None) };
            let at = shown(event.at);
            match body {
                Some(body) => Sentence::HistoryReplyEdited { at, name, text: body.shown().to_owned() },
                None => Sentence::HistoryReplyTakenBack { at, name },
            }
        }
        _ => return Ok(None),
    }))
}

/// Who wrote a reply.
fn author(turn: &Turn<'_>, place: &Place, message: &MessageId) -> Result<Option<String>, Missing> {
    let row = turn.rows.message(place, message)?;
    let Some(MessageRole::Reply { event, .. }) = row.map(|row| row.role) else { return Ok(None) };
    Ok(change::author(turn, event)?.map(|agent| agent.to_string()))
}

/// A text and the files that came with it.
fn shown_body(body: &Body, files: &[Attachment]) -> String {
    let files = files.iter().map(crate::files::shown);
    let text = Some(body.shown().to_owned()).filter(|text| !text.is_empty());
    text.into_iter().chain(files).collect::<Vec<_>>().join(" ")
}

fn delivered(turn: &Turn<'_>, thread: &Thread, message: &MessageId) -> Result<bool, Missing> {
    let row = turn.rows.message(&thread.team_place, message)?;
    Ok(row.is_some_and(|row| matches!(row.role, MessageRole::Reply { delivery: Delivery::Delivered, .. })))
}
