//! The customers' side: what they write opens, continues or reopens threads, and is shown to the team.

use crate::clock::{self, Why};
use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::judged;
use crate::key::{Key, Scan};
use crate::rows::{Message, MessageRole, Phase, Purpose, Queued, Row, Side, Thread};
use crate::rules::Judgement;
use crate::sentence::Sentence;
use crate::state::Missing;
use crate::topic::{self, shown_customer};
use crate::{arrival, commands, files, reaction, settle};
use port::rich::{self, Rich};
use port::{
    Attachment, Body, ChatId, Content, CustomerId, File, Inbound, InboundKind, MessageId, Operation, Owner,
    Persona, Place, Private, ThreadId, Voice,
};

/// Something happened in a customer's chat.
pub(crate) fn inbound(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound) -> Result<(), Missing> {
    let said = |what, content, quotes| Said { what, content, quotes, raw: None };
    match &inbound.kind {
        InboundKind::Message { content, reply_to } => {
            wrote(turn, place, inbound, &said(None, content.clone(), reply_to.clone()))
        }
        InboundKind::Unsupported { what, text, raw } => {
            let content = text.clone().unwrap_or_default().into();
            let raw = raw.clone();
            wrote(turn, place, inbound, &Said { what: Some(what), content, quotes: None, raw })
        }
        InboundKind::Undecryptable => {
            wrote(turn, place, inbound, &said(Some(UNDECRYPTABLE), Content::default(), None))
        }
        InboundKind::Edit { content } => edited(turn, place, inbound, content),
        InboundKind::Delete => deleted(turn, place, inbound),
        InboundKind::Reaction { of, key } => reaction::customers(turn, place, inbound, of, key),
        InboundKind::Started { payload, language } => {
            arrival::started(turn, place, inbound, payload.as_deref(), language.as_deref())
        }
        InboundKind::CustomerGone => gone(turn, place, inbound),
        InboundKind::ChatMoved { to } => moved(turn, place, to),
        InboundKind::Gap => gap(turn, place, inbound),
        // a kind newer than this desk: shown as such, never lost
        other @ (InboundKind::Nameless | _) => {
            wrote(turn, place, inbound, &said(Some(other.word()), Content::default(), None))
        }
    }
}

/// The kind of a message that could not be decrypted, as the journal names it.
pub(crate) const UNDECRYPTABLE: &str = "undecryptable";

/// What a customer said.
struct Said<'a> {
    /// The platform's word for a kind that cannot be carried.
    what: Option<&'a str>,
    content: Content,
    quotes: Option<MessageId>,
    /// The event as it came, when it cannot be carried.
    raw: Option<String>,
}

fn wrote(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound, said: &Said<'_>) -> Result<(), Missing> {
    if turn.rows.message(place, &inbound.message)?.is_some() {
        return Ok(());
    }
    let text = said.content.text.text();
    let judged =
        if said.what.is_none() { judged::judge(turn, place, text) } else { judged::language_alone(text) };
    let Some((id, fresh)) = thread_for(turn, place, inbound, &judged, text)? else { return Ok(()) };
    let Some(before) = turn.rows.thread(id)? else { return Ok(()) };
    let owner = Owner::Customer(before.customer);
    let files = attachments(&owner, place, &said.content.files);
    let author = other_author(turn, &before, inbound)?;
    let step = |turn: &mut Turn<'_>| {
        turn.record(Fact::CustomerWrote {
            thread: id,
            message: inbound.message.clone(),
            version: inbound.version,
            written_at: inbound.at,
            body: Body::new(&owner, &said.content.text),
            files: files.clone(),
            what: said.what.map(str::to_owned),
            raw: said.raw.clone().map(|raw| Private::new(owner.clone(), raw)),
            author: author.clone(),
            tags: judged.tags.clone(),
        })?;
        let stood = clock::resume(turn, id, None, Why::CustomerWrote)?.is_some();
        judged::follow(turn, id, &judged)?;
        clock::asked(turn, id)?;
        if fresh && let Some(thread) = turn.rows.thread(id)? {
            // its card shows that somebody waits, and until when
            topic::open(turn, id, &thread, None)?;
        }
        let shown = match said.what {
            None => said.content.text.clone(),
            Some(UNDECRYPTABLE) => turn.setup.say(&Sentence::Undecryptable {}).into(),
            Some(what) => unsupported(turn, what, said.content.text.text()).into(),
        };
        let post = Post { text: &shown, files: files.clone(), quotes: said.quotes.clone() };
        copy(turn, id, &before, inbound, post)?;
        if stood {
            clock::customer_is_back(turn, id)?;
        }
        match said.what {
            None => Ok(()),
            Some(UNDECRYPTABLE) => to_customer(turn, id, &before, &Sentence::ToCustomerUndecryptable {}),
            Some(_) => to_customer(turn, id, &before, &Sentence::ToCustomerUnsupported {}),
        }
    };
    if fresh {
        step(turn)?;
    } else {
        turn.showing(id, step)?;
    }
    unwedge(turn, id, before.gone)
}

/// Files of a place as they are kept.
pub(crate) fn attachments(of: &Owner, place: &Place, files: &[File]) -> Vec<Attachment> {
    files.iter().map(|file| Attachment::new(of, &place.channel, file)).collect()
}

fn unsupported(turn: &Turn<'_>, what: &str, text: &str) -> String {
    let what = what.to_owned();
    let sentence = if text.trim().is_empty() {
        Sentence::Unsupported { what }
    } else {
        Sentence::UnsupportedWithText { what, text: text.to_owned() }
    };
    turn.setup.say(&sentence)
}

/// Says a sentence to the customer of a thread, in their language.
fn to_customer(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    sentence: &Sentence,
) -> Result<(), Missing> {
    let text = turn.to_customer_of(id)?.say(sentence);
    turn.tell_customer(id, thread, &text)
}

/// What is shown of a customer's message.
struct Post<'a> {
    text: &'a Rich,
    files: Vec<Attachment>,
    quotes: Option<MessageId>,
}

/// Shows what a customer wrote in the thread's topic, under the customer's name.
fn copy(
    turn: &mut Turn<'_>,
    id: ThreadId,
    thread: &Thread,
    inbound: &Inbound,
    post: Post<'_>,
) -> Result<(), Missing> {
    let Post { text, files, quotes } = post;
    turn.queue(Draft {
        lane: thread.team_lane(id),
        thread: Some(id),
        in_topic: true,
        purpose: Purpose::Copy { of: inbound.message.clone() },
        operation: Operation::Create {
            voice: voice_of(turn, thread, &inbound.author.name),
            body: Body::new(&Owner::Customer(thread.customer), &unmistakable(turn, text)),
            files,
            reply_to: None,
            mentions: Vec::new(),
        },
        quotes,
    })
}

fn voice_of(turn: &Turn<'_>, thread: &Thread, name: &str) -> Voice {
    Voice::Persona(Persona {
        id: format!("customer-{}", thread.customer),
        name: Private::of_customer(thread.customer, shown_customer(turn.setup.speaker(), name)),
    })
}

/// A text in which a line begins as if an agent spoke is shown as a quote.
fn unmistakable(turn: &Turn<'_>, text: &Rich) -> Rich {
    if !turn.setup.imitates_an_agent(text.text()) {
        return text.clone();
    }
    let whole = rich::Span::new(0..text.text().len(), rich::Style::Quote);
    Rich::new(text.text(), std::iter::once(whole).chain(text.spans().iter().cloned()).collect())
}

/// The thread that a new message belongs to, and whether it is new: the open one, the reopened one or a new one.
fn thread_for(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    judged: &Judgement,
    text: &str,
) -> Result<Option<(ThreadId, bool)>, Missing> {
    let Some(chat) = turn.rows.chat(place)? else {
        let customer = meet(turn, place, inbound)?;
        return open(turn, place, inbound, customer, None, judged);
    };
    rename(turn, chat.customer, inbound)?;
    let Some(thread) = turn.rows.thread(chat.thread)? else { return Ok(None) };
    if thread.open {
        return Ok(Some((chat.thread, false)));
    }
    let closed_for = thread.closed_at.map(|closed_at| inbound.at.duration_since(closed_at));
    if closed_for.is_some_and(|span| span > turn.setup.reopen_within) {
        return open(turn, place, inbound, chat.customer, Some(chat.thread), judged);
    }
    if judged::is_courtesy(judged, text) {
        let prefix = turn.setup.command_prefix.clone();
        turn.tell(chat.thread, &thread, turn.setup.speaker(), &Sentence::ThanksAfterClosing { prefix })?;
        return Ok(Some((chat.thread, false)));
    }
    turn.record(Fact::ThreadReopened { thread: chat.thread, by: None })?;
    turn.tell(chat.thread, &thread, turn.setup.speaker(), &Sentence::ReopenedByCustomer {})?;
    Ok(Some((chat.thread, false)))
}

fn meet(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound) -> Result<CustomerId, Missing> {
    let customer = CustomerId(turn.rows.counters()?.customers + 1);
    turn.record(Fact::CustomerMet {
        customer,
        place: place.clone(),
        account: Private::of_customer(customer, inbound.author.account.as_str()),
        name: Private::of_customer(customer, port::names::clean_name(&inbound.author.name)),
    })?;
    Ok(customer)
}

fn rename(turn: &mut Turn<'_>, customer: CustomerId, inbound: &Inbound) -> Result<(), Missing> {
    let Some(row) = turn.rows.customer(customer)? else { return Ok(()) };
    let name = port::names::clean_name(&inbound.author.name);
    let same_person = row.account.text().is_none_or(|account| account == inbound.author.account.as_str());
    if same_person && !name.is_empty() && row.name.text() != Some(name.as_str()) {
        turn.record(Fact::CustomerRenamed { customer, name: Private::of_customer(customer, name) })?;
    }
    Ok(())
}

fn open(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    customer: CustomerId,
    previous: Option<ThreadId>,
    judged: &Judgement,
) -> Result<Option<(ThreadId, bool)>, Missing> {
    let Some(team) = judged::team_for(turn, judged) else { return Ok(None) };
    let id = ThreadId(turn.rows.counters()?.threads + 1);
    turn.record(Fact::ThreadOpened {
        thread: id,
        customer,
        place: place.clone(),
        team: team.name.clone(),
        team_place: team.place.clone(),
        previous,
        written_at: inbound.at,
        tags: judged.tags.clone(),
    })?;
    Ok(Some((id, true)))
}

/// A thread's own message of the customer, if that is what it is.
fn own_message(
    turn: &Turn<'_>,
    place: &Place,
    inbound: &Inbound,
) -> Result<Option<(ThreadId, Thread, Message)>, Missing> {
    let Some(row) = turn.rows.message(place, &inbound.message)? else { return Ok(None) };
    let (Some(id), MessageRole::Customer) = (row.thread, &row.role) else { return Ok(None) };
    Ok(turn.rows.thread(id)?.map(|thread| (id, thread, row)))
}

/// Who wrote, when it is somebody else in the customer's chat.
fn other_author(turn: &Turn<'_>, thread: &Thread, inbound: &Inbound) -> Result<Option<Private>, Missing> {
    let account = inbound.author.account.as_str();
    let customer = turn.rows.customer(thread.customer)?;
    let is_other = customer.is_some_and(|row| row.account.text().is_some_and(|own| own != account));
    Ok(is_other.then(|| Private::of_customer(thread.customer, account)))
}

/// Whether a change comes from who wrote the message. Where the author was erased, the platform's word has to do.
fn is_by_author(turn: &Turn<'_>, thread: &Thread, row: &Message, inbound: &Inbound) -> Result<bool, Missing> {
    let author = match &row.author {
        Some(author) => Some(author.clone()),
        None => turn.rows.customer(thread.customer)?.map(|row| row.account),
    };
    let author = author.as_ref().and_then(Private::text);
    Ok(author.is_none_or(|author| author == inbound.author.account.as_str()))
}

fn edited(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound, content: &Content) -> Result<(), Missing> {
    let Some((id, thread, row)) = own_message(turn, place, inbound)? else {
        // the message itself was never seen: its newest text is what there is
        return match turn.rows.message(place, &inbound.message)? {
            None => {
                let said = Said { what: None, content: content.clone(), quotes: None, raw: None };
                wrote(turn, place, inbound, &said)
            }
            Some(_) => Ok(()),
        };
    };
    if inbound.version <= row.version || !is_by_author(turn, &thread, &row, inbound)? {
        return Ok(());
    }
    let owner = Owner::Customer(thread.customer);
    // a change repeats the files that were there; those of a message that had none are new
    let files = if row.fileless { attachments(&owner, place, &content.files) } else { Vec::new() };
    turn.record(Fact::CustomerEdited {
        thread: id,
        place: place.clone(),
        message: inbound.message.clone(),
        version: inbound.version,
        written_at: inbound.at,
        body: Body::new(&owner, &content.text),
        files: files.clone(),
    })?;
    let names: Vec<String> = files.iter().map(files::shown).collect();
    let names = Rich::plain(names.join("\n"));
    let words = if content.text.is_empty() { &names } else { &content.text };
    let body = Body::new(&owner, &unmistakable(turn, words));
    renew_aside(turn, id, &inbound.message, &body)?;
    turn.queue(Draft {
        lane: thread.team_lane(id),
        thread: Some(id),
        in_topic: true,
        purpose: Purpose::Change { of: inbound.message.clone(), side: Side::Customer },
        operation: Operation::Edit {
            parts: Vec::new(),
            voice: voice_of(turn, &thread, &inbound.author.name),
            body,
        },
        quotes: None,
    })?;
    if files.is_empty() {
        return Ok(());
    }
    let post = Post { text: &Rich::default(), files, quotes: Some(inbound.message.clone()) };
    copy(turn, id, &thread, inbound, post)
}

/// What waits for `!retry` says what its customer says now. It is another operation then: what one says never changes.
fn renew_aside(turn: &mut Turn<'_>, id: ThreadId, of: &MessageId, words: &Body) -> Result<(), Missing> {
    let aside = turn.rows.scan(Scan::Aside { thread: id, limit: commands::RETRY_MAX })?.to_vec();
    for (_, row) in aside {
        let Row::Queued(mut queued) = row else { continue };
        let Operation::Create { body, .. } = &mut queued.operation else { continue };
        if queued.purpose != (Purpose::Copy { of: of.clone() }) {
            continue;
        }
        *body = words.clone();
        queued.id = turn.next_id()?;
        turn.rows.put(Key::Aside(id, queued.seq), Row::Queued(queued));
    }
    Ok(())
}

/// Posts a change of a customer's message, where the message itself cannot be changed: before whatever was queued
/// after the change, or an older version would be read last.
pub(crate) fn post_change(
    turn: &mut Turn<'_>,
    queued: &Queued,
    id: ThreadId,
    thread: &Thread,
    of: &MessageId,
    voice: &Voice,
    body: &Body,
) -> Result<(), Missing> {
    let text = turn.setup.say(&Sentence::CustomerEdited { text: body.shown().to_owned() });
    // among several in one post, only a quote tells that it is there
    let shared = turn.rows.message(&thread.place, of)?.is_some_and(|row| row.shared);
    let draft = Draft {
        lane: thread.team_lane(id),
        thread: Some(id),
        in_topic: true,
        purpose: Purpose::Copy { of: of.clone() },
        operation: Operation::Create {
            voice: voice.clone(),
            body: Private::of_customer(thread.customer, text).into(),
            files: Vec::new(),
            reply_to: None,
            mentions: Vec::new(),
        },
        quotes: shared.then(|| of.clone()),
    };
    turn.queue_alone(draft, queued.seq + 1)
}

fn deleted(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound) -> Result<(), Missing> {
    // whoever does it, the message is gone where it was: who may do that is the platform's to say
    let own = own_message(turn, place, inbound)?.filter(|(.., row)| !row.deleted);
    let Some((id, thread, _)) = own else {
        return reaction::taken_back(turn, place, inbound, Side::Customer);
    };
    turn.record(Fact::CustomerDeleted {
        thread: id,
        place: place.clone(),
        message: inbound.message.clone(),
        written_at: inbound.at,
    })?;
    let prefix = turn.setup.command_prefix.clone();
    let text = turn.setup.say(&Sentence::CustomerDeleted { prefix });
    turn.queue(Draft {
        lane: thread.team_lane(id),
        thread: Some(id),
        in_topic: true,
        purpose: Purpose::Notice,
        operation: Operation::Create {
            voice: Voice::Bridge,
            body: Private::of_customer(thread.customer, text).into(),
            files: Vec::new(),
            reply_to: None,
            mentions: Vec::new(),
        },
        quotes: Some(inbound.message.clone()),
    })
}

fn gone(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound) -> Result<(), Missing> {
    let Some(chat) = turn.rows.chat(place)? else { return Ok(()) };
    // a repeat from before the customer came back must not send them away again
    if turn.rows.message(place, &inbound.message)?.is_some() {
        return Ok(());
    }
    let Some(thread) = turn.rows.thread(chat.thread)? else { return Ok(()) };
    turn.record(Fact::CustomerLeft { thread: chat.thread, message: inbound.message.clone() })?;
    if thread.gone {
        return Ok(());
    }
    turn.tell(chat.thread, &thread, turn.setup.speaker(), &Sentence::CustomerGone {})
}

/// Binds a customer's threads to the chat in which they go on.
pub(crate) fn moved(turn: &mut Turn<'_>, from: &Place, to: &ChatId) -> Result<(), Missing> {
    let to = Place::new(from.channel.clone(), to.clone());
    let Some(chat) = turn.rows.chat(from)? else { return Ok(()) };
    if turn.rows.chat(&to)?.is_some() {
        // somebody wrote there before we were told: that thread goes on
        return Ok(());
    }
    let Some(thread) = turn.rows.thread(chat.thread)? else { return Ok(()) };
    turn.record(Fact::ChatMoved { thread: chat.thread, from: from.clone(), to })?;
    turn.tell(chat.thread, &thread, turn.setup.speaker(), &Sentence::ChatMoved {})?;
    let Some(seq) = chat.wedged else { return Ok(()) };
    let Some(head) = turn.rows.queued(&Key::Out(thread.customer_lane(), seq))? else { return Ok(()) };
    let Some(moved) = turn.rows.thread(chat.thread)? else { return Ok(()) };
    // what the old chat refused is tried in the new one; what waits behind it follows when it is refused as well
    let replies = head.reply().into_iter().collect();
    turn.record(Fact::Retried { thread: chat.thread, by: None, count: 1, replies })?;
    settle::requeue(turn, &head, &moved)
}

fn gap(turn: &mut Turn<'_>, place: &Place, inbound: &Inbound) -> Result<(), Missing> {
    let Some(chat) = turn.rows.chat(place)? else { return Ok(()) };
    if turn.rows.message(place, &inbound.message)?.is_some() {
        return Ok(());
    }
    let Some(thread) = turn.rows.thread(chat.thread)? else { return Ok(()) };
    turn.record(Fact::GapSeen { thread: chat.thread, message: inbound.message.clone() })?;
    turn.tell(chat.thread, &thread, turn.setup.speaker(), &Sentence::Gap {})?;
    to_customer(turn, chat.thread, &thread, &Sentence::ToCustomerGap {})
}

/// A customer who writes can be written to: what was refused for the whole chat is tried again.
fn unwedge(turn: &mut Turn<'_>, id: ThreadId, was_gone: bool) -> Result<(), Missing> {
    let Some(thread) = turn.rows.thread(id)? else { return Ok(()) };
    let wedged = turn.rows.chat(&thread.place)?.and_then(|chat| chat.wedged);
    if was_gone || wedged.is_some() {
        commands::notices_again(turn, id, &thread)?;
    }
    let Some(seq) = wedged else { return Ok(()) };
    if let Some(mut head) = turn.rows.queued(&Key::Out(thread.customer_lane(), seq))? {
        let replies = head.reply().into_iter().collect();
        turn.record(Fact::Retried { thread: id, by: None, count: 1, replies })?;
        head.phase = Phase::Send;
        head.refused = None;
        head.attempts = 0;
        head.not_before = None;
        turn.put_queued(head);
    }
    Ok(())
}
