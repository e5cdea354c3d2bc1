//! What others get to see.

use crate::port::rich::{Builder, Rich, Span, Spoilers, Style, markdown};

#[test]
fn plain_text_says_everything() {
    for (source, plain) in [
        ("**a** _b_ __c__", "a b c"),
        ("~~10~~ 12 €, `x`", "~~10~~ 12 €, `x`"),
        ("> a\n> - b\n>   c", "> a\n> • b\n>   c"),
        ("1. a\n   b\n  - c", "1. a\n   b\n  • c"),
        ("[here](https://a.b/) [a.b](https://a.b/)", "here (https://a.b/) a.b"),
        ("[https://a.b](https://a.b/)", "https://a.b (https://a.b/)"),
        ("1. x\n   ```sh\n   a\n   b\n   ```", "1. x\n   ```sh\n   a\n   b\n   ```"),
        ("it was ||the **cook**||", "it was ||the cook||"),
        ("a\n\n  b\n", "a\n\n  b\n"),
    ] {
        assert_eq!(markdown::parse(source).to_plain(Spoilers::Marked), plain, "{source:?}");
    }
}

#[test]
fn a_hidden_spoiler_gives_nothing_away() {
    let rich = markdown::parse("it was ||the **cook** [x](https://a.b/)|| [||who||](https://a.b/)");
    assert_eq!(rich.to_plain(Spoilers::Hidden), "it was […] […]");
}

#[test]
fn html_is_what_matrix_takes() {
    for (source, html) in [
        ("", ""),
        ("a & <b> \"c\" 'd'", "a &amp; &lt;b&gt; &quot;c&quot; &#39;d&#39;"),
        (
            "**a _b_** __c__ ~~d~~ `e` ||f||",
            "<strong>a <em>b</em></strong> <u>c</u> <del>d</del> <code>e</code> <span data-mx-spoiler>f</span>",
        ),
        ("a\nb\n\n  c  d", "a<br>b<br><br>&nbsp;&nbsp;c &nbsp;d"),
        ("a\n> b\n> > c\n> d\ne", "a<blockquote>b<blockquote>c</blockquote>d</blockquote>e"),
        ("a\n\n> b\n\nc", "a<br><br><blockquote>b</blockquote><br>c"),
        ("- a\n  b\n  - c\n- d", "<ul><li>a<br>b<ul><li>c</li></ul></li><li>d</li></ul>"),
        (
            "1. a\n2. b\n5. c\n- d\nx",
            "<ol><li>a</li><li>b</li></ol><ol start=\"5\"><li>c</li></ol><ul><li>d</li></ul>x",
        ),
        ("```c++\na < b\n\nc\n```", "<pre><code class=\"language-c++\">a &lt; b\n\nc</code></pre>"),
        ("- a\n  ```\n  b\n  ```\n  c", "<ul><li>a<pre><code>b</code></pre>c</li></ul>"),
        ("[a](https://a.b/?c=1&d=2)", "<a href=\"https://a.b/?c=1&amp;d=2\">a</a>"),
        ("[bank.com](https://evil.com/)", "<a href=\"https://evil.com/\">bank.com</a> (https://evil.com/)"),
        ("[call](tel:123)", "call (tel:123)"),
    ] {
        assert_eq!(markdown::parse(source).to_html(), html, "{source:?}");
    }
    let mention = Rich::new("@room hi", vec![Span::new(0..5, Style::Mention)]);
    assert_eq!(mention.to_html(), "@room hi");
}

#[test]
fn markdown_is_escaped_no_more_than_needed() {
    for (text, written) in [
        ("snake_case a~b |c| [1] (x) C:\\dir 5 > 4 - 3", "snake_case a~b |c| [1] (x) C:\\dir 5 > 4 - 3"),
        ("*a* _b_ ~~c~~ `d`", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\`"),
        ("[a](b)", "[a\\](b)"),
        ("- a\n1. b\n> c", "\\- a\n1\\. b\n\\> c"),
    ] {
        assert_eq!(Rich::plain(text).to_markdown(), written);
    }
    let inside = Rich::new("bold", vec![Span::new(1..3, Style::Italic)]);
    assert_eq!(inside.to_markdown(), "b\\\u{2060}_ol_\\\u{2060}d");
}

#[test]
fn a_name_stands_before_a_message() {
    let prefixed = |source: &str| markdown::parse(source).prefixed("Anna (Support)").to_markdown();
    assert_eq!(prefixed("**Hi** there"), "**Anna (Support):** **Hi** there");
    assert_eq!(prefixed("> quoted\nsaid"), "**Anna (Support):**\n> quoted\nsaid");
    assert_eq!(prefixed("```\na\n```"), "**Anna (Support):**\n```\na\n```");
    assert_eq!(Rich::plain("*_x").prefixed("a_b*").to_plain(Spoilers::Marked), "a_b*: *_x");
}

#[test]
fn parts_are_taken_and_joined() {
    let rich = markdown::parse("ab **cd** [ef gh](https://a.b/)\n1. ij kl");
    assert_eq!(rich.slice(1..4).to_markdown(), "b **c**");
    assert_eq!(rich.slice(8..99).to_markdown(), " [gh](https://a.b/)\n1. ij kl");
    assert_eq!(rich.slice(15..17).to_markdown(), "kl");
    let backwards = std::ops::Range { start: 5, end: 2 };
    assert!(rich.slice(backwards).is_empty());
    assert_eq!(Rich::plain("aä").slice(0..2).text(), "a");
    assert_eq!(markdown::parse("\n\n  **a** \n").trimmed().to_markdown(), "  **a**");
    assert!(Rich::plain(" \n ").trimmed().is_empty());

    let bold = Rich::new("a", vec![Span::new(0..1, Style::Bold)]);
    let quote = Rich::new("q", vec![Span::new(0..1, Style::Quote)]);
    assert_eq!(Rich::concat([&bold, &bold, &quote, &bold]).to_markdown(), "**aa**\n> q\n**a**");
    assert!(Rich::concat([]).is_empty());
}

#[test]
fn a_tree_is_walked_into_a_text() {
    // <p>Hi <b>there</b></p> <ol><li>one<ul><li>two</ul><li><p>three</p><p>four</p></ol>
    let mut builder = Builder::new();
    builder.paragraph();
    builder.flow("Hi ");
    builder.open(Style::Bold);
    builder.flow("there");
    builder.close();
    builder.paragraph();
    builder.flow("\n ");
    builder.open(Style::Item { number: Some(1), depth: 0 });
    builder.flow("one");
    builder.open(Style::Item { number: None, depth: 1 });
    builder.flow("two");
    builder.close();
    builder.close();
    builder.open(Style::Item { number: Some(2), depth: 0 });
    builder.paragraph();
    builder.flow("three");
    builder.paragraph();
    builder.paragraph();
    builder.flow("four");
    builder.paragraph();
    builder.close();
    builder.flow(" ");
    let rich = builder.finish();
    assert_eq!(rich.to_markdown(), "Hi **there**\n\n1. one\n  - two\n\n2. three\n   \n   four");
}
