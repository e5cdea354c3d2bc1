//! What people type, and what is read of it.

use crate::port::rich::{
    Builder, DEPTH_MAX, NUMBER_MAX, QUOTES_MAX, Rich, SPANS_MAX, Span, Spoilers, Style, markdown,
};

/// A text with its spans written into it, in angle brackets.
fn shown(rich: &Rich) -> String {
    let mut marks: Vec<(usize, usize, String)> = Vec::new();
    for (order, span) in rich.spans().iter().enumerate() {
        let word = match &span.style {
            Style::Link { url } => format!("link {url}"),
            Style::CodeBlock { language: Some(language) } => format!("code_block {language}"),
            Style::Item { number: Some(number), depth } => format!("item {number} {depth}"),
            Style::Item { number: None, depth } => format!("item {depth}"),
            Style::Bold
            | Style::Italic
            | Style::Underline
            | Style::Strike
            | Style::Spoiler
            | Style::Code
            | Style::CodeBlock { .. }
            | Style::Quote
            | Style::Mention => span.style.word().to_owned(),
        };
        marks.push((span.range.start, 1_000 + order, format!("⟨{word}:")));
        marks.push((span.range.end, 999 - order, "⟩".to_owned()));
    }
    marks.sort();
    let mut text = rich.text().to_owned();
    for (at, _, mark) in marks.iter().rev() {
        text.insert_str(*at, mark);
    }
    text
}

#[test]
fn what_is_typed_in_chats_is_read_as_it_is_meant() {
    for (source, read) in [
        (
            "**bold** *italic* _italic_ ~~gone~~ `code`",
            "⟨bold:bold⟩ ⟨italic:italic⟩ ⟨italic:italic⟩ ⟨strike:gone⟩ ⟨code:code⟩",
        ),
        ("__under__ ||secret||", "⟨underline:under⟩ ⟨spoiler:secret⟩"),
        ("***both*** ***a** b* ***a* b**", "⟨bold:⟨italic:both⟩⟩ ⟨italic:⟨bold:a⟩ b⟩ ⟨bold:⟨italic:a⟩ b⟩"),
        ("**a *b** c*", "⟨bold:a *b⟩ c*"),
        ("**bo**ld ~~ol~~d", "⟨bold:bo⟩ld ⟨strike:ol⟩d"),
        ("snake_case __init__.py 2*3*4 2**3**4 a*b*c", "snake_case ⟨underline:init⟩.py 2*3*4 2**3**4 a*b*c"),
        ("2 * not * a ** b **c", "2 * not * a ** b **c"),
        ("*Achtung*: **wichtig**!", "⟨italic:Achtung⟩: ⟨bold:wichtig⟩!"),
        ("这是**粗体**文字*强调*了", "这是⟨bold:粗体⟩文字⟨italic:强调⟩了"),
        ("**over\nlines** and **not\n\nparagraphs**", "⟨bold:over⟩\n⟨bold:lines⟩ and **not\n\nparagraphs**"),
        ("a\n\n\n  b  \n\tc ", "a\n\n\n  b  \n\tc "),
        ("Headline\n---\n# no\n| a | b |", "Headline\n---\n# no\n| a | b |"),
        ("<b>x</b> &amp; <!-- y -->", "<b>x</b> &amp; <!-- y -->"),
        ("`` a`b `` ` ` ``` x ``` `open", "⟨code:a`b⟩ ⟨code: ⟩ ⟨code:x⟩ `open"),
        ("`**no**` and **`yes`**", "⟨code:**no**⟩ and ⟨bold:⟨code:yes⟩⟩"),
        (r"\*no\* \_ \[x](y) \~~ \` C:\dir \\server\x", r"*no* _ [x](y) ~~ ` C:\dir \\server\x"),
        ("|||x||| ~x~ ~~~x~~~ ****x****", "|||x||| ~x~ ~~~x~~~ ****x****"),
        ("> one\n> two\nthree", "⟨quote:one\ntwo⟩\nthree"),
        ("> a\n>\n> > b", "⟨quote:a\n\n⟨quote:b⟩⟩"),
        (">50 >_< >\n>", ">50 >_< >\n>"),
        ("- a\n- b\n  c\n  - d\nend", "⟨item 0:a⟩\n⟨item 0:b\nc⟩\n⟨item 1:d⟩\nend"),
        ("1. a\n2. b\n    * c", "⟨item 1 0:a⟩\n⟨item 2 0:b⟩\n⟨item 2:c⟩"),
        ("-a 1.a\n- \n1.5 x\n01. x\n1) x", "-a 1.a\n- \n1.5 x\n01. x\n1) x"),
        ("\\- a\n1\\. b\n\\> c", "- a\n1. b\n> c"),
        ("- **a** `b`\n  c", "⟨item 0:⟨bold:a⟩ ⟨code:b⟩\nc⟩"),
        ("x\n```rust\nlet a = *b*;\n\n  c\n```\ny", "x\n⟨code_block rust:let a = *b*;\n\n  c⟩\ny"),
        ("````\n```\n````", "⟨code_block:```⟩"),
        ("```\nopen", "⟨code_block:open⟩"),
        ("``` not a language\nx", "``` not a language\nx"),
        ("```\n```\nx", "```\n```\nx"),
        ("1. do\n   ```\n   a\n   ```\n   so", "⟨item 1 0:do\n⟨code_block:a⟩\nso⟩"),
        ("> ```\n> a\n> ```\nb", "⟨quote:⟨code_block:a⟩⟩\nb"),
        ("[a **b**](https://a.b/)", "⟨link https://a.b/:a ⟨bold:b⟩⟩"),
        ("**[a](https://a.b/x_(y))**", "⟨bold:⟨link https://a.b/x_%28y%29:a⟩⟩"),
        ("[a](javascript:x) [b](c d) [](https://a.b/)", "[a](javascript:x) [b](c d) [](https://a.b/)"),
        ("[1] [a [b] c](https://a.b/)", "[1] ⟨link https://a.b/:a [b] c⟩"),
        ("https://a.b/__c__/*d*_ **https://a.b/**", "https://a.b/__c__/*d*_ ⟨bold:https://a.b/⟩"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("👍 :shrug: \u{AF}\\_(ツ)_/\u{AF}", "👍 :shrug: \u{AF}_(ツ)_/\u{AF}"),
    ] {
        assert_eq!(shown(&markdown::parse(source)), read, "{source:?}");
    }
}

#[test]
fn spans_as_other_platforms_have_them_come_into_form() {
    let link = |url: &str| Style::Link { url: url.to_owned() };
    for (text, spans, form) in [
        ("overlap", vec![(0..4, Style::Bold), (2..7, Style::Italic)], "⟨bold:ov⟨italic:er⟩⟩⟨italic:lap⟩"),
        ("twice", vec![(0..3, Style::Bold), (1..5, Style::Bold)], "⟨bold:twice⟩"),
        (" blank ", vec![(0..7, Style::Bold)], " ⟨bold:blank⟩ "),
        ("aäb", vec![(2..3, Style::Bold), (0..99, Style::Italic)], "⟨italic:aäb⟩"),
        ("a code b", vec![(2..6, Style::CodeBlock { language: None })], "a \n⟨code_block:code⟩\n b"),
        ("a\nb\n", vec![(2..4, Style::Quote)], "a\n⟨quote:b⟩\n"),
        ("click here", vec![(0..5, link("tg://x"))], "click (tg://x) here"),
        (
            "click here",
            vec![(0..7, Style::Bold), (3..10, link("https://a.b/"))],
            "⟨bold:cli⟩⟨link https://a.b/:⟨bold:ck h⟩ere⟩",
        ),
        ("in code", vec![(0..7, Style::Code), (2..4, Style::Bold)], "⟨code:in code⟩"),
        ("@anna hi", vec![(0..5, Style::Mention)], "⟨mention:@anna⟩ hi"),
        (
            "a\nb",
            vec![
                (0..3, Style::Item { number: None, depth: 0 }),
                (2..3, Style::Item { number: None, depth: 1 }),
            ],
            "⟨item 0:a⟩\n⟨item 1:b⟩",
        ),
        ("a\nb", vec![(0..3, Style::Spoiler)], "⟨spoiler:a⟩\n⟨spoiler:b⟩"),
        ("x", vec![(0..1, Style::CodeBlock { language: Some("no\"quotes".to_owned()) })], "⟨code_block:x⟩"),
    ] {
        let spans = spans.into_iter().map(|(range, style)| Span::new(range, style)).collect();
        assert_eq!(shown(&Rich::new(text, spans)), form, "{text:?}");
    }
}

#[test]
fn too_much_becomes_text() {
    let items = markdown::parse(&"- [a](https://a.b/)\n".repeat(SPANS_MAX));
    assert_eq!(items.spans().len(), SPANS_MAX);
    let plain = items.to_plain(Spoilers::Marked);
    assert_eq!(plain, "• a (https://a.b/)\n".repeat(SPANS_MAX));
    assert!(markdown::parse(&items.to_markdown()) == items);

    let quotes = Rich::new("a", vec![Span::new(0..1, Style::Quote); 100]);
    assert_eq!(quotes.spans().len(), QUOTES_MAX);
    let item = Span::new(0..1, Style::Item { number: Some(u64::MAX), depth: u8::MAX });
    let item = Rich::new("a", vec![item]);
    assert_eq!(item.spans()[0].style, Style::Item { number: Some(NUMBER_MAX), depth: DEPTH_MAX });
}

#[test]
fn hostile_trees_and_spans_come_to_an_end() {
    const MANY: usize = 50_000;
    let styles = || {
        let item = Style::Item { number: None, depth: 0 };
        let code = Style::CodeBlock { language: None };
        let link = Style::Link { url: "https://a.b/".to_owned() };
        [Style::Quote, item, code, link, Style::Bold, Style::Mention, Style::Code]
    };
    for style in styles() {
        let mut builder = Builder::new();
        for _ in 0..MANY {
            builder.open(style.clone());
        }
        builder.push("a\n b");
        assert!(builder.finish().text().contains("a\n b"));
        for text in ["\n", " ", "a", "a\n"] {
            // each begins later, and all reach to the end
            let text = text.repeat(MANY);
            let spans = (0..MANY).map(|start| Span::new(start..text.len(), style.clone())).collect();
            let rich = Rich::new(text.clone(), spans);
            assert!(rich.text().len() >= text.len() && rich.spans().len() <= SPANS_MAX);
            assert!(!rich.to_html().is_empty());
        }
    }
}

#[test]
fn what_is_stored_is_readable_and_not_believed() {
    let rich = markdown::parse("1. **a** [b](https://a.b/)\n```sh\nc\n```");
    let stored = serde_json::to_value(&rich).unwrap();
    let expected = serde_json::json!({
        "text": "a b\nc",
        "spans": [
            { "range": { "start": 0, "end": 3 }, "style": { "item": { "number": 1, "depth": 0 } } },
            { "range": { "start": 0, "end": 1 }, "style": "bold" },
            { "range": { "start": 2, "end": 3 }, "style": { "link": { "url": "https://a.b/" } } },
            { "range": { "start": 4, "end": 5 }, "style": { "code_block": { "language": "sh" } } },
        ],
    });
    assert_eq!(stored, expected);
    assert!(serde_json::from_value::<Rich>(stored).unwrap() == rich);
    assert_eq!(serde_json::to_string(&Rich::plain("a")).unwrap(), r#"{"text":"a"}"#);

    let forged = r#"{"text": "é", "spans": [{"range": {"start": 9, "end": 1}, "style": "bold"},
        {"range": {"start": 0, "end": 2}, "style": {"link": {"url": "javascript:x"}}}]}"#;
    assert_eq!(serde_json::from_str::<Rich>(forged).unwrap().text(), "é (javascript:x)");
}

#[test]
fn debug_shows_neither_words_nor_addresses() {
    let rich = markdown::parse("MARKER [MARKER](https://MARKER.org/)\n```MARKER\nMARKER\n```");
    let debug = format!("{rich:?} {:?} {:?}", rich.spans(), rich.spans()[0].style);
    assert!(!debug.contains("MARKER"), "{debug}");
    assert!(debug.contains("link@7..13"), "{debug}");
}
