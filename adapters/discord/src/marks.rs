//! Reactions: those that people give, and the one of ours that shows what became of an agent's message.
//!
//! Most messages get one mark, the final one, and nothing is kept of it. A mark that another one will follow is kept as a
//! row; where there is no row, Discord is asked which signs are ours.

use crate::edit::{ask_open, place};
use crate::errors::{UNKNOWN_EMOJI, UNKNOWN_MESSAGE, Undone, not_possible};
use crate::render::{is_id, percent};
use crate::send::Errand;
use crate::{answers, api};
use port::{Mark, MessageId, Outcome};
use reqwest::Method;
use serde_json::{Value, json};

/// Asks for a sign to be shown in colour; Discord takes some emoji with it only, and some without.
const COLOURED: char = '\u{FE0F}';
/// All marks.
const MARKS: [Mark; 4] = [Mark::Pending, Mark::Delivered, Mark::Refused, Mark::Unknown];

/// Reacts to a message.
pub(crate) async fn react(
    errand: &Errand<'_>,
    message: Option<&MessageId>,
    key: &str,
) -> Result<Outcome, Undone> {
    let Some(message) = message.map(MessageId::as_str).filter(|message| is_id(message)) else {
        return Err(not_possible("the message is not known here"));
    };
    let is_name = key.len() > 2 && key.starts_with(':') && key.ends_with(':');
    if key.trim().is_empty() || is_name {
        return Err(not_possible("Discord does not have this emoji here"));
    }
    let own = errand.shared.me.ids(&errand.shared.client).await?;
    let emoji = match put(errand, message, key).await {
        Err(undone) if undone.code() == UNKNOWN_EMOJI => {
            let bare = key.replace(COLOURED, "");
            let other = if bare == key { format!("{key}{COLOURED}") } else { bare };
            put(errand, message, &other).await?;
            other
        }
        done => {
            done?;
            key.to_owned()
        }
    };
    let id = format!("r:{message}:{}:{emoji}", own.user);
    Ok(Outcome::Delivered { parts: vec![MessageId::new(id)], topic: None })
}

async fn put(errand: &Errand<'_>, message: &str, emoji: &str) -> Result<(), Undone> {
    ask_open(errand, &Method::PUT, &path(errand, message, emoji), &Value::Null, false).await?;
    Ok(())
}

async fn remove(errand: &Errand<'_>, message: &str, emoji: &str) -> Result<(), Undone> {
    match ask_open(errand, &Method::DELETE, &path(errand, message, emoji), &Value::Null, false).await {
        Ok(_) => Ok(()),
        Err(undone) if undone.code() == UNKNOWN_EMOJI => Ok(()),
        Err(Undone::Failed(failure)) if failure.is_gone() => Ok(()),
        Err(undone) => Err(undone),
    }
}

fn path(errand: &Errand<'_>, message: &str, emoji: &str) -> String {
    let place = place(errand, message);
    format!("/channels/{place}/messages/{message}/reactions/{}/@me", percent(emoji))
}

/// Takes a reaction back, by its id.
pub(crate) async fn take_back(errand: &Errand<'_>, id: &str) -> Result<(), Undone> {
    let mut parts = id.splitn(4, ':').skip(1);
    let (Some(message), Some(user), Some(emoji)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(());
    };
    if !is_id(message) {
        return Ok(());
    }
    if errand.shared.me.ids(&errand.shared.client).await?.user != user {
        return Err(not_possible("the reaction is somebody else's"));
    }
    remove(errand, message, emoji).await
}

/// Shows a mark and takes back the earlier ones.
pub(crate) async fn set(errand: &Errand<'_>, message: &MessageId, mark: Mark) -> Result<Outcome, Undone> {
    let done = Ok(Outcome::Delivered { parts: Vec::new(), topic: None });
    if let Some(interaction) = message.as_str().strip_prefix("i:") {
        answers::mark(errand.shared, interaction, mark).await?;
        return done;
    }
    if !is_id(message.as_str()) {
        return Err(not_possible("the message is not known here"));
    }
    let shelf = &errand.shared.shelf;
    let key = format!("mark/{}/{message}", errand.op.chat);
    let row = shelf.get(&key).await?;
    let is_final = mark == Mark::Delivered;
    let earlier = match row.as_ref().and_then(Value::as_str) {
        Some(sign) => vec![sign.to_owned()],
        None if is_final && errand.op.attempt == 0 => Vec::new(),
        None => shown(errand, message.as_str()).await?,
    };
    let sign = mark.sign();
    match put(errand, message.as_str(), sign).await {
        Ok(()) => {}
        // nobody sees the message any more, so that nothing is missing
        Err(undone) if undone.code() == UNKNOWN_MESSAGE => return done,
        Err(undone) => return Err(undone),
    }
    if !is_final {
        shelf.put(vec![(key.clone(), json!(sign))], Vec::new()).await?;
    }
    for old in earlier.iter().filter(|old| *old != sign) {
        remove(errand, message.as_str(), old).await?;
    }
    if is_final && row.is_some() {
        shelf.put(Vec::new(), vec![key]).await?;
    }
    done
}

/// Our own marks on a message, as Discord has them.
async fn shown(errand: &Errand<'_>, message: &str) -> Result<Vec<String>, Undone> {
    let path = format!("/channels/{}/messages/{message}", place(errand, message));
    let message = match api::get(&errand.shared.client, &path).await {
        Ok(message) => message,
        Err(failure) if failure.code() == UNKNOWN_MESSAGE => return Ok(Vec::new()),
        Err(failure) => return Err(failure.into()),
    };
    let reactions = message.get("reactions").and_then(Value::as_array).cloned().unwrap_or_default();
    let ours = reactions.iter().filter(|reaction| reaction.get("me").is_some_and(|me| me == true));
    let names = ours.filter_map(|reaction| api::text(reaction.get("emoji")?, "name"));
    let marks = names.filter(|name| MARKS.iter().any(|mark| mark.sign() == *name));
    Ok(marks.map(str::to_owned).collect())
}
