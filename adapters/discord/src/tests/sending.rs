//! Messages on their way out.

use super::bench::{Bench, agent, answering, calling, create, customer, op, voice, with_files};
use fake_discord::{Fault, Which};
use port::{
    Adapter, Cause, Found, Heal, Idempotency, Identity, Outcome, Refusal, RefusalScope, TopicId, Voice,
};

#[tokio::test]
async fn an_agent_answers_directly_under_a_bold_name_and_only_once() {
    let bench = Bench::forum().await;
    let op = op("op-1", &bench.direct, None, agent("Your *parcel* left."));
    let first = bench.sent(&op).await;
    assert_eq!(bench.sent(&op).await, first);
    assert_eq!(bench.texts(&bench.direct), ["**Anna (Support)**\nYour \\*parcel\\* left."]);
}

#[tokio::test]
async fn a_direct_message_whose_answer_was_lost_is_recognised_by_its_nonce() {
    let bench = Bench::forum().await;
    let op = op("op-1", &bench.direct, None, agent("once"));
    bench.fake.fail(Which::next("POST", "/messages"), Fault::AnswerLost);
    assert!(matches!(bench.send(&op).await, Outcome::Unknown { .. }));
    assert_eq!(bench.sent(&op).await.len(), 1);
    assert_eq!(bench.texts(&bench.direct).len(), 1);
}

#[tokio::test]
async fn what_the_nonce_covers_no_more_is_found_in_the_history() {
    let mut bench = Bench::forum().await;
    bench.sent(&op("op-0", &bench.direct, None, agent("ok"))).await;
    let lost = op("op-1", &bench.direct, None, agent("ok"));
    bench.fake.fail(Which::next("POST", "/messages"), Fault::AnswerLost);
    assert!(matches!(bench.send(&lost).await, Outcome::Unknown { .. }));
    bench.fake.forget_nonces();
    bench.restart();
    let found = bench.adapter.reconcile(&lost).await;
    let Found::Yes { parts, .. } = found else { panic!("{found:?}") };
    let there = bench.fake.texts(&bench.direct);
    assert_eq!(parts[0].as_str(), there[1].id);
    assert_eq!(bench.adapter.reconcile(&op("op-2", &bench.direct, None, agent("ok"))).await, Found::No);
}

#[tokio::test]
async fn a_long_answer_goes_on_where_it_was_cut_off() {
    let mut bench = Bench::forum().await;
    let text = "wörd ".repeat(1_000);
    let long = op("op-1", &bench.direct, None, agent(&text));
    // the first part arrives, and nobody hears of it
    bench.fake.fail(Which::next("POST", "/messages"), Fault::AnswerLost);
    assert!(matches!(bench.send(&long).await, Outcome::Unknown { .. }));
    assert_eq!(bench.adapter.reconcile(&long).await, Found::No, "two parts are still to come");
    bench.fake.forget_nonces();
    bench.fake.fail(Which::next("POST", "/messages"), Fault::CutBefore);
    assert!(matches!(bench.send(&long).await, Outcome::Unknown { .. }));
    bench.restart();
    let parts = bench.sent(&long).await;
    let shown = bench.texts(&bench.direct);
    assert_eq!((parts.len(), shown.len()), (3, 3));
    let words = shown.iter().map(|part| part.strip_prefix("**Anna (Support)**\n").unwrap());
    assert_eq!(words.flat_map(str::split_whitespace).count(), 1_000);
}

#[tokio::test]
async fn an_answer_names_what_it_answers_and_calls_nobody() {
    let bench = Bench::forum().await;
    let asked = bench.customer.says(&bench.direct, "when?");
    bench.sent(&op("op-1", &bench.direct, None, answering(agent("@everyone soon"), &asked))).await;
    let answer = bench.fake.texts(&bench.direct).pop().unwrap();
    assert_eq!(answer.answers, Some(asked));
    assert!(answer.called.is_empty(), "{:?}", answer.called);
    // one that is not there does no harm
    bench.sent(&op("op-2", &bench.direct, None, answering(agent("x"), "17"))).await;
    bench.sent(&op("op-3", &bench.direct, None, answering(agent("y"), "i:17"))).await;
    assert_eq!(bench.texts(&bench.direct).len(), 4);
}

#[tokio::test]
async fn a_customer_appears_under_their_own_name_in_the_topic() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    let asked = bench.agent.says(topic.as_str(), "anything else?");
    bench.sent(&op("op-2", &bench.room, Some(&topic), answering(customer("yes"), &asked))).await;
    let shown = bench.fake.texts(topic.as_str()).pop().unwrap();
    assert_eq!(shown.name, "Carla Customer");
    assert!(shown.webhook.is_some() && shown.avatar_url.is_none());
    let link = format!("-# ↩ https://discord.com/channels/{}/{topic}/{asked}\nyes", bench.guild.id());
    assert_eq!(shown.content, link);
    assert_eq!(bench.fake.webhooks(&bench.room).len(), 1);
}

#[tokio::test]
async fn a_webhooks_post_whose_answer_was_lost_is_found_and_not_repeated() {
    for reconciles in [true, false] {
        let mut bench = Bench::forum().await;
        let topic = bench.topic("op-1").await;
        bench.sent(&op("op-2", &bench.room, Some(&topic), customer("ok"))).await;
        let lost = op("op-3", &bench.room, Some(&topic), customer("ok"));
        bench.fake.fail(Which::next("POST", "/webhooks/"), Fault::AnswerLost);
        assert!(matches!(bench.send(&lost).await, Outcome::Unknown { .. }));
        bench.restart();
        let there = bench.fake.texts(topic.as_str()).pop().unwrap().id;
        if reconciles {
            let found = bench.adapter.reconcile(&lost).await;
            let Found::Yes { parts, .. } = found else { panic!("{found:?}") };
            assert_eq!(parts[0].as_str(), there);
        }
        assert_eq!(bench.sent(&lost).await, [there]);
        assert_eq!(bench.texts(topic.as_str()).iter().filter(|text| *text == "ok").count(), 2);
    }
}

#[tokio::test]
async fn a_webhooks_post_that_never_left_is_not_found() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.sent(&op("op-2", &bench.room, Some(&topic), customer("ok"))).await;
    let lost = op("op-3", &bench.room, Some(&topic), customer("ok"));
    bench.fake.fail(Which::next("POST", "/webhooks/"), Fault::CutBefore);
    assert!(matches!(bench.send(&lost).await, Outcome::Unknown { .. }));
    assert_eq!(bench.adapter.reconcile(&lost).await, Found::No);
    assert_eq!(bench.sent(&lost).await.len(), 1);
    assert_eq!(bench.texts(topic.as_str()).iter().filter(|text| *text == "ok").count(), 2);
}

#[tokio::test]
async fn a_lost_webhook_is_made_anew_and_one_that_may_not_be_had_is_done_without() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.sent(&op("op-2", &bench.room, Some(&topic), customer("one"))).await;
    bench.fake.delete_webhooks(&bench.room);
    bench.sent(&op("op-3", &bench.room, Some(&topic), customer("two"))).await;
    let shown = bench.fake.texts(topic.as_str());
    assert_eq!(shown.last().unwrap().name, "Carla Customer");

    bench.fake.delete_webhooks(&bench.room);
    bench.fake.fail(Which::every("GET", "/webhooks"), Fault::Code(50_013));
    let barred = op("op-4", &bench.room, Some(&topic), customer("three"));
    assert!(matches!(bench.send(&barred).await, Outcome::Later { .. }));
    bench.sent(&barred).await;
    let shown = bench.fake.texts(topic.as_str()).pop().unwrap();
    assert_eq!((shown.webhook, shown.content.as_str()), (None, "**Carla Customer**\nthree"));
}

#[tokio::test]
async fn only_the_named_agent_is_called() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    let account = bench.agent.id();
    let text = calling(create(Voice::Bridge, "Ada, it is due. @here"), &account, "Ada");
    bench.sent(&op("op-2", &bench.room, Some(&topic), text)).await;
    let shown = bench.fake.texts(topic.as_str()).pop().unwrap();
    assert_eq!(shown.called, std::slice::from_ref(&account));
    assert_eq!(shown.content, format!("<@{account}>, it is due. \\@here"));
}

#[tokio::test]
async fn an_agent_has_a_picture_in_a_private_thread_and_does_without_a_refused_one() {
    let bench = Bench::text().await;
    let thread = bench.private_thread().await;
    bench.sent(&op("op-1", &thread, None, agent("hello"))).await;
    bench.sent(&op("op-2", &thread, None, agent("again"))).await;
    let shown = bench.fake.texts(&thread);
    assert!(shown.iter().all(|shown| shown.name == "Anna (Support)"), "{shown:?}");
    assert!(shown.iter().all(|shown| shown.avatar_url.as_ref().is_some_and(|url| !url.contains('?'))));
    assert_eq!(bench.fake.texts(&bench.room).len(), 1, "the picture is posted once");

    bench.fake.refuse_avatars();
    bench.sent(&op("op-3", &thread, None, agent("without"))).await;
    let last = bench.fake.texts(&thread).pop().unwrap();
    assert_eq!((last.content.as_str(), last.avatar_url), ("without", None));
}

#[tokio::test]
async fn files_go_with_the_text_and_ten_at_a_time() {
    let bench = Bench::forum().await;
    let names: Vec<String> = (0..12).map(|number| format!("file{number}")).collect();
    let contents: Vec<&str> = names.iter().map(String::as_str).collect();
    let many = op("op-1", &bench.direct, None, with_files(agent("here"), &contents));
    let Outcome::Delivered { parts, .. } = bench.send(&many).await else { panic!("it was not delivered") };
    let shown = bench.fake.texts(&bench.direct);
    assert_eq!((parts.len(), shown.len()), (2, 2));
    assert_eq!(shown[0].content, "**Anna (Support)**\nhere");
    let files: Vec<_> = shown.iter().flat_map(|shown| shown.files.clone()).collect();
    let wanted: Vec<_> =
        names.iter().map(|name| (format!("{name}.txt"), name.clone().into_bytes())).collect();
    assert_eq!(files, wanted);

    let topic = bench.topic("op-2").await;
    let bare = op("op-3", &bench.room, Some(&topic), with_files(customer(""), &["one"]));
    assert!(matches!(bench.send(&bare).await, Outcome::Delivered { .. }));
    let shown = bench.fake.texts(topic.as_str()).pop().unwrap();
    assert_eq!((shown.content.as_str(), shown.files.len()), ("", 1));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_as_such() {
    let bench = Bench::forum().await;
    let huge = "x".repeat((10 << 20) + 1);
    let sent = bench.send(&op("op-1", &bench.direct, None, with_files(agent("here"), &[&huge]))).await;
    assert!(matches!(sent, Outcome::Refused(Refusal { cause: Cause::FileTooLarge, .. })), "{sent:?}");
    assert!(bench.texts(&bench.direct).is_empty());
}

#[tokio::test]
async fn a_boosted_server_takes_larger_files_until_it_loses_its_boosts() {
    for (tier, max) in [(0, 10_u64), (1, 10), (2, 50), (3, 100)] {
        let bench = Bench::forum().await;
        bench.guild.boost(tier);
        let topic = bench.topic("op-1").await;
        let post = |id: &str, size: u64| {
            let file = format!("zeros:{size}");
            op(id, &bench.room, Some(&topic), with_files(customer("here"), &[&file]))
        };
        let refused = bench.send(&post("op-2", (max << 20) + 1)).await;
        let is_named = |reason: &str| reason.contains(&(max << 20).to_string());
        assert!(
            matches!(&refused, Outcome::Refused(Refusal { cause: Cause::FileTooLarge, reason, .. }) if is_named(reason)),
            "{refused:?}"
        );
        let can = bench.adapter.capabilities(&port::ChatId::new(bench.room.clone()));
        assert_eq!(can.file_max, Some(max << 20));
        let size = (max << 20).min(11 << 20);
        assert!(matches!(bench.send(&post("op-3", size)).await, Outcome::Delivered { .. }));
        if tier == 2 {
            bench.guild.boost(0);
            let refused = bench.send(&post("op-4", 11 << 20)).await;
            let Outcome::Refused(Refusal { cause: Cause::FileTooLarge, reason, .. }) = refused else {
                panic!("{refused:?}")
            };
            assert!(reason.contains("10 MiB"), "{reason}");
            let can = bench.adapter.capabilities(&port::ChatId::new(bench.room.clone()));
            assert_eq!(can.file_max, Some(10 << 20));
        }
        // boosts are a server's
        let direct = op("op-5", &bench.direct, None, with_files(agent("here"), &["zeros:10485761"]));
        let refused = bench.send(&direct).await;
        assert!(
            matches!(refused, Outcome::Refused(Refusal { cause: Cause::FileTooLarge, .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn nothing_is_said_of_what_is_refused_for_its_last_file() {
    let bench = Bench::forum().await;
    let mut op =
        op("op-1", &bench.direct, None, with_files(agent("here"), &["zeros:11", "zeros:11", "zeros:11"]));
    if let port::Operation::Create { files, .. } = &mut op.operation {
        for (file, size) in files.iter_mut().zip([10 << 20, 10 << 20, 11 << 20]) {
            file.size = Some(size);
        }
    }
    let refused = bench.send(&op).await;
    assert!(matches!(refused, Outcome::Refused(Refusal { cause: Cause::FileTooLarge, .. })), "{refused:?}");
    assert!(bench.texts(&bench.direct).is_empty());
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_not_tried_again_at_once() {
    let bench = Bench::forum().await;
    bench.fake.revoke_token();
    for number in 0..3 {
        let barred = bench.send(&op(&format!("op-{number}"), &bench.direct, None, agent("x"))).await;
        assert!(matches!(barred, Outcome::Later { whole_channel: true, .. }), "{barred:?}");
        bench.adapter.typing(&port::ChatId::new(bench.direct.clone()), None).await;
    }
    assert_eq!(bench.fake.requests().len(), 1);
}

#[tokio::test]
async fn a_name_that_discord_refuses_is_told_in_another_way() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.fake.refuse_names("(VIP)");
    bench.fake.refuse_names("mallory");
    for (number, (name, shown)) in [
        ("Clyde Discord", "Cly·de Dis·cord"),
        ("Everyone", "Everyone·"),
        (" \u{200B} ", "…"),
        ("Carla (VIP)", "Carla VIP"),
        ("Mallory M.", "M·a·l·l·o·r·y·M"),
    ]
    .into_iter()
    .enumerate()
    {
        let said = create(voice("customer-1", name), "hello");
        bench.sent(&op(&format!("op-n{number}"), &bench.room, Some(&topic), said)).await;
        let last = bench.fake.texts(topic.as_str()).pop().unwrap();
        assert_eq!((last.name.as_str(), last.content.as_str()), (shown, "hello"));
    }
    let long = create(voice("customer-1", &"x".repeat(90)), "hello");
    bench.sent(&op("op-long", &bench.room, Some(&topic), long)).await;
    assert_eq!(bench.fake.texts(topic.as_str()).pop().unwrap().name, "x".repeat(80));
}

#[tokio::test]
async fn a_closed_door_a_lost_topic_and_a_bad_token_are_told_apart() {
    let bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.customer.close_messages(true);
    let refused = bench.send(&op("op-2", &bench.direct, None, agent("x"))).await;
    assert!(matches!(refused, Outcome::Refused(Refusal { scope: RefusalScope::Chat, .. })), "{refused:?}");
    bench.fake.delete_channel(topic.as_str());
    let lost = bench.send(&op("op-3", &bench.room, Some(&topic), customer("x"))).await;
    assert_eq!(lost, Outcome::Heal(Heal::TopicGone));
    let nowhere = bench.send(&op("op-4", &bench.room, Some(&TopicId::new("old")), customer("x"))).await;
    assert_eq!(nowhere, Outcome::Heal(Heal::TopicGone));
    bench.fake.revoke_token();
    let barred = bench.send(&op("op-5", &bench.direct, None, agent("x"))).await;
    assert!(matches!(barred, Outcome::Later { after: Some(_), whole_channel: true, .. }), "{barred:?}");
    assert!(matches!(*bench.adapter.health().borrow(), port::Health::BadCredentials { .. }));
}

#[tokio::test]
async fn waits_are_passed_on_and_a_broken_server_leaves_it_open() {
    let bench = Bench::forum().await;
    for (fault, is_global) in [
        (Fault::Limited { after: 0.0, global: true }, true),
        (Fault::Limited { after: 0.25, global: false }, false),
    ] {
        let direct = bench.fake.user("Mia").direct();
        bench.fake.fail(Which::next("POST", "/messages"), fault);
        let outcome = bench.send(&op(&format!("op-{is_global}"), &direct, None, agent("x"))).await;
        let Outcome::Later { after: Some(_), whole_channel, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(whole_channel, is_global);
    }
    bench.fake.fail(Which::next("POST", "/messages"), Fault::Status(502));
    let outcome = bench.send(&op("op-1", &bench.direct, None, agent("x"))).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn what_can_be_done_depends_on_the_place() {
    let bench = Bench::forum().await;
    let direct = bench.adapter.capabilities(&port::ChatId::new(bench.direct.clone()));
    assert_eq!(direct.identity, Identity::PrefixOnly);
    assert!(matches!(direct.idempotency, Idempotency::Key { .. }));
    let team = bench.adapter.capabilities(&port::ChatId::new(bench.room.clone()));
    assert_eq!((team.identity, team.idempotency), (Identity::Native, Idempotency::None));
    assert_eq!((direct.budgets.len(), team.budgets.len()), (1, 3));
}

#[tokio::test]
async fn what_was_said_before_a_restart_is_not_taken_for_what_came_after() {
    let mut bench = Bench::forum().await;
    let topic = bench.topic("op-1").await;
    bench.sent(&op("op-2", &bench.room, Some(&topic), customer("ok"))).await;
    bench.restart();
    let lost = op("op-3", &bench.room, Some(&topic), customer("ok"));
    bench.fake.fail(Which::next("POST", "/webhooks/"), Fault::CutBefore);
    assert!(matches!(bench.send(&lost).await, Outcome::Unknown { .. }));
    bench.restart();
    assert_eq!(bench.adapter.reconcile(&lost).await, Found::No);
}

#[tokio::test]
async fn a_topics_successor_gets_the_whole_message() {
    let bench = Bench::forum().await;
    let (old, new) = (bench.topic("op-1").await, bench.topic("op-2").await);
    let text = "wörd ".repeat(600);
    let first = op("op-3", &bench.room, Some(&old), customer(&text));
    bench.sent(&first).await;
    let again = op("op-3", &bench.room, Some(&new), customer(&text));
    assert_eq!(bench.sent(&again).await.len(), 2);
    assert_eq!(bench.texts(new.as_str()).len(), 3);
}
