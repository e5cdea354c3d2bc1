//! The shell's tests: whole parts through their doors.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop where something is not so")]

mod architecture;
mod cli;
mod config;
mod words;
