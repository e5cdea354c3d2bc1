//! A desk that remembers everything, and a watch on what must always be so.

use crate::calendar::{Calendar, Plan, Week, weekdays};
use crate::personas::Personas;
use crate::policy::Deadlines;
use crate::rows::{Queued, Row};
use crate::rules::{RuleFile, RuleSet};
use crate::{
    Agent, Arg, Decision, Digest, Effect, Event, Input, Key, Lane, Missing, ReplyMode, Role, Sentence, Setup,
    Team, Whole, Words, decide, gather, rebuild,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use port::{AccountId, AgentName, Attachment, ChannelName, ChatId, Limit, OpId, Operation, Place, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// Says which sentence it is and with which arguments, nothing else; what is German says so before it.
struct Echo;

impl Words for Echo {
    fn locale(&self, name: &str) -> Option<&'static str> {
        ["en", "de"].into_iter().find(|known| *known == name)
    }

    fn say(&self, locale: &str, sentence: &Sentence) -> String {
        let (id, arguments) = sentence.parts();
        let said = if locale == "en" { id.to_owned() } else { format!("{locale}:{id}") };
        arguments.into_iter().fold(said, |mut said, (name, argument)| {
            match argument {
                Arg::Text(text) => write!(said, " {name}={text}").unwrap(),
                Arg::Number(number) => write!(said, " {name}={number}").unwrap(),
            }
            said
        })
    }
}

/// The customers' side.
pub(super) fn shop(chat: &str) -> Place {
    Place::new(ChannelName::new("shop"), ChatId::new(chat))
}

/// The team's side.
pub(super) fn room() -> Place {
    Place::new(ChannelName::new("team"), ChatId::new("room"))
}

/// Anna answers as `Anna (Support)`, Bernd is a manager without a title; customers are on another platform.
pub(super) fn setup(reply_mode: ReplyMode) -> Setup {
    let agent = |name: &str, title: Option<&str>, role| Agent {
        name: AgentName::new(name),
        title: title.map(str::to_owned),
        role,
        handles: BTreeMap::from([("matrix".to_owned(), AccountId::new(format!("@{}", name.to_lowercase())))]),
        languages: Vec::new(),
    };
    Setup {
        instance: "t3stdesk".to_owned(),
        channels: BTreeMap::from([
            (ChannelName::new("shop"), "telegram".to_owned()),
            (ChannelName::new("team"), "matrix".to_owned()),
        ]),
        teams: vec![Team { name: "support".to_owned(), place: room(), digest: Digest::default() }],
        agents: vec![agent("Anna", Some("Support"), Role::Agent), agent("Bernd", None, Role::Manager)],
        personas: Personas::default(),
        reply_mode,
        confirm_grace: SignedDuration::from_secs(10),
        command_prefix: "!".to_owned(),
        reopen_within: SignedDuration::from_hours(24),
        locale: "en".to_owned(),
        time_zone: TimeZone::UTC,
        deadlines: Arc::new(Deadlines::default()),
        rules: RuleSet::default(),
        topic_links: BTreeMap::new(),
        words: Arc::new(Echo),
    }
}

/// Complaints within one hour around the clock, all else within four hours of an office, open on weekdays from 8 to 17;
/// to be closed within 20 hours of the office.
pub(super) fn deadlines() -> Arc<Deadlines> {
    let mut week = Week::new();
    week.set(&weekdays("mon-fri").unwrap(), &["08:00-17:00".parse().unwrap()]).unwrap();
    let plan = Plan {
        name: "office".to_owned(),
        zone: TimeZone::UTC,
        week,
        holidays: BTreeMap::new(),
        special_days: BTreeMap::new(),
    };
    let office = Arc::new(Calendar::new(plan).unwrap());
    let mut deadlines = Deadlines::shipped(office, &TimeZone::UTC);
    for policy in &mut deadlines.policies {
        policy.resolution = Some(SignedDuration::from_hours(20));
    }
    Arc::new(deadlines)
}

/// The rules as shipped.
pub(super) fn rules() -> RuleSet {
    own_rules(include_str!("../../../config/rules.toml"))
}

/// Rules of one's own, as a file has them.
pub(super) fn own_rules(text: &str) -> RuleSet {
    let own: RuleFile = toml::from_str(text).unwrap();
    RuleSet::new(&own.rules).unwrap()
}

/// The desk, its whole state, and its outbox as whoever follows the effects sees it.
pub(super) struct Desk {
    pub(super) setup: Setup,
    pub(super) whole: Whole,
    pub(super) now: Timestamp,
    pub(super) events: Vec<Event>,
    outbox: BTreeMap<(Lane, u64), Queued>,
    operations: BTreeMap<OpId, Queued>,
}

impl Desk {
    pub(super) fn new(reply_mode: ReplyMode) -> Self {
        Self {
            setup: setup(reply_mode),
            whole: Whole::default(),
            now: "2026-03-02T14:05:00Z".parse().unwrap(),
            events: Vec::new(),
            outbox: BTreeMap::new(),
            operations: BTreeMap::new(),
        }
    }

    /// Decides, takes it over, and checks what must hold after any decision.
    pub(super) fn decide(&mut self, input: &Input) -> Decision {
        let decision = self.decision(input);
        self.whole.write(decision.writes.clone());
        self.events.extend(decision.events.iter().cloned());
        for effect in &decision.effects {
            match effect {
                Effect::Queue(queued) => {
                    self.watch(queued);
                    self.outbox.insert((queued.lane.clone(), queued.seq), queued.as_ref().clone());
                }
                Effect::Remove { lane, seq } => {
                    let gone = self.outbox.remove(&(lane.clone(), *seq));
                    assert!(gone.is_some(), "removed what was not there: {lane:?} {seq}");
                }
            }
        }
        assert_eq!(self.outbox, self.queued(), "the effects do not tell what the rows say");
        decision
    }

    /// Decides again and checks that nothing comes of it.
    pub(super) fn repeat(&mut self, input: &Input) {
        let decision = self.decision(input);
        assert_eq!(decision, Decision::default(), "a repeat changed something: {input:?}");
    }

    /// A decision that is not taken over.
    pub(super) fn decision(&mut self, input: &Input) -> Decision {
        loop {
            match decide(self.now, &self.setup, &self.whole, input) {
                Ok(decision) => return decision,
                Err(Missing::Scan(scan)) => self.whole.answer(scan),
                Err(Missing::Row(key)) => panic!("everything is known, {key:?} as well"),
            }
        }
    }

    /// An operation's id is its own, and every platform takes it.
    fn watch(&mut self, queued: &Queued) {
        let id = queued.id.as_str();
        assert!(id.len() <= 25, "{id} is too long");
        assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{id}");
        let known = self.operations.entry(queued.id.clone()).or_insert_with(|| queued.clone());
        assert_eq!((&known.purpose, &known.operation), (&queued.purpose, &queued.operation), "{id} twice");
    }

    /// Hangs a file on everything that waits and is said, as if it had been queued so.
    pub(super) fn attach(&mut self, file: &Attachment) {
        for mut queued in self.queued().into_values() {
            let Operation::Create { files, .. } = &mut queued.operation else { continue };
            files.push(file.clone());
            let key = Key::Out(queued.lane.clone(), queued.seq);
            self.outbox.insert((queued.lane.clone(), queued.seq), queued.clone());
            self.operations.insert(queued.id.clone(), queued.clone());
            self.whole.write(BTreeMap::from([(key, Some(Row::Queued(Box::new(queued))))]));
        }
    }

    /// Lets what waits behind a head go with it, as the outbox does where a chat runs short of messages.
    pub(super) fn gather(&mut self, mut head: Queued) -> Queued {
        let queued = self.queued();
        let behind = queued.values().filter(|row| row.lane == head.lane && row.seq > head.seq);
        let limit = Limit { max: 4096, unit: Unit::Chars };
        for seq in gather::with(&head, behind, limit) {
            head.gathered.extend(self.outbox.remove(&(head.lane.clone(), seq)));
            self.whole.write(BTreeMap::from([(Key::Out(head.lane.clone(), seq), None)]));
        }
        let key = Key::Out(head.lane.clone(), head.seq);
        self.outbox.insert((head.lane.clone(), head.seq), head.clone());
        self.whole.write(BTreeMap::from([(key, Some(Row::Queued(Box::new(head.clone()))))]));
        head
    }

    /// The operations that wait, lane by lane.
    pub(super) fn queued(&self) -> BTreeMap<(Lane, u64), Queued> {
        let rows = self.whole.rows.iter();
        rows.filter_map(|(key, row)| match (key, row) {
            (Key::Out(lane, seq), Row::Queued(queued)) => {
                Some(((lane.clone(), *seq), queued.as_ref().clone()))
            }
            _ => None,
        })
        .collect()
    }

    /// The first operation of every lane, the one that was queued first in front.
    pub(super) fn heads(&self) -> Vec<Queued> {
        let mut lanes = BTreeSet::new();
        let queued = self.queued();
        let firsts = queued.into_values().filter(|queued| lanes.insert(queued.lane.clone()));
        let mut heads: Vec<Queued> = firsts.collect();
        heads.sort_by_key(|head| head.seq);
        heads
    }

    /// Every operation there ever was.
    pub(super) fn operations(&self) -> impl Iterator<Item = &Queued> {
        self.operations.values()
    }

    /// The next timer until then.
    pub(super) fn next_timer(&self, until: Timestamp) -> Option<(Timestamp, Key)> {
        let timers = self.whole.rows.keys().filter_map(|key| {
            let Key::Timer { at, .. } = key else { return None };
            (*at <= until).then(|| (*at, key.clone()))
        });
        timers.min_by_key(|(_, key)| key.text())
    }

    /// The state is the fold of the journal.
    pub(super) fn check_journal(&self) {
        let mut rebuilt = rebuild(&self.events, &self.setup.time_zone).unwrap().rows;
        let mut rows = self.whole.rows.clone();
        for rows in [&mut rebuilt, &mut rows] {
            rows.retain(|key, _| is_folded(key));
        }
        assert_eq!(rebuilt, rows);
        let journal =
            rows.values().filter_map(|row| if let Row::Event(event) = row { Some(event) } else { None });
        assert!(journal.map(AsRef::as_ref).eq(self.events.iter()), "the journal holds what was decided");
    }
}

/// Whether the journal is the source of a row. What is still to be done is not: it is kept beside it.
const fn is_folded(key: &Key) -> bool {
    match key {
        Key::Counters
        | Key::Chat(_)
        | Key::Visit(_)
        | Key::Customer(_)
        | Key::Thread(_)
        | Key::Message(..)
        | Key::Topic(..)
        | Key::Open { .. }
        | Key::Line(..)
        | Key::Watch(..)
        | Key::Owed { .. }
        | Key::Journal(_)
        | Key::Figures(_) => true,
        Key::Operations
        | Key::Timer { .. }
        | Key::Out(..)
        | Key::Aside(..)
        | Key::Stray(..)
        | Key::Digest { .. }
        | Key::Followed
        | Key::Cursor(_) => false,
    }
}
