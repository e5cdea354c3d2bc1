//! Simulation: the whole shell, on a real store, between scripted platforms, in virtual time, with faults.
//!
//! One seed decides everything: who writes what and when, what fails, when the process dies. `SIM_SEED=n` replays one
//! seed, `SIM_SEEDS=n` runs so many.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

mod agents;
mod check;
mod clocks;
mod digests;
mod notices;
mod profile;
mod reactions;
mod replies;
mod scene;
mod script;
mod stepwise;
mod totals;
mod whole;
mod world;

#[path = "../support/memory_shelf.rs"]
mod memory_shelf;
#[path = "../support/scripted.rs"]
mod scripted;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// How many seeds a run covers.
const SEEDS: u64 = 1000;

#[test]
fn every_message_arrives_once_in_order_or_is_told_whatever_fails() {
    if let Ok(seed) = std::env::var("SIM_SEED") {
        let told = world::run(seed.parse().expect("SIM_SEED is a number"));
        told.unwrap_or_else(|wrong| panic!("{wrong}"));
        return;
    }
    let seeds =
        std::env::var("SIM_SEEDS").map_or(SEEDS, |seeds| seeds.parse().expect("SIM_SEEDS is a number"));
    let next = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    let totals = std::sync::Mutex::new(totals::Totals::default());
    let begun = Instant::now();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds || failed.load(Ordering::Relaxed) {
                        return;
                    }
                    match world::run(seed) {
                        Ok(run) => totals.lock().unwrap().add(&run),
                        Err(wrong) => {
                            failed.store(true, Ordering::Relaxed);
                            eprintln!(
                                "seed {seed} failed:\n{wrong}\nreplay: SIM_SEED={seed} cargo test --test sim"
                            );
                        }
                    }
                }
            });
        }
    });
    let totals = totals.into_inner().unwrap();
    eprintln!("{seeds} seeds in {:?}: {totals:?}", begun.elapsed());
    assert!(!failed.load(Ordering::Relaxed), "a seed failed; the command that replays it is above");
    // a simulation in which nothing goes wrong proves nothing
    assert!(totals.proves_something(seeds), "too little happened: {totals:?}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..10 {
        let once = world::run(seed).unwrap_or_else(|wrong| panic!("{wrong}"));
        let again = world::run(seed).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(once, again, "seed {seed}");
    }
}
