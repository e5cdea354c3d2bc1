//! Tests of several parts together.

mod albums;
mod captured;
mod conformance;
mod files;
mod receiving;
mod rig;
mod sending;
#[path = "../../../../tests/support/memory_shelf.rs"]
mod shelf;
mod stage;
mod topics;

/// Whether what was approved is written anew instead of being compared.
#[expect(clippy::disallowed_methods, reason = "a test is told so by who runs it")]
fn updates_snapshots() -> bool {
    std::env::var_os("DESKBRIDGE_UPDATE_SNAPSHOTS").is_some()
}
