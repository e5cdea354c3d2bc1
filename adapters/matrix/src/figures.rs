//! Places and polls as text, because other platforms have none of them or others. Pure. What is said is in signs and
//! in its author's words, never in a language of ours.

use crate::normalise::text;
use port::rich::{Builder, Rich, Style};
use serde_json::Value;

/// At most so many answers of a poll are shown; Matrix allows twenty.
const ANSWERS_MAX: usize = 100;

/// A place: a pin, what its author calls it, and where a map shows it.
pub(crate) fn location(content: &Value) -> Option<Rich> {
    let described = ["m.location", "org.matrix.msc3488.location"].iter().find_map(|key| content.get(*key));
    let uri = text(content, "geo_uri").or_else(|| text(described?, "uri"))?;
    let (latitude, longitude) = coordinates(uri)?;
    let words = described.and_then(|place| text(place, "description")).or_else(|| {
        // clients without maps get the coordinates as text, which says nothing more
        text(content, "body").filter(|body| !body.contains("geo:"))
    });
    let mut builder = Builder::new();
    builder.push("📍 ");
    if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
        builder.push(words.trim());
        builder.line();
    }
    let url = format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}");
    builder.open(Style::Link { url });
    builder.push(&format!("{latitude}, {longitude}"));
    builder.close();
    Some(builder.finish())
}

/// Latitude and longitude of a `geo:` address (RFC 5870), digit for digit.
fn coordinates(uri: &str) -> Option<(&str, &str)> {
    let place = uri.strip_prefix("geo:")?.split(';').next()?;
    let mut numbers = place.split(',').map(str::trim);
    let mut next = |most: f64| {
        let number = numbers.next().filter(|number| number.len() <= 24)?;
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
        let value: f64 = number.parse().ok()?;
        (is_plain && value.abs() <= most).then_some(number)
    };
    Some((next(90.0)?, next(180.0)?))
}

/// A poll: its question and its answers, numbered.
pub(crate) fn poll(content: &Value) -> Option<Rich> {
    let poll = ["m.poll", "m.poll.start", "org.matrix.msc3381.poll.start"]
        .iter()
        .find_map(|key| content.get(*key))?;
    let mut builder = Builder::new();
    builder.push("📊 ");
    builder.push(words(poll.get("question")?)?.trim());
    let answers = poll.get("answers").and_then(Value::as_array).into_iter().flatten();
    for (number, answer) in (1..).zip(answers.filter_map(words).take(ANSWERS_MAX)) {
        builder.open(Style::Item { number: Some(number), depth: 0 });
        builder.push(answer.trim());
        builder.close();
    }
    Some(builder.finish())
}

/// The words of a question or an answer, as of today and as of the proposal that was before.
fn words(of: &Value) -> Option<&str> {
    let texts = of.get("m.text").and_then(Value::as_array).into_iter().flatten();
    let plain = |text_of: &&Value| text(text_of, "mimetype").is_none_or(|mime| mime == "text/plain");
    let today = texts.into_iter().find(plain).and_then(|found| text(found, "body"));
    let words = today.or_else(|| text(of, "org.matrix.msc1767.text")).or_else(|| text(of, "body"));
    words.filter(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_place_on_earth_is_a_place() {
        for (uri, wanted) in [
            ("geo:52.5,13.4", Some(("52.5", "13.4"))),
            ("geo:-33.8,+151.2,40;u=35", Some(("-33.8", "+151.2"))),
            ("geo:90,-180", Some(("90", "-180"))),
            ("geo:90.1,0", None),
            ("geo:0,181", None),
            ("geo:inf,nan", None),
            ("geo:1e1,2", None),
            ("geo:1", None),
            ("https://example.org", None),
            ("geo:1&x=y,2", None),
        ] {
            assert_eq!(coordinates(uri), wanted, "{uri}");
        }
    }
}
