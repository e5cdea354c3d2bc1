//! Markdown as people type it in chats, read and written.
//!
//! There is no library behind it on purpose. Those that are well kept (`pulldown-cmark`, `comrak`, `markdown`) follow
//! `CommonMark`, whose paragraphs are not what was typed: indentation and blanks at the end of a line are dropped,
//! empty lines collapse, four blanks make code, a line of `---` makes a headline, HTML vanishes. A message has to
//! arrive letter for letter, so this one knows only what chats know, and everything else is text:
//!
//! | typed | read as |
//! |---|---|
//! | `**a**` | bold |
//! | `*a*`, `_a_` | italic, at the edges of words only: `snake_case` and `2*3*4` are text |
//! | `__a__` | underline, as on Discord (`CommonMark` has no underline and would make it bold) |
//! | `~~a~~` | struck through |
//! | `\|\|a\|\|` | spoiler |
//! | `` `a` ``, fences of three or more backticks, with a language | code |
//! | `> a` | quote; `>` without a blank is text, but for an empty line within a quote |
//! | `- a`, `* a`, `1. a` | items, two blanks of indentation a level; lines indented as far as the item's text go on |
//! | `[a](address)` | link, if the address may be one ([`super::links::accepted`]) |
//! | a backslash before one of ``*_~\|[]` ``, or before the mark of a line | that character |
//!
//! Line breaks stay as they are. A backslash does not escape a backslash, so that Windows paths survive. Addresses in
//! the text are left alone. Looks end with the paragraph. One thing is an invention: a backslash and a word joiner
//! (U+2060) are nothing at all. It keeps marks apart where they would be misread, as in `bo\⁠_l_\⁠d`; only
//! [`render()`] writes it.
//!
//! Reading takes time in proportion to the text, whatever is in it.

mod blocks;
mod chars;
mod inline;
mod render;

pub use render::render;

use super::Rich;

/// Reads Markdown. There is no text that it does not take.
#[must_use]
pub fn parse(source: &str) -> Rich {
    blocks::parse(source).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_takes_steps_in_proportion_to_the_text() {
        let count = 10_000;
        let nested = |piece: &str| piece.repeat(count);
        let steps_of_longer: String = (1..200).flat_map(|n| ["`".repeat(n), "a".to_owned()]).collect();
        for source in [
            nested("["),
            nested("[]("),
            nested("](") + &nested("[a]("),
            nested("[a](b"),
            nested("*"),
            nested("**a "),
            nested("*a **b "),
            nested("a* b** "),
            nested("***a") + &nested("b** "),
            nested("_a __b ~~c ||d "),
            nested("> "),
            nested(">"),
            nested("> > > > > a\n"),
            nested("`a``b```c"),
            steps_of_longer,
            nested("```a\n"),
            nested("> ```\n\n"),
            nested("- ```\n"),
            nested("https://a**"),
            nested("http://[](http://"),
            nested("\\"),
            nested("  - a\n"),
            nested("- "),
            nested("[*a](https://a.b/*) "),
        ] {
            let (rich, steps) = blocks::parse(&source);
            let head: String = source.chars().take(12).collect();
            assert!(steps <= source.len() * 8 + 64, "{head}: {steps} steps for {} bytes", source.len());
            assert!(rich.spans().len() <= crate::rich::SPANS_MAX);
        }
    }
}
