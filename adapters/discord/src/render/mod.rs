//! From an operation to the contents of messages. Pure; it must not know a connection, a webhook or the shelf.
//!
//! Where a webhook posts, the name is Discord's to show. Elsewhere it stands before the text, made of escaped letters, or
//! is the author of an embed, which no text can imitate. Nobody is called by what people write; the bridge itself calls
//! team members when it is told to.

pub(crate) mod markdown;

use crate::config::Names;
use port::names::is_invisible;
use port::rich::{self, Rich};
use port::{Limit, Mention, TopicState, Unit, Voice};
use serde_json::{Value, json};

/// The longest text of one message.
pub(crate) const TEXT_LIMIT: Limit = Limit { max: 2_000, unit: Unit::Chars };
/// The longest name that a webhook shows.
const USERNAME_MAX: usize = 80;
/// The longest title of a post.
const TITLE_MAX: usize = 100;
/// What calling somebody takes at most: a blank, `<@`, twenty digits and `>`.
const CALL_MAX: usize = 24;
/// The most people that one message calls.
const CALLS_MAX: usize = 10;
/// What stands for nothing, because Discord takes no empty message.
const NOTHING: &str = "…";

/// How a message shows whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown<'n> {
    /// By the bridge itself, which leads to posts.
    Bridge,
    /// Beside the message.
    Aside,
    /// In a bold line before the text.
    Line(&'n str),
    /// As the author of an embed that holds the text.
    Embed(&'n str),
}

impl<'n> Shown<'n> {
    /// How a voice shows itself where no webhook posts.
    pub(crate) fn without_webhook(voice: &'n Voice, names: Names) -> Self {
        match (voice, names) {
            (Voice::Bridge, _) => Self::Bridge,
            (Voice::Persona(persona), Names::Bold) => Self::Line(persona.name.shown()),
            (Voice::Persona(persona), Names::Embed) => Self::Embed(persona.name.shown()),
        }
    }

    /// What stands before the text of every part.
    fn head(self) -> String {
        match self {
            Self::Line(name) => format!("**{}**\n", markdown::escaped(name)),
            Self::Bridge | Self::Aside | Self::Embed(_) => String::new(),
        }
    }
}

/// The texts of a message, each as long as one message may be; none for an empty text.
///
/// `before` is what has to fit into the first one as well.
pub(crate) fn texts(shown: Shown<'_>, body: &Rich, before: &str, calls: &[Mention]) -> Vec<String> {
    let taken = shown.head().chars().count() + before.chars().count() + calls.len().min(CALLS_MAX) * CALL_MAX;
    let max = TEXT_LIMIT.max.saturating_sub(taken).max(100);
    if body.text().trim().is_empty() && calls.is_empty() {
        return Vec::new();
    }
    let written = |part: &Rich| match shown {
        Shown::Bridge => markdown::render_with_channels(part),
        Shown::Aside | Shown::Line(_) | Shown::Embed(_) => markdown::render(part),
    };
    let parts = rich::split(body, max, |part| written(part).chars().count());
    let texts = parts.iter().map(written);
    let mut texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).collect();
    for mention in calls.iter().take(CALLS_MAX).filter(|mention| is_id(mention.account.as_str())) {
        call(&mut texts, mention);
    }
    texts
}

fn call(texts: &mut Vec<String>, mention: &Mention) {
    let (name, sign) = (markdown::escaped(mention.name.shown()), format!("<@{}>", mention.account.as_str()));
    if let Some(text) = texts.iter_mut().find(|text| !name.is_empty() && text.contains(&name)) {
        *text = text.replacen(&name, &sign, 1);
    } else if let Some(last) = texts.last_mut() {
        last.push(' ');
        last.push_str(&sign);
    } else {
        texts.push(sign);
    }
}

/// What a message says, as Discord takes it; nobody is called but those named.
pub(crate) fn said(shown: Shown<'_>, text: &str, calls: &[Mention]) -> Value {
    let mut users: Vec<&str> = Vec::new();
    for account in calls.iter().take(CALLS_MAX).map(|mention| mention.account.as_str()) {
        if is_id(account) && !users.contains(&account) {
            users.push(account);
        }
    }
    let mut allowed = json!({ "parse": [] });
    if !users.is_empty() {
        allowed["users"] = json!(users);
    }
    match shown {
        Shown::Bridge | Shown::Aside | Shown::Line(_) => {
            json!({ "content": format!("{}{text}", shown.head()), "allowed_mentions": allowed })
        }
        Shown::Embed(name) => {
            let mut embed = json!({ "author": { "name": name.chars().take(256).collect::<String>() } });
            if !text.is_empty() {
                embed["description"] = json!(text);
            }
            // what calls somebody must stand in the text itself
            let call: Vec<String> = users.iter().map(|user| format!("<@{user}>")).collect();
            json!({ "content": call.join(" "), "embeds": [embed], "allowed_mentions": allowed })
        }
    }
}

/// What stands for a text that has nothing in it.
pub(crate) fn or_nothing(said: &mut Value, has_files: bool) {
    let is_empty = said["content"].as_str().is_none_or(|content| content.trim().is_empty());
    if is_empty && said.get("embeds").is_none() && !has_files {
        said["content"] = json!(NOTHING);
    }
}

/// The line that leads to the message which is answered, where there is no answering.
pub(crate) fn answer_line(guild: &str, channel: &str, message: &str) -> String {
    format!("{ANSWER_MARK}https://discord.com/channels/{guild}/{channel}/{message}\n")
}

/// What the line begins with that leads to the message which is answered.
pub(crate) const ANSWER_MARK: &str = "-# ↩ ";

/// A name as a webhook may show it: Discord refuses two words within it, and two names altogether.
pub(crate) fn username(name: &str) -> String {
    // what cannot be seen is left out by Discord before it looks for these words
    let seen: String = name.chars().filter(|c| !is_invisible(*c)).collect();
    let mut shown = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in ["clyde", "discord"] {
        while let Some(at) = shown.to_ascii_lowercase().find(word) {
            shown.insert(at + 3, '·');
        }
    }
    if matches!(shown.to_lowercase().as_str(), "everyone" | "here") {
        shown.push('·');
    }
    let shown: String = shown.chars().take(USERNAME_MAX).collect();
    if shown.trim().is_empty() { NOTHING.to_owned() } else { shown.trim_end().to_owned() }
}

/// A name that nothing can be wrong with: its letters, digits and blanks.
pub(crate) fn plain_username(name: &str) -> String {
    let kept: String = name.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    username(&kept)
}

/// A name of which no word can be read: its letters and digits one by one. People still recognise it.
pub(crate) fn spelled_username(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric()).take(USERNAME_MAX / 2);
    let spelled: Vec<String> = letters.map(String::from).collect();
    username(&spelled.join("·"))
}

/// The name of a post; with the state's sign where no tag can show it.
pub(crate) fn title(title: &str, state: TopicState, with_sign: bool) -> String {
    let whole = if with_sign { format!("{} {title}", state.sign()) } else { title.to_owned() };
    let shown: String = whole.trim().chars().take(TITLE_MAX).collect();
    if shown.trim().is_empty() { NOTHING.to_owned() } else { shown.trim_end().to_owned() }
}

/// The first post of a topic.
pub(crate) fn card(title: &str, state: TopicState, card: &str) -> Value {
    let head = format!("**{} {}**\n", state.sign(), markdown::escaped(title));
    let max = TEXT_LIMIT.max.saturating_sub(head.chars().count()).max(100);
    let parts = rich::split(&Rich::plain(card), max, |part| markdown::render(part).chars().count());
    let shown = parts.first().map(markdown::render).unwrap_or_default();
    json!({ "content": format!("{head}{shown}"), "allowed_mentions": { "parse": [] } })
}

/// Whether a text is an id of Discord's.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An emoji as it stands in an address.
pub(crate) fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
#[path = "../tests/render.rs"]
mod tests;
