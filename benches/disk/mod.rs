//! What the disk takes by itself, beside which everything durable is measured.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long it takes to write a page to a file and to wait for the disk, each time after a pause.
pub(crate) fn raw_costs(dir: &Path, pause: Duration, times: usize) -> Vec<Duration> {
    let mut file = File::create(dir.join("raw")).unwrap();
    let cost = |_| {
        std::thread::sleep(pause);
        let begun = Instant::now();
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
        begun.elapsed()
    };
    (0..times).map(cost).collect()
}
