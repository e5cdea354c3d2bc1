//! What a person at the terminal reads: results on standard output, everything else on standard error.
//!
//! A reader who goes away (`| head`) ends the writing, never with a panic.

use std::io::{self, IsTerminal as _, Write};

/// Writes a line to standard output. `false` when nobody reads any more.
pub fn out(line: impl AsRef<str>) -> bool {
    write(&mut io::stdout().lock(), line.as_ref())
}

/// Writes a line to standard error. `false` when nobody reads any more.
pub fn err(line: impl AsRef<str>) -> bool {
    write(&mut io::stderr().lock(), line.as_ref())
}

fn write(to: &mut impl Write, line: &str) -> bool {
    writeln!(to, "{line}").and_then(|()| to.flush()).is_ok()
}

/// Progress of something long, on standard error: in place on a terminal, else a line now and then.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    terminal: bool,
    shown: u64,
}

/// After how many steps progress is shown again where lines stay.
const STEPS_PER_LINE: u64 = 50_000;
/// After how many steps progress is shown again where it is overwritten.
const STEPS_IN_PLACE: u64 = 500;

impl Progress {
    /// Begins to count `what`, e.g. `rows`.
    #[must_use]
    pub fn new(what: &'static str) -> Self {
        Self { what, terminal: io::stderr().is_terminal(), shown: 0 }
    }

    /// Shows the count, if it is time to.
    pub fn at(&mut self, count: u64) {
        let step = if self.terminal { STEPS_IN_PLACE } else { STEPS_PER_LINE };
        if count < self.shown.saturating_add(step) {
            return;
        }
        self.shown = count;
        let mut stderr = io::stderr().lock();
        // progress that cannot be shown is no failure of the work
        let _shown = if self.terminal {
            write!(stderr, "\r{count} {}", self.what).and_then(|()| stderr.flush())
        } else {
            writeln!(stderr, "{count} {} so far", self.what)
        };
    }

    /// Ends the line that was overwritten.
    pub fn done(self) {
        if self.terminal && self.shown > 0 {
            err("");
        }
    }
}
