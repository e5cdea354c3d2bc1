//! Changes of what was sent: new texts, taking back.
//!
//! What a message is, and whose, is asked of Discord each time, because a webhook's messages are changed by that webhook
//! alone. Everything here can be repeated.

use crate::client::{Failure, Route, WAIT};
use crate::compose::Post;
use crate::errors::{ARCHIVED, Undone, not_possible};
use crate::hooks::{self, Hook};
use crate::render::{self, ANSWER_MARK, Shown, is_id};
use crate::send::{Errand, Way};
use crate::{api, marks, topics, tries};
use port::rich::Rich;
use port::{MessageId, Outcome, Voice};
use reqwest::Method;
use serde_json::Value;

/// What a part of a message is.
enum Was {
    There(Part),
    /// Taken back, or never there.
    Gone,
    /// Not ours to change.
    Locked,
}

/// A message of ours.
struct Part {
    id: String,
    /// The webhook that posted it, unless the bot did.
    hook: Option<Hook>,
    has_files: bool,
    /// The line that leads to the answered message, with its break.
    answer: String,
}

/// Gives a message a new text.
pub(crate) async fn edit(
    errand: &Errand<'_>,
    parts: &[MessageId],
    voice: &Voice,
    body: &Rich,
) -> Result<Outcome, Undone> {
    let mut slots = Vec::with_capacity(parts.len());
    for part in parts {
        match was(errand, part.as_str()).await? {
            Was::There(part) => slots.push(part),
            Was::Gone => {}
            Was::Locked => return Err(not_possible("the bridge cannot change this message")),
        }
    }
    let Some(first) = slots.first() else {
        return Err(not_possible("the message is not there any more"));
    };
    let way = if first.hook.is_some() { errand.way(voice).await? } else { Way::Bot };
    let shown = if first.hook.is_some() { Shown::Aside } else { errand.shown(&Way::Bot, voice) };
    let mut texts = render::texts(shown, body, &first.answer, &[]);
    if texts.is_empty() {
        texts.push(String::new());
    }
    if let Some(text) = texts.first_mut() {
        text.insert_str(0, &first.answer);
    }
    let mut kept = Vec::new();
    for (number, slot) in slots.iter().enumerate() {
        let text = texts.get(number).map(String::as_str);
        if text.is_none() && !slot.has_files {
            take_back(errand, slot).await?;
            continue;
        }
        let mut said = render::said(shown, text.unwrap_or_default(), &[]);
        render::or_nothing(&mut said, slot.has_files);
        rewrite(errand, slot, &said).await?;
        kept.push(MessageId::new(slot.id.as_str()));
    }
    let more: Vec<Post<'_>> = texts
        .iter()
        .skip(slots.len())
        .map(|text| Post { said: render::said(shown, text, &[]), files: Vec::new() })
        .collect();
    if !more.is_empty() {
        let mut tried = tries::begin(errand.shared, &errand.op.id, &errand.channel).await?;
        errand.make(&mut tried, &way, voice, &more, None, &port::NoMedia).await?;
        kept.extend(tried.ids());
    }
    Ok(Outcome::Delivered { parts: kept, topic: None })
}

async fn rewrite(errand: &Errand<'_>, part: &Part, said: &Value) -> Result<(), Undone> {
    match change(errand, part, &Method::PATCH, said).await {
        Ok(()) => Ok(()),
        Err(Undone::Failed(failure)) if failure.is_hook_gone() => {
            Err(not_possible("the webhook that posted the message is gone"))
        }
        Err(undone) => Err(undone),
    }
}

async fn take_back(errand: &Errand<'_>, part: &Part) -> Result<(), Undone> {
    match change(errand, part, &Method::DELETE, &Value::Null).await {
        Err(Undone::Failed(failure)) if failure.is_gone() && !failure.is_hook_gone() => Ok(()),
        Err(Undone::Failed(failure)) if failure.is_hook_gone() => {
            let path = format!("/channels/{}/messages/{}", place(errand, &part.id), part.id);
            removed(ask_open(errand, &Method::DELETE, &path, &Value::Null, false).await)
        }
        done => done,
    }
}

/// A request about a message of ours, by whoever posted it.
async fn change(errand: &Errand<'_>, part: &Part, method: &Method, body: &Value) -> Result<(), Undone> {
    let path = match &part.hook {
        None => format!("/channels/{}/messages/{}", place(errand, &part.id), part.id),
        Some(hook) => {
            let of = errand.facts.hook_channel(errand.op.chat.as_str());
            let thread = if of == Some(errand.channel.as_str()) {
                String::new()
            } else {
                format!("?thread_id={}", errand.channel)
            };
            format!("/webhooks/{}/{}/messages/{}{thread}", hook.id, hook.token.reveal(), part.id)
        }
    };
    ask_open(errand, method, &path, body, part.hook.is_some()).await?;
    Ok(())
}

/// Takes parts back.
pub(crate) async fn delete(errand: &Errand<'_>, parts: &[MessageId]) -> Result<Outcome, Undone> {
    for part in parts.iter().map(MessageId::as_str) {
        if part.starts_with("r:") {
            marks::take_back(errand, part).await?;
        }
        // an interaction is no message, and what is no id was never there
        if !is_id(part) {
            continue;
        }
        if errand.facts.guild.is_some() {
            match was(errand, part).await {
                Ok(Was::Gone) => continue,
                Ok(Was::There(part)) => {
                    take_back(errand, &part).await?;
                    continue;
                }
                // a moderator may take back what others wrote
                Ok(Was::Locked) => {}
                Err(Undone::Failed(failure)) if failure.is_gone() => continue,
                Err(undone) => return Err(undone),
            }
        }
        let path = format!("/channels/{}/messages/{part}", place(errand, part));
        removed(ask_open(errand, &Method::DELETE, &path, &Value::Null, false).await)?;
    }
    Ok(Outcome::Delivered { parts: Vec::new(), topic: None })
}

fn removed(answer: Result<Value, Undone>) -> Result<(), Undone> {
    match answer {
        Ok(_) => Ok(()),
        Err(Undone::Failed(failure)) if failure.is_gone() => Ok(()),
        Err(Undone::Failed(failure)) if failure.is_forbidden() => {
            Err(not_possible("the bridge may not take this message back"))
        }
        Err(undone) => Err(undone),
    }
}

/// What a message is, as Discord has it.
async fn was(errand: &Errand<'_>, id: &str) -> Result<Was, Undone> {
    if !is_id(id) {
        return Ok(Was::Gone);
    }
    let path = format!("/channels/{}/messages/{id}", place(errand, id));
    let message = match api::get(&errand.shared.client, &path).await {
        Ok(message) => message,
        Err(failure) if failure.code() == crate::errors::UNKNOWN_MESSAGE => return Ok(Was::Gone),
        Err(failure) => return Err(failure.into()),
    };
    let hook = match (api::id(&message, "webhook_id"), errand.facts.hook_channel(errand.op.chat.as_str())) {
        (Some(hook), Some(of)) => match hooks::by_id(errand.shared, of, &hook).await? {
            Some(hook) => Some(hook),
            None => return Ok(Was::Locked),
        },
        (Some(_), None) => return Ok(Was::Locked),
        (None, _) => {
            let own = errand.shared.me.ids(&errand.shared.client).await?;
            if message.pointer("/author/id").and_then(Value::as_str) != Some(own.user.as_str()) {
                return Ok(Was::Locked);
            }
            None
        }
    };
    let content = api::text(&message, "content").unwrap_or_default();
    let answer = content.split_inclusive('\n').next().filter(|line| line.starts_with(ANSWER_MARK));
    // Discord takes the break away from a line that nothing follows
    let answer = answer.map(|line| format!("{}\n", line.trim_end_matches('\n'))).unwrap_or_default();
    let files = message.get("attachments").and_then(Value::as_array);
    Ok(Was::There(Part {
        id: id.to_owned(),
        hook,
        has_files: files.is_some_and(|files| !files.is_empty()),
        answer,
    }))
}

/// The channel of a message: a thread under a message has that message outside.
pub(crate) fn place<'e>(errand: &'e Errand<'_>, message: &str) -> &'e str {
    let is_start =
        !errand.facts.is_forum() && errand.op.topic.as_ref().is_some_and(|topic| topic.as_str() == message);
    if is_start { errand.op.chat.as_str() } else { &errand.channel }
}

/// A request that an archived thread refuses: the thread is opened for it, and closed again.
pub(crate) async fn ask_open(
    errand: &Errand<'_>,
    method: &Method,
    path: &str,
    body: &Value,
    own_token: bool,
) -> Result<Value, Undone> {
    let route = Route { method, path, own_token };
    let shut = match errand.shared.client.call(route, body, WAIT).await {
        Err(failure) if failure.is_shut() => failure.code(),
        answer => return Ok(answer?),
    };
    topics::reopen(errand, shut).await?;
    let answer: Result<Value, Failure> = errand.shared.client.call(route, body, WAIT).await;
    if shut == ARCHIVED {
        topics::close_again(errand).await;
    }
    Ok(answer?)
}
