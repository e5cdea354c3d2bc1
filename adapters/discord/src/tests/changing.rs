//! Changes of what was sent, reactions and marks.

use super::bench::{Bench, agent, answering, create, customer, op, private, voice, with_files};
use crate::Names;
use port::{Adapter, Body, Cause, Mark, MediaRef, MessageId, Operation, Outcome, Refusal, Voice};

fn edit(parts: &[String], voice: Voice, text: &str) -> Operation {
    let parts = parts.iter().map(|part| MessageId::new(part.as_str())).collect();
    Operation::Edit { parts, voice, body: Body::from(private(text)) }
}

fn delete(parts: &[String]) -> Operation {
    Operation::Delete { parts: parts.iter().map(|part| MessageId::new(part.as_str())).collect() }
}

fn react(message: &str, key: &str) -> Operation {
    Operation::React { message: Some(MessageId::new(message)), key: private(key) }
}

fn anna() -> Voice {
    voice("agent-1", "Anna (Support)")
}

#[tokio::test]
async fn an_answer_grows_and_shrinks_with_its_text() {
    for names in [Names::Bold, Names::Embed] {
        let bench = Bench::open(true, names).await;
        let parts = bench.sent(&op("op-1", &bench.direct, None, agent("short"))).await;
        let long = op("op-2", &bench.direct, None, edit(&parts, anna(), &"wörd ".repeat(900)));
        let grown = bench.sent(&long).await;
        assert_eq!((grown.len(), &grown[0]), (3, &parts[0]));
        assert_eq!(bench.sent(&long).await, grown);
        assert_eq!(bench.fake.texts(&bench.direct).len(), 3);
        let short = op("op-3", &bench.direct, None, edit(&grown, anna(), "short again"));
        assert_eq!(bench.sent(&short).await, parts);
        let shown = bench.fake.texts(&bench.direct);
        assert_eq!(shown.len(), 1);
        match names {
            Names::Bold => assert_eq!(shown[0].content, "**Anna (Support)**\nshort again"),
            Names::Embed => assert_eq!(shown[0].embeds[0]["description"], "short again"),
        }
    }
}

#[tokio::test]
async fn a_customers_words_are_changed_by_the_webhook_that_said_them() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    let asked = bench.agent.says(topic.as_str(), "what?");
    let said = answering(customer("befor"), &asked);
    let parts = bench.sent(&op("op-2", &bench.room, Some(&topic), said)).await;
    let carla = || voice("customer-1", "Carla Customer");
    bench.sent(&op("op-3", &bench.room, Some(&topic), edit(&parts, carla(), "after @everyone"))).await;
    let shown = bench.fake.texts(topic.as_str()).pop().unwrap();
    assert!(shown.edited && shown.called.is_empty());
    assert!(
        shown.content.starts_with("-# ↩ ") && shown.content.ends_with("\nafter \\@everyone"),
        "{}",
        shown.content
    );
    for id in ["op-4", "op-5"] {
        bench.sent(&op(id, &bench.room, Some(&topic), delete(&parts))).await;
        assert!(bench.fake.message(topic.as_str(), &parts[0]).is_none());
    }
    let gone = bench.send(&op("op-6", &bench.room, Some(&topic), edit(&parts, carla(), "x"))).await;
    assert!(matches!(gone, Outcome::Refused(Refusal { cause: Cause::NotPossible, .. })), "{gone:?}");
}

#[tokio::test]
async fn files_stay_when_their_words_change() {
    let bench = Bench::forum().await;
    let Outcome::Delivered { parts, .. } =
        bench.send(&op("op-1", &bench.direct, None, with_files(agent("here"), &["one"]))).await
    else {
        panic!("it was not delivered")
    };
    let parts: Vec<String> = parts.iter().map(|part| part.as_str().to_owned()).collect();
    bench.sent(&op("op-2", &bench.direct, None, edit(&parts, anna(), "there"))).await;
    let shown = bench.fake.texts(&bench.direct).pop().unwrap();
    assert_eq!((shown.content.as_str(), shown.files.len()), ("**Anna (Support)**\nthere", 1));
}

#[tokio::test]
async fn nobody_elses_words_are_changed() {
    let bench = Bench::forum().await;
    let own = vec![bench.customer.says(&bench.direct, "mine")];
    for operation in [edit(&own, anna(), "yours"), delete(&own)] {
        let outcome = bench.send(&op("op-1", &bench.direct, None, operation)).await;
        assert!(
            matches!(outcome, Outcome::Refused(Refusal { cause: Cause::NotPossible, .. })),
            "{outcome:?}"
        );
    }
    assert_eq!(bench.texts(&bench.direct), ["mine"]);
}

#[tokio::test]
async fn a_reaction_comes_and_goes_by_its_id() {
    let bench = Bench::forum().await;
    let message = bench.customer.says(&bench.direct, "thanks");
    let parts = bench.sent(&op("op-1", &bench.direct, None, react(&message, "👍"))).await;
    assert_eq!(parts, [format!("r:{message}:{}:👍", bench.fake.bot_id())]);
    assert_eq!(bench.fake.message(&bench.direct, &message).unwrap().reactions.len(), 1);
    for id in ["op-2", "op-3"] {
        bench.sent(&op(id, &bench.direct, None, delete(&parts))).await;
        assert!(bench.fake.message(&bench.direct, &message).unwrap().reactions.is_empty());
    }
    let foreign = bench.send(&op("op-4", &bench.direct, None, react(&message, ":parrot:"))).await;
    assert!(matches!(foreign, Outcome::Refused(Refusal { cause: Cause::NotPossible, .. })), "{foreign:?}");
}

#[tokio::test]
async fn one_mark_at_a_time_even_in_a_closed_topic() {
    let mut bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    let message = bench.agent.says(topic.as_str(), "answer");
    for (number, mark) in [Mark::Pending, Mark::Delivered, Mark::Unknown, Mark::Refused, Mark::Delivered]
        .into_iter()
        .enumerate()
    {
        if number == 2 {
            bench.fake.archive(topic.as_str(), false);
            bench.restart();
        }
        let show = Operation::Mark { message: MessageId::new(message.as_str()), mark };
        let mut order = op(&format!("op-m{number}"), &bench.room, Some(&topic), show);
        order.attempt = 1;
        bench.sent(&order).await;
        let shown = bench.fake.message(topic.as_str(), &message).unwrap().reactions;
        assert_eq!(shown, [(mark.sign().to_owned(), bench.fake.bot_id())]);
    }
    assert_eq!(bench.fake.channel(topic.as_str()).unwrap()["thread_metadata"]["archived"], true);
    let old = Operation::Mark { message: MessageId::new("i:17"), mark: Mark::Delivered };
    bench.sent(&op("op-9", &bench.room, Some(&topic), old)).await;
}

#[tokio::test]
async fn a_file_is_opened_by_a_fresh_address() {
    let bench = Bench::forum().await;
    let message = bench.customer.sends(&bench.direct, "", &[("a.bin", b"twelve bytes")]);
    let object = bench.fake.message(&bench.direct, &message).unwrap().object;
    let attachment = object["attachments"][0].clone();
    let source = serde_json::json!({
        "channel": bench.direct,
        "message": message,
        "attachment": attachment["id"],
        "url": attachment["url"],
    });
    let source = MediaRef::new(source.to_string());
    bench.fake.expire_files();
    let mut stream = bench.adapter.open_media(&source).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await.unwrap() {
        bytes.extend(chunk);
    }
    assert_eq!(bytes, b"twelve bytes");
    bench.customer.deletes(&bench.direct, &[message.as_str()]);
    bench.fake.expire_files();
    assert_eq!(bench.adapter.open_media(&source).await.err(), Some(port::MediaError::Gone));
    assert!(bench.adapter.open_media(&MediaRef::new("elsewhere")).await.is_err());
}

#[tokio::test]
async fn typing_is_shown_where_the_customer_is() {
    let bench = Bench::forum().await;
    bench.adapter.typing(&port::ChatId::new(bench.direct.clone()), None).await;
    bench.adapter.typing(&port::ChatId::new(bench.room.clone()), None).await;
    assert_eq!((bench.fake.typed(&bench.direct), bench.fake.typed(&bench.room)), (1, 0));
}

#[tokio::test]
async fn everything_that_is_asked_is_as_documented() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.sent(&op("op-2", &bench.room, Some(&topic), customer("x"))).await;
    bench.sent(&op("op-3", &bench.room, Some(&topic), create(Voice::Bridge, "y"))).await;
    let parts = bench.sent(&op("op-4", &bench.direct, None, agent("z"))).await;
    bench.sent(&op("op-5", &bench.direct, None, edit(&parts, anna(), "w"))).await;
    bench.sent(&op("op-6", &bench.direct, None, delete(&parts))).await;
    assert_eq!(bench.fake.complaints(), Vec::<String>::new());
}
