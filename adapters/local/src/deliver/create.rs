//! Posting a message: its files are written first, then everything is named at once.

use super::{TEXT_LIMIT, Undone, author, topic_gone};
use crate::files::{FILE_MAX, Stored, WriteError, kinds};
use crate::inbound::message_seq;
use crate::log::draft::Said;
use crate::log::rows::{Done, Filed};
use crate::log::{Draft, Log};
use port::rich::{self, Rich};
use port::{Attachment, Body, Media, MediaError, MessageId, Op, Outcome, Private, TopicId, Voice};

/// Files that are written and not yet named. Gone when they are dropped before.
#[derive(Default)]
pub(super) struct Received {
    files: Vec<Filed>,
    stored: Vec<Stored>,
}

impl Received {
    /// A row names them now, or may.
    pub(super) fn keep(self) {
        self.stored.into_iter().for_each(Stored::keep);
    }
}

/// Writes the files of an operation.
pub(super) async fn receive(
    log: &Log,
    body: &Body,
    attachments: &[Attachment],
    media: &dyn Media,
) -> Result<Received, Undone> {
    let mut received = Received::default();
    for attachment in attachments {
        let (file, stored) = receive_one(log, body, attachment, media).await?;
        received.files.push(file);
        received.stored.push(stored);
    }
    Ok(received)
}

async fn receive_one(
    log: &Log,
    body: &Body,
    attachment: &Attachment,
    media: &dyn Media,
) -> Result<(Filed, Stored), Undone> {
    let told = |error: MediaError| Undone::Told(error.outcome());
    if attachment.size.is_some_and(|size| size > FILE_MAX) {
        return Err(told(MediaError::TooLarge { max: FILE_MAX }));
    }
    let mut stream = media.open(attachment).await.map_err(told)?.at_most(FILE_MAX);
    let mut writing = log.files.begin().await.map_err(|error| unwritten(&error.into()))?;
    while let Some(chunk) = stream.next().await.map_err(told)? {
        writing.push(&chunk).await.map_err(|error| unwritten(&error))?;
    }
    let name = attachment.file().and_then(|file| file.name).and_then(|name| kinds::name(&name));
    // a file's name is as private as the text beside it, and goes with it
    let name = name.map(|name| Private::new(body.text().owner().clone(), name));
    let mime = stream.mime.as_deref();
    writing.finish(Some(attachment.kind), mime, name).await.map_err(|error| unwritten(&error))
}

fn unwritten(error: &WriteError) -> Undone {
    match error {
        WriteError::TooLarge => Undone::Told(MediaError::TooLarge { max: FILE_MAX }.outcome()),
        WriteError::Disk(_) => {
            let (after, whole_channel, reason) = (None, false, error.to_string());
            Undone::Told(Outcome::Later { after, whole_channel, reason })
        }
    }
}

pub(super) async fn create(
    log: &Log,
    draft: &mut Draft<'_>,
    op: &Op,
    voice: &Voice,
    body: &Body,
    received: &Received,
    reply_to: Option<&MessageId>,
) -> Result<Done, Undone> {
    let chat = op.chat.as_str();
    let id = op.topic.as_ref().map(TopicId::as_str);
    let mut topic = match id {
        Some(id) => Some(log.topic(chat, id).await?.ok_or_else(topic_gone)?),
        None => None,
    };
    // a message that is not there (any more) is no reason to be silent
    let reply_to = match reply_to.and_then(message_seq) {
        Some(seq) => log.message(chat, id, seq).await?.map(|message| message.seq),
        None => None,
    };
    let author = author(log, voice);
    for file in &received.files {
        let seal = Private::new(body.text().owner().clone(), "kept");
        draft.put_file(chat, &author.account, file, seal)?;
    }
    let mut parts = Vec::new();
    for (number, text) in texts(body).into_iter().enumerate() {
        let is_first = number == 0;
        let said = Said {
            author: author.clone(),
            text,
            // all files of an operation are shown together, below the beginning of its text
            files: if is_first { received.files.clone() } else { Vec::new() },
            reply_to: reply_to.filter(|_| is_first),
        };
        parts.push(draft.say(chat, topic.as_mut(), said)?.seq);
    }
    Ok(Done { parts, topic: None })
}

/// The texts of the messages that a body becomes.
pub(super) fn texts(body: &Body) -> Vec<Body> {
    let size = |rich: &Rich| TEXT_LIMIT.unit.count(rich.text());
    let parts = rich::split(&body.rich(), TEXT_LIMIT.max, size);
    parts.iter().map(|part| Body::new(body.text().owner(), part)).collect()
}
