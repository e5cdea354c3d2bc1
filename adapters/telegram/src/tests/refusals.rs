//! What Telegram's refusals mean for the outbox.

use super::*;

fn refused(code: u16, description: &str) -> Failure {
    Failure::Refused { code, description: description.to_owned(), retry_after: None, migrate_to: None }
}

fn verdict(failure: &Failure) -> &'static str {
    match outcome(failure, true, true) {
        Outcome::Later { .. } => "later",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Heal(Heal::TopicGone) => "topic gone",
        Outcome::Heal(Heal::ChatMoved(_)) => "moved",
        Outcome::Refused(Refusal { scope: RefusalScope::Chat, .. }) => "chat",
        Outcome::Refused(Refusal { cause: Cause::FileTooLarge, .. }) => "too large",
        Outcome::Refused(Refusal { cause: Cause::FileGone, .. }) => "file gone",
        Outcome::Refused(Refusal { cause: Cause::FileRefused, .. }) => "file refused",
        Outcome::Refused(Refusal { scope: RefusalScope::Message, .. }) => "message",
        Outcome::Delivered { .. } => "delivered",
    }
}

#[test]
fn every_failure_says_what_is_certain() {
    for (failure, wanted) in [
        (Failure::NotSent("no connection"), "later"),
        (Failure::Lost("no answer"), "unknown"),
        (refused(500, "Internal Server Error"), "unknown"),
        (refused(502, "HTTP status 502"), "unknown"),
        (refused(429, "Too Many Requests: retry later"), "later"),
        (refused(401, "Unauthorized"), "later"),
        (refused(404, "Not Found"), "later"),
        (refused(409, "Conflict: terminated by other getUpdates request"), "later"),
        (refused(302, "HTTP status 302"), "later"),
        (refused(400, "HTTP status 400"), "later"),
        (refused(403, "HTTP status 403"), "later"),
        (refused(413, "HTTP status 413"), "too large"),
        (Failure::NoMethod("sendSticker".to_owned()), "file refused"),
        (Failure::NoMethod("setMessageReaction".to_owned()), "message"),
        (refused(413, "Request Entity Too Large"), "too large"),
        (refused(403, "Forbidden: bot was blocked by the user"), "chat"),
        (refused(403, "Forbidden: user is deactivated"), "chat"),
        (refused(403, "Forbidden: bot was kicked from the supergroup chat"), "chat"),
        (refused(400, "Bad Request: chat not found"), "chat"),
        (refused(400, "Bad Request: not enough rights to send text messages to the chat"), "chat"),
        (refused(400, "Bad Request: not enough rights to send photos to the chat"), "file refused"),
        (refused(400, "Bad Request: not enough rights to send voice notes to the chat"), "file refused"),
        (refused(400, "Bad Request: message thread not found"), "topic gone"),
        (refused(400, "Bad Request: TOPIC_DELETED"), "topic gone"),
        (refused(400, "Bad Request: TOPIC_ID_INVALID"), "topic gone"),
        (refused(400, "Bad Request: message is too long"), "message"),
        (refused(400, "Bad Request: file is too big"), "too large"),
        (refused(400, "Bad Request: wrong file identifier/HTTP URL specified"), "file gone"),
        (refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), "file refused"),
        (refused(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"), "file refused"),
    ] {
        assert_eq!(verdict(&failure), wanted, "{failure:?}");
    }
}

#[test]
fn a_wait_is_obeyed_exactly_and_holds_for_a_group_alone() {
    let failure = Failure::Refused {
        code: 429,
        description: "Too Many Requests: retry after 17".to_owned(),
        retry_after: Some(17),
        migrate_to: None,
    };
    for (is_group, whole) in [(true, false), (false, true)] {
        let Outcome::Later { after, whole_channel, .. } = outcome(&failure, false, is_group) else {
            panic!("it is not for later")
        };
        assert_eq!((after, whole_channel), (Some(Duration::from_secs(17)), whole));
    }
}

#[test]
fn a_group_that_grew_up_is_told_with_its_new_id() {
    let failure = Failure::Refused {
        code: 400,
        description: "Bad Request: group chat was upgraded to a supergroup chat".to_owned(),
        retry_after: None,
        migrate_to: Some(-100_123),
    };
    assert_eq!(outcome(&failure, false, true), Outcome::Heal(Heal::ChatMoved(ChatId::new("-100123"))));
}

#[test]
fn a_lost_topic_is_none_where_no_topic_was_named() {
    let outcome = outcome(&refused(400, "Bad Request: message thread not found"), false, true);
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
}
