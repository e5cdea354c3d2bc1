//! From the content of one event to what it says: a text with its looks, files. Pure; it must not know who said it,
//! or where.

use crate::normalise::text;
use crate::{figures, files, html};
use port::rich::Rich;
use port::{Content, File, FileKind};
use serde_json::Value;

/// The profile that a message brings along (MSC4144).
const PROFILE: &str = "com.beeper.per_message_profile";
/// Several files in one message, as the proposal for it has it.
const GALLERY: &str = "dm.filament.gallery";
/// The one format that messages have.
const HTML: &str = "org.matrix.custom.html";

/// What the content of an event says.
pub(crate) enum Said {
    /// Something that is carried.
    Content(Content),
    /// Something else: what it is called, and the text that came with it.
    Other { what: String, text: Option<String> },
}

/// What the content of an event says, or nothing when a program said it or nobody has to read it.
///
/// `answers` says whether it answers another message, so that a quote of that one may stand in front.
pub(crate) fn said(event_type: &str, content: &Value, answers: bool) -> Option<Said> {
    let kind = match event_type {
        "m.sticker" => event_type,
        "m.room.message" => text(content, "msgtype")?,
        _ => return Some(of_figure(event_type, figures::poll(content), content)),
    };
    let media = match kind {
        "m.notice" => return None,
        // two people compare signs; their clients show it
        _ if kind.starts_with("m.key.verification.") => return None,
        "m.text" | "m.emote" => {
            let text = said_in_words(kind, content, answers);
            if text.is_empty() {
                return Some(other(kind, content));
            }
            return Some(Said::Content(text.into()));
        }
        "m.location" => return Some(of_figure(kind, figures::location(content), content)),
        GALLERY => album(content),
        _ => file(kind, content).map(|file| vec![file]),
    };
    Some(match media {
        Some(files) => Said::Content(Content { text: caption(kind, content, answers), files }),
        None => other(kind, content),
    })
}

/// The files of an album (MSC4274), unless one of them is nothing that is carried.
fn album(content: &Value) -> Option<Vec<File>> {
    let items = content.get("itemtypes")?.as_array()?;
    let files: Vec<File> =
        items.iter().map(|item| file(text(item, "itemtype")?, item)).collect::<Option<_>>()?;
    (!files.is_empty()).then_some(files)
}

/// The file of a message, or of one thing in an album.
fn file(kind: &str, content: &Value) -> Option<File> {
    let kind = match kind {
        "m.image" => FileKind::Image,
        "m.video" => FileKind::Video,
        "m.audio" if files::is_voice(content) => FileKind::Voice,
        "m.audio" => FileKind::Audio,
        "m.file" => FileKind::Document,
        "m.sticker" => FileKind::Sticker,
        _ => return None,
    };
    files::file(content, kind)
}

fn of_figure(what: &str, figure: Option<Rich>, content: &Value) -> Said {
    figure.map_or_else(|| other(what, content), |figure| Said::Content(figure.into()))
}

fn said_in_words(kind: &str, content: &Value, answers: bool) -> Rich {
    let words = words(content, answers);
    if kind == "m.emote" && !words.is_empty() {
        return Rich::concat([&Rich::plain("/me "), &words]);
    }
    words
}

/// What is said about a file. Its body is no more than its name, unless the name is told as well.
fn caption(kind: &str, content: &Value, answers: bool) -> Rich {
    let is_said = text(content, "filename").is_some_and(|name| text(content, "body") != Some(name));
    if kind == GALLERY || (is_said && kind != "m.sticker") {
        words(content, answers)
    } else {
        Rich::default()
    }
}

/// The words of a message with their looks, without what its author did not write.
fn words(content: &Value, answers: bool) -> Rich {
    let persona = fallback_name(content);
    let body = text(content, "body").unwrap_or_default();
    let body = if answers { without_quote(body) } else { body };
    let prefix = persona.map(|name| format!("{name}: "));
    let body = prefix.and_then(|prefix| body.strip_prefix(&prefix)).unwrap_or(body);
    let formatted = text(content, "formatted_body").filter(|_| text(content, "format") == Some(HTML));
    let rich = formatted.and_then(|html| html::read(html, body, persona.is_some()));
    match rich {
        // without looks nothing is nearer to what was typed than the body
        Some(rich) if rich.is_plain() && is_same(rich.text(), body) => Rich::plain(body),
        Some(rich) if !rich.is_empty() => rich,
        Some(_) | None => Rich::plain(body),
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// The name under which a message wants to be read (MSC4144).
pub(crate) fn persona(content: &Value) -> Option<&str> {
    text(content.get(PROFILE)?, "displayname").filter(|name| !name.trim().is_empty())
}

/// That name, when the message begins with it for clients that know nothing of it.
fn fallback_name(content: &Value) -> Option<&str> {
    let has_fallback = content.get(PROFILE)?.get("has_fallback") == Some(&Value::Bool(true));
    persona(content).filter(|_| has_fallback)
}

fn other(what: &str, content: &Value) -> Said {
    Said::Other { what: what.to_owned(), text: accompanying(content) }
}

/// The text that came with something that is not carried.
pub(crate) fn accompanying(content: &Value) -> Option<String> {
    ["body", "org.matrix.msc1767.text"]
        .iter()
        .find_map(|field| text(content, field))
        .or_else(|| content.pointer("/m.text/0/body").and_then(Value::as_str))
        .or_else(|| text(content, "filename"))
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

/// A body without the quote that older clients put before a reply.
fn without_quote(body: &str) -> &str {
    if !body.starts_with("> <@") && !body.starts_with("> * <@") {
        return body;
    }
    let mut rest = body;
    while rest.starts_with('>') {
        rest = rest.split_once('\n').map_or("", |(_quoted, after)| after);
    }
    rest.strip_prefix('\n').unwrap_or(rest)
}
