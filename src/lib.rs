//! Deskbridge's shell: everything that touches the world, in reading order.
#![doc = include_str!("docs/architecture.md")]

/// The heap of the whole process. The system's own costs a third more time here, or keeps what it no longer needs.
#[global_allocator]
static HEAP: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod cli;
pub mod config;
pub mod setup;
pub mod words;

pub mod adapters;
pub mod charts;
pub mod clock;
pub mod outbox;
pub mod rebuild;
pub mod runtime;
pub mod store;

pub mod console;
pub mod lifecycle;
pub mod observe;
pub mod status;
