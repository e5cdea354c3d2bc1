//! Both platforms, and the outbox between them: what was said there, and what goes wrong there.

use super::desk::Desk;
use crate::rows::{Phase, Purpose, Queued};
use crate::{Bound, Input, Verdict, bind};
use port::{
    Cause, Due, MessageId, Op, Operation, Refusal, RefusalScope, ThreadId, TopicId, TopicState, Voice,
};
use std::collections::BTreeMap;

/// Carries out what is queued and notes what people see.
#[derive(Default)]
pub(super) struct Platforms {
    /// What people saw since it was last looked at.
    pub(super) seen: Vec<String>,
    /// The topic of each thread that the platform opened last.
    pub(super) topics: BTreeMap<u64, TopicId>,
    /// The title and the card of each thread as they were last shown.
    pub(super) cards: BTreeMap<u64, String>,
    /// Until when an answer is due, as each thread's topic was told last.
    pub(super) dues: BTreeMap<u64, Option<Due>>,
    /// What the next message of a lane comes to (or, `always`, every one), by the word for the lane.
    pub(super) trouble: BTreeMap<String, String>,
    /// Nothing is sent.
    pub(super) stopped: bool,
    /// What waits behind a head goes with it.
    pub(super) gathers: bool,
    /// Everything is sent, and nothing comes back.
    pub(super) silent: bool,
    /// Sent, not yet back.
    flying: Vec<(Queued, Verdict)>,
    posts: u64,
}

impl Platforms {
    /// Sends until nothing can be sent any more.
    pub(super) fn run(&mut self, desk: &mut Desk) {
        let mut rounds = 0;
        while !self.stopped && self.one(desk) {
            rounds += 1;
            assert!(rounds < 1000, "the outbox never runs dry: {:#?}", self.seen);
        }
    }

    /// What was sent while the platforms were silent comes back.
    pub(super) fn come_back(&mut self, desk: &mut Desk) {
        self.silent = false;
        for (queued, verdict) in std::mem::take(&mut self.flying) {
            settle(desk, queued, verdict);
        }
    }

    fn one(&mut self, desk: &mut Desk) -> bool {
        let heads = desk.heads().into_iter();
        let flies = |head: &Queued| self.flying.iter().any(|(queued, _)| queued.id == head.id);
        let mut free = heads.filter(|head| head.phase != Phase::Wedged && !flies(head));
        let Some(head) = free.next() else { return false };
        let head = if self.gathers { desk.gather(head) } else { head };
        let verdict = match bind(&desk.whole, &head).unwrap() {
            Bound::Order(op) => self.deliver(&head, &op),
            Bound::TopicGone => Verdict::TopicGone,
            Bound::Nothing => Verdict::Delivered { parts: Vec::new(), topic: None },
        };
        if self.silent {
            self.flying.push((head, verdict));
        } else {
            settle(desk, head, verdict);
        }
        true
    }

    fn deliver(&mut self, queued: &Queued, op: &Op) -> Verdict {
        let lane = lane_word(queued);
        let is_message = matches!(op.operation, Operation::Create { .. });
        let trouble = self.trouble.get(&lane).cloned();
        let verdict = trouble.as_deref().and_then(|trouble| verdict(trouble, queued, op, is_message));
        if let Some(verdict) = verdict {
            if !trouble.is_some_and(|trouble| trouble.starts_with("always ")) {
                self.trouble.remove(&lane);
            }
            return verdict;
        }
        let mut posted = Vec::new();
        let mut topic = None;
        let seen = match &op.operation {
            Operation::Create { voice, body, files, reply_to, mentions } => {
                let called: Vec<&str> = mentions.iter().map(|mention| mention.name.shown()).collect();
                let called = if called.is_empty() {
                    String::new()
                } else {
                    format!(" calls {}", called.join(" and "))
                };
                let name = format!("{}{called}", name_of(voice));
                let quotes = reply_to.as_ref().map(|id| format!(" to {id}")).unwrap_or_default();
                posted.push(self.mint());
                if body.shown().ends_with("and so on") {
                    posted.push(self.mint());
                }
                let name_of = |file: &port::Attachment| file.file().unwrap().name.unwrap();
                let said = std::iter::once(body.shown().to_owned()).chain(files.iter().map(name_of));
                format!("{name}{quotes}: {}", said.collect::<Vec<_>>().join(" + "))
            }
            Operation::Edit { parts, body, voice } => {
                posted.extend(parts.iter().take(1).cloned());
                if body.shown().ends_with("and so on") {
                    posted.push(parts.get(1).cloned().unwrap_or_else(|| self.mint()));
                }
                format!("{} changes {}: {}", name_of(voice), listed(parts), body.shown())
            }
            Operation::Delete { parts } => format!("takes back {}", listed(parts)),
            Operation::React { message, key } => {
                posted.push(self.mint());
                format!("{} to {}", key.shown(), message.as_ref().unwrap())
            }
            Operation::OpenTopic { title, state, due, card } => {
                let thread = thread_of(queued);
                self.dues.insert(thread.0, *due);
                posted.push(self.mint());
                let opened = TopicId::new(format!("topic-{}", self.posts));
                self.topics.insert(thread.0, opened.clone());
                self.cards.insert(thread.0, format!("{}\n{}", title.shown(), card.shown()));
                topic = Some(opened);
                format!("opens {}: {}", word(*state), title.shown())
            }
            Operation::SetTopic { title, state, due, card } => {
                self.dues.insert(thread_of(queued).0, *due);
                self.cards.insert(thread_of(queued).0, format!("{}\n{}", title.shown(), card.shown()));
                format!("shows {}", word(*state))
            }
            Operation::Mark { message, mark } => format!("{message} {}", format!("{mark:?}").to_lowercase()),
            other => panic!("the desk asks for {other:?}"),
        };
        self.seen.push(format!("{lane} < {}", seen.replace('\n', " | ")));
        Verdict::Delivered { parts: posted, topic }
    }

    fn mint(&mut self) -> MessageId {
        self.posts += 1;
        MessageId::new(format!("post-{}", self.posts))
    }
}

fn name_of(voice: &Voice) -> &str {
    match voice {
        Voice::Persona(persona) => persona.name.shown(),
        Voice::Bridge => "bridge",
    }
}

fn listed(parts: &[MessageId]) -> String {
    parts.iter().map(MessageId::as_str).collect::<Vec<_>>().join(" and ")
}

/// A verdict, and what ends an operation changes nothing when it is told again.
fn settle(desk: &mut Desk, queued: Queued, verdict: Verdict) {
    let ends = verdict != Verdict::TopicGone;
    let input = Input::Settled { queued: Box::new(queued), verdict };
    desk.decide(&input);
    if ends {
        desk.repeat(&input);
    }
}

/// The word for where an operation goes: a customer's chat, a thread's number, or the hall.
fn lane_word(queued: &Queued) -> String {
    match (queued.lane.place.channel.as_str(), queued.lane.thread) {
        ("shop", _) => queued.lane.place.chat.to_string(),
        (_, Some(thread)) => thread.to_string(),
        (_, None) => "hall".to_owned(),
    }
}

fn thread_of(queued: &Queued) -> ThreadId {
    queued.thread.expect("a topic is a thread's")
}

fn word(state: TopicState) -> String {
    format!("{state:?}").to_lowercase()
}

/// What a trouble is for this operation, if it is for this one.
fn verdict(trouble: &str, queued: &Queued, op: &Op, is_message: bool) -> Option<Verdict> {
    let refused = |scope| Verdict::Refused(Refusal::new(scope, "it says no"));
    let because = |cause| Some(Verdict::Refused(Refusal::because(cause, "it says no")));
    let changes = matches!(queued.purpose, Purpose::Change { .. });
    match trouble.trim_start_matches("always ") {
        "topic gone" => queued.in_topic.then_some(Verdict::TopicGone),
        "not possible" if changes || crate::files::has(queued) => because(Cause::NotPossible),
        _ if !is_message => None,
        "not possible" => None,
        "file too large" => because(Cause::FileTooLarge),
        "file gone" => because(Cause::FileGone),
        "refused poison" => {
            let is_poison =
                matches!(&op.operation, Operation::Create { body, .. } if body.shown().contains("poison"));
            is_poison.then(|| refused(RefusalScope::Message))
        }
        "refused message" => Some(refused(RefusalScope::Message)),
        "refused chat" => Some(refused(RefusalScope::Chat)),
        "unknown" => Some(Verdict::Unknown),
        other => {
            let to = other.strip_prefix("moved to ").expect("a trouble there is");
            Some(Verdict::ChatMoved(port::ChatId::new(to)))
        }
    }
}
