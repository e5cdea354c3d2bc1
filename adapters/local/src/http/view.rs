//! What the pages are shown of the log's rows.

use crate::log::rows::{AuthorKind, Message, Topic};
use jiff::Timestamp;
use port::names::clean_name;
use port::{Mark, Private, TopicState};
use serde::Serialize;

/// A message as a page shows it.
#[derive(Serialize)]
pub(super) struct MessageView {
    id: String,
    chat: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    at: Timestamp,
    from: AuthorKind,
    /// The agent's handle, so that an agent's page knows its own messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    name: String,
    /// Nothing when its author took it back.
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    edited: bool,
    card: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<Mark>,
}

impl MessageView {
    pub(super) fn new(chat: &str, topic: Option<&str>, message: &Message) -> Self {
        let author = &message.author;
        Self {
            id: message.seq.to_string(),
            chat: chat.to_owned(),
            topic: topic.map(str::to_owned),
            at: message.at,
            from: author.kind,
            account: (author.kind == AuthorKind::Agent).then(|| author.account.shown().to_owned()),
            name: clean_name(author.name.shown()),
            text: message.text.as_ref().map(|text| text.shown().to_owned()),
            reply_to: message.reply_to.map(|seq| seq.to_string()),
            edited: message.edited,
            card: message.card,
            mark: message.mark,
        }
    }
}

/// A topic as the list shows it.
#[derive(Serialize)]
pub(super) struct TopicView {
    id: String,
    title: String,
    state: TopicState,
    since: Timestamp,
    last_at: Timestamp,
    /// The number of the latest message in it.
    last: u64,
    preview: String,
    /// The text of its first post, where one topic is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<String>,
}

impl TopicView {
    /// The same with its card.
    pub(super) fn with_card(self, card: Option<Message>) -> Self {
        let text = card.and_then(|card| card.text);
        Self { card: text.map(|text| text.shown().to_owned()), ..self }
    }

    pub(super) fn new(topic: &Topic) -> Self {
        Self {
            card: None,
            id: topic.id.clone(),
            title: Private::shown(&topic.title).to_owned(),
            state: topic.state,
            since: topic.since,
            last_at: topic.last_at,
            last: topic.last,
            preview: topic.preview.shown().to_owned(),
        }
    }
}

/// A page of a chat, and from where a stream has to go on.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) messages: Vec<MessageView>,
    /// Whether there is more before the first one.
    pub(super) more: bool,
    /// What to give as `after` to the stream of events.
    pub(super) seq: u64,
}
