//! Albums come in as one message, whatever happens between their items.

use super::stage::{Stage, text_of};
use fake_telegram::{FileSent, Person};
use port::{Inbound, InboundKind, MessageId};
use serde_json::{Value, json};

const PICTURE: FileSent<'static> = FileSent { kind: "photo", name: "", bytes: b"picture" };

fn item(album: &str, caption: &str) -> Value {
    let size = json!({ "file_id": format!("f-{caption}"), "file_unique_id": "u", "width": 9, "height": 9 });
    json!({ "photo": [size], "media_group_id": album, "caption": caption })
}

fn files(inbound: &Inbound) -> usize {
    if let InboundKind::Message { content, .. } | InboundKind::Edit { content } = &inbound.kind {
        content.files.len()
    } else {
        0
    }
}

fn sends(person: &Person, album: &str, captions: &[&str]) -> Vec<i64> {
    captions.iter().map(|caption| person.sends(item(album, caption))).collect()
}

fn id(message: i64) -> MessageId {
    MessageId::new(message.to_string())
}

#[tokio::test]
async fn an_album_is_one_message_with_the_first_ones_id() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    stage.run(None);
    stage.connected().await;
    let ids = carla.sends_album(&[PICTURE, PICTURE, PICTURE], "three of them");
    let album = stage.hears_text("three of them").await;
    assert_eq!((album.message, files(&stage.kept.borrow().inbound[0])), (id(ids[0]), 3));
    assert_eq!(stage.heard(), ["three of them"]);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn the_next_message_comes_after_the_album_before_it() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    sends(&carla, "a", &["one", "two"]);
    sends(&carla, "b", &["three"]);
    carla.writes("after");
    stage.run(None);
    stage.hears_text("after").await;
    assert_eq!(stage.heard(), ["one\ntwo", "three", "after"]);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn an_album_that_was_kept_is_handed_over_by_the_next_process() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    let ids = sends(&carla, "a", &["one", "two"]);
    stage.run(Some("one\ntwo"));
    assert!(stage.ended().await.is_err(), "what was handed over is lost");
    assert_eq!(stage.fake.waiting(), 0, "the server has forgotten them");
    assert_eq!(stage.keys("album/").await.len(), 1);
    stage.reborn();
    // the rest comes meanwhile
    let last = carla.sends(item("a", "three"));
    stage.run(None);
    let album = stage.hears_text("one\ntwo\nthree").await;
    assert_eq!((album.message.clone(), files(&album)), (id(ids[0]), 3));
    assert!(last > ids[1]);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn an_item_that_comes_after_its_album_is_a_message_of_its_own() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    sends(&carla, "a", &["one", "two"]);
    stage.run(None);
    stage.hears_text("one\ntwo").await;
    let late = sends(&carla, "a", &["late"]);
    let own = stage.hears_text("late").await;
    assert_eq!(own.message, id(late[0]));
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn an_edit_of_one_item_is_an_edit_of_the_whole_album() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    let ids = sends(&carla, "a", &["one", "two"]);
    stage.run(None);
    stage.hears_text("one\ntwo").await;
    carla.edits(ids[1], "zwei");
    let edit = stage.hears_text("one\nzwei").await;
    assert_eq!((edit.message.clone(), files(&edit)), (id(ids[0]), 2));
    assert!(edit.version > 0 && edit.kind.word() == "edit");
    carla.edits(ids[0], "eins");
    let second = stage.hears_text("eins\nzwei").await;
    assert!(second.version > edit.version);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn an_item_that_is_edited_before_its_album_is_whole_says_its_latest_words() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    let ids = sends(&carla, "a", &["one", "two"]);
    carla.edits(ids[1], "zwei");
    stage.run(None);
    stage.hears_text("one\nzwei").await;
    assert_eq!(stage.heard(), ["one\nzwei"]);
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn a_reply_and_a_reaction_to_any_item_name_the_album() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    let ids = sends(&carla, "a", &["one", "two"]);
    stage.run(None);
    stage.hears_text("one\ntwo").await;
    carla.replies(ids[1], "this one");
    carla.reacts(ids[1], &["👍"]);
    let reply = stage.hears_text("this one").await;
    let InboundKind::Message { reply_to, .. } = reply.kind else { panic!("it is none") };
    assert_eq!(reply_to, Some(id(ids[0])));
    let reaction = stage.hears("a reaction", |inbound| inbound.kind.word() == "reaction").await;
    let InboundKind::Reaction { of, .. } = reaction.kind else { panic!("it is none") };
    assert_eq!(of, id(ids[0]));
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn two_people_send_albums_at_once_and_each_is_whole() {
    let mut stage = Stage::new().await;
    let (anna, ben) = (stage.group.member("Anna"), stage.group.member("Ben"));
    for caption in ["1", "2"] {
        anna.sends(item("a", caption));
        ben.sends(item("b", caption));
    }
    stage.run(None);
    for author in [&anna, &ben] {
        let account = author.id().to_string();
        let album = stage.hears("an album", |inbound| inbound.author.account.as_str() == account).await;
        assert_eq!(text_of(&album), Some("1\n2"));
    }
    stage.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_known_about_an_album_is_forgotten_after_a_week() {
    let mut stage = Stage::new().await;
    let carla = stage.customer("Carla");
    sends(&carla, "a", &["one", "two"]);
    stage.run(None);
    stage.hears_text("one\ntwo").await;
    carla.writes("what comes next finds it noted");
    stage.hears_text("what comes next finds it noted").await;
    stage.stop().await.unwrap();
    let [key] = <[String; 1]>::try_from(stage.keys("album/").await).unwrap();
    stage.change(&key, |row| row["at"] = json!(row["at"].as_i64().unwrap() - 8 * 86_400)).await;
    stage.run(None);
    stage.connected().await;
    assert!(stage.keys("album/").await.is_empty() && stage.keys("item/").await.is_empty());
    stage.stop().await.unwrap();
}
