//! Scripts: one act or one thing seen a line.
//!
//! Customers are written small, agents and other people in the team's chat with a capital. Messages are named after
//! their writer and counted (`mia-1`, `Anna-2`); threads are named by number; `hall` is the team's chat outside of
//! topics. Every act is done twice, and the second time nothing may happen.
//!
//! ```text
//! mia: Hello                     mia is Mia B: Hello      mia (2h ago): Hello     mia sends photo: caption
//! mia by zoe: Hello (another account in the same chat)      mia edits mia-1 with a.png: caption
//! mia edits mia-1: Hullo         mia deletes mia-1        mia leaves              mia moves to mia2
//! mia starts                     mia starts by link de    Anna in 1 hides
//! mia gap                        mia cannot be read       mia attaches a.png b.png: caption
//! mia reacts 👍 to Anna-1        mia deletes mia-2 (a reaction, too)
//! Anna in 1: text                Anna in 1 to mia-1: text     Anna in hall: !list
//! Anna edits Anna-1: text        Anna deletes Anna-1          Anna in 1 sends photo
//! wait 10s                       card 1       due 1           erase mia
//! outbox stops | goes on | gathers         answers stop | come          mia fails: refused message
//! ```

use super::desk::{Desk, deadlines, own_rules, room, rules, shop};
use super::platforms::Platforms;
use crate::rows::{MessageRole, Row};
use crate::{Input, Key, ReplyMode, Setup};
use jiff::{SignedDuration, Timestamp};
use port::{
    AccountId, Author, ChatId, Content, Due, File, FileKind, Inbound, InboundKind, MediaRef, MessageId,
    Place, TopicId,
};
use std::collections::BTreeMap;

/// Plays a script in explicit mode.
#[track_caller]
pub(super) fn check(script: &str) {
    check_in(ReplyMode::Explicit, script);
}

/// Plays a script and compares what people see with what it says they do.
#[track_caller]
pub(super) fn check_in(mode: ReplyMode, script: &str) {
    check_with(mode, |_| {}, script);
}

/// Plays a script with deadlines.
#[track_caller]
pub(super) fn check_timed(script: &str) {
    check_with(ReplyMode::Explicit, timed, script);
}

/// Plays a script with deadlines in which Anna reads Latin and German, and Bernd nothing but Latin; there are no words in Latin.
#[track_caller]
pub(super) fn check_german(mode: ReplyMode, script: &str) {
    let prepare = |setup: &mut Setup| {
        timed(setup);
        for agent in &mut setup.agents {
            let languages = if agent.name.as_str() == "Anna" { ["la", "de-CH"].as_slice() } else { &["la"] };
            agent.languages = languages.iter().map(ToString::to_string).collect();
        }
    };
    check_with(mode, prepare, script);
}

/// Plays a script with deadlines and rules of its own.
#[track_caller]
pub(super) fn check_ruled(rules: &str, script: &str) {
    let prepare = |setup: &mut Setup| {
        timed(setup);
        setup.rules = own_rules(rules);
    };
    check_with(ReplyMode::Explicit, prepare, script);
}

pub(super) fn timed(setup: &mut Setup) {
    setup.deadlines = deadlines();
    setup.rules = rules();
}

#[track_caller]
pub(super) fn check_with(mode: ReplyMode, prepare: impl FnOnce(&mut Setup), script: &str) {
    let mut stage = Stage::new(mode);
    prepare(&mut stage.desk.setup);
    let told = stage.play(script);
    let wanted: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(told, wanted, "\nwhat really happened:\n{}\n", told.join("\n"));
}

/// People on both sides, and the desk between them.
pub(super) struct Stage {
    pub(super) desk: Desk,
    platforms: Platforms,
    /// How many messages each person wrote.
    written: BTreeMap<String, u64>,
    /// Versions of edited messages.
    versions: u64,
}

impl Stage {
    pub(super) fn new(mode: ReplyMode) -> Self {
        Self { desk: Desk::new(mode), platforms: Platforms::default(), written: BTreeMap::new(), versions: 0 }
    }

    /// Plays the acts of a script; gives it back with what was seen after each act.
    pub(super) fn play(&mut self, script: &str) -> Vec<String> {
        let mut seen = Vec::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains(" < ")) {
            seen.push(line.to_owned());
            self.act(line);
            self.platforms.run(&mut self.desk);
            self.desk.check_journal();
            seen.append(&mut self.platforms.seen);
        }
        seen
    }

    fn act(&mut self, line: &str) {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (first, rest) {
            ("outbox", "gathers") => self.platforms.gathers = true,
            ("outbox", _) => self.platforms.stopped = rest == "stops",
            ("answers", "stop") => self.platforms.silent = true,
            ("answers", _) => self.platforms.come_back(&mut self.desk),
            ("wait", _) => self.wait(rest.parse().unwrap()),
            // nobody looks at a clock
            ("down", _) => {
                self.desk.now = self.desk.now.checked_add(rest.parse::<SignedDuration>().unwrap()).unwrap();
            }
            ("card", _) => {
                let card = &self.platforms.cards[&rest.parse().unwrap()];
                self.platforms.seen.extend(card.lines().map(|line| format!("{rest} < {line}")));
            }
            ("due", _) => {
                let said = match self.platforms.dues[&rest.parse().unwrap()] {
                    Some(Due::At(at)) => format!("at {}", self.desk.setup.shown_time(at)),
                    Some(Due::PausedUntil(until)) => {
                        format!("paused until {}", self.desk.setup.shown_time(until))
                    }
                    None => "nothing".to_owned(),
                };
                self.platforms.seen.push(format!("{rest} < {said}"));
            }
            ("erase", who) => self.erase(who),
            (place, trouble) if trouble.starts_with("fails: ") => {
                let trouble = trouble.trim_start_matches("fails: ").to_owned();
                self.platforms.trouble.insert(place.to_owned(), trouble);
            }
            _ if first.starts_with(char::is_uppercase) => self.team(line),
            _ => self.customer(line),
        }
    }

    fn wait(&mut self, span: SignedDuration) {
        let until = self.desk.now.checked_add(span).unwrap();
        for round in 0.. {
            let Some((at, key)) = self.desk.next_timer(until) else { break };
            assert!(round < 1000, "{key:?} is due for ever");
            self.desk.now = self.desk.now.max(at);
            let due = Input::Due(key);
            self.desk.decide(&due);
            self.desk.repeat(&due);
            self.platforms.run(&mut self.desk);
        }
        self.desk.now = until;
    }

    /// The customer's key is dropped: every text of theirs reads as erased, wherever it is.
    fn erase(&mut self, who: &str) {
        let Some(Row::Chat(chat)) = self.desk.whole.rows.get(&Key::Chat(shop(who))) else {
            panic!("nobody knows {who}")
        };
        let owner = port::Owner::Customer(chat.customer);
        super::erased::erase(&mut self.desk, &owner);
    }

    /// `name[ (span ago)][ is Name]`, and what follows.
    fn customer(&mut self, line: &str) {
        let split = line.find([':', ' ']).unwrap();
        let (who, mut rest) = line.split_at(split);
        let mut at = self.desk.now;
        let mut name = titled(who);
        if let Some(past) = rest.strip_prefix(" (") {
            let (span, after) = past.split_once(" ago)").unwrap();
            at = at.checked_sub(span.parse::<SignedDuration>().unwrap()).unwrap();
            rest = after;
        }
        let mut account = format!("{who}@shop");
        if let Some(other) = rest.strip_prefix(" by ") {
            let (other, after) = other.split_at(other.find([':', ' ']).unwrap());
            account = format!("{other}@shop");
            rest = after;
        }
        if let Some(called) = rest.strip_prefix(" is ") {
            let (called, _) = called.split_once(':').unwrap();
            called.clone_into(&mut name);
            rest = rest.split_at(" is ".len() + called.len()).1;
        }
        let (message, kind) = self.what(who, rest);
        let author = Author { account: AccountId::new(account), name, is_bot: who == "robot" };
        self.comes(&shop(who), None, message, at, author, kind);
    }

    /// `Name in where[ to message]`, and what follows.
    fn team(&mut self, line: &str) {
        let split = line.find([':', ' ']).unwrap();
        let (who, mut rest) = line.split_at(split);
        let mut topic = None;
        let mut reply_to = None;
        if let Some(at) = rest.strip_prefix(" in ") {
            let (place, _) = at.split_once([':', ' ']).unwrap();
            topic = self.topic(place);
            rest = rest.split_at(" in ".len() + place.len()).1;
        }
        if let Some(at) = rest.strip_prefix(" to ") {
            let (target, _) = at.split_once(':').unwrap();
            reply_to = Some(self.shown_as(target));
            rest = rest.split_at(" to ".len() + target.len()).1;
        }
        let (message, mut kind) = self.what(who, rest);
        if let InboundKind::Message { reply_to: answered, .. } = &mut kind {
            *answered = reply_to;
        }
        let account = AccountId::new(format!("@{}", who.to_lowercase()));
        let author = Author { account, name: who.to_owned(), is_bot: who == "Robot" };
        self.comes(&room(), topic, message, self.desk.now, author, kind);
    }

    fn topic(&self, place: &str) -> Option<TopicId> {
        match (place, place.parse::<u64>()) {
            ("hall", _) => None,
            (_, Ok(thread)) => Some(self.platforms.topics[&thread].clone()),
            (other, Err(_)) => Some(TopicId::new(other)),
        }
    }

    /// The newest message in the team's chat that shows a customer's; any other name is a message's own.
    fn shown_as(&self, target: &str) -> MessageId {
        let copies = self.desk.whole.rows.iter().filter_map(|(key, row)| match (key, row) {
            (Key::Message(_, id), Row::Message(row)) => {
                let is_copy = matches!(&row.role, MessageRole::CustomerCopy { of } if of.as_str() == target);
                is_copy.then(|| id.clone())
            }
            _ => None,
        });
        copies.max().unwrap_or_else(|| MessageId::new(target))
    }

    /// A message as somebody on one side sees it.
    fn seen_by(&self, who: &str, target: &str) -> MessageId {
        if who.starts_with(char::is_uppercase) {
            return self.shown_as(target);
        }
        let copies = self.desk.whole.rows.iter().filter_map(|(key, row)| match (key, row) {
            (Key::Message(_, id), Row::Message(row)) => {
                let is_copy = matches!(&row.role, MessageRole::ReplyCopy { of } if of.as_str() == target);
                is_copy.then(|| id.clone())
            }
            _ => None,
        });
        copies.min().unwrap_or_else(|| MessageId::new(target))
    }

    /// What happened, and to which message.
    fn what(&mut self, who: &str, rest: &str) -> (MessageId, InboundKind) {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let text = rest.split_once(": ").map(|(_, text)| text.replace("\\n", "\n"));
        let named = |word: &str| MessageId::new(word.trim_end_matches(':'));
        let kind = match words.as_slice() {
            ["edits", message, "with", ..] => {
                let (_, listed) = rest.split_once(" with ").unwrap();
                let (listed, _) = listed.split_once(':').unwrap_or((listed, ""));
                let files = listed.split_whitespace().map(file).collect();
                let content = Content { text: text.unwrap_or_default().into(), files };
                return (named(message), InboundKind::Edit { content });
            }
            ["edits", message, ..] => {
                return (named(message), InboundKind::Edit { content: text.unwrap().into() });
            }
            ["reacts", key, "to", target] => {
                InboundKind::Reaction { of: self.seen_by(who, target), key: (*key).to_owned() }
            }
            ["attaches", ..] => {
                let (listed, _) = rest.split_once(':').unwrap_or((rest, ""));
                let files = listed.split_whitespace().skip(1).map(file).collect();
                let content = Content { text: text.unwrap_or_default().into(), files };
                InboundKind::Message { content, reply_to: None }
            }
            ["deletes", message] => return (named(message), InboundKind::Delete),
            ["sends", what, ..] => {
                InboundKind::Unsupported { what: what.trim_end_matches(':').to_owned(), text, raw: None }
            }
            ["cannot", "be", "read"] => InboundKind::Undecryptable,
            ["starts"] => InboundKind::Started { payload: None, language: None },
            ["starts", "by", payload, language] => InboundKind::Started {
                payload: Some((*payload).to_owned()),
                language: Some((*language).to_owned()),
            },
            ["hides"] => InboundKind::Nameless,
            ["leaves"] => InboundKind::CustomerGone,
            ["gap"] => InboundKind::Gap,
            ["moves", "to", chat] => InboundKind::ChatMoved { to: ChatId::new(*chat) },
            _ => InboundKind::Message { content: text.unwrap_or_default().into(), reply_to: None },
        };
        let count = self.written.entry(who.to_owned()).or_default();
        *count += 1;
        (MessageId::new(format!("{who}-{count}")), kind)
    }

    fn comes(
        &mut self,
        place: &Place,
        topic: Option<TopicId>,
        message: MessageId,
        at: Timestamp,
        author: Author,
        kind: InboundKind,
    ) {
        let version = if matches!(kind, InboundKind::Edit { .. }) {
            self.versions += 1;
            self.versions
        } else {
            0
        };
        let inbound = Inbound { chat: place.chat.clone(), topic, message, version, at, author, kind };
        let input = Input::Inbound { channel: place.channel.clone(), inbound };
        self.desk.decide(&input);
        self.desk.repeat(&input);
    }
}

fn file(name: &str) -> File {
    let mut file = File::new(FileKind::Image, MediaRef::new(name));
    file.name = Some(name.to_owned());
    file
}

fn titled(who: &str) -> String {
    let mut letters = who.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
