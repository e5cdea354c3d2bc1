//! Whatever may happen, done to a desk, with a record of who did what.

use super::acts::{Act, COMMANDS, CUSTOMERS, CustomerAct, Ending, PEOPLE, TeamAct};
use super::desk::{Desk, room, shop};
use crate::rows::{Phase, Purpose, Queued, Side};
use crate::{Bound, Event, Fact, Input, ReplyMode, Verdict, bind};
use jiff::SignedDuration;
use port::{
    AccountId, Author, ChatId, Inbound, InboundKind, MessageId, Op, OpId, Operation, Refusal, RefusalScope,
    TopicId,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a customer wrote.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) who: usize,
    chat: String,
    /// How many versions there are; the team sees each of them.
    pub(super) versions: u64,
}

/// What somebody in the team's chat wrote.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) who: usize,
    pub(super) text: String,
    pub(super) is_plain: bool,
    /// The thread whose topic it was written in, else the thread of what it answers.
    pub(super) thread: Option<u64>,
    /// The thread of the customer's message it answers.
    pub(super) answers: Option<u64>,
}

/// A desk, and everything that was done to it.
pub(super) struct Play {
    pub(super) desk: Desk,
    /// Customers' messages.
    pub(super) said: BTreeMap<MessageId, Said>,
    pub(super) written: BTreeMap<MessageId, Written>,
    /// The chats each customer was in.
    pub(super) chats: [Vec<String>; CUSTOMERS],
    /// What was delivered, in order.
    pub(super) delivered: Vec<Queued>,
    came: Vec<(Input, bool)>,
    /// Operations that ended; they come back after a retry only.
    ended: BTreeSet<OpId>,
    /// What people see in the team's chat, with the thread it is in, and whether it is a customer's.
    room: Vec<(MessageId, u64, bool)>,
    topics: Vec<(TopicId, u64)>,
    count: u64,
}

impl Play {
    pub(super) fn new(mode: ReplyMode) -> Self {
        Self {
            desk: Desk::new(mode),
            said: BTreeMap::new(),
            written: BTreeMap::new(),
            chats: std::array::from_fn(|who| vec![format!("c{who}")]),
            delivered: Vec::new(),
            came: Vec::new(),
            ended: BTreeSet::new(),
            room: Vec::new(),
            topics: Vec::new(),
            count: 0,
        }
    }

    pub(super) fn act(&mut self, act: &Act) {
        match act {
            Act::Customer(who, what) => self.customer(*who, what),
            Act::Team { who, topic, answers, what } => self.team(*who, *topic, *answers, what),
            Act::Again(which) => self.again(*which),
            Act::Settle(lane, ending) => self.settle_one(*lane, ending),
            Act::Gather(lane) => self.gather(*lane),
            Act::Drain => self.drain(),
            Act::Wait(seconds) => self.wait(*seconds),
        }
    }

    /// Ends what would wait for a person: every customer writes once more, and everything arrives.
    pub(super) fn calm_down(&mut self) {
        for who in 0..CUSTOMERS {
            self.drain();
            self.customer(who, &CustomerAct::Writes);
        }
        self.wait(3600);
        self.drain();
    }

    fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    fn customer(&mut self, who: usize, what: &CustomerAct) {
        let number = self.number();
        let mut message = MessageId::new(format!("c{who}-{number}"));
        let mut chat = self.chats[who].last().unwrap().clone();
        let own: Vec<_> = self.said.iter().filter(|(_, said)| said.who == who).collect();
        if let CustomerAct::Edits(pick) | CustomerAct::Deletes(pick) = what {
            let Some((known, said)) = own.get(pick % own.len().max(1)) else { return };
            (message, chat) = ((*known).clone(), said.chat.clone());
        }
        let mut reacted = message.clone();
        if let CustomerAct::Reacts(pick) = what {
            let Some((known, said)) = own.get(pick % own.len().max(1)) else { return };
            (reacted, chat) = ((*known).clone(), said.chat.clone());
        }
        let kind = match what {
            CustomerAct::Writes => {
                InboundKind::Message { content: format!("!r words {number}").into(), reply_to: None }
            }
            CustomerAct::Sends => {
                InboundKind::Unsupported { what: "photo".to_owned(), text: None, raw: None }
            }
            CustomerAct::Unreadable => InboundKind::Undecryptable,
            CustomerAct::Edits(_) => InboundKind::Edit { content: format!("words {number}").into() },
            CustomerAct::Deletes(_) => InboundKind::Delete,
            CustomerAct::Reacts(_) => InboundKind::Reaction { of: reacted.clone(), key: "👍".to_owned() },
            CustomerAct::Leaves => InboundKind::CustomerGone,
            CustomerAct::Starts => InboundKind::Started {
                payload: Some(format!("link {number}")),
                language: Some("de".to_owned()),
            },
            CustomerAct::Gap => InboundKind::Gap,
            CustomerAct::Moves => InboundKind::ChatMoved { to: ChatId::new(format!("c{who}-{number}")) },
        };
        let is_new = matches!(what, CustomerAct::Writes | CustomerAct::Sends | CustomerAct::Unreadable);
        let is_edit = matches!(what, CustomerAct::Edits(_));
        if is_new || is_edit {
            let said = Said { who, chat: chat.clone(), versions: 0 };
            self.said.entry(message.clone()).or_insert(said).versions += 1;
        }
        let events = self.comes(&chat, None, message, kind, &format!("{who}@shop"), is_edit);
        self.follow(&events);
        assert!(!is_new || !events.is_empty(), "a message made no event");
        let as_new = events.iter().any(|event| matches!(event.fact, Fact::CustomerWrote { .. }));
        assert!(!is_edit || !as_new, "an edit of a known message was taken for a new one");
    }

    /// Remembers the chats that the desk was told of.
    fn follow(&mut self, events: &[Event]) {
        for event in events {
            if let Fact::ChatMoved { from, to, .. } = &event.fact {
                let whose = self.chats.iter_mut().find(|chats| chats.iter().any(|c| c == from.chat.as_str()));
                whose.expect("somebody's chat").push(to.chat.to_string());
            }
        }
    }

    fn team(&mut self, who: usize, topic: Option<usize>, answers: Option<usize>, what: &TeamAct) {
        let number = self.number();
        let mut message = MessageId::new(format!("t{number}"));
        let topic = topic.and_then(|pick| self.topics.get(pick % self.topics.len().max(1)).cloned());
        let answered = answers.and_then(|pick| self.room.get(pick % self.room.len().max(1)).cloned());
        let pick_own = |pick: usize| {
            let own: Vec<_> = self.written.keys().collect();
            own.get(pick % own.len().max(1)).map(|id| (*id).clone())
        };
        let text = match what {
            TeamAct::Plain => format!("plain {number}"),
            TeamAct::Reply => format!("!r reply {number}"),
            TeamAct::Note => format!("// secret {number}"),
            TeamAct::NoteCommand => format!("!note secret {number}"),
            TeamAct::Command(pick) => COMMANDS[pick % COMMANDS.len()].to_owned(),
            TeamAct::Sends | TeamAct::Hides | TeamAct::Reacts => String::new(),
            TeamAct::Edits(pick) | TeamAct::Deletes(pick) => {
                let Some(known) = pick_own(*pick) else { return };
                message = known;
                format!("{} {number}", if number.is_multiple_of(3) { "// secret" } else { "changed" })
            }
        };
        let reply_to = answered.as_ref().map(|(id, ..)| id.clone());
        let words = text.trim_start_matches("!r ").to_owned();
        let kind = match what {
            TeamAct::Edits(_) => InboundKind::Edit { content: text.into() },
            TeamAct::Deletes(_) => InboundKind::Delete,
            TeamAct::Reacts => {
                let Some(of) = reply_to else { return };
                InboundKind::Reaction { of, key: "👍".to_owned() }
            }
            TeamAct::Sends => InboundKind::Unsupported {
                what: "photo".to_owned(),
                text: Some("secret".to_owned()),
                raw: None,
            },
            TeamAct::Hides => InboundKind::Nameless,
            TeamAct::Plain | TeamAct::Reply | TeamAct::Note | TeamAct::NoteCommand | TeamAct::Command(_) => {
                InboundKind::Message { content: text.into(), reply_to }
            }
        };
        let is_edit = matches!(what, TeamAct::Edits(_));
        if !is_edit && !matches!(what, TeamAct::Deletes(_) | TeamAct::Reacts) {
            let quoted = answered.as_ref().filter(|(.., is_copy)| *is_copy).map(|(_, thread, _)| *thread);
            let thread = topic.as_ref().map(|(_, thread)| *thread).or(answered.map(|(_, thread, _)| thread));
            let is_plain = matches!(what, TeamAct::Plain);
            let written = Written { who, text: words, is_plain, thread, answers: quoted };
            self.written.insert(message.clone(), written);
        }
        let account = format!("@{}", PEOPLE[who].to_lowercase());
        let chat = room().chat.to_string();
        self.comes(&chat, topic.map(|(id, _)| id), message, kind, &account, is_edit);
    }

    fn comes(
        &mut self,
        chat: &str,
        topic: Option<TopicId>,
        message: MessageId,
        kind: InboundKind,
        account: &str,
        is_edit: bool,
    ) -> Vec<Event> {
        let place = if chat == room().chat.as_str() { room() } else { shop(chat) };
        let author = Author {
            account: AccountId::new(account),
            name: "Somebody".to_owned(),
            is_bot: account == "@robot",
        };
        let version = if is_edit { self.count } else { 0 };
        let at = self.desk.now;
        let inbound = Inbound { chat: place.chat.clone(), topic, message, version, at, author, kind };
        let input = Input::Inbound { channel: place.channel, inbound };
        let decision = self.desk.decide(&input);
        self.came_back(&decision.events);
        self.came.push((input, !decision.events.is_empty()));
        decision.events
    }

    /// What came before changes nothing once something came of it.
    fn again(&mut self, which: usize) {
        let Some((input, had_effect)) = self.came.get(which % self.came.len().max(1)).cloned() else {
            return;
        };
        if had_effect {
            self.desk.repeat(&input);
        } else {
            let decision = self.desk.decide(&input);
            self.came_back(&decision.events);
            self.follow(&decision.events);
        }
    }

    /// Whether anything came of what came in.
    pub(super) fn had_effect(&self, which: usize) -> bool {
        self.came.get(which).is_some_and(|(_, had_effect)| *had_effect)
    }

    fn wait(&mut self, seconds: i64) {
        let until = self.desk.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        for round in 0.. {
            let Some((at, key)) = self.desk.next_timer(until) else { break };
            assert!(round < 1000, "{key:?} is due for ever");
            self.desk.now = self.desk.now.max(at);
            let due = Input::Due(key);
            let decision = self.desk.decide(&due);
            self.came_back(&decision.events);
            self.desk.repeat(&due);
        }
        self.desk.now = until;
    }

    fn drain(&mut self) {
        for _ in 0..2000 {
            let Some(head) = self.desk.heads().into_iter().find(|head| head.phase != Phase::Wedged) else {
                return;
            };
            self.settle(head, &Ending::Delivered);
        }
        panic!("the outbox never runs dry");
    }

    fn settle_one(&mut self, lane: usize, ending: &Ending) {
        let heads: Vec<_> =
            self.desk.heads().into_iter().filter(|head| head.phase != Phase::Wedged).collect();
        if let Some(head) = heads.get(lane % heads.len().max(1)).cloned() {
            self.settle(head, ending);
        }
    }

    fn gather(&mut self, lane: usize) {
        let heads: Vec<_> = self.desk.heads();
        if let Some(head) = heads.get(lane % heads.len().max(1)).cloned() {
            self.desk.gather(head);
        }
    }

    fn settle(&mut self, queued: Queued, ending: &Ending) {
        let bound = bind(&self.desk.whole, &queued).unwrap();
        let verdict = match (bound, ending) {
            (Bound::TopicGone, _) => Verdict::TopicGone,
            (Bound::Nothing, _) => Verdict::Delivered { parts: Vec::new(), topic: None },
            (_, Ending::TopicGone) if !queued.in_topic => Verdict::Delayed,
            (_, Ending::TopicGone) => Verdict::TopicGone,
            (Bound::Order(op), Ending::Delivered) => self.deliver(&queued, &op),
            (_, Ending::RefusedMessage) => refused(RefusalScope::Message),
            (_, Ending::RefusedChat) => refused(RefusalScope::Chat),
            (_, Ending::Unknown) => Verdict::Unknown,
            (_, Ending::ChatMoved) => {
                let number = self.number();
                Verdict::ChatMoved(ChatId::new(format!("moved-{number}")))
            }
            (_, Ending::Delayed) => Verdict::Delayed,
        };
        let input = Input::Settled { queued: Box::new(queued.clone()), verdict };
        let decision = self.desk.decide(&input);
        self.follow(&decision.events);
        self.came_back(&decision.events);
        let waits =
            self.desk.queued().into_values().any(|row| row.id == queued.id && row.phase != Phase::Wedged);
        if !waits {
            self.desk.repeat(&input);
            self.ended.insert(queued.id);
        }
    }

    fn deliver(&mut self, queued: &Queued, op: &Op) -> Verdict {
        let thread = queued.thread.map_or(0, |thread| thread.0);
        let number = self.number();
        let in_room = queued.lane.place == room();
        let ids = if number.is_multiple_of(5) { 2 } else { 1 };
        let mut parts: Vec<MessageId> =
            (0..ids).map(|part| MessageId::new(format!("p{number}-{part}"))).collect();
        let mut topic = None;
        if matches!(queued.operation, Operation::OpenTopic { .. }) {
            let opened = TopicId::new(format!("topic-{number}"));
            self.topics.push((opened.clone(), thread));
            topic = Some(opened);
        } else if let Operation::Edit { parts: known, .. } = &op.operation {
            // as many as before, or one more
            parts.truncate(ids - 1);
            parts.splice(0..0, known.iter().cloned());
        } else if !matches!(queued.operation, Operation::Create { .. } | Operation::React { .. }) {
            parts.clear();
        }
        let is_reaction = matches!(queued.operation, Operation::React { .. });
        if in_room && thread != 0 && !is_reaction {
            let is_copy =
                matches!(queued.purpose, Purpose::Copy { .. } | Purpose::Change { side: Side::Customer, .. });
            self.room.extend(parts.iter().map(|part| (part.clone(), thread, is_copy)));
        }
        self.delivered.push(queued.clone());
        self.delivered.extend(queued.gathered.iter().cloned());
        Verdict::Delivered { parts, topic }
    }

    /// What ended comes back only when somebody asked for it, and what was delivered never does.
    fn came_back(&mut self, events: &[Event]) {
        let retried = events.iter().any(|event| matches!(event.fact, Fact::Retried { .. }));
        for queued in self.desk.queued().into_values().filter(|queued| queued.phase != Phase::Wedged) {
            let again = self.ended.remove(&queued.id);
            assert!(!again || retried, "{:?} was sent again and nobody asked for it", queued.id);
            let delivered = self.delivered.iter().any(|done| done.id == queued.id);
            assert!(!delivered, "{:?} is sent twice", queued.id);
        }
    }
}

fn refused(scope: RefusalScope) -> Verdict {
    Verdict::Refused(Refusal::new(scope, "it says no"))
}
