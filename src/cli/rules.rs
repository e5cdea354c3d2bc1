//! `deskbridge rules test`: what the rules say about messages, one JSON object a line.

use super::Failure;
use crate::config::{self, Loaded};
use crate::console;
use anyhow::{Context as _, anyhow};
use desk::rules::{Message, Priority, RuleSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The longest line that is read as a message, in bytes; what is longer is cut.
const LINE_MAX: u64 = 1 << 20;

/// A message with what is known about it.
#[derive(Deserialize)]
struct Given {
    text: String,
    channel: Option<String>,
    language: Option<String>,
}

/// What the rules say about a message.
#[derive(Serialize)]
struct Said<'a> {
    text: &'a str,
    tags: &'a BTreeSet<String>,
    priority: Priority,
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    /// The rules that fired.
    rules: Vec<&'a str>,
    /// Why, as `rule: signal`.
    signals: Vec<String>,
}

/// Judges every line of a file, or of standard input.
pub(super) fn test(
    config: &Path,
    file: Option<&Path>,
    loaded: impl FnOnce() -> Result<Loaded, Failure>,
) -> Result<(), Failure> {
    let nobodys = config == Path::new(config::DEFAULT_PATH) && !config.exists();
    let rules = if nobodys {
        config::rules::shipped().map_err(|errors| anyhow!("the shipped rules cannot be used: {errors:?}"))?
    } else {
        loaded()?.config.rules
    };
    let from: Box<dyn Read> = match file.filter(|file| *file != Path::new("-")) {
        Some(file) => {
            Box::new(File::open(file).with_context(|| format!("failed to open {}", file.display()))?)
        }
        None => Box::new(io::stdin().lock()),
    };
    let mut from = BufReader::new(from);
    while let Some(line) = line(&mut from).context("failed to read the messages")? {
        if line.trim().is_empty() {
            continue;
        }
        if !console::out(said(&rules, &given(line))?) {
            break;
        }
    }
    Ok(())
}

/// The next line without its end. What is not UTF-8 is replaced: a corpus may come from anywhere.
fn line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if from.take(LINE_MAX).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if !bytes.ends_with(b"\n") {
        from.skip_until(b'\n')?;
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// A JSON object with a text, or the text itself.
fn given(line: String) -> Given {
    let object = line.trim_start().starts_with('{').then(|| serde_json::from_str::<Given>(&line).ok());
    object.flatten().unwrap_or(Given { text: line, channel: None, language: None })
}

/// What the rules say about it, as JSON.
fn said(rules: &RuleSet, given: &Given) -> serde_json::Result<String> {
    let channel = given.channel.as_deref().unwrap_or_default();
    let judged = rules.judge(Message { text: &given.text, language: given.language.as_deref(), channel });
    let signals = judged.fired.iter();
    let signals =
        signals.flat_map(|fired| fired.signals.iter().map(|signal| format!("{}: {signal}", fired.rule)));
    serde_json::to_string(&Said {
        text: &given.text,
        tags: &judged.tags,
        priority: judged.priority,
        language: judged.language.as_deref(),
        team: judged.team.as_deref(),
        policy: judged.policy.as_deref(),
        rules: judged.fired.iter().map(|fired| fired.rule.as_str()).collect(),
        signals: signals.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_texts_or_objects_and_may_be_anything() {
        let mut from = BufReader::new(
            &b"one\r\n\n{\"text\": \"two\", \"channel\": \"shop\", \"label\": 1}\n{three}\n\xff"[..],
        );
        let mut read = Vec::new();
        while let Some(line) = line(&mut from).unwrap() {
            let given = given(line);
            read.push((given.text, given.channel));
        }
        let plain = |text: &str| (text.to_owned(), None);
        let two = ("two".to_owned(), Some("shop".to_owned()));
        assert_eq!(read, [plain("one"), plain(""), two, plain("{three}"), plain("\u{fffd}")]);
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_the_next_is_whole() {
        let long = format!("{}\nnext\n", "x".repeat(usize::try_from(LINE_MAX).unwrap() + 10));
        let mut from = BufReader::new(long.as_bytes());
        assert_eq!(line(&mut from).unwrap().unwrap().len() as u64, LINE_MAX);
        assert_eq!(line(&mut from).unwrap().as_deref(), Some("next"));
        assert_eq!(line(&mut from).unwrap(), None);
    }

    #[test]
    fn the_answer_names_what_fired() {
        let given = given("Das Paket ist schon zum zweiten Mal kaputt angekommen!".to_owned());
        let said: serde_json::Value =
            serde_json::from_str(&said(&config::rules::shipped().unwrap(), &given).unwrap()).unwrap();
        assert_eq!(said["tags"], serde_json::json!(["complaint"]));
        assert_eq!(said["priority"], "high");
        assert_eq!(said["language"], "de");
        assert_eq!(said["rules"], serde_json::json!(["complaint"]));
        assert_eq!(said["text"], given.text);
        assert!(said.get("team").is_none());
    }
}
