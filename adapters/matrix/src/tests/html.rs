//! What becomes of markup, hostile markup included.

use super::*;
use port::rich::markdown;

/// What HTML says, as Markdown.
fn shown(html: &str) -> Option<String> {
    read(html, "", true).map(|rich| rich.to_markdown())
}

#[test]
fn every_look_of_matrix_is_kept() {
    for (html, wanted) in [
        ("a <b>b</b> <strong>c</strong>", "a **b** **c**"),
        ("<i>a</i> <em>b</em> <u>c</u> <ins>d</ins>", "_a_ _b_ __c__ __d__"),
        ("<s>a</s> <del>b</del> <strike>c</strike>", "~~a~~ ~~b~~ ~~c~~"),
        ("<code>a  &lt;b</code>", "`a  <b`"),
        (
            "<pre><code class=\"language-rust\">fn a() {\n  b\n}\n</code></pre>",
            "```rust\nfn a() {\n  b\n}\n```",
        ),
        ("<pre>a<br>b</pre>after", "```\na\nb\n```\nafter"),
        ("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ("<ol start=\"3\"><li><p>a</p></li><li><p>b</p></li></ol>", "3. a\n4. b"),
        ("<a href=\"https://example.org/x\">a</a>", "[a](https://example.org/x)"),
        ("<a href=\"javascript:alert(1)\">a</a>", "a (javascript:alert(1))"),
        ("<a href=\"https://matrix.to/#/@anna:x.org\">Anna</a>: hi @room", "Anna: hi @room"),
        ("<span data-mx-spoiler>a</span>", "||a||"),
        ("<span data-mx-spoiler=\"the end\">a</span>", "(the end) ||a||"),
        ("a<br>b<br/><br>c<br>", "a\nb\n\nc"),
        ("<p>a</p>\n<p>b</p>", "a\n\nb"),
        ("<h1>a</h1>b", "**a**\n\nb"),
        ("a<hr>b", "a\n———\nb"),
        ("<img data-mx-emoticon alt=\":cat:\" src=\"mxc://x/y\"> <img src=\"https://x/y\">", ":cat: 🖼"),
        (
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>",
            "a | b\nc | d",
        ),
        ("x<sup>2</sup> h<sub>0</sub>", "x^2 h_0"),
        ("<font color=\"red\" data-mx-bg-color=\"#fff\">a</font>", "a"),
        ("a &amp; b&nbsp;&nbsp;c", "a & b  c"),
        ("<mx-reply><blockquote>asked</blockquote></mx-reply>answer", "answer"),
        ("<strong data-mx-profile-fallback>Bob: </strong>hi", "hi"),
        ("<details><summary>a</summary>b</details>", "a\nb"),
    ] {
        assert_eq!(shown(html).as_deref(), Some(wanted), "{html}");
    }
}

#[test]
fn a_mention_is_only_a_name() {
    let rich = read(
        "<a href=\"https://matrix.to/#/@anna:x.org\">Anna</a> <a href='matrix:u/bo:x'>Bo</a>",
        "",
        false,
    );
    let rich = rich.unwrap();
    assert_eq!(rich.text(), "Anna Bo");
    assert_eq!(rich.spans().iter().map(|span| span.style.word()).collect::<Vec<_>>(), ["mention", "mention"]);
}

#[test]
fn what_we_write_is_read_back() {
    for source in [
        "a **b** *c* __d__ ~~e~~ ||f|| `g`",
        "> q\n> w\n\nand\n\n- a\n- b\n  - c\n\n3. x\n4. y",
        "```rust\nfn main() {}\n\n  x\n```\nafter",
        "two  blanks\n   three in front\n\n\nlines",
        "[a](https://example.org/) & <b>",
    ] {
        let rich = markdown::parse(source);
        let back = read(&rich.to_html(), "", false).unwrap();
        assert_eq!(back.to_markdown(), rich.to_markdown(), "{source}");
    }
}

#[test]
fn hostile_markup_is_read_as_text_or_not_at_all() {
    let many = |piece: &str, count: usize| piece.repeat(count);
    let numbered = |before: &str, after: &str, count: usize| {
        (0..count).fold(String::new(), |all, number| all + before + number.to_string().as_str() + after)
    };
    let bomb = numbered("<b a", ">", 200);
    let long = format!("<b {}>", numbered("a", " ", 9_000));
    for (html, wanted) in [
        (many("<i>", 10_000), None),
        (many("<div>", 399) + "a", None),
        (many("<blockquote>", 90) + "a", Some("> > > > a".to_owned())),
        (format!("{bomb}{}", many("<p>x", 5_000)), None),
        (long + "a", Some("**a**".to_owned())),
        (many("a", 70_000), None),
        ("<script>alert('a')</script><style>b {}</style><title>c</title>d".to_owned(), Some("d".to_owned())),
        ("<b onclick=\"x()\">a".to_owned(), Some("**a**".to_owned())),
        ("</b></i></p>a<b".to_owned(), Some("a".to_owned())),
        ("<!-- a --><![CDATA[b]]><?c?>d".to_owned(), Some("d".to_owned())),
        ("<b>a<p>b</b>c".to_owned(), Some("**a**\n\n**b**c".to_owned())),
        (
            "<a href='https://a.b'>x<a href='https://c.d'>y".to_owned(),
            Some("[x](https://a.b)[y](https://c.d)".to_owned()),
        ),
        ("<table><b>a<tr><td>b".to_owned(), Some("**a**\nb".to_owned())),
        (many("<pre>", 150) + "a", None),
        (String::new(), Some(String::new())),
    ] {
        let head: String = html.chars().take(40).collect();
        assert_eq!(shown(&html), wanted, "{head}");
    }
    // what the limits let through stays small
    let within = format!("{}{}", numbered("<b a", ">", 90), many("<p>x", 300));
    assert!(read(&within, "", false).is_some_and(|rich| rich.text().len() < 1_000));
    let deep = format!("{bomb}{}", many("<p>x", 200));
    assert!(read(&deep, "", false).is_none());
}
