//! Figures: how long customers waited, and how many still do.
//!
//! Nobody counts when somebody asks. Every event is counted when it is recorded, into small rows beside the state: one a
//! day, in the team's time zone, for each agent, channel, policy, tag and hour. What is asked for is their sum, so an
//! answer costs the same however many threads there were. The journal stays the source: folded again, it gives the same
//! rows. They hold numbers and the names of agents, channels, policies and tags, nothing of a customer.
//!
//! What counts, and where:
//!
//! - a response in the period in which it ended, for whoever gave it, whoever looked after the thread;
//! - a message of a customer, and the opening of a thread, in the period of the platform's time, and under the tags that the
//!   thread has with it;
//! - a breach on the day on which the clock was due, also when nobody was there to record it then;
//! - a clock that was given up is never met: past due it is missed, before that it is voided and shown apart; for
//!   whoever did it as well;
//! - a clock that was past due and is not any more, because another policy holds now, is missed under the one it had;
//! - what is unanswered or past due now stands beside every figure of any period.
//!
//! In reading order: `histogram`, `rows` (what is kept), `fold` and `now` (how it is kept), `period` and `ask` (what
//! people ask for), `report` (the one answer that feeds the chat, a file, a picture and a page), `chat`,
//! `csv`, `picture`, `digest`.

mod ask;
pub(crate) mod chat;
pub(crate) mod csv;
pub(crate) mod digest;
mod fold;
mod histogram;
mod now;
mod period;
pub(crate) mod picture;
mod read;
mod report;
mod rows;

pub use ask::{Ask, By, Scale, Subject};
pub use histogram::Histogram;
pub use period::{Named, Period};
pub use report::{Cell, Column, Definition, Line, Measure, Note, Report, Standing, Total, report};
pub use rows::{
    At, Breach, Counts, Dimension, Ended, Figure, Look, NOW_PREFIX, Now, Overdue, Part, Threads, Times,
};

use crate::event::Event;
use crate::key::Key;
use crate::rows::{MessageRole, Row};
use crate::state::{Missing, Rows};
use jiff::tz::TimeZone;

/// Applies one event, the `number`-th of all, to the state and to the figures, whose days are those of a zone.
///
/// # Errors
/// When rows it changes are not known.
pub fn apply(rows: &mut Rows<'_>, zone: &TimeZone, number: u64, event: &Event) -> Result<(), Missing> {
    // while the clocks that it ends are still there
    fold::fold(rows, zone, event)?;
    crate::apply::apply(rows, number, event)?;
    for (id, before) in rows.take_changed() {
        now::follow(rows, zone, (number, event), id, before.as_ref())?;
    }
    Ok(())
}

/// Whether figures depend on a row of the state; without a row, whether they may depend on one under that key. Who makes
/// nothing but figures from a journal may take everything else as not there.
#[must_use]
pub const fn depend_on(key: &Key, row: Option<&Row>) -> bool {
    match (key, row) {
        // whose answer it is that was delivered
        (Key::Message(..), Some(Row::Message(message))) => matches!(message.role, MessageRole::Reply { .. }),
        (Key::Counters | Key::Thread(_) | Key::Message(..) | Key::Journal(_) | Key::Figures(_), _) => true,
        (
            Key::Operations
            | Key::Chat(_)
            | Key::Visit(_)
            | Key::Customer(_)
            | Key::Topic(..)
            | Key::Open { .. }
            | Key::Line(..)
            | Key::Watch(..)
            | Key::Owed { .. }
            | Key::Timer { .. }
            | Key::Out(..)
            | Key::Aside(..)
            | Key::Stray(..)
            | Key::Cursor(_)
            | Key::Digest { .. }
            | Key::Followed,
            _,
        ) => false,
    }
}
