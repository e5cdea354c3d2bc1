//! What a failed request means. Pure. Discord's words hold no content, but only its numbers are trusted.
//!
//! The numbers are those of "Opcodes and Status Codes", section JSON, in Discord's documentation.

use crate::client::Failure;
use port::{Cause, Heal, MediaError, Outcome, Refusal, RefusalScope, ShelfError};
use std::time::Duration;

/// How long everything waits after Discord refused the token: a person has to mend it, and refused requests are counted.
const BAD_TOKEN_WAIT: Duration = Duration::from_mins(5);
/// How long is waited for room where Discord does not say how long: for open threads, or for messages at all.
const FULL_WAIT: Duration = Duration::from_mins(1);

pub(crate) const UNKNOWN_CHANNEL: u64 = 10_003;
pub(crate) const UNKNOWN_MESSAGE: u64 = 10_008;
pub(crate) const UNKNOWN_EMOJI: u64 = 10_014;
pub(crate) const UNKNOWN_WEBHOOK: u64 = 10_015;
pub(crate) const UNKNOWN_TAG: u64 = 10_087;
pub(crate) const SLOW_MODE: u64 = 20_016;
pub(crate) const ANNOUNCED_TOO_FAST: u64 = 20_022;
pub(crate) const FLAGGED: u64 = 20_026;
pub(crate) const WRITTEN_TOO_FAST: u64 = 20_028;
pub(crate) const TOO_MANY_REACTIONS: u64 = 30_010;
pub(crate) const TOO_MANY_EDITS: u64 = 30_046;
pub(crate) const DIRECT_TOO_FAST: u64 = 40_003;
pub(crate) const TOO_LARGE: u64 = 40_005;
pub(crate) const TAG_MISSING: u64 = 40_067;
pub(crate) const NO_ACCESS: u64 = 50_001;
pub(crate) const NOT_OWN_MESSAGE: u64 = 50_005;
pub(crate) const NOT_TO_THIS_USER: u64 = 50_007;
pub(crate) const NO_PERMISSION: u64 = 50_013;
pub(crate) const BAD_HOOK_TOKEN: u64 = 50_027;
pub(crate) const BAD_FORM: u64 = 50_035;
pub(crate) const ARCHIVED: u64 = 50_083;
pub(crate) const NO_COMMON_SERVER: u64 = 50_278;
pub(crate) const REACTION_BLOCKED: u64 = 90_001;
pub(crate) const HAS_THREAD: u64 = 160_004;
pub(crate) const LOCKED: u64 = 160_005;
pub(crate) const THREADS_FULL: u64 = 160_006;

/// Where something was to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// In a topic of the team's.
    Topic,
    /// In the team's chat itself.
    Room,
    /// In a customer's chat.
    Customer,
}

/// Why an operation was not carried out.
#[derive(Debug)]
pub(crate) enum Undone {
    /// A request failed.
    Failed(Failure),
    /// Anything else, as it is told.
    Told(Outcome),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<ShelfError> for Undone {
    fn from(_: ShelfError) -> Self {
        let reason = "the adapter's own rows failed".to_owned();
        Self::Told(Outcome::Later { after: None, whole_channel: true, reason })
    }
}

impl From<MediaError> for Undone {
    fn from(error: MediaError) -> Self {
        Self::Told(error.outcome())
    }
}

impl Undone {
    /// Discord's number for it, if Discord refused it.
    pub(crate) fn code(&self) -> u64 {
        if let Self::Failed(failure) = self { failure.code() } else { 0 }
    }
}

impl Failure {
    /// Discord's number for it, 0 where it has none.
    pub(crate) const fn code(&self) -> u64 {
        if let Self::Refused { code, .. } = self { *code } else { 0 }
    }

    /// Whether Discord takes the bot's token no more. A webhook's own token is another matter.
    pub(crate) const fn is_bad_token(&self) -> bool {
        matches!(self, Self::Refused { status: 401, code, .. } if *code != BAD_HOOK_TOKEN)
    }

    /// Whether a webhook does not exist any more.
    pub(crate) const fn is_hook_gone(&self) -> bool {
        matches!(self.code(), UNKNOWN_WEBHOOK | BAD_HOOK_TOKEN)
    }

    /// Whether what was asked for does not exist.
    pub(crate) const fn is_gone(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
            || matches!(self.code(), UNKNOWN_CHANNEL | UNKNOWN_MESSAGE)
    }

    /// Whether the bot may not do it.
    pub(crate) const fn is_forbidden(&self) -> bool {
        matches!(self, Self::Refused { status: 403, .. }) || matches!(self.code(), NO_ACCESS | NO_PERMISSION)
    }

    /// Whether a request has more bytes than Discord takes.
    pub(crate) const fn is_too_large(&self) -> bool {
        matches!(self, Self::Refused { status: 413, .. }) || self.code() == TOO_LARGE
    }

    /// Whether a thread takes nothing because it is archived or locked.
    pub(crate) const fn is_shut(&self) -> bool {
        matches!(self.code(), ARCHIVED | LOCKED)
    }

    /// Whether a field of the request is what Discord does not take.
    pub(crate) fn names(&self, field: &str) -> bool {
        let Self::Refused { fields, .. } = self else { return false };
        fields.iter().any(|path| path.split('.').any(|step| step == field))
    }

    /// In few words, for logs and health: numbers only.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::NotSent(why) | Self::Lost(why) => (*why).to_owned(),
            Self::Limited { .. } => "Discord asks to wait".to_owned(),
            Self::Refused { status, code: 0, .. } => format!("Discord answered with HTTP status {status}"),
            Self::Refused { status, code, .. } => format!("Discord answered {status} with error {code}"),
        }
    }
}

/// What a failed request means for the operation behind it.
pub(crate) fn outcome(failure: &Failure, spot: Spot) -> Outcome {
    let reason = failure.reason();
    let (status, code) = match failure {
        Failure::NotSent(_) => return Outcome::Later { after: None, whole_channel: true, reason },
        Failure::Lost(_) => return Outcome::Unknown { reason },
        Failure::Limited { after, global } => {
            return Outcome::Later { after: Some(*after), whole_channel: *global, reason };
        }
        Failure::Refused { status, code, .. } => (*status, *code),
    };
    if failure.is_bad_token() {
        return Outcome::Later { after: Some(BAD_TOKEN_WAIT), whole_channel: true, reason };
    }
    if status >= 500 {
        return Outcome::Unknown { reason };
    }
    if failure.is_too_large() {
        return Outcome::Refused(Refusal::because(
            Cause::FileTooLarge,
            "the files are larger than Discord takes",
        ));
    }
    if let Some(refused) = of_chat(code, spot).or_else(|| of_message(code)) {
        return refused;
    }
    if matches!(code, SLOW_MODE | ANNOUNCED_TOO_FAST | WRITTEN_TOO_FAST | DIRECT_TOO_FAST | THREADS_FULL) {
        return Outcome::Later { after: Some(FULL_WAIT), whole_channel: false, reason };
    }
    match status {
        403 => refused(RefusalScope::Chat, &format!("the bot may not write here ({reason})")),
        404 => refused(RefusalScope::Chat, &format!("Discord does not know this place ({reason})")),
        _ => refused(RefusalScope::Message, &reason),
    }
}

fn refused(scope: RefusalScope, why: &str) -> Outcome {
    Outcome::Refused(Refusal::new(scope, why))
}

/// What stands in the way of everything in this place.
fn of_chat(code: u64, spot: Spot) -> Option<Outcome> {
    let why = match (code, spot) {
        (UNKNOWN_CHANNEL | ARCHIVED | LOCKED, Spot::Topic) => return Some(Outcome::Heal(Heal::TopicGone)),
        (UNKNOWN_CHANNEL, _) => "the channel does not exist any more",
        (LOCKED, _) => "the thread is locked; a moderator has to unlock it",
        (ARCHIVED, _) => {
            "the thread is archived and cannot be reopened; give the bot the permission Manage Threads"
        }
        (NOT_TO_THIS_USER, _) => {
            "Discord lets the bot send them no direct message; they have to allow messages from members of the server"
        }
        (NO_COMMON_SERVER, _) => {
            "the bot has no server in common with them any more; they have to join it, or write from another place"
        }
        (FLAGGED, _) => {
            "Discord takes the bot for a source of unwanted messages; its owner has to appeal in the Developer Portal"
        }
        (NO_ACCESS, _) => "the bot does not see the channel; give it the permission View Channel",
        (NO_PERMISSION, _) => "the bot lacks a permission here; the command check names it",
        _ => return None,
    };
    Some(refused(RefusalScope::Chat, why))
}

/// What stands in the way of this message alone.
fn of_message(code: u64) -> Option<Outcome> {
    let because = |why: &str| Outcome::Refused(Refusal::because(Cause::NotPossible, why));
    Some(match code {
        200_000 => refused(RefusalScope::Message, "the server's AutoMod blocked the message"),
        240_000 => {
            refused(RefusalScope::Message, "Discord takes the message for harmful because of a link in it")
        }
        BAD_FORM => refused(RefusalScope::Message, "Discord does not take the message in this form"),
        UNKNOWN_MESSAGE => because("the message is not there any more"),
        TOO_MANY_EDITS => because("the message is older than an hour and was changed too often"),
        UNKNOWN_EMOJI => because("Discord does not have this emoji here"),
        TOO_MANY_REACTIONS => because("the message has as many reactions as it may have"),
        REACTION_BLOCKED => because("Discord does not let the bot react to this person"),
        50_003 | NOT_OWN_MESSAGE | 50_021 => because("the bot cannot change this message"),
        220_001..=220_004 => because("a forum takes messages in its posts alone"),
        _ => return None,
    })
}

/// A refusal of what the platform cannot do.
pub(crate) fn not_possible(reason: &str) -> Undone {
    Undone::Told(Outcome::Refused(Refusal::because(Cause::NotPossible, reason)))
}

#[cfg(test)]
#[path = "tests/errors.rs"]
mod tests;
