//! The steps of which a change of the log is made.

use super::Draft;
use super::rows::{self, Author, Done, FileRow, Filed, Group, Listed, Message, Reaction, Topic, What};
use port::{Body, Due, Mark, Private, ShelfError, TopicState};

/// How much of a message the list of topics shows, in characters.
const PREVIEW_MAX: usize = 120;

/// What a message says, and who says it.
pub(crate) struct Said {
    pub(crate) author: Author,
    pub(crate) text: Body,
    pub(crate) files: Vec<Filed>,
    pub(crate) reply_to: Option<u64>,
}

/// How the list shows a topic.
pub(crate) struct Look {
    pub(crate) title: Private,
    pub(crate) state: TopicState,
    pub(crate) due: Option<Due>,
}

impl Draft<'_> {
    /// Adds a message, and brings its topic up to date.
    pub(crate) fn say(
        &mut self,
        chat: &str,
        topic: Option<&mut Topic>,
        said: Said,
    ) -> Result<Message, ShelfError> {
        let message = self.message(said, false);
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
        look: Look,
        card: Private,
        author: Author,
    ) -> Result<Topic, ShelfError> {
        let seq = self.seq + 1;
        let id = format!("t{seq}");
        let said = Said { author, text: card.into(), files: Vec::new(), reply_to: None };
        let message = self.message(said, true);
        let topic = Topic {
            id: id.clone(),
            room: room.to_owned(),
            title: look.title,
            state: look.state,
            due: look.due,
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

    /// Gives a topic a new look and card.
    pub(crate) fn set_topic(
        &mut self,
        topic: &mut Topic,
        look: Look,
        card: &Message,
    ) -> Result<(), ShelfError> {
        let listed = topic.listing();
        topic.title = look.title;
        if Group::of(topic.state) != Group::of(look.state) {
            topic.since = self.at;
            topic.order = self.seq + 1;
        }
        topic.state = look.state;
        topic.due = look.due;
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

    /// Gives a message another text; its files stay.
    pub(crate) async fn rewrite(
        &mut self,
        chat: &str,
        topic: Option<&str>,
        message: &mut Message,
        text: Body,
        what: impl FnOnce(&Message) -> What + Send,
    ) -> Result<(), ShelfError> {
        message.text = Some(text);
        message.edited = true;
        self.amend(chat, topic, message, what(message)).await
    }

    /// Takes a message back, with its files.
    pub(crate) async fn withdraw(
        &mut self,
        chat: &str,
        topic: Option<&str>,
        message: &mut Message,
        what: What,
    ) -> Result<(), ShelfError> {
        message.text = None;
        message.edited = true;
        for file in std::mem::take(&mut message.files) {
            self.removed.push(rows::file_key(&file.id));
            self.unneeded.push(file.id);
        }
        self.amend(chat, topic, message, what).await
    }

    /// Adds a reaction to a message; its number.
    pub(crate) fn react(
        &mut self,
        chat: &str,
        topic: Option<&str>,
        message: &mut Message,
        author: Author,
        key: Private,
    ) -> Result<u64, ShelfError> {
        let seq = self.next();
        message.reactions.push(Reaction { seq, author: author.clone(), key: key.clone() });
        self.row(rows::message_key(chat, topic, message.seq), message)?;
        self.entry(seq, chat, topic, What::Reacted { message: message.seq, author, key })?;
        Ok(seq)
    }

    /// Takes a reaction off a message.
    pub(crate) fn unreact(
        &mut self,
        chat: &str,
        topic: Option<&str>,
        message: &mut Message,
        reaction: u64,
        author: Author,
    ) -> Result<(), ShelfError> {
        message.reactions.retain(|other| other.seq != reaction);
        self.row(rows::message_key(chat, topic, message.seq), message)?;
        let seq = self.next();
        self.entry(seq, chat, topic, What::Unreacted { reaction, message: message.seq, author })
    }

    /// Names a file that a message of this draft has; `seal` goes with what the message says.
    pub(crate) fn put_file(
        &mut self,
        chat: &str,
        account: &Private,
        file: &Filed,
        seal: Private,
    ) -> Result<(), ShelfError> {
        let row = FileRow {
            file: file.clone(),
            chat: chat.to_owned(),
            account: account.clone(),
            at: self.at,
            used: true,
            seal: Some(seal),
        };
        self.row(rows::file_key(&file.id), &row)
    }

    /// Notes what an operation made.
    pub(crate) fn done(&mut self, op: &str, done: &Done) -> Result<(), ShelfError> {
        self.row(rows::operation_key(op), done)
    }

    fn message(&mut self, said: Said, card: bool) -> Message {
        let Said { author, text, files, reply_to } = said;
        Message {
            seq: self.next(),
            at: self.at,
            author,
            text: Some(text),
            files,
            reactions: Vec::new(),
            reply_to,
            edited: false,
            card,
            mark: None,
        }
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

    /// Shows what a message says now, in the list of topics too.
    async fn amend(
        &mut self,
        chat: &str,
        topic: Option<&str>,
        message: &Message,
        what: What,
    ) -> Result<(), ShelfError> {
        self.row(rows::message_key(chat, topic, message.seq), message)?;
        let seq = self.next();
        self.entry(seq, chat, topic, what)?;
        let topic = match topic {
            Some(topic) => self.log.topic(chat, topic).await?,
            None => None,
        };
        if let Some(mut topic) = topic.filter(|topic| topic.last == message.seq) {
            topic.preview = self.preview(message);
            let listed = topic.listing();
            self.put_topic(&topic, Some(listed))?;
        }
        Ok(())
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
        let text = message.text.as_ref().map_or("", Body::shown);
        let clips = message.files.iter().map(|file| file.name.as_ref().map_or("", Private::shown));
        let clips: String = clips.flat_map(|name| [" 📎 ", name]).collect();
        let words = text.split_whitespace().chain(clips.split_whitespace());
        let line: String = words.flat_map(|word| [word, " "]).collect();
        self.log.private(line.chars().take(PREVIEW_MAX).collect::<String>().trim_end())
    }
}
