//! Commands, buttons and forms.

use super::harness::Bench;
use crate::Matters;
use fake_discord::{Fault, Which};
use port::InboundKind;
use serde_json::json;

async fn registered(bench: &Bench) {
    let server = bench.guild.id();
    bench.fake.until("the commands", |fake| !fake.commands(Some(&server)).is_empty()).await;
}

#[tokio::test]
async fn commands_are_registered_once_and_in_every_language() {
    let mut bench = Bench::new().await;
    bench.start().await;
    registered(&bench).await;
    let commands = bench.fake.commands(Some(&bench.guild.id()));
    let mut names: Vec<_> = commands.iter().map(|command| command["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["assign", "close", "contact", "contact-button", "r"]);
    let r = commands.iter().find(|command| command["name"] == "r").unwrap();
    assert_eq!((&r["description"], &r["options"][0]["name"]), (&json!("Does r"), &json!("text")));
    bench.fake.user("Carla").dm("x");
    bench.hears_text("x").await;
    bench.stop().await;
    bench.renew();
    bench.start().await;
    let puts = bench
        .fake
        .requests()
        .iter()
        .filter(|(method, path, _)| method == "PUT" && path.ends_with("commands"))
        .count();
    assert_eq!(puts, 1);
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
async fn a_command_in_a_post_is_what_would_be_typed_there() {
    let mut bench = Bench::new().await;
    bench.start().await;
    registered(&bench).await;
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    let post = anna.opens_post(&bench.forum, "one", "card");
    let pressed = anna.command(&post, "r", Some(("text", "It left today.")), "de");
    let heard = bench.hears_text("!r It left today.").await;
    assert_eq!(heard.chat.as_str(), bench.forum);
    assert_eq!(heard.topic.as_ref().map(port::TopicId::as_str), Some(post.as_str()));
    bench
        .fake
        .until("the answer", |fake| fake.pressed(&pressed).text.as_deref() == Some("Angekommen."))
        .await;
    assert!(bench.adapter.shared.interactions.get(&pressed).is_some());
    anna.command(&post, "close", None, "de");
    bench.hears_text("!close").await;

    let astray = anna.command(&bench.lobby, "close", None, "de");
    bench.fake.until("the answer", |fake| fake.pressed(&astray).text.is_some()).await;
    assert!(bench.fake.pressed(&astray).text.unwrap().contains(&format!("<#{}>", bench.forum)));
}
