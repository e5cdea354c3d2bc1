//! What people are called in a room: remembered from what the sync tells, never asked for over the network.

use crate::normalise::text;
use crate::recent::Recent;
use matrix_sdk::Room;
use matrix_sdk::ruma::UserId;
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many names are remembered at once.
const REMEMBERED: usize = 2048;

/// Display names by room and account.
pub(crate) struct Names(Mutex<Recent<String, String>>);

impl Names {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(REMEMBERED)))
    }

    /// Remembers the names in member events.
    pub(crate) fn observe(&self, room: &str, events: &[Value]) {
        for event in events {
            if text(event, "type") == Some("m.room.member")
                && let Some(account) = text(event, "state_key")
                && let Some(name) = event.get("content").and_then(|content| text(content, "displayname"))
            {
                self.lock().put(key(room, account), name.to_owned());
            }
        }
    }

    /// Makes sure that the name of an account is remembered.
    pub(crate) async fn learn(&self, room: &Room, account: &str) {
        if self.lock().get(&key(room.room_id().as_str(), account)).is_some() {
            return;
        }
        let Ok(user) = UserId::parse(account) else { return };
        // a failing store costs the chosen name, not the message
        let member = room.get_member_no_sync(&user).await.ok().flatten();
        let name = member.as_ref().and_then(|member| member.display_name()).map(str::to_owned);
        if let Some(name) = name {
            self.lock().put(key(room.room_id().as_str(), account), name);
        }
    }

    /// The display name, or the account's local part.
    pub(crate) fn name(&self, room: &str, account: &str) -> String {
        self.lock().get(&key(room, account)).cloned().unwrap_or_else(|| local_part(account).to_owned())
    }

    fn lock(&self) -> MutexGuard<'_, Recent<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(room: &str, account: &str) -> String {
    format!("{room}\n{account}")
}

fn local_part(account: &str) -> &str {
    account.strip_prefix('@').and_then(|rest| rest.split(':').next()).unwrap_or(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_is_what_was_last_seen_or_the_local_part() {
        let names = Names::new();
        assert_eq!(names.name("!r", "@carla:x.org"), "carla");
        for name in ["Carla", "Carla C."] {
            let member = json!({
                "type": "m.room.member", "state_key": "@carla:x.org", "content": { "displayname": name },
            });
            names.observe("!r", &[member]);
        }
        assert_eq!(names.name("!r", "@carla:x.org"), "Carla C.");
        assert_eq!(names.name("!other", "@carla:x.org"), "carla");
    }
}
