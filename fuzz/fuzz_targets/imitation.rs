//! `cargo +nightly fuzz run imitation`

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| deskbridge_fuzz::imitation(bytes));
