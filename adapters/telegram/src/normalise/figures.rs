//! Places, polls and the like as text, because other platforms have none of them or others. Pure. What is said is in
//! signs and in its author's words, never in a language of ours.

use super::text;
use port::names::clean_name;
use port::rich::{Builder, Rich, Style};
use serde_json::Value;

/// At most so many options or tasks are shown.
const LINES_MAX: usize = 100;

/// What a field of a message shows, if it is a figure.
pub(super) fn figure(field: &str, of: &Value) -> Option<Rich> {
    match field {
        "venue" => place(of.get("location")?, &[text(of, "title"), text(of, "address")]),
        "location" => place(of, &[]),
        "contact" => contact(of),
        "poll" => poll(of),
        "checklist" => checklist(of),
        "dice" => Some(Rich::plain(format!("{} {}", text(of, "emoji")?, of.get("value")?.as_u64()?))),
        "game" => {
            let title = text(of, "title")?;
            Some(lines(&[
                Rich::plain(format!("🎮 {title}")),
                text::field(of, "text", "text_entities").unwrap_or_default(),
            ]))
        }
        _ => None,
    }
}

/// A place: a pin, what it is called, and where a map shows it.
pub(super) fn place(location: &Value, named: &[Option<&str>]) -> Option<Rich> {
    let degrees =
        |field: &str, most: f64| location.get(field)?.as_f64().filter(|degrees| degrees.abs() <= most);
    let (latitude, longitude) = (degrees("latitude", 90.0)?, degrees("longitude", 180.0)?);
    let mut builder = Builder::new();
    builder.push("📍 ");
    for words in named.iter().flatten().filter(|words| !words.trim().is_empty()) {
        builder.push(words.trim());
        builder.line();
    }
    let url = format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}");
    builder.open(Style::Link { url });
    builder.push(&format!("{latitude}, {longitude}"));
    builder.close();
    Some(builder.finish())
}

fn contact(of: &Value) -> Option<Rich> {
    let names = ["first_name", "last_name"].iter().filter_map(|field| text(of, field));
    let name = clean_name(&names.collect::<Vec<_>>().join(" "));
    let phone = text(of, "phone_number").map(clean_name).unwrap_or_default();
    if name.is_empty() && phone.is_empty() {
        return None;
    }
    Some(lines(&[Rich::plain(format!("👤 {name}")), Rich::plain(phone)]))
}

fn poll(of: &Value) -> Option<Rich> {
    let question = text::field(of, "question", "question_entities")?;
    let mut parts = vec![Rich::concat([&Rich::plain("📊 "), &question])];
    parts.extend(text::field(of, "description", "description_entities"));
    let options = of.get("options").and_then(Value::as_array).into_iter().flatten();
    let mut builder = Builder::new();
    for (number, option) in (1..).zip(options.filter_map(|option| text(option, "text")).take(LINES_MAX)) {
        builder.open(Style::Item { number: Some(number), depth: 0 });
        builder.push(option.trim());
        builder.close();
    }
    parts.push(builder.finish());
    Some(lines(&parts))
}

fn checklist(of: &Value) -> Option<Rich> {
    let title = text::field(of, "title", "title_entities").unwrap_or_default();
    let tasks = of.get("tasks").and_then(Value::as_array)?;
    let mut parts = vec![title];
    for task in tasks.iter().take(LINES_MAX) {
        let is_done = task.get("completion_date").and_then(Value::as_i64).is_some_and(|at| at > 0)
            || task.get("completed_by_user").is_some()
            || task.get("completed_by_chat").is_some();
        let sign = Rich::plain(if is_done { "☑ " } else { "☐ " });
        parts.extend(text::field(task, "text", "text_entities").map(|words| Rich::concat([&sign, &words])));
    }
    Some(lines(&parts)).filter(|shown| !shown.is_empty())
}

/// Texts below each other; those that say nothing are left out.
fn lines(parts: &[Rich]) -> Rich {
    super::joined(parts.iter().filter(|part| !part.is_empty()).cloned())
}
