//! Encryption: how the client encrypts, who the account proves to be, and what could not be read yet.
//!
//! Keys go to every device of whoever is in a room, because a customer must be able to read an answer wherever they
//! are; what was said before an invitation stays unread by who is invited. Nothing here replaces the account's
//! identity: that destroys trust, and only a person may do so.

mod arrivals;
pub(crate) mod check;
pub(crate) mod device;
pub(crate) mod identity;
pub(crate) mod late;
pub(crate) mod recovery;

pub(crate) use arrivals::Arrivals;

use crate::errors::Failure;
use crate::normalise::text;
use crate::recent::Recent;
use crate::session::Link;
use crate::{Shared, wire};
use jiff::Timestamp;
use late::{Held, Late};
use matrix_sdk::Room;
use matrix_sdk::deserialized_responses::{TimelineEventKind, UnableToDecryptReason};
use matrix_sdk::encryption::{BackupDownloadStrategy, EncryptionSettings};
use matrix_sdk::ruma::RoomId;
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk_crypto::{CollectStrategy, DecryptionSettings, TrustRequirement};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The state event that makes a room encrypted.
pub(crate) const ENCRYPTION: &str = "m.room.encryption";
/// The type of an event whose own type and content are encrypted.
const ENCRYPTED: &str = "m.room.encrypted";
/// How many sessions are remembered for which the backup was asked.
const ASKED_MAX: usize = 512;
/// The most sessions for which the backup is asked in one go; the others wait for the next.
const ASK_MAX: usize = 50;

/// What goes wrong while the account's keys are tended.
pub(crate) enum Trouble {
    /// A request failed: later.
    Request(Failure),
    /// A person must mend it; a sentence says how.
    Fault(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Request(failure)
    }
}

impl From<matrix_sdk::Error> for Trouble {
    fn from(error: matrix_sdk::Error) -> Self {
        Self::Request(wire::sdk_failure(&error))
    }
}

/// Nothing happens by itself: when keys are made, signed, kept and fetched is decided in this module.
pub(crate) const fn settings() -> EncryptionSettings {
    EncryptionSettings {
        auto_enable_cross_signing: false,
        auto_enable_backups: false,
        backup_download_strategy: BackupDownloadStrategy::Manual,
    }
}

/// Keys go to all devices, also to those that their owner has not signed.
pub(crate) const fn recipients() -> CollectStrategy {
    CollectStrategy::AllDevices
}

/// Whoever has written is read, however their device is signed.
pub(crate) const fn trust() -> DecryptionSettings {
    DecryptionSettings { sender_device_trust_requirement: TrustRequirement::Untrusted }
}

/// Events of a room after an attempt to read them.
#[derive(Default)]
pub(crate) struct Reading {
    /// The events, in their order; what could not be read is as it came.
    pub(crate) events: Vec<Value>,
    /// The ids of those whose key may still come.
    pub(crate) waiting: BTreeSet<String>,
    /// Whether anything was encrypted.
    pub(crate) encrypted: bool,
}

/// Sessions for which the backup was asked since the start.
pub(crate) struct Asked(Mutex<Recent<String, ()>>);

impl Asked {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(ASKED_MAX)))
    }

    /// Whether nobody has asked before.
    fn is_first(&self, session: &str) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = asked.get(session).is_none();
        asked.put(session.to_owned(), ());
        first
    }
}

/// Reads what is encrypted among a room's events, with keys from the backup where others are missing.
pub(crate) async fn read(link: &Link, room: &Room, events: Vec<Value>) -> Reading {
    let mut reading = Reading::default();
    let mut asks = 0;
    for event in events {
        if !is_encrypted(&event) {
            reading.events.push(event);
            continue;
        }
        reading.encrypted = true;
        let mut read = decrypted(room, &event).await;
        if matches!(read, Read::NoKey)
            && asks < ASK_MAX
            && session(&event).is_some_and(|id| link.asked.is_first(id))
        {
            asks += 1;
            if fetched(room, &event).await {
                read = decrypted(room, &event).await;
            }
        }
        match read {
            Read::Clear(clear) => reading.events.push(clear),
            Read::NoKey => {
                reading.waiting.extend(text(&event, "event_id").map(str::to_owned));
                reading.events.push(event);
            }
            Read::Never => reading.events.push(event),
        }
    }
    reading
}

/// Reads our own events in a room's history.
pub(crate) async fn read_own(link: &Link, room: &RoomId, events: Vec<Value>) -> Vec<Value> {
    match link.client.get_room(room) {
        Some(room) => read(link, &room, events).await.events,
        None => events,
    }
}

/// What became of an encrypted event.
pub(crate) enum Read {
    /// It can be read.
    Clear(Value),
    /// Its key is missing and may come.
    NoKey,
    /// No key would help.
    Never,
}

/// One attempt to read an event with the keys that are there.
pub(crate) async fn decrypted(room: &Room, event: &Value) -> Read {
    let Ok(raw) = Raw::new(event) else { return Read::Never };
    // only the store can fail here
    let Ok(event) = room.decrypt_event(raw.cast_ref_unchecked(), None).await else { return Read::NoKey };
    match event.kind {
        TimelineEventKind::Decrypted(clear) => {
            serde_json::from_str(clear.event.json().get()).map_or(Read::Never, Read::Clear)
        }
        // a key that was withheld may be given after all
        TimelineEventKind::UnableToDecrypt { utd_info, .. }
            if utd_info.reason.is_missing_room_key()
                || matches!(utd_info.reason, UnableToDecryptReason::MissingMegolmSession { .. }) =>
        {
            Read::NoKey
        }
        TimelineEventKind::UnableToDecrypt { .. } | TimelineEventKind::PlainText { .. } => Read::Never,
    }
}

/// Tries again what could not be read and whose key has come, or whose time is up.
pub(crate) async fn retry(shared: &Shared, link: &Link, now: Timestamp) {
    let news = link.arrivals.take();
    let mut asks = 0;
    let wanted = |held: &Held| Late::is_due(held, now) || news.concerns(held.room(), session(held.event()));
    for (order, held) in shared.late.unread(wanted) {
        let Some(room) = RoomId::parse(held.room()).ok().and_then(|id| link.client.get_room(&id)) else {
            continue;
        };
        let mut read = decrypted(&room, held.event()).await;
        let worth = Late::is_due(&held, now)
            || (news.is_all() && session(held.event()).is_some_and(|id| link.asked.is_first(id)));
        if matches!(read, Read::NoKey) && worth && asks < ASK_MAX {
            asks += 1;
            if fetched(&room, held.event()).await {
                read = decrypted(&room, held.event()).await;
            }
        }
        if let Read::Clear(clear) = read {
            shared.late.became(order, clear);
        }
    }
}

/// Whether the backup gave the key of an event.
pub(crate) async fn fetched(room: &Room, event: &Value) -> bool {
    let Some(session) = session(event) else { return false };
    let backups = room.client().encryption().backups();
    // an answer that there is none, and no answer, are the same for now
    backups.are_enabled().await && backups.download_room_key(room.room_id(), session).await.unwrap_or(false)
}

/// Whether a message is encrypted. One that was taken back has lost what was.
pub(crate) fn is_encrypted(event: &Value) -> bool {
    text(event, "type") == Some(ENCRYPTED)
        && event.get("state_key").is_none()
        && event.pointer("/content/ciphertext").is_some()
}

/// The session whose key an encrypted event needs.
pub(crate) fn session(event: &Value) -> Option<&str> {
    text(event.get("content")?, "session_id")
}

/// Whether the server says that a room is encrypted which the sync has not told of.
pub(crate) async fn is_encrypted_there(client: &matrix_sdk::Client, room: &RoomId) -> Result<bool, Failure> {
    use matrix_sdk::ruma::api::client::state::get_state_event_for_key::v3::Request;
    let request = Request::new(room.to_owned(), ENCRYPTION.into(), String::new());
    match client.send(request).await.map_err(|error| wire::failure(&error)) {
        Ok(_) => Ok(true),
        Err(failure) if failure.is_unknown() => Ok(false),
        Err(failure) => Err(failure),
    }
}
