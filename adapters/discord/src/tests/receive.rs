//! What people write and do reaches the desk once, from the right place.

use super::harness::{Bench, PATIENCE, text_of};
use port::{
    Adapter, Body, ChatId, InboundKind, NoMedia, Op, OpId, Operation, Outcome, Owner, Private, Voice,
};
use serde_json::json;
use tokio::time::timeout;

#[tokio::test]
async fn a_direct_message_is_a_customers_and_a_post_is_a_topic() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let (carla, anna) = (bench.fake.user("Carla"), bench.fake.user("Anna"));
    bench.guild.join(&anna);
    bench.guild.nick(&anna, "Anna S.");
    let message = carla.dm("hello");
    let heard = bench.hears_text("hello").await;
    assert_eq!((heard.chat.as_str(), heard.message.as_str()), (carla.direct().as_str(), message.as_str()));
    assert_eq!((heard.author.name.as_str(), heard.author.account.as_str()), ("Carla", carla.id().as_str()));
    assert!(heard.topic.is_none() && !heard.author.is_bot);

    let post = anna.opens_post(&bench.forum, "Carla #1", "the card");
    let first = anna.says(&post, "a note");
    anna.replies(&post, &first, "an answer");
    let note = bench.hears_text("a note").await;
    assert_eq!(note.chat.as_str(), bench.forum);
    assert_eq!(note.topic.as_ref().map(port::TopicId::as_str), Some(post.as_str()));
    assert_eq!(note.author.name, "Anna S.");
    let answer = bench.hears_text("an answer").await;
    assert!(matches!(&answer.kind, InboundKind::Message { reply_to: Some(to), .. } if to.as_str() == first));
    assert_eq!(bench.fake.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn who_is_connected_knows_how_customers_come_to_the_bot() {
    let mut bench = Bench::new().await;
    assert_eq!(bench.adapter.entrance(), None);
    bench.start().await;
    let entrance = bench.adapter.entrance().unwrap();
    assert!(entrance.ends_with(&format!("&client_id={}", bench.fake.bot_id())), "{entrance}");
    bench.stop().await;
}

#[tokio::test]
async fn what_is_said_in_the_post_for_everything_else_belongs_to_no_topic() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let body = Body::from(Private::new(Owner::Desk, "all is well"));
    let operation = Operation::Create {
        voice: Voice::Bridge,
        body,
        files: Vec::new(),
        reply_to: None,
        mentions: Vec::new(),
    };
    let chat = ChatId::new(bench.forum.clone());
    let op = Op { id: OpId::new("op-1"), chat, topic: None, attempt: 0, operation };
    let told = bench.adapter.deliver(&op, &NoMedia).await;
    assert!(matches!(told, Outcome::Delivered { .. }), "{told:?}");
    let post = bench.fake.threads(&bench.forum)[0]["id"].as_str().unwrap().to_owned();
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    anna.says(&post, "!list");
    let heard = bench.hears_text("!list").await;
    assert_eq!((heard.chat.as_str(), heard.topic), (bench.forum.as_str(), None));
    // the next process knows it, too, and what was missed there
    bench.stop().await;
    anna.says(&post, "!stats");
    bench.fake.forget_sessions();
    bench.renew();
    bench.start().await;
    anna.says(&post, "!agents");
    for text in ["!stats", "!agents"] {
        let heard = bench.hears_text(text).await;
        assert_eq!((heard.chat.as_str(), heard.topic), (bench.forum.as_str(), None));
    }
    let interaction = anna.command(&post, "close", None, "en-US");
    let heard = bench.hears("a command", |one| one.message.as_str() == format!("i:{interaction}")).await;
    assert_eq!((heard.chat.as_str(), heard.topic), (bench.forum.as_str(), None));
}

#[tokio::test]
async fn what_is_said_elsewhere_is_nobodys_business() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let anna = bench.fake.user("Anna");
    bench.guild.join(&anna);
    anna.says(&bench.lobby, "in the lobby");
    let post = anna.opens_post(&bench.lobby, "chatter", "in a thread of the lobby");
    anna.says(&post, "more of it");
    anna.dm("directly");
    bench.hears_text("directly").await;
    assert_eq!(bench.heard().len(), 1, "{:?}", bench.heard());
}

#[tokio::test]
async fn changes_and_reactions_name_their_message() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let carla = bench.fake.user("Carla");
    let (chat, message) = (carla.direct(), carla.dm("frist"));
    bench.hears_text("frist").await;
    carla.reacts(&chat, &message, "👍");
    let reaction = bench.hears("a reaction", |one| matches!(one.kind, InboundKind::Reaction { .. })).await;
    assert_eq!(reaction.message.as_str(), format!("r:{message}:{}:👍", carla.id()));
    assert_eq!(reaction.author.name, "Carla");
    carla.unreacts(&chat, &message, "👍");
    let gone = bench.hears("its end", |one| one.kind == InboundKind::Delete).await;
    assert_eq!(gone.message, reaction.message);
    assert!(gone.version > reaction.version);

    carla.edits(&chat, &message, "first");
    let edit = bench.hears("an edit", |one| matches!(one.kind, InboundKind::Edit { .. })).await;
    assert_eq!(edit.message.as_str(), message);
    bench.fake.unfurl(&chat, &message);
    carla.deletes(&chat, &[&message]);
    let deleted =
        bench.hears("a deletion", |one| one.message.as_str() == message && one.kind == InboundKind::Delete);
    assert!(deleted.await.version > 0);
    // links that were looked at are no edit of a version of their own
    let heard = bench.heard();
    let mut edits = heard.iter().filter(|one| matches!(one.kind, InboundKind::Edit { .. }));
    assert!(edits.all(|one| one.version == edit.version));
}

#[tokio::test]
async fn files_stickers_polls_and_forwards_come_in() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let carla = bench.fake.user("Carla");
    let chat = carla.direct();
    carla.sends(&chat, "see", &[("a.png", b"\x89PNG")]);
    let sent = bench.hears_text("see").await;
    let InboundKind::Message { content, .. } = &sent.kind else { panic!("it is none") };
    assert_eq!(content.files.len(), 1);
    carla.voice(&chat, b"OggS");
    carla.sticker(&chat, "Wave");
    carla.poll(&chat, "When?", &["Monday", "Tuesday"]);
    carla.forwards(&chat, &chat, sent.message.as_str());
    bench.hears_text("📊 When?\nMonday\nTuesday").await;
    let forward =
        bench.hears("a forward", |one| text_of(one) == Some("↪ …\nsee") && one.message != sent.message).await;
    let InboundKind::Message { content, .. } = &forward.kind else { panic!("it is none") };
    assert_eq!((content.files.len(), content.text.spans().len()), (1, 1));
    // its file is found in the snapshot, when addresses have changed meanwhile
    bench.fake.expire_files();
    let mut file = bench.adapter.open_media(&content.files[0].source).await.unwrap();
    assert_eq!(file.next().await.unwrap().unwrap(), b"\x89PNG");
    let kinds: Vec<_> = bench
        .heard()
        .iter()
        .filter_map(
            |one| if let InboundKind::Message { content, .. } = &one.kind { Some(content) } else { None },
        )
        .flat_map(|content| content.files.iter().map(|file| file.kind.word()).collect::<Vec<_>>())
        .collect();
    assert_eq!(kinds, ["image", "voice", "sticker", "image"]);
}

#[tokio::test]
async fn reactions_that_are_all_taken_off_are_gone_and_nobody_is_named_for_it() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let (carla, anna, bernd) = (bench.fake.user("Carla"), bench.fake.user("Anna"), bench.fake.user("Bernd"));
    bench.guild.join(&anna);
    bench.guild.join(&bernd);
    let post = anna.opens_post(&bench.forum, "one", "card");
    let message = anna.says(&post, "a note");
    for (user, emoji) in [(&anna, "👍"), (&bernd, "👍"), (&anna, "wave:17"), (&bernd, "❤️")] {
        user.reacts(&post, &message, emoji);
    }
    bernd.unreacts(&post, &message, "❤️");
    let other = anna.says(&post, "another note");
    anna.reacts(&post, &other, "👍");
    let ours = anna.opens_post(&bench.lobby, "chatter", "elsewhere");
    anna.reacts(&ours, &anna.says(&ours, "x"), "👍");
    anna.clears_reactions(&post, &message, Some("👍"));
    carla.dm("then");
    bench.hears_text("then").await;
    let gone = |bench: &Bench| -> Vec<String> {
        let heard = bench.heard();
        let gone = heard.iter().filter(|one| one.kind == InboundKind::Delete && one.version > 0);
        let nobodys = gone.filter(|one| one.author.account.as_str().is_empty() && one.author.name.is_empty());
        nobodys.map(|one| one.message.as_str().to_owned()).collect()
    };
    let of = |user: &fake_discord::User, emoji: &str| format!("r:{message}:{}:{emoji}", user.id());
    assert_eq!(gone(&bench), [of(&anna, "👍"), of(&bernd, "👍")]);
    anna.clears_reactions(&post, &message, None);
    anna.clears_reactions(&post, &message, None);
    carla.dm("at last");
    bench.hears_text("at last").await;
    assert_eq!(gone(&bench)[2..], [of(&anna, "wave:17")], "what is gone is told once");
    let first = &bench.heard().into_iter().find(|one| one.message.as_str() == of(&anna, "👍")).unwrap();
    assert_eq!(first.topic.as_ref().map(port::TopicId::as_str), Some(post.as_str()));
}

#[tokio::test]
async fn how_large_files_may_be_is_known_before_one_is_sent() {
    let mut bench = Bench::new().await;
    bench.guild.boost(2);
    bench.start().await;
    let carla = bench.fake.user("Carla");
    carla.dm("one");
    bench.hears_text("one").await;
    let max = |bench: &Bench| bench.adapter.capabilities(&ChatId::new(bench.forum.clone())).file_max;
    assert_eq!(max(&bench), Some(50 << 20));
    bench.guild.boost(3);
    carla.dm("two");
    bench.hears_text("two").await;
    assert_eq!(max(&bench), Some(100 << 20));
}

#[tokio::test]
async fn the_bots_own_words_do_not_come_back() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let carla = bench.fake.user("Carla");
    let chat = carla.direct();
    let client = &bench.adapter.shared.client;
    let said = json!({ "content": "by the bridge", "allowed_mentions": { "parse": [] } });
    crate::api::post(client, &format!("/channels/{chat}/messages"), &said).await.unwrap();
    carla.dm("by the customer");
    bench.hears_text("by the customer").await;
    assert_eq!(bench.heard().len(), 1);
}

#[tokio::test]
async fn who_writes_is_hinted_at() {
    let mut bench = Bench::new().await;
    bench.start().await;
    let carla = bench.fake.user("Carla");
    carla.dm("first");
    bench.hears_text("first").await;
    carla.types(&carla.direct());
    let hint = timeout(PATIENCE, bench.typing.as_mut().unwrap().recv()).await.unwrap().unwrap();
    assert_eq!((hint.chat.as_str(), hint.account.as_str()), (carla.direct().as_str(), carla.id().as_str()));
}
