//! What somebody does with a command, a button or a form. Discord waits three seconds for an answer.
//!
//! The first answer says no more than that something is going on; that something was taken is told when it is kept.

use crate::Shared;
use crate::api::{self, id, text};
use crate::chats::{Role, Unknown};
use crate::client::{Failure, Route};
use crate::phrases::{shortened, spoken};
use crate::{commands, general, matters, normalise};
use jiff::Timestamp;
use port::{AccountId, Author, ChatId, Inbound, InboundKind, MessageId, TopicId};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How long an answer to an interaction may take.
const WAIT: Duration = Duration::from_secs(10);
/// How often a place for a customer is tried to be opened.
const OPEN_TRIES: u32 = 3;
/// The longest that is waited for that.
const OPEN_WAIT: Duration = Duration::from_secs(5);
/// For its author's eyes only.
const EPHEMERAL: u64 = 1 << 6;
/// What the button and its form are called.
const OPEN: &str = "open";
/// Nobody waits for the answer to this interaction any more.
const UNKNOWN_INTERACTION: u64 = 10062;
/// The longest title of a form and of its fields.
const TITLE_MAX: usize = 45;
/// The longest label of a button.
const LABEL_MAX: usize = 80;
/// The longest text that a form takes.
const FORM_MAX: u64 = 4000;

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
struct Act<'i> {
    interaction: &'i Value,
    id: String,
    token: &'i str,
    locale: Option<&'i str>,
    author: Author,
    at: Timestamp,
}

/// Answers an interaction for the time being, and says what has to be kept.
pub(crate) async fn take(shared: &Shared, interaction: Value, at: Timestamp) -> Option<Taken> {
    let act = act(&interaction, at)?;
    shared.interactions.put(&act.id, act.token);
    let data = interaction.get("data").unwrap_or(&Value::Null);
    match interaction.get("type").and_then(Value::as_u64)? {
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

/// Tells the author that it was taken, now that it is kept. Being lost does no harm.
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
    if let Some(token) = shared.interactions.get(&taken.interaction) {
        change(shared, &token, told).await;
    }
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

/// The text that came with a command.
fn option(data: &Value) -> Option<&str> {
    let options = api::list(data, "options").iter();
    let value = options
        .filter(|option| text(option, "name") == Some(commands::TEXT))
        .find_map(|option| text(option, "value"));
    value.map(str::trim).filter(|value| !value.is_empty())
}

/// The text that was entered into a form, in either of the shapes that forms have.
fn entered(data: &Value) -> Option<&str> {
    let rows = api::list(data, "components").iter();
    let fields = rows.flat_map(|row| api::list(row, "components").iter().chain(row.get("component")));
    fields.filter_map(|field| text(field, "value")).map(str::trim).find(|value| !value.is_empty())
}

/// A customer opens a matter.
async fn open(shared: &Shared, act: &Act<'_>, words: Option<&str>) -> Option<Taken> {
    // a late answer is seen by nobody, but what the customer wrote is not lost
    let _seen = defer(shared, act).await;
    let account = act.author.account.as_str();
    let mut tries = OPEN_TRIES;
    let opened = loop {
        let failure = match matters::open(shared, act.interaction, account, &act.author.name).await {
            Ok(opened) => break opened,
            Err(failure) => failure,
        };
        tries -= 1;
        // what surely was not done is done again: their words are nowhere else
        let wait = match &failure {
            Failure::Limited { after, .. } => Some(*after).filter(|after| *after <= OPEN_WAIT),
            Failure::NotSent(_) => Some(OPEN_WAIT),
            Failure::Lost(_) | Failure::Refused { .. } => None,
        };
        if let Some(wait) = wait.filter(|_| tries > 0) {
            tokio::time::sleep(wait).await;
        } else {
            tracing::warn!(channel = %shared.config.channel, reason = %failure, "could not open a place for a customer");
            change(shared, act.token, "❌").await;
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

/// A team member used a command.
async fn command(shared: &Shared, act: &Act<'_>, name: &str, words: Option<&str>) -> Option<Taken> {
    // whoever is told that it failed uses it again: it must not be done twice
    if !defer(shared, act).await {
        return None;
    }
    let channel = id(act.interaction, "channel_id")?;
    let own = shared.me.known()?.user.clone();
    let known = shared.config.commands.iter().any(|command| command.name == name);
    let role = match shared.places.role(&channel, &shared.client, &shared.shelf, &own).await {
        Ok(role) => role,
        Err(Unknown::Request(_) | Unknown::Shelf(_)) => {
            change(shared, act.token, "❌").await;
            return None;
        }
    };
    let is_team = known && matches!(role, Role::Room | Role::Topic { .. });
    let Some((chat, topic)) = general::place_of(shared, &channel, &role).filter(|_| is_team) else {
        // commands work where the team is
        let rooms: Vec<String> = shared.places.rooms().iter().map(|room| format!("<#{room}>")).collect();
        change(shared, act.token, &format!("❌ → {}", rooms.join(" "))).await;
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
    let _seen = answer(shared, act, &json!({ "type": 4, "data": data })).await;
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
    let _seen = answer(shared, act, &json!({ "type": 9, "data": data })).await;
}

/// Says that something is going on; whether that was in time.
async fn defer(shared: &Shared, act: &Act<'_>) -> bool {
    answer(shared, act, &json!({ "type": 5, "data": { "flags": EPHEMERAL } })).await
}

/// Gives the first answer. One that was given before, in another run, is well.
async fn answer(shared: &Shared, act: &Act<'_>, body: &Value) -> bool {
    let path = format!("/interactions/{}/{}/callback", act.id, act.token);
    match shared.client.call(Route { method: &Method::POST, path: &path, own_token: true }, body, WAIT).await
    {
        Err(Failure::Refused { code, .. }) => code != UNKNOWN_INTERACTION,
        Ok(_) | Err(Failure::Lost(_)) => true,
        Err(Failure::NotSent(_) | Failure::Limited { .. }) => false,
    }
}

/// Changes the answer to an interaction. It is a courtesy: nothing depends on it.
async fn change(shared: &Shared, token: &str, words: &str) {
    let Some(me) = shared.me.known() else { return };
    let path = format!("/webhooks/{}/{token}/messages/@original", me.application);
    let body = json!({ "content": words, "allowed_mentions": { "parse": [] } });
    let changed =
        shared.client.call(Route { method: &Method::PATCH, path: &path, own_token: true }, &body, WAIT).await;
    if let Err(failure) = changed {
        tracing::debug!(channel = %shared.config.channel, reason = %failure, "could not answer an interaction");
    }
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
