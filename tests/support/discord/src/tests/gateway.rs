//! What the gateway tells, and to whom.

use crate::Fake;
use futures_util::StreamExt;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Session, Shard, ShardId};

fn intents() -> Intents {
    Intents::GUILDS
        | Intents::GUILD_MESSAGES
        | Intents::DIRECT_MESSAGES
        | Intents::GUILD_MESSAGE_REACTIONS
        | Intents::MESSAGE_CONTENT
}

fn shard(fake: &Fake, intents: Intents, session: Option<Session>) -> Shard {
    let url = fake.core.look(|world| world.gateway_url());
    let config = ConfigBuilder::new(fake.token(), intents).proxy_url(url.clone());
    let config = match session {
        Some(session) => config.session(session).resume_url(url),
        None => config,
    };
    Shard::with_config(ShardId::ONE, config.build())
}

/// The next event of a kind, or the code that the connection was closed with.
async fn next(shard: &mut Shard, kind: &str) -> Result<Value, u16> {
    let waiting = async {
        loop {
            match shard.next().await.unwrap() {
                Ok(Message::Text(said)) => {
                    let said: Value = serde_json::from_str(&said).unwrap();
                    if said["t"] == kind {
                        return Ok(said["d"].clone());
                    }
                }
                Ok(Message::Close(frame)) => {
                    let code = frame.map_or(0, |frame| frame.code);
                    // after its own good-byes it connects again by itself
                    if kind.is_empty() || (4001..=4014).contains(&code) {
                        return Err(code);
                    }
                }
                Err(_) => {}
            }
        }
    };
    timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("{kind} did not come"))
}

#[tokio::test]
async fn a_session_is_told_of_messages_and_resumed_without_a_gap() {
    let fake = Fake::start().await;
    let (carla, guild) = (fake.user("Carla"), fake.guild("Shop"));
    guild.join(&carla);
    let room = guild.text_channel("room");
    let mut first = shard(&fake, intents(), None);
    assert_eq!(next(&mut first, "READY").await.unwrap()["user"]["id"], fake.bot_id());
    assert_eq!(next(&mut first, "GUILD_CREATE").await.unwrap()["channels"][0]["id"], room);
    carla.dm("hello");
    let told = next(&mut first, "MESSAGE_CREATE").await.unwrap();
    assert_eq!((told["content"].as_str(), told["guild_id"].is_null()), (Some("hello"), true));
    let session = first.session().unwrap().clone();
    first.close(CloseFrame::RESUME);
    assert_eq!(next(&mut first, "").await, Err(4000));
    drop(first);
    fake.until("nobody is connected", |fake| fake.connected() == 0).await;
    carla.says(&room, "meanwhile");
    let mut second = shard(&fake, intents(), Some(session.clone()));
    assert_eq!(next(&mut second, "MESSAGE_CREATE").await.unwrap()["content"], "meanwhile");
    next(&mut second, "RESUMED").await.unwrap();
    assert_eq!((fake.identified(), fake.resumed()), (1, 1));
    fake.cut_gateway();
    next(&mut second, "RESUMED").await.unwrap();
    fake.ask_to_reconnect();
    next(&mut second, "RESUMED").await.unwrap();
    fake.invalidate(false);
    next(&mut second, "READY").await.unwrap();
    assert_eq!((fake.identified(), fake.resumed()), (2, 3));
}

#[tokio::test]
async fn a_session_that_is_ended_in_order_cannot_be_resumed() {
    let fake = Fake::start().await;
    let mut first = shard(&fake, intents(), None);
    next(&mut first, "READY").await.unwrap();
    let session = first.session().unwrap().clone();
    first.close(CloseFrame::NORMAL);
    assert_eq!(next(&mut first, "").await, Err(1000));
    drop(first);
    fake.until("the session is gone", |fake| fake.core.look(|world| world.sessions.is_empty())).await;
    let mut second = shard(&fake, intents(), Some(session));
    next(&mut second, "READY").await.unwrap();
    assert_eq!((fake.identified(), fake.resumed()), (2, 0));
}

#[tokio::test]
async fn wrong_credentials_and_intents_are_told_by_their_codes() {
    let fake = Fake::start().await;
    let privileged = intents() | Intents::GUILD_MEMBERS;
    assert_eq!(next(&mut shard(&fake, privileged, None), "READY").await, Err(4014));
    assert_eq!(next(&mut shard(&fake, Intents::from_bits_retain(1 << 40), None), "READY").await, Err(4013));
    fake.enable_content(false);
    assert_eq!(next(&mut shard(&fake, intents(), None), "READY").await, Err(4014));
    let mut stranger = shard(&fake, intents(), None);
    fake.revoke_token();
    assert_eq!(next(&mut stranger, "READY").await, Err(4004));
}

#[tokio::test]
async fn contents_are_hidden_from_who_did_not_ask_for_them() {
    let fake = Fake::start().await;
    let (carla, guild) = (fake.user("Carla"), fake.guild("Shop"));
    let room = guild.text_channel("room");
    let mut shard = shard(&fake, intents() - Intents::MESSAGE_CONTENT, None);
    next(&mut shard, "READY").await.unwrap();
    let called = format!("<@{}> look", fake.bot_id());
    for (channel, said, read) in [
        (&room, "a secret", ""),
        (&room, called.as_str(), called.as_str()),
        (&carla.direct(), "between us", "between us"),
    ] {
        carla.says(channel, said);
        assert_eq!(next(&mut shard, "MESSAGE_CREATE").await.unwrap()["content"], read);
    }
}
