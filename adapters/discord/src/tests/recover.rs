//! Nothing is lost when connections, sessions or processes end.

use super::harness::Bench;
use crate::chats::Role;
use fake_discord::{Fake, Fault, User, Which};
use port::{Adapter, AdapterError, Health};
use std::collections::BTreeSet;
use std::time::Duration;

/// Somebody who wrote before the process ended.
async fn away_from_carla(bench: &mut Bench) -> User {
    bench.start().await;
    let carla = bench.fake.user("Carla");
    carla.dm("before");
    bench.hears_text("before").await;
    bench.stop().await;
    carla
}

#[tokio::test]
async fn the_next_process_resumes_and_hears_even_of_a_new_customer() {
    let mut bench = Bench::new().await;
    let carla = away_from_carla(&mut bench).await;
    carla.dm("between");
    bench.fake.user("Dora").dm("for the first time");
    bench.renew();
    bench.start().await;
    bench.hears_text("between").await;
    bench.hears_text("for the first time").await;
    assert_eq!((bench.fake.identified(), bench.fake.resumed()), (1, 1));
}

#[tokio::test]
async fn without_a_session_every_known_place_is_read() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let (carla, anna) = (bench.fake.user("Carla"), bench.fake.user("Anna"));
    bench.guild.join(&anna);
    let post = anna.opens_post(&bench.forum, "one", "card");
    carla.dm("before");
    anna.says(&post, "a note before");
    bench.hears_text("before").await;
    bench.hears_text("a note before").await;
    bench.stop().await;
    bench.fake.forget_sessions();
    let missed: Vec<String> = (0..250).map(|number| format!("missed {number}")).collect();
    for text in &missed {
        carla.dm(text);
    }
    anna.says(&post, "a note between");
    let opened = anna.opens_post(&bench.forum, "two", "another card");
    anna.says(&opened, "in a new post");
    bench.renew();
    bench.start().await;
    bench.hears_text("a note between").await;
    bench.hears_text("in a new post").await;
    bench.hears_text("missed 249").await;
    let mut seen = BTreeSet::new();
    let texts = bench.texts_in(&carla.direct());
    let order: Vec<_> = texts.into_iter().filter(|text| seen.insert(text.clone())).collect();
    let mut wanted = vec!["before".to_owned()];
    wanted.extend(missed);
    assert_eq!(order, wanted);
    // from then on the new session is resumed
    carla.dm("after");
    bench.hears_text("after").await;
    bench.stop().await;
    let resumed = bench.fake.resumed();
    bench.start().await;
    assert_eq!(bench.fake.resumed(), resumed + 1);
}

#[tokio::test]
async fn a_lost_session_is_shown_until_what_was_said_meanwhile_is_here() {
    let mut bench = Bench::new().await;
    let carla = away_from_carla(&mut bench).await;
    bench.fake.forget_sessions();
    carla.dm("missed");
    bench.renew();
    let look = format!("/channels/{}/messages", carla.direct());
    bench.fake.fail(Which::every("GET", &look), Fault::Status(502));
    bench.start().await;
    bench.says_of_itself("never wrote before").await;
    bench.fake.heal();
    bench.hears_text("missed").await;
    bench.is_well().await;
}

#[tokio::test]
async fn what_is_said_while_the_rest_is_fetched_keeps_its_order() {
    let mut bench = Bench::new().await;
    let carla = away_from_carla(&mut bench).await;
    bench.fake.forget_sessions();
    carla.dm("missed");
    // the first look fails, so that the live message is there before it succeeds
    let look = Which::next("GET", &format!("/channels/{}/messages", carla.direct()));
    bench.fake.fail(look, Fault::Status(502));
    bench.renew();
    bench.start().await;
    carla.dm("live");
    bench.hears_text("live").await;
    let mut texts = bench.texts_in(&carla.direct());
    texts.dedup();
    assert_eq!(texts, ["before", "missed", "live"]);
}

#[tokio::test]
async fn broken_connections_are_made_again() {
    for (number, break_it) in [
        (|fake: &Fake| fake.cut_gateway()) as fn(&Fake),
        |fake| fake.ask_to_reconnect(),
        |fake| fake.close_gateway(4000),
        |fake| fake.invalidate(true),
        |fake| fake.invalidate(false),
        |fake| fake.close_gateway(4009),
    ]
    .into_iter()
    .enumerate()
    {
        let mut bench = Bench::new().await;
        bench.start().await;
        let carla = bench.fake.user("Carla");
        carla.dm("before");
        bench.hears_text("before").await;
        let text = format!("after {number}");
        let before = (bench.fake.identified(), bench.fake.resumed());
        break_it(&bench.fake);
        carla.dm(&text);
        bench.fake.until("another session", |fake| (fake.identified(), fake.resumed()) != before).await;
        bench.hears_text(&text).await;
        assert_eq!(bench.fake.complaints(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn whoever_is_sent_away_at_once_comes_back_more_and_more_slowly() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let began = crate::clock::moment();
    for number in 1..3 {
        bench.fake.ask_to_reconnect();
        bench.fake.until("another connection", |fake| fake.resumed() == number).await;
    }
    assert!(began.elapsed() >= Duration::from_millis(1500), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_gateway_that_is_away_is_told_and_waited_for() {
    let mut bench = Bench::new().await;
    bench.start().await;
    bench.fake.open_gateway(false);
    bench.fake.cut_gateway();
    bench.shows("down", |health| matches!(health, Health::Down { .. })).await;
    bench.fake.open_gateway(true);
    bench.is_well().await;
}

#[tokio::test]
async fn a_wrong_token_and_a_missing_intent_end_the_run_with_what_to_do() {
    let mut bench = Bench::new().await;
    bench.fake.enable_content(false);
    bench.launch();
    let ended = bench.ended().await;
    assert!(
        matches!(&ended, AdapterError::Config(what) if what.contains("Message Content Intent")),
        "{ended}"
    );
    let shown = bench.adapter.health().borrow().clone();
    let is_shown = matches!(&shown, Health::Down { reason, .. } if reason.contains("Message Content Intent"));
    assert!(is_shown, "{shown:?}");
    bench.fake.enable_content(true);
    bench.fake.revoke_token();
    bench.launch();
    let ended = bench.ended().await;
    assert!(matches!(ended, AdapterError::BadCredentials(_)), "{ended}");
    assert!(matches!(*bench.adapter.health().borrow(), Health::BadCredentials { .. }));
}

#[tokio::test]
async fn a_place_that_is_closed_is_asked_once() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    let post = anna.opens_post(&bench.forum, "one", "card");
    anna.says(&post, "a note");
    bench.hears_text("a note").await;
    bench.stop().await;
    let topic = Role::Topic { room: bench.forum.clone() };
    bench.adapter.shared.places.keep(&bench.shelf, &post, topic, post.clone()).await.unwrap();
    bench.fake.delete_channel(&post);
    for _ in 0..2 {
        bench.fake.forget_sessions();
        bench.renew();
        bench.start().await;
        let carla = bench.fake.user("Carla");
        carla.dm("well");
        bench.hears("a message", |one| one.author.account.as_str() == carla.id()).await;
        bench.stop().await;
    }
    let path = format!("/channels/{post}/messages");
    let asked = bench.fake.requests().iter().filter(|(_, path_of, _)| path_of.contains(&path)).count();
    assert_eq!(asked, 1);
}
