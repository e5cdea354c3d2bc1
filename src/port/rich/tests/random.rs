//! The fuzzer's checks on a corpus and on pseudo-random inputs, for those who have no fuzzer.

use crate::checks;
use crate::port::rich::{Rich, Span, Style, markdown};
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

fn seed(n: u64) -> u64 {
    std::env::var("SEED").map_or(n, |s| s.parse::<u64>().unwrap() * 977 + n)
}
fn many(seed: u64, check: fn(&[u8])) {
    let mut random = Random(seed);
    for _ in 0..3_000 {
        check(&random.bytes());
    }
}

#[test]
fn any_markdown_is_read_and_written_alike() {
    many(seed(1), checks::check_markdown);
}

#[test]
fn any_spans_come_into_form() {
    many(seed(2), checks::check_spans);
}

#[test]
fn any_html_is_balanced_and_escaped() {
    many(seed(3), checks::check_html);
}

#[test]
fn any_parts_fit_and_say_everything() {
    many(seed(4), checks::check_split);
}

#[test]
fn any_text_can_be_asked_whom_it_imitates() {
    many(seed(5), checks::check_imitation);
}
