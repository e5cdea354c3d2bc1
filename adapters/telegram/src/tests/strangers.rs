//! Servers that are not quite Telegram's, and what stands between us and them.

use super::sending::{Stage, anna, post, private};
use fake_telegram::Fault;
use port::{Adapter, Cause, Mark, MessageId, Operation, Outcome, Probe, RefusalScope, Support, TopicState};

fn unknown() -> Fault {
    Fault::Refused(404, "Not Found".to_owned())
}

#[tokio::test]
async fn the_page_of_somebody_in_between_is_no_answer_of_telegrams() {
    let stage = Stage::new().await;
    for status in [302, 400, 403, 404, 407] {
        let op = stage.to_mia(post(anna(), &format!("hello {status}"), Vec::new()));
        stage.fake.fails("sendMessage", Fault::Page(status));
        let outcome = stage.deliver(&op).await;
        assert!(matches!(outcome, Outcome::Later { whole_channel: true, .. }), "{status}: {outcome:?}");
        assert_eq!(stage.done(&op).await.len(), 1);
    }
    assert_eq!(stage.mia.sees().len(), 5);
}

#[tokio::test]
async fn a_server_without_reactions_takes_no_marks_and_goes_on() {
    let stage = Stage::new().await;
    stage.adapter.shared.health.connected();
    stage.fake.fails_times("setMessageReaction", unknown(), 9);
    let wrote = stage.team.member("Anna").writes("!r hello");
    let message = MessageId::new(wrote.to_string());
    let mark = stage.to_team(None, Operation::Mark { message, mark: Mark::Delivered });
    let Outcome::Refused(refusal) = stage.deliver(&mark).await else { panic!("it was shown") };
    assert_eq!((refusal.scope, refusal.cause), (RefusalScope::Message, Cause::NotPossible));
    assert_eq!(stage.adapter.capabilities(&mark.chat).marks, Support::Rejected);
}

#[tokio::test]
async fn a_server_that_cannot_change_topics_holds_up_nobody() {
    let stage = Stage::new().await;
    stage.adapter.shared.health.connected();
    let (title, card) = (private("Mia #1"), private("known"));
    let open = Operation::OpenTopic { title: title.clone(), state: TopicState::Waiting, due: None, card };
    let Outcome::Delivered { topic, .. } = stage.deliver(&stage.to_team(None, open)).await else {
        panic!("it was not opened")
    };
    stage.fake.fails_times("editForumTopic", unknown(), 9);
    stage.fake.fails_times("closeForumTopic", unknown(), 9);
    let set = Operation::SetTopic { title, state: TopicState::Closed, due: None, card: private("over") };
    stage.done(&stage.to_team(topic, set)).await;
    assert_eq!(stage.team.topics()[0].name, "🟡 Mia #1");
}

#[tokio::test]
async fn before_the_server_answered_at_all_an_unknown_method_may_be_a_wrong_token() {
    let stage = Stage::new().await;
    stage.fake.fails("setMessageReaction", unknown());
    let mark = Operation::Mark { message: MessageId::new("1"), mark: Mark::Delivered };
    let outcome = stage.deliver(&stage.to_team(None, mark)).await;
    assert!(matches!(outcome, Outcome::Later { whole_channel: true, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_check_asks_nothing_of_a_server_that_it_does_not_know() {
    let stage = Stage::new().await;
    stage.fake.fails("getWebhookInfo", unknown());
    stage.fake.fails("getChatMember", unknown());
    let found = stage.adapter.probe(&[stage.to_team(None, post(anna(), "", Vec::new())).chat]).await;
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|probe| matches!(probe, Probe::Well(_))), "{found:?}");
}
