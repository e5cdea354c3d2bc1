//! What people change of what is there: a text, a message, a reaction. Everybody changes only their own.

use super::rows::{Author, AuthorKind, Message, Posted, What};
use super::{Log, LogError};
use port::Private;

/// How many reactions a message has at most.
pub(crate) const REACTIONS_MAX: usize = 100;

/// A message, and who wants to change something about it.
pub(crate) struct Change<'c> {
    pub(crate) chat: &'c str,
    pub(crate) seq: u64,
    pub(crate) author: Author,
}

/// Where a message was found.
struct Place {
    topic: Option<String>,
    message: Message,
}

impl Log {
    /// Gives an own message a new text.
    pub(crate) async fn rewrite(
        &self,
        change: Change<'_>,
        text: &str,
    ) -> Result<(Option<String>, Message), LogError> {
        let mut draft = self.draft().await?;
        let Place { topic, mut message } = self.own(&change).await?;
        if text.trim().is_empty() && message.files.is_empty() {
            return Err(LogError::Empty);
        }
        let text = self.private(text).into();
        let (author, seq) = (change.author, change.seq);
        let what = |message: &Message| What::Edited {
            message: seq,
            author,
            text: message.text.clone().unwrap_or_else(|| self.private("").into()),
            files: message.files.clone(),
        };
        draft.rewrite(change.chat, topic.as_deref(), &mut message, text, what).await?;
        draft.keep().await?;
        Ok((topic, message))
    }

    /// Takes an own message back.
    pub(crate) async fn withdraw(&self, change: Change<'_>) -> Result<(), LogError> {
        let mut draft = self.draft().await?;
        let Place { topic, mut message } = self.own(&change).await?;
        let what = What::Deleted { message: change.seq, author: change.author };
        draft.withdraw(change.chat, topic.as_deref(), &mut message, what).await?;
        Ok(draft.keep().await?)
    }

    /// Reacts to anybody's message; whether the same reaction was there before.
    pub(crate) async fn react(&self, change: Change<'_>, key: &str) -> Result<(Posted, bool), LogError> {
        let mut draft = self.draft().await?;
        let Place { topic, mut message } = self.there(&change).await?;
        let own = |kind: AuthorKind, account: &Private| {
            kind == change.author.kind && *account == change.author.account
        };
        let mut others = message.reactions.iter();
        if let Some(same) = others
            .find(|other| own(other.author.kind, &other.author.account) && other.key.text() == Some(key))
        {
            return Ok((Posted { seq: same.seq, at: draft.at }, true));
        }
        if message.reactions.len() >= REACTIONS_MAX {
            return Err(LogError::TooMany("reactions to this message"));
        }
        let key = self.private(key);
        let seq = draft.react(change.chat, topic.as_deref(), &mut message, change.author, key)?;
        let posted = Posted { seq, at: draft.at };
        draft.keep().await?;
        Ok((posted, false))
    }

    /// Takes an own reaction to a message back.
    pub(crate) async fn unreact(&self, change: Change<'_>, reaction: u64) -> Result<(), LogError> {
        let mut draft = self.draft().await?;
        let Place { topic, mut message } = self.there(&change).await?;
        let found = message.reactions.iter().find(|other| other.seq == reaction);
        let author = &found.ok_or(LogError::NoReaction)?.author;
        if author.kind != change.author.kind || author.account != change.author.account {
            return Err(LogError::NotOwn);
        }
        draft.unreact(change.chat, topic.as_deref(), &mut message, reaction, change.author)?;
        Ok(draft.keep().await?)
    }

    /// A message that was not taken back.
    async fn there(&self, change: &Change<'_>) -> Result<Place, LogError> {
        let topic = self.topic_of(change.chat, change.seq).await?.ok_or(LogError::NoMessage)?;
        let message = self.message(change.chat, topic.as_deref(), change.seq).await?;
        let message = message.filter(|message| message.text.is_some()).ok_or(LogError::NoMessage)?;
        Ok(Place { topic, message })
    }

    /// The same, by the one who wants to change it.
    async fn own(&self, change: &Change<'_>) -> Result<Place, LogError> {
        let place = self.there(change).await?;
        let author = &place.message.author;
        if author.kind != change.author.kind || author.account != change.author.account {
            return Err(LogError::NotOwn);
        }
        Ok(place)
    }
}
