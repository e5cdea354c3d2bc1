//! Topics of a forum group: opened with their card, named after what they wait for, closed and opened again.
//!
//! Telegram does not list topics and does not show what a bot sent, so what a topic looks like is kept on the shelf. It
//! holds no names: whether one changed is told by a fingerprint.

use crate::client::Failure;
use crate::send::{Errand, Undone, done, forget, not_possible, progress_row, topic_id};
use crate::{Shared, edit, limits, refusals, render, standing};
use port::{Found, Heal, MessageId, Op, Outcome, RefusalScope, TopicState};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a topic looks like. The shelf's row of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    /// The fingerprint of its name.
    name: Option<u64>,
    #[serde(default)]
    closed: bool,
    /// The message that is its card.
    card: Option<i64>,
    /// The fingerprint of what the card says.
    said: Option<u64>,
}

/// The shelf's row of an operation that has opened a topic and is not done yet.
#[derive(Serialize, Deserialize)]
struct Opening {
    topic: i64,
    name: u64,
}

/// Opens a topic; its first post is the card.
pub(crate) async fn open(
    errand: &Errand<'_>,
    title: &str,
    state: TopicState,
    card: &str,
) -> Result<Outcome, Undone> {
    let shelf = &errand.shared.shelf;
    let progress = progress_row(&errand.op.id);
    let begun = shelf.get(&progress).await?.and_then(|row| serde_json::from_value::<Opening>(row).ok());
    let opening = if let Some(opening) = begun {
        opening
    } else {
        let opening = create(errand, title, state).await?;
        // it is there, whether it is kept or not
        let _kept = shelf.put(vec![(progress.clone(), json!(opening))], Vec::new()).await;
        opening
    };
    let inside = Errand { thread: Some(opening.topic), ..*errand };
    let mut row = Row { name: Some(opening.name), closed: false, card: None, said: None };
    if let Err(undone) = post_card(&inside, card, &mut row).await {
        let outcome = told(undone, errand);
        if outcome == Outcome::Heal(Heal::TopicGone) {
            // somebody was quick: another one is opened
            forget(errand.shared, &errand.op.id).await;
            let reason = "the topic was deleted before its card came".to_owned();
            return Ok(Outcome::Later { after: None, whole_channel: false, reason });
        }
        // a topic without a card is better than none; the next change brings the card
        if !matches!(outcome, Outcome::Refused(_)) {
            return Ok(outcome);
        }
    }
    let parts = row.card.map(|card| MessageId::new(card.to_string())).into_iter().collect();
    let _kept = shelf.put(vec![(row_of(&inside), json!(row))], vec![progress]).await;
    Ok(Outcome::Delivered { parts, topic: Some(topic_id(opening.topic)) })
}

async fn create(errand: &Errand<'_>, title: &str, state: TopicState) -> Result<Opening, Failure> {
    let name = render::topic_name(title, state);
    let mut params = json!({ "chat_id": errand.chat, "name": name, "icon_color": color(state) });
    if let Some(icon) = errand.shared.icons.of(&errand.shared.client, state).await {
        params["icon_custom_emoji_id"] = json!(icon);
    }
    let answer = errand.call("createForumTopic", &params).await?;
    let topic = answer.get("message_thread_id").and_then(Value::as_i64);
    let topic = topic.ok_or(Failure::Lost("the answer names no topic"))?;
    Ok(Opening { topic, name: fingerprint(&name) })
}

fn told(undone: Undone, errand: &Errand<'_>) -> Outcome {
    match undone {
        Undone::Told(outcome) => outcome,
        Undone::Failed(failure) => refusals::outcome(&failure, true, limits::is_group(&errand.op.chat)),
    }
}

/// After a lost answer: whether a topic was opened, by the row of the operation.
pub(crate) async fn found(shared: &Shared, op: &Op, row: &Value) -> Found {
    let Ok(opening) = serde_json::from_value::<Opening>(row.clone()) else { return Found::CannotTell };
    let row = Row { name: Some(opening.name), closed: false, card: None, said: None };
    let topic = (format!("topic/{}/{}", shared.places.today(&op.chat), opening.topic), json!(row));
    let _kept = shared.shelf.put(vec![topic], vec![progress_row(&op.id)]).await;
    Found::Yes { parts: Vec::new(), topic: Some(topic_id(opening.topic)) }
}

/// Shows a topic's new name, state and card.
pub(crate) async fn set(
    errand: &Errand<'_>,
    title: &str,
    state: TopicState,
    card: &str,
) -> Result<Outcome, Undone> {
    if errand.thread.is_none() {
        return Err(not_possible("no topic was named"));
    }
    let key = row_of(errand);
    let kept = errand.shared.shelf.get(&key).await?;
    let before: Row = kept.and_then(|row| serde_json::from_value(row).ok()).unwrap_or_default();
    let mut row = before.clone();
    let changed = change(errand, title, state, card, &mut row).await;
    if row != before {
        // forgotten, it is done once more
        let _kept = errand.shared.shelf.put(vec![(key, json!(row))], Vec::new()).await;
    }
    changed.map(|()| done())
}

async fn change(
    errand: &Errand<'_>,
    title: &str,
    state: TopicState,
    card: &str,
    row: &mut Row,
) -> Result<(), Undone> {
    let is_closed = state == TopicState::Closed;
    if row.closed && !is_closed && adorned(errand, topic_call(errand, "reopenForumTopic", json!({})).await)? {
        row.closed = false;
    }
    let name = render::topic_name(title, state);
    let print = fingerprint(&name);
    if row.name != Some(print) {
        let mut looks = json!({ "name": name });
        // the name begins with the state's sign: it changes whenever the icon does
        if let Some(icon) = errand.shared.icons.of(&errand.shared.client, state).await {
            looks["icon_custom_emoji_id"] = json!(icon);
        }
        if adorned(errand, topic_call(errand, "editForumTopic", looks).await)? {
            row.name = Some(print);
        }
    }
    if row.card.is_none() || row.said != Some(fingerprint(card)) {
        let changed = change_card(errand, card, row).await;
        adorned(errand, changed)?;
    }
    if is_closed && !row.closed && adorned(errand, topic_call(errand, "closeForumTopic", json!({})).await)? {
        row.closed = true;
    }
    Ok(())
}

/// Whether a change of a topic's looks was made. What Telegram refuses of them is left until the next change: behind it
/// wait the words of customers.
fn adorned<E: Into<Undone>>(errand: &Errand<'_>, changed: Result<(), E>) -> Result<bool, Undone> {
    let undone = match changed {
        Ok(()) => return Ok(true),
        Err(error) => error.into(),
    };
    let is_right = matches!(&undone, Undone::Failed(failure) if failure.is_no_right());
    let outcome = told(undone, errand);
    let refusal = match &outcome {
        Outcome::Refused(refusal) if is_right || refusal.scope == RefusalScope::Message => refusal,
        Outcome::Refused(_)
        | Outcome::Delivered { .. }
        | Outcome::Later { .. }
        | Outcome::Heal(_)
        | Outcome::Unknown { .. } => return Err(Undone::Told(outcome)),
    };
    let channel = &errand.shared.config.channel;
    tracing::warn!(%channel, reason = refusal.reason, "a topic could not be shown as it is");
    if is_right {
        standing::no_topics(errand.shared, &errand.op.chat, &refusal.reason);
    }
    Ok(false)
}

async fn change_card(errand: &Errand<'_>, card: &str, row: &mut Row) -> Result<(), Undone> {
    if let Some(message) = row.card {
        match edit::retext(errand, message, &render::card(card)).await {
            Ok(true) => {
                row.said = Some(fingerprint(card));
                return Ok(());
            }
            // it is gone, or can no longer be changed
            Ok(false) | Err(Undone::Told(Outcome::Refused(_))) => row.card = None,
            Err(undone) => return Err(undone),
        }
    }
    post_card(errand, card, row).await
}

/// Posts a card where the topic is, and pins it.
async fn post_card(errand: &Errand<'_>, card: &str, row: &mut Row) -> Result<(), Undone> {
    let words = render::card(card);
    if words.is_blank() {
        return Ok(());
    }
    let message = errand.say(&words, true).await?;
    row.card = Some(message);
    row.said = Some(fingerprint(card));
    let params = json!({ "chat_id": errand.chat, "message_id": message, "disable_notification": true });
    if let Err(failure) = errand.call("pinChatMessage", &params).await {
        tracing::debug!(channel = %errand.shared.config.channel, %failure, "a card could not be pinned");
    }
    Ok(())
}

/// Opens the operation's topic, which was closed by hand or by us.
pub(crate) async fn reopen(errand: &Errand<'_>) -> Result<(), Undone> {
    topic_call(errand, "reopenForumTopic", json!({})).await?;
    let key = row_of(errand);
    let kept = errand.shared.shelf.get(&key).await?;
    if let Some(mut row) = kept.and_then(|row| serde_json::from_value::<Row>(row).ok())
        && row.closed
    {
        row.closed = false;
        errand.shared.shelf.put(vec![(key, json!(row))], Vec::new()).await?;
    }
    Ok(())
}

/// A request about the operation's topic; that it is so already is well.
async fn topic_call(errand: &Errand<'_>, method: &str, rest: Value) -> Result<(), Failure> {
    match errand.call(method, &crate::send::merged(&errand.head(), rest)).await {
        Err(failure) if !failure.is_unchanged() => Err(failure),
        Ok(_) | Err(_) => {
            standing::has_topics(errand.shared, &errand.op.chat);
            Ok(())
        }
    }
}

fn row_of(errand: &Errand<'_>) -> String {
    format!("topic/{}/{}", errand.chat, errand.thread.unwrap_or_default())
}

/// The colour of a new topic's icon, of those that Telegram takes (Bot API, `createForumTopic`).
const fn color(state: TopicState) -> u32 {
    match state {
        TopicState::Waiting => 16_766_590,
        TopicState::Answered => 9_367_192,
        TopicState::Overdue => 16_478_047,
        TopicState::Closed => 7_322_096,
    }
}

/// FNV-1a. Nothing is believed because of it.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
