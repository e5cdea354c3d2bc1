//! `cargo +nightly fuzz run markdown`

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| deskbridge_fuzz::markdown(bytes));
