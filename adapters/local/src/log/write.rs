//! What people say: a new customer, a new message. What they change later is in [`super::change`].

use super::draft::Said;
use super::rows::{self, Author, Customer, Numbered, Posted, SESSION, Session, What};
use super::{Log, LogError};

/// What somebody says.
pub(crate) struct Post<'p> {
    pub(crate) chat: &'p str,
    pub(crate) topic: Option<&'p str>,
    pub(crate) author: Author,
    /// May be empty when there are files.
    pub(crate) text: &'p str,
    /// Uploads of the author's that no message has yet.
    pub(crate) files: &'p [String],
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
        if post.text.trim().is_empty() && post.files.is_empty() {
            return Err(LogError::Empty);
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
        let files = draft.claim(post.chat, &account, post.files).await?;
        let text = self.private(post.text).into();
        let said = Said { author: post.author, text, files, reply_to: post.reply_to };
        let message = draft.say(post.chat, topic.as_mut(), said)?;
        let posted = Posted { seq: message.seq, at: message.at };
        if let Some(key) = client {
            numbered.push(Numbered { account, posted });
            draft.row(key, &numbered)?;
        }
        draft.keep().await?;
        Ok((posted, false))
    }

    /// Replaces what a browser that knows the credential is known by.
    pub(crate) async fn set_session(&self, value: &str, credential: &str) -> Result<(), LogError> {
        let mut draft = self.draft().await?;
        let session = Session { value: self.private(value), credential: self.private(credential) };
        draft.row(SESSION.to_owned(), &session)?;
        Ok(draft.keep().await?)
    }
}
