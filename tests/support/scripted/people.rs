//! What people do on the platform.

use super::Scripted;
use super::world::{Seen, SeenReaction, World};
use jiff::Timestamp;
use port::{AccountId, Author, ChatId, Content, File, Inbound, InboundKind, MessageId, TopicId};

/// Where somebody does something, and who.
#[derive(Clone, Copy)]
pub(crate) struct Where<'a> {
    pub(crate) chat: &'a ChatId,
    pub(crate) topic: Option<&'a TopicId>,
    /// The account and the name.
    pub(crate) who: (&'a str, &'a str),
}

impl Where<'_> {
    fn inbound(self, message: MessageId, version: u64, at: Timestamp, kind: InboundKind) -> Inbound {
        Inbound {
            chat: self.chat.clone(),
            topic: self.topic.cloned(),
            message,
            version,
            at,
            author: Author {
                account: AccountId::new(self.who.0),
                name: self.who.1.to_owned(),
                is_bot: false,
            },
            kind,
        }
    }
}

impl Scripted {
    /// A person writes. Returns the message's id.
    pub(crate) fn write(
        &self,
        chat: &ChatId,
        topic: Option<&TopicId>,
        who: (&str, &str),
        text: &str,
        reply_to: Option<&MessageId>,
        at: Timestamp,
    ) -> MessageId {
        self.post(Where { chat, topic, who }, text, Vec::new(), reply_to, at)
    }

    /// A person writes and sends files. Returns the message's id.
    pub(crate) fn post(
        &self,
        place: Where<'_>,
        text: &str,
        files: Vec<File>,
        reply_to: Option<&MessageId>,
        at: Timestamp,
    ) -> MessageId {
        let mut world = self.world();
        let message = world.mint();
        world.chats.entry(place.chat.clone()).or_default().push(Seen {
            id: message.clone(),
            whole: message.clone(),
            topic: place.topic.cloned(),
            name: Some(place.who.1.to_owned()),
            text: text.to_owned(),
            file: None,
        });
        let content = Content { text: text.into(), files };
        let kind = InboundKind::Message { content, reply_to: reply_to.cloned() };
        self.happens(world, place.inbound(message.clone(), 0, at, kind));
        message
    }

    /// A person changes an own message.
    pub(crate) fn change(
        &self,
        place: Where<'_>,
        message: &MessageId,
        version: u64,
        text: &str,
        at: Timestamp,
    ) {
        let mut world = self.world();
        let chat = world.chats.entry(place.chat.clone()).or_default();
        for seen in chat.iter_mut().filter(|seen| seen.id == *message) {
            text.clone_into(&mut seen.text);
        }
        let kind = InboundKind::Edit { content: text.into() };
        self.happens(world, place.inbound(message.clone(), version, at, kind));
    }

    /// A person takes an own message or an own reaction back.
    pub(crate) fn take_back(&self, place: Where<'_>, message: &MessageId, at: Timestamp) {
        let mut world = self.world();
        world.reactions.remove(message);
        world.chats.entry(place.chat.clone()).or_default().retain(|seen| seen.id != *message);
        self.happens(world, place.inbound(message.clone(), 0, at, InboundKind::Delete));
    }

    /// A person reacts. Returns the reaction's id.
    pub(crate) fn react(&self, place: Where<'_>, of: &MessageId, key: &str, at: Timestamp) -> MessageId {
        let mut world = self.world();
        let id = world.mint();
        let (chat, key) = (place.chat.clone(), key.to_owned());
        let kind = InboundKind::Reaction { of: of.clone(), key: key.clone() };
        let seen = SeenReaction { chat, of: of.clone(), key, by_bridge: false };
        world.reactions.insert(id.clone(), seen);
        self.happens(world, place.inbound(id.clone(), 0, at, kind));
        id
    }

    /// A topic is deleted by somebody.
    pub(crate) fn lose_topic(&self, topic: &TopicId) {
        let mut world = self.world();
        if world.topics.remove(topic) {
            world.lost_topics.insert(topic.clone());
        }
    }

    fn happens(&self, mut world: std::sync::MutexGuard<'_, World>, inbound: Inbound) {
        world.stream.push(inbound);
        drop(world);
        self.changed.notify_waiters();
    }
}
