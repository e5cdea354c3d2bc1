//! The one entrance: an input and what is known, to events, rows and effects.

use crate::event::{Event, Fact};
use crate::key::{Key, Lane};
use crate::rows::{Operations, Phase, Purpose, Queued, Row, Thread, Timer};
use crate::sentence::Sentence;
use crate::setup::Setup;
use crate::speaker::Speaker;
use crate::state::{Known, Missing, Rows};
use crate::{clock, commitment, customer, digest, figures, settle, team, topic};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use port::{
    AgentName, Attachment, ChannelName, Inbound, MessageId, OpId, Operation, Outcome, Place, Private,
    Refusal, ThreadId, Voice,
};
use std::collections::BTreeMap;

/// Something the desk has to decide on.
#[derive(Debug, Clone)]
pub enum Input {
    /// Something happened on a platform.
    Inbound {
        /// On which channel.
        channel: ChannelName,
        /// What.
        inbound: Inbound,
    },
    /// An operation came to an end, or needs a decision.
    Settled {
        /// The operation as it stands in the outbox.
        queued: Box<Queued>,
        /// What became of it.
        verdict: Verdict,
    },
    /// A timer is due.
    Due(Key),
    /// The bridge started. Comes first.
    Started,
}

/// What became of an operation, after everything the outbox could do by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Done.
    Delivered {
        /// The messages made.
        parts: Vec<MessageId>,
        /// The topic opened.
        topic: Option<port::TopicId>,
    },
    /// Will never be done as it stands.
    Refused(Refusal),
    /// Nobody can tell whether it was done.
    Unknown,
    /// Its topic is gone.
    TopicGone,
    /// Its chat goes on elsewhere.
    ChatMoved(port::ChatId),
    /// Did not get through yet; the outbox goes on trying.
    Delayed,
}

impl Verdict {
    /// The verdict that an outcome is, if it is one.
    #[must_use]
    pub fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Delivered { parts, topic } => Some(Self::Delivered { parts, topic }),
            Outcome::Refused(refusal) => Some(Self::Refused(refusal)),
            Outcome::Heal(port::Heal::TopicGone) => Some(Self::TopicGone),
            Outcome::Heal(port::Heal::ChatMoved(to)) => Some(Self::ChatMoved(to)),
            Outcome::Later { .. } | Outcome::Unknown { .. } => None,
        }
    }
}

/// What was decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// What is recorded. Its rows are among `writes`.
    pub events: Vec<Event>,
    /// Rows to write (`None` removes).
    pub writes: BTreeMap<Key, Option<Row>>,
    /// What the outbox has to do once all of it is kept.
    pub effects: Vec<Effect>,
}

/// A change of the outbox. The rows are written already; this tells who holds lanes in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// An operation was added to its lane, or one there was changed.
    Queue(Box<Queued>),
    /// An operation left its lane.
    Remove {
        /// Which lane.
        lane: Lane,
        /// Its place there.
        seq: u64,
    },
}

/// Decides.
///
/// # Errors
/// [`Missing`] when something has to be loaded first; then nothing was decided.
pub fn decide(now: Timestamp, setup: &Setup, known: &dyn Known, input: &Input) -> Result<Decision, Missing> {
    let mut turn = Turn { now, setup, rows: Rows::new(known), events: Vec::new(), effects: Vec::new() };
    match input {
        Input::Inbound { channel, inbound } => {
            let place = Place::new(channel.clone(), inbound.chat.clone());
            if inbound.author.is_bot {
                // programs are never relayed; answering one could go on for ever
            } else if setup.team_at(&place).is_some() {
                team::inbound(&mut turn, &place, inbound)?;
            } else {
                customer::inbound(&mut turn, &place, inbound)?;
            }
        }
        Input::Settled { queued, verdict } => settle::settle(&mut turn, queued, verdict)?,
        Input::Due(key) => match turn.rows.timer(key)? {
            Some(timer @ (Timer::Clock { .. } | Timer::Claim)) => clock::due(&mut turn, key, &timer)?,
            Some(Timer::Promise { number }) => commitment::due(&mut turn, key, number)?,
            Some(Timer::Digest { team, rhythm }) => digest::due(&mut turn, key, &team, rhythm)?,
            Some(Timer::Follow) => clock::follow::due(&mut turn, key)?,
            Some(Timer::SendReply { .. } | Timer::StraysExpire { .. }) | None => team::due(&mut turn, key)?,
        },
        Input::Started => {
            digest::arm(&mut turn)?;
            clock::follow::start(&mut turn)?;
        }
    }
    Ok(Decision { events: turn.events, writes: turn.rows.into_writes(), effects: turn.effects })
}

/// The rows that a decision on something inbound will ask for, as far as it can be told from what is known: two rounds of
/// loading tell most of them. Each that is missing has the decision begin anew. It may ask for more.
#[must_use]
pub fn asks_for(known: &dyn Known, channel: &ChannelName, inbound: &Inbound) -> Vec<Key> {
    let place = Place::new(channel.clone(), inbound.chat.clone());
    let chat = Key::Chat(place.clone());
    let topic = inbound.topic.clone().map(|topic| Key::Topic(place.clone(), topic));
    let mut keys = Vec::with_capacity(4);
    if let Some(Some(Row::Chat(row))) = known.row(&chat) {
        keys.extend([Key::Customer(row.customer), Key::Thread(row.thread)]);
    }
    if let Some(Some(Row::Topic(row))) = topic.as_ref().and_then(|topic| known.row(topic)) {
        keys.push(Key::Thread(row.thread));
    }
    keys.extend(topic);
    keys.extend([chat, Key::Message(place, inbound.message.clone())]);
    keys
}

/// Folds a journal into the state it is the source of, and into the figures, whose days are those of a zone.
///
/// # Errors
/// [`Missing`] only when `events` is no whole journal.
pub fn rebuild(events: &[Event], zone: &TimeZone) -> Result<crate::state::Whole, Missing> {
    let mut whole = crate::state::Whole::default();
    for (event, number) in events.iter().zip(1..) {
        let mut rows = Rows::new(&whole);
        figures::apply(&mut rows, zone, number, event)?;
        let writes = rows.into_writes();
        whole.write(writes);
    }
    Ok(whole)
}

/// Places in a lane are numbered in steps, so that a lost topic can be opened again before its head.
pub(crate) const STEP: u64 = 256;

/// One decision in the making.
pub(crate) struct Turn<'a> {
    pub(crate) now: Timestamp,
    pub(crate) setup: &'a Setup,
    pub(crate) rows: Rows<'a>,
    events: Vec<Event>,
    effects: Vec<Effect>,
}

impl Turn<'_> {
    /// Records a fact and applies it at once, to the figures as well. Returns the number of its event.
    pub(crate) fn record(&mut self, fact: Fact) -> Result<u64, Missing> {
        let number = self.rows.counters()?.events + 1;
        let event = Event { at: self.now, fact };
        figures::apply(&mut self.rows, &self.setup.time_zone, number, &event)?;
        self.events.push(event);
        Ok(number)
    }

    /// Queues an operation at the end of its lane.
    pub(crate) fn queue(&mut self, draft: Draft) -> Result<(), Missing> {
        let n = self.next_operation()?;
        self.queue_at(draft, n, n * STEP);
        Ok(())
    }

    /// Queues an operation at a place in its lane.
    pub(crate) fn queue_before(&mut self, draft: Draft, seq: u64) -> Result<(), Missing> {
        let n = self.next_operation()?;
        self.queue_at(draft, n, seq);
        Ok(())
    }

    /// The next number of an operation.
    pub(crate) fn next_operation(&mut self) -> Result<u64, Missing> {
        let n = self.rows.operations()?.last + 1;
        self.rows.put(Key::Operations, Row::Operations(Operations { last: n }));
        Ok(n)
    }

    /// The id of an operation that takes another's place.
    pub(crate) fn next_id(&mut self) -> Result<OpId, Missing> {
        let n = self.next_operation()?;
        Ok(self.op_id(n))
    }

    /// The id of the operation of this number.
    pub(crate) fn op_id(&self, n: u64) -> OpId {
        OpId::new(format!("{}-{n}", self.setup.instance))
    }

    /// Queues an operation at a place in its lane that is to be a post of its own. What it says belongs to what it
    /// answers.
    pub(crate) fn queue_alone(&mut self, draft: Draft, seq: u64) -> Result<(), Missing> {
        let n = self.next_operation()?;
        let queued = Queued { alone: true, ..self.numbered(draft, n, seq) };
        self.put_queued(queued);
        Ok(())
    }

    fn queue_at(&mut self, draft: Draft, n: u64, seq: u64) {
        let queued = self.numbered(draft, n, seq);
        self.put_queued(queued);
    }

    fn numbered(&self, draft: Draft, n: u64, seq: u64) -> Queued {
        Queued {
            id: self.op_id(n),
            lane: draft.lane,
            seq,
            thread: draft.thread,
            in_topic: draft.in_topic,
            purpose: draft.purpose,
            operation: draft.operation,
            quotes: draft.quotes,
            queued_at: self.now,
            attempts: 0,
            tried_at: None,
            not_before: None,
            phase: Phase::Send,
            gathered: Vec::new(),
            refused: None,
            alone: false,
            locale: None,
            repeats: None,
        }
    }

    /// Writes an operation into its lane and tells the outbox.
    pub(crate) fn put_queued(&mut self, queued: Queued) {
        let key = Key::Out(queued.lane.clone(), queued.seq);
        let queued = Box::new(queued);
        self.rows.put(key, Row::Queued(queued.clone()));
        self.effects.push(Effect::Queue(queued));
    }

    /// Takes an operation out of its lane and tells the outbox.
    pub(crate) fn remove_queued(&mut self, queued: &Queued) {
        self.rows.remove(Key::Out(queued.lane.clone(), queued.seq));
        self.effects.push(Effect::Remove { lane: queued.lane.clone(), seq: queued.seq });
    }

    /// Queues words of the bridge's own at the end of their lane, with the language they are in.
    pub(crate) fn queue_said(&mut self, draft: Draft, speaker: Speaker<'_>) -> Result<(), Missing> {
        let n = self.next_operation()?;
        let queued = Queued { locale: speaker.other_locale(), ..self.numbered(draft, n, n * STEP) };
        self.put_queued(queued);
        Ok(())
    }

    /// Says a sentence in a thread's topic, in the bridge's own voice.
    pub(crate) fn tell(
        &mut self,
        id: ThreadId,
        thread: &Thread,
        speaker: Speaker<'_>,
        sentence: &Sentence,
    ) -> Result<(), Missing> {
        self.tell_with(id, thread, speaker, &speaker.say(sentence), Vec::new())
    }

    /// Says a whole text in a thread's topic, with files that the bridge makes.
    pub(crate) fn tell_with(
        &mut self,
        id: ThreadId,
        thread: &Thread,
        speaker: Speaker<'_>,
        text: &str,
        files: Vec<Attachment>,
    ) -> Result<(), Missing> {
        self.queue_said(Draft::in_topic(id, thread, text, files), speaker)
    }

    /// Says a text in a thread's topic that some agents are to hear at once.
    pub(crate) fn tell_calling<'n>(
        &mut self,
        id: ThreadId,
        thread: &Thread,
        speaker: Speaker<'_>,
        text: &str,
        whom: impl IntoIterator<Item = &'n AgentName>,
    ) -> Result<(), Missing> {
        let draft = Draft::in_topic(id, thread, text, Vec::new()).calling(self.setup, whom);
        self.queue_said(draft, speaker)
    }

    /// Says something to a customer, in the bridge's own voice.
    pub(crate) fn tell_customer(&mut self, id: ThreadId, thread: &Thread, text: &str) -> Result<(), Missing> {
        self.queue(Draft::to_customer(id, thread, text))
    }

    /// Runs a step and, when it changed what the topic shows, has the topic show it.
    pub(crate) fn showing(
        &mut self,
        id: ThreadId,
        step: impl FnOnce(&mut Self) -> Result<(), Missing>,
    ) -> Result<(), Missing> {
        let before = self.rows.thread(id)?;
        step(self)?;
        let Some(after) = self.rows.thread(id)? else { return Ok(()) };
        // all that the card shows
        let look = |thread: &Thread| {
            let clock =
                thread.response().map(|clock| (clock.due, clock.policy.clone(), clock.paused.clone()));
            let case = (thread.tags.clone(), thread.priority);
            (thread.state(), thread.waiting_since(), thread.assignee.clone(), clock, case)
        };
        let changed = before.is_some_and(|before| look(&before) != look(&after));
        if changed {
            topic::show(self, id, &after)?;
        }
        Ok(())
    }
}

/// An operation before it has a number.
pub(crate) struct Draft {
    pub(crate) lane: Lane,
    pub(crate) thread: Option<ThreadId>,
    pub(crate) in_topic: bool,
    pub(crate) purpose: Purpose,
    pub(crate) operation: Operation,
    /// As in `Queued`.
    pub(crate) quotes: Option<MessageId>,
}

impl Draft {
    /// The bridge's own words in a thread's topic.
    fn in_topic(id: ThreadId, thread: &Thread, text: &str, files: Vec<Attachment>) -> Self {
        let body = Private::of_customer(thread.customer, text);
        let draft = Self::in_chat(thread.team_place.clone(), body, files);
        Self { lane: thread.team_lane(id), thread: Some(id), in_topic: true, ..draft }
    }

    /// The same words, calling those of some agents who are on the platform they are said on.
    pub(crate) fn calling<'n>(
        mut self,
        setup: &Setup,
        whom: impl IntoIterator<Item = &'n AgentName>,
    ) -> Self {
        if let Operation::Create { mentions, .. } = &mut self.operation {
            let found = whom.into_iter().filter_map(|name| setup.mention(&self.lane.place.channel, name));
            mentions.extend(found);
        }
        self
    }

    /// The bridge's own words in a chat of the team's, outside of topics.
    pub(crate) fn in_chat(place: Place, body: Private, files: Vec<Attachment>) -> Self {
        Self {
            lane: Lane { place, thread: None },
            thread: None,
            in_topic: false,
            purpose: Purpose::Notice,
            operation: Operation::Create {
                voice: Voice::Bridge,
                body: body.into(),
                files,
                reply_to: None,
                mentions: Vec::new(),
            },
            quotes: None,
        }
    }

    /// The bridge's own words to a customer.
    pub(crate) fn to_customer(id: ThreadId, thread: &Thread, text: &str) -> Self {
        Self {
            lane: thread.customer_lane(),
            thread: Some(id),
            in_topic: false,
            purpose: Purpose::Notice,
            operation: Operation::Create {
                voice: Voice::Bridge,
                body: Private::of_customer(thread.customer, text).into(),
                files: Vec::new(),
                reply_to: None,
                mentions: Vec::new(),
            },
            quotes: None,
        }
    }
}
