//! What becomes of what people do, and of what the adapter is told to do.

mod access;
mod bench;
mod changing;
mod commands;
mod conformance;
mod crowded;
mod harness;
mod matters;
mod probe;
mod receive;
mod recover;
mod sending;
mod topics;

/// Whether what was approved is written anew instead of being compared.
#[expect(clippy::disallowed_methods, reason = "a test is told so by who runs it")]
pub(crate) fn updates_snapshots() -> bool {
    std::env::var_os("DESKBRIDGE_UPDATE_SNAPSHOTS").is_some()
}
