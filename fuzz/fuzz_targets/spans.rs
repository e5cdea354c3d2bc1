//! `cargo +nightly fuzz run spans`

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| deskbridge_fuzz::spans(bytes));
