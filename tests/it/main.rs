//! The shell's tests: whole parts through their doors.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop where something is not so")]

mod architecture;
mod between_platforms;
#[path = "../support/bridge.rs"]
mod bridge;
mod browser;
mod calendars;
mod canary;
#[path = "../support/chromium.rs"]
mod chromium;
mod cli;
mod config;
mod config_of_rules;
mod discord_e2e;
mod discord_ways;
mod figures_cli;
#[path = "../support/home.rs"]
mod home;
mod kill;
mod kill_bots;
mod laws;
#[path = "../support/local_client.rs"]
mod local_client;
mod matrix_captured;
mod matrix_changes;
#[path = "../support/matrix_client.rs"]
mod matrix_client;
mod matrix_conformance;
mod matrix_deadlines;
mod matrix_e2e;
mod matrix_encrypted;
mod matrix_keys;
mod matrix_kinds;
mod matrix_looks;
mod matrix_media;
#[path = "../support/matrix_rig.rs"]
mod matrix_rig;
mod matrix_rooms;
#[path = "../support/memory_shelf.rs"]
mod memory_shelf;
#[path = "../support/nio.rs"]
mod nio;
#[path = "../support/program.rs"]
mod program;
#[path = "../support/scripted.rs"]
#[expect(dead_code, reason = "the simulation loses topics as well")]
mod scripted;
mod silence;
mod store_cli;
#[path = "../support/synapse.rs"]
mod synapse;
mod telegram_e2e;
mod words;
