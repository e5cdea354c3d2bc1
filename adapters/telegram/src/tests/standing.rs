//! What the bot may not do in a team's group, and who sees it.

use super::sending::{Stage, private};
use super::stage;
use port::{Adapter, Health, Operation, Outcome, TopicState};

fn open() -> Operation {
    Operation::OpenTopic {
        title: private("Mia #1"),
        state: TopicState::Waiting,
        due: None,
        card: private("known"),
    }
}

fn set(state: TopicState, card: &str) -> Operation {
    Operation::SetTopic { title: private("Mia #1"), state, due: None, card: private(card) }
}

fn reason(health: &Health) -> &str {
    if let Health::Degraded { reason } = health { reason } else { "" }
}

#[tokio::test]
async fn looks_that_a_bot_may_not_change_hold_up_nobody_and_come_later() {
    let stage = Stage::new().await;
    stage.adapter.shared.health.connected();
    let health = stage.adapter.health();
    let Outcome::Delivered { topic, .. } = stage.deliver(&stage.to_team(None, open())).await else {
        panic!("it was not opened")
    };
    stage.team.grants(Some(&["can_pin_messages", "can_delete_messages"]));
    stage.done(&stage.to_team(topic.clone(), set(TopicState::Overdue, "late"))).await;
    assert_eq!(stage.team.topics()[0].name, "🟡 Mia #1");
    let thread = topic.as_ref().and_then(|topic| topic.as_str().parse().ok());
    assert!(stage.team.shows(thread).iter().any(|shown| shown.text == "late"), "the card needs no right");
    assert!(reason(&health.borrow()).contains("topics"), "{:?}", *health.borrow());
    stage.team.grants(Some(&["can_manage_topics", "can_pin_messages"]));
    stage.done(&stage.to_team(topic, set(TopicState::Overdue, "late"))).await;
    assert_eq!(stage.team.topics()[0].name, "🔴 Mia #1");
    assert_eq!(*health.borrow(), Health::Connected);
}

#[tokio::test]
async fn a_topic_that_cannot_be_opened_shows_in_the_connections_health() {
    let stage = Stage::new().await;
    stage.adapter.shared.health.connected();
    let health = stage.adapter.health();
    stage.team.grants(Some(&[]));
    let op = stage.to_team(None, open());
    assert!(matches!(stage.deliver(&op).await, Outcome::Refused(_)));
    assert!(reason(&health.borrow()).contains("Administrators"), "{:?}", *health.borrow());
    stage.team.grants(Some(&["can_manage_topics"]));
    stage.done(&op).await;
    assert_eq!(*health.borrow(), Health::Connected);
}

#[tokio::test]
async fn a_bot_that_is_no_administrator_says_so_from_the_start() {
    let mut stage = stage::Stage::new().await;
    stage.group.grants(None);
    stage.run(None);
    let health = stage.healthy("degraded", |health| matches!(health, Health::Degraded { .. })).await;
    assert!(reason(&health).contains("no administrator"), "{health:?}");
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn who_knows_who_it_is_knows_where_customers_write() {
    let stage = Stage::new().await;
    assert_eq!(stage.adapter.entrance(), None);
    stage.adapter.shared.me().await.unwrap();
    assert_eq!(stage.adapter.entrance().unwrap(), "https://t.me/desk_test_bot");
}
