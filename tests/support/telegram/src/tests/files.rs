//! Files: uploaded, sent again, gathered in albums, fetched.

use super::Bot;
use crate::{Fake, FileSent};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

impl Bot<'_> {
    async fn upload(&self, method: &str, form: Form) -> Value {
        let response = self.http.post(self.address(method)).multipart(form).send().await.unwrap();
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }
}

fn part(bytes: &[u8], name: &str) -> Part {
    Part::bytes(bytes.to_vec()).file_name(name.to_owned())
}

#[tokio::test]
async fn an_upload_is_shown_and_can_be_sent_again_by_its_id() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let form = Form::new()
        .text("chat_id", carla.chat().to_string())
        .text("caption", "a file")
        .text("caption_entities", r#"[{"type":"bold","offset":0,"length":1}]"#)
        .part("document", part(b"some bytes", "file.bin"));
    let sent = bot.upload("sendDocument", form).await["result"].clone();
    assert_eq!(sent["document"]["file_name"], "file.bin");
    let seen = &carla.sees()[0];
    assert_eq!(seen.bytes.as_deref(), Some(b"some bytes".as_slice()));
    assert_eq!((seen.text.as_str(), seen.entities.len()), ("a file", 1));
    let again = json!({ "chat_id": carla.chat(), "document": sent["document"]["file_id"] });
    bot.call("sendDocument", again).await;
    let wrong = json!({ "chat_id": carla.chat(), "photo": sent["document"]["file_id"] });
    assert_eq!(
        bot.refused("sendPhoto", wrong).await,
        "Bad Request: can't use file of type Document as Photo"
    );
    assert_eq!(carla.sees().len(), 2);
}

#[tokio::test]
async fn a_photo_must_be_a_picture_of_a_reasonable_shape() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let png = |width: u32, height: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    };
    for (bytes, words) in [
        (png(30, 20), None),
        (png(3000, 20), Some("Bad Request: PHOTO_INVALID_DIMENSIONS")),
        (b"no picture".to_vec(), Some("Bad Request: IMAGE_PROCESS_FAILED")),
    ] {
        let form = Form::new().text("chat_id", carla.chat().to_string()).part("photo", part(&bytes, "p.png"));
        assert_eq!(bot.upload("sendPhoto", form).await["description"].as_str(), words);
    }
}

#[tokio::test]
async fn an_album_is_made_of_its_own_kind() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let album = |kinds: [&str; 2]| {
        let media = kinds.iter().zip(["attach://a", "attach://b"]);
        let media: Vec<_> = media.map(|(kind, media)| json!({ "type": kind, "media": media })).collect();
        Form::new()
            .text("chat_id", carla.chat().to_string())
            .text("media", json!(media).to_string())
            .part("a", part(b"first", "a.txt"))
            .part("b", part(b"second", "b.txt"))
    };
    let sent = bot.upload("sendMediaGroup", album(["document", "document"])).await;
    assert_eq!(sent["result"].as_array().unwrap().len(), 2);
    let seen = carla.sees();
    assert!(seen[0].album.is_some());
    assert_eq!(seen[0].album, seen[1].album);
    assert_eq!(seen[1].bytes.as_deref(), Some(b"second".as_slice()));
    let mixed = bot.upload("sendMediaGroup", album(["document", "audio"])).await;
    let words = "Bad Request: can't use the media of the specified type in the album";
    assert_eq!(mixed["description"], words);
}

#[tokio::test]
async fn what_a_person_sends_can_be_fetched_unless_it_is_too_large() {
    let fake = Fake::start().await;
    let (bot, carla) = (Bot::of(&fake), fake.user("Carla"));
    let sent = FileSent { kind: "photo", name: "", bytes: b"a picture" };
    carla.sends_album(&[sent, sent], "two pictures");
    let updates = bot.updates(0).await;
    assert_eq!(updates[0]["message"]["media_group_id"], updates[1]["message"]["media_group_id"]);
    assert_eq!(updates[0]["message"]["caption"], "two pictures");
    let id = updates[1]["message"]["photo"][1]["file_id"].as_str().unwrap();
    let file = bot.call("getFile", json!({ "file_id": id })).await;
    let path = file["file_path"].as_str().unwrap();
    let address = format!("{}/file/bot{}/{path}", fake.api_url(), fake.token());
    let bytes = bot.http.get(address).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes.as_ref(), b"a picture");
    fake.pretend_size(id, 21 << 20);
    assert_eq!(bot.refused("getFile", json!({ "file_id": id })).await, "Bad Request: file is too big");
}
