//! The laws, looked at from outside: what people on both sides see, and what the journal says.

use crate::notices::AGAIN;
use crate::reactions;
use crate::replies::replies_once_and_in_order;
use crate::script::{CUSTOMER, Said, Script, TEAM_ROOM, chat, said_of};
use crate::stepwise::at_once;
use crate::totals::Totals;
use crate::whole::{Whole, wholes};
use crate::world::Sim;
use desk::rows::{Counters, Row};
use desk::{Event, Fact, Key};
use deskbridge::store::Store;
use port::{ChatId, MessageId, ThreadId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How the bridge posts what it cannot change.
const CHANGED: &str = "The customer changed this message: ";

pub(crate) fn laws(sim: &Sim, script: &Script, store: &dyn Store, totals: &mut Totals) -> Result<(), String> {
    count(sim, script, totals);
    let events = journal(store);
    let room = wholes(&sim.team.world(), &ChatId::new(TEAM_ROOM));
    customers_messages_once_and_in_order(sim, script, &room, &events, totals)?;
    what_customers_took_back_is_told(sim, script, &room)?;
    replies_once_and_in_order(sim, script, &room, totals)?;
    reactions::on_the_right_message(sim, script, &room, totals)?;
    nothing_inside_leaves(sim, script)?;
    crate::clocks::each_once_and_in_time(sim, &events, store, totals)?;
    crate::notices::each_seen_or_said_again(sim, &room, totals)?;
    crate::digests::each_once_and_at_its_time(sim, &room, totals)?;
    state_is_the_fold_of_the_journal(store, &events, sim.zone())
}

fn count(sim: &Sim, script: &Script, totals: &mut Totals) {
    totals.messages = script.said.len() as u64;
    totals.replies = script.replied.len() as u64;
    totals.lost_topics = script.lost_topics;
    totals.notes_changed = script.noted.iter().map(|note| note.versions).sum();
    for world in [sim.team.world(), sim.customers.world()] {
        totals.sends += world.sends;
        totals.changed += world.changed;
        totals.taken_back += world.taken_back;
        totals.reactions_gone += world.reactions_gone;
        let cut = |whole: &MessageId| {
            let parts = world.chats.values().flatten().filter(|seen| seen.whole == *whole);
            parts.filter(|seen| seen.file.is_none()).count() > 1
        };
        totals.cut += world.born.keys().filter(|whole| cut(whole)).count() as u64;
    }
}

fn customers_messages_once_and_in_order(
    sim: &Sim,
    script: &Script,
    room: &[Whole],
    events: &[Event],
    totals: &mut Totals,
) -> Result<(), String> {
    let told_unknown: BTreeSet<&MessageId> = events.iter().filter_map(unknown_copy).collect();
    totals.unknown += told_unknown.len() as u64;
    let mut copies: BTreeMap<usize, Vec<Copy>> = BTreeMap::new();
    for whole in room.iter().filter(|whole| whole.name.as_deref() == Some(CUSTOMER)) {
        for (number, copy) in copies_in(whole)? {
            copies.entry(number).or_default().push(copy);
        }
    }
    let thread_of: BTreeMap<&MessageId, ThreadId> = events.iter().filter_map(customers).collect();
    let mut last = BTreeMap::new();
    for (number, said) in script.said.iter().enumerate() {
        let (posted, copy): (Vec<Copy>, Vec<Copy>) = copies
            .remove(&number)
            .unwrap_or_default()
            .into_iter()
            .partition(|copy| is_posted_change(copy.whole));
        let told = told_unknown.contains(&said.message);
        if told && sim.team.readable {
            return Err(format!("told as perhaps missing where it can be looked up: {:?}", said.texts));
        }
        let newest = said.texts.last().map_or("", String::as_str);
        if copy.len() > 1 {
            return Err(format!("{} times on the team's side: {newest}", copy.len()));
        }
        if copy.is_empty() && !told {
            return Err(format!("missing on the team's side and nobody was told: {newest}"));
        }
        let shared = copy.first().is_some_and(|copy| copy.of > 1);
        totals.gathered += u64::from(shared);
        let may_post = told || shared || !sim.team.readable || script.lost_topics > 0;
        if !posted.is_empty() && !may_post {
            return Err(format!("posted instead of changed, without need: {newest}"));
        }
        totals.posted += posted.len() as u64;
        let shown = posted.last().or(copy.last());
        if !told && shown.is_some_and(|shown| !says(shown, newest, said)) {
            let shown = shown.map_or("", |shown| &shown.text);
            return Err(format!("the team reads {shown:?} for {newest:?}"));
        }
        if let Some(copy) = copy.first() {
            // the order within a topic: what waits for a closed one holds back no other
            let at = (copy.whole.at, copy.line);
            let before = last.insert((said.customer, thread_of.get(&said.message)), at);
            if before.is_some_and(|before| before > at) {
                return Err(format!("out of order on the team's side: {newest}"));
            }
            files_arrive_or_both_are_told(sim, script, said, copy, room, totals)?;
        }
    }
    Ok(())
}

/// A customer's message where the team reads it: a post, or what it says in a post of several.
struct Copy<'w> {
    whole: &'w Whole,
    text: String,
    /// In which line of the post it begins.
    line: usize,
    /// How many there are in the post.
    of: usize,
}

/// The customers' messages that a post shows. Each begins a line; files that are left out are named in lines of their own.
fn copies_in(whole: &Whole) -> Result<Vec<(usize, Copy<'_>)>, String> {
    let mut found: Vec<(usize, Copy<'_>)> = Vec::new();
    for (line, text) in whole.text.split('\n').enumerate() {
        if let Some((_, number)) = said_of(bare(text)) {
            found.push((number, Copy { whole, text: text.to_owned(), line, of: 0 }));
        } else if let Some((_, last)) = found.last_mut() {
            last.text.push('\n');
            last.text.push_str(text);
        } else {
            return Err(format!("nobody said this: {}", whole.text));
        }
    }
    let of = found.len();
    if of > 1 && is_posted_change(whole) {
        return Err(format!("a change is posted together with others: {}", whole.text));
    }
    for (_, copy) in &mut found {
        copy.of = of;
    }
    Ok(found)
}

/// A customer's message and the thread it belongs to.
fn customers(event: &Event) -> Option<(&MessageId, ThreadId)> {
    if let Fact::CustomerWrote { message, thread, .. } = &event.fact {
        Some((message, *thread))
    } else {
        None
    }
}

fn unknown_copy(event: &Event) -> Option<&MessageId> {
    if let Fact::CopyUnknown { message, .. } = &event.fact { Some(message) } else { None }
}

fn is_posted_change(whole: &Whole) -> bool {
    whole.born.as_ref().is_some_and(|born| born.starts_with(CHANGED))
}

/// A text without the words in which the bridge posts a change.
pub(crate) fn bare(text: &str) -> &str {
    text.strip_prefix(CHANGED).unwrap_or(text)
}

/// Whether a message reads as it should; files that could not be carried are named below.
fn says(shown: &Copy<'_>, newest: &str, said: &Said) -> bool {
    let rest = bare(&shown.text).strip_prefix(newest);
    rest.is_some_and(|rest| rest.is_empty() || (!said.files.is_empty() && rest.starts_with("\n[")))
}

fn files_arrive_or_both_are_told(
    sim: &Sim,
    script: &Script,
    said: &Said,
    copy: &Copy<'_>,
    room: &[Whole],
    totals: &mut Totals,
) -> Result<(), String> {
    let text = &copy.text;
    let files = &copy.whole.files;
    if *files == said.files && !said.too_large {
        totals.files += files.len() as u64;
        return Ok(());
    }
    if !files.is_empty() {
        return Err(format!("not the files that were sent: {text}"));
    }
    totals.files_left_out += said.files.len() as u64;
    let told = |whole: &Whole, words: &str| whole.name.is_none() && whole.text.contains(words);
    let carried = "could not be carried";
    let may_be_told = sim.perhaps_told_team(copy.whole.topic.as_ref(), |said| said.contains(carried));
    if !may_be_told && !room.iter().any(|whole| told(whole, carried)) {
        return Err(format!("the team was not told of files that are missing: {text}"));
    }
    let theirs = wholes(&sim.customers.world(), &chat(said.customer));
    let reached = "did not reach us";
    let told = theirs.iter().any(|whole| told(whole, reached));
    let may_be_missing = sim.perhaps_told_customer(&chat(said.customer), |said| said.contains(reached));
    if told || may_be_missing || script.ever_blocked[said.customer] {
        Ok(())
    } else {
        Err(format!("the customer was not told of files: {text}"))
    }
}

fn what_customers_took_back_is_told(sim: &Sim, script: &Script, room: &[Whole]) -> Result<(), String> {
    let taken_back = script.said.iter().filter(|said| said.taken_back).count();
    let is_told = |w: &&Whole| w.name.is_none() && w.text.contains("took this message back");
    let told = room.iter().filter(is_told).filter(|w| !w.text.starts_with(AGAIN)).count();
    if told > taken_back || (sim.team.readable && told < taken_back) {
        return Err(format!("{taken_back} messages were taken back, the team was told of {told}"));
    }
    Ok(())
}

fn nothing_inside_leaves(sim: &Sim, script: &Script) -> Result<(), String> {
    let world = sim.customers.world();
    for place in world.chats.keys() {
        for seen in wholes(&world, place) {
            if script.inside.iter().any(|inside| seen.text.contains(inside)) {
                return Err(format!("left the team: {}", seen.text));
            }
            if seen.text.starts_with('!') || seen.text.starts_with("//") {
                return Err(format!("what stays inside was relayed: {}", seen.text));
            }
        }
    }
    Ok(())
}

fn journal(store: &dyn Store) -> Vec<Event> {
    let rows = at_once(store.scan(desk::key::JOURNAL_PREFIX, None, 100_000)).unwrap();
    rows.into_iter().map(|(_, value)| serde_json::from_value(value).unwrap()).collect()
}

fn state_is_the_fold_of_the_journal(
    store: &dyn Store,
    events: &[Event],
    zone: &jiff::tz::TimeZone,
) -> Result<(), String> {
    let rebuilt =
        desk::rebuild(events, zone).map_err(|missing| format!("the journal is not whole: {missing:?}"))?;
    let mut expected: BTreeMap<String, Value> = rebuilt
        .rows
        .iter()
        .map(|(key, row): (&Key, &Row)| (key.text(), serde_json::to_value(row).unwrap()))
        .collect();
    if expected.is_empty() {
        expected.insert(Key::Counters.text(), serde_json::to_value(Counters::default()).unwrap());
    }
    for prefix in [
        "counters",
        "chat/",
        "customer/",
        "thread/",
        "message/",
        "topic/",
        "open/",
        "line/",
        "watch/",
        "owed/",
        "journal/",
        "figures/",
    ] {
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
