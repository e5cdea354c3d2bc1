//! Topics of the team.

use super::bench::{Bench, create, customer, op, open, set};
use fake_discord::{Fault, Which};
use port::{Adapter, Found, Heal, Outcome, TopicId, TopicState, Voice};

#[tokio::test]
async fn a_post_opens_with_its_card_and_shows_its_state_by_a_tag() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    let post = bench.fake.channel(topic.as_str()).unwrap();
    assert_eq!(post["name"], "Carla #7");
    assert_eq!(bench.fake.tags(topic.as_str()), ["Waiting"]);
    assert_eq!(bench.texts(topic.as_str()), ["**🟡 Carla #7**\nwho and what"]);
    assert_eq!(bench.topic("op-1").await, topic, "a repeat gives the first result");
    assert_eq!(bench.fake.threads(&bench.room).len(), 1);
}

#[tokio::test]
async fn a_topic_shows_its_new_title_state_and_card() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    for id in ["op-2", "op-2"] {
        bench.sent(&op(id, &bench.room, Some(&topic), set("Carla C. #7", TopicState::Overdue, "new"))).await;
    }
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["name"], "Carla C. #7");
    assert_eq!(bench.fake.tags(topic.as_str()), ["Overdue"]);
    assert_eq!(bench.texts(topic.as_str()), ["**🔴 Carla C. #7**\nnew"]);

    bench.sent(&op("op-3", &bench.room, Some(&topic), set("Carla C. #7", TopicState::Closed, "done"))).await;
    let post = bench.fake.channel(topic.as_str()).unwrap();
    assert_eq!(post["thread_metadata"]["archived"], true);
    assert_eq!(post["thread_metadata"]["locked"], false);
    bench.sent(&op("op-4", &bench.room, Some(&topic), customer("one more thing"))).await;
    bench
        .sent(&op("op-5", &bench.room, Some(&topic), set("Carla C. #7", TopicState::Waiting, "again")))
        .await;
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["thread_metadata"]["archived"], false);
    assert_eq!(bench.fake.tags(topic.as_str()), ["Waiting"]);
}

#[tokio::test]
async fn a_name_that_may_not_change_now_holds_nothing_up() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.fake.limit_renames();
    for (number, state) in
        [TopicState::Waiting, TopicState::Answered, TopicState::Overdue, TopicState::Answered]
            .into_iter()
            .enumerate()
    {
        let new = set(&format!("Name {number}"), state, &format!("card {number}"));
        bench.sent(&op(&format!("op-{number}x"), &bench.room, Some(&topic), new)).await;
    }
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["name"], "Name 1");
    assert_eq!(bench.fake.tags(topic.as_str()), ["Answered"]);
    assert_eq!(bench.texts(topic.as_str()), ["**🟢 Name 3**\ncard 3"]);
}

#[tokio::test]
async fn tags_that_are_there_are_used_and_others_stay() {
    let bench = Bench::forum().await;
    let tags = bench.fake.tag_forum(&bench.room, &["VIP", "🟡 offen", "answered", "OVERDUE", "closed"]);
    let topic = bench.topic("op-1").await;
    assert_eq!(bench.fake.tags(topic.as_str()), ["🟡 offen"]);
    assert_eq!(bench.asked("PATCH", &bench.room), 0);
    let body = serde_json::json!({ "applied_tags": [tags[0], tags[1]] });
    let errand = op("op-2", &bench.room, Some(&topic), set("Carla #7", TopicState::Answered, "x"));
    let client = &bench.adapter.shared.client;
    let path = format!("/channels/{topic}");
    let route = crate::client::Route { method: &reqwest::Method::PATCH, path: &path, own_token: false };
    client.call(route, &body, crate::client::WAIT).await.unwrap();
    bench.sent(&errand).await;
    let mut shown = bench.fake.tags(topic.as_str());
    shown.sort();
    assert_eq!(shown, ["VIP", "answered"]);
}

#[tokio::test]
async fn without_tags_the_sign_stands_before_the_name() {
    let bench = Bench::forum().await;
    bench.fake.fail(Which::every("PATCH", &bench.room), Fault::Code(50_013));
    let topic = bench.topic("op-1").await;
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["name"], "🟡 Carla #7");
    bench.sent(&op("op-2", &bench.room, Some(&topic), set("Carla #7", TopicState::Answered, "x"))).await;
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["name"], "🟢 Carla #7");
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_is_found_and_not_opened_twice() {
    for reconciles in [true, false] {
        let mut bench = Bench::forum().await;
        bench.topic("op-0").await;
        let lost = op("op-1", &bench.room, None, open("Carla #7", TopicState::Waiting));
        bench.fake.fail(Which::next("POST", "/threads"), Fault::AnswerLost);
        assert!(matches!(bench.send(&lost).await, Outcome::Unknown { .. }));
        bench.restart();
        let there: Vec<String> = bench
            .fake
            .threads(&bench.room)
            .iter()
            .map(|thread| thread["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(there.len(), 2);
        if reconciles {
            let found = bench.adapter.reconcile(&lost).await;
            let Found::Yes { topic: Some(topic), .. } = found else { panic!("{found:?}") };
            assert_eq!(topic.as_str(), there[1]);
        }
        assert_eq!(bench.topic("op-1").await.as_str(), there[1]);
        assert_eq!(bench.fake.threads(&bench.room).len(), 2);
    }
}

#[tokio::test]
async fn in_a_text_channel_a_topic_is_a_thread_below_its_card() {
    let bench = Bench::text().await;
    let lost = op("op-1", &bench.room, None, open("Carla #7", TopicState::Waiting));
    bench.fake.fail(Which::next("POST", "/threads"), Fault::AnswerLost);
    assert!(matches!(bench.send(&lost).await, Outcome::Unknown { .. }));
    assert!(matches!(bench.adapter.reconcile(&lost).await, Found::Yes { topic: Some(_), .. }));
    let topic = bench.topic("op-1").await;
    assert_eq!(bench.texts(&bench.room), ["**🟡 Carla #7**\nwho and what"]);
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["name"], "🟡 Carla #7");
    bench.sent(&op("op-2", &bench.room, Some(&topic), set("Carla #7", TopicState::Answered, "new"))).await;
    assert_eq!(bench.texts(&bench.room), ["**🟢 Carla #7**\nnew"]);
    bench.sent(&op("op-3", &bench.room, Some(&topic), customer("hello"))).await;
    assert_eq!(bench.texts(topic.as_str()), ["hello"]);
}

#[tokio::test]
async fn what_belongs_to_no_topic_has_a_post_of_its_own() {
    let mut bench = Bench::forum().await;
    bench.sent(&op("op-1", &bench.room, None, create(Voice::Bridge, "all is well"))).await;
    bench.restart();
    bench.sent(&op("op-2", &bench.room, None, create(Voice::Bridge, "still"))).await;
    let threads = bench.fake.threads(&bench.room);
    assert_eq!(threads.len(), 1);
    let general = threads[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.texts(&general), ["📌", "all is well", "still"]);
    bench.fake.delete_channel(&general);
    let again = op("op-3", &bench.room, None, create(Voice::Bridge, "new place"));
    assert!(matches!(bench.send(&again).await, Outcome::Later { .. }));
    bench.sent(&again).await;
    let general = bench.fake.threads(&bench.room)[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.texts(&general), ["📌", "new place"]);
}

#[tokio::test]
async fn a_forum_that_wants_a_tag_gets_one() {
    let bench = Bench::forum().await;
    let tags = bench.fake.tag_forum(&bench.room, &["Shipping"]);
    bench.fake.require_tag(&bench.room);
    bench.sent(&op("op-1", &bench.room, None, create(Voice::Bridge, "all is well"))).await;
    assert_eq!(bench.fake.threads(&bench.room)[0]["applied_tags"], serde_json::json!([tags[0]]));
}

#[tokio::test]
async fn a_card_that_was_changed_too_often_does_not_hold_up_its_topic() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.fake.fail(Which::every("PATCH", "/messages/"), Fault::Code(30_046));
    let closed = op("op-2", &bench.room, Some(&topic), set("Carla #7", TopicState::Closed, "new"));
    bench.sent(&closed).await;
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["thread_metadata"]["archived"], true);
}

#[tokio::test]
async fn an_archived_topic_is_opened_again_and_a_locked_one_too() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    for (locked, id) in [(false, "op-2"), (true, "op-3")] {
        bench.fake.archive(topic.as_str(), locked);
        bench.sent(&op(id, &bench.room, Some(&topic), customer("x"))).await;
        bench.fake.archive(topic.as_str(), locked);
        bench
            .sent(&op(
                &format!("{id}s"),
                &bench.room,
                Some(&topic),
                set("Carla #7", TopicState::Waiting, "x"),
            ))
            .await;
        assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["thread_metadata"]["archived"], false);
    }
}

#[tokio::test]
async fn a_topic_that_is_gone_is_told() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.fake.delete_channel(topic.as_str());
    for topic in [topic, TopicId::new("not an id")] {
        let outcome =
            bench.send(&op("op-2", &bench.room, Some(&topic), set("x", TopicState::Waiting, "x"))).await;
        assert_eq!(outcome, Outcome::Heal(Heal::TopicGone));
    }
}
