//! Clocks: each warning and breach is on record exactly once and at its time, whatever died or jumped in between.

use crate::totals::Totals;
use crate::world::Sim;
use desk::clock::Clock;
use desk::policy::ClockKind;
use desk::rows::Thread;
use desk::{Event, Fact};
use deskbridge::store::Store;
use jiff::{SignedDuration, Timestamp};
use port::ThreadId;
use std::collections::{BTreeMap, BTreeSet};

/// How late a clock may be noticed while the bridge runs.
const LATE_MAX: SignedDuration = SignedDuration::from_secs(1);

/// A clock as the journal tells it.
struct Running {
    clock: Clock,
    told: BTreeSet<u32>,
    breached: bool,
    /// When it began to have this due time.
    since: Timestamp,
}

pub(crate) fn each_once_and_in_time(
    sim: &Sim,
    events: &[Event],
    store: &dyn Store,
    totals: &mut Totals,
) -> Result<(), String> {
    let mut running: BTreeMap<(ThreadId, ClockKind), Running> = BTreeMap::new();
    for (event, number) in events.iter().zip(1..) {
        step(sim, (event, number), &mut running, totals)
            .map_err(|wrong| format!("{wrong}: {:?}", event.at))?;
    }
    let now = sim.now();
    for ((thread, kind), left) in &running {
        let forgotten = !left.breached && left.clock.due.saturating_add(LATE_MAX).is_ok_and(|due| due < now);
        if forgotten {
            return Err(format!(
                "the clock {kind:?} of {thread} was due at {} and forgotten",
                left.clock.due
            ));
        }
    }
    in_the_rows_as_in_the_journal(&running, store)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only clocks are looked at")]
fn step(
    sim: &Sim,
    (event, number): (&Event, u64),
    running: &mut BTreeMap<(ThreadId, ClockKind), Running>,
    totals: &mut Totals,
) -> Result<(), String> {
    let at = event.at;
    let on_time = |planned: Timestamp, known: Timestamp| {
        // while nothing dies and nothing jumps, everything is noticed at its time
        let (quiet, before) = sim.quiet_since();
        number <= before || at.duration_since(planned.max(known).max(quiet)) <= LATE_MAX
    };
    match &event.fact {
        Fact::ClockStarted { thread, clock } => {
            let fresh = Running { clock: clock.clone(), told: BTreeSet::new(), breached: false, since: at };
            if running.insert((*thread, clock.kind), fresh).is_some() {
                return Err("a clock was started twice".to_owned());
            }
            totals.clocks += 1;
        }
        Fact::ClockTold { thread, kind, percent, .. } => {
            let clock = running.get_mut(&(*thread, *kind)).ok_or("a clock that does not run was told of")?;
            let planned = clock.clock.steps.iter().find(|step| step.percent == *percent);
            let planned = planned.ok_or("told of what was never planned")?.at;
            if !clock.told.insert(*percent) {
                return Err(format!("told twice at {percent} percent"));
            }
            if at < planned || !on_time(planned, clock.since) {
                return Err(format!("told at the wrong time, planned for {planned}"));
            }
            totals.warnings += 1;
        }
        Fact::ClockBreached { thread, kind, due } => {
            let clock = running.get_mut(&(*thread, *kind)).ok_or("a clock that does not run was breached")?;
            if std::mem::replace(&mut clock.breached, true) {
                return Err("breached twice".to_owned());
            }
            if *due != clock.clock.due || at < *due || !on_time(*due, clock.since) {
                return Err(format!("breached at the wrong time, due at {due}"));
            }
            totals.breaches += 1;
        }
        Fact::ClockMet { thread, kind, late, .. } => {
            let clock = running.remove(&(*thread, *kind)).ok_or("a clock that does not run was met")?;
            if *late != clock.breached {
                return Err("late and not breached, or the other way round".to_owned());
            }
            totals.met += 1;
        }
        Fact::ClockVoided { thread, kind, .. } => {
            running.remove(&(*thread, *kind)).ok_or("a clock that does not run was voided")?;
        }
        _ => {}
    }
    Ok(())
}

fn in_the_rows_as_in_the_journal(
    running: &BTreeMap<(ThreadId, ClockKind), Running>,
    store: &dyn Store,
) -> Result<(), String> {
    let rows = crate::stepwise::at_once(store.scan("thread/", None, 10_000)).unwrap();
    let threads = rows.into_iter().map(|(_, row)| serde_json::from_value::<Thread>(row).unwrap());
    let kept: usize = threads.map(|thread| thread.clocks.len()).sum();
    if kept != running.len() {
        return Err(format!("{kept} clocks are kept, {} run by the journal", running.len()));
    }
    Ok(())
}
