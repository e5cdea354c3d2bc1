//! Writing the log: what people say, and what the bridge says and shows.

use super::rows::{
    self, Author, AuthorKind, Customer, Done, Group, Listed, Message, Numbered, Posted, SESSION, Session,
    Topic, What,
};
use super::{Draft, Log, LogError};
use port::{Mark, Private, ShelfError, TopicState};

/// How much of a message the list of topics shows, in characters.
const PREVIEW_MAX: usize = 120;

/// What somebody says.
pub(crate) struct Post<'p> {
    pub(crate) chat: &'p str,
    pub(crate) topic: Option<&'p str>,
    pub(crate) author: Author,
    pub(crate) text: &'p str,
    pub(crate) reply_to: Option<u64>,
    /// The browser's own number of it; a repeat is answered with what the first one made.
    pub(crate) client_id: Option<&'p str>,
}

impl Log {
    /// Keeps a new customer.
    pub(crate) async fn arrive(
        &self,
        chat: String,
        name: &str,
        language: Option<String>,
        secret: &str,
    ) -> Result<Customer, LogError> {
        let mut draft = self.draft().await?;
        let (name, secret) = (self.private(name), self.private(secret));
        let customer = Customer { chat, name, language, secret, at: draft.at };
        draft.row(rows::customer_key(&customer.chat), &customer)?;
        let seq = draft.next();
        draft.entry(seq, &customer.chat, None, What::Arrived)?;
        draft.keep().await?;
        Ok(customer)
    }

    /// Keeps what a person says; whether it was there before.
    pub(crate) async fn post(&self, post: Post<'_>) -> Result<(Posted, bool), LogError> {
        let mut draft = self.draft().await?;
        let account = post.author.account.clone();
        let client = post.client_id.map(|client_id| rows::client_key(post.chat, client_id));
        let mut numbered = match &client {
            Some(key) => self.numbered(key).await?,
            None => Vec::new(),
        };
        if let Some(Numbered { posted, .. }) = numbered.iter().find(|numbered| numbered.account == account) {
            return Ok((*posted, true));
        }
        if let Some(seq) = post.reply_to
            && self.message(post.chat, post.topic, seq).await?.is_none()
        {
            return Err(LogError::NoMessage);
        }
        let mut topic = match post.topic {
            Some(topic) => Some(self.topic(post.chat, topic).await?.ok_or(LogError::NoTopic)?),
            None => None,
        };
        let text = self.private(post.text);
        let message = draft.say(post.chat, topic.as_mut(), post.author, text, post.reply_to)?;
        let posted = Posted { seq: message.seq, at: message.at };
        if let Some(key) = client {
            numbered.push(Numbered { account, posted });
            draft.row(key, &numbered)?;
        }
        draft.keep().await?;
        Ok((posted, false))
    }

    /// Gives a customer's own message a new text (`Some`) or takes it back (`None`).
    pub(crate) async fn revise(
        &self,
        customer: &Customer,
        seq: u64,
        text: Option<&str>,
    ) -> Result<Message, LogError> {
        let mut draft = self.draft().await?;
        let chat = customer.chat.as_str();
        let mut message = self.message(chat, None, seq).await?.ok_or(LogError::NoMessage)?;
        if message.author.kind != AuthorKind::Customer {
            return Err(LogError::NotOwn);
        }
        if message.text.is_none() {
            return Err(LogError::NoMessage);
        }
        let author = message.author.clone();
        message.text = text.map(|text| self.private(text));
        message.edited = true;
        let what = match &message.text {
            Some(text) => What::Edited { message: seq, author, text: text.clone() },
            None => What::Deleted { message: seq, author },
        };
        draft.row(rows::message_key(chat, None, seq), &message)?;
        let entry = draft.next();
        draft.entry(entry, chat, None, what)?;
        draft.keep().await?;
        Ok(message)
    }

    /// Replaces what a browser that knows the credential is known by.
    pub(crate) async fn set_session(&self, value: &str, credential: &str) -> Result<(), LogError> {
        let mut draft = self.draft().await?;
        let session = Session { value: self.private(value), credential: self.private(credential) };
        draft.row(SESSION.to_owned(), &session)?;
        Ok(draft.keep().await?)
    }
}

impl Draft<'_> {
    /// Adds a message, and brings its topic up to date.
    pub(crate) fn say(
        &mut self,
        chat: &str,
        topic: Option<&mut Topic>,
        author: Author,
        text: Private,
        reply_to: Option<u64>,
    ) -> Result<Message, ShelfError> {
        let message = self.message(author, text, reply_to, false);
        let id = topic.as_deref().map(|topic| topic.id.clone());
        self.put_message(chat, id.as_deref(), &message)?;
        if let Some(topic) = topic {
            let listed = topic.listing();
            topic.last = message.seq;
            topic.last_at = message.at;
            topic.preview = self.preview(&message);
            if Group::of(topic.state) != Group::Waiting {
                topic.order = message.seq;
            }
            self.put_topic(topic, Some(listed))?;
        }
        Ok(message)
    }

    /// Opens a topic with its card.
    pub(crate) fn open_topic(
        &mut self,
        room: &str,
        title: Private,
        state: TopicState,
        card: Private,
        author: Author,
    ) -> Result<Topic, ShelfError> {
        let seq = self.seq + 1;
        let id = format!("t{seq}");
        let message = self.message(author, card, None, true);
        let topic = Topic {
            id: id.clone(),
            room: room.to_owned(),
            title,
            state,
            card: message.seq,
            since: self.at,
            order: seq,
            last_at: self.at,
            last: message.seq,
            preview: self.log.private(""),
        };
        self.put_message(room, Some(&id), &message)?;
        self.put_topic(&topic, None)?;
        Ok(topic)
    }

    /// Gives a topic a new title, state and card.
    pub(crate) fn set_topic(
        &mut self,
        topic: &mut Topic,
        title: Private,
        state: TopicState,
        card: &Message,
    ) -> Result<(), ShelfError> {
        let listed = topic.listing();
        topic.title = title;
        if Group::of(topic.state) != Group::of(state) {
            topic.since = self.at;
            topic.order = self.seq + 1;
        }
        topic.state = state;
        let (room, id) = (topic.room.clone(), topic.id.clone());
        self.put_topic(topic, Some(listed))?;
        self.change(&room, Some(&id), card)
    }

    /// Shows a mark on a message.
    pub(crate) fn mark(
        &mut self,
        chat: &str,
        topic: Option<&str>,
        mut message: Message,
        mark: Mark,
    ) -> Result<(), ShelfError> {
        message.mark = Some(mark);
        self.change(chat, topic, &message)
    }

    /// Notes what an operation made.
    pub(crate) fn done(&mut self, op: &str, done: &Done) -> Result<(), ShelfError> {
        self.row(rows::operation_key(op), done)
    }

    fn message(&mut self, author: Author, text: Private, reply_to: Option<u64>, card: bool) -> Message {
        let seq = self.next();
        Message { seq, at: self.at, author, text: Some(text), reply_to, edited: false, card, mark: None }
    }

    fn put_message(&mut self, chat: &str, topic: Option<&str>, message: &Message) -> Result<(), ShelfError> {
        self.row(rows::message_key(chat, topic, message.seq), message)?;
        self.entry(message.seq, chat, topic, What::Posted(message.clone()))
    }

    fn change(&mut self, chat: &str, topic: Option<&str>, message: &Message) -> Result<(), ShelfError> {
        self.row(rows::message_key(chat, topic, message.seq), message)?;
        let seq = self.next();
        self.entry(seq, chat, topic, What::Changed { message: message.seq })
    }

    fn put_topic(&mut self, topic: &Topic, listed: Option<String>) -> Result<(), ShelfError> {
        let listing = topic.listing();
        // what is removed is removed after what is written
        self.removed.extend(listed.filter(|listed| *listed != listing));
        self.removed.retain(|removed| *removed != listing);
        self.row(listing, &Listed { topic: topic.id.clone() })?;
        self.row(rows::topic_key(&topic.room, &topic.id), topic)?;
        let seq = self.next();
        self.entry(seq, &topic.room, Some(&topic.id), What::Topic { topic: topic.id.clone() })
    }

    fn preview(&self, message: &Message) -> Private {
        let text = message.text.as_ref().map_or("", Private::shown);
        let line: String = text.split_whitespace().flat_map(|word| [word, " "]).collect();
        self.log.private(line.chars().take(PREVIEW_MAX).collect::<String>().trim_end())
    }
}
