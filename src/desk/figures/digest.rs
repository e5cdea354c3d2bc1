//! What a digest says: a period that is over beside the one before, what is unanswered now, and what is promised.

use super::ask::{Ask, Subject};
use super::chat;
use super::period::{Named, Period};
use super::report::{Cell, Report, report};
use crate::digest::Rhythm;
use crate::key::{Key, Scan};
use crate::sentence::Sentence;
use crate::speaker::Speaker;
use crate::state::{Missing, Rows};
use jiff::Timestamp;

/// How many promises are counted.
const OWED_MAX: usize = 200;

/// Says how yesterday went, or last week; where nothing did and nothing is owed, just that.
///
/// # Errors
/// When something has to be loaded first.
pub(crate) fn text(
    rows: &Rows<'_>,
    speaker: Speaker<'_>,
    now: Timestamp,
    team: &str,
    rhythm: Rhythm,
) -> Result<String, Missing> {
    let today = now.to_zoned(speaker.setup.time_zone.clone()).date();
    let name = match rhythm {
        Rhythm::Daily => Named::Yesterday,
        Rhythm::Weekly => Named::LastWeek,
    };
    let period = Period::named(name, today);
    let ask = Ask { period: Some(period), ..Ask::new(Subject::Digest, today) };
    let report = report(rows, speaker, now, team, &ask, None)?;
    let (open, broken) = owed(rows, now, team)?;
    if open == 0 && is_quiet(&report) {
        return Ok(speaker.say(&Sentence::DigestQuiet { period: chat::period_said(speaker, &period) }));
    }
    let mut body = chat::lines(speaker, &report);
    body.push(speaker.say(&Sentence::DigestPromises { open, broken }));
    Ok(chat::around(speaker, now, &report, false, body))
}

/// Whether nothing happened in the period, and nothing waits.
fn is_quiet(report: &Report) -> bool {
    let threads = &report.standing.threads;
    let waits = threads.all() - threads.answered;
    let of_period = report.lines.first().map(|line| line.cells.as_slice()).unwrap_or_default();
    let is_nothing = |cell: &Cell| matches!(cell, Cell::Nothing | Cell::Number(0) | Cell::Share(0, 0));
    waits == 0 && of_period.iter().all(is_nothing)
}

/// How many promises are open, and how many of them are past due.
fn owed(rows: &Rows<'_>, now: Timestamp, team: &str) -> Result<(u64, u64), Missing> {
    let (mut open, mut broken) = (0, 0);
    let found = rows.scan(Scan::Owed { limit: OWED_MAX })?;
    for (id, number) in found.iter().filter_map(|(key, _)| Key::owed(key)) {
        let Some(thread) = rows.thread(id)?.filter(|thread| thread.team == team) else { continue };
        for promise in thread.promises.iter().filter(|promise| Some(promise.number) == number) {
            open += 1;
            broken += u64::from(promise.due < now);
        }
    }
    Ok((open, broken))
}
