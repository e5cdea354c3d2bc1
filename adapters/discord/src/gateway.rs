//! One connection to the gateway: what it says is passed on in order, and interactions beside that, so that nothing which
//! waits for being kept holds their answers up.
//!
//! The shard is used for its heartbeats and its handshake alone. It is dropped with its connection, without a word, so
//! that the session lives on; which session the next connection resumes, and from where, is decided by what was kept.

use crate::Shared;
use crate::api::{self, text};
use crate::client::Failure;
use crate::clock;
use crate::cursor::Session;
use crate::interactions::Asked;
use futures_util::StreamExt;
use jiff::Timestamp;
use port::AdapterError;
use serde_json::Value;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use twilight_gateway::error::ReceiveMessageErrorType;
use twilight_gateway::{ConfigBuilder, Intents, Message, Session as Resumed, Shard, ShardId};

/// How many events may wait for being kept; then the gateway waits. Behind them are interactions that have three seconds.
pub(crate) const QUEUE: usize = 4096;
/// What too many servers are among the things that are wrong.
const SHARDS: &str = "shards";
/// How long a connection may take to say who we are.
const SILENCE: Duration = Duration::from_secs(30);

/// An event.
pub(crate) struct Said {
    /// What it is called, e.g. `MESSAGE_CREATE`.
    pub(crate) name: String,
    /// Its number within the session.
    pub(crate) seq: u64,
    /// What it says.
    pub(crate) data: Value,
    /// When it came.
    pub(crate) at: Timestamp,
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The gateway asked for a new connection.
    Asked,
    /// It broke.
    Broken {
        /// Whether there was a session by then.
        established: bool,
        /// In the gateway's or the network's words.
        reason: String,
    },
    /// The session is over: begin a new one.
    Invalid,
}

/// What a bot that answers customers and a team has to hear of. Members and presences are nobody's business.
fn intents() -> Intents {
    Intents::GUILDS
        | Intents::GUILD_MESSAGES
        | Intents::GUILD_MESSAGE_REACTIONS
        | Intents::GUILD_MESSAGE_TYPING
        | Intents::DIRECT_MESSAGES
        | Intents::DIRECT_MESSAGE_REACTIONS
        | Intents::DIRECT_MESSAGE_TYPING
        | Intents::MESSAGE_CONTENT
}

/// Lets a shard begin a session at once: there is one alone, and who reconnects waits by itself.
#[derive(Debug, Clone, Copy)]
struct AtOnce;

impl twilight_gateway::queue::Queue for AtOnce {
    fn enqueue(&self, _shard: u32) -> oneshot::Receiver<()> {
        let (go, wait) = oneshot::channel();
        let _nobody_waits = go.send(());
        wait
    }
}

/// The gateway's address.
pub(crate) async fn address(shared: &Shared) -> Result<String, Failure> {
    let answer = match api::get(&shared.client, "/gateway/bot").await {
        Err(Failure::Refused { status: 403 | 404, .. }) => api::get(&shared.client, "/gateway").await?,
        answer => answer?,
    };
    match shards(&answer) {
        Some(shards) => shared.health.fault(SHARDS, too_many(shards)),
        None => shared.health.mended(SHARDS),
    }
    let limit = answer.get("session_start_limit");
    let number = |field: &str| limit.and_then(|limit| limit.get(field)).and_then(Value::as_u64);
    if number("remaining") == Some(0) {
        let after = Duration::from_millis(number("reset_after").unwrap_or(60_000));
        return Err(Failure::Limited { after, global: false });
    }
    let address = text(&answer, "url").map(str::to_owned).unwrap_or_default();
    if is_usable(&address) { Ok(address) } else { Err(Failure::Lost("the answer names no gateway")) }
}

/// How many connections Discord recommends, when one is not enough.
pub(crate) fn shards(gateway: &Value) -> Option<u64> {
    gateway.get("shards").and_then(Value::as_u64).filter(|shards| *shards > 1)
}

/// What it means that one is not enough. Up to the limit one connection hears of everything.
pub(crate) fn too_many(shards: u64) -> String {
    format!(
        "The bot is in so many servers that Discord recommends {shards} connections, and the bridge makes one: with more than \
         2,500 servers Discord refuses it. Have the bot leave servers in which it is not needed."
    )
}

/// Whether an address can be connected to at all.
pub(crate) fn is_usable(address: &str) -> bool {
    reqwest::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "ws" | "wss") && url.has_host())
}

/// Reads from a new connection until it ends.
pub(crate) async fn read(
    shared: &Shared,
    address: &str,
    session: Option<(&Session, u64)>,
    events: mpsc::Sender<Said>,
    interactions: &mpsc::Sender<Asked>,
) -> Result<Ended, AdapterError> {
    let mut config = ConfigBuilder::new(shared.config.token.reveal().to_owned(), intents())
        .proxy_url(address.trim_end_matches('/').to_owned())
        .queue(AtOnce);
    if let Some((session, seq)) = session {
        config = config.session(Resumed::new(seq, session.id.clone()));
    }
    let mut line = Shard::with_config(ShardId::ONE, config.build());
    let mut established = false;
    let silence = tokio::time::sleep(SILENCE);
    tokio::pin!(silence);
    loop {
        let next = tokio::select! {
            next = line.next() => next,
            () = &mut silence, if !established => {
                return Ok(broken(established, "the gateway says nothing"));
            }
        };
        let said = match next {
            None => return Ok(broken(established, "the connection was closed")),
            Some(Ok(Message::Text(said))) => said,
            Some(Ok(Message::Close(frame))) => return closed(frame.map(|frame| frame.code), established),
            // its words hold the whole event; what the shard does not understand may be well for us
            Some(Err(error)) => {
                let ReceiveMessageErrorType::Deserializing { event } = error.into_parts().0 else {
                    return Ok(broken(established, "the gateway cannot be reached"));
                };
                event
            }
        };
        let Ok(said) = serde_json::from_str::<Value>(&said) else { continue };
        match said.get("op").and_then(Value::as_u64) {
            Some(0) => {}
            Some(7) => return Ok(Ended::Asked),
            Some(9) if said.get("d") == Some(&Value::Bool(true)) => return Ok(Ended::Asked),
            Some(9) => return Ok(Ended::Invalid),
            _ => continue,
        }
        let (name, seq) = (text(&said, "t").unwrap_or_default(), said.get("s").and_then(Value::as_u64));
        established |= matches!(name, "READY" | "RESUMED");
        let data = said.get("d").cloned().unwrap_or_default();
        if name == "INTERACTION_CREATE" {
            interactions.send((data, clock::now())).await.map_err(|_| AdapterError::Stopped)?;
            continue;
        }
        let said = Said { name: name.to_owned(), seq: seq.unwrap_or_default(), data, at: clock::now() };
        events.send(said).await.map_err(|_| AdapterError::Stopped)?;
    }
}

fn broken(established: bool, reason: &str) -> Ended {
    Ended::Broken { established, reason: reason.to_owned() }
}

/// What a close code asks for.
fn closed(code: Option<u16>, established: bool) -> Result<Ended, AdapterError> {
    match code {
        Some(4004) => Err(AdapterError::BadCredentials(
            "the gateway does not take the bot's token; reset it under Bot in the Developer Portal".to_owned(),
        )),
        Some(4013 | 4014) => Err(AdapterError::Config(
            "the bot may not read messages: switch on the Message Content Intent under Bot in the Developer Portal"
                .to_owned(),
        )),
        Some(4010 | 4011) => Err(AdapterError::Config(
            "the bot is in more than 2,500 servers, for which Discord wants several connections and the bridge makes one: \
             have the bot leave servers in which it is not needed"
                .to_owned(),
        )),
        Some(4012) => Err(AdapterError::Config("the gateway no longer speaks this version".to_owned())),
        Some(4007 | 4009) => Ok(Ended::Invalid),
        Some(code) => Ok(broken(established, &format!("the gateway closed the connection with code {code}"))),
        None => Ok(broken(established, "the gateway closed the connection")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_end_a_run_only_when_trying_again_is_of_no_use() {
        assert!(matches!(closed(Some(4004), true), Err(AdapterError::BadCredentials(_))));
        let Err(AdapterError::Config(missing)) = closed(Some(4014), false) else {
            panic!("it is no setting")
        };
        assert!(missing.contains("Message Content"), "{missing}");
        let Err(AdapterError::Config(many)) = closed(Some(4011), false) else { panic!("it is no setting") };
        assert!(many.contains("2,500 servers"), "{many}");
        assert_eq!(closed(Some(4009), true).unwrap(), Ended::Invalid);
        for code in [None, Some(1006), Some(4000), Some(4008)] {
            assert!(matches!(closed(code, true), Ok(Ended::Broken { established: true, .. })), "{code:?}");
        }
    }

    #[test]
    fn only_an_address_of_a_socket_is_connected_to() {
        assert!(is_usable("wss://gateway.discord.gg") && is_usable("ws://127.0.0.1:80/gateway"));
        assert!(!is_usable("") && !is_usable("https://discord.com") && !is_usable("wss://"));
    }
}
