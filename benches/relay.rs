//! What the way through the bridge costs: intake → desk → durable commit → lane → platform.
//!
//! The store is real, the platforms are empty shells. Machines are noisy: every figure stands beside the raw cost of
//! one `write + sync_data` on the same disk in the same run, and the ratio is what counts. A disk and a processor that
//! rested between two writes take longer over the next: the raw cost is measured at the rate of the messages, in turns
//! with them, and once more without a pause. Customers write what the corpus of the rules has them write, so that no
//! text is one that was seen a moment ago.
//!
//! `cargo bench --bench relay` measures everything; `-- quick` a tenth of it; `-- latency`, `-- throughput` or
//! `-- memory` one part.
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement")]

mod disk;
#[expect(dead_code, reason = "measures itself")]
mod process;
mod shells;

use disk::raw_costs;
use process::memory;
use shells::Bench;
use std::path::Path;
use std::time::{Duration, Instant};

fn main() {
    let asked = |part: &str| std::env::args().any(|argument| argument == part);
    let all = !["latency", "throughput", "memory"].into_iter().any(asked);
    let scale = if asked("quick") { 10 } else { 1 };
    let runtime = deskbridge::cli::runtime().unwrap();
    let dir = tempfile::tempdir_in(".").unwrap();
    let without_pause = raw_cost(dir.path(), Duration::ZERO);
    println!("raw write + sync_data (4 KiB), without a pause: p50 {without_pause:?}");
    if all || asked("latency") {
        for rate in [100, 1000] {
            let dir = dir.path().to_owned();
            // on one of its threads, as adapters are
            runtime.block_on(runtime.spawn(async move { latency(&dir, rate, without_pause).await })).unwrap();
        }
    }
    if all || asked("throughput") {
        runtime.block_on(throughput(dir.path(), 40_000 / scale));
    }
    if all || asked("memory") {
        runtime.block_on(closed_threads(dir.path(), 100_000 / scale));
    }
    println!("raw write + sync_data again: p50 {:?}", raw_cost(dir.path(), Duration::ZERO));
}

/// The median of writing a page to a file and waiting for the disk, with a pause before each.
fn raw_cost(dir: &Path, pause: Duration) -> Duration {
    percentile(&mut raw_costs(dir, pause, 500), 50)
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// How often messages and plain writes take turns.
const TURNS: u64 = 10;

/// Messages at a steady rate for ten seconds: the time from the hand-over to the call that sends the copy.
async fn latency(dir: &Path, rate: u32, without_pause: Duration) {
    let bench = Bench::start(&dir.join(format!("latency-{rate}")), "");
    let pause = Duration::from_secs(1) / rate;
    let (texts, turn) = (texts(), u64::from(rate) * 10 / TURNS);
    let mut raw = Vec::new();
    for begin in (0..TURNS).map(|n| n * turn) {
        raw.extend(raw_costs(dir, pause, 100));
        let mut clock = tokio::time::interval(pause);
        for (n, text) in (begin..begin + turn).zip(texts.iter().cycle().skip(usize::try_from(begin).unwrap()))
        {
            clock.tick().await;
            bench.write(n % 50, n, text).await;
        }
        bench.all_sent(begin + turn).await;
        bench.settled().await;
    }
    let raw = percentile(&mut raw, 50);
    let mut times = bench.sink.times.lock().unwrap().clone();
    for percent in [50, 99] {
        let took = percentile(&mut times, percent);
        let [paced, in_a_row] = [raw, without_pause].map(|raw| took.as_secs_f64() / raw.as_secs_f64());
        println!(
            "{rate}/s: intake to send p{percent} {took:?}: {paced:.1}× raw at this rate ({raw:?}), {in_a_row:.1}× \
             without a pause"
        );
    }
    bench.end().await;
}

/// What customers write that calls for nothing in particular.
fn texts() -> Vec<String> {
    let files = [
        include_str!("../tests/corpus/development.de.tsv"),
        include_str!("../tests/corpus/development.en.tsv"),
    ];
    let plain = |line: &str| line.strip_prefix("-\t").map(|text| text.replace("\\n", "\n"));
    files.iter().flat_map(|file| file.lines()).filter_map(plain).collect()
}

/// As many as go through: from the first hand-over until the last copy is delivered and settled.
async fn throughput(dir: &Path, count: u64) {
    let bench = Bench::start(&dir.join("throughput"), "");
    let texts = texts();
    let begun = Instant::now();
    for (n, text) in (0..count).zip(texts.iter().cycle()) {
        bench.write(n % 500, n, text).await;
    }
    bench.all_sent(count).await;
    bench.settled().await;
    let took = begun.elapsed();
    println!(
        "throughput: {count} messages of 500 chats in {took:?}: {}/s durable",
        u128::from(count) * 1000 / took.as_millis().max(1)
    );
    bench.end().await;
}

/// How many messages wait at most while memory is measured.
const WAITING_MAX: u64 = 500;

/// Memory while closed threads pile up. What waits to be sent takes memory too, so only so much may wait.
async fn closed_threads(dir: &Path, count: u64) {
    let bench = Bench::start(&dir.join("closed"), "");
    let mut sizes = vec![(0, memory("self").all)];
    for n in 0..count {
        bench.all_sent(n.saturating_sub(WAITING_MAX)).await;
        bench.write(1_000_000 + n, n, "Only one question.").await;
        if (n + 1) % (count / 5) == 0 {
            bench.all_sent(n + 1).await;
            bench.settled().await;
            sizes.push((n + 1, memory("self").all));
        }
    }
    let shown: Vec<String> = sizes.iter().map(|(n, size)| format!("{n}: {size:.0} MiB")).collect();
    println!("resident memory by closed threads: {}", shown.join(", "));
    bench.end().await;
}
