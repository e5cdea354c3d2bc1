//! What a failed request means for the operation behind it. Pure.
//!
//! Telegram tells its errors apart by words alone; the words are those of its server's source (`tdlib/telegram-bot-api`)
//! and hold no content, so they may be passed on.

use crate::client::Failure;
use port::{Cause, ChatId, Heal, Outcome, Refusal, RefusalScope};
use std::time::Duration;

/// What Telegram says when there is no such topic (any more).
const TOPIC_GONE: [&str; 5] =
    ["message thread not found", "topic_deleted", "topic deleted", "topic_id_invalid", "topic not found"];
/// What Telegram says when a whole chat takes nothing.
const CHAT_CLOSED: [&str; 8] = [
    "chat not found",
    "chat_write_forbidden",
    "not enough rights",
    "need administrator rights",
    "have no rights to send",
    "peer_id_invalid",
    "group chat was deactivated",
    "the chat is not a forum",
];
/// What Telegram says when it takes no such picture.
const NO_PHOTO: [&str; 6] = [
    "photo_invalid_dimensions",
    "image_process_failed",
    "photo_save_file_invalid",
    "photo_ext_invalid",
    "photo_invalid",
    "photo should be uploaded as a document",
];
/// What Telegram says when a file is not what it should be.
const NO_FILE: [&str; 6] = [
    "failed to get http url content",
    "file must be non-empty",
    "voice_messages_forbidden",
    "media_invalid",
    "media_empty",
    "sticker_invalid",
];

impl Failure {
    /// Whether Telegram's words hold any of these, which are in small letters.
    pub(crate) fn says(&self, words: &[&str]) -> bool {
        let Self::Refused { description, .. } = self else { return false };
        let description = description.to_ascii_lowercase();
        words.iter().any(|word| description.contains(word))
    }

    /// Whether what was asked for is so already.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.says(&["message is not modified", "topic_not_modified", "topic not modified"])
    }

    /// Whether the message that the request names is not there.
    pub(crate) fn is_message_gone(&self) -> bool {
        self.says(&[
            "message to edit not found",
            "message to delete not found",
            "message to react not found",
            "message to pin not found",
            "message_id_invalid",
        ])
    }

    /// Whether it could not be done because of the picture's form.
    pub(crate) fn is_no_photo(&self) -> bool {
        self.says(&NO_PHOTO)
    }

    /// Whether the bot lacks a right.
    pub(crate) fn is_no_right(&self) -> bool {
        self.says(&["not enough rights", "need administrator rights"])
    }

    /// Whether the topic is closed.
    pub(crate) fn is_topic_closed(&self) -> bool {
        self.says(&["topic_closed", "topic closed"])
    }

    /// Whether there is no such topic.
    pub(crate) fn is_topic_gone(&self) -> bool {
        self.says(&TOPIC_GONE)
    }

    /// Whether the bot may not react with this, here.
    pub(crate) fn is_no_reaction(&self) -> bool {
        self.says(&["reaction_invalid", "reaction_empty", "reactions_too_many", "reaction is not allowed"])
    }
}

/// What a failed request means. `in_topic` says whether it named one, `is_group` whether the chat is a group.
pub(crate) fn outcome(failure: &Failure, in_topic: bool, is_group: bool) -> Outcome {
    let later = |after: Option<u64>, whole_channel| Outcome::Later {
        after: after.map(Duration::from_secs),
        whole_channel,
        reason: failure.to_string(),
    };
    let (code, description) = match failure {
        Failure::NotSent(_) => return later(None, true),
        Failure::NoMethod(method) => return Outcome::Refused(no_method(method)),
        Failure::Lost(_) => return Outcome::Unknown { reason: failure.to_string() },
        Failure::Refused { migrate_to: Some(to), .. } => {
            return Outcome::Heal(Heal::ChatMoved(ChatId::new(to.to_string())));
        }
        // the limit of a group is its own; what a single person's chat runs into is mostly the bot's
        Failure::Refused { retry_after: Some(after), .. } => return later(Some(*after), !is_group),
        Failure::Refused { code, description, .. } => (*code, telegrams_words(description)),
    };
    match code {
        429 => later(None, !is_group),
        // the token, the server's address or another process: `run` says so
        401 | 404 | 409 => later(None, true),
        413 => Outcome::Refused(Refusal::because(Cause::FileTooLarge, "the file is too large for Telegram")),
        // whoever answered was not Telegram, which has not seen it
        ..500 if failure.is_bare() => later(None, true),
        500.. => Outcome::Unknown { reason: failure.to_string() },
        403 => Outcome::Refused(Refusal::new(RefusalScope::Chat, description)),
        _ => refused(failure, in_topic, description),
    }
}

/// A server that is older than a method. What it cannot send of files need not keep back the words.
fn no_method(method: &str) -> Refusal {
    let cause = if method.starts_with("send") { Cause::FileRefused } else { Cause::NotPossible };
    Refusal::because(cause, format!("this Bot API server does not know {method}"))
}

/// What a request means that Telegram understood and refused.
fn refused(failure: &Failure, in_topic: bool, description: String) -> Outcome {
    let because = |cause| Outcome::Refused(Refusal::because(cause, description.clone()));
    if in_topic && failure.is_topic_gone() {
        return Outcome::Heal(Heal::TopicGone);
    }
    // a group may take words and no photos
    if failure.says(&["not enough rights to send"]) && !failure.says(&["text messages"]) {
        return because(Cause::FileRefused);
    }
    if failure.is_no_right() {
        let reason = format!(
            "{description}. Open the group, then Edit, Administrators, and let the bot manage topics, pin and delete \
             messages"
        );
        return Outcome::Refused(Refusal::new(RefusalScope::Chat, reason));
    }
    if failure.says(&["the chat is not a forum"]) {
        let reason = format!("{description}. Open the group, then Edit, and switch Topics on");
        return Outcome::Refused(Refusal::new(RefusalScope::Chat, reason));
    }
    if failure.says(&CHAT_CLOSED) {
        return Outcome::Refused(Refusal::new(RefusalScope::Chat, description));
    }
    if failure.says(&["file is too big", "too large"]) {
        return because(Cause::FileTooLarge);
    }
    if failure.says(&["wrong file identifier", "wrong remote file", "file_reference", "invalid file_id"]) {
        return because(Cause::FileGone);
    }
    if failure.says(&NO_FILE) || failure.is_no_photo() {
        return because(Cause::FileRefused);
    }
    Outcome::Refused(Refusal::new(RefusalScope::Message, description))
}

/// Telegram's reason without the number in words before it.
fn telegrams_words(description: &str) -> String {
    let words = description.trim_start_matches("Bad Request: ").trim_start_matches("Forbidden: ");
    format!("Telegram says: {words}")
}

#[cfg(test)]
#[path = "tests/refusals.rs"]
mod tests;
