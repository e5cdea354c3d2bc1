//! Reading the log, a page at a time.

use super::rows::{
    self, Author, AuthorKind, Customer, Done, Entry, Group, LOG, Listed, Message, Numbered, Session, Topic,
    What,
};
use super::{Log, parse};
use port::ShelfError;

/// The most rows that are read at once.
pub(crate) const PAGE_MAX: usize = 200;

impl Log {
    /// What happened after a number, oldest first.
    pub(crate) async fn entries(&self, after: u64, limit: usize) -> Result<Vec<Entry>, ShelfError> {
        let rows = self.shelf.scan(LOG, Some(&rows::log_key(after)), limit).await?;
        rows.into_iter().map(|(key, value)| parse(&key, value)).collect()
    }

    /// The latest messages of a place before a number, oldest first.
    pub(crate) async fn messages(
        &self,
        chat: &str,
        topic: Option<&str>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Message>, ShelfError> {
        let prefix = rows::place_prefix(chat, topic);
        let after = before.map(|before| rows::message_key(chat, topic, before));
        let rows = self.shelf.scan(&prefix, after.as_deref(), limit.min(PAGE_MAX)).await?;
        rows.into_iter().rev().map(|(key, value)| parse(&key, value)).collect()
    }

    /// A message of a place as it is now.
    pub(crate) async fn message(
        &self,
        chat: &str,
        topic: Option<&str>,
        seq: u64,
    ) -> Result<Option<Message>, ShelfError> {
        self.row(&rows::message_key(chat, topic, seq)).await
    }

    /// In which topic a message is, or in none (`Some(None)`); `None` when the chat has no such message.
    pub(crate) async fn topic_of(&self, chat: &str, seq: u64) -> Result<Option<Option<String>>, ShelfError> {
        let entry = self.entry(chat, seq).await?;
        let posted = entry.filter(|entry| matches!(entry.what, What::Posted(_)));
        Ok(posted.map(|entry| entry.topic))
    }

    /// What a number stands for, in a chat.
    pub(crate) async fn entry(&self, chat: &str, seq: u64) -> Result<Option<Entry>, ShelfError> {
        let entry = self.row::<Entry>(&rows::log_key(seq)).await?;
        Ok(entry.filter(|entry| entry.chat == chat))
    }

    /// A customer by their chat.
    pub(crate) async fn customer(&self, chat: &str) -> Result<Option<Customer>, ShelfError> {
        self.row(&rows::customer_key(chat)).await
    }

    /// The author that a customer is.
    pub(crate) fn customer_author(&self, customer: &Customer) -> Author {
        let account = self.private(customer.chat.as_str());
        Author { kind: AuthorKind::Customer, account, name: customer.name.clone() }
    }

    /// A topic of a room.
    pub(crate) async fn topic(&self, room: &str, topic: &str) -> Result<Option<Topic>, ShelfError> {
        self.row(&rows::topic_key(room, topic)).await
    }

    /// Topics of a room after a place in the list; with each the place where the list goes on after it.
    pub(crate) async fn topics(
        &self,
        room: &str,
        group: Group,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Topic)>, ShelfError> {
        let prefix = group.prefix(room);
        let after = after.map(|after| format!("{prefix}{after}"));
        let mut topics = Vec::new();
        for (key, value) in self.shelf.scan(&prefix, after.as_deref(), limit.min(PAGE_MAX)).await? {
            let listed: Listed = parse(&key, value)?;
            if let Some(topic) = self.topic(room, &listed.topic).await? {
                let place = key.strip_prefix(&prefix).unwrap_or_default().to_owned();
                topics.push((place, topic));
            }
        }
        Ok(topics)
    }

    /// Topics of all groups, one group after the other.
    pub(crate) async fn all_topics(
        &self,
        room: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Topic)>, ShelfError> {
        let (from, mut place) = after.and_then(|after| after.split_once('/')).unzip();
        let mut topics = Vec::new();
        let groups = Group::ALL.into_iter();
        for group in groups.skip_while(|group| from.is_some_and(|from| from != group.word())) {
            let more = self.topics(room, group, place.take(), limit - topics.len()).await?;
            topics
                .extend(more.into_iter().map(|(place, topic)| (format!("{}/{place}", group.word()), topic)));
            if topics.len() >= limit {
                break;
            }
        }
        Ok(topics)
    }

    /// What an operation made, if it was done.
    pub(crate) async fn done(&self, op: &str) -> Result<Option<Done>, ShelfError> {
        self.row(&rows::operation_key(op)).await
    }

    /// What was kept for posts that browsers gave this number.
    pub(super) async fn numbered(&self, key: &str) -> Result<Vec<Numbered>, ShelfError> {
        Ok(self.row(key).await?.unwrap_or_default())
    }

    /// What a browser that knows the credential is known by.
    pub(crate) async fn session(&self) -> Result<Option<Session>, ShelfError> {
        self.row(rows::SESSION).await
    }
}
