//! Matters that customers open, with a command, a button or a form.

use super::harness::Bench;
use crate::{Matters, api};
use fake_discord::{Fake, Fault, Which};
use port::InboundKind;
use serde_json::json;

pub(super) async fn registered(bench: &Bench) {
    let server = bench.guild.id();
    bench.fake.until("the commands", |fake| !fake.commands(Some(&server)).is_empty()).await;
}

#[tokio::test]
async fn a_matter_from_a_server_goes_on_in_a_direct_message() {
    let mut bench = Bench::new().await;
    bench.start().await;
    registered(&bench).await;
    let carla = bench.fake.user("Carla");
    bench.guild.join(&carla);
    let pressed = carla.command(&bench.lobby, "contact", Some(("text", "my *parcel*")), "de");
    let heard = bench.hears_text("my *parcel*").await;
    assert_eq!(
        (heard.chat.as_str(), heard.message.as_str()),
        (carla.direct().as_str(), format!("i:{pressed}").as_str())
    );
    assert_eq!(heard.author.account.as_str(), carla.id());
    bench.fake.until("the answer", |fake| fake.pressed(&pressed).text.is_some()).await;
    let shown = bench.fake.pressed(&pressed);
    assert!(
        shown.ephemeral && shown.text.as_ref().unwrap().starts_with("Es geht hier weiter: https://"),
        "{shown:?}"
    );
    assert_eq!(bench.fake.texts(&carla.direct()).last().unwrap().content, r"> my \*parcel\*");

    carla.command(&bench.lobby, "contact", None, "en-GB");
    let started = bench.hears("a start", |one| matches!(one.kind, InboundKind::Started { .. })).await;
    assert!(matches!(&started.kind, InboundKind::Started { language: Some(tag), .. } if tag == "en-GB"));
    carla.dm("and then");
    bench.hears_text("and then").await;
    assert_eq!(bench.fake.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_place_that_has_to_wait_is_opened_once_and_loses_no_words() {
    for matters in [Matters::DirectMessage, Matters::PrivateThread] {
        let mut bench = Bench::with(matters).await;
        bench.start().await;
        registered(&bench).await;
        let carla = bench.fake.user("Carla");
        bench.guild.join(&carla);
        for path in ["/users/@me/channels", "/thread-members/"] {
            bench.fake.fail(Which::next("", path), Fault::Limited { after: 0.1, global: false });
        }
        carla.command(&bench.lobby, "contact", Some(("text", "my parcel")), "en-US");
        bench.hears_text("my parcel").await;
        let threads = usize::from(matters == Matters::PrivateThread);
        assert_eq!(bench.fake.threads(&bench.lobby).len(), threads);
    }
}

#[tokio::test]
async fn who_takes_no_messages_is_told_so_and_what_they_wrote_is_kept() {
    let mut bench = Bench::new().await;
    bench.start().await;
    registered(&bench).await;
    let carla = bench.fake.user("Carla");
    bench.guild.join(&carla);
    carla.close_messages(true);
    let pressed = carla.command(&bench.lobby, "contact", Some(("text", "help")), "en-US");
    bench.fake.until("the answer", |fake| fake.pressed(&pressed).text.is_some()).await;
    assert_eq!(bench.fake.pressed(&pressed).text.as_deref(), Some("Let us write to you."));
    bench.hears_text("help").await;
}

#[tokio::test]
async fn whose_words_could_not_be_taken_is_told_so_and_gets_them_back() {
    let mut bench = Bench::with(Matters::PrivateThread).await;
    bench.start().await;
    registered(&bench).await;
    let carla = bench.fake.user("Carla");
    bench.guild.join(&carla);
    bench.fake.fail(Which::every("POST", "/threads"), Fault::Status(403));
    let pressed = carla.command(&bench.lobby, "contact", Some(("text", "my parcel")), "de");
    bench.fake.until("the answer", |fake| fake.pressed(&pressed).text.is_some()).await;
    let told = bench.fake.pressed(&pressed).text;
    assert_eq!(told.as_deref(), Some("Nichts ist angekommen.\nmy parcel"));
}

#[tokio::test]
async fn a_button_asks_what_it_is_about_and_opens_a_private_thread() {
    let mut bench = Bench::with(Matters::PrivateThread).await;
    bench.start().await;
    registered(&bench).await;
    let (carla, anna) = (bench.fake.user("Carla"), bench.fake.user("Anna"));
    bench.guild.join(&carla);
    bench.guild.join(&anna);
    let published = anna.command(&bench.lobby, "contact-button", None, "en-US");
    bench.fake.until("an answer", |fake| fake.pressed(&published).callback.is_some()).await;
    let shown = bench.fake.pressed(&published).callback.unwrap();
    let button = &shown["data"]["components"][0]["components"][0];
    assert_eq!((&button["custom_id"], &button["label"]), (&json!("open"), &json!("Open a matter")));
    let message = anna.says(&bench.lobby, "the button is above");
    let pressed = carla.presses(&bench.lobby, &message, "open", "de");
    bench.fake.until("the form", |fake| fake.pressed(&pressed).callback.is_some()).await;
    let form = bench.fake.pressed(&pressed).callback.unwrap();
    assert_eq!((&form["type"], &form["data"]["title"]), (&json!(9), &json!("Anliegen eröffnen")));
    carla.submits(&bench.lobby, &pressed, &["late again"], "de");
    let heard = bench.hears_text("late again").await;
    let thread = heard.chat.as_str().to_owned();
    assert!(bench.fake.thread_members(&thread).contains(&carla.id()));
    assert_eq!(bench.fake.channel(&thread).unwrap()["type"], 12);
    assert!(bench.adapter.shared.places.is_private_thread(&heard.chat));
    carla.says(&thread, "still there?");
    let more = bench.hears_text("still there?").await;
    assert_eq!((more.chat.as_str(), more.topic), (thread.as_str(), None));

    // another process knows it, too
    bench.stop().await;
    bench.fake.forget_sessions();
    carla.says(&thread, "in between");
    bench.renew();
    bench.start().await;
    assert_eq!(bench.hears_text("in between").await.chat.as_str(), thread);
    assert_eq!(bench.fake.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_place_whose_answer_was_lost_is_found_again() {
    for matters in [Matters::DirectMessage, Matters::PrivateThread] {
        for fault in [Fault::AnswerLost, Fault::CutBefore, Fault::StatusAfter(502)] {
            let mut bench = Bench::with(matters).await;
            bench.start().await;
            registered(&bench).await;
            let carla = bench.fake.user("Carla");
            bench.guild.join(&carla);
            let is_thread = matters == Matters::PrivateThread;
            let path = if is_thread { "/threads" } else { "/users/@me/channels" };
            bench.fake.fail(Which::next("POST", path), fault.clone());
            let pressed = carla.command(&bench.lobby, "contact", Some(("text", "my parcel")), "en-US");
            let heard = bench.hears_text("my parcel").await;
            let threads = bench.fake.threads(&bench.lobby);
            assert_eq!(threads.len(), usize::from(is_thread), "{fault:?}");
            let place =
                threads.first().map_or_else(|| carla.direct(), |it| it["id"].as_str().unwrap().to_owned());
            assert_eq!(heard.chat.as_str(), place);
            bench.fake.until("the answer", |fake| fake.pressed(&pressed).text.is_some()).await;
            assert!(bench.fake.pressed(&pressed).text.unwrap().starts_with("It goes on here"));
        }
    }
}

#[tokio::test]
async fn whoever_looks_for_their_thread_takes_nobody_elses() {
    let mut bench = Bench::with(Matters::PrivateThread).await;
    bench.start().await;
    registered(&bench).await;
    let (one, other) = (bench.fake.user("Carla"), bench.fake.user("Carla"));
    bench.guild.join(&one);
    bench.guild.join(&other);
    bench.fake.fail(Which::next("POST", "/threads"), Fault::Status(502));
    let pressed = one.command(&bench.lobby, "contact", Some(("text", "of one")), "en-US");
    let failed = |fake: &Fake| fake.requests().iter().any(|(_, path, _)| path.ends_with("/threads"));
    bench.fake.until("a failure", failed).await;
    // before it is looked, somebody of the same name has one, and so has somebody whom another process served
    other.command(&bench.lobby, "contact", Some(("text", "of the other")), "en-US");
    let path = format!("/channels/{}/threads", bench.lobby);
    let body = json!({ "name": "Carla", "type": 12, "invitable": false });
    let third = api::post(&bench.adapter.shared.client, &path, &body).await.unwrap();
    let row = (format!("opened/{}", pressed.parse::<u64>().unwrap() - 1), third["id"].clone());
    bench.shelf.put(vec![row], Vec::new()).await.unwrap();
    let (one, other) = (bench.hears_text("of one").await, bench.hears_text("of the other").await);
    assert_ne!(one.chat, other.chat);
    assert!(third["id"] != one.chat.as_str() && third["id"] != other.chat.as_str());
    assert_eq!(bench.fake.threads(&bench.lobby).len(), 3);
}

#[tokio::test]
async fn two_of_one_name_who_both_lost_an_answer_have_a_thread_each() {
    let mut bench = Bench::with(Matters::PrivateThread).await;
    bench.start().await;
    registered(&bench).await;
    for path in ["/threads", "/threads/active"] {
        let fault = if path == "/threads" { Fault::AnswerLost } else { Fault::Slow };
        let method = if path == "/threads" { "POST" } else { "GET" };
        bench.fake.fail(Which { method: method.to_owned(), path: path.to_owned(), times: 2 }, fault);
    }
    for words in ["of one", "of the other"] {
        let carla = bench.fake.user("Carla");
        bench.guild.join(&carla);
        carla.command(&bench.lobby, "contact", Some(("text", words)), "en-US");
    }
    bench.fake.until("two who look", |fake| fake.waiting() == 2).await;
    bench.fake.release();
    let (one, other) = (bench.hears_text("of one").await, bench.hears_text("of the other").await);
    assert_ne!(one.chat, other.chat);
    assert_eq!(bench.fake.threads(&bench.lobby).len(), 2);
}

#[tokio::test]
async fn what_was_opened_long_ago_is_forgotten() {
    let mut bench = Bench::new().await;
    bench.start().await;
    registered(&bench).await;
    let carla = bench.fake.user("Carla");
    bench.guild.join(&carla);
    let first = carla.command(&bench.lobby, "contact", Some(("text", "one")), "en-US");
    bench.hears_text("one").await;
    // a day and an hour before
    let old = first.parse::<u64>().unwrap() - ((25 * 3600 * 1000) << 22);
    bench.shelf.put(vec![(format!("opened/{old}"), json!("1"))], Vec::new()).await.unwrap();
    let second = carla.command(&bench.lobby, "contact", Some(("text", "two")), "en-US");
    bench.hears_text("two").await;
    let rows = bench.shelf.scan("opened/", None, 10).await.unwrap();
    let rows: Vec<String> = rows.into_iter().map(|(key, _)| key).collect();
    assert_eq!(rows, [format!("opened/{first}"), format!("opened/{second}")]);
}

#[tokio::test]
async fn what_was_asked_for_is_kept_while_there_is_no_connection() {
    let mut bench = Bench::new().await;
    bench.start().await;
    registered(&bench).await;
    let carla = bench.fake.user("Carla");
    bench.guild.join(&carla);
    bench.fake.fail(Which::next("POST", "/users/@me/channels"), Fault::Slow);
    let pressed = carla.command(&bench.lobby, "contact", Some(("text", "my parcel")), "en-US");
    bench.fake.until("a first answer", |fake| fake.pressed(&pressed).callback.is_some()).await;
    bench.fake.open_gateway(false);
    bench.fake.fail(Which::every("GET", "/gateway"), Fault::Limited { after: 600.0, global: false });
    bench.fake.cut_gateway();
    let asked = |fake: &Fake| fake.requests().iter().filter(|(_, path, _)| path.contains("/gateway")).count();
    bench.fake.until("a refusal", |fake| asked(fake) == 2).await;
    bench.fake.release();
    bench.hears_text("my parcel").await;
    bench.fake.until("the answer", |fake| fake.pressed(&pressed).text.is_some()).await;
    assert_eq!(bench.fake.connected(), 0);
}
