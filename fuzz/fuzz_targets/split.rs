//! `cargo +nightly fuzz run split`

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| deskbridge_fuzz::split(bytes));
