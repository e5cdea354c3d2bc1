//! Changes of what was sent: new texts, taking back.
//!
//! Telegram does not show a bot what it sent. Whether a part is a text or a file is found out by the change itself: what
//! does not fit is refused and nothing has happened. Files come before texts, see [`crate::parts`].

use crate::client::Failure;
use crate::marks;
use crate::render::{self, By, Words};
use crate::send::{Errand, Undone, done, forget, merged, not_possible, number_of, progress_row};
use port::rich::Rich;
use port::{MessageId, Outcome};
use serde_json::{Value, json};

/// What became of one part.
enum Changed {
    Yes,
    /// It has no such text.
    Other,
    Gone,
}

/// Gives a message a new text.
pub(crate) async fn edit(
    errand: &Errand<'_>,
    parts: &[MessageId],
    by: By<'_>,
    body: &Rich,
) -> Result<Outcome, Undone> {
    let numbers: Vec<i64> = parts.iter().filter_map(number_of).collect();
    let texts = render::messages(by, body);
    let Walk { mut kept, surplus, used, first_file } = walk(errand, &numbers, &texts).await?;
    if kept.is_empty() {
        return Err(not_possible("the message is not there any more"));
    }
    let mut used = used;
    if used == 0
        && let Some(file) = first_file
        && recaption(errand, file, by, body).await?
    {
        used = texts.len();
    }
    let rest = texts.get(used..).unwrap_or_default();
    kept.extend(add(errand, rest).await?);
    for number in surplus {
        take_back(errand, number).await?;
    }
    let parts = kept.into_iter().map(|number| MessageId::new(number.to_string())).collect();
    Ok(Outcome::Delivered { parts, topic: None })
}

/// How far the parts that are there carry a text.
struct Walk {
    /// The parts that stay.
    kept: Vec<i64>,
    /// The texts that are too many.
    surplus: Vec<i64>,
    /// How many of the new texts have a part.
    used: usize,
    first_file: Option<i64>,
}

async fn walk(errand: &Errand<'_>, numbers: &[i64], texts: &[Words]) -> Result<Walk, Undone> {
    let mut walk = Walk { kept: Vec::new(), surplus: Vec::new(), used: 0, first_file: None };
    if texts.is_empty() {
        // without words there is nothing to find out a part by: the first has them, if any
        walk.kept = numbers.to_vec();
        walk.first_file = numbers.first().copied();
        return Ok(walk);
    }
    for number in numbers {
        let Some(words) = texts.get(walk.used) else {
            walk.surplus.push(*number);
            continue;
        };
        match rewrite(errand, *number, words).await? {
            Changed::Yes => {
                walk.used += 1;
                walk.kept.push(*number);
            }
            Changed::Other => {
                walk.first_file.get_or_insert(*number);
                walk.kept.push(*number);
            }
            Changed::Gone => {}
        }
    }
    Ok(walk)
}

/// Gives a text message other words.
pub(crate) async fn retext(errand: &Errand<'_>, number: i64, words: &Words) -> Result<bool, Undone> {
    Ok(matches!(rewrite(errand, number, words).await?, Changed::Yes))
}

async fn rewrite(errand: &Errand<'_>, number: i64, words: &Words) -> Result<Changed, Undone> {
    let head = json!({ "chat_id": errand.chat, "message_id": number });
    changed(errand.call("editMessageText", &merged(&head, render::text_message(words))).await)
}

/// Sets the words beside a file; whether all of them stand there now.
async fn recaption(errand: &Errand<'_>, number: i64, by: By<'_>, body: &Rich) -> Result<bool, Undone> {
    let all = render::words(by, body);
    let fits = all.fits_caption();
    let words = if fits { all } else { render::words(by, &Rich::default()) };
    let mut params = json!({ "chat_id": errand.chat, "message_id": number, "caption": "" });
    render::caption(&mut params, &words);
    match changed(errand.call("editMessageCaption", &params).await)? {
        Changed::Yes => Ok(fits),
        Changed::Other => Ok(false),
        Changed::Gone => Err(not_possible("the message is not there any more")),
    }
}

fn changed(answer: Result<Value, Failure>) -> Result<Changed, Undone> {
    match answer {
        Ok(_) => Ok(Changed::Yes),
        Err(failure) if failure.is_unchanged() => Ok(Changed::Yes),
        Err(failure) if failure.is_message_gone() => Ok(Changed::Gone),
        Err(failure) if failure.says(&["there is no text", "there is no caption"]) => Ok(Changed::Other),
        Err(failure) if failure.says(&["message can't be edited"]) => {
            Err(not_possible("Telegram does not let this message be changed any more"))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Sends the texts that have no part yet.
async fn add(errand: &Errand<'_>, texts: &[Words]) -> Result<Vec<i64>, Undone> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let (shelf, row) = (&errand.shared.shelf, progress_row(&errand.op.id));
    let kept = shelf.get(&row).await?;
    let mut added: Vec<i64> = kept.and_then(|row| serde_json::from_value(row).ok()).unwrap_or_default();
    for words in texts.iter().skip(added.len()) {
        // a row says that a repeat would not be harmless
        shelf.put(vec![(row.clone(), json!(added))], Vec::new()).await?;
        added.push(errand.say(words, false).await?);
    }
    forget(errand.shared, &errand.op.id).await;
    Ok(added)
}

/// Takes messages and reactions back.
pub(crate) async fn delete(errand: &Errand<'_>, parts: &[MessageId]) -> Result<Outcome, Undone> {
    for part in parts {
        if let Some(message) = marks::reacted(part) {
            marks::take_back(errand, message).await?;
        } else if let Some(number) = number_of(part) {
            take_back(errand, number).await?;
        }
    }
    Ok(done())
}

async fn take_back(errand: &Errand<'_>, number: i64) -> Result<(), Undone> {
    let params = json!({ "chat_id": errand.chat, "message_id": number });
    match errand.call("deleteMessage", &params).await {
        Ok(_) => Ok(()),
        Err(failure) if failure.is_message_gone() => Ok(()),
        Err(failure) if failure.says(&["message can't be deleted"]) => {
            Err(not_possible("Telegram lets a message be taken back for two days only"))
        }
        Err(failure) => Err(failure.into()),
    }
}
