//! Places from which the bot was shut out, and into which it is let again.

use super::bench::{customer, op, open};
use super::harness::Bench;
use crate::chats::Role;
use fake_discord::{Fault, Which, bits};
use port::{Adapter, NoMedia, Outcome, TopicState};

#[tokio::test]
async fn a_team_channel_that_is_closed_for_a_while_is_named_and_read_when_it_opens() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    let post = anna.opens_post(&bench.forum, "one", "card");
    anna.says(&post, "before");
    bench.hears_text("before").await;
    bench.fake.deny(&bench.forum, bits::VIEW_CHANNEL);
    let named = format!("The team's channel {} is not there", bench.forum);
    bench.says_of_itself(&named).await;
    anna.says(&post, "while it was closed");
    // what happens elsewhere does not make it forget where it was
    bench.fake.user("Carla").dm("meanwhile");
    bench.hears_text("meanwhile").await;
    bench.fake.deny(&bench.forum, 0);
    bench.hears_text("while it was closed").await;
    bench.is_well().await;
    anna.says(&post, "after");
    bench.hears_text("after").await;
    let mut texts = bench.texts_in(&bench.forum);
    texts.retain(|text| text != "card");
    assert_eq!(texts, ["before", "while it was closed", "after"]);
}

#[tokio::test]
async fn a_team_channel_that_is_closed_when_the_session_is_lost_loses_nothing() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    let (new, old) =
        (anna.opens_post(&bench.forum, "one", "card"), anna.opens_post(&bench.forum, "two", "card"));
    anna.says(&new, "in the new one");
    anna.says(&old, "in the old one");
    bench.hears_text("in the old one").await;
    bench.stop().await;
    // how far one of them was read is kept; the process ended before that was done for the other one
    let topic = Role::Topic { room: bench.forum.clone() };
    bench.adapter.shared.places.keep(&bench.shelf, &old, topic, old.clone()).await.unwrap();
    bench.fake.deny(&bench.forum, bits::VIEW_CHANNEL);
    bench.fake.forget_sessions();
    anna.says(&new, "new while it was closed");
    anna.says(&old, "old while it was closed");
    bench.renew();
    bench.start().await;
    bench.fake.user("Carla").dm("meanwhile");
    bench.hears_text("meanwhile").await;
    let asked = bench.fake.requests().iter().filter(|(_, path, _)| path.contains("/messages?")).count();
    assert_eq!(asked, 0, "what is surely refused is not asked for");
    bench.fake.deny(&bench.forum, 0);
    bench.hears_text("new while it was closed").await;
    bench.hears_text("old while it was closed").await;
}

#[tokio::test]
async fn a_team_channel_that_is_closed_is_named_by_the_next_process_too() {
    let mut bench = Bench::new().await;
    bench.start().await;
    bench.fake.deny(&bench.forum, bits::VIEW_CHANNEL);
    bench.fake.user("Carla").dm("hello");
    bench.hears_text("hello").await;
    bench.stop().await;
    bench.renew();
    bench.start().await;
    assert_eq!(bench.fake.resumed(), 1);
    bench.says_of_itself(&bench.forum).await;
}

#[tokio::test]
async fn a_channel_at_which_the_bot_may_not_look_is_named_and_asked_for_again_when_somebody_changed_something()
 {
    let mut bench = Bench::new().await;
    bench.start().await;
    bench.stop().await;
    // nothing but the session is left of what the channels are
    bench.renew();
    let look = format!("/channels/{}", bench.lobby);
    bench.fake.fail(Which::every("GET", &look), Fault::Code(50_001));
    bench.start().await;
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    for text in ["one", "two", "three", "four"] {
        anna.says(&bench.lobby, text);
    }
    let named = format!("Messages come from the channel {}", bench.lobby);
    bench.says_of_itself(&named).await;
    bench.fake.user("Carla").dm("meanwhile");
    bench.hears_text("meanwhile").await;
    let asked =
        |bench: &Bench| bench.fake.requests().iter().filter(|(_, path, _)| path.ends_with(&look)).count();
    assert!(asked(&bench) <= 2, "refused requests are counted");
    bench.fake.heal();
    bench.fake.deny(&bench.lobby, 0);
    bench.is_well().await;
    let before = asked(&bench);
    anna.says(&bench.lobby, "five");
    bench.fake.user("Dora").dm("later");
    bench.hears_text("later").await;
    assert_eq!(asked(&bench), before, "what is known is not asked for");
}

#[tokio::test]
async fn permissions_that_are_given_later_are_used_without_a_restart() {
    let mut bench = Bench::new().await;
    bench.fake.deny(&bench.forum, bits::MANAGE_CHANNELS | bits::MANAGE_WEBHOOKS);
    bench.start().await;
    let mut shown = Vec::new();
    for number in 0..2 {
        let opening = op(&format!("op-{number}"), &bench.forum, None, open("Carla #7", TopicState::Waiting));
        let Outcome::Delivered { topic: Some(topic), .. } = bench.adapter.deliver(&opening, &NoMedia).await
        else {
            panic!("it was not opened")
        };
        let said = op(&format!("op-{number}-said"), &bench.forum, Some(&topic), customer("hello"));
        let sent = bench.adapter.deliver(&said, &NoMedia).await;
        assert!(matches!(sent, Outcome::Delivered { .. }), "{sent:?}");
        let last = bench.fake.texts(topic.as_str()).pop().unwrap();
        shown.push((bench.fake.tags(topic.as_str()).len(), last.webhook.is_some()));
        // closed for a moment, so that it can be seen when it is looked at again
        bench.fake.deny(&bench.forum, bits::VIEW_CHANNEL);
        bench.says_of_itself(&bench.forum).await;
        bench.fake.deny(&bench.forum, 0);
        bench.is_well().await;
    }
    assert_eq!(shown, [(0, false), (1, true)]);
}

#[tokio::test]
async fn more_connections_than_one_are_asked_for_and_named() {
    let mut bench = Bench::new().await;
    bench.fake.recommend_shards(3);
    bench.start().await;
    bench.says_of_itself("recommends 3 connections").await;
    bench.fake.recommend_shards(1);
    bench.fake.forget_sessions();
    bench.stop().await;
    bench.renew();
    bench.cursor = port::Cursor::default();
    bench.start().await;
    bench.is_well().await;
}
