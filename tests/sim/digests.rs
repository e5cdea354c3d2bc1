//! Digests: each that is due is posted once (and said again where its answer was lost), at its time by the clock on the
//! wall, whatever died or jumped meanwhile.
//! After a stop the newest one that was missed is posted late; those before it are not.
//!
//! What is due is worked out anew here, from the times at which the bridge ran.

use crate::notices::said_again;
use crate::totals::Totals;
use crate::whole::Whole;
use crate::world::Sim;
use desk::Digest;
use desk::digest::Rhythm;
use desk::rows::Queued;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use port::{OpId, Operation};

/// How late one may be while the bridge runs.
const LATE_MAX: SignedDuration = SignedDuration::from_secs(1);
/// How far ahead the next one is at most: a week, and a day more where there was one today.
const DAYS: i64 = 9;
/// What every digest begins with.
const BEGINS: &str = "🗞 How it went";

/// One life of the process, by its own clock.
pub(crate) struct Life {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    /// The digests that became durable in it, in their order.
    pub(crate) kept: Vec<Kept>,
    /// Whether it lived long enough to know when the next ones are due.
    pub(crate) is_armed: bool,
}

/// A digest in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) id: OpId,
    at: Timestamp,
    text: String,
}

impl Kept {
    /// What is queued, if it is a digest.
    pub(crate) fn of(queued: &Queued) -> Option<Self> {
        let Operation::Create { body, .. } = &queued.operation else { return None };
        let kept = Self { id: queued.id.clone(), at: queued.queued_at, text: body.shown().to_owned() };
        (queued.lane.thread.is_none() && kept.text.starts_with(BEGINS)).then_some(kept)
    }

    /// Whether it is the one of a rhythm.
    fn is(&self, rhythm: Rhythm) -> bool {
        self.text.contains(name(rhythm))
    }

    /// Whether it tells of the day, or the week, before the day on which it was made.
    fn is_of_its_day(&self, rhythm: Rhythm, day: Date) -> bool {
        let back = match rhythm {
            Rhythm::Daily => 1,
            Rhythm::Weekly => 7 + day.weekday().to_monday_zero_offset(),
        };
        let first = day.saturating_sub(back.days());
        self.text.contains(&format!("{}, {first}", name(rhythm)))
    }
}

const fn name(rhythm: Rhythm) -> &'static str {
    match rhythm {
        Rhythm::Daily => "yesterday",
        Rhythm::Weekly => "last week",
    }
}

pub(crate) fn each_once_and_at_its_time(
    sim: &Sim,
    room: &[Whole],
    totals: &mut Totals,
) -> Result<(), String> {
    for rhythm in Rhythm::ALL {
        at_their_times(sim.lives(), sim.digest(), rhythm, sim.zone(), totals)
            .map_err(|wrong| format!("{rhythm:?} digest: {wrong}"))?;
    }
    let kept = || sim.lives().iter().flat_map(|life| &life.kept);
    let posted = || room.iter().filter(|whole| whole.topic.is_none() && whole.text.starts_with(BEGINS));
    for digest in kept() {
        let count = posted().filter(|whole| whole.text == digest.text).count();
        if count > 1 || (count == 0 && said_again(sim, &digest.id).is_none()) {
            return Err(format!("posted {count} times: {}", digest.text));
        }
        totals.digests += 1;
    }
    let of_nobody = posted().find(|whole| kept().all(|digest| digest.text != whole.text));
    of_nobody.map_or(Ok(()), |whole| Err(format!("posted without being due: {}", whole.text)))
}

fn at_their_times(
    lives: &[Life],
    digest: Digest,
    rhythm: Rhythm,
    zone: &TimeZone,
    totals: &mut Totals,
) -> Result<(), String> {
    let mut next: Option<Timestamp> = None;
    let mut last = None;
    for life in lives {
        let mut kept = life.kept.iter().filter(|kept| kept.is(rhythm));
        if next.is_none() && life.is_armed {
            next = first_after(digest, rhythm, zone, life.from, last);
        }
        // one that was missed is late, from the first moment on
        while let Some(at) = next.map(|due| due.max(life.from)).filter(|at| *at <= life.to) {
            let latest = at.saturating_add(LATE_MAX).unwrap();
            let Some(found) = kept.next() else {
                if latest < life.to {
                    return Err(format!("due at {next:?} and never posted"));
                }
                break;
            };
            if found.at < at || found.at > latest {
                return Err(format!("due at {next:?}, posted at {}", found.at));
            }
            let today = found.at.to_zoned(zone.clone()).date();
            if !found.is_of_its_day(rhythm, today) {
                return Err(format!("of another time than the one before {today}: {}", found.text));
            }
            totals.digests_late += u64::from(next.is_some_and(|due| due < life.from));
            last = Some(today);
            next = first_after(digest, rhythm, zone, found.at, last);
        }
        if let Some(found) = kept.next() {
            return Err(format!("due at {next:?} and posted at {}", found.at));
        }
    }
    Ok(())
}

/// When one is due first after an instant, on a later day than the last one.
fn first_after(
    digest: Digest,
    rhythm: Rhythm,
    zone: &TimeZone,
    now: Timestamp,
    last: Option<Date>,
) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let days = (0..DAYS).map(|ahead| today.saturating_add(ahead.days()));
    days.filter(|day| last.is_none_or(|last| *day > last)).find_map(|day| {
        let time = match rhythm {
            Rhythm::Daily => digest.daily,
            Rhythm::Weekly => {
                digest.weekly.filter(|(weekday, _)| *weekday == day.weekday()).map(|(_, at)| at)
            }
        };
        let at = day.to_datetime(time?).to_zoned(zone.clone()).ok()?.timestamp();
        (at > now).then_some(at)
    })
}
