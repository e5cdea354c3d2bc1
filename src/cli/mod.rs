//! The command line: arguments in, an exit code out.
//!
//! 0: well. 1: failed while doing it. 2: unusable arguments or configuration. Each command has a file; what they
//! do is elsewhere.

mod check;
mod due;
mod figures;
mod rules;
mod run;
mod status;
mod transfer;

use crate::config::{self, Loaded};
use crate::{console, observe};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Something failed while it was done.
const FAILED: u8 = 1;
/// The arguments or the configuration cannot be used.
const UNUSABLE: u8 = 2;

/// Customers write where they already are; the team answers by name from its own team chat.
#[derive(Debug, Parser)]
#[command(
    name = "deskbridge",
    version,
    after_help = "Examples:
  deskbridge                                  run as configured in config/deskbridge.toml
  deskbridge check --config my.toml           see whether my.toml works
  deskbridge export > backup.jsonl            save everything"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = config::DEFAULT_PATH, global = true)]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bridge until it is told to stop. This is what happens without a command, too.
    #[command(after_help = "Example:\n  deskbridge run --config config/examples/matrix.toml")]
    Run,
    /// Check the configuration, then see whether every channel can be reached. Changes nothing.
    #[command(after_help = "Example:\n  deskbridge check --config config/examples/matrix.toml")]
    Check,
    /// Show how the bridge is: connections, who waits, what does not get through.
    #[command(after_help = "Example:\n  deskbridge status --json | jq .threads")]
    Status {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Write everything in the store to standard output, as JSON lines. The bridge must not be running.
    #[command(after_help = "Example:\n  deskbridge export > backup.jsonl\n\n\
                            What customers wrote is readable in it: keep it as safe as the store.")]
    Export,
    /// Fill an empty store from an export. The bridge must not be running.
    #[command(
        after_help = "Examples:\n  deskbridge import backup.jsonl\n  zcat backup.jsonl.gz | deskbridge import"
    )]
    Import {
        /// The export; standard input without it.
        file: Option<PathBuf>,
    },
    /// Make the figures again from everything that was recorded.
    #[command(after_help = "Example:\n  deskbridge figures rebuild --check")]
    Figures {
        #[command(subcommand)]
        what: FiguresCommand,
    },
    /// Say when a span of working time is over, and how that comes about.
    #[command(
        after_help = "Example:\n  deskbridge due --calendar office --from 2026-11-20T16:30:00+01:00 --span 1h\n\n\
                            The first line is the instant, the others are the way there. The calendar \"always\" never closes."
    )]
    Due {
        /// The calendar, as `[[calendars]]` names it.
        #[arg(long, value_name = "NAME")]
        calendar: String,
        /// The instant it begins, as RFC 3339 writes it, with any offset or Z.
        #[arg(long, value_name = "INSTANT")]
        from: String,
        /// The working time that may pass: 45m, 4h, 1h 30m; a day is 24 hours of it.
        #[arg(long, value_name = "SPAN")]
        span: String,
    },
    /// Print a new recovery key for a Matrix account's encryption.
    #[command(after_help = "Example:\n  (umask 077; deskbridge recovery-key > matrix-recovery-key)\n\n\
                            Nothing keeps it but you: whoever has it reads what the account can read.")]
    RecoveryKey,
    /// Try the rules that tag, prioritise and route what customers write.
    #[command(after_help = "Example:\n  deskbridge rules test messages.txt | jq -c '[.tags, .text]'")]
    Rules {
        #[command(subcommand)]
        what: RulesCommand,
    },
    /// Print the JSON schema of the configuration.
    #[command(after_help = "Example:\n  deskbridge schema > config/schema.json")]
    Schema,
}

#[derive(Debug, Subcommand)]
enum FiguresCommand {
    /// Fold the whole journal again and write what differs. The bridge must not be running.
    #[command(
        after_help = "Examples:\n  deskbridge figures rebuild --check\n  deskbridge figures rebuild\n\n\
                      Says how many events there are, how many rows they give and how many of these differed. All days\n\
                      are counted in the desk's time zone of now. Takes room in data_dir while it works. Cut short, it\n\
                      is begun again; the bridge does not start before it is through."
    )]
    Rebuild {
        /// Only compare: exit with 1 when something differs.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// Show what the rules say about messages: one JSON object for each. Nothing is kept.
    #[command(after_help = "Examples:\n  deskbridge rules test messages.txt\n  \
                      echo 'Still waiting for my parcel!' | deskbridge rules test\n\n\
                      Every line is a message; empty ones are skipped. A JSON object with a `text`, and perhaps a\n\
                      `channel` and a `language`, is read as that. Without a configuration the shipped rules hold.")]
    Test {
        /// The messages; standard input without it, or with `-`.
        file: Option<PathBuf>,
    },
}

/// Does what the process's arguments say.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    observe::start(config::secrets::environment(observe::LOG_VARIABLE).as_deref());
    let loaded = || loaded(&arguments.config);
    let done = match arguments.command.unwrap_or(Command::Run) {
        Command::Run => loaded().and_then(run::run),
        Command::Check => loaded().and_then(check::check),
        Command::Status { json } => loaded().and_then(|loaded| status::status(&loaded.config, json)),
        Command::Export => loaded().and_then(|loaded| transfer::export(&loaded.config)),
        Command::Import { file } => {
            loaded().and_then(|loaded| transfer::import(&loaded.config, file.as_deref()))
        }
        Command::Figures { what: FiguresCommand::Rebuild { check } } => {
            loaded().and_then(|loaded| figures::rebuild_figures(&loaded.config, check))
        }
        Command::Due { calendar, from, span } => {
            loaded().and_then(|loaded| due::due(&loaded.config, &calendar, &from, &span))
        }
        Command::RecoveryKey => {
            console::out(adapter_matrix::new_recovery_key());
            Ok(())
        }
        Command::Rules { what: RulesCommand::Test { file } } => {
            rules::test(&arguments.config, file.as_deref(), loaded)
        }
        Command::Schema => schema(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Unusable(problems)) => {
            console::err(problems.to_string());
            ExitCode::from(UNUSABLE)
        }
        Err(Failure::Misused(mistakes)) => {
            for mistake in mistakes {
                console::err(format!("deskbridge: {mistake}"));
            }
            ExitCode::from(UNUSABLE)
        }
        Err(Failure::Failed(error)) => {
            console::err(format!("deskbridge: {error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

/// Why a command did not end well.
enum Failure {
    /// The configuration cannot be used.
    Unusable(config::Problems),
    /// The arguments cannot be used with this configuration.
    Misused(Vec<String>),
    /// It was tried and failed.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The configuration; its warnings go to standard error.
fn loaded(file: &Path) -> Result<Loaded, Failure> {
    let loaded = config::load(file, &config::secrets::environment).map_err(Failure::Unusable)?;
    for warning in &loaded.warnings {
        console::err(format!("! {}: {warning}", file.display()));
    }
    Ok(loaded)
}

/// Help and version are answers; anything else is a mistake.
fn usage(error: &clap::Error) -> ExitCode {
    // a reader who went away needs no help
    let _printed = error.print();
    ExitCode::from(if error.use_stderr() { UNUSABLE } else { 0 })
}

fn schema() -> Result<(), Failure> {
    console::out(serde_json::to_string_pretty(&config::schema())?);
    Ok(())
}

/// A runtime for a command that is done when it comes back.
fn block_on<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    Ok(runtime()?.block_on(work))
}

/// How many threads run tasks: the loop is one, and adapters mostly wait.
const WORKERS: usize = 2;
/// How many threads wait for disks: the store commits from one at a time. The system's allocator keeps a heap for each
/// thread, and what one frees the others do not get.
const BLOCKING_MAX: usize = 4;

/// The threads everything runs on.
///
/// # Errors
/// When the system gives none.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.worker_threads(WORKERS).max_blocking_threads(BLOCKING_MAX).enable_all().build()
}
