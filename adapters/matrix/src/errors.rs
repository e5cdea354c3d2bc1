//! What a failed request means. Pure; it must never carry the server's own words, which name people.

use port::{Heal, Outcome, Refusal, RefusalScope};
use std::time::Duration;

/// How a request failed, told apart by what is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server answered with an error: it was certainly not done, unless the server itself is broken.
    Answered(Answer),
    /// The request never left.
    NotSent(&'static str),
    /// The request left and no answer came.
    Lost(&'static str),
    /// Something on our own side failed before anything was sent.
    Ours(&'static str),
}

/// A server's error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Matrix' own code, e.g. `M_FORBIDDEN`; empty when something before the homeserver answered.
    pub(crate) errcode: String,
    /// The wait that the server asks for.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the event that the request points at is unknown or elsewhere.
    pub(crate) orphan: bool,
}

impl Failure {
    /// In few words, for logs and health.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Answered(answer) if answer.errcode.is_empty() => {
                format!("the homeserver answered with HTTP status {}", answer.status)
            }
            Self::Answered(answer) => format!("the homeserver answered {} {}", answer.status, answer.errcode),
            Self::NotSent(why) | Self::Lost(why) | Self::Ours(why) => (*why).to_owned(),
        }
    }

    /// Whether the session is no longer valid.
    pub(crate) fn is_expired(&self) -> bool {
        self.answer().is_some_and(|answer| {
            answer.status == 401 || matches!(answer.errcode.as_str(), "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN")
        })
    }

    /// Whether the server will not do it for this account.
    pub(crate) fn is_refused(&self) -> bool {
        self.answer().is_some_and(|answer| matches!(answer.status, 400 | 403 | 404))
    }

    /// Whether the server does not know what was asked for.
    pub(crate) fn is_unknown(&self) -> bool {
        self.answer().is_some_and(|answer| answer.errcode == "M_NOT_FOUND")
    }

    /// Whether a reaction was there before.
    pub(crate) fn is_repeated_reaction(&self) -> bool {
        self.answer().is_some_and(|answer| answer.errcode == "M_DUPLICATE_ANNOTATION")
    }

    /// Whether the server does not know what the request points at.
    pub(crate) fn is_not_found(&self) -> bool {
        self.answer().is_some_and(|answer| answer.errcode == "M_NOT_FOUND" || answer.orphan)
    }

    /// Whether this account may not do it.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.answer().is_some_and(|answer| answer.errcode == "M_FORBIDDEN")
    }

    /// The wait that the server asks for.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.answer().and_then(|answer| answer.retry_after)
    }

    fn answer(&self) -> Option<&Answer> {
        if let Self::Answered(answer) = self { Some(answer) } else { None }
    }
}

/// What a failed request means for the operation behind it.
///
/// `in_topic` says whether the request pointed at a topic's root.
pub(crate) fn outcome(failure: &Failure, in_topic: bool) -> Outcome {
    let reason = failure.reason();
    let answer = match failure {
        Failure::NotSent(_) | Failure::Ours(_) => {
            return Outcome::Later { after: None, whole_channel: true, reason };
        }
        Failure::Lost(_) => return Outcome::Unknown { reason },
        Failure::Answered(answer) => answer,
    };
    let refused = |scope, why: &str| Outcome::Refused(Refusal::new(scope, why));
    match (answer.status, answer.errcode.as_str()) {
        (429, _) | (_, "M_LIMIT_EXCEEDED") => {
            Outcome::Later { after: answer.retry_after, whole_channel: true, reason }
        }
        (401, _)
        | (_, "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_RESOURCE_LIMIT_EXCEEDED" | "M_CONSENT_NOT_GIVEN")
        | (404 | 405, "" | "M_UNRECOGNIZED") => Outcome::Later { after: None, whole_channel: true, reason },
        (500.., _) | (_, "") => Outcome::Unknown { reason },
        (_, "M_TOO_LARGE") => refused(RefusalScope::Message, "the message is too large for Matrix"),
        (403, _) => refused(RefusalScope::Chat, "the bridge may not write in this room (any more)"),
        (404, _) => refused(RefusalScope::Chat, "the homeserver does not know this room"),
        _ if answer.orphan && in_topic => Outcome::Heal(Heal::TopicGone),
        (_, errcode) => {
            refused(RefusalScope::Message, &format!("the homeserver refused the message ({errcode})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, errcode: &str) -> Failure {
        Failure::Answered(Answer { status, errcode: errcode.to_owned(), ..Answer::default() })
    }

    fn verdict(failure: &Failure) -> &'static str {
        match outcome(failure, true) {
            Outcome::Later { .. } => "later",
            Outcome::Unknown { .. } => "unknown",
            Outcome::Heal(Heal::TopicGone) => "topic gone",
            Outcome::Refused(Refusal { scope: RefusalScope::Chat, .. }) => "refused chat",
            Outcome::Refused(Refusal { scope: RefusalScope::Message, .. }) => "refused message",
            Outcome::Heal(Heal::ChatMoved(_)) | Outcome::Delivered { .. } => "something else",
        }
    }

    #[test]
    fn every_failure_says_what_is_certain() {
        for (failure, wanted) in [
            (answered(429, "M_LIMIT_EXCEEDED"), "later"),
            (answered(429, ""), "later"),
            (answered(401, "M_UNKNOWN_TOKEN"), "later"),
            (answered(403, "M_FORBIDDEN"), "refused chat"),
            (answered(403, "M_RESOURCE_LIMIT_EXCEEDED"), "later"),
            (answered(404, "M_NOT_FOUND"), "refused chat"),
            (answered(404, "M_UNRECOGNIZED"), "later"),
            (answered(404, ""), "later"),
            (answered(413, "M_TOO_LARGE"), "refused message"),
            (answered(400, "M_BAD_JSON"), "refused message"),
            (answered(400, "M_UNKNOWN"), "refused message"),
            (answered(500, "M_UNKNOWN"), "unknown"),
            (answered(502, ""), "unknown"),
            (answered(504, ""), "unknown"),
            (Failure::Lost("no answer"), "unknown"),
            (Failure::NotSent("no connection"), "later"),
            (Failure::Ours("no session"), "later"),
        ] {
            assert_eq!(verdict(&failure), wanted, "{failure:?}");
        }
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_passed_on_exactly() {
        let wait = Some(Duration::from_millis(1234));
        let answer = Answer { status: 429, retry_after: wait, ..Answer::default() };
        let wanted = Outcome::Later {
            after: wait,
            whole_channel: true,
            reason: "the homeserver answered with HTTP status 429".to_owned(),
        };
        assert_eq!(outcome(&Failure::Answered(answer), false), wanted);
    }

    #[test]
    fn a_missing_root_is_a_topic_that_is_gone() {
        let answer =
            Answer { status: 400, errcode: "M_UNKNOWN".to_owned(), orphan: true, ..Answer::default() };
        assert_eq!(verdict(&Failure::Answered(answer.clone())), "topic gone");
        assert!(matches!(outcome(&Failure::Answered(answer), false), Outcome::Refused(_)));
    }
}
