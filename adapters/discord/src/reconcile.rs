//! After a lost answer: finds out what of an operation was done. Sends nothing.
//!
//! What changes something can be repeated without harm, so it is only asked for again. What makes messages is looked for
//! where it would be.

use crate::compose::Post;
use crate::errors::{Spot, Undone};
use crate::look::{self, Seen};
use crate::render;
use crate::send::{Errand, Way};
use crate::tries::{self, Try};
use crate::{Shared, api, hooks, topics};
use port::{Found, MessageId, Op, Operation, Outcome, TopicId, Voice};

/// Looks whether an operation was done.
pub(crate) async fn reconcile(shared: &Shared, op: &Op) -> Found {
    let tried = match tries::begun(shared, &op.id).await {
        Ok(Some(tried)) => tried,
        // nothing that makes a message goes out without a row
        Ok(None) => return Found::No,
        Err(error) => return Found::Later { reason: error.to_string() },
    };
    match Box::pin(find(shared, op, tried)).await {
        Ok(found) => found,
        Err(undone) => {
            // where we may not read, there is nothing of this operation, or nobody can tell
            match crate::send::told(shared, undone, Spot::Topic) {
                Outcome::Later { reason, .. } | Outcome::Unknown { reason } => Found::Later { reason },
                Outcome::Heal(_) => Found::No,
                Outcome::Refused(_) | Outcome::Delivered { .. } => Found::CannotTell,
            }
        }
    }
}

async fn find(shared: &Shared, op: &Op, tried: Try) -> Result<Found, Undone> {
    let is_topic = matches!(op.operation, Operation::OpenTopic { .. });
    if tried.is_done() && op.operation.is_message() {
        return Ok(all(&tried, is_topic));
    }
    match &op.operation {
        Operation::Create { voice, body, files, reply_to, mentions } => {
            let errand = Errand::new(shared, op).await?;
            if !tried.is_in(&errand.channel) {
                return Ok(Found::No);
            }
            let way = known_way(&errand, voice).await?;
            let reply_to = reply_to.as_ref().map(MessageId::as_str).filter(|id| render::is_id(id));
            let posts = errand.posts(&way, voice, &body.rich(), files, (reply_to, mentions));
            next(&errand, &way, &posts, tried).await
        }
        Operation::OpenTopic { title, state, card, .. } => {
            let errand = Errand::new(shared, op).await?;
            if errand.facts.is_forum() {
                return opened(&errand, title.shown(), tried).await;
            }
            if let Some(message) = tried.parts().first() {
                return match api::get(&shared.client, &format!("/channels/{message}")).await {
                    Ok(_) => Ok(all(&tried, true)),
                    Err(failure) if failure.is_gone() => Ok(Found::No),
                    Err(failure) => Err(failure.into()),
                };
            }
            let post = Post { said: render::card(title.shown(), *state, card.shown()), files: Vec::new() };
            // found or not, its thread is still to be made
            match next(&errand, &Way::Bot, &[post], tried).await? {
                Found::Yes { .. } | Found::No => Ok(Found::No),
                found @ (Found::CannotTell | Found::Later { .. }) => Ok(found),
            }
        }
        Operation::Edit { .. }
        | Operation::Delete { .. }
        | Operation::React { .. }
        | Operation::SetTopic { .. }
        | Operation::Mark { .. }
        | _ => Ok(Found::No),
    }
}

fn all(tried: &Try, is_topic: bool) -> Found {
    let topic = tried.parts().first().filter(|_| is_topic).map(|id| TopicId::new(id.as_str()));
    Found::Yes { parts: tried.ids(), topic }
}

async fn opened(errand: &Errand<'_>, title: &str, mut tried: Try) -> Result<Found, Undone> {
    let Some(id) = topics::find(errand, title, &tried).await? else { return Ok(Found::No) };
    tried.said(errand.shared, &id, true).await?;
    Ok(all(&tried, true))
}

/// Looks for the first part that is not surely there. When it is found and others are to follow, they are sent by a
/// repeat, which goes on behind it.
async fn next(errand: &Errand<'_>, way: &Way, posts: &[Post<'_>], mut tried: Try) -> Result<Found, Undone> {
    let number = tried.parts().len();
    let Some(post) = posts.get(number) else { return Ok(all(&tried, false)) };
    match look::there(errand, way, post, &tried).await? {
        Seen::There(id) => {
            let is_last = number + 1 == posts.len() && errand.op.operation.is_message();
            let opens = matches!(errand.op.operation, Operation::OpenTopic { .. });
            tried.said(errand.shared, &id, is_last && !opens).await?;
            Ok(if is_last { all(&tried, false) } else { Found::No })
        }
        Seen::Not => Ok(Found::No),
        Seen::Unclear => Ok(Found::CannotTell),
    }
}

/// Who posted for a voice here, without making a webhook for it.
async fn known_way(errand: &Errand<'_>, voice: &Voice) -> Result<Way, Undone> {
    let of = errand.facts.hook_channel(errand.op.chat.as_str());
    let (Voice::Persona(persona), Some(of)) = (voice, of) else { return Ok(Way::Bot) };
    let Some(hook) = hooks::known(errand.shared, of).await? else { return Ok(Way::Bot) };
    let username = render::username(persona.name.shown());
    Ok(Way::Hook { hook, of: of.to_owned(), username, avatar: None })
}
