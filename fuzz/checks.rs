//! What must hold for rich text, whatever comes in. One file, used in two ways:
//!
//! - as ordinary tests: `cargo test -p deskbridge-port --test rich` includes it and feeds it a fixed corpus and some
//!   thousands of pseudo-random inputs from fixed seeds, in a second or two, on the stable compiler;
//! - by the fuzzer: each file in `fuzz_targets/` hands libFuzzer's bytes to one function of it, see `Cargo.toml` here.
//!
//! Whoever includes it provides the crate as `crate::port`.

use crate::port::rich::{QUOTES_MAX, Rich, SPANS_MAX, Span, Spoilers, Style, links, markdown, split};

/// What Markdown is made of, and what it is easily confused by.
const PIECES: [&str; 48] = [
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "~",
    "||",
    "|",
    "`",
    "``",
    "```\n",
    "```sh\n",
    "> ",
    ">",
    "- ",
    "1. ",
    "  ",
    "\n",
    "\n\n",
    " ",
    "\t",
    "a",
    "b",
    "7",
    "é",
    "中",
    "👩‍👩‍👧",
    "[",
    "]",
    "(",
    ")",
    "](https://a.b/c_d)",
    "](javascript:x)",
    "\\",
    "\u{2060}",
    "\u{202E}",
    "https://a.b/",
    "://",
    "<b>",
    "&amp;",
    "\"",
    "\r\n",
    "\r",
    "-",
    ".",
    "<",
    "x y. z",
];

/// Any text: every other input is made of pieces, the rest is taken as it is.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    match bytes.split_first() {
        Some((first, rest)) if first % 2 == 0 => {
            rest.iter().map(|byte| PIECES[usize::from(*byte) % PIECES.len()]).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Any text with any spans, most of them nonsense.
pub(crate) fn rich_of(bytes: &[u8]) -> Rich {
    let (count, rest) =
        bytes.split_first().map_or((0, bytes), |(count, rest)| (usize::from(count % 12), rest));
    let (spans, text) = rest.split_at((count * 3).min(rest.len()));
    let text = text_of(text);
    let spans = spans.chunks_exact(3).map(|span| {
        let start = usize::from(span[0]) % (text.len() + 2);
        Span::new(start..start + usize::from(span[1] % 32), style_of(span[2]))
    });
    let spans = spans.collect();
    Rich::new(text, spans)
}

fn style_of(byte: u8) -> Style {
    let url = |url: &str| Style::Link { url: url.to_owned() };
    match byte % 16 {
        0 | 1 => Style::Bold,
        2 => Style::Italic,
        3 => Style::Underline,
        4 => Style::Strike,
        5 => Style::Spoiler,
        6 => Style::Code,
        7 => Style::CodeBlock { language: Some("sh".to_owned()) },
        8 => Style::CodeBlock { language: None },
        9 | 10 => Style::Quote,
        11 => Style::Item { number: None, depth: byte / 16 },
        12 => Style::Item { number: Some(u64::from(byte)), depth: 0 },
        13 => url("https://a.b/c"),
        14 => url("javascript:x"),
        _ => Style::Mention,
    }
}

/// Markdown is read whatever it is, and what was read is written so that it reads the same.
pub(crate) fn check_markdown(bytes: &[u8]) {
    let source = text_of(bytes);
    let rich = markdown::parse(&source);
    check_form(&rich);
    check_round_trip(&rich);
    // no look adds or takes a line, but for fences
    if !source.contains("```") && !source.contains('\r') {
        assert_eq!(rich.text().matches('\n').count(), source.matches('\n').count());
    }
}

/// Any spans come into form, and are written and read back.
pub(crate) fn check_spans(bytes: &[u8]) {
    let rich = rich_of(bytes);
    check_form(&rich);
    check_round_trip(&without_mentions(&rich));
}

/// HTML is balanced, has no tag that was not made by us, and says what the text says.
pub(crate) fn check_html(bytes: &[u8]) {
    for rich in [rich_of(bytes), markdown::parse(&text_of(bytes))] {
        let html = rich.to_html();
        let said = check_tags(&html);
        let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphabetic()).collect() };
        let mut rest = said.chars().filter(|c| c.is_alphabetic());
        // addresses may stand between
        assert!(letters(rich.text()).chars().all(|c| rest.any(|other| other == c)), "letters are missing");
    }
}

/// Parts fit, and together say everything.
pub(crate) fn check_split(bytes: &[u8]) {
    let max = usize::from(bytes.first().copied().unwrap_or_default()) + 80;
    for rich in [rich_of(bytes), markdown::parse(&text_of(bytes))] {
        let measures: [fn(&Rich) -> usize; 3] = [
            |part| part.text().chars().count(),
            |part| part.to_html().len() + part.to_plain(Spoilers::Hidden).len(),
            |part| part.to_plain(Spoilers::Marked).encode_utf16().count(),
        ];
        for (size, max) in measures.into_iter().zip([1 + max / 8, max + 300, max]) {
            let parts = split(&rich, max, size);
            let joined: String = parts.iter().map(Rich::text).collect();
            assert_eq!(joined, rich.text());
            for part in parts {
                check_form(&part);
                assert!(size(&part) <= max || part.text().chars().count() == 1);
            }
        }
    }
}

/// Whether a text could imitate somebody can be asked of any text.
pub(crate) fn check_imitation(bytes: &[u8]) {
    use crate::port::rich::Looks;
    let imitates = |text: &str, name: &str| Looks::of(text).imitate(&Looks::of(name));
    let text = text_of(bytes);
    let name = "Anna (Support)";
    assert!(imitates(&format!("{text}\n{name}: {text}"), name));
    let _ = imitates(&text, &text);
}

/// The form that every rich text has.
pub(crate) fn check_form(rich: &Rich) {
    let text = rich.text();
    assert!(!text.contains('\r'));
    assert!(rich.spans().len() <= SPANS_MAX);
    let mut open: Vec<&Span> = Vec::new();
    let mut before = 0;
    for span in rich.spans() {
        let inside = text.get(span.range.clone()).unwrap_or_default();
        assert!(!inside.is_empty() && span.range.start >= before, "{rich:?}");
        before = span.range.start;
        while open.pop_if(|outer| outer.range.end <= span.range.start).is_some() {}
        if let Some(outer) = open.last() {
            assert!(outer.range.end >= span.range.end, "{rich:?}");
            assert!(!matches!(outer.style, Style::Code | Style::CodeBlock { .. }), "{rich:?}");
        }
        let same = open.iter().filter(|outer| outer.style.word() == span.style.word()).count();
        assert!(same < if span.style == Style::Quote { QUOTES_MAX } else { 1 }, "{rich:?}");
        if span.style.is_block() {
            assert!(open.iter().all(|outer| outer.style.is_block()), "{rich:?}");
            assert!(span.range.start == 0 || text.as_bytes()[span.range.start - 1] == b'\n', "{rich:?}");
            assert!(span.range.end == text.len() || text.as_bytes()[span.range.end] == b'\n', "{rich:?}");
        } else {
            assert!(!inside.contains('\n'), "{rich:?}");
        }
        if let Some(url) = span.style.url() {
            assert_eq!(links::accepted(url).as_deref(), Some(url));
            assert_eq!(inside.trim(), inside);
        }
        open.push(span);
    }
    let again = Rich::new(text, rich.spans().to_vec());
    assert!(again == *rich, "{rich:?} {again:?}");
    let marked = rich.to_plain(Spoilers::Marked);
    assert!(marked.matches('\n').count() >= text.matches('\n').count());
}

fn check_round_trip(rich: &Rich) {
    let written = rich.to_markdown();
    let again = markdown::parse(&written);
    assert!(again == *rich, "{:?}\n{written:?}\n{rich:?}\n{:?}\n{again:?}", rich.text(), again.text());
}

fn without_mentions(rich: &Rich) -> Rich {
    let others = rich.spans().iter().filter(|span| span.style != Style::Mention);
    Rich::new(rich.text(), others.cloned().collect())
}

/// Reads HTML as strictly as it was written, and gives back its text.
fn check_tags(html: &str) -> String {
    const TAGS: [&str; 13] =
        ["strong", "em", "u", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span", "br"];
    let mut open: Vec<&str> = Vec::new();
    let mut said = String::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        said.push_str(&unescaped(text));
        let (tag, after) = tag.split_once('>').unwrap_or(("unclosed", ""));
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let (name, attribute) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "{html}");
        let value = |start: &str| {
            let value = attribute.strip_prefix(start).and_then(|value| value.strip_suffix('"'));
            value.is_some_and(|value| !value.contains(['"', '<', '>']))
        };
        assert!(
            match name {
                "a" => value("href=\"http") || value("href=\"mailto:"),
                "span" => attribute == "data-mx-spoiler",
                "ol" => attribute.is_empty() || value("start=\""),
                "code" => attribute.is_empty() || value("class=\"language-"),
                _ => attribute.is_empty(),
            },
            "{html}"
        );
        let is_list = matches!(open.last(), Some(&("ul" | "ol")));
        assert_eq!(is_list, name == "li", "{html}");
        if name != "br" {
            open.push(name);
        }
    }
    said.push_str(&unescaped(rest));
    assert!(open.is_empty(), "{html}");
    said
}

fn unescaped(text: &str) -> String {
    assert!(!text.contains(['>', '"', '\'']), "{text}");
    let mut plain = text.to_owned();
    for (escape, c) in [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")] {
        plain = plain.replace(escape, c);
    }
    assert_eq!(plain.matches('&').count(), plain.matches("&amp;").count(), "{text}");
    plain.replace("&amp;", "&")
}
