//! The team's commands: which there are, what they are completed with, and what becomes of their answers.

use super::bench::{agent, answering, op, private, voice};
use super::harness::{Bench, text_of};
use super::matters::registered;
use fake_discord::{Fault, User, Which};
use port::{Adapter, Body, Cause, Mark, MessageId, NoMedia, Operation, Outcome, Refusal, TopicId};
use serde_json::json;

/// An agent in a post of the team's forum.
async fn at_work(bench: &mut Bench) -> (User, String) {
    bench.start().await;
    registered(bench).await;
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    let post = anna.opens_post(&bench.forum, "one", "card");
    (anna, post)
}

async fn choices(bench: &Bench, who: &User, place: &str, typed: &str) -> Vec<String> {
    let typed = who.completes(place, "assign", ("text", typed), "de");
    bench.fake.until("choices", |fake| fake.pressed(&typed).callback.is_some()).await;
    assert!(bench.adapter.shared.interactions.shown(&typed).is_none(), "nothing is ever said to it");
    bench.fake.pressed(&typed).choices
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
async fn the_teams_commands_are_shown_to_few_where_customers_are() {
    let mut bench = Bench::new().await;
    bench.start().await;
    registered(&bench).await;
    let commands = bench.fake.commands(Some(&bench.guild.id()));
    let shown = |name: &str| {
        let command = commands.iter().find(|command| command["name"] == name).unwrap();
        command["default_member_permissions"].clone()
    };
    let manage_threads = json!("17179869184");
    assert_eq!([shown("close"), shown("assign"), shown("r")], [(); 3].map(|()| manage_threads.clone()));
    assert_eq!(shown("contact"), json!(null));
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
    assert_eq!(heard.topic.as_ref().map(TopicId::as_str), Some(post.as_str()));
    bench
        .fake
        .until("the answer", |fake| fake.pressed(&pressed).text.as_deref() == Some("Angekommen."))
        .await;
    anna.command(&post, "close", None, "de");
    bench.hears_text("!close").await;

    let astray = anna.command(&bench.lobby, "close", None, "de");
    bench.fake.until("the answer", |fake| fake.pressed(&astray).text.is_some()).await;
    assert!(bench.fake.pressed(&astray).text.unwrap().contains(&format!("<#{}>", bench.forum)));
}

#[tokio::test]
async fn what_is_typed_is_completed_where_the_team_is_and_is_no_message() {
    let mut bench = Bench::new().await;
    let (anna, post) = at_work(&mut bench).await;
    assert_eq!(choices(&bench, &anna, &post, "").await, ["Anna", "Bernd"]);
    assert_eq!(choices(&bench, &anna, &post, "b").await, ["Bernd"]);
    assert_eq!(choices(&bench, &anna, &post, "@AN").await, ["Anna"]);
    // who is in the team is not for everybody
    assert_eq!(choices(&bench, &anna, &bench.lobby, "").await, [""; 0]);
    anna.command(&post, "close", None, "de");
    bench.hears_text("!close").await;
    let heard: Vec<_> = bench.heard().iter().filter_map(text_of).map(str::to_owned).collect();
    assert_eq!(heard, ["card", "!close"]);
    assert_eq!(bench.fake.complaints(), Vec::<String>::new());
    assert_eq!(bench.fake.unspecified(), Vec::<String>::new());
}

#[tokio::test]
async fn interactions_are_answered_at_once_however_much_waits_for_being_kept() {
    let mut bench = Bench::new().await;
    let (anna, post) = at_work(&mut bench).await;
    let carla = bench.fake.user("Carla");
    bench.held.send_replace(true);
    for number in 0..700 {
        carla.dm(&format!("message {number}"));
    }
    let pressed = anna.command(&post, "r", Some(("text", "soon")), "de");
    bench.fake.until("a first answer", |fake| fake.pressed(&pressed).callback.is_some()).await;
    assert_eq!(choices(&bench, &anna, &post, "b").await, ["Bernd"]);
    assert_eq!(bench.fake.pressed(&pressed).text, None, "nothing is kept yet");
    bench.held.send_replace(false);
    bench.hears_text("message 699").await;
    bench.hears_text("!r soon").await;
}

async fn marked(bench: &Bench, pressed: &str, mark: Mark) -> Outcome {
    let message = MessageId::new(format!("i:{pressed}"));
    bench.adapter.deliver(&op("mark", &bench.forum, None, Operation::Mark { message, mark }), &NoMedia).await
}

const DONE: Outcome = Outcome::Delivered { parts: Vec::new(), topic: None };

#[tokio::test]
async fn a_mark_on_a_command_is_shown_in_its_answer_whichever_comes_last() {
    let mut bench = Bench::new().await;
    let (anna, post) = at_work(&mut bench).await;
    bench.fake.fail(Which::next("PATCH", "@original"), Fault::Slow);
    let pressed = anna.command(&post, "r", Some(("text", "soon")), "en-US");
    bench.hears_text("!r soon").await;
    // the words are on their way while the mark arrives
    bench.fake.until("words on their way", |fake| fake.waiting() == 1).await;
    assert_eq!(marked(&bench, &pressed, Mark::Pending).await, DONE);
    assert_eq!(bench.fake.pressed(&pressed).text.unwrap(), format!("{} Taken.", Mark::Pending.sign()));
    assert_eq!(marked(&bench, &pressed, Mark::Delivered).await, DONE);
    bench.fake.release();
    let wanted = format!("{} Taken.", Mark::Delivered.sign());
    let patches = |fake: &fake_discord::Fake| {
        fake.requests()
            .iter()
            .filter(|(method, path, _)| method == "PATCH" && path.ends_with("@original"))
            .count()
    };
    bench.fake.until("the words and the mark", |fake| patches(fake) == 4).await;
    assert_eq!(bench.fake.pressed(&pressed).text.unwrap(), wanted);
}

#[tokio::test]
async fn what_is_done_to_a_command_holds_nothing_up() {
    let mut bench = Bench::new().await;
    let (anna, post) = at_work(&mut bench).await;
    let pressed = anna.command(&post, "close", None, "en-US");
    bench.fake.until("the answer", |fake| fake.pressed(&pressed).text.is_some()).await;
    let (topic, message) = (TopicId::new(post.as_str()), MessageId::new(format!("i:{pressed}")));
    let answer = op("op-1", &bench.forum, Some(&topic), answering(agent("yes"), message.as_str()));
    let Outcome::Delivered { parts, .. } = bench.adapter.deliver(&answer, &NoMedia).await else {
        panic!("an answer to a command is a message like any other")
    };
    assert_eq!(bench.fake.message(&post, parts[0].as_str()).unwrap().content, "yes");
    let parts = vec![message];
    let gone = Operation::Delete { parts: parts.clone() };
    assert_eq!(bench.adapter.deliver(&op("op-2", &bench.forum, Some(&topic), gone), &NoMedia).await, DONE);
    let changed = Operation::Edit { parts, voice: voice("agent-1", "Anna"), body: Body::from(private("x")) };
    let refused = bench.adapter.deliver(&op("op-3", &bench.forum, Some(&topic), changed), &NoMedia).await;
    assert!(matches!(refused, Outcome::Refused(Refusal { cause: Cause::NotPossible, .. })), "{refused:?}");

    for fault in [Fault::StatusAfter(502), Fault::AnswerLost, Fault::Status(500)] {
        bench.fake.fail(Which::next("PATCH", "@original"), fault);
        assert_eq!(marked(&bench, &pressed, Mark::Refused).await, DONE);
    }
    bench.fake.expire_interactions();
    assert_eq!(marked(&bench, &pressed, Mark::Delivered).await, DONE);
    // what certainly was not done is tried again, as long as somebody may see it
    let pressed = anna.command(&post, "close", None, "en-US");
    bench.fake.until("the answer", |fake| fake.pressed(&pressed).text.is_some()).await;
    bench.fake.fail(Which::every("PATCH", "@original"), Fault::Limited { after: 60.0, global: false });
    assert!(matches!(marked(&bench, &pressed, Mark::Delivered).await, Outcome::Later { .. }));
    bench.stop().await;
    bench.renew();
    assert_eq!(marked(&bench, &pressed, Mark::Delivered).await, DONE);
}
