//! Reactions: on the right message, once, and gone when they were taken back. One that cannot be carried is let go.

use crate::check::bare;
use crate::script::{Reacted, Script, TEAM_ROOM, Target, all_said_of, chat, reply_of};
use crate::scripted::Scripted;
use crate::totals::Totals;
use crate::whole::{Whole, wholes};
use crate::world::Sim;
use port::{ChatId, MessageId};
use std::collections::BTreeSet;

/// Whether a reaction is where it should be, and whether it may have stayed although it was taken back; or what is
/// wrong with it altogether.
type Look = Result<(bool, bool), &'static str>;

pub(crate) fn on_the_right_message(
    sim: &Sim,
    script: &Script,
    room: &[Whole],
    totals: &mut Totals,
) -> Result<(), String> {
    totals.reactions += carried(&sim.team, script, &|place, of, reacted| {
        if *place != ChatId::new(TEAM_ROOM) || reacted.customer.is_none() {
            return Err("in the wrong chat");
        }
        let is_there = match reacted.target {
            Target::Said(number) => {
                let shown = whole_of(room, of);
                shown.is_some_and(|whole| all_said_of(bare(&whole.text)).any(|(_, n)| n == number))
            }
            Target::Replied(number) => script.replied[number].message == *of,
            Target::Noted => false,
        };
        let lost = whole_of(room, of).and_then(|whole| whole.topic.clone());
        let lost = lost.is_some_and(|topic| sim.team.world().lost_topics.contains(&topic));
        Ok((is_there, lost))
    })?;
    totals.reactions += carried(&sim.customers, script, &|place, of, reacted| {
        let (customer, is_there) = match reacted.target {
            Target::Said(number) => {
                let said = &script.said[number];
                (said.customer, said.message == *of)
            }
            Target::Replied(number) => {
                let theirs = wholes_of(sim, script.replied[number].customer);
                let there = whole_of(&theirs, of).and_then(|whole| reply_of(&whole.text));
                // what was taken back meanwhile took its reactions with it
                (script.replied[number].customer, there.is_none_or(|there| there == number))
            }
            Target::Noted => return Err("what stays inside left"),
        };
        if reacted.customer.is_some() || *place != chat(customer) {
            return Err("in the wrong chat");
        }
        Ok((is_there, script.ever_blocked[customer]))
    })?;
    Ok(())
}

/// How many reactions of people on the other side a platform shows.
fn carried(
    on: &Scripted,
    script: &Script,
    look: &dyn Fn(&ChatId, &MessageId, &Reacted) -> Look,
) -> Result<u64, String> {
    let shown: Vec<_> = on.world().reactions.values().filter(|seen| seen.by_bridge).cloned().collect();
    let mut once = BTreeSet::new();
    for seen in &shown {
        let key = &seen.key;
        let Some(reacted) = script.reacted.iter().find(|reacted| reacted.key == *key) else {
            return Err(format!("nobody reacted like this: {key}"));
        };
        let (is_there, may_stay) =
            look(&seen.chat, &seen.of, reacted).map_err(|why| format!("{key}: {why}"))?;
        if !is_there {
            return Err(format!("on the wrong message: {key} for {:?}", reacted.target));
        }
        if !once.insert(key) {
            return Err(format!("twice: {key}"));
        }
        if reacted.taken_back && !may_stay {
            return Err(format!("taken back, and still there: {key}"));
        }
    }
    Ok(shown.len() as u64)
}

fn wholes_of(sim: &Sim, customer: usize) -> Vec<Whole> {
    wholes(&sim.customers.world(), &chat(customer))
}

fn whole_of<'w>(wholes: &'w [Whole], id: &MessageId) -> Option<&'w Whole> {
    wholes.iter().find(|whole| whole.ids.contains(id))
}
