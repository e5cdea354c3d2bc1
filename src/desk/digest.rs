//! Digests: at a set time a team reads in its chat how the day before went, or the week.
//!
//! When the next one is due is a row of its own beside its timer, written together with it and with what is posted. So
//! each is posted once: however often the bridge starts, and whatever the clocks do in the nights of the change. After a
//! stop what is past due is posted once, of the day before the one that it is then, not once for each that was missed.

use crate::decide::{Draft, Turn};
use crate::figures::digest;
use crate::key::Key;
use crate::rows::{Row, Timer};
use crate::setup::{Digest, Team};
use crate::state::Missing;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use port::{Owner, Private, ThreadId};
use serde::{Deserialize, Serialize};

/// How many days are looked at for the next one: a week, and one that was posted on its last day.
const DAYS: i64 = 15;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Every day.
    Daily,
    /// Once a week.
    Weekly,
}

impl Rhythm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Daily, Self::Weekly];

    /// The word it is stored and written as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }
}

/// When a digest is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// The number in the key of its timer.
    pub number: u64,
    /// On which day one was posted last; there is no other one on that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
}

impl Due {
    const fn timer(&self) -> Key {
        Key::Timer { at: self.at, thread: ThreadId(0), number: self.number }
    }
}

impl Digest {
    /// When one is due on a day, if it is. A time that the clocks leave out is as much later; one that comes twice is the
    /// first.
    fn on(&self, rhythm: Rhythm, day: Date, zone: &TimeZone) -> Option<Timestamp> {
        let time = match (rhythm, self.weekly) {
            (Rhythm::Daily, _) => self.daily?,
            (Rhythm::Weekly, weekly) => {
                let (weekday, time) = weekly?;
                (weekday == day.weekday()).then_some(time)?
            }
        };
        let zoned = zone.to_zoned(day.to_datetime(time)).ok()?;
        Some(zoned.timestamp())
    }

    /// The first one after an instant, on a day after the last one.
    fn next(&self, rhythm: Rhythm, zone: &TimeZone, now: Timestamp, last: Option<Date>) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        let days = (0..DAYS).map(|ahead| today.saturating_add(ahead.days()));
        days.filter(|day| last.is_none_or(|last| *day > last))
            .find_map(|day| self.on(rhythm, day, zone).filter(|at| *at > now))
    }
}

/// The bridge starts: what is configured is armed, and nothing else. What is past due stays, and is posted now.
pub(crate) fn arm(turn: &mut Turn<'_>) -> Result<(), Missing> {
    let setup = turn.setup;
    for team in &setup.teams {
        for rhythm in Rhythm::ALL {
            let known = turn.rows.digest(&team.name, rhythm)?;
            let stays = known.is_some_and(|due| {
                let day = due.at.to_zoned(setup.time_zone.clone()).date();
                let is_of = team.digest.on(rhythm, day, &setup.time_zone) == Some(due.at);
                due.at <= turn.now && team.digest.has(rhythm) || is_of
            });
            if stays {
                continue;
            }
            if let Some(due) = known {
                turn.rows.remove(due.timer());
            }
            schedule(turn, team, rhythm, known.and_then(|due| due.last))?;
        }
    }
    Ok(())
}

/// Sets the next one; where none is configured, forgets it.
fn schedule(turn: &mut Turn<'_>, team: &Team, rhythm: Rhythm, last: Option<Date>) -> Result<(), Missing> {
    let key = Key::Digest { team: team.name.clone(), rhythm };
    let Some(at) = team.digest.next(rhythm, &turn.setup.time_zone, turn.now, last) else {
        if turn.rows.digest(&team.name, rhythm)?.is_some() {
            turn.rows.remove(key);
        }
        return Ok(());
    };
    let due = Due { at, number: turn.next_operation()?, last };
    turn.rows.put(key, Row::Digest(due));
    let timer = Timer::Digest { team: team.name.clone(), rhythm };
    turn.rows.put(due.timer(), Row::Timer(Box::new(timer)));
    Ok(())
}

/// The time of a digest has come.
pub(crate) fn due(turn: &mut Turn<'_>, key: &Key, name: &str, rhythm: Rhythm) -> Result<(), Missing> {
    turn.rows.remove(key.clone());
    let known = turn.rows.digest(name, rhythm)?;
    if known.is_none_or(|due| due.timer() != *key) {
        return Ok(());
    }
    let setup = turn.setup;
    let Some(team) = setup.teams.iter().find(|team| team.name == name && team.digest.has(rhythm)) else {
        turn.rows.remove(Key::Digest { team: name.to_owned(), rhythm });
        return Ok(());
    };
    let text = digest::text(&turn.rows, setup.speaker(), turn.now, &team.name, rhythm)?;
    turn.queue(Draft::in_chat(team.place.clone(), Private::new(Owner::Desk, text), Vec::new()))?;
    let today = turn.now.to_zoned(setup.time_zone.clone()).date();
    schedule(turn, team, rhythm, Some(today))
}
