//! What people do: customers write, agents answer, note and command, and somebody deletes a topic.

use crate::scripted::Seen;
use crate::world::Sim;
use desk::ReplyMode;
use port::{ChatId, MessageId, TopicId};
use std::time::Duration;

/// The team's chat.
pub(crate) const TEAM_ROOM: &str = "room";
const CUSTOMERS: usize = 3;
const AGENTS: [(&str, &str); 2] = [("anna", "Anna"), ("bernd", "Bernd")];

/// A message of a customer.
pub(crate) struct Said {
    pub(crate) customer: usize,
    pub(crate) text: String,
}

/// A reply of an agent.
pub(crate) struct Replied {
    pub(crate) customer: usize,
    pub(crate) agent: &'static str,
    pub(crate) text: String,
    pub(crate) message: MessageId,
}

/// What was done so far.
pub(crate) struct Script {
    left: u32,
    pub(crate) said: Vec<Said>,
    pub(crate) replied: Vec<Replied>,
    pub(crate) inside: Vec<String>,
    pub(crate) lost_topics: u64,
}

impl Script {
    pub(crate) fn new(sim: &mut Sim) -> Self {
        Self { left: sim.random.u32(10..50), said: vec![], replied: vec![], inside: vec![], lost_topics: 0 }
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
        match sim.random.u8(0..20) {
            0..=8 => self.customer_writes(sim),
            9..=13 => self.agent_replies(sim),
            14 => self.agent_notes(sim),
            15 | 16 => Self::agent_commands(sim),
            17 => self.topic_is_lost(sim),
            18 => Self::customer_blocks(sim, true),
            _ => Self::customer_blocks(sim, false),
        }
    }

    fn customer_writes(&mut self, sim: &mut Sim) {
        let customer = sim.random.usize(0..CUSTOMERS);
        let text = format!("customer {customer} message {}", self.said.len());
        let at = sim.clock.true_time();
        sim.customers.write(&chat(customer), None, (&format!("c{customer}"), "Mia"), &text, None, at);
        self.said.push(Said { customer, text });
    }

    /// A customer's message in the team's chat whose topic still exists, and whose it is.
    fn some_copy(sim: &mut Sim) -> Option<(Seen, TopicId, usize)> {
        let world = sim.team.world();
        let copies: Vec<(Seen, TopicId, usize)> = world
            .chats
            .get(&ChatId::new(TEAM_ROOM))?
            .iter()
            .filter(|seen| seen.name.as_deref() == Some("Mia"))
            .filter_map(|seen| {
                let topic = seen.topic.clone().filter(|topic| world.topics.contains(topic))?;
                Some((seen.clone(), topic, customer_of(&seen.text)?))
            })
            .collect();
        drop(world);
        sim.random.choice(copies)
    }

    fn agent_replies(&mut self, sim: &mut Sim) {
        let Some((copy, topic, customer)) = Self::some_copy(sim) else { return };
        let agent = *sim.random.choice(&AGENTS).unwrap();
        let text = format!("reply {} to customer {customer}", self.replied.len());
        let (written, reply_to) = match (sim.mode(), sim.random.bool()) {
            (ReplyMode::Explicit, true) => (text.clone(), Some(&copy.id)),
            (ReplyMode::Explicit, false) => (format!("!r {text}"), None),
            (ReplyMode::Direct | ReplyMode::Confirm, quotes) => (text.clone(), quotes.then_some(&copy.id)),
        };
        let at = sim.clock.true_time();
        let message = sim.team.write(&ChatId::new(TEAM_ROOM), Some(&topic), agent, &written, reply_to, at);
        self.replied.push(Replied { customer, agent: agent.1, text, message });
    }

    fn agent_notes(&mut self, sim: &mut Sim) {
        let Some((copy, topic, _)) = Self::some_copy(sim) else { return };
        let text = format!("inside {}", self.inside.len());
        let stranger = sim.random.u8(0..4) == 0;
        let (who, written, reply_to) = match (stranger, sim.mode()) {
            // somebody unknown by name tries to answer
            (true, _) => (("eve", "Eve"), text.clone(), Some(&copy.id)),
            (false, ReplyMode::Explicit) => (AGENTS[0], text.clone(), None),
            (false, ReplyMode::Direct | ReplyMode::Confirm) => (AGENTS[0], format!("// {text}"), None),
        };
        let at = sim.clock.true_time();
        sim.team.write(&ChatId::new(TEAM_ROOM), Some(&topic), who, &written, reply_to, at);
        self.inside.push(text);
    }

    fn agent_commands(sim: &mut Sim) {
        let Some((_, topic, _)) = Self::some_copy(sim) else { return };
        let commands = [
            "!claim",
            "!close",
            "!assign Bernd",
            "!release",
            "!reopen",
            "!list",
            "!history",
            "!who",
            "!clsoe",
        ];
        let command = *sim.random.choice(&commands).unwrap();
        let at = sim.clock.true_time();
        sim.team.write(&ChatId::new(TEAM_ROOM), Some(&topic), AGENTS[1], command, None, at);
    }

    fn topic_is_lost(&mut self, sim: &mut Sim) {
        let topics: Vec<TopicId> = sim.team.world().topics.iter().cloned().collect();
        if let Some(topic) = sim.random.choice(topics) {
            sim.team.lose_topic(&topic);
            self.lost_topics += 1;
        }
    }

    fn customer_blocks(sim: &mut Sim, block: bool) {
        let customer = sim.random.usize(0..CUSTOMERS);
        let mut world = sim.customers.world();
        if block {
            world.blocked.insert(chat(customer));
        } else {
            world.blocked.remove(&chat(customer));
        }
    }

    /// Ends what would wait for a person: nobody blocks any more, and every customer says a last word.
    pub(crate) fn settle(&mut self, sim: &mut Sim) {
        sim.customers.world().blocked.clear();
        for customer in 0..CUSTOMERS {
            let text = format!("customer {customer} message {}", self.said.len());
            let at = sim.clock.true_time();
            sim.customers.write(&chat(customer), None, (&format!("c{customer}"), "Mia"), &text, None, at);
            self.said.push(Said { customer, text });
        }
    }

    /// Whether the last words are where they belong: then all that came before was received.
    pub(crate) fn all_received(&self, sim: &Sim) -> bool {
        let world = sim.team.world();
        let Some(room) = world.chats.get(&ChatId::new(TEAM_ROOM)) else { return false };
        let last = self.said.iter().rev().take(CUSTOMERS);
        last.into_iter().all(|said| room.iter().any(|seen| seen.text == said.text))
    }
}

/// A customer's chat.
pub(crate) fn chat(customer: usize) -> ChatId {
    ChatId::new(format!("chat-{customer}"))
}

fn customer_of(text: &str) -> Option<usize> {
    text.strip_prefix("customer ")?.split(' ').next()?.parse().ok()
}
