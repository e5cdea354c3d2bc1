//! Rich text from outside: tables of what people type, and the checks that the fuzzer uses too.

use deskbridge_port as port;

#[path = "../../../../fuzz/checks.rs"]
mod checks;
mod random;
mod reading;
mod writing;
