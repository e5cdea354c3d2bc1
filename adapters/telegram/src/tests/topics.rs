//! Topics against the Bot API.

use super::sending::{Stage, anna, post, private};
use fake_telegram::Fault;
use port::{Adapter, Found, Heal, Operation, Outcome, TopicId, TopicState};

fn open() -> Operation {
    let (title, card) = (private("Mia #1"), private("what is known"));
    Operation::OpenTopic { title, state: TopicState::Waiting, due: None, card }
}

fn set(title: &str, state: TopicState, card: &str) -> Operation {
    Operation::SetTopic { title: private(title), state, due: None, card: private(card) }
}

async fn opened(stage: &Stage) -> TopicId {
    let outcome = stage.deliver(&stage.to_team(None, open())).await;
    let Outcome::Delivered { topic: Some(topic), .. } = outcome else { panic!("it was {outcome:?}") };
    topic
}

fn number(topic: &TopicId) -> Option<i64> {
    topic.as_str().parse().ok()
}

#[tokio::test]
async fn a_topic_opens_with_its_card_pinned_and_unheard() {
    let stage = Stage::new().await;
    let topic = opened(&stage).await;
    let topics = stage.team.topics();
    assert_eq!((topics.len(), topics[0].name.as_str(), topics[0].color), (1, "🟡 Mia #1", 16_766_590));
    let seen = stage.team.shows(number(&topic));
    let card = seen.iter().find(|shown| shown.kind == "text").unwrap();
    assert_eq!(card.text, "what is known");
    assert!(card.pinned && card.silent);
}

#[tokio::test]
async fn a_topics_icon_shows_its_state_where_the_list_of_icons_can_be_had() {
    let stage = Stage::new().await;
    let topic = opened(&stage).await;
    let icon = || stage.team.topics()[0].icon.clone();
    let waiting = icon();
    assert!(waiting.is_some());
    stage.done(&stage.to_team(Some(topic), set("Mia #1", TopicState::Answered, "known"))).await;
    assert!(icon().is_some() && icon() != waiting);
    let stage = Stage::new().await;
    stage.fake.fails("getForumTopicIconStickers", Fault::ServerError);
    opened(&stage).await;
    assert_eq!((stage.team.topics()[0].icon.clone(), stage.fake.calls("createForumTopic").len()), (None, 1));
}

#[tokio::test]
async fn a_topic_whose_card_failed_is_not_opened_twice() {
    let mut stage = Stage::new().await;
    let op = stage.to_team(None, open());
    stage.fake.fails("sendMessage", Fault::TooMany(5));
    let outcome = stage.deliver(&op).await;
    assert!(matches!(outcome, Outcome::Later { whole_channel: false, .. }), "{outcome:?}");
    stage.restart();
    let Outcome::Delivered { parts, topic: Some(topic) } = stage.deliver(&op).await else {
        panic!("it was not opened")
    };
    assert_eq!((stage.team.topics().len(), parts.len()), (1, 1));
    assert_eq!(number(&topic), Some(stage.team.topics()[0].id));
}

#[tokio::test]
async fn a_card_that_is_refused_leaves_its_topic() {
    let stage = Stage::new().await;
    let words = "Bad Request: message is too long".to_owned();
    stage.fake.fails("sendMessage", Fault::Refused(400, words));
    let topic = opened(&stage).await;
    stage.done(&stage.to_team(Some(topic.clone()), set("Mia #1", TopicState::Waiting, "known now"))).await;
    let seen = stage.team.shows(number(&topic));
    assert!(seen.iter().any(|shown| shown.text == "known now" && shown.pinned));
}

#[tokio::test]
async fn a_topic_is_found_again_when_only_its_cards_answer_was_lost() {
    let mut stage = Stage::new().await;
    let op = stage.to_team(None, open());
    stage.fake.fails("sendMessage", Fault::CutAfter);
    let outcome = stage.deliver(&op).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    stage.restart();
    let Found::Yes { topic: Some(topic), .. } = stage.adapter.reconcile(&op).await else {
        panic!("it was not found")
    };
    assert_eq!(number(&topic), Some(stage.team.topics()[0].id));
    let op = stage.to_team(None, open());
    stage.fake.fails("createForumTopic", Fault::CutAfter);
    assert!(matches!(stage.deliver(&op).await, Outcome::Unknown { .. }));
    assert_eq!(stage.adapter.reconcile(&op).await, Found::CannotTell);
}

#[tokio::test]
async fn a_topic_shows_its_state_and_asks_only_for_what_is_new() {
    let mut stage = Stage::new().await;
    let topic = opened(&stage).await;
    let at = || Some(topic.clone());
    stage.done(&stage.to_team(at(), set("Mia #1", TopicState::Overdue, "late"))).await;
    assert_eq!(stage.team.topics()[0].name, "🔴 Mia #1");
    let requests = stage.fake.traffic().len();
    stage.restart();
    stage.done(&stage.to_team(at(), set("Mia #1", TopicState::Overdue, "late"))).await;
    assert_eq!(stage.fake.traffic().len(), requests);
    stage.done(&stage.to_team(at(), set("Mia #1", TopicState::Closed, "over"))).await;
    assert!(stage.team.topics()[0].closed);
    stage.done(&stage.to_team(at(), set("Mia #1", TopicState::Waiting, "again"))).await;
    assert!(!stage.team.topics()[0].closed);
    let texts = |shown: &fake_telegram::Shown| shown.kind == "text";
    let seen: Vec<_> = stage.team.shows(number(&topic)).into_iter().filter(texts).collect();
    assert_eq!((seen.len(), seen[0].text.as_str()), (1, "again"));
}

#[tokio::test]
async fn a_card_that_was_deleted_is_posted_again() {
    let stage = Stage::new().await;
    let topic = opened(&stage).await;
    let bea = stage.team.member("Bea").in_topic(number(&topic));
    let card = bea.sees().iter().find(|shown| shown.kind == "text").unwrap().id;
    bea.deletes(card);
    stage.done(&stage.to_team(Some(topic), set("Mia #1", TopicState::Waiting, "new card"))).await;
    assert!(bea.sees().iter().any(|shown| shown.text == "new card" && shown.pinned));
}

#[tokio::test]
async fn a_closed_topic_is_opened_for_a_message() {
    let stage = Stage::new().await;
    let topic = opened(&stage).await;
    stage.team.locks_closed_topics();
    stage.team.closes_topic(number(&topic).unwrap());
    stage.done(&stage.to_team(Some(topic), post(anna(), "one more thing", Vec::new()))).await;
    assert!(!stage.team.topics()[0].closed);
}

#[tokio::test]
async fn a_lost_topic_is_to_be_healed_whatever_is_done_to_it() {
    let stage = Stage::new().await;
    let topic = opened(&stage).await;
    stage.team.loses_topic(number(&topic).unwrap());
    for operation in [post(anna(), "too late", Vec::new()), set("Mia #2", TopicState::Answered, "x")] {
        let op = stage.to_team(Some(topic.clone()), operation);
        assert_eq!(stage.deliver(&op).await, Outcome::Heal(Heal::TopicGone), "{}", op.operation.word());
    }
}

#[tokio::test]
async fn a_bot_without_rights_says_which() {
    let stage = Stage::new().await;
    stage.team.grants(None);
    let Outcome::Refused(refusal) = stage.deliver(&stage.to_team(None, open())).await else {
        panic!("it was opened")
    };
    assert!(refusal.reason.contains("Administrators"), "{}", refusal.reason);
}
