//! What agents do: they answer, note, command, react, and change their minds.

use crate::script::{CUSTOMER, Noted, Reacted, Replied, Script, TEAM_ROOM, Target};
use crate::script::{all_said_of, files, longer, put_up, some};
use crate::scripted::people::Where;
use crate::scripted::world::Seen;
use crate::world::Sim;
use desk::ReplyMode;
use port::{ChatId, MessageId, TopicId};

const AGENTS: [(&str, &str); 2] = [("anna", "Anna"), ("bernd", "Bernd")];
/// Who reacts, and takes reactions back.
pub(crate) const WHO_REACTS: (&str, &str) = AGENTS[1];

impl Script {
    /// A customer's message in the team's chat whose topic still exists, and whose it is.
    fn some_copy(sim: &mut Sim) -> Option<(MessageId, TopicId, usize, usize)> {
        let world = sim.team.world();
        let of_seen = |seen: &Seen| {
            let topic = seen.topic.clone().filter(|topic| world.topics.contains(topic))?;
            // who answers a post of several answers the last of them
            let (customer, number) = all_said_of(&seen.text).next_back()?;
            Some((seen.id.clone(), topic, customer, number))
        };
        let room = world.chats.get(&ChatId::new(TEAM_ROOM))?;
        let copies = room.iter().filter(|seen| seen.name.as_deref() == Some(CUSTOMER));
        let copies: Vec<_> = copies.filter_map(of_seen).collect();
        drop(world);
        sim.random.choice(copies)
    }

    pub(crate) fn agent_replies(&mut self, sim: &mut Sim) {
        let Some((copy, topic, customer, _)) = Self::some_copy(sim) else { return };
        let agent = *sim.random.choice(&AGENTS).unwrap();
        let text = longer(sim, format!("reply {} to customer {customer}", self.replied.len()));
        let (written, reply_to) = match (sim.mode(), sim.random.bool()) {
            (ReplyMode::Explicit, true) => (text.clone(), Some(&copy)),
            (ReplyMode::Explicit, false) => (format!("!r {text}"), None),
            (ReplyMode::Direct | ReplyMode::Confirm, quotes) => (text.clone(), quotes.then_some(&copy)),
        };
        let files = files(sim);
        let (files, bytes) = put_up(&sim.team, files);
        let at = sim.clock.true_time();
        let message = in_room(&topic, agent, |place| sim.team.post(place, &written, files, reply_to, at));
        self.replied.push(Replied {
            customer,
            agent,
            message,
            topic,
            texts: vec![text],
            versions: 0,
            taken_back: false,
            files: bytes,
        });
    }

    pub(crate) fn agent_changes(&mut self, sim: &mut Sim) {
        let Some(number) = some(sim, &self.replied, |reply| !reply.taken_back) else { return };
        let reply = &mut self.replied[number];
        if !sim.team.world().topics.contains(&reply.topic) {
            return;
        }
        reply.versions += 1;
        let text = format!("reply {number} to customer {} version {}", reply.customer, reply.versions);
        let text = longer(sim, text);
        let written = match sim.random.u8(0..5) {
            0 => {
                // whoever wants a reply to be a note has to delete it
                let inside = format!("inside {}", self.inside.len());
                self.inside.push(inside.clone());
                format!("// {inside}")
            }
            1 => format!("!r {text}"),
            _ => text.clone(),
        };
        if !written.starts_with("//") {
            reply.texts.push(text);
        }
        let at = sim.clock.true_time();
        in_room(&reply.topic, reply.agent, |place| {
            sim.team.change(place, &reply.message, reply.versions, &written, at);
        });
    }

    pub(crate) fn agent_takes_back(&mut self, sim: &mut Sim) {
        let Some(number) = some(sim, &self.replied, |reply| !reply.taken_back) else { return };
        let reply = &mut self.replied[number];
        if !sim.team.world().topics.contains(&reply.topic) {
            return;
        }
        reply.taken_back = true;
        let at = sim.clock.true_time();
        in_room(&reply.topic, reply.agent, |place| sim.team.take_back(place, &reply.message, at));
    }

    pub(crate) fn agent_notes(&mut self, sim: &mut Sim) {
        let Some((copy, topic, ..)) = Self::some_copy(sim) else { return };
        let text = format!("inside {}", self.inside.len());
        let stranger = sim.random.u8(0..4) == 0;
        let (who, written, reply_to) = match (stranger, sim.mode()) {
            // somebody unknown by name tries to answer
            (true, _) => (("eve", "Eve"), text.clone(), Some(&copy)),
            (false, ReplyMode::Explicit) => (AGENTS[0], text.clone(), None),
            (false, ReplyMode::Direct | ReplyMode::Confirm) => (AGENTS[0], format!("// {text}"), None),
        };
        let at = sim.clock.true_time();
        let message = in_room(&topic, who, |place| sim.team.post(place, &written, Vec::new(), reply_to, at));
        self.inside.push(text);
        if !stranger {
            self.noted.push(Noted { message, topic, versions: 0 });
        }
    }

    /// Whoever changes a note does not send it, whatever it says then.
    pub(crate) fn agent_changes_a_note(&mut self, sim: &mut Sim) {
        let Some(number) = some(sim, &self.noted, |_| true) else { return };
        let note = &mut self.noted[number];
        if !sim.team.world().topics.contains(&note.topic) {
            return;
        }
        note.versions += 1;
        let text = format!("inside {}", self.inside.len());
        let written = if sim.random.bool() { format!("!r {text}") } else { text.clone() };
        let at = sim.clock.true_time();
        in_room(&note.topic, AGENTS[0], |place| {
            sim.team.change(place, &note.message, note.versions, &written, at);
        });
        self.inside.push(text);
    }

    pub(crate) fn agent_reacts(&mut self, sim: &mut Sim) {
        let copy = Self::some_copy(sim).map(|(id, topic, _, number)| (id, topic, Target::Said(number)));
        let reply = some(sim, &self.replied, |reply| !reply.taken_back).map(|number| {
            let reply = &self.replied[number];
            (reply.message.clone(), reply.topic.clone(), Target::Replied(number))
        });
        let note = some(sim, &self.noted, |_| true)
            .map(|number| &self.noted[number])
            .map(|note| (note.message.clone(), note.topic.clone(), Target::Noted));
        let targets: Vec<_> = [copy, reply, note].into_iter().flatten().collect();
        let Some((of, topic, target)) = sim.random.choice(targets) else { return };
        if !sim.team.world().topics.contains(&topic) {
            return;
        }
        let key = format!("👍{}", self.reacted.len());
        let at = sim.clock.true_time();
        let reaction = in_room(&topic, WHO_REACTS, |place| sim.team.react(place, &of, &key, at));
        let topic = Some(topic);
        self.reacted.push(Reacted { customer: None, topic, target, key, reaction, taken_back: false });
    }

    pub(crate) fn agent_commands(sim: &mut Sim) {
        let Some((_, topic, ..)) = Self::some_copy(sim) else { return };
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
}

/// Somebody does something in a topic.
pub(crate) fn in_room<T>(topic: &TopicId, who: (&str, &str), act: impl FnOnce(Where<'_>) -> T) -> T {
    act(Where { chat: &ChatId::new(TEAM_ROOM), topic: Some(topic), who })
}
