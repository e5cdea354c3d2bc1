//! From Discord's Markdown to a text with its looks. Pure; names come with the message, nothing is asked.
//!
//! The common Markdown is the port's. What is Discord's own (mentions, emoji of servers, moments, headlines, code that
//! begins within a line, escapes of any sign) is taken out before as one private character each, and put back as what
//! a reader sees, or as it was typed where it stands within code.

use super::tokens::{self, Token};
use port::rich::{Rich, Span, Style, markdown};
use serde_json::Value;

/// The private characters that stand for what is taken out: of two ranges the one that the text has nothing of.
const RANGES: [(u32, u32); 2] = [(0xF_0000, 0xF_FFFD), (0x10_0000, 0x10_FFFD)];

/// Something that was taken out of a text.
pub(super) struct Taken {
    /// As it was typed.
    raw: String,
    /// What a reader sees.
    shown: String,
    /// How that looks.
    look: Look,
}

/// How something that was taken out looks.
pub(super) enum Look {
    /// As its surroundings.
    None,
    /// A call of somebody.
    Mention,
    /// Lines of code.
    Code { language: Option<String> },
    /// From here to the end of the line in bold.
    Headline,
}

/// Reads a message's text. `message` has the names of those it mentions.
pub(crate) fn read(source: &str, message: &Value) -> Rich {
    let source = source.replace("\r\n", "\n");
    let free =
        |(first, last): &&(u32, u32)| !source.chars().any(|c| (*first..=*last).contains(&u32::from(c)));
    let Some((first, last)) = RANGES.iter().find(free) else {
        return markdown::parse(&source);
    };
    let mut reader =
        Reader { message, first: *first, room: last - first, out: String::new(), taken: Vec::new() };
    reader.blocks(&source);
    let Reader { out, taken, .. } = reader;
    put_back(&markdown::parse(&out), *first, &taken)
}

struct Reader<'m> {
    message: &'m Value,
    first: u32,
    room: u32,
    out: String,
    taken: Vec<Taken>,
}

impl Reader<'_> {
    /// Takes out blocks of code, which may begin and end anywhere, and reads what is around them.
    fn blocks(&mut self, source: &str) {
        let mut quoted = false;
        let mut rest = source;
        while let Some((before, code)) = rest.split_once("```") {
            let Some((code, after)) = code.split_once("```").filter(|(code, _)| !code.trim().is_empty())
            else {
                break;
            };
            self.lines(before, &mut quoted);
            let (language, code) = language(code);
            let raw = format!("```{code}```");
            let code = code.strip_suffix('\n').unwrap_or(code).to_owned();
            if !self.out.is_empty() && !self.out.ends_with('\n') && !self.out.ends_with("> ") {
                self.out.push('\n');
                self.out.push_str(if quoted { "> " } else { "" });
            }
            self.take(Taken { raw, shown: code, look: Look::Code { language } });
            rest = after;
            if let Some(next) = rest.strip_prefix('\n') {
                rest = next;
                self.out.push_str(if next.is_empty() { "" } else { "\n" });
            } else if !rest.is_empty() {
                self.out.push('\n');
            }
            if quoted && !rest.is_empty() {
                self.out.push_str("> ");
            }
        }
        self.lines(rest, &mut quoted);
    }

    /// Reads lines; everything behind `>>> ` is quoted to the end of the message.
    fn lines(&mut self, source: &str, quoted: &mut bool) {
        for (number, line) in source.split('\n').enumerate() {
            let mut line = line;
            if number > 0 {
                self.out.push('\n');
                self.out.push_str(if *quoted { "> " } else { "" });
            }
            let begins = self.out.is_empty() || self.out.ends_with('\n');
            if begins
                && !*quoted
                && let Some(rest) = line.strip_prefix(">>> ")
            {
                *quoted = true;
                self.out.push_str("> ");
                line = rest;
            }
            let begins = begins || (*quoted && self.out.ends_with("> "));
            let mut body = line;
            if begins
                && !*quoted
                && let Some(rest) = body.strip_prefix("> ")
            {
                self.out.push_str("> ");
                body = rest;
            }
            self.line(body, begins);
        }
    }

    fn line(&mut self, line: &str, begins: bool) {
        let mut rest = line;
        if begins {
            for (mark, look) in [
                ("# ", Look::Headline),
                ("## ", Look::Headline),
                ("### ", Look::Headline),
                ("-# ", Look::None),
            ] {
                if let Some(after) = line.strip_prefix(mark).filter(|after| !after.trim().is_empty()) {
                    self.take(Taken { raw: mark.to_owned(), shown: String::new(), look });
                    rest = after;
                    break;
                }
            }
        }
        while let Some(c) = rest.chars().next() {
            let (token, length) = match tokens::first(rest, self.message) {
                Some(found) => found,
                None => (Token::Text, c.len_utf8()),
            };
            let (raw, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            match token {
                Token::Text => self.out.push_str(raw),
                Token::Plain(text) => self.out.push_str(&text),
                Token::Shown(shown) => {
                    self.take(Taken { raw: raw.to_owned(), shown, look: Look::None });
                }
                Token::Mention(shown) => {
                    self.take(Taken { raw: raw.to_owned(), shown, look: Look::Mention });
                }
            }
            rest = after;
        }
    }

    /// Leaves one character in the place of something, as long as there are any.
    fn take(&mut self, taken: Taken) {
        let index = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
        let stands = (index <= self.room).then(|| char::from_u32(self.first.saturating_add(index))).flatten();
        match stands {
            Some(stands) => {
                self.out.push(stands);
                self.taken.push(taken);
            }
            None => self.out.push_str(&taken.raw),
        }
    }
}

/// A block's language: letters and signs alone in its first line. Without one, all of it is code.
fn language(code: &str) -> (Option<String>, &str) {
    let Some((first, rest)) = code.split_once('\n') else { return (None, code) };
    let is_language = first.chars().all(|c| c.is_ascii_alphanumeric() || "+-_.#".contains(c));
    match (first.is_empty(), is_language && !rest.trim().is_empty()) {
        (true, _) => (None, rest),
        (false, true) => (Some(first.to_owned()), rest),
        (false, false) => (None, code),
    }
}

/// Puts back what was taken out.
fn put_back(rich: &Rich, first: u32, taken: &[Taken]) -> Rich {
    let mut text = String::with_capacity(rich.text().len());
    let mut spans = Vec::new();
    // where the old text's bytes are in the new one: from this byte on, this much further
    let mut moved: Vec<(usize, usize, usize)> = Vec::new();
    let mut headline = None;
    for (at, c) in rich.text().char_indices() {
        if c == '\n'
            && let Some(start) = headline.take()
        {
            spans.push(Span::new(start..text.len(), Style::Bold));
        }
        let index = u32::from(c).checked_sub(first).and_then(|index| usize::try_from(index).ok());
        let Some(taken) = index.and_then(|index| taken.get(index)) else {
            text.push(c);
            continue;
        };
        let start = text.len();
        if is_code(rich, at) {
            text.push_str(&taken.raw);
        } else {
            text.push_str(&taken.shown);
            match &taken.look {
                Look::None => {}
                Look::Mention => spans.push(Span::new(start..text.len(), Style::Mention)),
                Look::Code { language } => {
                    let style = Style::CodeBlock { language: language.clone() };
                    spans.push(Span::new(start..text.len(), style));
                }
                Look::Headline => headline = Some(start),
            }
        }
        moved.push((at, at + c.len_utf8(), text.len()));
    }
    if let Some(start) = headline {
        spans.push(Span::new(start..text.len(), Style::Bold));
    }
    let new = |old: usize| {
        let before = moved.partition_point(|(_, end, _)| *end <= old);
        match before.checked_sub(1).and_then(|last| moved.get(last)) {
            Some((_, end, now)) => now + (old - end),
            None => old,
        }
    };
    spans.extend(
        rich.spans()
            .iter()
            .map(|span| Span::new(new(span.range.start)..new(span.range.end), span.style.clone())),
    );
    Rich::new(text, spans)
}

fn is_code(rich: &Rich, at: usize) -> bool {
    let is_code = |style: &Style| matches!(style, Style::Code | Style::CodeBlock { .. });
    rich.spans().iter().any(|span| span.range.contains(&at) && is_code(&span.style))
}
