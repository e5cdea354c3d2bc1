//! All that is on this Discord, and who is told of what.

use crate::faults::Faults;
use crate::shapes;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// A snowflake.
pub(crate) type Id = u64;

/// The first millisecond of snowflakes.
const EPOCH: i64 = 1_420_070_400_000;

/// The id that a JSON value holds; 0 for none.
pub(crate) fn id_of(value: &Value) -> Id {
    value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_u64()).unwrap_or_default()
}

/// An id as JSON has it.
pub(crate) fn text(id: Id) -> Value {
    json!(id.to_string())
}

/// Intents of the gateway.
pub(crate) mod intents {
    pub(crate) const GUILDS: u64 = 1;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_REACTIONS: u64 = 1 << 10;
    pub(crate) const GUILD_TYPING: u64 = 1 << 11;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_REACTIONS: u64 = 1 << 13;
    pub(crate) const DIRECT_TYPING: u64 = 1 << 14;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    /// Those that exist.
    pub(crate) const KNOWN: u64 = 0x1_FFFF | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
}

/// A server.
#[derive(Debug)]
pub(crate) struct GuildState {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) owner: Id,
    pub(crate) premium_tier: u8,
    pub(crate) roles: Vec<Value>,
    pub(crate) members: BTreeMap<Id, Value>,
}

/// A message: its object without what changes by itself (addresses, reactions).
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) json: Value,
    pub(crate) reactions: Vec<(Value, Vec<Id>)>,
    /// Whom it calls.
    pub(crate) called: Vec<Id>,
    /// As it was sent, for whoever has to see what a webhook was told.
    pub(crate) avatar_url: Option<String>,
}

/// What a connection of the gateway is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    /// Ask it to come again (op 7).
    Reconnect,
    /// Tell it that its session is invalid (op 9).
    Invalid(bool),
    /// Close it with a code.
    Close(u16),
    /// Cut it without a word.
    Cut,
}

/// A session of the gateway; lives on while nobody is connected.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) intents: u64,
    /// Every event, in order; the sequence is its place, from 1.
    pub(crate) events: Vec<Value>,
    /// Which connection has it.
    pub(crate) connection: Option<u64>,
    pub(crate) controls: Vec<Control>,
}

/// Something that a person pressed or typed.
#[derive(Debug, Clone)]
pub(crate) struct Interaction {
    pub(crate) token: String,
    pub(crate) object: Value,
    pub(crate) began: Instant,
    /// The type of the answer, once there is one.
    pub(crate) callback: Option<Value>,
    /// The answer's message, as only that person sees it; nothing while it is deferred.
    pub(crate) original: Option<Value>,
    pub(crate) followups: Vec<Value>,
}

/// Everything.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own that a test turns")]
#[derive(Debug)]
pub(crate) struct World {
    /// `http://127.0.0.1:1234`
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) bot: Id,
    pub(crate) application: Id,
    /// Whether Message Content is enabled for the application.
    pub(crate) content_enabled: bool,
    pub(crate) users: BTreeMap<Id, Value>,
    pub(crate) closed: BTreeSet<Id>,
    pub(crate) guilds: BTreeMap<Id, GuildState>,
    pub(crate) channels: BTreeMap<Id, Value>,
    pub(crate) thread_members: BTreeMap<Id, BTreeSet<Id>>,
    pub(crate) messages: BTreeMap<Id, BTreeMap<Id, Message>>,
    pub(crate) webhooks: BTreeMap<Id, Value>,
    pub(crate) nonces: BTreeMap<(Id, String), (Id, Id)>,
    pub(crate) files: BTreeMap<Id, (String, Vec<u8>)>,
    /// Addresses that were signed before are not taken any more when this grows.
    pub(crate) signature: u64,
    pub(crate) sessions: Vec<Session>,
    pub(crate) commands: BTreeMap<Id, Vec<Value>>,
    pub(crate) interactions: BTreeMap<Id, Interaction>,
    pub(crate) typing: Vec<(Id, Id)>,
    pub(crate) faults: Faults,
    pub(crate) traffic: Vec<Value>,
    pub(crate) complaints: Vec<String>,
    pub(crate) gateway_closed: bool,
    pub(crate) identified: u32,
    pub(crate) resumed: u32,
    pub(crate) avatars_refused: bool,
    /// What no webhook's name may hold, for reasons that no documentation tells; in small letters.
    pub(crate) names_refused: Vec<String>,
    /// How many connections are recommended.
    pub(crate) shards: u32,
    pub(crate) active_threads_max: usize,
    pub(crate) renames: Option<BTreeMap<Id, u32>>,
    pub(crate) buckets: Option<BTreeMap<String, (u32, Instant)>>,
    pub(crate) held: bool,
    last_id: Id,
}

impl World {
    pub(crate) fn new(base: String) -> Self {
        let mut world = Self {
            base,
            token: "MTk4NjIy.Cl2FMQ.fake-token".to_owned(),
            bot: 0,
            application: 0,
            content_enabled: true,
            users: BTreeMap::new(),
            closed: BTreeSet::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            thread_members: BTreeMap::new(),
            messages: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            nonces: BTreeMap::new(),
            files: BTreeMap::new(),
            signature: 1,
            sessions: Vec::new(),
            commands: BTreeMap::new(),
            interactions: BTreeMap::new(),
            typing: Vec::new(),
            faults: Faults::default(),
            traffic: Vec::new(),
            complaints: Vec::new(),
            gateway_closed: false,
            identified: 0,
            resumed: 0,
            avatars_refused: false,
            names_refused: Vec::new(),
            shards: 1,
            active_threads_max: 1000,
            renames: None,
            buckets: None,
            held: false,
            last_id: 0,
        };
        world.bot = world.new_id();
        // they are the same for every application made since 2016
        world.application = world.bot;
        let bot = shapes::user(world.bot, "desk", Some("Desk"), true);
        world.users.insert(world.bot, bot);
        world
    }

    /// A new snowflake, greater than all before.
    pub(crate) fn new_id(&mut self) -> Id {
        let since = Timestamp::now().as_millisecond() - EPOCH;
        let now = u64::try_from(since).unwrap_or_default() << 22;
        self.last_id = now.max(self.last_id + 1);
        self.last_id
    }

    /// The server of a channel; nothing for direct messages.
    pub(crate) fn guild_of(&self, channel: Id) -> Option<Id> {
        let guild = id_of(&self.channels.get(&channel)?["guild_id"]);
        (guild != 0).then_some(guild)
    }

    /// Tells every session that wants to know. The first intent is for servers, the second for direct messages.
    pub(crate) fn tell(&mut self, kind: &str, data: &Value, in_guilds: u64, in_direct: u64) {
        let in_guild = !data["guild_id"].is_null() || kind.starts_with("GUILD_");
        let wanted = if in_guild { in_guilds } else { in_direct };
        let channel = id_of(&data["channel_id"]);
        if in_guild && channel != 0 && self.needs(channel, 0).is_err() {
            return;
        }
        let bot = self.bot;
        for session in &mut self.sessions {
            if wanted != 0 && session.intents & wanted == 0 {
                continue;
            }
            let mut data = data.clone();
            let reads = session.intents & intents::MESSAGE_CONTENT != 0;
            if kind.starts_with("MESSAGE_") && in_guild && !reads {
                hide_content(&mut data, bot);
            }
            session.push(kind, &data);
        }
    }
}

impl Session {
    /// Adds an event.
    pub(crate) fn push(&mut self, kind: &str, data: &Value) {
        let seq = self.events.len() + 1;
        self.events.push(json!({ "op": 0, "s": seq, "t": kind, "d": data }));
    }
}

/// Takes away what only the Message Content intent shows.
pub(crate) fn hide_content(message: &mut Value, bot: Id) {
    let calls = message["mentions"]
        .as_array()
        .is_some_and(|mentions| mentions.iter().any(|user| id_of(&user["id"]) == bot));
    if message["content"].is_null() || calls || id_of(&message["author"]["id"]) == bot {
        return;
    }
    message["content"] = json!("");
    for list in ["embeds", "attachments", "components"] {
        message[list] = json!([]);
    }
    if let Some(object) = message.as_object_mut() {
        object.remove("poll");
        object.remove("message_snapshots");
    }
}

/// The time that a snowflake holds, as Discord writes it.
pub(crate) fn time_of(id: Id) -> String {
    let millisecond = i64::try_from(id >> 22).unwrap_or_default() + EPOCH;
    written(Timestamp::from_millisecond(millisecond).unwrap_or_default())
}

/// A time as Discord writes it.
pub(crate) fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}
