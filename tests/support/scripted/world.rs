//! The platform's own state, and what becomes of it when the bridge asks for something.

use port::{
    Cause, ChatId, Idempotency, Inbound, Limit, Mark, MessageId, Op, Operation, Outcome, Refusal, TopicId,
    Voice, split,
};
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::Instant;

/// A part of a message as people on the platform see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: MessageId,
    /// The first part of the message it is a part of.
    pub(crate) whole: MessageId,
    pub(crate) topic: Option<TopicId>,
    /// The name it appears under; `None` for the bridge's own words.
    pub(crate) name: Option<String>,
    pub(crate) text: String,
    /// The bytes of the file that it shows.
    pub(crate) file: Option<Vec<u8>>,
}

/// A reaction as people on the platform see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenReaction {
    pub(crate) chat: ChatId,
    pub(crate) of: MessageId,
    pub(crate) key: String,
    /// Whether the bridge made it.
    pub(crate) by_bridge: bool,
}

/// What an operation gave.
pub(crate) type Done = (Vec<MessageId>, Option<TopicId>);

/// The platform's own state.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) chats: BTreeMap<ChatId, Vec<Seen>>,
    /// What a message of the bridge said at first.
    pub(crate) born: BTreeMap<MessageId, String>,
    pub(crate) reactions: BTreeMap<MessageId, SeenReaction>,
    pub(crate) marks: BTreeMap<MessageId, Mark>,
    pub(crate) topics: BTreeSet<TopicId>,
    pub(crate) lost_topics: BTreeSet<TopicId>,
    pub(crate) blocked: BTreeSet<ChatId>,
    /// The bytes of the files that people put up.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What the bridge wanted to say in its own words, and where, whether or not it got there.
    pub(crate) own_words: BTreeSet<(ChatId, Option<TopicId>, String)>,
    /// The operations whose answer was lost at least once.
    pub(crate) unanswered: BTreeSet<String>,
    pub(super) stream: Vec<Inbound>,
    /// What each operation gave.
    pub(crate) done: BTreeMap<String, Done>,
    /// When each operation was first done; the platform forgets its key some time after that.
    pub(super) done_at: BTreeMap<String, Instant>,
    next: u64,
    pub(crate) sends: u64,
    /// How many messages were changed and taken back where they stood.
    pub(crate) changed: u64,
    pub(crate) taken_back: u64,
    /// How many reactions the bridge took back.
    pub(crate) reactions_gone: u64,
}

impl World {
    pub(super) fn mint(&mut self) -> MessageId {
        self.next += 1;
        MessageId::new(format!("m{}", self.next))
    }

    /// What was done under this operation's key, as long as the platform remembers it.
    pub(super) fn remembered(&self, op: &Op, idempotency: Idempotency) -> Option<Done> {
        let first = self.done_at.get(op.id.as_str())?;
        if idempotency.covers(first.elapsed()) { self.done.get(op.id.as_str()).cloned() } else { None }
    }

    pub(super) fn carry_out(&mut self, op: &Op, files: Vec<Vec<u8>>, max: Limit) -> Result<Done, Outcome> {
        let done = match &op.operation {
            Operation::Create { voice, body, .. } => {
                (self.create(op, name_of(voice), body.shown(), files, max), None)
            }
            Operation::Edit { parts, body, .. } => (self.edit(op, parts, body.shown(), max)?, None),
            Operation::Delete { parts } => {
                self.delete(op, parts);
                (Vec::new(), None)
            }
            Operation::React { message, key } => {
                let of = message.clone().filter(|of| self.is_there(op, of)).ok_or_else(not_possible)?;
                let key = key.shown().to_owned();
                let seen = SeenReaction { chat: op.chat.clone(), of, key, by_bridge: true };
                // one that is there already is there once
                let known = self.reactions.iter().find(|(_, known)| **known == seen);
                let known = known.map(|(id, _)| id.clone());
                let id = known.unwrap_or_else(|| self.mint());
                self.reactions.insert(id.clone(), seen);
                (vec![id], None)
            }
            Operation::OpenTopic { card, .. } => {
                let id = self.mint();
                let topic = TopicId::new(id.as_str());
                self.topics.insert(topic.clone());
                let seen = Seen {
                    id: id.clone(),
                    whole: id.clone(),
                    topic: Some(topic.clone()),
                    name: None,
                    text: card.shown().to_owned(),
                    file: None,
                };
                self.chats.entry(op.chat.clone()).or_default().push(seen);
                (vec![id], Some(topic))
            }
            Operation::Mark { message, mark } => {
                self.marks.insert(message.clone(), *mark);
                (Vec::new(), None)
            }
            // nothing that is seen is made
            Operation::SetTopic { .. } | _ => (Vec::new(), None),
        };
        self.done.insert(op.id.as_str().to_owned(), done.clone());
        self.done_at.insert(op.id.as_str().to_owned(), Instant::now());
        Ok(done)
    }

    /// One file has the text as its caption; several stand below it.
    fn create(
        &mut self,
        op: &Op,
        name: Option<&str>,
        text: &str,
        files: Vec<Vec<u8>>,
        max: Limit,
    ) -> Vec<MessageId> {
        let mut texts = split_at(text, max);
        let mut parts: Vec<(String, Option<Vec<u8>>)> = Vec::new();
        let mut files = files.into_iter();
        if files.len() == 1 {
            let caption = if texts.is_empty() { String::new() } else { texts.remove(0) };
            parts.push((caption, files.next()));
        } else if texts.is_empty() && files.len() == 0 {
            parts.push((String::new(), None));
        }
        parts.extend(texts.into_iter().map(|text| (text, None)));
        parts.extend(files.map(|file| (String::new(), Some(file))));
        let ids: Vec<MessageId> = parts.iter().map(|_| self.mint()).collect();
        let Some(whole) = ids.first().cloned() else { return ids };
        for ((text, file), id) in parts.into_iter().zip(&ids) {
            let (whole, topic, name) = (whole.clone(), op.topic.clone(), name.map(str::to_owned));
            let seen = Seen { id: id.clone(), whole, topic, name, text, file };
            self.chats.entry(op.chat.clone()).or_default().push(seen);
        }
        self.born.insert(whole, text.to_owned());
        ids
    }

    fn edit(
        &mut self,
        op: &Op,
        parts: &[MessageId],
        text: &str,
        max: Limit,
    ) -> Result<Vec<MessageId>, Outcome> {
        // those that an earlier change took away, of which nobody heard, are not missed
        let parts: Vec<MessageId> = parts.iter().filter(|part| self.is_there(op, part)).cloned().collect();
        if parts.is_empty() {
            return Err(not_possible());
        }
        self.changed += 1;
        let chat = self.chats.entry(op.chat.clone()).or_default();
        let mut old: Vec<Seen> =
            parts.iter().filter_map(|part| chat.iter().find(|seen| seen.id == *part).cloned()).collect();
        let first = old[0].clone();
        let mut texts = split_at(text, max).into_iter();
        // a single file's caption is its text
        let captioned = old.iter().filter(|seen| seen.file.is_some()).count() == 1;
        let mut gone = Vec::new();
        for seen in &mut old {
            if seen.file.is_some() && !captioned {
                continue;
            }
            match texts.next() {
                Some(text) => seen.text = text,
                None if seen.file.is_some() => seen.text.clear(),
                None => gone.push(seen.id.clone()),
            }
        }
        chat.retain(|seen| !gone.contains(&seen.id));
        for seen in chat.iter_mut() {
            if let Some(new) = old.iter().find(|new| new.id == seen.id) {
                seen.text.clone_from(&new.text);
            }
        }
        let mut ids: Vec<MessageId> = parts.into_iter().filter(|part| !gone.contains(part)).collect();
        for text in texts {
            let id = self.mint();
            ids.push(id.clone());
            let seen = Seen { id, text, file: None, ..first.clone() };
            self.chats.entry(op.chat.clone()).or_default().push(seen);
        }
        Ok(ids)
    }

    fn delete(&mut self, op: &Op, parts: &[MessageId]) {
        for part in parts {
            self.reactions_gone += u64::from(self.reactions.remove(part).is_some());
        }
        if let Some(chat) = self.chats.get_mut(&op.chat) {
            let before = chat.len();
            chat.retain(|seen| !parts.contains(&seen.id));
            self.taken_back += u64::from(chat.len() < before);
        }
    }

    /// Whether a message can still be seen.
    fn is_there(&self, op: &Op, id: &MessageId) -> bool {
        let chat = self.chats.get(&op.chat).map(Vec::as_slice).unwrap_or_default();
        let seen = chat.iter().find(|seen| seen.id == *id);
        seen.is_some_and(|seen| !self.is_lost(seen))
    }

    /// Whether a message went away with its topic.
    pub(crate) fn is_lost(&self, seen: &Seen) -> bool {
        seen.topic.as_ref().is_some_and(|topic| self.lost_topics.contains(topic))
    }
}

fn not_possible() -> Outcome {
    Outcome::Refused(Refusal::because(Cause::NotPossible, "the message is not there"))
}

fn name_of(voice: &Voice) -> Option<&str> {
    match voice {
        Voice::Persona(persona) => Some(persona.name.shown()),
        Voice::Bridge => None,
    }
}

fn split_at(text: &str, max: Limit) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    split::split(text, max).into_iter().map(str::to_owned).collect()
}
