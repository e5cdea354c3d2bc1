//! The bridge's own words to the team: each is seen once, or once more with the words that say why where nobody knows
//! whether the first arrived. Only what was lost twice may be missing.

use crate::totals::Totals;
use crate::whole::Whole;
use crate::world::Sim;
use desk::rows::Queued;
use port::{OpId, Operation};
use std::collections::BTreeSet;

/// What stands before what is said again.
pub(crate) const AGAIN: &str = "This may be here twice: the platform did not confirm the first one.\n";

pub(crate) fn each_seen_or_said_again(sim: &Sim, room: &[Whole], totals: &mut Totals) -> Result<(), String> {
    let (seen, lost) = {
        let world = sim.team.world();
        let seen: BTreeSet<String> = world.done.keys().cloned().collect();
        (seen, world.unanswered.clone())
    };
    let is_in = |ids: &BTreeSet<String>, id: &OpId| ids.contains(id.as_str());
    let mut repeated = BTreeSet::new();
    for notice in to_team(sim) {
        let text = text(notice);
        let is_first_of_its_kind = notice.repeats.as_ref().is_none_or(|first| repeated.insert(first));
        if !is_first_of_its_kind || text.starts_with(AGAIN) != notice.repeats.is_some() {
            return Err(format!("said again for another reason than a lost answer: {text}"));
        }
        let (is_seen, is_lost) = (is_in(&seen, &notice.id), is_in(&lost, &notice.id));
        let again = said_again(sim, &notice.id);
        let times = to_team(sim).filter(|other| self::text(other) == text).count();
        let posts = room.iter().filter(|whole| whole.name.is_none() && whole.born.as_deref() == Some(text));
        let posts = posts.count();
        match (&notice.repeats, again) {
            _ if posts > times => {
                return Err(format!("{posts} times in the room, said {times} times: {text}"));
            }
            (None, None) if !is_seen => return Err(format!("never seen and not said again: {text}")),
            (Some(_), _) if sim.team.readable => {
                return Err(format!("said again where it can be looked up: {text}"));
            }
            (Some(_), Some(_)) => return Err(format!("said a third time: {text}")),
            (Some(_), None) if !is_seen && !is_lost => return Err(format!("let go without need: {text}")),
            (None, Some(_)) if !is_lost => return Err(format!("said again without need: {text}")),
            (None, Some(again)) if !is_the_same(notice, again) => {
                return Err(format!("{text} is said again as {}", self::text(again)));
            }
            (Some(_), None) => {
                totals.said_again += 1;
                totals.let_go += u64::from(!is_seen);
            }
            (None, Some(_) | None) => {}
        }
    }
    Ok(())
}

/// What was said once more because of the answer to an operation that was lost.
pub(crate) fn said_again<'s>(sim: &'s Sim, id: &OpId) -> Option<&'s Queued> {
    to_team(sim).find(|other| other.repeats.as_ref() == Some(id))
}

fn to_team(sim: &Sim) -> impl Iterator<Item = &Queued> {
    sim.notices().filter(|notice| notice.lane.place.channel == *port::Adapter::channel(sim.team.as_ref()))
}

fn text(notice: &Queued) -> &str {
    if let Operation::Create { body, .. } = &notice.operation { body.shown() } else { "" }
}

/// Whether nothing but the words before it are other ones.
fn is_the_same(first: &Queued, again: &Queued) -> bool {
    let (Operation::Create { mentions, files, .. }, Operation::Create { mentions: calls, files: with, .. }) =
        (&first.operation, &again.operation)
    else {
        return false;
    };
    text(again).strip_prefix(AGAIN) == Some(text(first))
        && (mentions, files, &first.quotes, first.thread) == (calls, with, &again.quotes, again.thread)
        && (first.in_topic, &first.lane) == (again.in_topic, &again.lane)
        && again.seq > first.seq
}
