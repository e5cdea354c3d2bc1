//! The fuzzer's checks on a corpus and on pseudo-random inputs, for those who have no fuzzer.

use crate::checks;
use proptest::prelude::*;

/// A small generator: the same inputs on every machine, for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn bytes(&mut self) -> Vec<u8> {
        let len = self.next() % 60;
        (0..len).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

fn many(seed: u64, check: fn(&[u8])) {
    let mut random = Random(seed);
    for _ in 0..3_000 {
        check(&random.bytes());
    }
}

#[test]
fn any_markdown_is_read_and_written_alike() {
    many(1, checks::check_markdown);
}

#[test]
fn any_spans_come_into_form() {
    many(2, checks::check_spans);
}

#[test]
fn any_html_is_balanced_and_escaped() {
    many(3, checks::check_html);
}

#[test]
fn any_parts_fit_and_say_everything() {
    many(4, checks::check_split);
}

#[test]
fn any_text_can_be_asked_whom_it_imitates() {
    many(5, checks::check_imitation);
}

proptest! {
    #[test]
    fn no_text_and_no_bytes_stop_anything(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        for bytes in [text.as_bytes(), &bytes] {
            checks::check_markdown(bytes);
            checks::check_spans(bytes);
            checks::check_html(bytes);
            checks::check_split(bytes);
            checks::check_imitation(bytes);
        }
    }
}

#[test]
fn whatever_once_broke_something_holds() {
    for source in CORPUS {
        // an odd first byte: taken as it is
        let bytes = format!("#{source}");
        checks::check_markdown(bytes.as_bytes());
        checks::check_html(bytes.as_bytes());
        checks::check_split(bytes.as_bytes());
    }
}

/// What people type, and what parsers trip over.
const CORPUS: [&str; 24] = [
    "[\u{2060}](https://a.b/)",
    "[\\](https://a.b/)",
    "[\\\u{2060}](https://a.b/)",
    "***a** b* ***a* b** *a**b**c*",
    "**a***b* *a***b** __a___b_",
    "`` `a` `` ` ` `a``b` ```a``b```",
    "- ```sh\n  a\n\n  b\n  ```\n  c\n d",
    "> > a\n>\n> - b\n>   c\n> > d\n>",
    "```\n\n```\n```sh\n```",
    "> ```\n> a\nb",
    "\\\\server\\share C:\\_temp\\*",
    "1\\. a\n\\- b\n\\> c\n\\\\- d",
    "https://a.b/__init__/*x*, **https://a.b/_**",
    "**https://a.b**c https://a.b\\_c",
    "[a [b] c](https://a.b/d_(e)) [[a](https://a.b/)](https://c.d/)",
    "**[a** b](https://a.b/) `[a](https://a.b/)`",
    "||a ~~b|| c~~ ~~~a~~~ |||a|||",
    "  - a\n      - b\n                    - c",
    "a\u{2028}b\r\nc\rd\u{0}",
    "это*не*курсив 这是**粗体**文字 2**3**4",
    "<script>alert(1)</script> &amp; \"'",
    "\u{202E}**gnp.exe**\u{202C}",
    "**a\nb** _c\n\nd_ ~~\ne~~",
    "👩\u{200D}👩\u{200D}👧*👩\u{200D}👩\u{200D}👧*",
];
