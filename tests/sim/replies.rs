//! What becomes of agents' replies, looked at from the customers' side and from the topic.

use crate::script::{Replied, Script, chat, reply_of};
use crate::totals::Totals;
use crate::whole::{Whole, wholes};
use crate::world::Sim;
use port::Mark;
use std::collections::BTreeMap;

/// What tells that a reply did not, or perhaps not, arrive.
const MISSING: [&str; 3] =
    ["This may not have arrived", "I do not know the message you answered", "Not delivered"];
/// What tells that a change of a reply did not, or perhaps not, arrive.
const STALE: [&str; 3] =
    ["The change of this reply may not", "The customer still sees the earlier", "Nothing was changed"];
/// What tells that a reply goes without its files.
const WITHOUT_FILES: [&str; 1] = ["goes out without its file"];
/// What tells that a reply may still be there although it was taken back.
const STILL_THERE: [&str; 3] =
    ["The change of this reply may not", "The customer still sees this", "could not be taken back"];

pub(crate) fn replies_once_and_in_order(
    sim: &Sim,
    script: &Script,
    room: &[Whole],
    totals: &mut Totals,
) -> Result<(), String> {
    let arrived = arrived(sim, script)?;
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    let mut gone = 0;
    for (number, reply) in script.replied.iter().enumerate() {
        let mark = sim.team.world().marks.get(&reply.message).copied();
        totals.unknown += u64::from(mark == Some(Mark::Unknown));
        if mark == Some(Mark::Unknown) && sim.customers.readable {
            return Err(format!("told as unknown where it can be looked up: {:?}", reply.texts));
        }
        let told = |words: &[&str]| told(sim, reply, room, words);
        let newest = reply.texts.last().map_or("", String::as_str);
        let Some(whole) = arrived.get(&number) else {
            gone += usize::from(reply.taken_back);
            let is_marked = matches!(mark, Some(Mark::Unknown | Mark::Refused));
            if is_marked || reply.taken_back || told(&MISSING) {
                continue;
            }
            return Err(format!("never arrived and nobody was told ({mark:?}): {newest}"));
        };
        let text = &whole.text;
        if whole.name.as_deref() != Some(reply.agent.1) {
            return Err(format!("under another's name: {text}"));
        }
        let before = last.insert(reply.customer, whole.at);
        if before.is_some_and(|before| before > whole.at) {
            return Err(format!("out of order at the customer: {text}"));
        }
        if whole.files == reply.files {
            totals.files += whole.files.len() as u64;
        } else if whole.files.is_empty()
            && told(&WITHOUT_FILES)
            && customer_was_told(sim, script, reply.customer)
        {
            totals.files_left_out += reply.files.len() as u64;
        } else {
            return Err(format!("not the files that were sent: {text}"));
        }
        let unknown = mark == Some(Mark::Unknown);
        if reply.taken_back && !unknown && !told(&STILL_THERE) {
            return Err(format!("taken back, and still there without a word ({mark:?}): {text}"));
        }
        if text != newest && !reply.taken_back && !unknown && !told(&STALE) {
            return Err(format!("the customer reads {text:?} for {newest:?} without a word ({mark:?})"));
        }
    }
    let said_gone = room.iter().filter(|whole| whole.name.is_none() && whole.text.starts_with("Taken back:"));
    let said_gone = said_gone.count();
    if said_gone > gone {
        return Err(format!("{said_gone} replies are said to be taken back, {gone} are"));
    }
    Ok(())
}

/// Whether a customer knows that an agent's file does not come, as far as that must be so.
fn customer_was_told(sim: &Sim, script: &Script, customer: usize) -> bool {
    let theirs = wholes(&sim.customers.world(), &chat(customer));
    let told = |whole: &Whole| whole.name.is_none() && whole.text.contains("tried to send you a file");
    theirs.iter().any(told)
        || sim.perhaps_told_customer(&chat(customer), |said| said.contains("tried to send you a file"))
        || script.ever_blocked[customer]
}

/// The replies that are at their customers: each once, and nowhere else.
fn arrived(sim: &Sim, script: &Script) -> Result<BTreeMap<usize, Whole>, String> {
    let world = sim.customers.world();
    let mut arrived = BTreeMap::new();
    for place in world.chats.keys() {
        for whole in wholes(&world, place) {
            let Some(number) = reply_of(&whole.text) else { continue };
            let text = whole.text.clone();
            if *place != chat(script.replied[number].customer) {
                return Err(format!("at the wrong customer: {text}"));
            }
            if arrived.insert(number, whole).is_some() {
                return Err(format!("twice at the customer: {text}"));
            }
        }
    }
    Ok(arrived)
}

/// Whether the topic the reply was written in says something, or is gone itself.
fn told(sim: &Sim, reply: &Replied, room: &[Whole], words: &[&str]) -> bool {
    let mut said =
        room.iter().filter(|whole| whole.topic.as_ref() == Some(&reply.topic) && whole.name.is_none());
    let is_among = |said: &str| words.iter().any(|words| said.contains(words));
    let is_lost = sim.team.world().lost_topics.contains(&reply.topic);
    is_lost || sim.perhaps_told_team(Some(&reply.topic), is_among) || said.any(|whole| is_among(&whole.text))
}
