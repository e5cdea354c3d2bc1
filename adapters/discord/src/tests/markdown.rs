//! What was typed is read as it was typed, and looks are Discord's.

use super::*;
use port::rich::markdown::parse;

#[test]
fn nothing_that_was_typed_becomes_a_sign() {
    for (text, written) in [
        ("plain, (brackets) & \"quotes\" 1+1=2", "plain, (brackets) & \"quotes\" 1+1=2"),
        ("*a* _b_ ~~c~~ ||d|| `e`", r"\*a\* \_b\_ \~\~c\~\~ \|\|d\|\| \`e\`"),
        ("<@1> <@&2> <#3> <:x:4> <t:5> </c:6>", r"\<\@1> \<\@&2> \<#3> \<\:x:4> \<t:5> \</c:6>"),
        ("@everyone @here", r"\@everyone \@here"),
        ("[a](https://b.c/)", r"\[a\](https://b.c/)"),
        ("# a\n## b\n-# c\n#d", "\\# a\n\\## b\n\\-# c\n\\#d"),
        ("> a\n>>> b\n a > b", "\\> a\n\\>>> b\n a > b"),
        ("- a\n  * b\n+ c\n1. d\n 12) e", "\\- a\n  \\* b\n\\+ c\n1\\. d\n 12\\) e"),
        ("a - b 1. c -5", "a - b 1. c -5"),
        (r"C:\dir\_x ¯\_(ツ)_/¯", r"C:\\dir\\\_x ¯\\\_(ツ)\_/¯"),
        (":smile: 10:30:05 a::b", r"\:smile: 10\:30:05 a::b"),
        ("see https://a.b/c_d_(e)*f* now_", r"see https://a.b/c_d_(e)*f* now\_"),
        ("<https://a.b/c_d>", "<https://a.b/c_d>"),
        ("http://", "http://"),
    ] {
        assert_eq!(escaped(text), written);
    }
}

#[test]
fn looks_are_written_in_discords_signs() {
    for (source, written) in [
        ("**a** *b* __c__ ~~d~~ ||e|| `f`", "**a** *b* __c__ ~~d~~ ||e|| `f`"),
        ("**a _b_**", "**a _b_**"),
        ("__a _b___", "__a *b*__"),
        ("**a**__b__", "**a**__b__"),
        ("`` a`b ``", "``a`b``"),
        ("`` `a` ``", "`` `a` ``"),
        ("> a\n> b\nc", "> a\n> b\nc"),
        ("> > a", "> > a"),
        ("- a\n- b\n  - c\n3. d", "- a\n- b\n  - c\n3. d"),
        ("```sh\nls *\n```\nb", "```sh\nls *\n```\nb"),
        ("````\na\n```\nb\n````", "```\na\n`\u{200B}`\u{200B}`\nb\n```"),
        ("[a *b*](https://c.d/)", "[a *b*](https://c.d/)"),
        ("[bank.com](https://evil.com/)", "bank.com (<https://evil.com/>)"),
        ("[https://c.d](https://c.d)", "https://c.d"),
        ("[mail](mailto:a@b.c)", r"mail (mailto:a\@b.c)"),
        ("**see https://a.b/c**", "**see https://a.b/c**"),
    ] {
        assert_eq!(render(&parse(source)), written, "{source}");
    }
}

#[test]
fn marks_that_touch_are_kept_apart_and_an_address_does_not_end_a_look() {
    let bold = |range| Span::new(range, Style::Bold);
    let rich = Rich::new("ab", vec![bold(0..1), Span::new(1..2, Style::Italic)]);
    assert_eq!(render(&rich), "**a**\u{2060}*b*");
    let rich = Rich::new("https://a.b/**c", vec![bold(0..15)]);
    assert_eq!(render(&rich), "**https://a.b/%2A%2Ac**");
    let rich = Rich::new("xay", vec![bold(0..3), Span::new(1..2, Style::Italic)]);
    assert_eq!(render(&rich), "**x*a*y**");
}

#[test]
fn a_channel_in_a_line_of_its_own_leads_there_and_one_within_a_name_does_not() {
    let said = Rich::plain("<#1> (#7) waits.\n<#1100000000000000001>\n<#x>");
    assert_eq!(render_with_channels(&said), "\\<#1> (#7) waits.\n<#1100000000000000001>\n\\<#x>");
    assert_eq!(render(&said), "\\<#1> (#7) waits.\n\\<#1100000000000000001>\n\\<#x>");
}
