//! What Discord's refusals mean for the outbox.

use super::*;

fn answered(status: u16, code: u64) -> Failure {
    Failure::Refused { status, code, message: "somebody's words".to_owned(), fields: Vec::new() }
}

fn verdict(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Later { whole_channel: true, .. } => "channel later",
        Outcome::Later { .. } => "later",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Heal(Heal::TopicGone) => "topic gone",
        Outcome::Refused(Refusal { cause: Cause::FileTooLarge, .. }) => "file too large",
        Outcome::Refused(Refusal { scope: RefusalScope::Chat, .. }) => "chat",
        Outcome::Refused(_) => "message",
        Outcome::Heal(Heal::ChatMoved(_)) | Outcome::Delivered { .. } => "something else",
    }
}

#[test]
fn every_failure_says_what_is_certain() {
    for (failure, in_topic, to_customer) in [
        (Failure::NotSent("no connection"), "channel later", "channel later"),
        (Failure::Lost("no answer"), "unknown", "unknown"),
        (answered(401, 0), "channel later", "channel later"),
        (answered(403, 50_001), "chat", "chat"),
        (answered(403, 50_013), "chat", "chat"),
        (answered(403, 50_007), "chat", "chat"),
        (answered(403, 50_278), "chat", "chat"),
        (answered(403, 0), "chat", "chat"),
        (answered(404, 10_003), "topic gone", "chat"),
        (answered(404, 10_008), "message", "message"),
        (answered(404, 0), "chat", "chat"),
        (answered(400, 160_005), "topic gone", "chat"),
        (answered(400, 50_083), "topic gone", "chat"),
        (answered(400, 160_006), "later", "later"),
        (answered(429, 40_003), "later", "later"),
        (answered(400, 20_016), "later", "later"),
        (answered(400, 20_028), "later", "later"),
        (answered(403, 20_026), "chat", "chat"),
        (answered(429, 30_046), "message", "message"),
        (answered(400, 50_035), "message", "message"),
        (answered(400, 200_000), "message", "message"),
        (answered(400, 240_000), "message", "message"),
        (answered(400, 40_005), "file too large", "file too large"),
        (answered(413, 0), "file too large", "file too large"),
        (answered(400, 7), "message", "message"),
        (answered(500, 0), "unknown", "unknown"),
        (answered(502, 0), "unknown", "unknown"),
    ] {
        assert_eq!(verdict(&outcome(&failure, Spot::Topic)), in_topic, "{failure:?}");
        assert_eq!(verdict(&outcome(&failure, Spot::Customer)), to_customer, "{failure:?}");
    }
}

#[test]
fn a_wait_is_passed_on_exactly() {
    let after = Duration::from_millis(1234);
    for global in [false, true] {
        let told = outcome(&Failure::Limited { after, global }, Spot::Room);
        let Outcome::Later { after: Some(told), whole_channel, .. } = told else { panic!("{told:?}") };
        assert_eq!((told, whole_channel), (after, global));
    }
}

#[test]
fn no_reason_holds_the_servers_words() {
    for code in [0, 10_003, 50_007, 50_035, 7] {
        for status in [400, 403, 404, 500] {
            let told = format!("{:?}", outcome(&answered(status, code), Spot::Customer));
            assert!(!told.contains("somebody"), "{told}");
        }
    }
}

#[test]
fn a_field_is_named_at_any_depth() {
    let fields = vec!["message.avatar_url".to_owned(), "embeds.0.author".to_owned()];
    let failure = Failure::Refused { status: 400, code: BAD_FORM, message: String::new(), fields };
    assert!(failure.names("avatar_url") && failure.names("author"));
    assert!(!failure.names("avatar"));
}
