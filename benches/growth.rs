//! Whether what the bridge does costs more the more threads there are: start-up, one relayed message, one deadline, one
//! question for figures, and memory, with few and with many threads that all wait for an answer.
//!
//! The store is real, the platforms are empty shells. `cargo bench --bench growth` takes 1,000, 10,000 and 100,000
//! threads; `-- 1000000` takes as many as are named, one size after the other, and `each=10` lets each customer write ten times.
//! With `warm` the store's files are read once before, as a machine keeps them that has the memory and is let; without it,
//! rows of customers who had not written for long may come from the disk.
//! What counts is the ratio of the largest to the smallest. One plain `write + sync_data` stands beside the relays, in
//! turns with them: a disk is slower on some days, and while it still has to write what was there before.
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement")]

mod disk;
#[expect(dead_code, reason = "measures itself")]
mod process;
mod shells;

use disk::raw_costs;
use process::memory;
use shells::Bench;
use std::fmt;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How often one thing is done; the median is told.
const TIMES: u64 = 100;
/// How many relays follow one another before the disk is measured by itself.
const TURN: u64 = 10;
/// How many messages wait at most while a store is filled; so many customers write at the same time.
const WAITING_MAX: u64 = 500;
/// How long until what is urgent is due.
const DUE: Duration = Duration::from_secs(2);
const POLICIES: &str = r#"
[[policies]]
name = "at once"
tags = ["urgent"]
calendar = "always"
first_response = "2s"
escalate = [{ at = 100, to = ["team"] }]

[[policies]]
name = "standard"
calendar = "always"
first_response = "4h"
"#;

fn main() {
    let asked: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let each =
        std::env::args().find_map(|argument| argument.strip_prefix("each=")?.parse().ok()).unwrap_or(1);
    let sizes = if asked.is_empty() { vec![1_000, 10_000, 100_000] } else { asked };
    let runtime = deskbridge::cli::runtime().unwrap();
    let is_warm = std::env::args().any(|argument| argument == "warm");
    let rows: Vec<Row> = sizes.iter().map(|size| runtime.block_on(measure(*size, each, is_warm))).collect();
    println!("{HEAD}");
    for row in &rows {
        println!("{row}");
    }
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let ratio = |n: usize| last.times[n].as_secs_f64() / first.times[n].as_secs_f64();
        let [start, relay, raw, tick, stats] = [0, 1, 2, 3, 4].map(ratio);
        println!("largest to smallest | {start:.1} | {relay:.2} | {raw:.2} | {tick:.2} | {stats:.2} |");
    }
}

const HEAD: &str = "threads | start-up | one relay | plain write | one deadline, late by | !stats month by agent | \
                    memory, own";

/// What one size cost.
struct Row {
    threads: u64,
    /// Start-up, relay, plain write, deadline, figures.
    times: [Duration; 5],
    memory: f64,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = self.times.map(|time| format!("{:.2} ms", time.as_secs_f64() * 1e3));
        write!(f, "{} | {} | {:.0} MiB", self.threads, times.join(" | "), self.memory)
    }
}

async fn measure(threads: u64, each: u64, is_warm: bool) -> Row {
    let dir = tempfile::tempdir_in(".").unwrap();
    fill(dir.path(), threads, each).await;
    // what the filling left for the disk to do is not the cost of a relay
    Command::new("sync").status().unwrap();
    if is_warm {
        read_all(&dir.path().join("store"));
    }
    let begun = Instant::now();
    let bench = Bench::start(dir.path(), POLICIES);
    let mut next = threads * each;
    relayed(&bench, &mut next, 0).await;
    let start = begun.elapsed();
    bench.sink.times.lock().unwrap().clear();
    let mut raw = Vec::new();
    for n in 0..TIMES {
        // one of those who wait, far apart from the last one
        relayed(&bench, &mut next, n * 7919 % threads).await;
        if n % TURN == TURN - 1 {
            raw.extend(raw_costs(dir.path(), Duration::ZERO, 5));
        }
    }
    let (relay, raw) = (median(bench.sink.times.lock().unwrap().clone()), median(raw));
    let tick = deadlines(&bench, &mut next).await;
    let stats = figures(&bench).await;
    let memory = memory("self").own;
    bench.settled().await;
    bench.end().await;
    let row = Row { threads, times: [start, relay, raw, tick, stats], memory };
    println!("{row}");
    row
}

/// Reads every file of a directory.
fn read_all(dir: &Path) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            let mut file = File::open(entry.path()).unwrap();
            std::io::copy(&mut file, &mut std::io::sink()).unwrap();
        }
    }
}

/// Threads that wait for an answer, each with a clock that runs. Their customers write some at a time, each as often as
/// asked, and not again.
async fn fill(dir: &Path, threads: u64, each: u64) {
    let bench = Bench::start(dir, POLICIES);
    let begun = Instant::now();
    for n in 0..threads * each {
        bench.all_sent(n.saturating_sub(WAITING_MAX)).await;
        let (window, within) = (n / (WAITING_MAX * each), n % (WAITING_MAX * each));
        let chats = WAITING_MAX.min(threads - window * WAITING_MAX);
        bench.write(window * WAITING_MAX + within % chats, n, "Where is my parcel?").await;
        if n % 500_000 == 499_999 {
            println!("{n} messages after {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    bench.all_sent(threads * each).await;
    bench.settled().await;
    let took = begun.elapsed().as_secs_f64();
    println!("{threads} threads of {each} messages made in {took:.0} s");
    bench.end().await;
}

/// One message of a chat, until its copy was sent.
async fn relayed(bench: &Bench, next: &mut u64, chat: u64) {
    let sent = bench.sink.copies.load(std::sync::atomic::Ordering::Relaxed);
    bench.write(chat, *next, "And today?").await;
    *next += 1;
    bench.all_sent(sent + 1).await;
}

/// How late the team is told that something is past due, while all the others wait as well.
async fn deadlines(bench: &Bench, next: &mut u64) -> Duration {
    let mut late = Vec::new();
    for n in 0..10 {
        let written = Instant::now();
        let text = format!("URGENT n{n}, please help me NOW!!");
        bench.write(u64::MAX / 2 + *next, *next, &text).await;
        *next += 1;
        // what comes before is a warning
        let told = told(bench, &["🔴", &format!("n{n},")]).await;
        late.push(told.duration_since(written).saturating_sub(DUE));
    }
    median(late)
}

/// From a manager's question to the answer.
async fn figures(bench: &Bench) -> Duration {
    let mut took = Vec::new();
    for n in 0..TIMES / 4 {
        bench.sink.told.lock().unwrap().clear();
        let asked = Instant::now();
        bench.sink.say(None, format!("ask-{n}"), "!stats month by agent");
        took.push(told(bench, &["📊"]).await.duration_since(asked));
    }
    median(took)
}

/// When the bridge said something with these words in the team's room.
async fn told(bench: &Bench, words: &[&str]) -> Instant {
    let found = || {
        let heard = bench.sink.told.lock().unwrap();
        heard.iter().find(|(text, _)| words.iter().all(|word| text.contains(word))).map(|(_, at)| *at)
    };
    loop {
        if let Some(at) = found() {
            return at;
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
