//! Messages as people read them: all parts together.

use crate::scripted::world::{Seen, World};
use port::{ChatId, MessageId, TopicId};

/// A message with all its parts.
pub(crate) struct Whole {
    /// Where its first part stands in its chat.
    pub(crate) at: usize,
    pub(crate) ids: Vec<MessageId>,
    pub(crate) topic: Option<TopicId>,
    pub(crate) name: Option<String>,
    /// The texts of all parts, joined.
    pub(crate) text: String,
    /// What it said at first, if the bridge posted it.
    pub(crate) born: Option<String>,
    pub(crate) files: Vec<Vec<u8>>,
}

/// What is in a chat, in its order.
pub(crate) fn wholes(world: &World, chat: &ChatId) -> Vec<Whole> {
    let seen = world.chats.get(chat).map(Vec::as_slice).unwrap_or_default();
    let mut firsts: Vec<&MessageId> = Vec::new();
    let mut found: Vec<Whole> = Vec::new();
    for (at, part) in seen.iter().enumerate() {
        let known = firsts.iter().position(|first| **first == part.whole);
        let index = known.unwrap_or_else(|| {
            firsts.push(&part.whole);
            found.push(begin(world, at, part));
            found.len() - 1
        });
        let whole = &mut found[index];
        whole.ids.push(part.id.clone());
        whole.text.push_str(&part.text);
        whole.files.extend(part.file.clone());
    }
    found
}

fn begin(world: &World, at: usize, part: &Seen) -> Whole {
    Whole {
        at,
        ids: Vec::new(),
        topic: part.topic.clone(),
        name: part.name.clone(),
        text: String::new(),
        born: world.born.get(&part.whole).cloned(),
        files: Vec::new(),
    }
}
