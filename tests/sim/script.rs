//! What people do: customers write and change their minds, agents (beside this module) answer, and somebody deletes a
//! topic.

use crate::agents::{WHO_REACTS, in_room};
use crate::scripted::people::Where;
use crate::world::Sim;
use port::{ChatId, File, FileKind, MediaRef, MessageId, TopicId};
use std::time::Duration;

/// The team's chat.
pub(crate) const TEAM_ROOM: &str = "room";
/// The name of every customer.
pub(crate) const CUSTOMER: &str = "Mia";
const CUSTOMERS: usize = 3;
/// What makes a text long.
const MORE: &str = " and there is more to be told about it than anybody would want to read in one go";
/// How many letters that may be.
const LONG: usize = 20_000;
/// More than any file may have.
const TOO_LARGE: u64 = 1 << 30;

/// A message of a customer.
pub(crate) struct Said {
    pub(crate) customer: usize,
    pub(crate) message: MessageId,
    /// What it said, one version after another.
    pub(crate) texts: Vec<String>,
    pub(crate) taken_back: bool,
    pub(crate) files: Vec<Vec<u8>>,
    /// A file among them is larger than files may be.
    pub(crate) too_large: bool,
}

/// A reply of an agent.
pub(crate) struct Replied {
    pub(crate) customer: usize,
    pub(crate) agent: (&'static str, &'static str),
    pub(crate) message: MessageId,
    pub(crate) topic: TopicId,
    /// What the customer is to read, one version after another.
    pub(crate) texts: Vec<String>,
    pub(crate) versions: u64,
    pub(crate) taken_back: bool,
    pub(crate) files: Vec<Vec<u8>>,
}

/// A message of an agent that stays inside.
pub(crate) struct Noted {
    pub(crate) message: MessageId,
    pub(crate) topic: TopicId,
    pub(crate) versions: u64,
}

/// What somebody reacts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Said(usize),
    Replied(usize),
    Noted,
}

/// A reaction. Its key is its own.
pub(crate) struct Reacted {
    /// The customer who reacted; nobody when an agent did.
    pub(crate) customer: Option<usize>,
    pub(crate) topic: Option<TopicId>,
    pub(crate) target: Target,
    pub(crate) key: String,
    pub(crate) reaction: MessageId,
    pub(crate) taken_back: bool,
}

/// What was done so far.
pub(crate) struct Script {
    left: u32,
    pub(crate) said: Vec<Said>,
    pub(crate) replied: Vec<Replied>,
    pub(crate) noted: Vec<Noted>,
    pub(crate) reacted: Vec<Reacted>,
    pub(crate) inside: Vec<String>,
    pub(crate) lost_topics: u64,
    pub(crate) ever_blocked: [bool; CUSTOMERS],
}

impl Script {
    pub(crate) fn new(sim: &mut Sim) -> Self {
        Self {
            left: sim.random.u32(10..50),
            said: vec![],
            replied: vec![],
            noted: vec![],
            reacted: vec![],
            inside: vec![],
            lost_topics: 0,
            ever_blocked: [false; CUSTOMERS],
        }
    }

    pub(crate) fn done(&self) -> bool {
        self.left == 0
    }

    /// Does one thing after another, for ever or until there is nothing left to do.
    pub(crate) async fn act(&mut self, sim: &mut Sim) {
        while self.left > 0 {
            let pause = if sim.random.u8(0..3) == 0 { 0 } else { sim.random.u64(0..20_000) };
            tokio::time::sleep(Duration::from_millis(pause)).await;
            self.left -= 1;
            self.one(sim);
        }
        tokio::time::sleep(Duration::from_secs(30)).await;
    }

    fn one(&mut self, sim: &mut Sim) {
        match sim.random.u8(0..32) {
            0..=7 => {
                let customer = sim.random.usize(0..CUSTOMERS);
                self.customer_writes(sim, customer, true);
            }
            8 => self.customer_pours_out(sim),
            9..=13 => self.agent_replies(sim),
            14 => self.agent_notes(sim),
            15 | 16 => Self::agent_commands(sim),
            17 => self.topic_is_lost(sim),
            18 => self.customer_blocks(sim, true),
            19 => self.customer_blocks(sim, false),
            20..=22 => self.customer_changes(sim),
            23 => self.customer_takes_back(sim),
            24..=26 => self.agent_changes(sim),
            27 => self.agent_takes_back(sim),
            28 => self.agent_changes_a_note(sim),
            29 => self.customer_reacts(sim),
            30 => self.agent_reacts(sim),
            _ => self.reaction_is_taken_back(sim),
        }
    }

    fn customer_writes(&mut self, sim: &mut Sim, customer: usize, with_files: bool) {
        let text = longer(sim, format!("customer {customer} message {}", self.said.len()));
        let mut files = if with_files { files(sim) } else { Vec::new() };
        let too_large = !files.is_empty() && sim.random.u8(0..6) == 0;
        if let (true, Some((file, _))) = (too_large, files.first_mut()) {
            file.size = Some(TOO_LARGE);
        }
        let (files, bytes) = put_up(&sim.customers, files);
        let at = sim.clock.true_time();
        let message = in_chat(customer, |place| sim.customers.post(place, &text, files, None, at));
        let texts = vec![text];
        self.said.push(Said { customer, message, texts, taken_back: false, files: bytes, too_large });
    }

    /// Somebody writes one word after another.
    fn customer_pours_out(&mut self, sim: &mut Sim) {
        let customer = sim.random.usize(0..CUSTOMERS);
        for _ in 0..sim.random.usize(2..8) {
            let with_files = sim.random.u8(0..4) == 0;
            self.customer_writes(sim, customer, with_files);
        }
    }

    fn customer_changes(&mut self, sim: &mut Sim) {
        let Some(number) = some(sim, &self.said, |said| !said.taken_back) else { return };
        let said = &mut self.said[number];
        let version = said.texts.len();
        let text = format!("customer {} message {number} version {version}", said.customer);
        let text = longer(sim, text);
        let at = sim.clock.true_time();
        let change = |place: Where<'_>| {
            sim.customers.change(place, &said.message, version as u64, &text, at);
        };
        in_chat(said.customer, change);
        said.texts.push(text);
    }

    fn customer_takes_back(&mut self, sim: &mut Sim) {
        let Some(number) = some(sim, &self.said, |said| !said.taken_back) else { return };
        let said = &mut self.said[number];
        said.taken_back = true;
        let at = sim.clock.true_time();
        in_chat(said.customer, |place| sim.customers.take_back(place, &said.message, at));
    }

    fn customer_reacts(&mut self, sim: &mut Sim) {
        let customer = sim.random.usize(0..CUSTOMERS);
        let world = sim.customers.world();
        let chat = world.chats.get(&chat(customer)).map(Vec::as_slice).unwrap_or_default();
        let targets = chat.iter().filter_map(|seen| Some((seen.id.clone(), target_of(&seen.text)?)));
        let targets: Vec<_> = targets.collect();
        drop(world);
        let Some((of, target)) = sim.random.choice(targets) else { return };
        let key = format!("👍{}", self.reacted.len());
        let at = sim.clock.true_time();
        let reaction = in_chat(customer, |place| sim.customers.react(place, &of, &key, at));
        let customer = Some(customer);
        self.reacted.push(Reacted { customer, topic: None, target, key, reaction, taken_back: false });
    }

    fn reaction_is_taken_back(&mut self, sim: &mut Sim) {
        let Some(number) = some(sim, &self.reacted, |reacted| !reacted.taken_back) else { return };
        let reacted = &mut self.reacted[number];
        reacted.taken_back = true;
        let at = sim.clock.true_time();
        match (reacted.customer, &reacted.topic) {
            (Some(customer), _) => {
                in_chat(customer, |place| sim.customers.take_back(place, &reacted.reaction, at));
            }
            (None, Some(topic)) => {
                in_room(topic, WHO_REACTS, |place| sim.team.take_back(place, &reacted.reaction, at));
            }
            (None, None) => {}
        }
    }

    fn topic_is_lost(&mut self, sim: &mut Sim) {
        let topics: Vec<TopicId> = sim.team.world().topics.iter().cloned().collect();
        if let Some(topic) = sim.random.choice(topics) {
            sim.team.lose_topic(&topic);
            self.lost_topics += 1;
        }
    }

    fn customer_blocks(&mut self, sim: &mut Sim, block: bool) {
        let customer = sim.random.usize(0..CUSTOMERS);
        let mut world = sim.customers.world();
        if block {
            world.blocked.insert(chat(customer));
            self.ever_blocked[customer] = true;
        } else {
            world.blocked.remove(&chat(customer));
        }
    }

    /// Ends what would wait for a person: nobody blocks any more, and every customer says a last word.
    pub(crate) fn settle(&mut self, sim: &mut Sim) {
        sim.customers.world().blocked.clear();
        for customer in 0..CUSTOMERS {
            self.customer_writes(sim, customer, false);
        }
    }

    /// Whether the last words are where they belong: then all that came before was received.
    pub(crate) fn all_received(&self, sim: &Sim) -> bool {
        let world = sim.team.world();
        let last = self.said.iter().rev().take(CUSTOMERS);
        let is_there = |text: &String| world.born.values().any(|born| born.lines().any(|line| line == text));
        last.into_iter().all(|said| is_there(&said.texts[0]))
    }
}

/// A customer's chat.
pub(crate) fn chat(customer: usize) -> ChatId {
    ChatId::new(format!("chat-{customer}"))
}

/// The customer and the number of the message that a text is a version of.
pub(crate) fn said_of(text: &str) -> Option<(usize, usize)> {
    let (customer, rest) = text.strip_prefix("customer ")?.split_once(" message ")?;
    Some((customer.parse().ok()?, rest.split([' ', '\n']).next()?.parse().ok()?))
}

/// The same of each message that a post shows, in their order.
pub(crate) fn all_said_of(text: &str) -> impl DoubleEndedIterator<Item = (usize, usize)> {
    text.lines().filter_map(said_of)
}

/// The number of the reply that a text is a version of.
pub(crate) fn reply_of(text: &str) -> Option<usize> {
    text.strip_prefix("reply ")?.split(' ').next()?.parse().ok()
}

fn target_of(text: &str) -> Option<Target> {
    let said = said_of(text).map(|(_, number)| Target::Said(number));
    said.or_else(|| reply_of(text).map(Target::Replied))
}

fn in_chat<T>(customer: usize, act: impl FnOnce(Where<'_>) -> T) -> T {
    let account = format!("c{customer}");
    act(Where { chat: &chat(customer), topic: None, who: (&account, CUSTOMER) })
}

/// The number of one of those that are fit for it, rather a late one.
pub(crate) fn some<T>(sim: &mut Sim, all: &[T], fit: impl Fn(&T) -> bool) -> Option<usize> {
    let mut fits: Vec<usize> = (0..all.len()).filter(|number| fit(&all[*number])).collect();
    if sim.random.bool() {
        fits.drain(..fits.len().saturating_sub(2));
    }
    sim.random.choice(fits)
}

pub(crate) fn longer(sim: &mut Sim, mut text: String) -> String {
    let most = match sim.random.u8(0..10) {
        // more than most platforms take at once
        0 => LONG,
        1..=3 => MORE.len(),
        _ => 0,
    };
    text.extend(MORE.chars().cycle().take(sim.random.usize(0..=most)));
    text.trim_end().to_owned()
}

/// Mostly none, else one, or an album.
pub(crate) fn files(sim: &mut Sim) -> Vec<(File, Vec<u8>)> {
    let count = match sim.random.u8(0..8) {
        0 => 1,
        1 => sim.random.usize(2..4),
        _ => 0,
    };
    let kinds = [FileKind::Image, FileKind::Voice, FileKind::Document];
    (0..count)
        .map(|_| {
            let length = sim.random.usize(0..2500);
            let bytes: Vec<u8> = (0..length).map(|_| sim.random.u8(..)).collect();
            let source = MediaRef::new(format!("file-{}", sim.random.u64(..)));
            let mut file = File::new(*sim.random.choice(&kinds).unwrap(), source);
            file.name = Some(format!("{length}.bin"));
            (file, bytes)
        })
        .collect()
}

pub(crate) fn put_up(
    on: &crate::scripted::Scripted,
    files: Vec<(File, Vec<u8>)>,
) -> (Vec<File>, Vec<Vec<u8>>) {
    let mut world = on.world();
    for (file, bytes) in &files {
        world.files.insert(file.source.as_str().to_owned(), bytes.clone());
    }
    files.into_iter().unzip()
}
