//! From an entry of the log to what the desk is told. Pure.

use crate::log::rows::{Author, AuthorKind, Entry, Filed, What};
use port::rich::Rich;
use port::{
    AccountId, Body, ChatId, Content, File, Inbound, InboundKind, MediaRef, MessageId, Private, TopicId,
};
use serde::{Deserialize, Serialize};

/// What an entry is to the desk; nothing when the bridge itself made it, or nobody said anything.
pub(crate) fn normalise(entry: &Entry) -> Option<Inbound> {
    // an entry's number grows with every edit, and no two happenings share one
    let (message, version, author, kind) = match &entry.what {
        What::Posted(message) => {
            let reply_to = message.reply_to.map(message_id);
            let content = content(message.text.as_ref(), &message.files);
            (message.seq, 0, &message.author, InboundKind::Message { content, reply_to })
        }
        What::Edited { message, author, text, files } => {
            (*message, entry.seq, author, InboundKind::Edit { content: content(Some(text), files) })
        }
        What::Deleted { message, author } => (*message, entry.seq, author, InboundKind::Delete),
        What::Reacted { message, author, key } => {
            let (of, key) = (message_id(*message), key.shown().to_owned());
            (entry.seq, 0, author, InboundKind::Reaction { of, key })
        }
        What::Unreacted { reaction, author, .. } => (*reaction, entry.seq, author, InboundKind::Delete),
        What::Arrived | What::Changed { .. } | What::Topic { .. } => return None,
    };
    author.kind.is_heard().then(|| Inbound {
        chat: ChatId::new(entry.chat.as_str()),
        topic: entry.topic.as_deref().map(TopicId::new),
        message: message_id(message),
        version,
        at: entry.at,
        author: person(author),
        kind,
    })
}

/// The id under which the desk knows a message or a reaction.
pub(crate) fn message_id(seq: u64) -> MessageId {
    MessageId::new(seq.to_string())
}

/// The message or reaction that an id stands for.
pub(crate) fn message_seq(id: &MessageId) -> Option<u64> {
    id.as_str().parse().ok()
}

/// What the desk is given of a file.
#[derive(Serialize, Deserialize)]
struct Reference {
    file: String,
}

/// How the desk names a file.
pub(crate) fn media_ref(file: &str) -> MediaRef {
    MediaRef::new(serde_json::to_string(&Reference { file: file.to_owned() }).unwrap_or_default())
}

/// The file that the desk names.
pub(crate) fn media_file(source: &MediaRef) -> Option<String> {
    serde_json::from_str::<Reference>(source.as_str()).ok().map(|reference| reference.file)
}

fn content(text: Option<&Body>, files: &[Filed]) -> Content {
    let text = text.map_or_else(Rich::default, Body::rich);
    Content { text, files: files.iter().map(file).collect() }
}

fn file(filed: &Filed) -> File {
    File {
        name: filed.name.as_ref().and_then(Private::text).map(str::to_owned),
        mime: Some(filed.mime.clone()),
        size: Some(filed.size),
        ..File::new(filed.kind, media_ref(&filed.id))
    }
}

fn person(author: &Author) -> port::Author {
    port::Author {
        account: AccountId::new(author.account.shown()),
        name: author.name.shown().to_owned(),
        is_bot: !matches!(author.kind, AuthorKind::Customer | AuthorKind::Agent),
    }
}
