//! The laws, looked at from outside: what people on both sides see, and what the journal says.

use crate::script::{Script, TEAM_ROOM, chat};
use crate::scripted::Seen;
use crate::stepwise::at_once;
use crate::world::{Sim, Totals};
use desk::rows::{Counters, Row};
use desk::{Event, Key};
use deskbridge::store::Store;
use port::{ChatId, Mark};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) fn laws(sim: &Sim, script: &Script, store: &dyn Store, totals: &mut Totals) -> Result<(), String> {
    totals.messages = script.said.len() as u64;
    totals.replies = script.replied.len() as u64;
    totals.lost_topics = script.lost_topics;
    totals.sends = sim.team.world().sends + sim.customers.world().sends;
    let events = journal(store);
    let room = sim.team.world().chats.get(&ChatId::new(TEAM_ROOM)).cloned().unwrap_or_default();
    customers_messages_once_and_in_order(script, &room, &events, totals)?;
    replies_once_and_in_order(sim, script, totals)?;
    nothing_inside_leaves(sim, script)?;
    state_is_the_fold_of_the_journal(store, &events)
}

fn customers_messages_once_and_in_order(
    script: &Script,
    room: &[Seen],
    events: &[Event],
    totals: &mut Totals,
) -> Result<(), String> {
    let told_unknown =
        events.iter().filter(|event| matches!(event.fact, desk::Fact::CopyUnknown { .. })).count();
    let mut missing = 0;
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    for said in &script.said {
        let places: Vec<usize> =
            room.iter().enumerate().filter(|(_, seen)| seen.text == said.text).map(|(at, _)| at).collect();
        match places.as_slice() {
            [] => missing += 1,
            [at] => {
                let before = last.insert(said.customer, *at);
                if before.is_some_and(|before| before > *at) {
                    return Err(format!("out of order on the team's side: {}", said.text));
                }
            }
            many => return Err(format!("{} times on the team's side: {}", many.len(), said.text)),
        }
    }
    totals.unknown += told_unknown as u64;
    if missing > told_unknown {
        return Err(format!("{missing} messages missing on the team's side, {told_unknown} told"));
    }
    Ok(())
}

fn replies_once_and_in_order(sim: &Sim, script: &Script, totals: &mut Totals) -> Result<(), String> {
    let world = sim.customers.world();
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    for reply in &script.replied {
        for (place, seen) in &world.chats {
            let wrong = *place != chat(reply.customer) && seen.iter().any(|seen| seen.text == reply.text);
            if wrong {
                return Err(format!("at the wrong customer: {}", reply.text));
            }
        }
        let mine = world.chats.get(&chat(reply.customer)).map(Vec::as_slice).unwrap_or_default();
        let places: Vec<usize> =
            mine.iter().enumerate().filter(|(_, seen)| seen.text == reply.text).map(|(at, _)| at).collect();
        let mark = sim.team.world().marks.get(&reply.message).copied();
        match (places.as_slice(), mark) {
            ([at], _) => {
                if mine[*at].name.as_deref() != Some(reply.agent) {
                    return Err(format!("under another's name: {}", reply.text));
                }
                let before = last.insert(reply.customer, *at);
                if before.is_some_and(|before| before > *at) {
                    return Err(format!("out of order at the customer: {}", reply.text));
                }
            }
            // the mark itself may be unknown where its platform has neither keys nor memory
            ([], Some(Mark::Unknown | Mark::Refused)) => {}
            ([], _) if told_in_topic(sim, reply) => {}
            ([], _) => return Err(format!("never arrived and nobody was told ({mark:?}): {}", reply.text)),
            (many, _) => return Err(format!("{} times at the customer: {}", many.len(), reply.text)),
        }
        totals.unknown += u64::from(mark == Some(Mark::Unknown));
    }
    Ok(())
}

/// Whether the topic the reply was written in says that it went nowhere, or is gone itself.
fn told_in_topic(sim: &Sim, reply: &crate::script::Replied) -> bool {
    let world = sim.team.world();
    let room = world.chats.get(&ChatId::new(TEAM_ROOM)).map(Vec::as_slice).unwrap_or_default();
    let Some(topic) = room.iter().find(|seen| seen.id == reply.message).map(|seen| &seen.topic) else {
        return false;
    };
    let gone = topic.as_ref().is_some_and(|topic| world.lost_topics.contains(topic));
    let said =
        |words: &str| room.iter().any(|s| s.topic == *topic && s.name.is_none() && s.text.contains(words));
    gone || said("may not have arrived") || said("I do not know the message you answered")
}

fn nothing_inside_leaves(sim: &Sim, script: &Script) -> Result<(), String> {
    let world = sim.customers.world();
    for seen in world.chats.values().flatten() {
        if script.inside.iter().any(|inside| seen.text.contains(inside)) {
            return Err(format!("left the team: {}", seen.text));
        }
        if seen.text.starts_with('!') {
            return Err(format!("a command was relayed: {}", seen.text));
        }
    }
    Ok(())
}

fn journal(store: &dyn Store) -> Vec<Event> {
    let rows = at_once(store.scan(desk::key::JOURNAL_PREFIX, None, 100_000)).unwrap();
    rows.into_iter().map(|(_, value)| serde_json::from_value(value).unwrap()).collect()
}

fn state_is_the_fold_of_the_journal(store: &dyn Store, events: &[Event]) -> Result<(), String> {
    let rebuilt =
        desk::rebuild(events).map_err(|missing| format!("the journal is not whole: {missing:?}"))?;
    let mut expected: BTreeMap<String, Value> = rebuilt
        .rows
        .iter()
        .map(|(key, row): (&Key, &Row)| (key.text(), serde_json::to_value(row).unwrap()))
        .collect();
    if expected.is_empty() {
        expected.insert(Key::Counters.text(), serde_json::to_value(Counters::default()).unwrap());
    }
    for prefix in
        ["counters", "chat/", "customer/", "thread/", "message/", "topic/", "open/", "line/", "journal/"]
    {
        let stored: BTreeMap<String, Value> =
            at_once(store.scan(prefix, None, 100_000)).unwrap().into_iter().collect();
        let folded: BTreeMap<String, Value> = expected
            .iter()
            .filter(|(key, _)| key.starts_with(prefix))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        if stored != folded {
            let differing = stored.iter().find(|(key, value)| folded.get(*key) != Some(value));
            return Err(format!(
                "{prefix}: the stored state is not the fold of the journal, e.g. {differing:?}"
            ));
        }
    }
    Ok(())
}
