//! What somebody does with a command, a button or a form. Discord waits three seconds for an answer.
//!
//! The first answer says no more than that something is going on; that something was taken is told when it is kept.

use crate::Shared;
use crate::api::{self, id, text};
use crate::chats::{Role, Unknown};
use crate::client::Failure;
use crate::phrases::{shortened, spoken};
use crate::{answers, commands, complete, general, matters, normalise};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use port::{AccountId, Author, ChatId, Inbound, InboundKind, MessageId, TopicId};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc;

/// How many interactions are seen to at once.
const AT_ONCE: usize = 256;
/// How many wait for that, or for being kept afterwards.
pub(crate) const WAITING: usize = 64;
/// How often a place for a customer is tried to be opened.
const OPEN_TRIES: u32 = 3;
/// The longest that is waited for that.
const OPEN_WAIT: Duration = Duration::from_secs(5);
/// What is waited before it is looked whether it was opened.
const LOOK_WAIT: Duration = Duration::from_secs(1);
/// What the button and its form are called.
const OPEN: &str = "open";
/// The longest title of a form and of its fields.
const TITLE_MAX: usize = 45;
/// The longest label of a button.
const LABEL_MAX: usize = 80;
/// The longest text that a form takes.
const FORM_MAX: u64 = 4000;

/// An interaction, and when it came.
pub(crate) type Asked = (Value, Timestamp);

/// Something that was said with a command or a form.
#[derive(Debug)]
pub(crate) struct Taken {
    /// What was said.
    pub(crate) inbound: Inbound,
    /// The interaction's id.
    pub(crate) interaction: String,
    /// The customer's chat that was opened for it.
    pub(crate) opened: Option<(String, Role)>,
    /// What its author is told when it is kept.
    told: String,
    /// What is told instead to whoever takes no direct messages.
    told_closed: String,
}

/// Who acted, and where.
pub(crate) struct Act<'i> {
    interaction: &'i Value,
    /// The interaction's id.
    pub(crate) id: String,
    /// What its answers are sent with.
    pub(crate) token: &'i str,
    locale: Option<&'i str>,
    author: Author,
    at: Timestamp,
}

/// Answers all interactions beside each other, and hands over what has to be kept; never comes back.
pub(crate) async fn attend(
    shared: &Shared,
    mut asked: mpsc::Receiver<Asked>,
    taken: mpsc::Sender<Taken>,
) -> Infallible {
    let mut running = FuturesUnordered::new();
    loop {
        tokio::select! {
            Some((interaction, at)) = asked.recv(), if running.len() < AT_ONCE => {
                let taken = &taken;
                running.push(async move {
                    if let Some(one) = take(shared, interaction, at).await {
                        // nobody keeps anything any more when the run is over
                        let _over = taken.send(one).await;
                    }
                });
            }
            Some(()) = running.next(), if !running.is_empty() => {}
            else => return std::future::pending().await,
        }
    }
}

/// Answers an interaction for the time being, and says what has to be kept.
async fn take(shared: &Shared, interaction: Value, at: Timestamp) -> Option<Taken> {
    let act = act(&interaction, at)?;
    let data = interaction.get("data").unwrap_or(&Value::Null);
    let kind = interaction.get("type").and_then(Value::as_u64)?;
    if kind == 4 {
        complete(shared, &act, data).await;
        return None;
    }
    shared.interactions.put(&act.id, act.token);
    match kind {
        2 => match text(data, "name")? {
            commands::CONTACT => open(shared, &act, option(data)).await,
            commands::BUTTON => {
                publish(shared, &act).await;
                None
            }
            name => command(shared, &act, name, option(data)).await,
        },
        3 if text(data, "custom_id") == Some(OPEN) => {
            ask(shared, &act).await;
            None
        }
        5 if text(data, "custom_id") == Some(OPEN) => open(shared, &act, entered(data)).await,
        _ => None,
    }
}

/// Tells the author that it was taken, now that it is kept.
pub(crate) async fn tell(shared: &Shared, taken: Taken) {
    let mut told = &taken.told;
    if let (Some((channel, _)), InboundKind::Message { content, .. }) = (&taken.opened, &taken.inbound.kind) {
        let words = content.text.text();
        if let Err(failure) = matters::repeat(shared, channel, &taken.interaction, words).await {
            tracing::debug!(channel = %shared.config.channel, reason = %failure, "could not repeat a customer's words");
            if matters::is_closed(&failure) {
                told = &taken.told_closed;
            }
        }
    }
    answers::tell(shared, &taken.interaction, told).await;
}

fn act(interaction: &Value, at: Timestamp) -> Option<Act<'_>> {
    let member = interaction.get("member").filter(|member| member.is_object());
    let user = member.and_then(|member| member.get("user")).or_else(|| interaction.get("user"))?;
    let id = id(interaction, "id")?;
    let author = Author {
        account: AccountId::new(api::id(user, "id")?),
        name: normalise::name_of(user, member).unwrap_or_default().to_owned(),
        is_bot: false,
    };
    let at = normalise::made_at(&id).map_or(at, |made| made.min(at));
    Some(Act {
        interaction,
        id,
        token: text(interaction, "token")?,
        locale: text(interaction, "locale"),
        author,
        at,
    })
}

/// The text that came with a command, as it was typed.
fn typed(data: &Value) -> Option<&str> {
    let mut options = api::list(data, "options").iter();
    options
        .find(|option| text(option, "name") == Some(commands::TEXT))
        .and_then(|option| text(option, "value"))
}

/// The text that came with a command.
fn option(data: &Value) -> Option<&str> {
    typed(data).map(str::trim).filter(|value| !value.is_empty())
}

/// The text that was entered into a form, in either of the shapes that forms have.
fn entered(data: &Value) -> Option<&str> {
    let rows = api::list(data, "components").iter();
    let fields = rows.flat_map(|row| api::list(row, "components").iter().chain(row.get("component")));
    fields.filter_map(|field| text(field, "value")).map(str::trim).find(|value| !value.is_empty())
}

/// Offers what a command's text may be while it is being typed; nothing where the team is not. It asks nobody, since each
/// letter asks.
async fn complete(shared: &Shared, act: &Act<'_>, data: &Value) {
    let parent = act.interaction.get("channel").and_then(|channel| id(channel, "parent_id"));
    let mut places = id(act.interaction, "channel_id").into_iter().chain(parent);
    let is_team = places.any(|place| shared.places.is_team(&ChatId::new(place)));
    let mut known = shared.config.commands.iter().filter(|_| is_team);
    let command = known.find(|command| text(data, "name") == Some(command.name.as_str()));
    let choices =
        command.map(|command| complete::choices(&command.suggestions, typed(data).unwrap_or_default()));
    let choices = choices.into_iter().flatten().map(|choice| json!({ "name": choice, "value": choice }));
    let data = json!({ "choices": choices.collect::<Vec<_>>() });
    let _seen = answers::first(shared, act, &json!({ "type": 8, "data": data })).await;
}

/// A customer opens a matter.
async fn open(shared: &Shared, act: &Act<'_>, words: Option<&str>) -> Option<Taken> {
    // a late answer is seen by nobody, but what the customer wrote is not lost
    let _seen = answers::defer(shared, act).await;
    let mut tries = 0;
    let opened = loop {
        let failure = match matters::open(shared, act.interaction, &act.author, tries > 0).await {
            Ok(opened) => break opened,
            Err(failure) => failure,
        };
        tries += 1;
        // their words are nowhere else, and what was done is found
        let wait = match &failure {
            Failure::Limited { after, .. } => Some(*after).filter(|after| *after <= OPEN_WAIT),
            Failure::NotSent(_) => Some(OPEN_WAIT),
            Failure::Lost(_) | Failure::Refused { status: 500.., .. } => Some(LOOK_WAIT),
            Failure::Refused { .. } => None,
        };
        if let Some(wait) = wait.filter(|_| tries < OPEN_TRIES) {
            tokio::time::sleep(wait).await;
        } else {
            tracing::warn!(channel = %shared.config.channel, reason = %failure, "could not open a place for a customer");
            answers::tell(shared, &act.id, &failed(shared, act, words)).await;
            return None;
        }
    };
    let kind = match words {
        Some(words) => InboundKind::Message { content: words.into(), reply_to: None },
        None => InboundKind::Started { payload: None, language: act.locale.map(str::to_owned) },
    };
    let told = spoken(&shared.config.phrases.opened, act.locale).unwrap_or("{place}");
    let told_closed = spoken(&shared.config.phrases.closed_messages, act.locale).unwrap_or("❌").to_owned();
    Some(Taken {
        inbound: inbound(act, ChatId::new(opened.channel.clone()), None, kind),
        interaction: act.id.clone(),
        told: told.replace("{place}", &opened.place),
        told_closed,
        opened: Some((opened.channel, opened.role)),
    })
}

/// That nothing was taken, and the words, which are nowhere else: to be sent once more.
fn failed(shared: &Shared, act: &Act<'_>, words: Option<&str>) -> String {
    let told = spoken(&shared.config.phrases.failed, act.locale).unwrap_or("❌");
    match words {
        Some(words) => shortened(&format!("{told}\n{words}"), matters::TEXT_MAX),
        None => told.to_owned(),
    }
}

/// A team member used a command.
async fn command(shared: &Shared, act: &Act<'_>, name: &str, words: Option<&str>) -> Option<Taken> {
    // whoever is told that it failed uses it again: it must not be done twice
    if !answers::defer(shared, act).await {
        return None;
    }
    let channel = id(act.interaction, "channel_id")?;
    let own = shared.me.known()?.user.clone();
    let known = shared.config.commands.iter().any(|command| command.name == name);
    let role = match shared.places.role(&channel, &shared.client, &shared.shelf, &own).await {
        Ok(role) => role,
        Err(Unknown::Request(_) | Unknown::Shelf(_)) => {
            answers::tell(shared, &act.id, &failed(shared, act, words)).await;
            return None;
        }
    };
    let is_team = known && matches!(role, Role::Room | Role::Topic { .. });
    let Some((chat, topic)) = general::place_of(shared, &channel, &role).filter(|_| is_team) else {
        // commands work where the team is
        let rooms: Vec<String> = shared.places.rooms().iter().map(|room| format!("<#{room}>")).collect();
        answers::tell(shared, &act.id, &format!("❌ → {}", rooms.join(" "))).await;
        return None;
    };
    let typed = format!("{}{name} {}", shared.config.command_prefix, words.unwrap_or_default());
    let kind = InboundKind::Message { content: typed.trim_end().into(), reply_to: None };
    let told = spoken(&shared.config.phrases.taken, act.locale).unwrap_or("✅").to_owned();
    let inbound = inbound(act, chat, topic, kind);
    Some(Taken { inbound, interaction: act.id.clone(), opened: None, told, told_closed: String::new() })
}

fn inbound(act: &Act<'_>, chat: ChatId, topic: Option<TopicId>, kind: InboundKind) -> Inbound {
    let message = MessageId::new(format!("i:{}", act.id));
    Inbound { chat, topic, message, version: 0, at: act.at, author: act.author.clone(), kind }
}

/// Publishes the button for everybody in the channel.
async fn publish(shared: &Shared, act: &Act<'_>) {
    let phrases = &shared.config.phrases;
    let locale = text(act.interaction, "guild_locale").or(act.locale);
    let data = json!({
        "content": spoken(&phrases.contact, locale).unwrap_or("✉️"),
        "allowed_mentions": { "parse": [] },
        "components": [{
            "type": 1,
            "components": [{
                "type": 2,
                "style": 1,
                "custom_id": OPEN,
                "label": shortened(spoken(&phrases.open, locale).unwrap_or("✉️"), LABEL_MAX),
            }],
        }],
    });
    let _seen = answers::first(shared, act, &json!({ "type": 4, "data": data })).await;
}

/// Shows the form that asks what it is about.
async fn ask(shared: &Shared, act: &Act<'_>) {
    let phrases = &shared.config.phrases;
    let data = json!({
        "custom_id": OPEN,
        "title": shortened(spoken(&phrases.open, act.locale).unwrap_or("✉️"), TITLE_MAX),
        "components": [{
            "type": 1,
            "components": [{
                "type": 4,
                "custom_id": commands::TEXT,
                "style": 2,
                "label": shortened(spoken(&phrases.contact_text, act.locale).unwrap_or("✉️"), TITLE_MAX),
                "required": false,
                "max_length": FORM_MAX,
            }],
        }],
    });
    let _seen = answers::first(shared, act, &json!({ "type": 9, "data": data })).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_in_both_of_its_shapes() {
        let rows = json!({ "components": [{ "type": 1, "components": [{ "type": 4, "value": " hi " }] }] });
        let labels = json!({ "components": [{ "type": 18, "component": { "type": 4, "value": "hi" } }] });
        assert_eq!((entered(&rows), entered(&labels)), (Some("hi"), Some("hi")));
        assert_eq!(entered(&json!({ "components": [{ "components": [{ "value": " " }] }] })), None);
    }
}
