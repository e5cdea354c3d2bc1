//! From an entry of the log to what the desk is told. Pure.

use crate::log::rows::{Author, AuthorKind, Entry, What};
use port::{AccountId, ChatId, Inbound, InboundKind, MessageId, Private, TopicId};

/// What an entry is to the desk; nothing when the bridge itself made it, or nobody said anything.
pub(crate) fn normalise(entry: &Entry) -> Option<Inbound> {
    let (message, version, author, kind) = match &entry.what {
        What::Posted(message) if message.author.kind.is_heard() => {
            let reply_to = message.reply_to.map(message_id);
            let text = shown(message.text.as_ref());
            (message.seq, 0, &message.author, InboundKind::Message { content: text.into(), reply_to })
        }
        // an entry's number grows with every edit, and no two happenings share one
        What::Edited { message, author, text } => {
            (*message, entry.seq, author, InboundKind::Edit { content: shown(Some(text)).into() })
        }
        What::Deleted { message, author } => (*message, entry.seq, author, InboundKind::Delete),
        What::Posted(_) | What::Arrived | What::Changed { .. } | What::Topic { .. } => return None,
    };
    Some(Inbound {
        chat: ChatId::new(entry.chat.as_str()),
        topic: entry.topic.as_deref().map(TopicId::new),
        message: message_id(message),
        version,
        at: entry.at,
        author: person(author),
        kind,
    })
}

/// The id under which the desk knows a message.
pub(crate) fn message_id(seq: u64) -> MessageId {
    MessageId::new(seq.to_string())
}

/// The message that an id stands for.
pub(crate) fn message_seq(id: &MessageId) -> Option<u64> {
    id.as_str().parse().ok()
}

fn person(author: &Author) -> port::Author {
    port::Author {
        account: AccountId::new(author.account.shown()),
        name: author.name.shown().to_owned(),
        is_bot: !matches!(author.kind, AuthorKind::Customer | AuthorKind::Agent),
    }
}

fn shown(text: Option<&Private>) -> String {
    text.map_or("", Private::shown).to_owned()
}
