//! A server that has as many active threads as Discord allows.

use super::bench::{Bench, create, customer, op, open, set};
use fake_discord::{Fault, Which};
use port::{Adapter, Health, Outcome, TopicId, TopicState, Voice};

/// A topic whose thread is closed, and in which somebody wrote since.
async fn closed_and_woken(bench: &Bench, id: &str) -> TopicId {
    let topic = bench.topic(id).await;
    let closed = set("Carla #7", TopicState::Closed, "done");
    bench.sent(&op(&format!("{id}-closed"), &bench.room, Some(&topic), closed)).await;
    bench.agent.says(topic.as_str(), "a late word");
    assert!(!is_archived(bench, &topic));
    topic
}

fn is_archived(bench: &Bench, topic: &TopicId) -> bool {
    bench.fake.channel(topic.as_str()).unwrap()["thread_metadata"]["archived"] == true
}

fn opening(bench: &Bench, id: &str) -> port::Op {
    op(id, &bench.room, None, open("Carla #7", TopicState::Waiting))
}

fn health(bench: &Bench) -> Health {
    bench.adapter.health().borrow().clone()
}

#[tokio::test]
async fn closed_topics_make_room_for_a_new_one_and_open_ones_stay() {
    for bench in [Bench::forum().await, Bench::text().await] {
        let waiting = bench.topic("op-1").await;
        let closed = closed_and_woken(&bench, "op-2").await;
        let reopened = closed_and_woken(&bench, "op-3").await;
        bench
            .sent(&op("op-4", &bench.room, Some(&reopened), set("Carla #7", TopicState::Overdue, "again")))
            .await;
        bench.fake.limit_active_threads(3);
        let opened = bench.topic("op-5").await;
        assert!(is_archived(&bench, &closed) && !is_archived(&bench, &opened));
        assert!(!is_archived(&bench, &waiting) && !is_archived(&bench, &reopened));
        // what is said in the archived one makes room in the same way, where there is some
        let late = op("op-6", &bench.room, Some(&closed), customer("one more thing"));
        assert!(matches!(bench.send(&late).await, Outcome::Later { after: Some(_), .. }));
        bench.fake.limit_active_threads(4);
        bench.sent(&late).await;
        assert_eq!(bench.texts(closed.as_str()).last().unwrap(), "one more thing");
    }
}

#[tokio::test]
async fn the_quietest_closed_topics_go_first_and_not_all_of_them() {
    let bench = Bench::forum().await;
    let mut closed = Vec::new();
    for number in 0..7 {
        closed.push(closed_and_woken(&bench, &format!("op-{number}")).await);
    }
    bench.agent.says(closed[0].as_str(), "the last word of all");
    bench.fake.limit_active_threads(7);
    bench.topic("op-new").await;
    let archived: Vec<bool> = closed.iter().map(|topic| is_archived(&bench, topic)).collect();
    assert_eq!(archived, [false, true, true, true, true, true, false]);
}

#[tokio::test]
async fn where_nothing_is_closed_it_waits_and_says_so_until_there_is_room() {
    let bench = Bench::forum().await;
    bench.adapter.shared.health.connected();
    bench.topic("op-1").await;
    bench.fake.limit_active_threads(1);
    let waiting = opening(&bench, "op-2");
    let outcome = bench.send(&waiting).await;
    assert!(matches!(outcome, Outcome::Later { after: Some(_), whole_channel: false, .. }), "{outcome:?}");
    let told = health(&bench);
    let is_told = matches!(&told, Health::Degraded { reason } if reason.contains(&bench.room) && reason.contains("active threads"));
    assert!(is_told, "{told:?}");
    for (id, fault) in [("op-3", Fault::Code(50_001)), ("op-4", Fault::AnswerLost)] {
        bench.fake.fail(Which::next("GET", "/threads/active"), fault);
        let outcome = bench.send(&opening(&bench, id)).await;
        assert!(matches!(outcome, Outcome::Later { .. }), "it was surely not opened: {outcome:?}");
    }
    bench.fake.limit_active_threads(2);
    assert!(matches!(bench.send(&waiting).await, Outcome::Delivered { .. }));
    assert_eq!(health(&bench), Health::Connected);
}

#[tokio::test]
async fn the_post_for_everything_else_is_made_in_a_full_server_and_is_never_archived_for_room() {
    let bench = Bench::forum().await;
    bench.fake.tag_forum(&bench.room, &["closed", "waiting", "answered", "overdue"]);
    bench.fake.require_tag(&bench.room);
    let closed = closed_and_woken(&bench, "op-1").await;
    bench.fake.limit_active_threads(1);
    bench.sent(&op("op-2", &bench.room, None, create(Voice::Bridge, "all is well"))).await;
    assert!(is_archived(&bench, &closed));
    let threads = bench.fake.threads(&bench.room);
    let general = threads.iter().find(|thread| thread["name"] == "Deskbridge").unwrap();
    assert_eq!(bench.fake.tags(general["id"].as_str().unwrap()), ["closed"]);
    assert!(matches!(bench.send(&opening(&bench, "op-3")).await, Outcome::Later { .. }));
}
