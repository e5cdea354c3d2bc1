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
mod standing;
mod strangers;
mod topics;

use fake_telegram::{Described, Fake, check_against_the_description};

/// Stops unless everything that was asked and answered is as the API's machine-readable description says; how much it was.
fn as_described(fake: &Fake) -> Option<usize> {
    match check_against_the_description(fake).unwrap() {
        Described::Absent => {
            println!("the API's description is not at hand: nothing was looked at");
            None
        }
        Described::Well(exchanges) => Some(exchanges),
        Described::Wrong(wrong) => panic!("{}", wrong.join("\n")),
    }
}

/// Whether what was approved is written anew instead of being compared.
#[expect(clippy::disallowed_methods, reason = "a test is told so by who runs it")]
fn updates_snapshots() -> bool {
    std::env::var_os("DESKBRIDGE_UPDATE_SNAPSHOTS").is_some()
}
