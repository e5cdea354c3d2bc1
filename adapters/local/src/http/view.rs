//! What the pages are shown of the log's rows.

use crate::log::rows::{AuthorKind, Filed, Message, Reaction, Topic};
use jiff::Timestamp;
use port::names::clean_name;
use port::rich::Spoilers;
use port::{Body, Due, FileKind, Mark, Private, TopicState};
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
    /// The id of the person the bridge speaks for; there may be a picture of that id.
    #[serde(skip_serializing_if = "Option::is_none")]
    persona: Option<String>,
    name: String,
    /// With its looks written out. Nothing when its author took it back.
    text: Option<String>,
    /// Where it has looks: every letter escaped, every tag one of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<ReactionView>,
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
        let rich = message.text.as_ref().map(Body::rich);
        Self {
            id: message.seq.to_string(),
            chat: chat.to_owned(),
            topic: topic.map(str::to_owned),
            at: message.at,
            from: author.kind,
            account: account(author.kind, &author.account),
            persona: (author.kind == AuthorKind::Persona).then(|| author.account.shown().to_owned()),
            name: clean_name(author.name.shown()),
            text: rich.as_ref().map(|rich| rich.to_plain(Spoilers::Marked)),
            html: rich.filter(|rich| !rich.is_plain()).map(|rich| rich.to_html()),
            files: message.files.iter().map(FileView::new).collect(),
            reactions: message.reactions.iter().map(ReactionView::new).collect(),
            reply_to: message.reply_to.map(|seq| seq.to_string()),
            edited: message.edited,
            card: message.card,
            mark: message.mark,
        }
    }
}

/// Agents are told apart by their handles; nobody else's account is anybody's business.
fn account(kind: AuthorKind, account: &Private) -> Option<String> {
    (kind == AuthorKind::Agent).then(|| account.shown().to_owned())
}

/// A file as a page shows it.
#[derive(Serialize)]
pub(super) struct FileView {
    id: String,
    kind: FileKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    mime: String,
    size: u64,
}

impl FileView {
    pub(super) fn new(file: &Filed) -> Self {
        Self {
            id: file.id.clone(),
            kind: file.kind,
            name: file.name.as_ref().and_then(Private::text).map(str::to_owned),
            mime: file.mime.clone(),
            size: file.size,
        }
    }
}

/// A reaction as a page shows it.
#[derive(Serialize)]
struct ReactionView {
    id: String,
    key: String,
    from: AuthorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    name: String,
}

impl ReactionView {
    fn new(reaction: &Reaction) -> Self {
        let author = &reaction.author;
        Self {
            id: reaction.seq.to_string(),
            key: reaction.key.shown().to_owned(),
            from: author.kind,
            account: account(author.kind, &author.account),
            name: clean_name(author.name.shown()),
        }
    }
}

/// A topic as the list shows it.
#[derive(Serialize)]
pub(super) struct TopicView {
    id: String,
    title: String,
    state: TopicState,
    /// Until when an answer is due. Said when none is as well: whoever knows the topic forgets it then.
    due: Option<Due>,
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
            due: topic.due,
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
