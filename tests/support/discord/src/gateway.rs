//! The gateway: hello, identify or resume, heartbeats, events in order, and ends of every kind.

use crate::fake::Core;
use crate::world::{Control, Session, World, intents, text};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::future::{Either, select};
use serde_json::{Value, json};
use std::pin::pin;
use std::sync::Arc;

/// Why a connection ends.
enum End {
    /// With a code.
    Close(u16),
    /// Without a word.
    Cut,
    /// The client went, with its code.
    Gone(Option<u16>),
}

/// Serves one connection.
pub(crate) async fn serve(core: Arc<Core>, mut socket: WebSocket) {
    let number = core.next_connection();
    let hello = json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": 41250, "_trace": [] } });
    if send(&mut socket, &hello).await.is_err() {
        return;
    }
    let mut connection = Connection { core: Arc::clone(&core), number, session: None, sent: 0 };
    let end = connection.run(&mut socket).await;
    core.with(|world| {
        let gone = matches!(end, End::Gone(Some(1000 | 1001)));
        for session in &mut world.sessions {
            if session.connection == Some(number) {
                session.connection = None;
            }
        }
        // a client that says good-bye in order gives its session up
        if gone {
            world.sessions.retain(|session| Some(&session.id) != connection.session.as_ref());
        }
    });
    match end {
        End::Close(number) => {
            let frame = CloseFrame { code: number, reason: "".into() };
            let _lost = socket.send(Message::Close(Some(frame))).await;
        }
        // reading on sends the answer to a good-bye
        End::Gone(Some(_)) => while let Some(Ok(_)) = socket.recv().await {},
        End::Gone(None) | End::Cut => {}
    }
}

struct Connection {
    core: Arc<Core>,
    number: u64,
    session: Option<String>,
    /// Up to which sequence the client was told.
    sent: usize,
}

impl Connection {
    async fn run(&mut self, socket: &mut WebSocket) -> End {
        let mut changed = self.core.changes();
        loop {
            changed.borrow_and_update();
            if let Some(end) = self.pass_on(socket).await {
                return end;
            }
            let received = {
                let (news, message) = (pin!(changed.changed()), pin!(socket.recv()));
                match select(news, message).await {
                    Either::Left((Ok(()), _)) => continue,
                    // the fake is gone
                    Either::Left((Err(_), _)) => return End::Cut,
                    Either::Right((received, _)) => received,
                }
            };
            let Some(Ok(message)) = received else { return End::Gone(None) };
            let said = match message {
                Message::Text(said) => said.to_string(),
                Message::Binary(said) => String::from_utf8_lossy(&said).into_owned(),
                Message::Close(frame) => return End::Gone(Some(frame.map_or(1005, |frame| frame.code))),
                Message::Ping(_) | Message::Pong(_) => continue,
            };
            let Ok(said) = serde_json::from_str::<Value>(&said) else { return End::Close(4002) };
            if let Some(end) = self.hear(socket, &said).await {
                return end;
            }
        }
    }

    /// Sends what is new, and does what the test wants done.
    async fn pass_on(&mut self, socket: &mut WebSocket) -> Option<End> {
        if self.core.is_over() {
            return Some(End::Cut);
        }
        let id = self.session.clone()?;
        let (sent, number) = (self.sent, self.number);
        let news = self.core.look(|world| {
            let held = world.held;
            let session = world.sessions.iter_mut().find(|session| session.id == id)?;
            (session.connection == Some(number)).then(|| {
                let events: Vec<_> = session.events.iter().skip(sent).cloned().collect();
                (if held { Vec::new() } else { events }, std::mem::take(&mut session.controls))
            })
        });
        let Some((events, controls)) = news else { return Some(End::Close(4000)) };
        for event in events {
            if send(socket, &event).await.is_err() {
                return Some(End::Gone(None));
            }
            self.sent += 1;
        }
        for control in controls {
            match control {
                Control::Reconnect => {
                    let _lost = send(socket, &json!({ "op": 7, "s": null, "t": null, "d": null })).await;
                }
                Control::Invalid(resumable) => {
                    let _lost = send(socket, &json!({ "op": 9, "s": null, "t": null, "d": resumable })).await;
                    self.session = None;
                    return None;
                }
                Control::Close(code) => return Some(End::Close(code)),
                Control::Cut => return Some(End::Cut),
            }
        }
        None
    }

    async fn hear(&mut self, socket: &mut WebSocket, said: &Value) -> Option<End> {
        match said["op"].as_u64() {
            Some(1) => {
                let _lost = send(socket, &json!({ "op": 11, "s": null, "t": null, "d": null })).await;
                None
            }
            Some(2) if self.session.is_some() => Some(End::Close(4005)),
            Some(2) => self.identify(&said["d"]),
            Some(6) => self.resume(socket, &said["d"]).await,
            Some(3 | 4 | 8) => None,
            _ => Some(End::Close(4001)),
        }
    }

    fn identify(&mut self, said: &Value) -> Option<End> {
        let number = self.number;
        let begun = self.core.with(|world| {
            if said["token"].as_str().map(|token| token.trim_start_matches("Bot ")) != Some(&world.token) {
                return Err(4004);
            }
            let wanted = said["intents"].as_u64().ok_or(4013_u16)?;
            if wanted & !intents::KNOWN != 0 {
                return Err(4013);
            }
            let mut privileged = intents::GUILD_MEMBERS | intents::GUILD_PRESENCES;
            if !world.content_enabled {
                privileged |= intents::MESSAGE_CONTENT;
            }
            if wanted & privileged != 0 {
                return Err(4014);
            }
            if said["properties"]["os"].is_null() {
                world.complaints.push("identify without properties".to_owned());
            }
            Ok(begin(world, wanted, number))
        });
        match begun {
            Ok(session) => {
                self.session = Some(session);
                self.sent = 0;
                None
            }
            Err(code) => Some(End::Close(code)),
        }
    }

    async fn resume(&mut self, socket: &mut WebSocket, said: &Value) -> Option<End> {
        let number = self.number;
        let (token, id) = (said["token"].as_str().unwrap_or_default(), said["session_id"].as_str());
        let seq = said["seq"].as_u64().and_then(|seq| usize::try_from(seq).ok());
        let resumed = self.core.with(|world| {
            if token.trim_start_matches("Bot ") != world.token {
                return Err(Some(4004));
            }
            let session = world.sessions.iter_mut().find(|session| Some(session.id.as_str()) == id);
            let Some((session, seq)) = session.zip(seq) else { return Err(None) };
            if seq > session.events.len() {
                return Err(Some(4007));
            }
            session.connection = Some(number);
            session.controls.clear();
            session.push("RESUMED", &json!({ "_trace": [] }));
            let id = session.id.clone();
            world.resumed += 1;
            Ok((id, seq))
        });
        match resumed {
            Ok((id, seq)) => {
                self.session = Some(id);
                self.sent = seq;
                None
            }
            Err(Some(code)) => Some(End::Close(code)),
            Err(None) => {
                let _lost = send(socket, &json!({ "op": 9, "s": null, "t": null, "d": false })).await;
                None
            }
        }
    }
}

/// A new session, with what it is told at once.
fn begin(world: &mut World, wanted: u64, connection: u64) -> String {
    let id = format!("session-{}", world.new_id());
    let mut session = Session {
        id: id.clone(),
        intents: wanted,
        events: Vec::new(),
        connection: Some(connection),
        controls: Vec::new(),
    };
    let flags = world.application_flags();
    let unavailable: Vec<_> =
        world.guilds.keys().map(|guild| json!({ "id": text(*guild), "unavailable": true })).collect();
    let ready = json!({
        "v": 10, "user": world.users[&world.bot], "guilds": unavailable, "session_id": id, "session_type": "normal",
        "resume_gateway_url": world.gateway_url(), "shard": [0, 1], "private_channels": [], "relationships": [],
        "application": { "id": text(world.application), "flags": flags }, "_trace": [],
    });
    session.push("READY", &ready);
    if wanted & intents::GUILDS != 0 {
        for guild in world.guilds.values() {
            session.push("GUILD_CREATE", &world.guild_event(guild));
        }
    }
    world.sessions.push(session);
    world.identified += 1;
    id
}

async fn send(socket: &mut WebSocket, event: &Value) -> Result<(), axum::Error> {
    socket.send(Message::Text(event.to_string().into())).await
}
