//! Figures from the whole journal with plain lists, written apart from what is tested: nothing of it is shared.
//!
//! It follows each thread through the journal, keeps every length of time it meets, and sorts. Whatever people do, the
//! rows that were kept on the way hold the same.

use super::super::acts::{Act, acts};
use super::super::desk::{Desk, deadlines, own_rules as rules};
use super::super::play::Play;
use super::super::script::Stage;
use crate::clock::{Clock, Why};
use crate::figures::{At, Counts, Dimension, Figure, Now, Part, Times, depend_on};
use crate::policy::ClockKind;
use crate::rows::{Row, Thread};
use crate::state::Rows;
use crate::{Event, Fact, Key, ReplyMode, Whole, rebuild};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::{MessageId, ThreadId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A thread as the journal tells of it.
#[derive(Default)]
struct Followed {
    channel: String,
    tags: BTreeSet<String>,
    clocks: BTreeMap<ClockKind, Clock>,
    /// Promises that are broken.
    broken: BTreeSet<u32>,
    /// Who wrote which reply, and whether it arrived.
    replies: BTreeMap<MessageId, (String, bool)>,
}

#[derive(Default)]
struct Lists {
    counts: Counts,
    in_time: u64,
    late: u64,
    missed: u64,
    voided: u64,
    breaches: u64,
    wall: Vec<SignedDuration>,
    working: Vec<SignedDuration>,
}

/// The day, the dimension, the value, the part.
type Place = (Date, Dimension, String, Part);

struct Reference {
    zone: TimeZone,
    threads: BTreeMap<ThreadId, Followed>,
    lists: BTreeMap<Place, Lists>,
}

impl Reference {
    fn of(events: &[Event], zone: &TimeZone) -> Self {
        let mut reference = Self { zone: zone.clone(), threads: BTreeMap::new(), lists: BTreeMap::new() };
        for event in events {
            reference.event(event);
        }
        reference
    }

    fn at(
        &mut self,
        at: Timestamp,
        thread: ThreadId,
        part: Part,
        more: &[(Dimension, String)],
        asked: Option<Timestamp>,
        change: impl Fn(&mut Lists),
    ) {
        let local = at.to_zoned(self.zone.clone());
        let followed = &self.threads[&thread];
        let mut places = vec![
            (Dimension::All, String::new()),
            (Dimension::Channel, followed.channel.clone()),
            (Dimension::Slot, local.strftime("%H").to_string()),
        ];
        places.extend(followed.tags.iter().map(|tag| (Dimension::Tag, tag.clone())));
        places.extend(more.iter().cloned());
        if let Some(asked) = asked {
            let asked = asked.to_zoned(self.zone.clone());
            // Monday is 1
            let day: i16 = asked.strftime("%u").to_string().parse().unwrap();
            places.push((Dimension::Hour, format!("{:03}", (day - 1) * 24 + i16::from(asked.hour()))));
        }
        for (by, value) in places {
            change(self.lists.entry((local.date(), by, value, part)).or_default());
        }
    }

    fn count(
        &mut self,
        at: Timestamp,
        thread: ThreadId,
        by: Option<&str>,
        asked: Option<Timestamp>,
        change: impl Fn(&mut Counts),
    ) {
        let more: Vec<_> = by.map(|by| (Dimension::Agent, by.to_owned())).into_iter().collect();
        self.at(at, thread, Part::Counts, &more, asked, |lists| change(&mut lists.counts));
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not a figure is not looked at")]
    fn event(&mut self, event: &Event) {
        let at = event.at;
        match &event.fact {
            Fact::ThreadOpened { thread, place, written_at, tags, .. } => {
                let followed = Followed {
                    channel: place.channel.to_string(),
                    tags: tags.clone(),
                    ..Followed::default()
                };
                self.threads.insert(*thread, followed);
                self.count(*written_at, *thread, None, Some(*written_at), |counts| counts.opened += 1);
            }
            Fact::CustomerWrote { thread, written_at, tags, .. } => {
                // what rules say of a message is the thread's from then on
                self.threads.get_mut(thread).unwrap().tags.extend(tags.iter().cloned());
                self.count(*written_at, *thread, None, Some(*written_at), |counts| counts.messages += 1);
            }
            Fact::ThreadReopened { thread, .. } => {
                self.count(at, *thread, None, None, |counts| counts.reopened += 1);
            }
            Fact::ThreadClosed { thread, by } => {
                self.count(at, *thread, Some(by.as_str()), None, |counts| counts.closed += 1);
            }
            Fact::Tagged { thread, tags, .. } => {
                self.threads.get_mut(thread).unwrap().tags.clone_from(tags);
            }
            Fact::ReplyWritten { thread, message, agent, .. } => {
                let replies = &mut self.threads.get_mut(thread).unwrap().replies;
                replies.insert(message.clone(), (agent.to_string(), false));
            }
            Fact::ReplyDelivered { thread, message, .. } => {
                let reply = self.threads.get_mut(thread).unwrap().replies.get_mut(message).unwrap();
                let (agent, arrived) = (reply.0.clone(), std::mem::replace(&mut reply.1, true));
                if !arrived {
                    self.count(at, *thread, Some(&agent), None, |counts| counts.answers += 1);
                }
            }
            Fact::PromiseMade { thread, promise } => {
                self.count(at, *thread, Some(promise.by.as_str()), None, |counts| counts.promised += 1);
            }
            Fact::PromiseBroken { thread, number, by, .. } => {
                self.threads.get_mut(thread).unwrap().broken.insert(*number);
                self.count(at, *thread, Some(by.as_str()), None, |counts| counts.broken += 1);
            }
            Fact::PromiseDone { thread, number, by, due, .. }
                if !self.threads[thread].broken.contains(number) =>
            {
                let is_late = at > *due;
                self.count(at, *thread, Some(by.as_str()), None, |counts| {
                    counts.kept += u64::from(!is_late);
                    counts.broken += u64::from(is_late);
                });
            }
            Fact::ClockStarted { thread, clock } | Fact::ClockResumed { thread, clock, .. } => {
                let clocks = &mut self.threads.get_mut(thread).unwrap().clocks;
                clocks.insert(clock.kind, clock.clone());
            }
            Fact::ClockMoved { thread, clock, by, .. } => {
                let clocks = &mut self.threads.get_mut(thread).unwrap().clocks;
                let before = clocks.insert(clock.kind, clock.clone()).unwrap();
                if before.breached && !clock.breached {
                    let by = by.as_ref().map(port::AgentName::as_str);
                    self.clock(at, *thread, &before, by, |lists| lists.missed += 1);
                }
            }
            Fact::ClockBreached { thread, kind, due } => {
                let clock = self.threads.get_mut(thread).unwrap().clocks.get_mut(kind).unwrap();
                clock.breached = true;
                let clock = clock.clone();
                let on = if *due < at { *due } else { at };
                self.clock(on, *thread, &clock, None, |lists| lists.breaches += 1);
            }
            Fact::ClockMet { thread, kind, policy, since, by, wall, working, late } => {
                let clock = self.threads.get_mut(thread).unwrap().clocks.remove(kind).unwrap();
                assert_eq!((policy, *since, *late), (&clock.policy, clock.since, clock.breached));
                self.clock(at, *thread, &clock, Some(by.as_str()), |lists| {
                    lists.in_time += u64::from(!*late);
                    lists.late += u64::from(*late);
                    lists.wall.push(*wall);
                    lists.working.push(*working);
                });
            }
            Fact::ClockVoided { thread, kind, by, why } => {
                let clock = self.threads.get_mut(thread).unwrap().clocks.remove(kind).unwrap();
                let by = by.as_ref().map(port::AgentName::as_str);
                self.clock(at, *thread, &clock, by, |lists| {
                    lists.missed += u64::from(clock.breached);
                    lists.voided += u64::from(!clock.breached);
                });
                if *why == Why::Closed {
                    self.closed_unanswered(at, *thread, &clock, by);
                }
            }
            _ => {}
        }
    }

    fn closed_unanswered(&mut self, at: Timestamp, thread: ThreadId, clock: &Clock, by: Option<&str>) {
        let mut more = vec![(Dimension::Policy, clock.policy.clone())];
        more.extend(by.map(|by| (Dimension::Agent, by.to_owned())));
        self.at(at, thread, Part::Counts, &more, Some(clock.since), |lists| lists.counts.unanswered += 1);
    }

    fn clock(
        &mut self,
        at: Timestamp,
        thread: ThreadId,
        clock: &Clock,
        by: Option<&str>,
        change: impl Fn(&mut Lists),
    ) {
        let mut more = vec![(Dimension::Policy, clock.policy.clone())];
        more.extend(by.map(|by| (Dimension::Agent, by.to_owned())));
        self.at(at, thread, Part::Times(clock.kind), &more, Some(clock.since), change);
    }
}

fn millis(span: SignedDuration) -> u64 {
    u64::try_from(span.as_millis()).unwrap()
}

/// Whether what was kept is what the lists say.
fn is_kept(kept: &Figure, lists: &Lists) -> Result<(), TestCaseError> {
    match kept {
        Figure::Counts(counts) => prop_assert_eq!(*counts, lists.counts),
        Figure::Times(times) => {
            let Times { in_time, late, missed, voided, breaches, wall, working } = times;
            prop_assert_eq!(
                [*in_time, *late, *missed, *voided, *breaches],
                [lists.in_time, lists.late, lists.missed, lists.voided, lists.breaches]
            );
            for (kept, list) in [(wall, &lists.wall), (working, &lists.working)] {
                let mut sorted: Vec<u64> = list.iter().copied().map(millis).collect();
                sorted.sort_unstable();
                prop_assert_eq!(kept.n, sorted.len() as u64);
                prop_assert_eq!(kept.sum, sorted.iter().sum::<u64>());
                prop_assert_eq!(kept.max, sorted.last().copied().unwrap_or(0));
                for percent in [50, 90] {
                    let rank = (sorted.len() * percent).div_ceil(100).max(1);
                    let exact = sorted.get(rank - 1).copied();
                    let estimate = kept.quantile(percent as u64).map(millis);
                    prop_assert_eq!(exact.is_some(), estimate.is_some());
                    let (exact, estimate) = (exact.unwrap_or(0), estimate.unwrap_or(0));
                    prop_assert!(estimate.abs_diff(exact) * 100 <= exact, "{} is not {}", estimate, exact);
                }
            }
        }
        Figure::Now(_) | Figure::Overdue(_) | Figure::Breach(_) => panic!("no day has {kept:?}"),
    }
    Ok(())
}

/// Whether the days that a desk kept are those that its journal tells of.
fn is_as_told(desk: &Desk) -> Result<(), TestCaseError> {
    let reference = Reference::of(&desk.events, &desk.setup.time_zone);
    let mut days = BTreeMap::new();
    for (at, figure) in desk.whole.rows.iter().filter_map(figure) {
        if let At::Day { team, by, day, value, part } = at {
            prop_assert_eq!(team, "support");
            days.insert((*day, *by, value.clone(), *part), figure);
        }
    }
    let places: Vec<&Place> = reference.lists.keys().collect();
    prop_assert_eq!(days.keys().collect::<Vec<_>>(), places);
    for (place, lists) in &reference.lists {
        is_kept(days[place], lists)?;
    }
    Ok(())
}

/// What seldom happens to those who play whatever comes to mind.
#[test]
fn what_is_moved_and_what_is_noticed_late_is_kept_as_the_journal_says() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.desk.setup.deadlines = deadlines();
    stage.desk.setup.rules = rules("[[rules]]\nname = \"broken\"\nmatch = 'broken'\ntags = [\"complaint\"]");
    stage.play(
        "
        mia: It is broken
        ben: This one is broken as well
        eva: Hello
        wait 2h
        Anna in 1: !tag -complaint
        Bernd in 2: !noreply
        mia: Still broken
        ",
    );
    // nobody was there to see what was due meanwhile
    stage.desk.now += SignedDuration::from_hours(30);
    stage.play("Anna in 1 to mia-2: Sorry\nwait 1s\nBernd in 3: !close");
    is_as_told(&stage.desk).unwrap();
    let count = |is: fn(&Times) -> u64| {
        let all = stage.desk.whole.rows.iter().filter_map(figure);
        let of_agents = all.filter(|(at, _)| matches!(at, At::Day { by: Dimension::Agent, .. }));
        of_agents
            .map(|(_, figure)| if let Figure::Times(times) = figure { is(times) } else { 0 })
            .sum::<u64>()
    };
    // one moved, one called off, one closed; the answer to what was moved came too late for that as well
    assert_eq!((count(|times| times.missed), count(|times| times.late)), (3, 1));
}

fn figures(play: &Play) -> impl Iterator<Item = (&At, &Figure)> {
    play.desk.whole.rows.iter().filter_map(figure)
}

fn figure<'a>((key, row): (&'a Key, &'a Row)) -> Option<(&'a At, &'a Figure)> {
    match (key, row) {
        (Key::Figures(at), Row::Figures(figure)) => Some((at, figure.as_ref())),
        _ => None,
    }
}

/// How everything stands, counted thread by thread.
fn counted_now(play: &Play) -> Now {
    let mut now = Now::default();
    for row in play.desk.whole.rows.values() {
        let Row::Thread(thread) = row else { continue };
        let response = thread.clocks.iter().find(|clock| clock.kind != ClockKind::Resolution);
        let assignee = thread.assignee.as_ref().map(ToString::to_string).unwrap_or_default();
        if thread.open || response.is_some() {
            let threads = now.threads.entry(assignee).or_default();
            match response {
                Some(Clock { paused: Some(_), .. }) => threads.paused += 1,
                Some(Clock { breached: true, .. }) => threads.overdue += 1,
                Some(_) => threads.waiting += 1,
                None if thread.unanswered.is_empty() => threads.answered += 1,
                None => threads.untimed += 1,
            }
        }
        for clock in thread.clocks.iter().filter(|clock| clock.breached) {
            *now.overdue.entry(clock.policy.clone()).or_default().entry(clock.kind).or_default() += 1;
        }
    }
    now
}

fn played(mode: ReplyMode, acts: &[Act], zone: &str) -> Play {
    let mut play = Play::new(mode);
    play.desk.setup.deadlines = deadlines();
    play.desk.setup.time_zone = TimeZone::get(zone).unwrap();
    play.desk.setup.rules = rules(
        r#"
        [[rules]]
        name = "fives"
        match = 'words \d*[05]\b'
        tags = ["five", "refund"]
    "#,
    );
    for act in acts {
        play.act(act);
    }
    play
}

fn modes() -> impl Strategy<Value = ReplyMode> {
    prop_oneof![Just(ReplyMode::Explicit), Just(ReplyMode::Direct), Just(ReplyMode::Confirm)]
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("Europe/Berlin"), Just("America/New_York"), Just("Pacific/Auckland")]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_on_the_way_is_what_the_whole_journal_says(mode in modes(), zone in zones(), acts in acts()) {
        let play = played(mode, &acts, zone);
        is_as_told(&play.desk)?;
    }

    #[test]
    fn how_it_stands_now_is_what_the_threads_say(mode in modes(), acts in acts()) {
        let play = played(mode, &acts, "Europe/Berlin");
        let kept = play.desk.whole.rows.get(&Key::Figures(At::Now("support".to_owned())));
        let kept = match kept {
            Some(Row::Figures(figure)) => if let Figure::Now(now) = figure.as_ref() { now.clone() } else { panic!() },
            _ => Now::default(),
        };
        prop_assert_eq!(&kept, &counted_now(&play));
        // the shell tells these without looking at any thread
        let threads = play.desk.whole.rows.values().filter_map(|row| if let Row::Thread(thread) = row { Some(thread) } else { None });
        // a thread that was closed while its answer was on the way is owed one until that arrives
        let is_owed = |thread: &Thread| thread.clocks.iter().any(|clock| clock.kind != ClockKind::Resolution);
        let open: Vec<_> = threads.filter(|thread| thread.open || is_owed(thread)).collect();
        let owed = open.iter().filter(|thread| is_owed(thread) || thread.waiting_since().is_some()).count() as u64;
        let told = kept.threads.values().fold((0, 0), |(all, owed), some| (all + some.all(), owed + some.owed()));
        prop_assert_eq!(told, (open.len() as u64, owed));
        // and each clock that is past due is in the list of those, and has a breach that did not end
        let overdue: Vec<_> = figures(&play)
            .filter_map(|(_, figure)| if let Figure::Overdue(overdue) = figure { Some(overdue) } else { None })
            .collect();
        prop_assert_eq!(overdue.len() as u64, kept.overdue.values().flat_map(BTreeMap::values).sum::<u64>());
        for overdue in overdue {
            let at = At::Breach { team: "support".to_owned(), day: overdue.day, number: overdue.breach };
            let Some(Row::Figures(breach)) = play.desk.whole.rows.get(&Key::Figures(at)) else { panic!("no breach") };
            let Figure::Breach(breach) = breach.as_ref() else { panic!("no breach") };
            prop_assert_eq!((breach.thread, breach.kind, &breach.ended), (overdue.thread, overdue.kind, &None));
            let Some(Row::Thread(thread)) = play.desk.whole.rows.get(&Key::Thread(overdue.thread)) else { panic!() };
            let due = thread.clocks.iter().find(|clock| clock.kind == overdue.kind).map(|clock| clock.due);
            prop_assert_eq!(due, Some(overdue.due));
        }
    }

    #[test]
    fn every_breach_on_record_is_in_the_list_of_its_day(mode in modes(), acts in acts()) {
        let play = played(mode, &acts, "Europe/Berlin");
        let listed: BTreeMap<u64, Date> = figures(&play)
            .filter_map(|(at, _)| if let At::Breach { day, number, .. } = at { Some((*number, *day)) } else { None })
            .collect();
        let zone = &play.desk.setup.time_zone;
        let recorded = (1..).zip(&play.desk.events);
        let recorded: BTreeMap<u64, Date> = recorded
            .filter_map(|(number, event)| {
                let Fact::ClockBreached { due, .. } = event.fact else { return None };
                Some((number, due.to_zoned(zone.clone()).date()))
            })
            .collect();
        prop_assert_eq!(listed, recorded);
    }

    #[test]
    fn figures_depend_on_no_other_rows_than_they_say(mode in modes(), zone in zones(), acts in acts()) {
        let play = played(mode, &acts, zone);
        let mut few = Whole::default();
        for (event, number) in play.desk.events.iter().zip(1..) {
            let mut rows = Rows::new(&few);
            crate::figures::apply(&mut rows, &play.desk.setup.time_zone, number, event).unwrap();
            let mut writes = rows.into_writes();
            for (key, row) in &writes {
                prop_assert!(depend_on(key, None) || !depend_on(key, row.as_ref()), "{key:?}");
            }
            writes.retain(|key, row| depend_on(key, row.as_ref()));
            few.write(writes);
        }
        prop_assert!(figures(&play).eq(few.rows.iter().filter_map(figure)));
    }

    #[test]
    fn the_journal_gives_the_same_figures_again(mode in modes(), zone in zones(), acts in acts()) {
        let play = played(mode, &acts, zone);
        let rebuilt = rebuild(&play.desk.events, &play.desk.setup.time_zone).unwrap();
        prop_assert!(figures(&play).eq(rebuilt.rows.iter().filter_map(figure)));
    }
}
